"""The signature of a text: what is needed to find it again as a copy, as an edited copy, or as the same story.

A copy is recognised by shingles, runs of three words, of which the smallest hashes are kept. A story is recognised by
the words that tell what happened: stems and how they begin and end, each by how rare it is, and places. Names count as
hashes of their first letters, and are never shown.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

import snowballstemmer

from crawler.reading.folding import fold, visible, words_of
from store.signatures import OPENING, SKETCH, Alike, Likeness, Mark, Signature, likeness
from store.values import Region

__all__ = ["Alike", "Likeness", "Signature", "likeness", "signature_of"]

OPENING_SHINGLES = 40
OWN_TEXT = 12
"""With fewer words than this a text has its title read with it."""
LEAD = 60
"""Words of the text in which it says what happened."""
MOST = 20_000
"""Words that are read at most; more than a hundred thousand characters."""
MARKS = 80
"""Marks that are kept, the heaviest."""
ORDINARY = 3.0
"""A word below this rarity stands in one of twenty texts."""
SURE = 0.4
"""Places that are less certain are left out."""
LONGEST = 40
"""Letters of a word that tells something."""
MASK = (1 << 61) - 1
WEIGHT = 15
"""How heavy a mark is for each time that its word is e times as rare."""
NAME, PLACE, PROVINCE = 6.0, 8.0, 5.0
"""A name weighs as a rare word, a place more."""
STARTS, ENDS = ((4, 6, 0.5), (5, 7, 0.7)), ((5, 9, 0.5),)
"""Parts of stems: letters, the least letters of the stem, and how much a part weighs against a word as rare as it."""
PART = "-"
TITLE = 1.3
"""What stands in the title tells more."""
NAME_START = 4
"""Letters by which Gouda and Goudse, Venlo and Venlose are the same."""
_SENTENCES = re.compile(r"[.!?:\n]+[\s'\"‘“(]*")
_CAPITAL = re.compile(r"[^\W\d_a-zà-ÿ][^\W_]+")


def signature_of(title: str, text: str, regions: Iterable[Region] = ()) -> Signature:
    """The signature of one text. `regions` are those that were read in it; without them places count as names."""
    head, body = words_of(title)[:MOST], words_of(text)[:MOST]
    shingled = body if len(body) >= OWN_TEXT else head + body
    hashes = _shingles(shingled)
    different = sorted(set(hashes))
    return Signature(
        exact=blake2b(" ".join(head + body).encode(), digest_size=8).hexdigest(),
        count=len(different),
        sketch=tuple(different[:SKETCH]),
        opening=tuple(sorted(set(hashes[:OPENING_SHINGLES]))[:OPENING]),
        marks=_marks(title, head, text, body),
        places=_places(regions),
        step=_step(head) or _step(body[:LEAD]),
    )


def _shingles(words: tuple[str, ...]) -> list[int]:
    """A hash of 32 bits for every run of three words, of what there is when there are fewer."""
    keys = list(map(_hashed, words)) or [0]
    keys += keys[-1:] * (3 - len(keys))
    # Each place in the run has a multiplier of its own, so that the order counts; the upper bits are the mixed ones.
    return [
        ((one * 0x9E3779B97F4A7C15 + two * 0xC2B2AE3D27D4EB4F + three * 0x165667B19E3779F9) >> 24) & 0xFFFFFFFF
        for one, two, three in zip(keys, keys[1:], keys[2:], strict=False)
    ]


@lru_cache(maxsize=50_000)
def _hashed(word: str) -> int:
    return int.from_bytes(blake2b(word[:LONGEST].encode(), digest_size=4).digest(), "big")


def _marks(title: str, head: tuple[str, ...], text: str, body: tuple[str, ...]) -> tuple[Mark, ...]:
    """The words that say what happened, heaviest first."""
    lead = body[:LEAD]
    named = _names(title) | _names(text[: LEAD * LONGEST // 4])
    found: dict[int, Mark] = {}
    for words, factor in ((head, TITLE), (lead, 1.0)):
        for word in dict.fromkeys(words):
            for key, weight, shown in _name_marks(word) if word in named else _word_marks(word):
                mark = Mark(key, min(round(WEIGHT * weight * factor), 255), shown)
                if key not in found or found[key].weight < mark.weight:
                    found[key] = mark
    return tuple(sorted(found.values(), key=lambda mark: (-mark.weight, mark.key))[:MARKS])


def _names(text: str) -> set[str]:
    """The words with a capital inside a sentence, folded: names of people, firms, streets and places."""
    found: set[str] = set()
    for sentence in _SENTENCES.split(visible(text)):
        first = True
        for match in _CAPITAL.finditer(sentence):
            if not (first and match.start() == 0):
                found.update(words_of(match[0]))
            first = False
    return found


def _name_marks(word: str) -> tuple[tuple[int, float, str], ...]:
    """A word with a capital, by its first letters. One that is ordinary in our texts has it for another reason."""
    if _rarity(forms_of(word)[0][0]) < ORDINARY:
        return _word_marks(word)
    return ((_key("n", word[:NAME_START]), NAME, ""),)


@lru_cache(maxsize=20_000)
def _word_marks(word: str) -> tuple[tuple[int, float, str], ...]:
    """What one word tells: itself and, in a language that writes compounds, how it begins and ends."""
    tables = _tables()
    (form, _), *parts = forms_of(word)
    if len(word) > LONGEST:
        return ()
    shown = "" if form.startswith("#") else tables.same.get(word, word)
    marks = [(_key("w", form), _rarity(form), shown)]
    marks += [(_key("w", part), _rarity(part) * factor, part.replace(PART, "…")) for part, factor in parts]
    return tuple(marks)


def forms_of(word: str) -> list[tuple[str, float]]:
    """What a folded word counts as, each with how much: its number, the word that stands for it, or its stem.

    The parts of a stem stand for a compound split without a list of words: pensionhouder and pensionechtpaar begin
    alike, teler and koelcelteler end alike.
    """
    tables = _tables()
    number = tables.numbers.get(word.removesuffix("jarige")) or (word if word.isdecimal() else "")
    if number:
        return [(f"#{number[:LONGEST]}", 1.0)]
    if word in tables.same:
        return [(f"={tables.same[word]}", 1.0)]
    stem = _stem(word[:LONGEST])
    parts = [(stem[:size] + PART, factor) for size, least, factor in STARTS if len(stem) >= least]
    parts += [(PART + stem[-size:], factor) for size, least, factor in ENDS if len(stem) >= least]
    return [(stem, 1.0), *parts]


def _rarity(form: str) -> float:
    """The inverse document frequency in our own texts, about half a text for a word that is not in them."""
    tables = _tables()
    return math.log(tables.texts / (0.5 + tables.counts.get(form, 0)))


def _places(regions: Iterable[Region]) -> tuple[Mark, ...]:
    """The municipalities of a text, else its provinces."""
    found: dict[int, Mark] = {}
    for region in regions:
        name = region.municipality or region.province
        weight = WEIGHT * (PLACE if region.municipality else PROVINCE)
        if region.confidence >= SURE:
            found.setdefault(_key("p", name), Mark(_key("p", name), round(weight * region.confidence), name))
    return tuple(found.values())


def _step(words: tuple[str, ...]) -> str:
    tables = _tables()
    said = {tables.same.get(word, word) for word in words}
    return next((step for step, signs in tables.steps.items() if said & signs), "")


def _key(kind: str, word: str) -> int:
    return int.from_bytes(blake2b(f"{kind}:{word}".encode(), digest_size=4).digest(), "big")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    return snowballstemmer.stemmer("dutch")


@dataclass(frozen=True, slots=True)
class _Tables:
    """`same` leads from a word to the first of its line."""

    same: dict[str, str]
    numbers: dict[str, str]
    steps: dict[str, frozenset[str]]
    counts: dict[str, int]
    texts: int


@cache
def _tables() -> _Tables:
    raw = tomllib.loads((files("crawler.reading.tables") / "likeness.toml").read_text(encoding="utf-8"))
    counts = (files("crawler.reading.tables") / "frequencies.csv").read_text(encoding="utf-8").split()
    (_, texts), *counted = (line.split(",") for line in counts)
    lines = [fold(line).split() for line in raw["same"]]
    return _Tables(
        same={word: line[0] for line in lines for word in line},
        numbers={
            **{word: str(number) for number, word in enumerate(raw["numbers"].split(), 11)},
            **{word: str(number * 10) for number, word in enumerate(raw["tens"].split(), 2)},
            **{word: str(number * 100) for number, word in enumerate(raw["hundreds"].split(), 2)},
        },
        steps={step: frozenset(words.split()) for step, words in raw["steps"].items()},
        counts={word: int(count) for word, count in counted},
        texts=int(texts),
    )
