"""Copies and stories among the texts of one file, in memory: what `signaal inspect` shows without a database."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from store.signatures import Alike, Likeness, Signature, keys_of, likeness, story_keys, text_probes

COMPARED = 24
"""Earlier texts that are compared in full, of those found by shingles and of those found by marks."""
DAY = 86_400.0


class Doubles:
    """The texts so far, by number."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Signature, datetime | None]] = {}
        self._by_key: defaultdict[int, list[int]] = defaultdict(list)

    def look(
        self, number: int, signature: Signature, published_at: datetime | None
    ) -> tuple[tuple[int, Likeness] | None, tuple[int, Likeness] | None]:
        """The earlier text that this is a copy of, and the one whose story it tells; then remember this one too.

        A copy tells the story of what it was copied from.
        """
        found = [(other, self._likeness(signature, published_at, other)) for other in self._candidates(signature)]
        copies = [each for each in found if each[1].kind in {Alike.EXACT, Alike.NEAR}]
        stories = [each for each in found if each[1].kind is Alike.STORY]
        copy, story = _best(copies), _best(stories)
        self._known[number] = (signature, published_at)
        for key in keys_of(signature):
            self._by_key[key].append(number)
        return copy, copy or story

    def _likeness(self, signature: Signature, published_at: datetime | None, number: int) -> Likeness:
        other, when = self._known[number]
        apart = None if published_at is None or when is None else abs((published_at - when).total_seconds()) / DAY
        return likeness(signature, other, apart)

    def _candidates(self, signature: Signature) -> set[int]:
        chosen: set[int] = set()
        for probes in (text_probes(signature), set(story_keys(signature))):
            counted = Counter(number for key in probes for number in self._by_key.get(key, ()))
            chosen.update(number for number, _ in counted.most_common(COMPARED))
        return chosen


def _best(found: list[tuple[int, Likeness]]) -> tuple[int, Likeness] | None:
    """The most alike, of equals the earliest."""
    return max(found, key=lambda each: (each[1].kind is Alike.EXACT, each[1].score, -each[0]), default=None)
