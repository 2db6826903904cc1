"""The sources: adding them and claiming the due ones. How a visit went stands in `store/visits.py`.

Due is a column (DESIGN.md rule 3). Claiming goes by host: whoever holds a host visits all its due sources, so that
two workers never talk to one host at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import hosts, own, visits
from store.errors import NotAllowedError, NotFoundError
from store.hosts import Busy, host_key
from store.settings import SourceSettings
from store.tables import Host, Source
from store.values import DueSource, Rights, SourceKind, SourcePace
from store.visits import VisitView

_VISITED = col(Source.kind) != SourceKind.OWN
"""What is no website is never listed, claimed or changed here (`store/own.py`)."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with its health. `failures` counts the failed visits in a row; `last` is the newest visit."""

    id: int
    key: str
    name: str
    url: str
    kind: SourceKind
    region: str
    rights: Rights
    pace_seconds: int
    paused: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    options: dict[str, Any]
    host: str
    created_at: datetime
    next_due_at: datetime
    failures: int
    last_visit_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    last: VisitView | None
    checked: bool = True
    interval_seconds: int | None = None
    moved_to: str | None = None
    pace_min: int | None = None
    pace_max: int | None = None
    rights_evidence: str = ""
    rights_checked_on: date | None = None
    trust: float | None = None


def add_configured(session: Session, configured: Iterable[SourceSettings], now: datetime) -> list[str]:
    """Add the sources of `config.toml` whose key is new; of the others the database is the truth."""
    known = set(session.exec(select(Source.key)))
    added = []
    for new in configured:
        if new.key not in known:
            _insert(session, new, now)
            added.append(new.key)
    return added


def add(session: Session, new: SourceSettings, now: datetime) -> SourceView:
    """Add one source; it is due at once. Raises NotAllowedError when its key stands already."""
    if session.exec(select(Source.id).where(Source.key == new.key)).first() is not None:
        raise NotAllowedError(f'Er is al een bron met de sleutel "{new.key}". Kies een andere sleutel.')
    _insert(session, new, now)
    return get(session, new.key)


def _insert(session: Session, new: SourceSettings, now: datetime) -> None:
    if new.key in own.RESERVED:
        raise NotAllowedError(f'De sleutel "{new.key}" is van onszelf. Kies een andere sleutel.')
    try:
        host = host_key(new.url)
    except ValueError:
        raise NotAllowedError(f"Het adres {new.url} klopt niet. Controleer het en probeer het opnieuw.") from None
    hosts.ensure(session, [host])
    session.add(
        Source(
            key=new.key,
            name=new.name,
            url=new.url,
            kind=new.kind,
            region=new.region,
            rights=new.rights,
            pace_seconds=new.pace,
            pace_min=new.pace_min or None,
            pace_max=new.pace_max or None,
            paused=new.paused,
            checked=new.checked,
            include=list(new.include),
            exclude=list(new.exclude),
            options=dict(new.options),
            host=host,
            created_at=now,
            next_due_at=now,
        )
    )
    session.flush()


def list_all(session: Session) -> list[SourceView]:
    """Every source that is a website, by name."""
    rows = session.exec(select(Source).where(_VISITED).order_by(col(Source.name), col(Source.id))).all()
    last = visits.last_of_each(session)
    return [_view(row, last.get(row.id or 0)) for row in rows]


def get(session: Session, key: str) -> SourceView:
    """One source. Raises NotFoundError."""
    row = _by_key(session, key)
    last = visits.recent(session, row.id or 0, limit=1)
    return _view(row, last[0] if last else None)


def set_paused(session: Session, key: str, *, paused: bool, now: datetime) -> SourceView:
    """Pause a source, or let it go on; a source that goes on is due at once. Raises NotFoundError."""
    row = _by_key(session, key)
    if row.paused and not paused:
        row.next_due_at = min(row.next_due_at, now)
    row.paused = paused
    session.add(row)
    session.flush()
    return get(session, key)


def set_checked(session: Session, key: str, *, now: datetime) -> SourceView:
    """Somebody looked at a source of the shipped list and found it right: from now on it may be visited.

    It starts at once, whether it was paused or not. Raises NotFoundError.
    """
    row = _by_key(session, key)
    row.checked = True
    session.add(row)
    session.flush()
    return set_paused(session, key, paused=False, now=now)


def set_due(session: Session, key: str, *, now: datetime) -> SourceView:
    """Make a source due now: an editor does not want to wait for its pace. Raises NotFoundError."""
    row = _by_key(session, key)
    row.next_due_at = min(row.next_due_at, now)
    session.add(row)
    session.flush()
    return get(session, key)


def anything_due(session: Session, *, now: datetime, keys: Iterable[str] | None = None) -> bool:
    """Whether there is anything to visit. With `keys`: whether they are named rightly (NotFoundError if not)."""
    if keys is not None:
        wanted = list(dict.fromkeys(keys))
        known = set(session.exec(select(Source.key).where(_VISITED, col(Source.key).in_(wanted))))
        missing = [key for key in wanted if key not in known]
        if missing:
            raise NotFoundError(f"There is no source with the key {missing[0]}.")
        return bool(wanted)
    return session.exec(select(Source.id).where(_is_due(now, None)).limit(1)).first() is not None


