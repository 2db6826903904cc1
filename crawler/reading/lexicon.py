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

MOST_HITS = 6
"""Occurrences of one part that are looked at; more of the same adds nothing."""
MOST_OF_SIGN = 60
"""The first occurrences of a sign, whatever its parts: a text of nothing but signs must not cost more than others."""
CLOSEST = 6
"""Hits beside another that are looked at for the nearest one."""
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
    needs: int
    """The bits of its signs, see `Lexicon.signs_of`."""
    form: str = ""
    """The form of exploitation that it speaks of, "" when it could be any."""


@dataclass(frozen=True, slots=True)
class FormWords:
    """The words of a form itself, the signs that mean it, and the sign that is its subject ("" when it has none)."""

    direct: tuple[str, ...]
    signs: tuple[str, ...]
    theme: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The content of `lexicon.toml`."""

    ignore: tuple[str, ...]
    at_start: frozenset[str]
    """Signs that weigh by themselves only at the start of a text."""
    signs: dict[str, tuple[str, ...]]
    weights: tuple[tuple[str, float, int], ...]
    """Each with the bit of its sign."""
    by_first: tuple[tuple[int, tuple[Together, ...]], ...]
    """The rules by the bit of their first sign: most of these are not in a text."""
    forms: dict[str, FormWords]
    sieve: Sieve
    masks: dict[str, int]
    """For each sign, and for `ignore`, the bits of its parts in the sieve."""
    signs_of: tuple[int, ...]
    """For each part of the sieve the bits of the signs that it belongs to."""

    def present(self, held: int) -> int:
        """The bits of the signs of which a part is held: few parts are, and few small numbers are quickly compared."""
        present = 0
        while held:
            part = held & -held
            present |= self.signs_of[part.bit_length() - 1]
            held ^= part
        return present


@cache
def lexicon() -> Lexicon:
    """The lexicon, read at the first call and kept."""
    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    ignore = tuple(raw["ignore"])
    signs: dict[str, tuple[str, ...]] = {name: tuple(dict.fromkeys(parts)) for name, parts in raw["signs"].items()}
    forms = {name: FormWords(tuple(f["direct"]), tuple(f["signs"]), f["theme"]) for name, f in raw["forms"].items()}
    sieve = Sieve(chain(ignore, *signs.values(), *(form.direct for form in forms.values())), frozenset(raw["common"]))
    masks = {"ignore": sieve.mask(ignore), **{name: sieve.mask(parts) for name, parts in signs.items()}}
    bits = {name: 1 << number for number, name in enumerate(signs)}
    signs_of = tuple(sum(bits[name] for name, parts in signs.items() if part in parts) for part in sieve.parts)
    together = tuple(
        Together(
            tuple(rule["signs"]),
            rule["weight"],
            rule["within"],
            rule.get("different", 1),
            sum(bits[sign] for sign in rule["signs"]),
            rule.get("form", ""),
        )
        for rule in raw["together"]
    )
    by_first = tuple(
        (bit, rules)
        for name, bit in bits.items()
        if (rules := tuple(rule for rule in together if rule.signs[0] == name))
    )
    weights = tuple((name, weight, bits[name]) for name, weight in raw["weights"].items())
    return Lexicon(ignore, frozenset(raw["at_start"]), signs, weights, by_first, forms, sieve, masks, signs_of)


class Hits(dict[str, tuple[Hit, ...]]):
    """The hits of each sign, searched when first asked for: most texts need few of them."""

    def __init__(self, flat: str, held: int) -> None:
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
    held = known.sieve.held(flat, words)
    if held & known.masks["ignore"]:
        for phrase in known.ignore:
            flat = flat.replace(phrase, " ~ ")
        # What is left of the words around a blanked phrase are words that were not there before.
        held = known.sieve.held(flat, flat.split())
    present = known.present(held)
    weights = tuple([(sign, weight) for sign, weight, bit in known.weights if present & bit])
    rules = tuple(
        [
            rule
            for first, some in known.by_first
            if present & first
            for rule in some
            if present & rule.needs == rule.needs
        ]
    )
    return Scan(words, flat, len(start) + 1, held, weights, rules, Hits(flat, held))


def find(flat: str, parts: tuple[str, ...]) -> tuple[Hit, ...]:
    """The hits of all parts in the order of the text."""
    found: dict[int, int] = {}
    for part in parts:
        at = flat.find(part)
        for _ in range(MOST_HITS):
            if at < 0:
                break
            found.setdefault(at, len(part))
            at = flat.find(part, at + len(part))
    first = sorted(found.items())[:MOST_OF_SIGN]
    return tuple([Hit(at, word_around(flat, at, size)) for at, size in first])


def word_around(flat: str, at: int, size: int) -> str:
    """The part with the rest of the words it begins and ends in, cut to what a reason can show."""
    begin = flat.rfind(" ", max(0, at - WORD_LIMIT), at + 1) + 1
    stop = flat.find(" ", at + size - 1, at + size + WORD_LIMIT)
    end = stop if stop >= 0 else at + size
    return flat[max(begin, at - WORD_LIMIT) : end].strip()[:WORD_LIMIT]


def apart(one: Hit, other: Hit) -> bool:
    """Neither stands inside the other, as `loon` in `geen loon` and `arbeiders` in `dwangarbeiders`."""
    first, second = (one, other) if one.at <= other.at else (other, one)
    return second.at >= first.at + len(first.word)


def near(first: tuple[Hit, ...], second: tuple[Hit, ...], within: int) -> list[tuple[Hit, Hit]]:
    """For each hit of `first` the nearest of `second` within so many characters, apart from it. Linear in the hits."""
    pairs = []
    start = 0
    for hit in first:
        while start < len(second) and second[start].at < hit.at - within:
            start += 1
        some = second[start : start + CLOSEST]
        close = [other for other in some if abs(other.at - hit.at) <= within and apart(hit, other)]
        if close:
            pairs.append((hit, min(close, key=lambda other: abs(other.at - hit.at))))
    return pairs
