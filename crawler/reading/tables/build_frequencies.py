"""How many of our own labelled texts hold each ordinary word: `python -m crawler.reading.tables.build_frequencies`.

Only the part of the texts that may be looked at is counted, never the stories, and only words in three texts or more
are kept: what is rare weighs the most without being listed. The texts are our own, so the counts are too.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from crawler.reading.folding import words_of
from crawler.reading.likeness import forms_of

LABELLED = Path(__file__).parents[3] / "tests" / "crawler" / "reading" / "labelled"
SETS = ("relevance", "kinds", "regions", "names", "dates")
FEWEST = 3


def main() -> None:
    texts = [
        f"{line.get('title', '')}\n{line['text']}"
        for name in SETS
        for line in map(json.loads, (LABELLED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
        if line["part"] == "tune"
    ]
    counted = Counter(
        form for text in texts for form in {form for word in words_of(text) for form, _ in forms_of(word)}
    )
    lines = [f"{word},{count}" for word, count in sorted(counted.items()) if count >= FEWEST]
    Path(__file__).with_name("frequencies.csv").write_text(
        "\n".join([f"texts,{len(texts)}", *lines]) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
