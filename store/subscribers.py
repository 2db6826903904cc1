"""Who wants mail: requests, the double opt-in, the choice of provinces, leaving.

An address is stored sealed and found by a keyed hash. Whoever unsubscribes or never confirms is erased; what remains is
the keyed hash (`suppression`, `attempt`), so that a restored backup does not bring anybody back and a confirmation
mail is no weapon (TRUST M5).
"""

from __future__ import annotations

import secrets as random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.addresses import normal_form
from store.database import insert_or_ignore
from store.secrets import Secrets
from store.tables import Attempt, Notice, Subscriber, SubscriberRegion, Suppression
from store.values import PROVINCES

CONFIRM_WITHIN = timedelta(hours=48)
PER_ADDRESS = ((timedelta(hours=24), 1), (timedelta(days=30), 3))
TOTAL_PER_HOUR = 200
QUEUE_AT_MOST = timedelta(hours=24)
"""Above the total, confirmations wait for their turn; whoever would wait longer than this gets none."""

BOUNCE_LASTS = timedelta(days=30)
"""A mailbox that did not exist may exist later: after this time its owner may ask again."""

TOKEN_BYTES = 16
TOTAL = "confirmation total"
EACH = "confirmation"
UNSUBSCRIBED, BOUNCED = "unsubscribed", "bounced"
_LOCK = 727_433


class Requested(StrEnum):
    """What a request led to. For the log only: the page says the same to everybody."""

    MAILED = "mailed"
    QUEUED = "queued"
    KNOWN = "known"
    LIMITED = "limited"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What somebody with a valid link may know. `provinces` empty means all of the Netherlands."""

    confirmed: bool
    provinces: tuple[str, ...]


def request(
    session: Session, secrets: Secrets, address: str, provinces: Iterable[str], *, now: datetime, consent_text: str
) -> Requested:
    """Take in a wish to subscribe: an unconfirmed subscriber and one confirmation notice, within the limits.

    Raises NotAllowedError with a Dutch sentence when the address cannot be one. Whatever comes out, the caller gives
    the same answer, and about the same work is done, so that nobody can find out who is subscribed.
    """
    normal = normal_form(address)
    key = secrets.keyed_hash("subscriber", normal)
    _one_at_a_time(session)
    known = session.exec(select(Subscriber).where(Subscriber.address_key == key)).one_or_none()
    if known is not None and known.state == "confirmed":
        _touch(session, key)
        return Requested.KNOWN
    if _is_limited(session, key, now) or _has_bounced(session, key, now):
        if known is not None:
            _choose(session, known.id or 0, provinces)
        return Requested.LIMITED
    due_at = _turn(session, now)
    if due_at - now > QUEUE_AT_MOST:
        return Requested.FULL
    subscriber = known or Subscriber(
        token=random.token_urlsafe(TOKEN_BYTES),
        address_sealed=secrets.seal(normal),
        address_key=key,
        state="unconfirmed",
        consent_text=consent_text,
        requested_at=now,
    )
    subscriber.consent_text, subscriber.requested_at = consent_text, now
    session.add(subscriber)
    session.flush()
    _choose(session, subscriber.id or 0, provinces)
    _write_confirmation(session, subscriber.id or 0, due_at, now)
    session.add_all([Attempt(bucket=EACH, key=key, at=due_at), Attempt(bucket=TOTAL, key="", at=due_at)])
    return Requested.MAILED if due_at <= now else Requested.QUEUED


def find(session: Session, token: str) -> Subscription | None:
    """What a token stands for, None when nobody has it (any more)."""
    row = session.exec(select(Subscriber).where(Subscriber.token == token)).one_or_none()
    return None if row is None else Subscription(row.state == "confirmed", _provinces(session, row.id or 0))


def is_open(session: Session, token: str, now: datetime) -> bool:
    """Whether this token can still confirm something: asked for less than 48 hours ago."""
    return _unconfirmed(session, token, now) is not None


def confirm(session: Session, token: str, now: datetime) -> bool:
    """Confirm a subscription: from now on its owner is told. Confirming twice is the same as once.

    False when the link is too old or belongs to nobody. Lifts an earlier "no more mail" of the same address.
    """
    row = _unconfirmed(session, token, now)
    if row is None:
        found = find(session, token)
        return found is not None and found.confirmed
    row.state, row.confirmed_at = "confirmed", now
    session.add(row)
    session.connection().execute(sa.delete(Suppression).where(col(Suppression.address_key) == row.address_key))
    return True


def choose(session: Session, token: str, provinces: Iterable[str]) -> bool:
    """Change the provinces of a confirmed subscriber. False when the token belongs to none."""
    row = session.exec(
        select(Subscriber).where(Subscriber.token == token, Subscriber.state == "confirmed")
    ).one_or_none()
    if row is None:
        return False
    _choose(session, row.id or 0, provinces)
    return True


def unsubscribe(session: Session, token: str, now: datetime) -> bool:
    """Erase a subscriber with all notices, at once. False when the token belongs to nobody.

    The keyed hash stays, so that a backup that is put back cannot bring the address back (TRUST 5.1). Somebody who
    changes their mind asks again and confirms again.
    """
    row = session.exec(select(Subscriber).where(Subscriber.token == token)).one_or_none()
    if row is None:
        return False
    # In this order, in which a decision locks them too, or the two would wait for each other on PostgreSQL.
    connection = session.connection()
    connection.execute(sa.delete(Notice).where(col(Notice.subscriber_id) == row.id))
    connection.execute(sa.delete(Subscriber).where(col(Subscriber.id) == row.id))
    suppress(session, row.address_key, UNSUBSCRIBED, now)
    return True


def suppress(session: Session, address_key: str, reason: str, now: datetime) -> None:
    """Write down that an address gets nothing more. The newest reason stands."""
    connection = session.connection()
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    made = insert(Suppression.__table__).values(address_key=address_key, reason=reason, since=now)  # type: ignore[attr-defined]
    # In one statement: people click twice, and mail programs post twice, at the same moment.
    connection.execute(
        made.on_conflict_do_update(index_elements=["address_key"], set_={"reason": reason, "since": now})
    )


def expire(session: Session, now: datetime) -> int:
    """Erase who did not confirm within 48 hours, and old counts. Returns how many subscribers were erased."""
    connection = session.connection()
    erased = connection.execute(
        sa.delete(Subscriber).where(
            col(Subscriber.state) == "unconfirmed", col(Subscriber.requested_at) <= now - CONFIRM_WITHIN
        )
    )
    longest = max(window for window, _ in PER_ADDRESS)
    connection.execute(sa.delete(Attempt).where(col(Attempt.bucket) == EACH, col(Attempt.at) <= now - longest))
    # The total looks back one hour; a day more does no harm and keeps the deletions few.
    connection.execute(
        sa.delete(Attempt).where(col(Attempt.bucket) == TOTAL, col(Attempt.at) <= now - timedelta(days=1))
    )
    return int(erased.rowcount)


def _unconfirmed(session: Session, token: str, now: datetime) -> Subscriber | None:
    return session.exec(
        select(Subscriber)
        .where(Subscriber.token == token, Subscriber.state == "unconfirmed")
        .where(Subscriber.requested_at > now - CONFIRM_WITHIN)
    ).one_or_none()


def _one_at_a_time(session: Session) -> None:
    """Parallel requests must see each other's counts. SQLite has one writer anyway."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _touch(session: Session, key: str) -> None:
    """Change nothing, at the cost of a change: the time of the answer must not tell who is subscribed."""
    session.connection().execute(
        sa.update(Subscriber).where(col(Subscriber.address_key) == key).values(address_key=key)
    )


