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
from crawler.event_text import dates_of, spans_of, told_by, with_time
from crawler.event_words import status_of
from crawler.htmltree import attribute
from crawler.page_lines import CELLS, LINE, Line, heading_of, hits, lines_of, root_of, text_of, title_of
from crawler.reading.event_dates import find_dates
from crawler.schema_events import EventTold
from crawler.urls import canonical
from crawler.values import RawText
from store.values import EventStatus

_BOXES = 300
_LIST = 2
"""One is no list."""
_NEXT = re.compile(
    r"^(?:volgende(?: pagina)?|meer laden|toon meer|laad meer|next|older events|verder)\b.{0,12}$|^[›»→]$",
    re.IGNORECASE,
)
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
    return told_by(name, lines, now, url, whole_page=True)


def has_next_page(tree: HtmlElement) -> bool:
    """Whether the page says that its list goes on elsewhere."""
    if hits(tree, "//link[@rel='next']|//a[contains(concat(' ',@rel,' '),' next ')]"):
        return True
    return any(_NEXT.match(" ".join(text_of(link).split())) for link in hits(tree, "//a[@href]"))


def in_table(root: HtmlElement, base: str, now: datetime) -> list[EventTold]:
    for table in hits(root, ".//table")[:20]:
        rows = [[cell for cell in row if cell.tag in CELLS] for row in hits(table, ".//tr")[:_BOXES]]
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
    title = cell("title") or titled[0]
    found = find_dates(with_time(cell("date"), cell("time")), now)
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
    """Boxes of one kind beside each other, each with a heading or link and a date of its own."""
    groups: dict[tuple[HtmlElement, str, str], list[HtmlElement]] = defaultdict(list)
    for element in hits(root, ".//li|.//article|.//div|.//section|.//a|.//tr")[:20_000]:
        parent = element.getparent()
        if parent is not None and (parent is not root or element.tag != "section"):
            groups[parent, str(element.tag), attribute(element, "class").partition(" ")[0]].append(element)
    best: list[EventTold] = []
    for boxes in groups.values():
        if not _LIST <= len(boxes) <= _BOXES or len(boxes) <= len(best):
            continue
        told = [_box(box, base, now) for box in boxes]
        found = [each for each in told if each]
        if len(found) >= _LIST and len(found) * 2 > len(boxes):
            best = [event for events in found for event in events]
    if best and _dates_before(root, best, base, now):
        return []
    return best


def _box(box: HtmlElement, base: str, now: datetime) -> list[EventTold]:
    lines = list(lines_of(box, base))
    if not lines or sum(len(line.text) for line in lines) > 4 * LINE:
        return []
    links = [link for line in lines for link in line.links if link[0] and not SIGN_UP.match(link[0])]
    heading = next((line for line in lines if line.level), None)
    if heading is None and not links:
        return []
    title = heading.text if heading is not None else max((said for said, _ in links), key=len)
    own = [url for line in ([heading] if heading is not None else []) for _, url in line.links]
    if box.tag == "a":
        own.append(canonical(attribute(box, "href"), base))
    link = next((url for url in [*own, *(url for _, url in links)] if url), "")
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
    own = [line for line in before if line.level != 1]
    # The date of the first box may stand above its title.
    return len(dates_of(head, own, now)) > 0 and not any(
        span.starts_at == found[0].span.starts_at for span in dates_of(head, own, now)
    )


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
