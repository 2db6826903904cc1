"""A cheap guess at the language of a text, by its most ordinary words."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from crawler.reading.folding import WORD, words_of

SAMPLE = 1_000
"""Characters that are looked at."""
ENOUGH = 2
"""So many ordinary words must be seen."""
SHARE = 0.12
"""So large a share of all words must be ordinary words of the language."""
LANGUAGES = ("nl", "fy", "en", "de")
"""The first wins when two have equally many."""


@cache
def ordinary_words() -> dict[str, str]:
    """For each word of `tables/languages.toml` the lists that it stands in, as in "nl fy"."""
    table = Path(__file__).parent / "tables" / "languages.toml"
    raw: dict[str, str] = tomllib.loads(table.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for language, words in raw.items():
        for word in set(words.split()):
            found[word] = f"{found.get(word, '')} {language}"
    return found


def language_of(text: str) -> str | None:
    """One of nl, fy, en and de; None when the text is too short or looks like none of them.

    Frisian shares much with Dutch: it must show words that Dutch does not have.
    """
    sample = text[:SAMPLE]
    # Here an accent counts: it tells Frisian and German words from Dutch ones. ASCII has none, and is cut quicker.
    words = words_of(sample) if sample.isascii() else WORD.findall(sample.lower())
    counts: Counter[str] = Counter()
    for languages, times in Counter(map(ordinary_words().get, words)).items():
        for language in languages.split() if languages else ():
            counts[language] += times
    if counts["only_fy"] < ENOUGH:
        counts["fy"] = 0
    best = max(LANGUAGES, key=counts.__getitem__)
    return best if counts[best] >= max(ENOUGH, SHARE * len(words)) else None
