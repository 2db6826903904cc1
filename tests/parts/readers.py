"""Subscribers and approved events for tests of the notices. Addresses end in `.example`, which nobody can own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from store import items, moderation, subscribers
from store.database import Store
from store.secrets import Secrets
from store.tables import Account, Item, Notice, Subscriber
from store.values import Kind, Region, Rights, Verdict
from tests.parts import samples

SECRETS = Secrets(b"a secret of thirty-two bytes....")
UNDO = 30


def token_of(store: Store, address: str, secrets: Secrets = SECRETS) -> str:
    """The raw token of whoever subscribed with this address."""
    with store.reading() as session:
        key = secrets.keyed_hash("subscriber", address)
        return session.exec(select(Subscriber.token).where(Subscriber.address_key == key)).one()


def subscribe(
    store: Store, now: datetime, address: str, provinces: Iterable[str] = (), secrets: Secrets = SECRETS
) -> str:
    """A confirmed subscriber whose confirmation mail is out of the way; gives the raw token."""
    with store.writing() as session:
        subscribers.request(session, secrets, address, provinces, now=now, consent_text="Je krijgt mail.")
    token = token_of(store, address, secrets)
    with store.writing() as session:
        subscribers.confirm(session, token, now)
        for notice in session.exec(select(Notice).where(Notice.kind == "confirmation")):
            session.delete(notice)
    return token


def add_event(
    store: Store, now: datetime, guid: str = "bijeenkomst", province: str = "Noord-Brabant", **changes: Any
) -> int:
    """An event that begins in ten days, waiting for an editor; gives the item's number."""
    reading = changes.pop("reading", samples.reading(regions=(Region(province, "Tilburg", "Tilburg"),)))
    starts_at = changes.pop("starts_at", now + timedelta(days=10))
    with store.writing() as session:
        source = samples.add_source(session, now, key=f"bron-{guid}")
        item = samples.event(guid, starts_at, reading=reading, **changes)
        assert item.kind is Kind.EVENT
        return items.offer(session, source, item, Rights.EXCERPT, now).item_id


def decide(store: Store, now: datetime, item_id: int, verdict: Verdict = Verdict.APPROVE) -> int:
    """An editor's verdict on the newest text; gives the number of notices it wrote."""
    with store.writing() as session:
        editor = session.exec(select(Account.id)).first() or samples.add_account(session, now)
        revision = session.get_one(Item, item_id).current_revision_id
        made = moderation.decide(
            session,
            item_id,
            revision or 0,
            verdict,
            account_id=editor,
            now=now,
            undo_seconds=UNDO,
            reason="off_topic",
            privacy_checked=True,
        )
    return made.notices
