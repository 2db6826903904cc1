"""What the newsroom's own people are told by mail: that a source needs somebody, that something waits, that it hurries.

Rows are written in the transaction that is the reason for them (DESIGN.md rule 7), and leave as notices to subscribers
do (`store/sending.py`). Whoever lost the account or the role meanwhile gets nothing, and what is over needs no telling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import account_mail, reminders, sending
from store.account_mail import Change
from store.database import insert_or_ignore
from store.reminders import Waiting
from store.sending import NO_ANSWER, DeliveryOutcome, DeliveryResult
from store.tables import Account, Problem, Review, StaffNotice
from store.values import Role

AT_MOST_ONE_BY_ONE = 5
"""When more than this goes wrong at once, the network was down, probably ours: one mail tells it all."""

WAITING, URGENT = "waiting", "urgent"
FOR_EDITORS = (WAITING, URGENT)
"""The kinds that every editor gets. `account_mail.KIND` is about the account; all others are for administrators."""
LOOKED_AT_FOR = timedelta(hours=12)
"""How much waited this morning is no news in the evening."""


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
    problems: tuple[ProblemTold, ...] = ()
    waiting: Waiting | None = None
    review_id: int = 0
    change: Change | None = None

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


def write_waiting(session: Session, day: date, waiting: Waiting, now: datetime) -> int:
    """Write to every editor how much waits, once for each day here. Returns how many mails were written now."""
    if waiting.since is None:
        return 0
    facts = {"count": waiting.count, "since": waiting.since.isoformat(), "soon": waiting.soon}
    return _write_to_editors(session, WAITING, f"{WAITING}:{day.isoformat()}", facts, now, now + LOOKED_AT_FOR)


def write_urgent(session: Session, review_id: int, now: datetime) -> int:
    """Write to every editor that something hurries. Without a word of what. Returns how many mails were written."""
    expires_at = now + sending.GIVE_UP_AFTER
    return _write_to_editors(session, URGENT, f"review:{review_id}", {"review": review_id}, now, expires_at)


def _write_to_editors(
    session: Session, kind: str, about: str, facts: dict[str, Any], now: datetime, expires_at: datetime
) -> int:
    values = {
        "kind": kind,
        "about": about,
        "facts": facts,
        "state": "waiting",
        "made_at": now,
        "due_at": now,
        "expires_at": expires_at,
        "tries": 0,
        "fence": 0,
        "answer": "",
    }
    deciding = (Role.ADMINISTRATOR, Role.EDITOR)
    editors = select(Account.id).where(col(Account.role).in_(deciding), col(Account.disabled_at).is_(None))
    made = [
        insert_or_ignore(session, StaffNotice, {**values, "account_id": each}, ("account_id", "kind", "about"))
        for each in session.exec(editors.order_by(col(Account.id))).all()
    ]
    return sum(each is not None for each in made)


def _may_be_told() -> tuple[sa.ColumnElement[bool], ...]:
    return col(Account.role) == Role.ADMINISTRATOR, col(Account.disabled_at).is_(None)


def _roles(kind: str) -> tuple[Role, ...]:
    if kind == account_mail.KIND:
        return tuple(Role)
    return (Role.ADMINISTRATOR, Role.EDITOR) if kind in FOR_EDITORS else (Role.ADMINISTRATOR,)


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
    administrators = sa.select(col(Account.id)).where(*_may_be_told())
    everyone = sa.select(col(Account.id)).where(col(Account.disabled_at).is_(None))
    editors = everyone.where(col(Account.role) == Role.EDITOR)
    able = sa.or_(
        col(StaffNotice.account_id).in_(administrators),
        sa.and_(col(StaffNotice.kind).in_(FOR_EDITORS), col(StaffNotice.account_id).in_(editors)),
        sa.and_(col(StaffNotice.kind) == account_mail.KIND, col(StaffNotice.account_id).in_(everyone)),
    )
    return sending.mark_handed(session, StaffNotice, notice_id, fence, now, able)


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
    if account.role not in _roles(notice.kind) or account.disabled_at is not None:
        return "dropped"
    if notice.kind == account_mail.KIND:
        return None
    if notice.kind == WAITING:
        return None if reminders.anything(session) else "dropped"
    if notice.kind == URGENT:
        review = session.get(Review, notice.facts["review"])
        return None if review is not None and review.state == "open" else "dropped"
    numbers = [each.id for each in told]
    lasts = select(Problem.id).where(col(Problem.id).in_(numbers), col(Problem.closed_at).is_(None)).limit(1)
    return None if session.exec(lasts).first() is not None else "dropped"


def _problems(notice: StaffNotice) -> tuple[ProblemTold, ...]:
    rows: list[dict[str, Any]] = notice.facts.get("problems", [])
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
        waiting=_waiting(notice.facts) if notice.kind == WAITING else None,
        review_id=notice.facts.get("review", 0),
        change=Change(notice.facts["change"]) if notice.kind == account_mail.KIND else None,
    )


def _waiting(facts: dict[str, Any]) -> Waiting:
    return Waiting(facts["count"], datetime.fromisoformat(facts["since"]), facts["soon"])
