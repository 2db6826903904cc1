"""Notices: one row per subscriber, subject, version and kind, written with the decision that is the reason for it.

Who is told is a query. How a row reaches its subscriber stands in `store/outbox.py`. Versions are those of the item's
identity in calendars, which rise with every withdrawal and every return: whether somebody still has what we told is
seen from the newest version that reached them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from store.tables import Notice, RevisionEvent, RevisionRegion, Subscriber, SubscriberRegion, Suppression
from store.values import NETHERLANDS, EventStatus

UNTOLD = ("waiting", "claimed", "dropped", "expired")
"""States in which certainly nobody was told. Every other state may have reached its subscriber."""

RECEIVED = ("handed", "sent", "in_doubt")
"""States in which somebody has the mail, or may have it. A refused one is known not to have arrived."""


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
    Who was told that it was withdrawn hears of it anew when it is back. Rows of an earlier approval that did not leave
    yet are written anew, so that several quick approvals give one mail, with the newest text. An event that will not
    take place is no news to somebody who never heard of it.
    """
    subscribers = session.connection().execute(_recipients(item_id, revision_id)).scalars().all()
    _delete_untold(session, item_id, ("new",), UNTOLD)
    if session.get_one(RevisionEvent, revision_id).status in {EventStatus.CANCELLED, EventStatus.POSTPONED}:
        return 0
    return _insert(session, "new", item_id, revision_id, version, subscribers, due_at, expires_at, now)


def write_withdrawal(
    session: Session, item_id: int, version: int, *, due_at: datetime, expires_at: datetime, now: datetime
) -> int:
    """Write a `correction` notice without a text for everyone who has, or may have, what is withdrawn. How many.

    The provinces they choose now do not matter: whoever got the first mail gets the second, and nobody else.
    """
    subscribers = session.connection().execute(_reachable(_has(item_id, RECEIVED))).scalars().all()
    _delete_untold(session, item_id, ("correction",), UNTOLD)
    return _insert(session, "correction", item_id, None, version, subscribers, due_at, expires_at, now)


def write_correction(
    session: Session,
    item_id: int,
    revision_id: int,
    version: int,
    *,
    corrected_at: datetime,
    due_at: datetime,
    expires_at: datetime,
    now: datetime,
) -> int:
    """Write a `correction` notice for everyone who has a text from before `corrected_at` and nothing since. How many.

    Also when another text is approved before the correction left: it is owed all the same, with the newest text.
    """
    since = sa.select(col(Notice.id)).where(
        col(Notice.subscriber_id) == Subscriber.id,
        col(Notice.about) == about_item(item_id),
        col(Notice.state).not_in(UNTOLD),
        col(Notice.due_at) >= corrected_at,
    )
    owed = _reachable(sa.and_(_has(item_id, RECEIVED), ~since.exists()))
    subscribers = session.connection().execute(owed).scalars().all()
    _delete_untold(session, item_id, ("correction",), UNTOLD)
    return _insert(session, "correction", item_id, revision_id, version, subscribers, due_at, expires_at, now)


def drop_unsent(session: Session, item_id: int, now: datetime) -> int:  # noqa: ARG001 - the same shape as its sisters
    """Take back what did not leave yet, also what is being sent at this moment. Returns how many.

    The rows are deleted: a later approval writes them anew, and a sender that holds one finds it gone before its dot.
    """
    return _delete_untold(session, item_id, ("new", "correction"), ("waiting", "claimed"))


def settle_unsent(session: Session, item_id: int, now: datetime) -> int:
    """The same for an item that is kept back: news of it stands as dropped, so that it stays known how much it was.

    A sender that holds such a row finds it settled before its dot, as it would find it gone. Returns how many.
    """
    _delete_untold(session, item_id, ("correction",), ("waiting", "claimed"))
    dropped = session.connection().execute(
        sa.update(Notice)
        .where(_about(item_id), col(Notice.kind) == "new", col(Notice.state).in_(["waiting", "claimed"]))
        .values(state="dropped", settled_at=now, claimed_until=None)
    )
    return int(dropped.rowcount)


def about_item(item_id: int) -> str:
    return f"item:{item_id}"


def has_it(session: Session, subscriber_id: int, item_id: int) -> int | None:
    """The newest text of an item that this subscriber has, or may have, and that was not taken back since."""
    kept = _kept(item_id, RECEIVED).where(col(Notice.subscriber_id) == subscriber_id)
    newest = kept.with_only_columns(col(Notice.revision_id)).order_by(col(Notice.version).desc()).limit(1)
    return session.connection().execute(newest).scalar_one_or_none()


def _kept(item_id: int, states: Iterable[str]) -> sa.Select[Any]:
    """The `new` notices about an item in these states that no later withdrawal took back."""
    later = aliased(Notice)
    taken_back = sa.select(col(later.id)).where(
        col(later.subscriber_id) == col(Notice.subscriber_id),
        col(later.about) == about_item(item_id),
        col(later.kind) == "correction",
        col(later.revision_id).is_(None),
        col(later.state).not_in(UNTOLD),
        col(later.version) > col(Notice.version),
    )
    return sa.select(col(Notice.id)).where(
        _about(item_id), col(Notice.kind) == "new", col(Notice.state).in_(list(states)), ~taken_back.exists()
    )


def _has(item_id: int, states: Iterable[str]) -> sa.ColumnElement[bool]:
    return _kept(item_id, states).where(col(Notice.subscriber_id) == Subscriber.id).exists()


def _about(item_id: int) -> sa.ColumnElement[bool]:
    # By the number and not by the word: that is the column with an index.
    return col(Notice.item_id) == item_id


def _delete_untold(session: Session, item_id: int, kinds: tuple[str, ...], states: tuple[str, ...]) -> int:
    gone = session.connection().execute(
        sa.delete(Notice).where(_about(item_id), col(Notice.kind).in_(kinds), col(Notice.state).in_(states))
    )
    return int(gone.rowcount)


def _insert(
    session: Session,
    kind: str,
    item_id: int,
    revision_id: int | None,
    version: int,
    subscribers: Iterable[int],
    due_at: datetime,
    expires_at: datetime,
    now: datetime,
) -> int:
    rows = [
        {
            "subscriber_id": subscriber_id,
            "about": about_item(item_id),
            "item_id": item_id,
            "revision_id": revision_id,
            "version": version,
            "kind": kind,
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
        session.connection().execute(sa.insert(Notice), rows)
    return len(rows)


def _recipients(item_id: int, revision_id: int) -> sa.Select[Any]:
    chosen = sa.select(col(SubscriberRegion.province)).where(col(SubscriberRegion.subscriber_id) == Subscriber.id)
    regions = sa.select(col(RevisionRegion.province)).where(col(RevisionRegion.revision_id) == revision_id)
    return _reachable(
        ~_has(item_id, (*RECEIVED, "refused")),
        sa.or_(
            ~chosen.exists(),
            ~regions.exists(),
            chosen.where(col(SubscriberRegion.province).in_(regions)).exists(),
            regions.where(col(RevisionRegion.province) == NETHERLANDS).exists(),
        ),
    )


def _reachable(*wanted: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Confirmed subscribers that get mail and are wanted.

    Locked against being erased meanwhile (PostgreSQL), so that an unsubscribe never makes a decision fail.
    """
    suppressed = sa.select(col(Suppression.reason)).where(col(Suppression.address_key) == Subscriber.address_key)
    return (
        sa.select(col(Subscriber.id))
        .where(col(Subscriber.state) == "confirmed", ~suppressed.exists(), *wanted)
        .order_by(col(Subscriber.id))
        .with_for_update(read=True, key_share=True)
    )
