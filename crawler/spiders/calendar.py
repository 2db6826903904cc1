"""Sources that are a calendar: iCalendar (RFC 5545). One event, one entry; one entry for each repetition ahead.

Only the lines that an agenda needs ever reach the parser. Guests and organisers are people who did not ask to be
known to us, and alarms and repetitions are where a calendar can be a bomb (TRUST 2.3, B7; 6.3, K-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from icalendar import Event, vDuration, vText
from pydantic import BaseModel, ConfigDict, Field

from crawler import event_words, repeating, sentences
from crawler.dates import amsterdam, midnight
from crawler.documents import decoded
from crawler.limits import CALENDAR_LETTERS, ENTRIES, HORIZON_DAYS, NESTING
from crawler.values import DocumentRead, FetchedEntry, RawText
from crawler.values import FetchedDocument as Document
from store.values import FIELD_LIMIT, EventFacts, EventStatus, Kind

name = "calendar"

_KEPT = frozenset(
    {"UID", "SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DURATION", "LOCATION", "URL", "STATUS", "RECURRENCE-ID"}
    | {"RRULE", "RDATE", "EXDATE", "SEQUENCE"}
)
_ONCE = frozenset({"UID", "DTSTART", "DTEND", "DURATION", "STATUS", "RECURRENCE-ID", "RRULE"})
_SEMICOLONS = re.compile(r";{2,}")
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


_SIGN_UP = re.compile(
    r"(?:aanmeld|meld je|inschrij|schrijf je|registr|reserveer|tickets|kaarten)[^\n]{0,120}?(https?://[^\s<>\")]{4,500})",
    re.IGNORECASE,
)
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, KeyError, IndexError)
"""What the parser raises for events that break the standard."""


class Options(BaseModel):
    """`days` is how far ahead events that repeat are followed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(HORIZON_DAYS, ge=1, le=3660)


def parse(document: Document, options: Options) -> DocumentRead:
    """Read the events that are not over yet at the moment of fetching, soonest first; repetitions one by one."""
    text, _ = decoded(document.body, document.content_type)
    if "BEGIN:VCALENDAR" not in text[:10_000].upper():
        return DocumentRead(recognised=False)
    # What is so large is an archive, or made to burst us: its end is counted and not read.
    beyond = text.count("BEGIN:VEVENT", CALENDAR_LETTERS)
    text = text[:CALENDAR_LETTERS]
    lines = _FOLD.sub("", text.replace("\x00", "")).split("\n")
    called_off = any(line.strip().upper() == "METHOD:CANCEL" for line in lines[:50])
    blocks = list(_events(lines))
    zones = repeating.zones(lines)
    with repeating.known(zones):
        alone, series = repeating.sorted_out(blocks)
        found = _Found(document.fetched_at, called_off=called_off)
        # Long past by its own digits: not worth a parser.
        recent = (document.fetched_at - timedelta(days=3)).strftime("%Y%m%d")
        for block in alone:
            found.take(block, read=_last_day(block) >= recent)
        until = document.fetched_at + timedelta(days=options.days)
        for group in series:
            found.take_all(group, repeating.expanded(group, zones, document.fetched_at, until))
    entries = sorted(found.entries, key=_start)
    closed = bool(beyond) or any(line.strip().upper() == "END:VCALENDAR" for line in lines[-50:])
    problem = sentences.bad_events(found.broken) if found.broken else None if closed else sentences.CUT_OFF
    if problem is None and found.uncounted:
        problem = sentences.uncounted(found.uncounted)
    return DocumentRead(
        entries=tuple(entries[:ENTRIES]),
        broken=problem is not None,
        problem=problem,
        cut=max(len(entries) - ENTRIES, 0) + beyond,
        past=found.past,
        title=_calendar_name(lines),
        hint_seconds=_hint(lines),
        # Of a calendar that stopped half-way nobody knows what else it would have shown.
        whole=problem is None and not beyond and len(entries) <= ENTRIES,
    )


