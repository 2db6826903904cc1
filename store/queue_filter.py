"""What an editor asks of the queue, and the conditions that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from store import search
from store.own import TIP
from store.tables import CorrectionRequest, Item, Review, Revision, RevisionForm, RevisionRegion, Source
from store.values import EventStatus, FlagKind, Form, Kind, ReviewKind, SourceKind, State

QUERY_LIMIT = search.QUERY_LIMIT


class What(StrEnum):
    """What sort of thing waits. As a filter, ARTICLE and EVENT ask for all texts of that kind from websites, and
    CHANGED for everything of which an approved text stands already.
    """

    ARTICLE = "article"
    EVENT = "event"
    CHANGED = "changed"
    TIP = "tip"
    OWN = "own"
    STORY = "story"
    CASE = "case"
    CORRECTION = "correction"
    REMOVAL = "removal"
    SAMPLE = "sample"
    EVENT_CHANGED = "event_changed"
    EVENT_OFF = "event_off"


REVIEWS = {
    What.STORY: ReviewKind.STORY,
    What.CASE: ReviewKind.CASE,
    What.CORRECTION: ReviewKind.CORRECTION,
    What.REMOVAL: ReviewKind.CORRECTION,
    What.SAMPLE: ReviewKind.SAMPLE,
}
"""Those that are a row of `review` and no item."""


class Severity(StrEnum):
    """How careful somebody must be with a text, by the worst of its marks."""

    HIGH = "high"
    NAME = "name"
    NONE = "none"


SEVERE = (FlagKind.MINOR, FlagKind.VICTIM_DETAIL, FlagKind.BSN)


class Language(StrEnum):
    DUTCH = "nl"
    FRISIAN = "fy"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What an editor asks for; an empty field asks for everything. `pile` looks at the pile instead of the queue.

    `relevance_from` is included, `relevance_to` is not. `scope` are the provinces of the account, none for all: what
    has no region is for everybody.
    """

    province: str = ""
    municipality: str = ""
    form: Form | None = None
    source_key: str = ""
    what: What | None = None
    language: Language | None = None
    severity: Severity | None = None
    relevance_from: float | None = None
    relevance_to: float | None = None
    query: str = ""
    pile: bool = False
    scope: tuple[str, ...] = ()


Conditions = list[sa.ColumnElement[bool]]


def item_conditions(wanted: QueueFilter, dialect: str) -> Conditions | None:
    """Conditions on `Item` alone, so that counting joins nothing. None when no item can fit."""
    if wanted.what in REVIEWS:
        return None
    found = [col(Item.state) == (State.PILE if wanted.pile else State.PENDING), *_what(wanted.what)]
    return found + _text_conditions(wanted, dialect, col(Item.id), col(Item.waiting_revision_id))


def review_conditions(wanted: QueueFilter, dialect: str) -> Conditions | None:
    """Conditions on open reviews, outer-joined with their item and their request. None when no review can fit."""
    if wanted.pile or (wanted.what is not None and wanted.what not in REVIEWS):
        return None
    found: Conditions = [col(Review.state) == "open"]
    if wanted.what is not None:
        found.append(col(Review.kind) == REVIEWS[wanted.what])
    if wanted.what in {What.CORRECTION, What.REMOVAL}:
        found.append(col(CorrectionRequest.kind) == wanted.what)
    return found + _text_conditions(wanted, dialect, col(Review.item_id), col(Item.current_revision_id))


def what_of(source_kind: str, source_key: str, kind: Kind, status: EventStatus | None, *, is_changed: bool) -> What:
    """What an item in the queue is; `is_changed` says that an approved text of it stands already."""
    if source_kind == SourceKind.OWN:
        return What.TIP if source_key == TIP else What.OWN
    if not is_changed:
        return What.EVENT if kind is Kind.EVENT else What.ARTICLE
    if kind is Kind.ARTICLE:
        return What.CHANGED
    return What.EVENT_OFF if status is EventStatus.CANCELLED else What.EVENT_CHANGED


def _what(what: What | None) -> Conditions:
    if what in {What.ARTICLE, What.EVENT}:
        of_kind = _text(col(Item.waiting_revision_id), col(Revision.kind) == str(what))
        return [of_kind, _from(col(Source.kind) != SourceKind.OWN)]
    if what is What.CHANGED:
        return [col(Item.approved_revision_id).is_not(None)]
    if what in {What.TIP, What.OWN}:
        is_tip = col(Source.key) == TIP
        return [_from(col(Source.kind) == SourceKind.OWN, is_tip if what is What.TIP else sa.not_(is_tip))]
    return []


def _text_conditions(wanted: QueueFilter, dialect: str, item_id: Any, text_id: Any) -> Conditions:
    found: Conditions = []
    if wanted.scope:
        ours = _region(text_id, col(RevisionRegion.province).in_(wanted.scope))
        found.append(sa.or_(sa.not_(_region(text_id)), ours))
    if wanted.province:
        found.append(_region(text_id, col(RevisionRegion.province) == wanted.province))
    if wanted.municipality:
        found.append(_region(text_id, col(RevisionRegion.municipality) == wanted.municipality))
    if wanted.form:
        of_form = (col(RevisionForm.revision_id) == text_id, col(RevisionForm.form) == wanted.form)
        found.append(sa.exists().where(*of_form))
    if wanted.source_key:
        found.append(_from(col(Source.key) == wanted.source_key))
    of_text = _relevance(wanted) + _language(wanted.language) + _severity(wanted.severity)
    if of_text:
        found.append(_text(text_id, *of_text))
    if wanted.query:
        # A query of signs alone finds nothing: only words are indexed.
        words = search.waiting_condition(dialect, wanted.query, item_id)
        found.append(sa.false() if words is None else words)
    return found


def _region(text_id: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(col(RevisionRegion.revision_id) == text_id, *conditions)


def _text(text_id: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(col(Revision.id) == text_id, *conditions).correlate(Item, Review)


def _from(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """A source like this; there are few, so the database looks them up once."""
    return col(Item.source_id).in_(sa.select(col(Source.id)).where(*conditions).correlate(None))


def _relevance(wanted: QueueFilter) -> Conditions:
    found: Conditions = []
    if wanted.relevance_from is not None:
        found.append(col(Revision.relevance) >= wanted.relevance_from)
    if wanted.relevance_to is not None:
        found.append(col(Revision.relevance) < wanted.relevance_to)
    return found


def _language(language: Language | None) -> Conditions:
    if language is None:
        return []
    spoken = col(Revision.language)
    if language is Language.UNKNOWN:
        return [spoken.is_(None)]
    ours = [Language.DUTCH, Language.FRISIAN]
    return [spoken.not_in(ours)] if language is Language.OTHER else [spoken == language]


def _severity(severity: Severity | None) -> Conditions:
    if severity is None:
        return []
    # The marks are stored as JSON; a quotation mark inside a marked text is escaped there and fits no pattern.
    stored = sa.cast(col(Revision.flags), sa.String)
    severe = sa.or_(*(stored.like(f'%"kind": "{kind}"%') for kind in SEVERE))
    named = stored.like(f'%"kind": "{FlagKind.PERSON}"%')
    return {
        Severity.HIGH: [severe],
        Severity.NAME: [named, sa.not_(severe)],
        Severity.NONE: [sa.not_(severe), sa.not_(named)],
    }[severity]
