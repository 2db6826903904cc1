"""Who may talk to a host now. One row per name and port; two workers never hold the same one (DESIGN.md section 4).

A claim is a lease: the holder renews it, and what a dead holder held is free again by itself. Everything that is
written because of a claim first asks `must_hold`, so that a worker which slept through its lease changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.errors import SignaalError
from store.tables import Host

_PORTS = {"http": 80, "https": 443}


class LeaseLostError(SignaalError):
    """The lease ran out and somebody else may hold the host by now. Whoever gets this must write nothing."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What is remembered of a host between crawls."""

    key: str
    not_before: datetime | None
    last_request_at: datetime | None
    robots_status: int | None
    robots_text: str | None
    robots_fetched_at: datetime | None
    tdm_text: str | None = None
    ai_text: str | None = None
    rights_fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """A host that cannot be claimed until `until`: held by another (`asked` False), or it asked us to wait."""

    key: str
    until: datetime
    asked: bool


def host_key(url: str) -> str:
    """Name and port of an address, as the host rows are keyed: lower case, the scheme's own port when none is named.

    Raises ValueError when the address has no host or an impossible port.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(f"{url!r} names no host")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
    return f"{name}:{parts.port or _PORTS.get(parts.scheme, 80)}"


def ensure(session: Session, keys: Iterable[str]) -> None:
    """See to it that every host has a row to claim."""
    rows = [{"key": key} for key in sorted(set(keys))]
    if not rows:
        return
    connection = session.connection()
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    connection.execute(insert(_TABLE).values(rows).on_conflict_do_nothing(index_elements=["key"]))


def claim(
    session: Session, wanted: sa.Select[Any], *, owner: str, now: datetime, lease_seconds: int, limit: int
) -> list[str]:
    """Claim at most `limit` of the hosts that `wanted` selects (a select of keys, in order of urgency)."""
    free = (
        wanted.where(_is_free(now), sa.or_(col(Host.not_before).is_(None), col(Host.not_before) <= now))
        .limit(limit)
        .with_for_update(skip_locked=True, of=_TABLE)
        .cte("free")
    )
    statement = (
        sa.update(_TABLE)
        .where(_TABLE.c.key.in_(sa.select(free.c.key)))
        .values(claimed_by=owner, claimed_until=now + timedelta(seconds=lease_seconds))
        .returning(_TABLE.c.key)
    )
    return list(session.connection().execute(statement).scalars())


def claim_host(session: Session, key: str, *, owner: str, now: datetime, lease_seconds: int) -> bool:
    """Claim one host, for instance the target of a redirect. True as well when `owner` holds it already."""
    ensure(session, [key])
    statement = (
        sa.update(_TABLE)
        .where(_TABLE.c.key == key, sa.or_(_is_free(now), _TABLE.c.claimed_by == owner))
        .values(claimed_by=owner, claimed_until=now + timedelta(seconds=lease_seconds))
        .returning(_TABLE.c.key)
    )
    return session.connection().execute(statement).scalar_one_or_none() is not None


def renew(session: Session, owner: str, *, now: datetime, lease_seconds: int) -> set[str]:
    """Lengthen every lease of `owner`. Returns the hosts that are really still its own."""
    statement = (
        sa.update(_TABLE)
        .where(_TABLE.c.claimed_by == owner)
        .values(claimed_until=now + timedelta(seconds=lease_seconds))
        .returning(_TABLE.c.key)
    )
    return set(session.connection().execute(statement).scalars())


def release(
    session: Session, owner: str, keys: Iterable[str] | None = None, *, used: Mapping[str, datetime] | None = None
) -> None:
    """Give hosts back, all of `owner` when `keys` is None. `used` tells when each was last asked something."""
    for key, moment in (used or {}).items():
        mark_used(session, key, owner, moment)
    statement = sa.update(_TABLE).where(_TABLE.c.claimed_by == owner)
    if keys is not None:
        statement = statement.where(_TABLE.c.key.in_(list(keys)))
    session.connection().execute(statement.values(claimed_by=None, claimed_until=None))


def mark_used(session: Session, key: str, owner: str, moment: datetime) -> None:
    """Remember when a host that `owner` holds was last asked something, for whoever asks next."""
    statement = sa.update(_TABLE).where(_TABLE.c.key == key, _TABLE.c.claimed_by == owner)
    session.connection().execute(statement.values(last_request_at=moment))


def must_hold(session: Session, keys: Iterable[str], owner: str) -> None:
    """Lock the rows and make sure that `owner` holds them, for as long as the transaction lasts.

    Raises LeaseLostError for the first that it does not hold.
    """
    wanted = sorted(set(keys))
    statement = sa.select(_TABLE.c.key).where(_TABLE.c.key.in_(wanted), _TABLE.c.claimed_by == owner)
    held = set(session.connection().execute(statement.order_by(_TABLE.c.key).with_for_update()).scalars())
    lost = next((key for key in wanted if key not in held), None)
    if lost is not None:
        raise LeaseLostError(f"The lease on {lost} was lost to another worker.")


def hold_off(session: Session, key: str, until: datetime) -> None:
    """The host asked us to stay away until then (Retry-After, RFC 9110 section 10.2.3)."""
    ensure(session, [key])
    session.connection().execute(sa.update(_TABLE).where(_TABLE.c.key == key).values(not_before=until))


def busy(session: Session, keys: Iterable[str], *, owner: str, now: datetime) -> list[Busy]:
    """Which of these hosts `owner` cannot claim now, and until when."""
    found = []
    for row in session.exec(select(Host).where(col(Host.key).in_(list(keys))).order_by(col(Host.key))):
        if row.claimed_until and row.claimed_until > now and row.claimed_by != owner:
            found.append(Busy(row.key, row.claimed_until, asked=False))
        elif row.not_before and row.not_before > now:
            found.append(Busy(row.key, row.not_before, asked=True))
    return found


def facts(session: Session, key: str) -> HostFacts | None:
    row = session.get(Host, key)
    if row is None:
        return None
    return HostFacts(
        key=row.key,
        not_before=row.not_before,
        last_request_at=row.last_request_at,
        robots_status=row.robots_status,
        robots_text=row.robots_text,
        robots_fetched_at=row.robots_fetched_at,
        tdm_text=row.tdm_text,
        ai_text=row.ai_text,
        rights_fetched_at=row.rights_fetched_at,
    )


def keep_robots(session: Session, key: str, status: int, text: str | None, now: datetime) -> None:
    """Keep what a host's robots.txt said, for the crawls of the coming day (RFC 9309 section 2.4)."""
    ensure(session, [key])
    statement = sa.update(_TABLE).where(_TABLE.c.key == key)
    session.connection().execute(statement.values(robots_status=status, robots_text=text, robots_fetched_at=now))


def keep_rights(session: Session, key: str, tdm: str | None, ai: str | None, asked_at: datetime | None) -> None:
    """Keep what a host's tdmrep.json and ai.txt said; without `asked_at` they are asked again at the next visit."""
    ensure(session, [key])
    statement = sa.update(_TABLE).where(_TABLE.c.key == key)
    session.connection().execute(statement.values(tdm_text=tdm, ai_text=ai, rights_fetched_at=asked_at))


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(col(Host.claimed_until).is_(None), col(Host.claimed_until) <= now)


_TABLE: sa.Table = Host.__table__  # type: ignore[attr-defined]
