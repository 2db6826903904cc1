"""Taking turns at a host: never two at once, never faster than decency or the host asks."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from ipaddress import ip_network
from itertools import pairwise

import pytest

from crawler.guard import Guard
from crawler.leases import Leases
from crawler.pace import HostAskedToWaitError, Turns
from store import hosts

URL = "http://127.0.0.1:8080/feed"
HOST = "127.0.0.1:8080"


def turns(store, now, *, delay: float = 0.0, exempt: str | None = None, owner: str = "een") -> Turns:
    began = time.monotonic()
    leases = Leases(store, owner, lambda: now + timedelta(seconds=time.monotonic() - began))
    return Turns(leases, Guard((ip_network(exempt),) if exempt else ()), delay)


async def take(at: Turns, count: int, hold: float = 0.0) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []

    async def one() -> None:
        async with at.turn(URL):
            begin = time.monotonic()
            await asyncio.sleep(hold)
            spans.append((begin, time.monotonic()))

    await asyncio.gather(*(one() for _ in range(count)))
    return spans


def gaps(spans: list[tuple[float, float]]) -> list[float]:
    return [later[0] - earlier[1] for earlier, later in pairwise(spans)]


def test_a_stranger_is_asked_once_in_two_seconds_whatever_the_setting_says(sqlite_store, now):
    spans = asyncio.run(take(turns(sqlite_store, now, delay=0.0), 2))
    assert min(gaps(spans)) >= 1.99


def test_inside_the_networks_of_the_administrator_the_setting_counts(sqlite_store, now):
    spans = asyncio.run(take(turns(sqlite_store, now, delay=0.0, exempt="127.0.0.0/8"), 5, hold=0.02))
    assert max(gaps(spans)) < 1
    assert min(gaps(spans)) >= 0, "two requests were on one host at the same time"


def test_the_pause_is_kept_across_crawls(store, now):
    first = turns(store, now, delay=1.0, exempt="127.0.0.0/8")
    [(_, ended)] = asyncio.run(take(first, 1))
    second = turns(store, now, delay=1.0, exempt="127.0.0.0/8", owner="twee")
    [(began, _)] = asyncio.run(take(second, 1))
    assert began - ended >= 0.8, "the next crawl did not know when the host was last asked"


def test_no_robots_txt_makes_us_wait_for_ever(sqlite_store, now):
    at = turns(sqlite_store, now, exempt="127.0.0.0/8")
    at.slow_down(URL, 86_400)
    assert at._hosts[HOST].asked_seconds == 600


def test_a_host_that_asked_to_wait_is_not_asked_again_in_the_same_crawl(sqlite_store, now):
    at = turns(sqlite_store, now, exempt="127.0.0.0/8")
    at.hold_off(URL, 60)
    with pytest.raises(HostAskedToWaitError):
        asyncio.run(take(at, 1))


def test_a_turn_gives_its_host_back_with_the_moment_of_asking(store, now):
    asyncio.run(take(turns(store, now, exempt="127.0.0.0/8"), 1))
    with store.reading() as session:
        facts = hosts.facts(session, HOST)
        assert hosts.busy(session, [HOST], owner="twee", now=now) == []
    assert facts is not None
    assert facts.last_request_at is not None
