"""Which parts of the lexicon a text holds, asked per different word instead of per part.

There are some four hundred parts, and searching a text for each costs ten times what cutting it into words does. Most
words of a newspaper hold no part and come back in the next text, so the answer for each word is remembered. The answer
for a text is exact: a part is held if and only if it stands in the flattened text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

START = 3
"""A word of a part that may stand inside a longer word is looked up by its first letters."""
MOST_KNOWN = 50_000
"""Different words that are remembered, some 8 MB; then the memory begins anew."""
LONGEST_KNOWN = 40
"""Longer words are no words of a newspaper and are not remembered."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a part. `begins` and `ends` say that a word of the text must begin or end with it."""

    text: str
    begins: bool
    ends: bool


class Sieve(dict[str, int]):
    """The words seen so far, each with the bits of the parts that it may belong to.

    A part has two bits, one for each of its two longest words, which are the same when it has only one. A text that
    has both is searched for the whole phrase.
    """

    def __init__(self, parts: Iterable[str]) -> None:
        super().__init__()
        self.parts = tuple(dict.fromkeys(parts))
        self.bit = {part: 1 << number for number, part in enumerate(self.parts)}
        self._phrases = self.mask(part for part in self.parts if " " in part.strip())
        self._whole: dict[str, int] = {}
        self._inside: dict[str, list[tuple[Piece, int]]] = {}
        for part, bit in self.bit.items():
            pieces = pieces_of(part)
            self._enter(pieces[0], bit)
            self._enter(pieces[:2][-1], bit << len(self.parts))

    def mask(self, parts: Iterable[str]) -> int:
        """The bits of these parts."""
        return reduce(or_, map(self.bit.__getitem__, parts), 0)

    def held(self, flat: str, words: Iterable[str]) -> int:
        """The bits of the parts that stand in `flat`, whose different words are `words`."""
        both = reduce(or_, set(map(self.__getitem__, words)), 0)
        held = both & (both >> len(self.parts))
        phrases = held & self._phrases
        while phrases:
            bit = phrases & -phrases
            phrases ^= bit
            if self.parts[bit.bit_length() - 1] not in flat:
                held ^= bit
        return held

    def __missing__(self, word: str) -> int:
        bits = self._bits_of(word)
        if len(word) <= LONGEST_KNOWN:
            if len(self) >= MOST_KNOWN:
                self.clear()
            self[word] = bits
        return bits

    def _enter(self, piece: Piece, bit: int) -> None:
        if piece.begins and piece.ends:
            self._whole[piece.text] = self._whole.get(piece.text, 0) | bit
        else:
            self._inside.setdefault(piece.text[:START], []).append((piece, bit))

    def _bits_of(self, word: str) -> int:
        bits = self._whole.get(word, 0)
        for at in range(len(word) - START + 1):
            for piece, bit in self._inside.get(word[at : at + START], ()):
                if piece.begins and at:
                    continue
                if word.endswith(piece.text) if piece.ends else word.startswith(piece.text, at):
                    bits |= bit
        return bits


def pieces_of(part: str) -> list[Piece]:
    """The words of a part that it can be recognised by, longest first.

    `" gedwongen te sluit"` is two whole words and one that a word begins with. Raises ValueError for a part that would
    stand in nearly every word.
    """
    words = part.split()
    last = len(words) - 1
    pieces = [
        Piece(word, number > 0 or part.startswith(" "), number < last or part.endswith(" "))
        for number, word in enumerate(words)
    ]
    telling = [piece for piece in pieces if len(piece.text) >= START or (piece.begins and piece.ends)]
    if not telling:
        raise ValueError(f"lexicon.toml: {part!r} needs a word of {START} letters, or a space on both sides")
    return sorted(telling, key=lambda piece: -len(piece.text))
