"""The signature of a text: what is needed to find it again as a copy, as an edited copy, or as the same story.

A copy is recognised by shingles, runs of three words, of which the smallest hashes are kept. A story is recognised by
the words that tell what happened: stems without numbers and without the words that any report has, compounds split at
the last part, and places. Names count as hashes of their first letters, and are never shown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
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
MARKS = 32
"""Marks that are kept, the heaviest."""
SURE = 0.4
"""Places that are less certain are left out."""
SHORTEST, LONGEST = 3, 40
"""Letters of a word that tells something."""
MASK = (1 << 61) - 1
COMMON, NAME, NUMBER, PART, PLACE, WORD = 12, 90, 40, 36, 120, 60
"""Weights of a mark: a word of every report, a name, a number, the last part of a compound, a place, a word."""
TITLE = 1.4
"""What stands in the title tells more."""
LONG_WORD = 9
NAME_START = 4
"""Letters by which Gouda and Goudse, Venlo and Venlose are the same."""
_SENTENCES = re.compile(r"[.!?:\n]+[\s'\"‘“(]*")
_CAPITAL = re.compile(r"[^\W\d_a-zà-ÿ][^\W_]+")


def signature_of(title: str, text: str, regions: Iterable[Region] = ()) -> Signature:
    """The signature of one text. `regions` are those that were read in it; without them places count as names."""
    read = tuple(regions)
    head, body = words_of(title)[:MOST], words_of(text)[:MOST]
    shingled = body if len(body) >= OWN_TEXT else head + body
    hashes = _shingles(shingled)
    different = sorted(set(hashes))
    return Signature(
        exact=blake2b(" ".join(head + body).encode(), digest_size=8).hexdigest(),
        count=len(different),
        sketch=tuple(different[:SKETCH]),
        opening=tuple(sorted(set(hashes[:OPENING_SHINGLES]))[:OPENING]),
        marks=_marks(title, head, text, body, read),
        places=_places(read),
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


def _marks(
    title: str, head: tuple[str, ...], text: str, body: tuple[str, ...], regions: tuple[Region, ...]
) -> tuple[Mark, ...]:
    """The words that say what happened, heaviest first."""
    lead = body[:LEAD]
    named = (_names(title) | _names(text[: LEAD * LONGEST // 4])) - _tables().common
    starts = {start for region in regions for start in _place_starts(region)}
    found: dict[int, Mark] = {}
    for words, factor in ((head, TITLE), (lead, 1.0)):
        for word in dict.fromkeys(words):
            if word[:NAME_START] in starts and (word in named or words is head):
                continue
            for key, weight, shown in _name_marks(word) if word in named else _word_marks(word):
                mark = Mark(key, round(weight * factor), shown)
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


def _name_marks(word: str) -> tuple[tuple[int, int, str], ...]:
    return () if word in _tables().stop or len(word) < SHORTEST else ((_key("n", word[:NAME_START]), NAME, ""),)


@lru_cache(maxsize=20_000)
def _word_marks(word: str) -> tuple[tuple[int, int, str], ...]:
    """What one word tells: its stem, and when it is a compound the stems of its parts."""
    tables = _tables()
    number = tables.numbers.get(word.removesuffix("jarige")) or (word if word.isdecimal() else "")
    if number:
        return ((_key("#", number), NUMBER, ""),) if len(number) in {2, 3} and number > "10" else ()
    if len(word) < SHORTEST or len(word) > LONGEST or word in tables.stop or not word.isalpha():
        return ()
    if word in tables.same:
        first = tables.same[word]
        return ((_key("w", first), COMMON if first in tables.common else WORD, first),)
    stem = _stem(word)
    if word in tables.common:
        return ((_key("w", stem), COMMON, word),)
    marks = [(_key("w", stem), WORD + 4 * max(0, min(len(word) - LONG_WORD, 6)), word)]
    head = next((word[-size:] for size in range(11, 2, -1) if word[-size:] in tables.heads), "")
    front = word[: -len(head)].removesuffix("s") if len(word) > len(head) + 3 else ""
    if head and len(front) > SHORTEST and front not in tables.stop:
        same = tables.same.get(front) or _stem(front)
        marks = [(marks[0][0], WORD, word), (_key("w", same), WORD, front)]
        last = COMMON if head in tables.common else PART
        marks.append((_key("w", tables.same.get(head) or _stem(head)), last, head))
    return tuple(marks)


def _places(regions: Iterable[Region]) -> tuple[Mark, ...]:
    """The municipalities of a text, else its provinces."""
    found: dict[int, Mark] = {}
    for region in regions:
        name = region.municipality or region.province
        weight = PLACE if region.municipality else PART
        if region.confidence >= SURE:
            found.setdefault(_key("p", name), Mark(_key("p", name), round(weight * region.confidence), name))
    return tuple(found.values())


def _place_starts(region: Region) -> Iterator[str]:
    """How the words of a place begin: Tiel and Tielse are said by the place already."""
    for name in (region.place, region.municipality, region.province):
        for word in words_of(name or ""):
            if len(word) >= SHORTEST and word not in {"noord", "zuid", "den", "aan"}:
                yield word[:NAME_START]


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

    stop: frozenset[str]
    common: frozenset[str]
    same: dict[str, str]
    heads: frozenset[str]
    numbers: dict[str, str]
    steps: dict[str, frozenset[str]]


@cache
def _tables() -> _Tables:
    raw = tomllib.loads((files("crawler.reading.tables") / "likeness.toml").read_text(encoding="utf-8"))
    lines = [fold(line).split() for line in raw["same"]]
    return _Tables(
        stop=frozenset(fold(raw["stop"]).split()),
        common=frozenset(fold(raw["common"]).split()),
        same={word: line[0] for line in lines for word in line},
        heads=frozenset(raw["heads"].split()),
        numbers={
            **{word: str(number) for number, word in enumerate(raw["numbers"].split(), 11)},
            **{word: str(number * 10) for number, word in enumerate(raw["tens"].split(), 2)},
            **{word: str(number * 100) for number, word in enumerate(raw["hundreds"].split(), 2)},
        },
        steps={step: frozenset(words.split()) for step, words in raw["steps"].items()},
    )
