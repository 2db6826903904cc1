"""Which parts of the lexicon a text holds, asked per different word instead of per part.

There are some thousands of parts, and searching a text for each costs a hundred times what cutting it into words does.
Most words of a newspaper hold no part and come back in the next text, so the answer for each word is remembered. The
answer for a text is exact: a part is held if and only if it stands in the flattened text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from crawler.reading.folding import words_in

START = 3
"""A word of a part that may stand inside a longer word is looked up by its first letters."""
MOST_KNOWN = 40_000
"""Different pieces that are remembered, some 10 MB; then the memory begins anew."""
LONGEST_KNOWN = 40
"""Longer pieces are no words of a newspaper and are not remembered."""
PIECES = 2
"""Words by which a phrase is recognised before it is searched for."""
BETWEEN = "|"
"""What stands between two sentences of a flattened text, so that no phrase goes over a full stop."""
STOPS = (".", "!", "?", ";", ":")
CLOSING = "'\"’”»)]"


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a part. `begins` and `ends` say that a word of the text must begin or end with it."""

    text: str
    begins: bool
    ends: bool


class Sieve(dict[str, tuple[str, int]]):
    """The pieces of text seen so far, each with its folded words and the number of its answer: the bits of the parts
    that it may belong to. A piece is what stands between two spaces: folding it once is cheaper than folding every
    text. There are few different answers, and small numbers are compared faster than long rows of bits.

    A phrase has two bits, for its two longest words that are not `common`. A text that has both is searched for the
    whole phrase.
    """

    def __init__(self, parts: Iterable[str], common: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.parts = tuple(sorted(dict.fromkeys(parts), key=lambda part: " " not in part.strip()))
        self.bit = {part: 1 << number for number, part in enumerate(self.parts)}
        self._answers = [0]
        self._numbers = {0: 0}
        # Phrases come first, so that their other bits follow the first ones of all parts.
        self._phrases = self.mask(part for part in self.parts if " " in part.strip())
        self._once = self.mask(self.parts) ^ self._phrases
        self._whole: dict[str, int] = {}
        self._inside: dict[str, list[tuple[Piece, int]]] = {}
        for part, bit in self.bit.items():
            pieces = pieces_of(part, common)
            for row in range(PIECES if bit & self._phrases else 1):
                self._enter(pieces[: row + 1][-1], bit << row * len(self.parts))

    def mask(self, parts: Iterable[str]) -> int:
        """The bits of these parts."""
        return reduce(or_, map(self.bit.__getitem__, parts), 0)

    def flat(self, pieces: Iterable[str]) -> str:
        """The folded words of a text that was cut at its spaces, one space between, and `BETWEEN` after a sentence."""
        return " ".join([folded for folded, _ in map(self.__getitem__, pieces) if folded])

    def sifted(self, pieces: list[str]) -> tuple[str, int]:
        """The same with a space around it, and the bits of the parts that may stand in it: of a phrase two words do."""
        if len(self) >= MOST_KNOWN:
            self.clear()
            self._answers, self._numbers = [0], {0: 0}
        words, numbers = zip(*map(self.__getitem__, pieces), strict=True) if pieces else ((), ())
        every = reduce(or_, map(self._answers.__getitem__, set(numbers)), 0)
        flat = f" {' '.join(filter(None, words))} "
        return flat, every & (self._once | every >> len(self.parts) & self._phrases)

    def certain(self, possible: int, flat: str) -> int:
        """Those of which the part does stand in the flattened text."""
        phrases = possible & self._phrases
        held = possible ^ phrases
        while phrases:
            bit = phrases & -phrases
            phrases ^= bit
            if self.parts[bit.bit_length() - 1] in flat:
                held |= bit
        return held

    def held(self, flat: str) -> int:
        """The bits of the parts that stand in a flattened text."""
        return self.certain(self.sifted(flat.split())[1], flat)

    def __missing__(self, piece: str) -> tuple[str, int]:
        words = (BETWEEN,) if piece == BETWEEN else words_in(piece)
        bits = reduce(or_, map(self._bits_of, words), 0)
        number = self._numbers.setdefault(bits, len(self._answers))
        if number == len(self._answers):
            self._answers.append(bits)
        ends = words and piece.rstrip(CLOSING).endswith(STOPS)
        folded = " ".join((*words, BETWEEN) if ends else words)
        found = (piece if folded == piece else folded), number
        if len(piece) <= LONGEST_KNOWN:
            self[piece] = found
        return found

    def _enter(self, piece: Piece, bits: int) -> None:
        if piece.begins and piece.ends:
            self._whole[piece.text] = self._whole.get(piece.text, 0) | bits
        else:
            self._inside.setdefault(piece.text[:START], []).append((piece, bits))

    def _bits_of(self, word: str) -> int:
        bits = self._whole.get(word, 0)
        for at in range(len(word) - START + 1):
            for piece, more in self._inside.get(word[at : at + START], ()):
                if piece.begins and at:
                    continue
                if word.endswith(piece.text) if piece.ends else word.startswith(piece.text, at):
                    bits |= more
        return bits


def pieces_of(part: str, common: frozenset[str]) -> list[Piece]:
    """The words of a part that it can be recognised by, longest first, those of nearly every text last.

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
    return sorted(telling, key=lambda piece: (piece.text in common, -len(piece.text)))
