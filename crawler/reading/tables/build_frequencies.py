"""How rare words are, and which words compounds are made of: `python -m crawler.reading.tables.build_frequencies`.

Needs the package `wordfreq` (see CREDITS.md), which the program itself does not. Counted are our own labelled texts
that may be looked at, but never the stories; where they are silent Dutch at large counts, as much as `AT_LARGE` texts.
"""

from __future__ import annotations

import importlib
import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crawler.reading.folding import words_of
from crawler.reading.likeness_words import LEAST, RAREST, number_of, stem_of, themes_of

LABELLED = Path(__file__).parents[3] / "tests" / "crawler" / "reading" / "labelled"
SETS = ("relevance", "kinds", "regions", "names", "dates")
PARTS = {"tune", "held"}
AT_LARGE = 100
WORDS = 40
"""Words of a text of ours, about."""
USED = 1e-6
"""Words that are used less often are no parts of compounds: splits would be guesses."""


def main() -> None:
    texts = list(map(frozenset, _texts()))
    at_large, stems = _at_large()
    counted = Counter(form for words in texts for form in {form for word in words for form in _forms(word)})
    rarities = {}
    for form in {*counted, *stems}:
        expected = 0.0 if form[0] in "#@" else 1 - (1 - min(stems.get(form, 0.0), 0.5)) ** WORDS
        share = (counted[form] + AT_LARGE * expected) / (len(texts) + AT_LARGE)
        if share and -math.log(share) < RAREST:
            rarities[form] = round(-math.log(share) * 10)
    folder = Path(__file__).parent
    lines = [f"{form},{tenths}" for form, tenths in sorted(rarities.items())]
    (folder / "frequencies.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "compounds.txt").write_text("\n".join(at_large) + "\n", encoding="utf-8")


def _forms(word: str) -> list[str]:
    number = number_of(word)
    return [f"#{number}"] if number else [stem_of(word), *(f"@{theme}" for theme in themes_of(word))]


def _texts() -> Iterator[tuple[str, ...]]:
    for name in SETS:
        for line in map(json.loads, (LABELLED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()):
            if line["part"] in PARTS:
                yield words_of(f"{line.get('title', '')}\n{line['text']}")


def _at_large() -> tuple[list[str], Counter[str]]:
    """The words that compounds are made of, the most used first, and how often each stem is used."""
    frequencies = importlib.import_module("wordfreq").get_frequency_dict("nl", wordlist="large")
    used: Counter[str] = Counter()
    stems: Counter[str] = Counter()
    for written, share in frequencies.items():
        if len(words := words_of(written)) == 1 and words[0].isalpha():
            used[words[0]] += share
            stems[stem_of(words[0])] += share
    return [word for word, share in used.most_common() if share >= USED and len(word) >= LEAST], stems


if __name__ == "__main__":
    main()
