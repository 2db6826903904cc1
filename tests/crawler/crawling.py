"""What the crawler's tests share: a store to crawl into, sources to add, and a fetcher inside this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import AsyncCrawlerRunner
from sqlmodel import select

from crawler.child import Shell
from crawler.fetch import Fetcher
from crawler.guard import Guard
from crawler.leases import Leases
from crawler.scrapy_settings import scrapy_settings
from store import sources
from store.database import Store
from store.settings import Settings, SourceSettings
from store.tables import Item
from store.values import SourceKind
from store.visits import VisitView


def add(store: Store, now: datetime, url: str, key: str = "bron", **values: Any) -> None:
    """Add one source that is due now."""
    kind = values.pop("kind", SourceKind.FEED)
    with store.writing() as session:
        sources.add(session, SourceSettings(key=key, name=f"Bron {key}", url=url, kind=kind, **values), now)


def add_world(store: Store, now: datetime, told: Iterable[Any]) -> None:
    for source in told:
        add(store, now, source.url, source.key, kind=source.kind, region=source.region, rights=source.rights)


def items_of(store: Store) -> list[tuple[str, str]]:
    """Source key and guid of every item, in order."""
    with store.reading() as session:
        keys = {view.id: view.key for view in sources.list_all(session)}
        return sorted((keys[item.source_id], item.guid) for item in session.exec(select(Item)))


def last_visit(store: Store, key: str = "bron") -> VisitView:
    with store.reading() as session:
        found = sources.get(session, key).last
    assert found is not None, f"The source {key} has no visit; was it claimed?"
    return found


def with_fetcher(
    settings: Settings, store: Store, now: datetime, work: Callable[[Fetcher], Awaitable[Any]], owner: str = "toets"
) -> Any:
    """Run `work` with a real fetcher in this process, as the crawl process does, and give back what it returns."""
    guard = Guard(settings.crawl.allow_addresses, settings.crawl.nameserver)
    began = monotonic()
    leases = Leases(store, owner, lambda: now + timedelta(seconds=monotonic() - began))
    result: list[Any] = []

    async def inside(engine: ExecutionEngine) -> None:
        fetcher = Fetcher(engine, leases, guard, settings.user_agent, settings.crawl.delay_seconds)
        result.append(await work(fetcher))

    async def crawl() -> None:
        crawler = AsyncCrawlerRunner(scrapy_settings(guard, settings.user_agent)).create_crawler(Shell)
        await crawler.crawl_async(work=inside)
        assert isinstance(crawler.spider, Shell)
        if crawler.spider.fault is not None:
            raise crawler.spider.fault

    try:
        asyncio.run(crawl())
    finally:
        leases.release_all()
    return result[0]
