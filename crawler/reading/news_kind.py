"""What kind of news a text is: an arrest, a sitting, a verdict, a raid, a plan, figures, a campaign, an event.

The kind is that of what is new, and that stands in the title: its words count double. Steps of a case are told apart
by the most telling words first, since a report of an appeal names the verdict as well.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from crawler.reading.courts import eclis_in
from crawler.reading.hits import Hit, apart, find
from crawler.reading.lexicon import flatten
from crawler.reading.sieve import Sieve
from store.values import NewsKind

__all__ = ["ARTICLE", "NewsKindFound", "eclis", "names_article_273f", "news_kind_of"]

IN_TITLE = 2.0
IN_TEXT = 1.0
MOST = 2
"""Words of one kind that count in the title, and as many in the text."""
LEAST = 0.6
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
    """The words of one kind, and the phrases that look like one and are none."""

    kind: NewsKind
    words: tuple[str, ...]
    unlike: tuple[str, ...]


def news_kind_of(title: str, text: str) -> NewsKindFound | None:
    """The kind of news with its reason, None when the text is of no kind: a portrait, a column, the weather."""
    head, body = f" {START} {flatten(title[:READ])} ", f" {flatten(text[:READ])} "
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
        if strength >= LEAST and (best is None or strength > best[0]):
            said = list(dict.fromkeys([*in_title, *in_text]))[:SHOWN_WORDS]
            best = strength, NewsKindFound(kind.kind, (f"gevonden: {', '.join(said)}",))
    return best[1] if best else None


def words_in(flat: str, held: int, kind: KindWords) -> list[str]:
    """At most `MOST` different words of a kind in a flattened text that holds these parts, none inside another."""
    bit = known_words().bit
    words = tuple(word for word in kind.words if bit[word] & held)
    if not words:
        return []
    for phrase in kind.unlike:
        if bit[phrase] & held:
            flat = flat.replace(phrase, " ~ ")
    kept: list[Hit] = []
    for hit in find(flat, words):
        if not kept or apart(kept[-1], hit):
            kept.append(hit)
    return list(dict.fromkeys(hit.word for hit in kept))[:MOST]


def eclis(text: str) -> frozenset[str]:
    """The European Case Law Identifiers in a text."""
    return eclis_in(text)


def names_article_273f(text: str) -> bool:
    """Whether a text names article 273f Sr, which makes trafficking punishable."""
    return ARTICLE in text.lower()


@cache
def known_words() -> Sieve:
    """All words and phrases of `news_kinds.toml`: few are in a text, and only those are searched."""
    return Sieve(chain(nothing_new(), *(part for kind in kind_words() for part in (kind.words, kind.unlike))))


@cache
def nothing_new() -> tuple[str, ...]:
    """Beginnings of titles that say of themselves that nothing is new."""
    return tuple(_raw()["none"]["words"])


@cache
def kind_words() -> tuple[KindWords, ...]:
    """The content of `news_kinds.toml`, most telling kind first; read at the first call and kept."""
    raw = _raw()
    return tuple(KindWords(kind, tuple(raw[kind]["words"]), tuple(raw[kind]["not"])) for kind in WEIGHTS)


def _raw() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("news_kinds.toml").read_text(encoding="utf-8"))
