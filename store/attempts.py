"""Counting tries to log in (TRUST 4.4). All counts stand in the database: a restart forgets none, processes share them.

A try is counted before the password is looked at, so that many tries at once do not slip through; a right one takes its
count back. An account, a network and all of them together have limits of their own. What is counted is a keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import account_mail
from store.account_mail import Change
from store.addresses import ADDRESS_LIMIT, normal_address
from store.secrets import Secrets
from store.tables import Account, Attempt

LOGIN, NETWORK, SECOND_FACTOR = "login", "login network", "second factor"

FREE_FAILURES = 5
FAILURES_COUNT_FOR = timedelta(hours=24)
"""Longer than the fifteen minutes of TRUST 4.4: after the longest wait one try is free, not five."""
LONGEST_WAIT = timedelta(minutes=15)

PER_NETWORK, PER_HOUR = 30, 300
HOUR = timedelta(hours=1)
IN_A_ROW = 100
"""After so many wrong passwords in a row the password counts no more (NIST SP 800-63B-4)."""

CODES_AT_MOST, CODES_COUNT_FOR = 5, timedelta(minutes=10)


class Refused(StrEnum):
    """Why a try is not even looked at."""

    WAIT = "wait"
    NETWORK = "network"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Attempted:
    """A counted try to log in. When it is `refused`, do not even look at the password.

    `wait_seconds` is above 0 when the account must wait. `password_hash` is empty or None when no password fits.
    `network_id` is the same try as its network counts it.
    """

    key: str
    attempt_id: int | None
    account_id: int | None
    password_hash: str | None
    wait_seconds: int = 0
    refused: Refused | None = None
    network_id: int | None = None


def begin(
    session: Session, address: str, device: str, *, network: str = "", now: datetime, secrets: Secrets
) -> Attempted:
    """Count a try for this address from this network, or refuse it uncounted.

    After five failures the next tries must wait 2, 4, 8 ... seconds, at most fifteen minutes. `device` is what a
    browser that logged in before shows: it has a counter of its own and no limit for its network, so that a stranger
    cannot lock an editor out. An address without an account counts and waits the same.
    """
    normal = normal_address(address)
    key = secrets.keyed_hash("login attempt", f"{normal or address[:ADDRESS_LIMIT].casefold()}\n{device}")
    place = secrets.keyed_hash("login network", network) if network and not device else ""
    for each in (place, key):
        _one_at_a_time(session, each)
    if place and _count(session, NETWORK, now - HOUR, place) >= PER_NETWORK:
        return Attempted(key, None, None, None, refused=Refused.NETWORK)
    if _count(session, LOGIN, now - HOUR) >= PER_HOUR:
        account_mail.write_alarm(session, now.date(), now=now)
        return Attempted(key, None, None, None, refused=Refused.EVERYBODY)
    wait = _wait_of(session, key, now)
    if wait:
        return Attempted(key, None, None, None, wait, Refused.WAIT)
    row = Attempt(bucket=LOGIN, key=key, at=now)
    session.add(row)
    counted = Attempt(bucket=NETWORK, key=place, at=now) if place else None
    if counted is not None:
        session.add(counted)
    session.flush()
    account = _account(session, normal, now)
    return Attempted(
        key,
        row.id,
        account.id if account else None,
        account.password_hash if account else None,
        network_id=counted.id if counted else None,
    )


def _account(session: Session, normal: str | None, now: datetime) -> Account | None:
    """The open account, with one more failure; its password is taken away after too many in a row."""
    # What is no address is not asked for: PostgreSQL refuses some characters.
    found = session.exec(
        select(Account)
        .where(Account.address_key == (normal or ""), col(Account.disabled_at).is_(None))
        .with_for_update()
    ).one_or_none()
    if found is None:
        return None
    if found.failures >= IN_A_ROW and found.password_hash:
        found.password_hash = ""
        account_mail.write(session, found.id or 0, Change.PASSWORD_OFF, now=now)
    found.failures += 1
    session.add(found)
    session.flush()
    return found


def _one_at_a_time(session: Session, key: str) -> None:
    connection = session.connection()
    if key and connection.dialect.name == "postgresql":
        # Parallel tries must see each other's rows; SQLite has one writer at a time anyway.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(key))))


def _count(session: Session, bucket: str, since: datetime, key: str = "") -> int:
    query = (
        sa.select(sa.func.count()).select_from(Attempt).where(col(Attempt.bucket) == bucket, col(Attempt.at) > since)
    )
    return int(session.connection().execute(query.where(col(Attempt.key) == key) if key else query).scalar_one())


def _wait_of(session: Session, key: str, now: datetime) -> int:
    """Whole seconds still to wait, 0 when a new try may be made."""
    failures = session.exec(
        select(Attempt.at)
        .where(Attempt.bucket == LOGIN, Attempt.key == key, Attempt.at > now - FAILURES_COUNT_FOR)
        .order_by(col(Attempt.at).desc())
    ).all()
    over = len(failures) - FREE_FAILURES + 1
    if over < 1:
        return 0
    delay = min(timedelta(seconds=2 ** min(over, 10)), LONGEST_WAIT)
    return max(0, -int((now - (failures[0] + delay)).total_seconds() // 1))


def forget_one(session: Session, attempt: Attempted) -> None:
    """A try that we could not judge (too busy) does not count as a failure."""
    session.connection().execute(sa.delete(Attempt).where(col(Attempt.id) == attempt.attempt_id))
    forget_network(session, attempt)
    session.connection().execute(
        sa.update(Account)
        .where(col(Account.id) == attempt.account_id, col(Account.failures) > 0)
        .values(failures=col(Account.failures) - 1)
    )


def forget_network(session: Session, attempt: Attempted) -> None:
    """The password was right: editors who share an address are not taken for somebody who guesses.

    Only this try is taken back, so whoever has an account of their own gets no more guesses at others.
    """
    session.connection().execute(sa.delete(Attempt).where(col(Attempt.id) == attempt.network_id))


def forget(session: Session, key: str, account_id: int) -> None:
    """Somebody is in: the failures before it are forgotten."""
    session.connection().execute(sa.delete(Attempt).where(col(Attempt.bucket) == LOGIN, col(Attempt.key) == key))
    session.connection().execute(sa.update(Account).where(col(Account.id) == account_id).values(failures=0))


def count_code(session: Session, key: str, now: datetime) -> int:
    """Count a try of a code under this key. Returns how many that makes in ten minutes, this one included."""
    _one_at_a_time(session, key)
    session.add(Attempt(bucket=SECOND_FACTOR, key=key, at=now))
    session.flush()
    return _count(session, SECOND_FACTOR, now - CODES_COUNT_FOR, key)


def erase(session: Session, now: datetime) -> None:
    """Erase what counts no more."""
    for bucket, lasts in ((LOGIN, FAILURES_COUNT_FOR), (NETWORK, HOUR), (SECOND_FACTOR, CODES_COUNT_FOR)):
        old = sa.delete(Attempt).where(col(Attempt.bucket) == bucket, col(Attempt.at) <= now - lasts)
        session.connection().execute(old)
