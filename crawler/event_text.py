"""One event from the lines of a page without markup: when and where it is, who holds it, how to sign up."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile

from crawler.days_told import days_in, without_hours
from crawler.event_days import About, dates_of, moved_in
from crawler.event_fields import fields_of
from crawler.event_labels import SIGN_UP, SIGN_UP_WORDS
from crawler.event_places import place_in
from crawler.event_titles import stands_in_agenda
from crawler.event_words import status_of
from crawler.organisations import named_organisation
from crawler.page_lines import Line
from crawler.schema_events import EventTold
from crawler.schema_times import Span
from crawler.values import RawText
from store.values import AMSTERDAM, EventStatus

_OTHER_EVENTS = re.compile(
    r"^(?:meer (?:activiteiten|evenementen|voorstellingen|agenda|nieuws|events|bijeenkomsten|concerten|cursussen|van"
    r"|uit|in)\b"
    r"|andere\b|overige (?:act|ev|ag|vo)|ook (?:interessant|leuk|in de|te zien)|gerelateerd|bekijk ook|lees ook"
    r"|zie ook|misschien"
    r"|eerdere?|laatste nieuws|recent|nieuws$|agenda$|dit vind|wellicht|suggesties|aanraders|vergelijkba|binnenkort$"
    r"|reacties"
    r"|plaats een reactie|volgende activiteit|meer te doen|aankomende (?:act|ev)|komende (?:act|ev))",
    re.IGNORECASE,
)
"""Headings behind which a page tells of something else."""
_MOST_OCCURRENCES = 60
_LIST_LINES, _NEAR_LINES = 300, 3
_NOT_BUT = re.compile(
    r"\bniet om \d{1,2}(?:[.:]\d\d)?(?: uur)?,? maar |\bin plaats van (?:om )?\d{1,2}[.:]\d\d(?: uur)?", re.IGNORECASE
)
"""The time that no longer holds: "niet om 20.00 uur, maar om 19.30 uur", "in plaats van 20.00 uur"."""


def told_by(title: str, lines: list[Line], now: datetime, url: str, *, whole_page: bool) -> list[EventTold]:
    """The event of this title that the lines tell of, once for each of its dates; nothing when they tell no date.

    A part of a page that stands for one event needs to say less to be believed than a whole page.
    """
    lines = without_hours(_own(title, lines) if whole_page else lines)
    lines = [replace(line, text=_NOT_BUT.sub("", line.text)) for line in lines]
    fields = fields_of(lines)
    text = "\n".join(line.text for line in lines)
    others = [line for line in lines if line.text != title]
    status = status_of(title, text) or EventStatus.CONFIRMED
    if status is EventStatus.CANCELLED and moved_in(others, now):
        status = EventStatus.CHANGED
    off = status in {EventStatus.CANCELLED, EventStatus.POSTPONED}
    dates = dates_of(fields, others, now, About(title, not whole_page, off, stands_in_agenda(url)))
    if not dates:
        return []
    body = "\n".join(line.text for line in others)
    place = fields.place or place_in(lines) or None
    signup = fields.signup or sign_up_in(lines) or None
    organiser = named_organisation(fields.organiser)
    return [
        EventTold(
            id="",
            link=url,
            title=title,
            description=RawText(body if whole_page else ""),
            span=each,
            place=place,
            signup_url=(_own_sign_up(each, lines, now) if len(dates) > 1 else "") or signup,
            organiser=organiser,
            status=status,
            again=len(dates) > 1,
        )
        for each in dates[:_MOST_OCCURRENCES]
    ]


def _own_sign_up(span: Span, lines: list[Line], now: datetime) -> str:
    """The address to sign up for one of several dates: in the line of its day, or behind it before the next day."""
    for at, line in enumerate(lines[:_LIST_LINES]):
        if any(each.starts_at in {span.starts_at, _day_of(span)} for each in days_in(line.text, now)):
            behind = lines[at + 1 : at + 1 + _NEAR_LINES]
            own = [line, *takewhile(lambda each: not each.level and not days_in(each.text, now), behind)]
            if found := next((url for each in own for said, url in each.links if url and SIGN_UP.match(said)), ""):
                return found
    return ""


def _day_of(span: Span) -> datetime:
    return span.starts_at.astimezone(AMSTERDAM).replace(hour=0, minute=0).astimezone(UTC)


def sign_up_in(lines: list[Line]) -> str:
    """The address of the link by which people sign up, "" when there is none."""
    links = [link for line in lines for link in line.links]
    for said, href in links:
        if href and SIGN_UP.match(said):
            return href
    for line in lines:
        inside = [href for _, href in line.links if href]
        if len(inside) == 1 and SIGN_UP_WORDS.search(line.text) and not line.level:
            return inside[0]
    return ""


def _own(title: str, lines: list[Line]) -> list[Line]:
    """The lines of a page up to where it begins to tell of other events."""
    begun = not any(line.text == title for line in lines)
    for place, line in enumerate(lines):
        if begun and line.level and line.text != title and _OTHER_EVENTS.match(line.text):
            return lines[:place]
        begun = begun or line.text == title
    return lines
