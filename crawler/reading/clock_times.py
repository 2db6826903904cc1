"""Which hour a time in a text means, and which moments a day and a time make. Amsterdam's clocks, moments in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from crawler.reading.time_words import ClockWords, How, Part
from store.values import AMSTERDAM

_EVENING = re.compile(r"avond")
_MORNING = re.compile(r"ochtend|ontbijt|'s morgens")
_NOON, _EVENING_FROM, _FULL = 12, 8, 24
_AFTERNOON_UNTIL = 7
_EARLIEST_EVENING = 5
_LONGEST_NIGHT = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on the clock, or two; `vague` when it is only a part of the day."""

    begin: time
    end: time | None = None
    vague: bool = False


def clock_of(first: ClockWords, second: ClockWords | None, part: Part | None, near: str) -> Clock:
    """The time of one or two words. `part` is what the day says ("vrijdagavond"), `near` the text around them."""
    guess = Part.EVENING if _EVENING.search(near) else Part.MORNING if _MORNING.search(near) else None
    begin = _on_the_clock(first, part, guess)
    if second is None:
        return Clock(begin)
    end = _on_the_clock(second, part, guess)
    if end <= begin and second.how is not How.DIGITS and end.hour < _NOON:
        end = end.replace(hour=end.hour + _NOON)
    half_day_on = begin.hour + _NOON < end.hour and begin.hour <= _AFTERNOON_UNTIL
    if first.how is How.BARE and first.part is None and end.hour > _NOON and half_day_on:
        begin = begin.replace(hour=begin.hour + _NOON)
    return Clock(begin, end)


def _on_the_clock(word: ClockWords, part: Part | None, guess: Part | None) -> time:
    """The hour that is meant. `part` is what the day says ("vrijdagavond"), `guess` what stands in the text around.

    Half past seven in words is an evening unless something says morning.
    """
    hour, minute = word.hour, word.minute
    if hour >= _NOON:
        midnight = word.part is Part.MORNING and hour == _NOON
        return time(0 if midnight else hour % _FULL, minute)
    if word.part is not None:
        late = word.part in {Part.EVENING, Part.AFTERNOON}
    elif word.how is How.DIGITS:
        late = part is Part.EVENING and hour >= _EARLIEST_EVENING
    else:
        part = part or guess
        late = part is Part.EVENING or (part is Part.AFTERNOON and hour <= _AFTERNOON_UNTIL)
        if part is None:
            late = 1 <= hour <= _AFTERNOON_UNTIL or (word.how is How.SPOKEN and hour == _EVENING_FROM)
    return time(hour + _NOON if late else hour, minute)


def moment(day: date, clock: time) -> datetime:
    """A wall time in Amsterdam as a moment in UTC."""
    return datetime.combine(day, clock, AMSTERDAM).astimezone(UTC)


def ending(first: date, last: date, clock: Clock, last_clock: Clock | None = None) -> datetime | None:
    """When what begins at a time on the first day ends; None when nothing says it, or nothing sensible."""
    begin = moment(first, clock.begin)
    if last_clock is not None:
        end: datetime | None = moment(last, last_clock.begin)
    elif clock.end is not None:
        end = moment(last, clock.end)
        if first == last and end <= begin:
            # Through the night; a longer one is no night but a mistake.
            end = moment(last + timedelta(days=1), clock.end)
            end = end if end - begin <= _LONGEST_NIGHT else None
    else:
        end = moment(last + timedelta(days=1), time(0)) if last > first else None
    return end if end is not None and end > begin else None
