"""Writes made-up events as an iCalendar file, and puts them on days counted from today.

By hand and not with the library that reads them, so that writer and reader cannot share a mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from store.values import AMSTERDAM


@dataclass(frozen=True, slots=True)
class Gathering:
    """One event of a made-up calendar. `ends_at` is exclusive; a whole day runs midnight to midnight in Amsterdam.

    `url` is a path on the site of the calendar. `sequence` goes up with every change, as RFC 5545 section 3.8.7.4
    asks of the organiser.
    """

    uid: str
    summary: str
    description: str
    starts_at: datetime
    ends_at: datetime
    place: str
    url: str
    all_day: bool = False
    status: str = "CONFIRMED"
    sequence: int = 0


def calendar(name: str, stamp: datetime, base: str, gatherings: Sequence[Gathering]) -> bytes:
    """An iCalendar file (RFC 5545), folded, with times in Amsterdam and its zone described.

    `base` is put before the `url` of each event, which is a path.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Signaal//Verzonnen agenda//NL", f"X-WR-CALNAME:{name}"]
    lines += _ZONE
    for gathering in gatherings:
        lines += _event(stamp, base, gathering)
    lines.append("END:VCALENDAR")
    return b"".join(_fold(line) for line in lines)


def _event(stamp: datetime, base: str, gathering: Gathering) -> list[str]:
    start, end = gathering.starts_at.astimezone(AMSTERDAM), gathering.ends_at.astimezone(AMSTERDAM)
    if gathering.all_day:
        times = [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"]
    else:
        times = [
            f"DTSTART;TZID=Europe/Amsterdam:{start:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/Amsterdam:{end:%Y%m%dT%H%M%S}",
        ]
    return [
        "BEGIN:VEVENT",
        f"UID:{gathering.uid}",
        f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        *times,
        f"SUMMARY:{_text(gathering.summary)}",
        f"DESCRIPTION:{_text(gathering.description)}",
        f"LOCATION:{_text(gathering.place)}",
        f"URL:{base}{gathering.url}",
        f"STATUS:{gathering.status}",
        f"SEQUENCE:{gathering.sequence}",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """RFC 5545 section 3.3.11."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _fold(line: str) -> bytes:
    """At most 75 octets a line, never in the middle of a character (RFC 5545 section 3.1)."""
    out, rest = b"", line
    room = 75
    while True:
        part = rest.encode()[:room].decode(errors="ignore")
        out += part.encode() + b"\r\n"
        rest = rest[len(part) :]
        if not rest:
            return out
        out += b" "
        room = 74


_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE""".splitlines()


def midnight(day: date) -> datetime:
    """The start of a day in Amsterdam."""
    return datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM)


def on_day(now: datetime, days: int, hour: int = 0, minute: int = 0) -> datetime:
    """A wall-clock time in Amsterdam, so many days from the day of `now`; right also over a change of the clocks."""
    day = now.astimezone(AMSTERDAM).date() + timedelta(days=days)
    return midnight(day).replace(hour=hour, minute=minute)
