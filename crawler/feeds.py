"""Reads RSS, Atom and RDF with feedparser, and JSON Feed. The one file that imports feedparser.

feedparser is the judge of what a feed says, but its own front door, `feedparser.parse`, is not used: handed a string it
would open it as a file or an address; it guesses the encoding that we already know; and it reads names, labels,
coordinates and dates that we do not use, some of them in time that grows with the square of what a stranger wrote. So
its two parsers are given bytes in memory here, with limits, and without those parts. Its sanitiser is off, because it
is not ours (TRUST section 0, facts 1 and 2); `crawler/extract.py` makes plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import struct_time
from typing import Any

import feedparser
import feedparser.api
import feedparser.datetimes
import feedparser.urls
import feedparser.util

from crawler import hints, jsonfeed, sentences
from crawler.documents import RefusedDocumentError, as_utf8, decoded, part, prepared
from crawler.entries import entry, text_of
from crawler.limits import BASE_LENGTH, ENTRIES, NAMESPACES, NESTING, TAGS
from crawler.tagsoup import entries_in, safe
from crawler.values import DocumentRead
from crawler.wellformed import NotWellFormedError, walk
from store.values import FIELD_LIMIT

_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:rss|feed|rdf|channel|cdf|item|entry)[\s>/]", re.IGNORECASE)
_HTML = re.compile(r"\s*<(?:html|head|body|script|div)\b", re.IGNORECASE)
_CONFUSED = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)
"""What feedparser lets out where a document contradicts itself, such as a number that is no letter."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What feedparser made of a document, and what is wrong with it."""

    reader: Any
    entries: list[Any]
    problem: str | None
    cut: int


def read(body: bytes, content_type: str, url: str) -> DocumentRead:
    """Read a feed as far as it goes. Never raises for anything that stands in `body`."""
    body, beyond = part(body)
    text, characters_right = decoded(body, content_type)
    if jsonfeed.looks_like_json(text):
        return jsonfeed.read(text, whole=not beyond)
    if not _ROOT.search(text):
        return DocumentRead(recognised=False)
    try:
        text = prepared(text)
        if _HTML.match(text):
            return DocumentRead(recognised=False)
        found = _parsed(text, url, whole=not beyond)
    except RefusedDocumentError as refusal:
        return DocumentRead(refused=True, problem=str(refusal))
    if not found.reader.version and not found.entries:
        return DocumentRead(recognised=False)
    problem = found.problem or (None if characters_right else sentences.BAD_CHARACTERS)
    rss = not found.reader.version.startswith("atom")
    return DocumentRead(
        entries=tuple(entry(one, feedparser_date, rss=rss) for one in found.entries),
        broken=problem is not None,
        problem=problem,
        cut=found.cut + entries_in(beyond),
        home=text_of(found.reader.feeddata, "link"),
        title=text_of(found.reader.feeddata, "title"),
        hint_seconds=hints.of_feed(found.reader.feeddata),
    )


def feedparser_date(text: str) -> struct_time | None:
    """What feedparser itself makes of a time that we cannot read: a struct in UTC."""
    found: struct_time | None = feedparser.datetimes._parse_date(text)  # noqa: SLF001
    return found


def _parsed(text: str, url: str, *, whole: bool) -> _Parsed:
    """Read it as XML; what is not well formed, as mildly as feedparser can."""
    data = as_utf8(text)
    # To resolve the base anew at every tag takes a tenth of all the work, and hardly any feed has a base of its own.
    base = url if "base" in text.lower() else ""
    reader = _Strict(base, None, "utf-8")
    reader.address = url
    try:
        walk(reader, data, whole=whole)
    except _EnoughError:
        return _kept(reader, text, None)
    except NotWellFormedError as error:
        problem = sentences.CUT_OFF if error.ended else sentences.NOT_WELL_FORMED
    except _CONFUSED:
        problem = sentences.NOT_WELL_FORMED
    else:
        return _kept(reader, text, None) if reader.inentry else _Parsed(reader, reader.entries, None, 0)
    return _parsed_mildly(data.decode(), url, base, problem)


def _parsed_mildly(text: str, url: str, base: str, problem: str) -> _Parsed:
    soup = safe(text)
    reader = _Loose(base, None, "utf-8")
    reader.address = url
    try:
        reader.feed(soup.text)
    except _EnoughError:
        return _kept(reader, text, problem)
    except _CONFUSED:
        # As far as it goes: what it read before is right.
        return _Parsed(reader, reader.entries, problem, soup.cut)
    return _Parsed(reader, reader.entries, problem, soup.cut)


def _kept(reader: Any, text: str, problem: str | None) -> _Parsed:
    """What was read whole before it was enough."""
    entries = reader.entries[: len(reader.entries) - bool(reader.inentry)]
    if not entries:
        raise RefusedDocumentError(sentences.TOO_MUCH)
    return _Parsed(reader, entries, problem, max(entries_in(text) - len(entries), 0))


