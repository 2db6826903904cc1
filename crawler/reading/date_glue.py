"""The small words between a day and its times, and what they say the time is."""

from __future__ import annotations

import re

_GLUE = frozenset(
    {
        "om", "van", "vanaf", "tussen", "tegen", "rond", "rondom", "circa", "ca", "ongeveer", "stipt", "aanvang",
        "aanvangstijd", "start", "starttijd", "begin", "begint", "begintijd", "beginnen", "tijd", "tijden",
        "tijdstip", "hoe", "laat", "telkens", "steeds", "beide", "keer", "met", "de", "het", "is", "er", "in", "en",
        "daarna", "op", "uur", "u", "h", "klokslag", "dagelijks", "datum", "duur", "iedere", "elke", "dag", "dagen",
        "avonden", "sessie", "te", "starten", "we", "wij", "daar", "vindt", "plaats",
    }
)  # fmt: skip
"""Words that may stand between a day and its time without making it another story."""
DOORS = frozenset(
    {
        "inloop", "deur", "deuren", "open", "zaal", "ontvangst", "ontvangen", "welkom", "koffie", "thee", "kassa",
        "zaalopen", "vanaf", "registratie",
    }
)  # fmt: skip
ENDS = frozenset(
    {
        "einde", "eindtijd", "eindigt", "eind", "afsluiting", "tot", "sluiting", "klaar", "afloop", "uiterlijk",
    }
)  # fmt: skip
STARTS = frozenset(
    {
        "aanvang", "aanvangstijd", "start", "starttijd", "begin", "begint", "begintijd", "programma",
    }
)  # fmt: skip
_BRACKETS = re.compile(r"\([^()]{0,40}\)")
WORD = re.compile(r"[^\W\d_]+")
AROUND = frozenset(
    {
        "op", "om", "in", "de", "het", "van", "vanaf", "tot", "en", "met", "datum", "data", "wanneer", "dag", "tijd",
        "uur", "u", "h", "t", "m", "is", "elke", "iedere", "rond", "tegen", "stipt", "ca", "circa",
    }
)  # fmt: skip


def glued(gap: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether nothing but small words stands between two words about time."""
    if any(mark in gap for mark in "!€") or re.search(r"\d|\.\s{1,3}\S", gap.rstrip()):
        return False
    # "Vrijdag 12 maart (première) 20.00 uur": what stands in brackets is said beside it.
    words = WORD.findall(_BRACKETS.sub(" ", gap))
    return all(word in _GLUE or word in more for word in words)


def opened(gap: str) -> bool:
    """Whether these words make a bare number behind them a time: "van 9 tot 11"."""
    return bool(re.search(r"\b(?:van|tussen|om|tijd(?:stip)?:?)\s{1,2}$", gap))


def role_of(gap: str) -> str:
    """What the words before a time say that it is: the "start", the "door" that opens, the "end"; or "" for nothing."""
    words = set(WORD.findall(gap))
    if words & STARTS:
        return "start"
    if words & (DOORS - {"vanaf"}):
        return "door"
    return "end" if words & ENDS else ""
