"""The crawl process: `python -m crawler.child`, started by `crawler/run.py`, with its job on standard input.

A process of its own, and a short one: a fresh event loop, a hard time limit, memory given back, and no scrapy in the
web process. It ends when its standard input closes, so it never outlives the process that wanted it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import scrapy
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import AsyncCrawlerRunner

from crawler.crew import Crew
from crawler.discovery import discovered
from crawler.fetch import Fetcher
from crawler.guard import Guard
from crawler.leases import Leases
from crawler.lines import Job, Told
from crawler.parsers import Parsers
from crawler.scrapy_settings import scrapy_settings
from crawler.trying import inspected, tried
from crawler.visit import Visitor
from crawler.writer import Writer
from store.database import open_store
from store.errors import SignaalError

log = logging.getLogger(__name__)

EXIT_DEADLINE = 3

Work = Callable[[ExecutionEngine], Awaitable[None]]


class Shell(scrapy.Spider):
    """Gives our own code the life of a spider: it works while `start` runs, and the engine closes behind it."""

    name = "signaal"

    def __init__(self, work: Work, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.work = work
        self.fault: BaseException | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Work, and ask the engine for nothing: requests are made one by one, by `crawler/fetch.py`."""
        engine = self.crawler.engine
        assert engine is not None  # noqa: S101 - start is called by the engine
        try:
            await self.work(engine)
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and go on; `crawl` raises it
            self.fault = error
        no_requests: tuple[Any, ...] = ()
        for request in no_requests:
            yield request


async def crawl(job: Job, leases: Leases, writer: Writer, tell: Callable[[Told], None]) -> None:
    """Do the job: visit sources, or try one address out. Raises TimeoutError at the deadline."""
    guard = Guard(job.allow_addresses, job.nameserver)
    parsers = Parsers()

    async def work(engine: ExecutionEngine) -> None:
        fetcher = Fetcher(engine, leases, guard, job.user_agent, job.delay_seconds)
        if job.try_url is not None:
            told = await tried(fetcher, parsers, job.try_url, job.try_kind, job.try_options, leases.clock)
            tell(Told(tried=told))
            return
        if job.inspect is not None:
            tell(Told(inspected=await inspected(fetcher, parsers, job.inspect, leases.clock)))
            return
        if job.discover_url is not None:
            found = await discovered(
                fetcher, leases, parsers, job.discover_url, lambda candidate: tell(Told(tried=candidate))
            )
            tell(Told(discovered=found))
            return
        # Counted from when the crawl was wanted: starting this process is part of it.
        left = max(job.deadline_seconds - (time.monotonic() - job.began), 1.0)
        ends = time.monotonic() + left
        async with asyncio.timeout(left):
            await Crew(Visitor(fetcher, leases, parsers, writer), leases, tell, job.keys, ends).work()

    runner = AsyncCrawlerRunner(scrapy_settings(guard, job.user_agent))
    crawler = runner.create_crawler(Shell)
    try:
        await runner.crawl(crawler, work=work)
    finally:
        await parsers.close()
    spider = crawler.spider
    if isinstance(spider, Shell) and spider.fault is not None:
        raise spider.fault


def main() -> int:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="crawl: %(levelname)s: %(message)s")
    told = sys.stdin.readline()
    if not told.endswith("\n"):
        # Whoever wanted this crawl was killed before it had said what.
        return 1
    job = Job.model_validate_json(told)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    store = open_store(job.store_url)
    writer = Writer(store)
    leases = Leases(store, job.owner, job.clock, writer)
    try:
        asyncio.run(crawl(job, leases, writer, _tell))
        leases.release_all()
    except TimeoutError:
        # The hosts stay claimed: the parent writes down what was in hand while it still may, and gives them back.
        return EXIT_DEADLINE
    except SignaalError as error:
        # A full disk, or a database that is gone: no mistake of ours, so a sentence and no traceback.
        log.error("%s", error)  # noqa: TRY400 - as said
        return 1
    return 0


def _tell(told: Told) -> None:
    sys.stdout.write(told.model_dump_json(exclude_none=True) + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    """Standard input closes when the parent process ends, however it ends. Nothing is saved: all is in the database."""
    while sys.stdin.read(4096):
        pass
    os._exit(1)


if __name__ == "__main__":
    # Threads may still be at work on a source whose visit was called off; nobody waits for them.
    code = main()
    sys.stdout.flush()
    os._exit(code)
