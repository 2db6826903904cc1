"""What waits in the queue besides items: suggestions of stories and cases, requests for correction, samples.

One row per `(kind, target)`, opened again instead of doubled. The queue (`store/queue.py`) merges these rows with the
items that wait, by the same order; what a row is about, and what deciding it does, is known by the module of its kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.errors import ChangedError, NotFoundError
from store.tables import Review
from store.values import ReviewKind

OPEN, DONE = "open", "done"
_TABLE: sa.Table = Review.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ReviewSeen:
    """One row. `target` is a number in the table of its kind; `item_id` the item to show with it, if there is one.

    `closed_by` is None while it is open, and when the program itself closed it.
    """

    id: int
    kind: ReviewKind
    target: int
    item_id: int | None
    priority: float
    reasons: tuple[str, ...]
    is_open: bool
    opened_at: datetime
    closed_at: datetime | None
    closed_by: int | None
    outcome: str


def open_review(
    session: Session,
    kind: ReviewKind,
    target: int,
    *,
    item_id: int | None,
    priority: float,
    reasons: Iterable[str],
    now: datetime,
) -> int:
    """Let something wait in the queue, in the caller's write transaction. Returns the number of its row.

    `priority` is on the scale of `store/priority.py`; `reasons` say in Dutch why it is here. What waits already goes
    on waiting, with the new item, priority and reasons; what was closed is opened again.
    """
    connection = session.connection()
    session.flush()
    made = (sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert)(_TABLE).values(
        kind=ReviewKind(kind),
        target=target,
        item_id=item_id,
        priority=priority,
        reasons=list(reasons),
        state=OPEN,
        opened_at=now,
        outcome="",
    )
    new = made.excluded
    statement = made.on_conflict_do_update(
        index_elements=["kind", "target"],
        set_={
            "item_id": new.item_id,
            "priority": new.priority,
            "reasons": new.reasons,
            "state": OPEN,
            "opened_at": sa.case((_TABLE.c.state == OPEN, _TABLE.c.opened_at), else_=new.opened_at),
            "closed_at": None,
            "closed_by": None,
            "outcome": "",
        },
    )
    number: int = connection.execute(statement.returning(_TABLE.c.id)).scalar_one()
    session.expire_all()
    return number


def close(session: Session, review_id: int, *, account_id: int | None, outcome: str, now: datetime) -> None:
    """Take a row out of the queue; `outcome` is a word of its kind. Without an account the program itself did it.

    Raises NotFoundError, and ChangedError when somebody closed it before.
    """
    session.flush()
    done = session.connection().execute(
        sa.update(_TABLE)
        .where(_TABLE.c.id == review_id, _TABLE.c.state == OPEN)
        .values(state=DONE, closed_at=now, closed_by=account_id, outcome=outcome)
    )
    session.expire_all()
    if done.rowcount == 0:
        found = get(session, review_id)
        raise ChangedError(
            "Hier is intussen al over besloten. Kijk in de rij wat er nog wacht.", found.item_id or 0, None
        )


def get(session: Session, review_id: int) -> ReviewSeen:
    """One row, open or closed. Raises NotFoundError."""
    row = session.get(Review, review_id)
    if row is None:
        raise NotFoundError(f"There is no review {review_id}.")
    return _seen(row)


def find(session: Session, kind: ReviewKind, target: int) -> ReviewSeen | None:
    """The row of a target, open or closed, None when there never was one."""
    row = session.exec(select(Review).where(Review.kind == kind, Review.target == target)).one_or_none()
    return _seen(row) if row else None


def of_item(session: Session, item_id: int) -> tuple[ReviewSeen, ...]:
    """What waits now about one item, most urgent first."""
    rows = session.exec(
        select(Review)
        .where(Review.item_id == item_id, Review.state == OPEN)
        .order_by(col(Review.priority).desc(), col(Review.id))
    )
    return tuple(_seen(row) for row in rows)


def waiting_reviews(session: Session, kind: ReviewKind | None = None, *, size: int = 50) -> tuple[ReviewSeen, ...]:
    """What waits, most urgent first, of one kind or of all."""
    statement = select(Review).where(Review.state == OPEN)
    if kind is not None:
        statement = statement.where(Review.kind == kind)
    rows = session.exec(statement.order_by(col(Review.priority).desc(), col(Review.id)).limit(size))
    return tuple(_seen(row) for row in rows)


def counts(session: Session) -> dict[ReviewKind, int]:
    """How many wait of each kind; kinds of which none waits are left out."""
    rows = session.exec(select(Review.kind, sa.func.count()).where(Review.state == OPEN).group_by(col(Review.kind)))
    return {ReviewKind(kind): int(count) for kind, count in rows}


def _seen(row: Review) -> ReviewSeen:
    return ReviewSeen(
        id=row.id or 0,
        kind=ReviewKind(row.kind),
        target=row.target,
        item_id=row.item_id,
        priority=row.priority,
        reasons=tuple(row.reasons),
        is_open=row.state == OPEN,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        outcome=row.outcome,
    )
