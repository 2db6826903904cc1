"""An experiment: the crawl process with a lighter request path, past Scrapy's engine, straight to the guarded handler.

Everything else is as it is: robots, turns, leases, parsing, storing. What is left out is the engine's queue, its slots
and its middlewares, which on our settings only add the default headers; `_Direct` adds those itself.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler import child
from crawler.scrapy_settings import HEADERS


class _Direct:
    """Stands where `crawler/fetch.py` expects the engine."""

    def __init__(self, engine: Any, user_agent: str) -> None:
        self.engine = engine
        self.headers = {**HEADERS, "User-Agent": user_agent}

    async def download_async(self, request: Request) -> Response:
        for name, value in self.headers.items():
            request.headers.setdefault(name, value)
        handlers = self.engine.downloader.handlers
        handler = handlers._get_handler(request.url.partition(":")[0])  # noqa: SLF001 - there is no other way to it
        response: Response = await handler.download_request(request)
        return response


_Fetcher: Any = vars(child)["Fetcher"]


def _fetcher(engine: Any, leases: Any, guard: Any, user_agent: str, *rest: Any, **named: Any) -> Any:
    direct: Any = _Direct(engine, user_agent)
    return _Fetcher(direct, leases, guard, user_agent, *rest, **named)


if __name__ == "__main__":
    vars(child)["Fetcher"] = _fetcher
    code = child.main()
    sys.stdout.flush()
    os._exit(code)
