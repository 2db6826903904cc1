"""Made-up items and accounts for tests of the store and the service. No real person, place names only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from store.tables import Account, Source
from store.values import (
    EventFacts,
    ExtractedItem,
    Form,
    FormFound,
    Kind,
    Reading,
    Region,
    Relevance,
)

BRABANT = Region("Noord-Brabant", "Tilburg", "Tilburg", confidence=0.9, reasons=("genoemd: in Tilburg",))


def reading(*, shown: bool = True, regions: tuple[Region, ...] = (BRABANT,)) -> Reading:
    return Reading(
        regions=regions,
        forms=(FormFound(Form.LABOUR, ("uitbuiting",)),),
        relevance=Relevance(0.8 if shown else 0.1, shown, ("mensenhandel",)),
        language="nl",
    )


def article(guid: str = "een", title: str = "Inval bij een bedrijf in Tilburg", **changes: Any) -> ExtractedItem:
    item = ExtractedItem(
        guid=guid,
        kind=Kind.ARTICLE,
        url=f"https://bron.example/{guid}",
        title=title,
        excerpt="De inspectie vond mensen die lange dagen werkten.",
        text="De inspectie vond mensen die lange dagen werkten. Zij sliepen op het terrein.",
        published_at=None,
        reading=reading(),
    )
    return replace(item, **changes)


def event(guid: str, starts_at: datetime, title: str = "Bijeenkomst over signalen", **changes: Any) -> ExtractedItem:
    facts = EventFacts(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), place="Wijkcentrum, Tilburg")
    return article(guid, title, **{"kind": Kind.EVENT, "event": facts, **changes})


def add_source(session: Session, now: datetime, key: str = "omroep-proef", **values: Any) -> int:
    row = Source(
        **{
            "key": key,
            "name": "Omroep Proef",
            "url": f"https://bron.example/{key}.rss",
            "kind": "feed",
            "region": "Noord-Brabant",
            "rights": "excerpt",
            "pace_seconds": 1800,
            "host": "bron.example:443",
            "created_at": now,
            "next_due_at": now,
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row.id or 0


def add_account(session: Session, now: datetime, address: str = "redactie@example.nl", role: str = "editor") -> int:
    """An account that cannot log in: its password hash fits no password."""
    row = Account(address=address, address_key=address, role=role, password_hash="!", created_at=now)
    session.add(row)
    session.flush()
    return row.id or 0
