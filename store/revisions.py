"""The texts of items as rows: one revision with its regions, forms and event facts, added alone or many at once.

A revision is never edited. Whoever adds one sets the item's pointers afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from store import chain, search
from store import flags as privacy
from store.tables import Item, Revision, RevisionEvent, RevisionForm, RevisionRegion
from store.values import AMSTERDAM, EventFacts, EventRisk, EventStatus, Form, FormFound, Kind, PrivacyFlag, Region


@dataclass(frozen=True, slots=True)
class RevisionText:
    """All that makes one revision, before it has a number."""

    kind: Kind
    url: str
    title: str
    excerpt: str
    text: str
    published_at: datetime | None
    regions: tuple[Region, ...]
    forms: tuple[FormFound, ...]
    event: EventFacts | None
    source_hash: str
    language: str | None = None
    relevance: float = 0.0
    relevance_reasons: tuple[str, ...] = ()
    title_adjusted: bool = False
    author: str | None = None
    section: str | None = None
    note: str = ""
    flags: tuple[PrivacyFlag, ...] = ()
    news_kind: str | None = None
    body: str = ""
    link_hidden: bool = False


def add_revision(
    session: Session, item_id: int, text: RevisionText, *, origin: str, made_by: int | None, now: datetime
) -> int:
    """Store one text with what belongs to it. Returns its id; the caller sets the item's pointers."""
    last = session.exec(select(sa.func.max(Revision.number)).where(Revision.item_id == item_id)).one()
    return add_all(session, [(item_id, (last or 0) + 1, text)], origin=origin, made_by=made_by, now=now)[0]


def add_all(
    session: Session,
    texts: Sequence[tuple[int, int, RevisionText]],
    *,
    origin: str,
    made_by: int | None,
    now: datetime,
) -> list[int]:
    """Store many texts, each as (item, number of the revision, text), in a handful of statements. Returns their ids."""
    ids = new_ids(session, Revision, len(texts))
    rows = [
        _row(revision_id, item_id, number, text, origin, made_by, now)
        for revision_id, (item_id, number, text) in zip(ids, texts, strict=True)
    ]
    insert_rows(session, Revision, rows)
    pairs = [(revision_id, text) for revision_id, (_, _, text) in zip(ids, texts, strict=True)]
    insert_rows(session, RevisionRegion, (row for pair in pairs for row in _regions(*pair)))
    insert_rows(session, RevisionForm, (row for pair in pairs for row in _forms(*pair)))
    insert_rows(
        session, RevisionEvent, (_event(number, text.event) for number, text in pairs if text.event is not None)
    )
    search.index_waiting(session.connection(), [(item_id, _words(text)) for item_id, _, text in texts])
    return ids


def find_by_what_is_left(session: Session, item_ids: Iterable[int]) -> None:
    """Make items findable by their newest texts as they stand now: after a text was blanked, its words must go too."""
    rows = session.exec(
        select(Revision)
        .join(Item, col(Item.current_revision_id) == col(Revision.id))
        .where(col(Item.id).in_(list(item_ids)))
        .execution_options(populate_existing=True)
    )
    told = [(row.item_id, _words(revision_text(session, row))) for row in rows.all()]
    search.index_waiting(session.connection(), told)


def _words(text: RevisionText) -> str:
    return search.words_of([text.title, text.excerpt, text.text, text.body], text.flags, places_of(text))


def places_of(text: RevisionText) -> list[str]:
    """The names of its regions, from small to large."""
    return [word for region in text.regions for word in (region.place, region.municipality, region.province) if word]


def new_ids(session: Session, table: type[SQLModel], count: int) -> list[int]:
    """Numbers for rows that are inserted together, so that nothing has to be asked back.

    SQLite has one writer, so the next numbers are ours until the transaction ends; PostgreSQL's come from its sequence.
    """
    connection = session.connection()
    name = str(table.__tablename__)
    if connection.dialect.name == "sqlite":
        target: Any = table
        last = connection.execute(sa.select(sa.func.max(target.id))).scalar_one() or 0
        return list(range(last + 1, last + 1 + count))
    drawn = sa.select(sa.func.nextval(f"{name}_id_seq")).select_from(sa.func.generate_series(1, count))
    return [int(number) for number in connection.execute(drawn).scalars()]


