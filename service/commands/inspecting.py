"""`signaal inspect`: what the program reads in one document, each proposal with its reasons."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import html

from crawler import extract, kinds, reading
from crawler.reading.doubles import Doubles
from crawler.reading.news_kind import eclis, names_article_273f
from crawler.values import FetchedDocument, RawText
from service.app import utc_now
from service.commands.output import console, print_json
from store import export
from store.errors import ConfigurationError
from store.revisions import RevisionText
from store.settings import Settings, known_region
from store.values import AMSTERDAM, DueSource, ExtractedItem, Kind, Reading, Rights, SourceKind

TYPES = {"html": "text/html", "feed": "application/xml", "ics": "text/calendar"}
KINDS = ("html", "feed", "ics", "text", "jsonl")


@dataclass(frozen=True, slots=True)
class Wanted:
    what: str
    kind: str
    published: str
    source_region: str


def inspect(_settings: Settings, wanted: Wanted, *, as_json: bool) -> bool:
    """Print what is read; False when the document holds nothing. Raises ConfigurationError for wrong use."""
    if wanted.kind and wanted.kind not in KINDS:
        raise ConfigurationError(f"{wanted.kind} is not a kind of document; choose {', '.join(KINDS)}.")
    try:
        known_region(wanted.source_region)
        published = datetime.fromisoformat(wanted.published) if wanted.published else None
    except ValueError as error:
        raise ConfigurationError(f"This option cannot be read: {error}.") from None
    if published is not None and published.tzinfo is None:
        raise ConfigurationError("--published needs an offset, as in 2026-11-24T10:00:00+01:00.")
    body = _body(wanted.what)
    kind = wanted.kind or _guess(wanted.what, body)
    rows = list(_rows(kind, body, wanted.source_region, published))
    for row in rows:
        if as_json or kind == "jsonl":
            print_json(row)
        else:
            _show(row)
    return bool(rows)


def _body(what: str) -> bytes:
    if what == "-":
        return sys.stdin.buffer.read()
    if what.startswith(("http://", "https://")):
        raise ConfigurationError(
            "Addresses cannot be inspected yet; save the document to a file, or use `sources check`."
        )
    try:
        return Path(what).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"The file {what} cannot be read: {error.strerror}.") from None


def _guess(what: str, body: bytes) -> str:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:500].lower()
    if what.endswith(".jsonl"):
        return "jsonl"
    if start.startswith(b"begin:vcalendar"):
        return "ics"
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf", b'{"version"', b"{")):
        return "feed"
    return "text"


def _rows(kind: str, body: bytes, region: str, published: datetime | None) -> Iterator[dict[str, Any]]:
    if kind in {"feed", "ics"}:
        yield from (_row(item) for item in _entries(kind, body, region))
        return
    if kind == "jsonl":
        doubles = Doubles()
        for number, line in enumerate(body.decode("utf-8", "replace").splitlines(), 1):
            if line.strip():
                yield _line(number, line, region, doubles)
        return
    title, text = _page(body) if kind == "html" else _plain(body)
    yield _row(_item(title, text, region, published))


def _entries(kind: str, body: bytes, region: str) -> tuple[ExtractedItem, ...]:
    now = utc_now()
    name = SourceKind.FEED if kind == "feed" else SourceKind.CALENDAR
    document = FetchedDocument("https://document.invalid/", body, TYPES[kind], now)
    due = DueSource(
        0, "", "", document.url, name, region, Rights.FULLTEXT_INTERNAL, 1, (), (), {}, None, None, None, 0, ""
    )  # fmt: skip

    def read(title: str, text: str, due: DueSource, _kind: Kind) -> Reading:
        return reading.read(title, text, source_region=due.region, always=True)

    return extract.extracted(kinds.parse(name, document, {}), due, now, read).items


def _line(number: int, line: str, region: str, doubles: Doubles) -> dict[str, Any]:
    try:
        told = json.loads(line)
        title, text = str(told.get("title") or ""), str(told.get("text") or "")
        when = told.get("published_at")
        published = datetime.fromisoformat(when) if when else None
        if published is not None and published.tzinfo is None:
            published = published.replace(tzinfo=AMSTERDAM)
        where = known_region(told.get("source_region") or region)
    except (ValueError, AttributeError) as error:
        raise ConfigurationError(f"Line {number} cannot be read: {error}.") from None
    item = _item(title, text, where, published)
    row = _row(item)
    if item.reading.signature is not None:
        copy, story = doubles.look(number, item.reading.signature, published)
        row |= {
            "duplicate_of": copy[0] if copy else None,
            "same_story_as": story[0] if story else None,
            "likeness_reasons": list(story[1].reasons) if story else [],
        }
    return row


def _page(body: bytes) -> tuple[str, str]:
    """Title and text of a page, as plain as a feed's: extraction of the article itself comes with its own issue."""
    tree = html.document_fromstring(body.decode("utf-8", "replace") or "<html></html>")
    title = extract.plain(RawText(tree.findtext(".//title") or "", html=False))
    main = tree.find(".//body")
    return title, extract.plain(RawText(html.tostring(main, encoding="unicode") if main is not None else "", html=True))


