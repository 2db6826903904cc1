"""Events that repeat: which repetitions of an iCalendar event lie ahead, within a horizon (RFC 5545 section 3.8.5).

The working out is left to recurring-ical-events. What is ours is to let no rule in that repeats so often, or began so
long ago, that counting it out is a bomb (TRUST 2.3, B7), and to forget the zones of one calendar before the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import recurring_ical_events
from icalendar import Calendar, Component, Event, use_zoneinfo

from crawler.limits import REPETITIONS

_ZONE_LINES = ("TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "RDATE")
_ZONE_PARTS = frozenset({"BEGIN:STANDARD", "END:STANDARD", "BEGIN:DAYLIGHT", "END:DAYLIGHT"})
_ZONES, _ZONE_SIZE = 50, 200
_REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")
_RULE = re.compile(r"^RRULE[^:]*:(?:.*;)?FREQ=(\w+)", re.IGNORECASE)
_STEPS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
"""The fewest days between two repetitions. A meeting every hour, minute or second is no meeting."""
_YEAR = re.compile(r"(\d{4})\d{4}")
_PARTS = re.compile(r"BY(?:SECOND|MINUTE|HOUR)=[\d,]*,|BYSETPOS=[-\d,]{40}", re.IGNORECASE)
_UNTIL_YEAR = 2100
_LONG = 300


def sorted_out(blocks: Iterable[list[str]]) -> tuple[list[list[str]], list[list[list[str]]]]:
    """The events that stand alone, and those that repeat, by UID, with the exceptions that belong to them."""
    found = list(blocks)
    uids = [_uid(block) for block in found]
    repeated = {uid for uid, block in zip(uids, found, strict=True) if uid and _has(block, _REPEATS)}
    alone = [block for uid, block in zip(uids, found, strict=True) if uid not in repeated and not _rule(block)]
    series: dict[str, list[list[str]]] = {}
    for number, (uid, block) in enumerate(zip(uids, found, strict=True)):
        if uid in repeated or _rule(block):
            series.setdefault(uid or f"without a name {number}", []).append(block)
    return alone, list(series.values())


def zones(lines: Iterable[str]) -> list[str]:
    """The calendar's own time zones as text, without those that nobody should count out."""
    kept: list[str] = []
    zone: list[str] | None = None
    for raw in lines:
        line = raw.strip()
        upper = line[:60].upper()
        if upper == "BEGIN:VTIMEZONE":
            zone = []
        elif upper == "END:VTIMEZONE":
            if zone is not None and len(zone) <= _ZONE_SIZE and len(kept) < _ZONES:
                kept.append("\r\n".join(["BEGIN:VTIMEZONE", *zone, "END:VTIMEZONE"]))
            zone = None
        elif zone is not None and (upper in _ZONE_PARTS or upper.startswith(_ZONE_LINES)):
            zone.append(line[:_LONG])
            if upper.startswith("RRULE") and "FREQ=YEARLY" not in upper:
                zone = None
    return kept


@contextmanager
def known(own_zones: list[str]) -> Iterator[None]:
    """Let the parser know these time zones while the block runs, and none of another calendar."""
    use_zoneinfo()  # type: ignore[no-untyped-call]
    for zone in own_zones:
        _calendar([zone])
    try:
        yield
    finally:
        use_zoneinfo()  # type: ignore[no-untyped-call]


def expanded(group: list[list[str]], own_zones: list[str], now: datetime, until: datetime) -> list[Event] | None:
    """The repetitions between two moments, at most `REPETITIONS`; None when the rule is refused or wrong."""
    if not all(_tame(block, now) for block in group):
        return None
    events = ["\r\n".join(["BEGIN:VEVENT", *block, "END:VEVENT"]) for block in group]
    calendar = _calendar([*own_zones, *events])
    if calendar is None:
        return None
    try:
        found = recurring_ical_events.of(calendar).between(now, until)
    except Exception:  # noqa: BLE001 - whatever a rule from outside makes of it, it is that event's trouble
        return None
    return [event for event in found if isinstance(event, Event)][:REPETITIONS]


def _calendar(parts: list[str]) -> Component | None:
    try:
        return Calendar.from_ical("\r\n".join(["BEGIN:VCALENDAR", *parts, "END:VCALENDAR"]))
    except Exception:  # noqa: BLE001 - the same
        return None


def _tame(block: list[str], now: datetime) -> bool:
    """Whether a rule can be counted out from its beginning in a moment."""
    for line in block:
        upper = line.upper()
        if upper.startswith("RRULE"):
            found = _RULE.match(line)
            if not found or found[1].upper() not in _STEPS or _PARTS.search(line) or len(line) > _LONG:
                return False
            began = next((_YEAR.search(other) for other in block if other.upper().startswith("DTSTART")), None)
            years = now.year - int(began[1]) if began else 0
            if years * 365 / _STEPS[found[1].upper()] > REPETITIONS * 100:
                return False
    return sum(line.upper().startswith(("RDATE", "EXDATE")) for line in block) <= REPETITIONS


def _uid(block: list[str]) -> str:
    return next((line.partition(":")[2].strip() for line in block if line.upper().startswith("UID")), "")


def _rule(block: list[str]) -> bool:
    return _has(block, ("RRULE", "RDATE"))


def _has(block: list[str], names: tuple[str, ...]) -> bool:
    return any(line.upper().startswith(names) for line in block)
