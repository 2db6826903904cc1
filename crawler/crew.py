"""One crawl: claim hosts, visit their due sources one after the other, hosts side by side, until nothing is due."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable
from itertools import groupby
from operator import attrgetter

from crawler import sentences
from crawler.leases import Leases
from crawler.limits import LEASE_SECONDS, RENEW_SECONDS
from crawler.lines import Told
from crawler.paging import Paging
from crawler.scrapy_settings import CONCURRENT_HOSTS
from crawler.urls import canonical
from crawler.visit import Visitor, not_visited
from store.values import DueSource

Tell = Callable[[Told], None]
_ASK_AGAIN_SECONDS = 0.5
_CLAIM_APART_SECONDS = 0.02
_LOOK_APART_SECONDS = 1.0


class Crew:
    """`keys` names the sources to visit, None means all that are due. `ends` is the deadline, in monotonic seconds."""

    def __init__(
        self, visitor: Visitor, leases: Leases, tell: Tell, keys: Iterable[str] | None, ends: float = math.inf
    ) -> None:
        self._visitor = visitor
        self._leases = leases
        self._tell = tell
        self._left = None if keys is None else dict.fromkeys(keys)
        self._at_work: set[asyncio.Task[None]] = set()
        self._visited: dict[int, DueSource] = {}
        self._paging = Paging(visitor.fetcher, visitor.parsers, leases, visitor.writer, ends)
        self._claimed_at = self._looked_at = -math.inf
        self._patience_ends: float | None = None

    async def work(self) -> None:
        """Visit everything, and read the pages that are wanted after it. Ends when nothing is left that we may do."""
        renewing = asyncio.create_task(self._visitor.fetcher.turns.keep_renewing())
        try:
            while True:
                more = await self._claim_more()
                await self._look_for_pages(last=not more)
                if self._at_work or self._paging.tasks:
                    await self._wait()
                elif not more:
                    return
        finally:
            tasks = (renewing, *self._at_work, *self._paging.tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _wait(self) -> None:
        """Until a host is done, or a while when only pages are being read: meanwhile something may be due."""
        tasks = self._at_work | self._paging.tasks
        await asyncio.wait(tasks, timeout=RENEW_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in [task for task in self._at_work if task.done()]:
            self._at_work.discard(task)
            task.result()
        self._paging.take_done()
        # Hosts that are done at nearly the same moment are followed up by one claim.
        rest = self._claimed_at + _CLAIM_APART_SECONDS - time.monotonic()
        if rest > 0:
            await asyncio.sleep(rest)

    async def _look_for_pages(self, *, last: bool) -> None:
        if last or time.monotonic() - self._looked_at > _LOOK_APART_SECONDS:
            self._looked_at = time.monotonic()
            await self._paging.look(self._visited)

    async def _claim_more(self) -> bool:
        """Put as many hosts to work as there is room for. False when there is nothing left to visit."""
        room = CONCURRENT_HOSTS - len(self._at_work)
        if room > 0 and (self._left is None or self._left):
            keys = None if self._left is None else list(self._left)
            self._claimed_at = time.monotonic()
            claimed = await asyncio.to_thread(self._leases.claim_due, keys, room)
            for host, group in groupby(sorted(claimed, key=attrgetter("host")), key=attrgetter("host")):
                due = list(group)
                self._visitor.fetcher.turns.took([host])
                for source in due:
                    self._no_longer_left(source.key)
                self._at_work.add(asyncio.create_task(self._visit_host(host, due)))
        if not self._at_work and self._left:
            await self._wait_for_busy()
            return bool(self._left)
        return bool(self._at_work)

    def _no_longer_left(self, key: str) -> None:
        if self._left is not None:
            self._left.pop(key, None)

    async def _visit_host(self, host: str, due: list[DueSource]) -> None:
        for together in sharing(due):
            for source in together:
                self._tell(Told(started=source.key))
            for source, visit in zip(together, await self._visitor.visit(together), strict=True):
                self._tell(Told(visit=visit))
                self._visited[source.id] = source
        # Not in a finally: of a crawl that is called off, the parent first writes down what was in hand.
        await self._visitor.fetcher.turns.leave(host)

    async def _wait_for_busy(self) -> None:
        """The named sources that are left stand on hosts that others hold, or that asked us to wait.

        We wait as long as the lease of a dead crawl can last; a living one takes longer than anybody wants to wait.
        """
        left = list(self._left or ())
        busy = await asyncio.to_thread(self._leases.waiting, left)
        self._patience_ends = self._patience_ends or time.monotonic() + LEASE_SECONDS + RENEW_SECONDS
        asked = bool(busy) and all(host.asked for host in busy)
        if not asked and time.monotonic() < self._patience_ends:
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
            return
        why = sentences.STILL_ASKED_TO_WAIT if asked else sentences.HOST_BUSY
        for key in left:
            self._no_longer_left(key)
            name = await asyncio.to_thread(self._leases.name_of, key)
            self._tell(Told(visit=not_visited(key, name, why)))


def sharing(due: Iterable[DueSource]) -> list[list[DueSource]]:
    """The sources of one host by address, in the order in which they came: one address is fetched once."""
    found: dict[str, list[DueSource]] = {}
    for source in due:
        found.setdefault(canonical(source.url) or source.url, []).append(source)
    return list(found.values())
