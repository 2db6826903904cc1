"""Days as Dutch people name them: months, weekdays, holidays, and which year is meant when none is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "apr": 4, "mei": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
"""By the first three letters."""
WEEKDAYS = {"ma": 0, "di": 1, "wo": 2, "do": 3, "vr": 4, "za": 5, "zo": 6}
"""By the first two letters."""
ORDINALS = {
    "eerste": 1, "1e": 1, "1ste": 1, "tweede": 2, "2e": 2, "2de": 2, "derde": 3, "3e": 3, "3de": 3, "vierde": 4,
    "4e": 4, "4de": 4, "vijfde": 5, "5e": 5, "5de": 5, "laatste": -1,
}  # fmt: skip

_EARLIEST, _LATEST = 1900, 2100
_JUST_PAST = timedelta(days=31)
_YEAR = 365
_CENTURY_FROM = 70
"""Two digits from here on are of the last century."""
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Written:
    """A day as it is written. Without `fixed` some of it may be missing; `fixed` is a day that is known already."""

    day: int = 0
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    fixed: date | None = None


def year_of(text: str | None) -> int | None:
    """2026 for "2026", "26" and "'26"."""
    if not text:
        return None
    digits = text.lstrip("'")
    number = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - digits of a year
        return number
    return number + (1900 if number >= _CENTURY_FROM else 2000)


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, or None when there is none such."""
    try:
        return date(year, month, day) if _EARLIEST <= year <= _LATEST else None
    except ValueError:
        return None


def settled(written: Written, today: date) -> date | None:
    """The day that is meant, or None when it cannot be told for sure.

    Without a year it is the next such day; with a weekday that fits only the last one, that one. A weekday that fits
    neither is a contradiction, and a day without weekday that has only just passed may be this year's or the next.
    """
    if written.fixed is not None:
        return written.fixed
    if written.month is None:
        return None
    if written.year is not None:
        found = day_of(written.year, written.month, written.day)
        return found if found is not None and written.weekday in {None, found.weekday()} else None
    around = [day_of(today.year + shift, written.month, written.day) for shift in range(-4, 9)]
    ahead = next((each for each in around if each is not None and each >= today), None)
    behind = next((each for each in reversed(around) if each is not None and each < today), None)
    if written.weekday is None:
        just_past = behind is not None and today - behind <= _JUST_PAST
        return None if just_past else ahead
    return next((each for each in (ahead, behind) if each is not None and each.weekday() == written.weekday), None)


def settled_range(first: Written, last: Written, today: date) -> tuple[date, date] | None:
    """The days from `first` to `last`; a year that is written at one of them counts for the other."""
    if first.month is None and last.month is not None:
        first = Written(first.day, last.month, first.year or last.year, first.weekday)
    if first.year is None and last.year is not None and first.fixed is None:
        end = settled(last, today)
        years = (last.year, last.year - 1, *range(today.year - 1, today.year + 2))
        begins = (
            settled(Written(first.day, first.month, year, first.weekday), today) if first.month else None
            for year in years
        )
        begin = next((each for each in begins if each is not None and end is not None and each <= end), None)
    else:
        begin = settled(first, today)
        end = _end_after(last, begin, today)
        if first.year is None and begin is None and first.weekday is None and first.month is not None:
            # What began just now and is still going on needs no guess about its year.
            end = settled(last, today)
            began = day_of(today.year, first.month, first.day)
            begin = began if began is not None and end is not None and began < today <= end else None
    if begin is None or end is None or end < begin:
        return None
    return begin, end


def _end_after(last: Written, begin: date | None, today: date) -> date | None:
    if begin is None or last.fixed is not None or last.year is not None or last.month is None:
        return settled(last, today)
    for year in (begin.year, begin.year + 1):
        found = day_of(year, last.month, last.day)
        if found is not None and found >= begin and last.weekday in {None, found.weekday()}:
            return found
    return None


