"""Calendars: what an agenda needs, and nothing about guests, alarms or repetition."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from crawler import kinds
from crawler.limits import ENTRIES
from crawler.values import DocumentRead, FetchedDocument
from service.demo.agenda import Gathering, calendar
from store.values import EventStatus, Kind
from tests.parts.corpus import corpus

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def read(body: str | bytes, now: datetime = NOW) -> DocumentRead:
    raw = body.encode() if isinstance(body, str) else body
    return kinds.parse("calendar", FetchedDocument("https://agenda.example/x.ics", raw, "text/calendar", now), {})


def ics(*lines: str, count: int = 1) -> str:
    event = "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *[event] * count, "END:VCALENDAR", ""])


def only(*lines: str) -> object:
    [entry] = read(ics("UID:1", "SUMMARY:Overleg", *lines)).entries
    assert entry.event is not None
    return entry.event


def test_an_event_written_by_another_program_comes_in_whole():
    start = datetime(2026, 12, 3, 18, 30, tzinfo=UTC)
    told = Gathering(
        "een@x",
        "Thema-avond; over, signalen",
        "Regel een\nRegel twee",
        start,
        start + timedelta(hours=2),
        "Buurthuis, Maasdorp",
        "/een",
    )
    whole_day = Gathering("twee@x", "Open dag", "", start, start + timedelta(days=1), "Plein", "/twee", all_day=True)
    found = read(calendar("Agenda van Maasdorp", NOW, "https://agenda.example", [told, whole_day]))
    first, second = sorted(found.entries, key=lambda entry: entry.guid)
    assert found.title == "Agenda van Maasdorp"
    assert not found.broken
    assert (first.guid, first.kind, first.title.value) == ("een@x", Kind.EVENT, "Thema-avond; over, signalen")
    assert first.content.value == "Regel een\nRegel twee"
    assert first.link == "https://agenda.example/een"
    assert first.event is not None
    assert (first.event.starts_at, first.event.ends_at) == (start, start + timedelta(hours=2))
    assert first.event.place == "Buurthuis, Maasdorp"
    assert second.event is not None
    assert second.event.all_day
    assert second.event.starts_at == datetime(2026, 12, 2, 23, tzinfo=UTC), "midnight in Amsterdam"


@pytest.mark.parametrize(
    ("start", "utc"),
    [
        ("DTSTART:20261203T193000", "2026-12-03T18:30"),
        ("DTSTART:20261203T193000Z", "2026-12-03T19:30"),
        ("DTSTART;TZID=Europe/Amsterdam:20270703T193000", "2027-07-03T17:30"),
        ("DTSTART;TZID=W. Europe Standard Time:20261203T193000", "2026-12-03T18:30"),
        ("DTSTART;TZID=/example.org/Tzfile/Europe/Amsterdam:20261203T193000", "2026-12-03T18:30"),
        ("DTSTART;TZID=America/New_York:20261203T193000", "2026-12-04T00:30"),
        ("DTSTART;TZID=Nergens/Zo:20261203T193000", "2026-12-03T18:30"),
        ("DTSTART;VALUE=DATE:20261203", "2026-12-02T23:00"),
    ],
)
def test_a_time_lands_on_the_right_moment(start, utc):
    assert only(start).starts_at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_an_end_follows_from_dtend_or_duration_or_the_day():
    start = "DTSTART:20261203T193000Z"
    assert only(start, "DTEND:20261203T210000Z").ends_at == datetime(2026, 12, 3, 21, tzinfo=UTC)
    assert only(start, "DURATION:PT90M").ends_at == datetime(2026, 12, 3, 21, tzinfo=UTC)
    assert only(start).ends_at is None
    assert only(start, "DTEND:20261203T100000Z").ends_at is None, "an end before the start is no end"
    day = only("DTSTART;VALUE=DATE:20261203")
    assert day.ends_at == datetime(2026, 12, 3, 23, tzinfo=UTC)
    assert only("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261203").ends_at == day.ends_at


def test_a_cancelled_event_is_offered_as_cancelled():
    assert only("DTSTART:20261203T193000Z", "STATUS:CANCELLED").status is EventStatus.CANCELLED
    whole = ics("UID:1", "SUMMARY:x", "DTSTART:20261203T193000Z").replace("VERSION:2.0", "METHOD:CANCEL")
    assert read(whole).entries[0].event.status is EventStatus.CANCELLED


def test_what_is_over_is_counted_and_not_offered():
    found = read(ics("UID:1", "SUMMARY:x", "DTSTART:20261124T080000Z", "DTEND:20261124T090000Z"))
    assert (found.entries, found.past) == ((), 1)
    going_on = read(ics("UID:1", "SUMMARY:x", "DTSTART:20261124T080000Z", "DTEND:20261124T100000Z"))
    assert len(going_on.entries) == 1, "what goes on now has not ended"
    assert read(ics("UID:1", "SUMMARY:x", "DTSTART:19990101T080000Z", count=3000)).past == 3000


def test_guests_organisers_and_notes_of_others_never_come_in():
    found = read(
        ics(
            "UID:1",
            "SUMMARY:Overleg",
            "DTSTART:20261203T193000Z",
            "ATTENDEE;CN=Iemand:mailto:iemand@example.nl",
            "ORGANIZER:mailto:ander@example.nl",
            "COMMENT:niet voor ons",
            "CONTACT:ook niet",
        )
    )
    assert "iemand" not in repr(found).lower()
    assert "niet voor ons" not in repr(found)


@pytest.mark.parametrize(
    "bomb",
    [
        ["RRULE:FREQ=SECONDLY;COUNT=999999999"],
        ["BEGIN:VALARM", "TRIGGER:-PT1S", "REPEAT:999999999", "DURATION:PT1S", "END:VALARM"],
        ["RDATE:" + ",".join(["20261203T193000Z"] * 5000)],
        ["ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "A" * 1_000_000],
        ["BEGIN:X"] * 50_000,
    ],
    ids=["rrule", "valarm", "rdate", "attach", "nesting"],
)
def test_a_calendar_bomb_is_harmless(bomb):
    began = time.monotonic()
    read(ics("UID:1", "SUMMARY:x", "DTSTART:20261203T193000Z", *bomb))
    assert time.monotonic() - began < 1


def test_a_repeated_event_with_one_uid_keeps_its_exceptions_apart():
    body = ics("UID:1", "SUMMARY:x", "DTSTART:20261203T193000Z", "RECURRENCE-ID:20261203T193000Z")
    assert read(body).entries[0].guid == "1/20261203T193000Z"


def test_one_bad_event_does_not_take_the_others_along():
    body = ics("UID:1", "SUMMARY:x", "DTSTART:20261203T193000Z")
    bad = body.replace("DTSTART:20261203T193000Z", "DTSTART:ergens in december").split("\r\n")[2:-2]
    found = read(body.replace("END:VCALENDAR", "\r\n".join([*bad, "END:VCALENDAR"])))
    assert len(found.entries) == 1
    assert found.broken
    assert "1 afspraak" in (found.problem or "")


@pytest.mark.parametrize(
    "start", ["DTSTART:99991231T233000Z", "DTSTART;VALUE=DATE:99991231", "DTSTART:21010101T100000Z"]
)
def test_an_event_after_this_century_is_a_mistake_and_not_an_event(start):
    found = read(ics("UID:1", "SUMMARY:x", start))
    assert found.entries == (), "its local time cannot be told, so no page could ever show it"
    assert found.broken
    assert "1 afspraak" in (found.problem or "")


@pytest.mark.parametrize("end", ["DTEND:99991231T233000Z", "DURATION:P900000D"])
def test_an_event_that_never_ends_has_no_known_end(end):
    assert only("DTSTART:20261203T193000Z", end).ends_at is None


def test_a_cut_calendar_is_read_as_far_as_it_goes_and_said():
    found = read(ics("UID:1", "SUMMARY:x", "DTSTART:20261203T193000Z").replace("END:VCALENDAR", "BEGIN:VEV"))
    assert len(found.entries) == 1
    assert found.broken


def test_more_events_than_the_limit_are_counted():
    found = read(ics("UID:1", "SUMMARY:x", "DTSTART:20261203T193000Z", count=ENTRIES + 3))
    assert len(found.entries) == ENTRIES
    assert found.cut == 3


def test_something_else_is_no_calendar():
    assert not read("<html></html>").recognised
    assert not read(b"\x00\x01").recognised


def test_every_calendar_of_the_corpus_is_read_or_said():
    files = sorted((corpus() / "ics").rglob("*.ics"))
    assert files
    for file in files:
        found = read(file.read_bytes(), datetime(1990, 1, 1, tzinfo=UTC))
        assert found.problem or not found.broken, file
