"""What administrators do with accounts: see them, change a role or a region, close, and start a lost factor anew.

Every change is written down for the account itself (`store/account_mail.py`) in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import account_mail, accounts, challenges
from store.account_mail import Change
from store.errors import NotAllowedError, NotFoundError
from store.tables import Account, Login, Passkey, RecoveryCode
from store.values import Role


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """`passkeys` is how many, `app` whether codes of an app are asked."""

    id: int
    address: str
    role: Role
    scope: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None
    open_logins: int
    passkeys: int
    app: bool
    has_password: bool


def list_all(session: Session, *, now: datetime, idle: timedelta) -> list[AccountSeen]:
    """All accounts by address, with how many sessions are open now."""
    open_now = sa.case((sa.and_(*accounts.still_open(now, idle)), 1), else_=0)
    passkeys = (
        sa.select(sa.func.count())
        .select_from(Passkey)
        .where(col(Passkey.account_id) == col(Account.id))
        .scalar_subquery()
    )
    rows = session.exec(
        select(Account, sa.func.max(Login.last_seen_at), sa.func.coalesce(sa.func.sum(open_now), 0), passkeys)
        .join(Login, col(Login.account_id) == col(Account.id), isouter=True)
        .group_by(col(Account.id))
        .order_by(col(Account.address))
    ).all()
    return [
        AccountSeen(
            account.id or 0,
            account.address,
            Role(account.role),
            tuple(account.scope),
            account.created_at,
            account.disabled_at,
            seen,
            0 if account.disabled_at else int(count),
            int(keys),
            account.totp_sealed is not None,
            bool(account.password_hash),
        )
        for account, seen, count, keys in rows
    ]


def change(
    session: Session, account_id: int, role: Role, scope: Sequence[str], *, now: datetime, by: int | None = None
) -> bool:
    """Give an account another role or region; its sessions end (TRUST C5). False when it had these already.

    Raises NotFoundError, or NotAllowedError for the last administrator or an unknown province.
    """
    account = _may_lose(session, account_id, only=role is not Role.ADMINISTRATOR)
    wanted = list(accounts.known_scope(scope))
    if (account.role, account.scope) == (role, wanted):
        return False
    account.role, account.scope = role, wanted
    session.add(account)
    session.flush()
    accounts.void_invitations(session, account.address_key)
    accounts.end_logins(session, account_id, now=now)
    account_mail.write(session, account_id, Change.ROLE, now=now, by=by)
    return True


def reset(session: Session, account_id: int, *, now: datetime, by: int | None = None) -> str:
    """Take away the password and every factor of an account, and return a one-time link's token to set new ones.

    Its sessions end. Whoever had a factor sets one up at once: a lost one gives no new days of grace (ASVS 6.4.3).
    Raises NotFoundError, or NotAllowedError for a closed account.
    """
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFoundError(f"There is no account {account_id}.")
    if account.disabled_at is not None:
        raise NotAllowedError("Dit account is gesloten. Nodig het adres opnieuw uit.")
    connection = session.connection()
    passkeys = connection.execute(sa.delete(Passkey).where(col(Passkey.account_id) == account_id)).rowcount
    connection.execute(sa.delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    if passkeys or account.totp_sealed is not None:
        account.factor_due_at = now
    account.password_hash, account.totp_sealed, account.totp_used, account.failures = "", None, None, 0
    session.add(account)
    session.flush()
    challenges.forget(session, account_id)
    accounts.end_logins(session, account_id, now=now)
    account_mail.write(session, account_id, Change.RESET, now=now, by=by)
    return accounts.invite(session, Role(account.role), address=account.address, now=now, scope=account.scope)


def disable(session: Session, account_id: int, *, now: datetime) -> None:
    """Close an account and end its sessions. Its decisions stay.

    Raises NotFoundError, or NotAllowedError for the last administrator: nobody could invite anyone any more.
    """
    account = _may_lose(session, account_id)
    account.disabled_at = account.disabled_at or now
    session.add(account)
    session.flush()
    accounts.void_invitations(session, account.address_key)
    challenges.forget(session, account_id)
    accounts.end_logins(session, account_id, now=now)


def _may_lose(session: Session, account_id: int, *, only: bool = True) -> Account:
    """The account, when administrators are left without it; `only` is False when it stays one."""
    # All able administrators are locked, so that two of them cannot disable each other at the same moment.
    able = session.exec(select(Account).where(*accounts.able_administrators()).with_for_update()).all()
    account = session.get(Account, account_id)
    if account is None:
        raise NotFoundError(f"There is no account {account_id}.")
    if only and [row.id for row in able] == [account_id]:
        raise NotAllowedError(accounts.LAST_ADMINISTRATOR)
    return account
