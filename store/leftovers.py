"""What is kept for a while only, and erased when that while is over (TRUST 5.1, INV-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import attempts, challenges, likeness, outbox, requests, revisions, staff_notices, subscribers, tips
from store import flags as privacy
from store.tables import Delivery, Invitation, Login, Problem, Revision, StaffNotice, Visit

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
    texts for internal use, old visits, what old texts are recognised by, closed requests, who sent a tip. A text's
    digest stays, so that the chain of decisions can still be verified.

    Notices of events that began are settled, not erased: who was told what stays known as long as the subscriber is.
    """
    connection = session.connection()
    attempts.erase(session, now)
    challenges.erase(session, now)
    connection.execute(sa.delete(Invitation).where(col(Invitation.expires_at) <= now - SESSIONS_FOR))
    logins = connection.execute(sa.delete(Login).where(col(Login.created_at) <= now - SESSIONS_FOR))
    deliveries = connection.execute(sa.delete(Delivery).where(col(Delivery.finished_at) <= now - MAIL_LOG_FOR))
    texts = _texts(session, now)
    connection.execute(sa.delete(Visit).where(col(Visit.started_at) <= now - VISITS_FOR))
    connection.execute(sa.delete(Problem).where(col(Problem.closed_at) <= now - VISITS_FOR))
    connection.execute(sa.delete(StaffNotice).where(col(StaffNotice.settled_at) <= now - MAIL_LOG_FOR))
    staff_notices.expire(session, now)
    requests.blank(session, now)
    tips.erase(session, now)
    likeness.erase(session, now)
    return Erased(
        subscribers=subscribers.expire(session, now),
        notices=outbox.expire(session, now),
        deliveries=int(deliveries.rowcount),
        logins=int(logins.rowcount),
        texts=texts,
    )


def _texts(session: Session, now: datetime) -> int:
    """Erase old texts, and what the privacy flags of them quote. How many."""
    connection = session.connection()
    old = sa.and_(col(Revision.made_at) <= now - TEXTS_FOR, col(Revision.text) != "")
    table: sa.Table = Revision.__table__  # type: ignore[attr-defined]
    marked = [
        {"marked": number, "kept": privacy.rows(privacy.of_title(privacy.from_rows(stored), title))}
        for number, title, stored in session.exec(select(Revision.id, Revision.title, Revision.flags).where(old))
        if stored
    ]
    if marked:
        kept: sa.BindParameter[list[dict[str, Any]]] = sa.bindparam("kept", type_=sa.JSON)
        connection.execute(sa.update(table).where(table.c.id == sa.bindparam("marked")).values(flags=kept), marked)
    blanked = sa.update(table).where(old).values(text="").returning(table.c.item_id)
    item_ids = list(connection.execute(blanked).scalars())
    revisions.find_by_what_is_left(session, item_ids)
    return len(item_ids)
