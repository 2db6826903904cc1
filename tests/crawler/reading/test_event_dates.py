"""Dates in Dutch: the phrases and agenda texts of the shared corpus, our own sentences, and texts made to be slow."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from bench.reading_quality import dates
from bench.reading_quality.dates import wall
from crawler.reading.event_dates import DateFound, find_dates

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


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


def test_the_phrases_of_the_corpus_are_right_or_nothing():
    """At least 90 of 100 right, none wrong. What was tuned on and what was held apart are counted apart."""
    wrong = [
        f"{phrase}: {said(found)}" for _, phrase, verdict, found in dates.read_phrases() if verdict == "wrong" and found
    ]
    for part in ("tune", "held"):
        counted = dates.phrases(part)
        print(f"phrases, {part}: {dict(counted)}")
        assert counted["right"] >= 0.9 * counted.total(), f"{part}: {dict(counted)}"
    assert not wrong, "\n".join(wrong)


def test_the_agenda_texts_of_the_corpus_are_right_or_nothing():
    read = list(dates.read_agenda_texts())
    wrong = [f"{text}: {said(found)}" for _, text, verdict, found in read if verdict == "wrong" and found]
    right = sum(verdict == "right" for _, _, verdict, _ in read)
    print(f"agenda texts: {right} right, {len(wrong)} wrong of {len(read)}")
    assert right >= 0.9 * len(read)
    assert not wrong, "\n".join(wrong)


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
