"""What stands behind the labels of a page (`crawler/event_labels.py`)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import takewhile

from crawler.event_labels import INNER_LABEL, LABEL
from crawler.page_lines import Line

_DATE_LABEL_IN_VALUE = re.compile(r"^(?:datum(?:\(s\))?|data|tijd)\s{0,2}[-:–]\s*", re.IGNORECASE)
_DAY = re.compile(
    r"\d|\b(?:maan|dins|woens|donder|vrij|zater|zon)dag|\b(?:vandaag|morgen|vanavond|kerst|pasen)", re.IGNORECASE
)
_CLOCK = re.compile(r"\d{1,2}(?:[:.]\d\d|\s?(?:uur|u\b|h\b))|\b(?:half|kwart)\s\w|\buur\b", re.IGNORECASE)
_RANGE = re.compile(r"\d\s{0,2}(?:uur|u|h)?\s{0,2}(?:-|–|tot|t/m)\s", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:ca\.?|circa|rond|om|ongeveer|±)\s+", re.IGNORECASE)
_NEAR_LINES = 3
_MOST_DATES = 60
_SHORT_LINE = 80
_PLACE = 200
_IN = re.compile(r"^(?:In|Bij|Op|in|bij|op)\s(?:(?:het|de|een|ons|onze)\s)?(?=\S)")
_ROUTE = re.compile(
    r",?\s*\(?(?:(?:bekijk|toon|open|zie)\s(?:op|de|in)\s.{0,30}|route(?:beschrijving)?|plan (?:je|uw) route"
    r"|google maps)\)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fields:
    """What the labels say."""

    date: str = ""
    time: str = ""
    place: str = ""
    organiser: str = ""
    signup: str = ""


def apart(lines: list[Line]) -> list[Line]:
    """Lines in which several labels stand, as one line for each."""
    found: list[Line] = []
    for line in lines:
        parts = INNER_LABEL.split(line.text) if ":" in line.text else [line.text]
        if len(parts) == 1:
            found.append(line)
        else:
            found += [
                replace(line, text=part.strip(" |,;"), links=line.links if place == len(parts) - 1 else [])
                for place, part in enumerate(parts)
            ]
    return found


def fields_of(lines: list[Line]) -> Fields:
    """What stands behind the labels: on the same line, in the next cell, or on the next lines."""
    lines = apart(lines)
    told: dict[str, list[str]] = defaultdict(list)
    signup = ""
    for place, line in enumerate(lines):
        found = LABEL.match(line.text)
        name = found.lastgroup if found else None
        if found is None or name is None or told.get(name) or (line.level == 1):
            continue
        rest = line.text[found.end() :].strip(" :\t")
        values = [replace(line, text=rest)] if rest else _values_after(lines, place)
        if name == "date":
            if not rest:
                behind = lines[place + 1 + len(values) : place + 1 + _MOST_DATES]
                values += takewhile(_may_be_a_date, behind)
            if not any(_DAY.search(value.text) for value in values):
                continue
        if name == "both":
            _sort(values or lines[place + 1 : place + 1 + _NEAR_LINES], told)
            continue
        told[name] = [_DATE_LABEL_IN_VALUE.sub("", value.text) for value in values]
        if name == "signup":
            links = [url for value in [line, *values] for _, url in value.links]
            signup = signup or next(iter(links), "")
    date, where = _split_bar(told["date"], told["place"])
    return Fields(
        date=date + _last(told["last"]),
        time=_time_of(told),
        place=where,
        organiser=", ".join(told["organiser"]),
        signup=signup,
    )


def _sort(values: list[Line], told: dict[str, list[str]]) -> None:
    """Lines under one heading for the day and the place."""
    for value in values:
        if value.level or LABEL.match(value.text):
            break
        name = "date" if _DAY.search(value.text) and not told.get("date") else "place"
        if name == "place" and _CLOCK.search(value.text):
            name = "time"
        if not told.get(name):
            told[name] = [value.text]


def _split_bar(dates: list[str], places: list[str]) -> tuple[str, str]:
    """The days, and the place as one line without what is not the place."""
    where = ", ".join(text.strip(" ,.") for text in places if text.strip(" ,."))
    where = _IN.sub("", where)
    where = re.sub(r"\s{2,}", " ", _ROUTE.sub("", where)).strip(" ,.")
    return "\n".join(dates), where if len(where) <= _PLACE and re.search(r"[^\W\d_]{2}", where) else ""


def _last(values: list[str]) -> str:
    return f" t/m {values[0]}" if values and _DAY.search(values[0]) else ""


def _time_of(told: dict[str, list[str]]) -> str:
    """The time by all labels that say one: the beginning before the opening of doors, and the end behind it."""
    times = [text for name in ("time", "start") for text in told[name] if _CLOCK.search(text) or re.search(r"\d", text)]
    whole = " ".join(told["time"]) if told["time"] and _has_clock(told["time"]) else ""
    if whole and _RANGE.search(whole):
        return whole
    begins = next((text for text in told["start"] if _CLOCK.search(text)), "") or whole
    begins = begins or next((text for text in told["doors"] if _CLOCK.search(text)), "")
    ends = next((text for text in told["end"] if _CLOCK.search(text)), "")
    if begins and ends and not _RANGE.search(begins):
        return f"{begins.strip(' .')} - {_ABOUT.sub('', ends)}"
    return begins or " ".join(times[:1])


def _has_clock(values: list[str]) -> bool:
    return any(_CLOCK.search(value) or re.search(r"\d", value) for value in values)


def _may_be_a_date(line: Line) -> bool:
    short = len(line.text) <= _SHORT_LINE and not line.level
    return short and re.search(r"\d", line.text) is not None and not LABEL.match(line.text)


def _until_next_label(after: list[Line]) -> list[Line]:
    """The few short lines between a label and the next one, when there is a next one."""
    values = list(takewhile(lambda line: not LABEL.match(line.text), after[: _NEAR_LINES + 1]))
    short = all(not line.level and len(line.text) <= _SHORT_LINE and not line.text.endswith(".") for line in values)
    return values if short and len(values) < len(after[: _NEAR_LINES + 1]) else []


def _values_after(lines: list[Line], place: int) -> list[Line]:
    """The lines that belong to a label which stands alone: the cell or block behind it, or in its own the next line."""
    after = lines[place + 1 : place + 1 + 2 * _NEAR_LINES]
    if not after or LABEL.match(after[0].text) or (after[0].level and not lines[place].level):
        return []
    if after[0].cell and after[0].cell != lines[place].cell:
        own = [line for line in after if line.cell == after[0].cell]
        behind = after[len(own) :]
        if behind and behind[0].place and behind[0].cell:
            # The street in a cell of its own behind the name of the building.
            own += [line for line in behind if line.cell == behind[0].cell]
        return own
    if between := _until_next_label(after):
        return between
    if after[0].block != lines[place].block:
        return list(takewhile(lambda line: line.block == after[0].block and not LABEL.match(line.text), after))
    return after[: 2 if len(after) > 1 and re.match(r"\d{1,2}[:.]\d\d\b", after[1].text) else 1]
