"""How well dates are read: in texts of our own, in the phrases and in the agenda texts of the shared corpus.

A date is right when both its moments are; "wrong" is what was read and neither labelled nor allowed, as a share of the
labelled ones; the rest is honestly "none". `tune` and `held` may be looked at, `fresh` is only measured.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bench.reading_quality.relevance import lines
from crawler.reading.event_dates import DateFound
from crawler.reading.told_dates import dates_told
from store.values import AMSTERDAM
from tests.crawler.reading.labelled import corpus

GRAINS = {"Day": timedelta(0), "Hour": timedelta(hours=1), "Minute": timedelta(minutes=1)}
NO_EVENT = re.compile(
    r"geleden|afgelopen|vorige|gister|lunch|binnen|seconde|minu|weekend|CET|gmt|kwartier|in .* uur|over .* uur|zomer"
    r"|winter|komende .* (?:dagen|uur)|volgende 3|komende paar|^nu$|jaar na|maar voor",
    re.IGNORECASE,
)
"""Phrases of the corpus that are no date of an event: the past, spans from this moment on, seasons, other zones."""
PHRASES_AT = datetime(2013, 2, 12, 4, 30, tzinfo=AMSTERDAM)
"""The moment from which the corpus's phrases are meant."""
Span = tuple[datetime | None, datetime | None]
HALF_A_DAY = timedelta(hours=12)


def figures(part: str) -> dict[str, float]:
    """All figures of a part, shares from 0 to 1 and the sizes of the sets. The corpus has no fresh part."""
    found = own(part)
    if part == "fresh":
        return found
    for name, counted in (("phrases", phrases(part)), ("agenda texts", agenda_texts(part))):
        found |= {
            name: float(counted.total()),
            f"{name}: right": counted["right"] / counted.total(),
            f"{name}: wrong": counted["wrong"] / counted.total(),
        }
    return found


def own(part: str) -> dict[str, float]:
    """The figures on our own labelled texts."""
    counts: Counter[str] = Counter()
    for line in lines("dates"):
        if line["part"] == part:
            counts.update(judged(line, dates_told(line["text"], datetime.fromisoformat(line["published"]))))
    return {
        "texts with dates": float(counts["texts"]),
        "texts without": float(counts["silent"]),
        "dates": float(counts["dates"]),
        "right": counts["right"] / counts["dates"],
        "wrong": counts["wrong"] / counts["dates"],
        "none where none": counts["silent right"] / counts["silent"],
    }


def judged(line: dict[str, Any], found: list[DateFound]) -> Counter[str]:
    """What is right and wrong in one labelled text."""
    wanted = [label_of(label) for label in line["dates"]]
    allowed = [label_of(label) for label in line["also"]]
    if not wanted:
        return Counter({"silent": 1, "silent right": int(all(is_allowed(each, allowed) for each in found))})
    right = sum(any(fits(each, label) for each in found) for label in wanted)
    wrong = sum(not is_allowed(each, [*wanted, *allowed]) for each in found)
    return Counter({"texts": 1, "dates": len(wanted), "right": right, "wrong": wrong})


def label_of(label: dict[str, Any]) -> Span:
    begin, end = (datetime.fromisoformat(told) if told else None for told in (label["starts_at"], label["ends_at"]))
    return begin, end


def fits(found: DateFound, label: Span) -> bool:
    """Whether it says the same moments. "Vrijdagavond" is labelled as that whole day, without a time."""
    begin, end = label
    if found.vague and found.starts_at is not None and begin is not None:
        return end is None and found.starts_at.astimezone(AMSTERDAM).date() == begin.date()
    return found.starts_at == begin and (None if found.is_one_day else found.ends_at) == end


def is_allowed(found: DateFound, labels: list[Span]) -> bool:
    """Whether it is a label. An end without a beginning is one when a label is its last day."""
    if any(fits(found, label) for label in labels):
        return True
    if found.starts_at is not None or found.ends_at is None:
        return False
    last = (found.ends_at - HALF_A_DAY).astimezone(AMSTERDAM).date()
    return any(last == begin.date() if end is None else found.ends_at == end for begin, end in labels if begin)


