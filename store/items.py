"""Taking in what a source told us: NEW, CHANGED or SAME. Idempotent, also when two crawls offer the same thing.

An item is found again by (source, guid). A changed text makes a new revision that waits for an editor; the approved
text stays up. When a source goes back to the text that is approved, nothing waits any more.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import chain, rules
from store.tables import Item, Revision, RevisionEvent, RevisionForm, RevisionRegion
from store.values import (
    AMSTERDAM,
    EventFacts,
    EventStatus,
    ExtractedItem,
    Form,
    FormFound,
    Kind,
    OfferResult,
    Region,
    Rights,
    State,
    content_hash,
)

_LOCK = 727_434


@dataclass(frozen=True, slots=True)
class OfferOutcome:
    item_id: int
    result: OfferResult
    piled: bool


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


def offer(session: Session, source_id: int, item: ExtractedItem, rights: Rights, now: datetime) -> OfferOutcome:
    """Offer one item; see `offer_all`."""
    return offer_all(session, source_id, [item], rights, now)[0]


def offer_all(
    session: Session, source_id: int, items: Iterable[ExtractedItem], rights: Rights, now: datetime
) -> list[OfferOutcome]:
    """Offer what one visit found, inside the caller's write transaction."""
    offered = list(items)
    _one_at_a_time(session, source_id)
    known = _known(session, source_id, [item.guid for item in offered])
    outcomes = []
    for item in offered:
        row = known.get(item.guid)
        if row is None:
            row = known[item.guid] = _new(session, source_id, item, rights, now)
            result = OfferResult.NEW
        else:
            result = _again(session, row, item, rights, now)
        outcomes.append(OfferOutcome(row.id or 0, result, row.state == State.PILE))
    session.flush()
    return outcomes


