"""The numbers behind the health of the sources: what came in, how late, and what became of it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from store import pace
from store.tables import Item, Revision, Source, Visit
from store.values import Outcome, SourceKind, State

YIELD_DAYS = 90
DELAY_SAMPLE = 200
"""So many of its newest items tell how fast a source comes in."""
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
    bad = sa.or_(
        col(Visit.outcome).not_in([outcome for outcome in Outcome if outcome.good]),
        # As `store.pace.failed` has it: where something should have been and nothing was.
        sa.and_(col(Visit.entries) == 0, col(Visit.cause).in_(list(pace.WEIGHTS))),
    )
    statement = (
        sa.select(hour, sa.func.count(), sa.func.sum(sa.case((bad, 0), else_=1)))
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


def yields(session: Session, now: datetime, source_id: int | None = None) -> list[SourceYield]:
    """What each source (or the one) brought, the most first. A source that brought nothing is there as well."""
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
        .where(col(Source.kind) != SourceKind.OWN)
        .group_by(col(Source.id), col(Source.key), col(Source.name))
        .order_by(count.desc(), col(Source.name))
    )
    if source_id is not None:
        statement = statement.where(col(Source.id) == source_id)
    return [SourceYield(*row) for row in session.connection().execute(statement)]


def delays(session: Session, now: datetime) -> list[SourceDelay]:
    """How long after publication items come in, per source with any, the slowest first.

    What a source published before we visited it for the first time says nothing about how fast we are.
    """
    first = sa.select(sa.func.min(Visit.started_at)).where(col(Visit.source_id) == col(Source.id)).scalar_subquery()
    newest = sa.func.row_number().over(partition_by=col(Item.source_id), order_by=col(Item.found_at).desc())
    sample = (
        sa.select(
            col(Source.id).label("id"),
            col(Source.key).label("key"),
            col(Source.name).label("name"),
            col(Item.found_at).label("found_at"),
            col(Revision.published_at).label("published_at"),
            newest.label("number"),
        )
        .join(Item, col(Item.source_id) == col(Source.id))
        .join(Revision, sa.and_(col(Revision.item_id) == col(Item.id), col(Revision.number) == 1))
        .where(col(Source.kind) != SourceKind.OWN)
        .where(col(Item.found_at) > now - _AGO, col(Revision.published_at) >= first)
        .subquery()
    )
    found: dict[tuple[int, str, str], list[timedelta]] = {}
    for row in session.connection().execute(sa.select(sample).where(sample.c.number <= DELAY_SAMPLE)):
        waited = max(row.found_at - row.published_at, timedelta(0))
        found.setdefault((row.id, row.key, row.name), []).append(waited)
    made = [SourceDelay(*source, len(all_), _median(all_), _late(all_)) for source, all_ in found.items()]
    return sorted(made, key=lambda delay: (-delay.median, delay.name))


def _median(waited: list[timedelta]) -> timedelta:
    return timedelta(seconds=statistics.median(each.total_seconds() for each in waited))


def _late(waited: list[timedelta]) -> timedelta:
    """What nine in ten stay below."""
    return sorted(waited)[min(int(len(waited) * 0.9), len(waited) - 1)]
