"""What one feed costs among 10,000, against what it costs among 1,000: memory, queries and queues that grow show here.

`python -m bench.scale [--few 1000] [--many 10000]`. One farm, the same kinds of feeds, a fresh file each. Ends with 1
when the cost of a feed grows by more than a fifth.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import farm as farms
from bench.measuring import Measured, side
from bench.side_by_side import PHASES, verify

MOST = 1.2


def measured(farm: farms.Farm, count: int, folder: Path) -> dict[str, Measured]:
    """All phases of signaal on the first `count` feeds of the farm."""
    found = {}
    with side("signaal", folder / str(count), farm.addresses[:count]) as party:
        for phase in PHASES:
            found[phase] = done = party.measure(farm, phase)
            verify("signaal", phase, done, count)
    return found


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--few", type=int, default=1_000)
    arguments.add_argument("--many", type=int, default=10_000)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, farms.running(chosen.many) as farm:
        few = measured(farm, chosen.few, Path(folder))
        many = measured(farm, chosen.many, Path(folder))
    print(f"signaal, ms a feed among {chosen.few} and among {chosen.many}, at most {MOST} x")
    print(f"{'':11}{'wall':>8}{'wall':>8}{'x':>6}{'CPU':>9}{'CPU':>8}{'x':>6}{'PSS MB':>9}{'PSS MB':>8}")
    kept = True
    for phase in PHASES:
        one, other = few[phase], many[phase]
        wall = [one.wall / chosen.few * 1000, other.wall / chosen.many * 1000]
        cpu = [one.cpu / chosen.few * 1000, other.cpu / chosen.many * 1000]
        missed = max(wall[1] / wall[0], cpu[1] / cpu[0]) > MOST
        kept &= not missed
        print(
            f"{phase:11}{wall[0]:8.2f}{wall[1]:8.2f}{wall[1] / wall[0]:6.2f}{cpu[0]:9.2f}{cpu[1]:8.2f}"
            f"{cpu[1] / cpu[0]:6.2f}{one.pss:9.0f}{other.pss:8.0f}{'  MISSED' if missed else ''}"
        )
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
