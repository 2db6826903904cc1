"""A small model that learns from decisions which texts editors find relevant. It stands beside the lexicon.

It is naive Bayes over the words that occur in a text and the source it came from: counts, kept as JSON, re-counted from
the decisions whenever somebody asks. It moves a text up or down from where the lexicon puts it. It may order the queue
only when it puts held-out decisions in a better order than the lexicon does, and never decides what is shown. Words
with a capital are left out, so that no name is learned.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
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
BESIDE = 0.25
"""The share of what the words say that moves a text from where the lexicon puts it: the lexicon reads them too."""
LEAST_SURE = 0.02
"""A lexicon that finds nothing, or everything, is not quite sure either."""
MOST_MOVES = 12
SURE = 8
"""Texts that must hold a word before its share counts in full."""
LEAST_MOVE = 0.3
"""What moves a text less than this moves it nowhere."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and whether an editor found that it is about trafficking. `source` is its key or name, "" when unknown."""

    title: str
    text: str
    about: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """How many texts of either kind were seen, and in how many of them each word and source stood: (about, other)."""

    about: int
    other: int
    words: dict[str, tuple[int, int]]
    sources: dict[str, tuple[int, int]] = field(default_factory=dict)

    def to_json(self) -> str:
        """The counts as JSON, the same for the same examples."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Move:
    """A word or a source by which a text would go up (`weight` above 0) or down, and in how many decided texts it stood
    that were about trafficking and that were not. `sentence` says so in Dutch.
    """

    what: str
    weight: float
    about: int
    other: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Moves:
    """What the model would raise and lower, the strongest first."""

    terms_up: tuple[Move, ...]
    terms_down: tuple[Move, ...]
    sources_up: tuple[Move, ...]
    sources_down: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """All that a page about learning shows: the model of all decisions, what it would move, and how one that was
    trained on two thirds of them does on the rest.
    """

    model: Model
    moves: Moves
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Comparison:
    """Average precision of both on the same held-out texts. `sentence` says the outcome in Dutch."""

    model: float
    lexicon: float
    texts: int
    may_order: bool
    sentence: str


def learn(examples: Sequence[Example], lexicon: Callable[[str, str], float]) -> Learned:
    """Learn from decisions and say what would come of it. `lexicon` gives the score of the lexicon for a title and a
    text.
    """
    known, held = divided(examples)
    model = train(examples)
    return Learned(model, terms_that_would_move(model), compare(train(known), lexicon, held))


def train(examples: Iterable[Example]) -> Model:
    """Count the words and sources of decided texts."""
    texts: Counter[bool] = Counter()
    words: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    sources: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for example in examples:
        texts[example.about] += 1
        words[example.about].update(words_in(example.title, example.text))
        sources[example.about].update([example.source] if example.source else [])
    return Model(texts[True], texts[False], _both(words), _both(sources))


def terms_that_would_move(model: Model, most: int = MOST_MOVES) -> Moves:
    """Which words and sources would raise or lower a text, at most so many of each, with the numbers they rest on. What
    stood in few texts moves little, whatever its share.
    """
    terms = _moves(
        model, model.words, "Het woord ‘{}’ stond in {} van de {} berichten die erover gaan, en in {} van de {} andere."
    )
    sources = _moves(
        model, model.sources, "Van de bron ‘{}’ kwamen {} van de {} berichten die erover gaan, en {} van de {} andere."
    )
    return Moves(*(some[:most] for some in (*_parted(terms), *_parted(sources))))


def from_json(kept: str) -> Model:
    """The model of `to_json`. Raises ValueError when it is something else."""
    try:
        raw = json.loads(kept)
        words, sources = (
            {str(key): (int(about), int(other)) for key, (about, other) in raw.get(part, {}).items()}
            for part in ("words", "sources")
        )
        return Model(int(raw["about"]), int(raw["other"]), words, sources)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no model: {error!r}") from error


def score(model: Model, title: str, text: str, source: str = "", lexicon: float | None = None) -> float:
    """How likely a text is about trafficking, from 0 to 1, by its most telling words and its source; 0.5 when the model
    knows none. With `lexicon`, the score of the lexicon, it says how far that one goes up or down.
    """
    hints = [_hint(model, model.words[word]) for word in words_in(title, text) if word in model.words]
    hints = sorted(hints, key=lambda hint: (-abs(hint), hint))[:TELLING]
    if source in model.sources:
        hints.append(_hint(model, model.sources[source]))
    whole = math.fsum(hints) + math.log((model.about + SMOOTH) / (model.other + SMOOTH)) if hints else 0.0
    if lexicon is not None:
        share = min(max(lexicon, LEAST_SURE), 1.0 - LEAST_SURE)
        whole = BESIDE * whole + math.log(share / (1.0 - share))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, whole))))


def compare(model: Model, lexicon: Callable[[str, str], float], held: Sequence[Example]) -> Comparison:
    """Whether the model may order the queue. `held` are decided texts that it was not trained on."""
    about = sum(example.about for example in held)
    if min(about, len(held) - about) < EACH:
        sentence = f"Er zijn nog te weinig besluiten om te vergelijken: van elke soort zijn er {EACH} nodig."
        return Comparison(0.0, 0.0, len(held), may_order=False, sentence=sentence)
    scored = []
    for one in held:
        theirs = lexicon(one.title, one.text)
        scored.append((score(model, one.title, one.text, one.source, theirs), theirs, one.about))
    whole = _precisions(scored)
    # A lead that one half of the texts alone gives is luck.
    won = whole[0] >= whole[1] + BETTER and all(
        ours >= theirs for ours, theirs in (_precisions(scored[half::2]) for half in (0, 1))
    )
    outcome = "zet de berichten beter op volgorde dan" if won else "is niet beter dan"
    sentence = (
        f"Het geleerde model ({whole[0]:.3f}) {outcome} de woordenlijst ({whole[1]:.3f}), op {len(held)} besluiten."
    )
    return Comparison(*whole, len(held), won, sentence)


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


def _precisions(scored: Sequence[tuple[float, float, bool]]) -> tuple[float, float]:
    ours = average_precision((first, about) for first, _, about in scored)
    return ours, average_precision((second, about) for _, second, about in scored)


def _both(counts: dict[bool, Counter[str]]) -> dict[str, tuple[int, int]]:
    both = counts[True] + counts[False]
    return {key: (counts[True][key], counts[False][key]) for key, times in both.items() if times >= SEEN}


def _hint(model: Model, counts: tuple[int, int]) -> float:
    about, other = counts
    return math.log((about + SMOOTH) / (model.about + 2 * SMOOTH)) - math.log(
        (other + SMOOTH) / (model.other + 2 * SMOOTH)
    )


def _moves(model: Model, counts: dict[str, tuple[int, int]], sentence: str) -> list[Move]:
    found = []
    for what, (about, other) in counts.items():
        weight = _hint(model, (about, other)) * min(1.0, (about + other) / SURE)
        said = sentence.format(what, about, model.about, other, model.other)
        found.append(Move(what, round(weight, 3), about, other, said))
    return sorted(found, key=lambda move: (-abs(move.weight), -move.about - move.other, move.what))


def _parted(moves: list[Move]) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    up = tuple(move for move in moves if move.weight >= LEAST_MOVE)
    return up, tuple(move for move in moves if move.weight <= -LEAST_MOVE)
