"""Scrapy's aiohttp download handler behind the guard, with a deadline for the whole answer and a least speed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import ClassVar

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.ssl import _make_ssl_context

from crawler.guard import Guard
from crawler.limits import SLOW_AFTER_SECONDS, SLOW_BYTES_PER_SECOND, TOTAL_SECONDS


class GuardedHandler(AiohttpDownloadHandler):
    """Made by `guarded`, which fills in the guard."""

    experimental: ClassVar[bool] = False
    guard: ClassVar[Guard]

    def __init__(self, crawler: Crawler) -> None:
        # Past our parent's own __init__, which would open a session without a guard.
        super(AiohttpDownloadHandler, self).__init__(crawler)
        self._ssl_context = _make_ssl_context(crawler.settings)
        self._session = aiohttp.ClientSession(
            connector=self.guard.connector(total=self._pool_size_total, per_host=self._pool_size_per_host),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            trust_env=False,
        )

    async def download_request(self, request: Request) -> Response:
        # A proxy would connect elsewhere, where the guard sees nothing.
        request.meta.pop("proxy", None)
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                return await super().download_request(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"took longer than {TOTAL_SECONDS} seconds") from error

    @staticmethod
    async def _iter_body_chunks(response: _ClientResponse) -> AsyncIterator[bytes]:
        began, received = time.monotonic(), 0
        async for chunk in response.content.iter_any():
            received += len(chunk)
            passed = time.monotonic() - began
            if passed > SLOW_AFTER_SECONDS and received < passed * SLOW_BYTES_PER_SECOND:
                raise DownloadTimeoutError("sent less than 1 KiB a second")
            yield chunk


def guarded(guard: Guard) -> type[GuardedHandler]:
    """The handler for one crawl. A class, because scrapy copies its settings and makes the handler itself."""
    return type("GuardedHandlerOfThisCrawl", (GuardedHandler,), {"guard": guard})
