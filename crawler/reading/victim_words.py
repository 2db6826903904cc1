"""The words that say of whom a sentence speaks and what a victim's life is made of; see `tables/victims.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from crawler.reading.gazetteer import TABLES
from crawler.reading.name_words import name_words

TAIL = 3
"""So many letters at the end of a word tell whether it can be one of those that end compounds."""
VICTIM, HARM, SUSPECT, CAUGHT, EXPLOITER, WHO, OTHER, PRONOUN, KIN, MUST, HARD, OFFICE = (1 << bit for bit in range(12))
"""What a word says. HARM is what is done to victims, CAUGHT what is done to suspects; WHO is somebody who in news about
trafficking is a victim unless the sentence says otherwise; OTHER has a role: an officer, a lawyer, a neighbour. Of an
EXPLOITER is said as much about victims as about himself. An OFFICE acts for the state or the public."""
PEOPLE = VICTIM | HARM | WHO | PRONOUN
SCHOOLS, CLUBS, WORKS, REFUGES, VILLAGES, STREETS = (1 << bit for bit in range(12, 18))
PLACES = SCHOOLS | CLUBS | WORKS | REFUGES | VILLAGES | STREETS
"""A school, a club and the like; these come beside the others."""
LISTS = {
    "harmed": HARM, "caught": CAUGHT, "pronouns": PRONOUN, "musts": MUST, "hardships": HARD, "blamed": SUSPECT,
    "offices": OFFICE, "kindred": KIN, "victims": VICTIM, "suspects": SUSPECT, "exploiters": EXPLOITER, "people": WHO,
}  # fmt: skip
ENDS = {"victims": VICTIM, "suspects": SUSPECT, "exploiters": EXPLOITER, "people_ends": WHO}


KINDS = {"schools": SCHOOLS, "clubs": CLUBS, "works": WORKS, "refuges": REFUGES}


@dataclass(frozen=True, slots=True)
class VictimWords:
    """What whole words say (`roles`) and what compounds say by how they end: the first of `ends` that fits, and every
    one of `place_ends`. Of the others see the table. `kinds` are patterns without groups.
    """

    roles: dict[str, int]
    ends: tuple[tuple[str, int], ...]
    tails: frozenset[str]
    place_ends: tuple[tuple[str, int], ...]
    verbs: frozenset[str]
    saying_who: frozenset[str]
    things: tuple[str, ...]
    everywhere: frozenset[str]
    countries: tuple[str, ...]
    kinds: dict[str, str]

    def is_country(self, written: str) -> bool:
        """Whether the end of what is written is the name of a country or of a city abroad."""
        return written.endswith(self.countries)


@cache
def victim_words() -> VictimWords:
    """The lists, read at the first call (some 3 ms) and kept."""
    raw = tomllib.loads((TABLES / "victims.toml").read_text(encoding="utf-8"))
    ends = [(end, role) for name, role in ENDS.items() for end in raw[name].split()]
    known = tuple(end for end, _ in ends)
    roles = {
        role + plural: OTHER
        for role in name_words().roles
        if not role.endswith(known)
        for plural in ("", "s", "n", "en")
    }
    for name in reversed(LISTS):
        roles |= dict.fromkeys(raw[name].split(), LISTS[name])
    ends += [(end + plural, OTHER) for end in name_words().role_ends for plural in ("", "s", "n", "en")]
    places: dict[str, int] = {}
    for name, bit in KINDS.items():
        kinds = [kind.split()[-1].lstrip("~").lower() for kind in raw.get(name, "").split(",") if kind.strip()]
        for word in [*kinds, *raw.get(f"more_{name}", "").split()]:
            places[word] = places.get(word, 0) | bit
    places |= dict.fromkeys(raw["villages"].split(), VILLAGES)
    places |= dict.fromkeys(raw["streets"].split(), STREETS)
    for word, bits in places.items():
        roles[word] = roles.get(word, 0) | bits
    return VictimWords(
        roles=roles,
        ends=tuple(ends),
        tails=frozenset(end[-TAIL:] for end in (*places, *dict(ends))),
        place_ends=tuple(places.items()),
        verbs=frozenset(raw["verbs"].split()),
        saying_who=frozenset(raw["saying_who"].split()),
        everywhere=frozenset(raw["everywhere"].split()),
        things=tuple(raw["things"].split()),
        countries=tuple(" ".join(name.split()) for name in raw["countries"].split(",")),
        kinds={name: _pattern(raw[name]) for name in KINDS},
    )


def _pattern(written: str) -> str:
    """Names with commas between them as alternatives."""
    names = (" ".join(name.split()) for name in written.split(","))
    return "(?:" + "|".join(map(_either, names)) + ")"


def _either(name: str) -> str:
    """A name with or without a capital; "~" is the beginning of a compound."""
    if name[0] == "~":
        return r"\w{0,14}" + re.escape(name[1:])
    return (f"[{name[0].upper()}{name[0]}]" if name[0].islower() else name[0]) + re.escape(name[1:])
