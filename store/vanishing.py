"""Events that a source shows no longer: a proposal to the editor, and nothing at all when too many go at once.

An empty answer after a redesign looks the same as an agenda in which everything was called off. A false cancellation
sends people home from a meeting that takes place, so more than a third at once is never believed (PEERS 3, 15).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from store import items, revisions
from store.items import one_at_a_time
from store.revisions import RevisionText
from store.tables import Item, Revision, RevisionEvent, Source
from store.values import EventStatus, Kind, State, content_hash

BELIEVED_SHARE = 3
"""At most one in so many future events may vanish at once."""
NOTE = "De bron toont deze afspraak niet meer. Gaat hij niet door?"


@dataclass(frozen=True, slots=True)
class Vanished:
    """Of the `known` future events `lost` are gone; `proposed` of them wait for an editor as cancelled now.

    When it is not `believed`, nothing was changed, and nothing that the source says about known events should be.
    """

    proposed: int = 0
    lost: int = 0
    known: int = 0
    believed: bool = True


def vanish(session: Session, source_id: int, seen: Collection[str], now: datetime) -> Vanished:
    """Compare the future events we know of a source with those it shows now (`seen`, all of them, by guid).

    Called before the visit's items are offered. An administrator who said that the agenda is right
    (`accept`) is believed once.
    """
    one_at_a_time(session, source_id)
    shown = set(seen)
    rows = session.exec(
        select(Item.id, Item.guid, Item.state, RevisionEvent.status)
        .join(RevisionEvent, col(RevisionEvent.revision_id) == col(Item.current_revision_id))
        .where(Item.source_id == source_id, Item.kind == Kind.EVENT, RevisionEvent.starts_at > now)
        .order_by(col(Item.id))
    ).all()
    known = [row for row in rows if _stands(row[1], shown) or row[3] != EventStatus.CANCELLED]
    lost = [row for row in known if not _stands(row[1], shown)]
    if not lost:
        return Vanished(known=len(known))
    source = session.get_one(Source, source_id)
    if len(lost) * BELIEVED_SHARE > len(known) and source.vanish_accepted_at is None:
        return Vanished(lost=len(lost), known=len(known), believed=False)
    source.vanish_accepted_at = None
    undecided = {State.PENDING, State.PILE, State.APPROVED, State.SCHEDULED}
    proposed = [item_id for item_id, _, state, _ in lost if state in undecided]
    for item_id in proposed:
        _propose(session, item_id or 0, now)
    session.flush()
    return Vanished(proposed=len(proposed), lost=len(lost), known=len(known))


def _stands(guid: str, shown: Collection[str]) -> bool:
    """Whether the source still shows an event. Of a page that could not be read only its address is known; the dates
    of a series on it are named after the address and their start.
    """
    return guid in shown or guid.rpartition(" ")[0] in shown


def accept(session: Session, source_id: int, now: datetime) -> None:
    """Somebody looked: the agenda of this source is right as it is. The next visit believes it."""
    session.get_one(Source, source_id).vanish_accepted_at = now
    session.flush()


def _propose(session: Session, item_id: int, now: datetime) -> None:
    row = session.get_one(Item, item_id, with_for_update=True, populate_existing=True)
    text = _cancelled(revisions.revision_text(session, session.get_one(Revision, row.current_revision_id)))
    revision_id = revisions.add_revision(session, item_id, text, origin="source", made_by=None, now=now)
    # When the event comes back, what the source says is a change again, and goes back to the approved text.
    row.source_hash = text.source_hash
    row.current_revision_id = row.waiting_revision_id = revision_id
    row.state = State.PILE if row.state == State.PILE else State.PENDING
    is_up = items.shown_revision(row, now) is not None
    row.priority = items.urgency(text, items.trust_in(session, row.source_id), is_up=is_up, now=now)


def _cancelled(text: RevisionText) -> RevisionText:
    if text.event is None:
        return text
    event = replace(text.event, status=EventStatus.CANCELLED)
    told = content_hash(text.title, text.excerpt, text.text, text.url, event)
    return replace(text, event=event, source_hash=told, note=NOTE)
