"""The bare loop: aiohttp, feedparser in two processes, SQLite. What a crawl of feeds costs when nothing else is done.

No robots, no guard, no leases, no reading, no history of visits; durable like the others: WAL, synchronous=FULL, one
transaction a feed.
"""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import aiohttp
import feedparser
import pysqlite3

from bench.dutch import CHANGED_MARK
from bench.sides.obeying import digest, number_of, obey

AT_ONCE = 32
SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE feed (url TEXT PRIMARY KEY, etag TEXT, visited INTEGER NOT NULL DEFAULT 0);
CREATE TABLE entry (url TEXT, guid TEXT, title TEXT, link TEXT, text TEXT, published TEXT, PRIMARY KEY (url, guid));
"""


def parsed(body: bytes) -> list[tuple[str, str, str, str, str]]:
    """Guid, title, link, text and date of every entry."""
    return [
        (e.get("id", ""), e.get("title", ""), e.get("link", ""), e.get("summary", ""), e.get("published", ""))
        for e in feedparser.parse(body).entries
    ]


async def cycle(database: pysqlite3.Connection, pool: ProcessPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    limit = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession() as session:

        async def one(url: str, etag: str | None) -> None:
            async with limit, session.get(url, headers={"If-None-Match": etag} if etag else {}) as answer:
                if answer.status == 304:
                    database.execute("UPDATE feed SET visited = visited + 1 WHERE url = ?", (url,))
                    return
                body = await answer.read()
                entries = await loop.run_in_executor(pool, parsed, body)
                database.execute("BEGIN IMMEDIATE")
                database.executemany(
                    "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET title = excluded.title, text = excluded.text",
                    [(url, *entry) for entry in entries],
                )
                database.execute(
                    "UPDATE feed SET visited = visited + 1, etag = ? WHERE url = ?", (answer.headers["ETag"], url)
                )
                database.execute("COMMIT")

        feeds = database.execute("SELECT url, etag FROM feed").fetchall()
        await asyncio.gather(*(one(url, etag) for url, etag in feeds))


def main() -> None:
    database = pysqlite3.connect(str(Path(sys.argv[1]) / "bare.db"), isolation_level=None)
    database.executescript(SCHEMA)

    def prepare(addresses: list[str]) -> None:
        database.executemany("INSERT INTO feed (url) VALUES (?)", [(address,) for address in addresses])

    def phase(_name: str) -> None:
        with ProcessPoolExecutor(2) as pool:
            asyncio.run(cycle(database, pool))

    def held() -> dict[str, object]:
        entries = database.execute("SELECT url, guid, title FROM entry").fetchall()
        return {
            "entries": len(entries),
            "digest": digest((number_of(url), guid) for url, guid, _ in entries),
            "changed": sum(title.startswith(CHANGED_MARK) for _, _, title in entries),
            "failed": 0,
        }

    obey(prepare, phase, held)


if __name__ == "__main__":
    main()
