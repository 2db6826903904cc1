"""The Dutch lexicon of trafficking, and one scan of a text that relevance and form both read.

The words stand in `lexicon.toml`. A scan is a few hundred substring searches over the flattened text, linear in its
length and without regular expressions that a hostile text could slow down.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crawler.reading.folding import WORD, fold, visible

MOST_HITS = 20
"""Occurrences of one part that are looked at; more of the same adds nothing."""
WORD_LIMIT = 40
"""Characters of a found word that a reason shows."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found part. `at` counts in the flattened text; `word` is the whole word or phrase as it stands there."""

    at: int
    word: str


@dataclass(frozen=True, slots=True)
class Together:
    """Signs that say more near each other: every one within `within` characters of the first, which must occur with
    so many `different` words.
    """

    signs: tuple[str, ...]
    weight: float
    within: int
    different: int


@dataclass(frozen=True, slots=True)
class FormWords:
    """The words of a form itself, and the sign that is its subject ("" when it has none)."""

    direct: tuple[str, ...]
    theme: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The content of `lexicon.toml`."""

    ignore: tuple[str, ...]
    signs: dict[str, tuple[str, ...]]
    weights: dict[str, float]
    together: tuple[Together, ...]
    forms: dict[str, FormWords]


@cache
def lexicon() -> Lexicon:
    """The lexicon, read at the first call and kept."""
    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    return Lexicon(
        tuple(raw["ignore"]),
        {name: tuple(parts) for name, parts in raw["signs"].items()},
        raw["weights"],
        tuple(Together(tuple(t["signs"]), t["weight"], t["within"], t.get("different", 1)) for t in raw["together"]),
        {name: FormWords(tuple(f["direct"]), f["theme"]) for name, f in raw["forms"].items()},
    )


class Hits(dict[str, tuple[Hit, ...]]):
    """The hits of each sign, searched when first asked for: most texts need few of them."""

    def __init__(self, flat: str) -> None:
        super().__init__()
        self.flat = flat

    def __missing__(self, sign: str) -> tuple[Hit, ...]:
        found = self[sign] = find(self.flat, lexicon().signs[sign])
        return found


@dataclass(frozen=True, slots=True)
class Scan:
    """A text flattened to folded words with one space around each, and the signs of the lexicon found in it."""

    flat: str
    title_ends: int
    hits: Hits

    def words(self, sign: str, most: int = 3) -> list[str]:
        """The different words found for a sign, in the order of the text."""
        return list(dict.fromkeys(hit.word for hit in self.hits[sign]))[:most]


def flatten(text: str) -> str:
    """The folded words with one space between."""
    return " ".join(WORD.findall(fold(visible(text))))


def scan(title: str, text: str) -> Scan:
    """Flatten a text and make ready to search it."""
    head = flatten(title)
    flat = f" {head} {flatten(text)} "
    for phrase in lexicon().ignore:
        flat = flat.replace(phrase, " ~ ")
    return Scan(flat, len(head) + 1, Hits(flat))


def find(flat: str, parts: tuple[str, ...]) -> tuple[Hit, ...]:
    """The hits of all parts in the order of the text."""
    found: dict[int, Hit] = {}
    for part in parts:
        at = flat.find(part)
        for _ in range(MOST_HITS):
            if at < 0:
                break
            found.setdefault(at, Hit(at, word_around(flat, at, len(part))))
            at = flat.find(part, at + len(part))
    return tuple(sorted(found.values(), key=lambda hit: hit.at))


def word_around(flat: str, at: int, size: int) -> str:
    """The part with the rest of the words it begins and ends in, cut to what a reason can show."""
    begin = flat.rfind(" ", max(0, at - WORD_LIMIT), at + 1) + 1
    stop = flat.find(" ", at + size - 1, at + size + WORD_LIMIT)
    end = stop if stop >= 0 else at + size
    return flat[max(begin, at - WORD_LIMIT) : end].strip()[:WORD_LIMIT]


def near(first: tuple[Hit, ...], second: tuple[Hit, ...], within: int) -> list[tuple[Hit, Hit]]:
    """For each hit of `first` the nearest of `second` within so many characters. Linear in the hits."""
    pairs = []
    start = 0
    for hit in first:
        while start < len(second) and second[start].at < hit.at - within:
            start += 1
        close = [other for other in second[start : start + 3] if abs(other.at - hit.at) <= within]
        if close:
            pairs.append((hit, min(close, key=lambda other: abs(other.at - hit.at))))
    return pairs
