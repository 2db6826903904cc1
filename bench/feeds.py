"""Feeds per second, cold and unchanged, against a bare aiohttp fetch of the same feeds in the same run.

`python -m bench.feeds [--feeds 300] [--rounds 3]`. Bare: aiohttp, 16 at a time, bodies unpacked, nothing parsed or
stored. Signaal: `crawler.run_due` with its child process, robots, guard, parsing, reading Dutch, and a durable SQLite.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import sqlalchemy as sa

import crawler
from bench import farm
from store import sources
from store.database import migrate, open_store
from store.settings import SourceSettings, load


async def bare(urls: list[str]) -> float:
    """Seconds to fetch and unpack every address."""
    began = time.perf_counter()
    limit = asyncio.Semaphore(16)
    async with aiohttp.ClientSession() as session:

        async def one(url: str) -> None:
            async with limit, session.get(url) as answer:
                await answer.read()

        await asyncio.gather(*(one(url) for url in urls))
    return time.perf_counter() - began


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ours(port: int, count: int) -> tuple[float, float, float, float]:
    """Wall and CPU seconds cold, then unchanged; counts verified."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(
            '[store]\nurl = "sqlite:///bench.db"\n[crawl]\ndelay_seconds = 0\nallow_addresses = ["127.0.0.0/8"]\n'
        )
        settings = load(config)
        store = open_store(settings.store_url)
        migrate(store)
        now = datetime.now(UTC)
        with store.writing() as session:
            for number in range(count):
                new = SourceSettings(key=f"feed-{number}", name=f"Feed {number}", url=farm.address(port, number))
                sources.add(session, new, now)
        measured = []
        for later in (0, 2):
            before, began = cpu_of_children(), time.perf_counter()
            done = crawler.run_due(settings, store, now=now + timedelta(hours=later))
            measured += [time.perf_counter() - began, cpu_of_children() - before]
            assert len(done.visits) == count, f"{len(done.visits)} visits of {count}"
            assert not done.failed, done.failed[0].sentence
        with store.engine.connect() as connection:
            stored = connection.execute(sa.text("SELECT count(*) FROM item")).scalar_one()
        assert stored == count * farm.ENTRIES, f"{stored} items stored of {count * farm.ENTRIES}"
        store.close()
    return measured[0], measured[1], measured[2], measured[3]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--feeds", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=3)
    chosen = arguments.parse_args()
    with farm.running(chosen.feeds) as port:
        urls = [farm.address(port, number) for number in range(chosen.feeds)]
        rows = [(asyncio.run(bare(urls)), *ours(port, chosen.feeds)) for _ in range(chosen.rounds)]
    reference = statistics.median(row[0] for row in rows)
    print(f"{chosen.feeds} feeds of {farm.ENTRIES} entries, median of {chosen.rounds} rounds")
    print(f"{'':22}{'feeds/s':>9}{'wall s':>9}{'x bare':>9}{'CPU s':>9}")
    print(f"{'bare aiohttp fetch':22}{chosen.feeds / reference:9.0f}{reference:9.2f}{1:9.1f}{'':>9}")
    for name, wall, cpu in (("signaal, cold", 1, 2), ("signaal, unchanged", 3, 4)):
        seconds = statistics.median(row[wall] for row in rows)
        spent = statistics.median(row[cpu] for row in rows)
        print(f"{name:22}{chosen.feeds / seconds:9.0f}{seconds:9.2f}{seconds / reference:9.1f}{spent:9.2f}")


if __name__ == "__main__":
    main()
