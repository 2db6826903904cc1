"""How the sources fare: what is wrong with one, said once.

`findings` is the judgement, a pure function of what the visits and items of a source show; what follows from it stands
in `store/problems.py`. Silence is measured against the source's own habit, because a village paper and a national one
are quiet in different ways (PEERS (a)); so are the fields of its entries. Habits are medians: one odd week, or the
fifty old items of the first visit, change nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, takewhile

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import sources, visits
from store.sources import SourceView
from store.tables import Item, Problem
from store.values import Cause, Outcome
from store.visits import VisitView

DAY = timedelta(days=1)
DAYS = 84
"""So far back a habit is looked for: twelve weeks."""
RECENT_VISITS = 20
FAILURES = 3
"""So many failed visits in a row are more than bad luck."""
FAILING_FOR = timedelta(hours=6)
"""And so long without a good one: a server may be down for an evening."""
KNOWN_FOR = timedelta(days=28)
"""Before that a source has no habit to be measured against."""
QUIET_AT_LEAST = timedelta(days=2)
"""Added to the longest pause that the source has had more than once: for many of them, every weekend."""
QUIET_TIMES = 4
"""Silent is: four times as long without news as its median week lets expect."""
QUIET_RARE = timedelta(days=45)
"""A source with less than one item a week is silent after so long without any."""
FULL, HALF_EMPTY = 0.8, 0.4
"""A field that used to be filled in most entries and is filled in few of them now."""
HABIT_READS = 20
NEW_HABIT = timedelta(days=28)
"""A field that stayed empty for so long is what the source is like now."""


class ProblemKind(StrEnum):
    """Each asks for something else to be done."""

    SILENT = "silent"
    FAILING = "failing"
    BLOCKED = "blocked"
    GONE = "gone"
    DRIFT = "drift"
    FILTERED = "filtered"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class Finding:
    kind: ProblemKind
    sentence: str


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the visits and items of one source show.

    `visits` are its newest, `reads` the newest in which there were entries, and `before` the reads before those (or
    before the fields fell empty, while that is an open problem); newest first. `days` are its new items on each whole
    day since it was added, the oldest first, at most twelve weeks. `since` is when it was visited for the first time.
    """

    source: SourceView
    visits: tuple[VisitView, ...] = ()
    reads: tuple[VisitView, ...] = ()
    before: tuple[VisitView, ...] = ()
    days: tuple[int, ...] = ()
    since: datetime | None = None


def findings(facts: SourceFacts, now: datetime) -> list[Finding]:
    """What an administrator should look at, at most one of each kind. A paused source has no problems.

    One bad visit says nothing about what the good ones before it showed, so it makes no problem and ends none.
    """
    source = facts.source
    if source.paused or not source.checked:
        return []
    asked = [visit for visit in facts.visits if not visit.not_asked]
    found = [*_unreachable(source, asked, now), *_contents(facts, asked)]
    quiet = quiet_since(facts)
    if quiet is not None and not found:
        found.append(Finding(ProblemKind.SILENT, _silent(facts, quiet)))
    return found


FILTERED = (
    "Alles wat deze bron de laatste tijd bracht, ging door de eigen woorden van de bron naar de stapel. "
    "Kijk of die woorden nog kloppen."
)
_BLOCKING = frozenset({Cause.BLOCKED, Cause.LOGIN, Cause.ROBOTS})
_FIELDS = (("dated", "een datum"), ("linked", "een link"), ("worded", "een tekst"))


def _bad(visit: VisitView, source: SourceView) -> bool:
    """Whether we did not get what we came for. A list that is gone is drift, where there was one before."""
    return visit.failed and not (visit.cause is Cause.DRIFT and source.last_new_at is not None)


def _unreachable(source: SourceView, asked: Sequence[VisitView], now: datetime) -> list[Finding]:
    failed = list(takewhile(lambda visit: _bad(visit, source), asked))
    for visit in failed:
        if visit.cause is Cause.GONE:
            return [Finding(ProblemKind.GONE, visit.sentence)]
    if len(failed) < FAILURES or now - (source.last_success_at or source.created_at) < FAILING_FOR:
        return []
    blocked = sum(visit.cause in _BLOCKING for visit in failed)
    kind = ProblemKind.BLOCKED if blocked * 2 > len(failed) else ProblemKind.FAILING
    return [Finding(kind, failed[0].sentence)]


def _contents(facts: SourceFacts, asked: Iterable[VisitView]) -> list[Finding]:
    """What is wrong with what came. "Nothing changed" says of it what was said the last time."""
    told = (visit for visit in asked if not _bad(visit, facts.source) and visit.outcome is not Outcome.UNCHANGED)
    last = next(told, None)
    found = []
    if last is not None and last.cause is Cause.VANISHED:
        found.append(Finding(ProblemKind.VANISHED, last.sentence))
    if last is not None and last.cause is Cause.DRIFT:
        found.append(Finding(ProblemKind.DRIFT, last.sentence))
    elif fell_empty := _fell_empty(facts.reads, facts.before):
        found.append(Finding(ProblemKind.DRIFT, fell_empty))
    if len(facts.reads) >= FAILURES and all(visit.filtered == visit.entries for visit in facts.reads):
        found.append(Finding(ProblemKind.FILTERED, FILTERED))
    return found


def _fell_empty(new: Sequence[VisitView], old: Sequence[VisitView]) -> str | None:
    """What is said of a field that was filled before and is not any more."""
    if len(new) < FAILURES or len(old) < FAILURES:
        return None
    for name, words in _FIELDS:
        # Of a source that reserves its rights we keep no words, however many there are.
        reserved = name == "worded" and any(visit.reserved for visit in new)
        if not reserved and fill(old, name) >= FULL and fill(new, name) <= HALF_EMPTY:
            return f"De berichten van deze bron hebben bijna nooit meer {words}. Misschien is de website vernieuwd."
    return None


