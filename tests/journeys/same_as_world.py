"""Whether a store equals the world it was filled from: each difference as one sentence.

Held against the journal of `tests/world/changing.py`, once the world stands still and every source was visited since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from crawler.limits import LEASE_SECONDS
from store import pace, sources
from store.database import Store
from store.tables import Host, Item, Revision, RevisionEvent, Source, Visit
from store.values import EventStatus, Outcome, State
from tests.world.changing import MARK, SERIES, ChangingWorld, Site
from tests.world.forms import Story

MARGIN = 0.15
"""Seconds between writing a change down and showing it, with room."""
GOOD = (Outcome.OK, Outcome.UNCHANGED, Outcome.EMPTY)
PATIENCE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """One item as the store has it: its newest text."""

    id: int
    state: str
    page: str | None
    version: int
    excerpt: str
    starts_at: datetime | None
    status: str | None


@dataclass
class Stored:
    """All items by source and name, and what is odd about them. A repetition is named by its start as well."""

    items: dict[str, dict[str, list[Kept]]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)


def name_of(slug: str, starts_at: datetime | None) -> str:
    """How an item is found again. Only the repetitions of a series need their start: a single event may move."""
    return f"{slug} {starts_at:%Y%m%dT%H%M}" if slug.startswith(SERIES) and starts_at else slug


def stored(store: Store) -> Stored:
    found = Stored()
    with store.reading() as session:
        rows = session.exec(
            select(Source.key, Item, Revision, RevisionEvent)
            .join(Source, col(Source.id) == col(Item.source_id))
            .join(Revision, col(Revision.id) == col(Item.current_revision_id))
            .outerjoin(RevisionEvent, col(RevisionEvent.revision_id) == col(Revision.id))
        ).all()
        total = session.exec(select(Item.id)).all()
    if len(rows) != len(total):
        found.odd.append(f"{len(total) - len(rows)} items have no text at all")
    for key, item, text, event in rows:
        mark = MARK.search(text.title)
        if mark is None:
            found.odd.append(f"{key}: item {item.id} has the title {text.title!r}, which nobody ever told")
            continue
        starts_at = event.starts_at if event is not None else None
        kept = Kept(
            item.id or 0, item.state, item.page, int(mark[2]), text.excerpt, starts_at, event.status if event else None
        )
        found.items.setdefault(key, {}).setdefault(name_of(mark[1], starts_at), []).append(kept)
        found.counts[key] += 1
    return found


def differences(world: ChangingWorld, store: Store) -> Iterator[str]:
    """What the store has too much, too little, or too old. The world stands still, and everything was visited since."""
    have = stored(store)
    yield from have.odd
    visits = _visits(store)
    for site in world.sites.values():
        items = have.items.get(site.key, {})
        for name, kept in items.items():
            if len(kept) > 1:
                yield f"{site.key}: {name} is {len(kept)} items ({[one.id for one in kept]})"
        now = {
            name_of(story.slug, start.astimezone(UTC) if site.form.events else None): (version, story, start)
            for version, story in site.told.values()
            for start in (story.times.values() if site.form.events else [None])
        }
        yield from _shown_now(site, items, now)
        yield from _shown_before(world, site, items, set(now), visits.get(site.key, []))


def _shown_now(
    site: Site, items: dict[str, list[Kept]], now: dict[str, tuple[int, Story, datetime | None]]
) -> Iterator[str]:
    for name, (version, story, start) in now.items():
        if name not in items:
            yield f"{site.key}: {name} v{version} is shown and not stored"
            continue
        kept = items[name][0]
        if kept.version != version:
            yield f"{site.key}: {name} is stored in v{kept.version} and shown in v{version}"
        if kept.excerpt and f"v{version}]" not in kept.excerpt and kept.page is None:
            yield f"{site.key}: {name} has the title of v{version} over another text: {kept.excerpt[:60]}"
        if site.form.events and kept.starts_at != start:
            yield f"{site.key}: {name} starts at {start} and is stored at {kept.starts_at}"
        if site.form.events and (kept.status == EventStatus.CANCELLED) != story.off:
            yield f"{site.key}: {name} is {'off' if story.off else 'on'} and stored as {kept.status}"


def _shown_before(
    world: ChangingWorld, site: Site, items: dict[str, list[Kept]], now: set[str], visits: list[tuple[float, float]]
) -> Iterator[str]:
    """What was dropped is there if a whole visit saw it, in no older version; an event that vanished is off."""
    slugs = {slug for key, slug in world.history if key == site.key}
    newest: dict[str, int] = {}
    known: dict[str, int] = {}
    for slug in slugs:
        for since, until, line in world.spans(site, slug):
            if line.story is None:
                continue
            times = line.story.times.values() if site.form.events else [None]
            for start in times:
                name = name_of(slug, start.astimezone(UTC) if start else None)
                known[name] = line.version
                if any(since + MARGIN < began and ended < until - MARGIN for began, ended in visits):
                    newest[name] = line.version
    for name in items.keys() - known.keys():
        yield f"{site.key}: {name} was never told, and is stored"
    for name in known.keys() - now:
        if name not in items:
            if name in newest:
                yield f"{site.key}: {name} v{newest[name]} was shown through a whole visit, and is not stored"
            continue
        kept = items[name][0]
        if not newest.get(name, 1) <= kept.version <= known[name]:
            yield f"{site.key}: {name} is stored in v{kept.version}, and a visit saw v{newest.get(name)}"
        decided = kept.state in {State.REJECTED, State.INTERNAL, State.WITHDRAWN}
        if site.form.events and kept.status != EventStatus.CANCELLED and not decided:
            yield f"{site.key}: {name} vanished, and is stored as {kept.status}"


def _visits(store: Store) -> dict[str, list[tuple[float, float]]]:
    """When the good visits began and ended, by source."""
    found: dict[str, list[tuple[float, float]]] = {}
    with store.reading() as session:
        rows = session.exec(
            select(Source.key, Visit.started_at, Visit.finished_at)
            .join(Source, col(Source.id) == col(Visit.source_id))
            .where(col(Visit.outcome).in_(GOOD), col(Visit.cause).is_(None), Visit.left == 0)
        )
        for key, began, ended in rows:
            found.setdefault(key, []).append((began.timestamp(), ended.timestamp()))
    return found


def seen_since(store: Store, key: str, moment: float) -> bool:
    """Whether a good visit to a source began after `moment` (seconds since 1970)."""
    began = datetime.fromtimestamp(moment + MARGIN, UTC)
    with store.reading() as session:
        visit = (
            select(Visit.id)
            .join(Source, col(Source.id) == col(Visit.source_id))
            .where(Source.key == key, Visit.started_at > began)
            .where(col(Visit.outcome).in_(GOOD), col(Visit.cause).is_(None))
        )
        return session.exec(visit.limit(1)).first() is not None


def rows_whole(store: Store, now: datetime) -> Iterator[str]:
    """Every visit is whole, its items came with it, leases are short and due columns sane."""
    with store.reading() as session:
        yield from _visits_whole(session)
        for host in session.exec(select(Host)):
            if (host.claimed_by is None) != (host.claimed_until is None):
                yield f"{host.key} is claimed by {host.claimed_by} until {host.claimed_until}"
            if host.claimed_until and host.claimed_until > now + timedelta(seconds=LEASE_SECONDS + 1):
                yield f"{host.key} is claimed until {host.claimed_until}, longer than any lease, at {now}"
        for source in sources.list_all(session):
            if source.next_due_at > now + timedelta(seconds=PATIENCE_SECONDS):
                yield f"{source.key} is due at {source.next_due_at} only"
            last = source.last
            if last is not None and not pace.not_asked(last) and (source.failures > 0) != pace.failed(last):
                yield f"{source.key} has {source.failures} failures, and its last visit was {last.outcome}"


def _visits_whole(session: Session) -> Iterator[str]:
    new: Counter[int] = Counter()
    for visit in session.exec(select(Visit)):
        new[visit.source_id] += visit.new
        counted = visit.new + visit.changed + visit.same
        if not visit.sentence or visit.finished_at < visit.started_at:
            yield f"visit {visit.id} is not whole: {visit.sentence!r} {visit.started_at} {visit.finished_at}"
        if counted and counted != visit.entries:
            yield f"visit {visit.id} read {visit.entries} entries and stored {counted}"
        if visit.outcome == Outcome.INTERRUPTED and counted:
            yield f"visit {visit.id} was interrupted and stored {counted} entries"
    items = Counter(session.exec(select(Item.source_id)).all())
    for source_id in new.keys() | items.keys():
        if new[source_id] != items[source_id]:
            yield f"source {source_id} has {items[source_id]} items, and its visits brought {new[source_id]}"


def no_false_alarm(world: ChangingWorld, store: Store) -> Iterator[str]:
    """Nothing was ever proposed as cancelled by us that its source showed all through the visit that missed it."""
    with store.reading() as session:
        began = {
            (key, ended): started
            for key, started, ended in session.exec(
                select(Source.key, Visit.started_at, Visit.finished_at).join(
                    Source, col(Source.id) == col(Visit.source_id)
                )
            )
        }
        rows = session.exec(
            select(Source.key, Revision, RevisionEvent)
            .join(Item, col(Item.id) == col(Revision.item_id))
            .join(Source, col(Source.id) == col(Item.source_id))
            .join(RevisionEvent, col(RevisionEvent.revision_id) == col(Revision.id))
            .where(Revision.note != "")
        ).all()
    for key, text, event in rows:
        mark = MARK.search(text.title)
        since = began.get((key, text.made_at))
        if mark is None or since is None:
            yield f"{key}: revision {text.id} says that an event vanished, and there is no visit that saw it"
            continue
        name = name_of(mark[1], event.starts_at)
        for start, end, line in world.spans(world.sites[key], mark[1]):
            times = line.story.times.values() if line.story else []
            there = name in {name_of(mark[1], one.astimezone(UTC)) for one in times}
            if there and start + MARGIN < since.timestamp() and text.made_at.timestamp() < end - MARGIN:
                yield f"{key}: {name} was proposed as vanished at {text.made_at}, while its source showed it all along"
