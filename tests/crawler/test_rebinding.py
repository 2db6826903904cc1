"""Names that change their address and documents that choose addresses: nothing inside is ever connected to."""

from __future__ import annotations

import asyncio
import random
import socket
import sys
from datetime import timedelta
from ipaddress import ip_network

import aiohttp
import pytest

import crawler
from crawler.addresses import allowed
from crawler.guard import REFUSED, Guard
from crawler.names import Names
from service.demo.server import Answer, Listener
from store.values import Outcome, Rights
from tests.crawler.crawling import add, last_visit
from tests.crawler.nameserver import NameServer, Rebinding
from tests.crawler.tripwire import PROTECTED, Tripwire
from tests.parts.config import settings_in
from tests.parts.until import until
from tests.world.answers import good_feed

TRIES = 1000
PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
INSIDE = [*PROTECTED, "::ffff:127.0.0.2", "0.0.0.0", "169.254.169.254", "10.0.0.5", "fe80::1", "64:ff9b::7f00:2"]


def test_the_tripwire_notices_a_connection():
    with Tripwire() as wire:
        socket.create_connection(("127.0.0.2", wire.port), timeout=2).close()
        until(lambda: wire.hits == 1, "the tripwire counts the connection")


connected: list[object] = []


def _note_connections(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] != "127.0.0.1":
        connected.append(arguments[1])


def test_a_thousand_names_that_turn_inside_after_they_were_looked_at_open_no_connection():
    """S2. The worst case: whatever was asked before, the connection asks again and gets the other answer.

    Half of the tries go to a port where something listens, half to port 80, which the port rule lets through.
    """
    seed = 20261124
    print(f"seed {seed}")
    chance = random.Random(seed)
    sys.addaudithook(_note_connections)
    connected.clear()

    async def one(names: Rebinding, number: int, port: int) -> str:
        host = f"n{number}.wissel.example"
        guard = Guard((ip_network("127.0.0.1/32"),), names.place)
        before = [found["host"] for found in await guard.names.resolve(host)]
        assert all(allowed(address, 443) for address in before), "the first look must find nothing wrong"
        assert not await guard.is_exempt(host)
        guard.names = Names(names.place)
        async with aiohttp.ClientSession(connector=guard.connector(total=1, per_host=1)) as session:
            with pytest.raises(aiohttp.ClientConnectorError) as refusal:
                await session.get(f"http://{host}:{port}/")
        return str(refusal.value)

    async def all_of(port: int) -> list[str]:
        found = []
        for number in range(TRIES):
            names.inside = chance.sample(INSIDE, 3)
            found.append(await one(names, number, port if number % 2 else 80))
        return found

    with Tripwire() as wire, Rebinding(PUBLIC, INSIDE) as names:
        refusals = asyncio.run(all_of(wire.port))
        assert wire.hits == 0, f"{wire.hits} of {TRIES} tries reached a server inside"
    assert len(refusals) == TRIES
    assert all(REFUSED in refusal for refusal in refusals)
    assert connected == [], "a connection was begun, even if nobody answered"


def test_a_name_that_was_good_yesterday_and_leads_inside_today_is_refused_by_the_whole_crawl(
    sqlite_store, tmp_path, now
):
    """S2, through the child process: five names of sources, each served well by the first crawl."""
    listener = Listener(lambda _asked: Answer(body=good_feed(), type="application/rss+xml", etag=False))
    hosts = [f"bron{number}.example" for number in range(5)]
    try:
        with Tripwire(listener.port) as wire, NameServer({host: ["127.0.0.1"] for host in hosts}) as names:
            crawl = {"allow_addresses": ["127.0.0.1/32"], "nameserver": names.place, "delay_seconds": 0}
            settings = settings_in(tmp_path, store={"url": sqlite_store.url}, crawl=crawl)
            for number, host in enumerate(hosts):
                add(sqlite_store, now, f"http://{host}:{listener.port}/feed", f"bron-{number}")
            first = crawler.run_due(settings, sqlite_store, now=now)
            assert [visit.outcome for visit in first.visits] == [Outcome.OK] * 5
            names.names.update({host: [inside] for host, inside in zip(hosts, [*PROTECTED, "0.0.0.0"], strict=True)})
            second = crawler.run_due(settings, sqlite_store, now=now + timedelta(days=2))
            assert [visit.outcome for visit in second.visits] == [Outcome.REFUSED] * 5
            assert wire.hits == 0
    finally:
        listener.stop()


