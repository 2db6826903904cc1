"""The words about time that are found in a text: days, clock times and parts of the day, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crawler.reading.dutch_calendar import Written


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
PART = "(?:ochtend|morgen|namiddag|middag|avond|nacht)"


def part_of(name: str | None) -> Part | None:
    """The part of the day that a word ends with: "donderdagavond" is an evening."""
    if not name:
        return None
    return next((part for word, part in _PARTS.items() if name.rstrip(".").endswith(word)), None)
