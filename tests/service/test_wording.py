"""Dates, times and numbers the way Dutch people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from service import wording
from store.values import EventFacts, EventStatus, Form, Kind, RejectReason


def test_a_date_is_words_with_its_weekday():
    assert wording.date_words(datetime(2026, 11, 3, 18, 30, tzinfo=UTC)) == "dinsdag 3 november 2026"
    assert wording.date_words(date(2024, 2, 29)) == "donderdag 29 februari 2024"


def test_a_late_evening_in_utc_is_already_the_next_day_in_amsterdam():
    assert wording.date_words(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "vrijdag 1 januari 2027"
    assert wording.date_words(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == "woensdag 1 juli 2026"


def test_a_time_has_a_full_stop_and_no_leading_zero():
    assert wording.time_words(datetime(2026, 11, 3, 18, 30, tzinfo=UTC)) == "19.30 uur"
    assert wording.time_words(datetime(2026, 11, 3, 8, 5, tzinfo=UTC)) == "9.05 uur"
    assert wording.time_words(datetime(2026, 11, 3, 23, 0, tzinfo=UTC)) == "0.00 uur"


@pytest.mark.parametrize(
    ("utc", "words"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "zondag 29 maart 2026, 1.59 uur"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "zondag 29 maart 2026, 3.00 uur"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "zondag 25 oktober 2026, 2.30 uur"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "zondag 25 oktober 2026, 2.30 uur"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "zondag 25 oktober 2026, 3.30 uur"),
    ],
)
def test_the_clock_follows_summer_and_winter_time(utc, words):
    assert wording.moment_words(utc) == words, "Amsterdam changes its clock at 01.00 UTC; use the zone, not +1"


def test_another_zone_gives_the_same_dutch_time():
    in_tokyo = datetime(2026, 11, 4, 3, 30, tzinfo=timezone(timedelta(hours=9)))
    assert wording.moment_words(in_tokyo) == "dinsdag 3 november 2026, 19.30 uur"


def test_a_moment_without_a_zone_is_refused():
    naive = datetime(2026, 11, 3, 18, 30, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        wording.time_words(naive)


def test_an_event_says_when_it_starts_and_ends():
    start = datetime(2026, 11, 3, 18, 30, tzinfo=UTC)
    assert wording.event_time_words(EventFacts(start)) == "19.30 uur"
    assert wording.event_time_words(EventFacts(start, start + timedelta(minutes=90))) == "19.30 tot 21.00 uur"
    over_midnight = EventFacts(start, start + timedelta(hours=5))
    assert wording.event_time_words(over_midnight) == "19.30 uur tot woensdag 4 november 2026, 0.30 uur"


def test_a_whole_day_is_called_so_also_on_the_day_of_25_hours():
    day = EventFacts(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC), all_day=True)
    assert wording.event_time_words(day) == "hele dag"
    days = EventFacts(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 26, 23, tzinfo=UTC), all_day=True)
    assert wording.event_time_words(days) == "hele dag, tot en met maandag 26 oktober 2026"


def test_numbers_have_a_full_stop_between_thousands():
    assert [wording.number_words(n) for n in (0, 999, 6250, 1_234_567)] == ["0", "999", "6.250", "1.234.567"]
    assert wording.count_words(1, "bericht", "berichten") == "1 bericht"
    assert wording.count_words(0, "bericht", "berichten") == "0 berichten"


def test_an_address_ends_in_plain_words_cut_between_words():
    assert wording.slug("ARNHEM – Café ’t Hoekje: één verdachte!") == "arnhem-cafe-t-hoekje-een-verdachte"
    assert wording.slug("日本") == "bericht"
    long = wording.slug("uitbuiting " * 20)
    assert len(long) <= 60
    assert long.endswith("uitbuiting"), "cut at a word, or a cut-off name shows in the address"
    assert wording.slug("a" * 200) == "a" * 60


def test_a_list_reads_as_a_sentence():
    assert wording.list_words([]) == ""
    assert wording.list_words(["Zeeland"]) == "Zeeland"
    assert wording.list_words(["Utrecht", "Zeeland", "Limburg"]) == "Utrecht, Zeeland en Limburg"


@pytest.mark.parametrize(
    ("names", "values"),
    [
        (wording.FORM_NAMES, Form),
        (wording.KIND_NAMES, Kind),
        (wording.STATUS_NAMES, EventStatus),
        (wording.REASON_NAMES, RejectReason),
    ],
)
def test_every_fixed_value_has_a_dutch_name(names, values):
    assert set(names) == set(values), "add the Dutch words of the new value to service/wording.py"
