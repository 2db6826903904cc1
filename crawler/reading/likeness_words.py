"""What the words of a text tell: their stems, the parts of compounds, numbers, and the matters they belong to.

How much a word tells is how rare it is: in our own texts, and where those are silent in Dutch at large.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import snowballstemmer

from crawler.reading.folding import fold
from store.signatures import Of, key_of

__all__ = ["rarity", "stage_of", "themes_of", "told_by", "unheard"]

LONGEST = 40
"""Letters of a word that tells something."""
RAREST = 9.0
"""What a word counts that is in none of the lists."""
RARE_NUMBER, COMMON_NUMBER = 8.0, 5.0
COUNTED = 10
"""Numbers up to this count things in any text."""
PART = 0.6
"""A part of a compound tells less than a word of its own."""
COMPOUND, LEAST = 8, 4
"""Letters of the shortest compound and of its shortest part."""
WHOLE = 3500
"""The words that are used most are left whole: each is known by itself, whatever it is made of."""
ENDINGS = {"kers", "ster", "sters", "lijk", "lijke", "heid", "heden", "baar", "bare", "loos", "loze", "ling", "lingen"}
"""Words that are endings as well: plukkers are no kind of kers."""
LINKS = ("", "s", "e", "en", "n")
"""What stands between the parts: arbeid-s-uitbuiting, boer-en-land."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a word tells: a key, how much, and the word for the reasons (empty for a number or a matter)."""

    key: int
    weight: float
    word: str = ""


@lru_cache(maxsize=20_000)
def told_by(word: str) -> tuple[Told, ...]:
    """What one folded word tells: its number, or its stem, the parts it is made of, and the matters of all these."""
    if len(word) > LONGEST:
        return ()
    if number := number_of(word):
        return (Told(key_of(Of.NUMBER, number), rarity(f"#{number}")),)
    found = []
    for each, share in [(word, 1.0), *((part, PART) for part in parts_of(word))]:
        stem = stem_of(each)
        found.append(Told(key_of(Of.WORD, stem), rarity(stem) * share, each))
        found += [Told(key_of(Of.THEME, theme), rarity(f"@{theme}") * share) for theme in themes_of(each)]
    return tuple(found)


def number_of(word: str) -> str:
    """The number that a word says in digits or letters, empty when it is none: `31`, `negentien`, `19-jarige`."""
    word = word.removesuffix("jarige") or word
    return word[:LONGEST] if word.isdecimal() else _tables().numbers.get(word, "")


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """The stem by Snowball's rules for Dutch."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=20_000)
def parts_of(word: str) -> tuple[str, ...]:
    """The two words a compound is made of, none when it is no compound: `koelcel` and `teler`."""
    ranks = _ranks()
    if len(word) < COMPOUND or ranks.get(word, WHOLE) < WHOLE:
        return ()
    return max(_splits(word, ranks), default=(0.0, ()))[1]


def unheard(word: str) -> bool:
    """Whether a folded word is in none of the lists, nor made of words that are."""
    return not number_of(word) and rarity(stem_of(word)) >= RAREST and word not in _ranks() and not parts_of(word)


def _splits(word: str, ranks: dict[str, int]) -> Iterator[tuple[float, tuple[str, str]]]:
    """Every way to take a word apart, and how likely it is: by how often both parts are used, best without a link."""
    for end in range(LEAST, len(word) - LEAST + 1):
        tail = word[end:]
        if tail not in ranks or tail in ENDINGS:
            continue
        for link in LINKS:
            head = word[: end - len(link)]
            if word.startswith(link, len(head)) and len(head) >= LEAST and head in ranks:
                yield (0.8 if link else 1.0) / ((ranks[head] + 1) * (ranks[tail] + 1)) ** 0.5, (head, tail)


def themes_of(word: str) -> tuple[str, ...]:
    """The matters that a word belongs to, each by its first word."""
    return _tables().themes.get(stem_of(word), ())


def rarity(form: str) -> float:
    """How much a form tells: the natural logarithm of how many texts there are for one that holds it.

    A form is a stem, `#` with a number or `@` with a matter.
    """
    known = _rarities().get(form)
    if known is not None:
        return known
    if form.startswith("#"):
        return COMMON_NUMBER if len(form) <= len(str(COUNTED)) else RARE_NUMBER
    return RAREST


def stage_of(words: Iterable[str]) -> str:
    """The stage of a criminal case that these words tell of, empty when none is told."""
    said = set(words)
    return next((stage for stage, signs in _tables().stages.items() if said & signs), "")


@cache
def _stemmer() -> Any:
    return snowballstemmer.stemmer("dutch")


@dataclass(frozen=True, slots=True)
class _Tables:
    themes: dict[str, tuple[str, ...]]
    numbers: dict[str, str]
    stages: dict[str, frozenset[str]]


@cache
def _tables() -> _Tables:
    raw = tomllib.loads(_table("likeness.toml"))
    return _Tables(
        themes=_themes(raw["themes"]),
        numbers={
            word: str(number * times)
            for name, first, times in (("small", 2, 1), ("numbers", 11, 1), ("tens", 2, 10), ("hundreds", 2, 100))
            for number, word in enumerate(raw[name].split(), first)
        },
        stages={stage: frozenset(signs.split()) for stage, signs in raw["steps"].items()},
    )


@cache
def _rarities() -> dict[str, float]:
    """What `build_frequencies.py` wrote, in tenths."""
    lines = (line.rsplit(",", 1) for line in _table("frequencies.csv").split())
    return {form: int(tenths) / 10 for form, tenths in lines}


@cache
def _ranks() -> dict[str, int]:
    """The words that compounds are made of, each with its place in the order of how often they are used."""
    return {word: rank for rank, word in enumerate(_table("compounds.txt").split())}


def _table(name: str) -> str:
    return (files("crawler.reading.tables") / name).read_text(encoding="utf-8")


def _themes(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for line in lines:
        words = fold(line).split()
        for word in words:
            found.setdefault(stem_of(word), {})[words[0]] = None
    return {stem: tuple(themes) for stem, themes in found.items()}
