"""How well copies and stories are recognised: judged pairs of the corpus, press copies made by rule, and our own
stories against a TF-IDF cosine.

`tune` and `held` may be looked at while the reading is made better; `fresh` is only measured, and seldom.
"""

from __future__ import annotations

import csv
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import combinations

from bench.reading_quality.relevance import lines
from crawler.reading import read
from crawler.reading.cases import same_case
from crawler.reading.doubles import Doubles
from crawler.reading.folding import words_of
from crawler.reading.likeness import Alike, Signature, likeness, signature_of
from tests.crawler.reading.labelled import corpus, general_news, rapporteur

SEED = 20261124
SEEN = ("tune", "held")
HELD = {2, 4}
DAY = 86_400
WINDOW_DAYS = 12.0
TITLES = (
    "Dit weten we tot nu toe", "Kort nieuws uit de regio", "Opnieuw aandacht voor oud probleem", "Nieuws van vandaag",
    "Wat er gisteren gebeurde", "Zorgen in de buurt", "Een overzicht van de dag",
)  # fmt: skip
LEADS = (
    "Het nieuws kwam vanochtend naar buiten en houdt de gemoederen bezig.",
    "Dat schrijft een regionale krant op basis van eigen bronnen.",
    "Lang bleef het stil, maar nu is er meer bekend geworden.",
    "Wie erbij betrokken was, wil er voorlopig weinig over kwijt.",
    "Het is niet voor het eerst dat zoiets in het nieuws komt.",
)
SENTENCE = re.compile(r"(?<=[.!?])\s+")
LEAST_WORDS = 25
"""Shorter texts have no press copies: of three sentences one is left."""

Pair = tuple[Signature, Signature]


@dataclass(frozen=True, slots=True)
class Told:
    """One report of a story."""

    story: str
    near: str
    case: str | None
    title: str
    text: str
    at: datetime


def texts(part: str) -> list[tuple[str, str]]:
    """Texts of both corpora and of our own that copies are made of."""
    found = [(title, text) for title, text in [*rapporteur(), *general_news()] if len(text.split()) >= LEAST_WORDS]
    # The corpora were divided before there was a third part, which has texts of its own only.
    kept = [each for number, each in enumerate(found) if ("held" if number % 5 in HELD else "tune") == part]
    own = [line for name in ("relevance", "kinds") for line in lines(name) if line["part"] == part]
    kept += [(line["title"], line["text"]) for line in own if len(line["text"].split()) >= LEAST_WORDS]
    return kept


def copies(title: str, text: str, chance: random.Random) -> dict[str, tuple[str, str]]:
    """What other titles make of a report of a press agency: at least half of its words stay."""
    said = [sentence for sentence in SENTENCE.split(text.replace("\n", " ")) if sentence]
    kept = said[: max(math.ceil(len(said) * 0.6), 1)]
    moved = [*said[:1], *chance.sample(said[1:], len(said) - 1)]
    new_title, lead = chance.choice(TITLES), chance.choice(LEADS)
    made = {"title": (new_title, text), "reordered": (title, " ".join(moved))}
    if len(kept) < len(said):
        made["cut"] = (title, " ".join(kept))
    if len(said) > 3:
        made["lead"] = (title, " ".join([lead, *said[1:]]))
        made["both"] = (new_title, " ".join([lead, *said[1 : max(math.ceil(len(said) * 0.8), 3)]]))
    return made


def judged_pairs() -> list[tuple[int, int, bool]]:
    """The 21 pairs of the corpus as numbers of items, and whether they are near by our own reading."""
    items = rapporteur_titles()
    with corpus("rapporteur", "near-duplicates-2002-2014.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (
            items[(rows[line["pair"]]["date_a"], rows[line["pair"]]["title_a"])],
            items[(rows[line["pair"]]["date_b"], rows[line["pair"]]["title_b"])],
            line["near"],
        )
        for line in lines("duplicates")
    ]


