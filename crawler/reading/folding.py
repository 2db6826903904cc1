"""Text made comparable: one shape per letter, apostrophe and dash, and the words with their positions.

Every function is linear in the length of its text, whatever stands in it.
"""

from __future__ import annotations

import re
import unicodedata

# Soft hyphens, zero-width and direction marks are invisible in a browser but cut words in two for a program.
INVISIBLE = dict.fromkeys([0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
WORD = re.compile(r"[^\W_]+")
SHAPES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "‐": "-", "‑": "-", "ĳ": "ij", "Ĳ": "IJ"})


def visible(text: str) -> str:
    """The text without invisible characters, apostrophes and hyphens in one shape."""
    return text.translate(INVISIBLE).translate(SHAPES)


def fold(word: str) -> str:
    """Lower case without accents: `Súdwest` and `SUDWEST` are the same word."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.lower())
    return "".join(part for part in parts if not unicodedata.combining(part))


def key_of(name: str) -> str:
    """The words of a name, folded, with one space between: `'s-Hertogenbosch` is `s hertogenbosch`."""
    words = [fold(word) for word in WORD.findall(visible(name))]
    return " ".join("sint" if word == "st" else word for word in words)
