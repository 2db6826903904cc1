"""Items, decisions and sources as plain rows for `signaal export`, with the names of PRODUCT.md section 7.

What is not built yet is null, never invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from store import items, revisions
from store.likeness_tables import LikenessMark
from store.revisions import RevisionText
from store.tables import CaseStep, Decision, Item, Revision, Source
from store.values import AMSTERDAM, SourceKind, State

Row = dict[str, Any]


DatesOf = Callable[[str, str, datetime], list[Row]]


def item_rows(session: Session, now: datetime, dates_of: DatesOf | None = None) -> Iterator[Row]:
    """One row per item, by id, with its newest revision; `public` says whether any text of it shows at `now`.

    `dates_of` reads the dates in a title and a text, as seen from the moment of publication.
    """
    names = dict(session.exec(select(Source.id, Source.key)).all())
    query = (
        select(Item, Revision, LikenessMark.duplicate_of, CaseStep.case_id)
        .join(Revision, col(Revision.id) == col(Item.current_revision_id))
        .outerjoin(LikenessMark, col(LikenessMark.item_id) == col(Item.id))
        .outerjoin(CaseStep, col(CaseStep.item_id) == col(Item.id))
    )
    found = session.exec(query.order_by(col(Item.id)).execution_options(yield_per=200))
    for item, revision, duplicate_of, case_id in found:
        text = revisions.revision_text(session, revision)
        yield {
            "id": item.id,
            "source": names.get(item.source_id),
            "guid": item.guid,
            **text_fields(text),
            "dates": dates_of(text.title, text.text, text.published_at or item.found_at) if dates_of else None,
            "found_at": iso(item.found_at),
            "state": str(item.state),
            "public": items.shown_revision(item, now) is not None,
            "revision": item.current_revision_id,
            "relevance": {
                "score": round(text.relevance, 4),
                "shown": item.state != State.PILE,
                "reasons": list(text.relevance_reasons),
            },
            "story": item.story_id,
            "case": case_id,
            "duplicate_of": duplicate_of,
        }


def text_fields(text: RevisionText) -> Row:
    """The fields that an item and an inspected document share."""
    event = text.event
    return {
        "url": text.url or None,
        "kind": str(text.kind),
        "language": text.language,
        "title": text.title,
        "excerpt": text.excerpt,
        "published_at": iso(text.published_at),
        "regions": [
            {
                "province": region.province,
                "municipality": region.municipality,
                "place": region.place,
                "lat": region.lat,
                "lon": region.lon,
                "confidence": region.confidence,
            }
            for region in text.regions
        ],
        "forms": [str(found.form) for found in text.forms],
        "news_kind": text.news_kind,
        "flags": [
            {"kind": str(flag.kind), "start": flag.start, "end": flag.end, "text": flag.text} for flag in text.flags
        ],
        "event": None
        if event is None
        else {
            "starts_at": wall(event.starts_at),
            "ends_at": wall(event.ends_at),
            "all_day": event.all_day,
            "place": event.place,
            "signup_url": event.signup_url,
            "status": str(event.status),
        },
        "dates": None,
    }


def decision_rows(session: Session) -> Iterator[Row]:
    """One row per decision, in the order of the chain."""
    for row in session.exec(select(Decision).order_by(col(Decision.id)).execution_options(yield_per=500)):
        yield {
            "id": row.id,
            "item": row.item_id,
            "revision": row.revision_id,
            "account": row.account_id,
            "verdict": str(row.verdict),
            "reason": row.reason,
            "privacy_checked": row.privacy_checked,
            "made_at": iso(row.made_at),
            "undoes": row.undoes,
            "before": row.before,
            "after": row.after,
            "revision_digest": row.revision_digest,
            "previous_hash": row.previous_hash,
            "hash": row.hash,
        }


def source_rows(session: Session) -> Iterator[Row]:
    """One row per source that is a website, with the names of `[[source]]` in config.toml."""
    for row in session.exec(select(Source).where(Source.kind != SourceKind.OWN).order_by(col(Source.key))):
        yield {
            "key": row.key,
            "name": row.name,
            "url": row.url,
            "kind": str(row.kind),
            "region": row.region,
            "rights": str(row.rights),
            "pace": row.pace_seconds,
            "pace_min": row.pace_min or 0,
            "pace_max": row.pace_max or 0,
            "paused": row.paused,
            "checked": row.checked,
            "include": list(row.include),
            "exclude": list(row.exclude),
            "options": dict(row.options),
        }


def wall(time: datetime | None) -> str | None:
    """With the offset of Amsterdam: a whole day there begins at its midnight and not at 23:00 the day before."""
    return iso(time.astimezone(AMSTERDAM)) if time else None


def iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
