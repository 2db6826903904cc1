"""Who reserves the rights of its texts: response headers, marks in a page, and two files at the root of a site.

Of what is reserved we keep title and link alone (TRUST 5.3). W3C's TDMRep lets a page overrule its site's file; here
every reservation counts, because a wrong guess in this direction costs an excerpt, and in the other a right.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote, urlsplit, urlunsplit

from protego import Protego

from crawler import robots
from crawler.leases import Leases
from crawler.limits import RIGHTS_BYTES, RIGHTS_FRESH_SECONDS
from crawler.marks import AGENT, CLOSED
from crawler.values import Fetched, FetchFailed
from store.hosts import HostFacts, host_key
from store.values import Cause

TDM_FILE = "/.well-known/tdmrep.json"
AI_FILE = "/ai.txt"

_WITH_A_VALUE = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})
"""Directives of X-Robots-Tag that have a colon of their own; any other word before a colon is the name of a robot."""

_ABSENT = frozenset(
    {Cause.MISSING, Cause.GONE, Cause.BLOCKED, Cause.LOGIN, Cause.REDIRECTS, Cause.REFUSED, Cause.ROBOTS}
)
"""Answers that are as good as "there is no such file". Of any other we must ask again."""
_RULES = 1000
_WILDCARDS = 8

Ask = Callable[[str], Awaitable[Fetched | FetchFailed]]


@dataclass(frozen=True, slots=True)
class Rights:
    """What the two files of a site say."""

    tdm: tuple[tuple[str, bool], ...] = ()
    ai: Protego | None = None

    def reserved(self, url: str, agent: str = AGENT) -> bool:
        """Whether the text at `url` is reserved. In TDMRep the first rule that matches decides (section 6.1)."""
        place = urlsplit(url)
        path = (place.path or "/") + (f"?{place.query}" if place.query else "")
        if next((closed for pattern, closed in self.tdm if matches(pattern, path)), False):
            return True
        if self.ai is None:
            return False
        root = f"{place.scheme}://{place.netloc}/"
        return not all(self.ai.can_fetch(asked, agent) for asked in (url, f"{root}x.txt", f"{root}x.html"))


class Reservations:
    """The reservations of all hosts of one crawl, each asked once and then kept for a day, like robots.txt."""

    def __init__(self, leases: Leases, ask: Ask, user_agent: str) -> None:
        self._leases = leases
        self._ask = ask
        self._agent = robots.product_token(user_agent)
        self._rights: dict[str, asyncio.Task[Rights]] = {}

    async def reserved(self, url: str) -> bool:
        """Whether a file of the site reserves what stands at `url`; one that cannot be had counts as it did before."""
        key = host_key(url)
        task = self._rights.get(key)
        if task is None:
            task = self._rights[key] = asyncio.create_task(self._load(url, key))
        return (await asyncio.shield(task)).reserved(url, self._agent)

    async def _load(self, url: str, key: str) -> Rights:
        kept = await asyncio.to_thread(self._leases.facts, key)
        if kept is None or not self._fresh(kept):
            scheme, netloc = urlsplit(url)[:2]
            tdm = told(await self._ask(urlunsplit((scheme, netloc, TDM_FILE, "", ""))))
            ai = told(await self._ask(urlunsplit((scheme, netloc, AI_FILE, "", ""))))
            if tdm is not None and tdm_rules(tdm) is None:
                tdm = None
            complete = tdm is not None and ai is not None
            tdm = tdm if tdm is not None or kept is None else kept.tdm_text
            ai = ai if ai is not None or kept is None else kept.ai_text
            await asyncio.to_thread(self._leases.keep_rights, key, tdm, ai, complete=complete)
        else:
            tdm, ai = kept.tdm_text, kept.ai_text
        return rights_of(tdm, ai)

    def _fresh(self, kept: HostFacts) -> bool:
        asked_at = kept.rights_fetched_at
        return asked_at is not None and self._leases.clock() - asked_at < timedelta(seconds=RIGHTS_FRESH_SECONDS)


def told(answer: Fetched | FetchFailed) -> str | None:
    """What a file says, "" when the site has none, None when we could not find out and must ask again.

    A site that answers everything with a page of its own has no such file.
    """
    if isinstance(answer, FetchFailed):
        return "" if answer.cause in _ABSENT else None
    if answer.cut or len(answer.body) > RIGHTS_BYTES:
        return None
    text = robots.text_of(answer.body).strip()
    return "" if text.startswith("<") or "html" in answer.content_type.lower() else text


def rights_of(tdm: str | None, ai: str | None) -> Rights:
    """The rules of both files, as they were kept."""
    by_agent = robots.parsed(ai) if ai and "user-agent" in ai.lower() else None
    return Rights(tdm_rules(tdm or "") or (), by_agent)


def tdm_rules(text: str) -> tuple[tuple[str, bool], ...] | None:
    """The rules of a tdmrep.json in order: a pattern of paths, and whether they are reserved. None when it is broken.

    W3C TDM Reservation Protocol, final report of 10 May 2024, section 6.1.
    """
    if not text:
        return ()
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        return None
    return tuple(
        (row["location"], str(row["tdm-reservation"]) in {"1", "True"})
        for row in rows[:_RULES]
        if isinstance(row.get("location"), str) and "tdm-reservation" in row
    )


def matches(pattern: str, path: str) -> bool:
    """Whether a path (with its query) begins as the pattern says; `*` is anything, `$` at the end is the end."""
    to_the_end = pattern.endswith("$")
    parts = [unquote(part) for part in pattern.removesuffix("$").split("*")[: _WILDCARDS + 1]]
    path = unquote(path)
    if not path.startswith(parts[0]):
        return False
    place = len(parts[0])
    for number, part in enumerate(parts[1:], start=2):
        last = to_the_end and number == len(parts)
        found = len(path) - len(part) if last and path.endswith(part) else path.find(part, place)
        if found < place:
            return False
        place = found + len(part)
    return not to_the_end or place == len(path)


def reserved_in_headers(tdm: str | None, robots_tags: Iterable[str], agent: str = AGENT) -> bool:
    """Whether `tdm-reservation` or any `X-Robots-Tag` of an answer reserves it, for all or for us by name."""
    return (tdm or "").strip() == "1" or any(_closes(tag, agent) for tag in robots_tags)


def _closes(tag: str, agent: str) -> bool:
    """One X-Robots-Tag: words with commas between, and perhaps the robot that they are for before a colon."""
    for_us = True
    for part in tag.lower().split(","):
        name, colon, word = part.partition(":")
        if colon and name.strip() in _WITH_A_VALUE:
            continue
        if colon:
            for_us = name.strip() in {"*", agent.lower()}
        if for_us and (word if colon else name).strip() in CLOSED:
            return True
    return False
