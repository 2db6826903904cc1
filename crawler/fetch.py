"""Fetching one address politely: rules first, then our turn at the host, and the same again for every redirect.

Whoever wants something from the network calls `Fetcher.get`; nothing else in this program makes a request. What can
go wrong out there is a value, `FetchFailed`, with the Dutch words for it.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin, urlsplit

import aiohttp
from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler import sentences
from crawler.guard import REFUSED, Guard
from crawler.leases import Leases
from crawler.limits import REDIRECTS, RETRY_AFTER_CEILING_SECONDS
from crawler.pace import HostAskedToWaitError, HostBusyError, Turns
from crawler.robots import Robots, RobotsAnswer, text_of
from crawler.unpack import TooLargeError, UnpackError, unpacked
from crawler.urls import UrlRefusedError, checked
from crawler.values import Fetched, FetchFailed
from store.values import Outcome

log = logging.getLogger(__name__)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAME_FOR_THE_PAGE = frozenset({Outcome.REFUSED, Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.RETRY_LATER})
_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class Fetcher:
    """The way out of one crawl."""

    def __init__(self, engine: ExecutionEngine, leases: Leases, guard: Guard, user_agent: str, delay: float) -> None:
        self._engine = engine
        self._leases = leases
        self.turns = Turns(leases, guard, delay)
        self._robots = Robots(leases, self._ask_robots, user_agent)

    async def get(self, url: str, headers: dict[str, str] | None = None) -> Fetched | FetchFailed:
        """Fetch `url`, following at most five redirects, each of them guarded, asked for and waited for."""
        try:
            return await self._follow(url, headers or {}, ask=True)
        except UrlRefusedError as error:
            return FetchFailed(Outcome.REFUSED, sentences.url_refused(str(error)), url)

    async def _follow(self, url: str, headers: dict[str, str], *, ask: bool) -> Fetched | FetchFailed:
        for _ in range(REDIRECTS + 1):
            checked(url)
            if ask:
                verdict = await self._robots.verdict(url)
                if verdict.failure is not None:
                    return _without_rules(verdict.failure, url)
                if not verdict.allowed:
                    return FetchFailed(Outcome.ROBOTS, sentences.ROBOTS_SAY_NO, url)
                self.turns.slow_down(url, verdict.delay)
            got = await self._once(url, headers)
            if isinstance(got, FetchFailed):
                return got
            target = _target(got, url)
            if target is None:
                return self._judged(got, url)
            url = target
        return FetchFailed(Outcome.HTTP_ERROR, sentences.TOO_MANY_REDIRECTS, url)

    async def _once(self, url: str, headers: dict[str, str]) -> Response | FetchFailed:
        try:
            async with self.turns.turn(url) as slot:
                return await self._download(url, headers, slot)
        except HostBusyError:
            return FetchFailed(Outcome.RETRY_LATER, sentences.HOST_BUSY, url)
        except HostAskedToWaitError as error:
            rest = (error.until - self._leases.clock()).total_seconds()
            return FetchFailed(Outcome.RETRY_LATER, sentences.STILL_ASKED_TO_WAIT, url, retry_after=max(int(rest), 1))

    async def _download(self, url: str, headers: dict[str, str], slot: str) -> Response | FetchFailed:
        # The slot is name and port, where Scrapy would take the name alone.
        meta = {"download_slot": slot}
        request = Request(url, headers=headers, callback=NO_CALLBACK, dont_filter=True, meta=meta)
        try:
            return await self._engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever the network does to one source, the others go on
            return _failure(error, url)

    def _judged(self, response: Response, url: str) -> Fetched | FetchFailed:
        status = response.status
        if status in _LATER:
            asked = retry_after(_header(response, "Retry-After"), self._leases.clock())
            if asked:
                self.turns.hold_off(url, asked)
            return FetchFailed(Outcome.RETRY_LATER, sentences.asked_to_wait(status), url, status, asked)
        if status == HTTPStatus.GONE:
            return FetchFailed(Outcome.GONE, sentences.GONE, url, status)
        if status != HTTPStatus.NOT_MODIFIED and not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return FetchFailed(Outcome.HTTP_ERROR, sentences.http_error(status), url, status)
        received = len(response.body)
        try:
            body = unpacked(response.body, _header(response, "Content-Encoding") or "")
        except TooLargeError:
            return FetchFailed(Outcome.TOO_LARGE, sentences.TOO_LARGE, url, status, received=received)
        except UnpackError:
            return FetchFailed(Outcome.UNREACHABLE, sentences.NOT_UNPACKED, url, status, received=received)
        return Fetched(
            status=status,
            url=url,
            body=body,
            content_type=_header(response, "Content-Type") or "",
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            received=received,
            cut="dataloss" in response.flags,
        )

    async def _ask_robots(self, url: str) -> RobotsAnswer | FetchFailed:
        """robots.txt is fetched like anything else, only that nobody needs to allow it."""
        try:
            got = await self._follow(url, {}, ask=False)
        except UrlRefusedError as error:
            return FetchFailed(Outcome.REFUSED, sentences.url_refused(str(error)), url)
        if isinstance(got, Fetched):
            return RobotsAnswer(got.status, text_of(got.body))
        if got.outcome in {Outcome.HTTP_ERROR, Outcome.GONE} and got.status is not None:
            return RobotsAnswer(got.status, "")
        return got


def _without_rules(failure: FetchFailed, url: str) -> FetchFailed:
    """Why a page is left alone while robots.txt cannot be had. Of a server that is down, that is what to say."""
    if failure.outcome in _SAME_FOR_THE_PAGE:
        return replace(failure, url=url)
    return FetchFailed(Outcome.ROBOTS, sentences.ROBOTS_SILENT, url, failure.status)


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
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = int(value[:9])
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        seconds = int((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
    return min(max(seconds, 0), RETRY_AFTER_CEILING_SECONDS) or None


def _failure(error: Exception, url: str) -> FetchFailed:
    """What an exception of the downloader means."""
    if REFUSED in str(error):
        return FetchFailed(Outcome.REFUSED, sentences.ADDRESS_REFUSED, url)
    if isinstance(error, DownloadTimeoutError):
        connecting = isinstance(error.__cause__, aiohttp.ConnectionTimeoutError)
        return FetchFailed(Outcome.TIMEOUT, sentences.no_connection() if connecting else sentences.too_slow(), url)
    if isinstance(error.__cause__, aiohttp.ClientConnectorCertificateError):
        return FetchFailed(Outcome.UNREACHABLE, sentences.BAD_CERTIFICATE, url)
    for kind, outcome, why in _MEANINGS:
        if isinstance(error, kind):
            return FetchFailed(outcome, why.format(name=urlsplit(url).hostname or url), url)
    log.warning("Fetching %s failed in a way we did not foresee.", url, exc_info=error)
    return FetchFailed(Outcome.UNREACHABLE, sentences.BROKEN_OFF, url)


_MEANINGS: tuple[tuple[type[Exception], Outcome, str], ...] = (
    (DownloadCancelledError, Outcome.TOO_LARGE, sentences.TOO_LARGE),
    (UnsupportedURLSchemeError, Outcome.REFUSED, sentences.url_refused("het adres klopt niet")),
    (CannotResolveHostError, Outcome.UNREACHABLE, sentences.NO_SUCH_NAME),
    (DownloadConnectionRefusedError, Outcome.UNREACHABLE, sentences.NOT_REACHABLE),
    (DownloadFailedError, Outcome.UNREACHABLE, sentences.BROKEN_OFF),
    (ResponseDataLossError, Outcome.UNREACHABLE, sentences.BROKEN_OFF),
)
