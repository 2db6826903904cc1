"""What waits for an editor: the queue and the pile, most urgent first. Only reads.

Items and reviews (`store/reviews.py`) are read by the same order, from an index each, and merged: priority first, then
items before reviews, then number. A cursor names the last line seen by these three.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import claims, priority
from store.queue_filter import QueueFilter, item_conditions, review_conditions
from store.queue_lines import ITEMS, OF_ITEM, OF_REVIEW, REVIEWS, Line, key, lines
from store.tables import Decision, Item, Notice, Review, Revision, Source
from store.values import Role, State, Verdict

PAGE_SIZE = 50
NEWEST = 31
"""Nobody needs to know whether thirty or three hundred came in while the page stood open."""
_LAST_TEXTS = 1000
"""Among so many of the newest texts, most of which lie on the pile, is looked for what came into the queue."""
MAY_DECIDE = (Role.ADMINISTRATOR, Role.EDITOR)
"""A reader (*lezer*) sees the newsroom and changes nothing."""


@dataclass(frozen=True, slots=True)
class WaitingPage:
    lines: tuple[Line, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """`queue` counts all that waits, `urgent` the urgent requests among it."""

    queue: int
    pile: int
    urgent: int = 0


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest texts and reviews that wait, by number, newest first: what is above a number that was seen is new."""

    texts: tuple[int, ...]
    reviews: tuple[int, ...]


def counts(session: Session, scope: Sequence[str] = ()) -> Counts:
    """What waits, for an account that decides about these provinces, or about all."""
    everything = QueueFilter(scope=tuple(scope))
    waits = _count_reviews(session, everything)
    urgent = select(sa.func.count()).where(Review.state == "open", col(Review.priority) >= priority.URGENT_REMOVAL)
    if scope:
        on_pile = _count_items(session, QueueFilter(scope=tuple(scope), pile=True))
        return Counts(_count_items(session, everything) + waits, on_pile, session.exec(urgent).one())
    rows = session.exec(
        select(Item.state, sa.func.count())
        .where(col(Item.state).in_([State.PENDING, State.PILE]))
        .group_by(col(Item.state))
    ).all()
    of = {str(state): int(count) for state, count in rows}
    return Counts(of.get(State.PENDING, 0) + waits, of.get(State.PILE, 0), session.exec(urgent).one())


def notice_counts(session: Session) -> dict[str, int]:
    """How many notices stand in each state."""
    rows = session.exec(select(Notice.state, sa.func.count()).group_by(col(Notice.state))).all()
    return {str(state): int(count) for state, count in rows}


def count(session: Session, wanted: QueueFilter) -> int:
    """How many lines a filter leaves."""
    return _count_items(session, wanted) + _count_reviews(session, wanted)


def waiting(
    session: Session, wanted: QueueFilter, *, now: datetime, after: str = "", size: int = PAGE_SIZE
) -> WaitingPage:
    """One page of the queue from a cursor on. A cursor that is not ours starts at the top."""
    place = _place(after)
    rows = sorted(
        [*_item_rows(session, wanted, place, size + 1), *_review_rows(session, wanted, place, size + 1)],
        key=key,
    )
    found = lines(session, rows[:size], now)
    return WaitingPage(found, found[-1].cursor if len(rows) > size else None)


def lines_of(session: Session, item_ids: Iterable[int], *, now: datetime) -> tuple[Line, ...]:
    """The lines of these items, in this order; those that wait no more are left out."""
    wanted = list(item_ids)
    rows = session.connection().execute(
        ITEMS.where(col(Item.id).in_(wanted), col(Item.state).in_([State.PENDING, State.PILE]))
    )
    return lines(session, sorted(rows, key=lambda row: wanted.index(row.item_id)), now)


def next_after(
    session: Session,
    wanted: QueueFilter,
    item_id: int,
    *,
    account_id: int | None = None,
    now: datetime | None = None,
) -> int | None:
    """The item that comes after this one in the queue, else the first one, None when nothing else waits.

    With `account_id` and `now`, items that a colleague looks at or was given are passed over, and those that this
    account approved already as the first of two.
    """
    item = session.get(Item, item_id)
    conditions = item_conditions(wanted, _dialect(session))
    if item is None or conditions is None:
        return None
    if account_id is not None and now is not None:
        conditions.append(sa.not_(claims.held_by_others(account_id, now)))
        mine = sa.and_(
            col(Item.first_approval_by) == account_id,
            col(Item.first_approval_revision_id) == col(Item.waiting_revision_id),
        )
        conditions.append(sa.not_(sa.func.coalesce(mine, sa.false())))
    statement = (
        select(Item.id)
        .where(*conditions, col(Item.id) != item_id)
        .order_by(col(Item.priority).desc(), col(Item.id))
        .limit(1)
    )
    follows = _comes_after(Item, (item.priority, OF_ITEM, item_id), OF_ITEM)
    found = session.exec(statement.where(follows)).first()
    return found if found is not None else session.exec(statement).first()