def _is_limited(session: Session, key: str, now: datetime) -> bool:
    for window, limit in PER_ADDRESS:
        counted = select(sa.func.count()).select_from(Attempt).where(Attempt.bucket == EACH, Attempt.key == key)
        if session.exec(counted.where(Attempt.at > now - window)).one() >= limit:
            return True
    return False


def _has_bounced(session: Session, key: str, now: datetime) -> bool:
    row = session.get(Suppression, key)
    return row is not None and row.reason == BOUNCED and row.since > now - BOUNCE_LASTS


def _turn(session: Session, now: datetime) -> datetime:
    """When the next confirmation may leave, so that no hour sees more than the total."""
    earlier = session.exec(
        select(Attempt.at)
        .where(Attempt.bucket == TOTAL, Attempt.key == "")
        .order_by(col(Attempt.at).desc())
        .offset(TOTAL_PER_HOUR - 1)
        .limit(1)
    ).one_or_none()
    return now if earlier is None else max(now, earlier + timedelta(hours=1))


def _choose(session: Session, subscriber_id: int, provinces: Iterable[str]) -> None:
    """Replace the choice. What is no province is left out; all twelve is the same as none."""
    wanted = set(provinces)
    chosen = [province for province in PROVINCES if province in wanted]
    session.connection().execute(
        sa.delete(SubscriberRegion).where(col(SubscriberRegion.subscriber_id) == subscriber_id)
    )
    if len(chosen) < len(PROVINCES):
        session.add_all(SubscriberRegion(subscriber_id=subscriber_id, province=province) for province in chosen)
    session.flush()


def _provinces(session: Session, subscriber_id: int) -> tuple[str, ...]:
    chosen = set(
        session.exec(select(SubscriberRegion.province).where(SubscriberRegion.subscriber_id == subscriber_id)).all()
    )
    return tuple(province for province in PROVINCES if province in chosen)


def _write_confirmation(session: Session, subscriber_id: int, due_at: datetime, now: datetime) -> None:
    """One notice for each confirmation mail; `version` counts them, so that each has a Message-ID of its own."""
    earlier = session.exec(
        select(sa.func.max(Notice.version)).where(Notice.subscriber_id == subscriber_id, Notice.kind == "confirmation")
    ).one()
    session.connection().execute(
        sa.update(Notice)
        .where(col(Notice.subscriber_id) == subscriber_id, col(Notice.kind) == "confirmation")
        .where(col(Notice.state).in_(["waiting", "claimed"]))
        .values(state="dropped", settled_at=now)
    )
    values = {
        "subscriber_id": subscriber_id,
        "about": "subscription",
        "version": (earlier or 0) + 1,
        "kind": "confirmation",
        "state": "waiting",
        "made_at": now,
        "due_at": due_at,
        "expires_at": now + CONFIRM_WITHIN,
        "tries": 0,
        "fence": 0,
    }
    insert_or_ignore(session, Notice, values, ("subscriber_id", "about", "version", "kind"))
