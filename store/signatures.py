"""What is remembered of a text to recognise it by, and how alike two of them are. Pure, and the same for all who ask.

A signature is made in `crawler/reading/likeness.py`. It holds hashes, not words: nobody can read a text or a name in
what the store keeps of it. The words in `Mark.word` are there for the reasons and stay with the text they come from.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from hashlib import blake2b
from typing import NamedTuple

SKETCH = 128
"""So many of the smallest hashes of a text stand for all of them (bottom-k sketch, Cohen 1997)."""
OPENING = 6
NEAR_LEAST, NEAR_SHORT = 0.45, 0.22
"""This share of the shorter text in the longer one makes them near; short texts need so much more, because two of
them can share the fixed phrases of a police report and nothing else."""
SHORT, LONG = 50, 150
"""Shared shingles: at fewer than the first a text counts as short, at more than the last as long."""
FEWEST = 3
STORY = 0.5
STORY_DAYS = 12
"""An event is announced up to its day; what lies further apart is another step of the same case."""
UNKNOWN_APART = 0.5
UNIT = 15.0
"""How heavy a mark is for each time that its word is e times as rare."""
TELLING = 55
"""Marks of this weight say something about which happening it is."""
SHOWN_WORDS = 5
MARKS, MATTERS = 12, 4
FEWEST_KEYS, MOST_KEYS, SHINGLES_A_KEY = 6, 24, 12
"""A long text is found by more of its shingles: a piece of it has none of its smallest ones otherwise."""


class Alike(StrEnum):
    """How two texts are alike. `case` is not read from words alone: see `crawler/reading/cases.py`."""

    EXACT = "exact"
    NEAR = "near"
    STORY = "story"
    NONE = "none"


class Of(IntEnum):
    """What a mark is of. The lowest bits of its key say so."""

    WORD = 0
    NUMBER = 1
    NAME = 2
    THEME = 3
    """A matter that several words belong to: housing, a school, a verdict."""
    PLACE = 4
    FORM = 5
    KIND = 6
    CASE = 7
    """A court, the provinces it judges, an ECLI, an announced day: see `store/case_likeness.py`."""


KINDS = 8
"""The lowest bits of a key."""


def key_of(of: Of, word: str) -> int:
    """A hash of 32 bits whose lowest say what it is of."""
    return int.from_bytes(blake2b(f"{of}:{word}".encode(), digest_size=4).digest(), "big") // KINDS * KINDS + of


class Mark(NamedTuple):
    """A telling word, place or name of a text. `weight` runs from 1 to 255; `word` is empty where it may be a name."""

    key: int
    weight: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """`exact` is a hash of all words. `count` is how many different shingles there are, `sketch` the smallest hashes
    of them, `opening` the smallest of the first lines. `marks` and `places` say what it is about. `step` names the
    stage of a criminal case, or is empty. Hashes have 32 bits.
    """

    exact: str
    count: int
    sketch: tuple[int, ...]
    opening: tuple[int, ...]
    marks: tuple[Mark, ...] = ()
    places: tuple[Mark, ...] = ()
    step: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` runs from 0 to 1 and compares within one kind; `reasons` are Dutch."""

    kind: Alike
    score: float
    reasons: tuple[str, ...] = ()


NOTHING = Likeness(Alike.NONE, 0.0)


