"""What the newsroom's own people are told by mail: that a source needs somebody.

Rows are written in the transaction that opens the problem (DESIGN.md rule 7), and leave as notices to subscribers do
(`store/sending.py`). Whoever lost the account or the role meanwhile gets nothing, and what is over needs no telling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import sending
from store.sending import NO_ANSWER, DeliveryOutcome, DeliveryResult
from store.tables import Account, Problem, StaffNotice
from store.values import Role

AT_MOST_ONE_BY_ONE = 5
"""When more than this goes wrong at once, the network was down, probably ours: one mail tells it all."""


@dataclass(frozen=True, slots=True)
class ProblemTold:
    """A problem as it was when the mail about it was written down."""

    id: int
    source_key: str
    source_name: str
    kind: str
    sentence: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class StaffNoticeToSend:
    """One claimed mail to one account. `identity` is the same at every attempt and for no other mail, ever."""

    id: int
    fence: int
    kind: str
    about: str
    made_at: datetime
    account_id: int
    address: str = field(repr=False)
    problems: tuple[ProblemTold, ...]

    @property
    def identity(self) -> str:
        return f"staff {self.id} {self.about} {self.kind} {self.account_id} {self.made_at.isoformat()}"


def write(session: Session, problems: Sequence[ProblemTold], now: datetime) -> int:
    """Write the mails that tell the administrators of these problems. Returns how many administrators there are."""
    administrators = session.exec(select(Account.id).where(*_may_be_told()).order_by(col(Account.id))).all()
    together = len(problems) > AT_MOST_ONE_BY_ONE
    told = [("problems", tuple(problems))] if together else [("problem", (each,)) for each in problems]
    rows = [
        {
            "account_id": account_id,
            "kind": kind,
            "about": f"{kind}:{min(each.id for each in about)}",
            "facts": {"problems": [asdict(each) | {"opened_at": each.opened_at.isoformat()} for each in about]},
            "state": "waiting",
            "made_at": now,
            "due_at": now,
            "expires_at": now + sending.GIVE_UP_AFTER,
            "tries": 0,
            "fence": 0,
            "answer": "",
        }
        for account_id in administrators
        for kind, about in told
    ]
    if rows:
        session.connection().execute(sa.insert(StaffNotice), rows)
    return len(administrators)


def _may_be_told() -> tuple[sa.ColumnElement[bool], ...]:
    return col(Account.role) == Role.ADMINISTRATOR, col(Account.disabled_at).is_(None)


def anything_to_do(session: Session, now: datetime) -> bool:
    """Whether a sender would find work: something due, or something that a dead sender left. Takes no lock."""
    return sending.anything_to_do(session, StaffNotice, now)


def claim_due(session: Session, now: datetime, lease_seconds: int, limit: int) -> list[StaffNoticeToSend]:
    """Claim the mails that are due, longest due first. What is not to be told any more is settled and left out."""
    ids = sending.claim(session, StaffNotice, now, lease_seconds, limit)
    rows = session.exec(
        select(StaffNotice, Account)
        .where(col(StaffNotice.account_id) == col(Account.id), col(StaffNotice.id).in_(ids))
        .order_by(col(StaffNotice.due_at), col(StaffNotice.id))
    ).all()
    to_send = []
    for notice, account in rows:
        told = _problems(notice)
        obstacle = _obstacle(session, notice, account, told, now)
        if obstacle:
            notice.state, notice.settled_at, notice.claimed_until = obstacle, now, None
            session.add(notice)
        else:
            to_send.append(_to_send(notice, account, told))
    session.flush()
    return to_send


def mark_handed(session: Session, notice_id: int, fence: int, now: datetime) -> bool:
    """Write down that the final dot is about to leave. False: the claim is lost, or the account is."""
    able = sa.select(col(Account.id)).where(*_may_be_told())
    return sending.mark_handed(session, StaffNotice, notice_id, fence, now, col(StaffNotice.account_id).in_(able))


def release(session: Session, notice_id: int, fence: int, due_at: datetime) -> bool:
    """Give a claim back without an attempt, to be due at `due_at`."""
    return sending.release(session, StaffNotice, notice_id, fence, due_at)


def settle(
    session: Session,
    notice_id: int,
    fence: int,
    result: DeliveryResult,
    *,
    started_at: datetime,  # noqa: ARG001 - the same shape as its sister in store/outbox.py
    now: datetime,
) -> bool:
    """Write down how the attempt ended. False when the row is no longer ours to settle."""
    notice = sending.held_row(session, StaffNotice, notice_id, fence)
    if notice is None or result.outcome is DeliveryOutcome.UNWANTED:
        return False
    _record(session, notice, result, now)
    return True


def postpone(session: Session, until: datetime) -> int:
    """Let nothing be due before `until`: the server refuses us. Returns how many mails wait longer."""
    return sending.postpone(session, StaffNotice, until)


def recover(session: Session, now: datetime) -> int:
    """Look after rows whose sender died: claimed ones wait again, handed ones are in doubt. Returns how many."""
    handed, count = sending.left_behind(session, StaffNotice, now)
    for notice in handed:
        _record(session, notice, NO_ANSWER, now)
    return count


def expire(session: Session, now: datetime) -> int:
    """Settle what could not be told for two days. Returns how many."""
    return sending.expire(session, StaffNotice, now)


def attempts_since(session: Session, moment: datetime) -> list[str]:
    """The addresses of the attempts that ended since `moment`, for the throttle."""
    query = (
        select(Account.address)
        .where(col(StaffNotice.account_id) == col(Account.id), StaffNotice.tries > 0)
        .where(col(StaffNotice.settled_at) > moment)
    )
    return list(session.exec(query).all())


def _record(session: Session, notice: StaffNotice, result: DeliveryResult, now: datetime) -> None:
    sending.conclude(notice, result.outcome, now, again=result.outcome is DeliveryOutcome.RETRY)
    notice.answer = sending.without_addresses(result.answer)
    session.add(notice)
    session.flush()


def _obstacle(
    session: Session, notice: StaffNotice, account: Account, told: Sequence[ProblemTold], now: datetime
) -> str | None:
    """The state to settle in when there is nothing to tell, or nobody to tell it to."""
    if notice.expires_at <= now:
        return "expired"
    if account.role != Role.ADMINISTRATOR or account.disabled_at is not None:
        return "dropped"
    numbers = [each.id for each in told]
    lasts = select(Problem.id).where(col(Problem.id).in_(numbers), col(Problem.closed_at).is_(None)).limit(1)
    return None if session.exec(lasts).first() is not None else "dropped"


def _problems(notice: StaffNotice) -> tuple[ProblemTold, ...]:
    rows: list[dict[str, Any]] = notice.facts["problems"]
    return tuple(ProblemTold(**row | {"opened_at": datetime.fromisoformat(row["opened_at"])}) for row in rows)


def _to_send(notice: StaffNotice, account: Account, told: tuple[ProblemTold, ...]) -> StaffNoticeToSend:
    return StaffNoticeToSend(
        id=notice.id or 0,
        fence=notice.fence,
        kind=notice.kind,
        about=notice.about,
        made_at=notice.made_at,
        account_id=notice.account_id,
        address=account.address,
        problems=told,
    )
