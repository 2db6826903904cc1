"""No request leaves for an address inside, whatever leads there; a protected server sees nothing at all."""

from __future__ import annotations

import ast
import asyncio
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import crawler
from crawler.values import FetchFailed
from service.demo.server import Answer, Asked, Listener
from store.database import Store
from store.settings import Settings
from store.values import Outcome
from tests.crawler.crawling import with_fetcher
from tests.crawler.nameserver import NameServer
from tests.parts.config import settings_in


@pytest.fixture
def secret() -> Iterator[Listener]:
    """A server inside, on an address that nobody exempted."""
    listener = Listener(lambda _asked: Answer(body=b"GEHEIM"), address="127.0.0.2")
    yield listener
    listener.stop()


@pytest.fixture
def outside() -> Iterator[Listener]:
    """The only server that the crawler may visit; it redirects to wherever its query says."""

    def answer(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(status=404)
        if asked.path == "/naar":
            return Answer(status=302, headers=(("Location", asked.query), ("Set-Cookie", "a=b")))
        return Answer(body=b"<rss version='2.0'><channel/></rss>")

    listener = Listener(answer, address="127.0.0.1")
    yield listener
    listener.stop()


@pytest.fixture
def strict(tmp_path, store_url) -> Settings:
    """Only 127.0.0.1 itself is exempt, so that the other loopback addresses are like any address inside."""
    return settings_in(tmp_path, store={"url": store_url}, crawl={"allow_addresses": ["127.0.0.1/32"]})


def all_of(settings: Settings, store: Store, now, urls: list[str]) -> list[object]:
    async def work(fetcher):
        return await asyncio.gather(*(fetcher.get(url) for url in urls))

    return with_fetcher(settings, store, now, work)


def test_every_way_inside_is_refused_directly_and_by_redirect(strict, store, now, outside, secret):
    port = secret.port
    inside = [
        f"http://127.0.0.2:{port}/",
        f"http://2130706434:{port}/",
        f"http://0x7f000002:{port}/",
        f"http://0177.0.0.2:{port}/",
        f"http://127.2:{port}/",
        f"http://①②⑦.0.0.2:{port}/",
        f"http://[::ffff:127.0.0.2]:{port}/",
        f"http://[::1]:{port}/",
        f"http://[::]:{port}/",
        "http://10.0.0.5/",
        "http://100.64.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[64:ff9b::7f00:2]/",
        "http://[2002:7f00:2::]/",
    ]
    schemes = ["file:///etc/passwd", "ftp://127.0.0.1/", "data:text/html,x", "gopher://x/", "javascript:x", "s3://x/y"]
    urls = inside + [outside.url(f"/naar?{target}") for target in inside + schemes]
    for url, got in zip(urls, all_of(strict, store, now, urls), strict=True):
        assert isinstance(got, FetchFailed), f"{url} was fetched"
        assert got.outcome in {Outcome.REFUSED, Outcome.UNREACHABLE}, (url, got)
    assert secret.requests == (), "a request reached the server inside"


def test_a_name_that_leads_inside_is_refused_also_when_it_looked_public_first(
    strict, tmp_path, store, now, outside, secret
):
    with NameServer({"binnen.example": ["127.0.0.2"], "goed.example": ["127.0.0.1"]}) as names:
        crawl = {"allow_addresses": ["127.0.0.1/32"], "nameserver": names.place}
        settings = settings_in(tmp_path, store={"url": store.url}, crawl=crawl)
        urls = [
            f"http://binnen.example:{secret.port}/",
            outside.url(f"/naar?http://binnen.example:{secret.port}/"),
            f"http://goed.example:{outside.port}/feed",
            "http://nergens.example/",
        ]
        direct, redirected, good, missing = all_of(settings, store, now, urls)
    assert direct.outcome is redirected.outcome is Outcome.REFUSED
    assert good.status == 200
    assert missing.outcome is Outcome.UNREACHABLE
    assert "nergens.example" in missing.why
    assert secret.requests == ()


def test_no_cookie_travels_with_a_redirect(strict, store, now, outside):
    [got] = all_of(strict, store, now, [outside.url(f"/naar?{outside.url('/feed')}")])
    assert got.status == 200
    assert len(outside.requests) >= 3
    assert {line.headers.get("cookie") for line in outside.requests} == {None}
    assert {line.headers.get("authorization") for line in outside.requests} == {None}


def test_a_proxy_in_the_environment_is_not_used(strict, store, now, outside, secret):
    names = ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY")
    os.environ.update(dict.fromkeys(names, secret.url("/")))
    try:
        [got] = all_of(strict, store, now, [outside.url("/feed")])
    finally:
        for name in names:
            del os.environ[name]
    assert got.status == 200
    assert secret.requests == ()


def test_a_redirect_is_followed_five_times_and_no_more(strict, store, now):
    def answer(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(status=404)
        left = int(asked.path.strip("/"))
        return Answer(body=b"klaar") if left == 0 else Answer(status=301, headers=(("Location", f"/{left - 1}"),))

    listener = Listener(answer)
    try:
        five, six = all_of(strict, store, now, [listener.url("/5"), listener.url("/6")])
    finally:
        listener.stop()
    assert five.status == 200
    assert five.url == listener.url("/0")
    assert six.outcome is Outcome.HTTP_ERROR


CRAWLER = Path(crawler.__file__).parent


def modules_that_name(*words: str) -> set[str]:
    """The modules of the crawler in whose code (not in its words for people) one of these names stands."""
    found = set()
    for path in CRAWLER.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        if names & set(words):
            found.add(path.relative_to(CRAWLER).as_posix())
    return found


def test_there_is_one_way_out_and_the_guard_stands_in_it():
    """S4 and S11: a guard that some callers do not pass is none."""
    assert modules_that_name("ClientSession") == {"handler.py"}, "only the guarded handler makes a client"
    assert modules_that_name("TCPConnector", "socket_factory") == {"guard.py"}, "only the guard makes connectors"
    assert modules_that_name("download_async") == {"fetch.py"}, "ask crawler/fetch.py, which asks robots.txt first"
    others = modules_that_name("urlopen", "create_connection", "open_connection", "HTTPConnection")
    assert others <= {"names.py", "parsers.py"}, "these ask the name server and talk to our own parser processes"


def test_no_address_is_put_together_around_a_host_from_outside():
    """S10: where an address is built, scheme and host come whole out of an address that was checked."""
    for path in CRAWLER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.JoinedStr):
                continue
            for before, after in pairwise(node.values):
                text = before.value if isinstance(before, ast.Constant) else ""
                host = isinstance(after, ast.FormattedValue) and str(text).endswith("://")
                netloc = host and isinstance(after.value, ast.Attribute) and after.value.attr == "netloc"
                assert netloc or not host, f"{path.name}:{node.lineno} builds an address around a host"
