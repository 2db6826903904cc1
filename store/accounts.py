"""Accounts of the newsroom: invitations and logins. Who may do what with them stands in `store/staff.py`.

Tokens are 256 bits; only their SHA-256 is stored. Passwords are hashed by `store.passwords`, outside any transaction:
a handler counts a try (`store.attempts`), checks the password, asks for the second factor, and then calls `open_login`.
"""

from __future__ import annotations

import hashlib
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import account_mail, challenges
from store.account_mail import Change
from store.addresses import normal_address, normal_form
from store.errors import NotAllowedError, NotFoundError
from store.tables import Account, Invitation, Login, Passkey
from store.values import PROVINCES, Role

TOKEN_BYTES = 32
INVITATION_HOURS = 24
LOGIN_LASTS = timedelta(hours=12)
"""However busy somebody is, after twelve hours the password is asked again (ASVS 7.3.2)."""

TOUCH_AFTER = timedelta(seconds=10)
"""`last_seen_at` is written at most this often; a login may end that much too early, never too late."""

FACTOR_GRACE = timedelta(days=7)
"""How long a new account may do with a password alone, where the settings say nothing else."""

LAST_ADMINISTRATOR = "Dit is de laatste beheerder. Nodig eerst een andere beheerder uit."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sits at the desk in this request.

    `scope` are the provinces this account decides about, none for all. `factor` is how this session began (password,
    passkey, totp, recovery). `factor_due_at` is until when a password alone will do; None when the account has more.
    """

    account_id: int
    address: str
    role: Role
    login_id: int
    scope: tuple[str, ...] = ()
    single_keys: bool = True
    factor: str = "password"
    logged_in_at: datetime | None = None
    factor_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that still holds. `address` is empty when the invited person chooses it.

    `may_take_passkey` is False for an account that has a factor already: a link must not be a way around it.
    """

    address: str
    role: Role
    expires_at: datetime
    scope: tuple[str, ...] = ()
    may_take_passkey: bool = True


def needs_first_administrator(session: Session) -> bool:
    """Whether nobody can administer this installation yet."""
    return session.exec(select(Account.id).where(*able_administrators()).limit(1)).one_or_none() is None


def able_administrators() -> tuple[sa.ColumnElement[bool], ...]:
    """The condition for an account that can invite others."""
    return (col(Account.role) == Role.ADMINISTRATOR, col(Account.disabled_at).is_(None))


