"""The days that a text says, as an agenda has them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from crawler.event_day_words import ALL_DAY, CLOCK, YEAR
from crawler.page_lines import Line
from crawler.reading.event_dates import DateFound, find_dates
from crawler.schema_times import Span
from store.values import AMSTERDAM

_SHORT_LINE = 80
_DOUBTFUL = timedelta(days=270)
"""A day without its year that lies so far ahead is as likely to be one of the past."""
_NUMBER = re.compile(r"\d{1,2}(?!\d|[.:]\d\d\b(?![.-])|\s?uur)")
_FROM = re.compile(
    r"\b(?:vanaf|start|startdatum:?|te beginnen|beginnend|met ingang van|van)\s(?:op\s)?$", re.IGNORECASE
)
DAY_WORDS = re.compile(
    r"\d|dag|morgen|avond|middag|ochtend|kerst|pasen|pinkster|oud|nieuw|vaart|halloween|sint|we(?:ek|ken)\b|\bmaand",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"(?:op )?(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag(?:en)?|ma|di|wo|do|vr|za|zo)\.?"
    r"(?:\s?(?:t/m|tot en met|-|–|en|,|&)\s?(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag(?:en)?|ma|di|wo|do|vr|za"
    r"|zo)\.?){0,4}"
    r"\s{0,2}:?\s{0,2}(?:$|(?:van\s)?\d{1,2}(?:[.:]\d\d|\s?(?:uur|u\b|-|–|tot))|gesloten)",
    re.IGNORECASE,
)


def days_in(text: str, now: datetime) -> list[DateFound]:
    """The dates in a text that say a day. Without its year one far ahead is in doubt, and left out."""
    # All ways of reading a page ask for the same lines.
    return list(_days_in(text, now)) if DAY_WORDS.search(text) else []


@lru_cache(maxsize=2048)
def _days_in(text: str, now: datetime) -> tuple[DateFound, ...]:
    found = [each for each in find_dates(text, now) if not each.only_time]
    if any(_NUMBER.search(each.text) for each in found):
        # "4 december: Sinterklaas op school" says one day, and "elke dinsdag vanaf 5 januari" begins on that one.
        found = [each for each in _begun(found, text) if _NUMBER.search(each.text) or each.recurring]
    return tuple(
        each
        for each in found
        if each.starts_at is None or each.starts_at - now < _DOUBTFUL or YEAR.search(each.text) or each.recurring
    )


def _begun(found: list[DateFound], text: str) -> list[DateFound]:
    """What repeats and begins on a day that is said has its first time then."""
    begins = next((each for each in found if _FROM.search(text, max(each.start - 12, 0), each.start)), None)
    weekly = next((each for each in found if each.recurring and each.starts_at is not None), None)
    if begins is None or weekly is None or weekly is begins:
        return found
    if not begins.all_day:
        return [replace(begins, recurring=True) if each is begins else each for each in found if each is not weekly]
    if begins.starts_at is None or weekly.starts_at is None:
        return found
    day, clock = begins.starts_at.astimezone(AMSTERDAM).date(), weekly.starts_at.astimezone(AMSTERDAM)
    if weekly.all_day or clock.weekday() != day.weekday():
        return [each for each in found if each is not weekly]
    start = datetime.combine(day, clock.time(), AMSTERDAM).astimezone(UTC)
    lasts = weekly.ends_at - weekly.starts_at if weekly.ends_at else None
    first = replace(
        weekly, text=begins.text, starts_at=start, ends_at=start + lasts if lasts else None, recurring=False
    )
    return [first if each is weekly else each for each in found if each is not begins]


def without_hours(lines: list[Line]) -> list[Line]:
    """The lines but for the table that says on which days of the week something is open."""
    marked = [_HOURS.match(line.text) is not None and not line.level for line in lines]
    if sum(marked) < 2:  # noqa: PLR2004 - one is no table
        return lines
    return [
        line
        for place, line in enumerate(lines)
        if not marked[place]
        and not (place and marked[place - 1] and CLOCK.match(line.text) and len(line.text) <= _SHORT_LINE)
    ]


def same_day(one: DateFound, other: DateFound) -> bool:
    """Whether two dates begin on one day in Amsterdam."""
    if one.starts_at is None or other.starts_at is None:
        return False
    return one.starts_at.astimezone(AMSTERDAM).date() == other.starts_at.astimezone(AMSTERDAM).date()


def with_time(dates: str, clock: str) -> str:
    """The day and the time in one text. A label that has a time of its own needs no other."""
    if not clock or re.search(r"\d[.:]\d\d\b(?![.-])", dates):
        return dates
    return f"{dates.strip(' .')}, {clock}"


def spans_of(found: list[DateFound], near: str) -> list[Span]:
    """Dates as an agenda has them: what is only a part of a day is that whole day, and so is "de hele dag"."""
    spans = []
    for each in found:
        if each.starts_at is None:
            continue
        day = each.starts_at.astimezone(AMSTERDAM).date()
        if each.vague or (ALL_DAY.search(near) and not each.all_day):
            spans.append(Span(_midnight(day), _midnight(day + timedelta(days=1)), all_day=True))
        else:
            ends = each.ends_at or (_midnight(day + timedelta(days=1)) if each.all_day else None)
            spans.append(Span(each.starts_at, ends, each.all_day))
    return list(dict.fromkeys(spans))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), AMSTERDAM)
