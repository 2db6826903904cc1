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

from store.signatures import Signature

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
    SITEMAP = "sitemap"
    PAGE = "page"
    CALENDAR = "calendar"
    EVENTS = "events"
    OWN = "own"
    """No website: what editors write themselves ("redactie") and what visitors propose ("tip"). Never visited."""


CRAWLED = (SourceKind.FEED, SourceKind.SITEMAP, SourceKind.PAGE, SourceKind.CALENDAR, SourceKind.EVENTS)
"""The kinds that are visited, each with a spider of its own."""


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


class NewsKind(StrEnum):
    """What is new in a text: a step of a criminal case, what a government decides, figures, what you can go to."""

    ARREST = "arrest"
    HEARING = "hearing"
    DEMAND = "demand"
    VERDICT = "verdict"
    APPEAL = "appeal"
    RAID = "raid"
    POLICY = "policy"
    RESEARCH = "research"
    CAMPAIGN = "campaign"
    EVENT = "event"


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
    CORRECT = "correct"
    HOLD = "hold"
    RELEASE = "release"


class RejectReason(StrEnum):
    """The fixed reasons, each with one key in the newsroom; the Dutch words stand in `service/wording.py`."""

    OFF_TOPIC = "off_topic"
    NOT_REGIONAL = "not_regional"
    DUPLICATE = "duplicate"
    PRIVACY = "privacy"
    UNRELIABLE = "unreliable"
    OUTDATED = "outdated"
    OTHER = "other"


class EventRisk(StrEnum):
    """How much of an event may be told: everything, its place only to who signed up, or nothing before it is over."""

    OPEN = "open"
    SIGNUP = "signup"
    AFTERWARDS = "afterwards"


class Stage(StrEnum):
    """A step of a criminal case, in the order in which they come."""

    ARREST = "arrest"
    PRO_FORMA = "pro_forma"
    HEARING = "hearing"
    DEMAND = "demand"
    VERDICT = "verdict"
    APPEAL = "appeal"


class CaseOutcome(StrEnum):
    """What a court decided. An acquittal stands above everything the site ever said about the case."""

    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    PARTLY = "partly"


class ReviewKind(StrEnum):
    """What waits in the queue besides items."""

    STORY = "story"
    CASE = "case"
    CORRECTION = "correction"
    SAMPLE = "sample"


class Answer(StrEnum):
    """What an editor says about a mark of the privacy gate."""

    SHORTENED = "shortened"
    PUBLIC_FIGURE = "public_figure"
    NOT_A_PERSON = "not_a_person"
    NEEDED = "needed"
    """For a minor or a detail: it does not make anybody recognisable here. With a reason."""


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


class Cause(StrEnum):
    """Why a visit did not bring what it should, told apart because each asks for something else to be done."""

    MISSING = "missing"
    """404: the address is wrong, now or for good."""
    GONE = "gone"
    """410: the source says it will not come back."""
    BUSY = "busy"
    """429 and 503: it asked us to wait."""
    SERVER = "server"
    """500 and its like: their fault."""
    BLOCKED = "blocked"
    """403, 451: it does not let us in."""
    LOGIN = "login"
    """401, or a page that asks for a password where the news should be."""
    ROBOTS = "robots"
    """robots.txt says no, or cannot be had."""
    NO_NAME = "no_name"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    SLOW = "slow"
    """Silent, or dripping: our clock ended it."""
    CUT = "cut"
    TOO_LARGE = "too_large"
    BOMB = "bomb"
    """Small on the wire and huge in memory, or made to hang or burst its reader."""
    MALFORMED = "malformed"
    LETTERS = "letters"
    """Characters that are wrong in the encoding the document claims."""
    FALSE_304 = "false_304"
    REDIRECTS = "redirects"
    NOT_OURS = "not_ours"
    """What came is no document of this kind."""
    DRIFT = "drift"
    """The page is there, but what we look for in it is not: it was probably redesigned."""
    FILTERED = "filtered"
    """All that came was put on the pile by the source's own terms."""
    VANISHED = "vanished"
    """So many events disappeared at once that we believe none of it."""
    REFUSED = "refused"
    """The guard or a rule about addresses said no."""
    OPTIONS = "options"
    OURS = "ours"
    INTERRUPTED = "interrupted"


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


