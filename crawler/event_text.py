"""One event from the lines of a page without markup: its labels, else the line that convincingly says when it is.

A date that is about the page itself ("geplaatst op") or about signing up is no date of an event.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from crawler.event_fields import Fields, fields_of
from crawler.event_labels import LABEL, SIGN_UP
from crawler.event_words import status_of
from crawler.organisations import named_organisation
from crawler.page_lines import Line
from crawler.reading.event_dates import DateFound, find_dates
from crawler.schema_events import EventTold
from crawler.schema_times import Span
from crawler.values import RawText
from store.values import AMSTERDAM, EventStatus

_NOT_OF_THE_EVENT = re.compile(
    r"(?:\b(?:geplaatst|gepubliceerd|publicatie\w*|nieuwsbericht|persbericht|laatst|gewijzigd|bijgewerkt|aangemaakt"
    r"|aanmelden|aanmeld\w*|meld (?:je|u)|inschrij\w*|schrijf|opgeven|opgave|geef je op|reageren|reacties?|uiterlijk"
    r"|deadline|sluit\w*|sinds|geldt|geldig|ingang|copyright|bestelbaar|verkrijgbaar|kaartverkoop|voorverkoop"
    r"|vastgesteld|besloten|ondertekend|geboren|overleden|opgericht|verscheen|afgelopen|vorig|archief|versie)\b|©)"
    r"[^.!?\n]{0,45}$",
    re.IGNORECASE,
)
_MOVED_AWAY = re.compile(r"\b(?:verplaatst|verzet|verschoven|verhuisd)\b", re.IGNORECASE)
_TO = re.compile(r"\bnaar\s{1,2}$|\bnieuwe datum:?\s{1,2}(?:is\s)?$", re.IGNORECASE)
_INVITES = re.compile(
    r"\b(?:kom|welkom|organise\w+|houd\w*|vind\w* .{0,40}plaats|bijeenkomst|avond|middag|ochtend|is er|zijn er|wordt"
    r"|begint|start|programma|doe mee|bezoek|open|uitgenodigd|praten|vieren|workshop|training|cursus|lezing|college)\b",
    re.IGNORECASE,
)
_ALL_DAY = re.compile(r"\b(?:ge)?hele dag\b", re.IGNORECASE)
_MOST_OCCURRENCES = 60
_NEAR_LINES = 3
_SHORT_LINE = 80
_FEW_LETTERS = 12
"""A label or a place at most."""


def told_by(title: str, lines: list[Line], now: datetime, url: str, *, whole_page: bool) -> list[EventTold]:
    fields = fields_of(lines)
    text = "\n".join(line.text for line in lines)
    dates = dates_of(fields, lines, now)
    status = status_of(title, text) or EventStatus.CONFIRMED
    link_texts = [link for line in lines for link in line.links]
    signup = fields.signup or next((href for said, href in link_texts if SIGN_UP.match(said)), "")
    organiser = named_organisation(fields.organiser)
    body = "\n".join(line.text for line in lines if line.text != title)
    return [
        EventTold(
            id="",
            link=url,
            title=title,
            description=RawText(body if whole_page else ""),
            span=each,
            place=fields.place or None,
            signup_url=signup or None,
            organiser=organiser,
            status=status,
            again=len(dates) > 1,
        )
        for each in dates[:_MOST_OCCURRENCES]
    ]


def dates_of(fields: Fields, lines: list[Line], now: datetime) -> list[Span]:
    """When the event is: as the label says, else by the first line that says it convincingly."""
    if fields.date:
        found = find_dates(with_time(fields.date, fields.time), now)
        return spans_of([each for each in found if each.starts_at is not None], fields.date + " " + fields.time)
    for place, line in enumerate(lines):
        if not re.search(r"\d|dag|morgen|avond|middag", line.text):
            continue
        near = line.text
        for after in lines[place + 1 : place + 1 + _NEAR_LINES]:
            if (
                after.level
                or len(after.text) > _SHORT_LINE
                or (LABEL.match(after.text) and not re.match(r"(?i)tijd|aanvang", after.text))
            ):
                break
            near += "\n" + after.text
        dates = _of_the_event(find_dates(near, now), line.text, near)
        if dates:
            if fields.time and all(each.all_day for each in dates):
                dates = find_dates(with_time(near[dates[0].start : dates[-1].end], fields.time), now) or dates
            return spans_of(dates, near)
    return []


def with_time(dates: str, clock: str) -> str:
    """The day and the time in one text. A label that has a time of its own needs no other."""
    if not clock or re.search(r"\d[.:]\d\d\b(?![.-])", dates):
        return dates
    return f"{dates.strip(' .')}, {clock}"


def _of_the_event(found: list[DateFound], line: str, near: str) -> list[DateFound]:
    """The dates that begin on this line and are about the event."""
    kept = []
    for each in found:
        if each.start >= len(line) or each.starts_at is None:
            continue
        before = near[max(each.start - 90, 0) : each.start]
        behind = near[each.end : each.end + 60]
        if _TO.search(before) and _MOVED_AWAY.search(near):
            return [each]
        if _NOT_OF_THE_EVENT.search(before) or (_MOVED_AWAY.search(behind) and not _MOVED_AWAY.search(before)):
            continue
        if _convincing(each, line):
            kept.append(each)
    return kept


def _convincing(found: DateFound, line: str) -> bool:
    """A time, several days, or a line that is a date or invites; not just any day in a sentence."""
    if not found.all_day or found.recurring:
        return True
    rest = line[: found.start] + line[found.end :]
    if len(re.sub(r"\W", "", rest)) <= _FEW_LETTERS:
        return True
    if found.ends_at is None:
        return False
    return bool(_INVITES.search(rest))


def spans_of(found: list[DateFound], near: str) -> list[Span]:
    spans = []
    for each in found:
        if each.starts_at is None:
            continue
        day = each.starts_at.astimezone(AMSTERDAM).date()
        if each.vague or (_ALL_DAY.search(near) and not each.all_day):
            spans.append(Span(_midnight(day), _midnight(day + timedelta(days=1)), all_day=True))
        else:
            ends = each.ends_at or (_midnight(day + timedelta(days=1)) if each.all_day else None)
            spans.append(Span(each.starts_at, ends, each.all_day))
    return list(dict.fromkeys(spans))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), AMSTERDAM)
