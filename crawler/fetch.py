"""Fetching one address politely: rules first, then our turn at the host, and the same again for every redirect.

Whoever wants something from the network calls `Fetcher.get`; nothing else in this program makes a request. What can
go wrong out there is a value, `FetchFailed`, with the Dutch words for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler import faults, hints, reservations, sentences
from crawler.guard import Guard
from crawler.leases import Leases
from crawler.limits import REDIRECTS, RETRY_AFTER_CEILING_SECONDS, TOTAL_SECONDS
from crawler.pace import HostAskedToWaitError, HostBusyError, Turns
from crawler.reservations import Reservations
from crawler.robots import Robots, RobotsAnswer, product_token, text_of
from crawler.unpack import TooLargeError, UnpackError, unpacked
from crawler.urls import UrlRefusedError, checked, is_login
from crawler.values import Fetched, FetchFailed
from store.hosts import host_key
from store.values import Cause, Outcome

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class Fetcher:
    """The way out of one crawl."""

    def __init__(self, engine: ExecutionEngine, leases: Leases, guard: Guard, user_agent: str, delay: float) -> None:
        self._engine = engine
        self._leases = leases
        self._agent = product_token(user_agent)
        self.turns = Turns(leases, guard, delay)
        self._robots = Robots(leases, self._ask_robots, user_agent)
        self._reservations = Reservations(leases, self._ask_file, user_agent)

    async def get(
        self, url: str, headers: dict[str, str] | None = None, *, keeps_text: bool = True
    ) -> Fetched | FetchFailed:
        """Fetch `url`, following at most five redirects, each of them guarded, asked for and waited for.

        `keeps_text` says that text of the answer may be kept, so that it matters whether files of the site reserve it;
        of a source whose rights class is `title` nobody needs to ask.
        """
        got = await self._ask_file(url, headers or {})
        if not isinstance(got, Fetched) or got.reserved or not keeps_text or got.status == HTTPStatus.NOT_MODIFIED:
            return got
        return replace(got, reserved=await self._reservations.reserved(got.url))

    async def _ask_file(self, url: str, headers: dict[str, str] | None = None) -> Fetched | FetchFailed:
        try:
            return await self._follow(url, headers or {}, ask=True)
        except UrlRefusedError as error:
            return faults.of_url(error, url)

    async def _follow(self, url: str, headers: dict[str, str], *, ask: bool) -> Fetched | FetchFailed:
        route, for_good = [url], True
        while True:
            checked(url)
            if ask and (refusal := await self._rules_against(url)) is not None:
                return refusal
            got = await self._once(url, headers)
            if isinstance(got, FetchFailed):
                return got
            target = _target(got, url)
            if target is None:
                return self._judged(got, url, moved_to=_moved(route) if for_good else None)
            if target in route or len(route) > REDIRECTS:
                why = sentences.REDIRECT_LOOP if target in route else sentences.TOO_MANY_REDIRECTS
                return FetchFailed(Outcome.HTTP_ERROR, why, url, cause=Cause.REDIRECTS)
            for_good = for_good and got.status in _FOR_GOOD
            route.append(target)
            url = target

    async def _rules_against(self, url: str) -> FetchFailed | None:
        """What robots.txt has against fetching `url` now; remembers the pause it asks for."""
        verdict = await self._robots.verdict(url)
        if verdict.failure is not None:
            return faults.without_rules(verdict.failure, url)
        if not verdict.allowed:
            return FetchFailed(Outcome.ROBOTS, sentences.ROBOTS_SAY_NO, url, cause=Cause.ROBOTS)
        self.turns.slow_down(url, verdict.delay)
        return None

    async def _once(self, url: str, headers: dict[str, str]) -> Response | FetchFailed:
        try:
            async with self.turns.turn(url) as slot:
                got = await self._download(url, headers, slot)
                if isinstance(got, Response) and got.status in _LATER:
                    # Before the next in line has its turn.
                    await self._hold_off(url, got)
                return got
        except HostBusyError:
            return FetchFailed(Outcome.RETRY_LATER, sentences.HOST_BUSY, url, cause=Cause.BUSY)
        except HostAskedToWaitError as error:
            rest = max(int((error.until - self._leases.clock()).total_seconds()), 1)
            why = sentences.STILL_ASKED_TO_WAIT
            return FetchFailed(Outcome.RETRY_LATER, why, url, retry_after=rest, cause=Cause.BUSY)

    async def _download(self, url: str, headers: dict[str, str], slot: str) -> Response | FetchFailed:
        # The slot is name and port, where Scrapy would take the name alone. Nobody else tells the handler our time.
        meta = {"download_slot": slot, "download_timeout": TOTAL_SECONDS}
        request = Request(url, headers=headers, callback=NO_CALLBACK, dont_filter=True, meta=meta)
        try:
            return await self._engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever the network does to one source, the others go on
            return faults.of_download(error, url)

    def _judged(self, response: Response, url: str, moved_to: str | None) -> Fetched | FetchFailed:
        status = response.status
        if status in _LATER:
            asked = retry_after(_header(response, "Retry-After"), self._leases.clock())
            why = sentences.asked_to_wait(status)
            return FetchFailed(Outcome.RETRY_LATER, why, url, status, asked, cause=Cause.BUSY)
        if status != HTTPStatus.NOT_MODIFIED and not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return faults.of_status(status, url)
        received = len(response.body)
        try:
            body = unpacked(response.body, _header(response, "Content-Encoding") or "")
        except (TooLargeError, UnpackError) as error:
            return faults.of_body(error, url, status, received)
        fresh = {name: _header(response, name) or "" for name in ("cache-control", "age", "expires", "date")}
        tags = [value.decode("latin-1") for value in response.headers.getlist("X-Robots-Tag")]
        return Fetched(
            status=status,
            url=url,
            body=body,
            content_type=_header(response, "Content-Type") or "",
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            received=received,
            cut="dataloss" in response.flags,
            hint_seconds=hints.of_answer(fresh, self._leases.clock()),
            moved_to=moved_to,
            reserved=reservations.reserved_in_headers(_header(response, "tdm-reservation"), tags, self._agent),
        )

    async def _hold_off(self, url: str, response: Response) -> None:
        """Leave a host alone for as long as it asks, in this crawl and in all others."""
        now = self._leases.clock()
        if asked := retry_after(_header(response, "Retry-After"), now):
            self.turns.hold_off(url, asked)
            await asyncio.to_thread(self._leases.hold_off, host_key(url), now + timedelta(seconds=asked))

    async def _ask_robots(self, url: str) -> RobotsAnswer | FetchFailed:
        """robots.txt is fetched like anything else, only that nobody needs to allow it."""
        try:
            got = await self._follow(url, {}, ask=False)
        except UrlRefusedError as error:
            return faults.of_url(error, url)
        if isinstance(got, Fetched):
            return RobotsAnswer(got.status, text_of(got.body))
        if got.outcome in {Outcome.HTTP_ERROR, Outcome.GONE} and got.status is not None:
            return RobotsAnswer(got.status, "")
        return got


def _moved(route: list[str]) -> str | None:
    """Where permanent redirects led, if that may become the source's own address: no login, and never without TLS."""
    schemes = [urlsplit(url).scheme for url in route]
    downgraded = ("https", "http") in pairwise(schemes)
    return None if len(route) == 1 or downgraded or is_login(route[-1]) else route[-1]


def _target(response: Response, url: str) -> str | None:
    """Where an answer sends us, if it does. Without a Location it is an answer like any other."""
    location = _header(response, "Location")
    if response.status not in _REDIRECTS or not location:
        return None
    try:
        return urldefrag(urljoin(url, location)).url
    except ValueError:
        raise UrlRefusedError("het adres waarnaar de server doorverwijst klopt niet") from None


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:1000] if value else None


def retry_after(value: str | None, now: datetime) -> int | None:
    """RFC 9110 section 10.2.3: seconds or a date. At most a day; None when it says nothing usable."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        seconds = int(value[:9])
    else:
        moment = hints.moment(value)
        if moment is None:
            return None
        seconds = int((moment - now).total_seconds())
    return min(max(seconds, 0), RETRY_AFTER_CEILING_SECONDS) or None
