"""One web server on one loopback port: answers by one function and remembers who asked what, and when.

Built on the standard library and not on the framework of our own site, so that the crawler is never tested
against the habits of the program it belongs to.
"""

from __future__ import annotations

import gzip
import hashlib
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

HEADERS_KEPT = (
    "accept",
    "accept-encoding",
    "authorization",
    "cookie",
    "if-modified-since",
    "if-none-match",
    "user-agent",
)
GZIP_FROM = 500
"""Bytes below which packing costs more than it saves."""
STOP_SECONDS = 3.0
IDLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in; header names in lower case, `path` without the query."""

    method: str
    host: str
    path: str
    query: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A well-behaved answer. `etag` gives it a validator, so that it may become a 304; `packed` allows gzip.

    `after` is how many seconds the server thinks before it answers.
    """

    status: int = 200
    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    modified: datetime | None = None
    etag: bool = True
    packed: bool = True
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that writes its own bytes, status line included. The connection closes behind it."""

    write: Callable[[Wire], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the access log. `started` and `ended` are seconds of `time.monotonic()`.

    `ended` is taken just before the last bytes leave, so a client that comes straight back never seems to
    overlap with itself. It is None while the server is still answering; `status` is 0 for an answer that wrote
    its own bytes.
    """

    host: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    started: float
    ended: float | None = None
    status: int | None = None


class Wire:
    """The bare connection, for answers that misbehave on purpose."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping

    def send(self, data: bytes) -> None:
        """Send all bytes; `OSError` when the client has gone."""
        self._connection.sendall(data)

    def wait(self, seconds: float) -> bool:
        """Wait, and say whether the server is still up: True to go on."""
        return not self._stopping.wait(seconds)

    def drop(self) -> None:
        """Break the connection off with a reset instead of a goodbye."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


class Listener:
    """A running server. `answer` is called in a thread per connection; `stop` ends them all.

    `poll` is how many seconds `stop` may take to be noticed; where hundreds run, looking often costs a core.
    """

    def __init__(
        self,
        answer: Callable[[Asked], Answer | Raw],
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        poll: float = 0.02,
    ) -> None:
        self.stopping = threading.Event()
        self._answer = answer
        self._lock = threading.Lock()
        self._log: list[Seen] = []
        self._server = _Server((address, port), self)
        self.address = address
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(poll,), daemon=True)
        self._thread.start()

    @property
    def host(self) -> str:
        """Name and port, as a Host header has it."""
        return f"{self.address}:{self.port}"

    @property
    def requests(self) -> tuple[Seen, ...]:
        """All that was asked so far, in the order of arrival."""
        with self._lock:
            return tuple(self._log)

    def url(self, path: str = "/") -> str:
        """The absolute address of a path on this server."""
        return f"http://{self.host}{path}"

    def answer(self, asked: Asked) -> Answer | Raw:
        """What the function of this server says to a request."""
        return self._answer(asked)

    def begin(self, asked: Asked, started: float) -> int:
        """Note a request that came in and return the number of its line."""
        kept = {name: value for name, value in asked.headers.items() if name in HEADERS_KEPT}
        with self._lock:
            self._log.append(Seen(asked.host, asked.method, asked.path, asked.query, kept, started))
            return len(self._log) - 1

    def end(self, line: int, status: int, ended: float) -> None:
        """Complete the line of a request that was answered."""
        with self._lock:
            old = self._log[line]
            self._log[line] = Seen(old.host, old.method, old.path, old.query, old.headers, old.started, ended, status)

    def stop(self) -> None:
        """Close the port and every open connection, also where the answer never ends. May be called twice."""
        self.stopping.set()
        self._server.shutdown()
        self._thread.join(STOP_SECONDS)
        self._server.server_close()
        self._server.close_connections()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Not `HTTPServer`: that one looks its own name up, which takes seconds where no name server answers."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], listener: Listener) -> None:
        self.listener = listener
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is daily life; anything else is a fault of ours and must be seen."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        with self._changed:
            for connection in self._open:
                if connection.fileno() >= 0:
                    _hang_up(connection)
            self._changed.wait_for(lambda: not self._open, STOP_SECONDS)


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # The client was first.


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "wereld"
    sys_version = ""
    timeout = IDLE_SECONDS
    server: _Server

    def do_HEAD(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def _serve(self) -> None:
        started = time.monotonic()
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, headers.get("host", ""), path, query, headers)
        listener = self.server.listener
        line = listener.begin(asked, started)
        answer = listener.answer(asked)
        if isinstance(answer, Raw):
            self.close_connection = True
            try:
                answer.write(Wire(self.connection, listener.stopping))
            finally:
                listener.end(line, 0, time.monotonic())
            return
        if answer.after:
            listener.stopping.wait(answer.after)
        answer = conditional(asked, answer)
        head = self._head(answer)
        listener.end(line, answer.status, time.monotonic())
        self.wfile.write(head + (b"" if self.command == "HEAD" else answer.body))

    def _head(self, answer: Answer) -> bytes:
        phrase = HTTPStatus(answer.status).phrase
        lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if answer.status != HTTPStatus.NOT_MODIFIED:
            lines += [f"Content-Type: {answer.type}", f"Content-Length: {len(answer.body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the standard library's)
        """Silent: the log is `Listener.requests`."""


def conditional(asked: Asked, answer: Answer) -> Answer:
    """Give a 200 its validators, make it a 304 where the client has it already, and pack it if it may be packed.

    RFC 9110 section 13.1.3: If-Modified-Since counts only without If-None-Match.
    """
    if answer.status != HTTPStatus.OK:
        return answer
    extra: list[tuple[str, str]] = []
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    if answer.etag:
        extra.append(("ETag", tag))
    if answer.modified is not None:
        extra.append(("Last-Modified", format_datetime(answer.modified.astimezone(UTC), usegmt=True)))
    if _has_it(asked, answer, tag):
        return Answer(status=304, headers=(*answer.headers, *extra))
    body = answer.body
    if answer.packed and len(body) >= GZIP_FROM:
        extra.append(("Vary", "Accept-Encoding"))
        if "gzip" in asked.headers.get("accept-encoding", ""):
            body = gzip.compress(body, mtime=0)
            extra.append(("Content-Encoding", "gzip"))
    return Answer(body=body, type=answer.type, headers=(*answer.headers, *extra))


def _has_it(asked: Asked, answer: Answer, tag: str) -> bool:
    known = asked.headers.get("if-none-match")
    if known is not None:
        return answer.etag and tag in {part.strip().removeprefix("W/") for part in known.split(",")}
    since = asked.headers.get("if-modified-since")
    if since is None or answer.modified is None:
        return False
    try:
        return answer.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
