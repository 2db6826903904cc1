"""The parser processes: documents of strangers are read here, where one that hangs or bursts costs nothing else.

`python -m crawler.parsing NUMBER SECONDS` is the nursery: it has imported what reading needs, and forks a parser for
every socket that it is handed over the socket with that number. A parser answers one task after the other until its
socket closes. Its memory has a limit, each task has a clock, and both are kept by the kernel: no document can talk its
way out. When whoever wanted the parsers ends, however it ends, the nursery takes them all along.

Started and spoken to by `crawler/parsers.py`.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import pickle
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from crawler import judging, kinds, preview
from crawler.frames import ANSWER, ASK, READY
from crawler.limits import PARSE_BYTES
from crawler.values import DocumentRead, FetchedDocument, Lead

GROWN_BYTES = 64 * 1024 * 1024
"""A parser that needed so much more than when it began is replaced: what was taken is seldom given back whole."""


def follow(kind: str, lead: Lead, document: FetchedDocument, options: Mapping[str, object]) -> DocumentRead:
    return kinds.follow(kind, lead, document, options)


def article(document: FetchedDocument) -> Any:
    # Imported by the first parser that gets a page: it brings more along than all feeds together.
    from crawler.article import read_article

    return read_article(document)


WORK: Mapping[str, Callable[..., Any]] = {
    "judge": judging.judged,
    "preview": preview.previewed,
    "follow": follow,
    "article": article,
}
"""Every task by its name. What goes in and comes out are frozen values; `parsers.py` says from which modules."""


def main() -> int:
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="parser: %(levelname)s: %(message)s")
    control, seconds = socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2])
    judging.warm()
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
                serve(socket.socket(fileno=handed[0]), seconds)
            os._exit(0)
        os.close(handed[0])


def serve(line: socket.socket, seconds: float) -> None:
    """Answer tasks, each within so many seconds, until nobody asks any more or this parser grew too large to keep."""
    _confine()
    began = _most_used()
    line.sendall(READY)
    grown = False
    while not grown and (told := _receive(line)) is not None:
        failed = False
        # Nobody handles this signal: the kernel ends us, also in the middle of a regular expression.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            # From the process that started us, which made it of our own values.
            name, arguments = pickle.loads(told)  # noqa: S301
            answer = pickle.dumps(WORK[name](*arguments), protocol=5)
        except (MemoryError, RecursionError):
            # The document is too much for a reader. The other side sees that the line closes, and knows.
            return
        except Exception:  # noqa: BLE001 - a mistake of ours; the crawl writes it in its log and goes on
            failed, answer = True, traceback.format_exc().encode("utf-8", "replace")
        signal.setitimer(signal.ITIMER_REAL, 0)
        grown = _most_used() - began > GROWN_BYTES
        line.sendall(ANSWER.pack(len(answer), failed, grown) + answer)


def _confine() -> None:
    """What a document could make this process do is kept small by the kernel."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (PARSE_BYTES, PARSE_BYTES))
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