def newest(session: Session, scope: Sequence[str] = ()) -> Newest:
    """What came in last, so that a page that stands open can say how much is new."""
    last = select(Revision.id, Revision.item_id).order_by(col(Revision.id).desc()).limit(_LAST_TEXTS).subquery()
    conditions = item_conditions(QueueFilter(scope=tuple(scope)), _dialect(session)) or []
    texts = (
        select(last.c.id)
        .join(Item, sa.and_(col(Item.id) == last.c.item_id, col(Item.waiting_revision_id) == last.c.id))
        .where(*conditions)
        .order_by(last.c.id.desc())
        .limit(NEWEST)
    )
    reviews = select(Review.id).where(Review.state == "open").order_by(col(Review.id).desc()).limit(NEWEST)
    return Newest(tuple(session.exec(texts)), tuple(number or 0 for number in session.exec(reviews)))


def judged_since(session: Session, account_id: int, moment: datetime) -> int:
    """How many verdicts of an account since a moment stand; what it took back does not count."""
    last = (
        select(Decision.id)
        .where(Decision.account_id == account_id, Decision.made_at < moment)
        .order_by(col(Decision.id).desc())
        .limit(1)
    )
    rows = session.exec(
        select(Decision.verdict, sa.func.count())
        .where(Decision.account_id == account_id, col(Decision.id) > sa.func.coalesce(last.scalar_subquery(), 0))
        .group_by(col(Decision.verdict))
    ).all()
    of = {str(verdict): int(count) for verdict, count in rows}
    return max(0, sum(of.get(verdict, 0) for verdict in _JUDGING) - of.get(Verdict.UNDO, 0))


_JUDGING = (
    Verdict.APPROVE,
    "approve_first",
    Verdict.REJECT,
    Verdict.INTERNAL,
    Verdict.WITHDRAW,
    Verdict.CORRECT,
)


@dataclass(frozen=True, slots=True)
class SourceName:
    key: str
    name: str


def sources(session: Session) -> tuple[SourceName, ...]:
    """The sources to choose from in the filter."""
    rows = session.exec(select(Source.key, Source.name).order_by(col(Source.name))).all()
    return tuple(SourceName(key, name) for key, name in rows)


_Place = tuple[float, int, int]


def _dialect(session: Session) -> str:
    return session.connection().dialect.name


def _item_rows(session: Session, wanted: QueueFilter, place: _Place | None, size: int) -> Sequence[sa.Row[Any]]:
    conditions = item_conditions(wanted, _dialect(session))
    return [] if conditions is None else _first(session, Item, ITEMS.where(*conditions), OF_ITEM, place, size)


def _review_rows(session: Session, wanted: QueueFilter, place: _Place | None, size: int) -> Sequence[sa.Row[Any]]:
    conditions = review_conditions(wanted, _dialect(session))
    found = REVIEWS
    return [] if conditions is None else _first(session, Review, found.where(*conditions), OF_REVIEW, place, size)


def _first(
    session: Session, table: type[Item | Review], rows: sa.Select[Any], sort: int, place: _Place | None, size: int
) -> Sequence[sa.Row[Any]]:
    if place is not None:
        rows = rows.where(_comes_after(table, place, sort))
    order = (col(table.priority).desc(), col(table.id))
    return session.connection().execute(rows.order_by(*order).limit(size)).all()


def _comes_after(table: type[Item | Review], place: _Place, sort: int) -> sa.ColumnElement[bool]:
    value, last_sort, last = place
    lower, level = col(table.priority) < value, col(table.priority) <= value
    if sort < last_sort:
        return lower
    return level if sort > last_sort else sa.and_(level, sa.or_(lower, col(table.id) > last))


def _count_items(session: Session, wanted: QueueFilter) -> int:
    conditions = item_conditions(wanted, _dialect(session))
    if conditions is None:
        return 0
    return session.exec(select(sa.func.count()).select_from(Item).where(*conditions)).one()


def _count_reviews(session: Session, wanted: QueueFilter) -> int:
    conditions = review_conditions(wanted, _dialect(session))
    if conditions is None:
        return 0
    counted = REVIEWS.with_only_columns(sa.func.count(), maintain_column_froms=True).where(*conditions)
    return int(session.connection().execute(counted).scalar_one())


def _place(cursor: str) -> _Place | None:
    value, _, last = cursor.partition("_")
    sort = OF_REVIEW if last.startswith("r") else OF_ITEM
    try:
        place = float(value), sort, int(last.removeprefix("r"))
    except ValueError:
        return None
    return place if abs(place[0]) < 1e6 and 0 <= place[2] < 2**63 else None  # noqa: PLR2004 - what a database takes
