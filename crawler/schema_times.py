"""Times in schema.org's words: ISO 8601 as people write it, lengths, and schedules that repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from crawler.dates import moment as feed_moment
from crawler.limits import HORIZON_DAYS
from crawler.reading.event_dates import find_dates
from crawler.schema_org import Thing
from store.values import AMSTERDAM

_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})-(?P<day>\d{1,2})|(?P<month2>\d\d)(?P<day2>\d\d))"
    r"(?:(?:\s*[Tt]\s*|\s+)(?P<hour>\d{1,2})(?:[:.]?(?P<minute>\d\d))?(?:[:.](?P<second>\d\d)(?:[.,]\d+)?|(?P<second2>\d\d))?"
    r"\s*(?P<zone>Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d\d)?(?::?00)?)?)?(?:\[[\w/+-]+\])?"
)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)(?::\d\d)?(?:\s*uur)?")
_LENGTH = re.compile(
    r"P(?:(?P<weeks>\d{1,3})W)?(?:(?P<days>\d{1,4})D)?(?:T(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,7})S)?)?"
)
_EVERY = re.compile(r"P(\d{1,3})([DWMY])")
_WORDS = {
    "daily": "D",
    "weekly": "W",
    "monthly": "M",
    "yearly": "Y",
    "dagelijks": "D",
    "wekelijks": "W",
    "maandelijks": "M",
}
_WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_NAMED = re.compile(r"(-?\d)?(mo|tu|we|th|fr|sa|su)", re.IGNORECASE)
_FIRST, _LAST = 1990, 2100
_TEXT = 120
_DAYS_WALKED = 5_000
"""How far a schedule is followed from its beginning to count its occurrences."""
_OCCURRENCES = 400
_WEEK, _MONTHS = 7, 12
_EPOCH_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Span:
    """When something is, as `store.values.EventFacts` has it: in UTC, whole days from midnight to midnight."""

    starts_at: datetime
    ends_at: datetime | None = None
    all_day: bool = False


When = datetime | date


def when(text: str, now: datetime) -> When | None:
    """A day, or a moment in UTC, from ISO 8601 or from Dutch words. Without a zone it is a time in Amsterdam."""
    text = " ".join(text.split())
    if not text or len(text) > _TEXT:
        return None
    if found := _ISO.fullmatch(text):
        return _from_iso(found)
    if text.isdigit() and len(text) in {_EPOCH_DIGITS, _EPOCH_DIGITS + 3}:
        return _near(datetime.fromtimestamp(int(text[:_EPOCH_DIGITS]), UTC))
    dates = find_dates(text, now)
    if len(dates) == 1 and dates[0].starts_at is not None and not (dates[0].vague or dates[0].only_time):
        start = dates[0].starts_at
        return start.astimezone(AMSTERDAM).date() if dates[0].all_day else start
    told = feed_moment(text)
    return _near(told) if told is not None else None


def _near(found: datetime) -> datetime | None:
    """The last hours of 9999 have no time in Amsterdam, and the year 1 is an empty field."""
    return found if _FIRST <= found.year <= _LAST else None


def _from_iso(found: re.Match[str]) -> When | None:
    try:
        day = date(int(found["year"]), int(found["month"] or found["month2"]), int(found["day"] or found["day2"]))
        if not _FIRST <= day.year <= _LAST:
            return None
        if found["hour"] is None:
            return day
        later = timedelta(days=int(found["hour"] == "24"))
        clock = time(
            0 if found["hour"] == "24" else int(found["hour"]),
            int(found["minute"] or 0),
            min(int(found["second"] or found["second2"] or 0), 59),
        )
        zone = _zone(found["zone"])
        return (datetime.combine(day, clock, zone) + later).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(told: str | None) -> tzinfo:
    if told is None:
        return AMSTERDAM
    if told[0] not in "+-":
        return UTC
    hours, minutes = [*re.findall(r"\d{1,2}", told), "0"][:2]
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if told[0] == "-" else offset)


def length(text: str) -> timedelta | None:
    """How long "PT1H30M" is. None when it is no length, or none at all."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        return None
    parts = {name: int(number) for name, number in found.groupdict().items() if number}
    return timedelta(**parts) or None


def span(start: When, end: When | None, lasts: timedelta | None = None) -> Span:
    """From a start and an end as they were written. An end that is not after its start is no end."""
    if not isinstance(start, datetime):
        return _days(start, end, lasts)
    local = start.astimezone(AMSTERDAM)
    if end is None and lasts is not None:
        end = start + lasts
    if isinstance(end, datetime):
        until = end.astimezone(AMSTERDAM)
        if local.time() == time(0) and end > start and until.time() in {time(0), time(23, 59), time(23, 59, 59)}:
            last = until.date() if until.time() != time(0) else until.date() - timedelta(days=1)
            return _days(local.date(), last, None)
        return Span(start, end if end > start else None)
    if end is not None:
        # Only the day of the end is known, and that it is another day.
        return Span(start, _midnight(end + timedelta(days=1)) if end > local.date() else None)
    return _days(local.date(), None, None) if local.time() == time(0) else Span(start)


def _days(first: date, end: When | None, lasts: timedelta | None) -> Span:
    last = first
    if isinstance(end, datetime):
        local = end.astimezone(AMSTERDAM)
        last = local.date() - timedelta(days=int(local.time() == time(0)))
    elif end is not None:
        last = end
    elif lasts is not None:
        last = first + timedelta(days=max(lasts.days - 1, 0))
    return Span(_midnight(first), _midnight(max(last, first) + timedelta(days=1)), all_day=True)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), AMSTERDAM).astimezone(UTC)


