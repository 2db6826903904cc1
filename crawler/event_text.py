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
_TIME = r"\d{1,2}[.:]\d\d(?!\d|[.-]\d)(?:\s?uur)?(?:\s{0,2}(?:-|–|tot)\s{0,2}\d{1,2}[.:]\d\d(?:\s?uur)?)?"
_CLOCK = re.compile(rf"(?<![\d.,:€-])(?<!€\s){_TIME}")
_STARTS_AT = re.compile(rf"\b(?:start|starten|aanvang|begin|begint|beginnen)\b[^.\n\d]{{0,30}}({_TIME})", re.IGNORECASE)
_ENDS_AT = re.compile(
    rf"\b(?:stoppen|stopt|einde|eindigt|eindigen|afgelopen|duurt tot)\b[^.\n\d]{{0,20}}({_TIME})", re.IGNORECASE
)
_MOST_OCCURRENCES = 60
_NEAR_LINES = 3
_SHORT_LINE = 80
_BEFORE = 90
"""How far before a date a word may stand that says that it is no date of the event."""
_FEW_LETTERS = 12
"""A label or a place at most."""


def days_in(text: str, now: datetime) -> list[DateFound]:
    """The dates in a text that say a day."""
    return [found for found in find_dates(text, now) if not found.only_time]


def told_by(title: str, lines: list[Line], now: datetime, url: str, *, whole_page: bool) -> list[EventTold]:
    """The event of this title that the lines tell of, once for each of its dates; nothing when they tell no date.

    A part of a page that stands for one event needs to say less to be believed than a whole page.
    """
    fields = fields_of(lines)
    text = "\n".join(line.text for line in lines)
    dates = dates_of(fields, lines, now, sure=not whole_page)
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


def dates_of(fields: Fields, lines: list[Line], now: datetime, *, sure: bool = False) -> list[Span]:
    """When the event is: as the label says, else by the first line that says it convincingly.

    `sure` says that the lines are about an event, so that any day in them is its day.
    """
    moved = [found for line in lines if _MOVED_AWAY.search(line.text) for found in _moved_to(line.text, now)]
    if moved:
        return spans_of(moved[:1], "")
    if fields.date:
        told = with_time(fields.date, fields.time)
        found = [each for each in days_in(told, now) if not _NOT_OF_THE_EVENT.search(told[: each.start][-_BEFORE:])]
        return spans_of(found, fields.date + " " + fields.time)
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
        dates = _of_the_event(days_in(near, now), line.text, near, sure=sure)
        if dates:
            day = near[dates[0].start : dates[-1].end]
            clock = fields.time or _time_elsewhere([near.replace(day, ""), *(each.text for each in lines)], sure=sure)
            if clock and all(each.all_day for each in dates):
                dates = days_in(with_time(day, clock), now) or dates
            return spans_of([*dates, *_more_dates(dates, line, lines[place + 1 :], now)], near)
    return []


def _more_dates(dates: list[DateFound], line: Line, after: list[Line], now: datetime) -> list[DateFound]:
    """The dates on the lines behind one that is nothing but a date with its time: a list of performances."""
    more: list[DateFound] = []
    if dates[0].all_day or not _is_all(dates[0], line.text):
        return more
    for other in after:
        found = days_in(other.text, now)
        if (
            len(found) == 1
            and found[0].starts_at is not None
            and not found[0].all_day
            and _is_all(found[0], other.text)
        ):
            more += found
        elif found or other.level or len(other.text) > _SHORT_LINE:
            break
    return more


def _is_all(found: DateFound, line: str) -> bool:
    rest = line[: found.start] + line[found.end :]
    return len(re.sub(r"\W", "", rest)) <= 2 * _FEW_LETTERS and not _NOT_OF_THE_EVENT.search(line[: found.start])


def _moved_to(line: str, now: datetime) -> list[DateFound]:
    """The new day in "verplaatst naar dinsdag 12 januari"."""
    return [
        found
        for found in days_in(line, now)
        if found.starts_at is not None and _TO.search(line[max(found.start - 20, 0) : found.start])
    ]


def _time_elsewhere(texts: list[str], *, sure: bool) -> str:
    """A time in the lines that is not beside the day: "De start is om 10.30 uur". In one event's box any lone time."""
    said = [found for text in texts for found in _STARTS_AT.findall(text)]
    ends = [found for text in texts for found in _ENDS_AT.findall(text)]
    if not said and sure:
        said, ends = [found for text in texts for found in _CLOCK.findall(text)], []
    times, ends = ([*dict.fromkeys(" ".join(found.split()) for found in each)] for each in (said, ends))
    if len(times) != 1:
        return ""
    return f"{times[0]} - {ends[0]}" if len(ends) == 1 and not re.search(r"tot|-|–", times[0]) else times[0]


def with_time(dates: str, clock: str) -> str:
    """The day and the time in one text. A label that has a time of its own needs no other."""
    if not clock or re.search(r"\d[.:]\d\d\b(?![.-])", dates):
        return dates
    return f"{dates.strip(' .')}, {clock}"


def _of_the_event(found: list[DateFound], line: str, near: str, *, sure: bool) -> list[DateFound]:
    """The dates that begin on this line and are about the event."""
    kept = []
    for each in found:
        if each.start >= len(line) or each.starts_at is None:
            continue
        before = near[max(each.start - _BEFORE, 0) : each.start]
        behind = near[each.end : each.end + 60]
        if _NOT_OF_THE_EVENT.search(before) or (_MOVED_AWAY.search(behind) and not _MOVED_AWAY.search(before)):
            continue
        if sure or _convincing(each, line):
            kept.append(each)
    return kept


def _convincing(found: DateFound, line: str) -> bool:
    """A time, several days, or a line that is a date or invites; not just any day in a sentence."""
    if not found.all_day or found.recurring:
        return True
    rest = line[: found.start] + line[found.end :]
    heads_it = found.start == 0 and len(line) <= _SHORT_LINE and not line.endswith(".")
    if heads_it or len(re.sub(r"\W", "", rest)) <= _FEW_LETTERS:
        return True
    if found.ends_at is None:
        return False
    return bool(_INVITES.search(rest))


def spans_of(found: list[DateFound], near: str) -> list[Span]:
    """Dates as an agenda has them: what is only a part of a day is that whole day, and so is "de hele dag"."""
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
