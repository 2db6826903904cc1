"""Sources that are a sitemap (sitemaps.org 0.9): a list of pages, a Google News sitemap, or an index of sitemaps.

News entries carry their title and date. Every other address is a lead: its page must be read before there is anything
to tell. A sitemap may name a whole archive, so only what changed lately counts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from urllib.parse import urljoin, urlsplit

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field

from crawler import sentences
from crawler.article import read_article
from crawler.dates import moment
from crawler.documents import RefusedDocumentError, as_utf8, decoded, prepared
from crawler.htmltree import html_text, looks_like_html
from crawler.limits import ENTRIES
from crawler.unpack import TooLargeError, UnpackError, unpacked
from crawler.urls import canonical
from crawler.values import DocumentRead, FetchedDocument, FetchedEntry, Lead, RawText
from store.values import Cause

name = "sitemap"
LEADS = True

CHILDREN = 5
"""How many sitemaps of an index are read at one visit."""
PAGES = 200
"""How many pages without a title one sitemap may hand on; the rest is counted."""

_GZIP = b"\x1f\x8b"
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?(urlset|sitemapindex)[\s>/]")
_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:url|sitemap)\s{0,9}>")
_FIELDS = frozenset({"loc", "lastmod", "title", "publication_date"})
_NEWS = re.compile(r"news|nieuws", re.IGNORECASE)
_ASIDE = re.compile(r"image|video|categor|tag|author|auteur|attachment|product|page[-_]|pagina|static", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Options(BaseModel):
    """`include` and `exclude` are parts of an address, such as "/nieuws/", or patterns with stars.

    With `include` an address must match one of them. `days` is how long ago a page may have changed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    include: tuple[str, ...] = Field((), max_length=50)
    exclude: tuple[str, ...] = Field((), max_length=50)
    days: int = Field(14, ge=1, le=3650)

    def wants(self, url: str) -> bool:
        """Whether these patterns let an address through."""
        if any(_matches(url, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(_matches(url, pattern) for pattern in self.include)


@dataclass(frozen=True, slots=True)
class _Line:
    """One `url` or `sitemap` element, as written."""

    url: str
    lastmod: datetime | None = None
    title: str = ""
    published_at: datetime | None = None


def parse(document: FetchedDocument, options: Options) -> DocumentRead:
    """Read a sitemap, newest first; of an index, the addresses of the sitemaps that changed last."""
    try:
        text = _text(document)
        root = _ROOT.match(text)
        if root is None:
            return DocumentRead(recognised=False)
    except RefusedDocumentError as refusal:
        return DocumentRead(refused=True, problem=str(refusal), cause=Cause.BOMB)
    except TooLargeError:
        return DocumentRead(refused=True, problem=sentences.TOO_LARGE, cause=Cause.BOMB)
    except UnpackError:
        return DocumentRead(broken=True, problem=sentences.NOT_UNPACKED, cause=Cause.MALFORMED)
    closed = f"{root[1]}>" in text[-200:]
    lines = _lines(text if closed else _whole_lines(text), document.url)
    found = _children(lines, document, options) if root[1] == "sitemapindex" else _pages(lines, document, options)
    if closed:
        return found
    return DocumentRead(
        entries=found.entries, leads=found.leads, cut=found.cut, broken=True, problem=sentences.CUT_OFF, cause=Cause.CUT
    )


def follow(lead: Lead, document: FetchedDocument, options: Options) -> DocumentRead:
    """Read what a lead led to: a sitemap of an index, or a page, of which one entry comes."""
    told = parse(document, options)
    if told.recognised or told.refused:
        # An index inside an index is against the standard, and a way to keep us busy.
        return told if not _is_index(document) else DocumentRead(recognised=False)
    if not looks_like_html(html_text(document)):
        return DocumentRead(recognised=False)
    page = read_article(document)
    entry = FetchedEntry(
        guid=lead.known,
        link=page.url,
        title=RawText(page.title or lead.title),
        content=RawText(page.text),
        published_at=page.published_at,
        author=page.author,
        section=page.section,
    )
    return DocumentRead(entries=(entry,), reserved=page.reserved)


def _text(document: FetchedDocument) -> str:
    body = document.body
    if body.startswith(_GZIP):
        # A file that is packed, not an answer that is: `Content-Encoding` says nothing about it.
        body = unpacked(body, "gzip")
    text, _ = decoded(body, document.content_type)
    return prepared(text) if _ROOT.search(text[:20_000]) else ""


def _whole_lines(text: str) -> str:
    """A cut document up to its last whole entry: half an address is another address."""
    ends = [found.end() for found in _END.finditer(text)]
    return text[: ends[-1]] if ends else ""


def _is_index(document: FetchedDocument) -> bool:
    root = _ROOT.match(_text(document))
    return root is not None and root[1] == "sitemapindex"


def _lines(text: str, url: str) -> Iterator[_Line]:
    """Every entry of the document, without ever holding more than one of them as a tree."""
    walk = etree.iterparse(
        io.BytesIO(as_utf8(text)),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in walk:
        fields: dict[str, str] = {}
        for node in element.iter():
            field = etree.QName(node).localname if isinstance(node.tag, str) else ""
            if field in _FIELDS and node.text and "image" not in str(node.tag) and "video" not in str(node.tag):
                fields.setdefault(field, node.text.strip()[:2000])
        element.clear()
        # What was read before hangs on to its parent otherwise, and fifty thousand of them are a lot.
        while element.getprevious() is not None:
            del element.getparent()[0]
        address = _address(fields.get("loc", ""), url)
        if address:
            yield _Line(
                url=address,
                lastmod=moment(fields.get("lastmod", "")),
                title=fields.get("title", ""),
                published_at=moment(fields.get("publication_date", "")),
            )


def _address(loc: str, url: str) -> str:
    try:
        return canonical(urljoin(url, loc)) if loc else ""
    except ValueError:
        return ""


def _pages(lines: Iterator[_Line], document: FetchedDocument, options: Options) -> DocumentRead:
    news: dict[str, _Line] = {}
    bare: dict[str, _Line] = {}
    since = document.fetched_at - timedelta(days=options.days)
    for line in lines:
        if not options.wants(line.url):
            continue
        if line.title:
            news.setdefault(line.url, line)
        elif line.lastmod is None or line.lastmod >= since:
            bare.setdefault(line.url, line)
    titled = sorted(news.values(), key=lambda line: line.published_at or line.lastmod or _NEVER, reverse=True)
    leads = sorted(bare.values(), key=lambda line: line.lastmod or _NEVER, reverse=True)
    return DocumentRead(
        entries=tuple(
            FetchedEntry(link=line.url, title=RawText(line.title), published_at=line.published_at)
            for line in titled[:ENTRIES]
        ),
        leads=tuple(Lead(line.url, line.lastmod, known=line.url) for line in leads[:PAGES]),
        cut=max(len(titled) - ENTRIES, 0) + max(len(leads) - PAGES, 0),
    )


def _children(lines: Iterator[_Line], document: FetchedDocument, options: Options) -> DocumentRead:
    """The sitemaps of an index that are worth a visit. One that has not changed for long holds nothing new."""
    since = document.fetched_at - timedelta(days=options.days)
    ranked = sorted({line.url: line for line in lines}.values(), key=_urgency, reverse=True)
    fresh = [line for line in ranked if line.lastmod is None or line.lastmod >= since]
    chosen = fresh[:CHILDREN] or ranked[:1]
    return DocumentRead(leads=tuple(Lead(line.url, line.lastmod) for line in chosen))


def _urgency(line: _Line) -> tuple[bool, bool, datetime, tuple[int, ...]]:
    """Sitemaps of news before others, of pictures and categories last; then the newest, by date or by number."""
    path = urlsplit(line.url).path
    numbers = tuple(int(number[:9]) for number in _NUMBERS.findall(path))
    return not _ASIDE.search(path), bool(_NEWS.search(path)), line.lastmod or _NEVER, numbers


def _matches(url: str, pattern: str) -> bool:
    if "*" not in pattern:
        return pattern in url
    return fnmatchcase(url, pattern) or fnmatchcase(urlsplit(url).path, pattern)
