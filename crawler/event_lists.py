"""Events on a page without markup: one, or several in a table, in boxes of one kind, or under headings.

Used only where schema.org says nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from lxml.html import HtmlElement

from crawler.event_fields import fields_of
from crawler.event_labels import LABEL, SIGN_UP
from crawler.event_text import dates_of, days_in, spans_of, told_by, with_time
from crawler.event_words import status_of
from crawler.htmltree import attribute
from crawler.page_lines import LINE, Line, heading_of, hits, lines_of, root_of, text_of, title_of
from crawler.schema_events import EventTold
from crawler.urls import canonical
from crawler.values import RawText
from store.values import AMSTERDAM, EventStatus

_BOXES = 300
_ELEMENTS = 20_000
"""How many elements are looked at in search of boxes, those inside other boxes counted again."""
_LIST = 2
"""One is no list."""
_NEXT = re.compile(
    r"^(?:volgende(?: pagina)?|meer laden|toon meer|laad meer|next|older events|verder)\b.{0,12}$|^[›»→]$",
    re.IGNORECASE,
)
_NO_EVENT = re.compile(
    r"\b(?:vacature\w*|aanbesteding|bekendmaking\w*|verordening|subsidie\w*|omgevingsvergunning|wegafsluiting|wegwerkzaamheden"
    r"|privacyverklaring|cookies|openingstijden|terugblik)\b",
    re.IGNORECASE,
)
"""Titles of pages that are full of dates and are no event."""
_HEADER_WORDS = {
    "date": re.compile(r"\b(?:datum|data|wanneer|dag)\b", re.IGNORECASE),
    "time": re.compile(r"\b(?:tijd|tijdstip|aanvang)\b", re.IGNORECASE),
    "place": re.compile(r"\b(?:locatie|plaats|waar|zaal)\b", re.IGNORECASE),
    "title": re.compile(
        r"\b(?:activiteit|onderwerp|titel|wat|naam|evenement|bijeenkomst|training|cursus|omschrijving|voorstelling|thema)\b",
        re.IGNORECASE,
    ),
}


def events_in_text(tree: HtmlElement, url: str, base: str, now: datetime, title: str = "") -> list[EventTold]:
    """The events that a page tells of in words; none where it is not sure."""
    root = root_of(tree)
    if root is None:
        return []
    for found in (in_table(root, base, now), in_boxes(root, base, now), under_headings(root, base, now)):
        if found:
            return found
    lines = list(lines_of(root, base))
    name = heading_of(lines) or title_of(tree) or title
    if _NO_EVENT.search(name):
        return []
    return told_by(name, lines, now, url, whole_page=True)


def has_next_page(tree: HtmlElement) -> bool:
    """Whether the page says that its list goes on elsewhere."""
    if hits(tree, "//link[@rel='next']|//a[contains(concat(' ',@rel,' '),' next ')]"):
        return True
    return any(_NEXT.match(" ".join(text_of(link).split())) for link in hits(tree, "//a[@href]"))


def in_table(root: HtmlElement, base: str, now: datetime) -> list[EventTold]:
    for table in hits(root, ".//table")[:20]:
        rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in hits(table, ".//tr")[:_BOXES]]
        if len(rows) < _LIST:
            continue
        heads = [" ".join(text_of(cell).split()) for cell in rows[0]]
        columns = {
            name: next((place for place, head in enumerate(heads) if words.search(head)), None)
            for name, words in _HEADER_WORDS.items()
        }
        if columns["date"] is None or len(heads) < _LIST:
            continue
        found = [told for row in rows[1:] for told in _row(row, columns, base, now)]
        if found:
            return found
    return []


def _row(row: list[HtmlElement], columns: dict[str, int | None], base: str, now: datetime) -> list[EventTold]:
    def cell(name: str) -> str:
        place = columns[name]
        return " ".join(text_of(row[place]).split()) if place is not None and place < len(row) else ""

    links = [
        (" ".join(text_of(link).split()), canonical(attribute(link, "href"), base))
        for each in row
        for link in hits(each, ".//a[@href]")
    ]
    titled = next(((said, url) for said, url in links if said and not SIGN_UP.match(said) and url), ("", ""))
    others = [place for place in range(len(row)) if place not in columns.values()]
    title = (
        cell("title") or titled[0] or next((text for at in others if (text := " ".join(text_of(row[at]).split()))), "")
    )
    found = days_in(with_time(cell("date"), cell("time")), now)
    spans = spans_of([each for each in found if each.starts_at is not None], f"{cell('date')} {cell('time')}")
    if not title:
        return []
    signup = next((url for said, url in links if url and SIGN_UP.match(said)), None)
    words = " ".join(text_of(each) for each in row)
    status = status_of(title, words) or EventStatus.CONFIRMED
    return [
        EventTold("", titled[1], title, RawText(), each, cell("place") or None, signup, None, status) for each in spans
    ]


def in_boxes(root: HtmlElement, base: str, now: datetime) -> list[EventTold]:
    """Boxes of one kind, each with a heading or link and a date of its own."""
    groups: dict[tuple[str, ...], list[HtmlElement]] = defaultdict(list)
    for element in hits(root, ".//li|.//article|.//div|.//section|.//a|.//p")[:_ELEMENTS]:
        parent = element.getparent()
        if parent is not None:
            groups[*_sort_of(parent), *_sort_of(element)].append(element)
    best: list[EventTold] = []
    left = _ELEMENTS
    for boxes in [*groups.values(), *([term] for term in _terms(root))]:
        few = boxes[:_BOXES]
        left -= sum(1 for box in few for _ in box.iter())
        if left < 0:
            break
        parts = _parts_of_terms(few[0], base) if few[0].tag == "dl" else [_lines_and_link(box, base) for box in few]
        if len(parts) < _LIST or len(parts) <= len(best):
            continue
        found = [told for lines, link in parts if (told := _box(lines, link, now))]
        if len(found) >= _LIST and len(found) * 2 > len(parts):
            best = [event for events in found for event in events]
    return [] if best and _dates_before(root, best, base, now) else best


def _sort_of(element: HtmlElement) -> tuple[str, str]:
    return str(element.tag), attribute(element, "class").partition(" ")[0]


def _terms(root: HtmlElement) -> list[HtmlElement]:
    """Lists of terms in which the terms are days, not labels."""
    return hits(root, ".//dl")[:_BOXES]


def _parts_of_terms(terms: HtmlElement, base: str) -> list[tuple[list[Line], str]]:
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


def _box(lines: list[Line], own: str, now: datetime) -> list[EventTold]:
    """The event of one box. Its title is its heading, or else the longest text of its links."""
    if not lines or sum(len(line.text) for line in lines) > 4 * LINE:
        return []
    links = [link for line in lines for link in line.links if link[0] and not SIGN_UP.match(link[0])]
    heading = next((line for line in lines if line.level), None)
    if heading is None and not links:
        return []
    title = heading.text if heading is not None else max((said for said, _ in links), key=len)
    named = [url for _, url in heading.links] if heading is not None else []
    link = next((url for url in [*named, own, *(url for _, url in links)] if url), "")
    body = [line for line in lines if line is not heading]
    if len(links) == 1 and heading is None and body and body[0].text == title:
        body = body[1:]
    found = told_by(title, body, now, link, whole_page=False)
    text = " ".join(line.text for line in body)
    return [replace(each, description=RawText(text)) for each in found]


def _dates_before(root: HtmlElement, found: list[EventTold], base: str, now: datetime) -> bool:
    """Whether the page has a date of its own before the list: then the list is about other events."""
    titles = {told.title for told in found}
    before: list[Line] = []
    for line in lines_of(root, base):
        if line.text in titles:
            break
        before.append(line)
    head = fields_of(before)
    if head.date:
        return True
    own = dates_of(head, [line for line in before if line.level != 1], now)
    # The date of the first box may stand above its title.
    first = found[0].span.starts_at.astimezone(AMSTERDAM).date()
    return bool(own) and all(span.starts_at.astimezone(AMSTERDAM).date() != first for span in own)


def under_headings(root: HtmlElement, base: str, now: datetime) -> list[EventTold]:
    lines = list(lines_of(root, base))
    for level in range(2, 5):
        starts = [
            place
            for place, line in enumerate(lines)
            if line.level == level and not LABEL.match(line.text) and "?" not in line.text
        ]
        if len(starts) < _LIST:
            continue
        ends = [*starts[1:], len(lines)]
        told = []
        for start, end in zip(starts, ends, strict=True):
            link = next((url for _, url in lines[start].links), "")
            body = lines[start + 1 : end]
            description = RawText("\n".join(line.text for line in body))
            events = told_by(lines[start].text, body, now, link, whole_page=False)
            told += [replace(each, description=description) for each in events]
        before = lines[: starts[0]]
        if len({each.title for each in told}) >= _LIST and not dates_of(fields_of(before), before, now):
            return told
    return []
