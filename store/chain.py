"""The hash chain of decisions: each row holds the hash of the one before it, and `previous_hash` is unique.

The chain holds salted digests of texts and reasons, not the texts: a text can be blanked and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import dataclass

from sqlmodel import Session, col, select

from store.tables import ChainHead, Decision

START = "0" * 64


def canonical(value: object) -> bytes:
    """One spelling for one value: sorted keys, no spaces, UTF-8 (after RFC 8785)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def revision_digest(salt: str, title: str, excerpt: str, url: str, facts: list[object]) -> str:
    return hashlib.sha256(canonical([salt, title, excerpt, url, facts])).hexdigest()


def text_digest(salt: str, text: str) -> str:
    return hashlib.sha256(canonical([salt, text])).hexdigest()


def decision_hash(row: Decision) -> str:
    """SHA-256 over everything in the row that may never change."""
    return hashlib.sha256(
        canonical(
            {
                "previous": row.previous_hash,
                "item": row.item_id,
                "revision": row.revision_id,
                "digest": row.revision_digest,
                "account": row.account_id,
                "verdict": str(row.verdict),
                "reason": row.reason_digest,
                "checked": row.privacy_checked,
                "at": row.made_at.isoformat(),
                "undoes": row.undoes,
                "before": row.before,
                "after": row.after,
            }
        )
    ).hexdigest()


def append(session: Session, row: Decision) -> Decision:
    """Put `row` at the end of the chain. On PostgreSQL this locks the head until the transaction ends."""
    head = session.exec(select(ChainHead).where(ChainHead.id == 1).with_for_update()).one()
    row.previous_hash = head.hash or START
    row.hash = decision_hash(row)
    session.add(row)
    head.hash = row.hash
    head.length += 1
    session.flush()
    return row


@dataclass(frozen=True, slots=True)
class ChainReport:
    """`broken_at` is the id of the first decision that does not fit, None when all do."""

    length: int
    ok: bool
    broken_at: int | None
    sentence: str


def verify(session: Session) -> ChainReport:
    """Recompute the whole chain. It may grow meanwhile: PostgreSQL shows each query what was committed before it."""
    head = _head(session)
    previous, length = START, 0
    at_head = previous if head.length == 0 else ""
    query = select(Decision).order_by(col(Decision.id)).execution_options(yield_per=500)
    # Closed at once: a cursor on the server that is left open would outlive an early answer.
    with closing(session.exec(query)) as rows:
        for row in rows:
            reason_fits = not row.reason or text_digest(row.salt, row.reason) == row.reason_digest
            if row.previous_hash != previous or decision_hash(row) != row.hash or not reason_fits:
                return ChainReport(length, False, row.id, f"Decision {row.id} does not fit the chain.")
            previous, length = row.hash, length + 1
            at_head = previous if length == head.length else at_head
    if at_head != head.hash or length > _head(session).length:
        return ChainReport(length, False, None, f"The chain has {length} decisions, but its head counts {head.length}.")
    return ChainReport(length, True, None, f"All {length} decisions fit the chain.")


@dataclass(frozen=True, slots=True)
class _Head:
    length: int
    hash: str


def _head(session: Session) -> _Head:
    """Where the chain ends now, asked of the database and not of the session."""
    length, found = session.exec(select(ChainHead.length, ChainHead.hash).where(ChainHead.id == 1)).one()
    return _Head(length, found or START)
