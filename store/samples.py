"""What we miss: every week some items of the pile are drawn by lot, for an editor to look at.

From how many of them were missed follows an estimate of all that lies there unseen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import moderation, priority, reviews
from store.errors import NotFoundError
from store.reviews import ReviewSeen
from store.tables import Item, Review, Revision
from store.values import AMSTERDAM, ReviewKind, State, Verdict

SIZE = 20
REASON = "door het lot gekozen van de stapel"


class Outcome(StrEnum):
    """What an editor found of a drawn item."""

    RIGHT = "terecht"
    MISSED = "gemist"


@dataclass(frozen=True, slots=True)
class Looked:
    """Of the samples that were opened in a period: how many an editor looked at, and how many of these we missed."""

    judged: int
    missed: int


def week_of(now: datetime) -> tuple[str, datetime]:
    """The name of the week on the clock in Amsterdam (ISO 8601, `2026-W48`), and the moment at which it began."""
    local = now.astimezone(AMSTERDAM)
    year, week, day = local.isocalendar()
    monday = (local - timedelta(days=day - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return f"{year}-W{week:02}", monday


def is_drawn(session: Session, now: datetime) -> bool:
    """Whether this week's samples were drawn already."""
    _, monday = week_of(now)
    drawn = select(Review.id).where(Review.kind == ReviewKind.SAMPLE, col(Review.opened_at) >= monday)
    return session.exec(drawn.limit(1)).first() is not None


def draw(session: Session, now: datetime, size: int = SIZE) -> int:
    """Let this week's samples wait in the queue, once a week, in the caller's write transaction. How many.

    The lot is the name of the week: the same pile gives the same draw. What was drawn before is not drawn again.
    """
    if is_drawn(session, now):
        return 0
    before = select(Review.target).where(Review.kind == ReviewKind.SAMPLE)
    pile = session.exec(
        select(Item.id)
        .join(Revision, col(Revision.id) == col(Item.waiting_revision_id))
        .where(Item.state == State.PILE, col(Item.id).not_in(before), col(Revision.title) != "")
        .order_by(col(Item.id))
    ).all()
    week, _ = week_of(now)
    chosen = sorted(sorted((number for number in pile if number), key=lambda number: _lot(week, number))[:size])
    for number in chosen:
        reviews.open_review(
            session, ReviewKind.SAMPLE, number, item_id=number, priority=priority.SAMPLE, reasons=(REASON,), now=now
        )
    return len(chosen)


def _lot(week: str, item_id: int) -> bytes:
    """The place of an item in the lot of a week: as good as chance, and the same whenever it is drawn again."""
    return hashlib.sha256(f"{week} {item_id}".encode()).digest()


def get(session: Session, review_id: int) -> ReviewSeen:
    """The row of one sample. Raises NotFoundError, also for a row of another kind."""
    found = reviews.get(session, review_id)
    if found.kind is not ReviewKind.SAMPLE:
        raise NotFoundError(f"Review {review_id} is no sample.")
    return found


def answer(
    session: Session, review_id: int, outcome: Outcome, *, account_id: int, now: datetime, undo_seconds: int
) -> int:
    """Write down what an editor found; what was missed waits in the queue from now on. Returns the item.

    In the caller's write transaction. Raises NotFoundError, and ChangedError when somebody answered before.
    """
    item_id = get(session, review_id).target
    moderation.hold(session, item_id)
    reviews.close(session, review_id, account_id=account_id, outcome=str(outcome), now=now)
    item = session.get_one(Item, item_id)
    if outcome is Outcome.MISSED and item.state == State.PILE:
        # Meanwhile the source may have changed it, and then it waits already.
        moderation.decide(
            session,
            item_id,
            item.current_revision_id or 0,
            Verdict.REOPEN,
            account_id=account_id,
            now=now,
            undo_seconds=undo_seconds,
            reason="steekproef",
        )
    return item_id


def looked(session: Session, since: datetime) -> Looked:
    """What came of the samples that were drawn from `since` on."""
    rows = session.connection().execute(
        sa.select(col(Review.outcome), sa.func.count())
        .where(col(Review.kind) == ReviewKind.SAMPLE, col(Review.opened_at) >= since)
        .where(col(Review.outcome).in_(list(Outcome)))
        .group_by(col(Review.outcome))
    )
    counts = {str(outcome): int(count) for outcome, count in rows}
    return Looked(sum(counts.values()), counts.get(Outcome.MISSED, 0))
