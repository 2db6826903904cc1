"""When an event is, from the lines that tell of it: its labels, else the line that convincingly says a day.

A date that is about the page itself ("geplaatst op"), about signing up, or of news that invites nobody
is no date of an event.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from crawler.days_told import DAY_WORDS, days_in, same_day, spans_of
from crawler.event_clock import rounds_in, timed_alike, with_clock, with_end
from crawler.event_day_words import CLOCK, MOVED, NEWS, ONCE, STARTS_AT, TO
from crawler.event_fields import Fields
from crawler.event_labels import LABEL, SIGN_UP
from crawler.event_places import place_in
from crawler.event_reasons import is_other, of_the_event, sentence_at
from crawler.event_titles import SESSION, can_be_title, sounds_like_event
from crawler.page_lines import Line
from crawler.reading.event_dates import DateFound
from crawler.schema_times import Span

_NEAR_LINES = 3
_SHORT_LINE = 80
_BEFORE = 90
"""How far before a date a word may stand that says that it is no date of the event."""
_FEW_LETTERS = 12
"""A label or a place at most."""
_JUNK = 5
_LIST_LINES = 300
_ASKS = re.compile(
    r"\b(?:welkom|geef (?:je|u) op|meld (?:je|u)\b|kom (?:langs|naar|je|jij|ook|gerust)|doe (?:je |jij )?mee|entree"
    r"|vrije inloop)\b"
    r"|\btoegang (?:is )?(?:gratis|vrij)",
    re.IGNORECASE,
)
"""What a page says to people who may come."""
_TIME_LABEL = re.compile(r"tijd|aanvang|begin|start|inloop|zaal open|deur|einde?|hoe laat|open", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of lines before they are read.

    `sure`: they are about an event, so that any day in them is its day. `put_off`: it has no day any more, so that the
    day on which it was to be will do. `likely`: the page is one of an agenda.
    """

    title: str = ""
    sure: bool = False
    put_off: bool = False
    likely: bool = False


def moved_in(lines: list[Line], now: datetime) -> list[DateFound]:
    """The days to which the lines say that the event has moved."""
    return [found for line in lines if MOVED.search(line.text) for found in _moved_to(line.text, now)]


def dates_of(fields: Fields, lines: list[Line], now: datetime, about: About = About()) -> list[Span]:
    """When the event is: as the label says, else by the first line that says it convincingly."""
    texts = [line.text for line in lines]
    moved = moved_in(lines, now)
    if moved:
        return spans_of(with_clock(moved[:1], fields.time, texts, now, sure=about.sure), "")
    if fields.date:
        found = [each for each in days_in(fields.date, now) if not is_other(fields.date[: each.start])]
        found = with_clock(found, fields.time, texts, now, sure=about.sure)
        return spans_of(_whole(found, f"{fields.date} {fields.time}", now), f"{fields.date} {fields.time}")
    if about.sure:
        return _by_line(fields, lines, now, about) or _by_title(fields, lines, now, about)
    return _by_title(fields, lines, now, about) or _by_line(fields, lines, now, about)


def _whole(dates: list[DateFound], near: str, now: datetime) -> list[DateFound]:
    return with_end(rounds_in(dates, near, now), near)


def _by_title(fields: Fields, lines: list[Line], now: datetime, about: About) -> list[Span]:
    """The day that the title says, with the time that stands beside that day in the lines or elsewhere."""
    found = [] if NEWS.search(about.title) else _of_the_title(about.title, now)
    if not found or is_other(about.title[: found[0].start]):
        return []
    dates = [
        each for line in lines for each in days_in(line.text, now) if not each.all_day and same_day(found[0], each)
    ]
    texts = [line.text for line in lines]
    if not (about.sure or about.likely or dates or sounds_like_event(about.title) or any(map(_ASKS.search, texts))):
        return []
    return spans_of(dates[:1] or with_clock(found, fields.time, texts, now, sure=about.sure), "")


