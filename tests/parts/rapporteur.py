"""Serves the 165 real items of the shared corpus (Nationaal Rapporteur Mensenhandel, 2002-2014) as four feeds.

RSS 2.0, Atom, RDF and JSON Feed, dealt round so that each dialect gets all years. Two items have no title: they are
served without one, with their text. Several items share a title; the number in the corpus keeps them apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from service.demo.feeds import WRITERS, Channel, Entry, html_of
from service.demo.server import Answer, Asked, Listener, Seen
from service.demo.site import WorldSource
from store.values import AMSTERDAM, NETHERLANDS, Rights, SourceKind
from tests.parts.corpus import SIGN, corpus

DIALECTS = ("rss", "atom", "rdf", "json")
NEWEST = datetime(2014, 12, 31, tzinfo=AMSTERDAM)
MOMENT = re.compile(r"(\d{1,2}:\d{2})\s*$")


@dataclass(frozen=True, slots=True)
class ServedFeed:
    """One of the four feeds, with what it tells."""

    source: WorldSource
    entries: tuple[Entry, ...]
    listener: Listener

    @property
    def requests(self) -> tuple[Seen, ...]:
        return self.listener.requests


@contextmanager
def rapporteur(folder: Path | None = None) -> Iterator[tuple[ServedFeed, ...]]:
    """Serve the four feeds, each on a port of its own, and stop them at the end. `folder` is the corpus."""
    items = json.loads(((folder or corpus()) / SIGN).read_text(encoding="utf-8"))
    feeds = [_serve(number, dialect, items) for number, dialect in enumerate(DIALECTS)]
    try:
        yield tuple(feeds)
    finally:
        for feed in feeds:
            feed.listener.stop()


def _serve(number: int, dialect: str, items: list[dict[str, Any]]) -> ServedFeed:
    write, path, media_type = WRITERS[dialect]
    answers: dict[str, Answer] = {"/robots.txt": Answer(body=b"User-agent: *\nAllow: /\n", type="text/plain")}
    missing = Answer(status=404, body=b"<h1>404</h1>")
    listener = Listener(lambda asked: _answer(answers, missing, asked))
    mine = range(number, len(items), len(DIALECTS))
    entries = tuple(_entry(at, items[at], listener.url("")) for at in mine)
    name = f"Rapporteur {dialect.upper()}"
    channel = Channel(name, listener.url("/"), listener.url(path), NEWEST)
    answers[path] = Answer(body=write(channel, entries), type=media_type, modified=NEWEST)
    for entry in entries:
        answers[entry.link.removeprefix(listener.url(""))] = Answer(body=_page(entry))
    source = WorldSource(
        f"rapporteur-{dialect}", name, listener.url(path), SourceKind.FEED, NETHERLANDS, Rights.FULLTEXT_INTERNAL
    )
    return ServedFeed(source, entries, listener)


def _answer(answers: dict[str, Answer], missing: Answer, asked: Asked) -> Answer:
    return answers.get(asked.path, missing)


def _entry(at: int, item: dict[str, Any], base: str) -> Entry:
    """The time stands behind the date in `meta`, in Dutch wall-clock time; without one, noon."""
    found = MOMENT.search(item["meta"] or "")
    published = datetime.fromisoformat(f"{item['date']} {(found.group(1) if found else '12:00').zfill(5)}")
    link = f"{base}/actueel/{item['source']}/{at}"
    return Entry(link, link, item["title"], item["body"], published.replace(tzinfo=AMSTERDAM))


def _page(entry: Entry) -> bytes:
    title = escape(entry.title or "")
    return f"<!doctype html><html lang='nl'><title>{title}</title><h1>{title}</h1>{html_of(entry.text)}</html>".encode()
