"""How a notice leaves: claimed, handed over, settled by what the mail server answered (TRUST INV-9, 10, 11, 19).

A claim is a conditional update with a lease and a fence. Whether a subscriber may still be told is asked in the claim's
transaction and once more, by the same fence, right before the final dot: unsubscribing and withdrawing delete the row,
so a sender that holds it finds out. A row found `handed` after its lease is in doubt: the server may have it.
"""

from __future__ import annotations

import re
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import rules, subscribers
from store.tables import (
    CalendarEntry,
    Delivery,
    Item,
    Notice,
    Revision,
    RevisionEvent,
    RevisionRegion,
    Subscriber,
    Suppression,
)
from store.values import EventStatus

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120, 240))
GIVE_UP_AFTER = timedelta(hours=48)
ANSWER_WITHIN = timedelta(minutes=12)
"""A server may take ten minutes after the final dot (RFC 5321 section 4.5.3.2.6); after two more nobody waits."""

ANSWER_LIMIT = 300
_ADDRESS = re.compile(r"[^\s<>()\[\]]+@[^\s<>()\[\]]+")


class DeliveryOutcome(StrEnum):
    """How one attempt ended. UNWANTED: the row was taken back meanwhile, nothing was said to the server."""

    SENT = "sent"
    REFUSED = "refused"
    RETRY = "retry"
    IN_DOUBT = "in_doubt"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What a channel came back with. `trouble`: not about this subscriber, so the next one will fare no better.

    `bounced` says that the mailbox does not exist: nothing more is sent to it.
    """

    outcome: DeliveryOutcome
    code: int | None = None
    answer: str = ""
    trouble: bool = False
    bounced: bool = False


@dataclass(frozen=True, slots=True)
class EventToTell:
    """An approved event as a subscriber is told of it. Times are UTC; `places` from near to far."""

    item_id: int
    title: str
    starts_at: datetime
    ends_at: datetime | None
    all_day: bool
    place: str
    area: str
    status: EventStatus
    uid: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeToSend:
    """One claimed notice. `identity` is the same at every attempt and for no other notice, ever."""

    id: int
    fence: int
    kind: str
    version: int
    made_at: datetime
    subscriber_token: str
    address_sealed: str = field(repr=False)
    event: EventToTell | None

    @property
    def identity(self) -> str:
        return f"{self.id} {self.version} {self.kind} {self.subscriber_token} {self.made_at.isoformat()}"


def anything_to_do(session: Session, now: datetime) -> bool:
    """Whether a sender would find work: something due, or something that a dead sender left. Takes no lock."""
    left = sa.and_(col(Notice.state).in_(["claimed", "handed"]), col(Notice.claimed_until) <= now)
    due = sa.and_(col(Notice.state) == "waiting", col(Notice.due_at) <= now)
    return session.exec(select(Notice.id).where(sa.or_(due, left)).limit(1)).first() is not None


def without_addresses(answer: str) -> str:
    """A server's answer without the mailbox it often names: an address stands in one place only (INV-25)."""
    return _ADDRESS.sub("(address)", answer)[:ANSWER_LIMIT]


def claim_due(session: Session, now: datetime, lease_seconds: int, limit: int) -> list[NoticeToSend]:
    """Claim the notices that are due, longest due first. What may not be sent any more is settled and left out.

    A fence is drawn at random and not counted up: SQLite gives the number of a deleted row away again, and a sender
    that held the old row must not pass for the holder of the new one.
    """
    due = (
        sa.select(col(Notice.id))
        .where(col(Notice.state) == "waiting", col(Notice.due_at) <= now)
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        # A named query of its own: PostgreSQL may carry out a plain subquery again for every row, and then claim more
        # than `limit`.
        .cte("due")
    )
    fence = random.randbelow(2**31 - 1) + 1
    until = now + timedelta(seconds=lease_seconds)
    claimed = session.connection().execute(
        sa.update(Notice)
        .where(col(Notice.id).in_(sa.select(due.c.id)), col(Notice.state) == "waiting")
        .values(state="claimed", fence=fence, claimed_until=until)
        .returning(col(Notice.id))
    )
    ids = claimed.scalars().all()
    rows = session.exec(
        select(Notice, Subscriber)
        .where(col(Notice.subscriber_id) == col(Subscriber.id), col(Notice.id).in_(ids))
        .order_by(col(Notice.due_at), col(Notice.id))
    ).all()
    to_send = []
    for notice, subscriber in rows:
        event, obstacle = _obstacle(session, notice, subscriber, now)
        if obstacle:
            notice.state, notice.settled_at, notice.claimed_until = obstacle, now, None
            session.add(notice)
        else:
            to_send.append(_to_send(notice, subscriber, event))
    session.flush()
    return to_send


