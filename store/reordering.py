"""What time changes about the queue: events come nearer, sources earn trust, an approval for later has come.

`compare` looks and changes nothing, so that it can take its time; what it found is written in short transactions. All
of it may be ended at any moment and done again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import priority, rules
from store.tables import Item, Revision, RevisionEvent, Source
from store.values import EventStatus, FlagKind, Kind, State

TRUST_DAYS = 365
TRUST_AFTER = 20
"""Fewer decided items say nothing about a source."""
AT_ONCE = 1000
_NOTICED = 0.001
_TABLE: sa.Table = Item.__table__  # type: ignore[attr-defined]

Score = Callable[[int, float], float]
"""The relevance to order by, from the number of a text and the score of the lexicon."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An item whose place in the queue changed."""

    item_id: int
    revision_id: int
    priority: float


def trusts(session: Session, now: datetime) -> dict[int, float]:
    """The share of the decided items of the last year that editors kept, by source; too few say nothing.

    One more kept and one more not are added to each (Laplace), so that twenty out of twenty is no certainty.
    """
    kept = sa.case(
        (col(Item.approved_revision_id).is_not(None) & col(Item.taken_down_at).is_(None), 1),
        (col(Item.state) == State.INTERNAL, 1),
        else_=0,
    )
    decided = sa.or_(col(Item.state).not_in([State.PENDING, State.PILE]), col(Item.approved_revision_id).is_not(None))
    rows = session.exec(
        select(Item.source_id, sa.func.count(), sa.func.sum(kept))
        .where(decided, Item.found_at > now - timedelta(days=TRUST_DAYS))
        .group_by(col(Item.source_id))
    )
    return {source: (int(good) + 1) / (count + 2) for source, count, good in rows if count >= TRUST_AFTER}


def write_trusts(session: Session, found: Mapping[int, float]) -> int:
    """Write down the trust in each source; how many changed."""
    changed = 0
    for source in session.exec(select(Source)):
        trust = found.get(source.id or 0)
        if trust is not None and (source.trust is None or abs(source.trust - trust) > _NOTICED):
            source.trust = trust
            session.add(source)
            changed += 1
    session.flush()
    return changed


def compare(
    session: Session, now: datetime, *, after: int = 0, score: Score = lambda _, lexicon: lexicon
) -> tuple[Sequence[Moved], int | None]:
    """Which of the next undecided items stand in the wrong place, and from which item to go on, None at the end."""
    rows = session.connection().execute(_rows(after)).all()
    moved = []
    for row in rows:
        shown = rules.shown_revision(
            row.approved_revision_id,
            row.public_at,
            row.previous_revision_id,
            row.taken_down_at or row.rights_held_at,
            now,
        )
        value = priority.parts_of(
            score(row.revision_id, row.relevance),
            Kind(row.kind),
            row.starts_at,
            is_up=shown is not None,
            now=now,
            status=EventStatus(row.status) if row.status else None,
            flags=(FlagKind(each["kind"]) for each in row.flags),
            trust=row.trust,
        ).value
        if abs(value - row.priority) > _NOTICED:
            moved.append(Moved(row.item_id, row.revision_id, value))
    return moved, rows[-1].item_id if len(rows) == AT_ONCE else None


def write_down(session: Session, moved: Sequence[Moved]) -> None:
    """Put items in their place, unless another text waits by now: that one got its place when it came."""
    if not moved:
        return
    mine = sa.and_(_TABLE.c.id == sa.bindparam("number"), _TABLE.c.waiting_revision_id == sa.bindparam("text"))
    rows = [{"number": each.item_id, "text": each.revision_id, "value": each.priority} for each in moved]
    session.connection().execute(sa.update(_TABLE).where(mine).values(priority=sa.bindparam("value")), rows)


def scheduled_has_come(session: Session, now: datetime) -> int:
    """Approvals for later whose time has come are approvals like any other. What is public does not follow from it."""
    come = sa.and_(_TABLE.c.state == State.SCHEDULED, _TABLE.c.public_at <= now)
    return session.connection().execute(sa.update(_TABLE).where(come).values(state=State.APPROVED)).rowcount


def is_any_scheduled(session: Session, now: datetime) -> bool:
    """Whether there is something for `scheduled_has_come` to do."""
    come = select(Item.id).where(Item.state == State.SCHEDULED, col(Item.public_at) <= now)
    return session.exec(come.limit(1)).first() is not None


def _rows(after: int) -> sa.Select[Any]:
    columns: list[Any] = [
        col(Item.id).label("item_id"),
        *(getattr(Item, name) for name in ("priority", "approved_revision_id", "public_at", "previous_revision_id")),
        *(getattr(Item, name) for name in ("taken_down_at", "rights_held_at")),
        col(Revision.id).label("revision_id"),
        *(getattr(Revision, name) for name in ("kind", "relevance", "flags")),
        *(getattr(RevisionEvent, name) for name in ("starts_at", "status")),
        col(Source.trust),
    ]
    return (
        sa.select(*columns)
        .select_from(Item)
        .join(Revision, col(Revision.id) == col(Item.waiting_revision_id))
        .join(Source, col(Source.id) == col(Item.source_id))
        .outerjoin(RevisionEvent, col(RevisionEvent.revision_id) == col(Revision.id))
        .where(col(Item.id) > after, col(Item.waiting_revision_id).is_not(None))
        .order_by(col(Item.id))
        .limit(AT_ONCE)
    )
