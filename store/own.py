"""The sources that are no websites: what editors write themselves, and what visitors propose.

They exist because every item has a source. Nobody visits them, judges their health or exports them: what lists or
claims sources leaves the kind `own` out.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from store.database import insert_or_ignore
from store.errors import NotAllowedError
from store.tables import Source
from store.values import NETHERLANDS, Rights, SourceKind

REDACTIE, TIP = "redactie", "tip"
RESERVED = frozenset({REDACTIE, TIP})
"""Keys that no website may have."""

PACE_SECONDS = 86_400


def own_source(session: Session, key: str, name: str, now: datetime) -> int:
    """The number of the source with this key, made at the first call; `key` is one of `RESERVED`.

    In the caller's write transaction. The name stands on the site beside what came from it; the first one stays.
    Raises NotAllowedError when a website got the key before there were own sources.
    """
    values = {
        "key": key,
        "name": name,
        "url": "",
        "kind": SourceKind.OWN,
        "region": NETHERLANDS,
        # What editors write is whole and ours; of a tip the visitor's own few words are kept, and nothing is fetched.
        "rights": Rights.FULLTEXT_INTERNAL,
        "pace_seconds": PACE_SECONDS,
        "paused": True,
        "include": [],
        "exclude": [],
        "options": {},
        "host": "",
        "created_at": now,
        "next_due_at": now,
        "failures": 0,
    }
    insert_or_ignore(session, Source, values, ("key",))
    number, kind = session.exec(select(Source.id, Source.kind).where(Source.key == key)).one()
    if kind != SourceKind.OWN or number is None:
        raise NotAllowedError(f'De sleutel "{key}" is van een website. Geef die bron eerst een andere sleutel.')
    return number


def find(session: Session, key: str) -> int | None:
    """The number of the own source with this key, None before its first item."""
    return session.exec(select(Source.id).where(Source.key == key, Source.kind == SourceKind.OWN)).one_or_none()
