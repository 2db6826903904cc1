"""What follows for everybody else when something public changes: calendars, and the mails that left before.

Called by `store/moderation.py` in the transaction of the decision, so that a withdrawal and all that it reaches stand
together or not at all. What it reached is told by `store/reach.py`.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from store import approving, notices, rules
from store.sending import GIVE_UP_AFTER
from store.standing import Standing
from store.tables import CalendarEntry, Item, RevisionEvent
from store.values import Kind


def follow(session: Session, item: Item, before: Standing, *, now: datetime, undo_seconds: int) -> int:
    """Let calendars and notices follow a decision that changed what is public. Returns how many notices it wrote.

    `before` is how the item stood. What is told of a withdrawal leaves after the undo window, and never once the
    event has begun.
    """
    item_id = item.id or 0
    was_back, is_back = _kept_back(before), is_kept_back(item)
    entry = session.get(CalendarEntry, item_id)
    if entry is not None and (was_back != is_back or _needs_a_new_version(session, item, before)):
        # A calendar believes only what has a higher number, also that something is back (RFC 5546 section 2.1.4).
        entry.sequence += 1
        entry.changed_at = now
        session.add(entry)
        session.flush()
    ends = rules.undo_ends(now, undo_seconds)
    if is_back:
        notices.settle_unsent(session, item_id, now)
        return _tell_withdrawal(session, item, entry, ends, now)
    notices.drop_unsent(session, item_id, now)
    if item.approved_revision_id is None or item.public_at is None or entry is None:
        return 0
    event = session.get(RevisionEvent, item.approved_revision_id)
    if item.kind != Kind.EVENT or event is None or event.starts_at <= now:
        return 0
    # What comes back after its rights were cleared waits as long as that can be taken back.
    due_at = max(item.public_at, ends) if before.get("rights_held_at") else item.public_at
    told = notices.write_for_event(
        session,
        item_id,
        item.approved_revision_id,
        entry.sequence,
        due_at=due_at,
        expires_at=event.starts_at,
        now=now,
    )
    if item.corrected_at is None:
        return told
    return told + notices.write_correction(
        session,
        item_id,
        item.approved_revision_id,
        entry.sequence,
        corrected_at=item.corrected_at,
        due_at=due_at,
        expires_at=event.starts_at,
        now=now,
    )


def is_kept_back(item: Item) -> bool:
    """Whether something keeps an approved text off the site: it was taken down, or its rights are in question."""
    return item.taken_down_at is not None or item.rights_held_at is not None


def _needs_a_new_version(session: Session, item: Item, before: Standing) -> bool:
    """Whether a correction changed what calendars show otherwise than in its time and place, which raise it anyway."""
    if item.corrected_at is None or before.get("corrected_at") == item.corrected_at.isoformat():
        return False
    old, new = (session.get(RevisionEvent, number or 0) for number in (before["approved"], item.approved_revision_id))
    return old is not None and new is not None and approving.told_of(old) == approving.told_of(new)


def _kept_back(standing: Standing) -> bool:
    return bool(standing.get("taken_down_at") or standing.get("rights_held_at"))


def _tell_withdrawal(session: Session, item: Item, entry: CalendarEntry | None, due_at: datetime, now: datetime) -> int:
    if entry is None:
        return 0
    event = session.get(RevisionEvent, item.approved_revision_id) if item.approved_revision_id else None
    expires_at = event.starts_at if event is not None else due_at + GIVE_UP_AFTER
    if expires_at <= now:
        return 0
    return notices.write_withdrawal(
        session, item.id or 0, entry.sequence, due_at=due_at, expires_at=expires_at, now=now
    )
