"""Headless Chromium through Playwright. What a page complains about fails the test that opened it.

The content security policy is never bypassed: a page that needs that is a page that does not work.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NEEDED = "Chromium is needed for the full test run: run `sh tests/needs.sh`, or leave it out with `--quick`."
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NETWORK_SCHEMES = frozenset({"http", "https", "ws", "wss"})
FAILED_TO_LOAD = "Failed to load resource"


@dataclass
class Visitor:
    """Someone who looks at one site in a fresh browser profile: no cookies, nothing kept.

    `complaints` gathers errors on the console (a refusal by the content security policy is one), errors of scripts,
    and requests to any host but the site and `allowed`.
    """

    context: BrowserContext
    page: Page
    site: str
    allowed: tuple[str, ...] = ()
    complaints: list[str] = field(default_factory=list)
    _refused_pages: set[str] = field(default_factory=set)
    _failed: list[tuple[str, str]] = field(default_factory=list)

    def open(self, path: str) -> Response:
        """Go to a path of the site, or to a whole address, and give the answer."""
        answer = self.page.goto(path if "://" in path else self.site + path)
        assert answer is not None, f"Chromium got no answer for {path}"
        return answer

    def leave(self) -> None:
        """Close the browser profile. Do so before the site stops: what is still under way then is no complaint."""
        self.context.close()

    def check(self) -> None:
        """Fail when a page complained. A page that rightly answers 404 or 410 is no complaint, a picture is."""
        failed = [f"{text} ({url})" for text, url in self._failed if url not in self._refused_pages]
        complaints = self.complaints + failed
        assert not complaints, "The pages complained:\n" + "\n".join(complaints)

    def watch(self, page: Page) -> None:
        """Listen to what a page and everything in it does."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"error in a script: {error}"))
        page.on("request", self._on_request)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        # Of a form that posts to a part of a page, the console names the part too and the answer does not.
        url = str(message.location.get("url", "")).partition("#")[0]
        if message.text.startswith(FAILED_TO_LOAD):
            self._failed.append((message.text, url))
        else:
            self.complaints.append(f"on the console: {message.text} ({url})")

    def _on_request(self, request: Request) -> None:
        target = urlsplit(request.url)
        home = {same_host(url) for url in (self.site, *self.allowed)}
        if target.scheme in NETWORK_SCHEMES and same_host(request.url) not in home:
            self.complaints.append(f"a request to somewhere else: {request.method} {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status >= 400:
            self._refused_pages.add(response.url)


def same_host(url: str) -> str:
    """Host and port; `localhost` and `127.0.0.1` are one host to us, as they are to the service."""
    netloc = urlsplit(url).netloc
    return netloc.replace("127.0.0.1", "localhost")


def executable() -> str:
    """Where Chromium stands on this machine. AssertionError with what to do when it does not."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert path, NEEDED
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a file; every test gets profiles of its own.

    Not for the whole session: while Playwright's synchronous interface is up, the thread has a running event loop, and
    `asyncio.run` in the tests of another file would fail.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_visitor(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Make visitors: `new_visitor(service.url, javascript=False, viewport={"width": 320, "height": 640})`.

    Further keywords are those of Playwright's `new_context`. At the end every visitor is asked for complaints. Name it
    behind the fixture of the site, so that visitors leave before the site goes.
    """
    visitors: list[Visitor] = []

    def make(site: str, *, javascript: bool = True, allowed: tuple[str, ...] = (), **options: Any) -> Visitor:
        options = {"locale": "nl-NL", "timezone_id": "Europe/Amsterdam"} | options
        context = chromium.new_context(java_script_enabled=javascript, **options)
        context.set_default_timeout(10_000)
        visitor = Visitor(context, context.new_page(), site.rstrip("/"), allowed)
        visitor.watch(visitor.page)
        context.on("page", visitor.watch)
        visitors.append(visitor)
        return visitor

    yield make
    for visitor in visitors:
        visitor.leave()
    for visitor in visitors:
        visitor.check()
