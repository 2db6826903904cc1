"""The dangerous defaults of Scrapy are said away, and our own front door knows nothing of Scrapy."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from scrapy.crawler import Crawler
from scrapy.spiders import Spider

from crawler import limits
from crawler.guard import Guard
from crawler.handler import GuardedHandler
from crawler.kinds import kinds
from crawler.scrapy_settings import scrapy_settings
from store.values import CRAWLED
from tests.parts.corpus import REPOSITORY

PINNED = {
    "TWISTED_REACTOR_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_MAXSIZE": 5 * 1024 * 1024,
    "DOWNLOAD_TIMEOUT": 30,
    "ROBOTSTXT_OBEY": False,
    "REDIRECT_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "RETRY_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "COOKIES_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "REFERER_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "JOBDIR": None,
    "FEEDS": {},
}


@pytest.mark.parametrize("name", sorted(PINNED))
def test_a_dangerous_default_is_pinned(name):
    said = scrapy_settings(Guard(), "Signaal/0.1")
    assert name in said, f"{name} must be said in crawler/scrapy_settings.py, whatever its default is"
    crawler = Crawler(Spider, said)
    value = crawler.settings.get(name)
    assert (dict(value) if name == "FEEDS" else value) == PINNED[name]


def test_only_http_and_https_have_a_way_out_and_both_are_guarded():
    handlers = Crawler(Spider, scrapy_settings(Guard(), "x")).settings.getwithbase("DOWNLOAD_HANDLERS")
    ways = {scheme: handler for scheme, handler in handlers.items() if handler is not None}
    assert set(ways) == {"http", "https"}
    assert all(issubclass(handler, GuardedHandler) for handler in ways.values())


def test_nothing_of_scrapy_stands_between_us_and_the_downloader():
    settings = Crawler(Spider, scrapy_settings(Guard(), "x")).settings
    names = [str(part).rpartition(".")[2] for part in settings.getwithbase("DOWNLOADER_MIDDLEWARES")]
    assert names == ["DefaultHeadersMiddleware", "UserAgentMiddleware"]
    assert not settings.getwithbase("SPIDER_MIDDLEWARES")
    assert not settings.getwithbase("EXTENSIONS")


def test_we_ask_for_dutch():
    headers = scrapy_settings(Guard(), "x")["DEFAULT_REQUEST_HEADERS"]
    assert headers["Accept-Language"] == "nl,en;q=0.5"


def test_the_limits_are_those_of_trust():
    assert (limits.CONNECT_SECONDS, limits.TOTAL_SECONDS, limits.REDIRECTS) == (5, 30, 5)
    assert (limits.RAW_BYTES, limits.UNPACKED_BYTES, limits.UNPACKED_RATIO) == (5 * 2**20, 20 * 2**20, 20)
    assert (limits.ENTRIES, limits.NESTING, limits.HOST_DELAY_SECONDS) == (500, 200, 2.0)


def test_every_kind_of_source_is_a_file_that_is_found_by_listing():
    assert set(kinds()) == {str(kind) for kind in CRAWLED}
    for name, kind in kinds().items():
        assert kind.name == name
        kind.Options()


def test_the_front_door_knows_no_scrapy_and_no_feedparser():
    heavy = "{'scrapy', 'twisted', 'feedparser', 'aiohttp'}"
    code = (
        f"import sys, crawler; crawler.run_due; print(*[name for name in sys.modules if name.split('.')[0] in {heavy}])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert found.stdout.split() == [], "importing crawler must stay cheap: keep scrapy and its kin in the child"


def test_feedparser_and_the_network_have_one_door_each():
    imports: dict[str, set[str]] = {}
    for file in sorted((REPOSITORY / "crawler").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                imports.setdefault(name.split(".")[0], set()).add(file.name)
    assert imports["feedparser"] == {"feeds.py"}
    assert imports["aiohttp"] <= {"guard.py", "handler.py", "names.py", "fetch.py", "faults.py"}
    # The last two speak through socket pairs to processes of their own.
    assert imports["socket"] <= {"guard.py", "names.py", "parsers.py", "parsing.py"}
    for client in ("requests", "httpx", "httpx2", "urllib3", "http.client"):
        assert client not in imports, f"{client} would go past the guard"
