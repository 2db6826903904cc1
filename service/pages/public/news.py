"""`/nieuws`: approved news, newest first, with a plain form for the filters and stable paging."""

from __future__ import annotations

from dataclasses import dataclass

from service.pages.views import Frame, NewsLine, Option


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for, as it stands in the form fields. `since` and `until` are ISO dates or empty."""

    regions: tuple[Option, ...]
    forms: tuple[Option, ...]
    sources: tuple[Option, ...]
    since: str
    until: str
    query: str
    active: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """`next_path` leads to older news, `first_path` back to the newest; both are empty where there is nothing.

    `feed_path` is the RSS feed with the same filters.
    """

    frame: Frame
    lines: tuple[NewsLine, ...]
    filters: Filters
    next_path: str
    first_path: str
    feed_path: str
