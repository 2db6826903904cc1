"""How often the proposed regions are those that a careful editor would choose, on one part of the labelled set.

`python -m bench.reading_quality.regions [tune|held]`. A text counts when every labelled region was found and nothing
but those and what is marked as not wrong (`also`), by province, and by province and municipality together. Beside the
figures it prints what confidence was worth: of the regions proposed with it, the share that was right.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from crawler.reading.places import FALLBACK, find_regions
from store.values import Region

LABELLED = Path(__file__).parents[2] / "tests" / "crawler" / "reading" / "labelled" / "regions.jsonl"
BUCKETS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
Pair = tuple[str, str | None]


def figures(part: str) -> dict[str, float]:
    """`province` and `municipality` are shares of the texts with a region that were right; `wrong_where_none` is the
    share of the others that got a region which is wrong. `texts` and `silent` are how many there are of each.
    """
    verdicts: dict[bool, list[tuple[bool, bool]]] = {True: [], False: []}
    for case, found in read(part):
        verdicts[bool(case["regions"])].append(judged(case, found))
    named, silent = verdicts[True], verdicts[False]
    return {
        "texts": float(len(named)),
        "silent": float(len(silent)),
        "province": share(province for province, _ in named),
        "municipality": share(whole for _, whole in named),
        "wrong_where_none": 1 - share(whole for _, whole in silent),
    }


def calibration(part: str) -> list[tuple[float, float, int, float]]:
    """Per bucket of confidence: from, to, how many regions were proposed, and the share of them that was right. The
    source's own province, proposed when nothing is named, is left out.
    """
    right: dict[int, list[bool]] = defaultdict(list)
    for case, found in read(part):
        allowed = pairs([*case["regions"], *case["also"]])
        for region in found:
            if region.confidence > FALLBACK:
                bucket = max(i for i, low in enumerate(BUCKETS[:-1]) if region.confidence >= low)
                right[bucket].append((region.province, region.municipality) in allowed)
    return [(BUCKETS[i], BUCKETS[i + 1], len(some), share(some)) for i, some in sorted(right.items())]


def read(part: str) -> Iterator[tuple[dict[str, Any], tuple[Region, ...]]]:
    """The texts of a part, each with what was proposed for it."""
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["part"] == part:
            yield case, find_regions(case["title"], case["text"], case["source_region"])


def judged(case: dict[str, Any], found: tuple[Region, ...]) -> tuple[bool, bool]:
    """Whether the provinces are right, and whether the municipalities are right too."""
    expected = pairs(case["regions"])
    allowed = expected | pairs(case["also"])
    proposed: set[Pair] = {(region.province, region.municipality) for region in found}
    provinces = {province for province, _ in proposed}
    by_province = {p for p, _ in expected} <= provinces <= {p for p, _ in allowed}
    return by_province, expected <= proposed <= allowed


def pairs(regions: Iterable[dict[str, str | None]]) -> set[Pair]:
    return {(str(region["province"]), region["municipality"]) for region in regions}


def share(verdicts: Iterable[bool]) -> float:
    some = list(verdicts)
    return sum(some) / len(some) if some else 1.0


def main() -> None:
    part = sys.argv[1] if len(sys.argv) > 1 else "tune"
    for name, value in figures(part).items():
        print(f"{part} {name:18}{value:8.3f}" if value <= 1 else f"{part} {name:18}{value:8.0f}")
    print("\nconfidence   regions  right")
    for low, high, count, right in calibration(part):
        print(f"{low:.1f} to {high:.1f}{count:10}{right:7.0%}")


if __name__ == "__main__":
    main()
