"""The values between a server's answer and an item: what was fetched, and what was read in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.values import Cause, EventFacts, Kind, Outcome


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer, unpacked. `cut` means that the connection ended before the body did.

    `hint_seconds` is what its Cache-Control or Expires asks for; `moved_to` is set when permanent redirects alone led
    here; `reserved` says that headers or files of the site reserve the rights of its texts.
    """

    status: int
    url: str
    body: bytes
    content_type: str
    etag: str | None
    last_modified: str | None
    received: int
    cut: bool
    hint_seconds: int | None = None
    moved_to: str | None = None
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """`why` is a whole Dutch sentence; `retry_after` is in seconds, capped."""

    outcome: Outcome
    why: str
    url: str
    status: int | None = None
    retry_after: int | None = None
    received: int = 0
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """The whole answer of a server, unpacked. `url` is where it really came from, after redirects."""

    url: str
    body: bytes
    content_type: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class RawText:
    """A text from outside and whether it is HTML or already plain. Nobody shows this to anyone."""

    value: str = ""
    html: bool = False


@dataclass(frozen=True, slots=True)
class FetchedEntry:
    """One entry of a document, as the source wrote it. `guid` may be empty; `link` may be anything."""

    guid: str = ""
    link: str = ""
    title: RawText = RawText()
    summary: RawText = RawText()
    content: RawText = RawText()
    published_at: datetime | None = None
    kind: Kind = Kind.ARTICLE
    event: EventFacts | None = None
    author: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """An address in a document that must be read as well before there is anything to tell: a sitemap of an index, a
    page of one event. `known` is the guid under which what is there would be stored, when that is known already.
    """

    url: str
    modified_at: datetime | None = None
    known: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """What a kind of source found in a document.

    `recognised` is False when the document is something else altogether. `broken` means that it was read as far as it
    goes; `problem` then says in Dutch what is wrong with it. `refused` means that it is too dangerous to read at all.
    `cut` counts the entries that a limit left out, `past`
    the events that are over. `home` is the address of the site the document speaks for, if it says so.

    `leads` are addresses that the visit should read as well, most urgent first. `hint_seconds` is how long the
    document itself says to wait before the next visit. `reserved` says that it reserves its rights in its markup.
    `whole` is True when the document shows all that the source has, so that an event that is not there any more has
    vanished; a feed of the newest twenty is never whole.
    """

    entries: tuple[FetchedEntry, ...] = ()
    recognised: bool = True
    broken: bool = False
    refused: bool = False
    problem: str | None = None
    cut: int = 0
    past: int = 0
    home: str = ""
    title: str = ""
    leads: tuple[Lead, ...] = ()
    hint_seconds: int | None = None
    reserved: bool = False
    whole: bool = False
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class ArticleRead:
    """What the page of one article says. `url` is its canonical address, on the same site as where it came from.

    `text` is plain, and empty when the page reserves its rights or shows a wall where the text should be.
    """

    url: str
    title: str = ""
    text: str = ""
    published_at: datetime | None = None
    author: str = ""
    section: str = ""
    reserved: bool = False
