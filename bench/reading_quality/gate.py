"""All figures of the reading as data, the page that records them, and what fell since it was written.

`make bench-reading` writes the page; `tests/crawler/reading/test_quality_gate.py` measures again and compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bench.reading_quality import dates, likeness, news_kind, people, regions, relevance

FUNCTIONS: dict[str, ModuleType] = {
    "Relevance and form": relevance,
    "Kind of news": news_kind,
    "Region": regions,
    "Dates": dates,
    "Names and details": people,
    "Likeness": likeness,
}
PARTS = ("tune", "held", "fresh")
PAGE = Path(__file__).parents[2] / "docs" / "quality.md"
POINTS = 0.02
"""How far a figure may fall below what is recorded."""
AGAIN = "run `make bench-reading`, look at what changed, and commit docs/quality.md"
_LOWER_IS_BETTER = re.compile(r"\bshown\b|wrong")
_REFERENCE = re.compile(r"^word search:|^commonest kind:|TF-IDF")
"""What a figure is compared with; it says nothing about our own reading."""
_ROUNDED = 0.0005
_NONE = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: of a function, on a part of its sets. A share from 0 to 1, or with `counts` the size of a set."""

    function: str
    name: str
    part: str
    value: float
    counts: bool

    @property
    def words(self) -> str:
        return f"{self.value:.0f}" if self.counts else f"{self.value:.3f}"


def measured(function: str, part: str) -> list[Figure]:
    """The figures of one function on one part, measured now. Raises AssertionError when the corpus is absent."""
    module = FUNCTIONS[function]
    return [Figure(function, name, part, value, value > 1) for name, value in module.figures(part).items()]


def table(function: str, found: Iterable[Figure]) -> list[tuple[str, ...]]:
    """The rows of one function: the name of a figure, and what it is on each part."""
    known = {(figure.name, figure.part): figure.words for figure in found if figure.function == function}
    names = dict.fromkeys(name for name, _ in known)
    return [(name, *(known.get((name, part), _NONE) for part in PARTS)) for name in names]


def recorded(page: str) -> list[Figure]:
    """Every figure that a page records."""
    found, function, parts = [], "", list[str]()
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if line.startswith("## "):
            function, parts = line[3:].strip(), []
        elif line.startswith("| figure "):
            parts = cells[1:]
        elif line.startswith("| ") and parts and len(cells) == len(parts) + 1:
            found += [
                Figure(function, cells[0], part, float(told), "." not in told)
                for part, told in zip(parts, cells[1:], strict=True)
                if told != _NONE
            ]
    return found


def fallen(before: Iterable[Figure], now: Iterable[Figure]) -> list[str]:
    """A sentence for each figure that is worse than recorded, or cannot be compared. None when all is well."""
    old = {(figure.function, figure.name, figure.part): figure for figure in before}
    new = {(figure.function, figure.name, figure.part): figure for figure in now}
    told = []
    for key, figure in old.items():
        where = f'{figure.function}, "{figure.name}" on {figure.part}'
        found = new.get(key)
        if found is None:
            told.append(f"{where}: recorded {figure.words}, and not measured any more; {AGAIN}.")
        elif figure.counts or found.counts:
            if figure.words != found.words:
                told.append(f"{where}: the set had {figure.words} and has {found.words} now; {AGAIN}.")
        elif not _REFERENCE.search(figure.name) and _worse(figure, found):
            told.append(f"{where}: recorded {figure.words}, now {found.words}, more than two points worse.")
    new_names = [key for key in new if key not in old]
    told += [
        f'{function}, "{name}" on {part}: measured, but not recorded; {AGAIN}.' for function, name, part in new_names
    ]
    return told


def _worse(before: Figure, now: Figure) -> bool:
    gain = now.value - before.value
    return (-gain if _LOWER_IS_BETTER.search(before.name) else gain) < -POINTS - _ROUNDED
