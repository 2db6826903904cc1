"""Of whom a sentence speaks: of a victim, of a suspect, or of neither.

Words decide, and where a sentence begins with "zij" or "hij", the sentence before it. Who is a victim is a guess that
an editor checks: the same street of a suspect is no detail of a victim.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

from crawler.reading.name_words import bare, is_given, name_words
from crawler.reading.victim_words import (
    CAUGHT,
    EXPLOITER,
    HARD,
    HARM,
    KIN,
    MUST,
    OFFICE,
    OTHER,
    PLACES,
    PRONOUN,
    SUSPECT,
    TAIL,
    VICTIM,
    WHO,
    victim_words,
)  # fmt: skip

SENTENCE = re.compile(r"[^.!?\n]{6,2000}")
WORD = re.compile(r"[^\W\d_][\w'’-]*|\d{1,2}-jarige\w?")
YOUNG = re.compile(r"(?:1\d|2[0-5])-jarige$|(?:(?:der|veer|vijf|zes|zeven|acht|negen)tien|twaalf|elf|twintig)jarige$")
INITIAL = re.compile(r"\.(?<=[ (-][A-ZÀ-Ý]\.)(?! [A-ZÀ-Ý])")
"""The end of an initial, which is no end of a sentence: "Volgens Sorin A. was"."""
SHORT_NAME = re.compile(r"(?<![\w-])[A-ZÀ-Ý][\w-]{1,20}(?: (?:van|de|der|den|ter|ten|te|'t|el)){0,3} [A-ZÀ-Ý]\.$")
NAMED_FIRST = re.compile(
    r"[\s'\"‘“(]{0,4}([A-ZÀ-Ý][\w-]{1,20})(?:(,? [a-z(‘']|[,:])"
    r"|(?= (?:(?:van|de|der|den|ter|ten|te|'t|el) ){0,3}[A-ZÀ-Ý]))"
)
"""A first name with which a sentence begins; the second group says that no surname stands behind it."""
ALL = VICTIM | HARM | SUSPECT | CAUGHT | EXPLOITER | WHO | OTHER | PRONOUN | KIN | MUST | HARD
ACCUSED = SUSPECT | CAUGHT | EXPLOITER
SUBJECTS = VICTIM | SUSPECT | EXPLOITER | WHO | OTHER | KIN
WHO_DID = re.compile(
    r"\b(?:de|een) (?:\d\d-jarige )?(?:man|vrouw|jongen|meisje|bewoonster|bewoner|echtpaar|stel)\b[^,.!?]{0,40}?"
    r" die (?:haar|hem|hen|het (?:meisje|slachtoffer|paspoort)|de (?:vrouw|vrouwen|meisjes|jongen|paspoorten)"
    r"|vrouwen|meisjes)\b"
    r"(?! (?:hielp|hielpen|vond|vonden|opving|bevrijdde|redde))"
)
"""As in "de man uit de Lijsterstraat die haar zou hebben vastgehouden": whoever does it is no victim."""
HER_AGAIN = re.compile(r"\b(?:haar|hem|hen|hun|meisjes?|vrouwen|slachtoffers?)\b")
AT_THE_HEAD = re.compile(
    r"\b(?:aan het hoofd|aan de top|de leiding) (?:van|over)\b"
    r"|\b(?:tuinder|werkgever|baas|eigenaar|kweker) zelf\b"
)
FINDING = frozenset({
    "vond", "vonden", "trof", "troffen", "haalde", "haalden", "ontdekte", "ontdekten", "zag", "zagen", "miste",
    "misten",
})  # fmt: skip
"""What officers and neighbours do, and it is the victim who is spoken of."""
LASTING = 4
"""For so many sentences a victim is remembered in which nobody is named."""
OURS = frozenset({"ik", "mijn"})
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
    said: int
    victim: bool
    sure: bool
    blamed: bool
    victims: list[int]
    suspects: list[int]

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
    words, key = victim_words(), (word if word.isascii() else bare(word)).rstrip("'-")
    if role := words.roles.get(key):
        return role
    if key[-TAIL:] in words.tails:
        places = 0
        for end, bits in words.place_ends:
            if key.endswith(end):
                places |= bits
        for end, role in words.ends:
            if key.endswith(end):
                return role | places
        if places:
            return places
    return WHO if YOUNG.match(key) else 0


def sentences(whole: str, low: str) -> Iterator[Sentence]:
    """Every sentence of a text. `low` is it in lower case, letter by letter."""
    carried, since = 0, 0
    initials = [told.start() for told in INITIAL.finditer(whole)]
    if initials:
        low = _with_blanks(low, initials)
    for told in SENTENCE.finditer(low):
        start, end = told.span()
        words = WORD.findall(low, start, end)
        roles = list(map(role_of, words))
        said = 0
        for role in set(roles):
            said |= role
        if initials and roles and _shortened(whole, start, end, initials):
            said |= SUSPECT
            roles[-1] = roles[-1] or SUSPECT
        since = 0 if said & ALL else since + 1
        if since > LASTING:
            carried = 0
        first = _named_first(whole, start, end)
        if not first and not said & ALL and carried != VICTIM:
            yield Sentence(start, end, said, victim=False, sure=False, blamed=False, victims=[], suspects=[])
            continue
        if said & (PLACES | OFFICE):
            roles = [role & ~(PLACES | OFFICE) for role in roles]
        if said & WHO and " die " in low[start:end]:
            roles = _without_doers(low, start, end, roles)
            said = reduce(or_, roles, said & (PLACES | OFFICE))
        if AT_THE_HEAD.search(low, start, end):
            said |= SUSPECT
            roles = [role & ~WHO for role in roles]
            roles[0] = SUSPECT
        sentence, carried = _sentence(told, words, roles, carried, first, said)
        yield sentence


def _without_doers(low: str, start: int, end: int, roles: list[int]) -> list[int]:
    """The roles of the words, where whoever did something to a victim is a suspect."""
    for did in WHO_DID.finditer(low, start, end):
        if did.start() - start < SOON and not HER_AGAIN.search(low, did.end(), end):
            return [SUSPECT, *(role & ~(WHO | HARM | VICTIM | PRONOUN) for role in roles[1:])]
        at = len(WORD.findall(low, start, did.start())) + 1
        roles = [*roles[:at], SUSPECT, *roles[at + 1 :]]
    return roles


def _named_first(whole: str, start: int, end: int) -> int:
    """Who a name is with which a sentence begins, 0 when it begins with none: a first name alone is that of a victim,
    whose name is often another; with a full name news seldom begins to speak of one.
    """
    told = NAMED_FIRST.match(whole, start, end)
    if told is None or not is_given(key := bare(told[1])) or key in name_words().plain:
        return 0
    return WHO if told[2] else OTHER


def _shortened(whole: str, start: int, end: int, initials: list[int]) -> bool:
    """Whether a name stands in a sentence that is shortened to an initial, as newspapers do with suspects."""
    here = initials[bisect_left(initials, start) : bisect_left(initials, end)][:2]
    return any(SHORT_NAME.search(whole, max(start, at - 30), at + 1) for at in here)


def _with_blanks(low: str, places: list[int]) -> str:
    """The text with a space at every place."""
    letters = list(low)
    for at in places:
        letters[at] = " "
    return "".join(letters)


def _sentence(
    told: re.Match[str], words: list[str], roles: list[int], carried: int, first: int, every: int
) -> tuple[Sentence, int]:
    """The sentence, and of whom it speaks for the one behind it.

    `first` says who a name is with which it begins, 0 when it begins with none; `every` is what all its words
    say.
    """
    start, end = told.span()
    if every & VICTIM:
        roles = [OTHER if _of_other(words, roles, number) else role for number, role in enumerate(roles)]
        every &= ~VICTIM
        for role in set(roles):
            every |= role
    said = every
    if said & MUST and said & HARD and HARD in roles[roles.index(MUST) :]:
        said |= HARM
    subject = first or _subject(words, roles)
    harmed, blamed = bool(said & (VICTIM | HARM)), bool(said & (SUSPECT | CAUGHT))
    if said & EXPLOITER and not harmed:
        harmed, blamed = subject == WHO and not blamed, blamed or subject != WHO
    if harmed or blamed:
        now = 0 if harmed and blamed else (VICTIM if harmed else SUSPECT)
        places = _places(told, roles, said, first) if said & ACCUSED else ([], [])
        return Sentence(start, end, said, harmed, harmed, blamed, *places), now
    if subject == PRONOUN:
        fits = carried not in {SUSPECT, OTHER} and not (said & OTHER and words[0] in OURS)
        return Sentence(start, end, said, fits, carried == VICTIM, carried == SUSPECT, [], []), carried
    if subject == OTHER and said & WHO and not FINDING.isdisjoint(words):
        places = _places(told, roles, said, first)
        return Sentence(start, end, said, True, True, False, places[0], _others(told, roles)), VICTIM
    who = subject == WHO or (subject in {0, KIN} and carried == VICTIM and not said & OFFICE)
    now = VICTIM if who else (OTHER if subject == OTHER and not said & WHO else 0)
    return Sentence(start, end, said, who, who, blamed=False, victims=[], suspects=[]), now


def _places(told: re.Match[str], roles: list[int], said: int, first: int) -> tuple[list[int], list[int]]:
    """Where a sentence speaks of victims and where of suspects. Only what is done to somebody says it where nobody is
    called a victim.
    """
    named = VICTIM | WHO if said & (VICTIM | WHO) else HARM | PRONOUN
    victims, suspects = [told.start()] if first == WHO else [], []
    for word, role in zip(WORD.finditer(told.string, *told.span()), roles, strict=True):
        if role & named:
            victims.append(word.start())
        elif role & ACCUSED:
            suspects.append(word.start())
    return victims, suspects


def _others(told: re.Match[str], roles: list[int]) -> list[int]:
    """Where a sentence names somebody in office."""
    words = WORD.finditer(told.string, *told.span())
    return [word.start() for word, role in zip(words, roles, strict=True) if role == OTHER]


def _subject(words: list[str], roles: list[int]) -> int:
    """The first word that can be the subject; a pronoun stands at the beginning, "Op haar veertiende". Behind the first
    word "zijn" is a verb more often.
    """
    for number, role in enumerate(roles[:FIRST]):
        if not role:
            continue
        if role & SUBJECTS:
            return role
        if role == PRONOUN and number < SOON and not (number and words[number] == "zijn"):
            return role
    return 0


def _of_other(words: list[str], roles: list[int], number: int) -> bool:
    """As in "de advocaat van het slachtoffer"."""
    if roles[number] != VICTIM:
        return False
    at = number - 2 if number > 1 and words[number - 1] in OF else number - 1
    return at > 0 and words[at] == "van" and roles[at - 1] == OTHER