def mark_handed(session: Session, notice_id: int, fence: int, now: datetime) -> bool:
    """Write down that the final dot is about to leave. False: the claim is lost or nobody wants the mail any more."""
    handed = session.connection().execute(
        sa.update(Notice)
        .where(*_held(notice_id, fence, "claimed"), col(Notice.expires_at) > now)
        .values(state="handed", claimed_until=now + ANSWER_WITHIN)
    )
    return bool(handed.rowcount)


def release(session: Session, notice_id: int, fence: int, due_at: datetime) -> bool:
    """Give a claim back without an attempt, to be due at `due_at`."""
    back = session.connection().execute(
        sa.update(Notice)
        .where(*_held(notice_id, fence, "claimed"))
        .values(state="waiting", claimed_until=None, due_at=due_at)
    )
    return bool(back.rowcount)


def settle(
    session: Session, notice_id: int, fence: int, result: DeliveryResult, *, started_at: datetime, now: datetime
) -> bool:
    """Write down the attempt and what becomes of the notice. False when the row is no longer ours to settle.

    A row that was put in doubt while its server was still thinking is settled by the answer after all.
    """
    notice = session.exec(
        select(Notice)
        .where(*_held(notice_id, fence, "claimed", "handed", "in_doubt"))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if notice is None or result.outcome is DeliveryOutcome.UNWANTED:
        return False
    _record(session, notice, result, started_at, now)
    if result.bounced:
        subscriber = session.get_one(Subscriber, notice.subscriber_id)
        subscribers.suppress(session, subscriber.address_key, subscribers.BOUNCED, now)
    return True


def postpone(session: Session, until: datetime) -> int:
    """Let nothing be due before `until`: the server refuses us. Returns how many notices wait longer."""
    moved = session.connection().execute(
        sa.update(Notice).where(col(Notice.state) == "waiting", col(Notice.due_at) < until).values(due_at=until)
    )
    return int(moved.rowcount)


def recover(session: Session, now: datetime) -> int:
    """Look after rows whose sender died: claimed ones wait again, handed ones are in doubt. Returns how many."""
    left = session.exec(
        select(Notice)
        .where(col(Notice.state).in_(["claimed", "handed"]), col(Notice.claimed_until) <= now)
        .with_for_update(skip_locked=True)
    ).all()
    for notice in left:
        if notice.state == "claimed":
            notice.state, notice.claimed_until = "waiting", None
            session.add(notice)
        else:
            result = DeliveryResult(DeliveryOutcome.IN_DOUBT, answer="the sender ended before the answer")
            _record(session, notice, result, notice.claimed_until or now, now)
    return len(left)


def expire(session: Session, now: datetime) -> int:
    """Settle what waits although its event began or its link is too old. Returns how many."""
    late = session.connection().execute(
        sa.update(Notice)
        .where(col(Notice.state) == "waiting", col(Notice.expires_at) <= now)
        .values(state="expired", settled_at=now)
    )
    return int(late.rowcount)


def attempts_since(session: Session, moment: datetime) -> list[str]:
    """The sealed addresses of the attempts since `moment`, one per attempt, for the throttle."""
    query = (
        select(Subscriber.address_sealed)
        .where(col(Delivery.notice_id) == col(Notice.id), col(Notice.subscriber_id) == col(Subscriber.id))
        .where(Delivery.finished_at > moment)
    )
    return list(session.exec(query).all())


def retry_after(tries: int) -> timedelta:
    """How long to wait after this many failed attempts (TRUST E12)."""
    return RETRY_AFTER[min(tries, len(RETRY_AFTER)) - 1]


def _held(notice_id: int, fence: int, *states: str) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Notice.id) == notice_id, col(Notice.fence) == fence, col(Notice.state).in_(states)


