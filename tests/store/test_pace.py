"""The pace of a source: faster when we miss things, slower when there is nothing new, and never given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import hosts, sources, visits
from store.pace import WEIGHTS, PaceDecision, failed, limits, next_pace, not_asked
from store.settings import SourceSettings
from store.values import Cause, Outcome, SourcePace, VisitDone

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PACE = 1800
DAY = 24 * 3600
DUE = SourcePace(next_due_at=NOW)


def visit(outcome: Outcome = Outcome.OK, *, late: float = 0, **values: object) -> VisitDone:
    started = NOW + timedelta(seconds=late)
    return VisitDone(outcome, "Zin.", started_at=started, finished_at=started, **values)


def after(state: SourcePace, decided: PaceDecision) -> SourcePace:
    """The state as the next visit finds it, when that comes exactly on time."""
    return replace(
        state,
        interval_seconds=decided.interval_seconds,
        on_time=decided.on_time,
        failures=decided.failures,
        trouble=decided.trouble,
        next_due_at=NOW,
        moved_to=decided.moved_to,
        moved_times=decided.moved_times,
    )


def waits(state: SourcePace, *any_visit: VisitDone, pace: int = PACE, jitter: float = 0.0) -> list[float]:
    """The waiting times after each of these any_visit."""
    found = []
    for done in any_visit:
        decided = next_pace(state, pace, done, NOW, jitter)
        found.append((decided.next_due_at - NOW).total_seconds())
        state = after(state, decided)
    return found


QUIET = visit(Outcome.UNCHANGED)
BUSY = visit(entries=20, new=15, same=5)


def test_two_quiet_visits_on_time_lengthen_the_interval_up_to_four_times_the_pace():
    found = waits(DUE, *[QUIET] * 12)
    assert found[:4] == [PACE, PACE * 1.5, PACE * 1.5, PACE * 2.25], "every step asks for two any_visit on time"
    assert found[-1] == PACE * 4


def test_mostly_new_entries_shorten_the_interval_down_to_a_quarter_of_the_pace():
    found = waits(DUE, *[BUSY] * 8)
    assert found == [PACE, PACE / 2, PACE / 2, PACE / 4, PACE / 4, PACE / 4, PACE / 4, PACE / 4]


@pytest.mark.parametrize(("new", "factor"), [(0, 1.5), (2, 1.5), (3, 1), (10, 1), (11, 0.5), (20, 0.5)])
def test_the_share_of_known_entries_decides(new, factor):
    [_, second] = waits(DUE, *[visit(entries=20, new=new, changed=(20 - new) // 2)] * 2)
    assert second == PACE * factor, "a changed entry is a known one"


def test_a_source_with_limits_of_its_own_keeps_to_them():
    limited = replace(DUE, pace_min=1200, pace_max=2000)
    assert waits(limited, *[QUIET] * 6)[-1] == 2000
    assert waits(limited, *[BUSY] * 6)[-1] == 1200


def test_a_late_visit_says_nothing_about_the_interval():
    late = visit(Outcome.UNCHANGED, late=PACE * 1.6)
    assert waits(DUE, *[late] * 6) == [PACE] * 6
    assert waits(DUE, QUIET, late, QUIET, QUIET) == [PACE, PACE, PACE, PACE * 1.5], (
        "one late visit starts the count anew"
    )
    assert waits(DUE, *[visit(Outcome.UNCHANGED, late=PACE * 1.4)] * 2)[-1] == PACE * 1.5


def test_a_visit_before_its_time_changes_nothing():
    """An editor who asks again and again would otherwise slow the source down."""
    early = visit(Outcome.UNCHANGED, late=-60)
    assert waits(replace(DUE, on_time=2), *[early] * 4) == [PACE] * 4


def test_an_empty_document_tells_nothing_about_the_pace():
    assert waits(DUE, *[visit(Outcome.EMPTY)] * 4) == [PACE] * 4


def test_hints_of_the_source_are_a_floor_and_end_at_the_longest_interval():
    assert waits(DUE, visit(hint_seconds=3600, entries=1)) == [3600]
    assert waits(DUE, visit(hint_seconds=60, entries=1)) == [PACE]
    assert waits(DUE, visit(hint_seconds=10**9, entries=1)) == [PACE * 4]
    assert waits(DUE, visit(hint_seconds=-5, entries=1)) == [PACE]


def test_hard_failures_wait_longer_than_soft_ones_and_those_than_temporary_ones():
    found = [
        waits(DUE, visit(Outcome.HTTP_ERROR, cause=cause))[0] for cause in (Cause.BUSY, Cause.MISSING, Cause.BLOCKED)
    ]
    assert found == sorted(set(found))
    assert found[0] * 0.8 > PACE, "also with all of chance's share off, one failure waits longer than a good visit"


def test_failures_are_tried_ever_less_often_but_at_least_once_a_day():
    down = visit(Outcome.TIMEOUT, cause=Cause.SLOW)
    found = waits(DUE, *[down] * 60)
    assert found == sorted(found)
    assert found[4] == pytest.approx(2 * found[0]), "four temporary failures weigh as much as one hard one"
    assert found[-1] == DAY
    assert waits(DUE, *[down] * 60, jitter=1.0)[-1] == DAY * 0.8
    week = 7 * DAY
    assert waits(DUE, down, pace=week) == [week], "a source that is slower than a day keeps its own pace"


def test_one_success_forgets_all_failures():
    down = visit(Outcome.UNREACHABLE, cause=Cause.NO_CONNECTION)
    assert waits(DUE, *[down] * 9, QUIET)[-1] == PACE
    decided = next_pace(replace(DUE, failures=9, trouble=4.5), PACE, QUIET, NOW, 0.0)
    assert (decided.failures, decided.trouble) == (0, 0.0)


def test_retry_after_is_a_floor_and_ends_at_a_day():
    def asked(seconds: int) -> float:
        return waits(DUE, visit(Outcome.RETRY_LATER, status=429, retry_after=seconds, cause=Cause.BUSY))[0]

    assert asked(80_000) == 80_000
    assert asked(10**9) == DAY
    assert asked(5) > PACE
    assert waits(DUE, visit(retry_after=80_000, entries=1)) == [PACE], "beside a document it means nothing"


def test_what_is_gone_is_looked_at_once_a_week():
    gone = visit(Outcome.GONE, status=410, cause=Cause.GONE)
    assert waits(DUE, *[gone] * 3) == [7 * DAY] * 3
    assert waits(DUE, gone, pace=14 * DAY) == [14 * DAY]


def test_a_source_that_was_not_asked_did_nothing_wrong():
    rests = visit(Outcome.RETRY_LATER, retry_after=60)
    assert not_asked(rests)
    assert not failed(rests)
    decided = next_pace(replace(DUE, moved_to="https://nieuw.example/", moved_times=2), PACE, rests, NOW, 0.0)
    assert (decided.failures, decided.trouble, decided.moved_times) == (0, 0.0, 2)
    assert decided.next_due_at == NOW + timedelta(seconds=PACE)


def test_a_broken_document_counts_as_a_failure_only_when_it_gave_nothing():
    assert not failed(visit(Outcome.BROKEN, entries=3, cause=Cause.MALFORMED))
    assert failed(visit(Outcome.BROKEN, cause=Cause.MALFORMED))
    assert failed(visit(Outcome.EMPTY, cause=Cause.DRIFT))
    assert not failed(visit(Outcome.EMPTY))
    assert not failed(visit(Outcome.OK, cause=Cause.VANISHED)), "what came is another question than whether it came"


NEW = "https://nieuw.example/rss"


def moves(*any_visit: VisitDone) -> list[str | None]:
    state, found = DUE, []
    for done in any_visit:
        decided = next_pace(state, PACE, done, NOW, 0.0)
        found.append(decided.adopt)
        state = after(state, decided)
    return found


def test_an_address_is_adopted_after_three_good_visits_in_a_row_that_were_led_there_for_good():
    there, elsewhere = visit(moved_to=NEW, entries=1), visit(moved_to="https://anders.example/", entries=1)
    assert moves(there, there, there, there) == [None, None, NEW, None]
    assert moves(there, there, elsewhere, there, there) == [None] * 5
    assert moves(there, there, visit(entries=1), there, there) == [None] * 5
    assert moves(there, there, visit(Outcome.TIMEOUT, cause=Cause.SLOW), there, there) == [None] * 5
    unchanged = visit(Outcome.UNCHANGED, moved_to=NEW)
    assert moves(unchanged, unchanged, unchanged)[-1] == NEW


def test_an_adopted_address_takes_the_place_of_the_old_one_and_its_host_is_ready_to_be_claimed(store, now):
    with store.writing() as session:
        sources.add(session, SourceSettings(key="a", name="Bron a", url="https://oud.example/rss", pace=PACE), now)
        for number in range(3):
            moment = now + timedelta(seconds=number * PACE)
            [due] = sources.claim_due(session, now=moment, owner="een", lease_seconds=15, keys=["a"])
            done = VisitDone(Outcome.OK, "Zin.", moment, moment, entries=2, same=2, moved_to=NEW, etag='"x"')
            visits.record(session, due, done, now=moment, owner="een", jitter=0.0)
            hosts.release(session, "een")
            seen = sources.get(session, "a")
            assert (seen.moved_to, seen.url) == ((NEW, "https://oud.example/rss") if number < 2 else (None, NEW))
        [due] = sources.claim_due(session, now=moment, owner="twee", lease_seconds=15, keys=["a"])
    assert (due.url, due.host, due.etag) == (NEW, "nieuw.example:443", '"x"')


states = st.builds(
    SourcePace,
    interval_seconds=st.none() | st.integers(1, 10**7),
    pace_min=st.none() | st.integers(1, 10**6),
    pace_max=st.none() | st.integers(1, 10**6),
    on_time=st.integers(0, 2),
    failures=st.integers(0, 10**6),
    trouble=st.floats(0, 10**6),
    next_due_at=st.none() | st.integers(-DAY, 30 * DAY).map(lambda late: NOW - timedelta(seconds=late)),
    moved_to=st.none() | st.just(NEW),
    moved_times=st.integers(0, 3),
)
counts = st.integers(0, 500)
any_visit = st.builds(
    visit,
    st.sampled_from(Outcome),
    entries=counts,
    new=counts,
    status=st.none() | st.sampled_from([200, 304, 404, 429]),
    cause=st.none() | st.sampled_from(Cause),
    hint_seconds=st.none() | st.integers(-(10**9), 10**9),
    retry_after=st.none() | st.integers(0, 10**9),
    moved_to=st.none() | st.just(NEW),
)
paces = st.integers(1, 10**6)
chance = st.floats(0, 1)


@given(states, paces, any_visit, chance)
def test_the_interval_stays_within_its_limits_and_no_source_is_ever_given_up(state, pace, done, jitter):
    low, high = limits(state, pace)
    decided = next_pace(state, pace, done, NOW, jitter)
    wait = (decided.next_due_at - NOW).total_seconds()
    assert low <= wait <= max(7 * DAY, high), "every visit is followed by another one"
    if not failed(done) and not not_asked(done):
        assert wait <= high
        assert decided.interval_seconds is None or low <= decided.interval_seconds <= high
        assert (decided.failures, decided.trouble) == (0, 0.0)
    assert decided.adopt is None or decided.moved_to is None


@given(states, paces, any_visit.filter(failed), chance)
def test_more_failures_never_make_us_come_back_sooner(state, pace, done, jitter):
    decided = next_pace(state, pace, done, NOW, jitter)
    again = next_pace(replace(after(state, decided), next_due_at=state.next_due_at), pace, done, NOW, jitter)
    assert decided.failures == state.failures + 1
    assert decided.trouble >= state.trouble
    assert again.next_due_at >= decided.next_due_at


def test_every_cause_that_keeps_a_visit_from_bringing_anything_has_a_weight():
    assert set(Cause) - set(WEIGHTS) == {Cause.FILTERED, Cause.VANISHED}, "say in store/pace.py what a new cause weighs"
