"""Events in the rows of a table: its columns by their heads, or by what stands in them."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement

from crawler.days_told import days_in, spans_of, with_time
from crawler.event_labels import SIGN_UP
from crawler.event_places import looks_like_place
from crawler.event_titles import can_be_title, title_beside
from crawler.event_words import status_of
from crawler.htmltree import attribute
from crawler.page_lines import LINE, hits
from crawler.schema_events import EventTold
from crawler.urls import canonical
from crawler.values import RawText
from store.values import EventStatus

_ROWS = 300
_TABLES = 20
_LIST = 2
_MOST_CELLS = 12
_PARTS = 100
_HEADER_WORDS = {
    "date": re.compile(r"\b(?:datum|data|wanneer|dag)\b", re.IGNORECASE),
    "time": re.compile(r"\b(?:tijd|tijden|tijdstip|aanvang|hoe laat|begintijd|van)\b", re.IGNORECASE),
    "end": re.compile(r"\b(?:einde?|eindtijd|tot)\b", re.IGNORECASE),
    "place": re.compile(r"\b(?:locatie|plaats|waar|zaal|adres)\b", re.IGNORECASE),
    "title": re.compile(
        r"\b(?:activiteit|onderwerp|titel|wat|naam|evenement|bijeenkomst|training|cursus|omschrijving|voorstelling"
        r"|thema"
        r"|vergadering|film|concert|programma)\b",
        re.IGNORECASE,
    ),
}
_NO_EVENT_NAME = re.compile(
    r"(?:agenda|kalender|activiteiten|evenementen|programma|planning|data|rooster)\b", re.IGNORECASE
)
_CLOCK = re.compile(r"^(?:van |om )?\d{1,2}(?:[.:]\d\d|\s?(?:uur|u\b))")
Columns = dict[str, int | None]


def in_table(root: HtmlElement, base: str, now: datetime, name: str) -> list[EventTold]:
    """The events of the tables that have some: one for each month, or one for all."""
    told: list[EventTold] = []
    for table in hits(root, ".//table")[:_TABLES]:
        if table.find(".//table") is not None:
            # One that only lays out the page.
            continue
        rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in hits(table, ".//tr")[:_ROWS]]
        rows = [row[:_MOST_CELLS] for row in rows if row]
        if len(rows) < _LIST:
            continue
        columns = _by_heads(rows[0])
        body = rows[1:] if columns is not None else rows
        # Days and places under the name of one event: it is held at each of them.
        one = columns is not None and columns["title"] is None and columns["place"] is not None
        own = name if one and not _NO_EVENT_NAME.match(name) else ""
        columns = columns or _by_contents(rows, now)
        found = [each for row in body for each in _row(row, columns, base, now, own)] if columns else []
        told += found
        if len(told) >= _ROWS:
            break
    return told


def _words(cell: HtmlElement) -> str:
    # What is parted by `br` or a block has no space between in the text.
    return " ".join(" ".join(part for part in islice(cell.itertext(), _PARTS) if isinstance(part, str)).split())[:LINE]


def _by_heads(row: list[HtmlElement]) -> Columns | None:
    """The columns as the first row calls them; None when it does not, or says no more than a label and its value."""
    heads = [_words(cell) for cell in row]
    columns: Columns = {}
    for name, words in _HEADER_WORDS.items():
        columns[name] = next(
            (at for at, head in enumerate(heads) if words.search(head) and at not in columns.values()), None
        )
    told = sum(place is not None for place in columns.values())
    heady = all(not re.search(r"\d", head) for head in heads)
    return (
        columns
        if columns["date"] is not None and len(heads) >= _LIST and heady and (told >= _LIST or _all_heads(row))
        else None
    )


def _all_heads(row: list[HtmlElement]) -> bool:
    return all(cell.tag == "th" for cell in row)


def _by_contents(rows: list[list[HtmlElement]], now: datetime) -> Columns | None:
    """The columns of a table without heads: days in one, times in another, names in the first that is left."""
    width = max(len(row) for row in rows)
    texts = [[_words(row[at]) if at < len(row) else "" for row in rows] for at in range(width)]
    days = [sum(1 for text in column if text and days_in(text, now)) for column in texts]
    date = next((at for at, count in enumerate(days) if count >= _LIST and 2 * count > len(rows)), None)
    if date is None or any(count for at, count in enumerate(days) if at != date):
        return None
    time = next((at for at, column in enumerate(texts) if at != date and _mostly(column, _is_clock)), None)
    left = [at for at in range(width) if at not in {date, time} and _mostly(texts[at], can_be_title)]
    if not left:
        return None
    places = [at for at in left if _mostly(texts[at], looks_like_place)] if len(left) > 1 else []
    place = places[-1] if places else None
    title = next(at for at in left if at != place)
    if len(set(filter(None, texts[title]))) < _LIST:
        return None
    return {"date": date, "time": time, "end": None, "place": place, "title": title}


def _mostly(column: list[str], fits: object) -> bool:
    filled = [text for text in column if text]
    return bool(filled) and callable(fits) and 2 * sum(1 for text in filled if fits(text)) > len(filled)


def _is_clock(text: str) -> bool:
    return _CLOCK.match(text) is not None


def _row(row: list[HtmlElement], columns: Columns, base: str, now: datetime, own: str) -> list[EventTold]:
    def cell(name: str) -> str:
        place = columns[name]
        return _words(row[place]) if place is not None and place < len(row) else ""

    links = [
        (_words(link), canonical(attribute(link, "href"), base)) for each in row for link in hits(each, ".//a[@href]")
    ]
    titled = next(((said, url) for said, url in links if said and url and can_be_title(said)), ("", ""))
    others = [place for place in range(len(row)) if place not in columns.values()]
    title = cell("title") or titled[0] or next((text for at in others if can_be_title(text := _words(row[at]))), "")
    clock = cell("time")
    if clock and cell("end") and _CLOCK.match(cell("end")):
        clock = f"{clock} - {cell('end')}"
    days = days_in(with_time(cell("date"), clock), now)
    title = title or title_beside(cell("date"), days, []) or own
    spans = spans_of([each for each in days if each.starts_at is not None], f"{cell('date')} {clock}")
    if not title:
        return []
    signup = next((url for said, url in links if url and SIGN_UP.match(said)), None)
    words = "\n".join([*(_words(each) for each in row)])
    status = status_of(title, words) or EventStatus.CONFIRMED
    return [
        EventTold("", titled[1], title, RawText(), each, cell("place") or None, signup, None, status) for each in spans
    ]
