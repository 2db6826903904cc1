"""Days that people say in sentences and no agenda writes. Pure, in small letters; part of the table of phrases.

"Op de vijfde december", "elke maandag en woensdag", "over drie dagen", "komend weekend", "donderdag de 10e".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from crawler.reading.date_words import MONTH_NAME, month_of
from crawler.reading.dutch_calendar import ORDINALS, WEEKDAYS, Written, next_nth_day
from crawler.reading.tenses import is_past, is_present, sentence_around
from crawler.reading.time_words import PART, DayWords, part_of

SENTENCES = 200
"""So many hits of one sort are looked at; what names more days than that is no report."""
DAY = "(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
_SHORT = "(?:ma|di|wo|do|vr|za|zo)"
_UNITS = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien",
          "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")  # fmt: skip
_ORDINALS = {
    "eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "vijfde": 5, "zesde": 6, "zevende": 7, "achtste": 8,
    "negende": 9, "tiende": 10, "elfde": 11, "twaalfde": 12, "twintigste": 20, "dertigste": 30,
}  # fmt: skip
_TWENTIES = {
    f"{name}{'ën' if name.endswith('e') else 'en'}twintig": 20 + number for number, name in enumerate(_UNITS[:9], 1)
}
_COUNTS = {
    **{name: number for number, name in enumerate(_UNITS, 1)}, **_TWENTIES, "één": 1, "twintig": 20, "dertig": 30,
    "eenendertig": 31,
}  # fmt: skip
_NUMBERS = _COUNTS | _ORDINALS


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SPELLED = re.compile(rf"\b(?P<day>{_any(_NUMBERS)})\s(?P<month>{MONTH_NAME})(?:\s(?P<year>20\d\d)\b)?")
_EACH = re.compile(
    rf"\b(?:(?:elke|iedere|wekelijks\sop|elke\sweek\sop|iedere\sweek\sop)\s(?:{DAY}|{_SHORT}\b)(?:{PART})?-?"
    rf"(?:(?:,\s(?:en\s)?|\sen\s|\sof\s)(?:op\s)?{DAY}(?:{PART})?-?){{0,5}}"
    rf"|op\s{DAY}(?:{PART})?en\b(?!\sen\b|,)|(?:'s\s)?{DAY}s\b(?!\s(?:en|of)\b))"
)
_ONE_DAY = re.compile(rf"(?P<day>{DAY}|\b{_SHORT}\b)(?P<part>{PART})?")
_NTH = re.compile(
    rf"\b(?:maandelijks|elke maand|iedere maand)\sop\s(?:de\s|elke\s)?(?P<nth>{'|'.join(ORDINALS)})\s"
    rf"(?P<first>{DAY})(?P<part>{PART})?\b"
)
_IN_MONTH = re.compile(rf"\s(?:in|van)\s(?P<month>{MONTH_NAME})")
_SPAN = rf"over\s(?:precies\s)?(?P<count>\d{{1,2}}|{_any(_COUNTS)})\s(?P<unit>dag(?:en)?|week|weken)\b"
_OVER = re.compile(rf"\b(?:(?P<from>{DAY}|vandaag)(?P<part>{PART})?\s)?{_SPAN}")
_WEEKEND = re.compile(r"\b(?:dit|komend|aanstaand|aankomend)\sweekend\b")
_OF_MONTH = re.compile(
    rf"(?:\b(?P<weekday>{DAY})(?P<part>{PART})?\s|\bop\s)de\s(?P<day>[12]?\d|3[01])(?:e|de|ste)\b(?!\s{MONTH_NAME}|\s?-)"
)
_CLOCK_BEHIND = re.compile(r",?\s(?:om|van|vanaf|tussen)\s\w|,?\s\d{1,2}[.:]\d\d")
_NO_DAY = (Written(),)
"""What settles to nothing: the words are understood, and fit no day."""
_AHEAD = 62


def said_days(lowered: str, today: date) -> list[DayWords]:
    """All of them, in no order."""
    sorts = (_spelled(lowered), _each(lowered, today), _over(lowered, today), _weekends(lowered, today))
    return [each for sort in (*sorts, _of_month(lowered, today)) for each in islice(sort, SENTENCES)]


def _spelled(lowered: str) -> Iterator[DayWords]:
    for hit in islice(_SPELLED.finditer(lowered), SENTENCES):
        before = lowered[max(hit.start() - 12, 0) : hit.start()]
        # "Een mei" and "twee april" may be anything.
        if re.search(rf"\b(?:op|de|op de|{DAY})\s$", before):
            year = int(hit["year"]) if hit["year"] else None
            yield DayWords(hit.start(), hit.end(), (Written(_NUMBERS[hit["day"]], month_of(hit["month"]), year),))


def _each(lowered: str, today: date) -> Iterator[DayWords]:
    """What comes back has its first time today or later."""
    for hit in islice(_EACH.finditer(lowered), SENTENCES):
        if not is_past(lowered[slice(*sentence_around(lowered, hit.start(), hit.end()))]):
            since = _first_of(_IN_MONTH.match(lowered, hit.end()), today)
            named = list(_ONE_DAY.finditer(hit[0]))
            days = [since + timedelta(days=(WEEKDAYS[one["day"][:2]] - since.weekday()) % 7) for one in named]
            part = part_of(next((one["part"] for one in named if one["part"]), None))
            written = tuple(Written(fixed=day) for day in days)
            yield DayWords(hit.start(), hit.end(), written, part=part, recurring=True)
    for hit in islice(_NTH.finditer(lowered), SENTENCES):
        day = next_nth_day(ORDINALS[hit["nth"]], WEEKDAYS[hit["first"][:2]], None, today)
        if day is not None:
            yield DayWords(hit.start(), hit.end(), (Written(fixed=day),), part=part_of(hit["part"]), recurring=True)


def _first_of(named: re.Match[str] | None, today: date) -> date:
    """From when "elke woensdag in december" counts: the first of that month, or today when nothing is said."""
    month = month_of(named["month"]) if named else today.month
    return today if month == today.month else date(today.year + (month < today.month), month, 1)


def _over(lowered: str, today: date) -> Iterator[DayWords]:
    """As in "over drie dagen begint de cursus", where it begins a sentence; "woensdag over twee weken" anywhere."""
    for hit in islice(_OVER.finditer(lowered), SENTENCES):
        count = int(hit["count"]) if hit["count"].isdigit() else _COUNTS[hit["count"]]
        ahead = timedelta(weeks=count) if hit["unit"].startswith("we") else timedelta(days=count)
        day = today
        if hit["from"] and hit["from"] != "vandaag":
            day += timedelta(days=(WEEKDAYS[hit["from"][:2]] - today.weekday()) % 7)
        elif not hit["from"]:
            before = lowered[max(hit.start() - 2, 0) : hit.start()].strip(" \"'")
            behind = re.match(r",?\s(?:op\s.{0,30}\d|\w+)", lowered[hit.end() : hit.end() + 40])
            verb = behind is not None and (is_present(behind[0]) or behind[0][-1].isdigit())
            if (before and before not in ".!?\n") or not verb:
                continue
        yield DayWords(hit.start(), hit.end(), (Written(fixed=day + ahead),), part=part_of(hit["part"]))


def _weekends(lowered: str, today: date) -> Iterator[DayWords]:
    """Saturday and Sunday, in a sentence of what is to come. On a Sunday nobody knows which one is meant."""
    for hit in islice(_WEEKEND.finditer(lowered), SENTENCES):
        sentence = lowered[slice(*sentence_around(lowered, hit.start(), hit.end()))]
        sunday = today + timedelta(days=6 - today.weekday())
        if sunday != today and is_present(sentence) and not is_past(sentence):
            saturday = sunday - timedelta(days=1)
            yield DayWords(hit.start(), hit.end(), (Written(fixed=saturday),), until=Written(fixed=sunday))


def _of_month(lowered: str, today: date) -> Iterator[DayWords]:
    """Such as "donderdag de 10e", the next one that is a Thursday; "op de 10e" needs a time behind it."""
    for hit in islice(_OF_MONTH.finditer(lowered), SENTENCES):
        weekday = WEEKDAYS[hit["weekday"][:2]] if hit["weekday"] else None
        if weekday is None and not _CLOCK_BEHIND.match(lowered, hit.end()):
            continue
        ahead = (today + timedelta(days=each) for each in range(_AHEAD))
        fits = (day for day in ahead if day.day == int(hit["day"]) and weekday in {None, day.weekday()})
        day = next(fits, None)
        written = (Written(fixed=day),) if day else _NO_DAY
        start = hit.start() if weekday is not None else hit.start() + len("op ")
        yield DayWords(start, hit.end(), written, part=part_of(hit["part"]))