class FlagKind(StrEnum):
    """What in a text can tell who somebody is. `short_name` is accepted: it is already shortened."""

    PERSON = "person"
    SHORT_NAME = "short_name"
    AGE = "age"
    MINOR = "minor"
    VICTIM_DETAIL = "victim_detail"
    PHONE = "phone"
    EMAIL = "email"
    BSN = "bsn"
    PLATE = "plate"


@dataclass(frozen=True, slots=True)
class PrivacyFlag:
    """A stretch that an editor should look at. Offsets count code points in the title, a line break and
    the text; `end` is exclusive. `reason` is a Dutch sentence or phrase.
    """

    kind: FlagKind
    start: int
    end: int
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PrivacyAnswer:
    """One mark of the privacy gate and what the editor said about it. `where` names the public field it stands in."""

    kind: FlagKind
    text: str
    where: str
    answer: Answer
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the program proposes about one text. A proposal, each part with its reasons in Dutch."""

    regions: tuple[Region, ...]
    forms: tuple[FormFound, ...]
    relevance: Relevance
    language: str | None = None
    flags: tuple[PrivacyFlag, ...] = ()
    news_kind: NewsKind | None = None
    news_kind_reasons: tuple[str, ...] = ()
    signature: Signature | None = None


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
    organiser: str | None = None
    """An organisation, never a person (TRUST 6.3, K-11)."""
    risk: EventRisk = EventRisk.OPEN
    """An editor's choice; no source says it, so it is no part of `content_hash`."""


@dataclass(frozen=True, slots=True)
class ExtractedItem:
    """One thing a source told us: plain text, canonical address, read. `guid` is stable within its source.

    `text` is the whole plain text that was read; what the store keeps of it follows from the source's rights class.
    `wants_page` says that the entry alone is not enough: its own page should be read as well.
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
    author: str | None = None
    section: str | None = None
    wants_page: bool = False


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
        # Left out when there is none, so that what was stored before there were organisers is still the same.
        facts += [event.organiser] if event.organiser else []
    body = json.dumps([title, excerpt, text, url, facts], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SourcePace:
    """How a source's pace stands: see `store/pace.py`, which alone changes it. Seconds, and weights of failures."""

    interval_seconds: int | None = None
    pace_min: int | None = None
    pace_max: int | None = None
    on_time: int = 0
    failures: int = 0
    trouble: float = 0.0
    next_due_at: datetime | None = None
    moved_to: str | None = None
    moved_times: int = 0


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
    pace: SourcePace = SourcePace()


@dataclass(frozen=True, slots=True)
class WantedPage:
    """An item whose own page is still to be read, for its text, date, author and section."""

    item_id: int
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class VisitDone:
    """The outcome of one attempt to read a source, with a sentence in Dutch that says it to a person.

    `retry_after` is what the server asked for, in seconds, already capped by the caller. `hint_seconds` is how long
    the source itself says to wait before the next visit (`ttl`, `sy:updatePeriod`, Cache-Control, Expires).
    `moved_to` is where permanent redirects alone led. `dated`, `linked` and `worded` count the entries that had a
    date, a link, a text of their own; `filtered` those that only the source's own terms put on the pile; `left` the
    addresses that are for the next visit; `vanished` the future events that the source shows no longer. `reserved`
    says that the source reserves its rights, so that title and link are all we keep.
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
    cause: Cause | None = None
    hint_seconds: int | None = None
    moved_to: str | None = None
    dated: int = 0
    linked: int = 0
    worded: int = 0
    filtered: int = 0
    left: int = 0
    vanished: int = 0
    reserved: bool = False


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
