"""The times that a sentence says apart from its day: "op 8 december vertelt zij vanaf 19.30 uur over haar werk". Pure.

All of it works on text in small letters. What belongs to another matter, such as the hours of a telephone, is no time
of the day that is spoken of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import time
from itertools import pairwise

from crawler.reading.clock_times import Clock, clock_of
from crawler.reading.clock_words import clocks_in
from crawler.reading.date_glue import DOORS, ENDS, STARTS, WORD
from crawler.reading.tenses import is_past, sentence_around
from crawler.reading.time_words import ClockWords, How, Part, PartWords

FARTHEST = 200
"""Characters between a day and its time."""
_NEXT = 3
"""So many sentences or lines behind that of the day are looked at."""
_BEFORE = re.compile(
    r"(?:\b(?:om|te|van|vanaf|tussen|rond|tegen|aanvang|aanvangstijd|start|begin|begint|beginnen|tijd|tijdstip|laat|tot"
    r"|inloop|einde|eindigt)\b:?|[(|/])\s{0,2}(?:ca\.?|circa|ongeveer|uiterlijk|precies|steeds|telkens)?\s{0,2}$"
)
_BETWEEN = re.compile(r"\s{0,2}(?:uur\s)?(?:--?|[–—]|tot(?:\sen\smet)?|t/m|en)\s{0,2}(?:ca\.?\s|circa\s)?")
_LABEL = re.compile(r"[\s.|/*•-]{0,4}(?:tijd|tijden|tijdstip|aanvang|aanvangstijd|hoe laat|start|begin|inloop)\s?:\s")
_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3])(?::[0-5]\d.*|[.h][0-5]\d\s?(?:(?:uur|u|h)\b.*|[-–—]\s?\d.*))",
)
"""What can be nothing but a time, whatever stands before it: "20.15 uur", "19:30", "19.30-21.30"."""
_OTHER_MATTER = re.compile(
    r"\b(?:normaal|eigenlijk|eerder|anders|in plaats van|gewoonlijk|telefonisch|bel|bellen|mail|bereikbaar|aanmelden"
    r"|opgeven|inschrijven|getuigen?|dagelijks|werkdagen|openingstijden|niet)\b|\bduurt\s$"
)
_OPENS = re.compile(r"[\s\"'“‘(]{0,3}(?:om|van|vanaf|tussen|rond)\s")
_STARTS_BEHIND = re.compile(r"\s(?:beginnen|begint|starten|start|gaan we|trappen)\b")
_ENDS_BEHIND = re.compile(r"\s(?:klaar|afgelopen|voorbij|thuis|weer thuis)\b")
_STARTING = STARTS | {"beginnen", "starten", "startend", "beginnend"}
_DOOR_WORDS = DOORS - {"vanaf"}
_NEAR, _NOON = 40, 12


@dataclass(frozen=True, slots=True)
class Told:
    """A time, or from when to when, and where it stands. `role` is "start", "door", "end", or "" for none of them."""

    start: int
    end: int
    words: ClockWords
    until: ClockWords | None
    role: str


def times_in(lowered: str, start: int, stop: int) -> list[Told]:
    """The times in a part of a text that are said to be times, by the words around them."""
    words = sorted(clocks_in(lowered, start, stop), key=lambda each: (each.start, -each.end))
    words = [words[0], *(each for before, each in pairwise(words) if each.start >= before.end)] if words else []
    found: list[Told] = []
    place, reached = 0, start
    while place < len(words):
        word, place = _with_part(words, place, lowered)
        if word is None:
            continue
        part = _part_before(words, place - 1, word, lowered)
        word = replace(word, part=word.part or part)
        until = None
        if place < len(words) and isinstance(words[place], ClockWords):
            between = lowered[word.end : words[place].start]
            if _BETWEEN.fullmatch(between):
                until, place = _with_part(words, place, lowered)
        gap, end = lowered[reached : word.start], words[place - 1].end
        beside = reached == start and gap.strip() in {"", ",", ":", "-", "–"}
        named = _BEFORE.search(gap) or beside or part or _CLOCK.fullmatch(lowered[word.start : end])
        sure = (until or word).how is not How.BARE and named
        if sure and not _OTHER_MATTER.search(_clause(gap)):
            found.append(Told(word.start, end, word, until, _role(gap, lowered[end : end + 14], alone=until is None)))
        reached = end
    return found


def _part_before(words: list[ClockWords | PartWords], place: int, word: ClockWords, lowered: str) -> Part | None:
    """The part of the day that stands right before a time: "'s ochtends 10 tot 12 uur"."""
    known = next((each for each in words[:place][::-1] if each.end <= word.start), None)
    if not isinstance(known, PartWords) or lowered[known.end : word.start].strip(" ,:"):
        return None
    return known.part


def _clause(gap: str) -> str:
    return re.split(r"[,;:.]\s", gap)[-1]


def _with_part(words: list[ClockWords | PartWords], place: int, lowered: str) -> tuple[ClockWords | None, int]:
    """The time at this place with the part of the day behind it, None for something else; and the next place."""
    word = words[place]
    if not isinstance(word, ClockWords):
        return None, place + 1
    after = words[place + 1] if place + 1 < len(words) else None
    if isinstance(after, PartWords) and after.part is not None and not lowered[word.end : after.start].strip():
        return replace(word, part=after.part), place + 2
    return word, place + 1


def _role(gap: str, behind: str, *, alone: bool) -> str:
    said = set(WORD.findall(gap[-_NEAR:]))
    if said & _STARTING or _STARTS_BEHIND.match(behind):
        return "start"
    if said & _DOOR_WORDS:
        return "door"
    return "end" if alone and (said & ENDS or _ENDS_BEHIND.match(behind)) else ""


def chosen_of(times: list[Told]) -> list[Told]:
    """The one with which something begins and the one with which it ends, if that is clear; else []."""
    starts = [each for each in times if each.role not in {"door", "end"}]
    if any(each.role == "start" for each in starts):
        starts = [each for each in starts if each.role == "start"]
    starts = starts or [each for each in times if each.role == "door"]
    if len(starts) != 1:
        return []
    ends = [each for each in times if each.role == "end" and each.start > starts[0].start]
    return [*starts, *ends] if starts[0].until is None and len(ends) == 1 else starts


def clock_in(times: list[Told], part: Part | None, near: str) -> Clock:
    """What the clock says at the chosen times."""
    clock = clock_of(times[0].words, times[0].until, part, near)
    return clock if len(times) == 1 else replace(clock, end=end_after(clock.begin, times[1], near))


def end_after(begin: time, told: Told, near: str) -> time:
    """The clock at the end of what began at `begin`: "negen uur" behind half past seven is nine at night."""
    end = clock_of(told.words, None, None, near).begin
    later = end <= begin and end.hour < _NOON and told.words.how is How.SPOKEN
    return end.replace(hour=end.hour + _NOON) if later else end


def opens_a_door(text: str) -> bool:
    """Whether a text speaks of doors, and not of what begins behind them."""
    return not _DOOR_WORDS.isdisjoint(WORD.findall(text))


def opening_time(lowered: str, begin: int, end: int) -> list[Told]:
    """A time with which the sentence begins: "Om 14.00 uur opent de burgemeester op zaterdag ..."."""
    return times_in(lowered, begin, end)[:1] if _OPENS.match(lowered, begin, end) else []


def following_times(lowered: str, stop: int, after: int) -> tuple[list[Told], int]:
    """The time in the sentences or lines behind ("De vergadering begint om 20.00 uur", "Tijd: 20.00 uur"); their end.

    The next sentence may just say a time; one further must say that something begins.
    """
    for number in range(_NEXT):
        if stop + 2 >= after:
            break
        begin, last = stop + 1, min(sentence_around(lowered, stop + 2, stop + 2)[1], after)
        times = [] if is_past(lowered[begin:last]) else chosen_of(times_in(lowered, begin, last))
        if times and (number == 0 or times[0].role == "start" or _LABEL.match(lowered, begin, last)):
            return times, last
        stop = last
    return [], stop


def labelled_before(lowered: str, begin: int, before: int) -> list[Told]:
    """The time in a line before that of the day: "Tijd: 20.00 uur. Datum: 8 december."."""
    if begin - 2 <= before:
        return []
    first, last = sentence_around(lowered, begin - 2, begin - 2)
    first = max(first, before)
    return chosen_of(times_in(lowered, first, last)) if _LABEL.match(lowered, first, last) else []