def wall(moment: datetime | None) -> datetime | None:
    return moment.astimezone(AMSTERDAM).replace(tzinfo=None) if moment else None


def meant(value: str) -> tuple[list[datetime], str]:
    """The moments that the corpus gives a phrase, as on the wall, and how finely."""
    numbers = [tuple(map(int, hit)) for hit in re.findall(r"\((\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\)", value)]
    grain = re.search(r"\) (\w+)(?: \"|$)", value)
    assert grain is not None, f"the corpus has another form than it had: {value}"
    return [datetime(year, month or 1, day or 1, *clock) for year, month, day, *clock in numbers], grain[1]  # noqa: DTZ001 - as on the wall


def is_right(found: DateFound, times: list[datetime], grain: str) -> bool:
    if wall(found.starts_at) != times[0]:
        return False
    # An end in the set is one grain after the last minute or hour.
    return len(times) == 1 or wall(found.ends_at) in {times[1], times[1] - GRAINS.get(grain, timedelta(0))}


def read_phrases() -> Iterator[tuple[int, str, str, DateFound | None]]:
    """For each phrase of the corpus that is a date of an event: its number, itself, the verdict, and what was read."""
    told = json.loads(corpus("dutch-dates", "phrases.json").read_text(encoding="utf-8"))
    for number, example in enumerate(told["examples"]):
        times, grain = meant(example["value"])
        if grain not in GRAINS or example["kind"].endswith("OpenInterval"):
            continue
        for phrase in example["phrases"]:
            if not NO_EVENT.search(phrase):
                found = next(iter(dates_told(phrase, PHRASES_AT)), None)
                verdict = "none" if found is None else "right" if is_right(found, times, grain) else "wrong"
                yield number, phrase, verdict, found


def phrases(part: str) -> Counter[str]:
    return Counter(verdict for number, _, verdict, _ in read_phrases() if (number % 2 == 1) == (part == "held"))


def read_agenda_texts() -> Iterator[tuple[int, str, str, DateFound | None]]:
    """The same for the agenda texts, each read two weeks before it begins. Opening hours are left out."""
    told = json.loads(corpus("dutch-dates", "agenda-texts.json").read_text(encoding="utf-8"))
    for number, each in enumerate(told):
        text = " ".join(re.sub("<[^>]+>", " ", each["expected_text"][0]).split())
        if not text.startswith(("Open ", "Elke ")):
            first, last = (at(value) for value in each["datetimes_in_input"])
            written = (last if text.startswith("Tot ") else first).replace(tzinfo=AMSTERDAM) - timedelta(days=14)
            found = next(iter(dates_told(text, written)), None)
            verdict = "none" if found is None else "right" if says(found, text, first, last) else "wrong"
            yield number, text, verdict, found


def agenda_texts(part: str) -> Counter[str]:
    return Counter(verdict for number, _, verdict, _ in read_agenda_texts() if (number % 2 == 1) == (part == "held"))


def says(found: DateFound, text: str, first: datetime, last: datetime) -> bool:
    """Whether what was read in an agenda text is what its maker meant."""
    begin, end = wall(found.starts_at), wall(found.ends_at)
    timed = re.search(r"\d:\d\d", text) is not None
    days = begin is None or begin.date() == first.date()
    clock = not timed or (begin == first and (end == last or " om " in text))
    spans = re.search(r" - | tot |^Tot ", text) and not timed
    return days and clock and (not spans or (end is not None and (end - timedelta(days=1)).date() == last.date()))


def at(text: str) -> datetime:
    for form in ("%d-%m-%Y %H:%M", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - as on the wall
        except ValueError:
            continue
    return datetime.fromisoformat(text).replace(tzinfo=None)


if __name__ == "__main__":
    for name, value in figures("tune").items():
        print(f"{name:25}{value:9.3f}")
