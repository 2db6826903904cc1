"""Copies and stories among the texts of one file, in memory: what `signaal inspect` shows without a database.

Every text points at the first of the texts it belongs to, whichever of them it is most alike, so that all copies of one
report, and all reports of one happening, point at the same line.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from heapq import nlargest

from store.signatures import (
    Likeness,
    Signature,
    exactness,
    keys_of,
    nearness,
    story,
    story_keys,
    story_odds,
    text_probes,
)

COMPARED = 24
"""Earlier texts that are compared in full, of those found by shingles and of those found by marks."""
DAY = 86_400.0
LEAST_ODDS = -3.0
"""One report with other words weighs no more than this against the story that the others tell."""

LEAST_TOGETHER = -0.6
"""The mean odds with the texts of a story, as a logarithm. Only the nearest story is named, so it may be doubtful."""


class Doubles:
    """The texts so far, by number."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Signature, datetime | None]] = {}
        self._by_key: defaultdict[int, list[int]] = defaultdict(list)
        self._first: dict[int, int] = {}
        self._stories: defaultdict[int, list[int]] = defaultdict(list)

    def look(
        self, number: int, signature: Signature, published_at: datetime | None
    ) -> tuple[tuple[int, Likeness] | None, tuple[int, Likeness] | None]:
        """The earlier text that this is a copy of, and the first one of the story it tells; then remember this one too.

        A copy tells the story of what it was copied from.
        """
        copy = self._copied(signature)
        if copy:
            told: tuple[int, Likeness] | None = (self._first[copy[0]], copy[1])
        else:
            told = self._told(signature, published_at)
        self._known[number] = (signature, published_at)
        self._first[number] = told[0] if told else number
        self._stories[self._first[number]].append(number)
        for key in keys_of(signature):
            self._by_key[key].append(number)
        return copy, told

    def _copied(self, signature: Signature) -> tuple[int, Likeness] | None:
        """The earliest text of which this is a copy."""
        for number in sorted(self._sharing(text_probes(signature))):
            other, _ = self._known[number]
            if found := exactness(signature, other) or nearness(signature, other):
                return number, found
        return None

    def _told(self, signature: Signature, published_at: datetime | None) -> tuple[int, Likeness] | None:
        """The story that this text most likely tells: what several reports say of it together is said better."""
        odds: dict[int, float] = {}
        for first in {self._first[number] for number in self._sharing(story_keys(signature))}:
            told = [max(self._odds(signature, published_at, each), LEAST_ODDS) for each in self._stories[first]]
            odds[first] = sum(told) / len(told)
        first = max(odds, key=lambda each: (odds[each], -each), default=0)
        if not first or odds[first] <= LEAST_TOGETHER:
            return None
        nearest = max(self._stories[first], key=lambda each: self._odds(signature, published_at, each))
        other, when = self._known[nearest]
        return first, story(signature, other, _apart(published_at, when), 1 / (1 + math.exp(-odds[first])))

    def _odds(self, signature: Signature, published_at: datetime | None, number: int) -> float:
        other, when = self._known[number]
        return story_odds(signature, other, _apart(published_at, when))

    def _sharing(self, probes: Iterable[int]) -> list[int]:
        """The earlier texts that share most with one: what few share weighs more."""
        weights: defaultdict[int, float] = defaultdict(float)
        for key in probes:
            numbers = self._by_key.get(key, ())
            for number in numbers:
                weights[number] += math.log(1 + len(self._known) / len(numbers))
        return nlargest(COMPARED, weights, key=lambda number: (weights[number], -number))


def _apart(one: datetime | None, other: datetime | None) -> float | None:
    return None if one is None or other is None else abs((one - other).total_seconds()) / DAY
