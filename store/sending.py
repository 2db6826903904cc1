"""The states a mail goes through, the same for subscribers and for the newsroom (TRUST INV-9, 10, 11).

A claim is a conditional update with a lease and a fence. A row found `handed` after its lease is in doubt: the server
may have it. What is told, to whom, and whether it still may be, is for `store/outbox.py` and `store/staff_notices.py`.
"""

from __future__ import annotations

import re
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.tables import Notice, StaffNotice

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120, 240))
GIVE_UP_AFTER = timedelta(hours=48)
ANSWER_WITHIN = timedelta(minutes=12)
"""A server may take ten minutes after the final dot (RFC 5321 section 4.5.3.2.6); after two more nobody waits."""

ANSWER_LIMIT = 300
_ADDRESS = re.compile(r"[^\s<>()\[\]]+@[^\s<>()\[\]]+")

Row = TypeVar("Row", Notice, StaffNotice)


class DeliveryOutcome(StrEnum):
    """How one attempt ended. UNWANTED: the row was taken back meanwhile, nothing was said to the server."""

    SENT = "sent"
    REFUSED = "refused"
    RETRY = "retry"
    IN_DOUBT = "in_doubt"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What a channel came back with. `trouble`: not about this subscriber, so the next one will fare no better.

    `bounced` says that the mailbox does not exist: nothing more is sent to it.
    """

    outcome: DeliveryOutcome
    code: int | None = None
    answer: str = ""
    trouble: bool = False
    bounced: bool = False


NO_ANSWER = DeliveryResult(DeliveryOutcome.IN_DOUBT, answer="the sender ended before the answer")


def without_addresses(answer: str) -> str:
    """A server's answer without the mailbox it often names: an address stands in one place only (INV-25)."""
    return _ADDRESS.sub("(address)", answer)[:ANSWER_LIMIT]


def anything_to_do(session: Session, table: type[Row], now: datetime) -> bool:
    """Whether a sender would find work: something due, or something that a dead sender left. Takes no lock."""
    left = sa.and_(col(table.state).in_(["claimed", "handed"]), col(table.claimed_until) <= now)
    due = sa.and_(col(table.state) == "waiting", col(table.due_at) <= now)
    return session.exec(select(table.id).where(sa.or_(due, left)).limit(1)).first() is not None


def claim(session: Session, table: type[Row], now: datetime, lease_seconds: int, limit: int) -> Sequence[int]:
    """Claim the rows that are due, longest due first; gives their numbers.

    A fence is drawn at random and not counted up: SQLite gives the number of a deleted row away again, and a sender
    that held the old row must not pass for the holder of the new one.
    """
    due = (
        sa.select(col(table.id))
        .where(col(table.state) == "waiting", col(table.due_at) <= now)
        .order_by(col(table.due_at), col(table.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
        # A named query of its own: PostgreSQL may carry out a plain subquery again for every row, and then claim more
        # than `limit`.
        .cte("due")
    )
    fence = random.randbelow(2**31 - 1) + 1
    until = now + timedelta(seconds=lease_seconds)
    claimed = session.connection().execute(
        sa.update(table)
        .where(col(table.id).in_(sa.select(due.c.id)), col(table.state) == "waiting")
        .values(state="claimed", fence=fence, claimed_until=until)
        .returning(col(table.id))
    )
    return [number for number in claimed.scalars() if number is not None]


def held(table: type[Row], number: int, fence: int, *states: str) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that a row is still in one of these states by the claim with this fence."""
    return col(table.id) == number, col(table.fence) == fence, col(table.state).in_(states)


def mark_handed(
    session: Session, table: type[Row], number: int, fence: int, now: datetime, *wanted: sa.ColumnElement[bool]
) -> bool:
    """Write down that the final dot is about to leave. False: the claim is lost, or it is not `wanted` any more."""
    handed = session.connection().execute(
        sa.update(table)
        .where(*held(table, number, fence, "claimed"), col(table.expires_at) > now, *wanted)
        .values(state="handed", claimed_until=now + ANSWER_WITHIN)
    )
    return bool(handed.rowcount)


def release(session: Session, table: type[Row], number: int, fence: int, due_at: datetime) -> bool:
    """Give a claim back without an attempt, to be due at `due_at`."""
    back = session.connection().execute(
        sa.update(table)
        .where(*held(table, number, fence, "claimed"))
        .values(state="waiting", claimed_until=None, due_at=due_at)
    )
    return bool(back.rowcount)


def held_row(session: Session, table: type[Row], number: int, fence: int) -> Row | None:
    """The row of this claim, locked, to be settled; None when it is no longer ours.

    A row that was put in doubt while its server was still thinking is settled by the answer after all.
    """
    return session.exec(
        select(table)
        .where(*held(table, number, fence, "claimed", "handed", "in_doubt"))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def postpone(session: Session, table: type[Row], until: datetime) -> int:
    """Let nothing be due before `until`: the server refuses us. Returns how many rows wait longer."""
    moved = session.connection().execute(
        sa.update(table).where(col(table.state) == "waiting", col(table.due_at) < until).values(due_at=until)
    )
    return int(moved.rowcount)


def left_behind(session: Session, table: type[Row], now: datetime) -> tuple[list[Row], int]:
    """Look after rows whose sender died. Claimed ones wait again; of the handed ones, which come back to be settled
    with `NO_ANSWER`, nobody knows whether they arrived. And how many there were together.
    """
    left = session.exec(
        select(table)
        .where(col(table.state).in_(["claimed", "handed"]), col(table.claimed_until) <= now)
        .with_for_update(skip_locked=True)
    ).all()
    for row in left:
        if row.state == "claimed":
            row.state, row.claimed_until = "waiting", None
            session.add(row)
    return [row for row in left if row.state == "handed"], len(left)


def expire(session: Session, table: type[Row], now: datetime) -> int:
    """Settle what waits although it is too late to tell. Returns how many."""
    late = session.connection().execute(
        sa.update(table)
        .where(col(table.state) == "waiting", col(table.expires_at) <= now)
        .values(state="expired", settled_at=now)
    )
    return int(late.rowcount)


def conclude(row: Notice | StaffNotice, outcome: DeliveryOutcome, now: datetime, *, again: bool) -> None:
    """What becomes of a row after an attempt; `again` says that another one should be made."""
    row.tries += 1
    row.claimed_until = None
    if not again:
        row.state, row.settled_at = str(outcome), now
        return
    due_at = now + retry_after(row.tries)
    if due_at >= min(row.expires_at, row.made_at + GIVE_UP_AFTER):
        row.state, row.settled_at = "expired", now
    else:
        row.state, row.due_at = "waiting", due_at


def retry_after(tries: int) -> timedelta:
    """How long to wait after this many failed attempts (TRUST E12)."""
    return RETRY_AFTER[min(tries, len(RETRY_AFTER)) - 1]
