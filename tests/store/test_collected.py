"""The numbers behind the health page, the same on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from store import collected, items, moderation
from store.tables import Item, Visit
from store.values import Cause, Outcome, Rights, Verdict
from tests.parts import samples

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def source(store, now):
    with store.writing() as session:
        return samples.add_source(session, now - 200 * DAY)


def visit(store, source, at, outcome=Outcome.OK, cause=None, entries=3):
    with store.writing() as session:
        session.add(
            Visit(
                source_id=source,
                started_at=at,
                finished_at=at,
                outcome=outcome,
                cause=cause,
                entries=entries,
                sentence="",
            )
        )


def offer(store, source, at, guid, **changes):
    with store.writing() as session:
        return items.offer(session, source, samples.article(guid, **changes), Rights.EXCERPT, at).item_id


def test_visits_are_counted_by_the_hour_also_the_hours_without_any(store, source, now):
    start = now.replace(minute=0)
    visit(store, source, start)
    visit(store, source, start - timedelta(seconds=1), Outcome.HTTP_ERROR, Cause.SERVER, 0)
    visit(store, source, start - 5 * HOUR, Outcome.UNCHANGED, entries=0)
    visit(store, source, start - 5 * HOUR, Outcome.BROKEN, Cause.CUT, 2)
    visit(store, source, start - 5 * HOUR, Outcome.BROKEN, Cause.MALFORMED, 0)
    visit(store, source, start - 5 * HOUR, Outcome.EMPTY, Cause.DRIFT, 0)
    visit(store, source, start - 48 * HOUR)
    with store.reading() as session:
        hours = collected.visits_per_hour(session, now)
    assert len(hours) == 48
    assert hours[-1].at == start
    assert [(each.good, each.failed) for each in hours if each.good or each.failed] == [(2, 2), (0, 1), (1, 0)]
    assert sum(each.good for each in hours) == 3, "the visit of 48 hours ago is past"


def test_hours_are_whole_when_the_clock_changes(store, source):
    """The night of 25 October 2026 has an hour twice in Amsterdam; the hours are those of UTC."""
    night = datetime.fromisoformat("2026-10-25T03:30:00+01:00")
    visit(store, source, night - HOUR)
    visit(store, source, night - 2 * HOUR)
    with store.reading() as session:
        hours = collected.visits_per_hour(session, night, hours=3)
    assert [each.good for each in hours] == [1, 1, 0]


def test_the_yield_of_ninety_days(store, source, now):
    with store.writing() as session:
        samples.add_source(session, now, "leeg", name="Aap")
        editor = samples.add_account(session, now)
    offer(store, source, now - 100 * DAY, "oud")
    offer(store, source, now - DAY, "stapel", reading=samples.reading(shown=False))
    offer(store, source, now - DAY, "wacht")
    approved = offer(store, source, now - DAY, "goed")
    with store.writing() as session:
        moderation.decide(
            session, approved, session.get_one(Item, approved).waiting_revision_id, Verdict.APPROVE,
            account_id=editor, now=now, undo_seconds=1, privacy_checked=True,
        )  # fmt: skip
    with store.reading() as session:
        rows = collected.yields(session, now)
    assert [(each.key, each.collected, each.relevant, each.approved) for each in rows] == [
        ("omroep-proef", 3, 2, 1),
        ("leeg", 0, 0, 0),
    ]


def test_the_delay_is_measured_on_what_was_published_while_we_watched(store, source, now):
    visit(store, source, now - 20 * DAY)
    offer(store, source, now - 20 * DAY, "archief", published_at=now - 400 * DAY)
    offer(store, source, now - DAY, "zonder datum")
    offer(store, source, now - DAY, "toekomst", published_at=now + DAY)
    for number in range(1, 10):
        at = now - timedelta(days=number)
        offer(store, source, at, f"n{number}", published_at=at - timedelta(minutes=10 * number))
    with store.reading() as session:
        (found,) = collected.delays(session, now)
    assert (found.key, found.items) == ("omroep-proef", 10)
    assert found.median == timedelta(minutes=45)
    assert found.slowest_tenth == timedelta(minutes=90)


def test_the_slowest_source_stands_first_and_one_busy_source_pushes_nobody_out(store, source, now):
    with store.writing() as session:
        slow = samples.add_source(session, now - 200 * DAY, "traag")
    for each in (source, slow):
        visit(store, each, now - 20 * DAY)
    with store.writing() as session:
        many = [
            samples.article(f"n{number}", published_at=now - timedelta(minutes=5))
            for number in range(collected.DELAY_SAMPLE + 20)
        ]
        items.offer_all(session, source, many, Rights.EXCERPT, now)
    offer(store, slow, now - 9 * DAY, "een", published_at=now - 10 * DAY)
    with store.reading() as session:
        rows = collected.delays(session, now)
    assert [(each.key, each.items) for each in rows] == [("traag", 1), ("omroep-proef", collected.DELAY_SAMPLE)]