def fill(reads: Sequence[VisitView], name: str) -> float:
    """The share of entries with this field (dated, linked, worded) in the median visit; 0 without any."""
    shares = [getattr(visit, name) / visit.entries for visit in reads if visit.entries]
    return statistics.median(shares) if shares else 0.0


def quiet_since(facts: SourceFacts) -> datetime | None:
    """When the source fell silent, measured by its own habit; None when it is not silent.

    Measured up to its last good visit and not up to now: while we ourselves stood still, nobody was silent.
    """
    source = facts.source
    since = source.last_new_at or facts.since
    if since is None or source.last_success_at is None or source.last_success_at - source.created_at < KNOWN_FOR:
        return None
    return since if source.last_success_at - since > patience(facts.days) else None


def patience(days: Sequence[int]) -> timedelta:
    """How long nothing new is no silence, for a source with these numbers of new items a day."""
    usual, a_week = QUIET_AT_LEAST + usual_pause(days) * DAY, usual_week(days)
    return max(usual, QUIET_RARE if a_week < 1 else QUIET_TIMES * 7 * DAY / a_week)


def usual_week(days: Sequence[int]) -> float:
    """How many new items the source brings in its median week. Silence at the end does not count."""
    until = len(days) - next((number for number, count in enumerate(reversed(days)) if count), len(days))
    weeks = [sum(days[end - 7 : end]) for end in range(until, 6, -7)]
    return float(statistics.median(weeks)) if weeks else 0.0


def usual_pause(days: Sequence[int]) -> int:
    """The longest run of days without news, between news, that there has been at least twice."""
    runs = [(bool(count), len(list(same))) for count, same in groupby(days, bool)]
    pauses = sorted((length for news, length in runs[1:-1] if not news), reverse=True)
    return pauses[1] if len(pauses) > 1 else 0


def _silent(facts: SourceFacts, since: datetime) -> str:
    if facts.source.last_new_at is None:
        return f"De bron werkt, maar bracht sinds {since:%d-%m-%Y} nog nooit iets nieuws."
    usual = round(usual_week(facts.days))
    habit = {0: "", 1: " Gewoonlijk komt er 1 bericht per week."}
    many = f" Gewoonlijk komen er {usual} berichten per week."
    return f"De bron werkt, maar brengt al sinds {since:%d-%m-%Y} niets nieuws.{habit.get(usual, many)}"


def all_facts(session: Session, now: datetime, keys: Iterable[str] | None = None) -> list[SourceFacts]:
    """What there is to judge of every source that is visited, or of those with these keys."""
    wanted = None if keys is None else set(keys)
    active = [
        source
        for source in sources.list_all(session)
        if source.checked and not source.paused and (wanted is None or source.key in wanted)
    ]
    counts = _daily(session, now, None if wanted is None else [source.id for source in active])
    empty = _empty_since(session, now)
    return [_facts(session, source, counts.get(source.id, {}), empty.get(source.id), now) for source in active]


def facts_of(session: Session, source: SourceView, now: datetime) -> SourceFacts:
    """The same for one source, also when it is not visited."""
    counts = _daily(session, now, [source.id])
    return _facts(session, source, counts.get(source.id, {}), _empty_since(session, now).get(source.id), now)


def _facts(
    session: Session, source: SourceView, counts: dict[int, int], empty_since: datetime | None, now: datetime
) -> SourceFacts:
    newest = tuple(visits.recent(session, source.id, limit=RECENT_VISITS))
    reads = tuple(visits.reads(session, source.id, limit=FAILURES + HABIT_READS))
    before = reads[FAILURES:]
    if empty_since is not None:
        # The reads by which it was found out are not its habit.
        before = tuple(visits.reads(session, source.id, limit=FAILURES + HABIT_READS, until=empty_since))[FAILURES:]
    known = min(DAYS, (now.date() - source.created_at.date()).days)
    days = tuple(counts.get(back, 0) for back in range(known, 0, -1))
    since = visits.first_at(session, source.id) if source.last_new_at is None else source.created_at
    return SourceFacts(source, newest, reads[:FAILURES], before, days, since)


def _empty_since(session: Session, now: datetime) -> dict[int, datetime]:
    """When the drift that is an open problem began, by source; after four weeks it is the source's new habit."""
    rows = session.exec(
        select(Problem.source_id, Problem.opened_at).where(
            Problem.kind == ProblemKind.DRIFT, col(Problem.closed_at).is_(None), Problem.opened_at > now - NEW_HABIT
        )
    )
    return dict(rows.all())


def _daily(session: Session, now: datetime, source_ids: Sequence[int] | None) -> dict[int, dict[int, int]]:
    """New items per source and day, counted back from now: 1 is yesterday. Days are those of UTC."""
    day = sa.func.date(col(Item.found_at))
    statement = (
        sa.select(col(Item.source_id), sa.cast(day, sa.String), sa.func.count())
        .where(col(Item.found_at) >= now - (DAYS + 1) * DAY)
        .group_by(col(Item.source_id), day)
    )
    if source_ids is not None:
        statement = statement.where(col(Item.source_id).in_(source_ids))
    found: dict[int, dict[int, int]] = {}
    for source, text, count in session.connection().execute(statement):
        found.setdefault(source, {})[(now.date() - datetime.fromisoformat(text).date()).days] = count
    return found
