"""Dates in Dutch: the phrases and agenda texts of the shared corpus, our own sentences, and texts made to be slow."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from crawler.reading.event_dates import DateFound, find_dates
from store.values import AMSTERDAM
from tests.crawler.reading.labelled import corpus

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
GRAINS = {"Day": timedelta(0), "Hour": timedelta(hours=1), "Minute": timedelta(minutes=1)}
NO_EVENT = re.compile(
    r"geleden|afgelopen|vorige|gister|lunch|binnen|seconde|minu|weekend|CET|gmt|kwartier|in .* uur|over .* uur|zomer"
    r"|winter|komende .* (?:dagen|uur)|volgende 3|komende paar|^nu$|jaar na|maar voor",
    re.IGNORECASE,
)
"""Phrases of the corpus that are no date of an event: the past, spans from this moment on, seasons, other zones."""


def wall(moment: datetime | None) -> datetime | None:
    return moment.astimezone(AMSTERDAM).replace(tzinfo=None) if moment else None


def said(found: DateFound) -> str:
    """Such as "2026-12-03 19:30 > 21:30", "2026-12-03 (day)"."""
    begin, end = wall(found.starts_at), wall(found.ends_at)
    if found.all_day:
        last = end - timedelta(days=1) if end else None
        first = f"{begin:%Y-%m-%d}" if begin else ""
        return f"{first} > {last:%Y-%m-%d}" if last and last != begin else f"{first} (day)"
    until = f"{end:%H:%M}" if end and begin and end.date() == begin.date() else f"{end:%Y-%m-%d %H:%M}" if end else ""
    return f"{begin:%Y-%m-%d %H:%M}" + (f" > {until}" if until else "")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("donderdag 3 december 2026, 19.30 - 21.30 uur", ["2026-12-03 19:30 > 21:30"]),
        ("do 3 dec. van 19:30 tot 21:30", ["2026-12-03 19:30 > 21:30"]),
        ("donderdag 3 december a.s. van half acht tot half tien", ["2026-12-03 19:30 > 21:30"]),
        ("van 13.00 tot 17.00 uur op vrijdag 11 december", ["2026-12-11 13:00 > 17:00"]),
        ("Donderdag 3 december 2026, inloop vanaf 19.00 uur, start om 19.30 uur", ["2026-12-03 19:30"]),
        ("3 december 2026, 19.00 (inloop) 19.30 - 21.30 uur", ["2026-12-03 19:30 > 21:30"]),
        ("25 t/m 29 mei", ["2027-05-25 > 2027-05-29"]),
        ("28 december t/m 3 januari 2027", ["2026-12-28 > 2027-01-03"]),
        ("1, 8 en 15 december 2026 om 19:30 uur", ["2026-12-01 19:30", "2026-12-08 19:30", "2026-12-15 19:30"]),
        ("7 januari, 4 februari en 4 maart 2027", ["2027-01-07 (day)", "2027-02-04 (day)", "2027-03-04 (day)"]),
        (
            "zaterdag 12 en zondag 13 december 2026 van 11 tot 17 uur",
            ["2026-12-12 11:00 > 17:00", "2026-12-13 11:00 > 17:00"],
        ),
        ("a.s. vrijdag", ["2026-11-27 (day)"]),
        ("volgende week dinsdag om half acht 's avonds", ["2026-12-01 19:30"]),
        ("morgen om kwart over acht", ["2026-11-25 20:15"]),
        ("zaterdagavond 28 november om half negen", ["2026-11-28 20:30"]),
        ("elke eerste zondag van de maand van 14.00 tot 16.00 uur", ["2026-12-06 14:00 > 16:00"]),
        ("1e paasdag", ["2027-03-28 (day)"]),
        ("tweede pinksterdag 2027 om 11.00 uur", ["2027-05-17 11:00"]),
        ("Koningsdag 2027", ["2027-04-27 (day)"]),
        ("12-12-2026, 20.15 uur", ["2026-12-12 20:15"]),
        ("za 12 dec 20u15", ["2026-12-12 20:15"]),
        ("2026-12-12 20:15", ["2026-12-12 20:15"]),
        ("1 december 2026 09:00 t/m 3 december 2026 17:00", ["2026-12-01 09:00 > 2026-12-03 17:00"]),
        ("zaterdag 19 december 2026, van 22.00 tot 02.00 uur", ["2026-12-19 22:00 > 2026-12-20 02:00"]),
        ("6 januari", ["2027-01-06 (day)"]),
        ("zondag 28 maart 2027 om 9.00 uur", ["2027-03-28 09:00"]),
        ("zondag 31 oktober 2027 om 9.00 uur", ["2027-10-31 09:00"]),
        ("Start: 3 december 2026 19:30 uur Einde: 3 december 2026 21:30 uur", ["2026-12-03 19:30 > 21:30"]),
        ("vanaf 4 januari 2027", ["2027-01-04 (day)"]),
        ("tot en met 30 november 2026", [" > 2026-11-30"]),
    ],
)
def test_a_date_is_read_as_a_dutch_person_means_it(text, want):
    assert [said(found) for found in find_dates(text, NOW)] == want


@pytest.mark.parametrize(
    "text",
    [
        "dinsdag 3 december 2026",
        "29 februari 2027",
        "31 november 2026",
        "10 november",
        "volgende dinsdag",
        "komend weekend",
        "oktober 2027",
        "maandag t/m vrijdag van 9.00 tot 17.00 uur",
        "bel 0900-8844",
        "24/7 bereikbaar",
        "artikel 273f lid 3",
        "de uitslag was 3-1",
        "versie 2.12",
        "In mei 30 meldingen, in juni 12 meer.",
        "Het duurt 2 uur en kost € 12.50.",
        "Goedemorgen, de morgen begon vroeg.",
        "Jongeren van 12 tot 16 jaar",
        "rond kerst en na pasen",
    ],
)
def test_rather_no_date_than_a_wrong_one(text):
    assert find_dates(text, NOW) == []


def test_a_date_knows_where_it_stands_in_the_text():
    text = "Kom naar ons!\nOp DONDERDAG 3 december 2026 om 19.30 uur in İzmir."
    [found] = find_dates(text, NOW)
    assert text[found.start : found.end] == found.text == "DONDERDAG 3 december 2026 om 19.30 uur"


def test_what_is_only_a_part_of_a_day_says_so():
    [found] = find_dates("vrijdagavond 27 november", NOW)
    assert found.vague
    [found] = find_dates("elke woensdag om 10.00 uur", NOW)
    assert found.recurring
    [found] = find_dates("om half vier", NOW)
    assert found.only_time


def meant(value: str) -> tuple[list[datetime], str]:
    numbers = [tuple(map(int, hit)) for hit in re.findall(r"\((\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\)", value)]
    grain = re.search(r"\) (\w+)(?: \"|$)", value)
    assert grain is not None
    return [datetime(year, month or 1, day or 1, *clock) for year, month, day, *clock in numbers], grain[1]  # noqa: DTZ001 - as on the wall


def right(found: DateFound, times: list[datetime], grain: str) -> bool:
    if wall(found.starts_at) != times[0]:
        return False
    # An end in the set is one grain after the last minute or hour.
    return len(times) == 1 or wall(found.ends_at) in {times[1], times[1] - GRAINS.get(grain, timedelta(0))}


def test_the_phrases_of_the_corpus_are_right_or_nothing():
    """At least 90 of 100 right, fewer than 1 wrong. What was tuned on and what was held apart are counted apart."""
    told = json.loads(corpus("dutch-dates", "phrases.json").read_text(encoding="utf-8"))
    now = datetime(2013, 2, 12, 4, 30, tzinfo=AMSTERDAM)
    tally = {"tuned": [0, 0, 0], "held apart": [0, 0, 0]}
    wrong = []
    for number, example in enumerate(told["examples"]):
        times, grain = meant(example["value"])
        counts = tally["held apart" if number % 2 else "tuned"]
        for phrase in example["phrases"]:
            if grain not in GRAINS or NO_EVENT.search(phrase) or example["kind"].endswith("OpenInterval"):
                continue
            found = find_dates(phrase, now)
            counts[2 if not found else 0 if right(found[0], times, grain) else 1] += 1
            if found and not right(found[0], times, grain):
                wrong.append(f"{phrase}: {said(found[0])}")
    for name, (good, bad, none) in tally.items():
        print(f"phrases, {name}: {good} right, {bad} wrong, {none} none")
        assert good >= 0.9 * (good + bad + none), name
    assert not wrong


def test_the_agenda_texts_of_the_corpus_are_right_or_nothing():
    texts = json.loads(corpus("dutch-dates", "agenda-texts.json").read_text(encoding="utf-8"))
    good, none, wrong = 0, 0, []
    for each in texts:
        text = " ".join(re.sub("<[^>]+>", " ", each["expected_text"][0]).split())
        if text.startswith(("Open ", "Elke ")):
            continue  # opening hours
        first, last = (at(value) for value in each["datetimes_in_input"])
        written = (last if text.startswith("Tot ") else first).replace(tzinfo=AMSTERDAM) - timedelta(days=14)
        found = find_dates(text, written)
        if not found:
            none += 1
            continue
        begin, end = wall(found[0].starts_at), wall(found[0].ends_at)
        timed = re.search(r"\d:\d\d", text) is not None
        days = begin is None or begin.date() == first.date()
        clock = not timed or (begin == first and (end == last or " om " in text))
        spans = re.search(r" - | tot |^Tot ", text) and not timed
        whole = not spans or (end is not None and (end - timedelta(days=1)).date() == last.date())
        if days and clock and whole:
            good += 1
        else:
            wrong.append(f"{text}: {said(found[0])} for {each['datetimes_in_input']}")
    print(f"agenda texts: {good} right, {len(wrong)} wrong, {none} none")
    assert good >= 0.9 * (good + none + len(wrong))
    assert not wrong, "\n".join(wrong)


def at(text: str) -> datetime:
    for form in ("%d-%m-%Y %H:%M", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - as on the wall
        except ValueError:
            continue
    return datetime.fromisoformat(text).replace(tzinfo=None)


@pytest.mark.parametrize(
    "word",
    [
        "a", "1 ", "1 december ", "1, 2, 3, ", "van 1 tot 2 ", "donderdag ", "eerste dag van ", "half ", "morgen ",
        "10:10-", "1-1-", "1 en ", "kwart over ", "\u202e1\u200b", "1 t/m ", "dag", "'s avonds ", "om om ", "(((",
        "kerst ", "3 dec 19.30 uur ", "mei 1 ", "op de 3e. ", "over 1 week ",
    ],
)  # fmt: skip
def test_a_hundred_thousand_letters_cost_less_than_a_tenth_of_a_second(word):
    text = (word * (100_000 // len(word) + 1))[:100_000]
    times = []
    for _ in range(3):
        began = time.process_time()
        find_dates(text, NOW)
        times.append(time.process_time() - began)
    spent = min(times)
    assert spent < 0.2, f"{spent:.2f} s for {word!r}: a pattern of date_words.py tries too many divisions"