def _one_at_a_time(session: Session, source_id: int) -> None:
    """Two crawls with the same items in another order would lock each other out. SQLite has one writer anyway."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK, source_id)))


def _known(session: Session, source_id: int, guids: list[str]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for start in range(0, len(guids), 500):
        part = guids[start : start + 500]
        rows = session.exec(select(Item).where(Item.source_id == source_id, col(Item.guid).in_(part)).with_for_update())
        found.update({row.guid: row for row in rows})
    return found


def _new(session: Session, source_id: int, item: ExtractedItem, rights: Rights, now: datetime) -> Item:
    shown = item.reading.relevance.shown
    starts_at = item.event.starts_at if item.event else None
    text = _text_of(item, rights)
    row = Item(
        source_id=source_id,
        guid=item.guid,
        kind=item.kind,
        state=State.INTERNAL,
        priority=rules.priority(item.reading.relevance.score, item.kind, starts_at, is_up=False, now=now),
        found_at=now,
        seen_at=now,
        source_hash=text.source_hash,
    )
    session.add(row)
    session.flush()
    revision_id = add_revision(session, row.id or 0, text, origin="source", made_by=None, now=now)
    row.current_revision_id = row.waiting_revision_id = revision_id
    row.state = State.PENDING if shown else State.PILE
    return row


def _again(session: Session, row: Item, item: ExtractedItem, rights: Rights, now: datetime) -> OfferResult:
    row.seen_at = now
    text = _text_of(item, rights)
    incoming = text.source_hash
    if incoming == row.source_hash:
        return OfferResult.SAME
    row.source_hash = incoming
    approved = session.get(Revision, row.approved_revision_id) if row.approved_revision_id else None
    if approved is not None and approved.source_hash == incoming and row.taken_down_at is None:
        row.current_revision_id, row.waiting_revision_id = approved.id, None
        row.state = State.APPROVED
        return OfferResult.CHANGED
    latest = session.get(Revision, row.current_revision_id) if row.current_revision_id else None
    if latest is not None and latest.origin == "editor":
        text = _with_choices_of(session, latest, text)
    revision_id = add_revision(session, row.id or 0, text, origin="source", made_by=None, now=now)
    piled = row.state == State.PILE and not item.reading.relevance.shown
    row.current_revision_id = row.waiting_revision_id = revision_id
    row.state = State.PILE if piled else State.PENDING
    is_up = shown_revision(row, now) is not None
    starts_at = text.event.starts_at if text.event else None
    row.priority = rules.priority(item.reading.relevance.score, text.kind, starts_at, is_up=is_up, now=now)
    return OfferResult.CHANGED


def shown_revision(row: Item, now: datetime) -> int | None:
    """The revision that the public sees of this item now, None when it sees nothing."""
    return rules.shown_revision(
        row.approved_revision_id, row.public_at, row.previous_revision_id, row.taken_down_at, now
    )


def _text_of(item: ExtractedItem, rights: Rights) -> RevisionText:
    """What of an item may be kept. A change beyond it is no change: nobody could see it."""
    excerpt = "" if rights is Rights.TITLE else item.excerpt
    text = rules.kept_text(item.text, rights)
    return RevisionText(
        kind=item.kind,
        url=item.url,
        title=item.title,
        excerpt=excerpt,
        text=text,
        published_at=item.published_at,
        regions=item.reading.regions,
        forms=item.reading.forms,
        event=item.event,
        source_hash=content_hash(item.title, excerpt, text, item.url, item.event),
        language=item.reading.language,
        relevance=item.reading.relevance.score,
        relevance_reasons=item.reading.relevance.reasons,
        author=item.author,
        section=item.section,
    )


def _with_choices_of(session: Session, latest: Revision, text: RevisionText) -> RevisionText:
    """An editor's region, form and event facts outlive a change of the source's words."""
    chosen = revision_text(session, latest)
    made_event = chosen.kind is Kind.EVENT and text.kind is Kind.ARTICLE
    return RevisionText(
        kind=chosen.kind if made_event else text.kind,
        url=text.url,
        title=text.title,
        excerpt=text.excerpt,
        text=text.text,
        published_at=text.published_at,
        regions=chosen.regions,
        forms=chosen.forms,
        event=chosen.event if made_event else text.event,
        source_hash=text.source_hash,
        language=text.language,
        relevance=text.relevance,
        relevance_reasons=text.relevance_reasons,
        author=text.author,
        section=text.section,
    )


def add_revision(
    session: Session, item_id: int, text: RevisionText, *, origin: str, made_by: int | None, now: datetime
) -> int:
    """Store one text with what belongs to it. Returns its id; the caller sets the item's pointers."""
    last = session.exec(select(sa.func.max(Revision.number)).where(Revision.item_id == item_id)).one()
    salt = secrets.token_hex(16)
    row = Revision(
        item_id=item_id,
        number=(last or 0) + 1,
        origin=origin,
        made_by=made_by,
        made_at=now,
        kind=text.kind,
        url=text.url,
        title=text.title,
        excerpt=text.excerpt,
        text=text.text,
        title_adjusted=text.title_adjusted,
        published_at=text.published_at,
        language=text.language,
        relevance=text.relevance,
        relevance_reasons=list(text.relevance_reasons),
        source_hash=text.source_hash,
        author=text.author,
        section=text.section,
        note=text.note,
        salt=salt,
        digest=chain.revision_digest(salt, text.title, text.excerpt, text.url, _facts(text)),
    )
    session.add(row)
    session.flush()
    revision_id = row.id or 0
    for position, region in enumerate(text.regions):
        session.add(
            RevisionRegion(
                revision_id=revision_id,
                position=position,
                province=region.province,
                municipality=region.municipality,
                place=region.place,
                lat=region.lat,
                lon=region.lon,
                confidence=region.confidence,
                reasons=list(region.reasons),
            )
        )
    for found in {found.form: found for found in text.forms}.values():
        session.add(RevisionForm(revision_id=revision_id, form=found.form, reasons=list(found.reasons)))
    if text.event is not None:
        session.add(_event_row(revision_id, text.event))
    session.flush()
    return revision_id


def _event_row(revision_id: int, event: EventFacts) -> RevisionEvent:
    local = event.starts_at.astimezone(AMSTERDAM)
    return RevisionEvent(
        revision_id=revision_id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        local_start=local.strftime("%Y-%m-%dT%H:%M"),
        all_day=event.all_day,
        place=event.place,
        signup_url=event.signup_url,
        status=event.status,
        organiser=event.organiser,
    )


def _facts(text: RevisionText) -> list[object]:
    event: list[object] | None = None
    if text.event is not None:
        ends_at = text.event.ends_at.isoformat() if text.event.ends_at else None
        event = [text.event.starts_at.isoformat(), ends_at, text.event.all_day]
        event += [text.event.place, text.event.signup_url, text.event.status]
        # As in `content_hash`: what was stored before there were organisers keeps its digest.
        event += [text.event.organiser] if text.event.organiser else []
    regions = [[region.province, region.municipality, region.place] for region in text.regions]
    return [text.kind, regions, sorted({found.form for found in text.forms}), event]


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
        ),
        source_hash=row.source_hash,
        language=row.language,
        relevance=row.relevance,
        relevance_reasons=tuple(row.relevance_reasons),
        title_adjusted=row.title_adjusted,
        author=row.author,
        section=row.section,
        note=row.note,
    )
