"""What is kept for a while only, and erased when that while is over (TRUST 5.1, INV-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from store import accounts, outbox, subscribers
from store.tables import Attempt, Delivery, Invitation, Login, Problem, Revision, Visit

MAIL_LOG_FOR = timedelta(days=30)
SESSIONS_FOR = timedelta(days=30)
TEXTS_FOR = timedelta(days=30)
"""A text for internal use is for finding doubles and for reading an item, and that is over by then (TRUST 5.3)."""
VISITS_FOR = timedelta(days=400)
"""A year of health and some, so that a season can be compared with the one before."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of each."""

    subscribers: int
    notices: int
    deliveries: int
    logins: int
    texts: int = 0


def erase(session: Session, now: datetime) -> Erased:
    """Erase what is past: unconfirmed subscribers, counted attempts, the mail log, ended sessions, used invitations,
    texts for internal use, old visits. A text's digest stays, so that the chain of decisions can still be verified.

    Notices of events that began are settled, not erased: who was told what stays known as long as the subscriber is.
    """
    connection = session.connection()
    connection.execute(
        sa.delete(Attempt).where(col(Attempt.bucket) == "login", col(Attempt.at) <= now - accounts.FAILURES_COUNT_FOR)
    )
    connection.execute(sa.delete(Invitation).where(col(Invitation.expires_at) <= now - SESSIONS_FOR))
    logins = connection.execute(sa.delete(Login).where(col(Login.created_at) <= now - SESSIONS_FOR))
    deliveries = connection.execute(sa.delete(Delivery).where(col(Delivery.finished_at) <= now - MAIL_LOG_FOR))
    old = sa.and_(col(Revision.made_at) <= now - TEXTS_FOR, col(Revision.text) != "")
    texts = connection.execute(sa.update(Revision).where(old).values(text=""))
    connection.execute(sa.delete(Visit).where(col(Visit.started_at) <= now - VISITS_FOR))
    connection.execute(sa.delete(Problem).where(col(Problem.closed_at) <= now - VISITS_FOR))
    return Erased(
        subscribers=subscribers.expire(session, now),
        notices=outbox.expire(session, now),
        deliveries=int(deliveries.rowcount),
        logins=int(logins.rowcount),
        texts=int(texts.rowcount),
    )
