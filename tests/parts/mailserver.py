"""A real SMTP server that can be told to misbehave at every step, and that writes down what it took.

Two marks per message: `accepted` before the 250 leaves and `answered` after it left. A message with the first mark
and not the second was taken, but its sender may not know it. As a program of its own, for tests that kill things:

    python -m tests.parts.mailserver --port-file FILE --ledger FILE [--delay SECONDS]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import threading
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ACCEPTED, ANSWERED = "accepted", "answered"
LINK = re.compile(r"https?://[^\s<>]+")
UID = re.compile(r"^UID:(\S+)", re.MULTILINE)
METHOD = re.compile(r"^METHOD:(\S+)", re.MULTILINE)
SEQUENCE = re.compile(r"^SEQUENCE:(\d+)", re.MULTILINE)
STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How to treat one connection (`banner`) or one message (the rest).

    `banner`, `rcpt` and `data` are whole SMTP answers, such as "451 4.3.0 Later". `lose` breaks the connection off
    instead of answering: at RCPT, after the final dot with the message thrown away (`before`), or after the final dot
    with the message taken (`after`); the sender cannot tell the last two apart. `delay` is in seconds and comes before
    the answer to the final dot.
    """

    banner: str | None = None
    rcpt: str | None = None
    data: str | None = None
    lose: Literal["rcpt", "before", "after"] | None = None
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the server took upon itself."""

    number: int
    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        parsed = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


class MailServer:
    """A running server on a free port of 127.0.0.1, in a thread with a loop of its own. A context manager.

    With `login` it refuses mail from who did not log in.
    """

    def __init__(self, *, login: tuple[str, str] | None = None, ledger: Path | None = None, port: int = 0) -> None:
        self.host = "127.0.0.1"
        self.port = port
        self.login = login
        self.connections = 0
        self.marks: list[tuple[str, int]] = []
        self._ledger = ledger
        self._lock = threading.Lock()
        self._taken: list[Taken] = []
        self._next: deque[Plan] = deque()
        self._always = Plan()
        self._refused: dict[str, str] = {}
        self._sessions: set[_Conversation] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> MailServer:  # noqa: PYI034
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> MailServer:
        """Listen; afterwards `port` says where."""
        self._thread.start()
        self._server = self._call(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        """Close the port and what is still open."""
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)
        self._loop.close()

    @property
    def taken(self) -> tuple[Taken, ...]:
        """All messages that were accepted, oldest first."""
        with self._lock:
            return tuple(self._taken)

    @property
    def answered(self) -> frozenset[int]:
        """The numbers of the messages whose sender was told 250."""
        with self._lock:
            return frozenset(number for mark, number in self.marks if mark == ANSWERED)

    def next(self, *plans: Plan) -> None:
        """Treat the following messages (or connections, for a banner) by these plans, one each."""
        with self._lock:
            self._next.extend(plans)

    def always(self, plan: Plan) -> None:
        """Treat every message by this plan, unless another one comes first. `Plan()` behaves well again."""
        with self._lock:
            self._always = plan

    def refuse(self, address: str, answer: str = "550 5.1.1 No such mailbox") -> None:
        """Refuse one recipient from now on."""
        with self._lock:
            self._refused[address.lower()] = answer

    def plan(self, *, banner: bool) -> Plan:
        """The plan for what comes in now. A banner plan waits for a connection, any other for a message."""
        with self._lock:
            if self._next and (self._next[0].banner is not None) == banner:
                return self._next.popleft()
            return self._always

    def refusal(self, address: str) -> str | None:
        """What to answer to a recipient that is refused, None for all others."""
        with self._lock:
            return self._refused.get(address.lower())

    def accept(self, envelope: Envelope) -> int:
        """Take a message upon ourselves; gives its number. Written to disk before the sender hears of it."""
        assert isinstance(envelope.content, bytes)
        with self._lock:
            number = len(self._taken)
            taken = Taken(number, envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content)
            self._taken.append(taken)
        self.mark(ACCEPTED, number, facts(taken))
        return number

    def mark(self, mark: str, number: int, facts: dict[str, Any] | None = None) -> None:
        """Write one line in the ledger."""
        with self._lock:
            self.marks.append((mark, number))
        if self._ledger is not None:
            line = json.dumps({"mark": mark, "number": number, "process": os.getpid(), **(facts or {})})
            with self._ledger.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())

    def session(self, conversation: _Conversation, *, opened: bool) -> None:
        """Know which conversations are open, to be able to stop."""
        if opened:
            self.connections += 1
            self._sessions.add(conversation)
        else:
            self._sessions.discard(conversation)

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: _Conversation(self), self.host, self.port)

    async def _close(self) -> None:
        self._server.close()
        for conversation in list(self._sessions):
            conversation.abort()
        await self._server.wait_closed()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(STOP_SECONDS)


def facts(taken: Taken) -> dict[str, Any]:
    """What the ledger keeps of a message: `event` is the UID in its calendar part, None without one.

    `method` and `version` are those of the calendar: PUBLISH or CANCEL, and its SEQUENCE.
    """
    message = taken.message
    body = message.get_body(("plain",))
    calendars = [part.get_content() for part in message.walk() if part.get_content_type() == "text/calendar"]
    uid = UID.search(calendars[0]) if calendars else None
    return {
        "to": taken.recipients,
        "message_id": str(message["Message-ID"]),
        "event": uid[1] if uid else None,
        "method": METHOD.search(calendars[0])[1] if uid else None,
        "version": int(SEQUENCE.search(calendars[0])[1]) if uid else None,
        "links": LINK.findall(body.get_content()) if body is not None else [],
    }


class _Conversation(SMTP):
    """One connection. The library speaks the protocol; we decide what it says at the steps of a plan."""

    def __init__(self, server: MailServer) -> None:
        self._mail_server = server
        self._greeted = False
        self._number: int | None = None
        handler = _Handler(server)
        super().__init__(
            handler,
            hostname="post.example.nl",
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=handler.knows,
        )
        # Set here and not by the argument: that one warns against a login without TLS, rightly so on other networks.
        self._auth_required = server.login is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._mail_server.session(self, opened=True)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._mail_server.session(self, opened=False)
        super().connection_lost(error)

    def abort(self) -> None:
        """Break off without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    def accepted(self, number: int) -> None:
        """The next answer is the 250 of this message."""
        self._number = number

    async def push(self, status: Any) -> None:
        if not self._greeted:
            self._greeted = True
            banner = self._mail_server.plan(banner=True).banner
            if banner is not None:
                await super().push(banner)
                assert self.transport is not None
                self.transport.close()
                return
        await super().push(status)
        if self._number is not None:
            number, self._number = self._number, None
            self._mail_server.mark(ANSWERED, number)


