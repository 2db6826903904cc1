"""Reads JSON Feed 1 and 1.1 (jsonfeed.org). `content_text` and `title` are plain text, whatever they look like."""

from __future__ import annotations

import json
from typing import Any

from crawler import sentences
from crawler.dates import moment
from crawler.limits import ENTRIES, JSON_MARKS
from crawler.values import DocumentRead, FetchedEntry, RawText


def looks_like_json(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}


def read(text: str, *, whole: bool = True) -> DocumentRead:
    """Read one document. JSON that is no JSON Feed is not recognised, and what we do not have whole is not read."""
    if not whole:
        return DocumentRead(refused=True, problem=sentences.TOO_LARGE)
    if sum(map(text.count, "[{,:")) > JSON_MARKS:
        return DocumentRead(refused=True, problem=sentences.TOO_MUCH)
    try:
        found = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        claimed = "jsonfeed.org/version" in text[:2000]
        return DocumentRead(recognised=claimed, broken=claimed, problem=sentences.BAD_JSON if claimed else None)
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        return DocumentRead(recognised=False)
    items = [item for item in found["items"] if isinstance(item, dict)]
    if not _is_feed(_text(found.get("version")), items):
        return DocumentRead(recognised=False)
    return DocumentRead(
        entries=tuple(_entry(item) for item in items[:ENTRIES]),
        broken=len(items) < len(found["items"]),
        problem=sentences.NOT_WELL_FORMED if len(items) < len(found["items"]) else None,
        cut=max(len(items) - ENTRIES, 0),
        home=_text(found.get("home_page_url")),
        title=_text(found.get("title")),
    )


def _is_feed(version: str, items: list[dict[str, Any]]) -> bool:
    """By the standard the version is an address at jsonfeed.org. Some write only its number, as other things do too."""
    return "jsonfeed" in version or (version in {"1", "1.0", "1.1"} and bool(items) and all("id" in i for i in items))


def _entry(item: dict[str, Any]) -> FetchedEntry:
    html, plain = _text(item.get("content_html")), _text(item.get("content_text"))
    return FetchedEntry(
        guid=_text(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=RawText(_text(item.get("title"))),
        summary=RawText(_text(item.get("summary"))),
        content=RawText(html, html=True) if html else RawText(plain),
        published_at=moment(_text(item.get("date_published")) or _text(item.get("date_modified"))),
    )


def _text(value: object) -> str:
    """A string as it is, a number as written; everything else says nothing. A lone surrogate is no letter."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return str(value)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
