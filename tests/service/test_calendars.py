"""Outgoing iCalendar, read again by another reader than the one that wrote it."""

import random
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from service.calendars import CalendarEvent, CalendarOwner, calendar_bytes
from store.values import EventStatus

SEED = 20261124
CHANGED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OWNER = CalendarOwner("agenda@post.example.nl", "Agenda", "https://signaal.example.nl/agenda.ics")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PROPERTIES = {
    "BEGIN", "END", "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "URL",
    "ORGANIZER", "STATUS",
}  # fmt: skip


def event(**changes):
    values = {
        "uid": "0b0f9d5e-4a47-4d9b-9a43-5b8b0a3a2f10",
        "sequence": 0,
        "changed_at": CHANGED,
        "starts_at": datetime(2026, 12, 3, 18, 30, tzinfo=UTC),
        "ends_at": datetime(2026, 12, 3, 20, 0, tzinfo=UTC),
        "all_day": False,
        "summary": "Bijeenkomst",
    }
    return CalendarEvent(**(values | changes))


def lines(raw):
    """Unfolded lines, by the letter of RFC 5545 section 3.1."""
    assert raw.endswith(b"\r\n")
    return raw.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]


def event_lines(raw):
    """The lines of each VEVENT."""
    text = "\r\n".join(lines(raw))
    return [found.split("\r\n") for found in re.findall(r"(?s)BEGIN:VEVENT.*?END:VEVENT", text)]


def moment(line):
    """A DTSTART or DTEND line as a time in UTC, read without the library that wrote it."""
    head, _, value = line.partition(":")
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert head.endswith(";TZID=Europe/Amsterdam"), line
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=AMSTERDAM).astimezone(UTC)


def test_one_event_as_a_whole():
    raw = calendar_bytes([event(summary="Avond; met koffie, en taart", location="Tilburg")], CalendarOwner())
    assert event_lines(raw) == [
        [
            "BEGIN:VEVENT",
            "SUMMARY:Avond\\; met koffie\\, en taart",
            "DTSTART;TZID=Europe/Amsterdam:20261203T193000",
            "DTEND;TZID=Europe/Amsterdam:20261203T210000",
            "DTSTAMP:20261124T090000Z",
            "UID:0b0f9d5e-4a47-4d9b-9a43-5b8b0a3a2f10",
            "SEQUENCE:0",
            "LAST-MODIFIED:20261124T090000Z",
            "LOCATION:Tilburg",
            "STATUS:CONFIRMED",
            "END:VEVENT",
        ]
    ]


def test_the_same_version_is_the_same_bytes():
    assert calendar_bytes([event()], OWNER) == calendar_bytes([event()], OWNER)


def test_a_feed_says_its_name_its_address_and_how_often_to_come_back():
    head = lines(calendar_bytes([], OWNER))
    for line in (
        "METHOD:PUBLISH",
        "NAME:Agenda",
        "X-WR-CALNAME:Agenda",
        "X-WR-TIMEZONE:Europe/Amsterdam",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "SOURCE;VALUE=URI:https://signaal.example.nl/agenda.ics",
        "URL:https://signaal.example.nl/agenda.ics",
    ):
        assert line in head


def test_a_single_event_has_no_name_of_a_feed():
    assert not [
        line for line in lines(calendar_bytes([event()], CalendarOwner())) if line.startswith(("NAME", "SOURCE"))
    ]


def test_both_rules_of_our_time_zone_are_in_it():
    text = "\n".join(lines(calendar_bytes([event()], OWNER)))
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in text
    assert text.count("BEGIN:VTIMEZONE") == 1


@pytest.mark.parametrize("year", range(2025, 2036))
def test_every_half_hour_of_the_days_when_the_clock_changes_comes_out_as_it_went_in(year):
    """INV-14, K-12: the missing hour cannot be made from UTC; the double hour must keep its two times apart."""
    for month in (3, 10):
        day = max(date(year, month, number) for number in range(25, 32) if date(year, month, number).weekday() == 6)
        midnight = datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM).astimezone(UTC)
        starts = [midnight + timedelta(minutes=30 * step) for step in range(-4, 54)]
        made = [event(uid=str(number), starts_at=start, ends_at=None) for number, start in enumerate(starts)]
        raw = calendar_bytes(made, OWNER)
        ours = [moment(next(line for line in found if line.startswith("DTSTART"))) for found in event_lines(raw)]
        theirs = [found.decoded("DTSTART").astimezone(UTC) for found in Calendar.from_ical(raw).walk("VEVENT")]
        assert ours == starts
        assert theirs == starts


def test_a_whole_day_has_dates_and_an_exclusive_end():
    first = datetime(2026, 12, 2, 23, 0, tzinfo=UTC)
    for days, end in ((None, "20261204"), (1, "20261204"), (3, "20261206")):
        ends_at = first + timedelta(days=days) if days else None
        (found,) = event_lines(calendar_bytes([event(all_day=True, starts_at=first, ends_at=ends_at)], OWNER))
        assert "DTSTART;VALUE=DATE:20261203" in found
        assert f"DTEND;VALUE=DATE:{end}" in found


def test_a_whole_day_on_the_day_of_the_change_is_one_day():
    starts, ends = datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
    (found,) = event_lines(calendar_bytes([event(all_day=True, starts_at=starts, ends_at=ends)], OWNER))
    assert "DTSTART;VALUE=DATE:20261025" in found
    assert "DTEND;VALUE=DATE:20261026" in found


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (EventStatus.CONFIRMED, "CONFIRMED"),
        (EventStatus.CHANGED, "CONFIRMED"),
        (EventStatus.CANCELLED, "CANCELLED"),
        (EventStatus.POSTPONED, "CANCELLED"),
    ],
)
def test_what_does_not_take_place_is_cancelled_in_the_calendar(status, word):
    (found,) = event_lines(calendar_bytes([event(status=status)], OWNER))
    assert f"STATUS:{word}" in found


def test_lines_fold_at_75_octets_and_never_inside_a_letter():
    raw = calendar_bytes([event(summary="é€😀" * 100)], OWNER)
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")


def test_fuzz_gives_one_event_with_our_properties_only():
    """K1: what others wrote cannot add a line."""
    chance = random.Random(SEED)
    pieces = ["a", "é", "😀", ";", ",", "\\", "\n", "\r", "\r\n", "\0", ":", '"', "BEGIN:VALARM", "ATTACH:x", "\u2028",
              "\u202e", "\\n", " ", "\x0b", "\x85"]  # fmt: skip
    for _ in range(1_000):
        text = ["".join(chance.choice(pieces) for _ in range(chance.randrange(40))) for _ in range(2)]
        raw = calendar_bytes([event(summary=text[0], location=text[1])], OWNER)
        (found,) = event_lines(raw)
        names = [re.split("[:;]", line)[0] for line in found]
        assert set(names) <= PROPERTIES, f"seed {SEED}: {text!r}"
        assert len(names) == len(set(names)), f"seed {SEED}: {text!r}"
        assert b"\r" not in raw.replace(b"\r\n", b"")
        assert len(Calendar.from_ical(raw).walk("VEVENT")) == 1


def test_there_is_no_alarm_no_attachment_and_nobody_is_invited():
    text = "\n".join(lines(calendar_bytes([event()], OWNER)))
    assert not re.search("VALARM|ATTACH|IMAGE|ATTENDEE", text)
