"""The table of Dutch places in memory: every way to write a name, and what it may stand for.

`tables/places.csv` holds provinces, the municipalities of today, the official places and, as `quarter`, names that only
GeoNames knows. It is loaded once, at the first question.
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from crawler.reading.folding import key_of

TABLES = Path(__file__).parent / "tables"
TOWN = 15_000
"""From this number of people on, `-se` after the name is understood as its adjective."""
ARTICLES = frozenset({"de", "het", "den", "s", "t", "it"})
RIVER = re.compile(r"\baan (?:den|de) ")


@dataclass(frozen=True, slots=True)
class Place:
    """`municipality` is that of today, "" where it is not known; coordinates are WGS 84 degrees."""

    name: str
    kind: str
    municipality: str
    province: str
    lat: float | None
    lon: float | None
    population: int


@dataclass(slots=True)
class Name:
    """What one written name may stand for. `common` and `elsewhere` ask for more evidence (see `tables/words.toml`)."""

    places: list[Place] = field(default_factory=list)
    adjective: bool = False
    common: bool = False
    elsewhere: bool = False
    abroad: bool = False
    island: bool = False
    capitals: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists that decide whether a capitalised name is a place."""

    near: frozenset[str]
    medium: frozenset[str]
    units: frozenset[str]
    bodies: frozenset[str]
    courts: frozenset[str]
    van_heads: frozenset[str]
    plain: frozenset[str]
    compass: frozenset[str]
    clubs: frozenset[str]
    club_tails: frozenset[str]
    abroad_signs: frozenset[str]
    abroad_after: frozenset[str]
    abroad_before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Every written name by its folded key."""

    names: dict[str, Name]
    sizes: dict[str, tuple[int, ...]]
    """By first word, of how many words the names are that begin with it, most first."""
    words: Words


@cache
def gazetteer() -> Gazetteer:
    """The table in memory, built at the first call (some 25 ms) and kept."""
    raw = tomllib.loads((TABLES / "words.toml").read_text(encoding="utf-8"))
    names: dict[str, Name] = {}
    places = list(read_places())
    for place, others in places:
        for written in (place.name, *others):
            for variant in variants(written):
                add(names, variant, place)
    add_adjectives(names, [place for place, _ in places], raw)
    for phrase in raw["never"]:
        names[phrase] = Name(capitals=tuple(False for _ in phrase.split()))
    mark(names, raw)
    sizes: dict[str, set[int]] = {}
    for key in names:
        words = key.split(" ")
        sizes.setdefault(words[0], set()).add(len(words))
    by_first = {word: tuple(sorted(some, reverse=True)) for word, some in sizes.items()}
    lists = {name: frozenset(raw[name].split()) for name in Words.__slots__}
    return Gazetteer(names, by_first, Words(**lists))


def read_places() -> list[tuple[Place, list[str]]]:
    """The rows of `places.csv`, each with the other names of the place."""
    with (TABLES / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [
            (
                Place(
                    name,
                    kind,
                    name if municipality == "=" else municipality,
                    province,
                    float(lat) if lat else None,
                    float(lon) if lon else None,
                    int(population or 0),
                ),
                others.split("|") if others else [],
            )
            for name, kind, municipality, province, lat, lon, _exact, population, others in rows
        ]


def variants(name: str) -> list[str]:
    """`Krimpen aan den IJssel` is also written `a/d` and `a.d.`; the rest is settled by folding."""
    if " aan d" not in name:
        return [name]
    return [name, RIVER.sub("a/d ", name), RIVER.sub("ad ", name)]


def add(names: dict[str, Name], written: str, place: Place, *, adjective: bool = False) -> None:
    """Enter one way to write the name of a place."""
    key = key_of(written)
    name = names.get(key)
    if name is None:
        name = names[key] = Name(adjective=adjective, capitals=capitals_of(written))
    name.places.append(place)


def capitals_of(written: str) -> tuple[bool, ...]:
    """Which words of the name must begin with a capital in the text. An article before the name need not."""
    words = re.findall(r"[^\W_]+", written)
    return tuple(
        word[0].isupper() and not (number == 0 and len(words) > 1 and word.lower() in ARTICLES)
        for number, word in enumerate(words)
    )


def add_adjectives(names: dict[str, Name], places: list[Place], raw: dict[str, Any]) -> None:
    """Enter "Brabantse", "Haagse" and, for larger towns of one word, the name with `-se`."""
    provinces = {place.name: place for place in places if place.kind == "province"}
    towns = {place.name: place for place in places if place.kind == "municipality"}
    for adjective, province in raw["adjectives"].items():
        add(names, adjective.title(), provinces[province], adjective=True)
    for adjective, town in raw["town_adjectives"].items():
        add(names, adjective.title(), towns[town], adjective=True)
    for town in towns.values():
        key = key_of(town.name)
        if town.population >= TOWN and " " not in key and key + "se" not in names:
            add(names, town.name.rstrip("e") + "se", town, adjective=True)


def mark(names: dict[str, Name], raw: dict[str, Any]) -> None:
    """A name that only a quarter has is treated as one that is mostly meant elsewhere."""
    common = {*raw["common"].split(), *raw["common_names"]}
    elsewhere = set(raw["elsewhere"].split())
    abroad = set(raw["abroad"].split())
    islands = set(raw["islands"].split())
    for key, name in names.items():
        name.common = key in common
        name.elsewhere = key in elsewhere or (bool(name.places) and all(p.kind == "quarter" for p in name.places))
        name.abroad = key in abroad
        name.island = key in islands