def _plain(body: bytes) -> tuple[str, str]:
    """The first line is the title, the rest the text."""
    title, _, text = extract.plain(RawText(body.decode("utf-8", "replace"), html=False)).partition("\n")
    return title, text


def _item(title: str, text: str, region: str, published: datetime | None) -> ExtractedItem:
    read = reading.read(title, text, source_region=region, always=True)
    excerpt = extract.shorten(" ".join(text.split()), 150)
    return ExtractedItem("", Kind.ARTICLE, "", title, excerpt, text, published, read)


def _row(item: ExtractedItem) -> dict[str, Any]:
    read = item.reading
    text = RevisionText(
        item.kind, item.url, item.title, item.excerpt, item.text, item.published_at,
        read.regions, read.forms, item.event, "", read.language, flags=read.flags, news_kind=read.news_kind,
    )  # fmt: skip
    fields = export.text_fields(text)
    for shown, region in zip(fields["regions"], read.regions, strict=True):
        shown["reasons"] = list(region.reasons)
    for shown, flag in zip(fields["flags"], read.flags, strict=True):
        shown["reason"] = flag.reason
    return {
        "source": None,
        "guid": item.guid or None,
        **fields,
        "text": item.text,
        "found_at": None,
        "relevance": {
            "score": round(read.relevance.score, 4),
            "shown": read.relevance.shown,
            "reasons": list(read.relevance.reasons),
        },
        "form_reasons": {str(found.form): list(found.reasons) for found in read.forms},
        "news_kind_reasons": list(read.news_kind_reasons),
        "eclis": sorted(eclis(f"{item.title}\n{item.text}")),
        "article_273f": names_article_273f(f"{item.title}\n{item.text}"),
        "duplicate_of": None,
        "same_story_as": None,
    }


def _show(row: dict[str, Any]) -> None:
    out = console()
    out.print(row["title"] or "(no title)", style="bold", markup=False)
    where = "queue" if row["relevance"]["shown"] else "pile"
    out.print(
        f"  relevance  {row['relevance']['score']} ({where}): {', '.join(row['relevance']['reasons'])}", markup=False
    )
    for region in row["regions"]:
        place = ", ".join(region[name] for name in ("place", "municipality", "province") if region[name])
        out.print(f"  region     {place} ({region['confidence']:.2f}): {', '.join(region['reasons'])}", markup=False)
    for form, reasons in row["form_reasons"].items():
        out.print(f"  form       {form}: {', '.join(reasons)}", markup=False)
    if row["news_kind"]:
        out.print(f"  news kind  {row['news_kind']}: {', '.join(row['news_kind_reasons'])}", markup=False)
    for flag in row["flags"]:
        out.print(f"  {flag['kind']:11}{flag['text']}: {flag['reason']}", markup=False)
    out.print(f"  language   {row['language'] or 'unknown'}", markup=False)
    if row["event"]:
        out.print(f"  event      {row['event']['starts_at']}, {row['event']['place'] or 'no place'}", markup=False)
