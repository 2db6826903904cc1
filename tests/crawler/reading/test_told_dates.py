"""Dates in running text: sentences of our own with the days they mean, and texts made to be slow."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from crawler.reading.told_dates import dates_told
from store.values import AMSTERDAM
from tests.crawler.reading.labelled import SAMPLES
from tests.crawler.reading.test_event_dates import said

AT = datetime(2026, 11, 24, 9, 0, tzinfo=AMSTERDAM)
SECONDS = 0.2


def sentences() -> list[tuple[str, list[str]]]:
    found = []
    for line in (SAMPLES / "dates.txt").read_text(encoding="utf-8").splitlines():
        text, mark, labels = line.partition("=>")
        if mark and not line.startswith("#"):
            wanted = [] if labels.strip() == "-" else labels.strip().split("; ")
            found.append((text.strip().replace("\\n", "\n"), wanted))
    return found


@pytest.mark.parametrize(
    ("text", "wanted"), sentences(), ids=lambda value: value[:40] if isinstance(value, str) else ""
)
def test_a_sentence_says_the_days_that_a_reader_understands(text, wanted):
    assert [said(found).strip() for found in dates_told(text, AT)] == wanted


def test_a_date_knows_where_its_words_stand():
    text = "Kom!\nOp donderdag 3 december vertelt iemand in \u0130zmir vanaf 19.30 uur over zijn werk."
    (found,) = dates_told(text, AT)
    assert text[found.start : found.end] == found.text
    assert found.text.startswith("donderdag 3 december")
    assert found.text.endswith("19.30 uur")


@pytest.mark.parametrize(
    "word",
    [
        "a", "1 ", "1 december ", "van 1 tot 2 ", "donderdag ", "vandaag ", "is ge", "elke maandag ", "op maandagen ",
        "dinsdags ", "twee mei ", "op 3 december. ", "3 dec 19.30 uur ", "donderdag om 20.00 uur is ", "kerst ",
        "over drie dagen begint ", "3 december is er om ", "nacht van 3 op 4 december ", "\u202e1\u200b", "...", "a. ",
        "op zaterdag 3 december is ", "om 3 december, ", "maandelijks op de derde dinsdag ",
    ],
)  # fmt: skip
def test_a_hundred_thousand_letters_cost_about_a_tenth_of_a_second(word):
    text = (word * (100_000 // len(word) + 1))[:100_000]
    times = []
    for _ in range(3):
        began = time.process_time()
        dates_told(text, datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
        times.append(time.process_time() - began)
    assert min(times) < SECONDS, f"{min(times):.2f} s for {word!r}: look at fewer sentences, or at less of each"
