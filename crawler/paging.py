"""The pages of single items, for what their entries did not tell: read after the visits, and never in their way.

An entry is stored before its page is asked for. Pages are fetched by all the rules, one host at a time each, and
started only while there is time for them: what is not read now is still wanted by the next crawl.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crawler.fetch import Fetcher
from crawler.judged import PageJudged
from crawler.leases import Leases
from crawler.limits import PAGES, PAGES_AT_ONCE, TOTAL_SECONDS
from crawler.parsers import ParserEndedError, ParserFaultError, Parsers
from crawler.urls import led_away
from crawler.values import Fetched, FetchFailed
from crawler.writer import Writer
from store import item_pages
from store.errors import SignaalError
from store.values import Cause, DueSource, Outcome, WantedPage

log = logging.getLogger(__name__)

_FOR_GOOD = frozenset({Cause.GONE, Cause.ROBOTS, Cause.REFUSED, Cause.TOO_LARGE, Cause.BOMB})
_KEPT_BYTES = 8 * 1024 * 1024
"""How much of the pages that were fetched is kept for other sources that name the same ones; the oldest go first."""


@dataclass
class _Shelf:
    """Answers by address. Sources of one site often name the same articles, and each is asked for once in a crawl."""

    answers: dict[str, Fetched | FetchFailed] = field(default_factory=dict)
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    bytes: int = 0

    async def get(self, fetcher: Fetcher, url: str) -> Fetched | FetchFailed:
        async with self.locks.setdefault(url, asyncio.Lock()):
            if url not in self.answers:
                self._keep(url, got := await fetcher.get(url))
                return got
            return self.answers[url]

    def _keep(self, url: str, got: Fetched | FetchFailed) -> None:
        if isinstance(got, FetchFailed) and got.outcome is Outcome.RETRY_LATER:
            return
        self.answers[url] = got
        self.bytes += _size(got)
        while self.bytes > _KEPT_BYTES:
            self.bytes -= _size(self.answers.pop(next(iter(self.answers))))


def _size(got: Fetched | FetchFailed) -> int:
    return len(got.body) if isinstance(got, Fetched) else 0


@dataclass
class Paging:
    """The pages of one crawl. `ends` is the moment of its deadline on the monotonic clock."""

    fetcher: Fetcher
    parsers: Parsers
    leases: Leases
    writer: Writer
    ends: float
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    begun: set[int] = field(default_factory=set)
    shelf: _Shelf = field(default_factory=_Shelf)
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PAGES_AT_ONCE))

    async def look(self, visited: dict[int, DueSource]) -> None:
        """Start on the pages that are wanted of sources that were visited. Each source once in a crawl."""
        wanting = await asyncio.to_thread(self.leases.pages_wanted_of) if visited else set()
        for source_id in wanting & (visited.keys() - self.begun):
            self.begun.add(source_id)
            self.tasks.add(asyncio.create_task(self._read_all(visited[source_id])))

    def take_done(self) -> None:
        """Forget the tasks that are over. Raises what ended one."""
        for task in [task for task in self.tasks if task.done()]:
            self.tasks.discard(task)
            task.result()

    async def _read_all(self, due: DueSource) -> None:
        async with self.room:
            for wanted in await asyncio.to_thread(self.leases.pages_wanted, due.id, PAGES):
                if time.monotonic() > self.ends - TOTAL_SECONDS:
                    return
                if not await self._read(due, wanted):
                    return

    async def _read(self, due: DueSource, wanted: WantedPage) -> bool:
        """Read one page. False when its host wants to be left alone."""
        got = await self.shelf.get(self.fetcher, wanted.url)
        if isinstance(got, FetchFailed):
            if got.outcome is Outcome.RETRY_LATER:
                return False
            await self._failed(due, wanted, for_good=got.cause in _FOR_GOOD)
            return True
        if led_away(wanted.url, got.url):
            await self._failed(due, wanted, for_good=True)
            return True
        now = self.leases.clock()
        try:
            read: PageJudged = await self.parsers.call("page", due, wanted, got, now)
        except ParserEndedError:
            # Perhaps it was the parser that was ended, and not the page that ended it: three tries tell.
            await self._failed(due, wanted, for_good=False)
            return True
        except ParserFaultError as error:
            log.error("Reading the page %s failed: %s", wanted.url, error)  # noqa: TRY400 - its own traceback says it
            await self._failed(due, wanted, for_good=False)
            return True

        def store(session: Any) -> None:
            if read.item is None:
                item_pages.page_reserved(session, wanted.item_id)
            else:
                item_pages.add_page(session, wanted.item_id, read.item, due.rights, now)

        await self._write(due, wanted, store)
        return True

    async def _failed(self, due: DueSource, wanted: WantedPage, *, for_good: bool) -> None:
        await self._write(
            due, wanted, lambda session: item_pages.page_failed(session, wanted.item_id, for_good=for_good)
        )

    async def _write(self, due: DueSource, wanted: WantedPage, work: Callable[[Any], None]) -> None:
        try:
            await asyncio.wrap_future(self.writer.write(due.host, work))
        except SignaalError:
            # The database does not answer: that is not about this page.
            raise
        except Exception:
            log.exception("The page %s cannot be stored.", wanted.url)
