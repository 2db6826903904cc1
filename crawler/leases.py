"""The database as the crawl sees it: leases on hosts, what hosts asked of us, robots.txt kept for a day.

Everything here blocks for a moment, so the crawl calls it from a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from crawler.limits import LEASE_SECONDS
from store import hosts, sources
from store.database import Store
from store.errors import NotFoundError
from store.hosts import Busy, HostFacts
from store.values import DueSource

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Leases:
    """`owner` is the name of this crawl; no two crawls share one."""

    store: Store
    owner: str
    clock: Clock

    def claim_due(self, keys: Iterable[str] | None, limit: int) -> list[DueSource]:
        with self.store.writing() as session:
            return sources.claim_due(
                session, now=self.clock(), owner=self.owner, lease_seconds=LEASE_SECONDS, keys=keys, limit=limit
            )

    def waiting(self, keys: Iterable[str]) -> list[Busy]:
        with self.store.reading() as session:
            return sources.waiting_hosts(session, now=self.clock(), owner=self.owner, keys=keys)

    def name_of(self, key: str) -> str:
        """What people call a source; its key when it is gone."""
        with self.store.reading() as session:
            try:
                return sources.get(session, key).name
            except NotFoundError:
                return key

    def claim(self, key: str) -> HostFacts | Busy | None:
        """The facts of a host that is ours now; how it is busy; or None when it was busy but is free by now."""
        now = self.clock()
        with self.store.writing() as session:
            if hosts.claim_host(session, key, owner=self.owner, now=now, lease_seconds=LEASE_SECONDS):
                return hosts.facts(session, key)
            found = hosts.busy(session, [key], owner=self.owner, now=now)
        return found[0] if found else None

    def renew(self) -> set[str]:
        """Lengthen all leases; returns the hosts that are still ours."""
        with self.store.writing() as session:
            return hosts.renew(session, self.owner, now=self.clock(), lease_seconds=LEASE_SECONDS)

    def release(self, key: str, used_at: datetime | None) -> None:
        with self.store.writing() as session:
            hosts.release(session, self.owner, [key], used={} if used_at is None else {key: used_at})

    def release_all(self) -> None:
        with self.store.writing() as session:
            hosts.release(session, self.owner)

    def facts(self, key: str) -> HostFacts | None:
        with self.store.reading() as session:
            return hosts.facts(session, key)

    def keep_robots(self, key: str, status: int, text: str | None) -> None:
        with self.store.writing() as session:
            hosts.keep_robots(session, key, status, text, self.clock())
