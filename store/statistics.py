"""The newsroom in numbers over a period: what came in, how long it waited, what was approved, and what we may miss.

Counted in SQL. Days are those of UTC; weeks begin on Monday (ISO 8601). Only reads.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from store import samples
from store.tables import Decision, Item, Revision, RevisionForm, RevisionRegion, Source
from store.values import State

BINS = 5
SURE = 1.96
"""Standard deviations around an estimate that hold 95 of 100."""
Counted = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Of the items that were decided for the first time in a week: half waited shorter than `median`."""

    week: str
    items: int
    median: timedelta
    slowest_tenth: timedelta


@dataclass(frozen=True, slots=True)
class Bin:
    """Decided items with a relevance from `low` to `high`, and how many of them editors kept."""

    low: float
    high: float
    decided: int
    kept: int


@dataclass(frozen=True, slots=True)
class Missed:
    """The weekly samples: of `judged` items `missed` belonged in the queue. The share lies between `low` and `high`
    with 95 % certainty (Wilson 1927); `pile` is how many lie there now.
    """

    judged: int
    missed: int
    low: float
    high: float
    pile: int


def per_day(session: Session, since: datetime) -> Counted:
    """How many items came in on each day that brought any, oldest first."""
    day = _day(session, col(Item.found_at))
    rows = session.connection().execute(
        sa.select(day, sa.func.count()).where(col(Item.found_at) >= since).group_by(day).order_by(day)
    )
    return tuple((str(name), int(count)) for name, count in rows)


def per_source(session: Session, since: datetime, most: int = 15) -> Counted:
    """The sources that brought the most items."""
    count = sa.func.count()
    rows = session.connection().execute(
        sa.select(col(Source.name), count)
        .join(Item, col(Item.source_id) == col(Source.id))
        .where(col(Item.found_at) >= since)
        .group_by(col(Source.id), col(Source.name))
        .order_by(count.desc(), col(Source.name))
        .limit(most)
    )
    return tuple((name, int(number)) for name, number in rows)


def waits(session: Session, since: datetime) -> tuple[Wait, ...]:
    """How long items waited for their first decision, by the week of that decision."""
    first = sa.func.min(col(Decision.made_at))
    decided_first = (
        sa.select(col(Decision.item_id).label("item_id"), first.label("decided"))
        .group_by(col(Decision.item_id))
        .subquery()
    )
    rows = session.connection().execute(
        sa.select(decided_first.c.decided, col(Item.found_at))
        .join(decided_first, decided_first.c.item_id == col(Item.id))
        .where(decided_first.c.decided >= since)
    )
    weeks: dict[str, list[float]] = {}
    for decided, found in rows:
        waited = max((decided - found).total_seconds(), 0.0)
        weeks.setdefault(samples.week_of(decided)[0], []).append(waited)
    return tuple(
        Wait(
            week,
            len(all_),
            timedelta(seconds=statistics.median(all_)),
            timedelta(seconds=sorted(all_)[min(int(len(all_) * 0.9), len(all_) - 1)]),
        )
        for week, all_ in sorted(weeks.items())
    )


def approved_by_province(session: Session, since: datetime) -> Counted:
    """Approved items by province; one about two provinces counts in both."""
    return _approved(session, since, RevisionRegion, col(RevisionRegion.province))


def approved_by_form(session: Session, since: datetime) -> Counted:
    """Approved items by form; one of two forms counts in both."""
    return _approved(session, since, RevisionForm, col(RevisionForm.form))


def calibration(session: Session, since: datetime) -> tuple[Bin, ...]:
    """What share of the decided items editors kept, by the relevance that was found in their newest text."""
    score = col(Revision.relevance)
    number = sa.case(*((score < (each + 1) / BINS, each) for each in range(BINS - 1)), else_=BINS - 1)
    kept = sa.case((col(Item.state).in_([State.APPROVED, State.SCHEDULED, State.INTERNAL]), 1), else_=0)
    rows = session.connection().execute(
        sa.select(number, sa.func.count(), sa.func.sum(kept))
        .select_from(Item)
        .join(Revision, col(Revision.id) == col(Item.current_revision_id))
        .where(col(Item.found_at) >= since, col(Item.state).not_in([State.PENDING, State.PILE]))
        .group_by(number)
        .order_by(number)
    )
    return tuple(Bin(each / BINS, (each + 1) / BINS, int(count), int(good)) for each, count, good in rows)


def missed(session: Session, since: datetime) -> Missed:
    """What the samples of a period say about the pile."""
    seen = samples.looked(session, since)
    pile = sa.select(sa.func.count()).where(col(Item.state) == State.PILE)
    low, high = wilson(seen.missed, seen.judged)
    return Missed(seen.judged, seen.missed, low, high, session.connection().execute(pile).scalar_one())


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Between which shares the true one lies, with 95 % certainty (Wilson 1927). Without tries: anywhere."""
    if not tries:
        return 0.0, 1.0
    share, square = hits / tries, SURE**2
    middle = share + square / (2 * tries)
    around = SURE * math.sqrt(share * (1 - share) / tries + square / (4 * tries**2))
    whole = 1 + square / tries
    return max((middle - around) / whole, 0.0), min((middle + around) / whole, 1.0)


def _approved(session: Session, since: datetime, table: Any, what: Any) -> Counted:
    count = sa.func.count(sa.distinct(col(Item.id)))
    rows = session.connection().execute(
        sa.select(what, count)
        .select_from(Item)
        .join(table, table.revision_id == col(Item.approved_revision_id))
        .where(col(Item.public_at) >= since, col(Item.taken_down_at).is_(None))
        .group_by(what)
        .order_by(count.desc(), what)
    )
    return tuple((str(name), int(number)) for name, number in rows)


def _day(session: Session, moment: Any) -> Any:
    if session.connection().dialect.name == "sqlite":
        return sa.func.strftime("%Y-%m-%d", moment)
    return sa.func.to_char(moment, "YYYY-MM-DD")
