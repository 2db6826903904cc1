"""The Dutch lexicon of trafficking, and one scan of a text that relevance and form both read.

The words stand in `lexicon.toml`. A scan says which of them a text holds; where they stand is searched when first asked
for, linear in the length of the text and without regular expressions that a hostile text could slow down.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from crawler.reading.folding import words_of
from crawler.reading.sieve import Sieve

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
    masks: tuple[int, ...]
    """For each sign the bits of its parts in the sieve."""


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
    weights: tuple[tuple[str, float], ...]
    together: tuple[Together, ...]
    forms: dict[str, FormWords]
    sieve: Sieve
    masks: dict[str, int]
    """For each sign, and for `ignore`, the bits of its parts in the sieve."""


@cache
def lexicon() -> Lexicon:
    """The lexicon, read at the first call and kept."""
    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    ignore = tuple(raw["ignore"])
    signs = {name: tuple(parts) for name, parts in raw["signs"].items()}
    forms = {name: FormWords(tuple(f["direct"]), f["theme"]) for name, f in raw["forms"].items()}
    sieve = Sieve(chain(ignore, *signs.values(), *(form.direct for form in forms.values())))
    masks = {"ignore": sieve.mask(ignore), **{name: sieve.mask(parts) for name, parts in signs.items()}}
    together = tuple(
        Together(
            tuple(rule["signs"]),
            rule["weight"],
            rule["within"],
            rule.get("different", 1),
            tuple(masks[sign] for sign in rule["signs"]),
        )
        for rule in raw["together"]
    )
    return Lexicon(ignore, signs, tuple(raw["weights"].items()), together, forms, sieve, masks)


class Hits(dict[str, tuple[Hit, ...]]):
    """The hits of each sign, searched when first asked for: most texts need few of them."""

    def __init__(self, flat: str, held: int) -> None:
        super().__init__()
        self.flat = flat
        self.held = held

    def __missing__(self, sign: str) -> tuple[Hit, ...]:
        known = lexicon()
        found = self[sign] = self.of(known.signs[sign]) if self.held & known.masks[sign] else ()
        return found

    def of(self, parts: tuple[str, ...]) -> tuple[Hit, ...]:
        """The hits of parts of the lexicon in the order of the text."""
        bit = lexicon().sieve.bit
        return find(self.flat, tuple(part for part in parts if bit[part] & self.held))


@dataclass(frozen=True, slots=True)
class Scan:
    """A text flattened to folded words with one space around each, and the signs of the lexicon found in it.

    `held` has the bit of each part that stands in `flat` (see `sieve.py`); `weights` and `rules` are those of which all
    signs stand in it somewhere.
    """

    folded: tuple[str, ...]
    flat: str
    title_ends: int
    held: int
    weights: tuple[tuple[str, float], ...]
    rules: tuple[Together, ...]
    hits: Hits

    def words(self, sign: str, most: int = 3) -> list[str]:
        """The different words found for a sign, in the order of the text."""
        return list(dict.fromkeys(hit.word for hit in self.hits[sign]))[:most]


def flatten(text: str) -> str:
    """The folded words with one space between."""
    return " ".join(words_of(text))


def scan(title: str, text: str) -> Scan:
    """Flatten a text and see what stands in it."""
    known = lexicon()
    head, body = words_of(title), words_of(text)
    words = head + body
    start = " ".join(head)
    flat = f" {start} {' '.join(body)} "
    held = known.sieve.held(flat, set(words))
    if held & known.masks["ignore"]:
        for phrase in known.ignore:
            flat = flat.replace(phrase, " ~ ")
        # What is left of the words around a blanked phrase are words that were not there before.
        held = known.sieve.held(flat, set(flat.split()))
    weights = tuple([sign for sign in known.weights if held & known.masks[sign[0]]])
    rules = tuple([rule for rule in known.together if all_held(held, rule.masks)])
    return Scan(words, flat, len(start) + 1, held, weights, rules, Hits(flat, held))


def all_held(held: int, masks: tuple[int, ...]) -> bool:
    """Of each mask at least one part is held."""
    for mask in masks:  # noqa: SIM110 - asked for every rule and every text, and a generator takes four times as long
        if not held & mask:
            return False
    return True


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
