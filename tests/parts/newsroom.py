"""A store with items in it, decided through the real functions, for tests of what the public sees."""

from __future__ import annotations

from datetime import datetime, timedelta

from store import items, moderation
from store.database import Store
from store.tables import Item
from store.values import DecisionMade, ExtractedItem, Rights, Verdict
from tests.parts import samples

UNDO = 30


class Newsroom:
    """One source and one editor. Times are given as the seconds after `now`."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        with store.writing() as session:
            self.source = samples.add_source(session, now)
            self.editor = samples.add_account(session, now)

    def at(self, later: float) -> datetime:
        return self.now + timedelta(seconds=later)

    def offer(self, item: ExtractedItem, *, later: float = 0) -> int:
        with self.store.writing() as session:
            return items.offer(session, self.source, item, Rights.EXCERPT, self.at(later)).item_id

    def item(self, item_id: int) -> Item:
        with self.store.reading() as session:
            return session.get_one(Item, item_id)

    def decide(self, item_id: int, verdict: Verdict, *, revision: int | None = None, later: float = 0) -> DecisionMade:
        row = self.item(item_id)
        with self.store.writing() as session:
            return moderation.decide(
                session,
                item_id,
                revision or row.waiting_revision_id or row.current_revision_id or 0,
                verdict,
                account_id=self.editor,
                now=self.at(later),
                undo_seconds=UNDO,
                reason="off_topic",
                privacy_checked=True,
            )

    def publish(self, item: ExtractedItem, *, later: float = -3600) -> int:
        """Offer and approve long enough ago that it shows at `now`."""
        item_id = self.offer(item, later=later)
        self.decide(item_id, Verdict.APPROVE, later=later)
        return item_id