class _Handler:
    """What the library asks us at each step. The plan of a message is drawn at its first recipient."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._plan: Plan | None = None

    def knows(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any) -> AuthResult:
        """Whether the login is the one that was agreed."""
        assert isinstance(given, LoginPassword)
        name, word = given.login.decode(), given.password.decode()
        right = (name, word) == self._server.login
        # Not "handled" means that the library says 535; otherwise the sender would wait for an answer in vain.
        return AuthResult(success=right, handled=right)

    async def handle_MAIL(  # noqa: N802
        self, _smtp: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._plan = None
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, smtp: _Conversation, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        plan = self._drawn()
        if plan.lose == "rcpt":
            smtp.abort()
        refused = plan.rcpt or self._server.refusal(address)
        if refused is not None:
            return refused
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, smtp: _Conversation, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        plan = self._drawn()
        self._plan = None
        await asyncio.sleep(plan.delay)
        if plan.data is not None:
            return plan.data
        if plan.lose == "before":
            smtp.abort()
            return "421 Gone"
        number = self._server.accept(envelope)
        if plan.lose == "after":
            smtp.abort()
            return "421 Gone"
        smtp.accepted(number)
        return "250 OK"

    def _drawn(self) -> Plan:
        if self._plan is None:
            self._plan = self._server.plan(banner=False)
        return self._plan


def main() -> None:
    """Serve until SIGTERM; the port stands in the port file as soon as it is open."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before the answer to a final dot")
    told = parser.parse_args()
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with MailServer(ledger=told.ledger, port=told.port) as running:
        running.always(Plan(delay=told.delay))
        waiting = told.port_file.with_suffix(".new")
        waiting.write_text(str(running.port), encoding="ascii")
        waiting.replace(told.port_file)
        stopped.wait()


if __name__ == "__main__":
    main()
