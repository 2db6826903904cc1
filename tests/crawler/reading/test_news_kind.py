"""The kind of news: what is new in a text, with the words that say so."""

import pytest

from bench.reading_quality.news_kind import figures
from crawler.reading import read
from crawler.reading.news_kind import eclis, kind_words, names_article_273f, news_kind_of
from store.values import NewsKind

from .test_reading import HOSTILE, SIZE, cpu_seconds

LEAST = {"tune": 0.95, "held": 0.95}


@pytest.mark.parametrize("part", ["tune", "held"])
def test_the_kinds_of_the_labelled_texts_are_found(part):
    found = figures(part)
    assert found["kind right"] >= LEAST[part], f"{part}: fell to {found['kind right']:.2f}: look for the cause in tune"
    assert found["ecli right"] == found["article 273f right"] == 1.0, f"{part}: a number or article was read wrong"


def test_the_demand_in_a_title_is_not_yet_a_verdict():
    found = news_kind_of("Acht jaar cel geëist tegen uitbuiter", "De uitspraak is over twee weken.")
    assert found is not None
    assert found.kind is NewsKind.DEMAND, found
    assert found.reasons == ("gevonden: geeist",)


def test_a_verdict_that_names_the_demand_is_a_verdict():
    found = news_kind_of("Zes jaar cel voor mensenhandel", "Dat is lager dan de eis van acht jaar.")
    assert found is not None
    assert found.kind is NewsKind.VERDICT, found


def test_what_a_court_of_appeal_does_is_an_appeal():
    found = news_kind_of("Hof: vrijspraak voor teler", "De rechtbank had hem vier jaar cel gegeven.")
    assert found is not None
    assert found.kind is NewsKind.APPEAL, found


def test_a_text_of_no_kind_has_none():
    assert news_kind_of("Code geel", "Het gaat hard waaien.") is None
    assert news_kind_of("", "") is None


def test_every_kind_has_words_and_no_word_stands_in_one_kind_twice():
    assert {words.kind for words in kind_words()} == set(NewsKind)
    for words in kind_words():
        assert len(set(words.words)) == len(words.words), f"{words.kind}: a word stands there twice"


def test_article_and_identifier_are_recognised():
    assert names_article_273f("wegens artikel 273F Sr")
    assert not names_article_273f("wegens artikel 273 Sr")
    assert eclis("Zie ECLI:NL:RBGEL:2099:87.") == {"ECLI:NL:RBGEL:2099:87"}


def test_the_reading_holds_the_kind_with_its_words():
    found = read("Vier jaar cel voor mensenhandel", "De rechtbank in Zwolle deed uitspraak.")
    assert found.news_kind is NewsKind.VERDICT
    assert found.news_kind_reasons


def test_ordinary_news_gets_no_kind():
    assert read("Inbreker aangehouden", "De man van 30 zit vast.").news_kind is None


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hundred_kilobytes_of_hostile_text_cost_little(hostile):
    unit = HOSTILE[hostile]
    text = (unit * (SIZE // len(unit) + 1))[:SIZE]
    news_kind_of("x", "x")
    assert cpu_seconds(lambda: news_kind_of(text, text), rounds=3) < 0.1
