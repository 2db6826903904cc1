"""The words in a text that say a day: the table of phrases. What they mean together is settled in `event_dates.py`.

The patterns are bounded, so that no text makes them slow, and each begins with something that is rare in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from crawler.reading.clock_words import HOURS, clocks_in
from crawler.reading.dutch_calendar import (
    HOLIDAY_STEMS,
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
from crawler.reading.time_words import PART, DayWords, Words, part_of

_LONG = "(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
_WEEKDAY = (
    rf"\b(?:{_LONG}{PART}?|woens|vrij|woe|zat|zon|maand|dinsd|woensd|donderd|vrijd|zaterd|zond"
    r"|ma|di|wo|do|vr|za|zo)\b\.?"
)
_MONTH = (
    r"(?:januari|jan|februari|febr|feb|maart|mrt|mar|april|apr|mei|juni|jun|juli|jul|augustus|aug|september|sept|sep"
    r"|oktober|okt|oct|november|nov|december|dec)\b(?!-(?!(?:maan|dins|woens|donder|vrij|zater|zon)dag)[a-z]{3})\.?"
)
"""Not the first half of another word, as in "mei-kevers"."""
MONTH_NAME = _MONTH
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_NTH = r"(?:e|de|ste)?"
_THEN = r"(?:[.,]?\s{0,2}|-)"
_YEAR = r"(?:(?:19|20)\d\d(?!\d|:\d|\s?(?:uur|u|h)\b)|'\d\d\b)"
_JOIN = r"(?:,\s?en|,|en|&|\+|/|t/m|t\.?m\.?|tot\sen\smet|tot|--?|[–—])"

_DATE = re.compile(
    rf"(?P<before>(?:(?:{_WEEKDAY}[\s,]{{1,2}})?\b{_DAY}{_NTH}\s{{0,2}}{_JOIN}\s{{0,2}}){{1,15}})?"
    rf"(?:(?P<weekday>{_WEEKDAY})[\s,]{{1,3}}(?:de\s)?)?\b(?P<day>{_DAY}){_NTH}{_THEN}(?P<month>{_MONTH})"
    rf"(?:(?:[\s,.-]{{1,3}}|\svan\shet\sjaar\s)(?P<year>{_YEAR}))?(?:,?\s(?:a\.\s?s\.|aanstaande))?"
)
_MONTH_FIRST = re.compile(
    rf"(?:(?P<weekday>{_WEEKDAY})[\s,]{{1,3}})?\b(?P<month>{_MONTH})\s{{1,2}}(?P<day>{_DAY})\b(?![.:]\d|-\d)"
    rf"(?:,?\s{{1,2}}(?P<year>{_YEAR}))?(?!\s?(?:uur|u\b|%|jaar))"
)
_NUMBERS = re.compile(
    rf"(?<![\w.,:/€-])(?P<day>{_DAY})(?P<mark>[-/.])(?P<month>1[0-2]|0?[1-9])"
    rf"(?:(?P=mark)(?P<year>(?:19|20)?\d\d))?(?![\w%])(?![-/.,:]\d)(?!\s{{1,2}}{_MONTH})"
)
_NUMBER = re.compile(r"(?<![\d.,:])\d\d?(?!\d)")
_THEN_MONTH = re.compile(rf"{_NTH}{_THEN}{_MONTH}")
_AFTER_MONTH = re.compile(rf"\b{_MONTH}\s{{1,2}}$")
_WEEKDAY_BEFORE = re.compile(rf"\b(?P<weekday>{_WEEKDAY})[\s,]{{1,3}}$")
_LONG_DAY = re.compile(_LONG)
_WEEKDAY_ENDS = re.compile(r"(?:maan|dins|woens|donder|vrij|zater|zon|\b)dag$")
_WEEKS = re.compile(r"we(?:ek|ken)\b")
_ISO = re.compile(
    r"(?<![\w/-])(?P<year>(?:19|20)\d\d)(?P<mark>[-/])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?:(?![\w/-])|t(?=\d\d:))"
)
_ONE = re.compile(rf"(?:({_WEEKDAY})[\s,]{{1,2}})?\b({_DAY}){_NTH}\s{{0,2}}({_JOIN})")

_COUNTED = re.compile(
    rf"(?:\b(?P<each>elke|iedere)\s)?(?:\bde\s)?\b(?P<nth>{'|'.join(ORDINALS)})\s(?:en\s(?P<other>{'|'.join(ORDINALS)})\s)?"
    rf"(?P<weekday>{_LONG}{PART}?|dag)\s(?:in|van)\s(?:(?P<any>de\smaand|elke\smaand|iedere\smaand)\b"
    rf"|(?P<month>{_MONTH})(?:\s(?P<year>(?:19|20)\d\d)\b)?)"
)
_BEFORE = (
    r"komende|aankomende|aanstaande|eerstvolgende|eerstkomende|a\.?s\.?|deze|dit|afgelopen|vorige|volgende|elke|iedere"
)
_RELATIVE = re.compile(
    rf"(?:\b(?P<before>{_BEFORE})\s(?P<week>week\s)?|\b(?P<weekly>wekelijks\sop)\s)?\b(?P<weekday>{_LONG})(?P<part>{PART})?\b"
    r"(?P<after>\s(?:a\.\s?s\.|aanstaande|(?:van\s)?deze\sweek|(?:van\s)?volgende\sweek|over\seen\sweek))?"
)
_COMING = frozenset({"komende", "aankomende", "aanstaande", "a.s.", "as", "eerstvolgende", "eerstkomende"})
_SHORT_ALONE = re.compile(r"(?<![\w.])(?P<weekday>ma|di|woe?|do|vr|zat?|zon?)\.(?!\w)")
_NEAR = re.compile(
    rf"(?<![\w-])(?P<word>vandaag|overmorgen(?P<after>{PART})?|eergisteren|(?:van|heden)(?P<this>{PART})|gisteren(?P<past>{PART})?"
    rf"|gister(?P<past2>{PART})|morgen(?P<next>{PART})?|deze\s(?P<this2>{PART})|op\sdeze\sdag)(?![\w-])"
)
_NEAR_STEMS = ("daag", "morgen", "gister", "ochtend", "middag", "avond", "nacht", "deze dag")
_NAMES = "|".join(sorted(HOLIDAYS, key=len, reverse=True))
_HOLIDAY = re.compile(
    rf"(?<![\w-])(?<!\bna\s)(?<!\bvoor\s)(?<!\brond\s)(?P<name>{_NAMES})(?:\s(?P<year>20\d\d))?(?![\w-])"
)
_SPAN = re.compile(
    r"\b(?:(?P<ahead>over|in)\s)?(?P<count>\d{1,2}|een|één|twee|drie|vier|vijf|zes)\swe(?:ek|ken)(?P<ago>\sgeleden)?\b"
)
_OF_MONTH = re.compile(rf"op de (?:(?P<day>{_DAY})(?:e|de|ste)|(?P<first>eerste))(?!\w|\s\w)")

_LEFT = re.compile(
    r"(?:^|[\n:(|\[•·,;>]|\b(?:op|van|vanaf|tussen|data|datum|dagen|zijn|is|en|voor|periode|t/m|avonden|middagen|ochtenden"
    rf"|(?:op|de|zijn)\sde|{_LONG}(?:en)?))\s{{0,2}}$"
)
_NOT_A_MORNING = re.compile(r"(?:\b(?:de|goede|goeden|deze|vroege|elke|iedere|hele|op)\s|'s\s)$")
_OPEN = frozenset({"t/m", "tm", "t.m.", "totenmet", "tot", "-", "--", "–", "—"})
_SPELLED = frozenset({"t/m", "tm", "t.m.", "totenmet"})
_DAYS_IN_MONTH = 31
_PREFIX, _SUFFIX, _MONTH_LENGTH, _AROUND = 160, 40, 12, 45
_BEFORE_DAY, _BEHIND_DAY = 50, 250
MOST = 500
"""Words of one sort that are looked at; no honest text has so many days in it."""
SHORT = 60
"""Characters of a text that may be no more than a time."""


def words_in(text: str, today: date, more: Iterable[DayWords] = ()) -> list[Words]:
    """Every word about time in a text in small letters, in order, none inside another.

    Times are looked for around days only, or when there is no day and the text is short. `more` are days that somebody
    else found; of two readings of one stretch theirs counts.
    """
    sorts = (more, _dates(text), _numbers(text), _around_weekdays(text, today), _named(text, today))
    days = _kept([words for sort in sorts for words in islice(sort, MOST)])
    if not days:
        return _kept(clocks_in(text, 0, len(text))) if len(text) <= SHORT else []
    found: list[Words] = list(days)
    reached = 0
    for day in days:
        start, stop = max(day.start - _BEFORE_DAY, reached), day.end + _BEHIND_DAY
        if start < stop:
            found += clocks_in(text, start, stop)
            reached = stop
    return _kept(found)


def _kept(found: Iterable[Words]) -> list[Words]:
    """What begins first counts, and of two that begin together the longer one."""
    kept: list[Words] = []
    for words in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or words.start >= kept[-1].end:
            kept.append(words)
    return kept


def month_of(name: str) -> int:
    return MONTHS[name[:3]]


def weekday_of(name: str | None) -> int | None:
    return WEEKDAYS[name[:2]] if name else None


def _dates(text: str) -> Iterator[DayWords]:
    """A number and the name of a month. It is the numbers that are looked for: they are rarer than letters."""
    reached = 0
    for number in _NUMBER.finditer(text):
        if number.start() < reached:
            continue
        if _THEN_MONTH.match(text, number.end()):
            window = max(number.start() - _PREFIX, reached)
            hits = _DATE.finditer(text, window, number.end() + _SUFFIX)
            hit = next((each for each in hits if each.end() > number.end()), None)
            if hit is not None:
                reached = hit.end()
                yield from _one_date(text, hit)
        elif _AFTER_MONTH.search(text, max(number.start() - _MONTH_LENGTH, reached), number.start()):
            window = max(number.start() - 2 * _MONTH_LENGTH, reached)
            hit = _MONTH_FIRST.search(text, window, number.end() + _SUFFIX)
            if hit is not None and hit.end() >= number.end():
                reached = hit.end()
                sure = bool(hit["year"] or (hit["weekday"] and len(hit["weekday"]) > 3))  # noqa: PLR2004 - not "do."
                yield DayWords(hit.start(), hit.end(), (_written(hit),), sure=sure)


def _one_date(text: str, hit: re.Match[str]) -> Iterator[DayWords]:
    last, part = _written(hit), part_of(hit["weekday"])
    start = hit.start() + len(hit["before"] or "")
    if not hit["before"]:
        yield DayWords(start, hit.end(), (last,), part=part)
        return
    ones = [(weekday_of(day), int(number), mark) for day, number, mark in _ONE.findall(hit["before"])]
    marks = {mark.replace(" ", "") for _, _, mark in ones}
    days = [Written(number, last.month, last.year, weekday) for weekday, number, _ in ones]
    spelled = not marks.isdisjoint(_SPELLED)
    if not spelled and not _LEFT.search(text, max(hit.start() - 14, 0), hit.start()):
        # A number that only happens to stand before the date: "zaal 3, 7 januari".
        yield DayWords(start, hit.end(), (last,), part=part)
    elif len(days) == 1 and (marks & _OPEN or text[: hit.start()].endswith("tussen ")):
        yield DayWords(hit.start(), hit.end(), (days[0],), until=last, part=part)
    elif not marks & _OPEN or (len(days) > 1 and marks == {"-"}):
        numbers = [each.day for each in days] + [last.day]
        if numbers == sorted(set(numbers)):
            yield DayWords(hit.start(), hit.end(), (*days, last), part=part)


def _numbers(text: str) -> Iterator[DayWords]:
    for hit in _NUMBERS.finditer(text):
        before = _WEEKDAY_BEFORE.search(text, max(hit.start() - 20, 0), hit.start())
        weekday = before["weekday"] if before else ""
        whole = len(hit["year"] or "") == 4 or (bool(hit["year"]) and hit["mark"] == "-")  # noqa: PLR2004
        month, year = int(hit["month"]), year_of(hit["year"])
        written = Written(int(hit["day"]), month, year, weekday_of(weekday))
        sure, start = whole or _LONG_DAY.match(weekday) is not None, before.start() if before else hit.start()
        yield DayWords(start, hit.end(), (written,), sure=sure, part=part_of(weekday))
    for hit in _ISO.finditer(text):
        yield DayWords(hit.start(), hit.end(), (Written(int(hit["day"]), int(hit["month"]), int(hit["year"])),))


def _written(hit: re.Match[str]) -> Written:
    return Written(int(hit["day"]), month_of(hit["month"]), year_of(hit["year"]), weekday_of(hit["weekday"]))


def _around_weekdays(text: str, today: date) -> Iterator[DayWords]:
    """What is said about a weekday: the coming one, the third of a month, each one."""
    place = -1
    while (place := text.find("dag", place + 1)) >= 0:
        if not _WEEKDAY_ENDS.search(text, max(place - 6, 0), place + 3):
            continue
        start, stop = max(place - _AROUND, 0), place + _AROUND
        for hit in _COUNTED.finditer(text, start, stop):
            if hit.start("weekday") <= place < hit.end("weekday"):
                yield from _counted(hit, today)
        for hit in _RELATIVE.finditer(text, start, stop):
            if hit.start("weekday") <= place < hit.end("weekday"):
                yield from _relative(hit, today)
    if len(text) <= SHORT:
        for hit in _SHORT_ALONE.finditer(text):
            day = next_weekday(WEEKDAYS[hit["weekday"][:2]], today)
            yield DayWords(hit.start(), hit.end(), (Written(fixed=day),), sure=False)


def _relative(hit: re.Match[str], today: date) -> Iterator[DayWords]:
    weekday, before, after = WEEKDAYS[hit["weekday"][:2]], hit["before"] or "", (hit["after"] or "").strip()
    if (before == "volgende" and not hit["week"]) or (hit["week"] and before in _COMING):
        # Some mean the coming one, others the one after it.
        return
    if before in {"vorige", "afgelopen"}:
        day = weekday_in_week(weekday, today, -1) if hit["week"] else next_weekday(weekday, today) - timedelta(weeks=1)
        day = day - timedelta(weeks=1) if day >= today else day
    elif after.startswith("over"):
        day = _a_week_on(weekday, today)
    elif hit["week"] or after.endswith("week"):
        day = weekday_in_week(weekday, today, int("volgende" in {before, *after.split()}))
    else:
        day = next_weekday(weekday, today)
    recurring = before in {"elke", "iedere"} or bool(hit["weekly"])
    yield DayWords(
        hit.start(),
        hit.end(),
        (Written(fixed=day),),
        sure=bool(before or after or hit["weekly"]),
        part=part_of(hit["part"]),
        recurring=recurring,
    )


def _counted(hit: re.Match[str], today: date) -> Iterator[DayWords]:
    weekday = None if hit["weekday"] == "dag" else weekday_of(hit["weekday"])
    month = month_of(hit["month"]) if hit["month"] else None
    counts = [ORDINALS[name] for name in (hit["nth"], hit["other"]) if name]
    if hit["year"] and month:
        days = [nth_day(count, weekday, int(hit["year"]), month) for count in counts]
    else:
        days = [next_nth_day(count, weekday, month, today) for count in counts]
    known = sorted(day for day in days if day is not None)
    recurring = bool(hit["each"] or hit["any"])
    written = tuple(Written(fixed=day) for day in (known[:1] if recurring else known))
    if written:
        yield DayWords(hit.start(), hit.end(), written, part=part_of(hit["weekday"]), recurring=recurring)


def _a_week_on(weekday: int, today: date) -> date:
    """What "dinsdag over een week" is: a week after that day of this week, or of the next when it has passed."""
    this = weekday_in_week(weekday, today, 0)
    return this + timedelta(weeks=1 if this >= today else 2)


def _named(text: str, today: date) -> Iterator[DayWords]:
    yield from _near(text, today)
    if any(stem in text for stem in HOLIDAY_STEMS):
        for hit in _HOLIDAY.finditer(text):
            name = hit["name"]
            found = holiday(name, int(hit["year"])) if hit["year"] else next_holiday(name, today)
            if found is not None:
                sure = bool(hit["year"]) or name.endswith("dag")
                yield DayWords(hit.start(), hit.end(), (Written(fixed=found),), sure=sure)
    for end in _WEEKS.finditer(text):
        span = _SPAN.search(text, max(end.start() - 12, 0), end.end() + 8)
        if span is not None and bool(span["ahead"]) != bool(span["ago"]):
            count = int(span["count"]) if span["count"].isdigit() else HOURS[span["count"]]
            day = today + timedelta(weeks=-count if span["ago"] else count)
            yield DayWords(span.start(), span.end(), (Written(fixed=day),), sure=False)
    for hit in _OF_MONTH.finditer(text):
        number = 1 if hit["first"] else int(hit["day"])
        ahead = (today + timedelta(days=each) for each in range(2 * _DAYS_IN_MONTH))
        day = next(day for day in ahead if day.day == number)
        yield DayWords(hit.start(), hit.end(), (Written(fixed=day),), sure=False)


def _near(text: str, today: date) -> Iterator[DayWords]:
    if not any(stem in text for stem in _NEAR_STEMS):
        return
    for hit in _NEAR.finditer(text):
        word = hit["word"]
        if word == "morgen" and _NOT_A_MORNING.search(text, max(hit.start() - 10, 0), hit.start()):
            continue
        shift = {"over": 2, "eerg": -2, "gist": -1, "morg": 1}.get(word[:4], 0)
        part = part_of(hit["this"] or hit["past"] or hit["past2"] or hit["next"] or hit["this2"] or hit["after"])
        yield DayWords(
            hit.start(), hit.end(), (Written(fixed=today + timedelta(days=shift)),), sure=word != "vandaag", part=part
        )
