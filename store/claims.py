"""Who is looking at which item: rows with expiry that steer and warn, and never decide. What binds is the revision.

A claim counts while its time has not come and its login is still open, so logging out lets everything go. What was
handed over to a colleague stays with that colleague until it is decided, given back or taken over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from store import rules
from store.errors import NotAllowedError
from store.tables import Account, Claim, Item, Login
from store.values import Role, State

NOTE_LIMIT = 300
HANDED_FOR = timedelta(days=7)
"""Longer than a week nobody keeps an item that a colleague gave; then it is everybody's again."""
_TABLE: sa.Table = Claim.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ClaimSeen:
    """`address` is who looks at the item. `handed_by` is the address of who handed it over, "" when nobody did."""

    item_id: int
    account_id: int
    address: str
    claimed_at: datetime
    expires_at: datetime
    handed_by: str = ""
    note: str = ""

    @property
    def was_handed(self) -> bool:
        return bool(self.handed_by)


@dataclass(frozen=True, slots=True)
class Colleague:
    id: int
    address: str


def claim(
    session: Session, item_id: int, *, account_id: int, login_id: int | None, seconds: int, now: datetime
) -> ClaimSeen | None:
    """Say that this account looks at an item, for `seconds` from now. Returns the claim that counts afterwards.

    Nobody takes an item from a colleague this way: then the colleague's claim is returned. Returns None when the item
    does not wait (any more).
    """
    if not _waits(session, item_id):
        return None
    ends = now + timedelta(seconds=seconds)
    connection = session.connection()
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    made = insert(_TABLE).values(
        item_id=item_id, account_id=account_id, login_id=login_id, claimed_at=now, expires_at=ends, note=""
    )
    mine = _TABLE.c.account_id == account_id
    lives = sa.and_(_TABLE.c.expires_at > now, _login_is_open(_TABLE.c.login_id))
    kept = sa.and_(mine, lives)
    values: dict[str, Any] = {
        "account_id": account_id,
        "login_id": sa.case((sa.and_(kept, _TABLE.c.handed_by.is_not(None)), None), else_=made.excluded.login_id),
        "claimed_at": sa.case((kept, _TABLE.c.claimed_at), else_=made.excluded.claimed_at),
        "expires_at": sa.case(
            (sa.and_(kept, _TABLE.c.expires_at > ends), _TABLE.c.expires_at), else_=made.excluded.expires_at
        ),
        "handed_by": sa.case((kept, _TABLE.c.handed_by), else_=None),
        "note": sa.case((kept, _TABLE.c.note), else_=""),
    }
    connection.execute(
        made.on_conflict_do_update(index_elements=["item_id"], set_=values, where=sa.or_(mine, sa.not_(lives)))
    )
    return of_item(session, item_id, now=now)


def take(
    session: Session, item_id: int, *, account_id: int, login_id: int | None, seconds: int, now: datetime
) -> ClaimSeen | None:
    """Take an item over from whoever has it, as the person themself asked."""
    session.connection().execute(sa.delete(_TABLE).where(_TABLE.c.item_id == item_id))
    return claim(session, item_id, account_id=account_id, login_id=login_id, seconds=seconds, now=now)


def release(session: Session, item_id: int, account_id: int, *, also_handed: bool = False) -> None:
    """Let go of an item on leaving it. What a colleague handed over stays, unless it is given back."""
    statement = sa.delete(_TABLE).where(_TABLE.c.item_id == item_id, _TABLE.c.account_id == account_id)
    if not also_handed:
        statement = statement.where(_TABLE.c.handed_by.is_(None))
    session.connection().execute(statement)


def decided(session: Session, item_id: int) -> None:
    """Nobody looks at an item any more that was just decided."""
    session.connection().execute(sa.delete(_TABLE).where(_TABLE.c.item_id == item_id))