def invite(
    session: Session,
    role: Role,
    *,
    address: str = "",
    now: datetime,
    scope: Sequence[str] = (),
    hours: int = INVITATION_HOURS,
) -> str:
    """Make a one-time invitation and return its token, which nobody can read again.

    An invitation for the address of an account sets a new password for it. A new invitation makes the older unused
    ones for the same address invalid; so does a new one for the first administrator.
    Raises NotAllowedError when the address is not one, or the scope names what is no province.
    """
    normal = normal_form(address) if address else ""
    if normal:
        void_invitations(session, normal)
    elif role is Role.ADMINISTRATOR:
        void_invitations(session, "", col(Invitation.role) == role)
    token = random.token_urlsafe(TOKEN_BYTES)
    session.add(
        Invitation(
            token_hash=_digest(token),
            address=normal,
            role=role,
            scope=list(known_scope(scope)),
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return token


def void_invitations(session: Session, address: str, *also: sa.ColumnElement[bool]) -> None:
    """Unused links for this address hold no more: what they would give is decided otherwise now."""
    unused = (col(Invitation.used_at).is_(None), col(Invitation.address) == address)
    session.connection().execute(sa.delete(Invitation).where(*unused, *also))


def known_scope(scope: Sequence[str]) -> tuple[str, ...]:
    """The provinces in their usual order, none for all of them. Raises NotAllowedError for what is no province."""
    if not set(scope) <= set(PROVINCES):
        raise NotAllowedError("Deze provincie kennen we niet. Kies uit de lijst.")
    return tuple(each for each in PROVINCES if each in scope) if len(set(scope)) < len(PROVINCES) else ()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def invitation(session: Session, token: str, *, now: datetime) -> Invited | None:
    """The invitation behind a token, None when it was used, is too old or never was."""
    row = _open_invitation(session, token, now)
    if row is None:
        return None
    account = _by_address(session, row.address) if row.address else None
    bare = account is None or not _has_factor(session, account)
    return Invited(row.address, Role(row.role), row.expires_at, tuple(row.scope), may_take_passkey=bare)


def _open_invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    return session.exec(
        select(Invitation).where(
            Invitation.token_hash == _digest(token), col(Invitation.used_at).is_(None), Invitation.expires_at > now
        )
    ).one_or_none()


def _by_address(session: Session, normal: str) -> Account | None:
    return session.exec(select(Account).where(Account.address_key == normal)).one_or_none()


def _has_factor(session: Session, account: Account) -> bool:
    passkey = select(Passkey.id).where(Passkey.account_id == account.id).limit(1)
    return account.totp_sealed is not None or session.exec(passkey).first() is not None


def accept(
    session: Session,
    token: str,
    address: str,
    password_hash: str,
    *,
    now: datetime,
    grace: timedelta = FACTOR_GRACE,
) -> int:
    """Use an invitation: the account and its hashed password stand, older logins of it end. Returns the account's id.

    An empty `password_hash` is for somebody who takes a passkey instead, which the caller adds in this transaction.
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
    account = _by_address(session, normal)
    if account is None:
        account = Account(address=normal, address_key=normal, role=row.role, password_hash="", created_at=now)
        account.factor_due_at = now + grace
    elif not row.address:
        # A link without a name on it must not open somebody else's account.
        raise NotAllowedError("Dit adres heeft al een account. Vraag de beheerder om een uitnodiging op jouw adres.")
    elif not password_hash and _has_factor(session, account):
        raise NotAllowedError("Bij dit account hoort al een tweede stap. Kies hier een wachtwoord.")
    elif row.role != Role.ADMINISTRATOR and _is_last_administrator(session, account):
        raise NotAllowedError(LAST_ADMINISTRATOR)
    else:
        account_mail.write(session, account.id or 0, Change.OPENED, now=now)
    account.role, account.scope, account.disabled_at = row.role, list(row.scope), None
    if password_hash:
        account.password_hash, account.password_changed_at, account.failures = password_hash, now, 0
    session.add(account)
    session.flush()
    end_logins(session, account.id or 0, now=now)
    return account.id or 0


def _is_last_administrator(session: Session, account: Account) -> bool:
    able = session.exec(select(Account.id).where(*able_administrators()).with_for_update()).all()
    return list(able) == [account.id]


def able(session: Session, account_id: int | None, password_hash: str | None) -> bool:
    """Whether this account is still open and still has this password: both may have changed while it was checked."""
    account = session.get(Account, account_id) if account_id else None
    return account is not None and account.disabled_at is None and account.password_hash == password_hash


def set_password(session: Session, account_id: int, password_hash: str, *, now: datetime) -> None:
    """A new password for somebody who is signed in; every session of the account ends, and the account is told."""
    account = session.get_one(Account, account_id)
    account.password_hash, account.password_changed_at, account.failures = password_hash, now, 0
    session.add(account)
    session.flush()
    void_invitations(session, account.address_key)
    challenges.forget(session, account_id)
    end_logins(session, account_id, now=now)
    account_mail.write(session, account_id, Change.PASSWORD, now=now, by=account_id)


def address_of(session: Session, account_id: int) -> str:
    return session.get_one(Account, account_id).address


def set_single_keys(session: Session, account_id: int, wanted: bool) -> None:
    session.connection().execute(sa.update(Account).where(col(Account.id) == account_id).values(single_keys=wanted))


def open_login(
    session: Session, account_id: int, *, now: datetime, factor: str = "password", grace: timedelta = FACTOR_GRACE
) -> str:
    """A new session with a new token; never an old one again (TRUST C5).

    An account from before there were second factors gets its time to set one up from here on.
    """
    session.connection().execute(
        sa.update(Account)
        .where(col(Account.id) == account_id, col(Account.factor_due_at).is_(None))
        .values(factor_due_at=now + grace)
    )
    token = random.token_urlsafe(TOKEN_BYTES)
    session.add(
        Login(token_hash=_digest(token), account_id=account_id, created_at=now, last_seen_at=now, factor=factor)
    )
    return token


def signed_in(session: Session, token: str, *, now: datetime, idle: timedelta) -> SignedIn | None:
    """Who this token belongs to, None when the session ended, was idle for too long or is twelve hours old."""
    passkeys = sa.exists().where(col(Passkey.account_id) == col(Account.id))
    found = session.exec(
        select(Login, Account, passkeys)
        .where(col(Login.account_id) == col(Account.id), Login.token_hash == _digest(token))
        .where(col(Login.ended_at).is_(None), col(Account.disabled_at).is_(None))
        .where(Login.last_seen_at > now - idle, Login.created_at > now - LOGIN_LASTS)
    ).one_or_none()
    if found is None:
        return None
    login, account, has_passkey = found
    more = has_passkey or account.totp_sealed is not None
    return SignedIn(
        account.id or 0,
        account.address,
        Role(account.role),
        login.id or 0,
        tuple(account.scope),
        account.single_keys,
        login.factor,
        login.created_at,
        None if more else account.factor_due_at,
    )


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
    _end(session, now, col(Login.token_hash) == _digest(token))


def end_one_login(session: Session, account_id: int, login_id: int, *, now: datetime) -> int:
    """End one session of this account. Returns 0 when there is no such session."""
    return _end(session, now, col(Login.account_id) == account_id, col(Login.id) == login_id)


def end_logins(session: Session, account_id: int, *, now: datetime, but: int | None = None) -> int:
    """End all sessions of an account, except perhaps one. Returns how many there were."""
    return _end(session, now, col(Login.account_id) == account_id, col(Login.id) != (but or 0))


def _end(session: Session, now: datetime, *which: sa.ColumnElement[bool]) -> int:
    ended = session.connection().execute(
        sa.update(Login).where(*which, col(Login.ended_at).is_(None)).values(ended_at=now)
    )
    return int(ended.rowcount)


@dataclass(frozen=True, slots=True)
class LoginSeen:
    """An open session. No address and no browser: nobody keeps those."""

    id: int
    began_at: datetime
    last_seen_at: datetime
    factor: str


def open_logins(session: Session, account_id: int, *, now: datetime, idle: timedelta) -> list[LoginSeen]:
    """The sessions of an account that are open now, the newest first."""
    rows = session.exec(
        select(Login).where(Login.account_id == account_id, *still_open(now, idle)).order_by(col(Login.id).desc())
    ).all()
    return [LoginSeen(row.id or 0, row.created_at, row.last_seen_at, row.factor) for row in rows]


def still_open(now: datetime, idle: timedelta) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition for a session that is open at this moment."""
    return (
        col(Login.ended_at).is_(None),
        col(Login.last_seen_at) > now - idle,
        col(Login.created_at) > now - LOGIN_LASTS,
    )


def find(session: Session, address: str) -> int | None:
    """The id of the account with this address."""
    return session.exec(select(Account.id).where(Account.address_key == (normal_address(address) or ""))).one_or_none()