def keys_of(signature: Signature) -> set[int]:
    """The few hashes that an item is found by."""
    few = max(FEWEST_KEYS, min(MOST_KEYS, signature.count // SHINGLES_A_KEY))
    return {*signature.opening, *signature.sketch[:few], _exact_key(signature), *story_keys(signature)}


def text_probes(signature: Signature) -> set[int]:
    """The many hashes by which to look for copies of a text."""
    return {*signature.opening, *signature.sketch, _exact_key(signature)}


def story_keys(signature: Signature) -> list[int]:
    """The hashes by which to find, and to look for, the same story: telling words, places, and what was done there."""
    telling = [mark.key for mark in signature.marks if mark.weight >= TELLING and mark.key % KINDS <= Of.NAME]
    towns = [mark.key for mark in signature.places if mark.weight >= TELLING]
    return telling[:MARKS] + towns + matter_keys(signature, towns)


def matter_keys(signature: Signature, places: Iterable[int]) -> list[int]:
    """Hashes of places together with the heaviest matters: each alone stands in too many texts to find one by it."""
    themes = [mark.key for mark in signature.marks if mark.key % KINDS == Of.THEME][:MATTERS]
    return [key_of(Of.CASE, f"{place}:{theme}") for place in places for theme in themes]


def _exact_key(signature: Signature) -> int:
    return int(signature.exact[:8], 16)


def likeness(one: Signature, other: Signature, days_apart: float | None = None) -> Likeness:
    """How alike two texts are. `days_apart` is the time between their publications, None when it is not known."""
    return exactness(one, other) or nearness(one, other) or same_story(one, other, days_apart)


def exactness(one: Signature, other: Signature) -> Likeness | None:
    """Whether two texts are the same, word for word."""
    return Likeness(Alike.EXACT, 1.0, ("dezelfde tekst, woord voor woord",)) if one.exact == other.exact else None


def nearness(one: Signature, other: Signature) -> Likeness | None:
    """Whether one text is an edited copy of the other: cut, moved around, with another lead or title."""
    if len(one.sketch) > len(other.sketch) or one.count > other.count:
        one, other = other, one
    # Most that are compared share next to nothing: that is seen at once.
    if len(frozenset(one.sketch).intersection(other.sketch)) < FEWEST:
        return None
    mine, theirs = _comparable(one, other)
    both = len(mine & theirs)
    if both < FEWEST:
        return None
    share = both / min(len(mine), len(theirs))
    shared = share * one.count
    needed = NEAR_LEAST + NEAR_SHORT * min(max((LONG - shared) / (LONG - SHORT), 0.0), 1.0)
    if share < needed:
        return None
    if one.count * 2 < other.count:
        return Likeness(Alike.NEAR, share, (f"de kortere tekst staat voor {share:.0%} in de langere",))
    return Likeness(Alike.NEAR, share, (f"{share:.0%} van de tekst is gelijk",))


def _comparable(one: Signature, other: Signature) -> tuple[set[int], set[int]]:
    """The hashes below what both sketches know: there each is a fair sample of its text."""
    ends = [each.sketch[-1] for each in (one, other) if each.count > len(each.sketch)]
    end = min(ends, default=1 << 32)
    return {key for key in one.sketch if key <= end}, {key for key in other.sketch if key <= end}


def same_story(one: Signature, other: Signature, days_apart: float | None = None) -> Likeness:
    """Whether two texts tell of the same happening in words of their own."""
    odds = story_odds(one, other, days_apart)
    score = 1 / (1 + math.exp(-odds))
    return story(one, other, days_apart, score) if score >= STORY else NOTHING


def story_odds(one: Signature, other: Signature, days_apart: float | None = None) -> float:
    """The logarithm of the odds that two texts tell of the same happening; above zero it is more likely than not.

    The weights were fitted by logistic regression on the labelled stories that may be looked at, with pairs of other
    labelled texts as different happenings, and rounded. What is weighed, and how much the weights were held back, was
    chosen by leaving out an eighth of the towns each time. Time was made to count for less than there, and the bar put
    lower: other hands tell a story longer and with fewer words in common.
    """
    apart = UNKNOWN_APART if days_apart is None else days_apart
    if apart > STORY_DAYS:
        return -math.inf
    shared = overlap(one, other)
    odds = shared.told - 5.0 - 1.2 * min(apart, 2.0) - _places_against(one, other)
    odds += (1.3 if Of.KIND in shared.of else 0.0) + (1.1 if Of.FORM in shared.of else 0.0)
    return odds - (1.2 if one.step and other.step and one.step != other.step else 0.0)


class Overlap(NamedTuple):
    """`told` is what two texts tell both, as a logarithm of odds without a beginning; `of` are the kinds of mark they
    share.
    """

    told: float
    of: frozenset[int]


def overlap(one: Signature, other: Signature, told_most: int = Of.NAME) -> Overlap:
    """What two texts share. `told_most` is the last of the kinds that count as words: names do, or do not."""
    mine, theirs = _weighed(one, told_most), _weighed(other, told_most)
    told = same = numbers = matters = dot = 0
    found = set()
    for key in mine.weights.keys() & theirs.weights.keys():
        weight, their_weight = mine.weights[key], theirs.weights[key]
        of = key % KINDS
        found.add(of)
        if of <= told_most:
            told += weight
            same += their_weight
            numbers += min(weight, their_weight) if of == Of.NUMBER else 0
        elif of == Of.THEME:
            matters += min(weight, their_weight)
            dot += weight * their_weight
    # The share of all that one text tells which the other tells too.
    least, most = sorted((told / (mine.told or 1), same / (theirs.told or 1)))
    alike = dot / math.sqrt(mine.squares * theirs.squares) if dot else 0.0
    odds = 6.0 * most + 8.3 * least + 4.4 * alike + 0.19 * min(matters / UNIT, 12.0) + 0.25 * min(numbers / UNIT, 15.0)
    return Overlap(odds, frozenset(found))


def _places_against(one: Signature, other: Signature) -> float:
    """What it weighs against two texts that they name other towns: a court or a next village stands in the province."""
    towns = [{mark.key for mark in each.places if mark.weight >= TELLING} for each in (one, other)]
    if not (towns[0] and towns[1]) or towns[0] & towns[1]:
        return 0.0
    return 1.2 if {mark.key for mark in one.places} & {mark.key for mark in other.places} else 2.4


class _Weighed(NamedTuple):
    """The weights of the marks, what words, numbers and names weigh together, and the squares of the matters."""

    weights: dict[int, int]
    told: int
    squares: int


def _weighed(signature: Signature, told_most: int) -> _Weighed:
    told = squares = 0
    weights = {}
    for key, weight, _ in signature.marks:
        weights[key] = weight
        of = key % KINDS
        if of <= told_most:
            told += weight
        elif of == Of.THEME:
            squares += weight * weight
    return _Weighed(weights, told, squares)


def story(one: Signature, other: Signature, days_apart: float | None, score: float) -> Likeness:
    """Two texts that are taken for one story, with the reasons. The words are those of the first."""
    theirs = {mark.key: mark.weight for mark in other.marks}
    telling = [
        mark for mark in one.marks
        if mark.key % KINDS <= Of.NAME and min(mark.weight, theirs.get(mark.key, 0)) >= TELLING
    ]  # fmt: skip
    there = {mark.key for mark in other.places}
    places = [mark for mark in one.places if mark.key in there and mark.weight >= TELLING]
    return Likeness(Alike.STORY, score, _story_reasons(places, telling, days_apart))


def _story_reasons(places: list[Mark], telling: list[Mark], days_apart: float | None) -> tuple[str, ...]:
    words = list(dict.fromkeys(mark.word for mark in telling if mark.word))[:SHOWN_WORDS]
    reasons = []
    if places:
        reasons.append(f"beide gaan over {', '.join(mark.word for mark in places if mark.word) or 'dezelfde plaats'}")
    if words:
        reasons.append(f"in beide staat: {', '.join(words)}")
    if any(not mark.word for mark in telling):
        reasons.append("dezelfde namen of getallen komen in beide voor")
    if days_apart is not None:
        reasons.append(
            "binnen een dag van elkaar" if days_apart < 1 else f"{days_apart:.0f} {_days(days_apart)} na elkaar"
        )
    return tuple(reasons)


def _days(count: float) -> str:
    return "dag" if round(count) == 1 else "dagen"
