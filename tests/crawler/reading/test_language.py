"""The language guess, measured on labelled texts and on the corpus."""

import pytest

from crawler.reading.language import language_of

from .labelled import cases, general_news, rapporteur


@pytest.mark.parametrize("case", cases("languages"), ids=lambda case: case["text"][:24] or "empty")
def test_the_language_of_a_labelled_text_is_guessed(case):
    assert (language_of(case["text"]) or "") == case["language"]


def test_dutch_news_is_dutch_and_lists_of_sports_results_are_left_open():
    languages = [language_of(f"{title} {text}") for title, text in general_news()]
    assert languages.count("nl") / len(languages) >= 0.95
    assert set(languages) <= {"nl", None}, f"guessed another language: {set(languages)}"


def test_the_rapporteur_wrote_dutch_with_a_few_english_items():
    languages = [language_of(f"{title} {text}") for title, text in rapporteur()]
    assert languages.count("nl") >= 155
    assert languages.count("en") >= 2
