"""robots.txt by RFC 9309, on Protego. One shared question per host, kept for a day.

Not Scrapy's own middleware: that one lets pages through when several requests wait for one host's rules (measured: 6
of 8), takes a server error for permission, and forgets the rules between crawls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from crawler import sentences
from crawler.leases import Leases
from crawler.limits import ROBOTS_BYTES, ROBOTS_FRESH_SECONDS, ROBOTS_STALE_SECONDS
from crawler.values import FetchFailed
from store.hosts import HostFacts, host_key
from store.values import Cause, Outcome

_WILDCARDS = 8
"""A rule with more stars than this takes a matcher very long; such a rule is read up to there."""
_RULES = 5000


@dataclass(frozen=True, slots=True)
class Verdict:
    """`delay` is the Crawl-delay in seconds, zero when none is asked. With a `failure` the rules are not known."""

    allowed: bool
    delay: float = 0.0
    failure: FetchFailed | None = None


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What came back for robots.txt: the status, and the text when it is 200."""

    status: int
    text: str


AskRobots = Callable[[str], Awaitable[RobotsAnswer | FetchFailed]]
"""Fetches one address; a failure when nothing answers."""


class Robots:
    """The rules of all hosts of one crawl. `agent` is the product token that rules are matched against."""

    def __init__(self, leases: Leases, ask: AskRobots, user_agent: str) -> None:
        self._leases = leases
        self._ask = ask
        self._agent = product_token(user_agent)
        self._rules: dict[tuple[str, str], asyncio.Task[Protego | FetchFailed]] = {}

    async def verdict(self, url: str) -> Verdict:
        """Whether we may fetch `url` now."""
        place = (urlsplit(url).scheme, host_key(url))
        task = self._rules.get(place)
        if task is None:
            # One task that all wait for: it hands its result to every one of them.
            task = self._rules[place] = asyncio.create_task(self._load(url))
        rules = await asyncio.shield(task)
        if isinstance(rules, FetchFailed):
            return Verdict(allowed=False, failure=rules)
        return Verdict(rules.can_fetch(url, self._agent), rules.crawl_delay(self._agent) or 0.0)

    async def _load(self, url: str) -> Protego | FetchFailed:
        key = host_key(url)
        kept = await asyncio.to_thread(self._leases.facts, key)
        now = self._leases.clock()
        if kept is not None and _younger(kept, now, ROBOTS_FRESH_SECONDS):
            return parsed(kept.robots_text or "")
        scheme, netloc = urlsplit(url)[:2]
        answer = await self._ask(urlunsplit((scheme, netloc, "/robots.txt", "", "")))
        if isinstance(answer, RobotsAnswer) and answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            answer = FetchFailed(Outcome.ROBOTS, sentences.ROBOTS_SILENT, url, answer.status, cause=Cause.ROBOTS)
        if isinstance(answer, FetchFailed):
            # Unreachable means hands off (section 2.3.1.4), unless we still know what it said before.
            if kept is not None and _younger(kept, now, ROBOTS_STALE_SECONDS):
                return parsed(kept.robots_text or "")
            return answer
        text = answer.text if answer.status == HTTPStatus.OK else None
        await asyncio.to_thread(self._leases.keep_robots, key, answer.status, text)
        return parsed(text or "")


def _younger(kept: HostFacts, now: datetime, seconds: int) -> bool:
    return kept.robots_fetched_at is not None and now - kept.robots_fetched_at < timedelta(seconds=seconds)


def product_token(user_agent: str) -> str:
    """What robots.txt calls us: "Signaal" of "Signaal/0.1 (+https://...)" (RFC 9309 section 2.2.1)."""
    return user_agent.partition("/")[0].strip() or "Signaal"


def text_of(body: bytes) -> str:
    """robots.txt is UTF-8; the rest is read as far as it goes."""
    return body[:ROBOTS_BYTES].decode("utf-8-sig", "replace").replace("\x00", "")


def parsed(text: str) -> Protego:
    """The rules, without what would take a matcher for ever."""
    return Protego.parse("\n".join(_tame(line) for line in text.splitlines()[:_RULES]))


def _tame(line: str) -> str:
    if line.count("*") <= _WILDCARDS:
        return line
    return "*".join(line.split("*")[: _WILDCARDS + 1])
