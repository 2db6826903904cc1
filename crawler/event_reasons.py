"""Whether a date in a line is that of the event of the page, or of something else that the line tells."""

from __future__ import annotations

import re
from datetime import datetime

from crawler.event_day_words import BARELY_INVITES, CLOCK, INVITES, MOVED_AWAY, NEWS, NOT_OF_THE_EVENT
from crawler.reading.event_dates import DateFound

SENTENCE = re.compile(r"(?<=[.!?])\s{1,3}(?=[A-Z'’])")
_SHORT_LINE = 80
_BEFORE = 90
"""How far before a date a word may stand that says that it is no date of the event."""
_BEHIND = 60
_DEADLINE = re.compile(r"\b(?:vóór|voor|tot|uiterlijk)\s{1,2}(?:op\s)?$", re.IGNORECASE)
_REACH = 300
"""A sentence has no more characters on either side of its date."""
_FEW_LETTERS = 12
"""A label or a place at most."""


def is_other(before: str) -> bool:
    """Whether what stands before a date says that it is about something else."""
    return NOT_OF_THE_EVENT.search(before[-_BEFORE:]) is not None


def of_the_event(
    found: list[DateFound],
    line: str,
    near: str,
    now: datetime,
    *,
    sure: bool,
    likely: bool,
    begins: bool,
    invites: bool,
) -> list[DateFound]:
    """The dates that begin on this line and are about the event. `near` is the line with those behind it."""
    kept = []
    for each in found:
        if each.start >= len(line) or each.starts_at is None:
            continue
        before = near[max(each.start - _BEFORE, 0) : each.start]
        behind = near[each.end : each.end + _BEHIND]
        if (
            is_other(before)
            or _DEADLINE.search(before)
            or (MOVED_AWAY.search(behind) and not MOVED_AWAY.search(before))
        ):
            continue
        if sure or _convincing(each, line, now, likely=likely, begins=begins, invites=invites):
            kept.append(each)
    return kept


def _convincing(found: DateFound, line: str, now: datetime, *, likely: bool, begins: bool, invites: bool) -> bool:
    """A line that is a date, or a sentence that invites; not just any day in a sentence."""
    sentence = sentence_at(line, found.start, found.end)
    letters = len(re.sub(r"\W", "", sentence.replace(line[found.start : found.end], "")))
    timed = not found.all_day or found.recurring or _days_long(found) > 1 or CLOCK.search(sentence) is not None
    if letters <= _FEW_LETTERS and (timed or likely or letters <= len("datum")):
        # A day alone that has come already is the day on which the page was written.
        return timed or (found.starts_at is not None and found.starts_at > now)
    short = len(line) <= _SHORT_LINE and not line.endswith(".")
    if NEWS.search(sentence) or (not timed and found.ends_at is None):
        return False
    if found.start == 0 and short:
        return timed or likely
    if timed and (short or likely or invites or (found.recurring and len(line) <= _SHORT_LINE)):
        return True
    barely = likely and (begins or BARELY_INVITES.search(sentence) is not None)
    return barely or INVITES.search(sentence) is not None


def sentence_at(line: str, start: int, stop: int) -> str:
    """The sentence of a line in which a date stands, no longer than sentences are."""
    begin = max((hit.end() for hit in SENTENCE.finditer(line, 0, start)), default=0)
    end = next((hit.start() for hit in SENTENCE.finditer(line, min(stop, len(line)))), len(line))
    return line[max(begin, start - _REACH) : min(end, stop + _REACH)]


def _days_long(found: DateFound) -> int:
    return (found.ends_at - found.starts_at).days if found.starts_at and found.ends_at else 0
