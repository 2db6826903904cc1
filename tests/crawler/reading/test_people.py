"""Names, ages and details of people are marked where they stand, and what is no person is left alone."""

import re
import time
from itertools import pairwise

import pytest

from bench.reading_quality import people as bench
from crawler.reading import read
from crawler.reading.identifiers import is_bsn, is_plate
from crawler.reading.people import flags_of, shortened
from store.values import FlagKind, PrivacyFlag

NAMES = {
    "Volgens Karin van den Elzenberg is er te weinig opvang.": ["Karin van den Elzenberg"],
    "Burgemeester Hendrik-Jan Veldkamp sloot het café.": ["Hendrik-Jan Veldkamp"],
    "Officier van justitie P. Zandstra eiste zes jaar.": ["P. Zandstra"],
    "Minister van Sociale Zaken Anna Voorbeeld antwoordt.": ["Anna Voorbeeld"],
    "VERDACHTE LUDMILA PETROVA VRIJ": ["LUDMILA PETROVA"],
    "Jan 'de Beul' Voorbeeld en Fatima El Amraoui zwegen.": ["Jan 'de Beul' Voorbeeld", "Fatima El Amraoui"],
    "Jan Voorbeeld van het Openbaar Ministerie sprak.": ["Jan Voorbeeld"],
    "Karel Van Proef was er. Later zei Van Proef niets.": ["Karel Van Proef", "Van Proef"],
    "De Roemeense Ioana Proefescu getuigde.": ["Ioana Proefescu"],
}
NOBODY = [
    "Het Van Gogh Museum en het Openbaar Ministerie.",
    "In Ter Apel, De Bilt, Den Bosch en Bergen op Zoom.",
    "Bij Bakkerij De Graaf BV aan de Anne Frankstraat.",
    "De heer De Wit wil niets zeggen.",
    "De Tweede Kamer, de Raad van State en FC Utrecht.",
    "De rechtbank Midden-Nederland in Den Haag, sinds maandag 12 mei.",
]


def marked(text, *kinds):
    return [flag.text for flag in flags_of("", text) if flag.kind in kinds]


@pytest.mark.parametrize("text", NAMES)
def test_a_full_name_is_marked_without_what_stands_around_it(text):
    assert marked(text, FlagKind.PERSON) == NAMES[text]


@pytest.mark.parametrize("text", NOBODY)
def test_what_is_no_person_is_not_marked_as_one(text):
    assert marked(text, FlagKind.PERSON, FlagKind.SHORT_NAME) == []


def test_a_first_name_with_an_initial_is_known_as_already_shortened():
    text = "Sorin A. en Kim de V. zitten vast. De rechter hoorde ook Tamás Sz. Het duurde lang."
    assert marked(text, FlagKind.SHORT_NAME) == ["Sorin A.", "Kim de V.", "Tamás Sz."]
    assert marked(text, FlagKind.PERSON) == []


def test_the_offsets_count_in_title_line_break_and_text():
    title, text = "Jan Voorbeeld 🙂 vrij", "Ook Piet Proef (34) is vrij."
    whole = f"{title}\n{text}"
    flags = flags_of(title, text)
    assert [whole[flag.start : flag.end] for flag in flags] == [flag.text for flag in flags]
    assert [flag.text for flag in flags] == ["Jan Voorbeeld", "Piet Proef", "34"]
    assert all(flag.reason for flag in flags), "every flag tells the editor why"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Sorin Adriaansen", "Sorin A."),
        ("Daan van 't Veldhuis", "Daan van 't V."),
        ("J.W. Terpstra", "J.W. T."),
        ("LUDMILA PETROVA", "Ludmila P."),
        ("Ria Postmaa-van Dongen", "Ria P."),
        ("Van Houten, Pieter", "Pieter van H."),
    ],
)
def test_a_full_name_is_proposed_as_first_name_and_initial(name, short):
    text = f"kop\nDat zei {name} ons."
    flag = PrivacyFlag(FlagKind.PERSON, text.index(name), text.index(name) + len(name), name)
    assert shortened(text, flag) == short


def test_what_is_no_full_name_is_not_shortened():
    text = "kop\nSorin A. zwijgt."
    assert shortened(text, PrivacyFlag(FlagKind.SHORT_NAME, 4, 12, "Sorin A.")) == "Sorin A."


def test_ages_of_adults_and_minors_are_told_apart():
    text = "Een 34-jarige man, een scholier van 17 en een vrouw (27). Twee kinderen van 9 en 12 waren thuis."
    assert marked(text, FlagKind.AGE) == ["34-jarige", "27"]
    assert marked(text, FlagKind.MINOR) == ["scholier van 17", "kinderen van 9 en 12"]


def test_years_of_buildings_and_of_punishment_are_no_ages():
    text = "De loods is 18 jaar oud. Hij kreeg 12 jaar cel. Een 10-jarig jubileum, een 4-jarige celstraf, lijst (7)."
    assert marked(text, FlagKind.AGE, FlagKind.MINOR) == []