def rapporteur_titles() -> dict[tuple[str, str], int]:
    import json

    raw = json.loads(corpus("rapporteur", "items-2002-2014.json").read_text(encoding="utf-8"))
    return {(item["date"], item["title"] or ""): number for number, item in enumerate(raw)}


@cache
def signed(title: str, text: str) -> Signature:
    return signature_of(title, text)


def is_copy(one: Signature, other: Signature) -> bool:
    return likeness(one, other).kind in {Alike.EXACT, Alike.NEAR}


def near_figures(part: str) -> dict[str, float]:
    """Recall and precision of copies: confirmed pairs (in both parts) and press copies against every other pair."""
    chance = random.Random(SEED)
    originals = texts(part)
    named = [(kind, signed(*made), signed(*each)) for each in originals for kind, made in copies(*each, chance).items()]
    found = Counter(kind for kind, one, other in named if is_copy(one, other))
    all_of = Counter(kind for kind, _, _ in named)
    items = [signed(*item) for item in rapporteur()]
    judged = judged_pairs()
    right = sum(is_copy(items[one], items[other]) for one, other, near in judged if near)
    confirmed = sum(near for _, _, near in judged)
    wrong = len(false_copies(part))
    hits = sum(found.values()) + right
    figures = {f"copies {kind}": found[kind] / all_of[kind] for kind in sorted(all_of)}
    return {
        **figures,
        "confirmed pairs": right / confirmed,
        "near recall": hits / (len(named) + confirmed),
        "near precision": hits / (hits + wrong),
    }


def false_copies(part: str) -> list[tuple[str, str]]:
    """Different texts that are taken for copies, by their titles: all pairs of the part, and all judged not near."""
    near = {frozenset((one, other)) for one, other, yes in judged_pairs() if yes}
    known = {frozenset((rapporteur()[one], rapporteur()[other])) for one, other in map(tuple, near)}
    told = [(each.title, each.text) for each in stories(part)]
    wrong = [
        (one[0], other[0])
        for one, other in combinations(dict.fromkeys([*texts(part), *told]), 2)
        if frozenset((one, other)) not in known and is_copy(signed(*one), signed(*other))
    ]
    items = rapporteur()
    seen = set(map(frozenset, wrong))
    for one, other, yes in judged_pairs():
        pair = (items[one][0], items[other][0])
        if not yes and frozenset(pair) not in seen and is_copy(signed(*items[one]), signed(*items[other])):
            wrong.append(pair)
    return wrong


def stories(part: str) -> list[Told]:
    return [
        Told(
            line["story"], line["near"], line["case"], item["title"], item["text"],
            datetime.fromisoformat(item["published_at"]),
        )
        for line in lines("stories") if line["part"] == part for item in line["items"]
    ]  # fmt: skip


def f1(found: Iterable[tuple[bool, bool]]) -> tuple[float, float, float]:
    """F1, precision and recall of (found, true) pairs."""
    counted = Counter(found)
    hits = counted[True, True]
    precision = hits / max(hits + counted[True, False], 1)
    recall = hits / max(hits + counted[False, True], 1)
    return 2 * precision * recall / max(precision + recall, 1e-9), precision, recall


def pairs_of(part: str) -> list[tuple[Told, Told]]:
    """All pairs of reports that are so close in time that they could be one story."""
    return [
        (one, other)
        for one, other in combinations(stories(part), 2)
        if abs((one.at - other.at).total_seconds()) <= WINDOW_DAYS * DAY
    ]


def ours(part: str) -> list[tuple[bool, bool]]:
    marks = {(told.title, told.text): told_signature(told) for told in stories(part)}

    def same(one: Told, other: Told) -> bool:
        apart = abs((one.at - other.at).total_seconds()) / DAY
        return likeness(marks[one.title, one.text], marks[other.title, other.text], apart).kind is not Alike.NONE

    return [(same(one, other), one.story == other.story) for one, other in pairs_of(part)]


