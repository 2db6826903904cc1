"""Visits: writing down how one went, and when its source is due again; reading them back.

One cycle of a thousand sources writes a thousand of these, so there is no object per row: a few statements, made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store import hosts, pace
from store.hosts import host_key
from store.tables import Source, Visit
from store.values import Cause, DueSource, Outcome, SourcePace, VisitDone


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit as the newsroom shows it; `sentence` is Dutch."""

    id: int
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    sentence: str
    status: int | None
    bytes: int
    entries: int
    new: int
    changed: int
    same: int
    piled: int
    url: str
    cause: Cause | None = None
    dated: int = 0
    linked: int = 0
    worded: int = 0
    filtered: int = 0
    left: int = 0
    vanished: int = 0
    reserved: bool = False

    @property
    def failed(self) -> bool:
        """Whether it brought nothing where it should have; see `store.pace.failed`."""
        return pace.failed(self)

    @property
    def not_asked(self) -> bool:
        """Whether the source was not asked at all, because its host rests or another crawl holds it."""
        return pace.not_asked(self)


def record(session: Session, due: DueSource, done: VisitDone, *, now: datetime, owner: str, jitter: float) -> None:
    """Write down how one visit went; see `record_all`."""
    record_all(session, [(due, done, now, jitter)], owner)


def record_all(session: Session, told: Sequence[tuple[DueSource, VisitDone, datetime, float]], owner: str) -> None:
    """Write down how visits went and when their sources are due again: (source, visit, now, a chance from 0 to 1).

    In the transaction that stored what they brought. Raises LeaseLostError when `owner` no longer holds one of the
    hosts: then the whole transaction must be forgotten.
    """
    hosts.must_hold(session, (due.host for due, *_ in told), owner)
    connection = session.connection()
    rows = connection.execute(_STANDING.where(_SOURCES.c.id.in_([due.id for due, *_ in told])))
    stands = {number: standing for number, *standing in rows}
    # What is not there any more was deleted while it was being visited.
    known = [each for each in told if each[0].id in stands]
    if known:
        changes = [_changed(session, *each, stands[each[0].id]) for each in known]
        connection.execute(_SOURCE, changes)
        connection.execute(_VISIT, [_row(due.id, done) for due, done, *_ in known])


def _changed(
    session: Session, due: DueSource, done: VisitDone, now: datetime, jitter: float, standing: list[Any]
) -> dict[str, Any]:
    """The new values of a source's columns after a visit."""
    pace_seconds, visited_at, etag, last_modified, body_hash, *state = standing
    decided = pace.next_pace(SourcePace(*state), pace_seconds, done, now, jitter)
    host = due.host
    if decided.adopt:
        host = host_key(decided.adopt)
        hosts.ensure(session, [host])
    fine = done.outcome.good and not pace.failed(done)
    changed: dict[str, Any] = {
        "next_due_at": decided.next_due_at,
        "interval_seconds": decided.interval_seconds,
        "on_time": decided.on_time,
        "failures": decided.failures,
        "trouble": decided.trouble,
        "moved_to": decided.moved_to,
        "moved_times": decided.moved_times,
        "url": decided.adopt,
        "host": host,
        "last_visit_at": done.finished_at,
        "last_success_at": done.finished_at if fine else None,
        "last_new_at": done.finished_at if done.new else None,
    }
    kept = _conditions(done, (etag, last_modified, body_hash))
    if done.status == HTTPStatus.NOT_MODIFIED and visited_at and visited_at.date() < done.finished_at.date():
        # Some servers say so for ever. Once a day the next visit asks for the whole document.
        kept = (None, None, body_hash)
    changed |= dict(zip(("etag", "last_modified", "body_hash"), kept, strict=True))
    return {"number": due.id, **{f"new_{name}": value for name, value in changed.items()}}


_Conditions = tuple[str | None, str | None, str | None]


def _conditions(done: VisitDone, before: _Conditions) -> _Conditions:
    """What the next visit may ask with, so that the server can answer that nothing changed: etag, last_modified and
    the hash of the body.
    """
    if done.outcome in {Outcome.OK, Outcome.EMPTY}:
        return done.etag, done.last_modified, done.body_hash
    etag, last_modified, body_hash = before
    if done.outcome is Outcome.UNCHANGED:
        return done.etag or etag, done.last_modified or last_modified, body_hash
    # A broken document is read again next time, so that the sentence stays until it is mended.
    return (None, None, None) if done.outcome.good else before


