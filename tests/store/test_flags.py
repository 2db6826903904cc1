"""Privacy flags follow the text that is kept: cut with it, moved with its title, erased with it."""

from dataclasses import replace
from datetime import timedelta

from store import flags, item_pages, items, leftovers, moderation, revisions
from store.drafts import EditedText
from store.tables import Item, Revision
from store.values import FlagKind, PrivacyFlag, Rights
from tests.parts import samples

TITLE = "Jan Voorbeeld gehoord"
TEXT = "De politie hoorde ook Piet Proef."


def person(whole, name):
    start = whole.index(name)
    return PrivacyFlag(FlagKind.PERSON, start, start + len(name), name, "een voor- en achternaam")


def flagged(title=TITLE, text=TEXT, **changes):
    whole = f"{title}\n{text}"
    marks = tuple(person(whole, name) for name in ("Jan Voorbeeld", "Piet Proef") if name in whole)
    reading = replace(samples.reading(), flags=marks)
    return samples.article(title=title, text=text, excerpt=text, reading=reading, **changes)


def newest(session, item_id):
    row = session.get_one(Revision, session.get_one(Item, item_id).current_revision_id)
    return revisions.revision_text(session, row)


def stand(text):
    """The words under each flag, read where it says they are."""
    whole = f"{text.title}\n{text.text}"
    return [whole[flag.start : flag.end] for flag in text.flags]


def test_flags_are_stored_with_their_text(store, now):
    with store.writing() as session:
        source = samples.add_source(session, now)
        item = items.offer(session, source, flagged(), Rights.FULLTEXT_INTERNAL, now).item_id
        found = newest(session, item)
    assert [flag.text for flag in found.flags] == stand(found) == ["Jan Voorbeeld", "Piet Proef"]
    assert found.flags[0].reason == "een voor- en achternaam"


def test_what_the_rights_do_not_let_us_keep_is_kept_in_no_flag(store, now):
    with store.writing() as session:
        source = samples.add_source(session, now)
        item = items.offer(session, source, flagged(), Rights.TITLE, now).item_id
        found = newest(session, item)
    assert stand(found) == ["Jan Voorbeeld"], "a title-only source may leave no name from its text behind"


def test_the_flags_of_a_page_move_under_the_title_of_its_entry(store, now):
    page = flagged(title="Een langere kop op de pagina zelf")
    with store.writing() as session:
        source = samples.add_source(session, now)
        item = items.offer(session, source, flagged(text="Kort."), Rights.FULLTEXT_INTERNAL, now).item_id
        assert item_pages.add_page(session, item, page, Rights.FULLTEXT_INTERNAL, now)
        found = newest(session, item)
    assert stand(found) == ["Jan Voorbeeld", "Piet Proef"]


def test_an_edited_text_has_the_flags_of_its_new_title(store, now):
    with store.writing() as session:
        account, source = samples.add_account(session, now), samples.add_source(session, now)
        item = items.offer(session, source, flagged(), Rights.FULLTEXT_INTERNAL, now).item_id
        seen = session.get_one(Item, item).current_revision_id
        old = newest(session, item)
        kept = flags.of_text(old.flags, old.title, "Man gehoord")
        edited = EditedText("Man gehoord", old.excerpt, old.regions, (), flags=kept)
        moderation.edit(session, item, seen, edited, account_id=account, now=now)
        found = newest(session, item)
    assert stand(found) == ["Piet Proef"]


def test_a_flag_ends_with_the_text_that_it_quotes(store, now):
    with store.writing() as session:
        source = samples.add_source(session, now)
        item = items.offer(session, source, flagged(), Rights.FULLTEXT_INTERNAL, now).item_id
        assert leftovers.erase(session, now + leftovers.TEXTS_FOR + timedelta(days=1)).texts == 1
        session.expire_all()
        found = newest(session, item)
    assert found.text == ""
    assert stand(found) == ["Jan Voorbeeld"], "what stood in the erased text must be gone, the title's flag stays"
