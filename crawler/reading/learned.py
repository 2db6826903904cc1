"""A small model that learns from decisions which texts editors find relevant. It stands beside the lexicon.

It is naive Bayes over the words that occur in a text: counts, kept as JSON, re-counted from the decisions whenever
somebody asks. It may order the queue only when it puts held-out decisions in a better order than the lexicon does, and
never decides what is shown. Words with a capital are left out, so that no name is learned.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from crawler.reading.folding import fold

SMALL_WORD = re.compile(r"(?<![\w-])[a-zà-ÿ][a-zà-ÿ-]{2,29}(?![\w-])")
READ = 4000
"""Characters of a text that are looked at: what it is about stands at its start."""
SEEN = 2
"""Texts that must hold a word before it counts: a word of one text says nothing, and could tell which text it was."""
TELLING = 25
"""The words of a text that count, those that say most: otherwise a long text is always certain."""
SMOOTH = 1.0
EACH = 30
"""Held-out texts of either kind from which on a comparison means something."""
BETTER = 0.01
"""Average precision by which the model has to be better: less is chance."""
THIRD = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A text and whether an editor found that it is about trafficking."""

    title: str
    text: str
    about: bool


@dataclass(frozen=True, slots=True)
class Model:
    """How many texts of either kind were seen, and for each word in how many of them it stood: (about, other)."""

    about: int
    other: int
    words: dict[str, tuple[int, int]]

    def to_json(self) -> str:
        """The counts as JSON, the same for the same examples."""
        return json.dumps({"about": self.about, "other": self.other, "words": self.words}, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Average precision of both on the same held-out texts. `sentence` says the outcome in Dutch."""

    model: float
    lexicon: float
    texts: int
    may_order: bool
    sentence: str


def train(examples: Iterable[Example]) -> Model:
    """Count the words of decided texts."""
    texts: Counter[bool] = Counter()
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for example in examples:
        texts[example.about] += 1
        counts[example.about].update(words_in(example.title, example.text))
    both = counts[True] + counts[False]
    kept = {word: (counts[True][word], counts[False][word]) for word, times in both.items() if times >= SEEN}
    return Model(texts[True], texts[False], kept)


def from_json(kept: str) -> Model:
    """The model of `to_json`. Raises ValueError when it is something else."""
    try:
        raw = json.loads(kept)
        words = {str(word): (int(about), int(other)) for word, (about, other) in raw["words"].items()}
        return Model(int(raw["about"]), int(raw["other"]), words)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no model: {error!r}") from error


def score(model: Model, title: str, text: str) -> float:
    """How likely a text is about trafficking, from 0 to 1, by its most telling words; 0.5 when the model knows none."""
    hints = [_hint(model, word) for word in words_in(title, text) if word in model.words]
    strongest = sorted(hints, key=lambda hint: (-abs(hint), hint))[:TELLING]
    whole = math.fsum(strongest) + math.log((model.about + SMOOTH) / (model.other + SMOOTH)) if strongest else 0.0
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, whole))))


def compare(model: Model, lexicon: Callable[[str, str], float], held: Sequence[Example]) -> Comparison:
    """Whether the model may order the queue. `held` are decided texts that it was not trained on."""
    about = sum(example.about for example in held)
    if min(about, len(held) - about) < EACH:
        sentence = f"Er zijn nog te weinig besluiten om te vergelijken: van elke soort zijn er {EACH} nodig."
        return Comparison(0.0, 0.0, len(held), may_order=False, sentence=sentence)
    ours = average_precision((score(model, one.title, one.text), one.about) for one in held)
    theirs = average_precision((lexicon(one.title, one.text), one.about) for one in held)
    won = ours >= theirs + BETTER
    outcome = "zet de berichten beter op volgorde dan" if won else "is niet beter dan"
    sentence = f"Het geleerde model ({ours:.3f}) {outcome} de woordenlijst ({theirs:.3f}), op {len(held)} besluiten."
    return Comparison(ours, theirs, len(held), won, sentence)


def divided(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Two thirds to learn from and one third to compare on. A text that stands twice is in one part only."""
    parts: tuple[list[Example], list[Example]] = ([], [])
    seen: dict[str, int] = {}
    for example in examples:
        place = seen.setdefault(fold(example.title), len(seen))
        parts[place % THIRD == THIRD - 1].append(example)
    return parts


def words_in(title: str, text: str) -> set[str]:
    """The different words of a text that begin with a small letter, folded."""
    return {fold(word) for word in SMALL_WORD.findall(f"{title[:READ]}\n{text[:READ]}")}


def average_precision(scored: Iterable[tuple[float, bool]]) -> float:
    """Precision averaged over recall, 0 when nothing is about trafficking. Texts with one score are taken together, so
    that their order gains nothing.
    """
    ranked = sorted(scored, key=lambda pair: -pair[0])
    wanted = sum(about for _, about in ranked)
    seen = right = 0
    area = 0.0
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        labels = [about for _, about in group]
        seen += len(labels)
        right += sum(labels)
        area += sum(labels) * right / seen
    return area / wanted if wanted else 0.0


def _hint(model: Model, word: str) -> float:
    about, other = model.words[word]
    return math.log((about + SMOOTH) / (model.about + 2 * SMOOTH)) - math.log(
        (other + SMOOTH) / (model.other + 2 * SMOOTH)
    )
