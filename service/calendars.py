"""Outgoing iCalendar (RFC 5545, 5546, 7986): one event or a whole agenda as bytes. Pure functions.

Public events and not invitations: METHOD is PUBLISH, or CANCEL in a mail about what is off; there are no attendees and
no alarms (a pop-up on a shared screen is a risk). All times of a version come from the version, so that the same
version gives the same bytes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration, vRecur, vUri

from service import wording
from store.values import EventStatus

ZONE = "Europe/Amsterdam"
REFRESH = timedelta(hours=6)
TEXT_LIMIT = 300
NEUTRAL_SUMMARY = "Bijeenkomst"
PUBLISH, CANCEL = "PUBLISH", "CANCEL"

STATUS = {
    EventStatus.CONFIRMED: "CONFIRMED",
    EventStatus.CHANGED: "CONFIRMED",
    EventStatus.CANCELLED: "CANCELLED",
    # iCalendar has no word for it. Nobody should go on the old date; the new one comes with the same UID.
    EventStatus.POSTPONED: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One version of an event. Times are UTC; `ends_at` is exclusive for all-day events.

    `changed_at` is the time of this version, never that of the download (TRUST K-2). `summary` and `location` are seen
    on shared screens: the caller decides how much they tell.
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    all_day: bool
    summary: str
    location: str = ""
    url: str = ""
    status: EventStatus = EventStatus.CONFIRMED


@dataclass(frozen=True, slots=True)
class CalendarOwner:
    """Who publishes. `organizer` is a mail address (RFC 5546 section 3.2.1 wants one with PUBLISH), empty for none.

    `name` and `source_url` describe a calendar that programs fetch again and again; both empty for a single event.
    """

    organizer: str = ""
    name: str = ""
    source_url: str = ""


def calendar_bytes(events: Iterable[CalendarEvent], owner: CalendarOwner, method: str = PUBLISH) -> bytes:
    """One VCALENDAR with CRLF, folded at 75 octets, with the rules of our time zone in full (TRUST K-5, K-7)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Signaal//Agenda//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add("x-wr-timezone", ZONE)
    if owner.name:
        calendar.add("name", clean(owner.name))
        calendar.add("x-wr-calname", clean(owner.name))
        calendar.add("refresh-interval", vDuration(REFRESH), {"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH))
    if owner.source_url:
        calendar.add("source", vUri(owner.source_url), {"VALUE": "URI"})
        calendar.add("url", vUri(owner.source_url))
    calendar.add_component(_zone())
    for event in events:
        calendar.add_component(_event(event, owner.organizer))
    return bytes(calendar.to_ical())


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text on one line, at most `limit` characters, without controls and without marks that hide or turn around letters
    (TRUST K-8, U1).
    """
    spaced = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    )
    words = " ".join(spaced.split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def _event(event: CalendarEvent, organizer: str) -> Event:
    made = Event()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.changed_at.astimezone(UTC))
    made.add("last-modified", event.changed_at.astimezone(UTC))
    if event.all_day:
        first = wording.local_date(event.starts_at)
        last = wording.local_date(event.ends_at) if event.ends_at else first + timedelta(days=1)
        made.add("dtstart", first)
        made.add("dtend", max(last, first + timedelta(days=1)))
    else:
        made.add("dtstart", _moment(event.starts_at))
        if event.ends_at and event.ends_at > event.starts_at:
            made.add("dtend", _moment(event.ends_at))
    made.add("summary", clean(event.summary) or NEUTRAL_SUMMARY)
    if clean(event.location):
        made.add("location", clean(event.location))
    if event.url:
        made.add("url", vUri(event.url))
    if organizer:
        made.add("organizer", f"mailto:{organizer}")
    made.add("status", STATUS[event.status])
    return made


def _moment(moment: datetime) -> datetime:
    """Wall time in Amsterdam. The second of two equal hours of the autumn night can only be said in UTC."""
    here = wording.local(moment)
    return moment.astimezone(UTC) if here.fold else here


def _zone() -> Timezone:
    """Summer time from the last Sunday of March 02:00 to the last Sunday of October 03:00 (Directive 2000/84/EC)."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    rules = (
        (TimezoneDaylight(), "CEST", 1, 2, datetime(1981, 3, 29, 2, 0), 3),  # noqa: DTZ001 - wall times by definition
        (TimezoneStandard(), "CET", 2, 1, datetime(1996, 10, 27, 3, 0), 10),  # noqa: DTZ001
    )
    for part, name, before, after, start, month in rules:
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("dtstart", start)
        part.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        zone.add_component(part)
    return zone
