"""What visitors propose over /tip: an item like every other, of a source of its own, that waits for an editor.

What was proposed was cleaned and read as everything else is (`service/tipping.py`). Who sent it is kept apart, sealed,
for a while, so that an editor can ask something; it is never public.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from store import items, own
from store.addresses import normal_form
from store.secrets import Secrets
from store.tables import Tip
from store.values import ExtractedItem, OfferResult, Rights

SOURCE_NAME = "Tip van een lezer"
REASON = "iemand stuurde dit zelf in"
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent it, as they wrote it; both may be empty."""

    organisation: str = ""
    contact: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TipSeen:
    """Who sent a tip, for an editor. `contact` is None when it cannot be read any more."""

    organisation: str
    contact: str | None = field(repr=False)
    made_at: datetime


def take_in(session: Session, secrets: Secrets, item: ExtractedItem, sender: Sender, now: datetime) -> int:
    """Let a tip wait in the queue, also when it does not look relevant: a person took the trouble. Returns its item.

    The same tip again is the same item. Raises NotAllowedError when the address of the sender cannot be one.
    """
    contact = normal_form(sender.contact) if sender.contact.strip() else ""
    source = own.own_source(session, own.TIP, SOURCE_NAME, now)
    found = item.reading.relevance
    shown = replace(found, shown=True, reasons=(REASON, *found.reasons))
    offered = replace(item, reading=replace(item.reading, relevance=shown))
    outcome = items.offer(session, source, offered, Rights.FULLTEXT_INTERNAL, now)
    if outcome.result is OfferResult.NEW and (contact or sender.organisation):
        sealed = secrets.seal(contact) if contact else ""
        session.add(Tip(item_id=outcome.item_id, organisation=sender.organisation, contact_sealed=sealed, made_at=now))
        session.flush()
    return outcome.item_id


def sender_of(session: Session, secrets: Secrets, item_id: int) -> TipSeen | None:
    """Who sent the tip behind an item; None when it is no tip, nobody signed it, or it was erased."""
    row = session.get(Tip, item_id)
    if row is None:
        return None
    return TipSeen(row.organisation, secrets.unseal(row.contact_sealed) if row.contact_sealed else "", row.made_at)


def erase(session: Session, now: datetime) -> int:
    """Erase who sent what, thirty days after. Returns how many."""
    gone = session.connection().execute(sa.delete(Tip).where(col(Tip.made_at) <= now - KEPT_FOR))
    return int(gone.rowcount)
