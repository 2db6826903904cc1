"""Dates as Dutch pages show them to people: "dinsdag 24 november 2026 om 10.15 uur", "gisteren 09:30", "3 uur geleden".

`crawler/dates.py` reads a text that is a date; this finds the first date in a text that may hold more.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from crawler.dates import amsterdam, moment
from store.values import AMSTERDAM

_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH = (
    r"(jan(?:uari)?|feb(?:ruari)?|mrt|maart|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?|okt(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_CLOCK = r"(?:[\s,|·•–-]{0,5}(?:om|at)?\s{0,3}\b(\d{1,2})[:.](\d{2})\b(?!\s{0,2}%)(?![.:-]\d))?"
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_YEAR = r"(?:[\s-]{1,3}(?:'(?=\d\d\b))?(\d{4}|(?<=')\d{2})\b)?"
_WORDS = re.compile(rf"\b(\d{{1,2}})(?:e)?[\s-]{{1,3}}{_MONTH}{_YEAR}{_CLOCK}", re.IGNORECASE)
_NUMBERS = re.compile(rf"\b(\d{{1,2}})([-/.])(\d{{1,2}})\2((?:19|20)?\d{{2}})\b{_CLOCK}")
_NEAR = re.compile(rf"\b(vandaag|gisteren|eergisteren)\b{_CLOCK}", re.IGNORECASE)
_AGO = re.compile(
    r"\b(\d{1,3}|een|één)\s{1,3}(seconden?|minu(?:ut|ten)|min\.?|uur|uren|dag(?:en)?|we(?:ek|ken))\s{1,3}geleden\b",
    re.IGNORECASE,
)
_BARE_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:\s?uur)?")
_DAYS_BACK = {"vandaag": 0, "gisteren": 1, "eergisteren": 2}
_CHARACTERS = 400
_SHORT_YEAR = 100


def shown(text: str, now: datetime) -> datetime | None:
    """The first date in a short text, in UTC, or None. Without a clock it is midnight in Amsterdam.

    A day without a year is the last such day that is not more than a day ahead.
    """
    text = text[:_CHARACTERS]
    if found := _BARE_CLOCK.fullmatch(text.strip()):
        return _at(now.astimezone(AMSTERDAM).date(), found[1], found[2])
    return min(_candidates(text, now), default=(0, None))[1]


def _candidates(text: str, now: datetime) -> list[tuple[int, datetime]]:
    today = now.astimezone(AMSTERDAM).date()
    found: list[tuple[int, datetime | None]] = []
    if (hit := _ISO.search(text)) is not None:
        found.append((hit.start(), moment(hit[0])))
    if (hit := _WORDS.search(text)) is not None:
        month = next((place for place, name in enumerate(_MONTHS, 1) if hit[2][:3].lower() == name), 3)
        found.append((hit.start(), _dated(hit[3], month, int(hit[1]), (hit[4], hit[5]), today)))
    if (hit := _NUMBERS.search(text)) is not None:
        found.append((hit.start(), _dated(hit[4], int(hit[3]), int(hit[1]), (hit[5], hit[6]), today)))
    if (hit := _NEAR.search(text)) is not None:
        found.append((hit.start(), _at(today - timedelta(days=_DAYS_BACK[hit[1].lower()]), hit[2], hit[3])))
    if (hit := _AGO.search(text)) is not None:
        found.append((hit.start(), _ago(hit[1], hit[2].lower(), now)))
    return [(place, when) for place, when in found if when is not None]


def _dated(
    year: str | None, month: int, day: int, clock: tuple[str | None, str | None], today: date
) -> datetime | None:
    try:
        if year is None:
            last = date(today.year, month, day)
            if last > today + timedelta(days=1):
                last = date(today.year - 1, month, day)
        else:
            number = int(year)
            last = date(number + 2000 if number < _SHORT_YEAR else number, month, day)
    except ValueError:
        return None
    return _at(last, *clock)


def _at(day: date, hour: str | None, minute: str | None) -> datetime | None:
    try:
        return amsterdam(datetime(day.year, day.month, day.day, int(hour or 0), int(minute or 0)))  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None


def _ago(count: str, unit: str, now: datetime) -> datetime:
    number = int(count) if count.isdigit() else 1
    seconds = {"s": 1, "m": 60, "u": 3600, "d": 86400, "w": 7 * 86400}[unit[0]]
    return (now - timedelta(seconds=number * seconds)).astimezone(UTC)