class _Found:
    """What the events of a calendar amount to at the moment `now`."""

    def __init__(self, now: datetime, *, called_off: bool) -> None:
        self._now = now
        self._called_off = called_off
        self.entries: list[FetchedEntry] = []
        self.broken = 0
        self.uncounted = 0
        self.past = 0

    def take(self, block: list[str], *, read: bool) -> None:
        """One event that does not repeat."""
        if not read:
            self.past += 1
            return
        try:
            event = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *block, "END:VEVENT"]))
        except UNREADABLE:
            self.broken += 1
            return
        self._add(event)

    def take_all(self, group: list[list[str]], events: list[Event] | None) -> None:
        """The repetitions of one event that lie within the horizon; None when they cannot be worked out."""
        if events is None:
            # What we know for sure is the first time, and each exception.
            self.uncounted += 1
            for block in group:
                self.take(block, read=True)
        elif not events:
            self.past += len(group)
        for event in events or ():
            self._add(event, repeats=True)

    def _add(self, event: object, *, repeats: bool = False) -> None:
        try:
            if not isinstance(event, Event):
                raise TypeError("no event")
            entry = _entry(event, called_off=self._called_off, repeats=repeats)
        except UNREADABLE:
            self.broken += 1
            return
        facts = entry.event
        if facts is not None and (facts.ends_at or facts.starts_at) > self._now:
            self.entries.append(entry)
        else:
            self.past += 1


def _start(entry: FetchedEntry) -> datetime:
    return entry.event.starts_at if entry.event else datetime.max.replace(tzinfo=UTC)


def _hint(lines: list[str]) -> int | None:
    """How long the calendar says to wait (RFC 7986 section 5.7, and what was used before it), in seconds."""
    for line in lines[:50]:
        label, _, value = line.partition(":")
        if label.partition(";")[0].upper() in {"REFRESH-INTERVAL", "X-PUBLISHED-TTL"}:
            try:
                return int(vDuration.from_ical(value.strip()).total_seconds())  # type: ignore[no-untyped-call]
            except (ValueError, OverflowError):
                return None
    return None


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
                yield _first_only(block)
                block = None
            if inside and inside[-1] == upper[4:]:
                inside.pop()
        elif block is not None and inside and inside[-1] == "VEVENT":
            found = _NAME.match(line)
            if found and found[0].upper() in _KEPT:
                block.append(_mended(found[0].upper(), line[:FIELD_LIMIT]))


def _mended(name: str, line: str) -> str:
    """A line without the everyday mistakes of programs that write calendars."""
    if name == "RRULE":
        return "".join(line.split())
    label, colon, value = line.partition(":")
    return _VENDOR_ZONE.sub(r"\1", _SEMICOLONS.sub(";", label) + colon + value)


def _first_only(block: list[str]) -> list[str]:
    """The block with one line of each thing that an event has one of."""
    seen: set[str] = set()
    kept = []
    for line in block:
        found = _NAME.match(line)
        name = found[0].upper() if found else ""
        if name in _ONCE and name in seen:
            continue
        seen.add(name)
        kept.append(line)
    return kept


def _last_day(block: list[str]) -> str:
    """The latest day in the lines about time, as digits. What has no such line counts as far away, so it is read."""
    times = [line for line in block if line.upper().startswith(("DTSTART", "DTEND", "DURATION"))]
    if any(line.upper().startswith("DURATION") for line in times):
        return "99991231"
    days = [found[0] for line in times for found in _DAY.finditer(line[-40:])]
    return max(days, default="99991231")


def _entry(event: Event, *, called_off: bool, repeats: bool) -> FetchedEntry:
    """One event or one repetition. Raises one of `UNREADABLE` when it cannot be read."""
    title, description = _text(event, "SUMMARY"), _text(event, "DESCRIPTION")
    facts = _facts(event, called_off=called_off)
    if facts.status is EventStatus.CONFIRMED:
        facts = replace(facts, status=event_words.status_of(title, description) or facts.status)
    if found := _SIGN_UP.search(description[:FIELD_LIMIT]):
        facts = replace(facts, signup_url=found[1].rstrip(".,;"))
    uid = _text(event, "UID")
    again = _again(event) if repeats or "RECURRENCE-ID" in event else ""
    return FetchedEntry(
        guid=f"{uid}/{again}" if uid and again else uid,
        link=_text(event, "URL"),
        title=RawText(title),
        content=RawText(description),
        kind=Kind.EVENT,
        event=facts,
    )


def _again(event: Event) -> str:
    """Which repetition this is: the moment it was planned at first, written the same whatever the calendar writes."""
    planned = event.decoded("RECURRENCE-ID") if "RECURRENCE-ID" in event else event.decoded("DTSTART")
    if isinstance(planned, datetime):
        return f"{_moment(planned):%Y%m%dT%H%M%SZ}"
    return f"{planned:%Y%m%d}"


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
    if ends_at is not None and (ends_at <= starts_at or ends_at.year > _LAST_YEAR):
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
    return str(value)
