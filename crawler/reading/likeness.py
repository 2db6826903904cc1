"""The signature of a text: what is needed to find it again as a copy, as an edited copy, or as the same story.

A copy is recognised by shingles, runs of three words, of which the smallest hashes are kept. A story is recognised by
the words that tell what happened, each by how rare it is, by the matters they belong to, by numbers, places, the kind
of news and the form of exploitation. Names count as hashes of their first letters, and are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from crawler.reading.cases import case_marks
from crawler.reading.folding import visible, words_of
from crawler.reading.likeness_words import LONGEST, Told, rarity, stage_of, stem_of, told_by, unheard
from store.signatures import KINDS, OPENING, SKETCH, UNIT, Alike, Likeness, Mark, Of, Signature, key_of, likeness
from store.values import Form, NewsKind, Region

__all__ = ["Alike", "Likeness", "Signature", "likeness", "signature_of"]

OPENING_SHINGLES = 40
OWN_TEXT = 12
"""With fewer words than this a text has its title read with it."""
LEAD = 60
"""Words of the text in which it says what happened, and of a title that are read."""
MOST = 20_000
"""Words that are read at most; more than a hundred thousand characters."""
MARKS, THEMES = 80, 24
"""Marks of words and of matters that are kept, the heaviest."""
ORDINARY = 3.0
"""A word below this rarity stands in one of twenty texts: with a capital it has that for another reason than a name."""
SURE = 0.4
"""Places that are less certain are left out."""
NAME, PLACE, PROVINCE, FACT = 6.0, 8.0, 5.0, 1.0
"""A name weighs as a rare word, a place more. Of a form and a kind it only counts whether they are the same."""
TITLE = 1.3
"""What stands in the title tells more."""
NAME_START = 4
"""Letters by which Gouda and Goudse, Venlo and Venlose are the same."""
_SENTENCES = re.compile(r"[.!?:\n]+[\s'\"‘“(]*")
_CAPITAL = re.compile(r"[^\W\d_a-zà-ÿ][^\W_]+")


def signature_of(
    title: str,
    text: str,
    regions: Iterable[Region] = (),
    forms: Iterable[Form] = (),
    news_kind: NewsKind | None = None,
) -> Signature:
    """The signature of one text, with what was read in it: without `regions` places count as names."""
    known = [region for region in regions if region.confidence >= SURE]
    head, body = words_of(title)[:MOST], words_of(text)[:MOST]
    step = stage_of(head[:LEAD]) or stage_of(body[:LEAD])
    shingled = body if len(body) >= OWN_TEXT else head + body
    hashes = _shingles(shingled)
    different = sorted(set(hashes))
    return Signature(
        exact=blake2b(" ".join(head + body).encode(), digest_size=8).hexdigest(),
        count=len(different),
        sketch=tuple(different[:SKETCH]),
        opening=tuple(sorted(set(hashes[:OPENING_SHINGLES]))[:OPENING]),
        marks=(
            *_marks(title, head[:LEAD], text, body[:LEAD]),
            *_facts(forms, news_kind),
            *case_marks(title, text, known, news_kind or step),
        ),
        places=_places(known),
        step=step,
    )


def _shingles(words: tuple[str, ...]) -> list[int]:
    """A hash of 32 bits for every run of three words, of what there is when there are fewer."""
    keys = list(map(_hashed, words)) or [0]
    keys += keys[-1:] * (3 - len(keys))
    # Each place in the run has a multiplier of its own, so that the order counts; the upper bits are the mixed ones.
    return [
        ((one * 0x9E3779B97F4A7C15 + two * 0xC2B2AE3D27D4EB4F + three * 0x165667B19E3779F9) >> 24) & 0xFFFFFFFF
        for one, two, three in zip(keys, keys[1:], keys[2:], strict=False)
    ]


@lru_cache(maxsize=50_000)
def _hashed(word: str) -> int:
    return int.from_bytes(blake2b(word[:LONGEST].encode(), digest_size=4).digest(), "big")


def _marks(title: str, head: tuple[str, ...], text: str, lead: tuple[str, ...]) -> list[Mark]:
    """The words that say what happened and the matters they belong to, heaviest first."""
    named = _names(title[: LEAD * LONGEST // 4]) | _names(text[: LEAD * LONGEST // 4])
    found: dict[int, Mark] = {}
    for words, factor in ((head, TITLE), (lead, 1.0)):
        for word in dict.fromkeys(words):
            for told in _told_by(word, word in named):
                mark = Mark(told.key, min(round(UNIT * told.weight * factor), 255), told.word)
                if told.key not in found or found[told.key].weight < mark.weight:
                    found[told.key] = mark
    ordered = sorted(found.values(), key=lambda mark: (-mark.weight, mark.key))
    themes = [mark for mark in ordered if mark.key % KINDS == Of.THEME]
    return [mark for mark in ordered if mark.key % KINDS != Of.THEME][:MARKS] + themes[:THEMES]


def _told_by(word: str, named: bool) -> tuple[Told, ...]:
    """What a word tells; of one with a capital, unless it is ordinary in our texts, only how it begins."""
    if named and len(word) <= LONGEST and rarity(stem_of(word)) >= ORDINARY:
        return (Told(key_of(Of.NAME, word[:NAME_START]), NAME),)
    return told_by(word)


def _names(text: str) -> set[str]:
    """The words that have a capital as a name has it, folded: names of people, firms, streets and places."""
    found: set[str] = set()
    for sentence in _SENTENCES.split(visible(text)):
        first = True
        for match in _CAPITAL.finditer(sentence):
            # Every sentence begins with a capital: there only a word that no list knows is a name.
            if not (first and match.start() == 0):
                found.update(words_of(match[0]))
            elif len(words := words_of(match[0])) == 1 and unheard(words[0]):
                found.update(words)
            first = False
    return found


def _facts(forms: Iterable[Form], news_kind: NewsKind | None) -> list[Mark]:
    told = [key_of(Of.FORM, form) for form in forms] + ([key_of(Of.KIND, news_kind)] if news_kind else [])
    return [Mark(key, round(UNIT * FACT)) for key in told]


def _places(regions: Sequence[Region]) -> tuple[Mark, ...]:
    """The municipalities of a text, each with its province, of which only counts whether it is the same."""
    found: dict[int, Mark] = {}
    for region in regions:
        name = region.municipality or region.province
        weight = PLACE if region.municipality else PROVINCE
        key = key_of(Of.PLACE, name)
        found.setdefault(key, Mark(key, round(UNIT * weight * region.confidence), name))
    for region in regions:
        key = key_of(Of.PLACE, region.province)
        found.setdefault(key, Mark(key, round(UNIT * FACT)))
    return tuple(found.values())
