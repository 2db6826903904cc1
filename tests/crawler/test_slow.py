"""Servers that drip hold up nobody but themselves (TRUST 2.3, B4), at the limits as they are."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

import crawler
from crawler.limits import TOTAL_SECONDS
from service.demo.server import Answer, Asked, Listener, Raw, Wire
from store.settings import Settings
from store.values import Outcome
from tests.crawler.crawling import add
from tests.world.answers import good_feed

SLOW, GOOD, HOSTS = 20, 200, 40
DRIP_SECONDS = 5.0


def drip_header(wire: Wire) -> None:
    """A byte in five seconds, and the header never ends."""
    _drip(wire, b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nX-Soon: yes\r\n")


def drip_body(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 100000\r\n\r\n")
    _drip(wire, good_feed())


def _drip(wire: Wire, data: bytes) -> None:
    with suppress(OSError):
        for place in range(len(data)):
            wire.send(data[place : place + 1])
            if not wire.wait(DRIP_SECONDS):
                return


class DrippingTls:
    """Answers the greeting of TLS with the beginning of an answer, a byte in five seconds."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._drip, args=(connection,), daemon=True).start()

    def _drip(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            for byte in b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03":
                connection.sendall(bytes([byte]))
                if self._stopping.wait(DRIP_SECONDS):
                    return
            self._stopping.wait(60)


@pytest.fixture
def slow() -> Iterator[list[str]]:
    """Twenty feeds that drip, each on a host of its own: in the header, in robots.txt as well, in the body, in TLS."""

    def header(asked: Asked) -> Answer | Raw:
        return Answer(status=404) if asked.path == "/robots.txt" else Raw(drip_header)

    def body(asked: Asked) -> Answer | Raw:
        return Answer(status=404) if asked.path == "/robots.txt" else Raw(drip_body)

    plain = [Listener(answer) for answer in (header, lambda _asked: Raw(drip_header), body) for _ in range(SLOW // 4)]
    sealed = [DrippingTls() for _ in range(SLOW // 4)]
    yield [server.url("/feed") for server in plain] + [f"https://127.0.0.1:{server.port}/feed" for server in sealed]
    for server in (*plain, *sealed):
        server.stop()


def test_twenty_dripping_feeds_delay_two_hundred_good_ones_by_less_than_a_minute(
    sqlite_settings: Settings, sqlite_store, now, slow
):
    good = [Listener(lambda _asked: Answer(body=good_feed(), type="application/rss+xml")) for _ in range(HOSTS)]
    # The slow ones come first, so that they have every chance to be in the way.
    for number, url in enumerate(slow):
        add(sqlite_store, now, url, f"a-traag-{number}")
    for number in range(GOOD):
        add(sqlite_store, now, good[number % HOSTS].url(f"/{number}"), f"goed-{number}")
    ended: dict[str, float] = {}
    began = time.monotonic()
    try:
        done = crawler.run_due(
            sqlite_settings,
            sqlite_store,
            now=now,
            on_visit=lambda visit: ended.setdefault(visit.key, time.monotonic() - began),
        )
    finally:
        for listener in good:
            listener.stop()
    outcomes = {visit.key: visit.outcome for visit in done.visits}
    last_good = max(seconds for key, seconds in ended.items() if key.startswith("goed"))
    last_slow = max(seconds for key, seconds in ended.items() if key.startswith("a-traag"))
    print(
        f"the last of {GOOD} good feeds after {last_good:.1f} s, the last of {SLOW} slow ones after {last_slow:.1f} s"
    )
    assert [outcomes[f"goed-{number}"] for number in range(GOOD)] == [Outcome.OK] * GOOD
    assert {outcomes[f"a-traag-{number}"] for number in range(SLOW)} == {Outcome.TIMEOUT}
    assert last_good < 30, "the good feeds wait for the slow ones"
    assert TOTAL_SECONDS <= last_slow < TOTAL_SECONDS + 10, "a slow feed must be cut at its limit, not later or sooner"
    assert not done.stopped
