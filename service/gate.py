"""What stands before every handler: the host must be ours, a form must come from our own pages, a body has a limit.

Cross-site posts are refused by `Sec-Fetch-Site`, which a page cannot forge, else by `Origin` (TRUST 3.5). Without
either the answer is 403 too: every browser of the last years sends at least one of them with a form.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store.settings import Settings, is_loopback

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
KNOWN_METHODS = SAFE_METHODS | {"POST"}
BODY_LIMIT = 512 * 1024
FREE_OF_ORIGIN = "/afmelden/"
"""The one-click unsubscribe of RFC 8058 is posted by a mail program; its token is the only authority it has."""

Refusal = tuple[int, str]


class RefusedError(Exception):
    """Raised into the application, which answers with an error page in the usual form."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Gate:
    """Lets a request through, or answers with the error page that `refuse` makes."""

    def __init__(self, app: ASGIApp, *, settings: Settings, refuse: Callable[[Request, int, str], Response]) -> None:
        self.app = app
        self.refuse = refuse
        self.hosts = own_hosts(settings)
        scheme = "https" if settings.is_https else "http"
        self.origins = frozenset(f"{scheme}://{host}" for host in self.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        if refusal is None:
            await self.app(scope, _limited(receive), send)
            return
        response = await run_in_threadpool(self.refuse, Request(scope), *refusal)
        await response(scope, receive, send)

    def _refusal(self, method: str, path: str, headers: Headers) -> Refusal | None:
        if headers.get("host", "").lower() not in self.hosts:
            return 421, "Dit adres hoort niet bij deze site."
        if method not in KNOWN_METHODS:
            return 405, "Dit kan hier niet."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            return 413, "Wat je stuurt is te groot. Maak de tekst korter."
        if method in SAFE_METHODS or path.startswith(FREE_OF_ORIGIN):
            return None
        if not _is_our_form(headers.get("content-type", "")):
            return 415, "Stuur dit met het formulier op de pagina."
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin", "").lower()
        ours = site in {"same-origin", "none"} if site else origin in self.origins
        return None if ours else (403, "Dit formulier kwam niet van onze eigen pagina. Open de pagina opnieuw.")


def _is_our_form(content_type: str) -> bool:
    """A form as browsers send it. In another charset than UTF-8 it could spell half a letter, which nothing holds."""
    kind, options = parse_options_header(content_type)
    charset = options.get(b"charset", b"utf-8").lower()
    return kind in {b"application/x-www-form-urlencoded", b"multipart/form-data"} and charset in {b"utf-8", b"utf8"}


def own_hosts(settings: Settings) -> frozenset[str]:
    """The `Host` values we answer to. On a loopback address both its names are ours."""
    parts = urlsplit(settings.base_url)
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    names = {host}
    if is_loopback(host):
        names |= {"localhost", "127.0.0.1", "[::1]"}
        # A proxy of the same machine, or a test, may speak to the port we really listen on.
        ports = {port, f":{settings.server.port}"}
    else:
        ports = {port, ":443" if settings.is_https else ":80"}
    return frozenset(name + each for name in names for each in ports)


def _limited(receive: Receive) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_LIMIT:
            raise RefusedError(413, "Wat je stuurt is te groot. Maak de tekst korter.")
        return message

    return counted
