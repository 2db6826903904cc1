"""How the sources fare: what is wrong with one, said once, and the numbers behind it.

`findings` is the judgement, a pure function of what the visits and items of a source show. `watch` compares it with
the open problems: what is new is opened and told to the administrators, what is over is closed. Silence is measured
against the source's own habit, because a village paper and a national one are quiet in different ways (PEERS (a)).
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import sources, visits
from store.sources import SourceView
from store.tables import Item, Problem
from store.values import Cause
from store.visits import VisitView

WEEKS = 12
RECENT_VISITS = 20
FAILURES = 3
"""So many failed visits in a row are more than bad luck."""
FAILING_FOR = timedelta(hours=6)
"""And so long without a good one: a server may be down for an evening."""
KNOWN_FOR = timedelta(days=28)
"""Before that a source has no habit to be measured against."""
QUIET_AT_LEAST = timedelta(days=2)
QUIET_TIMES = 4
"""Silent is: four times as long without news as its median week lets expect."""
QUIET_RARE = timedelta(days=45)
"""A source with less than one item a week is silent after so long without any."""
FULL, HALF_EMPTY = 0.8, 0.4
"""A field that used to be filled in most entries and is filled in few of them now."""


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
    """What the visits and items of one source show. `weeks` are its new items in each of the last whole weeks, the
    oldest first, only those since it was added. `visits` are its newest, newest first.
    """

    source: SourceView
    visits: tuple[VisitView, ...] = ()
    weeks: tuple[int, ...] = ()


def findings(facts: SourceFacts, now: datetime) -> list[Finding]:
    """What an administrator should look at, at most one of each kind. A paused source has no problems."""
    source = facts.source
    if source.paused or not source.checked or not facts.visits:
        return []
    last = facts.visits[0]
    if last.cause is Cause.GONE:
        return [Finding(ProblemKind.GONE, last.sentence)]
    if not last.outcome.good:
        return _failing(source, last, now)
    found = []
    if last.cause is Cause.VANISHED:
        found.append(Finding(ProblemKind.VANISHED, last.sentence))
    drift = _drift(facts)
    if drift:
        found.append(Finding(ProblemKind.DRIFT, drift))
    if _filtered(facts.visits):
        found.append(Finding(ProblemKind.FILTERED, FILTERED))
    quiet = quiet_since(facts, now)
    if quiet is not None and not found:
        found.append(Finding(ProblemKind.SILENT, _silent(facts, quiet)))
    return found


FILTERED = (
    "Alles wat deze bron de laatste tijd bracht, ging door de eigen woorden van de bron naar de stapel. "
    "Kijk of die woorden nog kloppen."
)
_BLOCKING = frozenset({Cause.BLOCKED, Cause.LOGIN, Cause.ROBOTS})


def _failing(source: SourceView, last: VisitView, now: datetime) -> list[Finding]:
    if source.failures < FAILURES:
        return []
    since = source.last_success_at or source.created_at
    if now - since < min(FAILING_FOR, timedelta(seconds=source.pace_seconds * FAILURES)):
        return []
    kind = ProblemKind.BLOCKED if last.cause in _BLOCKING else ProblemKind.FAILING
    return [Finding(kind, last.sentence)]


def _drift(facts: SourceFacts) -> str | None:
    """A page without the list it had, or a field that was filled before and is not any more."""
    last = facts.visits[0]
    if last.cause is Cause.DRIFT and facts.source.last_new_at is not None:
        return last.sentence
    read = [visit for visit in facts.visits if visit.entries]
    if len(read) < 2 * FAILURES:
        return None
    new, old = read[:FAILURES], read[FAILURES:]
    for name, words in (("dated", "een datum"), ("linked", "een link"), ("worded", "een tekst")):
        if _share(old, name) >= FULL and _share(new, name) <= HALF_EMPTY:
            return f"De berichten van deze bron hebben bijna nooit meer {words}. Misschien is de website vernieuwd."
    return None


def _share(visits: Sequence[VisitView], name: str) -> float:
    entries = sum(visit.entries for visit in visits)
    return sum(getattr(visit, name) for visit in visits) / entries if entries else 0.0


def _filtered(visits: Iterable[VisitView]) -> bool:
    read = [visit for visit in visits if visit.entries][:FAILURES]
    return len(read) == FAILURES and all(visit.filtered == visit.entries for visit in read)


def quiet_since(facts: SourceFacts, now: datetime) -> datetime | None:
    """When the source fell silent, measured by its own habit; None when it is not silent."""
    source = facts.source
    if now - source.created_at < KNOWN_FOR:
        return None
    since = source.last_new_at or source.created_at
    a_week = usual_week(facts)
    patience = QUIET_RARE if a_week < 1 else max(QUIET_AT_LEAST, QUIET_TIMES * timedelta(days=7) / a_week)
    return since if now - since > patience else None


def usual_week(facts: SourceFacts) -> float:
    """How many new items the source brings in its median week; the weeks after its last item do not count."""
    weeks = list(facts.weeks)
    while weeks and weeks[-1] == 0:
        weeks.pop()
    return float(statistics.median(weeks)) if weeks else 0.0


def _silent(facts: SourceFacts, since: datetime) -> str:
    usual = round(usual_week(facts))
    day = f"{since:%d-%m-%Y}"
    if usual < 1:
        return f"De bron werkt, maar brengt al sinds {day} niets nieuws."
    words = "1 bericht" if usual == 1 else f"{usual} berichten"
    return f"De bron werkt, maar brengt al sinds {day} niets nieuws. Gewoonlijk zijn het er {words} per week."


@dataclass(frozen=True, slots=True)
class ProblemView:
    """An open problem, or one that was closed at `closed_at`."""

    id: int
    source_id: int
    source_key: str
    source_name: str
    kind: ProblemKind
    sentence: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    opened: tuple[ProblemView, ...] = ()
    closed: int = 0


def watch(session: Session, now: datetime) -> Watched:
    """Open what is newly wrong, close what is over. The caller tells the administrators, in the same transaction."""
    rows = session.exec(select(Problem).where(col(Problem.closed_at).is_(None)).with_for_update()).all()
    still_open = {(row.source_id, row.kind): row for row in rows}
    opened = []
    for facts in all_facts(session, now):
        for finding in findings(facts, now):
            row = still_open.pop((facts.source.id, finding.kind), None)
            if row is None:
                row = Problem(
                    source_id=facts.source.id,
                    kind=finding.kind,
                    sentence=finding.sentence,
                    opened_at=now,
                    seen_at=now,
                    told_at=now,
                )
                session.add(row)
                session.flush()
                opened.append(_view(row, facts.source))
            row.sentence, row.seen_at = finding.sentence, now
    for row in still_open.values():
        row.closed_at = now
    session.flush()
    return Watched(tuple(opened), len(still_open))


def open_problems(session: Session) -> list[ProblemView]:
    """All that is wrong now, the oldest first."""
    views = {source.id: source for source in sources.list_all(session)}
    rows = session.exec(select(Problem).where(col(Problem.closed_at).is_(None)).order_by(col(Problem.opened_at)))
    return [_view(row, views[row.source_id]) for row in rows]


def _view(row: Problem, source: SourceView) -> ProblemView:
    return ProblemView(
        id=row.id or 0,
        source_id=row.source_id,
        source_key=source.key,
        source_name=source.name,
        kind=ProblemKind(row.kind),
        sentence=row.sentence,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def all_facts(session: Session, now: datetime) -> list[SourceFacts]:
    """What there is to judge of every source that is not paused."""
    active = [source for source in sources.list_all(session) if source.checked and not source.paused]
    counts = weekly(session, now)
    return [
        SourceFacts(
            source,
            tuple(visits.recent(session, source.id, limit=RECENT_VISITS)),
            _since(source, counts.get(source.id, {}), now),
        )
        for source in active
    ]


def facts_of(session: Session, source: SourceView, now: datetime) -> SourceFacts:
    """The same for one source."""
    counts = weekly(session, now, source.id).get(source.id, {})
    newest = tuple(visits.recent(session, source.id, limit=RECENT_VISITS))
    return SourceFacts(source, newest, _since(source, counts, now))


def _since(source: SourceView, counts: Mapping[int, int], now: datetime) -> tuple[int, ...]:
    """The whole weeks that the source has been with us, oldest first; week 1 is the seven days before now."""
    known = min(WEEKS, (now - source.created_at) // timedelta(days=7))
    return tuple(counts.get(week, 0) for week in range(known, 0, -1))


def weekly(session: Session, now: datetime, source_id: int | None = None) -> dict[int, dict[int, int]]:
    """New items per source and week, counted back from now: week 1 is the last seven days."""
    day = sa.func.date(col(Item.found_at))
    statement = (
        sa.select(col(Item.source_id), sa.cast(day, sa.String), sa.func.count())
        .where(col(Item.found_at) > now - timedelta(days=7 * WEEKS))
        .group_by(col(Item.source_id), day)
    )
    if source_id is not None:
        statement = statement.where(col(Item.source_id) == source_id)
    found: dict[int, dict[int, int]] = {}
    for source, text, count in session.connection().execute(statement):
        back = (now.date() - datetime.fromisoformat(text).date()).days
        week = min(back // 7 + 1, WEEKS)
        weeks = found.setdefault(source, {})
        weeks[week] = weeks.get(week, 0) + count
    return found
