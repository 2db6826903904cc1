"""Signaal against PyPI's `reader` on the same farm in the same run: cold import, unchanged cycle, a tenth changed.

`python -m bench.side_by_side [--feeds 1000] [--rounds 3] [--cache FOLDER]`. Both store durably, each in a fresh
file; politeness delay 0; counts verified entry by entry. The order alternates by round; figures are medians. Ends
with 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench import farm as farms
from bench.dutch import CHANGED_ENTRIES, changes, guids
from bench.measuring import TICKS, Measured, Side, reader_python, side
from bench.sides.obeying import digest

PHASES = ("cold", "unchanged", "tenth")
PSS_LIMIT = 250.0
NAMES = {"reader": "reader 3.26", "signaal": "signaal", "bare": "bare loop", "light": "light path"}
Results = dict[str, dict[str, list[Measured]]]


@dataclass(frozen=True)
class Limit:
    """At most `most` times what `reader` needs, by what `of` says of both; `apart` takes the start of our child off."""

    name: str
    phase: str
    most: float
    of: Callable[[Measured], float]
    apart: bool = False

    def ours(self, done: Measured) -> float:
        return self.of(done) - (done.start if self.apart else 0)


LIMITS = (
    Limit("cold import, wall", "cold", 0.5, lambda done: done.wall),
    Limit("cold import, CPU", "cold", 0.8, lambda done: done.cpu),
    Limit("unchanged, wall without the start of our child", "unchanged", 1.4, lambda done: done.wall, apart=True),
    Limit("unchanged, wall with it", "unchanged", 1.8, lambda done: done.wall),
    Limit("a tenth changed, wall", "tenth", 1.0, lambda done: done.wall),
)


def verify(name: str, phase: str, done: Measured, count: int) -> None:
    """Nothing lost, nothing double, nothing failed, and what was said to be unchanged was asked as such."""
    expected = guids(count, changed=phase == "tenth")
    changed = sum(map(changes, range(count)))
    assert done.failed == 0, f"{name}, {phase}: {done.failed} feeds failed"
    assert done.entries == len(expected), f"{name}, {phase}: {done.entries} entries of {len(expected)}"
    assert done.digest == digest(expected), f"{name}, {phase}: other entries than the farm served"
    updated = changed * CHANGED_ENTRIES if phase == "tenth" else 0
    assert done.changed == updated, f"{name}, {phase}: {done.changed} changed texts of {updated}"
    same = {"cold": 0, "unchanged": count, "tenth": count - changed}[phase]
    assert done.unchanged == same, f"{name}, {phase}: {done.unchanged} answers were 304, not {same}"


def compare(farm: farms.Farm, names: list[str], rounds: int, python: str, folder: Path) -> Results:
    """All sides, all phases, so many rounds; every second round in the other order."""
    results: Results = {name: {phase: [] for phase in PHASES} for name in names}
    for turn in range(rounds):
        for name in names if turn % 2 == 0 else names[::-1]:
            with _side(name, folder / f"{name}-{turn}", farm, python) as party:
                for phase in PHASES:
                    done = party.measure(farm, phase)
                    verify(name, phase, done, farm.count)
                    results[name][phase].append(done)
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def _side(name: str, folder: Path, farm: farms.Farm, python: str) -> AbstractContextManager[Side]:
    if name == "light":
        return side("signaal", folder, farm.addresses, child="bench.children.light")
    return side(name, folder, farm.addresses, python=python if name == "reader" else sys.executable)


def median(results: Results, name: str, phase: str, of: Callable[[Measured], float]) -> float:
    return statistics.median(map(of, results[name][phase]))


def show(results: Results) -> None:
    print(f"{'':11}{'':11}{'wall s':>8}{'x reader':>10}{'CPU s':>8}{'x reader':>10}{'start s':>9}{'PSS MB':>8}")
    for phase in PHASES:
        wall, cpu = (median(results, "reader", phase, of) for of in (lambda d: d.wall, lambda d: d.cpu))
        for name in results:
            took, spent, start, memory = (
                median(results, name, phase, of)
                for of in (lambda d: d.wall, lambda d: d.cpu, lambda d: d.start, lambda d: d.pss)
            )
            print(
                f"{phase:11}{NAMES[name]:11}{took:8.2f}{took / wall:10.2f}{spent:8.2f}{spent / cpu:10.2f}"
                f"{start:9.2f}{memory:8.0f}"
            )


def judge(results: Results) -> bool:
    """Print every limit with what came out. True when all are kept."""
    print(f"\n{'signaal, as a multiple of reader':52}{'':>8}{'at most':>9}")
    kept = True
    for limit in LIMITS:
        ours = median(results, "signaal", limit.phase, limit.ours)
        ratio = ours / median(results, "reader", limit.phase, limit.of)
        kept &= _line(limit.name, ratio, limit.most, "8.2f")
    highest = max(done.pss for phase in PHASES for done in results["signaal"][phase])
    return _line("peak PSS of the child and its processes, MB", highest, PSS_LIMIT, "8.0f") and kept


def _line(name: str, found: float, most: float, shape: str) -> bool:
    print(f"{name:52}{found:{shape}}{most:9g}{'' if found <= most else '  MISSED':>8}")
    return found <= most


def busy_seconds() -> tuple[float, float]:
    """CPU seconds that all cores were busy since the machine started, and those of this process and its children."""
    ticks = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    idle = ticks[3] + ticks[4]
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    # Guests are counted in user time already.
    return (sum(ticks[:8]) - idle) / TICKS, sum(one.ru_utime + one.ru_stime for one in own)


def say_how_quiet(before: tuple[float, float], began: float) -> None:
    """Wall times of a machine that does other work as well say little; CPU times still do."""
    busy, own = (after - then for after, then in zip(busy_seconds(), before, strict=True))
    cores = os.cpu_count() or 1
    others = max(busy - own, 0) / ((time.monotonic() - began) * cores)
    print(f"Other work took {others:.0%} of the {cores} cores meanwhile.", end=" ")
    print("Do not trust the wall times." if others > 0.1 else "")


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--feeds", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--cache", type=Path, help="where the environment of reader stays for the next run")
    arguments.add_argument("--sides", default="reader,signaal,light,bare", help="reader, signaal, bare, light")
    chosen = arguments.parse_args()
    before, began = busy_seconds(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, farms.running(chosen.feeds) as farm:
        python = reader_python(chosen.cache or Path(folder))
        results = compare(farm, chosen.sides.split(","), chosen.rounds, python, Path(folder))
    print(f"{chosen.feeds} feeds of 20 entries, gzip, politeness delay 0, median of {chosen.rounds} rounds")
    show(results)
    say_how_quiet(before, began)
    return 0 if judge(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
