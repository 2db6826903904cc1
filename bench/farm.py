"""A loopback farm of feeds for the benches: N feeds of 20 entries, about 33 KB each, gzip, with ETag.

Run as a process of its own, so that serving costs nothing in the measured one: `python -m bench.farm COUNT`. It prints
its port. Feed number n lives at http://127.0.0.{1 + n % 50}:PORT/feed/{n}.xml: fifty hosts, so that one request at a
time to a host does not decide the speed.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

HOSTS = 50
ENTRIES = 20
SEED = 20261124
WORDS = [
    "de",
    "politie",
    "heeft",
    "dinsdag",
    "in",
    "een",
    "bedrijf",
    "inval",
    "gedaan",
    "nadat",
    "er",
    "signalen",
    "waren",
    "over",
    "mensen",
    "die",
    "lange",
    "dagen",
    "werken",
    "gemeente",
    "inspectie",
    "verdachte",
    "slachtoffers",
    "opvang",
    "arbeidsuitbuiting",
    "straat",
    "wijk",
    "onderzoek",
    "rechtbank",
    "eis",
    "maanden",
    "cel",
    "volgens",
    "officier",
    "justitie",
    "regio",
    "provincie",
    "avond",
    "ochtend",
    "buurt",
    "melding",
    "hulp",
    "verkeer",
    "weer",
    "markt",
    "school",
    "brand",
    "sport",
]


def feed(number: int) -> bytes:
    """RSS 2.0, deterministic."""
    draw = random.Random(SEED + number)
    entries = []
    for position in range(ENTRIES):
        title = " ".join(draw.choices(WORDS, k=9)).capitalize()
        text = " ".join(draw.choices(WORDS, k=220))
        entries.append(
            f"<item><title>{title}</title><link>http://127.0.0.1/{number}/{position}</link>"
            f"<guid>feed-{number}-{position}</guid><pubDate>Mon, 23 Nov 2026 {position:02d}:00:00 +0100</pubDate>"
            f"<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
        )
    head = f"<title>Proef {number}</title><link>http://127.0.0.1/</link><description>Proef</description>"
    whole = (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{"".join(entries)}</channel></rss>'
    )
    return whole.encode()


def address(port: int, number: int) -> str:
    return f"http://127.0.0.{1 + number % HOSTS}:{port}/feed/{number}.xml"


async def serve(count: int) -> None:
    bodies = {str(number): gzip.compress(feed(number), 6, mtime=0) for number in range(count)}

    async def answer(request: web.Request) -> web.Response:
        number = request.match_info["number"]
        etag = f'"feed-{number}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(
            body=bodies[number],
            headers={"ETag": etag, "Content-Encoding": "gzip", "Content-Type": "application/rss+xml"},
        )

    async def robots(_request: web.Request) -> web.Response:
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/feed/{number}.xml", answer)
    app.router.add_get("/robots.txt", robots)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    first = web.TCPSite(runner, "127.0.0.1", 0)
    await first.start()
    port = runner.addresses[0][1]
    for host in range(2, HOSTS + 1):
        await web.TCPSite(runner, f"127.0.0.{host}", port).start()
    print(port, flush=True)
    await asyncio.Event().wait()


@contextmanager
def running(count: int) -> Iterator[int]:
    """The farm in a process of its own; gives its port."""
    process = subprocess.Popen([sys.executable, "-m", "bench.farm", str(count)], stdout=subprocess.PIPE, text=True)
    try:
        yield int((process.stdout or sys.stdin).readline())
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
