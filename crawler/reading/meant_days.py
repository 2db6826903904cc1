"""Words in running text that may mean a day: whether they do. Pure.

An agenda writes "donderdag 3 december"; a report writes "donderdag", and means the coming one or the last one. Only the
rest of its sentence tells, and where it does not, there is no day.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from crawler.reading.clock_words import HOURS
from crawler.reading.date_words import words_in
from crawler.reading.dutch_calendar import HOLIDAYS
from crawler.reading.said_days import DAY, SENTENCES, said_days
from crawler.reading.tenses import is_eventful, is_over, is_present, sentence_around
from crawler.reading.time_words import DayWords, Words

_DAYS = re.compile(rf"\b{DAY}")
_TIMED = re.compile(
    r"\b(?:om|van|vanaf|tussen|rond|tegen|aanvang|half|kwart)\s(?:ongeveer\s|circa\s|ca\.\s)?"
    rf"(?:\d{{1,2}}\b|half\b|kwart\b|(?:{'|'.join(HOURS)})\b)|\d[.:]\d\d\b|\d\s?uur\b"
)
_NOT_BEFORE = re.compile(
    r"\b(?:op de|op een|een|de|elke|iedere|die|sinds|tot|tot en met|t/m|vanaf|of|en|van|dan|namens|heer|mevrouw|heet"
    r"|getiteld)\s$"
    r"|['\"“‘-]$"
)
_WITH_ANOTHER = re.compile(rf"\b{DAY}(?:\w{{5,9}})?\sen\s$")
_AND_ANOTHER = re.compile(rf"\sen\s{DAY}")
_NOT_BEHIND = re.compile(
    rf"\s?(?:t/m|tot|-|–|en|of|/|&)\s?(?:en met\s)?(?:op\s)?(?:{DAY}|(?:ma|di|wo|do|vr|za|zo)\b)|[!?\"'”]"
)
_HEADLINE = re.compile(r",?\s(?:om\s|van\s)?\d{1,2}[.:]\d\d")
_VAGUE_FEASTS = frozenset(
    {
        "kerst", "kerstmis", "pasen", "pinksteren", "sinterklaas", "oud en nieuw", "hemelvaart", "halloween",
        "nieuwjaar", "oudjaar", "sint maarten", "sint-maarten", "carnaval",
    }
)  # fmt: skip
_FEASTS = frozenset(HOLIDAYS)
_NUMBER_DAY = re.compile(r"\d{1,2}[-/]\d{1,2}$")
_SHORT_DAY = re.compile(r"(?:ma|di|wo|do|vr|za|zo)\.?[\s,]{1,3}\d{1,2}[-/]\d{1,2}")
_TIME_BEHIND = re.compile(r"[,\s]{1,3}(?:om\s|van\s|vanaf\s|tussen\s)?\d{1,2}(?:[.:]\d\d|\s?(?:uur|u)\b)")
_MAY_STAND_BEFORE = re.compile(r"(?:^|[\n(:|•]|\b(?:op|vanaf|datum|van|en))\s?$")
_LONG_NUMBER = re.compile(r"\d\d")
_CLOCK_BEHIND = re.compile(r",?\s\d{1,2}[.:]\d\d")
_NO_TODAY = re.compile(r"\s(?:de dag|of morgen)\b")


def day_words_in(lowered: str, today: date) -> list[Words]:
    """All words about time in a text in small letters, with what running text means by them."""
    words = words_in(lowered, today, said_days(lowered, today))
    looked = 0
    for place, word in enumerate(words):
        if isinstance(word, DayWords) and not word.sure and looked < SENTENCES:
            looked += 1
            words[place] = _believed(word, lowered, today)
    return words


def _believed(word: DayWords, lowered: str, today: date) -> DayWords:
    said = lowered[word.start : word.end].rstrip(".")
    begin, stop = sentence_around(lowered, word.start, word.end)
    before, behind = lowered[begin : word.start], lowered[word.end : stop]
    past = is_over(lowered, word.start, word.end)
    if said in _FEASTS:
        sure = said not in _VAGUE_FEASTS and (
            before.endswith("op ") or (_timed(behind) and is_present(behind) and not past)
        )
    elif said == "vandaag":
        rest = bool(_NO_TODAY.match(behind)) or before.endswith(("tot ", "tot op ", "van "))
        sure = not past and not rest
    elif _SHORT_DAY.fullmatch(said):
        sure = _timed(behind[:20]) or not before.strip()
    elif _NUMBER_DAY.fullmatch(said):
        free = _MAY_STAND_BEFORE.search(before) or (_LONG_NUMBER.search(said) and _CLOCK_BEHIND.match(behind))
        sure = bool(free) and _TIME_BEHIND.match(behind) is not None
    elif _DAYS.match(said):
        return _coming(word, before, behind, today, past=past)
    else:
        sure = False
    return replace(word, sure=True) if sure else word


def _coming(word: DayWords, before: str, behind: str, today: date, *, past: bool) -> DayWords:
    """A bare day of the week, when it is the coming one. On that very day nobody knows which one is meant."""
    fixed, sentence, timed = word.days[0].fixed, f"{before} {behind}", _timed(behind)
    if fixed is None or fixed.weekday() == today.weekday() or past:
        return word
    if not _stands_free(before, behind, eventful=is_eventful(sentence), timed=timed):
        return word
    # "Zaterdag 20.00 uur: lezing" has no verb, and needs none.
    headline = not re.search(r"\w", before) and _HEADLINE.match(behind) is not None
    if not headline and not is_present(sentence):
        return word
    return replace(word, sure=True)


def _stands_free(before: str, behind: str, *, eventful: bool, timed: bool) -> bool:
    """Whether the words beside a day of the week let it be a day of its own.

    Two of them need a time: otherwise they are how it always is ("op zaterdag en zondag dicht").
    """
    if _WITH_ANOTHER.search(before) or _AND_ANOTHER.match(behind):
        return timed and eventful
    if _NOT_BEFORE.search(before) or _NOT_BEHIND.match(behind):
        return False
    return not before.endswith("op ") or (eventful and (timed or not _DAYS.search(behind)))


def _timed(text: str) -> bool:
    return _TIMED.search(text) is not None
