"""Text made comparable: one shape per letter, apostrophe and dash, and the words with their positions.

Every function is linear in the length of its text, whatever stands in it. The last few answers are kept, because
region, relevance and form each ask for the same title and text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
# Soft hyphens, zero-width and direction marks are invisible in a browser but cut words in two for a program.
INVISIBLE = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
SHAPES: dict[int, str | None] = {
    **dict.fromkeys(INVISIBLE),
    **dict.fromkeys(map(ord, "’‘`´ʼ"), "'"),
    **dict.fromkeys(map(ord, "‐‑"), "-"),
    **dict.fromkeys((0xA0, 0x202F, 0x3000, *range(0x2000, 0x200B)), " "),
    ord("ĳ"): "ij",
    ord("Ĳ"): "IJ",
    0x130: "I",  # the only letter whose lower case is longer than itself
}
LATIN = range(0xC0, 0x250)
ACCENTS = {
    code: base for code in LATIN if (base := unicodedata.normalize("NFD", chr(code))[0]) != chr(code) and base.isascii()
}


@lru_cache(maxsize=8)
def visible(text: str) -> str:
    """The text without invisible characters, apostrophes and hyphens in one shape."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(SHAPES)


@lru_cache(maxsize=8)
def fold(text: str) -> str:
    """Lower case without accents, as long as the text that went in: `Súdwest` and `SUDWEST` are the same word."""
    return text.lower() if text.isascii() else text.translate(ACCENTS).lower()


def key_of(name: str) -> str:
    """The words of a name, folded, with one space between: `'s-Hertogenbosch` is `s hertogenbosch`."""
    words = WORD.findall(fold(visible(name)))
    return " ".join("sint" if word == "st" else word for word in words)
