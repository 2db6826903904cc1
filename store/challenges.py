"""What we asked of a browser that is not logged in all the way yet, or that adds a factor: each answer counts once.

The browser keeps a token of 256 bits, the database its SHA-256 together with the kind, so that a token for one purpose
means nothing for another (TRUST C8).
"""

from __future__ import annotations

import hashlib
import secrets as random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.tables import Challenge

LASTS = timedelta(minutes=10)
"""As long as the cookie that carries the token (TRUST 4.2)."""


class Kind(StrEnum):
    PASSKEY_LOGIN = "passkey_login"
    PASSKEY_NEW = "passkey_new"
    SECOND_FACTOR = "second_factor"
    APP_NEW = "totp_new"


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question. `secret` is what only we know of it; `key` names it in the counters."""

    id: int
    account_id: int | None
    secret: str
    key: str


def new_token() -> str:
    return random.token_urlsafe(32)


def ask(
    session: Session, kind: Kind, token: str, *, now: datetime, account_id: int | None = None, secret: str = ""
) -> None:
    """Write a question down under this token; an older one of the same kind and token is gone."""
    key = _digest(kind, token)
    old = sa.or_(col(Challenge.token_hash) == key, col(Challenge.expires_at) <= now)
    session.connection().execute(sa.delete(Challenge).where(old))
    session.add(
        Challenge(kind=kind, token_hash=key, account_id=account_id, secret=secret, made_at=now, expires_at=now + LASTS)
    )
    session.flush()


def _digest(kind: Kind, token: str) -> str:
    return hashlib.sha256(f"{kind} {token}".encode("utf-8", "replace")).hexdigest()


def find(session: Session, kind: Kind, token: str, *, now: datetime) -> Asked | None:
    """The question behind a token, None when it was answered, is too old or never was."""
    row = session.exec(
        select(Challenge).where(
            Challenge.token_hash == _digest(kind, token), col(Challenge.used_at).is_(None), Challenge.expires_at > now
        )
    ).one_or_none()
    return Asked(row.id or 0, row.account_id, row.secret, row.token_hash) if row and token else None


def take(session: Session, kind: Kind, token: str, *, now: datetime) -> Asked | None:
    """The same, and no second answer to it counts: of two at one moment the other finds None."""
    found = find(session, kind, token, now=now)
    if found is None or not end(session, found, now=now):
        return None
    return found


def end(session: Session, asked: Asked, *, now: datetime) -> bool:
    """Let no answer count any more. False when somebody else ended it first."""
    ended = session.connection().execute(
        sa.update(Challenge).where(col(Challenge.id) == asked.id, col(Challenge.used_at).is_(None)).values(used_at=now)
    )
    return ended.rowcount == 1


def forget(session: Session, account_id: int) -> None:
    """Forget every open question to an account: it starts anew."""
    session.connection().execute(sa.delete(Challenge).where(col(Challenge.account_id) == account_id))


def erase(session: Session, now: datetime) -> None:
    session.connection().execute(sa.delete(Challenge).where(col(Challenge.expires_at) <= now))
