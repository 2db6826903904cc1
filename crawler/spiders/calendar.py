"""Sources that are a calendar: iCalendar (RFC 5545), thin. One event, one entry; repetition is not followed.

Only the lines that an agenda needs ever reach the parser. Guests and organisers are people who did not ask to be
known to us, and alarms and repetitions are where a calendar can be a bomb (TRUST 2.3, B7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from icalendar import Event, vText
from pydantic import BaseModel, ConfigDict

from crawler import sentences
from crawler.dates import amsterdam, midnight
from crawler.documents import decoded
from crawler.limits import ENTRIES, NESTING
from crawler.values import DocumentRead, FetchedEntry, RawText
from crawler.values import FetchedDocument as Document
from store.values import FIELD_LIMIT, EventFacts, EventStatus, Kind

name = "calendar"

_KEPT = frozenset(
    {"UID", "SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DURATION", "LOCATION", "URL", "STATUS", "RECURRENCE-ID"}
)
_FOLD = re.compile(r"\r?\n[ \t]")
_NAME = re.compile(r"[A-Za-z-]{1,40}")
_DAY = re.compile(r"(?:19|20|99)\d{6}")
_VENDOR_ZONE = re.compile(
    r"""(?<=TZID=)"?/[^:;"]{0,80}?((?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[\w/+-]+)"?"""
)
"""Some programs write their own name before the zone (RFC 5545 section 3.2.19)."""
_STATUS = {"CANCELLED": EventStatus.CANCELLED}
_LAST_YEAR = 2100
"""What is later is a mistake, or meant to break a reader: the last hours of 9999 have no time in Amsterdam."""


class Options(BaseModel):
    """A calendar has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def parse(document: Document, options: Options) -> DocumentRead:  # noqa: ARG001 - all kinds have the same form
    """Read the events that are not over yet at the moment of fetching, soonest first."""
    text, _ = decoded(document.body, document.content_type)
    if "BEGIN:VCALENDAR" not in text[:10_000].upper():
        return DocumentRead(recognised=False)
    lines = _FOLD.sub("", text.replace("\x00", "")).split("\n")
    called_off = any(line.strip().upper() == "METHOD:CANCEL" for line in lines[:50])
    blocks = list(_events(lines))
    # Long past by its own digits: not worth a parser.
    recent = (document.fetched_at - timedelta(days=3)).strftime("%Y%m%d")
    ahead = sorted((block for block in blocks if _last_day(block) >= recent), key=_last_day)
    entries, broken = [], 0
    past = len(blocks) - len(ahead)
    for block in ahead:
        entry = _entry(block, called_off=called_off)
        if entry is None or entry.event is None:
            broken += 1
        elif (entry.event.ends_at or entry.event.starts_at) <= document.fetched_at:
            past += 1
        else:
            entries.append(entry)
    closed = any(line.strip().upper() == "END:VCALENDAR" for line in lines[-50:])
    problem = sentences.bad_events(broken) if broken else None if closed else sentences.CUT_OFF
    return DocumentRead(
        entries=tuple(entries[:ENTRIES]),
        broken=problem is not None,
        problem=problem,
        cut=max(len(entries) - ENTRIES, 0),
        past=past,
        title=_calendar_name(lines),
    )


def _calendar_name(lines: list[str]) -> str:
    """What the calendar calls itself: NAME (RFC 7986 section 5.1), or as nearly everybody writes it, X-WR-CALNAME."""
    for line in lines[:50]:
        label, _, value = line.partition(":")
        if label.partition(";")[0].upper() in {"NAME", "X-WR-CALNAME"}:
            return " ".join(str(vText.from_ical(value[:FIELD_LIMIT])).split())
    return ""


def _events(lines: list[str]) -> Iterator[list[str]]:
    """The kept lines of every VEVENT, without the components inside it."""
    inside: list[str] = []
    block: list[str] | None = None
    for raw in lines:
        line = raw.rstrip("\r")
        upper = line[:60].upper().strip()
        if upper.startswith("BEGIN:") and len(inside) < NESTING:
            inside.append(upper[6:])
            if upper == "BEGIN:VEVENT":
                block = []
        elif upper.startswith("END:"):
            if upper == "END:VEVENT" and block is not None:
                yield block
                block = None
            if inside and inside[-1] == upper[4:]:
                inside.pop()
        elif block is not None and inside and inside[-1] == "VEVENT":
            found = _NAME.match(line)
            if found and found[0].upper() in _KEPT:
                block.append(_VENDOR_ZONE.sub(r"\1", line[:FIELD_LIMIT]))


def _last_day(block: list[str]) -> str:
    """The latest day in the lines about time, as digits. What has no such line counts as far away, so it is read."""
    times = [line for line in block if line.upper().startswith(("DTSTART", "DTEND", "DURATION"))]
    if any(line.upper().startswith("DURATION") for line in times):
        return "99991231"
    days = [found[0] for line in times for found in _DAY.finditer(line[-40:])]
    return max(days, default="99991231")


def _entry(block: list[str], *, called_off: bool) -> FetchedEntry | None:
    """One event, or None when it cannot be read."""
    try:
        event = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *block, "END:VEVENT"]))
        if not isinstance(event, Event):
            return None
        facts = _facts(event, called_off=called_off)
    except (ValueError, TypeError, AttributeError, OverflowError, KeyError, IndexError):
        return None
    uid, again = _text(event, "UID"), _text(event, "RECURRENCE-ID")
    return FetchedEntry(
        guid=f"{uid}/{again}" if uid and again else uid,
        link=_text(event, "URL"),
        title=RawText(_text(event, "SUMMARY")),
        content=RawText(_text(event, "DESCRIPTION")),
        kind=Kind.EVENT,
        event=facts,
    )


def _facts(event: Event, *, called_off: bool) -> EventFacts:
    start = event.decoded("DTSTART")
    all_day = not isinstance(start, datetime)
    starts_at = _moment(start)
    ends_at: datetime | None = None
    if "DTEND" in event:
        ends_at = _moment(event.decoded("DTEND"))
    elif "DURATION" in event:
        # Days are days on the clock; hours are hours that pass.
        length: timedelta = event.decoded("DURATION")
        ends_at = _moment(start + length) if all_day or not length.seconds else starts_at + length
    if all_day and (ends_at is None or ends_at <= starts_at):
        ends_at = _moment(start + timedelta(days=1))
    if starts_at.year > _LAST_YEAR:
        raise ValueError("an event after this century")
    if ends_at is not None and (ends_at < starts_at or ends_at.year > _LAST_YEAR):
        ends_at = None
    status = EventStatus.CANCELLED if called_off else _STATUS.get(_text(event, "STATUS").upper())
    return EventFacts(
        starts_at=starts_at,
        ends_at=ends_at,
        all_day=all_day,
        place=_text(event, "LOCATION") or None,
        status=status or EventStatus.CONFIRMED,
    )


def _moment(when: date | datetime) -> datetime:
    """A date is its midnight in Amsterdam; a time without a zone is a time in Amsterdam."""
    if not isinstance(when, datetime):
        return midnight(when)
    return amsterdam(when) if when.tzinfo is None else when.astimezone(UTC)


def _text(event: Event, key: str) -> str:
    value = event.get(key)
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None:
        return ""
    if key == "RECURRENCE-ID":
        return value.to_ical().decode("ascii", "replace") if hasattr(value, "to_ical") else str(value)
    return str(value)
