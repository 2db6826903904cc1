"""robots.txt is obeyed, also by many requests at once, and its server's trouble is not permission."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from crawler.robots import parsed, product_token
from crawler.values import Fetched, FetchFailed
from service.demo.server import Answer, Asked, Listener
from store import hosts
from store.database import Store
from store.settings import Settings
from store.values import Outcome
from tests.crawler.crawling import with_fetcher

RULES = b"User-agent: *\nDisallow: /geheim\n"


class Site:
    """A server whose robots.txt can change."""

    def __init__(self) -> None:
        self.robots = Answer(body=RULES, type="text/plain")
        self.listener = Listener(self._answer)

    def _answer(self, asked: Asked) -> Answer:
        return self.robots if asked.path == "/robots.txt" else Answer(body=b"<rss version='2.0'><channel/></rss>")

    def url(self, path: str) -> str:
        return self.listener.url(path)

    @property
    def paths(self) -> list[str]:
        return [line.path for line in self.listener.requests]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.listener.stop()


def test_fifty_requests_at_once_for_a_forbidden_place_fetch_nothing(settings: Settings, store: Store, now, site):
    async def work(fetcher):
        return await asyncio.gather(*(fetcher.get(site.url(f"/geheim/{n}")) for n in range(50)))

    found = with_fetcher(settings, store, now, work)
    assert [got.outcome for got in found] == [Outcome.ROBOTS] * 50
    assert site.paths == ["/robots.txt"], "a forbidden page was fetched, or robots.txt was asked more than once"


def test_rules_are_kept_for_a_day_and_used_longer_when_the_server_fails(settings, store, now, site):
    async def work(fetcher):
        return await fetcher.get(site.url("/geheim")), await fetcher.get(site.url("/open"))

    no, yes = with_fetcher(settings, store, now, work)
    assert no.outcome is Outcome.ROBOTS
    assert isinstance(yes, Fetched)
    site.robots = Answer(status=503)
    with_fetcher(settings, store, now + timedelta(hours=23), work)
    assert site.paths.count("/robots.txt") == 1, "rules of yesterday evening need not be asked again"
    no, yes = with_fetcher(settings, store, now + timedelta(days=2), work)
    assert no.outcome is Outcome.ROBOTS
    assert isinstance(yes, Fetched), "while robots.txt fails, the last known rules count (RFC 9309 section 2.4)"
    assert site.paths.count("/robots.txt") == 2


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, None),
        (403, None),
        (410, None),
        (500, Outcome.ROBOTS),
        (503, Outcome.RETRY_LATER),
        (429, Outcome.RETRY_LATER),
    ],
)
def test_a_client_error_means_no_rules_and_a_server_error_means_not_now(settings, store, now, site, status, outcome):
    site.robots = Answer(status=status)
    got = with_fetcher(settings, store, now, lambda fetcher: fetcher.get(site.url("/open")))
    assert (got.outcome if isinstance(got, FetchFailed) else None) is outcome


def test_a_crawl_delay_is_waited_for(settings, store, now, site):
    site.robots = Answer(body=b"User-agent: Signaal\nCrawl-delay: 1\n", type="text/plain")

    async def work(fetcher):
        for number in range(3):
            assert isinstance(await fetcher.get(site.url(f"/{number}")), Fetched)

    with_fetcher(settings, store, now, work)
    starts = [line.started for line in site.listener.requests]
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert min(gaps) >= 0.95, f"the site asked for a second between two requests; there were {gaps}"
    with store.reading() as session:
        facts = hosts.facts(session, site.listener.host)
    assert facts is not None
    assert facts.last_request_at is not None, "the next crawl must know when this host was last asked something"


def test_rules_for_us_win_over_rules_for_all():
    rules = parsed("User-agent: *\nDisallow: /\n\nUser-agent: signaal\nAllow: /\n")
    assert rules.can_fetch("https://example.nl/x", product_token("Signaal/0.1 (+https://example.nl/over)"))


def test_a_hostile_robots_txt_takes_no_time():
    text = "User-agent: *\n" + "Disallow: /" + "*a" * 5000 + "$\n" + "Disallow: /x\n" * 50_000
    began = time.monotonic()
    parsed(text).can_fetch("https://example.nl/" + "a" * 1500, "Signaal")
    assert time.monotonic() - began < 2
