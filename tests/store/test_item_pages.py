"""The page of an item: read after its entry, and never against a decision."""

from datetime import timedelta

import pytest

from store import item_pages, items, moderation
from store.revisions import revision_text
from store.tables import Item, Revision
from store.values import OfferResult, Rights, State, Verdict
from tests.parts import samples

TEXT = "De hele tekst van de pagina, met alles wat erin staat over de inval."


@pytest.fixture
def source(store, now):
    with store.writing() as session:
        return samples.add_source(session, now)


def offered(store, source, now, **changes):
    entry = samples.article(text="Kort.", excerpt="", wants_page=True, **changes)
    with store.writing() as session:
        return items.offer(session, source, entry, Rights.FULLTEXT_INTERNAL, now)


def page(**changes):
    return samples.article(
        url="https://bron.example/nieuws/een", text=TEXT, excerpt=TEXT[:60], author="Redactie", **changes
    )


def add_page(store, item_id, found, now, rights=Rights.FULLTEXT_INTERNAL):
    with store.writing() as session:
        return item_pages.add_page(session, item_id, found, rights, now)


def current(store, item_id):
    with store.reading() as session:
        row = session.get_one(Item, item_id)
        return row, revision_text(session, session.get_one(Revision, row.current_revision_id))


def wanted(store, source):
    with store.reading() as session:
        return [page.item_id for page in item_pages.pages_wanted(session, source, 10)]


def test_what_the_page_says_becomes_a_new_text_of_the_item(store, source, now):
    made = offered(store, source, now)
    assert wanted(store, source) == [made.item_id]
    assert add_page(store, made.item_id, page(), now)
    row, text = current(store, made.item_id)
    assert (text.text, text.excerpt, text.author) == (TEXT, TEXT[:60], "Redactie")
    assert (text.url, row.page, row.state) == ("https://bron.example/nieuws/een", "read", State.PENDING)
    assert wanted(store, source) == []


def test_the_next_visit_sees_no_change_in_it(store, source, now):
    made = offered(store, source, now)
    add_page(store, made.item_id, page(), now)
    assert offered(store, source, now + timedelta(hours=1)).result is OfferResult.SAME
    assert current(store, made.item_id)[1].text == TEXT


def test_a_source_of_which_only_an_excerpt_may_be_kept_keeps_no_text_of_the_page(store, source, now):
    made = offered(store, source, now)
    add_page(store, made.item_id, page(), now, rights=Rights.EXCERPT)
    assert current(store, made.item_id)[1].text == "Kort."


def test_a_page_lifts_an_item_from_the_pile_and_never_puts_it_there(store, source, now):
    dull = samples.reading(shown=False)
    made = offered(store, source, now, reading=dull)
    assert current(store, made.item_id)[0].state == State.PILE
    add_page(store, made.item_id, page(), now)
    assert current(store, made.item_id)[0].state == State.PENDING
    other = offered(store, source, now, guid="twee")
    add_page(store, other.item_id, page(reading=dull), now)
    assert current(store, other.item_id)[0].state == State.PENDING


def test_an_item_that_was_decided_meanwhile_stays_as_it_was_decided(store, source, now):
    made = offered(store, source, now)
    with store.writing() as session:
        editor = samples.add_account(session, now)
        seen = session.get_one(Item, made.item_id).waiting_revision_id
        moderation.decide(
            session,
            made.item_id,
            seen,
            Verdict.APPROVE,
            account_id=editor,
            now=now,
            undo_seconds=1,
            privacy_checked=True,
        )
    assert not add_page(store, made.item_id, page(), now)
    assert current(store, made.item_id)[0].approved_revision_id == seen


def test_a_page_that_cannot_be_read_is_left_after_three_times(store, source, now):
    made = offered(store, source, now)
    for _ in range(item_pages.TRIES):
        assert wanted(store, source) == [made.item_id]
        with store.writing() as session:
            item_pages.page_failed(session, made.item_id)
    assert wanted(store, source) == []


def test_a_reserved_page_is_not_asked_for_again(store, source, now):
    made = offered(store, source, now)
    with store.writing() as session:
        item_pages.page_reserved(session, made.item_id)
    assert wanted(store, source) == []
    assert current(store, made.item_id)[1].text == "Kort."
