"""The named, frozen values that pass between the stages. Each name says what happened to the thing.

A `Region` is where something is; an `ExtractedItem` is what a source told us, cleaned and read; an `Offer` is what
the store made of it; a `DecisionMade` is what an editor did. All times are aware and in UTC.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NETHERLANDS = "Nederland"
PROVINCES = (
    "Groningen",
    "Friesland",
    "Drenthe",
    "Overijssel",
    "Flevoland",
    "Gelderland",
    "Utrecht",
    "Noord-Holland",
    "Zuid-Holland",
    "Zeeland",
    "Noord-Brabant",
    "Limburg",
)
"""Spelled as in the table of municipalities of Statistics Netherlands (CBS)."""

TITLE_LIMIT = 300
EXCERPT_LIMIT = 150
"""Wet op de naburige rechten art. 7b lid 2: very short extracts stand outside the press publishers' right."""
FIELD_LIMIT = 64 * 1024


class Kind(StrEnum):
    ARTICLE = "article"
    EVENT = "event"


class SourceKind(StrEnum):
    FEED = "feed"
    CALENDAR = "calendar"


class Rights(StrEnum):
    """What may be kept of a source's text: the title alone, a short excerpt, or the text for internal use."""

    TITLE = "title"
    EXCERPT = "excerpt"
    FULLTEXT_INTERNAL = "fulltext-internal"


class Form(StrEnum):
    SEXUAL = "sexual"
    LABOUR = "labour"
    CRIMINAL = "criminal"
    OTHER = "other"


class State(StrEnum):
    """Where the newest revision of an item stands. Whether the item is public is another question."""

    PENDING = "pending"
    PILE = "pile"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    REJECTED = "rejected"
    INTERNAL = "internal"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    INTERNAL = "internal"
    WITHDRAW = "withdraw"
    UNDO = "undo"
    REOPEN = "reopen"


class RejectReason(StrEnum):
    """The fixed reasons, each with one key in the newsroom; the Dutch words stand in `service/wording.py`."""

    OFF_TOPIC = "off_topic"
    NOT_REGIONAL = "not_regional"
    DUPLICATE = "duplicate"
    PRIVACY = "privacy"
    UNRELIABLE = "unreliable"
    OUTDATED = "outdated"
    OTHER = "other"


class EventStatus(StrEnum):
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


class Outcome(StrEnum):
    """How a visit to a source ended. Expected failure is a value, not an exception."""

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    BROKEN = "broken"
    NOT_A_FEED = "not_a_feed"
    HTTP_ERROR = "http_error"
    GONE = "gone"
    RETRY_LATER = "retry_later"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    ROBOTS = "robots"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"

    @property
    def good(self) -> bool:
        """The source answered as it should, even if it had nothing new."""
        return self in {Outcome.OK, Outcome.UNCHANGED, Outcome.EMPTY, Outcome.BROKEN}


class OfferResult(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Region:
    """A place proposed or chosen. `confidence` runs from 0 to 1; coordinates are WGS 84 degrees."""

    province: str
    municipality: str | None = None
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormFound:
    form: Form
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relevance:
    """`score` runs from 0 to 1; `shown` says whether the item stands in the queue or on the pile."""

    score: float
    shown: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the program proposes about one text. A proposal, each part with its reasons in Dutch."""

    regions: tuple[Region, ...]
    forms: tuple[FormFound, ...]
    relevance: Relevance
    language: str | None = None


@dataclass(frozen=True, slots=True)
class EventFacts:
    """When and where. `starts_at` and `ends_at` in UTC; all-day events run from midnight to midnight in Amsterdam.

    `ends_at` is exclusive for all-day events, as in RFC 5545.
    """

    starts_at: datetime
    ends_at: datetime | None = None
    all_day: bool = False
    place: str | None = None
    signup_url: str | None = None
    status: EventStatus = EventStatus.CONFIRMED


@dataclass(frozen=True, slots=True)
class ExtractedItem:
    """One thing a source told us: plain text, canonical address, read. `guid` is stable within its source.

    `text` is the whole plain text that was read; what the store keeps of it follows from the source's rights class.
    """

    guid: str
    kind: Kind
    url: str
    title: str
    excerpt: str
    text: str
    published_at: datetime | None
    reading: Reading
    event: EventFacts | None = None


def content_hash(title: str, excerpt: str, text: str, url: str, event: EventFacts | None) -> str:
    """SHA-256 over what an editor can see and judge. The publication date is left out: many feeds let it drift."""
    facts = None
    if event is not None:
        facts = [
            event.starts_at.isoformat(),
            event.ends_at.isoformat() if event.ends_at else None,
            event.all_day,
            event.place,
            event.signup_url,
            event.status,
        ]
    body = json.dumps([title, excerpt, text, url, facts], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DueSource:
    """A source claimed for one visit: its host is ours until the lease ends."""

    id: int
    key: str
    name: str
    url: str
    kind: SourceKind
    region: str
    rights: Rights
    pace_seconds: int
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    options: dict[str, object]
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    failures: int
    host: str


@dataclass(frozen=True, slots=True)
class VisitDone:
    """The outcome of one attempt to read a source, with a sentence in Dutch that says it to a person.

    `retry_after` is what the server asked for, in seconds, already capped by the caller.
    """

    outcome: Outcome
    sentence: str
    started_at: datetime
    finished_at: datetime
    status: int | None = None
    bytes: int = 0
    entries: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    piled: int = 0
    url: str = ""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class OfferCounts:
    new: int = 0
    changed: int = 0
    same: int = 0
    piled: int = 0


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """What an editor did, as stored. `public_at` is when the item shows, None when it does not."""

    id: int
    item_id: int
    revision_id: int
    verdict: Verdict
    made_at: datetime
    state: State
    public_at: datetime | None
    notices: int = 0
    hash: str = field(default="", repr=False)
