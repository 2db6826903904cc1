"""What kind of news a text is: an arrest, a sitting, a verdict, a raid, a plan, figures, a campaign, an event.

The kind is that of what is new, and that stands in the title: its words count double. Steps of a case are told apart
by the most telling words first, since a report of an appeal names the verdict as well.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from crawler.reading.courts import eclis_in
from crawler.reading.hits import Hit, apart, find, near
from crawler.reading.lexicon import flatten
from crawler.reading.sieve import Sieve
from store.values import NewsKind

__all__ = ["ARTICLE", "NewsKindFound", "eclis", "names_article_273f", "news_kind_of"]

IN_TITLE = 2.0
IN_TEXT = 1.0
MOST = 2
"""Words of one kind that count in the title, and as many in the text."""
LEAST = 0.2
READ = 1500
"""Characters of title and text that are looked at: what is new stands at its start."""
PLAIN = 0.8
"""What a word counts of a kind whose words stand in other kinds of news too."""
WEIGHTS = {
    NewsKind.APPEAL: 1.7,
    NewsKind.DEMAND: 1.5,
    NewsKind.VERDICT: 1.3,
    NewsKind.HEARING: 1.1,
    NewsKind.ARREST: 1.1,
    NewsKind.EVENT: 1.0,
    NewsKind.CAMPAIGN: 1.0,
    NewsKind.RESEARCH: 1.0,
    NewsKind.RAID: 1.0,
    NewsKind.POLICY: PLAIN,
}
"""The more telling first: it wins when two are as strong."""
DECISIVE = (NewsKind.APPEAL, NewsKind.DEMAND)
"""In a title these settle it: the punishment that stands beside them is not yet, or not any more, a verdict."""
MUCH = 10.0
HINT = 0.2
DOES = 45
"""Characters between who acts and what is done."""
PROSECUTION = re.compile(r"\bOM\b")
PROSECUTORS = "openbaar ministerie"
"""What OM means in capitals; in small letters it is a preposition."""
START = "^"
"""Stands before the first word of a title: who begins it is who speaks."""
ARTICLE = "273f"
"""Wetboek van Strafrecht: the article on trafficking, before 2006 numbered 273a and 250a."""
SHOWN_WORDS = 3


@dataclass(frozen=True, slots=True)
class NewsKindFound:
    """A kind with the words that say so, in Dutch."""

    kind: NewsKind
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindWords:
    """The words of one kind, and the phrases that look like one and are none. `who` and what it `does` near each other
    are one word too; `hints` count little, and decide when nothing else does.
    """

    kind: NewsKind
    words: tuple[str, ...]
    unlike: tuple[str, ...]
    who: tuple[str, ...]
    does: tuple[str, ...]
    hints: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        return (*self.words, *self.unlike, *self.who, *self.does, *self.hints)


def news_kind_of(title: str, text: str) -> NewsKindFound | None:
    """The kind of news with its reason, None when the text is of no kind: a portrait, a column, the weather."""
    head = f" {START} {flatten(PROSECUTION.sub(PROSECUTORS, title[:READ]))} "
    body = f" {flatten(PROSECUTION.sub(PROSECUTORS, text[:READ]))} "
    words = known_words()
    heads, bodies = words.held(head), words.held(body)
    if any(words.bit[opening] & heads for opening in nothing_new()):
        return None
    best: tuple[float, NewsKindFound] | None = None
    for kind in kind_words():
        in_title, in_text = words_in(head, heads, kind), words_in(body, bodies, kind)
        strength = WEIGHTS[kind.kind] * (IN_TITLE * len(in_title) + IN_TEXT * len(in_text))
        if in_title and kind.kind in DECISIVE:
            strength += MUCH
        hints = [*held_of(kind.hints, heads), *held_of(kind.hints, bodies)][:MOST]
        strength += HINT * len(hints)
        if strength >= LEAST and (best is None or strength > best[0]):
            said = list(dict.fromkeys([*in_title, *in_text, *map(str.strip, hints)]))[:SHOWN_WORDS]
            best = strength, NewsKindFound(kind.kind, (f"gevonden: {', '.join(said)}",))
    return best[1] if best else None


def words_in(flat: str, held: int, kind: KindWords) -> list[str]:
    """At most `MOST` different words of a kind in a flattened text that holds these parts, none inside another."""
    words, who, does = (held_of(parts, held) for parts in (kind.words, kind.who, kind.does))
    if not words and not (who and does):
        return []
    for phrase in held_of(kind.unlike, held):
        flat = flat.replace(phrase, " ~ ")
    kept: list[Hit] = []
    for hit in find(flat, words):
        if not kept or apart(kept[-1], hit):
            kept.append(hit)
    found = [hit.word for hit in kept]
    if who and does:
        found += [f"{one.word} {other.word}" for one, other in near(find(flat, who), find(flat, does), DOES)]
    return list(dict.fromkeys(found))[:MOST]


def held_of(parts: tuple[str, ...], held: int) -> tuple[str, ...]:
    """Those of the parts that a text holds."""
    bit = known_words().bit
    return tuple(part for part in parts if bit[part] & held)


def eclis(text: str) -> frozenset[str]:
    """The European Case Law Identifiers in a text."""
    return eclis_in(text)


def names_article_273f(text: str) -> bool:
    """Whether a text names article 273f Sr, which makes trafficking punishable."""
    return ARTICLE in text.lower()


@cache
def known_words() -> Sieve:
    """All words and phrases of `news_kinds.toml`: few are in a text, and only those are searched."""
    return Sieve(chain(nothing_new(), *(kind.every for kind in kind_words())))


@cache
def nothing_new() -> tuple[str, ...]:
    """Beginnings of titles that say of themselves that nothing is new."""
    return tuple(_raw()["none"]["words"])


@cache
def kind_words() -> tuple[KindWords, ...]:
    """The content of `news_kinds.toml`, most telling kind first; read at the first call and kept."""
    raw = _raw()
    lists = ("words", "not", "who", "does", "hints")
    return tuple(KindWords(kind, *(tuple(raw[kind].get(one, ())) for one in lists)) for kind in WEIGHTS)


def _raw() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("news_kinds.toml").read_text(encoding="utf-8"))
