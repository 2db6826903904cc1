"""How well relevance and form are read: the Rapporteur's items, general news and the texts of our own, each in parts.
Beside it stand a plain word search, which has to be beaten, and the learned model, which may order nothing unless it
beats the lexicon.

`tune` and `held` may be looked at while the lexicon is made; `fresh` is only measured (see the README of the labelled
sets). Only the texts of our own have a fresh part: general news stands beside them whole, so that the average precision
of a part is that of a stream of news.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.reading.folding import fold
from crawler.reading.forms import find_forms
from crawler.reading.learned import Example, average_precision, score, train
from crawler.reading.relevance import relevance_of
from tests.crawler.reading.labelled import SAMPLES, general_news, rapporteur

LABELLED = SAMPLES.parent / "labelled"
HELD = {2, 4}
"""Of every five texts the third and the fifth, as in the labelled sets: general news is divided the same way."""
FOLDS = 5
WORDS = ("mensenhandel", "uitbuiting", "loverboy", "gedwongen prostitutie", "slavernij", "trafficking", "orgaanhandel")
"""What somebody would type into a search box."""


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled text. `of` is the set it comes from: rapporteur, news or own."""

    of: str
    title: str
    text: str
    about: bool
    forms: tuple[str, ...] | None = None


def texts(part: str) -> list[Text]:
    """All labelled texts of a part: `tune`, `held` or `fresh`."""
    items = rapporteur()
    found = [
        Text("rapporteur", *items[label["item"]], label["about"])
        for label in lines("rapporteur")
        if label["part"] == part
    ]
    found += [
        Text("news", title, text, about=False)
        for number, (title, text) in enumerate(general_news())
        if part == "fresh" or (number % 5 in HELD) == (part == "held")
    ]
    found += [
        Text("own", line["title"], line["text"], line["about"], tuple(line["forms"]))
        for line in lines("relevance")
        if line["part"] == part
    ]
    return found


def lines(name: str) -> list[dict]:
    """The lines of a labelled set."""
    return [json.loads(line) for line in (LABELLED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def share(shown: Sequence[bool]) -> float | None:
    """The share that is true, None of nothing at all."""
    return sum(shown) / len(shown) if shown else None


def word_search(title: str, text: str) -> tuple[float, bool]:
    """How often the words stand there, and whether one does."""
    whole = fold(f"{title} {text}")
    hits = sum(whole.count(word) for word in WORDS)
    return float(hits), hits > 0


def lexicon_score(title: str, text: str) -> tuple[float, bool]:
    """The score and whether it is shown, as an editor gets them."""
    found = relevance_of(title, text)
    return found.score, found.shown


def measured(read: Callable[[str, str], tuple[float, bool]], several: list[Text]) -> dict[str, float]:
    """The figures of one way of reading on some texts."""
    results = [(one, *read(one.title, one.text)) for one in several]
    own = [(score, one.about) for one, score, _ in results if one.of == "own"]
    shares = {
        "recall": share([shown for one, _, shown in results if one.about]),
        "general news shown": share([shown for one, _, shown in results if one.of == "news"]),
        "hard negatives shown": share([shown for one, _, shown in results if one.of != "news" and not one.about]),
        "hard negatives shown, rapporteur": share(
            [shown for one, _, shown in results if one.of == "rapporteur" and not one.about]
        ),
        "hard negatives shown, own texts": share(
            [shown for one, _, shown in results if one.of == "own" and not one.about]
        ),
    }
    return {
        "average precision": average_precision((score, one.about) for one, score, _ in results),
        "average precision, own texts": average_precision(own),
        **{name: value for name, value in shares.items() if value is not None},
    }


def learned_figures(part: str, several: list[Text]) -> dict[str, float]:
    """The average precision of the learned model, alone and beside the lexicon, on texts that it was not trained on:
    for `tune` a fifth is left out in turn, the others are read with what was learned from the parts before them.
    General news stands beside `fresh` whole, so there nothing is learned from it.
    """
    before = {"tune": (), "held": ("tune",), "fresh": ("tune", "held")}[part]
    known = [_example(one) for earlier in before for one in texts(earlier) if part != "fresh" or one.of != "news"]
    alone, beside = [], []
    for turn in range(1 if before else FOLDS):
        left = several if before else several[turn::FOLDS]
        model = train(known or [_example(one) for at, one in enumerate(several) if at % FOLDS != turn])
        for one in left:
            alone.append((score(model, one.title, one.text), one.about))
            beside.append((score(model, one.title, one.text, lexicon=lexicon_score(one.title, one.text)[0]), one.about))
    return {
        "learned model: average precision": average_precision(alone),
        "learned model beside the lexicon: average precision": average_precision(beside),
    }


def _example(one: Text) -> Example:
    return Example(one.title, one.text, one.about)


def form_figures(several: list[Text]) -> dict[str, float]:
    """Precision and recall over all forms of all texts of our own."""
    found = right = labelled = 0
    for one in several:
        if one.forms is None:
            continue
        forms = {str(form.form) for form in find_forms(one.title, one.text)}
        found += len(forms)
        right += len(forms & set(one.forms))
        labelled += len(one.forms)
    return {"form precision": right / found, "form recall": right / labelled}


def figures(part: str) -> dict[str, float]:
    """All figures of a part, from 0 to 1; those of the word search begin with "word search:"."""
    several = texts(part)
    plain = measured(word_search, several)
    return {
        "texts": float(len(several)),
        **measured(lexicon_score, several),
        **form_figures(several),
        **learned_figures(part, several),
        **{f"word search: {name}": value for name, value in plain.items()},
    }


if __name__ == "__main__":
    for name, value in figures("tune").items():
        print(f"{name:45}{value:9.3f}")
