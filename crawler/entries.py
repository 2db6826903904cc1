"""From what feedparser found in one entry to a `FetchedEntry`: what is the text, what is the date, who is it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from crawler.dates import moment
from crawler.values import FetchedEntry, RawText

_HALF_ENTITY = re.compile(r"&(\w{1,40});(?==)")


def entry(found: Any, foreign: Callable[[str], struct_time | None], *, rss: bool) -> FetchedEntry:
    """One entry of feedparser's. `foreign` reads the dates that we cannot, and gives them in UTC."""
    contents = [_raw(detail, rss) for detail in _list(found, "content")]
    # Without a summary feedparser answers with the content, but not with what kind of text that is.
    repeated = bool(contents) and not dict.get(found, "summary_detail")
    return FetchedEntry(
        guid=_guid(text_of(found, "id")),
        link=_link(found),
        title=_raw(_detail(found, "title"), rss=False),
        summary=RawText() if repeated else _raw(_detail(found, "summary"), rss),
        content=max(contents, key=lambda raw: len(raw.value), default=RawText()),
        published_at=_when(found, foreign),
    )


def text_of(found: Any, name: str) -> str:
    """A string that stands there under this very name; feedparser would also look under others, with a warning."""
    value = dict.get(found, name)
    return value if isinstance(value, str) else ""


def _link(found: Any) -> str:
    """The page of the entry. feedparser also takes a link of another kind for it, if its address is written as text."""
    link = text_of(found, "link")
    links = [(one.get("rel"), one.get("href")) for one in _list(found, "links") if isinstance(one, dict)]
    pages = [href for rel, href in links if rel == "alternate" and isinstance(href, str) and href]
    if not pages or link in pages or link not in {href for _, href in links}:
        return link
    return pages[-1]


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


def _when(found: Any, foreign: Callable[[str], struct_time | None]) -> datetime | None:
    """When it was published; else when it was changed or made."""
    for name in ("published", "updated", "created"):
        text = text_of(found, name)
        when = moment(text) or _struct(foreign(text))
        if when is not None:
            return when
    return None


def _struct(parts: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError):
        return None


def _detail(found: Any, name: str) -> Any:
    """What kind of text it is stands apart from the text, and may be that of another element with the same name."""
    return {**(dict.get(found, f"{name}_detail") or {}), "value": dict.get(found, name)}


def _list(found: Any, name: str) -> list[Any]:
    value = dict.get(found, name)
    return value if isinstance(value, list) else []