def next_weekday(weekday: int, today: date) -> date:
    """The first such day after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % _WEEK + 1)


def weekday_in_week(weekday: int, today: date, weeks: int) -> date:
    """That day of the week that lies so many weeks ahead; weeks begin on Monday."""
    return today - timedelta(days=today.weekday()) + timedelta(days=weekday, weeks=weeks)


def nth_day(count: int, weekday: int | None, year: int, month: int) -> date | None:
    """The third Tuesday, the last day. -1 counts from the end; no weekday means any day."""
    first = date(year, month, 1)
    last = (
        (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)) if year < _LATEST else date(year, month, 28)
    )
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    fitting = [each for each in days if weekday is None or each.weekday() == weekday]
    index = count if count < 0 else count - 1
    return fitting[index] if index < len(fitting) else None


def next_nth_day(count: int, weekday: int | None, month: int | None, today: date) -> date | None:
    """The next one that is not before today, in that month or in whatever month."""
    year, number = today.year, today.month
    for _ in range(14):
        found = nth_day(count, weekday, year, number) if month in {None, number} else None
        if found is not None and found >= today:
            return found
        year, number = year + number // 12, number % 12 + 1
    return None


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm, as Meeus gives it)."""
    gold, century, rest = year % 19, year // 100, year % 100
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * gold + century - century // 4 - shift + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (gold + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


_FIXED = {
    "nieuwjaar": (1, 1), "nieuwjaarsdag": (1, 1), "driekoningen": (1, 6), "valentijnsdag": (2, 14),
    "dodenherdenking": (5, 4), "bevrijdingsdag": (5, 5), "dierendag": (10, 4), "halloween": (10, 31),
    "allerheiligen": (11, 1), "allerzielen": (11, 2), "sint-maarten": (11, 11), "sint maarten": (11, 11),
    "sinterklaas": (12, 5), "sinterklaasavond": (12, 5), "pakjesavond": (12, 5), "kerst": (12, 25),
    "kerstmis": (12, 25), "kerstnacht": (12, 24),
    "kerstavond": (12, 24), "eerste kerstdag": (12, 25), "1e kerstdag": (12, 25),
    "tweede kerstdag": (12, 26), "2e kerstdag": (12, 26), "oudjaar": (12, 31), "oudjaarsdag": (12, 31),
    "oudejaarsdag": (12, 31), "oudejaarsavond": (12, 31), "oud en nieuw": (12, 31),
}  # fmt: skip
_FROM_EASTER = {
    "aswoensdag": -46, "palmzondag": -7, "witte donderdag": -3, "stille zaterdag": -1, "paaszaterdag": -1,
    "goede vrijdag": -2, "pasen": 0, "eerste paasdag": 0, "1e paasdag": 0, "tweede paasdag": 1, "2e paasdag": 1,
    "paasmaandag": 1, "hemelvaart": 39, "hemelvaartsdag": 39, "pinksteren": 49, "eerste pinksterdag": 49,
    "1e pinksterdag": 49, "tweede pinksterdag": 50, "2e pinksterdag": 50, "pinkstermaandag": 50,
}  # fmt: skip
_COUNTED = {"moederdag": (5, 2, 6), "vaderdag": (6, 3, 6), "prinsjesdag": (9, 3, 1)}
"""Month, which one, weekday."""
_KING = frozenset({"koningsdag", "king's day"})
HOLIDAYS = (*_FIXED, *_FROM_EASTER, *_COUNTED, *_KING)
HOLIDAY_STEMS = (
    "aswoe", "palmz", "witte d", "stille z", "nieuwj", "driek", "valen", "doden", "bevrijd", "dieren", "hallo",
    "aller", "sint", "pakj", "kerst", "oud", "goede vr", "pase", "paas", "hemelv", "pinkst", "moederd", "vaderd",
    "prinsjes", "koningsd", "king's",
)  # fmt: skip
"""What all their names begin with: cheaper to look for than the names."""


def holiday(name: str, year: int) -> date | None:
    """The day of a holiday in that year."""
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _FROM_EASTER:
        return easter(year) + timedelta(days=_FROM_EASTER[name])
    if name in _COUNTED:
        month, count, weekday = _COUNTED[name]
        return nth_day(count, weekday, year, month)
    if name in _KING:
        day = date(year, 4, 27)
        # Never on a Sunday (Koninklijk Besluit of 2013).
        return day - timedelta(days=1) if day.weekday() == 6 else day  # noqa: PLR2004 - Sunday
    return None


def next_holiday(name: str, today: date) -> date | None:
    """The holiday of this year, or the next one when it has passed."""
    found = (holiday(name, year) for year in (today.year, today.year + 1))
    return next((day for day in found if day is not None and day >= today), None)
