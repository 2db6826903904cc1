"""What every side does: read a phase from standard input, do it, and answer with one line of JSON.

The standard library only, because the side of PyPI's `reader` runs in an environment of its own.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable

PR_SET_CHILD_SUBREAPER = 36


def cpu_seconds() -> tuple[float, float]:
    """User and system time of this process, and of all its descendants that were waited for."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, others.ru_utime + others.ru_stime


def digest(held: Iterable[tuple[int, str]]) -> str:
    """One value for a whole set of (feed number, guid); the same on every side when nothing is lost or double."""
    lines = sorted(f"{number} {guid}" for number, guid in held)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def number_of(url: str) -> int:
    """The feed number in an address of the farm."""
    return int(url.rpartition("/")[2].removesuffix(".xml"))


def _reap() -> None:
    """Wait for grandchildren that a child left to us, so that their CPU seconds count."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def obey(
    prepare: Callable[[list[str]], None], phase: Callable[[str], None], held: Callable[[], dict[str, object]]
) -> None:
    """Obey until standard input ends.

    `prepare` gets the addresses of the feeds and is not measured; `phase` does one cycle and is; `held` says what is
    stored by now. A whole answer: when the phase began (monotonic), wall and CPU seconds (`cpu_own` without those of
    other processes), and what is held.
    """
    # A grandchild whose parent ended becomes our child instead of init's, and is counted when it is waited for.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    prepare(json.loads(sys.stdin.readline()))
    print("{}", flush=True)
    for line in sys.stdin:
        own, others = cpu_seconds()
        began = time.monotonic()
        phase(line.strip())
        ended = time.monotonic()
        _reap()
        own, others = cpu_seconds()[0] - own, cpu_seconds()[1] - others
        told = {"began": began, "wall": ended - began, "cpu": own + others, "cpu_own": own, **held()}
        print(json.dumps(told), flush=True)
