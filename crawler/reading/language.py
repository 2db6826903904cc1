"""A cheap guess at the language of a text, by its most ordinary words."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from crawler.reading.folding import fold, words_of

SAMPLE = 160
"""Words that are looked at."""
ENOUGH = 2
"""So many ordinary words must be seen."""
SHARE = 0.12
"""So large a share of all words must be ordinary words of the language."""
LANGUAGES = ("nl", "fy", "en", "de")
"""The first wins when two have equally many."""


@cache
def ordinary_words() -> dict[str, str]:
    """For each word of `tables/languages.toml`, folded, the lists that it stands in, as in "nl fy".

    A word that only its accent tells from a word of another language ("dêr" from German "der") tells nothing.
    """
    table = Path(__file__).parent / "tables" / "languages.toml"
    raw: dict[str, str] = tomllib.loads(table.read_text(encoding="utf-8"))
    lists = {language: set(words.split()) for language, words in raw.items()}
    plain = set().union(*lists.values())
    found: dict[str, str] = {}
    for language, words in lists.items():
        for word in words:
            folded = fold(word)
            if folded == word or folded not in plain:
                found[folded] = f"{found.get(folded, '')} {language}"
    return found


def language_of(text: str) -> str | None:
    """One of nl, fy, en and de; None when the text is too short or looks like none of them.

    Frisian shares much with Dutch: it must show words that Dutch does not have.
    """
    return language_from(words_of(text))


def language_from(words: tuple[str, ...]) -> str | None:
    """The same for the folded words of a text."""
    words = words[:SAMPLE]
    counts = dict.fromkeys((*LANGUAGES, "only_fy"), 0)
    for languages, times in Counter(map(ordinary_words().get, words)).items():
        for language in languages.split() if languages else ():
            counts[language] += times
    if counts["only_fy"] < ENOUGH:
        counts["fy"] = 0
    best = max(LANGUAGES, key=counts.__getitem__)
    return best if counts[best] >= max(ENOUGH, SHARE * len(words)) else None
