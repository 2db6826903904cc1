"""What an approval changes about an item: which text shows from when on, and its identity in calendars."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import items, rules
from store.errors import NotAllowedError
from store.tables import Account, CalendarEntry, Item, PrivacyCheck, Revision, RevisionEvent
from store.values import EventRisk, Kind, PrivacyAnswer, Role, State


def approve(
    session: Session,
    item: Item,
    revision_id: int,
    now: datetime,
    undo_seconds: int,
    *,
    at: datetime | None = None,
) -> None:
    """Let a text be public from the end of the undo window on, or from `at` if that is later."""
    revision = session.get_one(Revision, revision_id)
    previous = item.approved_revision_id
    public_at = rules.undo_ends(now, undo_seconds)
    event = session.get(RevisionEvent, revision_id) if revision.kind == Kind.EVENT else None
    if event is not None and event.risk == EventRisk.AFTERWARDS:
        # Told before it is over, such an event would lead the wrong people to its door.
        public_at = max(public_at, event.ends_at or event.starts_at)
    is_scheduled = at is not None and at > public_at
    public_at = max(public_at, at) if at is not None else public_at
    item.previous_public_at = item.first_public_at
    item.previous_revision_id = items.shown_revision(item, now)
    if item.previous_revision_id is None:
        item.previous_public_at = None
    item.kind = revision.kind
    item.state = State.SCHEDULED if is_scheduled else State.APPROVED
    item.approved_revision_id = revision_id
    item.public_at = public_at
    item.taken_down_at = None
    item.listed_at = min(revision.published_at or public_at, public_at)
    item.first_public_at = item.first_public_at or public_at
    item.first_approval_by = item.first_approval_revision_id = None
    if event is not None:
        _calendar_entry(session, item.id or 0, previous, event, now)


def approve_first(item: Item, revision_id: int, account_id: int) -> None:
    """Note the first of two approvals. Raises NotAllowedError when this editor gave it already."""
    if item.first_approval_revision_id == revision_id and item.first_approval_by == account_id:
        raise NotAllowedError(
            "Jij hebt dit al goedgekeurd. Deze tekst vraagt om vier ogen: laat een collega ook kijken."
        )
    item.first_approval_by, item.first_approval_revision_id = account_id, revision_id


def needs_another(item: Item, revision_id: int, account_id: int) -> bool:
    """Whether no other editor approved this very text yet."""
    return item.first_approval_revision_id != revision_id or item.first_approval_by in {None, account_id}


def deciders(session: Session) -> int:
    """How many accounts may decide now. Alone, nobody can be the second of two."""
    may = (Role.ADMINISTRATOR, Role.EDITOR)
    return session.exec(
        select(sa.func.count(col(Account.id))).where(col(Account.role).in_(may), col(Account.disabled_at).is_(None))
    ).one()


def note_privacy_check(
    session: Session, revision_id: int, account_id: int, answers: Iterable[PrivacyAnswer], now: datetime
) -> None:
    """Note that the public part of a text was checked. What was answered before about the same text is replaced."""
    row = session.get(PrivacyCheck, revision_id) or PrivacyCheck(revision_id=revision_id, made_at=now)
    row.account_id, row.made_at = account_id, now
    row.answers = [
        {
            "kind": str(each.kind),
            "text": each.text,
            "where": each.where,
            "answer": str(each.answer),
            "reason": each.reason,
        }
        for each in answers
    ]
    session.add(row)


def _calendar_entry(session: Session, item_id: int, previous: int | None, new: RevisionEvent, now: datetime) -> None:
    """The identity in calendars. A plain UUID without a host name, as RFC 7986 section 5.3 recommends."""
    entry = session.get(CalendarEntry, item_id)
    if entry is None:
        session.add(CalendarEntry(item_id=item_id, uid=str(uuid.uuid4()), sequence=0, changed_at=now))
        return
    old = session.get(RevisionEvent, previous) if previous else None
    if old is None or told_of(old) != told_of(new):
        entry.sequence += 1
    entry.changed_at = now
    session.add(entry)


def told_of(event: RevisionEvent) -> tuple[object, ...]:
    """What of an event makes a new version of it when it changes (RFC 5546 section 2.1.4)."""
    return event.starts_at, event.ends_at, event.all_day, event.place, event.status, event.risk
