"""Notices: one row per subscriber, subject, version and kind, written with the decision that is the reason for it.

Who is told is a query. How a row reaches its subscriber stands in `store/outbox.py`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from store.tables import Notice, RevisionEvent, RevisionRegion, Subscriber, SubscriberRegion, Suppression
from store.values import NETHERLANDS, EventStatus

UNTOLD = ("waiting", "claimed", "dropped", "expired")
"""States in which certainly nobody was told. Every other state may have reached its subscriber."""


def write_for_event(
    session: Session,
    item_id: int,
    revision_id: int,
    version: int,
    *,
    due_at: datetime,
    expires_at: datetime,
    now: datetime,
) -> int:
    """Write a `new` notice for everyone who must hear of this event and did not yet. Returns how many.

    They are the confirmed subscribers, not suppressed, who chose one of the provinces of this revision or none at all
    (an event in all of the Netherlands fits everybody, and so does one that no place is known of, such as a webinar).
    Rows of an earlier approval that did not leave yet are written anew, so that several quick approvals give one mail,
    with the newest text. An event that will not take place is no news to somebody who never heard of it.
    """
    connection = session.connection()
    subscribers = connection.execute(_recipients(item_id, revision_id)).scalars().all()
    _delete_untold(session, item_id, UNTOLD)
    if session.get_one(RevisionEvent, revision_id).status in {EventStatus.CANCELLED, EventStatus.POSTPONED}:
        return 0
    rows = [
        {
            "subscriber_id": subscriber_id,
            "about": about_item(item_id),
            "item_id": item_id,
            "revision_id": revision_id,
            "version": version,
            "kind": "new",
            "state": "waiting",
            "made_at": now,
            "due_at": due_at,
            "expires_at": expires_at,
            "tries": 0,
            "fence": 0,
        }
        for subscriber_id in subscribers
    ]
    if rows:
        connection.execute(sa.insert(Notice), rows)
    return len(rows)


def drop_unsent(session: Session, item_id: int, now: datetime) -> int:  # noqa: ARG001 - the same shape as its sisters
    """Take back what did not leave yet, also what is being sent at this moment. Returns how many.

    The rows are deleted: a later approval writes them anew, and a sender that holds one finds it gone before its dot.
    """
    return _delete_untold(session, item_id, ("waiting", "claimed"))


def about_item(item_id: int) -> str:
    return f"item:{item_id}"


def _delete_untold(session: Session, item_id: int, states: tuple[str, ...]) -> int:
    gone = session.connection().execute(
        sa.delete(Notice).where(
            col(Notice.item_id) == item_id, col(Notice.kind) == "new", col(Notice.state).in_(states)
        )
    )
    return int(gone.rowcount)


def _recipients(item_id: int, revision_id: int) -> sa.Select[Any]:
    """Locked against being erased meanwhile (PostgreSQL), so that an unsubscribe never makes a decision fail."""
    chosen = sa.select(col(SubscriberRegion.province)).where(col(SubscriberRegion.subscriber_id) == Subscriber.id)
    regions = sa.select(col(RevisionRegion.province)).where(col(RevisionRegion.revision_id) == revision_id)
    told = sa.select(col(Notice.id)).where(
        col(Notice.subscriber_id) == Subscriber.id,
        col(Notice.about) == about_item(item_id),
        col(Notice.kind) == "new",
        col(Notice.state).not_in(UNTOLD),
    )
    suppressed = sa.select(col(Suppression.reason)).where(col(Suppression.address_key) == Subscriber.address_key)
    return (
        sa.select(col(Subscriber.id))
        .where(col(Subscriber.state) == "confirmed", ~suppressed.exists(), ~told.exists())
        .where(
            sa.or_(
                ~chosen.exists(),
                ~regions.exists(),
                chosen.where(col(SubscriberRegion.province).in_(regions)).exists(),
                regions.where(col(RevisionRegion.province) == NETHERLANDS).exists(),
            )
        )
        .order_by(col(Subscriber.id))
        .with_for_update(read=True, key_share=True)
    )
