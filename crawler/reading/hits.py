"""Where words stand in a flattened text, and which of them stand near each other. All linear in the text."""

from __future__ import annotations

from dataclasses import dataclass

MOST_HITS = 6
"""Occurrences of one part that are looked at; more of the same adds nothing."""
MOST_OF_SIGN = 60
"""The first occurrences of a sign, whatever its parts: a text of nothing but signs must not cost more than others."""
CLOSEST = 6
"""Hits beside another that are looked at for the nearest one."""
WORD_LIMIT = 40
"""Characters of a found word that a reason shows."""
STRETCH_LIMIT = 70
"""The same of a stretch of several words."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found part. `word` is the whole word or phrase around it, `at` where that begins in the flattened text."""

    at: int
    word: str


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
    return tuple(dict.fromkeys([around(flat, at, size) for at, size in first]))


def around(flat: str, at: int, size: int) -> Hit:
    """The part with the rest of the words it begins and ends in, cut to what a reason can show."""
    begin = max(flat.rfind(" ", max(0, at - WORD_LIMIT), at + 1) + 1, at - WORD_LIMIT)
    stop = flat.find(" ", at + size - 1, at + size + WORD_LIMIT)
    end = stop if stop >= 0 else at + size
    return Hit(begin, flat[begin:end].strip()[:WORD_LIMIT])


def apart(one: Hit, other: Hit) -> bool:
    """Neither stands inside the other, as `loon` in `geen loon` and `arbeiders` in `dwangarbeiders`."""
    first, second = (one, other) if one.at <= other.at else (other, one)
    return second.at >= first.at + len(first.word)


def near(first: tuple[Hit, ...], second: tuple[Hit, ...], within: int) -> list[tuple[Hit, Hit]]:
    """For each hit of `first` the nearest of `second` within so many characters, apart from it."""
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


def stretches(flat: str, all_hits: list[tuple[Hit, ...]], within: int, between: str) -> tuple[Hit, ...]:
    """The stretches from the first to the last word of signs that all stand near a hit of the first one, without
    `between` in them.
    """
    first, *rest = all_hits
    others = [dict(near(first, some, within)) for some in rest] if first else []
    found: dict[int, str] = {}
    for hit in first:
        if all(hit in some for some in others):
            every = [hit, *(some[hit] for some in others)]
            begin = min(one.at for one in every)
            whole = flat[begin : max(one.at + len(one.word) + 1 for one in every)]
            if between not in whole:
                found[begin] = whole.strip()[:STRETCH_LIMIT]
    return tuple([Hit(at, word) for at, word in sorted(found.items())])