def _record(session: Session, notice: Notice, result: DeliveryResult, started_at: datetime, now: datetime) -> None:
    doubted = session.exec(
        select(sa.func.count())
        .select_from(Delivery)
        .where(Delivery.notice_id == notice.id, Delivery.outcome == DeliveryOutcome.IN_DOUBT)
    ).one()
    notice.tries += 1
    notice.claimed_until = None
    session.add(
        Delivery(
            notice_id=notice.id or 0,
            attempt=notice.tries,
            started_at=started_at,
            finished_at=now,
            outcome=result.outcome,
            code=result.code,
            answer=without_addresses(result.answer),
        )
    )
    again = result.outcome is DeliveryOutcome.RETRY or (
        # The owner of the address waits for it, and a second one does no harm (INV-10). With the same Message-ID.
        result.outcome is DeliveryOutcome.IN_DOUBT and notice.kind == "confirmation" and not doubted
    )
    if again:
        _try_later(notice, now)
    else:
        notice.state, notice.settled_at = str(result.outcome), now
    session.add(notice)
    session.flush()


def _try_later(notice: Notice, now: datetime) -> None:
    due_at = now + retry_after(notice.tries)
    if due_at >= min(notice.expires_at, notice.made_at + GIVE_UP_AFTER):
        notice.state, notice.settled_at = "expired", now
    else:
        notice.state, notice.due_at = "waiting", due_at


def _obstacle(
    session: Session, notice: Notice, subscriber: Subscriber, now: datetime
) -> tuple[EventToTell | None, str | None]:
    """The event to tell of, and the state to settle in when there is nothing to tell (any more)."""
    if notice.expires_at <= now:
        return None, "expired"
    confirmed = subscriber.state == "confirmed"
    if notice.kind == "confirmation":
        return None, "dropped" if confirmed else None
    if not confirmed or session.get(Suppression, subscriber.address_key) is not None:
        return None, "dropped"
    event = _event(session, notice, now)
    return event, None if event else "dropped"


def _event(session: Session, notice: Notice, now: datetime) -> EventToTell | None:
    """What the notice is about, None when the public does not see exactly this text now."""
    item = session.get(Item, notice.item_id)
    if item is None or notice.revision_id is None:
        return None
    shown = rules.shown_revision(
        item.approved_revision_id, item.public_at, item.previous_revision_id, item.taken_down_at, now
    )
    if shown != notice.revision_id:
        return None
    revision = session.get_one(Revision, shown)
    facts = session.get(RevisionEvent, shown)
    entry = session.get(CalendarEntry, item.id)
    if facts is None or entry is None:
        return None
    regions = session.exec(
        select(RevisionRegion).where(RevisionRegion.revision_id == shown).order_by(col(RevisionRegion.position))
    ).all()
    return EventToTell(
        item_id=item.id or 0,
        title=revision.title,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        all_day=facts.all_day,
        place=facts.place or "",
        area=_area(regions),
        status=EventStatus(facts.status),
        uid=entry.uid,
        changed_at=entry.changed_at,
    )


def _area(regions: Sequence[RevisionRegion]) -> str:
    """The place, municipality or province of the first region: where, without telling what for."""
    if not regions:
        return ""
    return regions[0].place or regions[0].municipality or regions[0].province


def _to_send(notice: Notice, subscriber: Subscriber, event: EventToTell | None) -> NoticeToSend:
    values: dict[str, Any] = {"id": notice.id or 0, "fence": notice.fence}
    return NoticeToSend(
        **values,
        kind=notice.kind,
        version=notice.version,
        made_at=notice.made_at,
        subscriber_token=subscriber.token,
        address_sealed=subscriber.address_sealed,
        event=event,
    )
