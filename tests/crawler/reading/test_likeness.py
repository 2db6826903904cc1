"""Copies, edited copies and stories: what is recognised, what is not, and what it costs."""

import time

import pytest

from bench.reading_quality.likeness import baseline, f1, near_figures, ours
from crawler.reading.likeness import Alike, likeness, signature_of
from store.signatures import story_odds
from store.values import Region

TITLE = "Plukkers bij Tiel sliepen in koelcel"
TEXT = (
    "Negentien plukkers zijn weggehaald bij een teler in de buurt van Tiel. Zij sliepen in een afgedankte koelcel. "
    "De Arbeidsinspectie legde beslag op geld en auto's. De teler wilde niets zeggen. De plukkers zijn opgevangen."
)
TIEL = (Region("Gelderland", "Tiel", "Tiel"),)


def alike(one, other, **more):
    return likeness(signature_of(*one), signature_of(*other), **more)


def test_the_same_words_in_other_signs_are_the_same_text():
    found = alike((TITLE, TEXT), (TITLE.upper(), TEXT.replace("'", "’").replace(". ", ".\n\n")))
    assert found.kind is Alike.EXACT, "only words count: capitals, quotes and line breaks are the same text"


def test_another_title_over_the_same_text_is_a_copy():
    found = alike((TITLE, TEXT), ("Wat wij weten van het fruit", TEXT))
    assert found.kind is Alike.NEAR
    assert found.reasons == ("100% van de tekst is gelijk",)


def test_the_first_sentences_of_a_text_are_a_copy_of_it():
    first = TEXT[: TEXT.index("Arbeidsinspectie")]
    found = alike((TITLE, first), (TITLE, f"{TEXT} {'Er volgt nog een heel ander verhaal over de oogst. ' * 3}"))
    assert found.kind is Alike.NEAR, "a cut copy is a copy, however much longer the other is"


def test_the_fixed_sentences_of_a_report_do_not_make_two_reports_one():
    report = (
        "De politie heeft {} een man van {} uit {} aangehouden. Hij zit vast voor verder onderzoek in de zaak van {}."
    )
    one = ("Aanhouding", report.format("maandag", 34, "Goes", "de kas"))
    other = ("Aanhouding", report.format("donderdag", 51, "Assen", "het schip"))
    assert alike(one, other).kind not in {Alike.EXACT, Alike.NEAR}


def test_two_reports_in_words_of_their_own_are_one_story_with_reasons():
    other = ("Negentien Roemenen weg van Betuws fruitbedrijf", "Zij sliepen in een koelcel. De teler in Tiel zwijgt.")
    found = likeness(signature_of(TITLE, TEXT, TIEL), signature_of(*other, TIEL), 0.4)
    assert found.kind is Alike.STORY
    assert "beide gaan over Tiel" in found.reasons
    assert any("koelcel" in reason for reason in found.reasons), f"no telling word among {found.reasons}"


def test_the_same_town_alone_is_no_story():
    other = ("Wedstrijd in Tiel afgelast", "Door de regen is het veld in Tiel niet te bespelen.")
    assert likeness(signature_of(TITLE, TEXT, TIEL), signature_of(*other, TIEL), 0.1).kind is Alike.NONE


def test_a_story_ends_after_some_days():
    other = ("Plukkers uit koelcel bij Tiel vertellen", "De plukkers sliepen in een koelcel van een teler.")
    one, next_one = signature_of(TITLE, TEXT, TIEL), signature_of(*other, TIEL)
    assert likeness(one, next_one, 0.5).kind is Alike.STORY
    assert likeness(one, next_one, 90.0).kind is Alike.NONE


def test_a_name_is_never_a_reason():
    one = ("Zitting over Dirkje", "De rechtbank hoorde maandag Dirkje Voorbeeldsma over de kelder van het pension.")
    other = ("Pensionkelder", "In de kelder van het pension woonde ook Dirkje Voorbeeldsma, zei de rechtbank.")
    found = likeness(signature_of(*one, TIEL), signature_of(*other, TIEL), 0.2)
    said = " ".join(found.reasons).lower()
    assert "dirkje" not in said, "reasons are kept and shown: a name stays out of them"
    assert "voorbeeldsma" not in said


@pytest.mark.parametrize("part", ["tune", "held"])
def test_copies_are_found_as_often_as_the_goal_asks_and_hardly_anything_else(part):
    near = near_figures(part)
    assert near["near recall"] >= 0.95, near
    assert near["near precision"] >= 0.98, near


@pytest.mark.parametrize("part", ["tune", "held", "fresh"])
def test_stories_are_told_apart_better_than_by_tf_idf(part):
    found, plain = (f1(way(part)) for way in (ours, baseline))
    assert found[0] > plain[0], f"TF-IDF is better: {plain} against {found} (F1, precision, recall)"


def test_other_words_for_one_matter_are_the_same_matter():
    one = ("Loods in Tiel", "De inspectie trof er seizoenwerkers aan. Zij sliepen op matrassen en kregen geen loon.")
    other = ("Personeel onderbetaald", "In Tiel controleerden inspecteurs een hal met bedden voor uitzendkrachten.")
    third = ("Vuur in Tiel", "In Tiel bluste de brandweer een hal. De vlammen sloegen uit het dak, niemand is gewond.")
    told, same, else_ = (signature_of(*each, TIEL) for each in (one, other, third))
    assert story_odds(told, same, 0.2) > story_odds(told, else_, 0.2) + 1


def test_a_court_in_another_town_of_the_province_says_less_against_a_story_than_another_province():
    arnhem, assen = (Region("Gelderland", "Arnhem", "Arnhem"),), (Region("Drenthe", "Assen", "Assen"),)
    here, near, far = (signature_of(TITLE, TEXT, places) for places in (TIEL, arnhem, assen))
    assert story_odds(here, here) > story_odds(here, near) > story_odds(here, far)


@pytest.mark.parametrize(
    "text",
    [
        "woord " * 17_000,
        "a" * 100_000,
        " ".join(f"w{number}" for number in range(17_000)),
        "\"'" * 50_000,
        "Ab. " * 25_000,
        "\u202e\u200b" * 50_000,
        "и́" * 50_000,
        " ".join(f"arbeidsmigrantenhuisvesting{number}" for number in range(3_200)),
    ],
    ids=["one word", "one letter", "all different", "quotes", "sentences", "hidden", "marks", "compounds"],
)
@pytest.mark.parametrize(
    "where", [lambda text: ("Een kop", text), lambda text: (text, "Een tekst")], ids=["text", "title"]
)
def test_a_hostile_text_costs_no_more_than_its_length(text, where):
    signature_of("een kop", "een tekst")
    times = []
    for _ in range(3):
        start = time.process_time()
        signature_of(*where(text))
        times.append(time.process_time() - start)
    spent = min(times)
    assert spent < 0.1, f"{spent:.3f} s for 100 KB: something is not linear"
