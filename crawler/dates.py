"""Reads the times that feeds write, the way a Dutch source means them.

feedparser takes CET and times without a zone for UTC, an hour or two off, and knows no Dutch month. So the text is
read here first; only what is not understood here is left to feedparser.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_tz

from store.values import AMSTERDAM

_MONTHS = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "cet": 60, "met": 60, "mez": 60,
    "cest": 120, "mest": 120, "mesz": 120,
}  # fmt: skip
"""Minutes east of Greenwich. "CET" means winter time, as it says, also in summer."""

_TIME = r"(?:T|t|,?\s+(?:om\s+|at\s+)?)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?(?:\s*uur)?"
_ZONE = r"\s*([+-]\d{2}:?\d{2}|[A-Za-z]{1,5})?"
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:{_TIME})?{_ZONE}")
_WORDS = re.compile(
    rf"(?:[A-Za-z]{{2,9}}\.?,?\s+)?(\d{{1,2}})[\s-]+([A-Za-z]{{3,9}})\.?[\s-]+(\d{{4}})(?:{_TIME})?{_ZONE}"
)
_NUMBERS = re.compile(rf"(\d{{1,2}})[-/](\d{{1,2}})[-/](\d{{4}})(?:{_TIME})?{_ZONE}")
_LONGEST = 80
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web there were no feeds; such a date is a mistake, like the year 1 of an empty field."""


def moment(text: str) -> datetime | None:
    """The moment that a text names, in UTC, or None when it is not understood.

    Without a zone it is a time in Amsterdam, without a time it is midnight there. 03-04-2026 is the third of April.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    return _by_pattern(text) or _by_mail(text)


def plausible(found: datetime | None, now: datetime) -> datetime | None:
    """Never in the future: what is published "tomorrow" came in now. Impossibly old dates are no dates."""
    if found is None or found < _OLDEST:
        return None
    return min(found, now)


def amsterdam(naive: datetime) -> datetime:
    """A wall time in Amsterdam as a moment in UTC."""
    return naive.replace(tzinfo=AMSTERDAM).astimezone(UTC)


def midnight(day: date) -> datetime:
    """The start of a day in Amsterdam, in UTC."""
    return amsterdam(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - the zone is put on one line further


def _by_pattern(text: str) -> datetime | None:
    if found := _ISO.fullmatch(text):
        year, month, day, *rest = found.groups()
        return _moment(int(year), int(month), int(day), rest)
    if (found := _WORDS.fullmatch(text)) and (number := _MONTHS.get(found[2][:3].lower())):
        day, _, year, *rest = found.groups()
        return _moment(int(year), number, int(day), rest)
    if found := _NUMBERS.fullmatch(text):
        day, month, year, *rest = found.groups()
        return _moment(int(year), int(month), int(day), rest)
    return None


def _moment(year: int, month: int, day: int, rest: list[str | None]) -> datetime | None:
    hour, minute, second, zone = rest
    try:
        if hour == "24":
            hour, day_later = "0", timedelta(days=1)
        else:
            day_later = timedelta(0)
        wall = datetime(year, month, day, int(hour or 0), int(minute or 0), min(int(second or 0), 59))  # noqa: DTZ001
        return _zoned(wall + day_later, zone)
    except (ValueError, OverflowError):
        return None


def _zoned(wall: datetime, zone: str | None) -> datetime | None:
    if zone is None:
        return amsterdam(wall)
    if zone.lower() in _ZONES:
        offset = _ZONES[zone.lower()]
    elif zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        offset = int(digits[:2]) * 60 + int(digits[2:])
        offset = -offset if zone[0] == "-" else offset
    else:
        return None
    return wall.replace(tzinfo=timezone(timedelta(minutes=offset))).astimezone(UTC)


def _by_mail(text: str) -> datetime | None:
    """The forms of RFC 822 that the patterns above leave out, such as two-digit years and American zones."""
    try:
        parts = parsedate_tz(text)
        if parts is None:
            return None
        wall = datetime(*parts[:6])  # noqa: DTZ001
        if parts[9] is None:
            return amsterdam(wall)
        return wall.replace(tzinfo=timezone(timedelta(seconds=parts[9]))).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
