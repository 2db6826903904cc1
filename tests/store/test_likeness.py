"""Items that are alike are found and suggested, on both databases; nothing is merged, and little is remembered."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from crawler.reading import read
from service.desk.edit import as_edit
from store import export, item_pages, items, likeness, moderation, revisions
from store.case_likeness import LONGEST, case_keys
from store.likeness_rows import unpacked
from store.likeness_tables import LikenessKey, LikenessMark, Suggestion
from store.signatures import KINDS, Alike, Of
from store.tables import Item, Revision
from store.values import Region, Rights, State
from tests.parts import samples

KOELCEL = (
    "Plukkers bij Tiel sliepen in koelcel",
    (
        "Negentien plukkers zijn weggehaald bij een teler in de buurt van Tiel. Zij sliepen in een afgedankte koelcel. "
        "De Arbeidsinspectie legde beslag op geld en auto's. Een plukker zegt dat hij is uitgebuit."
    ),
)
RETOLD = (
    "Roemenen weg van Betuws fruitbedrijf",
    "Bij een teler in Tiel lagen plukkers in een koelcel. Zij zijn uitgebuit.",
)
OTHER = ("Inval bij wasserij in Assen", "In Assen zijn twee mannen opgepakt. Zij zouden strijksters hebben uitgebuit.")


def told(guid, words, **changes):
    title, text = words
    return samples.article(guid, title, text=text, reading=read(title, text, always=True), **changes)


def offer(store, now, *told_items):
    with store.writing() as session:
        source_id = samples.add_source(session, now, f"bron-{told_items[0].guid}")
        found = [one.item_id for one in items.offer_all(session, source_id, told_items, Rights.EXCERPT, now)]
    compare(store, now)
    return found


def compare(store, now):
    with store.reading() as session:
        compared = likeness.compare(session, now)
    with store.writing() as session:
        return likeness.write_down(session, compared, now)


def suggestions(store):
    with store.reading() as session:
        return session.exec(select(Suggestion).order_by(Suggestion.id)).all()


def test_a_copy_by_another_source_is_suggested_and_exported_as_a_duplicate(store, now):
    (first,) = offer(store, now, told("een", KOELCEL))
    (second,) = offer(store, now + timedelta(hours=2), told("twee", ("Dit weten we nu", KOELCEL[1])))
    (found,) = suggestions(store)
    assert (found.kind, found.item_id, found.other_item_id, found.state) == ("near", second, first, "open")
    assert found.reasons == ["100% van de tekst is gelijk"]
    with store.reading() as session:
        rows = {row["id"]: row["duplicate_of"] for row in export.item_rows(session, now)}
    assert rows == {first: None, second: first}


def test_a_story_is_suggested_with_reasons_and_nothing_is_merged(store, now):
    (first,) = offer(store, now, told("een", KOELCEL))
    offer(store, now, told("ander", OTHER))
    (second,) = offer(store, now + timedelta(hours=5), told("twee", RETOLD))
    (found,) = suggestions(store)
    assert (found.kind, found.item_id, found.other_item_id) == ("same_story", second, first)
    assert "beide gaan over Tiel" in found.reasons, found.reasons
    with store.reading() as session:
        states = session.exec(select(Item.state)).all()
    assert set(states) == {State.PENDING}, "a suggestion decides nothing"


def test_a_story_is_not_looked_for_beyond_its_window(store, now):
    (first,) = offer(store, now, told("een", KOELCEL))
    signature = read(*RETOLD, always=True).signature
    with store.reading() as session:
        for days, expected in ((1, [first]), (20, [])):
            found = likeness.alike(session, signature, now + timedelta(days=days))
            assert [each.item_id for each in found] == expected, f"after {days} days"


def test_two_copies_in_one_visit_are_suggested_once(store, now):
    first, second = offer(store, now, told("een", KOELCEL), told("twee", KOELCEL))
    (found,) = suggestions(store)
    assert (found.item_id, found.other_item_id) == (second, first)


def test_ordinary_news_gets_no_signature(store, now):
    words = ("Zwembad weer open", "Het zwembad in Tiel gaat na de verbouwing weer open voor zwemmers.")
    offer(store, now, samples.article("een", words[0], text=words[1], reading=read(*words)))
    with store.reading() as session:
        assert session.exec(select(LikenessMark)).all() == [], "only what is read further is remembered"


def test_a_changed_text_is_found_by_its_new_words_only(store, now):
    with store.writing() as session:
        source_id = samples.add_source(session, now)
        (first,) = items.offer_all(session, source_id, [told("een", KOELCEL)], Rights.FULLTEXT_INTERNAL, now)
        items.offer_all(session, source_id, [told("een", OTHER)], Rights.FULLTEXT_INTERNAL, now)
        old, new = (read(*words, always=True).signature for words in (KOELCEL, OTHER))
        assert likeness.alike(session, old, now) == []
        assert [each.item_id for each in likeness.alike(session, new, now)] == [first.item_id]
        assert [each.kind for each in likeness.alike(session, new, now)] == [Alike.EXACT]


def test_what_an_editor_said_of_a_pair_stays_when_the_text_changes(store, now):
    with store.writing() as session:
        source_id = samples.add_source(session, now)
        offered = [told("een", KOELCEL), told("twee", KOELCEL)]
        items.offer_all(session, source_id, offered, Rights.FULLTEXT_INTERNAL, now)
    compare(store, now)
    with store.writing() as session:
        session.exec(select(Suggestion)).one().state = "dismissed"
    with store.writing() as session:
        longer = told("twee", (KOELCEL[0], f"{KOELCEL[1]} De gemeente reageert."))
        items.offer_all(session, source_id, [longer], Rights.FULLTEXT_INTERNAL, now)
    assert compare(store, now) == 1, "the changed text is compared again"
    assert [one.state for one in suggestions(store)] == ["dismissed"]


def test_a_text_that_changes_while_it_is_compared_waits_on(store, now):
    with store.writing() as session:
        source_id = samples.add_source(session, now)
        items.offer_all(session, source_id, [told("een", KOELCEL)], Rights.FULLTEXT_INTERNAL, now)
    with store.reading() as session:
        compared = likeness.compare(session, now)
    with store.writing() as session:
        items.offer_all(session, source_id, [told("een", OTHER)], Rights.FULLTEXT_INTERNAL, now)
    with store.writing() as session:
        likeness.write_down(session, compared, now)
    with store.reading() as session:
        assert len(likeness.compare(session, now)) == 1, "the newer text was never compared"


def test_the_page_of_an_item_is_what_it_is_recognised_by(store, now):
    short = told("een", ("Plukkers weg bij teler", "Plukkers zijn uitgebuit."))
    with store.writing() as session:
        source_id = samples.add_source(session, now)
        (one,) = items.offer_all(session, source_id, [replace(short, wants_page=True)], Rights.FULLTEXT_INTERNAL, now)
        item_pages.add_page(session, one.item_id, told("een", KOELCEL), Rights.FULLTEXT_INTERNAL, now)
        found = likeness.alike(session, read(*KOELCEL, always=True).signature, now)
    assert [(each.item_id, each.kind) for each in found] == [(one.item_id, Alike.EXACT)]


def test_old_signatures_are_erased_with_their_keys(store, now):
    offer(store, now, told("een", ("Plan tegen uitbuiting", "De gemeente Tiel maakt een plan tegen uitbuiting.")))
    with store.writing() as session:
        assert likeness.erase(session, now + likeness.KEPT_FOR - timedelta(days=1)) == 0
        assert likeness.erase(session, now + likeness.KEPT_FOR) == 1
        assert session.exec(select(LikenessKey)).all() == [], "a key without its item would be found for ever"


def test_of_an_old_step_of_a_case_only_what_tells_its_case_is_kept(store, now):
    offer(store, now, told("een", (KOELCEL[0], f"{KOELCEL[1]} De teler uit Tiel is aangehouden. Dat zag Dirkje Roos.")))
    later = now + likeness.KEPT_FOR
    with store.writing() as session:
        assert likeness.erase(session, later) == 1
    with store.reading() as session:
        (row,) = session.exec(select(LikenessMark)).all()
        keys = {each.key for each in session.exec(select(LikenessKey))}
    signature = unpacked(row)
    assert (signature.sketch, signature.opening, row.words) == ((), (), None), "its text can be recognised still"
    assert not [mark for mark in signature.marks if mark.key % KINDS == Of.NAME], "names are kept no longer"
    assert keys == set(case_keys(signature)) != set(), "it can be found by something else than its case"
    with store.writing() as session:
        assert likeness.erase(session, later + timedelta(days=1)) == 0, "what was thinned is thinned again"
        assert likeness.erase(session, now + LONGEST) == 1
        assert session.exec(select(LikenessKey)).all() == []


def test_an_editors_words_and_places_are_what_an_item_is_found_by_too(store, now):
    vague = ("Inval bij bedrijf", "Bij een bedrijf zijn mensen weggehaald. Zij zijn uitgebuit, zegt de inspectie.")
    (first,) = offer(store, now, told("een", vague))
    with store.writing() as session:
        item = session.get_one(Item, first)
        old = revisions.revision_text(session, session.get_one(Revision, item.current_revision_id))
        account = samples.add_account(session, now)
        text = as_edit(old, title="Plukkers sliepen in koelcel bij teler", regions=(Region("Gelderland", "Tiel"),))
        moderation.edit(session, first, item.current_revision_id, text, account_id=account, now=now)
    compare(store, now)
    (second,) = offer(store, now + timedelta(hours=5), told("twee", RETOLD))
    assert [(one.kind, one.item_id, one.other_item_id) for one in suggestions(store)] == [("same_story", second, first)]
    with store.reading() as session:
        copies = likeness.alike(session, read(*vague, always=True).signature, now)
    assert [(each.item_id, each.kind) for each in copies] == [(first, Alike.EXACT)], "its text is still the source's"


def test_an_item_without_a_signature_gets_one_when_an_editor_takes_it_up(store, now):
    words = ("Zwembad weer open", "Het zwembad in Tiel gaat na de verbouwing weer open voor zwemmers.")
    (first,) = offer(store, now, samples.article("een", words[0], text=words[1], reading=read(*words)))
    with store.writing() as session:
        item = session.get_one(Item, first)
        old = revisions.revision_text(session, session.get_one(Revision, item.current_revision_id))
        account = samples.add_account(session, now)
        text = as_edit(old, title=KOELCEL[0])
        moderation.edit(session, first, item.current_revision_id, text, account_id=account, now=now)
    with store.reading() as session:
        assert [row.item_id for row in session.exec(select(LikenessMark))] == [first]


ARREST = ("Teler opgepakt in Tiel", "De politie heeft een teler aangehouden. Zijn plukkers sliepen in een koelcel.")
VERDICT = (
    "Vier jaar cel voor teler uit Tiel",
    "De rechtbank in Arnhem veroordeelt een teler voor uitbuiting. Zijn plukkers sliepen in een koelcel.",
)


def test_steps_of_one_case_are_suggested_with_reasons_long_after_each_other(store, now):
    (first,) = offer(store, now, told("een", ARREST, published_at=now))
    later = now + timedelta(days=200)
    (second,) = offer(store, later, told("twee", VERDICT, published_at=later))
    (found,) = suggestions(store)
    assert (found.kind, found.item_id, found.other_item_id, found.state) == ("case", second, first, "open")
    assert "beide gaan over Tiel" in found.reasons, found.reasons
    with store.reading() as session:
        assert set(session.exec(select(Item.story_id)).all()) == {None}, "a suggestion joins nothing"


def test_reports_of_one_step_are_a_story_and_no_case(store, now):
    offer(store, now, told("een", ARREST))
    offer(store, now + timedelta(hours=2), told("twee", (f"Opnieuw: {ARREST[0]}", ARREST[1])))
    assert [one.kind for one in suggestions(store)] == ["near"]


def test_a_name_leads_to_no_case(store, now):
    arrest = ("Arrestatie", "De politie hield in Assen Dirkje Voorbeeldsma aan.")
    verdict = ("Celstraf", "De rechtbank veroordeelt Dirkje Voorbeeldsma uit Goes voor uitbuiting.")
    offer(store, now, told("een", arrest, published_at=now))
    later = now + timedelta(days=90)
    offer(store, later, told("twee", verdict, published_at=later))
    assert suggestions(store) == [], "the name is all that these two share"


def test_every_step_is_compared_again_by_what_is_kept_of_old_ones(store, now):
    (first,) = offer(store, now, told("een", ARREST, published_at=now))
    later = now + timedelta(days=500)
    with store.writing() as session:
        likeness.erase(session, later)
    (second,) = offer(store, later, told("twee", VERDICT, published_at=later))
    assert [(one.kind, one.item_id, one.other_item_id) for one in suggestions(store)] == [("case", second, first)]


def test_no_word_and_no_name_is_kept_in_a_signature(store, now):
    offer(store, now, told("een", (KOELCEL[0], f"{KOELCEL[1]} Dirkje Voorbeeldsma zag het.")))
    with store.reading() as session:
        (row,) = session.exec(select(LikenessMark)).all()
    assert row.words is None, "the words are there only until the item is compared"
    kept = b"".join((row.sketch, row.opening, row.marks, row.places)) + row.exact.encode()
    for word in (b"koelcel", b"plukker", b"Voorbeeldsma", b"Dirkje", b"Tiel"):
        assert word.lower() not in kept.lower(), f"{word.decode()} can be read in what is kept"
