"""The loopback world: one web server per made-up source, with feeds, article pages, a calendar and robots.txt.

What a source says can change while it runs (`change`, `add`, `remove`, and the same for events), and every request
is remembered, so that a test can prove how politely it was visited.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Self

from service.demo import content
from service.demo.agenda import Gathering
from service.demo.content import Article
from service.demo.feeds import WRITERS
from service.demo.server import Answer, Asked, Listener, Seen
from service.demo.site import AGENDA_PATH, Site, WorldSource, answer
from store.values import Rights, SourceKind

SEED = 20261124


class World:
    """A running world: `World.start` puts it up, `stop` takes it down; it is also a context manager."""

    def __init__(self, now: datetime, seed: int, address: str, thinks: float) -> None:
        self.now = now
        self._address = address
        self._thinks = thinks
        self._lock = threading.Lock()
        self._changes = 0
        self._sites: dict[str, Site] = {}
        self._listeners: dict[str, Listener] = {}
        for publisher in content.publishers(now, seed):
            self._open_feed(publisher)
        self._agenda = self._open_calendar(content.organiser(now))

    @classmethod
    def start(cls, now: datetime, *, seed: int = SEED, address: str = "127.0.0.1", thinks: float = 0.0) -> World:
        """Put the whole world up on free ports of `address`. `thinks` is how many seconds each answer takes."""
        return cls(now, seed, address, thinks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close all servers, also in the middle of an answer."""
        for listener in self._listeners.values():
            listener.stop()

    @property
    def sources(self) -> tuple[WorldSource, ...]:
        """All sources, the news by name first and the calendar last."""
        return tuple(site.source for site in self._sites.values())

    @property
    def requests(self) -> tuple[Seen, ...]:
        """What was asked of all servers together, by the moment it came in."""
        seen = [line for listener in self._listeners.values() for line in listener.requests]
        return tuple(sorted(seen, key=lambda line: line.started))

    def source(self, key: str) -> WorldSource:
        """One source by its key."""
        return self._sites[key].source

    def url(self, path: str = "/", source: str | None = None) -> str:
        """The absolute address of a path on the site of a source; without one, on that of the first."""
        return self._listeners[source or next(iter(self._listeners))].url(path)

    def articles(self, source: str) -> tuple[Article, ...]:
        """What a source tells at this moment, newest first."""
        with self._lock:
            return self._sites[source].newest_first()

    def gatherings(self) -> tuple[Gathering, ...]:
        """What the calendar holds at this moment."""
        with self._lock:
            return tuple(self._agenda.gatherings.values())

    def change(self, source: str, slug: str, **fields: Any) -> Article:
        """Let a source tell an item differently: any field of `Article` but its slug."""
        with self._lock:
            self._changes += 1
            articles = self._sites[source].articles
            articles[slug] = replace(articles[slug], **fields)
            return articles[slug]

    def add(self, source: str, article: Article) -> None:
        """Let a source bring one more item."""
        with self._lock:
            self._changes += 1
            self._sites[source].articles[article.slug] = article

    def remove(self, source: str, slug: str) -> None:
        """Let a source drop an item from its feed and its site."""
        with self._lock:
            self._changes += 1
            del self._sites[source].articles[slug]

    def change_event(self, uid: str, **fields: Any) -> Gathering:
        """Let the calendar change an event; its SEQUENCE goes up by itself."""
        with self._lock:
            self._changes += 1
            old = self._agenda.gatherings[uid]
            self._agenda.gatherings[uid] = replace(old, sequence=old.sequence + 1, **fields)
            return self._agenda.gatherings[uid]

    def cancel(self, uid: str) -> Gathering:
        """Let the calendar say that an event is off."""
        return self.change_event(uid, status="CANCELLED")

    def add_event(self, gathering: Gathering) -> None:
        """Let the calendar hold one more event."""
        with self._lock:
            self._changes += 1
            self._agenda.gatherings[gathering.uid] = gathering

    def remove_event(self, uid: str) -> None:
        """Let an event disappear from the calendar without a word."""
        with self._lock:
            self._changes += 1
            del self._agenda.gatherings[uid]

    def _open_feed(self, told: content.Publisher) -> None:
        site = self._open(told, SourceKind.FEED, WRITERS[told.dialect][1])
        site.dialect = told.dialect
        site.articles = {article.slug: article for article in told.articles}

    def _open_calendar(self, told: content.Organiser) -> Site:
        site = self._open(told, SourceKind.CALENDAR, AGENDA_PATH)
        site.gatherings = {gathering.uid: gathering for gathering in told.gatherings}
        return site

    def _open(self, told: content.Publisher | content.Organiser, kind: SourceKind, path: str) -> Site:
        listener = Listener(lambda asked: self._answer(told.key, asked), address=self._address)
        source = WorldSource(told.key, told.name, listener.url(path), kind, told.region, Rights(told.rights))
        self._listeners[told.key] = listener
        self._sites[told.key] = Site(source, listener.url(""))
        return self._sites[told.key]

    def _answer(self, key: str, asked: Asked) -> Answer:
        with self._lock:
            modified = self.now + timedelta(seconds=self._changes)
            said = answer(self._sites[key], asked.path, modified)
        return replace(said, after=self._thinks)