def hand_over(session: Session, item_id: int, *, account_id: int, to: int, note: str, now: datetime) -> None:
    """Give an item to a colleague, with a note. Raises NotAllowedError with a Dutch sentence."""
    note = " ".join(note.split())
    if len(note) > NOTE_LIMIT:
        raise NotAllowedError(f"Het briefje is te lang: schrijf hoogstens {NOTE_LIMIT} tekens.")
    if rules.unfit_character(note):
        raise NotAllowedError("In het briefje staat een onzichtbaar teken. Typ het opnieuw.")
    if to not in {each.id for each in colleagues(session, account_id)}:
        raise NotAllowedError("Deze collega kan nu geen berichten beoordelen. Kies iemand anders uit de lijst.")
    if not _waits(session, item_id):
        raise NotAllowedError("Dit bericht wacht niet meer op een besluit. Je hoeft het niet over te dragen.")
    values = {
        "account_id": to,
        "login_id": None,
        "claimed_at": now,
        "expires_at": now + HANDED_FOR,
        "handed_by": account_id,
        "note": note,
    }
    connection = session.connection()
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    made = insert(_TABLE).values(item_id=item_id, **values)
    connection.execute(made.on_conflict_do_update(index_elements=["item_id"], set_=values))


def colleagues(session: Session, account_id: int) -> tuple[Colleague, ...]:
    """Who else may decide, to hand something over to."""
    rows = session.exec(
        select(Account.id, Account.address)
        .where(Account.id != account_id, col(Account.disabled_at).is_(None), Account.role != Role.READER)
        .order_by(col(Account.address))
    )
    return tuple(Colleague(number or 0, address) for number, address in rows)


def of_item(session: Session, item_id: int, *, now: datetime) -> ClaimSeen | None:
    """The claim on one item that counts now."""
    return of_items(session, [item_id], now=now).get(item_id)


def of_items(session: Session, item_ids: Iterable[int], *, now: datetime) -> dict[int, ClaimSeen]:
    """The claims on these items that count now."""
    return {each.item_id: each for each in _seen(session, _TABLE.c.item_id.in_(list(item_ids)), now)}


def handed_to(session: Session, account_id: int, *, now: datetime) -> tuple[ClaimSeen, ...]:
    """What colleagues handed to this account, the oldest first."""
    return _seen(session, sa.and_(_TABLE.c.account_id == account_id, _TABLE.c.handed_by.is_not(None)), now)


def living(session: Session, *, now: datetime) -> tuple[ClaimSeen, ...]:
    """Everything that somebody looks at or was given now, the oldest first."""
    return _seen(session, sa.true(), now)


def held_by_others(account_id: int, now: datetime) -> sa.ColumnElement[bool]:
    """A condition on `Item`: a colleague has it."""
    return sa.exists().where(
        _TABLE.c.item_id == col(Item.id),
        _TABLE.c.account_id != account_id,
        _TABLE.c.expires_at > now,
        _login_is_open(_TABLE.c.login_id),
        sa.exists().where(col(Account.id) == _TABLE.c.account_id, col(Account.disabled_at).is_(None)),
    )


def erase_expired(session: Session, now: datetime) -> int:
    """Remove the rows that count no more. How many."""
    gone = sa.or_(_TABLE.c.expires_at <= now, sa.not_(_login_is_open(_TABLE.c.login_id)))
    return session.connection().execute(sa.delete(_TABLE).where(gone)).rowcount


def _seen(session: Session, condition: sa.ColumnElement[bool], now: datetime) -> tuple[ClaimSeen, ...]:
    giver = aliased(Account)
    rows = session.exec(
        select(Claim, Account.address, giver.address)
        .join(Account, col(Account.id) == col(Claim.account_id))
        .outerjoin(giver, col(giver.id) == col(Claim.handed_by))
        .where(condition, col(Claim.expires_at) > now, _login_is_open(_TABLE.c.login_id))
        .where(col(Account.disabled_at).is_(None))
        .order_by(col(Claim.claimed_at), col(Claim.item_id))
        .execution_options(populate_existing=True)
    )
    return tuple(
        ClaimSeen(row.item_id, row.account_id, address, row.claimed_at, row.expires_at, by or "", row.note)
        for row, address, by in rows
    )


def _login_is_open(login_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """A claim without a login was handed over; it stays when somebody logs out."""
    ended = sa.exists().where(col(Login.id) == login_id, col(Login.ended_at).is_not(None))
    return sa.or_(login_id.is_(None), sa.not_(ended))


def _waits(session: Session, item_id: int) -> bool:
    waits = select(Item.id).where(Item.id == item_id, col(Item.state).in_([State.PENDING, State.PILE]))
    return session.exec(waits).first() is not None
