"""How a notice leaves: claimed, handed over, settled by what the mail server answered (TRUST INV-9, 10, 11, 19).

The states stand in `store/sending.py`. Whether a subscriber may still be told is asked in the claim's transaction and
once more, by the same fence, right before the final dot: unsubscribing and withdrawing delete the row, so a sender that
holds it finds out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import notices, rules, sending, subscribers
from store.sending import NO_ANSWER, DeliveryOutcome, DeliveryResult
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
from store.values import EventRisk, EventStatus


@dataclass(frozen=True, slots=True)
class EventToTell:
    """An approved event as a subscriber is told of it, or one that was withdrawn: then without title, place and area.

    Times are UTC. `correction` is the public sentence about what was corrected, empty unless the notice is about that.
    """

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
    correction: str = ""
    withdrawn: bool = False


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
    return sending.anything_to_do(session, Notice, now)


def claim_due(session: Session, now: datetime, lease_seconds: int, limit: int) -> list[NoticeToSend]:
    """Claim the notices that are due, longest due first. What may not be sent any more is settled and left out."""
    ids = sending.claim(session, Notice, now, lease_seconds, limit)
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
    return sending.mark_handed(session, Notice, notice_id, fence, now)


def release(session: Session, notice_id: int, fence: int, due_at: datetime) -> bool:
    """Give a claim back without an attempt, to be due at `due_at`."""
    return sending.release(session, Notice, notice_id, fence, due_at)


def settle(
    session: Session, notice_id: int, fence: int, result: DeliveryResult, *, started_at: datetime, now: datetime
) -> bool:
    """Write down the attempt and what becomes of the notice. False when the row is no longer ours to settle.

    A row that was put in doubt while its server was still thinking is settled by the answer after all.
    """
    notice = sending.held_row(session, Notice, notice_id, fence)
    if notice is None or result.outcome is DeliveryOutcome.UNWANTED:
        return False
    _record(session, notice, result, started_at, now)
    if result.bounced:
        subscriber = session.get_one(Subscriber, notice.subscriber_id)
        subscribers.suppress(session, subscriber.address_key, subscribers.BOUNCED, now)
    return True


def postpone(session: Session, until: datetime) -> int:
    """Let nothing be due before `until`: the server refuses us. Returns how many notices wait longer."""
    return sending.postpone(session, Notice, until)


def recover(session: Session, now: datetime) -> int:
    """Look after rows whose sender died: claimed ones wait again, handed ones are in doubt. Returns how many."""
    handed, count = sending.left_behind(session, Notice, now)
    for notice in handed:
        _record(session, notice, NO_ANSWER, notice.claimed_until or now, now)
    return count


def expire(session: Session, now: datetime) -> int:
    """Settle what waits although its event began or its link is too old. Returns how many."""
    return sending.expire(session, Notice, now)


def attempts_since(session: Session, moment: datetime) -> list[str]:
    """The sealed addresses of the attempts since `moment`, one per attempt, for the throttle."""
    query = (
        select(Subscriber.address_sealed)
        .where(col(Delivery.notice_id) == col(Notice.id), col(Notice.subscriber_id) == col(Subscriber.id))
        .where(Delivery.finished_at > moment)
    )
    return list(session.exec(query).all())


def _record(session: Session, notice: Notice, result: DeliveryResult, started_at: datetime, now: datetime) -> None:
    doubted = session.exec(
        select(sa.func.count())
        .select_from(Delivery)
        .where(Delivery.notice_id == notice.id, Delivery.outcome == DeliveryOutcome.IN_DOUBT)
    ).one()
    again = result.outcome is DeliveryOutcome.RETRY or (
        # Not to hear of it does more harm than to hear of it twice (INV-10). With the same Message-ID.
        result.outcome is DeliveryOutcome.IN_DOUBT and _is_wanted_twice(notice) and not doubted
    )
    sending.conclude(notice, result.outcome, now, again=again)
    session.add(
        Delivery(
            notice_id=notice.id or 0,
            attempt=notice.tries,
            started_at=started_at,
            finished_at=now,
            outcome=result.outcome,
            code=result.code,
            answer=sending.without_addresses(result.answer),
        )
    )
    session.add(notice)
    session.flush()


def _is_wanted_twice(notice: Notice) -> bool:
    """A confirmation, for which somebody waits, and a withdrawal, which works in calendars as a cancellation does."""
    return notice.kind == "confirmation" or _is_withdrawal(notice)


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
    event = _withdrawn(session, notice) if _is_withdrawal(notice) else _event(session, notice, now)
    return event, None if event else "dropped"


def _is_withdrawal(notice: Notice) -> bool:
    return notice.kind == "correction" and notice.revision_id is None


def _withdrawn(session: Session, notice: Notice) -> EventToTell | None:
    """What a withdrawal is about: when it was, by the text this subscriber has, and nothing more of it.

    None when it is back meanwhile, or when the mail before turned out not to have arrived.
    """
    item = session.get(Item, notice.item_id)
    told = notices.has_it(session, notice.subscriber_id, notice.item_id or 0)
    entry, facts = session.get(CalendarEntry, notice.item_id), session.get(RevisionEvent, told) if told else None
    if item is None or entry is None or facts is None or not (item.taken_down_at or item.rights_held_at):
        return None
    return EventToTell(
        item_id=item.id or 0,
        title="",
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        all_day=facts.all_day,
        place="",
        area="",
        status=EventStatus.CANCELLED,
        uid=entry.uid,
        changed_at=entry.changed_at,
        withdrawn=True,
    )


def _event(session: Session, notice: Notice, now: datetime) -> EventToTell | None:
    """What the notice is about, None when the public does not see exactly this text now."""
    item = session.get(Item, notice.item_id)
    if item is None or notice.revision_id is None:
        return None
    shown = rules.shown_revision(
        item.approved_revision_id,
        item.public_at,
        item.previous_revision_id,
        item.taken_down_at or item.rights_held_at,
        now,
    )
    if shown != notice.revision_id:
        return None
    is_correction = notice.kind == "correction"
    if is_correction and notices.has_it(session, notice.subscriber_id, item.id or 0) is None:
        return None
    revision = session.get_one(Revision, shown)
    facts = session.get(RevisionEvent, shown)
    entry = session.get(CalendarEntry, item.id)
    if facts is None or entry is None:
        return None
    regions = session.exec(
        select(RevisionRegion).where(RevisionRegion.revision_id == shown).order_by(col(RevisionRegion.position))
    ).all()
    # A mail is no place for an address that only who signs up may know.
    is_open = facts.risk == EventRisk.OPEN
    return EventToTell(
        item_id=item.id or 0,
        title=revision.title,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        all_day=facts.all_day,
        place=(facts.place or "") if is_open else "",
        area=_area(regions, with_place=is_open),
        status=EventStatus(facts.status),
        uid=entry.uid,
        changed_at=entry.changed_at,
        correction=item.correction if is_correction else "",
    )


def _area(regions: Sequence[RevisionRegion], *, with_place: bool) -> str:
    """The place, municipality or province of the first region: where, without telling what for."""
    if not regions:
        return ""
    return (regions[0].place if with_place else None) or regions[0].municipality or regions[0].province


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
