"""What a parser gives back of an answer, and the first words of a visit. Values only: the crawl loads no parser."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.values import DocumentRead, Fetched, FetchFailed
from store.values import ExtractedItem, Outcome, SourceKind, VisitDone


@dataclass(frozen=True, slots=True)
class Judged:
    """A visit as far as its documents decide it: the sentence on it is still without counts.

    `seen` are the guids of all that the source shows now, when its documents show all of it, so that an event that is
    not among them has vanished; otherwise None.
    """

    done: VisitDone
    items: tuple[ExtractedItem, ...] = ()
    seen: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A document with leads: what they lead to must be read before the visit can be judged."""

    told: DocumentRead


@dataclass(frozen=True, slots=True)
class Led:
    """How following the leads of a visit went. `told` holds the entries of all documents together.

    `failed` counts the leads that gave nothing, `left` those for the next visit. `shown` are the guids of events whose
    page was not read, but which the list shows; `certain` is False when it shows more than we can name.
    """

    told: DocumentRead
    failed: int = 0
    left: int = 0
    shown: tuple[str, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class PageJudged:
    """What an item's own page adds to it; nothing when the page reserves its rights."""

    item: ExtractedItem | None
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class PreviewEntry:
    """One of the first entries of an address that is tried out."""

    title: str
    published_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come in from an address that is no source yet, and with which options.

    `kind` is what the document turned out to be, None when nothing of ours; `sentence` is Dutch. `entries` counts
    what is in it: entries, or pages that a visit would read. `behind` are the sitemaps of an index.
    """

    outcome: Outcome
    sentence: str
    kind: SourceKind | None = None
    title: str = ""
    entries: int = 0
    first: tuple[PreviewEntry, ...] = ()
    options: dict[str, object] = field(default_factory=dict)
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What one document says about where news is: previews of what it holds itself, and addresses to try."""

    previews: tuple[Preview, ...] = ()
    feeds: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    sentence: str = ""
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Inspected:
    """What one document holds. `remarks` are English sentences about what was not read, and why.

    `lines` is set for jsonl only, whose lines are read one by one by whoever asked.
    """

    kind: str
    items: tuple[ExtractedItem, ...] = ()
    remarks: tuple[str, ...] = ()
    lines: str = ""


def visit(got: Fetched | FetchFailed, outcome: Outcome, sentence: str, started: datetime, now: datetime) -> VisitDone:
    """A visit with what the answer itself says of it."""
    done = VisitDone(
        outcome=outcome,
        sentence=sentence,
        started_at=started,
        finished_at=now,
        status=got.status,
        bytes=got.received,
        url=got.url,
    )
    if isinstance(got, FetchFailed):
        return replace(done, retry_after=got.retry_after, cause=got.cause)
    return replace(
        done,
        etag=got.etag,
        last_modified=got.last_modified,
        hint_seconds=got.hint_seconds,
        moved_to=got.moved_to,
        reserved=got.reserved,
    )