def test_details_are_marked_of_a_victim_and_not_of_a_suspect():
    victim = "Het slachtoffer, een Bulgaarse vrouw, woonde aan de Proefstraat 12 bij haar zus."
    assert marked(victim, FlagKind.VICTIM_DETAIL) == ["Bulgaarse", "Proefstraat 12", "zus"]
    assert marked("De verdachte, een Bulgaarse man, woonde aan de Proefstraat 12.", FlagKind.VICTIM_DETAIL) == []


def test_public_numbers_are_no_phone_numbers_of_anybody():
    text = "Bel 112, 0900-8844 of 0800-7000. Hij belde met 06-00123456, dossier 0612, op 01-02-2026 om 10 uur."
    assert marked(text, FlagKind.PHONE) == ["06-00123456"]


def test_a_bsn_fulfils_the_eleven_test_and_is_no_order_number():
    assert is_bsn("111222333")
    assert not is_bsn("123456789")
    assert not is_bsn("000000000")
    assert marked("BSN 111222333 en ordernummer 123456782.", FlagKind.BSN) == ["111222333"]


def test_number_plates_have_a_form_that_the_road_authority_gave_out():
    assert all(map(is_plate, ("TT-01-TS", "12-TST-3", "1-TTX-99", "X-123-TT", "XX-99-99", "12TST3")))
    assert not any(map(is_plate, ("12-11-20", "12-B-3", "ABC-DEF", "1234-AB")))
    assert marked("Kenteken 12-TST-3 en lijn 12-A, zaal 12-B-3.", FlagKind.PLATE) == ["12-TST-3"]


def test_flags_never_overlap_and_stand_in_order():
    text = "Zoon Thijs Kuipershoek (14), 16-jarige Bulgaarse meisjes van 16, mail jan.proef@example.nl of 06-00123456."
    flags = flags_of("Slachtoffer Jan Proef (12)", text)
    assert all(one.end <= two.start for one, two in pairwise(flags))


def test_what_the_first_look_turns_away_has_no_flags_and_what_goes_to_the_queue_has_them():
    text = "Piet Proef won de wedstrijd."
    assert read("Sport", text).flags == ()
    assert [flag.text for flag in read("Sport", text, include=("wedstrijd",)).flags] == ["Piet Proef"]
    assert [flag.text for flag in read("Sport", text, always=True).flags] == ["Piet Proef"]


def test_full_names_in_newspapers_are_found_as_well_as_the_bench_says():
    figures = bench.conll("held")
    assert figures["recall"] >= 0.95, f"recall of full names fell to {figures['recall']:.3f}; see bench/reading_quality"
    assert figures["precision"] >= 0.75, f"precision of full names fell to {figures['precision']:.3f}"


PIECES = [
    "mensenhandel ", "Jan ", "Jan Voorbeeld ", "A", "A.", "A. ", "van ", "Jan van de ", "\"'", "Jan 'x ",
    "A'", "A-", "1", "1-", "06 ", "(", "+1 ", "@", "a@b.", "a.", "1-jarige ", "jaar ", "van 1, 2, ", "XX-99-",
    "kenteken a ", "slachtoffer Aaaa Bbb ", "slachtoffer Astraat ", "J\u200ban Jansen ",
    "\u202eJan Jansen\u202c ", "Аnna Jаnsen ", "A\u0301", "Jan Van Dijk. Van Dijk. ", "(15) ",
    "slachtoffer haar zus ", "DE JAN ", "  ", ". ", "\n", "Sorin A. De ", "een, twee, ", "İ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_a_hostile_text_costs_no_more_than_in_proportion_to_its_length(piece):
    """Best of two rounds each, in CPU time. A quadratic cost would be sixteen times as much for four times the text."""

    def spent(length):
        text = (piece * (length // len(piece) + 1))[:length]
        times = []
        for _ in range(2):
            start = time.process_time()
            flags_of("kop", text)
            times.append(time.process_time() - start)
        return min(times)

    short, long = spent(15_000), spent(60_000)
    assert long < 0.2, f"60 KB of {piece!r} cost {long:.3f} s"
    assert long < max(9 * short, 0.05), f"{piece!r}: four times the text cost {long / short:.1f} times as much"


def test_a_capital_with_a_longer_lower_case_moves_no_offset():
    text = "İİİ 34-jarige man"
    flag = next(flag for flag in flags_of("İ", text) if flag.kind is FlagKind.AGE)
    assert f"İ\n{text}"[flag.start : flag.end] == "34-jarige"


def test_no_reason_is_a_bare_code():
    flags = flags_of(
        "", "Jan Proef (34), BSN 111222333, 06-00123456, a@example.nl, TT-01-TS. Het slachtoffer is Bulgaarse."
    )
    assert {flag.kind for flag in flags} >= {
        FlagKind.PERSON,
        FlagKind.AGE,
        FlagKind.BSN,
        FlagKind.PHONE,
        FlagKind.EMAIL,
    }
    assert all(re.search(r"[a-z]{4}", flag.reason) for flag in flags)
