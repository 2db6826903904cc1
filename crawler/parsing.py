"""The parser processes: documents of strangers are read here, where one that hangs or bursts costs nothing else.

`python -m crawler.parsing NUMBER SECONDS BYTES` is the nursery: it has imported what reading needs, and forks a parser
for every socket that it is handed over the socket with that number. A parser answers one task after the other until its
socket closes. Its memory has a limit, each task has a clock, and both are kept by the kernel: no document can talk its
way out. When whoever wanted the parsers ends, however it ends, the nursery takes them all along.

Started and spoken to by `crawler/parsers.py`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from crawler import judging, preview
from crawler.frames import ANSWER, ASK, READY
from crawler.judged import Inspected, Look
from crawler.tasks import task
from crawler.values import Fetched

GROWN_BYTES = 64 * 1024 * 1024
"""A parser that needed so much more than when it began is replaced: what was taken is seldom given back whole."""


def look(got: Fetched, now: datetime) -> Look:
    # Only a search of a site needs it, and that is a rare thing.
    from crawler.site_hints import looked

    return looked(got, now)


def inspect(got: Fetched, kind: str, region: str, published: datetime | None, now: datetime) -> Inspected:
    # Only a person at a command line asks for it.
    from crawler.inspecting import inspected

    return inspected(got, kind, region, published, now)


WORK: Mapping[str, Callable[..., Any]] = {
    "judge": judging.judged,
    "follow": judging.follow,
    "conclude": judging.concluded,
    "page": judging.page,
    "preview": preview.previewed,
    "look": look,
    "inspect": inspect,
}
"""Every task of `crawler/tasks.py`: the function that does it."""


def main() -> int:
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="parser: %(levelname)s: %(message)s")
    control, seconds, memory = socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2]), int(sys.argv[3])
    judging.warm()
    task("judge")
    # The kernel forgets ended parsers by itself; nobody waits for them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    while True:
        _, handed, _, _ = socket.recv_fds(control, 1, 1)
        if not handed:
            # Nobody wants parsers any more. The group is this process and its parsers, and no other.
            os.killpg(0, signal.SIGKILL)
        if os.fork() == 0:
            control.close()
            with contextlib.suppress(ConnectionError):
                serve(socket.socket(fileno=handed[0]), seconds, memory)
            os._exit(0)
        os.close(handed[0])


def serve(line: socket.socket, seconds: float, memory: int) -> None:
    """Answer tasks, each within so many seconds, until nobody asks any more or this parser grew too large to keep."""
    _confine(memory)
    began = _most_used()
    line.sendall(READY)
    grown = False
    while not grown and (told := _receive(line)) is not None:
        failed = False
        # Nobody handles this signal: the kernel ends us, also in the middle of a regular expression.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            name, _, asked = told.partition(b"\n")
            way = task(name.decode())
            answer = _written(way.told, WORK[name.decode()](*way.asked.validate_json(asked)))
        except (MemoryError, RecursionError):
            # The document is too much for a reader. The other side sees that the line closes, and knows.
            return
        except Exception:  # noqa: BLE001 - a mistake of ours; the crawl writes it in its log and goes on
            failed, answer = True, traceback.format_exc().encode("utf-8", "replace")
        signal.setitimer(signal.ITIMER_REAL, 0)
        grown = _most_used() - began > GROWN_BYTES
        line.sendall(ANSWER.pack(len(answer), failed, grown) + answer)


def _written(way: TypeAdapter[Any], value: object) -> bytes:
    try:
        return way.dump_json(value)
    except PydanticSerializationError:
        # JSON from outside can name half a letter (a lone surrogate), which no encoding can write.
        return json.dumps(way.dump_python(value, mode="json"), ensure_ascii=False).encode("utf-8", "replace")


def _confine(memory: int) -> None:
    """What a document could make this process do is kept small by the kernel."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _most_used() -> int:
    """The most memory this process ever had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _receive(line: socket.socket) -> bytes | None:
    head = _exactly(line, ASK.size)
    return None if head is None else _exactly(line, *ASK.unpack(head))


def _exactly(line: socket.socket, count: int) -> bytes | None:
    pieces = bytearray(count)
    view, filled = memoryview(pieces), 0
    while filled < count:
        got = line.recv_into(view[filled:])
        if not got:
            return None
        filled += got
    return bytes(pieces)


if __name__ == "__main__":
    raise SystemExit(main())
