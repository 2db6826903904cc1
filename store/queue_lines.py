"""A line of the queue: an item or a review, from its rows to what is said of it. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import priority, rules
from store.queue_filter import What, what_of
from store.tables import (
    CorrectionRequest,
    Item,
    Review,
    Revision,
    RevisionEvent,
    RevisionForm,
    RevisionRegion,
    Source,
    UtcTime,
)
from store.values import EventStatus, FlagKind, Form, Kind, ReviewKind


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item in the queue. `is_up` means that an older, approved text of it is public now; `wants_second` that one
    editor approved this text and another one must.

    `what` is what sort of thing it is; `parts` explain its place; `flags` are the kinds of marks in its text.
    """

    item_id: int
    revision_id: int
    kind: Kind
    what: What
    title: str
    url: str
    source_name: str
    found_at: datetime
    published_at: datetime | None
    starts_at: datetime | None
    relevance: float
    is_up: bool
    was_decided: bool
    wants_second: bool
    provinces: tuple[str, ...]
    forms: tuple[Form, ...]
    flags: frozenset[FlagKind]
    parts: tuple[priority.Part, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class WaitingReview:
    """Something else in the queue. `title` is of the item it is about, "" without one; `reasons` are Dutch."""

    review_id: int
    what: What
    item_id: int | None
    title: str
    urgent: bool
    opened_at: datetime
    provinces: tuple[str, ...]
    reasons: tuple[str, ...]
    cursor: str


Line = Waiting | WaitingReview


OF_ITEM, OF_REVIEW = 0, 1

_COLUMNS: list[Any] = [
    sa.literal(OF_ITEM).label("sort"),
    col(Item.id).label("item_id"),
    col(Item.id).label("number"),
    col(Item.priority),
    col(Item.found_at),
    col(Item.approved_revision_id),
    col(Item.public_at),
    col(Item.previous_revision_id),
    (col(Item.first_approval_revision_id) == col(Item.waiting_revision_id)).label("wants_second"),
    sa.func.coalesce(col(Item.taken_down_at), col(Item.rights_held_at), type_=UtcTime()).label("kept_back_at"),
    col(Revision.id).label("revision_id"),
    col(Revision.number).label("text_number"),
    *(getattr(Revision, name) for name in ("kind", "title", "url", "published_at", "relevance", "flags")),
    col(Source.key).label("source_key"),
    col(Source.name).label("source_name"),
    col(Source.kind).label("source_kind"),
    col(Source.trust),
    col(RevisionEvent.starts_at),
    col(RevisionEvent.status),
]
ITEMS: sa.Select[Any] = (
    sa.select(*_COLUMNS)
    .select_from(Item)
    .join(Revision, col(Revision.id) == col(Item.waiting_revision_id))
    .join(Source, col(Source.id) == col(Item.source_id))
    .outerjoin(RevisionEvent, col(RevisionEvent.revision_id) == col(Revision.id))
)
REVIEWS: sa.Select[Any] = (
    sa.select(
        sa.literal(OF_REVIEW).label("sort"),
        col(Review.id).label("number"),
        col(Review.kind).label("review_kind"),
        *(getattr(Review, name) for name in ("priority", "item_id", "reasons", "opened_at")),
        col(Revision.id).label("revision_id"),
        col(Revision.title),
        col(CorrectionRequest.kind).label("request_kind"),
    )
    .select_from(Review)
    .outerjoin(Item, col(Item.id) == col(Review.item_id))
    .outerjoin(Revision, col(Revision.id) == col(Item.current_revision_id))
    .outerjoin(
        CorrectionRequest,
        sa.and_(col(Review.kind) == ReviewKind.CORRECTION, col(CorrectionRequest.id) == col(Review.target)),
    )
)


def key(row: sa.Row[Any]) -> tuple[float, int, int]:
    """The order of the queue."""
    return (-row.priority, row.sort, row.number)


def lines(session: Session, rows: Sequence[sa.Row[Any]], now: datetime) -> tuple[Line, ...]:
    """What is said of rows of `ITEMS` and `REVIEWS`, in their order."""
    provinces, forms = _belonging(session, [row.revision_id for row in rows if row.revision_id is not None])
    return tuple(
        _item_line(row, provinces, forms, now) if row.sort == OF_ITEM else _review_line(row, provinces) for row in rows
    )


def _item_line(
    row: sa.Row[Any], provinces: dict[int, list[str]], forms: dict[int, list[Form]], now: datetime
) -> Waiting:
    kind, status = Kind(row.kind), EventStatus(row.status) if row.status else None
    shown = rules.shown_revision(
        row.approved_revision_id, row.public_at, row.previous_revision_id, row.kept_back_at, now
    )
    is_up, flags = shown is not None, frozenset(FlagKind(each["kind"]) for each in row.flags)
    explained = priority.parts_of(
        row.relevance, kind, row.starts_at, is_up=is_up, now=now, status=status, flags=flags, trust=row.trust
    )
    is_changed = row.approved_revision_id is not None
    return Waiting(
        item_id=row.item_id,
        revision_id=row.revision_id,
        kind=kind,
        what=what_of(row.source_kind, row.source_key, kind, status, is_changed=is_changed),
        title=row.title,
        url=row.url,
        source_name=row.source_name,
        found_at=row.found_at,
        published_at=row.published_at,
        starts_at=row.starts_at,
        relevance=row.relevance,
        is_up=is_up,
        was_decided=row.text_number > 1,
        wants_second=bool(row.wants_second),
        provinces=tuple(provinces.get(row.revision_id, ())),
        forms=tuple(forms.get(row.revision_id, ())),
        flags=flags,
        parts=explained.parts,
        cursor=f"{row.priority!r}_{row.item_id}",
    )


def _review_line(row: sa.Row[Any], provinces: dict[int, list[str]]) -> WaitingReview:
    return WaitingReview(
        review_id=row.number,
        what=What(row.request_kind or row.review_kind),
        item_id=row.item_id,
        title=row.title or "",
        urgent=row.priority >= priority.URGENT_REMOVAL,
        opened_at=row.opened_at,
        provinces=tuple(provinces.get(row.revision_id, ())),
        reasons=tuple(row.reasons),
        cursor=f"{row.priority!r}_r{row.number}",
    )


def _belonging(session: Session, revisions: Sequence[int]) -> tuple[dict[int, list[str]], dict[int, list[Form]]]:
    """Provinces and forms of the listed revisions, each in one query."""
    provinces: dict[int, list[str]] = {}
    for revision_id, province in session.exec(
        select(RevisionRegion.revision_id, RevisionRegion.province)
        .where(col(RevisionRegion.revision_id).in_(revisions))
        .order_by(col(RevisionRegion.revision_id), col(RevisionRegion.position))
    ):
        known = provinces.setdefault(revision_id, [])
        if province not in known:
            known.append(province)
    forms: dict[int, list[Form]] = {}
    for revision_id, form in session.exec(
        select(RevisionForm.revision_id, RevisionForm.form).where(col(RevisionForm.revision_id).in_(revisions))
    ):
        forms.setdefault(revision_id, []).append(Form(form))
    return provinces, {key: sorted(found, key=list(Form).index) for key, found in forms.items()}
