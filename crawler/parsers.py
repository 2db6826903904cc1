"""The crawl's side of its parser processes: hand out tasks, and live on when one of them ends.

The processes are started at the first task, so a crawl in which nothing changed starts none. A parser that ends while
it reads a document costs that document alone: the task raises ParserEndedError, and the next task gets a new parser.
What the parsers do is in `crawler/parsing.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from crawler.frames import ANSWER, ASK, READY
from crawler.limits import PARSE_BYTES, PARSE_SECONDS
from crawler.tasks import task

COUNT = min(2, os.cpu_count() or 1)
_START_SECONDS = 60
_GRACE_SECONDS = 10
"""How much longer than the parser's own clock we wait; one that the kernel ends is heard of at once."""
_ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR", "TZ")
"""Passwords and keys live in the environment too, and a parser has no use for any."""


class ParserEndedError(Exception):
    """The parser ended while it read a document, which hung it or took more memory than we give."""


class ParserFaultError(Exception):
    """A mistake of ours in the parser; the message is its traceback. Or no parser could be started at all."""


@dataclass(frozen=True, slots=True)
class _Parser:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, asked: bytes) -> tuple[bytes, bool, bool]:
        self.writer.write(ASK.pack(len(asked)))
        self.writer.write(asked)
        length, failed, ends = ANSWER.unpack(await self.reader.readexactly(ANSWER.size))
        return await self.reader.readexactly(length), failed, ends

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


class Parsers:
    """A few parser processes, used by one event loop. Each may take so many seconds and bytes over a document."""

    def __init__(self, count: int = COUNT, seconds: float = PARSE_SECONDS, memory: int = PARSE_BYTES) -> None:
        self._seconds = seconds
        self._memory = memory
        self._room = asyncio.Semaphore(count)
        self._idle: list[_Parser] = []
        self.nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    async def call(self, name: str, *arguments: object) -> Any:
        """Do one task of `crawler/tasks.py` in the next free parser and give back its value.

        Raises ParserEndedError when the document was too much for it, and ParserFaultError for a mistake of ours.
        """
        way = task(name)
        asked = b"%s\n%s" % (name.encode(), way.asked.dump_json(arguments))
        async with self._room:
            parser = self._idle.pop() if self._idle else await self._new()
            kept = False
            try:
                async with asyncio.timeout(self._seconds + _GRACE_SECONDS):
                    answer, failed, ends = await parser.ask(asked)
                kept = not ends
            except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
                raise ParserEndedError(name) from None
            finally:
                # Of a task that was called off half an answer may still be on its way: that parser is not used again.
                if kept:
                    self._idle.append(parser)
                else:
                    await parser.close()
        if failed:
            raise ParserFaultError(answer.decode("utf-8", "replace"))
        try:
            return way.told.validate_json(answer)
        except ValidationError as error:
            raise ParserFaultError(f"A parser answered with what is no value of ours: {error}") from None

    async def close(self) -> None:
        """End all parsers, at work or not."""
        while self._idle:
            await self._idle.pop().close()
        self._end_nursery()

    def _end_nursery(self) -> None:
        if self._control is not None:
            self._control.close()
        if self.nursery is not None:
            # Its parsers are in its group. The group is there as long as nobody waited for the nursery.
            os.killpg(self.nursery.pid, signal.SIGKILL)
            self.nursery.wait()
        self._control = self.nursery = None

    async def _new(self) -> _Parser:
        ours, theirs = socket.socketpair()
        with theirs:
            self._hand_over(theirs)
        reader, writer = await asyncio.open_connection(sock=ours)
        try:
            async with asyncio.timeout(_START_SECONDS):
                if await reader.readexactly(len(READY)) == READY:
                    return _Parser(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            await _Parser(reader, writer).close()
        raise ParserFaultError("No parser process could be started; what it said is in the log.")

    def _hand_over(self, line: socket.socket) -> None:
        """Give the nursery one end of a line. The nursery is a process like any other: one that is gone is replaced."""
        if self._control is not None:
            with contextlib.suppress(ConnectionError):
                socket.send_fds(self._control, [b"+"], [line.fileno()])
                return
            # Its parsers may be at work, and end when their lines close.
            self._control.close()
            if self.nursery is not None:
                self.nursery.kill()
                self.nursery.wait()
        self._control, theirs = socket.socketpair()
        with theirs:
            self.nursery = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                [sys.executable, "-m", "crawler.parsing", str(theirs.fileno()), str(self._seconds), str(self._memory)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                # A group of its own, which it ends with itself when our side of the line closes.
                start_new_session=True,
            )
        socket.send_fds(self._control, [b"+"], [line.fileno()])
