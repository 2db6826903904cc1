"""What an account is told by mail about itself: that a password, a factor, a role or a session changed.

Rows of `staff_notice`, written in the transaction of the change. They say what and when, never a secret, and they are
the record of who changed what for as long as the mail log is kept.
"""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.database import insert_or_ignore
from store.tables import Account, StaffNotice
from store.values import Role

KIND = "factor"
"""The kind of these rows among the mails to the newsroom."""
GIVE_UP_AFTER = timedelta(hours=48)


class Change(StrEnum):
    """What changed. The words for each stand in `service/desk/factor_words.py`."""

    PASSWORD = "password"  # noqa: S105 - the name of a change, no password
    PASSWORD_OFF = "password_off"  # noqa: S105
    PASSKEY_NEW = "passkey_new"
    PASSKEY_GONE = "passkey_gone"
    APP_NEW = "app_new"
    APP_GONE = "app_gone"
    CODES_NEW = "codes_new"
    CODE_USED = "code_used"
    RESET = "reset"
    ROLE = "role"
    OPENED = "opened"
    MANY_FAILURES = "many_failures"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change that was told: to whom, and by whom (None: by the program, or from the command line)."""

    address: str
    change: Change
    by: str | None
    at: datetime


def write(session: Session, account_id: int, change: Change, *, now: datetime, by: int | None = None) -> None:
    """Write down that this account must be told. `by` is the account that did it, None for nobody who logged in."""
    _write(session, account_id, change, f"{change}:{random.token_hex(8)}", now, by)


def write_alarm(session: Session, day: date, *, now: datetime) -> None:
    """Tell every administrator, once a day, that far too many passwords are being tried."""
    administrators = select(Account.id).where(Account.role == Role.ADMINISTRATOR, col(Account.disabled_at).is_(None))
    for account_id in session.exec(administrators).all():
        _write(session, account_id or 0, Change.MANY_FAILURES, f"{Change.MANY_FAILURES}:{day.isoformat()}", now, None)


def _write(session: Session, account_id: int, change: Change, about: str, now: datetime, by: int | None) -> None:
    values = {
        "account_id": account_id,
        "kind": KIND,
        "about": about,
        "facts": {"change": str(change), "by": by},
        "state": "waiting",
        "made_at": now,
        "due_at": now,
        "expires_at": now + GIVE_UP_AFTER,
        "tries": 0,
        "fence": 0,
        "answer": "",
    }
    insert_or_ignore(session, StaffNotice, values, ("account_id", "kind", "about"))


def recorded(session: Session, *, size: int = 30) -> list[Recorded]:
    """The newest changes of all accounts, newest first, as far back as the mail log reaches."""
    rows = session.exec(
        select(StaffNotice, Account.address)
        .where(col(StaffNotice.account_id) == col(Account.id), StaffNotice.kind == KIND)
        .order_by(col(StaffNotice.made_at).desc(), col(StaffNotice.id).desc())
        .limit(size)
    ).all()
    numbers = {notice.facts["by"] for notice, _ in rows if notice.facts["by"] is not None}
    query = sa.select(col(Account.id), col(Account.address)).where(col(Account.id).in_(numbers))
    names = {row.id: row.address for row in session.connection().execute(query)}
    return [
        Recorded(address, Change(notice.facts["change"]), names.get(notice.facts["by"]), notice.made_at)
        for notice, address in rows
    ]
