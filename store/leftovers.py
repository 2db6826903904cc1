"""What is kept for a while only, and erased when that while is over (TRUST 5.1, INV-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from store import accounts, outbox, subscribers
from store.tables import Attempt, Delivery, Invitation, Login

MAIL_LOG_FOR = timedelta(days=30)
SESSIONS_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of each."""

    subscribers: int
    notices: int
    deliveries: int
    logins: int


def erase(session: Session, now: datetime) -> Erased:
    """Erase what is past: unconfirmed subscribers, counted attempts, the mail log, ended sessions, used invitations.

    Notices of events that began are settled, not erased: who was told what stays known as long as the subscriber is.
    """
    connection = session.connection()
    connection.execute(
        sa.delete(Attempt).where(col(Attempt.bucket) == "login", col(Attempt.at) <= now - accounts.FAILURES_COUNT_FOR)
    )
    connection.execute(sa.delete(Invitation).where(col(Invitation.expires_at) <= now - SESSIONS_FOR))
    logins = connection.execute(sa.delete(Login).where(col(Login.created_at) <= now - SESSIONS_FOR))
    deliveries = connection.execute(sa.delete(Delivery).where(col(Delivery.finished_at) <= now - MAIL_LOG_FOR))
    return Erased(
        subscribers=subscribers.expire(session, now),
        notices=outbox.expire(session, now),
        deliveries=int(deliveries.rowcount),
        logins=int(logins.rowcount),
    )
