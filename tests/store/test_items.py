"""Offering: NEW, CHANGED or SAME, and never twice."""

from datetime import timedelta

import pytest
from sqlmodel import select

from store import items, moderation, revisions
from store.drafts import EditedText
from store.tables import Item, Revision
from store.values import Kind, OfferResult, Rights, State, Verdict
from tests.parts import samples


@pytest.fixture
def source(store, now):
    with store.writing() as session:
        return samples.add_source(session, now)


def offer(store, source, item, now, rights=Rights.EXCERPT):
    with store.writing() as session:
        return items.offer(session, source, item, rights, now)


def row(store, item_id):
    with store.reading() as session:
        return session.get(Item, item_id)


def test_a_new_item_waits_in_the_queue(store, source, now):
    made = offer(store, source, samples.article(), now)
    found = row(store, made.item_id)
    assert (made.result, made.piled, found.state) == (OfferResult.NEW, False, State.PENDING)
    assert found.waiting_revision_id == found.current_revision_id is not None


def test_what_looks_irrelevant_goes_to_the_pile_and_stays_there_when_its_words_change(store, source, now):
    dull = samples.article(reading=samples.reading(shown=False))
    made = offer(store, source, dull, now)
    assert made.piled
    assert row(store, made.item_id).state == State.PILE
    again = offer(store, source, samples.article(title="Andere titel", reading=samples.reading(shown=False)), now)
    assert (again.result, again.piled) == (OfferResult.CHANGED, True)


def test_a_piled_item_that_becomes_relevant_moves_to_the_queue(store, source, now):
    offer(store, source, samples.article(reading=samples.reading(shown=False)), now)
    made = offer(store, source, samples.article(title="Inval om mensenhandel"), now)
    assert row(store, made.item_id).state == State.PENDING


def test_the_same_item_again_changes_nothing(store, source, now):
    first = offer(store, source, samples.article(), now)
    again = offer(store, source, samples.article(), now + timedelta(hours=1))
    assert (again.item_id, again.result) == (first.item_id, OfferResult.SAME)
    with store.reading() as session:
        assert len(session.exec(select(Revision)).all()) == 1, "a second offer of the same text must not add a revision"


def test_a_drifting_publication_date_is_no_change(store, source, now):
    offer(store, source, samples.article(published_at=now), now)
    assert offer(store, source, samples.article(published_at=now - timedelta(days=1)), now).result == OfferResult.SAME


def test_one_guid_twice_in_one_visit_is_one_item(store, source, now):
    with store.writing() as session:
        done = items.offer_all(session, source, [samples.article(), samples.article()], Rights.EXCERPT, now)
    assert [one.result for one in done] == [OfferResult.NEW, OfferResult.SAME]
    assert len({one.item_id for one in done}) == 1


def test_a_changed_text_makes_a_new_revision_that_waits(store, source, now):
    first = offer(store, source, samples.article(), now)
    seen = row(store, first.item_id).waiting_revision_id
    changed = offer(store, source, samples.article(title="Inval bij twee bedrijven"), now)
    assert changed.result == OfferResult.CHANGED
    assert row(store, first.item_id).waiting_revision_id > seen


def test_a_source_that_goes_back_to_the_approved_text_leaves_nothing_waiting(store, source, now):
    made = offer(store, source, samples.article(), now)
    with store.writing() as session:
        editor = samples.add_account(session, now)
        seen = session.get_one(Item, made.item_id).waiting_revision_id
        moderation.decide(
            session, made.item_id, seen, Verdict.APPROVE,
            account_id=editor, now=now, undo_seconds=30, privacy_checked=True,
        )  # fmt: skip
    offer(store, source, samples.article(title="Even anders"), now)
    assert row(store, made.item_id).state == State.PENDING
    offer(store, source, samples.article(), now)
    found = row(store, made.item_id)
    assert (found.state, found.waiting_revision_id) == (State.APPROVED, None)


@pytest.mark.parametrize(
    ("rights", "excerpt", "text"),
    [(Rights.TITLE, False, 0), (Rights.EXCERPT, True, 1000), (Rights.FULLTEXT_INTERNAL, True, 5000)],
)
def test_the_rights_class_decides_what_is_kept(store, source, now, rights, excerpt, text):
    made = offer(store, source, samples.article(text="x" * 5000), now, rights)
    with store.reading() as session:
        kept = session.get_one(Revision, session.get_one(Item, made.item_id).current_revision_id)
    assert (bool(kept.excerpt), len(kept.text)) == (excerpt, text)


def test_a_change_beyond_what_is_kept_is_no_change(store, source, now):
    offer(store, source, samples.article(text="x" * 5000), now)
    again = offer(store, source, samples.article(text="x" * 5000 + "y"), now)
    assert again.result == OfferResult.SAME, "an editor would see two equal texts and no difference"


def test_a_changed_summary_is_a_change(store, source, now):
    offer(store, source, samples.article(), now)
    assert offer(store, source, samples.article(excerpt="Anders gezegd."), now).result == OfferResult.CHANGED


def test_an_event_keeps_its_facts_and_comes_before_ordinary_news(store, source, now):
    made = offer(store, source, samples.event("dag", now + timedelta(days=3)), now)
    plain = offer(store, source, samples.article("nieuws"), now)
    with store.reading() as session:
        item = session.get_one(Item, made.item_id)
        text = revisions.revision_text(session, session.get_one(Revision, item.current_revision_id))
        assert item.priority > session.get_one(Item, plain.item_id).priority
    assert text.kind is Kind.EVENT
    assert text.event.starts_at == now + timedelta(days=3)


def test_an_editors_region_and_form_outlive_a_change_of_the_source(store, source, now):
    made = offer(store, source, samples.article(), now)
    chosen = (samples.BRABANT.__class__("Limburg", "Venlo", "Venlo"),)
    with store.writing() as session:
        editor = samples.add_account(session, now)
        seen = session.get_one(Item, made.item_id).waiting_revision_id
        text = EditedText("Titel van ons", "Samenvatting", chosen, ())
        moderation.edit(session, made.item_id, seen, text, account_id=editor, now=now)
    offer(store, source, samples.article(title="Nieuwe titel van de bron"), now)
    with store.reading() as session:
        item = session.get_one(Item, made.item_id)
        text = revisions.revision_text(session, session.get_one(Revision, item.waiting_revision_id))
    assert text.title == "Nieuwe titel van de bron", "the source's words are new, so the editor must see them"
    assert [region.province for region in text.regions] == ["Limburg"]
