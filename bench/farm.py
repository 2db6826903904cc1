"""A loopback farm of feeds: raw asyncio on prepared bytes, in a process of its own, so that serving costs little.

`python -m bench.farm COUNT [--log] [--think SECONDS]` prints its port and then obeys lines on its standard input, each
answered by one line of JSON; it ends when its input does. Feed n lives at
http://127.0.0.{1 + n % 50}:PORT/feed/{n}.xml: fifty hosts, so that one request at a time to a host does not decide the
speed. Whoever measures uses `running`.

With a log, the start and end of every request are kept by the machine's monotonic clock. `ended` is taken just before
the last bytes leave, so a client that comes straight back never seems to overlap with itself.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import uvloop

from bench.documents import document
from bench.dutch import changes

HOSTS = 50
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"
RULES = b"User-agent: *\nDisallow: /geheim\n"


class Page(NamedTuple):
    """`etag` is found in the head of a request that has the page already."""

    etag: bytes
    whole: bytes
    unchanged: bytes


class Visited(NamedTuple):
    """One line of the access log, in seconds of `time.monotonic()`."""

    host: str
    path: str
    started: float
    ended: float


def _page(number: int, *, changed: bool) -> Page:
    told, kind = document(number, changed=changed)
    body = gzip.compress(told, 6, mtime=0)
    etag = f'"f{number}-{int(changed)}"'
    head = f"ETag: {etag}\r\nContent-Type: {kind}\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    return Page(
        etag.encode(),
        b"HTTP/1.1 200 OK\r\n" + head.encode() + body,
        f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode(),
    )


class _State:
    """What is served now, and what was asked since that was said."""

    def __init__(self, count: int, think: float, *, log: bool) -> None:
        self.original = {f"/feed/{number}.xml".encode(): _page(number, changed=False) for number in range(count)}
        tenth = {f"/feed/{n}.xml".encode(): _page(n, changed=True) for n in range(count) if changes(n)}
        self.states = {"original": self.original, "tenth": self.original | tenth}
        self.pages = self.original
        self.think = think
        self.logging = log
        self.port = 0
        self.count = count
        self.log: list[Visited] = []
        self.forget()

    def forget(self) -> None:
        self.log = []
        self.requests = self.unchanged = self.missing = 0
        self.first_at: float | None = None

    def answer(self, head: bytes) -> bytes:
        self.requests += 1
        if self.first_at is None:
            self.first_at = time.monotonic()
        path = head[4 : head.index(b" ", 4)]
        page = self.pages.get(path)
        if page is None:
            return self.rare(path)
        if page.etag in head:
            self.unchanged += 1
            return page.unchanged
        return page.whole

    def rare(self, path: bytes) -> bytes:
        """robots.txt, which some hosts have in the world with a log; and feeds that moved to the next host."""
        if self.logging and path == b"/robots.txt":
            return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(RULES), RULES)
        if path.startswith(b"/moved/"):
            number = int(path[7:-4])
            target = address(self.port, number + 1, f"/feed/{number}.xml")
            return f"HTTP/1.1 301 Moved Permanently\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
        self.missing += 1
        return _NOT_FOUND

    def obey(self, told: str) -> dict[str, Any]:
        command, _, rest = told.partition(" ")
        if command == "serve":
            self.pages = self.states[rest]
            self.forget()
        return {
            "requests": self.requests, "unchanged": self.unchanged, "missing": self.missing,
            "first_at": self.first_at, "log": self.log,
        }  # fmt: skip


class _Connection(asyncio.Protocol):
    def __init__(self, state: _State) -> None:
        self.state = state
        self.rest = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport is one by behaviour, not by descent.
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        data = self.rest + data if self.rest else data
        while (end := data.find(b"\r\n\r\n")) >= 0:
            head, data = data[:end], data[end + 4 :]
            if self.state.logging:
                self._later(head)
            else:
                self.transport.write(self.state.answer(head))
        self.rest = data

    def _later(self, head: bytes) -> None:
        """Think first, so that two requests at once are seen, and write down when it was."""
        started = time.monotonic()

        def finish() -> None:
            answer = self.state.answer(head)
            host = self.transport.get_extra_info("sockname")[0]
            path = head.split(b" ", 2)[1].decode()
            self.state.log.append(Visited(host, path, started, time.monotonic()))
            if not self.transport.is_closing():
                self.transport.write(answer)

        asyncio.get_running_loop().call_later(self.state.think, finish)


def address(port: int, number: int, path: str = "") -> str:
    return f"http://127.0.0.{1 + number % HOSTS}:{port}{path or f'/feed/{number}.xml'}"


async def _serve(state: _State) -> None:
    loop = asyncio.get_running_loop()
    first = await loop.create_server(lambda: _Connection(state), "127.0.0.1", 0, backlog=512)
    state.port = first.sockets[0].getsockname()[1]
    for host in range(2, HOSTS + 1):
        await loop.create_server(lambda: _Connection(state), f"127.0.0.{host}", state.port, backlog=512)
    print(state.port, flush=True)
    ended = loop.create_future()
    waiting = b""

    def read() -> None:
        nonlocal waiting
        got = os.read(0, 65536)
        if not got:
            loop.remove_reader(0)
            ended.set_result(None)
            return
        *lines, waiting = (waiting + got).split(b"\n")
        for line in lines:
            print(json.dumps(state.obey(line.decode())), flush=True)

    loop.add_reader(0, read)
    await ended


@dataclass(frozen=True)
class Farm:
    """A farm that runs in another process."""

    port: int
    count: int
    process: subprocess.Popen[str]

    def address(self, number: int, path: str = "") -> str:
        return address(self.port, number, path)

    @property
    def addresses(self) -> list[str]:
        return [address(self.port, number) for number in range(self.count)]

    def serve(self, state: str) -> None:
        """Serve "original" or "tenth" from now on, and count from nothing."""
        self._ask(f"serve {state}")

    def seen(self) -> dict[str, Any]:
        """What was asked since `serve`: how often, how often answered 304, when first, and the log if there is one."""
        return self._ask("seen")

    def log(self) -> list[Visited]:
        return [Visited(*line) for line in self.seen()["log"]]

    def _ask(self, line: str) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


@contextmanager
def running(count: int, *, think: float = 0.0, log: bool = False) -> Iterator[Farm]:
    """A farm of `count` feeds in a process of its own. With `log` it thinks so many seconds before each answer."""
    arguments = [sys.executable, "-m", "bench.farm", str(count), "--think", str(think), *(["--log"] if log else [])]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Farm(int(process.stdout.readline()), count, process)
        finally:
            process.stdin.close()
            process.wait()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("count", type=int)
    arguments.add_argument("--think", type=float, default=0.0)
    arguments.add_argument("--log", action="store_true")
    chosen = arguments.parse_args()
    uvloop.run(_serve(_State(chosen.count, chosen.think, log=chosen.log)))


if __name__ == "__main__":
    main()
