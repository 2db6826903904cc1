"""Relevance: recall first, measured on labelled texts, on the Rapporteur's items and on general news."""

import re

import pytest

from crawler.reading.relevance import SHOWN, relevance_of

from .labelled import cases, general_news, rapporteur


@pytest.mark.parametrize("name", ["relevance", "relevance_held"])
def test_what_is_about_trafficking_is_shown_and_traps_go_to_the_pile(name):
    texts = cases(name)
    missed = [case["title"] for case in texts if case["about"] and not relevance_of(case["title"], case["text"]).shown]
    traps = [case for case in texts if not case["about"]]
    shown = [case["title"] for case in traps if relevance_of(case["title"], case["text"]).shown]
    assert not missed, f"not shown: {missed}"
    assert len(shown) / len(traps) <= 0.05, f"ordinary news shown: {shown}"


def test_every_rapporteur_item_that_speaks_of_trafficking_is_shown():
    speaks = re.compile(r"mensenhand|uitbuit|uitgebuit|loverboy|orgaanhandel|traffick", re.IGNORECASE)
    items = rapporteur()
    about = [item for item in items if speaks.search(f"{item[0]} {item[1]}")]
    missed = [title for title, text in about if not relevance_of(title, text).shown]
    assert len(about) >= 130
    assert not missed, f"not shown: {missed}"


def test_rapporteur_items_without_a_word_of_trafficking_go_to_the_pile():
    """They are about abuse of children, youth law and prostitution policy: the hard negatives of the set."""
    items = rapporteur()
    assert sum(relevance_of(title, text).shown for title, text in items) <= 140


def test_at_most_two_percent_of_general_news_is_shown():
    articles = general_news()
    shown = [title for title, text in articles if relevance_of(title, text).shown]
    assert len(shown) / len(articles) <= 0.02, f"shown: {shown}"


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
