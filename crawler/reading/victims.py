"""Of whom a sentence speaks: of a victim, of a suspect, or of neither.

Words decide, and where a sentence begins with "zij" or "hij", the sentence before it. Who is a victim is a guess that
an editor checks: the same street of a suspect is no detail of a victim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from crawler.reading.name_words import bare
from crawler.reading.victim_words import (
    CAUGHT,
    EXPLOITER,
    HARD,
    HARM,
    KIN,
    MUST,
    OTHER,
    PLACE,
    PRONOUN,
    SUSPECT,
    TAIL,
    VICTIM,
    WHO,
    victim_words,
)  # fmt: skip

SENTENCE = re.compile(r"[^.!?\n]{6,2000}")
WORD = re.compile(r"[^\W\d_][\w'’-]*|\d{1,2}-jarige\w?")
YOUNG = re.compile(r"(?:1\d|2[0-5])-jarige$")
OF = frozenset({"het", "de", "een"})
FIRST, SOON = 14, 5
"""So many words at the beginning of a sentence may hold its subject, and its subject when that is a pronoun."""


class Sentence(NamedTuple):
    """A stretch of the text. `victim` says that details in it are those of a victim, `sure` that words say so and not
    only a "zij" of which nothing else is known, `blamed` that it speaks of a suspect. The positions are where its words
    speak of victims and suspects, and settle it where it speaks of both. `said` is what all its words say.
    """

    start: int
    end: int
    victim: bool
    sure: bool
    blamed: bool
    victims: list[int]
    suspects: list[int]
    said: int = 0

    def near(self, at: int) -> bool:
        """Whether what stands here belongs to a victim rather than to a suspect."""
        if not self.suspects or not self.victims:
            return not self.suspects or self.victim
        return _distance(self.victims, at) <= _distance(self.suspects, at)


def _distance(places: list[int], at: int) -> int:
    """How far the nearest is. What follows is twice as far as what stands before."""
    return min(at - place if place <= at else 2 * (place - at) for place in places)


@lru_cache(maxsize=8192)
def role_of(word: str) -> int:
    """What a word in lower case says of whom a sentence speaks, 0 for most."""
    words, key = victim_words(), word if word.isascii() else bare(word)
    if role := words.roles.get(key):
        return role
    if key[-TAIL:] in words.tails:
        for end, role in words.ends:
            if key.endswith(end):
                return role
    return WHO if YOUNG.match(key) else 0


def sentences(low: str) -> Iterator[Sentence]:
    """Every sentence of a text in lower case, letter by letter."""
    carried = 0
    for told in SENTENCE.finditer(low):
        start, end = told.span()
        roles = list(map(role_of, WORD.findall(low, start, end)))
        said = 0
        for role in roles:
            said |= role
        if said & PLACE:
            roles = [role & ~PLACE for role in roles]
        if not said & ~PLACE:
            carried = 0
            yield Sentence(start, end, victim=False, sure=False, blamed=False, victims=[], suspects=[])
            continue
        sentence, carried = _sentence(low, start, end, roles, carried)
        yield sentence._replace(said=said)


def _sentence(low: str, start: int, end: int, roles: list[int], carried: int) -> tuple[Sentence, int]:
    """The sentence, and of whom it speaks for the one behind it."""
    words = list(WORD.finditer(low, start, end))
    victims: list[int] = []
    suspects: list[int] = []
    hard = MUST in roles and HARD in roles[roles.index(MUST) :]
    said = HARM if hard else 0
    for number, (word, role) in enumerate(zip(words, roles, strict=True)):
        if role == VICTIM and _of_other(words, roles, number):
            said |= OTHER
            continue
        said |= role
        if role & (VICTIM | WHO):
            victims.append(word.start())
        elif role & (SUSPECT | CAUGHT | EXPLOITER):
            suspects.append(word.start())
    subject = _subject(roles)
    harmed, blamed = bool(said & (VICTIM | HARM)), bool(said & (SUSPECT | CAUGHT))
    if said & EXPLOITER and not harmed:
        harmed, blamed = subject == WHO and not blamed, blamed or subject != WHO
    if said & HARM and not said & (VICTIM | WHO):
        victims += [word.start() for word, role in zip(words, roles, strict=True) if role & (HARM | PRONOUN)]
    if harmed or blamed:
        now = 0 if harmed and blamed else (VICTIM if harmed else SUSPECT)
        return Sentence(start, end, harmed, harmed, blamed, victims, suspects), now
    if subject == PRONOUN:
        fits = carried not in {SUSPECT, OTHER}
        return Sentence(start, end, fits, carried == VICTIM, carried == SUSPECT, [], []), carried
    who = subject == WHO
    now = VICTIM if who else (OTHER if subject == OTHER and not said & WHO else 0)
    return Sentence(start, end, who, who, blamed=False, victims=victims, suspects=[]), now


def _subject(roles: list[int]) -> int:
    """The first word that can be the subject; a pronoun stands at the beginning, "Op haar veertiende"."""
    for number, role in enumerate(roles[:FIRST]):
        if role & (VICTIM | SUSPECT | EXPLOITER | WHO | OTHER | KIN) or (role == PRONOUN and number < SOON):
            return role
    return 0


def _of_other(words: list[re.Match[str]], roles: list[int], number: int) -> bool:
    """As in "de advocaat van het slachtoffer"."""
    at = number - 2 if number > 1 and words[number - 1][0] in OF else number - 1
    return at > 0 and words[at][0] == "van" and roles[at - 1] == OTHER
