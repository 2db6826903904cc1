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
VICTIM, HARM, SUSPECT, CAUGHT, EXPLOITER, WHO, OTHER, PRONOUN, KIN, MUST, HARD, PLACE = (1 << bit for bit in range(12))
"""What a word says. HARM is what is done to victims, CAUGHT what is done to suspects; WHO is somebody who in news about
trafficking is a victim unless the sentence says otherwise; OTHER has a role: an officer, a lawyer, a neighbour. Of an
EXPLOITER is said as much about victims as about himself. A PLACE is a school, a club and the like; it comes beside the
others."""
LISTS = {
    "harmed": HARM, "caught": CAUGHT, "pronouns": PRONOUN, "musts": MUST, "hardships": HARD, "blamed": SUSPECT,
    "kindred": KIN, "victims": VICTIM, "suspects": SUSPECT, "exploiters": EXPLOITER, "people": WHO,
}  # fmt: skip
ENDS = {"victims": VICTIM, "suspects": SUSPECT, "exploiters": EXPLOITER, "people_ends": WHO}


KINDS = ("schools", "clubs", "works", "refuges")


@dataclass(frozen=True, slots=True)
class VictimWords:
    """What whole words say (`roles`) and what compounds say by how they end (`ends`, the first that fits); of the
    others see the table. `countries` and `kinds` are patterns without groups, `kind_words` what stands in lower case
    wherever one of the kind fits.
    """

    roles: dict[str, int]
    ends: tuple[tuple[str, int], ...]
    tails: frozenset[str]
    verbs: frozenset[str]
    saying_who: frozenset[str]
    things: tuple[str, ...]
    countries: str
    kinds: dict[str, str]
    kind_words: dict[str, tuple[str, ...]]


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
    places = {place.split()[-1].lstrip("~").lower() for name in KINDS for place in raw[name].split(",")}
    places |= set(raw["places"].split())
    ends += [(word, PLACE) for word in places]
    for word in places:
        roles[word] = roles.get(word, 0) | PLACE
    return VictimWords(
        roles=roles,
        ends=tuple(ends),
        tails=frozenset(end[-TAIL:] for end, _ in ends),
        verbs=frozenset(raw["verbs"].split()),
        saying_who=frozenset(raw["saying_who"].split()),
        things=tuple(raw["things"].split()),
        countries=_pattern(raw["countries"]),
        kinds={name: _pattern(raw[name]) for name in KINDS},
        kind_words={name: _least(raw[name]) for name in KINDS},
    )


def _least(written: str) -> tuple[str, ...]:
    """The names without those in which a shorter one stands anyway."""
    names = {" ".join(name.split()).lower().lstrip("~") for name in written.split(",")}
    return tuple(sorted(name for name in names if not any(other != name and other in name for other in names)))


def _pattern(written: str) -> str:
    """Names with commas between them as alternatives; "~" is the beginning of a compound."""
    names = (" ".join(name.split()) for name in written.split(","))
    return "(?:" + "|".join(re.escape(name).replace("\\~", r"\w{0,14}") for name in names) + ")"
