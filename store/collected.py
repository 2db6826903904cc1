"""The numbers behind the health of the sources: what came in, how late, and what became of it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from store.tables import Item, Revision, Source, Visit
from store.values import State

YIELD_DAYS = 90
DELAY_SAMPLE = 500
_AGO = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class HourOfVisits:
    """`at` is the start of the hour, in UTC."""

    at: datetime
    good: int
    failed: int


@dataclass(frozen=True, slots=True)
class SourceYield:
    """Of the last ninety days: what came in, what of it stood in the queue, what was approved."""

    source_id: int
    key: str
    name: str
    collected: int
    relevant: int
    approved: int


@dataclass(frozen=True, slots=True)
class SourceDelay:
    """Between publication and arrival, in the last thirty days: half of the items were faster than `median`."""

    source_id: int
    key: str
    name: str
    items: int
    median: timedelta
    slowest_tenth: timedelta


def visits_per_hour(session: Session, now: datetime, hours: int = 48) -> list[HourOfVisits]:
    """Every hour of the last `hours`, oldest first, also those in which nothing was visited."""
    first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours - 1)
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        hour: Any = sa.func.strftime("%Y-%m-%dT%H", col(Visit.started_at))
    else:
        hour = sa.func.to_char(col(Visit.started_at), 'YYYY-MM-DD"T"HH24')
    good = col(Visit.outcome).in_(("ok", "unchanged", "empty", "broken"))
    statement = (
        sa.select(hour, sa.func.count(), sa.func.sum(sa.case((good, 1), else_=0)))
        .where(col(Visit.started_at) >= first)
        .group_by(hour)
    )
    counts = {text: (int(all_), int(fine)) for text, all_, fine in connection.execute(statement)}
    hours_of = [first + timedelta(hours=number) for number in range(hours)]
    return [
        HourOfVisits(at, fine, all_ - fine)
        for at in hours_of
        for all_, fine in [counts.get(f"{at.astimezone(UTC):%Y-%m-%dT%H}", (0, 0))]
    ]


def yields(session: Session, now: datetime) -> list[SourceYield]:
    """What each source brought, the most first. A source that brought nothing is there as well."""
    since = now - timedelta(days=YIELD_DAYS)
    relevant = sa.case((col(Item.state) != State.PILE, 1), else_=0)
    approved = sa.case((col(Item.approved_revision_id).is_not(None), 1), else_=0)
    count = sa.func.count(col(Item.id))
    statement = (
        sa.select(
            col(Source.id),
            col(Source.key),
            col(Source.name),
            count,
            sa.func.coalesce(sa.func.sum(sa.case((col(Item.id).is_(None), 0), else_=relevant)), 0),
            sa.func.coalesce(sa.func.sum(approved), 0),
        )
        .outerjoin(Item, sa.and_(col(Item.source_id) == col(Source.id), col(Item.found_at) > since))
        .group_by(col(Source.id), col(Source.key), col(Source.name))
        .order_by(count.desc(), col(Source.name))
    )
    return [SourceYield(*row) for row in session.connection().execute(statement)]


def delays(session: Session, now: datetime) -> list[SourceDelay]:
    """How long after publication items come in, per source with any, the slowest first."""
    found: dict[int, tuple[str, str, list[float]]] = {}
    statement = (
        sa.select(col(Source.id), col(Source.key), col(Source.name), col(Item.found_at), col(Revision.published_at))
        .join(Item, col(Item.source_id) == col(Source.id))
        .join(Revision, sa.and_(col(Revision.item_id) == col(Item.id), col(Revision.number) == 1))
        .where(col(Item.found_at) > now - _AGO, col(Revision.published_at).is_not(None))
        # What a source already showed when it was added says nothing about how fast we are.
        .where(col(Item.found_at) > col(Source.created_at) + timedelta(days=1))
        .order_by(col(Item.found_at).desc())
        .limit(DELAY_SAMPLE * 40)
    )
    for source_id, key, name, found_at, published_at in session.connection().execute(statement):
        known = found.setdefault(source_id or 0, (key, name, []))[2]
        if published_at is not None and len(known) < DELAY_SAMPLE:
            known.append(max((found_at - published_at).total_seconds(), 0.0))
    made = []
    for source_id, (key, name, seconds) in found.items():
        late = sorted(seconds)[min(int(len(seconds) * 0.9), len(seconds) - 1)]
        median = timedelta(seconds=statistics.median(seconds))
        made.append(SourceDelay(source_id, key, name, len(seconds), median, timedelta(seconds=late)))
    return sorted(made, key=lambda delay: delay.median, reverse=True)
