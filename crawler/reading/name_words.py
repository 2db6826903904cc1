"""The words that decide whether capitalised words are the name of a person, in memory; see `tables/people.toml`."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from crawler.reading.folding import ACCENTS, SHAPES
from crawler.reading.gazetteer import TABLES, gazetteer

LETTERS = {**ACCENTS, **{ord(one): two for one, two in zip("łŁøØđĐıħŧ", "lLoOdDiht", strict=True)}}
ENDINGS = ("role_ends", "thing_ends", "sure_ends")


@dataclass(frozen=True, slots=True)
class NameWords:
    """All folded; see the table for what each list is."""

    given: frozenset[str]
    roles: frozenset[str]
    role_ends: tuple[str, ...]
    plain: frozenset[str]
    things: frozenset[str]
    thing_ends: tuple[str, ...]
    sure_ends: tuple[str, ...]
    surnames: frozenset[str]
    first_things: frozenset[str]
    lettered: frozenset[str]
    addressed: frozenset[str]
    particles: frozenset[str]
    cuts: frozenset[str]
    articles: frozenset[str]
    sure_articles: frozenset[str]
    where: frozenset[str]
    portfolios: frozenset[str]
    nations: frozenset[str]
    home_nations: frozenset[str]
    not_people: frozenset[str]
    people: frozenset[str]
    children: frozenset[str]
    parents: frozenset[str]
    lasting: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a capitalised word is by itself. `key` is it folded; `origin` is a nation or an adjective of a place.

    `name` says that it may be a first name or a surname: neither initials nor a particle.
    """

    key: str
    initials: bool
    particle: bool
    name: bool
    lower: bool
    capitals: bool
    given: bool
    role: bool
    thing: bool
    plain: bool
    origin: bool


@cache
def name_words() -> NameWords:
    """The lists, read at the first call (some 4 ms) and kept."""
    raw = tomllib.loads((TABLES / "people.toml").read_text(encoding="utf-8"))
    lists = {name: frozenset(map(bare, str(raw[name]).split())) for name in raw}
    ends = {name: tuple(sorted(lists.pop(name))) for name in ENDINGS}
    return NameWords(**lists, **ends)  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def bare(word: str) -> str:
    """One word folded: lower case, no accents, no invisible signs."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word).translate(SHAPES).translate(LETTERS).lower()


@lru_cache(maxsize=8192)
def facts_of(word: str) -> Facts:
    """What one word of a row is, as it is written there."""
    words, key = name_words(), bare(word)
    lower = word.islower()
    role = is_role(key.removesuffix("."))
    initials = word.endswith(".") and len(word) > 1 and not role and not lower  # "Mr." is no initial, nor "v.d."
    particle = not initials and (key in words.particles or lower)
    given = is_given(key)
    return Facts(
        key=key,
        initials=initials,
        particle=particle,
        name=not initials and not particle,
        lower=lower,
        capitals=len(word) > 1 and word.isupper() and not initials,
        given=given,
        role=role,
        thing=key in words.things or ("-" in key and key.rsplit("-", 1)[1] in words.things),
        plain=key in words.plain,
        origin=not given and (key in words.nations or _is_adjective(key)),
    )


def is_given(word: str) -> bool:
    """Whether a folded word is a first name; `jan-willem` is, if both parts are."""
    given = name_words().given
    if word in given:
        return True
    return "-" in word and all(part in given for part in word.split("-"))


def is_role(word: str) -> bool:
    """Whether a folded word says what somebody is: `wethouder`, `oud-minister`, `cda-kamerlid`, `zanger-gitarist`."""
    words = name_words()
    return word in words.roles or word.endswith(words.role_ends)


def _is_adjective(key: str) -> bool:
    name = gazetteer().names.get(key)
    return name is not None and name.adjective