def scheduled(schedule: Thing, first: When | None, now: datetime) -> list[Span] | None:
    """The occurrences of a schedule that are not long past and within the horizon; None when it cannot be read.

    `first` is the start of the event itself, for a schedule that has none.
    """
    start = when(schedule.text("startDate"), now) or first
    every = _every(schedule.text("repeatFrequency"))
    if start is None or every is None:
        return None
    opens = _clock(schedule.text("startTime")) or _time_of(start)
    closes, lasts = _clock(schedule.text("endTime")), length(schedule.text("duration"))
    begin = _day_of(start)
    last = when(schedule.text("endDate"), now)
    limit = _day_of(now) + timedelta(days=HORIZON_DAYS)
    stop = min(_day_of(last), limit) if last is not None else limit
    without = {
        _day_of(left_out)
        for text in schedule.all("exceptDate")
        if isinstance(text, str) and (left_out := when(text, now)) is not None
    }
    count = schedule.text("repeatCount")
    left = int(count) if re.fullmatch(r"[0-9]{1,4}", count) else _DAYS_WALKED
    fits = _Rule.of(schedule, every, begin)
    # Only what is counted must be followed from its beginning.
    walked = begin if count else max(begin, _day_of(now) - timedelta(days=1))
    found: list[Span] = []
    for shift in range(min((stop - walked).days + 1, _DAYS_WALKED)):
        day = walked + timedelta(days=shift)
        if left <= 0 or len(found) >= _OCCURRENCES:
            break
        if fits.on(day):
            left -= 1
            if day not in without:
                found.append(_occurrence(day, opens, closes, lasts))
    return found


def _occurrence(day: date, opens: time | None, closes: time | None, lasts: timedelta | None) -> Span:
    if opens is None:
        return span(day, None)
    start = datetime.combine(day, opens, AMSTERDAM).astimezone(UTC)
    if closes is None:
        return span(start, None, lasts)
    end = datetime.combine(day + timedelta(days=int(closes <= opens)), closes, AMSTERDAM).astimezone(UTC)
    return span(start, end)


def _every(text: str) -> tuple[int, str] | None:
    if found := _EVERY.fullmatch(text.strip().upper()):
        return max(int(found[1]), 1), found[2]
    word = re.split(r"[/#:]", text.strip().lower())[-1]
    return (1, _WORDS[word]) if word in _WORDS else None


@dataclass(frozen=True, slots=True)
class _Rule:
    """On which days a schedule falls."""

    every: tuple[int, str]
    begin: date
    weekdays: frozenset[tuple[int, int]]
    """With which one of the month it is, 0 for any."""
    month_days: frozenset[int]
    months: frozenset[int]

    @classmethod
    def of(cls, schedule: Thing, every: tuple[int, str], begin: date) -> _Rule:
        names = [re.split(r"[/#:]", text)[-1] for text in schedule.all("byDay") if isinstance(text, str)]
        weeks = _numbers(schedule, "byMonthWeek") or [0]
        found = [hit for name in names for part in name.split(",") if (hit := _NAMED.match(part.strip()))]
        weekdays = {(_WEEKDAYS.index(hit[2].lower()), int(hit[1] or week)) for hit in found for week in weeks}
        month_days = _numbers(schedule, "byMonthDay")
        if not weekdays and not month_days:
            if every[1] == "W":
                weekdays = {(begin.weekday(), 0)}
            elif every[1] in "MY":
                month_days = [begin.day]
        months = _numbers(schedule, "byMonth") or ([begin.month] if every[1] == "Y" else [])
        return cls(every, begin, frozenset(weekdays), frozenset(month_days), frozenset(months))

    def on(self, day: date) -> bool:
        number, unit = self.every
        passed = {
            "D": (day - self.begin).days,
            "W": (day - self.begin + timedelta(days=self.begin.weekday())).days // _WEEK,
            "M": (day.year - self.begin.year) * _MONTHS + day.month - self.begin.month,
            "Y": day.year - self.begin.year,
        }[unit]
        if day < self.begin or passed % number or (self.months and day.month not in self.months):
            return False
        if self.month_days and day.day not in self.month_days:
            return False
        return not self.weekdays or any(
            day.weekday() == weekday and _is_nth(day, nth) for weekday, nth in self.weekdays
        )


def _is_nth(day: date, nth: int) -> bool:
    if nth >= 0:
        return nth in {0, (day.day - 1) // _WEEK + 1}
    return (day + timedelta(weeks=-nth)).month != day.month and (day + timedelta(weeks=-nth - 1)).month == day.month


def _numbers(schedule: Thing, name: str) -> list[int]:
    texts = [text for text in schedule.all(name) if isinstance(text, str)]
    return [int(text) for text in texts if re.fullmatch(r"-?\d{1,2}", text)]


def _clock(text: str) -> time | None:
    found = re.match(r"\s*T?(\d{1,2}):(\d\d)", text)
    try:
        return time(int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def _time_of(start: When) -> time | None:
    if not isinstance(start, datetime):
        return None
    clock = start.astimezone(AMSTERDAM).time()
    return clock if clock != time(0) else None


def _day_of(moment: When) -> date:
    return moment.astimezone(AMSTERDAM).date() if isinstance(moment, datetime) else moment


def same_day_clock(text: str, start: When) -> datetime | None:
    """An end that is written as a time alone, on the day of the start."""
    found = _CLOCK.fullmatch(text.strip())
    try:
        return (
            datetime.combine(_day_of(start), time(int(found[1]), int(found[2])), AMSTERDAM).astimezone(UTC)
            if found
            else None
        )
    except ValueError:
        return None