WRITTEN = """
127.0.0.2 127.1.2.3 127.0.0.2. 0177.0.0.2 0x7f.0.0.2 0x7f000002 2130706434 127.2 [::1] [::] [::ffff:127.0.0.2]
[::ffff:7f00:2] [0:0:0:0:0:ffff:127.0.0.2] [::127.0.0.2] [64:ff9b::127.0.0.2] [64:ff9b:1::7f00:2] [2002:7f00:2::]
[2001:0:7f00:2::f5ff:fffd] [fe80::1] [fe80::1%25lo] [fc00::1] [fec0::1] [ff02::1] 0 0.0.0.0 10.0.0.1 172.16.0.1
192.168.1.1 169.254.169.254 100.64.0.1 localhost localhost.localdomain ip6-localhost 127.0.0.2.nip.example
user@127.0.0.2 127.0.0.1@127.0.0.2 good.example\\@127.0.0.2 ①②⑦.0.0.2 127。0。0。2 %31%32%37.0.0.2
"""
FORMS = WRITTEN.split()


def test_no_address_that_a_feed_names_is_reached_in_whatever_place_it_names_it(sqlite_store, tmp_path, now):
    """S1: forty forms of inside, each as link, picture, enclosure, icon, stylesheet, comment page and in the text."""
    assert len(FORMS) >= 40
    port = 0

    def body() -> bytes:
        entries = "".join(_entry(f"http://{form}:{port}/{number}") for number, form in enumerate(FORMS))
        bad = f"http://127.0.0.2:{port}"
        return (
            f'<?xml version="1.0"?><?xml-stylesheet href="{bad}/stijl.xsl"?><rss version="2.0"><channel>'
            f"<title>x</title><link>{bad}/</link><image><url>{bad}/icoon.png</url><link>{bad}/</link></image>"
            f'<cloud domain="127.0.0.2" port="{port}" path="/" registerProcedure="x" protocol="http-post"/>{entries}'
            "</channel></rss>"
        ).encode()

    listener = Listener(lambda asked: Answer(status=404) if asked.path != "/feed" else Answer(body=body()))
    try:
        with Tripwire(listener.port) as wire, NameServer({"127.0.0.2.nip.example": ["127.0.0.2"]}) as names:
            port = wire.port
            crawl = {"allow_addresses": ["127.0.0.1/32"], "nameserver": names.place, "delay_seconds": 0}
            settings = settings_in(tmp_path, store={"url": sqlite_store.url}, crawl=crawl)
            add(sqlite_store, now, listener.url("/feed"), rights=Rights.FULLTEXT_INTERNAL)
            for days in range(3):
                crawler.run_due(settings, sqlite_store, now=now + timedelta(days=days))
            assert wire.hits == 0, "an address in a feed led the crawler inside"
        visit = last_visit(sqlite_store)
        assert visit.outcome in {Outcome.OK, Outcome.UNCHANGED}, visit.sentence
    finally:
        listener.stop()


def _entry(bad: str) -> str:
    image = f"&lt;img src='{bad}'&gt;&lt;iframe src='{bad}'&gt;&lt;/iframe&gt; Een zaak van mensenhandel."
    return (
        f"<item><title>Mensenhandel in de regio</title><link>{bad}</link><guid>{bad}</guid><comments>{bad}</comments>"
        f'<enclosure url="{bad}" type="image/png" length="1"/><source url="{bad}">x</source>'
        f"<description>{image}</description></item>"
    )