def _by_line(fields: Fields, lines: list[Line], now: datetime, about: About) -> list[Span]:
    likely = about.likely or sounds_like_event(about.title)
    invites = any(_ASKS.search(line.text) and not NEWS.search(line.text) for line in lines)
    invites = invites or any(SIGN_UP.match(said) and "nieuws" not in said for line in lines for said, _ in line.links)
    begins = likely and any(STARTS_AT.search(line.text) for line in lines)
    over: list[Span] = []
    for place, line in enumerate(lines):
        if not DAY_WORDS.search(line.text):
            continue
        near = _with_lines_behind(lines, place)
        # A sentence that says when and at which address something is, tells of an event.
        here = invites or (CLOCK.search(line.text) is not None and place_in([line]) != "")
        dates = of_the_event(
            days_in(near, now), line.text, near, now, sure=about.sure, likely=likely, begins=begins, invites=here
        )
        if not about.put_off:
            dates = [each for each in dates if not ONCE.search(near[max(each.start - _BEFORE, 0) : each.start])]
        if dates:
            dates = _followed(dates, lines, place, now) or dates
            own = sentence_at(line.text, dates[0].start, dates[0].end).replace(dates[0].text, "")
            dates = with_clock(dates, fields.time, [own] if CLOCK.search(own) else [], now, sure=True)
            texts = [near[: dates[0].start], *near.split("\n"), *(each.text for each in lines)]
            dates = with_clock(dates, fields.time, texts, now, sure=about.sure)
            spans = spans_of(_whole(dates, near, now), near)
            if any((each.ends_at or each.starts_at) > now for each in spans):
                return spans
            # It may be the day on which the page was written.
            over = over or spans
    return over


def _of_the_title(title: str, now: datetime) -> list[DateFound]:
    return [
        each
        for each in days_in(title, now)
        if (each.starts_at is not None and each.ends_at is not None) or not each.all_day
    ][:1]


def _with_lines_behind(lines: list[Line], place: int) -> str:
    near = lines[place].text
    for after in lines[place + 1 : place + 1 + _NEAR_LINES]:
        labelled = LABEL.match(after.text)
        if after.level or len(after.text) > _SHORT_LINE or (labelled and not _TIME_LABEL.match(after.text)):
            break
        near += "\n" + after.text
    return near


def _followed(first: list[DateFound], lines: list[Line], place: int, now: datetime) -> list[DateFound]:
    """The dates of a line and of those behind it that are only dates with their times: a list of performances."""
    if not _is_date_line(first, lines[place].text):
        return []
    found: list[DateFound] = []
    skipped = 0
    for at in range(place, min(len(lines), place + _LIST_LINES)):
        line = lines[at]
        days = days_in(line.text, now)
        if days and _is_date_line(days, line.text):
            found += _with_own_time(lines, at, now)
            skipped = 0
        elif (
            days
            or skipped > _JUNK
            or (line.level and not SESSION.match(line.text))
            or (can_be_title(line.text) and not LABEL.match(line.text) and not CLOCK.match(line.text))
        ):
            break
        else:
            skipped += 1
    return timed_alike(found, now) if len(found) > len(first) else []


def _with_own_time(lines: list[Line], at: int, now: datetime) -> list[DateFound]:
    """The dates of a line, with the time that stands on the lines behind it before the next date."""
    near = _with_lines_behind(lines, at)
    dates = [each for each in days_in(near, now) if each.start < len(lines[at].text) and each.starts_at is not None]
    texts = []
    for line in lines[at + 1 : at + 1 + _NEAR_LINES]:
        if line.level or days_in(line.text, now):
            break
        texts.append(line.text)
    return with_clock(dates, "", texts, now, sure=True)


def _is_date_line(found: list[DateFound], line: str) -> bool:
    rest = line
    for each in reversed(found):
        rest = rest[: each.start] + rest[each.end :]
    return len(re.sub(r"[\W\d]", "", rest)) <= 2 * _FEW_LETTERS and not is_other(line[: found[0].start])


def _moved_to(line: str, now: datetime) -> list[DateFound]:
    """The new day in "verplaatst naar dinsdag 12 januari"."""
    return [
        found
        for found in days_in(line, now)
        if found.starts_at is not None and TO.search(line[max(found.start - 40, 0) : found.start])
    ]
