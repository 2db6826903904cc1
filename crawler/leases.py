"""The database as the crawl sees it: leases on hosts, what hosts asked of us, robots.txt kept for a day.

Everything here blocks for a moment, so the crawl calls it from a thread. What is written goes through the one writer of
the crawl, together with what others write at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from crawler.limits import LEASE_SECONDS
from crawler.writer import Writer
from store import hosts, item_pages, items, sources
from store.database import Store
from store.errors import NotFoundError
from store.hosts import Busy, HostFacts
from store.values import DueSource, WantedPage

Clock = Callable[[], datetime]
T = TypeVar("T")


@dataclass(frozen=True)
class Leases:
    """`owner` is the name of this crawl; no two crawls share one. Without a writer each call is its own transaction."""

    store: Store
    owner: str
    clock: Clock
    writer: Writer | None = None

    def _write(self, host: str, work: Callable[[Any], T]) -> T:
        if self.writer is not None:
            return self.writer.write(host, work).result()
        with self.store.writing() as session:
            return work(session)

    def claim_due(self, keys: Iterable[str] | None, limit: int) -> list[DueSource]:
        wanted = None if keys is None else list(keys)

        def work(session: Any) -> list[DueSource]:
            return sources.claim_due(
                session, now=self.clock(), owner=self.owner, lease_seconds=LEASE_SECONDS, keys=wanted, limit=limit
            )

        return self._write("", work)

    def waiting(self, keys: Iterable[str]) -> list[Busy]:
        with self.store.reading() as session:
            return sources.waiting_hosts(session, now=self.clock(), owner=self.owner, keys=keys)

    def known_guids(self, source_id: int, guids: Iterable[str]) -> dict[str, datetime]:
        """Which of these a source told us before, and when we last saw each."""
        with self.store.reading() as session:
            return items.known_guids(session, source_id, guids)

    def pages_wanted_of(self) -> set[int]:
        """The sources with items whose own page is still to be read."""
        with self.store.reading() as session:
            return item_pages.sources_wanting(session)

    def pages_wanted(self, source_id: int, limit: int) -> list[WantedPage]:
        with self.store.reading() as session:
            return item_pages.pages_wanted(session, source_id, limit)

    def name_of(self, key: str) -> str:
        """What people call a source; its key when it is gone."""
        with self.store.reading() as session:
            try:
                return sources.get(session, key).name
            except NotFoundError:
                return key

    def claim(self, key: str) -> HostFacts | Busy | None:
        """The facts of a host that is ours now; how it is busy; or None when it was busy but is free by now."""

        def work(session: Any) -> HostFacts | Busy | None:
            now = self.clock()
            if hosts.claim_host(session, key, owner=self.owner, now=now, lease_seconds=LEASE_SECONDS):
                return hosts.facts(session, key)
            found = hosts.busy(session, [key], owner=self.owner, now=now)
            return found[0] if found else None

        return self._write(key, work)

    def renew(self) -> set[str]:
        """Lengthen all leases; returns the hosts that are still ours."""
        return self._write(
            "",
            lambda session: hosts.renew(session, self.owner, now=self.clock(), lease_seconds=LEASE_SECONDS),
        )

    def release(self, key: str, used_at: datetime | None) -> None:
        used = {} if used_at is None else {key: used_at}
        self._write(key, lambda session: hosts.release(session, self.owner, [key], used=used))

    def release_all(self) -> None:
        self._write("", lambda session: hosts.release(session, self.owner))

    def facts(self, key: str) -> HostFacts | None:
        with self.store.reading() as session:
            return hosts.facts(session, key)

    def keep_robots(self, key: str, status: int, text: str | None) -> None:
        self._write(key, lambda session: hosts.keep_robots(session, key, status, text, self.clock()))

    def keep_rights(self, key: str, tdm: str | None, ai: str | None, *, complete: bool) -> None:
        """Keep what tdmrep.json and ai.txt said; incomplete means that they must be asked again next time."""
        asked_at = self.clock() if complete else None
        self._write(key, lambda session: hosts.keep_rights(session, key, tdm, ai, asked_at))

    def hold_off(self, key: str, until: datetime) -> None:
        """The host asked to be left alone until then; other crawls must know it too."""
        self._write(key, lambda session: hosts.hold_off(session, key, until))
