"""The difference of two texts, word by word, for a person who must judge the new one. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS_AT_MOST = 1500
"""Above this many changed words whole sentences are compared: word by word the work grows with the square."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]*\s*")


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    change: Change
    text: str


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in reading order; those that are not ADDED give `old`, those that are not REMOVED give `new`."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    if len(left) + len(right) > WORDS_AT_MOST:
        left, right = _SENTENCE.findall("".join(left)), _SENTENCE.findall("".join(right))
    pieces = [Piece(Change.SAME, "".join(before[:start]))]
    pieces += _changes(left, right)
    pieces.append(Piece(Change.SAME, "".join(before[len(before) - end :])))
    return tuple(piece for piece in pieces if piece.text)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    removed = added = ""
    for name, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        # A space that stayed between two changed words is read as part of the change.
        if name != "equal" or ((removed or added) and before.isspace()):
            removed, added = removed + before, added + after
            continue
        yield from _change(removed, added)
        removed = added = ""
        yield Piece(Change.SAME, before)
    yield from _change(removed, added)


def _change(removed: str, added: str) -> Iterator[Piece]:
    """One change, with what both sides end in given back as unchanged."""
    tail = ""
    while removed and added and removed[-1] == added[-1] and removed[-1].isspace():
        tail, removed, added = removed[-1] + tail, removed[:-1], added[:-1]
    yield Piece(Change.REMOVED, removed)
    yield Piece(Change.ADDED, added)
    yield Piece(Change.SAME, tail)
