"""A title or a text cut into words, and the names of the gazetteer that stand in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from crawler.reading.folding import visible, words_of
from crawler.reading.gazetteer import Name, gazetteer

LIMIT = 20_000
"""Characters of the text that are searched for places; what a report is about stands far before that."""
JOIN = re.compile(r"\s{0,3}(?:/|,|&)\s{0,3}|\s{0,3},?\s{1,3}(?:en|of|&|/)\s{1,3}(?:in\s{1,3})?(?:het\s{1,3})?")
WORDS_AND_GAPS = re.compile(r"([^\W_]+)")
STOPS = frozenset('.!?:\n"”“')
QUOTES = frozenset("'\"”“„«")


@dataclass
class Part:
    """A title or a text cut into words: raw, folded, and what stands before each word (and after the last)."""

    text: str
    raw: list[str]
    words: list[str]
    gaps: list[str]
    clubs: set[str] = field(default_factory=set)

    @cached_property
    def edges(self) -> list[int]:
        """Where each gap and each word ends, in turn. Counted only when a text names a place."""
        lengths = [0] * (len(self.raw) + len(self.gaps))
        lengths[::2] = map(len, self.gaps)
        lengths[1::2] = map(len, self.raw)
        return list(accumulate(lengths))

    @cached_property
    def shouts(self) -> bool:
        """Everything is written in capitals, so that a capital says nothing."""
        return self.text.isupper()

    def start(self, number: int) -> int:
        """Where the word begins in the text."""
        return self.edges[2 * number]

    def end(self, number: int) -> int:
        """Where the word ends in the text."""
        return self.edges[2 * number + 1]

    def before(self, number: int) -> str:
        """The folded word before, "" across anything but a space."""
        if number < 1 or self.gaps[number].strip(" '"):
            return ""
        return self.words[number - 1]

    def follows(self, after: int) -> str:
        """The folded word at this number when only a space stands before it, else ""."""
        return self.words[after] if after < len(self.words) and self.gaps[after] == " " else ""

    def capital(self, number: int) -> bool:
        """The word exists and begins with a capital that means something."""
        return 0 <= number < len(self.raw) and self.raw[number][0].isupper() and not self.shouts

    def opens(self, number: int) -> bool:
        """The word stands at the beginning of the part or of a sentence."""
        return number == 0 or not STOPS.isdisjoint(self.gaps[number])


def part_of(text: str) -> Part:
    """Cut a title or a text into words; only the first `LIMIT` characters count."""
    whole = visible(text)
    shown = whole[:LIMIT]
    pieces = WORDS_AND_GAPS.split(shown)
    words = words_of(text if shown is whole else shown)
    folded = ["sint" if word == "st" else word for word in words] if "st" in words else list(words)
    return Part(shown, pieces[1::2], folded, pieces[::2])


def name_at(part: Part, number: int) -> tuple[int, str, Name] | None:
    """The longest known name that begins at this word, with the number of its words."""
    table = gazetteer()
    for size in table.sizes.get(part.words[number], ()):
        if number + size > len(part.words):
            continue
        key = part.words[number] if size == 1 else " ".join(part.words[number : number + size])
        name = table.names.get(key)
        if name and well_written(part, number, size, name):
            return size, key, name
    return None


def well_written(part: Part, number: int, size: int, name: Name) -> bool:
    """Capitals where the name has them, and nothing but spaces, hyphens and the like between its words."""
    for offset in range(size):
        capital = name.capitals[offset] if offset < len(name.capitals) else False
        if capital and not part.raw[number + offset][0].isupper():
            return False
        if offset and (part.gaps[number + offset].strip(" -'./,") or "\n" in part.gaps[number + offset]):
            return False
    return True


def joined(part: Part, last: int, number: int) -> bool:
    """Between two words stand only a comma, "en" or the like."""
    return JOIN.fullmatch(part.text, part.end(last), part.start(number)) is not None


def colon_after(part: Part, after: int) -> bool:
    """A colon follows, and no quote: "Haren: man vast", not "Buren: 'Wij hoorden niets'"."""
    gap = part.gaps[after]
    return gap.startswith(":") and QUOTES.isdisjoint(gap)
