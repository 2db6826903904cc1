"""What a published item reached and what of it was taken back, as facts with times. For the newsroom only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from store import items, search, tombstones
from store.errors import NotFoundError
from store.tables import CalendarEntry, Item, Notice, Revision, RevisionEvent
from store.values import Kind


@dataclass(frozen=True, slots=True)
class MailReach:
    """Notices about one item. `received` were sent, or handed over, or are in doubt; `dropped` never left.

    Of the corrections: `waiting` still go out, `due_at` is when the first of them may, `sent` arrived at a mail server,
    `doubtful` perhaps, `refused` did not, `late` were not sent any more. `last_at` is when the last one was settled.
    Who unsubscribed was erased, with what was sent to them, and is in none of these numbers.
    """

    received: int
    in_doubt: int
    dropped: int
    waiting: int
    sent: int
    doubtful: int
    refused: int
    late: int
    due_at: datetime | None
    last_at: datetime | None

    @property
    def corrections(self) -> int:
        return self.waiting + self.sent + self.doubtful + self.refused + self.late


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an item stands. `public_from` is None when it never was public; `gone_at` is when it went off the site.

    `told_until` is until when feeds and calendars say that it is gone. `searchable` says that the search of the site
    finds it. `sequence` is the version of the event in calendars, None when it is no event. `begun` says that the
    event has begun, after which nobody is mailed about it.
    """

    item_id: int
    title: str
    kind: Kind
    public_from: datetime | None
    shown: bool
    gone_at: datetime | None
    by_rights: bool
    told_until: datetime | None
    searchable: bool
    sequence: int | None
    begun: bool
    corrected_at: datetime | None
    correction: str
    mail: MailReach


CACHED_FOR = timedelta(seconds=60)
"""So long a browser or a proxy may show what it has (`service/headers.py`)."""


def read(session: Session, item_id: int, now: datetime) -> Reach:
    """What one item reached until now. Raises NotFoundError."""
    item = session.get(Item, item_id)
    if item is None:
        raise NotFoundError(f"There is no item {item_id}.")
    revision = session.get(Revision, item.current_revision_id) if item.current_revision_id else None
    gone_at = item.taken_down_at or item.rights_held_at
    started = item.first_public_at
    was_public = started is not None and started <= (gone_at or now)
    entry = session.get(CalendarEntry, item_id)
    event = session.get(RevisionEvent, item.approved_revision_id) if item.approved_revision_id else None
    return Reach(
        item_id=item_id,
        title=revision.title if revision else "",
        kind=Kind(item.kind),
        public_from=started if was_public else None,
        shown=items.shown_revision(item, now) is not None,
        gone_at=gone_at if was_public else None,
        by_rights=item.taken_down_at is None and item.rights_held_at is not None,
        told_until=gone_at + tombstones.STAYS if gone_at and was_public else None,
        searchable=search.is_found(session, item_id),
        sequence=entry.sequence if entry else None,
        begun=event is not None and event.starts_at <= now,
        corrected_at=item.corrected_at,
        correction=item.correction,
        mail=_mail(session, item_id),
    )


def _mail(session: Session, item_id: int) -> MailReach:
    kind, state = col(Notice.kind), col(Notice.state)
    rows = session.connection().execute(
        sa.select(kind, state, sa.func.count(), sa.func.min(Notice.due_at), sa.func.max(Notice.settled_at))
        .where(col(Notice.item_id) == item_id)
        .group_by(kind, state)
    )
    counts: dict[tuple[str, str], int] = {}
    due, settled = [], []
    for told, stands, count, due_at, settled_at in rows:
        counts[told, stands] = count
        if told == "correction" and stands == "waiting":
            due.append(due_at)
        elif told == "correction" and settled_at is not None:
            settled.append(settled_at)

    def of(wanted: str, *states: str) -> int:
        return sum(counts.get((wanted, each), 0) for each in states)

    return MailReach(
        received=of("new", "sent", "handed", "in_doubt"),
        in_doubt=of("new", "handed", "in_doubt"),
        dropped=of("new", "dropped"),
        waiting=of("correction", "waiting", "claimed"),
        sent=of("correction", "sent"),
        doubtful=of("correction", "handed", "in_doubt"),
        refused=of("correction", "refused"),
        late=of("correction", "expired", "dropped"),
        due_at=min(due, default=None),
        last_at=max(settled, default=None),
    )
