"""Events in boxes of one kind: cards, items of a list, paragraphs, rows, terms; each with its own name and date."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from lxml.html import HtmlElement

from crawler.box_titles import BOLD, LEFT, LINKED, TITLE_LINE, title_of
from crawler.days_told import days_in
from crawler.event_places import looks_like_place
from crawler.event_text import told_by
from crawler.event_titles import can_be_title, is_agenda, sounds_like_event
from crawler.htmltree import attribute
from crawler.page_lines import LINE, Line, hits, lines_of
from crawler.schema_events import EventTold
from crawler.urls import canonical
from crawler.values import RawText

_BOXES = 300
_STATE = re.compile(r"(?:is|has)-|(?:odd|even|first|last|active|cancell?ed|past|sold-?out|new)$", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ELEMENTS = 20_000
"""How many elements are looked at in search of boxes, those inside other boxes counted again."""
_LIST = 2
"""One is no list."""


@dataclass(frozen=True, slots=True)
class _Box:
    """The events of one box and how sure its name is."""

    events: list[EventTold]
    sure: int


def in_boxes(root: HtmlElement, base: str, now: datetime, name: str) -> list[EventTold]:
    """Boxes of one kind, most of which have a name and a date. `name` is what the page is called."""
    groups: dict[tuple[str, ...], list[HtmlElement]] = defaultdict(list)
    for element in hits(root, ".//li|.//article|.//div|.//section|.//a|.//p|.//tr|.//td")[:_ELEMENTS]:
        parent = element.getparent()
        if parent is not None and parent.tag not in _HEADINGS:
            groups[*_sort_of(parent), *_sort_of(element)].append(element)
    best: list[_Box] = []
    left = _ELEMENTS
    for boxes in [*groups.values(), *([term] for term in hits(root, ".//dl")[:_BOXES])]:
        few = boxes[:_BOXES]
        left -= sum(1 for box in few for _ in box.iter())
        if left < 0:
            break
        parts = _parts_of_terms(few[0], base) if few[0].tag == "dl" else [_lines_and_link(box, base) for box in few]
        found = [box for lines, link in parts if (box := _box(lines, link, now)).events]
        if len(found) * 2 > len(parts) and _are_a_list(found, name) and _worth(found) > _worth(best):
            best = found
    return [event for box in best for event in box.events]


def in_lines(lines: list[Line], now: datetime, name: str) -> list[EventTold]:
    """Lines that are each an event, parted by `br` or in paragraphs of many sorts: "3 december: Pubquiz"."""
    found: list[_Box] = []
    for line in lines:
        if len(found) == _BOXES:
            break
        days = days_in(line.text, now) if len(line.text) <= 2 * TITLE_LINE else []
        if len(days) == 1 and not line.level and len(line.text[: days[0].start]) <= 2:  # noqa: PLR2004 - a dash or a dot
            box = _box([line], "", now)
            found += [box] if box.events else []
    return [event for box in found for event in box.events] if _are_a_list(found, name) else []


def _worth(boxes: list[_Box]) -> float:
    return sum(1.0 if box.sure >= LINKED else 0.9 if box.sure == BOLD else 0.7 for box in boxes)


def _are_a_list(found: list[_Box], name: str) -> bool:
    """Whether boxes are events of their own and not the dates of the one event of this page."""
    titles = {event.title.lower() for box in found for event in box.events}
    if len(found) < _LIST or (len(titles) == 1 and not is_agenda(name)):
        return False
    if all(box.sure == LEFT for box in found) and all(looks_like_place(title) for title in titles):
        return False
    if all(box.sure > LEFT for box in found):
        return True
    if sounds_like_event(name) and not is_agenda(name) and not _plural(name):
        return False
    timed = sum(1 for box in found for event in box.events if not event.span.all_day)
    named = sum(1 for title in titles if sounds_like_event(title))
    several = _plural(name) and sounds_like_event(name)
    return is_agenda(name) or several or 2 * timed >= len(found) or 2 * named >= len(titles)


def _plural(name: str) -> bool:
    return re.search(r"(?:en|s)$", name.split(" ", maxsplit=1)[0]) is not None


def _sort_of(element: HtmlElement) -> tuple[str, str]:
    if element.tag in {"li", "tr"}:
        # Rows of one list often have a class of their own: "is-cancelled", "odd".
        return str(element.tag), ""
    classes = (name for name in attribute(element, "class").split() if not _STATE.match(name))
    return str(element.tag), next(classes, "")


def _parts_of_terms(terms: HtmlElement, base: str) -> list[tuple[list[Line], str]]:
    """The terms of a list in which the terms are days, not labels, each with what stands behind it."""
    parts: list[tuple[list[Line], str]] = []
    for child in hits(terms, "./dt|./dd|./div/dt|./div/dd")[:_BOXES]:
        lines = list(lines_of(child, base))
        if child.tag == "dt":
            parts.append((lines, ""))
        elif parts:
            parts[-1][0].extend(lines)
    return parts


def _lines_and_link(box: HtmlElement, base: str) -> tuple[list[Line], str]:
    link = canonical(attribute(box, "href"), base) if box.tag == "a" else ""
    return list(lines_of(box, base)), link


def _box(lines: list[Line], own: str, now: datetime) -> _Box:
    """The event of one box: its name is its heading, else its longest link, else words in bold, else what is left."""
    none = _Box([], 0)
    if not lines or sum(len(line.text) for line in lines) > 4 * LINE:
        return none
    title, sure, heading = title_of(lines, now)
    if not title:
        return none
    links = [link for line in lines for link in line.links if link[0]]
    named = [url for _, url in heading.links] if heading is not None else []
    linked = [url for said, url in links if title in said or can_be_title(said)]
    more = [url for said, url in links if _leads_on(said)]
    link = next((url for url in [*named, own, *linked, *more] if url), "")
    body = [line for line in lines if line is not heading]
    found = told_by(title, body, now, link, whole_page=False)
    text = " ".join(line.text for line in body if line.text != title)
    return _Box([replace(each, description=RawText(text)) for each in found], sure)


def _leads_on(said: str) -> bool:
    return (
        re.match(r"(?:lees|meer|bekijk|details?|info|verder|naar|toon|klik|hier|→|›|»)\b", said, re.IGNORECASE)
        is not None
    )
