"""What an answer says beside its body, and why there is none: causes, hints, moves, and hosts that want to rest."""

from __future__ import annotations

import asyncio
import gzip
import random
import string
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from crawler import hints
from crawler.fetch import _moved, retry_after
from crawler.reservations import reserved_in_headers
from crawler.urls import is_login
from crawler.values import Fetched, FetchFailed
from service.demo.server import Answer, Listener, Raw, Wire
from store import hosts
from store.hosts import host_key
from store.values import Cause, Outcome
from tests.crawler.crawling import with_fetcher
from tests.parts.config import settings_in

GOOD = Answer(body=b"<rss version='2.0'><channel/></rss>")
NAMES = (
    *("Referrer-Policy", "Content-Type", "Content-Encoding", "Content-Length", "Transfer-Encoding", "Location", "Age"),
    *("Retry-After", "Set-Cookie", "ETag", "Last-Modified", "Cache-Control", "Expires", "Date", "X-Robots-Tag", "Link"),
    *("tdm-reservation", "Refresh", "Alt-Svc", "Content-Location", "Connection", "Trailer", "WWW-Authenticate"),
)
WORDS = (
    *("scrapy.utils.misc.load_object", "os.system", "no-cache", "max-age=-1", "max-age=" + "9" * 50, "noindex", "gzip"),
    *("Thu, 99 Foo 2026 25:61:61 GMT", "\udcff\udcfe", "%00", "/" * 50, "http://[", "//x", "file:///etc/passwd", "-1"),
    *(
        "chunked",
        "0",
        '"',
        "W/",
        "text/html; charset=" + "x" * 500,
        "utf-7",
        ":",
        ",,,,",
        "=",
        "=;=;=",
        "é",
        "\t",
        "1e9",
    ),
)
PIECES = (
    *("max-age", "s-maxage", "=", '"', ",", ":", ";", "noindex", "none", "signaal", "1", "0", "99999999999", "-", " "),
    *(
        "Tue, 24 Nov 2026 09:00:00",
        "GMT",
        "+9999",
        "24 Nov 99999",
        "\x00",
        "é",
        "\t",
        "unavailable_after",
        "\uff4c",
        "٣",
    ),
)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Site:
    """A server whose answers stand in a table of paths; what is not there is 404."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer | Raw] = {"/feed": GOOD}
        self.listener = Listener(lambda asked: self.pages.get(asked.path, Answer(status=404)), address=address)
        self.url = self.listener.url

    def moved(self, path: str, target: str, status: int = 301) -> None:
        self.pages[path] = Answer(status=status, headers=(("Location", target),))


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.listener.stop()


@pytest.fixture
def fetched(sqlite_settings, sqlite_store, now) -> Callable[[str], Fetched | FetchFailed]:
    return lambda url: with_fetcher(sqlite_settings, sqlite_store, now, lambda fetcher: fetcher.get(url))


@pytest.mark.parametrize(
    ("status", "outcome", "cause"),
    [
        (400, Outcome.HTTP_ERROR, Cause.MISSING),
        (401, Outcome.HTTP_ERROR, Cause.LOGIN),
        (403, Outcome.HTTP_ERROR, Cause.BLOCKED),
        (404, Outcome.HTTP_ERROR, Cause.MISSING),
        (410, Outcome.GONE, Cause.GONE),
        (429, Outcome.RETRY_LATER, Cause.BUSY),
        (451, Outcome.HTTP_ERROR, Cause.BLOCKED),
        (500, Outcome.HTTP_ERROR, Cause.SERVER),
        (502, Outcome.HTTP_ERROR, Cause.SERVER),
        (503, Outcome.RETRY_LATER, Cause.BUSY),
        (302, Outcome.HTTP_ERROR, Cause.REDIRECTS),
    ],
)
def test_every_status_that_brings_nothing_has_its_cause(site, fetched, status, outcome, cause):
    site.pages["/feed"] = Answer(status=status)
    got = fetched(site.url("/feed"))
    assert isinstance(got, FetchFailed)
    assert (got.outcome, got.cause, got.status) == (outcome, cause, status)
    assert got.why.endswith(".")


def test_every_trouble_on_the_way_has_its_cause(site, fetched):
    site.pages["/bom"] = Answer(
        body=gzip.compress(b"\0" * 10**8), headers=(("Content-Encoding", "gzip"),), packed=False
    )
    site.pages["/groot"] = Answer(body=random.Random(3).randbytes(6 * 1024 * 1024))
    site.pages["/raar"] = Answer(body=b"x", headers=(("Content-Encoding", "br"),))
    site.moved("/kring", "/kring2")
    site.moved("/kring2", "/kring")
    site.moved("/bestand", "file:///etc/passwd")
    for number in range(9):
        site.moved(f"/{number}", f"/{number + 1}")
    site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /dicht\n", type="text/plain")
    site.pages["/weg"] = Raw(lambda wire: wire.drop())
    expected = {
        site.url("/bom"): Cause.BOMB,
        site.url("/groot"): Cause.TOO_LARGE,
        site.url("/raar"): Cause.MALFORMED,
        site.url("/kring"): Cause.REDIRECTS,
        site.url("/0"): Cause.REDIRECTS,
        site.url("/bestand"): Cause.REFUSED,
        site.url("/dicht"): Cause.ROBOTS,
        site.url("/weg"): Cause.NO_CONNECTION,
        "http://127.0.0.1:1/": Cause.NO_CONNECTION,
        "http://10.0.0.1/": Cause.REFUSED,
        "http://[::1]:99999/": Cause.REFUSED,
    }
    found = {url: fetched(url) for url in expected}
    assert {url: getattr(got, "cause", got) for url, got in found.items()} == expected
    assert found[site.url("/kring")].why != found[site.url("/0")].why, "a circle and a long way are told apart"
    assert found[site.url("/bom")].why != found[site.url("/groot")].why, "so are a bomb and a large document"
    assert sum(line.path.startswith("/kring") for line in site.listener.requests) == 2, "a circle is seen at once"


def test_a_server_that_says_no_robots_for_itself_is_not_visited_and_the_cause_is_said(site, fetched):
    site.pages["/robots.txt"] = Answer(status=500)
    got = fetched(site.url("/feed"))
    assert (got.outcome, got.cause) == (Outcome.ROBOTS, Cause.ROBOTS)


@pytest.mark.parametrize(
    ("hops", "where"),
    [
        ([("/a", 301)], "/feed"),
        ([("/a", 308), ("/b", 301)], "/feed"),
        ([("/a", 302)], None),
        ([("/a", 302), ("/b", 301)], None),
        ([("/a", 301), ("/b", 307)], None),
        ([], None),
    ],
)
def test_only_permanent_redirects_all_the_way_tell_a_new_address(site, fetched, hops, where):
    names = [name for name, _ in hops] + ["/feed"]
    for (name, status), target in zip(hops, names[1:], strict=True):
        site.moved(name, target, status)
    got = fetched(site.url(names[0]))
    assert isinstance(got, Fetched), got
    assert got.moved_to == (site.url(where) if where else None)


def test_a_login_never_becomes_the_address_of_a_source(site, fetched):
    site.pages["/account/login"] = GOOD
    site.moved("/oud", "/account/login")
    assert fetched(site.url("/oud")).moved_to is None


def test_an_address_without_tls_never_takes_the_place_of_one_with_it():
    assert _moved(["https://a.nl/1", "http://a.nl/2"]) is None
    assert _moved(["http://a.nl/1", "https://a.nl/2"]) == "https://a.nl/2"
    assert _moved(["https://a.nl/1", "http://a.nl/2", "https://a.nl/3"]) is None


@pytest.mark.parametrize(
    ("url", "door"),
    [
        ("https://a.nl/login", True),
        ("https://a.nl/wp-login.php?redirect_to=x", True),
        ("https://login.a.nl/", True),
        ("https://a.nl/nl/inloggen/", True),
        ("https://a.nl/nieuws/catalogin", False),
        ("https://a.nl/accountants", False),
        ("https://a.nl/feed", False),
    ],
)
def test_the_door_of_a_site_is_recognised_by_its_address(url, door):
    assert is_login(url) is door


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, Max-Age = 600, must-revalidate", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "900"}, None),
        ({"cache-control": "s-maxage=60"}, 60),
        ({"cache-control": "s-maxage=60, max-age=600"}, 600),
        ({"cache-control": "max-age=600, no-cache"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=0", "expires": "Tue, 24 Nov 2026 10:00:00 GMT"}, None),
        ({"expires": "Tue, 24 Nov 2026 10:00:00 GMT"}, 3600),
        ({"expires": "Tue, 24 Nov 2026 10:00:00 GMT", "date": "Tue, 24 Nov 2026 09:30:00 GMT"}, 1800),
        ({"expires": "Thu, 01 Dec 1994 16:00:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, 366 * 24 * 3600),
        ({"cache-control": "max-age=99999999999"}, 366 * 24 * 3600),
        ({"cache-control": 'max-age="600"', "age": "veel"}, 600),
    ],
)
def test_how_long_an_answer_stays_fresh_is_a_hint(headers, seconds):
    assert hints.of_answer(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("feed", "seconds"),
    [
        ({}, None),
        ({"ttl": "60"}, 3600),
        ({"ttl": "een uur"}, None),
        ({"ttl": "0"}, None),
        ({"sy_updateperiod": "hourly"}, 3600),
        ({"sy_updateperiod": " Daily\n", "sy_updatefrequency": "2"}, 43_200),
        ({"sy_updateperiod": "hourly", "sy_updatefrequency": "0"}, 3600),
        ({"sy_updateperiod": "sometimes"}, None),
        ({"ttl": "30", "sy_updateperiod": "hourly"}, 3600),
        ({"ttl": "9" * 400}, 366 * 24 * 3600),
    ],
)
def test_how_often_a_feed_is_renewed_is_a_hint(feed, seconds):
    assert hints.of_feed(feed) == seconds


def test_the_hint_of_the_headers_comes_with_the_answer(site, fetched):
    site.pages["/feed"] = Answer(body=GOOD.body, headers=(("Cache-Control", "max-age=900"), ("Retry-After", "7200")))
    assert fetched(site.url("/feed")).hint_seconds == 900, "Retry-After beside a document means nothing"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", None),
        ("120", 120),
        (" 120 ", 120),
        ("999999999999", 86_400),
        ("-5", None),
        ("straks", None),
        ("Tue, 24 Nov 2026 09:05:00 GMT", 300),
        ("Tue, 24 Nov 2026 08:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("٣", None),
    ],
)
def test_retry_after_is_read_in_both_spellings_and_ends_at_a_day(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_a_host_that_asks_for_rest_gets_it_in_every_crawl_and_its_siblings_do_not(settings, store, now):
    busy, sibling = Site(), Site("127.0.0.3")
    try:
        busy.pages["/feed"] = Answer(status=429, headers=(("Retry-After", "200000"),))
        busy.moved("/omweg", sibling.url("/druk"))

        async def work(fetcher):
            return [await fetcher.get(url) for url in (busy.url("/feed"), busy.url("/anders"), sibling.url("/feed"))]

        first, second, other = with_fetcher(settings, store, now, work)
        assert (first.retry_after, first.status) == (86_400, 429)
        assert second.status is None, "in the same crawl it was asked again"
        assert isinstance(other, Fetched), "another host has nothing to do with it"
        later = now + timedelta(hours=23)
        again = with_fetcher(settings, store, later, lambda fetcher: fetcher.get(busy.url("/feed")), owner="twee")
        assert (again.status, again.cause) == (None, Cause.BUSY)
        assert [line.path for line in busy.listener.requests].count("/feed") == 1
        with store.reading() as session:
            facts = hosts.facts(session, host_key(busy.url()))
        assert facts is not None
        assert now + timedelta(hours=24) <= facts.not_before < now + timedelta(hours=24, minutes=1)
    finally:
        busy.listener.stop()
        sibling.listener.stop()


def test_behind_a_redirect_the_host_that_asked_is_the_one_left_alone(settings, store, now, site):
    busy = Site("127.0.0.3")
    try:
        busy.pages["/druk"] = Answer(status=503, headers=(("Retry-After", "600"),))
        site.moved("/feed", busy.url("/druk"), 302)
        got = with_fetcher(settings, store, now, lambda fetcher: fetcher.get(site.url("/feed")))
    finally:
        busy.listener.stop()
    assert got.retry_after == 600
    with store.reading() as session:
        resting = [
            found.key for found in hosts.busy(session, [site.listener.host, busy.listener.host], owner="x", now=now)
        ]
    assert resting == [busy.listener.host]


def test_a_host_that_asks_for_rest_is_left_alone_by_those_who_stood_in_line(settings, store, now, site):
    site.pages["/feed"] = Answer(status=429, headers=(("Retry-After", "600"),))

    async def work(fetcher):
        return await asyncio.gather(*(fetcher.get(site.url("/feed")) for _ in range(8)))

    found = with_fetcher(settings, store, now, work)
    assert {got.outcome for got in found} == {Outcome.RETRY_LATER}
    assert [line.path for line in site.listener.requests].count("/feed") == 1


opened: list[str] = []


def _note_opened(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and arguments and isinstance(arguments[0], str):
        opened.append(arguments[0])


def test_a_redirect_of_any_other_scheme_opens_nothing(site, fetched):
    """S7."""
    schemes = ["file", "ftp", "ftps", "gopher", "data", "javascript", "s3", "jar", "ldap", "dict", "mailto", "blob"]
    schemes += ["about", "view-source", "ws", "unix"]
    for scheme in schemes:
        site.moved(f"/naar-{scheme}", f"{scheme}://127.0.0.1/etc/passwd")
    sys.addaudithook(_note_opened)
    for scheme in schemes:
        got = fetched(site.url(f"/naar-{scheme}"))
        assert isinstance(got, FetchFailed)
        assert got.cause is Cause.REFUSED, (scheme, got)
    assert not [path for path in opened if path.endswith("passwd")]
    assert {line.path for line in site.listener.requests} == {"/robots.txt"} | {f"/naar-{name}" for name in schemes}


def test_no_cookie_and_no_password_crosses_from_one_server_to_another(tmp_path, sqlite_store, now, site):
    """S8: over host, port and back; also what the first server sets itself."""
    other = Site("127.0.0.4")
    third = Site()
    try:
        set_cookie = (("Set-Cookie", "sessie=geheim; Path=/"), ("WWW-Authenticate", 'Basic realm="x"'))
        site.pages["/feed"] = Answer(status=302, headers=(("Location", other.url("/a")), *set_cookie))
        other.pages["/a"] = Answer(status=307, headers=(("Location", third.url("/b")), *set_cookie))
        third.pages["/b"] = Answer(status=301, headers=(("Location", site.url("/eind")), *set_cookie))
        site.pages["/eind"] = GOOD
        settings = settings_in(tmp_path, store={"url": sqlite_store.url})
        got = with_fetcher(settings, sqlite_store, now, lambda fetcher: fetcher.get(site.url("/feed")))
        assert isinstance(got, Fetched)
        seen = [line for one in (site, other, third) for line in one.listener.requests]
    finally:
        other.listener.stop()
        third.listener.stop()
    assert len(seen) >= 7
    for line in seen:
        assert not {"cookie", "authorization"} & set(line.headers), f"{line.path} was asked with {line.headers}"


def test_no_header_of_an_answer_can_hurt_the_crawl(sqlite_settings, sqlite_store, now):
    """S9: headers are input. Each answer is different; each must give a document or a sentence."""
    seed = 20261124
    print(f"seed {seed}")
    chance = random.Random(seed)

    def value() -> str:
        parts = [
            chance.choice(WORDS) if chance.random() < 0.7 else _junk(chance) for _ in range(chance.randrange(1, 4))
        ]
        return chance.choice((", ", " ", ";")).join(parts)

    def say(wire: Wire) -> None:
        lines = [f"{chance.choice(NAMES)}: {value()}" for _ in range(chance.randrange(1, 30))]
        status = chance.choice(
            ("200 OK", "200 OK", "200 OK", "301 Moved", "304 Not Modified", "429 Busy", "401 No", "999 x")
        )
        head = f"HTTP/1.1 {status}\r\n" + "\r\n".join(lines) + "\r\n\r\n"
        wire.send(head.encode("utf-8", "surrogateescape") + GOOD.body)

    listener = Listener(lambda asked: Answer(status=404) if "." in asked.path else Raw(say))
    fetches = 400

    async def work(fetcher):
        found = []
        for number in range(fetches):
            found.append(await fetcher.get(listener.url(f"/{number}")))
            fetcher.turns._hosts[listener.host].not_before = None
        return found

    try:
        found = with_fetcher(sqlite_settings, sqlite_store, now, work)
    finally:
        listener.stop()
    assert len(found) == fetches
    for got in found:
        assert isinstance(got, Fetched) or (got.why.endswith(".") and got.cause is not None), got
    assert sum(isinstance(got, Fetched) for got in found) > fetches / 20, "nearly nothing came through: what is tested?"


def _junk(chance: random.Random) -> str:
    return "".join(chance.choice(string.printable[:95]) for _ in range(chance.randrange(40)))


def test_fifty_thousand_headers_are_read_without_an_exception():
    """S9, where our own code reads them: 50,000 values through everything that looks into a header."""
    seed = 20261125
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(50_000):
        value = "".join(chance.choice(PIECES) for _ in range(chance.randrange(12)))
        found = hints.of_answer({"cache-control": value, "expires": value, "age": value, "date": value}, NOW)
        assert found is None or 1 <= found <= 366 * 24 * 3600, value
        waits = retry_after(value, NOW)
        assert waits is None or 1 <= waits <= 86_400, value
        assert reserved_in_headers(value, [value]) in {True, False}
