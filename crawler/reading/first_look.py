"""A first look at a text: whether the whole reading is worth its time.

Most of what the sources bring is ordinary news, and where it happened is nobody's question as long as it lies on the
pile. What this look turns away stays an item: searchable, sampled, with its reason.

It loses nothing: what the whole reading shows has a word that is rare in ordinary news. Two texts of three have none,
and that is seen before anything is searched. For the others, the signs that a text holds at all say how high its score
can be at most; only where that is enough does it look where they stand.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.reading.lexicon import Scan, scan
from crawler.reading.relevance import NO_WORDS, SHOWN, most_possible, score_of, terms_in

TOO_FEW = "te weinig woorden over mensenhandel gevonden"
WORDS = "woorden gevonden die over mensenhandel kunnen gaan"


@dataclass(frozen=True, slots=True)
class FirstLook:
    """`reason` says in Dutch why the text is read further or not."""

    worth: bool
    reason: str


def worth_reading(title: str, text: str, include: tuple[str, ...] = ()) -> FirstLook:
    """Whether a text can be about trafficking. `include` are the terms of its source: one of them is enough."""
    return look_at(scan(title, text), include)


def look_at(found: Scan, include: tuple[str, ...]) -> FirstLook:
    """The same for a text that is scanned already."""
    if terms := terms_in(found.flat, include):
        return FirstLook(True, f"trefwoord van de bron: {', '.join(terms)}")
    if not found.anchored:
        return FirstLook(False, NO_WORDS)
    if most_possible(found) >= SHOWN and score_of(found)[0] >= SHOWN:
        return FirstLook(True, WORDS)
    return FirstLook(False, TOO_FEW)
