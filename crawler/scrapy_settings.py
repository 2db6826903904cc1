"""Every setting of Scrapy that matters for safety, said here, whatever its default is or becomes.

We keep Scrapy's engine, downloader and handler. Its own robots, redirect, retry, cookie, compression and cache parts
stay off: robots.txt lets waiting requests through, redirects keep the slot of the old host, retries ignore
Retry-After, and the size limit counts packed and unpacked bytes as one. `crawler/fetch.py` does these.
"""

from __future__ import annotations

from typing import Any

from crawler.guard import Guard
from crawler.handler import guarded
from crawler.limits import PAGES_AT_ONCE, RAW_BYTES, TOTAL_SECONDS
from crawler.unpack import ACCEPTED

CONCURRENT_HOSTS = 32

HEADERS = {
    "Accept": "application/atom+xml, application/rss+xml, application/feed+json, text/calendar, "
    "application/rdf+xml, application/xml;q=0.9, application/json;q=0.8, text/xml;q=0.8, */*;q=0.5",
    "Accept-Encoding": ACCEPTED,
    "Accept-Language": "nl,en;q=0.5",
}


def scrapy_settings(guard: Guard, user_agent: str) -> dict[str, Any]:
    """The settings of one crawl."""
    handler = guarded(guard)
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "USER_AGENT": user_agent,
        "DEFAULT_REQUEST_HEADERS": dict(HEADERS),
        # The way out: these two, and no other scheme.
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "file": None, "ftp": None, "s3": None, "data": None},
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "HTTPPROXY_ENABLED": False,
        # Limits.
        "DOWNLOAD_MAXSIZE": RAW_BYTES,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": TOTAL_SECONDS,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "CONCURRENT_REQUESTS": CONCURRENT_HOSTS + PAGES_AT_ONCE,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        # The pause between two requests is kept in crawler/pace.py, which knows it across crawls.
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": False,
        # What we do ourselves, or never.
        "ROBOTSTXT_OBEY": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "COMPRESSION_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        # Doors into this process.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        # Nothing to the disk, nothing but warnings to the log.
        "JOBDIR": None,
        "FEEDS": {},
        "STATS_DUMP": False,
        "LOG_LEVEL": "WARNING",
        "LOG_ENABLED": False,
        # Nothing of Scrapy's stands between us and the downloader but what sets our headers. The lists themselves are
        # replaced: a part that is switched off is still loaded, and the one for cookies brings `requests` along.
        "DOWNLOADER_MIDDLEWARES_BASE": {
            "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        },
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
    }
