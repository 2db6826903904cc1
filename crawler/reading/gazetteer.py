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
from crawler.reading.inhabitants import adjective, adjectives, people

TABLES = Path(__file__).parent / "tables"
TOWN = 10_000
"""From this number of people on, a town has names for its people; a village only its adjective."""
SHORTEST = 4
"""Letters of a name from which words are made; those of shorter ones are by hand, or are other words."""
ARTICLES = frozenset({"de", "het", "den", "s", "t", "it"})
RIVER = re.compile(r"\baan (?:den|de) ")


@dataclass(frozen=True, slots=True)
class Place:
    """`municipality` is that of today, "" where it is not known; coordinates are WGS 84 degrees. Where they are not
    `exact`, they are the middle of the municipality.
    """

    name: str
    kind: str
    municipality: str
    province: str
    lat: float | None
    lon: float | None
    population: int
    exact: bool


@dataclass(slots=True)
class Name:
    """What one written name may stand for. `common`, `noun` and `elsewhere` ask for more evidence (see
    `tables/words.toml`). `people` says that it names an inhabitant; such a word is an adjective too ("Kamper").
    """

    places: list[Place] = field(default_factory=list)
    adjective: bool = False
    people: bool = False
    common: bool = False
    noun: bool = False
    elsewhere: bool = False
    abroad: bool = False
    island: bool = False
    quarter: bool = False
    capitals: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists that decide whether a capitalised name is a place."""

    near: frozenset[str]
    medium: frozenset[str]
    toward: frozenset[str]
    units: frozenset[str]
    bodies: frozenset[str]
    offices: frozenset[str]
    courts: frozenset[str]
    van_heads: frozenset[str]
    heads: frozenset[str]
    head_ends: frozenset[str]
    hyphened: frozenset[str]
    plain: frozenset[str]
    compass: frozenset[str]
    roles: frozenset[str]
    history: frozenset[str]
    papers: frozenset[str]
    clubs: frozenset[str]
    club_tails: frozenset[str]
    abroad_signs: frozenset[str]
    abroad_after: frozenset[str]
    abroad_before: frozenset[str]
    adjective_tails: frozenset[str]
    adjective_ends: frozenset[str]
    wares: frozenset[str]
    national: frozenset[str]
    local: frozenset[str]
    ruling: frozenset[str]
    provincial: frozenset[str]
    verbs: frozenset[str]
    weak_verbs: frozenset[str]


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
    add_derived(names, [place for place, _ in places], raw)
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
                    exact == "1",
                ),
                others.split("|") if others else [],
            )
            for name, kind, municipality, province, lat, lon, exact, population, others in rows
        ]


def variants(name: str) -> list[str]:
    """`Krimpen aan den IJssel` is also written `a/d` and `a.d.`; the rest is settled by folding."""
    if " aan d" not in name:
        return [name]
    return [name, RIVER.sub("a/d ", name), RIVER.sub("ad ", name)]


def add(names: dict[str, Name], written: str, place: Place, *, derived: bool = False, people: bool = False) -> None:
    """Enter one way to write the name of a place, or a word that is derived from it."""
    key = key_of(written)
    name = names.get(key)
    if name is None:
        name = names[key] = Name(adjective=derived, people=people, capitals=capitals_of(written))
    name.places.append(place)


def capitals_of(written: str) -> tuple[bool, ...]:
    """Which words of the name must begin with a capital in the text. An article before the name need not."""
    words = re.findall(r"[^\W_]+", written)
    return tuple(
        word[0].isupper() and not (number == 0 and len(words) > 1 and word.lower() in ARTICLES)
        for number, word in enumerate(words)
    )


def add_derived(names: dict[str, Name], places: list[Place], raw: dict[str, Any]) -> None:
    """Enter "Brabantse", "Haagse", "Tilburger" and what else is made from a name. A word that is itself a place, or
    that could come from two towns, is not made up; those by hand come first.
    """
    provinces = {place.name: place for place in places if place.kind == "province"}
    towns = {place.name: place for place in places if place.kind == "municipality"}
    for table, area in (("adjectives", provinces), ("town_adjectives", towns), ("people", provinces)):
        for word, owner in raw[table].items():
            add(names, word.title(), area[owner], derived=True, people=table == "people")
    for word, owner in raw["town_people"].items():
        add(names, word.title(), towns[owner], derived=True, people=True)
    common = {*raw["words"].split(), *raw["nouns"].split()}
    bare = {*raw["nouns"].split(), *raw["elsewhere"].split()}
    taken = {*names, *raw["other_words"].split()}
    made: dict[str, Name] = {}
    for key, name in names.items():
        homes = [p for p in name.places if p.kind in {"municipality", "place"}]
        if name.adjective or not homes or len(key) < SHORTEST or not key.isalpha() or key in bare:
            continue
        seats = [p for p in homes if p.kind == "municipality"] or homes
        if seats is homes and key in common:
            continue
        town = max(p.population for p in homes) >= TOWN
        of_it = Name(seats, adjective=True, capitals=(True,))
        forms = dict.fromkeys(adjectives(key) if town and key not in common else [adjective(key)], of_it)
        if town:
            living = [form for form in people(key) if key not in common or "aar" in form[-4:] or form.endswith("aren")]
            forms |= dict.fromkeys(living, Name(seats, adjective=True, people=True, capitals=(True,)))
        for form, one in forms.items():
            if form not in taken and (form not in made or size_of(made[form]) < size_of(one)):
                made[form] = one
    names |= made


def size_of(name: Name) -> int:
    """Of the largest place the name may stand for."""
    return max(place.population for place in name.places)


def mark(names: dict[str, Name], raw: dict[str, Any]) -> None:
    """Mark the names that ask for more evidence."""
    nouns = {*raw["nouns"].split()}
    common = {*raw["words"].split(), *nouns, *raw["phrases"]}
    elsewhere = {*raw["elsewhere"].split(), *raw["elsewhere_phrases"]}
    abroad = set(raw["abroad"].split())
    islands = set(raw["islands"].split())
    for key in common:
        if key in names:
            names[key].common = True
            names[key].noun = key in nouns
    for key in elsewhere & names.keys():
        names[key].elsewhere = True
    for key in abroad & names.keys():
        names[key].abroad = True
    for key in islands & names.keys():
        names[key].island = True
    for name in names.values():
        name.quarter = bool(name.places) and all(place.kind == "quarter" for place in name.places)