def _source_statement() -> sa.Update:
    table: sa.Table = Source.__table__  # type: ignore[attr-defined]
    always = (
        *("next_due_at", "interval_seconds", "on_time", "failures", "trouble", "moved_to", "moved_times"),
        *("host", "last_visit_at", "etag", "last_modified", "body_hash"),
    )
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in always}
    for name in ("url", "last_success_at", "last_new_at"):
        # None leaves what is there.
        told = sa.bindparam(f"new_{name}", type_=table.c[name].type)
        values[name] = sa.func.coalesce(told, table.c[name])
    return sa.update(table).where(table.c.id == sa.bindparam("number")).values(values)


_SOURCES: sa.Table = Source.__table__  # type: ignore[attr-defined]
_STANDING = sa.select(
    *(_SOURCES.c[name] for name in ("id", "pace_seconds", "last_visit_at", "etag", "last_modified", "body_hash")),
    *(_SOURCES.c[each.name] for each in fields(SourcePace)),
)
_SOURCE = _source_statement()
_VISIT = sa.insert(Visit)


def _row(source_id: int, done: VisitDone) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "started_at": done.started_at,
        "finished_at": done.finished_at,
        "outcome": done.outcome,
        "sentence": done.sentence,
        "status": done.status,
        "bytes": done.bytes,
        "entries": done.entries,
        "new": done.new,
        "changed": done.changed,
        "same": done.same,
        "piled": done.piled,
        "url": done.url,
        "cause": done.cause,
        "dated": done.dated,
        "linked": done.linked,
        "worded": done.worded,
        "filtered": done.filtered,
        "left": done.left,
        "vanished": done.vanished,
        "reserved": done.reserved,
    }


def recent(session: Session, source_id: int, limit: int = 20) -> list[VisitView]:
    """The newest visits to a source, newest first."""
    return [_view(row) for row in session.exec(_newest(source_id).limit(limit))]


def reads(session: Session, source_id: int, *, limit: int, until: datetime | None = None) -> list[VisitView]:
    """The newest visits to a source that found entries in it, newest first; with `until` those begun by then."""
    found = _newest(source_id).where(Visit.entries > 0)
    if until is not None:
        found = found.where(Visit.started_at <= until)
    return [_view(row) for row in session.exec(found.limit(limit))]


def first_at(session: Session, source_id: int) -> datetime | None:
    """When the oldest visit began that we still know of."""
    return session.exec(select(sa.func.min(Visit.started_at)).where(Visit.source_id == source_id)).one()


def last_of_each(session: Session) -> dict[int, VisitView]:
    """The newest visit to every source that had one, by the number of the source."""
    # One look into the index for each source: there are many thousands of visits to each.
    other = aliased(Visit)
    newest = (
        select(other.id)
        .where(other.source_id == Source.id)
        .order_by(col(other.started_at).desc(), col(other.id).desc())
        .limit(1)
        .correlate(Source)
        .scalar_subquery()
    )
    rows = session.exec(select(Visit).select_from(Source).join(Visit, col(Visit.id) == newest))
    return {row.source_id: _view(row) for row in rows}


def _newest(source_id: int) -> SelectOfScalar[Visit]:
    return (
        select(Visit).where(Visit.source_id == source_id).order_by(col(Visit.started_at).desc(), col(Visit.id).desc())
    )


def _view(row: Visit) -> VisitView:
    return VisitView(
        id=row.id or 0,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=Outcome(row.outcome),
        sentence=row.sentence,
        status=row.status,
        bytes=row.bytes,
        entries=row.entries,
        new=row.new,
        changed=row.changed,
        same=row.same,
        piled=row.piled,
        url=row.url,
        cause=Cause(row.cause) if row.cause else None,
        dated=row.dated,
        linked=row.linked,
        worded=row.worded,
        filtered=row.filtered,
        left=row.left,
        vanished=row.vanished,
        reserved=row.reserved,
    )
