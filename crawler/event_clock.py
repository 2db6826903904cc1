"""The time of an event that does not stand beside its day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from crawler.days_told import days_in, same_day, with_time
from crawler.event_day_words import CLOCK, ENDS_AT, NOT_OF_THE_EVENT, OTHER_TIMES, STARTS_AT
from crawler.event_reasons import SENTENCE
from crawler.reading.event_dates import DateFound
from store.values import AMSTERDAM

_RANGE = r"\d{1,2}[.:]\d\d(?:\s?uur)?\s{0,2}(?:-|–|tot)\s{0,2}\d{1,2}[.:]\d\d(?:\s?uur)?"
_TWO_STARTS = re.compile(
    r"(?<!tussen )(?<![-–] )(?<!tot )\b(?P<first>\d{1,2}[.:]\d\d)(?:\s?uur)?\s(?:en|&"
    r"|\+)\s(?:om\s)?(?P<second>\d{1,2}[.:]\d\d)(?=\s?(?:uur|u\b|$|\n|\|))",
    re.IGNORECASE,
)
_A_DAY = timedelta(hours=25)
_PIECES = 2_000
"""Sentences in which a time is looked for."""
_DOOR = re.compile(r"\b(?:zaal|deur(?:en)?)\b[^.]{0,12}\bopen\b", re.IGNORECASE)
_DESK = re.compile(r"\b(?:werkdagen|telefoni\w+|bereikbaar|openingstijden|kassa|spreekuur is|kantoor)\b", re.IGNORECASE)
"""Words of a sentence about when a desk is open."""
_CLOSES = re.compile(
    r"\b(?:sluiten we|we sluiten|we stoppen|stopt|eindigt|eindigen we|einde|duurt tot|afgelopen"
    r"|klaar)\b[^.\n\d]{0,20}?\b(\d{1,2}[.:]\d\d)\b"
    r"|\b(?:om|rond|tegen) (\d{1,2}[.:]\d\d)(?: uur)?,? (?:sluiten we|zijn we|is het|eindigt|stoppen we)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:is er|duurt|gaat door|daarna|open|muziek|feest) (?:er )?(?:is )?tot (\d{1,2}[.:]\d\d)\b", re.IGNORECASE
)
_SECOND_ROUND = re.compile(
    rf"{_RANGE}\s{{0,2}}(?:en|&|/|\+|of|,)\s{{0,2}}(?:van\s)?(?P<second>{_RANGE})", re.IGNORECASE
)


def rounds_in(dates: list[DateFound], near: str, now: datetime) -> list[DateFound]:
    """The dates and, where one day has two rounds ("15.00 - 17.00 en 19.00 - 21.00 uur"), the second one."""
    if len(dates) != 1 or dates[0].all_day:
        return dates
    found = _SECOND_ROUND.search(near) or _TWO_STARTS.search(near)
    if found is None:
        return dates
    day = re.split(r"[\n,]", dates[0].text)[0]
    second = [each for each in days_in(f"{_only_day(day)}, {found['second']}", now) if not each.all_day]
    return [*dates, *(each for each in second if same_day(each, dates[0]))]


def _dated(date: DateFound, clock: str) -> str:
    """The day of a date with a time; of several days in one text ("8 en 15 februari") it is this one."""
    if date.starts_at is None or date.ends_at is None or date.ends_at - date.starts_at > _A_DAY:
        return with_time(date.text, clock)
    return with_time(f"{date.starts_at.astimezone(AMSTERDAM):%Y-%m-%d}", clock)


def timed_alike(dates: list[DateFound], now: datetime) -> list[DateFound]:
    """Dates of which the last says the time for all: "Dag 1: 9 maart, dag 2: 16 maart, 9.30 - 16.30 uur"."""
    clocks = {_clock_of(each) for each in dates if not each.all_day}
    if len(clocks) != 1 or not dates[0].all_day:
        return dates
    clock = next(iter(clocks))
    return [(with_clock([each], clock, [], now, sure=True) or [each])[0] if each.all_day else each for each in dates]


def _clock_of(date: DateFound) -> str:
    moments = [moment.astimezone(AMSTERDAM) for moment in (date.starts_at, date.ends_at) if moment is not None]
    return " - ".join(f"{moment:%H:%M}" for moment in moments)


def with_end(dates: list[DateFound], near: str) -> list[DateFound]:
    """The date with its end, where a sentence beside it says that: "We sluiten rond 22.00 uur af"."""
    if len(dates) != 1 or dates[0].all_day or dates[0].ends_at is not None or dates[0].starts_at is None:
        return dates
    said = {found for pair in _CLOSES.findall(near) for found in pair if found}
    said = said or {
        found for piece in SENTENCE.split(near) if not NOT_OF_THE_EVENT.search(piece) for found in _UNTIL.findall(piece)
    }
    if len(said) != 1:
        return dates
    hour, minute = (int(part) for part in re.split("[.:]", next(iter(said))))
    begins = dates[0].starts_at.astimezone(AMSTERDAM)
    ends = begins.replace(hour=hour % 24, minute=minute)
    return [replace(dates[0], ends_at=ends.astimezone(UTC))] if ends > begins else dates


def _only_day(text: str) -> str:
    return CLOCK.split(text)[0].strip(" -–|,")


def with_clock(dates: list[DateFound], clock: str, texts: list[str], now: datetime, *, sure: bool) -> list[DateFound]:
    """The days with the time that stands elsewhere, where they have none of their own."""
    if not dates or not all(each.all_day or each.vague for each in dates):
        return dates
    clock = clock or _time_elsewhere(texts, sure=sure)
    if not clock:
        return dates
    timed: list[DateFound] = []
    for each in dates:
        told = [one for one in days_in(_dated(each, clock), now) if one.starts_at is not None and not one.all_day]
        if not told or not same_day(told[0], each):
            return dates
        timed.append(told[0])
    return timed


def _time_elsewhere(texts: list[str], *, sure: bool) -> str:
    """A time in the lines that is not beside the day: "De start is om 10.30 uur". Else the only time there is."""
    told = islice((piece for text in texts for piece in SENTENCE.split(text)), _PIECES)
    pieces = [piece for piece in told if not _DESK.search(piece)]
    # "We verzamelen om 18.45 uur en vertrekken om 19.00 uur" begins at the first of the two.
    said = [found[0] for piece in pieces if not _DOOR.search(piece) and (found := STARTS_AT.findall(piece))]
    said = said or [found for piece in pieces for found in STARTS_AT.findall(piece)]
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