def insert_rows(session: Session, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    """Insert whole rows, every one with the same keys, without making an object of each."""
    found = list(rows)
    if found:
        target: sa.Table = table.__table__  # type: ignore[attr-defined]
        session.connection().execute(sa.insert(target), found)


def _row(
    revision_id: int, item_id: int, number: int, text: RevisionText, origin: str, made_by: int | None, now: datetime
) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    return {
        "id": revision_id,
        "item_id": item_id,
        "number": number,
        "origin": origin,
        "made_by": made_by,
        "made_at": now,
        "kind": text.kind,
        "url": text.url,
        "title": text.title,
        "excerpt": text.excerpt,
        "text": text.text,
        "title_adjusted": text.title_adjusted,
        "published_at": text.published_at,
        "language": text.language,
        "relevance": text.relevance,
        "relevance_reasons": list(text.relevance_reasons),
        "source_hash": text.source_hash,
        "author": text.author,
        "section": text.section,
        "note": text.note,
        "flags": privacy.rows(text.flags),
        "news_kind": text.news_kind,
        "body": text.body,
        "link_hidden": text.link_hidden,
        "salt": salt,
        "digest": chain.revision_digest(salt, text.title, text.excerpt, text.url, _facts(text)),
    }


def _regions(revision_id: int, text: RevisionText) -> list[dict[str, Any]]:
    return [
        {
            "revision_id": revision_id,
            "position": position,
            "province": region.province,
            "municipality": region.municipality,
            "place": region.place,
            "lat": region.lat,
            "lon": region.lon,
            "confidence": region.confidence,
            "reasons": list(region.reasons),
        }
        for position, region in enumerate(text.regions)
    ]


def _forms(revision_id: int, text: RevisionText) -> list[dict[str, Any]]:
    different = {found.form: found for found in text.forms}.values()
    return [{"revision_id": revision_id, "form": found.form, "reasons": list(found.reasons)} for found in different]


def _event(revision_id: int, event: EventFacts) -> dict[str, Any]:
    local = event.starts_at.astimezone(AMSTERDAM)
    return {
        "revision_id": revision_id,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "local_start": local.strftime("%Y-%m-%dT%H:%M"),
        "all_day": event.all_day,
        "place": event.place,
        "signup_url": event.signup_url,
        "status": event.status,
        "organiser": event.organiser,
        "risk": event.risk,
    }


def _facts(text: RevisionText) -> list[object]:
    event: list[object] | None = None
    if text.event is not None:
        ends_at = text.event.ends_at.isoformat() if text.event.ends_at else None
        event = [text.event.starts_at.isoformat(), ends_at, text.event.all_day]
        event += [text.event.place, text.event.signup_url, text.event.status]
        # As in `content_hash`: what was stored before there were organisers keeps its digest.
        event += [text.event.organiser] if text.event.organiser else []
        event += [str(text.event.risk)] if text.event.risk is not EventRisk.OPEN else []
    regions = [[region.province, region.municipality, region.place] for region in text.regions]
    own = ([text.body] if text.body else []) + (["hidden"] if text.link_hidden else [])
    return [text.kind, regions, sorted({found.form for found in text.forms}), event, *own]


def revision_text(session: Session, row: Revision) -> RevisionText:
    """One stored revision as a value."""
    regions = session.exec(
        select(RevisionRegion).where(RevisionRegion.revision_id == row.id).order_by(col(RevisionRegion.position))
    ).all()
    forms = session.exec(
        select(RevisionForm).where(RevisionForm.revision_id == row.id).order_by(col(RevisionForm.form))
    ).all()
    event = session.get(RevisionEvent, row.id)
    return RevisionText(
        kind=Kind(row.kind),
        url=row.url,
        title=row.title,
        excerpt=row.excerpt,
        text=row.text,
        published_at=row.published_at,
        regions=tuple(
            Region(r.province, r.municipality, r.place, r.lat, r.lon, r.confidence, tuple(r.reasons)) for r in regions
        ),
        forms=tuple(FormFound(Form(f.form), tuple(f.reasons)) for f in forms),
        event=None
        if event is None
        else EventFacts(
            event.starts_at,
            event.ends_at,
            event.all_day,
            event.place,
            event.signup_url,
            EventStatus(event.status),
            event.organiser,
            EventRisk(event.risk),
        ),
        source_hash=row.source_hash,
        language=row.language,
        relevance=row.relevance,
        relevance_reasons=tuple(row.relevance_reasons),
        title_adjusted=row.title_adjusted,
        author=row.author,
        section=row.section,
        note=row.note,
        flags=privacy.from_rows(row.flags),
        news_kind=row.news_kind,
        body=row.body,
        link_hidden=row.link_hidden,
    )
