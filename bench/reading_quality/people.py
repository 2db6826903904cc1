"""How well names and details of people are found: CoNLL-2002 Dutch for full names, our own labelled set for every kind.

`python -m bench.reading_quality.people [tune|held|fresh ...]` prints one column for each part, without a word of their
texts. Of the 287 articles of CoNLL every third is `held`, the others are `tune`; `fresh` has our own texts only.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from functools import cache

from bench.reading_quality.relevance import lines
from crawler.reading.people import flags_of
from store.values import FlagKind
from tests.crawler.reading.labelled import corpus

Span = tuple[int, int]
EVERY, HELD = 3, 2
PARTS = ("tune", "held", "fresh")
GLUED = ".,;:?!)"
"""Signs that stand at the word before them, as in a newspaper; the set has a space before each."""


def figures(part: str) -> dict[str, float]:
    """Recall and precision of full names on CoNLL, and of each kind on our own set; `part` is one of `PARTS`.

    CoNLL has no part "fresh": its figures are left out there.
    """
    found = {f"conll {name}": figure for name, figure in conll(part).items()} if part != "fresh" else {}
    for kind, (hit, missed, extra) in own(part).items():
        found[f"{kind} recall"] = ratio(hit, hit + missed)
        found[f"{kind} precision"] = ratio(hit, hit + extra)
    return found


def ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def conll(part: str) -> dict[str, float]:
    """Names of two words or more. A name is found when a flag overlaps it, exactly when it is the same stretch."""
    counts: Counter[str] = Counter()
    for number, (title, text, names) in enumerate(articles()):
        if (number % EVERY == HELD) != (part == "held"):
            continue
        flags = flags_of(title, text)
        marked = [(flag.start, flag.end) for flag in flags if flag.kind is FlagKind.PERSON]
        short = [(flag.start, flag.end) for flag in flags if flag.kind is FlagKind.SHORT_NAME]
        counts["names"] += len(names)
        counts["hit"] += sum(overlaps(name, [*marked, *short]) for name in names)
        counts["exact"] += sum(name in {*marked, *short} for name in names)
        counts["marked"] += len(marked)
        counts["right"] += sum(overlaps(mark, names) for mark in marked)
    return {
        "recall": ratio(counts["hit"], counts["names"]),
        "recall, exact": ratio(counts["exact"], counts["names"]),
        "precision": ratio(counts["right"], counts["marked"]),
        "names": counts["names"],
    }


def own(part: str) -> dict[str, tuple[int, int, int]]:
    """Per kind: labelled and found, labelled and missed, found and not labelled."""
    hit: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    for line in lines("names"):
        if line["part"] != part:
            continue
        found = [(flag.kind.value, (flag.start - 1, flag.end - 1)) for flag in flags_of("", line["text"])]
        labelled = [(flag["kind"], (flag["start"], flag["end"])) for flag in line["flags"]]
        for kind, span in labelled:
            known = overlaps(span, (other for same, other in found if same == kind))
            (hit if known else missed)[kind] += 1
        for kind, span in found:
            extra[kind] += not overlaps(span, (other for same, other in labelled if same == kind))
    return {str(kind): (hit[kind], missed[kind], extra[kind]) for kind in FlagKind}


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(start < span[1] and end > span[0] for start, end in others)


@cache
def articles() -> list[tuple[str, str, list[Span]]]:
    """Title (the first sentence), text, and the full names with their places in title, line break and text."""
    made = []
    for sentences in _sentences():
        whole, names = "", []
        for words in sentences:
            whole, spans = _written(whole, words)
            names += spans
        title, _, text = whole.partition("\n")
        made.append((title, text, names))
    return made


def _sentences() -> list[list[list[tuple[str, str]]]]:
    found: list[list[list[tuple[str, str]]]] = []
    words: list[tuple[str, str]] = []
    for line in [*corpus("names", "ned.train").read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("-DOCSTART-"):
            found.append([])
        elif line:
            word, _, label = line.split(" ")
            words.append((word, label))
        elif words:
            found[-1].append(words)
            words = []
    return [article for article in found if article]


def _written(whole: str, words: list[tuple[str, str]]) -> tuple[str, list[Span]]:
    """A sentence behind what is there already, and the full names in it."""
    whole += "\n" if whole else ""
    places: list[tuple[int, int, str]] = []
    for number, (word, label) in enumerate(words):
        glued = number == 0 or word in GLUED or words[number - 1][0] == "("
        whole += word if glued else f" {word}"
        places.append((len(whole) - len(word), len(whole), label))
    names: list[list[tuple[int, int, str]]] = []
    for place in places:
        if place[2] == "B-PER" or (place[2] == "I-PER" and not names):
            names.append([place])
        elif place[2] == "I-PER":
            names[-1].append(place)
    return whole, [(name[0][0], name[-1][1]) for name in names if len(name) > 1]


def main() -> None:
    """Print a column for each part."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("parts", nargs="*", default=list(PARTS), help="tune, held, fresh")
    parts = arguments.parse_args().parts
    columns = {part: figures(part) for part in parts}
    print(f"{'':26}" + "".join(f"{part:>10}" for part in parts))
    for name in dict.fromkeys(name for found in columns.values() for name in found):
        told = (columns[part].get(name) for part in parts)
        print(f"{name:26}" + "".join(f"{'' if figure is None else round(figure, 3):>10}" for figure in told))


if __name__ == "__main__":
    main()
