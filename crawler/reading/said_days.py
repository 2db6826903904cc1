"""Days that people say in sentences and no agenda writes. Pure, in small letters; part of the table of phrases.

"Op de vijfde december", "elke maandag en woensdag", "over drie dagen", "komend weekend", "donderdag de 10e".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from crawler.reading.date_words import MONTH_NAME, month_of
from crawler.reading.dutch_calendar import ORDINALS, WEEKDAYS, Written, next_holiday, next_nth_day
from crawler.reading.tenses import is_past, is_present, sentence_around
from crawler.reading.time_words import PART, DayWords, part_of

SENTENCES = 200
"""So many hits of one sort are looked at; what names more days than that is no report."""
DAY = "(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
_SHORT = "(?:ma|di|wo|do|vr|za|zo)"
_UNITS = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien",
          "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")  # fmt: skip
_ORDINALS = {
    "eerste": 1, "derde": 3, "achtste": 8, "twintigste": 20, "dertigste": 30, "eenendertigste": 31,
    **{f"{name}de": number for number, name in enumerate(_UNITS, 1) if name not in {"een", "drie", "acht"}},
}  # fmt: skip
_TWENTIES = {
    f"{name}{'ën' if name.endswith('e') else 'en'}twintig": 20 + number for number, name in enumerate(_UNITS[:9], 1)
}
_COUNTS = {
    **{name: number for number, name in enumerate(_UNITS, 1)}, **_TWENTIES, "één": 1, "twintig": 20, "dertig": 30,
    "eenendertig": 31,
}  # fmt: skip
_NUMBERS = _COUNTS | _ORDINALS | {f"{name}ste": number for name, number in _TWENTIES.items()}
_MONTH_STEMS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_BEFORE_MONTH, _BEHIND_MONTH = 70, 20
_MAY_BE_ANYTHING = frozenset({"een", "één", "twee", "eerste", "tweede"})
"""Before the name of a month: "een mei" is no day, unless "op" or the like stands before it."""


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SPELLED = re.compile(
    rf"(?:\b(?P<weekday>{DAY})\s(?:de\s)?)?\b(?:(?P<first>{_any(_NUMBERS)})\s(?P<join>en|tot\sen\smet|t/m|tot|-)\s)?"
    rf"(?P<day>{_any(_NUMBERS)})\s(?P<month>{MONTH_NAME})(?:\s(?P<year>20\d\d)\b)?"
)
_EACH = re.compile(
    rf"\b(?:(?:elke|iedere|wekelijks\sop|elke\sweek\sop|iedere\sweek\sop)\s(?:{DAY}|{_SHORT}\b)(?:{PART})?-?"
    rf"(?:(?:,\s(?:en\s)?|\sen\s|\sof\s)(?:op\s)?{DAY}(?:{PART})?-?){{0,5}}"
    rf"|op\s{DAY}(?:,\s{DAY}){{0,4}}\sen\s{DAY}(?=\s[^.!?\n]{{0,60}}\bvan\s\d{{1,2}}(?:[.:]\d\d)?\stot\s)"
    rf"|op\s{DAY}(?:{PART})?en\b(?!\sen\b|,)|(?:'s\s)?{DAY}s\b(?!\s(?:en|of)\b))"
)
_EACH_STEMS = re.compile("dag en |elke|iedere|elijks|dagen|ddagen|dags")
_ONE_DAY = re.compile(rf"(?P<day>{DAY}|\b{_SHORT}\b)(?P<part>{PART})?")
_NTH = re.compile(
    rf"\b(?:maandelijks|elke maand|iedere maand)\sop\s(?:de\s|elke\s)?(?P<nth>{'|'.join(ORDINALS)})\s"
    rf"(?P<first>{DAY})(?P<part>{PART})?\b"
)
_IN_MONTH = re.compile(rf"\s(?:in|van)\s(?P<month>{MONTH_NAME})")
_SPAN = rf"over\s(?:precies\s)?(?P<count>\d{{1,2}}|{_any(_COUNTS)})\s(?P<unit>dag(?:en)?|week|weken)\b"
_OVER = re.compile(rf"\b(?:(?P<from>{DAY}|vandaag)(?P<part>{PART})?\s)?{_SPAN}")
_OVER_STEMS = re.compile(r"over\s[\wéë ]{1,30}(?:dag|we)")
_WEEKEND = re.compile(r"\b(?:dit|(?:komend|aanstaand|aankomend)e?)\sweek(?:end|einde)\b")
_OF_MONTH = re.compile(
    rf"(?:\b(?P<weekday>{DAY})(?P<part>{PART})?\s|\bop\s)de\s"
    rf"(?:(?P<day>[12]?\d|3[01])(?:e|de|ste)|(?P<word>{_any(_ORDINALS)}|(?:{_any(_TWENTIES)})ste))\b"
    rf"(?!\s{MONTH_NAME}|\s?-)"
)
_CLOCK = re.compile(r"(?<![\d.:])\d{1,2}[.:]\d\d")
_BEFORE_CLOCK = 24
_LISTED = re.compile(rf"(?:^|(?<=[\n:|(•,;.–-])|(?<=[\n:|(•,;.–-]\s))(?P<day>{DAY}(?:{PART})?|{_SHORT})\.?:?,?\s$")
"""In a listing without verbs: "vr 20.15 Theater", "Filmavond: vrijdag 19:30"."""
_FEASTS = re.compile(
    r"\b(?:beide\s(?P<both>kerst|paas|pinkster)dagen|(?:eerste|1e)\sen\s(?:tweede|2e)\s(?P<and>kerst|paas|pinkster)dag)\b"
)
_CLOCK_BEHIND = re.compile(r",?\s(?:om|van|vanaf|tussen)\s\w|,?\s\d{1,2}[.:]\d\d")
_NO_DAY = (Written(),)
"""What settles to nothing: the words are understood, and fit no day."""
_AHEAD = 62


def said_days(lowered: str, today: date) -> list[DayWords]:
    """All of them, in no order."""
    sorts = (
        _spelled(lowered), _each(lowered, today), _over(lowered, today), _weekends(lowered, today),
        _of_month(lowered, today), _listed(lowered, today), _feasts(lowered, today),
    )  # fmt: skip
    return [each for sort in sorts for each in islice(sort, SENTENCES)]


def _spelled(lowered: str) -> Iterator[DayWords]:
    """Days in words: "de negentiende december", "van zeven tot en met elf december"."""
    for hit in islice(_before_months(lowered), SENTENCES):
        before = lowered[max(hit.start() - 12, 0) : hit.start()]
        named = hit["weekday"] or re.search(r"\b(?:op|de|op de)\s$", before)
        if hit["day"] in _MAY_BE_ANYTHING and not named:
            continue
        month, year = month_of(hit["month"]), int(hit["year"]) if hit["year"] else None
        weekday = WEEKDAYS[hit["weekday"][:2]] if hit["weekday"] else None
        last = Written(_NUMBERS[hit["day"]], month, year, None if hit["first"] else weekday)
        if not hit["first"]:
            yield DayWords(hit.start(), hit.end(), (last,))
        elif hit["join"] == "en" and not before.endswith("tussen "):
            yield DayWords(hit.start(), hit.end(), (Written(_NUMBERS[hit["first"]], month, year, weekday), last))
        else:
            first = Written(_NUMBERS[hit["first"]], month, year, weekday)
            yield DayWords(hit.start(), hit.end(), (first,), until=last)


def _before_months(lowered: str) -> Iterator[re.Match[str]]:
    """It is the names of months that are looked for: they are rarer than words that may be numbers."""
    places = sorted({at for stem in _MONTH_STEMS for at in _all(lowered, stem)})
    reached = 0
    for at in places:
        hits = _SPELLED.finditer(lowered, max(at - _BEFORE_MONTH, reached), at + _BEHIND_MONTH)
        hit = next((each for each in hits if each.start("month") == at), None)
        if hit is not None:
            reached = hit.end()
            yield hit


def _all(lowered: str, stem: str) -> Iterator[int]:
    place = lowered.find(stem)
    for _ in range(SENTENCES):
        if place < 0:
            return
        yield place
        place = lowered.find(stem, place + 1)


def _each(lowered: str, today: date) -> Iterator[DayWords]:
    """What comes back has its first time today or later."""
    for hit in islice(_EACH.finditer(lowered) if _EACH_STEMS.search(lowered) else (), SENTENCES):
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
    for hit in islice(_OVER.finditer(lowered) if _OVER_STEMS.search(lowered) else (), SENTENCES):
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
    for hit in islice(_WEEKEND.finditer(lowered) if "week" in lowered else (), SENTENCES):
        sentence = lowered[slice(*sentence_around(lowered, hit.start(), hit.end()))]
        sunday = today + timedelta(days=6 - today.weekday())
        alone = sentence.strip() == hit[0]
        if sunday != today and not alone and not is_past(sentence):
            saturday = sunday - timedelta(days=1)
            yield DayWords(hit.start(), hit.end(), (Written(fixed=saturday),), until=Written(fixed=sunday))


def _of_month(lowered: str, today: date) -> Iterator[DayWords]:
    """Such as "donderdag de 10e", the next one that is a Thursday; "op de 10e" needs a time behind it."""
    for hit in islice(_OF_MONTH.finditer(lowered), SENTENCES):
        weekday = WEEKDAYS[hit["weekday"][:2]] if hit["weekday"] else None
        if weekday is None and not _CLOCK_BEHIND.match(lowered, hit.end()):
            continue
        ahead = (today + timedelta(days=each) for each in range(_AHEAD))
        number = int(hit["day"]) if hit["day"] else _NUMBERS[hit["word"]]
        fits = (day for day in ahead if day.day == number and weekday in {None, day.weekday()})
        day = next(fits, None)
        written = (Written(fixed=day),) if day else _NO_DAY
        start = hit.start() if weekday is not None else hit.start() + len("op ")
        yield DayWords(start, hit.end(), written, part=part_of(hit["part"]))


def _before_clocks(lowered: str) -> Iterator[re.Match[str]]:
    for clock in _CLOCK.finditer(lowered):
        if hit := _LISTED.search(lowered, max(clock.start() - _BEFORE_CLOCK, 0), clock.start()):
            yield hit


def _listed(lowered: str, today: date) -> Iterator[DayWords]:
    for hit in islice(_before_clocks(lowered), SENTENCES):
        ahead = (WEEKDAYS[hit["day"][:2]] - today.weekday()) % 7
        sentence = lowered[slice(*sentence_around(lowered, hit.start(), hit.end()))]
        if ahead and not is_past(sentence):
            yield DayWords(hit.start("day"), hit.end("day"), (Written(fixed=today + timedelta(days=ahead)),))


def _feasts(lowered: str, today: date) -> Iterator[DayWords]:
    """Feasts of two days."""
    for hit in islice(
        _FEASTS.finditer(lowered) if "beide" in lowered or "tweede" in lowered or "2e" in lowered else (), SENTENCES
    ):
        first = next_holiday(f"eerste {hit['both'] or hit['and']}dag", today)
        if first is not None:
            second = first + timedelta(days=1)
            yield DayWords(hit.start(), hit.end(), (Written(fixed=first),), until=Written(fixed=second))
