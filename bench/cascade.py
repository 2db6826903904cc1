"""What the reading adds to a cold import of mostly ordinary news: signaal against itself with the reading switched off.

`python -m bench.cascade [--feeds 300] [--rounds 5]`. About three entries in a hundred are about trafficking. Rounds
alternate, each in a fresh database; figures are medians, and the spread says how far to believe them. Ends with 1 when
a cold import gets more than 10 % dearer.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench import farm as farms
from bench.measuring import Measured, side
from bench.side_by_side import busy_seconds, say_how_quiet, verify

MOST = 1.10
SIDES = {"read": "", "unread": "bench.children.unread"}
"""Each side with the module that it runs in place of its crawl process."""
Results = dict[str, list[Measured]]


def compare(farm: farms.Farm, rounds: int, folder: Path) -> Results:
    """So many cold imports of both; every second round in the other order."""
    results: Results = {name: [] for name in SIDES}
    for turn in range(rounds):
        for name in list(SIDES)[:: 1 if turn % 2 == 0 else -1]:
            with side("signaal", folder / f"{name}-{turn}", farm.addresses, child=SIDES[name]) as party:
                done = party.measure(farm, "cold")
            verify(name, "cold", done, farm.count)
            results[name].append(done)
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def judge(results: Results) -> bool:
    """Print what both cost, and whether the limit is kept. It is one of time; CPU says more on a busy machine."""
    print(f"{'':8}{'CPU s':>8}{'from':>8}{'to':>8}{'wall s':>8}{'PSS MB':>8}")
    for name, done in results.items():
        spent = [each.cpu for each in done]
        wall, pss = (
            statistics.median(values) for values in zip(*((each.wall, each.pss) for each in done), strict=True)
        )
        print(f"{name:8}{statistics.median(spent):8.2f}{min(spent):8.2f}{max(spent):8.2f}{wall:8.2f}{pss:8.0f}")
    ratios = {
        name: statistics.median(of)
        for name, of in (("CPU", _ratios(results, "cpu")), ("wall", _ratios(results, "wall")))
    }
    kept = ratios["wall"] <= MOST
    missed = "" if kept else "  MISSED"
    print(f"\nthe reading makes a cold import {ratios['wall']:.3f} times as long (at most {MOST}){missed}", end="")
    print(f", and {ratios['CPU']:.3f} times as dear in CPU")
    return kept


def _ratios(results: Results, what: str) -> list[float]:
    """Per round: both sides of one round met the same machine."""
    return [
        getattr(read, what) / getattr(unread, what)
        for read, unread in zip(results["read"], results["unread"], strict=True)
    ]


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--feeds", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    before, began = busy_seconds(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, farms.running(chosen.feeds) as farm:
        results = compare(farm, chosen.rounds, Path(folder))
    print(f"{chosen.feeds} feeds of 20 entries, of which 3 % about trafficking; median of {chosen.rounds} rounds")
    kept = judge(results)
    say_how_quiet(before, began)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
