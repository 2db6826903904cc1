"""Reads RSS, Atom and RDF with feedparser, and JSON Feed. The one file that imports feedparser.

feedparser is only ever given bytes in memory: handed a string, it would open it as a file or an address. Its
sanitiser is off, because it is not ours (TRUST section 0, facts 1 and 2); `crawler/extract.py` makes plain text.
"""

from __future__ import annotations

import calendar
import io
import re
import time
from datetime import UTC, datetime
from typing import Any

import feedparser

from crawler import jsonfeed, sentences
from crawler.dates import moment
from crawler.documents import DECLARATION, RefusedDocumentError, decoded, prepared, scanned
from crawler.limits import ENTRIES
from crawler.values import DocumentRead, FetchedEntry, RawText

_ENTRY_NAMES = frozenset({"item", "entry"})
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:rss|feed|rdf|channel|cdf|item|entry)[\s>/]", re.IGNORECASE)
_HALF_ENTITY = re.compile(r"&(\w{1,40});(?==)")
_HTML = re.compile(r"\s*<(?:html|head|body|script|div)\b", re.IGNORECASE)


def read(body: bytes, content_type: str, url: str) -> DocumentRead:
    """Read a feed as far as it goes. Never raises for anything that stands in `body`."""
    text, characters_right = decoded(body, content_type)
    if jsonfeed.looks_like_json(text):
        return jsonfeed.read(text)
    try:
        text = prepared(text)
        if not _ROOT.search(text) or _HTML.match(text):
            return DocumentRead(recognised=False)
        document = scanned(text, _ENTRY_NAMES)
    except RefusedDocumentError as refusal:
        return DocumentRead(refused=True, problem=str(refusal))
    found = _parsed(document.text, url)
    if not found.version and not found.entries:
        return DocumentRead(recognised=False)
    problem = _problem(found, characters_right)
    rss = not str(found.version).startswith("atom")
    return DocumentRead(
        entries=tuple(_entry(entry, rss) for entry in found.entries[:ENTRIES]),
        broken=problem is not None,
        problem=problem,
        cut=document.cut,
        home=_text(found.feed, "link"),
        title=_text(found.feed, "title"),
    )


def _parsed(text: str, url: str) -> Any:
    data = (DECLARATION + text).encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    return feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _problem(found: Any, characters_right: bool) -> str | None:
    if found.bozo:
        ended = "no element found" in str(found.get("bozo_exception", ""))
        return sentences.CUT_OFF if ended else sentences.NOT_WELL_FORMED
    return None if characters_right else sentences.BAD_CHARACTERS


def _entry(entry: Any, rss: bool) -> FetchedEntry:
    contents = [_raw(detail, rss) for detail in _list(entry, "content")]
    # Without a summary feedparser answers with the content, but not with what kind of text that is.
    repeated = bool(contents) and not dict.get(entry, "summary_detail")
    return FetchedEntry(
        guid=_guid(_text(entry, "id")),
        link=_text(entry, "link"),
        title=_raw(_detail(entry, "title"), rss=False),
        summary=RawText() if repeated else _raw(_detail(entry, "summary"), rss),
        content=max(contents, key=lambda raw: len(raw.value), default=RawText()),
        published_at=_when(entry),
    )


def _guid(written: str) -> str:
    """The same whether the document was well formed or not: of a broken one feedparser leaves ampersands escaped.

    Otherwise one bad entry in a feed would make all its neighbours come in a second time.
    """
    return _HALF_ENTITY.sub(r"&\1", written.replace("&amp;", "&"))


def _raw(detail: Any, rss: bool) -> RawText:
    """In RSS a text is HTML by custom; elsewhere the document says what it is."""
    value = detail.get("value") if isinstance(detail, dict) else None
    kind = detail.get("type", "") if isinstance(detail, dict) else ""
    return RawText(value if isinstance(value, str) else "", html=rss or "html" in str(kind))


def _when(entry: Any) -> datetime | None:
    for name in ("published", "updated", "created"):
        if not dict.__contains__(entry, name):
            # Asked for a missing one, feedparser would answer with another, and a warning.
            continue
        found = moment(_text(entry, name)) or _struct(dict.get(entry, f"{name}_parsed"))
        if found is not None:
            return found
    return None


def _struct(parts: object) -> datetime | None:
    """What feedparser itself made of a time: a struct in UTC."""
    if not isinstance(parts, time.struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _detail(entry: Any, name: str) -> Any:
    return dict.get(entry, f"{name}_detail") or {"value": dict.get(entry, name)}


def _list(entry: Any, name: str) -> list[Any]:
    found = dict.get(entry, name)
    return found if isinstance(found, list) else []


def _text(entry: Any, name: str) -> str:
    found = dict.get(entry, name)
    return found if isinstance(found, str) else ""