def next_due_in(session: Session, now: datetime) -> timedelta | None:
    """How long until a source is due; zero when one is due already, None without any source that is not paused."""
    moment = session.exec(
        select(sa.func.min(Source.next_due_at)).where(
            _VISITED, col(Source.paused).is_(False), col(Source.checked).is_(True)
        )
    ).one()
    return None if moment is None else max(moment - now, timedelta(0))


def claim_due(
    session: Session,
    *,
    now: datetime,
    owner: str,
    lease_seconds: int,
    keys: Iterable[str] | None = None,
    limit: int = 50,
) -> list[DueSource]:
    """Claim at most `limit` hosts that are free and have due sources; returns those sources, longest due first.

    A source that shares its address with a due one is taken along: one fetch answers both. With `keys` the named
    sources count as due, also when they are paused, and no others do.
    """
    due = _is_due(now, keys)
    longest = select(sa.func.min(Source.next_due_at)).where(due, Source.host == Host.key).scalar_subquery()
    wanted = sa.select(Host.key).where(col(Host.key).in_(select(Source.host).where(due))).order_by(longest, Host.key)  # type: ignore[call-overload]
    held = hosts.claim(session, wanted, owner=owner, now=now, lease_seconds=lease_seconds, limit=limit)
    if keys is None:
        shared = col(Source.url).in_(select(Source.url).where(due, col(Source.host).in_(held)))
        due = sa.or_(due, sa.and_(_VISITED, col(Source.paused).is_(False), col(Source.checked).is_(True), shared))
    rows = session.exec(
        select(Source).where(due, col(Source.host).in_(held)).order_by(col(Source.next_due_at), col(Source.id))
    )
    return [_due(row) for row in rows]


def waiting_hosts(session: Session, *, now: datetime, owner: str, keys: Iterable[str]) -> list[Busy]:
    """Which hosts of these sources cannot be claimed now, and until when."""
    wanted = session.exec(select(Source.host).where(col(Source.key).in_(list(keys))).distinct()).all()
    return hosts.busy(session, wanted, owner=owner, now=now)


def in_hand(session: Session, keys: Iterable[str], *, owner: str, since: datetime) -> list[DueSource]:
    """Of these sources, the ones whose host `owner` still holds and that nobody visited since."""
    rows = session.exec(
        select(Source)
        .join(Host, col(Source.host) == col(Host.key))
        .where(col(Source.key).in_(list(keys)), Host.claimed_by == owner)
        .where(sa.or_(col(Source.last_visit_at).is_(None), col(Source.last_visit_at) < since))
        .order_by(col(Source.id))
    )
    return [_due(row) for row in rows]


def _is_due(now: datetime, keys: Iterable[str] | None) -> sa.ColumnElement[bool]:
    if keys is not None:
        return sa.and_(_VISITED, col(Source.key).in_(list(keys)))
    return sa.and_(
        _VISITED, col(Source.paused).is_(False), col(Source.checked).is_(True), col(Source.next_due_at) <= now
    )


def _by_key(session: Session, key: str) -> Source:
    row = session.exec(select(Source).where(_VISITED, Source.key == key)).first()
    if row is None:
        raise NotFoundError(f"There is no source with the key {key}.")
    return row


def _due(row: Source) -> DueSource:
    return DueSource(
        id=row.id or 0,
        key=row.key,
        name=row.name,
        url=row.url,
        kind=SourceKind(row.kind),
        region=row.region,
        rights=Rights(row.rights),
        pace_seconds=row.pace_seconds,
        include=tuple(row.include),
        exclude=tuple(row.exclude),
        options=dict(row.options),
        etag=row.etag,
        last_modified=row.last_modified,
        body_hash=row.body_hash,
        failures=row.failures,
        host=row.host,
        pace=_pace(row),
    )


def _pace(row: Source) -> SourcePace:
    return SourcePace(
        interval_seconds=row.interval_seconds,
        pace_min=row.pace_min,
        pace_max=row.pace_max,
        on_time=row.on_time,
        failures=row.failures,
        trouble=row.trouble,
        next_due_at=row.next_due_at,
        moved_to=row.moved_to,
        moved_times=row.moved_times,
    )


def _view(row: Source, last: VisitView | None) -> SourceView:
    return SourceView(
        id=row.id or 0,
        key=row.key,
        name=row.name,
        url=row.url,
        kind=SourceKind(row.kind),
        region=row.region,
        rights=Rights(row.rights),
        pace_seconds=row.pace_seconds,
        paused=row.paused,
        include=tuple(row.include),
        exclude=tuple(row.exclude),
        options=dict(row.options),
        host=row.host,
        created_at=row.created_at,
        next_due_at=row.next_due_at,
        failures=row.failures,
        last_visit_at=row.last_visit_at,
        last_success_at=row.last_success_at,
        last_new_at=row.last_new_at,
        last=last,
        checked=row.checked,
        interval_seconds=row.interval_seconds,
        moved_to=row.moved_to,
        pace_min=row.pace_min,
        pace_max=row.pace_max,
        rights_evidence=row.rights_evidence,
        rights_checked_on=row.rights_checked_on,
        trust=row.trust,
    )
