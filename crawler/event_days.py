"""When an event is, from the lines that tell of it: its labels, else the line that convincingly says a day.

A date that is about the page itself ("geplaatst op"), about signing up, or of news that invites nobody
is no date of an event.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from crawler.event_day_words import (
    ALL_DAY,
    CLOCK,
    ENDS_AT,
    MOVED,
    NEWS,
    ONCE,
    OTHER_TIMES,
    STARTS_AT,
    TO,
    YEAR,
)
from crawler.event_fields import Fields
from crawler.event_labels import LABEL
from crawler.event_reasons import SENTENCE, is_other, of_the_event
from crawler.event_titles import SESSION, can_be_title, sounds_like_event
from crawler.page_lines import Line
from crawler.reading.event_dates import DateFound, find_dates
from crawler.schema_times import Span
from store.values import AMSTERDAM

_NEAR_LINES = 3
_SHORT_LINE = 80
_BEFORE = 90
"""How far before a date a word may stand that says that it is no date of the event."""
_FEW_LETTERS = 12
"""A label or a place at most."""
_DOUBTFUL = timedelta(days=270)
"""A day without its year that lies so far ahead is as likely to be one of the past."""
_JUNK = 5
_NUMBER = re.compile(r"\d{1,2}(?!\d|[.:]\d\d\b(?![.-])|\s?uur)")
_FROM = re.compile(
    r"\b(?:vanaf|start|startdatum:?|te beginnen|beginnend|met ingang van|van)\s(?:op\s)?$", re.IGNORECASE
)
_LIST_LINES = 300
_DAY_WORDS = re.compile(
    r"\d|dag|morgen|avond|middag|ochtend|kerst|pasen|pinkster|oud|nieuw|vaart|halloween|sint|we(?:ek|ken)\b|\bmaand",
    re.IGNORECASE,
)
_TIME_LABEL = re.compile(r"tijd|aanvang|begin|start|inloop|zaal open|deur|einde?|hoe laat|open", re.IGNORECASE)
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
    return list(_days_in(text, now)) if _DAY_WORDS.search(text) else []


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


def moved_in(lines: list[Line], now: datetime) -> list[DateFound]:
    """The days to which the lines say that the event has moved."""
    return [found for line in lines if MOVED.search(line.text) for found in _moved_to(line.text, now)]


def dates_of(
    fields: Fields,
    lines: list[Line],
    now: datetime,
    *,
    title: str = "",
    sure: bool = False,
    put_off: bool = False,
    likely: bool = False,
) -> list[Span]:
    """When the event is: as the label says, else by the first line that says it convincingly.

    `sure` says that the lines are about an event, so that any day in them is its day; `put_off` that it has no day any
    more, so that the day on which it was to be will do, `likely` that the page is one of an agenda.
    """
    moved = moved_in(lines, now)
    if moved:
        return spans_of(_with_clock(moved[:1], fields.time, [line.text for line in lines], now, sure=sure), "")
    if fields.date:
        found = [each for each in days_in(fields.date, now) if not is_other(fields.date[: each.start])]
        found = _with_clock(found, fields.time, [line.text for line in lines], now, sure=sure)
        return spans_of(found, fields.date + " " + fields.time)
    if title and not sure and not NEWS.search(title) and (found := _of_the_title(title, now)):
        same = [line for line in lines if any(_same_day(found[0], each) for each in days_in(line.text, now))]
        dates = [
            each for line in same for each in days_in(line.text, now) if not each.all_day and _same_day(found[0], each)
        ]
        found = dates[:1] or _with_clock(found, fields.time, [line.text for line in lines], now, sure=sure)
        return spans_of(found, "")
    likely = likely or sounds_like_event(title)
    begins = likely and any(STARTS_AT.search(line.text) for line in lines)
    over: list[Span] = []
    for place, line in enumerate(lines):
        if not _DAY_WORDS.search(line.text):
            continue
        near = _with_lines_behind(lines, place)
        dates = of_the_event(days_in(near, now), line.text, near, now, sure=sure, likely=likely, begins=begins)
        if not put_off:
            dates = [each for each in dates if not ONCE.search(near[max(each.start - _BEFORE, 0) : each.start])]
        if dates:
            dates = _followed(dates, lines, place, now) or dates
            dates = _with_clock(dates, fields.time, [near[: dates[0].start], *_times_in(lines, near)], now, sure=sure)
            spans = spans_of(dates, near)
            if any((each.ends_at or each.starts_at) > now for each in spans):
                return spans
            # It may be the day on which the page was written.
            over = over or spans
    return over


def _times_in(lines: list[Line], near: str) -> list[str]:
    return [*near.split("\n"), *(line.text for line in lines)]


def _of_the_title(title: str, now: datetime) -> list[DateFound]:
    return [
        each
        for each in days_in(title, now)
        if (each.starts_at is not None and each.ends_at is not None) or not each.all_day
    ][:1]


def _same_day(one: DateFound, other: DateFound) -> bool:
    if one.starts_at is None or other.starts_at is None:
        return False
    return one.starts_at.astimezone(AMSTERDAM).date() == other.starts_at.astimezone(AMSTERDAM).date()


def _with_lines_behind(lines: list[Line], place: int) -> str:
    near = lines[place].text
    for after in lines[place + 1 : place + 1 + _NEAR_LINES]:
        labelled = LABEL.match(after.text)
        if after.level or len(after.text) > _SHORT_LINE or (labelled and not _TIME_LABEL.match(after.text)):
            break
        near += "\n" + after.text
    return near


def _with_clock(dates: list[DateFound], clock: str, texts: list[str], now: datetime, *, sure: bool) -> list[DateFound]:
    """The days with the time that stands elsewhere, where they have none of their own."""
    if not dates or not all(each.all_day or each.vague for each in dates):
        return dates
    clock = clock or _time_elsewhere(texts, sure=sure)
    if not clock:
        return dates
    timed: list[DateFound] = []
    for each in dates:
        told = [
            one for one in days_in(with_time(each.text, clock), now) if one.starts_at is not None and not one.all_day
        ]
        if not told or not _same_day(told[0], each):
            return dates
        timed.append(told[0])
    return timed


def _followed(first: list[DateFound], lines: list[Line], place: int, now: datetime) -> list[DateFound]:
    """The dates of a line and of those behind it that are only dates with their times: a list of performances."""
    if not _is_date_line(first, lines[place].text):
        return []
    found: list[DateFound] = []
    skipped = 0
    for at in range(place, min(len(lines), place + _LIST_LINES)):
        line = lines[at]
        days = days_in(line.text, now)
        if days and _is_date_line(days, line.text):
            found += _with_own_time(lines, at, now)
            skipped = 0
        elif (
            days
            or skipped > _JUNK
            or (line.level and not SESSION.match(line.text))
            or (can_be_title(line.text) and not LABEL.match(line.text) and not CLOCK.match(line.text))
        ):
            break
        else:
            skipped += 1
    return found if len(found) > len(first) else []


def _with_own_time(lines: list[Line], at: int, now: datetime) -> list[DateFound]:
    """The dates of a line, with the time that stands on the lines behind it before the next date."""
    near = _with_lines_behind(lines, at)
    dates = [each for each in days_in(near, now) if each.start < len(lines[at].text) and each.starts_at is not None]
    texts = []
    for line in lines[at + 1 : at + 1 + _NEAR_LINES]:
        if line.level or days_in(line.text, now):
            break
        texts.append(line.text)
    return _with_clock(dates, "", texts, now, sure=True)


def _is_date_line(found: list[DateFound], line: str) -> bool:
    rest = line
    for each in reversed(found):
        rest = rest[: each.start] + rest[each.end :]
    return len(re.sub(r"[\W\d]", "", rest)) <= 2 * _FEW_LETTERS and not is_other(line[: found[0].start])


def _moved_to(line: str, now: datetime) -> list[DateFound]:
    """The new day in "verplaatst naar dinsdag 12 januari"."""
    return [
        found
        for found in days_in(line, now)
        if found.starts_at is not None and TO.search(line[max(found.start - 40, 0) : found.start])
    ]


def _time_elsewhere(texts: list[str], *, sure: bool) -> str:
    """A time in the lines that is not beside the day: "De start is om 10.30 uur". Else the only time there is."""
    pieces = [piece for text in texts for piece in SENTENCE.split(text)]
    said = [found for piece in pieces for found in STARTS_AT.findall(piece)]
    ends = [found for piece in pieces for both in ENDS_AT.findall(piece) for found in both if found]
    if not said:
        plain = [piece for piece in pieces if not OTHER_TIMES.search(piece)]
        said, ends = [found for piece in plain for found in CLOCK.findall(piece)], []
        if not said and sure:
            said = [found for piece in pieces for found in CLOCK.findall(piece)]
    times, ends = ([*dict.fromkeys(" ".join(found.split()) for found in each)] for each in (said, ends))
    if len(times) != 1:
        return ""
    return f"{times[0]} - {ends[0]}" if len(ends) == 1 and not re.search(r"tot|-|–", times[0]) else times[0]


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
