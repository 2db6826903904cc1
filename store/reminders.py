"""How much waits for the editors, and since when: what the mail of every morning says. Counts and times, no titles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from store.tables import Item, Review, Revision, RevisionEvent
from store.values import Kind, ReviewKind, State

SOON = timedelta(days=3)
"""An event that begins within this time is named apart: after it, approving has no use any more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`since` is when the oldest began to wait, None when nothing waits; `soon` counts the events that begin soon."""

    count: int
    since: datetime | None
    soon: int


def waiting(session: Session, *, before: datetime, now: datetime) -> Waiting:
    """What waits now and waited already at `before`. Samples of the pile wait for a quiet hour and do not count."""
    connection = session.connection()
    pending = (
        sa.select(sa.func.count(), sa.func.min(Revision.made_at))
        .select_from(Item)
        .join(Revision, col(Revision.id) == col(Item.waiting_revision_id))
        .where(col(Item.state) == State.PENDING, col(Revision.made_at) <= before)
    )
    others = sa.select(sa.func.count(), sa.func.min(Review.opened_at)).where(
        col(Review.state) == "open", col(Review.kind) != ReviewKind.SAMPLE, col(Review.opened_at) <= before
    )
    (items, first), (reviews, opened) = (connection.execute(query).one() for query in (pending, others))
    soon = connection.execute(_soon(before, now)).scalar_one()
    return Waiting(items + reviews, min((each for each in (first, opened) if each), default=None), soon)


def anything(session: Session) -> bool:
    """Whether anything at all waits for an editor now."""
    item = sa.select(sa.literal(1)).where(col(Item.state) == State.PENDING).limit(1)
    review = sa.select(sa.literal(1)).where(col(Review.state) == "open", col(Review.kind) != ReviewKind.SAMPLE).limit(1)
    connection = session.connection()
    return any(connection.execute(query).first() is not None for query in (item, review))


def _soon(before: datetime, now: datetime) -> sa.Select[Any]:
    return (
        sa.select(sa.func.count())
        .select_from(Item)
        .join(Revision, col(Revision.id) == col(Item.waiting_revision_id))
        .join(RevisionEvent, col(RevisionEvent.revision_id) == col(Revision.id))
        .where(col(Item.state) == State.PENDING, col(Item.kind) == Kind.EVENT, col(Revision.made_at) <= before)
        .where(col(RevisionEvent.starts_at) > now, col(RevisionEvent.starts_at) <= now + SOON)
    )
