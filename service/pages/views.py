"""Small values that several pages show: the frame around every page, a line of news, a line of the agenda."""

from __future__ import annotations

from dataclasses import dataclass

from service.content import HelpNumber


@dataclass(frozen=True, slots=True)
class Frame:
    """What every public page shows around its text. `nav` names the part of the site that is marked as current."""

    site_name: str
    exit_url: str
    organisation: str
    base_url: str
    path: str
    help_numbers: tuple[HelpNumber, ...]
    year: int
    nav: str = ""


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One line of the news list, all in the words of the page. `path` is the page of the item."""

    id: int
    path: str
    title: str
    date_words: str
    iso_date: str
    source_name: str
    regions: tuple[str, ...]
    forms: tuple[str, ...]
    excerpt: str
    also_reported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the agenda. `status` is an `EventStatus`; `status_words` is empty when it goes on as planned."""

    id: int
    path: str
    ics_path: str
    day: str
    month_word: str
    weekday: str
    date_words: str
    iso_date: str
    time_words: str
    title: str
    place: str
    region: str
    signup_url: str
    status: str
    status_words: str
