"""A cheap guess at the language of a text, by its most ordinary words."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from crawler.reading.folding import fold, words_of

SAMPLE = 60
"""Words that are looked at."""
WEIGHTS = {1: 3, 2: 1}
"""What a word says for each language that has it, by how many have it: one that three share says nothing."""
ENOUGH = 3
"""One word that no other language has is enough, when nothing speaks for another language as much."""
SHARE = 0.12
"""So large a share of all words must be ordinary words of the language."""
LANGUAGES = ("nl", "fy", "en", "de")


@cache
def ordinary_words() -> dict[str, tuple[str, int]]:
    """For each word of `tables/languages.toml`, folded, the languages that have it ("nl fy") and what it says for each.

    A word that only its accent tells from a word of another language ("dêr" from German "der") tells nothing.
    """
    table = Path(__file__).parent / "tables" / "languages.toml"
    raw: dict[str, str] = tomllib.loads(table.read_text(encoding="utf-8"))
    lists = {language: set(words.split()) for language, words in raw.items()}
    plain = set().union(*lists.values())
    having: dict[str, list[str]] = {}
    for language, words in lists.items():
        for word in words:
            folded = fold(word)
            if (folded == word or folded not in plain) and language not in having.get(folded, ()):
                having.setdefault(folded, []).append(language)
    return {word: (" ".join(found), WEIGHTS.get(len(found), 0)) for word, found in having.items()}


def language_of(text: str) -> str | None:
    """One of nl, fy, en and de; None when the text is too short or looks like none of them.

    Frisian shares much with Dutch: it must show words that Dutch does not have.
    """
    return language_from(words_of(text))


def language_from(words: tuple[str, ...]) -> str | None:
    """The same for the folded words of a text."""
    words = words[:SAMPLE]
    scores, counts = dict.fromkeys(LANGUAGES, 0), dict.fromkeys(LANGUAGES, 0)
    for found, times in Counter(map(ordinary_words().get, words)).items():
        if found is not None:
            for language in found[0].split():
                scores[language] += found[1] * times
                counts[language] += times
    second, best = sorted(LANGUAGES, key=scores.__getitem__)[-2:]
    clear = scores[best] >= ENOUGH and scores[best] > scores[second]
    return best if clear and counts[best] >= SHARE * len(words) else None
