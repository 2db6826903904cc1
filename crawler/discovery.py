"""From any address of a website to the ways in which it can be followed: feeds, calendars, sitemaps, lists, events.

What the page itself says comes first, then what the site's robots.txt names, then paths where others keep their feeds.
Guessing stops as soon as something good is known. Every question goes through `Fetcher.get`, so a search is as polite
as a visit; it asks at most `QUESTIONS` of them and ends in `SECONDS`, with what it found until then.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from crawler import sentences
from crawler.fetch import Fetcher
from crawler.judged import Look, Preview
from crawler.leases import Leases
from crawler.lines import Discovered, TriedSource
from crawler.parsers import ParserEndedError, ParserFaultError, Parsers
from crawler.trying import as_tried
from crawler.urls import canonical
from crawler.values import Fetched, FetchFailed
from store.hosts import host_key
from store.values import Outcome, SourceKind

log = logging.getLogger(__name__)

QUESTIONS = 20
SECONDS = 60.0
"""The last question may take a while longer; `crawler/run.py` ends the process if it takes too long."""

FEED_PATHS = (
    "rss/index.xml", "rss", "feed", "feed/", "rss.xml", "nieuws/rss", "rss/nieuws", "nieuws/feed", "atom.xml",
    "index.xml", "feed.json",
)  # fmt: skip
"""Where Dutch news sites keep a feed that they do not name, the most common first."""
CALENDAR_PATHS = ("agenda.ics", "events/?ical=1", "agenda/?ical=1")
SITEMAP_PATHS = ("sitemap.xml", "news-sitemap.xml", "sitemap-news.xml", "sitemap/news.xml")
_NEWS = re.compile(r"news|nieuws", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|reacties", re.IGNORECASE)
_STALE = timedelta(days=365)
_SITEMAPS = 3
_WORTH = {
    SourceKind.FEED: 100,
    SourceKind.CALENDAR: 90,
    SourceKind.EVENTS: 80,
    SourceKind.SITEMAP: 65,
    SourceKind.PAGE: 60,
}
_ASKED_ITSELF = 1000
_ENDS_IT = frozenset({Outcome.RETRY_LATER, Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.REFUSED})
"""A server that does not answer, or asks us to wait, is not asked nineteen times more."""

Tell = Callable[[TriedSource], None]
Seen = TypeVar("Seen", Look, Preview)


_NOTHING = Preview(Outcome.BROKEN, sentences.OUR_FAULT)


class _EnoughError(Exception):
    """No more questions: they are used up, or the server had enough of us."""


@dataclass
class _Search:
    """One search. `asked` holds every address that was asked for, as it is written canonically."""

    fetcher: Fetcher
    leases: Leases
    parsers: Parsers
    tell: Tell
    ends: float
    asked: set[str] = field(default_factory=set)
    candidates: dict[object, tuple[float, TriedSource]] = field(default_factory=dict)

    async def ask(self, url: str) -> Fetched | FetchFailed | None:
        """Fetch an address that was not asked for before. Raises _EnoughError."""
        address = canonical(url)
        if not address or address in self.asked:
            return None
        if len(self.asked) >= QUESTIONS or time.monotonic() > self.ends:
            raise _EnoughError
        self.asked.add(address)
        got = await self.fetcher.get(address, keeps_text=False)
        if isinstance(got, Fetched):
            self.asked.add(canonical(got.url))
        return got

    async def look(self, got: Fetched) -> Look:
        return await self._read(Look(), "look", got, self.leases.clock())

    async def preview(self, got: Fetched, kind: SourceKind | None = None) -> Preview:
        return await self._read(_NOTHING, "preview", got, kind, self.leases.clock(), {})

    async def _read(self, nothing: Seen, name: str, *arguments: object) -> Seen:
        try:
            seen: Seen = await self.parsers.call(name, *arguments)
            return seen
        except ParserEndedError:
            return nothing
        except ParserFaultError as error:
            log.error("Looking for sources failed: %s", error)  # noqa: TRY400 - its own traceback says it
            return nothing

    def keep(self, preview: Preview, url: str, *, worth: float = 0.0) -> bool:
        """Remember a candidate, once: what is of one kind and has the same first entries is the same.

        Another kind with the same entries stays another way in, for whoever asks for that kind.
        """
        if preview.kind is None or not preview.outcome.good:
            return False
        content = (preview.kind, tuple((entry.title, entry.url) for entry in preview.first))
        key = content if preview.first else canonical(url)
        found = as_tried(preview, url)
        worth += _worth(found, self.leases.clock())
        if key in self.candidates and self.candidates[key][0] >= worth:
            return False
        self.candidates[key] = (worth, found)
        self.tell(found)
        return True

    def has(self, *kinds: SourceKind) -> bool:
        """Whether a candidate of these kinds is known that has something in it."""
        return any(found.kind in kinds and found.entries for _, found in self.candidates.values())

    def best_first(self) -> tuple[TriedSource, ...]:
        ranked = sorted(self.candidates.values(), key=lambda each: each[0], reverse=True)
        return tuple(found for _, found in ranked)


async def discovered(fetcher: Fetcher, leases: Leases, parsers: Parsers, url: str, tell: Tell) -> Discovered:
    """All ways in that we find, best first. `tell` hears of each as soon as it is known."""
    search = _Search(fetcher, leases, parsers, tell, time.monotonic() + SECONDS)
    failure: FetchFailed | None = None
    try:
        failure = await _from(search, url)
    except _EnoughError:
        log.info("The search from %s ended before every path was tried.", url)
    found = search.best_first()
    outcome = Outcome.OK if found else failure.outcome if failure is not None else Outcome.NOT_A_FEED
    return Discovered(url=url, outcome=outcome, candidates=found, sentence=_sentence(found, failure))


async def _from(search: _Search, url: str) -> FetchFailed | None:
    got = await search.ask(url)
    if got is None:
        return None
    failure = got if isinstance(got, FetchFailed) else None
    if failure is not None and failure.outcome in _ENDS_IT:
        return failure
    place = got.url
    if isinstance(got, Fetched):
        look = await search.look(got)
        await _take(search, look, got.url, worth=_ASKED_ITSELF)
        if not look.is_page and look.previews:
            # It is a source itself: whoever pasted it wants this one, and no search of the whole site.
            return None
    if not search.has(SourceKind.FEED):
        await _from_root(search, urljoin(place, "/"))
    await _sitemaps(search, place)
    await _guesses(search, place)
    return failure


async def _take(search: _Search, look: Look, url: str, *, worth: float = 0.0) -> None:
    """Keep what a document holds itself, and try the addresses it names."""
    for preview in look.previews:
        bonus = worth if not look.is_page else 0.0
        search.keep(preview, url, worth=bonus)
    await _try_all(search, look.feeds)
    await _try_all(search, look.calendars)


async def _from_root(search: _Search, root: str) -> None:
    """What the front page names, when the page that was given names no feed."""
    got = await search.ask(root)
    if isinstance(got, FetchFailed) and got.outcome in _ENDS_IT:
        raise _EnoughError
    if isinstance(got, Fetched):
        await _take(search, await search.look(got), got.url)


async def _try_all(search: _Search, urls: Iterable[str]) -> None:
    async for got in _answers(search, urls):
        preview = await search.preview(got)
        search.keep(preview, got.url, worth=-60.0 if _COMMENTS.search(f"{got.url} {preview.title}") else 0.0)


async def _answers(search: _Search, urls: Iterable[str]) -> AsyncIterator[Fetched]:
    for url in urls:
        got = await search.ask(url)
        if isinstance(got, FetchFailed) and got.outcome in _ENDS_IT and host_key(got.url) == host_key(url):
            raise _EnoughError
        if isinstance(got, Fetched):
            yield got


async def _sitemaps(search: _Search, place: str) -> None:
    """Those that robots.txt names; where it names none and nothing better is known, those at the usual places."""
    facts = search.leases.facts(host_key(place))
    named = _named_sitemaps(facts.robots_text if facts is not None else None, place)
    if not named and search.has(SourceKind.FEED):
        return
    urls = named or [urljoin(place, f"/{path}") for path in SITEMAP_PATHS]
    async for got in _answers(search, urls):
        preview = await search.preview(got, SourceKind.SITEMAP)
        if preview.behind:
            preview = await _with_child(search, preview)
        if search.keep(preview, got.url) and not named and preview.entries:
            return


def _named_sitemaps(robots: str | None, place: str) -> list[str]:
    lines = re.findall(r"^\s{0,20}sitemap\s{0,9}:\s{0,9}(\S{1,2000})", robots or "", re.IGNORECASE | re.MULTILINE)
    found = dict.fromkeys(filter(None, (canonical(line, place) for line in lines)))
    return sorted(found, key=lambda url: not _NEWS.search(url))[:_SITEMAPS]


async def _with_child(search: _Search, index: Preview) -> Preview:
    """An index as the first of its sitemaps shows it."""
    async for got in _answers(search, index.behind[:1]):
        child = await search.preview(got, SourceKind.SITEMAP)
        if child.kind is not None and not child.behind:
            return replace(child, title=index.title)
    return index


async def _guesses(search: _Search, place: str) -> None:
    """The usual paths, below the given one and at the root, until one of them is a feed, and one a calendar."""
    below = urljoin(place, "./" if not place.endswith("/") else "")
    path = urlsplit(place).path
    folder = urljoin(place, f"{path.rstrip('/')}/") if path.strip("/") and "." not in path.rpartition("/")[2] else below
    roots = dict.fromkeys((folder, urljoin(place, "/")))
    for paths, kind in ((FEED_PATHS, SourceKind.FEED), (CALENDAR_PATHS, SourceKind.CALENDAR)):
        for root in roots:
            for path in paths[:4] if root != urljoin(place, "/") else paths:
                if search.has(kind):
                    break
                await _try_all(search, [urljoin(root, path)])


def _worth(found: TriedSource, now: datetime) -> float:
    """How likely this is what somebody wants who follows news; only for the order."""
    worth = float(_WORTH.get(found.kind or SourceKind.PAGE, 0))
    dates = [entry.published_at for entry in found.first if entry.published_at is not None]
    if not found.entries:
        worth -= 70
    worth += min(found.entries, 20) / 4
    if dates:
        worth += 5
        worth -= 40 if max(dates) < now - _STALE else 0
    elif found.kind is SourceKind.SITEMAP:
        worth -= 20
    worth += 3 if _NEWS.search(found.url) else 0
    return worth


def _sentence(found: tuple[TriedSource, ...], failure: FetchFailed | None) -> str:
    if found:
        words = sentences.found_candidates(len(found))
        return f"{sentences.ELSEWHERE_ON_SITE} {words}" if failure is not None else words
    return f"{failure.why} {sentences.NOTHING_FOUND}" if failure is not None else sentences.NOTHING_FOUND
