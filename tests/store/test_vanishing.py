"""Events that disappear at their source: one is a proposal, many at once are a mistake of somebody's."""

from datetime import timedelta

import pytest

from store import items, moderation, vanishing
from store.revisions import revision_text
from store.tables import Item, Revision, Source
from store.values import EventStatus, OfferResult, Rights, State, Verdict
from tests.parts import samples


@pytest.fixture
def source(store, now):
    with store.writing() as session:
        return samples.add_source(session, now)


def agenda(now, count):
    days = range(count)
    return [samples.event(f"avond-{day}", now + timedelta(days=day + 1), title=f"Avond {day}") for day in days]


def decide(store, item_id, verdict, now):
    with store.writing() as session:
        editor = samples.add_account(session, now)
        row = session.get_one(Item, item_id)
        return moderation.decide(
            session,
            item_id,
            row.waiting_revision_id,
            verdict,
            account_id=editor,
            now=now,
            undo_seconds=1,
            reason="off_topic" if verdict is Verdict.REJECT else "",
            privacy_checked=True,
        )


def offer(store, source, events, now):
    with store.writing() as session:
        return items.offer_all(session, source, events, Rights.EXCERPT, now)


def vanish(store, source, seen, now):
    with store.writing() as session:
        return vanishing.vanish(session, source, [event.guid for event in seen], now)


def current(store, item_id):
    with store.reading() as session:
        row = session.get_one(Item, item_id)
        return row, revision_text(session, session.get_one(Revision, row.current_revision_id))


def test_one_event_of_many_that_is_gone_waits_for_an_editor_as_cancelled(store, source, now):
    events = agenda(now, 6)
    made = offer(store, source, events, now)
    done = vanish(store, source, events[1:], now)
    assert (done.proposed, done.lost, done.known, done.believed) == (1, 1, 6, True)
    row, text = current(store, made[0].item_id)
    assert (row.state, text.event.status) == (State.PENDING, EventStatus.CANCELLED)
    assert text.note == vanishing.NOTE


def test_the_public_still_sees_an_approved_event_until_an_editor_decides(store, source, now):
    events = agenda(now, 3)
    made = offer(store, source, events, now)
    approved = decide(store, made[0].item_id, Verdict.APPROVE, now).revision_id
    vanish(store, source, events[1:], now + timedelta(minutes=1))
    row, _ = current(store, made[0].item_id)
    assert row.approved_revision_id == approved
    assert row.state == State.PENDING


def test_it_is_proposed_once_however_often_the_source_is_visited(store, source, now):
    events = agenda(now, 6)
    made = offer(store, source, events, now)
    vanish(store, source, events[1:], now)
    again = vanish(store, source, events[1:], now + timedelta(hours=1))
    assert (again.proposed, again.lost) == (0, 0)
    with store.reading() as session:
        assert session.get_one(Revision, session.get_one(Item, made[0].item_id).current_revision_id).number == 2


def test_more_than_a_third_at_once_changes_nothing(store, source, now):
    events = agenda(now, 9)
    made = offer(store, source, events, now)
    done = vanish(store, source, events[4:], now)
    assert (done.proposed, done.lost, done.known, done.believed) == (0, 4, 9, False)
    assert all(current(store, each.item_id)[1].event.status == EventStatus.CONFIRMED for each in made)


def test_exactly_a_third_is_still_believed(store, source, now):
    events = agenda(now, 9)
    offer(store, source, events, now)
    assert vanish(store, source, events[3:], now).proposed == 3


def test_an_empty_agenda_cancels_nothing(store, source, now):
    offer(store, source, agenda(now, 2), now)
    assert not vanish(store, source, [], now).believed


def test_an_administrator_who_looked_is_believed_once(store, source, now):
    events = agenda(now, 4)
    offer(store, source, events, now)
    with store.writing() as session:
        vanishing.accept(session, source, now)
    assert vanish(store, source, events[:1], now).proposed == 3
    with store.reading() as session:
        assert session.get_one(Source, source).vanish_accepted_at is None


def test_past_events_do_not_vanish(store, source, now):
    events = agenda(now, 3)
    offer(store, source, events, now)
    done = vanish(store, source, events[1:], now + timedelta(days=1, hours=1))
    assert (done.proposed, done.lost, done.known) == (0, 0, 2)


def test_an_event_that_comes_back_is_as_it_was(store, source, now):
    events = agenda(now, 6)
    made = offer(store, source, events, now)
    vanish(store, source, events[1:], now)
    again = offer(store, source, events, now + timedelta(hours=1))
    assert again[0].result is OfferResult.CHANGED
    _, text = current(store, made[0].item_id)
    assert text.event.status == EventStatus.CONFIRMED


def test_a_rejected_event_that_vanishes_bothers_nobody(store, source, now):
    events = agenda(now, 6)
    made = offer(store, source, events, now)
    decide(store, made[0].item_id, Verdict.REJECT, now)
    done = vanish(store, source, events[1:], now)
    assert (done.proposed, done.lost) == (0, 1)
