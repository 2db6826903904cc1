"""Rendered public pages as bytes, kept per address and keyed by the version of what is public.

The version is asked of the database at most four times a second, so a withdrawn item is gone within that time from
every process, and from the process that took the withdrawal before its answer leaves. Cookies, languages and agents
change nothing on a public page, so nothing else is in the key.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.headers import STATIC, is_no_store
from store.errors import UnavailableError

CHECK_EVERY = 0.25
KEPT_WITHOUT_DATABASE = 30.0
"""Seconds. A database that is away takes no page off the site (INV-18), but what somebody withdraws from another
process meanwhile must not stay for long (INV-7)."""

BYTES_LIMIT = 64 * 1024 * 1024
QUERY_LIMIT = 500
READING = frozenset({"GET", "HEAD"})
RECEIVES = (
    "text/",
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
    "image/svg",
)


@dataclass(frozen=True, slots=True)
class Kept:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    packed: bytes
    etag: str

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed)


class PageCache:
    """`version` gives the key of what is public now; it may take a moment and is called in a thread.

    `seconds` is a clock that nobody sets.
    """

    def __init__(
        self, app: ASGIApp, *, version: Callable[[], str], seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self.app = app
        self._ask = version
        self._seconds = seconds
        self._version = ""
        self._asked = self._told = float("-inf")
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not self._takes(scope):
            await self._pass_on(scope, receive, send)
            return
        await self._refresh()
        head = scope["method"] == "HEAD"
        key = scope["path"] + "?" + scope["query_string"].decode("latin-1")
        kept = self._pages.get(key)
        if kept is None:
            version = self._version
            kept = await self._render({**scope, "method": "GET"}, receive)
            if kept.status == 200 and version == self._version:  # noqa: PLR2004
                self._keep(key, kept)
        else:
            self._pages.move_to_end(key)
        await _answer(kept, Headers(scope=scope), send, head=head)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD" and not scope["path"].startswith(STATIC):
            await _head(self.app, scope, receive, send)
            return

        async def look_again_first(message: Message) -> None:
            # What was posted may have changed what is public, and is stored by now. Whoever reads the answer must not
            # find the old page after it: withdrawing acts at once.
            self._asked = float("-inf")
            await send(message)

        await self.app(scope, receive, send if scope["method"] in READING else look_again_first)

    @staticmethod
    def _takes(scope: Scope) -> bool:
        path: str = scope["path"]
        return (
            scope["method"] in READING
            and not is_no_store(path)
            and not path.startswith(STATIC)
            and len(scope["query_string"]) <= QUERY_LIMIT
        )

    async def _refresh(self) -> None:
        if self._seconds() - self._asked < CHECK_EVERY:
            return
        self._asked = self._seconds()
        try:
            version = await run_in_threadpool(self._ask)
        except UnavailableError:
            # What is kept still holds; what is not says for itself that it does not work now.
            if self._seconds() - self._told > KEPT_WITHOUT_DATABASE:
                self._forget()
            return
        self._told = self._seconds()
        if version != self._version:
            self._version = version
            self._forget()

    def _forget(self) -> None:
        self._pages.clear()
        self._size = 0

    def _keep(self, key: str, kept: Kept) -> None:
        self._pages[key] = kept
        self._size += kept.size
        while self._size > BYTES_LIMIT:
            _, oldest = self._pages.popitem(last=False)
            self._size -= oldest.size

    async def _render(self, scope: Scope, receive: Receive) -> Kept:
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self.app(scope, receive, collect)
        whole = bytes(body)
        headers = Headers(raw=start["headers"])
        packable = headers.get("content-type", "").startswith(RECEIVES) and "content-encoding" not in headers
        left_out = {b"content-length", b"etag"}
        return Kept(
            status=start["status"],
            headers=tuple((name, value) for name, value in start["headers"] if name not in left_out),
            body=whole,
            packed=gzip.compress(whole, 6, mtime=0) if packable and whole else b"",
            etag=hashlib.sha256(whole).hexdigest()[:32],
        )


async def _head(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """HEAD is GET without the body (RFC 9110 section 9.3.2); the routes know GET only."""

    async def without_body(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    await app({**scope, "method": "GET"}, receive, without_body)


async def _answer(kept: Kept, request: Headers, send: Send, *, head: bool) -> None:
    """Send the kept page: packed if the client takes that, 304 if it has it already (RFC 9110, strong validators)."""
    packed = bool(kept.packed) and "gzip" in request.get("accept-encoding", "")
    etag = f'"{kept.etag}{"-gz" if packed else ""}"'
    body = kept.packed if packed else kept.body
    headers = [*kept.headers, (b"vary", b"Accept-Encoding")]
    status = kept.status
    if status == 200:  # noqa: PLR2004
        headers.append((b"etag", etag.encode()))
        if etag in request.get("if-none-match", ""):
            status, body = 304, b""
    if packed and status != 304:  # noqa: PLR2004
        headers.append((b"content-encoding", b"gzip"))
    if status != 304:  # noqa: PLR2004
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
