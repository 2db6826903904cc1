"""The pictures of the health page as shapes: where a bar begins and how long it is. Pure; the template draws.

Every picture is stretched to the room it gets, so a shape has no text and no circle in it. Lengths are parts of a
hundred, unless said otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from store.collected import HourOfVisits

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=30)
THINNEST = 1.0
"""What is there must be seen: a bar for one of a thousand is this long."""


@dataclass(frozen=True, slots=True)
class Column:
    """One hour: good visits stand on the line, failed ones hang below it. `x` counts in columns."""

    x: int
    good: float
    failed: float


def columns(hours: Sequence[HourOfVisits]) -> tuple[Column, ...]:
    """Heights on one scale, so that good and failed visits can be compared."""
    most = max((max(hour.good, hour.failed) for hour in hours), default=0)
    return tuple(
        Column(number, length(hour.good, most), length(hour.failed, most)) for number, hour in enumerate(hours)
    )


def length(count: float, most: float) -> float:
    """How long the bar for `count` is where the one for `most` fills the room."""
    return max(round(100 * count / most, 2), THINNEST) if count and most else 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """From the median to the slowest tenth."""

    start: float
    width: float


def span(median: timedelta, slowest_tenth: timedelta) -> Span:
    """Where the wait of a source lies between a minute and a month, each step ten times the one before."""
    start, end = place(median), place(slowest_tenth)
    return Span(start, round(max(end - start, 0.0), 2))


def place(wait: timedelta) -> float:
    """Where a wait lies on the line from a minute to a month."""
    inside = min(max(wait, SHORTEST), LONGEST)
    return round(100 * math.log(inside / SHORTEST) / math.log(LONGEST / SHORTEST), 2)
