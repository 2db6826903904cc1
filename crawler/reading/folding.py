"""Text made comparable: one shape per letter, apostrophe and dash, and the words with their positions.

Every function is linear in the length of its text, whatever stands in it. The last few answers are kept, because
region, relevance and form each ask for the same title and text. Translating a whole text letter by letter costs more
than reading it, so only what is not ASCII is looked at: in Dutch a letter here and there.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
NO_WORD = re.compile(r"[\W_]")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
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
WORDS_ONLY = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
RUN = 8
"""Letters beyond ASCII that stand together in Dutch; longer runs are another script, and not remembered."""


@lru_cache(maxsize=8)
def visible(text: str) -> str:
    """The text without invisible characters, apostrophes and hyphens in one shape."""
    if text.isascii():
        return text
    return BEYOND_ASCII.sub(_shaped, unicodedata.normalize("NFC", text)).replace("`", "'")


@lru_cache(maxsize=8)
def fold(text: str) -> str:
    """Lower case without accents, as long as the text that went in: `Súdwest` and `SUDWEST` are the same word."""
    return text.lower() if text.isascii() else BEYOND_ASCII.sub(_bare, text).lower()


@lru_cache(maxsize=8)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text, the same as the words of `fold(visible(text))`."""
    return words_in(text)


def words_in(text: str) -> tuple[str, ...]:
    """The same without remembering the answer, for a caller who does that. Cutting a text at its spaces first and each
    piece then gives the same words.
    """
    if not text.isascii():
        text = _plain_letters(unicodedata.normalize("NFC", text))
    return tuple(text.translate(WORDS_ONLY).split() if text.isascii() else WORD.findall(text.lower()))


def key_of(name: str) -> str:
    """The words of a name, folded, with one space between: `'s-Hertogenbosch` is `s hertogenbosch`."""
    return " ".join("sint" if word == "st" else word for word in words_of(name))


def _shaped(run: re.Match[str]) -> str:
    return run[0].translate(SHAPES)


def _bare(run: re.Match[str]) -> str:
    return run[0].translate(ACCENTS)


def _plain_letters(text: str) -> str:
    """Without accents, and with a space for every sign beyond ASCII. The encoder finds those signs six times as fast as
    a pattern does, but it gives up at a letter that stays beyond ASCII, as of another script.
    """
    try:
        return text.encode("ascii", PLAIN).decode("ascii")
    except UnicodeEncodeError:
        return BEYOND_ASCII.sub(lambda run: _plain_run(run[0]), text)


def _encoded(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    return _plain_run(problem.object[problem.start : problem.end]), problem.end


PLAIN = "signaal-plain-letters"
codecs.register_error(PLAIN, _encoded)


def _plain_run(run: str) -> str:
    return _short_run(run) if len(run) <= RUN else _run(run)


def _run(run: str) -> str:
    """Letters without accents; what is no part of a word as a space."""
    return NO_WORD.sub(" ", run.translate(SHAPES).translate(ACCENTS))


_short_run = lru_cache(maxsize=1024)(_run)
