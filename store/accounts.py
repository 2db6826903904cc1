"""Accounts of the newsroom: invitations, logins and the counting of failed ones.

Tokens are 256 bits; only their SHA-256 is stored. Passwords are hashed by `store.passwords`, outside any transaction:
a handler asks `begin_attempt`, checks the password, and then calls `log_in`.
"""

from __future__ import annotations

import hashlib
import secrets as random
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.addresses import ADDRESS_LIMIT, normal_form
from store.errors import NotAllowedError, NotFoundError
from store.secrets import Secrets
from store.tables import Account, Attempt, Invitation, Login
from store.values import Role

TOKEN_BYTES = 32
INVITATION_HOURS = 24
LOGIN_LASTS = timedelta(hours=12)
"""However busy somebody is, after twelve hours the password is asked again (ASVS 7.3.2)."""

TOUCH_AFTER = timedelta(seconds=10)
"""`last_seen_at` is written at most this often; a login may end that much too early, never too late."""

FREE_FAILURES = 5
FAILURES_COUNT_FOR = timedelta(hours=24)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sits at the desk in this request."""

    account_id: int
    address: str
    role: Role
    login_id: int


@dataclass(frozen=True, slots=True)
class Attempted:
    """A counted try to log in. `wait_seconds` above 0 means: do not even look at the password."""

    key: str
    attempt_id: int | None
    account_id: int | None
    password_hash: str | None
    wait_seconds: int


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that still holds. `address` is empty when the invited person chooses it."""

    address: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccountSeen:
    id: int
    address: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None
    open_logins: int


def normal_address(text: str) -> str | None:
    """The form in which addresses are compared (`store.addresses`), None when it is no address."""
    try:
        return normal_form(text)
    except NotAllowedError:
        return None


def needs_first_administrator(session: Session) -> bool:
    """Whether nobody can administer this installation yet."""
    return session.exec(select(Account.id).where(*_able_administrators()).limit(1)).one_or_none() is None


def _able_administrators() -> tuple[sa.ColumnElement[bool], ...]:
    return (col(Account.role) == Role.ADMINISTRATOR, col(Account.disabled_at).is_(None))


