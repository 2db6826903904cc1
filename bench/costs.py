"""Which functions of the crawl process cost what per feed: `python -m bench.costs [--feeds 300] [--top 40]`.

The child runs under cProfile, which makes it about twice as slow; the shares count. CPU milliseconds a feed, in the
function itself ("own") and with all it calls ("whole"). Parser processes are not in it.
"""

from __future__ import annotations

import argparse
import os
import pstats
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench import farm as farms
from bench.measuring import side
from bench.side_by_side import PHASES, verify


def show(path: Path, feeds: int, top: int, order: int) -> None:
    """The dearest functions: by what they cost themselves (2) or with all that they call (3)."""
    stats: dict[tuple[str, int, str], Any] = vars(pstats.Stats(str(path)))["stats"]
    total = sum(row[2] for row in stats.values())
    print(f"{'own ms':>8}{'whole ms':>10}{'calls':>9}  function   (all: {total / feeds * 1000:.2f} ms a feed)")
    for (file, line, name), row in sorted(stats.items(), key=lambda found: -found[1][order])[:top]:
        where = "" if file == "~" else "/".join(Path(file).parts[-2:]) + f":{line} "
        own, whole, calls = row[2] / feeds * 1000, row[3] / feeds * 1000, row[1] / feeds
        print(f"{own:8.3f}{whole:10.3f}{calls:9.1f}  {where}{name}"[:110])


def show_parts(path: Path, feeds: int) -> None:
    """Own time by package; of our own, by file."""
    stats: dict[tuple[str, int, str], Any] = vars(pstats.Stats(str(path)))["stats"]
    parts = Counter[str]()
    for (file, _, _), row in stats.items():
        parts[_part(Path(file).parts)] += row[2] / feeds * 1000
    for name, spent in parts.most_common(24):
        print(f"{spent:8.3f}  {name}")


def _part(parts: tuple[str, ...]) -> str:
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    for ours in ("crawler", "store"):
        if ours in parts:
            return "/".join(parts[parts.index(ours) :])
    return "built in" if parts == ("~",) else "standard library"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--feeds", type=int, default=300)
    arguments.add_argument("--top", type=int, default=40)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, farms.running(chosen.feeds) as farm:
        path = Path(folder) / "profile"
        os.environ["SIGNAAL_BENCH_PROFILE"] = str(path)
        with side("signaal", Path(folder) / "side", farm.addresses, child="bench.children.profiled") as party:
            for phase in PHASES:
                verify("signaal", phase, party.measure(farm, phase), chosen.feeds)
                print(f"\n{phase}: own CPU ms a feed by package")
                show_parts(path, chosen.feeds)
                for order, words in ((3, "with what they call"), (2, "themselves")):
                    print(f"\n{phase}: the dearest functions, {words}")
                    show(path, chosen.feeds, chosen.top, order)


if __name__ == "__main__":
    main()
