"""Relevance: recall first, measured on labelled texts, on the Rapporteur's items and on general news."""

import pytest

from bench.reading_quality.relevance import figures
from crawler.reading.relevance import SHOWN, relevance_of

from .labelled import cases, general_news

LEAST = {"average precision": 0.95, "recall": 0.99}


@pytest.mark.parametrize("name", ["relevance", "relevance_held"])
def test_what_is_about_trafficking_is_shown_and_traps_go_to_the_pile(name):
    texts = cases(name)
    missed = [case["title"] for case in texts if case["about"] and not relevance_of(case["title"], case["text"]).shown]
    traps = [case for case in texts if not case["about"]]
    shown = [case["title"] for case in traps if relevance_of(case["title"], case["text"]).shown]
    assert not missed, f"not shown: {missed}"
    assert len(shown) / len(traps) <= 0.1, f"ordinary news shown: {shown}"


def test_what_the_news_says_in_other_words_is_shown_and_most_traps_are_not():
    texts = cases("relevance_probes")
    told = [case for case in texts if case["about"]]
    missed = [case["title"] for case in told if not relevance_of(case["title"], case["text"]).shown]
    traps = [case for case in texts if not case["about"]]
    shown = [case["title"] for case in traps if relevance_of(case["title"], case["text"]).shown]
    assert len(missed) / len(told) <= 0.03, f"not shown, though it was when it was written: {missed}"
    assert len(shown) / len(traps) <= 0.3, f"{len(shown)} of {len(traps)} traps are shown: {shown}"


@pytest.mark.parametrize("part", ["tune", "held"])
def test_the_sets_are_read_as_well_as_was_promised_and_a_plain_word_search_is_beaten(part):
    found = figures(part)
    for name, least in LEAST.items():
        assert found[name] >= least, f"{part}: {name} fell to {found[name]:.3f}: look which texts it lost"
        assert found[name] > found[f"word search: {name}"] + 0.05, f"{part}: a plain word search is as good in {name}"
    assert found["hard negatives shown"] <= 0.4, (
        f"{part}: {found['hard negatives shown']:.0%} of hard negatives is shown"
    )


def test_at_most_five_percent_of_general_news_is_shown():
    articles = general_news()
    shown = [title for title, text in articles if relevance_of(title, text).shown]
    assert len(shown) / len(articles) <= 0.05, f"{len(shown)} of {len(articles)} articles are shown"


def test_one_pair_of_signs_is_enough_at_the_start_of_a_text_and_not_far_into_it():
    told = "Twee vrouwen mochten niet weg. Zij vertelden het een buurman."
    street = " De straat ligt in het centrum en is erg druk." * 40
    assert relevance_of("Inval", told).shown
    assert relevance_of("Inval", told + street).shown
    assert not relevance_of("Inval", street + told).shown


def test_one_hint_puts_a_text_before_the_rest_of_the_pile_and_several_are_worth_a_look():
    one = relevance_of("Markt", "De deur zat van buiten op slot.")
    several = relevance_of("Markt", "Zij hield haar paspoorten niet, was haar verdiensten kwijt en werd bedreigd.")
    assert 0 < one.score < SHOWN <= several.score
    assert one.reasons == ("aanwijzingen: van buiten op slot",)


def test_the_title_of_an_office_beside_other_subjects_is_not_about_trafficking():
    office = "De Nationaal Rapporteur Mensenhandel en Seksueel Geweld tegen Kinderen"
    assert relevance_of("Nieuw verslag", f"{office} komt met een verslag.").shown
    assert not relevance_of("Kinderporno", f"{office} spreekt over kinderporno en over kindermishandeling.").shown


def test_the_absence_of_trafficking_is_news_about_it():
    assert relevance_of("Controle", "Er was geen sprake van mensenhandel, zegt de politie.").shown


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Ploeg buit fouten uit", "De spits maakte drie doelpunten."),
        ("Thriller over mensenhandel", "De film draait vanaf donderdag in de bioscoop. De hoofdrol is sterk."),
        ("Museum toont brieven van dwangarbeiders", "Zij werkten in de oorlog in een fabriek."),
        ("Agent gaf escorte aan stoet", "De stoet reed onder druk van de tijd door."),
    ],
)
def test_the_same_words_elsewhere_are_not_about_trafficking(title, text):
    assert not relevance_of(title, text).shown


def test_the_reasons_name_the_words():
    found = relevance_of("Man opgepakt", "Hij zou vrouwen hebben gedwongen tot prostitutie.")
    assert found.shown
    assert any("gedwongen prostitu" in r or "gedwongen + prostitutie" in r for r in found.reasons), found.reasons


def test_smuggling_is_named_as_something_else():
    found = relevance_of("Mensensmokkelaar aangehouden", "In het busje zaten elf mensen.")
    assert not found.shown
    assert found.reasons == ("mensensmokkel is geen mensenhandel: mensensmokkelaar",)


def test_a_text_without_any_word_says_so():
    assert relevance_of("Code geel", "Harde wind.").reasons == ("geen woorden over mensenhandel gevonden",)


def test_an_include_term_of_the_source_lifts_an_item_into_the_queue():
    found = relevance_of("Symposium over jeugd", "Programma volgt.", include=("Symposium",))
    assert found.shown
    assert found.score >= SHOWN
    assert found.reasons[-1] == "trefwoord van de bron: symposium"


def test_an_exclude_term_puts_an_item_on_the_pile_with_the_reason_and_wins():
    found = relevance_of("Mensenhandel: film", "In de bioscoop.", include=("mensenhandel",), exclude=("film",))
    assert not found.shown
    assert found.score < SHOWN
    assert found.reasons[0] == "op de stapel door de bron: film"


def test_a_short_term_is_only_found_as_a_whole_word():
    assert not relevance_of("Armoede", "Niets.", include=("arm",)).shown
    assert relevance_of("Een arm gezin", "Niets.", include=("arm",)).shown


def test_an_empty_term_lifts_nothing():
    assert not relevance_of("Weer", "Zon.", include=("", "  ", "!")).shown


def test_scores_lie_between_zero_and_one_and_put_trafficking_first():
    scores = [(relevance_of(case["title"], case["text"]).score, case["about"]) for case in cases("relevance")]
    assert all(0.0 <= score <= 1.0 for score, _ in scores)
    ranked = [about for _, about in sorted(scores, key=lambda pair: -pair[0])]
    seen = precision = 0.0
    for rank, about in enumerate(ranked, start=1):
        if about:
            seen += 1
            precision += seen / rank
    assert precision / seen >= 0.98, f"average precision {precision / seen:.3f}"