def invite(session: Session, role: Role, *, address: str = "", now: datetime, hours: int = INVITATION_HOURS) -> str:
    """Make a one-time invitation and return its token, which nobody can read again.

    An invitation for the address of an account sets a new password for it. A new invitation makes the older unused
    ones for the same address invalid; so does a new one for the first administrator.
    Raises NotAllowedError when the address is not one.
    """
    normal = normal_form(address) if address else ""
    if normal or role is Role.ADMINISTRATOR:
        older = sa.delete(Invitation).where(col(Invitation.used_at).is_(None), col(Invitation.address) == normal)
        if not normal:
            older = older.where(col(Invitation.role) == role)
        session.connection().execute(older)
    token = random.token_urlsafe(TOKEN_BYTES)
    session.add(
        Invitation(
            token_hash=_digest(token),
            address=normal,
            role=role,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def invitation(session: Session, token: str, *, now: datetime) -> Invited | None:
    """The invitation behind a token, None when it was used, is too old or never was."""
    row = _open_invitation(session, token, now)
    return Invited(row.address, Role(row.role), row.expires_at) if row else None


def _open_invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    return session.exec(
        select(Invitation).where(
            Invitation.token_hash == _digest(token), col(Invitation.used_at).is_(None), Invitation.expires_at > now
        )
    ).one_or_none()


def accept(session: Session, token: str, address: str, password_hash: str, *, now: datetime) -> int:
    """Use an invitation: the account and its hashed password stand, older logins of it end. Returns the account's id.

    Raises NotFoundError when the invitation does not hold, NotAllowedError when the address is not fit or taken.
    """
    row = _open_invitation(session, token, now)
    if row is None:
        raise NotFoundError("This invitation was used, has expired or never existed.")
    normal = row.address or normal_form(address)
    # Of two who use one link at the same time the second finds it used.
    used = session.connection().execute(
        sa.update(Invitation).where(col(Invitation.id) == row.id, col(Invitation.used_at).is_(None)).values(used_at=now)
    )
    if used.rowcount != 1:
        raise NotFoundError("This invitation was used, has expired or never existed.")
    account = session.exec(select(Account).where(Account.address_key == normal)).one_or_none()
    if account is None:
        account = Account(
            address=normal, address_key=normal, role=row.role, password_hash=password_hash, created_at=now
        )
    elif not row.address:
        # A link without a name on it must not open somebody else's account.
        raise NotAllowedError("Dit adres heeft al een account. Vraag de beheerder om een uitnodiging op jouw adres.")
    else:
        account.role, account.password_hash, account.disabled_at = row.role, password_hash, None
    session.add(account)
    session.flush()
    end_logins(session, account.id or 0, now=now)
    return account.id or 0


def begin_attempt(session: Session, address: str, device: str, *, now: datetime, secrets: Secrets) -> Attempted:
    """Count a try to log in before the password is looked at, so that many tries at once do not slip through.

    After five failures the next tries must wait 2, 4, 8 ... seconds, at most fifteen minutes. `device` is what a
    browser that logged in before shows: it has a counter of its own, so that a stranger cannot lock an editor out.
    An address without an account counts and waits the same.
    """
    normal = normal_address(address)
    key = secrets.keyed_hash("login attempt", f"{normal or address[:ADDRESS_LIMIT].casefold()}\n{device}")
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # Parallel tries must see each other's rows; SQLite has one writer at a time anyway.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(key))))
    failures = session.exec(
        select(Attempt.at)
        .where(Attempt.bucket == "login", Attempt.key == key, Attempt.at > now - FAILURES_COUNT_FOR)
        .order_by(col(Attempt.at).desc())
    ).all()
    wait = _wait(len(failures), failures[0], now) if failures else 0
    if wait:
        return Attempted(key, None, None, None, wait)
    row = Attempt(bucket="login", key=key, at=now)
    session.add(row)
    session.flush()
    # What is no address is not asked for: PostgreSQL refuses some characters.
    account = session.exec(
        select(Account).where(Account.address_key == (normal or ""), col(Account.disabled_at).is_(None))
    ).one_or_none()
    return Attempted(key, row.id, account.id if account else None, account.password_hash if account else None, 0)


def _wait(failures: int, last: datetime, now: datetime) -> int:
    """Whole seconds still to wait, 0 when a new try may be made."""
    over = failures - FREE_FAILURES + 1
    if over < 1:
        return 0
    delay = min(timedelta(seconds=2 ** min(over, 10)), LONGEST_WAIT)
    return max(0, -int((now - (last + delay)).total_seconds() // 1))


def forget_attempt(session: Session, attempt: Attempted) -> None:
    """A try that we could not judge (too busy) does not count as a failure."""
    session.connection().execute(sa.delete(Attempt).where(col(Attempt.id) == attempt.attempt_id))


def log_in(session: Session, attempt: Attempted, *, now: datetime) -> str | None:
    """After a right password: forget the failures and open a session. Returns its token.

    None when the account was disabled while the password was being checked.
    """
    session.connection().execute(
        sa.delete(Attempt).where(col(Attempt.bucket) == "login", col(Attempt.key) == attempt.key)
    )
    account = session.get(Account, attempt.account_id)
    if account is None or account.disabled_at is not None or account.password_hash != attempt.password_hash:
        return None
    return open_login(session, account.id or 0, now=now)


def open_login(session: Session, account_id: int, *, now: datetime) -> str:
    """A new session with a new token; never an old one again (TRUST C5)."""
    token = random.token_urlsafe(TOKEN_BYTES)
    session.add(Login(token_hash=_digest(token), account_id=account_id, created_at=now, last_seen_at=now))
    return token


def signed_in(session: Session, token: str, *, now: datetime, idle: timedelta) -> SignedIn | None:
    """Who this token belongs to, None when the session ended, was idle for too long or is twelve hours old."""
    found = session.exec(
        select(Login, Account)
        .where(col(Login.account_id) == col(Account.id), Login.token_hash == _digest(token))
        .where(col(Login.ended_at).is_(None), col(Account.disabled_at).is_(None))
        .where(Login.last_seen_at > now - idle, Login.created_at > now - LOGIN_LASTS)
    ).one_or_none()
    if found is None:
        return None
    login, account = found
    return SignedIn(account.id or 0, account.address, Role(account.role), login.id or 0)


def must_touch(session: Session, login_id: int, *, now: datetime) -> bool:
    """Whether it is time to write down that this session is in use."""
    seen = session.exec(select(Login.last_seen_at).where(Login.id == login_id)).one_or_none()
    return seen is not None and seen <= now - TOUCH_AFTER


def touch(session: Session, login_id: int, *, now: datetime) -> None:
    session.connection().execute(
        sa.update(Login).where(col(Login.id) == login_id, col(Login.last_seen_at) < now).values(last_seen_at=now)
    )


def end_login(session: Session, token: str, *, now: datetime) -> None:
    """Log out. An unknown token changes nothing."""
    session.connection().execute(
        sa.update(Login)
        .where(col(Login.token_hash) == _digest(token), col(Login.ended_at).is_(None))
        .values(ended_at=now)
    )


def end_logins(session: Session, account_id: int, *, now: datetime) -> int:
    """End all sessions of an account. Returns how many there were."""
    ended = session.connection().execute(
        sa.update(Login).where(col(Login.account_id) == account_id, col(Login.ended_at).is_(None)).values(ended_at=now)
    )
    return int(ended.rowcount)


def find(session: Session, address: str) -> int | None:
    """The id of the account with this address."""
    return session.exec(select(Account.id).where(Account.address_key == (normal_address(address) or ""))).one_or_none()


def list_all(session: Session, *, now: datetime, idle: timedelta) -> list[AccountSeen]:
    """All accounts by address, with how many sessions are open now."""
    open_now = sa.case(
        (
            sa.and_(
                col(Login.ended_at).is_(None),
                col(Login.last_seen_at) > now - idle,
                col(Login.created_at) > now - LOGIN_LASTS,
            ),
            1,
        ),
        else_=0,
    )
    rows = session.exec(
        select(Account, sa.func.max(Login.last_seen_at), sa.func.coalesce(sa.func.sum(open_now), 0))
        .join(Login, col(Login.account_id) == col(Account.id), isouter=True)
        .group_by(col(Account.id))
        .order_by(col(Account.address))
    ).all()
    return [
        AccountSeen(
            account.id or 0,
            account.address,
            Role(account.role),
            account.created_at,
            account.disabled_at,
            seen,
            0 if account.disabled_at else int(count),
        )
        for account, seen, count in rows
    ]


def disable(session: Session, account_id: int, *, now: datetime) -> None:
    """Close an account and end its sessions. Its decisions stay.

    Raises NotFoundError, or NotAllowedError for the last administrator: nobody could invite anyone any more.
    """
    # All able administrators are locked, so that two of them cannot disable each other at the same moment.
    able = session.exec(select(Account).where(*_able_administrators()).with_for_update()).all()
    account = session.get(Account, account_id)
    if account is None:
        raise NotFoundError(f"There is no account {account_id}.")
    if [row.id for row in able] == [account_id]:
        raise NotAllowedError("Dit is de laatste beheerder. Nodig eerst een andere beheerder uit.")
    account.disabled_at = account.disabled_at or now
    session.add(account)
    session.flush()
    end_logins(session, account_id, now=now)
