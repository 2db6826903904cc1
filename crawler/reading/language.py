"""A cheap guess at the language of a text, by its most ordinary words."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from crawler.reading.folding import WORD

SAMPLE = 3_000
"""Characters that are looked at."""
ENOUGH = 2
"""So many ordinary words must be seen."""
SHARE = 0.12
"""So large a share of all words must be ordinary words of the language."""
LANGUAGES = ("nl", "fy", "en", "de")
"""The first wins when two have equally many."""


@cache
def ordinary_words() -> dict[str, frozenset[str]]:
    """The word lists of `tables/languages.toml`."""
    table = Path(__file__).parent / "tables" / "languages.toml"
    raw: dict[str, str] = tomllib.loads(table.read_text(encoding="utf-8"))
    return {language: frozenset(words.split()) for language, words in raw.items()}


def language_of(text: str) -> str | None:
    """One of nl, fy, en and de; None when the text is too short or looks like none of them.

    Frisian shares much with Dutch: it must show words that Dutch does not have.
    """
    words = WORD.findall(text[:SAMPLE].lower())
    ordinary = ordinary_words()
    counts = {language: sum(map(ordinary[language].__contains__, words)) for language in LANGUAGES}
    if sum(map(ordinary["only_fy"].__contains__, words)) < ENOUGH:
        counts["fy"] = 0
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= max(ENOUGH, SHARE * len(words)) else None
