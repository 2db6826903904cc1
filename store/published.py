"""What the public reads. Every function takes a connection of `Store.public()`, which can open nothing else.

One condition decides what shows (`_showing`), and every query here goes through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from store import search
from store.own import REDACTIE
from store.public_views import EVENT, FORM, GONE, ITEM, REGION, TEXT, VERSION
from store.tables import UtcTime
from store.values import AMSTERDAM, EventRisk, EventStatus, Form, Kind, SourceKind

CANCELLED_STAYS = timedelta(days=30)
CURSOR_LIMIT = 40
LARGEST_ID = 2**31 - 1
"""What PostgreSQL takes for an id; a larger number in an address names nothing."""


@dataclass(frozen=True, slots=True)
class PublicRegion:
    province: str
    municipality: str | None
    place: str | None

    @property
    def words(self) -> str:
        """As people say it: the table of municipalities writes "Middelburg (Z.)" to tell namesakes apart."""
        return (self.place or self.municipality or self.province).partition(" (")[0]


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """`ends_at` is exclusive for all-day events. `changed_at` is the time of this version, for DTSTAMP."""

    starts_at: datetime
    ends_at: datetime | None
    all_day: bool
    place: str | None
    signup_url: str | None
    status: EventStatus
    uid: str
    sequence: int
    changed_at: datetime
    risk: EventRisk = EventRisk.OPEN
    """With `signup` there is no place here: who signs up gets it."""


@dataclass(frozen=True, slots=True)
class AlsoReported:
    """Another public item of the same story."""

    id: int
    title: str
    source_name: str
    url: str


@dataclass(frozen=True, slots=True)
class PublicItem:
    id: int
    kind: Kind
    title: str
    excerpt: str
    url: str
    source_key: str
    source_name: str
    published_at: datetime | None
    listed_at: datetime
    public_at: datetime
    title_adjusted: bool
    regions: tuple[PublicRegion, ...]
    forms: tuple[Form, ...]
    event: PublicEvent | None
    source_kind: SourceKind = SourceKind.FEED
    news_kind: str | None = None
    body: str = ""
    """The Markdown of an own article, empty for all others."""
    correction: str = ""
    corrected_at: datetime | None = None
    also_reported: tuple[AlsoReported, ...] = ()
    story_id: int | None = None

    @property
    def is_own(self) -> bool:
        """Written by the editors; what somebody proposed over /tip is not."""
        return self.source_key == REDACTIE


@dataclass(frozen=True, slots=True)
class NewsFilter:
    """What a reader asks for; an empty field asks for everything. `since` and `until` are UTC, `until` exclusive."""

    province: str = ""
    municipality: str = ""
    form: Form | None = None
    source_key: str = ""
    since: datetime | None = None
    until: datetime | None = None
    query: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last line of a page: the next page begins behind it, also when something new came in meanwhile."""

    listed_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{int(self.listed_at.timestamp() * 1_000_000)}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        moment, _, number = text.partition("-")
        if not (
            moment.isascii() and moment.isdigit() and number.isascii() and number.isdigit() and len(text) < CURSOR_LIMIT
        ):
            return None
        if int(number) > LARGEST_ID:
            return None
        try:
            return cls(datetime.fromtimestamp(int(moment) / 1_000_000, UTC), int(number))
        except (OverflowError, ValueError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class NewsPage:
    items: tuple[PublicItem, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class PublicVersion:
    """Changes whenever what is public changes: by a decision, by an undo window that ends, by midnight here."""

    version: int
    shown_until: datetime | None
    latest: datetime | None
    day: str

    @property
    def key(self) -> str:
        latest = int(self.latest.timestamp() * 1_000_000) if self.latest else 0
        return f"{self.version}.{latest}.{self.day}"


def version(connection: sa.Connection, now: datetime) -> PublicVersion:
    """The version of what is public at `now`; one or two index look-ups."""
    number = connection.execute(sa.select(VERSION.c.version)).scalar_one()
    latest = connection.execute(sa.select(sa.func.max(ITEM.c.public_at, type_=UtcTime)).where(ITEM.c.public_at <= now))
    soonest = connection.execute(sa.select(sa.func.min(ITEM.c.public_at, type_=UtcTime)).where(ITEM.c.public_at > now))
    return PublicVersion(number, soonest.scalar(), latest.scalar(), f"{now.astimezone(AMSTERDAM):%Y%m%d}")


def _showing(now: datetime) -> sa.Join:
    """Items joined with the text that shows now: the approved one, or the one before it until its time has come."""
    shown = sa.case((ITEM.c.public_at <= now, ITEM.c.approved_revision_id), else_=ITEM.c.previous_revision_id)
    return ITEM.join(TEXT, TEXT.c.revision_id == shown)


_COLUMNS = (
    ITEM.c.id,
    ITEM.c.listed_at,
    ITEM.c.public_at,
    ITEM.c.source_key,
    ITEM.c.source_name,
    ITEM.c.source_kind,
    ITEM.c.correction,
    ITEM.c.corrected_at,
    ITEM.c.story_id,
    TEXT.c.revision_id,
    TEXT.c.kind,
    TEXT.c.title,
    TEXT.c.excerpt,
    TEXT.c.url,
    TEXT.c.published_at,
    TEXT.c.title_adjusted,
    TEXT.c.body,
    TEXT.c.news_kind,
)


def news(
    connection: sa.Connection, wanted: NewsFilter, now: datetime, *, after: Cursor | None = None, limit: int = 20
) -> NewsPage:
    """Approved articles, newest first. Of a story one stands here, unless the reader asks for a source or words."""
    query = _filtered(connection, wanted, now).where(ITEM.c.kind == Kind.ARTICLE)
    if not (wanted.source_key or wanted.query):
        query = query.where(sa.not_(_told_before(now)))
    if wanted.since is not None:
        query = query.where(ITEM.c.listed_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(ITEM.c.listed_at < wanted.until)
    if after is not None:
        query = query.where(sa.tuple_(ITEM.c.listed_at, ITEM.c.id) < sa.tuple_(_time(after.listed_at), after.id))
    query = query.order_by(ITEM.c.listed_at.desc(), ITEM.c.id.desc()).limit(limit + 1)
    rows = connection.execute(query).all()
    found = _whole(connection, rows[:limit], now)
    last = found[-1] if len(rows) > limit else None
    return NewsPage(found, Cursor(last.listed_at, last.id) if last else None)


def events(
    connection: sa.Connection, wanted: NewsFilter, now: datetime, *, limit: int = 100, past: bool = False
) -> tuple[PublicItem, ...]:
    """Approved events: upcoming ones, soonest first; with `past` the others, latest first."""
    over = sa.func.coalesce(EVENT.c.ends_at, EVENT.c.starts_at, type_=UtcTime) < now
    query = _filtered(connection, wanted, now).where(ITEM.c.kind == Kind.EVENT)
    query = query.join(EVENT, EVENT.c.revision_id == TEXT.c.revision_id)
    if wanted.since is not None:
        query = query.where(EVENT.c.starts_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(EVENT.c.starts_at < wanted.until)
    order = EVENT.c.starts_at.desc() if past else EVENT.c.starts_at
    query = query.where(over if past else sa.not_(over)).order_by(order, ITEM.c.id).limit(limit)
    return _whole(connection, connection.execute(query).all(), now)


def calendar(
    connection: sa.Connection, wanted: NewsFilter, now: datetime, *, limit: int = 500
) -> tuple[PublicItem, ...]:
    """What stands in the outgoing calendar: upcoming events and those of the last thirty days (TRUST K-4)."""
    query = _filtered(connection, wanted, now).where(ITEM.c.kind == Kind.EVENT)
    query = query.join(EVENT, EVENT.c.revision_id == TEXT.c.revision_id)
    query = query.where(EVENT.c.starts_at >= now - CANCELLED_STAYS).order_by(EVENT.c.starts_at, ITEM.c.id).limit(limit)
    return _whole(connection, connection.execute(query).all(), now)


def item(connection: sa.Connection, item_id: int, now: datetime) -> PublicItem | None:
    """One public item, None when there is none with this number (or not yet, or not any more)."""
    query = _select(now).where(ITEM.c.id == item_id)
    found = _whole(connection, connection.execute(query).all(), now)
    return found[0] if found else None


def items_by_number(connection: sa.Connection, item_ids: Sequence[int], now: datetime) -> dict[int, PublicItem]:
    """Those of these items that are public now."""
    if not item_ids:
        return {}
    query = _select(now).where(ITEM.c.id.in_(item_ids))
    return {found.id: found for found in _whole(connection, connection.execute(query).all(), now)}


def is_gone(connection: sa.Connection, item_id: int) -> bool:
    """Whether this item was public once and was taken down: the answer is 410 then, not 404."""
    return connection.execute(sa.select(GONE.c.id).where(GONE.c.id == item_id)).first() is not None


def sources(connection: sa.Connection, now: datetime) -> tuple[tuple[str, str], ...]:
    """Key and name of the sources that have something public, by name."""
    query = sa.select(ITEM.c.source_key, ITEM.c.source_name).where(ITEM.c.shown_from <= now).distinct()
    return tuple((key, name) for key, name in connection.execute(query.order_by(ITEM.c.source_name)))


def _select(now: datetime) -> sa.Select[tuple[object, ...]]:
    return sa.select(*_COLUMNS).select_from(_showing(now)).where(ITEM.c.shown_from <= now)


def _told_before(now: datetime) -> sa.Exists:
    """Whether an earlier public article of the same story shows: that one stands for all."""
    other = ITEM.alias("other")
    return sa.exists().where(
        other.c.story_id == ITEM.c.story_id,
        other.c.kind == Kind.ARTICLE,
        other.c.shown_from <= now,
        sa.or_(
            other.c.shown_from < ITEM.c.shown_from,
            sa.and_(other.c.shown_from == ITEM.c.shown_from, other.c.id < ITEM.c.id),
        ),
    )


def _others(
    connection: sa.Connection, rows: Sequence[sa.Row[tuple[object, ...]]], now: datetime
) -> dict[int, list[AlsoReported]]:
    """The other public items of each story, by the number of the story; first told first."""
    stories = [row.story_id for row in rows if row.story_id is not None]
    if not stories:
        return {}
    query = _select(now).where(ITEM.c.story_id.in_(stories)).order_by(ITEM.c.shown_from, ITEM.c.id)
    found: dict[int, list[AlsoReported]] = {}
    for row in connection.execute(query):
        found.setdefault(row.story_id, []).append(AlsoReported(row.id, row.title, row.source_name, row.url))
    return found


def _time(moment: datetime) -> sa.BindParameter[datetime]:
    return sa.literal(moment, UtcTime)


def _filtered(connection: sa.Connection, wanted: NewsFilter, now: datetime) -> sa.Select[tuple[object, ...]]:
    query = _select(now)
    if wanted.province or wanted.municipality:
        region = sa.select(sa.literal(1)).where(REGION.c.revision_id == TEXT.c.revision_id)
        if wanted.province:
            region = region.where(REGION.c.province == wanted.province)
        if wanted.municipality:
            region = region.where(REGION.c.municipality == wanted.municipality)
        query = query.where(region.exists())
    if wanted.form:
        form = sa.select(sa.literal(1)).where(FORM.c.revision_id == TEXT.c.revision_id, FORM.c.form == wanted.form)
        query = query.where(form.exists())
    if wanted.source_key:
        query = query.where(ITEM.c.source_key == wanted.source_key)
    if wanted.query:
        found = search.condition(connection.dialect.name, wanted.query, ITEM.c.id, ITEM.c.public_at <= now)
        query = query.where(found if found is not None else sa.false())
    return query


def _whole(
    connection: sa.Connection, rows: Sequence[sa.Row[tuple[object, ...]]], now: datetime
) -> tuple[PublicItem, ...]:
    """The rows with their regions, forms, event facts and stories: four more queries, however many rows."""
    numbers = [row.revision_id for row in rows]
    if not numbers:
        return ()
    regions: dict[int, list[PublicRegion]] = {}
    query = sa.select(REGION).where(REGION.c.revision_id.in_(numbers)).order_by(REGION.c.revision_id, REGION.c.position)
    for row in connection.execute(query):
        regions.setdefault(row.revision_id, []).append(PublicRegion(row.province, row.municipality, row.place))
    forms: dict[int, list[Form]] = {}
    for row in connection.execute(sa.select(FORM).where(FORM.c.revision_id.in_(numbers)).order_by(FORM.c.form)):
        forms.setdefault(row.revision_id, []).append(Form(row.form))
    facts = {
        row.revision_id: PublicEvent(
            row.starts_at,
            row.ends_at,
            row.all_day,
            row.place,
            row.signup_url,
            EventStatus(row.status),
            row.uid,
            row.sequence,
            row.changed_at,
            EventRisk(row.risk),
        )
        for row in connection.execute(sa.select(EVENT).where(EVENT.c.revision_id.in_(numbers)))
    }
    others = _others(connection, rows, now)
    return tuple(
        PublicItem(
            id=row.id,
            kind=Kind(row.kind),
            title=row.title,
            excerpt=row.excerpt,
            url=row.url,
            source_key=row.source_key,
            source_name=row.source_name,
            published_at=row.published_at,
            listed_at=row.listed_at,
            public_at=row.public_at,
            title_adjusted=row.title_adjusted,
            regions=tuple(regions.get(row.revision_id, ())),
            forms=tuple(forms.get(row.revision_id, ())),
            event=facts.get(row.revision_id),
            source_kind=SourceKind(row.source_kind),
            news_kind=row.news_kind,
            body=row.body,
            correction=row.correction if row.corrected_at is not None and row.corrected_at <= now else "",
            corrected_at=row.corrected_at if row.corrected_at is not None and row.corrected_at <= now else None,
            also_reported=tuple(each for each in others.get(row.story_id, ()) if each.id != row.id),
            story_id=row.story_id,
        )
        for row in rows
    )
