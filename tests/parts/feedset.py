"""The feeds of the shared corpus: every document, how it was served, and what must come out where the set says it.

Three projects wrote them down in three ways: feedparser as an expression after `Expect:` in the first comment (with the
HTTP headers after `Header:`), gofeed as JSON beside the document, reader not at all.
"""

from __future__ import annotations

import ast
import calendar
import io
import json
import re
import time
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import feedparser

from tests.parts.corpus import corpus

SERVER = "http://127.0.0.1:8097/"
"""Where feedparser's own tests serve their documents; some of what they expect begins with it."""
TITLE, LINK, PUBLISHED, UPDATED, CREATED = "title", "link", "published", "updated", "created"
_HEADER = re.compile(r"^Header:\s*([\w-]+):[ \t]*([^\r\n]*)", re.MULTILINE)
_EXPECT = re.compile(r"^\s*Expect:\s*(.+)$", re.MULTILINE)
_WIDE = {b"\0\0": "utf-32-be", b"\0<": "utf-16-be", b"<\0": "utf-16-le"}
_SAME = {"date": UPDATED, "modified": UPDATED, "issued": PUBLISHED}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One value that the set holds: of which entry, what, and the text or moment that must come out."""

    entry: int
    field: str
    value: str | datetime


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """One document. `count` is how many entries it must give, where the set says so."""

    name: str
    body: bytes
    headers: dict[str, str]
    wanted: tuple[Wanted, ...] = ()
    count: int | None = None

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "application/xml")

    @property
    def url(self) -> str:
        return SERVER + self.name


@cache
def documents() -> tuple[FeedDocument, ...]:
    """Every document of the feed set, in the order of their names; what describes one is not one."""
    root = corpus() / "feeds"
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.name != "LICENSE")
    return tuple(_document(path, root) for path in files if not _describes(path))


def judged(document: FeedDocument) -> Any:
    """What feedparser itself makes of it, by its front door and with its default settings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        headers = {"content-type": document.content_type, "content-location": document.url} | document.headers
        return feedparser.parse(io.BytesIO(document.body), response_headers=headers)


def _describes(path: Path) -> bool:
    """Is this the expected parse of the document beside it?"""
    if path.suffix != ".json":
        return False
    return path.with_suffix(".xml").exists() or path.stem.endswith("_expected")


def _document(path: Path, root: Path) -> FeedDocument:
    name, body = path.relative_to(root).as_posix(), path.read_bytes()
    if name.startswith("feedparser"):
        text = _text(body)
        headers = {key.lower(): value.strip() for key, value in _HEADER.findall(text.partition("-->")[0])}
        return FeedDocument(name, body, headers, tuple(_expected(text)))
    beside = [path.with_suffix(".json"), path.with_name(f"{path.stem}_expected.json")]
    told = next((file for file in beside if file.exists() and file != path), None)
    headers = {"content-type": "application/feed+json"} if path.suffix == ".json" else {}
    if told is None or not name.startswith("gofeed"):
        return FeedDocument(name, body, headers)
    found = json.loads(told.read_text(encoding="utf-8"))
    entries = found.get("items") or found.get("entries") or []
    wanted = [want for number, entry in enumerate(entries) for want in _of_gofeed(number, entry)]
    return FeedDocument(name, body, headers, tuple(wanted), len(entries))


def _text(body: bytes) -> str:
    return body.decode(_WIDE.get(body[:4].lstrip(b"\xff\xfe")[:2], "utf-8"), "replace").replace("\0", "")


def _expected(text: str) -> list[Wanted]:
    """Every equality in `Expect:` between a constant and a title, link or date of an entry."""
    found = _EXPECT.search(text)
    wanted = []
    for node in ast.walk(ast.parse(found[1].strip(), mode="eval")) if found else ():
        if not isinstance(node, ast.Compare) or not all(isinstance(operator, ast.Eq) for operator in node.ops):
            continue
        sides = [node.left, *node.comparators]
        places = [place for side in sides if (place := _place(side))]
        values = [value for side in sides if not _place(side) and (value := _constant(side)) is not None]
        wanted += [
            Wanted(number, field, made)
            for number, field in places
            for value in values
            if (made := _value(field, value)) is not None
        ]
    return wanted


def _place(node: ast.expr) -> tuple[int, str] | None:
    """Such as `entries[0]['title']`, `entries[0].link` or `entries[1]['title_detail']['value']`."""
    path = re.fullmatch(
        r"entries\[(\d+)\](?:\['(\w+)'\]|\.(\w+))(?P<of>\['value'\])?", ast.unparse(node).replace('"', "'")
    )
    if not path:
        return None
    field = (path[2] or path[3]).removesuffix("_parsed")
    if field.endswith("_detail"):
        field = field.removesuffix("_detail") if path["of"] else ""
    elif path["of"]:
        return None
    field = _SAME.get(field, field)
    return (int(path[1]), field) if field in {TITLE, LINK, PUBLISHED, UPDATED, CREATED} else None


def _constant(node: ast.expr) -> Any:
    """A constant, or texts put together: the set writes `'<!-' + '-'` where a comment would end."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _constant(node.left) + _constant(node.right)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _value(field: str, value: Any) -> str | datetime | None:
    if field in {TITLE, LINK}:
        return value if isinstance(value, str) else None
    parts = feedparser.datetimes._parse_date(value) if isinstance(value, str) else value
    return datetime.fromtimestamp(calendar.timegm(time.struct_time(parts)), UTC)


def _of_gofeed(number: int, entry: dict[str, Any]) -> list[Wanted]:
    links = [link for link in entry.get("links", []) if isinstance(link, dict)]
    first = next((link["href"] for link in links if link.get("rel") == "alternate" and "href" in link), None)
    values = {
        TITLE: entry.get("title"),
        LINK: entry.get("link") or first,
        PUBLISHED: entry.get("publishedParsed") or entry.get("pubDateParsed") or entry.get("date_published"),
        UPDATED: entry.get("updatedParsed") or entry.get("date_modified"),
    }
    if "url" in entry:
        values[LINK] = entry["url"]
    return [
        Wanted(number, field, value if field in {TITLE, LINK} else datetime.fromisoformat(value).astimezone(UTC))
        for field, value in values.items()
        if value
    ]
