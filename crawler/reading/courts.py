"""Which court a text speaks of, and whether two courts can judge the same case."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crawler.reading.folding import words_of

ECLI = re.compile(r"ECLI:NL:([A-Z]{2,7}):(\d{4}):([A-Z0-9.]{1,25})(?![A-Z0-9])")
"""European Case Law Identifier (Council conclusions 2011/C 127/01): country, court, year, number."""
LIMIT = 20_000
"""Characters that are searched."""


@dataclass(frozen=True, slots=True)
class Court:
    """`name` is folded; a court of appeal has no `appeal` of its own."""

    name: str
    provinces: frozenset[str]
    appeal: str = ""


def eclis_in(text: str) -> frozenset[str]:
    """The ECLI numbers of Dutch judgments in a text."""
    return frozenset(match[0].rstrip(".") for match in ECLI.finditer(text[:LIMIT]))


def courts_in(text: str) -> tuple[Court, ...]:
    """The courts that a text names, by their own name, by the town they sit in or by an ECLI, in that order."""
    tables = _tables()
    flat = f" {' '.join(words_of(text[:LIMIT]))} "
    found = [court for phrase, court in tables.phrases if phrase in flat]
    found += [tables.by_ecli[match[1]] for match in ECLI.finditer(text[:LIMIT]) if match[1] in tables.by_ecli]
    return tuple(dict.fromkeys(found))


def fits(court: Court, other: Court) -> bool:
    """Whether one case can come before both: the same court, or the court of appeal above it."""
    return court == other or court.name == other.appeal or other.name == court.appeal


def judges(court: Court, provinces: frozenset[str]) -> bool:
    """Whether a court judges what happens in one of these provinces."""
    return bool(court.provinces & provinces)


@dataclass(frozen=True, slots=True)
class _Tables:
    phrases: tuple[tuple[str, Court], ...]
    by_ecli: dict[str, Court]


@cache
def _tables() -> _Tables:
    raw = tomllib.loads((files("crawler.reading.tables") / "courts.toml").read_text(encoding="utf-8"))
    phrases: list[tuple[str, Court]] = []
    by_ecli: dict[str, Court] = {}
    under: dict[str, set[str]] = {}
    for name, told in raw["courts"].items():
        court = Court(name, frozenset(told["provinces"]), told["appeal"])
        under.setdefault(told["appeal"], set()).update(told["provinces"])
        by_ecli[told["ecli"]] = court
        phrases += [(f" rechtbank{between}{each} ", court) for between in (" ", " in ", " van ", " te ") for each in
                    dict.fromkeys((name, *told["towns"]))]  # fmt: skip
    for name, told in raw["appeal"].items():
        court = Court(name, frozenset(under[name]))
        by_ecli[told["ecli"]] = court
        phrases += [(f" {word}{between}{town} ", court) for word in ("hof", "gerechtshof")
                    for between in (" ", " in ", " van ", " te ") for town in told["towns"]]  # fmt: skip
    return _Tables(tuple(phrases), by_ecli)
