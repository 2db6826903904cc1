"""What stands behind the labels of a page (`crawler/event_labels.py`)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import takewhile

from crawler.event_labels import LABEL
from crawler.page_lines import Line

_DATE_LABEL_IN_VALUE = re.compile(r"^(?:datum(?:\(s\))?|data|tijd)\s{0,2}[-:–]\s*", re.IGNORECASE)
_NEAR_LINES = 3
_MOST_DATES = 60
_SHORT_LINE = 80


@dataclass(frozen=True, slots=True)
class Fields:
    """What the labels say."""

    date: str = ""
    time: str = ""
    place: str = ""
    organiser: str = ""
    signup: str = ""


def fields_of(lines: list[Line]) -> Fields:
    """What stands behind the labels: on the same line, in the next cell, or on the next lines."""
    told: dict[str, list[str]] = defaultdict(list)
    signup = ""
    for place, line in enumerate(lines):
        found = LABEL.match(line.text)
        name = found.lastgroup if found else None
        if found is None or name is None or told.get(name) or (line.level == 1):
            continue
        rest = line.text[found.end() :].strip(" :\t")
        values = [replace(line, text=rest)] if rest else _values_after(lines, place)
        if name == "date" and not rest:
            behind = lines[place + 1 + len(values) : place + 1 + _MOST_DATES]
            values += takewhile(_may_be_a_date, behind)
        told[name] = [_DATE_LABEL_IN_VALUE.sub("", value.text) for value in values]
        if name == "signup":
            links = [url for value in [line, *values] for _, url in value.links]
            signup = signup or next(iter(links), "")
    spaced = re.compile(r"\s{2,}")
    return Fields(
        date="\n".join(told["date"]),
        time=" ".join(told["time"]),
        place=spaced.sub(" ", ", ".join(text.strip(" ,.") for text in told["place"])),
        organiser=", ".join(told["organiser"]),
        signup=signup,
    )


def _may_be_a_date(line: Line) -> bool:
    short = len(line.text) <= _SHORT_LINE and not line.level
    return short and re.search(r"\d", line.text) is not None and not LABEL.match(line.text)


def _values_after(lines: list[Line], place: int) -> list[Line]:
    """The lines that belong to a label which stands alone: the cell or block behind it, or in its own the next line."""
    after = lines[place + 1 : place + 1 + 2 * _NEAR_LINES]
    if not after or LABEL.match(after[0].text):
        return []
    if after[0].cell and after[0].cell != lines[place].cell:
        return [line for line in after if line.cell == after[0].cell]
    if after[0].block != lines[place].block:
        return list(takewhile(lambda line: line.block == after[0].block and not LABEL.match(line.text), after))
    return after[: 2 if len(after) > 1 and re.match(r"\d{1,2}[:.]\d\d\b", after[1].text) else 1]
