"""Clock times and parts of the day in a text: 19.30 uur, half acht, kwart over zes, 's avonds, de hele dag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.reading.time_words import PART, ClockWords, How, Part, PartWords, part_of

HOURS = {
    "een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
    "tien": 10, "elf": 11, "twaalf": 12,
}  # fmt: skip
_COUNTS = {**HOURS, "kwart": 15, "twintig": 20}
_HOUR = "(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)"
_CLOCK = re.compile(
    r"(?:(?<![\w€,/%])|(?<=\dt))(?<!\d[.:])(?<!€\s)(?P<hour>2[0-4]|[01]?\d)"
    r"(?:[:.](?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d%])(?![:.]\d)|\s?(?:uur|u|h)\s?(?P<after>[0-5]\d)(?!\w|[.:]\d))?"
    r"(?:\s{0,2}(?P<unit>uur|u|h|am|pm|a\.m\.|p\.m\.)(?!\w))?(?![\d%]|,\d|:\d)"
)
_SPOKEN = re.compile(
    rf"\b(?:(?P<count>kwart|vijf|tien|twintig|\d{{1,2}})(?:\s(?:minuten|min\.?))?\s(?P<side>over|voor)\s(?P<half>half\s)?"
    rf"|(?P<alone>half\s))(?P<hour>{_HOUR}\b|\d{{1,2}}(?![\w.:]\w))(?:\suur\b)?"
)
_LATE = {
    "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17, "achttien": 18, "negentien": 19,
    "twintig": 20, "eenentwintig": 21, "tweeëntwintig": 22, "drieëntwintig": 23,
}  # fmt: skip
_LATE_HOUR = "|".join(sorted(_LATE, key=len, reverse=True))
_PAST_THE_HOUR = {"vijftien": 15, "dertig": 30, "vijfenveertig": 45}
_SAID = re.compile(
    rf"(?P<at>\bom\s(?:ongeveer\s|circa\s)?)?\b(?P<hour>{_HOUR}|{_LATE_HOUR})\suur\b"
    r"(?:\s(?P<minute>vijftien|dertig|vijfenveertig)\b)?"
)
_MILITARY = re.compile(r"(?<![\w.,:/€-])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s?(?:uur|u|h)(?!\w)")
"""As in "1930 uur"."""
_FROM_TO = re.compile(rf"\b(?:van|tussen)\s(?P<hour>{_HOUR})\s(?:tot|en)\s(?P<until>{_HOUR})\b(?!\suur|\s[a-z]+en\b)")
"""As in "van twee tot vier"; "tussen twee en vier mensen" are how many."""
_FROM_TO_HOUR = re.compile(rf"\b(?:van|tussen)\s(?P<hour>{_HOUR})\s(?=(?:tot|en)\s{_HOUR}\suur\b)")
"""Half of "van twee tot vier uur": the other half is found as any hour is."""
_PART_WORDS = re.compile(
    rf"(?<!\w)'s\s?(?P<genitive>{PART})s\b|\bin\sde\s(?P<inside>{PART})\b|\b(?P<bare>ochtend|namiddag|middag|avond)\b"
    r"|\b(?:de\s)?(?P<whole>(?:ge)?hele\sdag)\b"
)
_TO_MIDNIGHT = re.compile(r"(?:\btot|\bom|[-–])\s?$")
_MINUTES, _NOON, _WHOLE_DAY = 60, 12, 24


def clocks_in(text: str, start: int, stop: int) -> Iterator[ClockWords | PartWords]:
    """The times in a part of a text in small letters, in no order; some may lie inside another."""
    yield from _in_digits(text, start, stop)
    yield from _in_words(text, start, stop)
    for hit in _PART_WORDS.finditer(text, start, stop):
        yield PartWords(hit.start(), hit.end(), part_of(hit["genitive"] or hit["inside"] or hit["bare"]))


def _in_digits(text: str, start: int, stop: int) -> Iterator[ClockWords]:
    for hit in _CLOCK.finditer(text, start, stop):
        hour, minute = int(hit["hour"]), int(hit["minute"] or hit["after"] or 0)
        before = max(hit.start() - 6, 0)
        if hour == _WHOLE_DAY and not hit["minute"] and not _TO_MIDNIGHT.search(text, before, hit.start()):
            # "Op 25 december 24 uur bereikbaar".
            continue
        unit = (hit["unit"] or "").replace(".", "")
        part = {"am": Part.MORNING, "pm": Part.EVENING}.get(unit)
        if hit["minute"] is not None or (hour > _NOON and (unit or hit["after"])):
            how = How.DIGITS
        else:
            how = How.HOUR if unit or hit["after"] else How.BARE
        yield ClockWords(hit.start(), hit.end(), hour, minute, how, part)
    for hit in _MILITARY.finditer(text, start, stop):
        yield ClockWords(hit.start(), hit.end(), int(hit["hour"]), int(hit["minute"]), How.DIGITS)


def _in_words(text: str, start: int, stop: int) -> Iterator[ClockWords]:
    for hit in _SPOKEN.finditer(text, start, stop):
        hour = HOURS.get(hit["hour"]) or int(hit["hour"])
        minutes = hour * _MINUTES - (30 if hit["half"] or hit["alone"] else 0)
        if hit["count"]:
            count = _COUNTS.get(hit["count"]) or int(hit["count"])
            minutes += count if hit["side"] == "over" else -count
        if 0 < minutes < 24 * _MINUTES:
            how = How.SPOKEN if hour <= _NOON else How.DIGITS
            yield ClockWords(hit.start(), hit.end(), minutes // _MINUTES, minutes % _MINUTES, how)
    for hit in _SAID.finditer(text, start, stop):
        # "Een uur" without "om" is as good as always how long something takes.
        if hit["hour"] != "een" or hit["at"]:
            hour, minute = HOURS.get(hit["hour"]) or _LATE[hit["hour"]], _PAST_THE_HOUR.get(hit["minute"] or "", 0)
            yield ClockWords(hit.start("hour"), hit.end(), hour, minute, How.SPOKEN)
    for hit in _FROM_TO_HOUR.finditer(text, start, stop):
        yield ClockWords(hit.start("hour"), hit.end("hour"), HOURS[hit["hour"]], 0, How.SPOKEN)
    for hit in _FROM_TO.finditer(text, start, stop):
        for name in ("hour", "until"):
            yield ClockWords(hit.start(name), hit.end(name), HOURS[hit[name]], 0, How.SPOKEN)
