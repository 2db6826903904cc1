"""Running the sides of a bench: an environment for `reader`, a process per side, and the memory of all it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.farm import Farm

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "bench" / "reader-requirements.txt"
SAMPLE_SECONDS = 0.05
TICKS = os.sysconf("SC_CLK_TCK")


def reader_python(cache: Path) -> str:
    """The interpreter of an environment that holds `reader`; made in `cache` when it is not there yet."""
    folder = cache / "reader-environment"
    python = folder / "bin" / "python"
    made_for = folder / "made-for"
    if not made_for.exists() or made_for.read_text() != REQUIREMENTS.read_text():
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "-q", "--clear", "-p", sys.executable, str(folder)], check=True)
        subprocess.run([uv, "pip", "install", "-q", "-p", str(python), "-r", str(REQUIREMENTS)], check=True)
        made_for.write_text(REQUIREMENTS.read_text())
    return str(python)


@dataclass(frozen=True)
class Measured:
    """One phase of one side. `start` is from its beginning to the first request; `pss` in MB, at its peak."""

    wall: float
    cpu: float
    start: float
    pss: float
    requests: int
    unchanged: int
    entries: int
    digest: str
    changed: int
    failed: int


class Side:
    """One party in a process of its own. `own` counts the memory of that process itself too."""

    def __init__(self, process: subprocess.Popen[str], *, own: bool) -> None:
        self.process = process
        self.own = own

    def tell(self, line: str) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.process.args!r} ended with code {self.process.wait()}")
        told: dict[str, Any] = json.loads(answer)
        return told

    def measure(self, farm: Farm, phase: str) -> Measured:
        """Do one phase, and say what it cost and what is stored after it."""
        farm.serve("tenth" if phase == "tenth" else "original")
        with _watching(self.process.pid, own=self.own) as watched:
            told = self.tell(phase)
        seen = farm.seen()
        began = told.pop("began")
        # A parent that ignores SIGCHLD loses the CPU time of its children: whichever count is higher is nearer.
        told["cpu"] = max(told["cpu"], told.pop("cpu_own") + sum(watched.ticks.values()) / TICKS)
        return Measured(
            **told, start=seen["first_at"] - began, pss=watched.peak / 1024, requests=seen["requests"],
            unchanged=seen["unchanged"],
        )  # fmt: skip


@contextmanager
def side(
    name: str, folder: Path, addresses: list[str], *, python: str = sys.executable, child: str = ""
) -> Iterator[Side]:
    """One side, prepared: its sources are added and its process waits for a phase.

    `child` is the module that signaal runs instead of its crawl process.
    """
    folder.mkdir(parents=True)
    command = [python, "-m", f"bench.sides.{name}", str(folder), *([child] if child else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdin
        made = Side(process, own=name in {"reader", "bare"})
        try:
            made.tell(json.dumps(addresses))
            yield made
        finally:
            process.stdin.close()
            process.wait()


@dataclass
class _Watched:
    """The highest sum of the PSS of a family, in KiB, and how many ticks each descendant had used when last seen."""

    peak: int = 0
    ticks: dict[int, int] = field(default_factory=dict)


@contextmanager
def _watching(pid: int, *, own: bool) -> Iterator[_Watched]:
    """Watch all descendants of a process while the block runs; with `own`, its own memory counts too."""
    watched, stop = _Watched(), threading.Event()

    def watch() -> None:
        while not stop.wait(SAMPLE_SECONDS):
            family = descendants(pid)
            watched.ticks.update(family)
            watched.peak = max(watched.peak, sum(map(pss, [*family, pid] if own else family)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield watched
    finally:
        stop.set()
        watcher.join()


def descendants(pid: int) -> dict[int, int]:
    """All processes below this one, by /proc, and the ticks of user and system time that each has used itself."""
    below: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            below.setdefault(int(fields[1]), []).append(int(entry.name))
            ticks[int(entry.name)] = int(fields[11]) + int(fields[12])
    found, left = dict[int, int](), [pid]
    while left:
        for child in below.get(left.pop(), []):
            found[child] = ticks[child]
            left.append(child)
    return found


def pss(pid: int) -> int:
    """Proportional set size in KiB: a page that processes share counts for each in part. 0 for an ended process."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
