"""What is called a problem, and what is only a bad day: the judgement as a pure function."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store import health
from store.health import FAILURES, ProblemKind, SourceFacts, findings
from store.sources import SourceView
from store.values import Cause, Outcome, Rights, SourceKind
from store.visits import VisitView

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONG_AGO = NOW - 200 * DAY
SOURCE = SourceView(
    id=1, key="krant", name="Krant Proef", url="https://krant.example/rss", kind=SourceKind.FEED, region="Zeeland",
    rights=Rights.EXCERPT, pace_seconds=1800, paused=False, include=(), exclude=(), options={},
    host="krant.example:443", created_at=LONG_AGO, next_due_at=NOW, failures=0, last_visit_at=NOW, last_success_at=NOW,
    last_new_at=NOW, last=None,
)  # fmt: skip
OK = VisitView(1, NOW, NOW, Outcome.OK, "Gelezen: 20 berichten.", 200, 9000, 20, 1, 0, 19, 0, "", None, 20, 20, 20)
UNCHANGED = replace(OK, outcome=Outcome.UNCHANGED, sentence="Niets veranderd.", entries=0, dated=0, linked=0, worded=0)
WEEKLY, NATIONAL, WORKDAYS = (0, 0, 0, 1, 0, 0, 0) * 12, (30, 30, 30, 30, 30, 25, 25) * 12, (9, 9, 9, 9, 9, 0, 0) * 12


def failed(cause: Cause, outcome: Outcome = Outcome.UNREACHABLE, sentence: str = "Het ging mis.") -> VisitView:
    return replace(UNCHANGED, outcome=outcome, cause=cause, sentence=sentence, status=None)


def seen(*visits: VisitView, good: timedelta = DAY, **more: object) -> SourceFacts:
    """A source with these visits, the newest first, whose last good visit was so long ago."""
    source = replace(SOURCE, last_success_at=NOW - good) if any(visit.failed for visit in visits) else SOURCE
    return SourceFacts(source, visits, **more)


def quiet(days: tuple[int, ...], silence: timedelta, **changes: object) -> SourceFacts:
    """A source with this habit that works, and brought nothing for so long."""
    return SourceFacts(replace(SOURCE, last_new_at=NOW - silence, **changes), (UNCHANGED,), days=days, since=LONG_AGO)


def kinds(facts: SourceFacts) -> list[ProblemKind]:
    return [finding.kind for finding in findings(facts, NOW)]


@pytest.mark.parametrize(
    ("days", "fine", "silent"),
    [
        (WEEKLY, 27 * DAY, 29 * DAY),
        (NATIONAL, 1.9 * DAY, 2.1 * DAY),
        (WORKDAYS, 3.75 * DAY, 4.1 * DAY),
        ((0,) * 83 + (1,), 44 * DAY, 46 * DAY),
        ((), 44 * DAY, 46 * DAY),
    ],
    ids=["a village paper", "a national paper", "an office with weekends", "hardly ever anything", "unknown"],
)
def test_silence_is_measured_by_the_habit_of_the_source(days, fine, silent):
    assert kinds(quiet(days, fine)) == []
    assert kinds(quiet(days, silent)) == [ProblemKind.SILENT]


def test_the_sentence_says_since_when_and_what_is_usual():
    (found,) = findings(quiet(NATIONAL, 5 * DAY), NOW)
    assert found.sentence == (
        "De bron werkt, maar brengt al sinds 19-11-2026 niets nieuws. Gewoonlijk komen er 200 berichten per week."
    )
    (found,) = findings(quiet(WEEKLY, 30 * DAY), NOW)
    assert "Gewoonlijk komt er 1 bericht per week." in found.sentence


def test_one_odd_week_and_the_first_import_change_no_habit():
    flood = (500, *WEEKLY[1:])
    assert health.usual_week(flood) == health.usual_week(WEEKLY) == 1
    holiday = NATIONAL[:40] + (0,) * 10 + NATIONAL[50:]
    assert health.patience(holiday) == health.patience(NATIONAL), "one pause is no habit"


def test_silence_itself_does_not_become_the_habit():
    assert health.usual_week(NATIONAL[:42] + (0,) * 42) == 200


def test_a_young_source_has_no_habit_to_be_silent_against():
    young = {"created_at": NOW - 20 * DAY}
    assert kinds(quiet(NATIONAL[:20], 10 * DAY, **young)) == []


def test_while_we_stood_still_ourselves_nobody_was_silent():
    """The service was down for a week: its first look after that is not about the sources."""
    assert kinds(quiet(NATIONAL, 8 * DAY, last_success_at=NOW - 8 * DAY)) == []


def test_a_source_that_never_brought_anything_is_silent_since_its_first_visit():
    source = replace(SOURCE, last_new_at=None)
    fresh = SourceFacts(source, (UNCHANGED,), since=NOW - 10 * DAY)
    assert kinds(fresh) == [], "it stood on the list for long, but was checked only now"
    (found,) = findings(replace(fresh, since=NOW - 60 * DAY), NOW)
    assert "nog nooit" in found.sentence


@pytest.mark.parametrize("count", range(1, FAILURES))
def test_fewer_than_three_failures_in_a_row_are_bad_luck(count):
    assert kinds(seen(*[failed(Cause.NO_CONNECTION)] * count, OK)) == []


def test_three_failures_within_an_hour_are_an_evening_of_maintenance():
    assert kinds(seen(*[failed(Cause.SERVER)] * FAILURES, OK, good=HOUR)) == []
    assert kinds(seen(*[failed(Cause.SERVER)] * FAILURES, OK, good=7 * HOUR)) == [ProblemKind.FAILING]


def test_who_does_not_let_us_in_is_told_apart_from_who_is_down():
    for cause in (Cause.BLOCKED, Cause.LOGIN, Cause.ROBOTS):
        assert kinds(seen(*[failed(cause)] * 3, OK)) == [ProblemKind.BLOCKED], cause
    mixed = [failed(Cause.BLOCKED), failed(Cause.SLOW), failed(Cause.BLOCKED), failed(Cause.BLOCKED)]
    assert kinds(seen(*mixed, OK)) == [ProblemKind.BLOCKED], "most of the visits decide, not the last one"


def test_a_host_that_rests_is_neither_a_failure_nor_a_recovery():
    resting = failed(Cause.BUSY, Outcome.RETRY_LATER)
    assert resting.not_asked
    assert kinds(seen(*[resting] * 5, OK)) == []
    assert kinds(seen(resting, *[failed(Cause.SERVER)] * 3, OK)) == [ProblemKind.FAILING]


def test_a_document_of_which_nothing_can_be_read_is_a_failure():
    broken = failed(Cause.MALFORMED, Outcome.BROKEN)
    assert kinds(seen(*[broken] * 3, OK)) == [ProblemKind.FAILING]
    in_part = replace(broken, entries=7)
    assert kinds(SourceFacts(SOURCE, (in_part,) * 3)) == [], "what was read in part was read"


def test_gone_is_asked_at_once_and_until_it_is_back():
    gone = failed(Cause.GONE, Outcome.GONE, "Voorgoed weg.")
    assert kinds(seen(gone, OK, good=HOUR)) == [ProblemKind.GONE]
    assert kinds(seen(failed(Cause.SLOW), gone, OK)) == [ProblemKind.GONE], "a slow answer is no answer"
    assert kinds(seen(OK, gone)) == []


def test_a_list_that_is_not_there_any_more_is_drift():
    rebuilt = replace(failed(Cause.DRIFT, Outcome.EMPTY, "Niets meer."), status=200)
    assert kinds(seen(rebuilt, OK)) == [ProblemKind.DRIFT]
    assert kinds(seen(failed(Cause.SLOW), rebuilt, OK)) == [ProblemKind.DRIFT], "a bad visit ends nothing"
    assert kinds(seen(UNCHANGED, rebuilt, OK)) == [ProblemKind.DRIFT], "unchanged is still wrong"
    never = SourceFacts(replace(SOURCE, last_new_at=None, last_success_at=None), (rebuilt,) * 3)
    assert kinds(never) == [ProblemKind.FAILING], "where nothing ever was, nothing drifted"


def test_a_field_that_fell_empty_is_drift_and_an_always_empty_one_is_not():
    undated = replace(OK, dated=1)
    (found,) = findings(SourceFacts(SOURCE, (undated,), (undated,) * 3, (OK,) * 20), NOW)
    assert (found.kind, "een datum" in found.sentence) == (ProblemKind.DRIFT, True)
    assert kinds(SourceFacts(SOURCE, (undated,), (undated,) * 3, (undated,) * 20)) == []
    assert kinds(SourceFacts(SOURCE, (undated,), (undated, OK, OK), (OK,) * 20)) == [], "one odd visit"
    assert kinds(SourceFacts(SOURCE, (undated,), (undated,) * 3, (OK,) * 2)) == [], "too little is known"


def test_a_source_that_reserves_its_rights_did_not_lose_its_words():
    reserved = replace(OK, worded=0, reserved=True)
    assert kinds(SourceFacts(SOURCE, (reserved,), (reserved,) * 3, (OK,) * 20)) == []


def test_own_words_that_put_everything_on_the_pile_are_told_apart_from_drift():
    piled = replace(OK, filtered=20, cause=Cause.FILTERED)
    assert kinds(SourceFacts(SOURCE, (UNCHANGED, piled), (piled,) * 3)) == [ProblemKind.FILTERED]
    assert kinds(SourceFacts(SOURCE, (piled,), (piled, piled, OK))) == []
    assert kinds(SourceFacts(SOURCE, (piled,), (piled,) * 2)) == [], "two visits are no habit"


def test_an_agenda_that_we_do_not_believe_stays_a_problem_until_it_is_read_anew():
    vanished = replace(OK, cause=Cause.VANISHED, vanished=9, sentence="Dat geloven we niet.")
    assert kinds(seen(vanished, OK)) == [ProblemKind.VANISHED]
    assert kinds(seen(failed(Cause.SLOW), vanished, OK)) == [ProblemKind.VANISHED]
    assert kinds(seen(OK, vanished)) == []


def test_who_has_another_problem_is_not_also_called_silent():
    undated = replace(OK, dated=0)
    facts = replace(quiet(NATIONAL, 9 * DAY), reads=(undated,) * 3, before=(OK,) * 9)
    assert kinds(facts) == [ProblemKind.DRIFT]


@pytest.mark.parametrize("changes", [{"paused": True}, {"checked": False}])
def test_what_is_not_visited_has_no_problems(changes):
    assert findings(SourceFacts(replace(SOURCE, **changes), (failed(Cause.GONE, Outcome.GONE),)), NOW) == []


def test_what_was_never_visited_has_no_problems():
    assert findings(SourceFacts(replace(SOURCE, last_success_at=None, last_new_at=None)), NOW) == []
