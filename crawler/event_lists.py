"""Events on a page without markup: one, or several in a table, in boxes of one kind, in lines, or under headings.

Used only where schema.org says nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from lxml.html import HtmlElement

from crawler.days_told import days_in, spans_of, without_hours
from crawler.event_boxes import in_boxes, in_lines
from crawler.event_day_words import CLOCK
from crawler.event_days import dates_of
from crawler.event_fields import fields_of
from crawler.event_tables import in_table
from crawler.event_text import sign_up_in, told_by
from crawler.event_titles import (
    SESSION,
    can_be_title,
    is_agenda,
    is_name_of_agenda,
    is_named_as_no_event,
    is_of_no_event,
    page_title,
    title_beside,
)
from crawler.month_headings import with_months
from crawler.page_lines import Line, hits, lines_of, root_of, text_of
from crawler.schema_events import EventTold
from crawler.values import RawText
from store.values import AMSTERDAM

_LIST = 2
"""One is no list."""
_BOLD = 7
"""The level of a line in bold that heads what follows."""
_FOR_ALL = re.compile(
    r"\b(?:alle|elke|iedere|telkens|steeds|altijd|tenzij anders|de (?:\w*avonden|\w*lezingen|\w*concerten"
    r"|\w*bijeenkomsten"
    r"|\w*films|\w*middagen|\w*voorstellingen|activiteiten))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:wat|hoe|wie|waar\w*|wanneer|welke?|kan|kun|mag|moet|is|heb|heeft|krijg|wil|ben)\b.{0,200}\?$", re.IGNORECASE
)
"""The headings of questions and answers."""
_NEXT = re.compile(
    r"^(?:volgende(?: pagina)?|meer laden|toon meer|laad meer|next|older events|verder)\b.{0,12}$|^[›»→]$",
    re.IGNORECASE,
)


def events_in_text(tree: HtmlElement, url: str, base: str, now: datetime, title: str = "") -> list[EventTold]:
    """The events that a page tells of in words; none where it is not sure. Changes the tree."""
    with_months(tree, agenda=any(is_agenda(text_of(hit)) for hit in hits(tree, "//h1|//title")[:3]))
    root = root_of(tree)
    if root is None:
        return []
    lines = list(lines_of(root, base))
    name = page_title(tree, lines) or title
    if is_named_as_no_event(name, url):
        return []
    plain = without_hours(lines)
    about_others = is_of_no_event(lines)
    found = _listed(root, plain, base, now, "" if about_others else name)
    # An agenda of which we could not read the events is not itself one.
    unread = is_name_of_agenda(name) and not fields_of(plain).date
    if about_others or unread or any((each.span.ends_at or each.span.starts_at) > now for each in found):
        return with_shared_time(found, plain, now)
    told = told_by(name, lines, now, url, whole_page=True) or found
    if not told:
        # A day that is struck out still is the day of what was put off.
        whole = list(lines_of(root, base, struck=True))
        told = [
            each
            for each in told_by(name, whole, now, url, whole_page=True)
            if each.status in {"cancelled", "postponed"}
        ]
    return told


def _listed(root: HtmlElement, lines: list[Line], base: str, now: datetime, name: str) -> list[EventTold]:
    """The events of a page that has several. Without a `name` only those of a table are believed."""
    for found in (in_table(root, base, now, name), in_boxes(root, base, now, name) if name else []):
        if found and not _dates_before(lines, found, now):
            return found
    return (under_headings(lines, now) or in_lines(lines, now, name)) if name else []


def with_shared_time(told: list[EventTold], lines: list[Line], now: datetime) -> list[EventTold]:
    """The events of a list with the time that the page says once for all: "Alle lezingen beginnen om 20.00 uur"."""
    if not all(each.span.all_day for each in told):
        return told
    titles = {each.title for each in told}
    said = {
        " ".join(clock.split())
        for line in lines
        if line.text not in titles and not days_in(line.text, now) and _FOR_ALL.search(line.text)
        for clock in CLOCK.findall(line.text)
    }
    if len(said) != 1:
        return told
    timed = []
    for each in told:
        day = each.span.starts_at.astimezone(AMSTERDAM)
        spans = spans_of(days_in(f"{day:%Y-%m-%d}, {next(iter(said))}", now), "")
        one_day = each.span.ends_at is not None and each.span.ends_at - each.span.starts_at < timedelta(hours=30)
        timed.append(replace(each, span=spans[0]) if spans and one_day else each)
    return timed


def has_next_page(tree: HtmlElement) -> bool:
    """Whether the page says that its list goes on elsewhere."""
    if hits(tree, "//link[@rel='next']|//a[contains(concat(' ',@rel,' '),' next ')]"):
        return True
    return any(_NEXT.match(" ".join(text_of(link).split())) for link in hits(tree, "//a[@href]"))


def _dates_before(lines: list[Line], found: list[EventTold], now: datetime) -> bool:
    """Whether the page has a date of its own before the list: then the list is about other events."""
    titles = {told.title for told in found}
    before: list[Line] = []
    for line in lines:
        if line.text in titles or any(title in line.text for title in titles):
            break
        before.append(line)
    head = fields_of(before)
    if head.date:
        return True
    own = dates_of(head, [line for line in before if line.level != 1], now)
    # The date of the first box may stand above its title.
    first = found[0].span.starts_at.astimezone(AMSTERDAM).date()
    return bool(own) and all(span.starts_at.astimezone(AMSTERDAM).date() != first for span in own)


def under_headings(lines: list[Line], now: datetime) -> list[EventTold]:
    """The events of which each stands under a heading of its own, or under a line in bold."""
    for level in (2, 3, 4, 5, _BOLD):
        starts = [place for place, line in enumerate(lines) if _heads(line, level, now)]
        if len(starts) < _LIST or any(SESSION.match(lines[start].text) for start in starts):
            continue
        # What stands under a label of the same rank ("Aanmelden") is about all of them.
        marks = sorted({*starts, *(place for place, line in enumerate(lines) if line.level == level)})
        ends = [*(next((mark for mark in marks if mark > start), len(lines)) for start in starts)]
        shared = [
            line for start, end in pairwise([*marks, len(lines)]) if start not in starts for line in lines[start:end]
        ]
        told = []
        for start, end in zip(starts, ends, strict=True):
            link = next((url for _, url in lines[start].links), "")
            title = _name_of(lines[start].text, now)
            body = lines[start + 1 : end] if title == lines[start].text else lines[start:end]
            description = RawText("\n".join(line.text for line in lines[start + 1 : end]))
            events = told_by(title, body, now, link, whole_page=False)
            signup = sign_up_in(shared) or None
            told += [replace(each, description=description, signup_url=each.signup_url or signup) for each in events]
        before = lines[: starts[0]]
        if len({each.title for each in told}) >= _LIST and not dates_of(fields_of(before), before, now):
            return told
    return []


def _name_of(heading: str, now: datetime) -> str:
    """The heading without the day with which it begins: "Zaterdag 5 december: Wintervogels"."""
    days = days_in(heading, now)
    return (title_beside(heading, days, []) or heading) if days and days[0].start == 0 else heading


def _heads(line: Line, level: int, now: datetime) -> bool:
    if level == _BOLD:
        bold = not line.level and line.strong == line.text and can_be_title(line.text)
        return bold and not days_in(line.text, now)
    return (
        line.level == level
        and can_be_title(line.text)
        and not _ASKS.match(line.text)
        and not _only_says_when(line, now)
    )


def _only_says_when(line: Line, now: datetime) -> bool:
    days = days_in(line.text, now)
    return bool(days) and not title_beside(line.text, days, [hit.span() for hit in CLOCK.finditer(line.text)])
