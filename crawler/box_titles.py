"""What an event in a box is called: by its heading, the page's own names for its parts, a link, or what is left."""

from __future__ import annotations

import re
from datetime import datetime

from crawler.days_told import days_in
from crawler.event_day_words import CLOCK, NEWS
from crawler.event_labels import LABEL, SIGN_UP
from crawler.event_titles import SESSION, can_be_title, title_beside
from crawler.page_lines import LINE, Line

NAMED, LINKED, BOLD, LEFT = 4, 3, 2, 1
"""How sure a name is: a heading, a link, words in bold, what is left of a line without its date."""
TITLE_LINE = 110
_WORDS = 8
"""So many words with a full stop are a sentence."""
_IN_SENTENCE = re.compile(
    r"\b(?:op|van|vanaf|tot|voor|per|sinds|na|en|is|met|tussen|rond|door|tot en met|uiterlijk)\s+$", re.IGNORECASE
)
Title = tuple[str, int, Line | None]
NO_TITLE: Title = ("", 0, None)


def title_of(lines: list[Line], now: datetime) -> Title:
    """The name in a box, how sure it is, and the line that is nothing but the name."""
    if found := _by_heading(lines, now):
        return found
    if any(line.level and SESSION.match(line.text) for line in lines):
        return NO_TITLE
    named = next((line for line in lines if can_be_title(line.title) and not days_in(line.title, now)), None)
    if named is not None:
        return named.title, NAMED, named if named.text == named.title else None
    return _by_link(lines, now) or _by_bold(lines, now) or _by_what_is_left(lines, now) or NO_TITLE


def _by_heading(lines: list[Line], now: datetime) -> Title | None:
    for line in lines:
        if line.level and not SESSION.match(line.text) and can_be_title(line.text):
            days = days_in(line.text, now)
            if not days:
                return line.text, NAMED, line
            title = title_beside(line.text, days, []) if days[0].start == 0 else line.text
            if title:
                return title, NAMED, None
    return None


def _by_link(lines: list[Line], now: datetime) -> Title | None:
    links = [link for line in lines for link in line.links if not SIGN_UP.match(link[0])]
    names = [title for said, _ in links if (title := _without_dates(said, now))]
    if not names:
        return None
    # One link around the whole box has a text for each line, and the name comes first.
    title = max(names, key=len) if len({url for _, url in links}) > 1 else names[0]
    return title, LINKED, _whole(lines, title)


def _by_bold(lines: list[Line], now: datetime) -> Title | None:
    names = [title for line in lines if line.strong and (title := _without_dates(line.strong, now))]
    return (names[0], BOLD, _whole(lines, names[0])) if names else None


def _by_what_is_left(lines: list[Line], now: datetime) -> Title | None:
    if any(not _is_row(line, now) for line in lines) or sum(1 for line in lines if days_in(line.text, now)) > 1:
        return None
    for line in lines:
        if len(line.text) > 2 * TITLE_LINE or LABEL.match(line.text):
            continue
        if title := _without_dates(line.text, now):
            fits = len(title) <= TITLE_LINE and not title.endswith(".")
            return (title, LEFT, _whole([line], title)) if fits else None
    return None


def _whole(lines: list[Line], title: str) -> Line | None:
    return next((line for line in lines if line.text == title), None)


def _is_row(line: Line, now: datetime) -> bool:
    """Whether a line may be a row of a list: without a date, or with one that is no part of a sentence."""
    days = days_in(line.text, now)
    if not days:
        return True
    before, behind = line.text[: days[0].start], line.text[days[0].end :]
    if len(days) > 1 or _IN_SENTENCE.search(before) or NEWS.search(line.text):
        return False
    return not (line.text.endswith(".") and len((before + behind).split()) > _WORDS)


def _without_dates(text: str, now: datetime) -> str:
    times = [hit.span() for hit in CLOCK.finditer(text)]
    if not times and can_be_title(text) and not days_in(text, now):
        return text
    return title_beside(text, days_in(text, now), times) if len(text) <= LINE else ""