class _EnoughError(Exception):
    """As much as we read of one document has been read."""


class _Params(feedparser.util.FeedParserDict):  # type: ignore[misc]
    """What a text says of itself. Only strings, and asked often, so without feedparser's search for other names."""

    get = dict.get
    __getitem__ = dict.__getitem__
    __contains__ = dict.__contains__

    def __deepcopy__(self, memo: dict[int, Any]) -> feedparser.util.FeedParserDict:
        return feedparser.util.FeedParserDict(self)


class _Unread:
    """In the place of a handler: feedparser takes an element without one for an element it does not know."""

    def __get__(self, reader: object, kind: type | None = None) -> Callable[[], None]:
        raise AttributeError


class _Limits(feedparser.mixin._FeedParserMixin):  # type: ignore[misc]  # noqa: SLF001
    """feedparser's reading of elements, with limits, and without those that we do not use."""

    address = ""

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        self.contentparams = _Params()
        self.work = 0
        self.tag = ""

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        self.work += 1 + len(attrs) // 4 + len(self.baseuri) // 100
        if self.work > TAGS:
            raise _EnoughError
        self.tag = tag
        super().unknown_starttag(tag, attrs)
        if len(self.baseuri) > len(self.address) + BASE_LENGTH:
            raise RefusedDocumentError(sentences.TOO_MUCH)

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        super().track_namespace(prefix, uri)
        if len(self.namespaces_in_use) > NAMESPACES:
            raise RefusedDocumentError(sentences.TOO_MUCH)

    def resolve_uri(self, uri: str) -> Any:
        return feedparser.urls._urljoin(self.baseuri or self.address, uri)  # noqa: SLF001

    def push_content(self, tag: str, attrs_d: Any, default_content_type: str, expecting_text: int) -> None:
        super().push_content(tag, attrs_d, default_content_type, expecting_text)
        self.contentparams = _Params(self.contentparams)

    @staticmethod
    def looks_like_html(s: str) -> bool:
        return bool(feedparser.mixin._FeedParserMixin.looks_like_html(s[:FIELD_LIMIT]))  # noqa: SLF001

    def handle_charref(self, ref: str) -> None:
        try:
            super().handle_charref(ref)
        except (ValueError, OverflowError):
            self.handle_data("\ufffd")

    def _start_item(self, attrs_d: Any) -> None:
        if len(self.entries) == ENTRIES:
            raise _EnoughError
        super()._start_item(attrs_d)

    _start_entry = _start_item

    def _start_link(self, attrs_d: Any) -> None:
        """An address of another protocol in an attribute that no format knows (Bluesky's `uri`) hides the real one."""
        if "uri" in attrs_d and not attrs_d["uri"].startswith(("http:", "https:")):
            del attrs_d["uri"]
        super()._start_link(attrs_d)

    def _sync_author_detail(self, key: str = "author") -> None:
        """Its pattern for an address takes time that grows with the square of a long word."""

    def _add_tag(self, term: str, scheme: str, label: str) -> None:
        """It compares every label with all labels before."""

    def _start_category(self, attrs_d: Any) -> None:  # noqa: ARG002
        self.push("category", 0)

    def _end_category(self) -> None:
        self.pop("category")

    def _start_author(self, attrs_d: Any) -> None:  # noqa: ARG002
        self.push("author", 0)

    def _end_author(self) -> None:
        self.pop("author")

    def _end_published(self) -> None:
        self.pop("published")

    def _end_updated(self) -> None:
        self.pop("updated")

    def _end_created(self) -> None:
        self.pop("created")

    def _end_expirationdate(self) -> None:
        self.pop("expired")

    _start_keywords, _end_keywords = _start_category, _end_category
    _start_managingeditor, _end_managingeditor = _start_author, _end_author
    _end_issued = _end_pubdate = _end_published
    _end_modified = _end_lastbuilddate = _end_updated


for _handler in dir(feedparser.mixin._FeedParserMixin):  # noqa: SLF001
    if re.match(r"_(?:start|end)_(?:georss|gml|psc|where|tags|dcterms_valid|itunes_keywords|media_keywords)", _handler):
        setattr(_Limits, _handler, _Unread())


class _Strict(feedparser.parsers.strict._StrictFeedParser, _Limits):  # type: ignore[misc]  # noqa: SLF001
    """For XML that is well formed."""

    resolve_relative_uris = sanitize_html = False

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        super().unknown_starttag(tag, attrs)
        if self.depth > NESTING:
            raise RefusedDocumentError(sentences.TOO_DEEP)


class _Loose(feedparser.parsers.loose._LooseFeedParser, _Limits, feedparser.html._BaseHTMLProcessor):  # type: ignore[misc]  # noqa: SLF001
    """For everything else."""

    resolve_relative_uris = sanitize_html = False