def linked(part: str) -> list[tuple[bool, bool]]:
    """The same by the road of `signaal inspect`, told in the order of time: two reports that lead to one line."""
    doubles, first = Doubles(), {}
    told_in_order = sorted(stories(part), key=lambda told: told.at)
    for number, told in enumerate(told_in_order, 1):
        _, found = doubles.look(number, told_signature(told), told.at)
        first[told.title, told.text] = found[0] if found else number
    return [
        (first[one.title, one.text] == first[other.title, other.text], one.story == other.story)
        for one, other in combinations(told_in_order, 2)
    ]


@cache
def told_signature(told: Told) -> Signature:
    found = read(told.title, told.text, always=True).signature
    assert found is not None
    return found


def tf_idf(part: str) -> Callable[[Told, Told], float]:
    """The baseline: cosine of TF-IDF over folded words, document frequencies from the part itself."""
    found = stories(part)
    words = [Counter(words_of(f"{told.title} {told.text}")) for told in found]
    seen_in = Counter(word for each in words for word in each)
    vectors = {}
    for told, counts in zip(found, words, strict=True):
        weighed = {word: count * math.log(len(found) / seen_in[word]) for word, count in counts.items()}
        length = math.sqrt(sum(value * value for value in weighed.values())) or 1.0
        vectors[told.title, told.text] = {word: value / length for word, value in weighed.items()}

    def cosine(one: Told, other: Told) -> float:
        first, second = vectors[one.title, one.text], vectors[other.title, other.text]
        return sum(value * second.get(word, 0.0) for word, value in first.items())

    return cosine


@cache
def best_threshold() -> float:
    """The cosine at which the baseline does best on what may be looked at."""
    scored = [
        (cosine(one, other), one.story == other.story)
        for part in SEEN
        for cosine in [tf_idf(part)]
        for one, other in pairs_of(part)
    ]
    steps = [number / 100 for number in range(2, 60)]
    return max(steps, key=lambda least: f1((score >= least, true) for score, true in scored)[0])


def baseline(part: str) -> list[tuple[bool, bool]]:
    cosine, least = tf_idf(part), best_threshold()
    return [(cosine(one, other) >= least, one.story == other.story) for one, other in pairs_of(part)]


def case_pairs(part: str) -> list[tuple[bool, bool]]:
    """(suggested, true) for every pair of reports of different stories."""
    marks = {(told.title, told.text): told_signature(told) for told in stories(part)}
    return [
        (
            same_case(marks[one.title, one.text], marks[other.title, other.text], one.at, other.at).likely,
            one.case is not None and one.case == other.case,
        )
        for one, other in combinations(stories(part), 2)
        if one.story != other.story
    ]


def figures(part: str) -> dict[str, float]:
    """All figures of one part: `tune`, `held` or `fresh`."""
    found, precision, recall = f1(ours(part))
    together, *_ = f1(linked(part))
    plain, *_ = f1(baseline(part))
    case, case_precision, case_recall = f1(case_pairs(part))
    return {
        **near_figures(part),
        "story F1": found,
        "story precision": precision,
        "story recall": recall,
        "story F1, linked": together,
        "story F1, TF-IDF": plain,
        "case F1": case,
        "case precision": case_precision,
        "case recall": case_recall,
    }


def show(parts: Sequence[str] = SEEN) -> None:
    """Print the figures of these parts, a column each."""
    found = {part: figures(part) for part in parts}
    print(f"{'':24}" + "".join(f"{part:>8}" for part in parts))
    for name in dict.fromkeys(name for each in found.values() for name in each):
        values = (each.get(name) for each in found.values())
        print(f"{name:24}" + "".join(f"{'-':>8}" if value is None else f"{value:8.3f}" for value in values))


if __name__ == "__main__":
    show(sys.argv[1:] or SEEN)
