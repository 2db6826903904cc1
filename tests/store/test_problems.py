"""Problems of sources on both databases: one row however long, told once, closed by itself, opened again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from store import accounts, health, items, problems, sources, staff_notices, vanishing
from store.health import ProblemKind
from store.tables import Account, Problem, Source, StaffNotice, Visit
from store.values import Cause, Outcome, Rights
from tests.parts import samples

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def administrator(store, now):
    with store.writing() as session:
        samples.add_account(session, now, "redactie@example.nl", "editor")
        return samples.add_account(session, now, "beheer@example.nl", "administrator")


@pytest.fixture
def source(store, now):
    return add(store, now)


def add(store, now, key="omroep-proef", **values):
    with store.writing() as session:
        return samples.add_source(session, now - 60 * DAY, key, last_success_at=now - DAY, **values)


def visit(store, source, at, cause=None, outcome=Outcome.OK, sentence="Zin.", **values):
    with store.writing() as session:
        session.add(
            Visit(
                source_id=source,
                started_at=at,
                finished_at=at,
                outcome=outcome,
                cause=cause,
                sentence=sentence,
                **values,
            )
        )
        row = session.get_one(Source, source)
        row.last_visit_at = at
        if outcome.good:
            row.last_success_at, row.last_new_at = at, at


def fail(store, source, at, cause=Cause.SERVER, sentence="Er is iets."):
    visit(store, source, at, cause, Outcome.HTTP_ERROR, sentence)


def watch(store, now, keys=None):
    with store.writing() as session:
        return problems.watch(session, now, keys)


def rows(store, table=Problem):
    with store.reading() as session:
        return session.exec(select(table).order_by(table.id)).all()


def test_a_problem_is_one_row_and_one_mail_however_long_it_lasts(store, source, administrator, now):
    for hour in range(30):
        fail(store, source, now + hour * HOUR)
        watch(store, now + hour * HOUR)
    (problem,) = rows(store)
    assert (problem.kind, problem.opened_at, problem.told_at) == ("failing", now + 2 * HOUR, now + 2 * HOUR)
    (notice,) = rows(store, StaffNotice)
    assert (notice.account_id, notice.kind, notice.about) == (administrator, "problem", f"problem:{problem.id}")


def test_it_closes_by_itself_and_can_open_again(store, source, administrator, now):
    for number in range(3):
        fail(store, source, now + number * HOUR)
    assert len(watch(store, now + 3 * HOUR).opened) == 1
    visit(store, source, now + 4 * HOUR, entries=3)
    assert watch(store, now + 4 * HOUR).closed == 1
    later = now + 10 * DAY
    for number in range(3):
        fail(store, source, later + number * HOUR)
    (opened,) = watch(store, later + 3 * HOUR).opened
    assert [each.closed_at for each in rows(store)] == [now + 4 * HOUR, None]
    assert opened.id == rows(store)[1].id
    assert len(rows(store, StaffNotice)) == 2


def test_what_comes_back_within_a_day_goes_on_as_the_same_problem_without_a_mail(store, source, administrator, now):
    gone = Cause.GONE
    for hour in (0, 2, 4):
        fail(store, source, now + hour * HOUR, gone)
        watch(store, now + hour * HOUR)
        visit(store, source, now + (hour + 1) * HOUR, entries=3)
        watch(store, now + (hour + 1) * HOUR)
    assert len(rows(store)) == len(rows(store, StaffNotice)) == 1


def test_refused_and_slow_by_turns_is_one_problem(store, source, administrator, now):
    causes = [Cause.SERVER] * 3 + [Cause.BLOCKED] * 4 + [Cause.SERVER] * 9
    for number, cause in enumerate(causes):
        fail(store, source, now + number * HOUR, cause)
        watch(store, now + number * HOUR)
    assert [each.kind for each in rows(store)] == ["failing"]
    assert len(rows(store, StaffNotice)) == 1


def test_the_sentence_is_that_of_the_newest_visit(store, source, administrator, now):
    for number in range(5):
        fail(store, source, now + number * HOUR, sentence=f"Fout {number}.")
        watch(store, now + number * HOUR)
    with store.reading() as session:
        (found,) = problems.open_problems(session, source)
        assert problems.open_problems(session, source + 1) == []
    assert (found.sentence, found.source_key, found.kind) == ("Fout 4.", "omroep-proef", ProblemKind.FAILING)


def test_pausing_ends_a_problem(store, source, administrator, now):
    fail(store, source, now, Cause.GONE)
    watch(store, now)
    with store.writing() as session:
        sources.set_paused(session, "omroep-proef", paused=True, now=now)
    assert watch(store, now + HOUR).closed == 1


def test_only_the_named_sources_are_looked_at_and_the_others_stay_as_they_are(store, source, administrator, now):
    other = add(store, now, "tweede")
    for each in (source, other):
        fail(store, each, now, Cause.GONE)
    assert [each.source_key for each in watch(store, now, ["tweede"]).opened] == ["tweede"]
    visit(store, other, now + HOUR, entries=1)
    assert watch(store, now + HOUR, ["omroep-proef"]).closed == 0
    assert watch(store, now + HOUR).closed == 1


def test_many_at_once_are_told_in_one_mail(store, administrator, now):
    for number in range(6):
        fail(store, add(store, now, f"bron-{number}"), now, Cause.GONE)
    assert len(watch(store, now).opened) == 6
    (notice,) = rows(store, StaffNotice)
    assert (notice.kind, len(notice.facts["problems"])) == ("problems", 6)
    fail(store, add(store, now, "later"), now, Cause.GONE)
    watch(store, now + HOUR)
    assert [each.kind for each in rows(store, StaffNotice)] == ["problems", "problem"]


def test_five_at_once_are_told_one_by_one(store, administrator, now):
    for number in range(5):
        fail(store, add(store, now, f"bron-{number}"), now, Cause.GONE)
    watch(store, now)
    assert [each.kind for each in rows(store, StaffNotice)] == ["problem"] * 5


def test_who_is_told_are_the_administrators_that_can_still_log_in(store, source, administrator, now):
    with store.writing() as session:
        second = samples.add_account(session, now, "tweede@example.nl", "administrator")
        accounts_closed = samples.add_account(session, now, "weg@example.nl", "administrator")
        session.get_one(Account, accounts_closed).disabled_at = now
    fail(store, source, now, Cause.GONE)
    assert watch(store, now).told == 2
    assert [each.account_id for each in rows(store, StaffNotice)] == [administrator, second]


def test_a_problem_from_before_there_was_an_administrator_is_told_when_there_is_one(store, source, now):
    fail(store, source, now, Cause.GONE)
    assert watch(store, now).told == 0
    assert watch(store, now + HOUR).told == 0
    with store.writing() as session:
        samples.add_account(session, now, "beheer@example.nl", "administrator")
    assert watch(store, now + 2 * HOUR).told == 1
    assert watch(store, now + 3 * HOUR).told == 0
    assert len(rows(store, StaffNotice)) == 1


def test_problem_and_mail_are_written_together_or_not_at_all(store, source, administrator, now):
    fail(store, source, now, Cause.GONE)

    class PulledPlugError(Exception):
        pass

    with pytest.raises(PulledPlugError), store.writing() as session:
        problems.watch(session, now)
        raise PulledPlugError
    assert rows(store) == rows(store, StaffNotice) == []
    assert len(watch(store, now).opened) == 1


def test_two_that_watch_at_the_same_time_open_and_tell_once(store, administrator, now):
    for number in range(4):
        fail(store, add(store, now, f"bron-{number}"), now, Cause.GONE)
    with store.reading() as session:
        changed = problems.compare(session, now)
    assert len(changed.opened) == 4
    watched, both = [], threading.Barrier(2)

    def go():
        both.wait()
        with store.writing() as session:
            watched.append(problems.write_down(session, changed, now))

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(watched) == 2, "one of the two failed"
    assert sum(len(each.opened) for each in watched) == 4
    assert len(rows(store)) == len(rows(store, StaffNotice)) == 4


def test_an_agenda_that_is_right_is_believed_when_somebody_said_so(store, source, administrator, now):
    visit(store, source, now, Cause.VANISHED, entries=1, vanished=9)
    (opened,) = watch(store, now).opened
    assert opened.kind is ProblemKind.VANISHED
    with store.writing() as session:
        vanishing.accept(session, source, now)
    visit(store, source, now + HOUR, entries=1, vanished=9)
    assert watch(store, now + HOUR).closed == 1


def test_a_field_that_stays_empty_stays_a_problem_for_four_weeks_and_is_a_habit_then(store, source, administrator, now):
    full, empty = {"entries": 10, "dated": 10, "linked": 10}, {"entries": 10, "dated": 0, "linked": 10}
    for number in range(30):
        visit(store, source, now + number * HOUR, **full)
    start = now + 30 * HOUR
    for number in range(3):
        visit(store, source, start + number * HOUR, **empty)
    assert [each.kind for each in watch(store, start + 2 * HOUR).opened] == [ProblemKind.DRIFT]
    for day in range(1, 35):
        visit(store, source, start + day * DAY, **empty)
        watched = watch(store, start + day * DAY)
        assert watched.closed == (day == 29), f"day {day}"
    (problem,) = rows(store)
    assert problem.closed_at == start + 29 * DAY


def test_a_field_that_is_filled_again_closes_the_problem(store, source, administrator, now):
    for number in range(9):
        visit(store, source, now + number * HOUR, entries=10, dated=0 if number > 5 else 10, linked=10)
    assert len(watch(store, now + 9 * HOUR).opened) == 1
    for number in range(10, 12):
        visit(store, source, now + number * HOUR, entries=10, dated=10, linked=10)
    assert watch(store, now + 12 * HOUR).closed == 1


def test_the_days_of_a_source_are_counted_on_both_databases(store, now):
    """Also close to midnight, which is another day in Amsterdam."""
    with store.writing() as session:
        source = samples.add_source(session, now - 10 * DAY)
    midnight = now.replace(hour=0, minute=0)
    for back, minutes in ((1, -1), (1, -30), (2, 1), (9, 5), (0, 30)):
        moment = midnight - back * DAY + (DAY if minutes < 0 else timedelta(0)) + timedelta(minutes=minutes)
        with store.writing() as session:
            items.offer(session, source, samples.article(f"{back}{minutes}"), Rights.EXCERPT, moment)
    with store.reading() as session:
        facts = health.facts_of(session, sources.get(session, "omroep-proef"), now)
        (all_,) = health.all_facts(session, now)
    assert facts.days == all_.days == (0, 1, 0, 0, 0, 0, 0, 0, 1, 2), "oldest first, without today"


def test_what_is_told_reads_the_same_at_every_attempt(store, source, administrator, now):
    fail(store, source, now, Cause.GONE, "Voorgoed weg.")
    watch(store, now)
    with store.writing() as session:
        (first,) = staff_notices.claim_due(session, now, 60, 5)
        staff_notices.release(session, first.id, first.fence, now)
        session.get_one(Source, source).name = "Heel anders"
    with store.writing() as session:
        (second,) = staff_notices.claim_due(session, now, 60, 5)
    assert (first.problems, first.identity) == (second.problems, second.identity)
    assert accounts.normal_address(first.address) == "beheer@example.nl"
    (told,) = first.problems
    assert (told.source_key, told.sentence, told.opened_at) == ("omroep-proef", "Voorgoed weg.", now)
