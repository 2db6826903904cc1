"""What is said of items that were public and were withdrawn: that they are gone, and nothing they said.

Feed readers and calendars keep copies; only a word in the same feed and the same calendar reaches them. Takes a
connection of `Store.public()`, as `store/published.py` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from store.public_views import GONE, GONE_EVENT
from store.values import Kind

STAYS = timedelta(days=30)
"""By then a program that asks at all has asked; after it the item leaves no trace."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An article that is gone. `gone_at` is when it was taken down, in UTC."""

    id: int
    gone_at: datetime


@dataclass(frozen=True, slots=True)
class GoneEvent:
    """An event that is gone, as far as a calendar needs it: when it was to be, and its identity. Times are UTC."""

    id: int
    uid: str
    sequence: int
    gone_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    all_day: bool


def articles(connection: sa.Connection, now: datetime, *, limit: int = 50) -> tuple[Tombstone, ...]:
    """The articles that went in the last thirty days, the last one first.

    The same for every choice of region, form or source: a filter must not tell what a withdrawn article was about.
    """
    query = sa.select(GONE.c.id, GONE.c.taken_down_at).where(
        GONE.c.kind == Kind.ARTICLE, GONE.c.taken_down_at > now - STAYS, GONE.c.taken_down_at <= now
    )
    rows = connection.execute(query.order_by(GONE.c.taken_down_at.desc(), GONE.c.id.desc()).limit(limit))
    return tuple(Tombstone(row.id, row.taken_down_at) for row in rows)


def events(connection: sa.Connection, now: datetime, *, limit: int = 200) -> tuple[GoneEvent, ...]:
    """The events that went in the last thirty days, the last one first; the same for every choice."""
    query = _events(now).order_by(GONE_EVENT.c.changed_at.desc(), GONE_EVENT.c.id.desc()).limit(limit)
    return tuple(_event(row) for row in connection.execute(query))


def event(connection: sa.Connection, item_id: int, now: datetime) -> GoneEvent | None:
    """One of them; None when it is not gone, went longer ago, or was never there."""
    row = connection.execute(_events(now).where(GONE_EVENT.c.id == item_id)).first()
    return _event(row) if row else None


def _events(now: datetime) -> sa.Select[tuple[object, ...]]:
    return sa.select(*GONE_EVENT.c).where(GONE_EVENT.c.changed_at > now - STAYS, GONE_EVENT.c.changed_at <= now)


def _event(row: sa.Row[tuple[object, ...]]) -> GoneEvent:
    return GoneEvent(row.id, row.uid, row.sequence, row.changed_at, row.starts_at, row.ends_at, row.all_day)
