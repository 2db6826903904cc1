"""The words in a text that say a day, a clock time or a part of a day, each with its place. The table of phrases.

The patterns are bounded, so that no text makes them slow, and each begins with something that is rare in a text.
What the words mean together is settled in `crawler/reading/event_dates.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crawler.reading.dutch_calendar import (
    HOLIDAYS,
    MONTHS,
    ORDINALS,
    WEEKDAYS,
    Written,
    holiday,
    next_holiday,
    next_nth_day,
    next_weekday,
    nth_day,
    weekday_in_week,
    year_of,
)


class Part(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


class How(StrEnum):
    """How a clock time is written: 19.30, 7 uur, half acht, or a number alone that may be no time at all."""

    DIGITS = "digits"
    HOUR = "hour"
    SPOKEN = "spoken"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class DayWords:
    """One day, several (`days`), or the days up to `until`. `sure` is False for words that often mean no date."""

    start: int
    end: int
    days: tuple[Written, ...]
    until: Written | None = None
    sure: bool = True
    part: Part | None = None
    recurring: bool = False


@dataclass(frozen=True, slots=True)
class ClockWords:
    start: int
    end: int
    hour: int
    minute: int
    how: How
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class PartWords:
    """A part of the day, or with None the whole of it."""

    start: int
    end: int
    part: Part | None


Words = DayWords | ClockWords | PartWords

_PARTS = {
    "ochtend": Part.MORNING, "morgen": Part.MORNING, "middag": Part.AFTERNOON, "namiddag": Part.AFTERNOON,
    "avond": Part.EVENING, "nacht": Part.NIGHT,
}  # fmt: skip
_PART = "(?:ochtend|morgen|namiddag|middag|avond|nacht)"
_LONG = "(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
_WEEKDAY = rf"(?:{_LONG}{_PART}?|woens|vrij|woe|zat|zon|ma|di|wo|do|vr|za|zo)\b\.?"
_MONTH = (
    r"(?:januari|jan|februari|febr|feb|maart|mrt|mar|april|apr|mei|juni|jun|juli|jul|augustus|aug|september|sept|sep"
    r"|oktober|okt|oct|november|nov|december|dec)\b\.?"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_NTH = r"(?:e|de|ste)?"
_YEAR = r"(?:(?:19|20)\d\d(?![\d:])|'\d\d\b)"
_JOIN = r"(?:,\s?en|,|en|&|\+|/|t/m|t\.?m\.?|tot\sen\smet|tot|--?|[–—])"

_DATE = re.compile(
    rf"(?P<before>(?:(?:{_WEEKDAY}[\s,]{{1,2}})?\b{_DAY}{_NTH}\s{{0,2}}{_JOIN}\s{{0,2}}){{1,15}})?"
    rf"(?:(?P<weekday>{_WEEKDAY})[\s,]{{1,3}}(?:de\s)?)?\b(?P<day>{_DAY}){_NTH}[\s.-]{{1,3}}(?P<month>{_MONTH})"
    rf"(?:[\s,.-]{{1,3}}(?P<year>{_YEAR}))?"
)
_MONTH_FIRST = re.compile(
    rf"(?:(?P<weekday>{_WEEKDAY})[\s,]{{1,3}})?\b(?P<month>{_MONTH})\s{{1,2}}(?P<day>{_DAY})\b(?![.:]\d|-\d)"
    rf"(?:,?\s{{1,2}}(?P<year>{_YEAR}))?(?!\s?(?:uur|u\b|%|jaar))"
)
_NUMBERS = re.compile(
    rf"(?:(?P<weekday>{_WEEKDAY})[\s,]{{1,3}})?(?<![\w.,:/€-])(?P<day>{_DAY})(?P<mark>[-/.])(?P<month>1[0-2]|0?[1-9])"
    r"(?:(?P=mark)(?P<year>(?:19|20)?\d\d))?(?![\w%])(?![-/.,:]\d)"
)
_ISO = re.compile(r"(?<![\w-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?:(?![\w-])|t(?=\d\d:))")
_ONE = re.compile(rf"(?:({_WEEKDAY})[\s,]{{1,2}})?\b({_DAY}){_NTH}\s{{0,2}}({_JOIN})")

_COUNTED = re.compile(
    rf"(?:\b(?P<each>elke|iedere)\s)?(?:\bde\s)?\b(?P<nth>{'|'.join(ORDINALS)})\s(?:en\s(?P<other>{'|'.join(ORDINALS)})\s)?"
    rf"(?P<weekday>{_LONG}{_PART}?|dag)\s(?:in|van)\s(?:(?P<any>de\smaand|elke\smaand|iedere\smaand)\b"
    rf"|(?P<month>{_MONTH})(?:\s(?P<year>(?:19|20)\d\d)\b)?)"
)
_BEFORE = r"komende|aankomende|aanstaande|eerstvolgende|a\.?s\.?|deze|dit|afgelopen|vorige|volgende|elke|iedere"
_RELATIVE = re.compile(
    rf"(?:\b(?P<before>{_BEFORE})\s(?P<week>week\s)?|\b(?P<weekly>wekelijks\sop)\s)?\b(?P<weekday>{_LONG})(?P<part>{_PART})?\b"
    r"(?P<after>\s(?:a\.\s?s\.|aanstaande|deze\sweek|volgende\sweek|over\seen\sweek))?"
)
_SHORT_ALONE = re.compile(r"(?<![\w.])(?P<weekday>ma|di|woe?|do|vr|zat?|zon?)\.(?!\w)")
_NEAR = re.compile(
    rf"(?<![\w-])(?P<word>vandaag|overmorgen|eergisteren|van(?P<this>{_PART})|gisteren(?P<past>{_PART})?"
    rf"|gister(?P<past2>{_PART})|morgen(?P<next>{_PART})?|deze\s(?P<this2>{_PART})|op\sdeze\sdag)(?![\w-])"
)
_HOLIDAY = re.compile(rf"(?<![\w-])(?<!\bna\s)(?<!\bvoor\s)(?<!\brond\s)(?P<name>{'|'.join(sorted(HOLIDAYS, key=len, reverse=True))})(?:\s(?P<year>20\d\d))?(?![\w-])")
_SPAN = re.compile(
    r"\b(?:(?P<ahead>over|in)\s)?(?P<count>\d{1,2}|een|één|twee|drie|vier|vijf|zes)\swe(?:ek|ken)(?P<ago>\sgeleden)?\b"
)
_OF_MONTH = re.compile(rf"\bop\sde\s(?:(?P<day>{_DAY})(?:e|de|ste)|(?P<first>eerste))(?!\w|\s\w)")

_HOURS = {
    "een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
    "tien": 10, "elf": 11, "twaalf": 12,
}  # fmt: skip
_COUNTS = {**_HOURS, "kwart": 15, "twintig": 20}
_HOUR = "(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)"
_CLOCK = re.compile(
    r"(?<![\w€,/%])(?<!\d[.:])(?<!€\s)(?P<hour>2[0-4]|[01]?\d)"
    r"(?:[:.](?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d%])(?![:.]\d)|\s?(?:uur|u|h)\s?(?P<after>[0-5]\d)(?![\w.:]))?"
    r"(?:\s{0,2}(?P<unit>uur|u|h|am|pm|a\.m\.|p\.m\.)(?!\w))?(?![\d%]|,\d|:\d)"
)
_SPOKEN = re.compile(
    rf"\b(?:(?P<count>kwart|vijf|tien|twintig|\d{{1,2}})(?:\s(?:minuten|min\.?))?\s(?P<side>over|voor)\s(?P<half>half\s)?"
    rf"|(?P<alone>half\s))(?P<hour>{_HOUR}\b|\d{{1,2}}(?![\w.:]\w))(?:\suur\b)?"
)
_SAID = re.compile(rf"(?P<at>\bom\s(?:ongeveer\s|circa\s)?)?\b(?P<hour>{_HOUR})\suur\b")
_PART_WORDS = re.compile(
    rf"(?<!\w)'s\s?(?P<genitive>{_PART})s\b|\bin\sde\s(?P<inside>{_PART})\b|\b(?P<bare>ochtend|namiddag|middag|avond)\b"
    r"|\b(?:de\s)?(?P<whole>(?:ge)?hele\sdag)\b"
)
_LEFT = re.compile(rf"(?:^|[\n:(|\[•·,;>]|\b(?:op|van|vanaf|tussen|data|datum|dagen|zijn|is|en|periode|t/m|{_LONG}))\s{{0,2}}$")
_NOT_A_MORNING = re.compile(r"(?:\b(?:de|goede|goeden|deze|vroege|elke|iedere|hele)\s|'s\s)$")
_OPEN = frozenset({"t/m", "tm", "t.m.", "tot", "-", "--", "–", "—"})
_DAYS_IN_MONTH = 31
_MINUTES, _NOON = 60, 12


def words_in(text: str, today: date) -> list[Words]:
    """Every word about time in a text in small letters, in order, none inside another."""
    found: list[Words] = [
        *_dates(text),
        *_numbers(text),
        *_relative(text, today),
        *_named(text, today),
        *_clocks(text),
    ]
    # What begins first counts, and of two that begin together the longer one.
    found.sort(key=lambda words: (words.start, -words.end))
    kept: list[Words] = []
    for words in found:
        if not kept or words.start >= kept[-1].end:
            kept.append(words)
    return kept


def month_of(name: str) -> int:
    return MONTHS[name[:3]]


def weekday_of(name: str | None) -> int | None:
    return WEEKDAYS[name[:2]] if name else None


def part_of(name: str | None) -> Part | None:
    """The part of the day that a word ends with: "donderdagavond" is an evening."""
    if not name:
        return None
    return next((part for word, part in _PARTS.items() if name.rstrip(".").endswith(word)), None)


def _dates(text: str) -> Iterator[DayWords]:
    for hit in _DATE.finditer(text):
        last = _written(hit)
        part = part_of(hit["weekday"])
        start = hit.start() + len(hit["before"] or "")
        if not hit["before"]:
            yield DayWords(start, hit.end(), (last,), part=part)
            continue
        ones = [(weekday_of(day), int(number), mark) for day, number, mark in _ONE.findall(hit["before"])]
        marks = {mark.replace(" ", "") for _, _, mark in ones}
        days = [Written(number, last.month, last.year, weekday) for weekday, number, _ in ones]
        spelled = not marks.isdisjoint({"t/m", "tm", "t.m.", "totenmet"})
        if not spelled and not _LEFT.search(text, max(hit.start() - 14, 0), hit.start()):
            # A number that only happens to stand before the date: "zaal 3, 7 januari".
            yield DayWords(start, hit.end(), (last,), part=part)
        elif len(days) == 1 and (marks & _OPEN or spelled or text[: hit.start()].endswith("tussen ")):
            yield DayWords(hit.start(), hit.end(), (days[0],), until=last, part=part)
        elif not marks & _OPEN and not spelled and [each.day for each in days] == sorted({d.day for d in days}):
            if days[-1].day < last.day:
                yield DayWords(hit.start(), hit.end(), (*days, last), part=part)
    for hit in _MONTH_FIRST.finditer(text):
        sure = bool(hit["year"] or (hit["weekday"] and len(hit["weekday"]) > 3))  # noqa: PLR2004 - "do." is a word too
        yield DayWords(hit.start(), hit.end(), (_written(hit),), sure=sure)


def _numbers(text: str) -> Iterator[DayWords]:
    for hit in _NUMBERS.finditer(text):
        weekday = hit["weekday"] or ""
        long = weekday.startswith(("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"))
        whole = len(hit["year"] or "") == 4 or (bool(hit["year"]) and hit["mark"] == "-")  # noqa: PLR2004
        yield DayWords(hit.start(), hit.end(), (_written(hit, numbers=True),), sure=long or whole, part=part_of(weekday))
    for hit in _ISO.finditer(text):
        yield DayWords(hit.start(), hit.end(), (Written(int(hit["day"]), int(hit["month"]), int(hit["year"])),))


def _written(hit: re.Match[str], *, numbers: bool = False) -> Written:
    month = int(hit["month"]) if numbers else month_of(hit["month"])
    return Written(int(hit["day"]), month, year_of(hit["year"]), weekday_of(hit["weekday"]))


def _relative(text: str, today: date) -> Iterator[DayWords]:
    for hit in _RELATIVE.finditer(text):
        weekday, before, after = WEEKDAYS[hit["weekday"][:2]], hit["before"] or "", (hit["after"] or "").strip()
        part, recurring = part_of(hit["part"]), before in {"elke", "iedere"} or bool(hit["weekly"])
        if before == "volgende" and not hit["week"]:
            # Some mean the coming one, others the one after it.
            continue
        if before in {"vorige", "afgelopen"}:
            day = weekday_in_week(weekday, today, -1) if hit["week"] else next_weekday(weekday, today) - timedelta(weeks=1)
            day = day - timedelta(weeks=1) if day >= today else day
        elif hit["week"] or after.endswith("week"):
            ahead = "volgende" in {before, *after.split()}
            day = weekday_in_week(weekday, today, int(ahead))
            if after.startswith("over"):
                day = _a_week_on(weekday, today)
        else:
            day = next_weekday(weekday, today)
        sure = bool(before or after or hit["weekly"])
        yield DayWords(hit.start(), hit.end(), (Written(fixed=day),), sure=sure, part=part, recurring=recurring)
    for hit in _SHORT_ALONE.finditer(text):
        day = next_weekday(WEEKDAYS[hit["weekday"][:2]], today)
        yield DayWords(hit.start(), hit.end(), (Written(fixed=day),), sure=False)


def _a_week_on(weekday: int, today: date) -> date:
    """ "Dinsdag over een week": a week after that day of this week, or of the next when it has passed."""
    this = weekday_in_week(weekday, today, 0)
    return this + timedelta(weeks=1 if this >= today else 2)


def _named(text: str, today: date) -> Iterator[DayWords]:
    for hit in _COUNTED.finditer(text):
        weekday = None if hit["weekday"] == "dag" else weekday_of(hit["weekday"])
        month = month_of(hit["month"]) if hit["month"] else None
        counts = [ORDINALS[name] for name in (hit["nth"], hit["other"]) if name]
        if hit["year"] and month:
            days = [nth_day(count, weekday, int(hit["year"]), month) for count in counts]
        else:
            days = [next_nth_day(count, weekday, month, today) for count in counts]
        known = sorted(day for day in days if day is not None)
        if known:
            recurring = bool(hit["each"] or hit["any"])
            chosen = known[:1] if recurring else known
            written = tuple(Written(fixed=day) for day in chosen)
            yield DayWords(hit.start(), hit.end(), written, part=part_of(hit["weekday"]), recurring=recurring)
    yield from _near(text, today)
    for hit in _HOLIDAY.finditer(text):
        name = hit["name"]
        found = holiday(name, int(hit["year"])) if hit["year"] else next_holiday(name, today)
        if found is not None:
            sure = bool(hit["year"]) or name.endswith("dag")
            yield DayWords(hit.start(), hit.end(), (Written(fixed=found),), sure=sure)
    for hit in _SPAN.finditer(text):
        if bool(hit["ahead"]) != bool(hit["ago"]):
            count = int(hit["count"]) if hit["count"].isdigit() else _HOURS[hit["count"]]
            day = today + timedelta(weeks=-count if hit["ago"] else count)
            yield DayWords(hit.start(), hit.end(), (Written(fixed=day),), sure=False)
    for hit in _OF_MONTH.finditer(text):
        number = 1 if hit["first"] else int(hit["day"])
        ahead = (today + timedelta(days=each) for each in range(2 * _DAYS_IN_MONTH))
        yield DayWords(
            hit.start(), hit.end(), (Written(fixed=next(day for day in ahead if day.day == number)),), sure=False
        )


def _near(text: str, today: date) -> Iterator[DayWords]:
    for hit in _NEAR.finditer(text):
        word = hit["word"]
        if word == "morgen" and _NOT_A_MORNING.search(text, max(hit.start() - 10, 0), hit.start()):
            continue
        shift = {"over": 2, "eerg": -2, "gist": -1, "morg": 1}.get(word[:4], 0)
        part = part_of(hit["this"] or hit["past"] or hit["past2"] or hit["next"] or hit["this2"])
        yield DayWords(
            hit.start(), hit.end(), (Written(fixed=today + timedelta(days=shift)),), sure=word != "vandaag", part=part
        )


def _clocks(text: str) -> Iterator[ClockWords | PartWords]:
    for hit in _CLOCK.finditer(text):
        hour, minute = int(hit["hour"]), int(hit["minute"] or hit["after"] or 0)
        unit = (hit["unit"] or "").replace(".", "")
        part = {"am": Part.MORNING, "pm": Part.EVENING}.get(unit)
        if hit["minute"] is not None or (hour > _NOON and (unit or hit["after"])):
            how = How.DIGITS
        else:
            how = How.HOUR if unit or hit["after"] else How.BARE
        yield ClockWords(hit.start(), hit.end(), hour, minute, how, part)
    for hit in _SPOKEN.finditer(text):
        hour = _HOURS.get(hit["hour"]) or int(hit["hour"])
        minutes = hour * _MINUTES - (30 if hit["half"] or hit["alone"] else 0)
        if hit["count"]:
            count = _COUNTS.get(hit["count"]) or int(hit["count"])
            minutes += count if hit["side"] == "over" else -count
        if 0 < minutes < 24 * _MINUTES:
            how = How.SPOKEN if hour <= _NOON else How.DIGITS
            yield ClockWords(hit.start(), hit.end(), minutes // _MINUTES, minutes % _MINUTES, how)
    for hit in _SAID.finditer(text):
        # "Een uur" without "om" is as good as always how long something takes.
        if hit["hour"] != "een" or hit["at"]:
            start = hit.start("hour")
            yield ClockWords(start, hit.end(), _HOURS[hit["hour"]], 0, How.SPOKEN)
    for hit in _PART_WORDS.finditer(text):
        yield PartWords(hit.start(), hit.end(), part_of(hit["genitive"] or hit["inside"] or hit["bare"]))
