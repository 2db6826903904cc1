"""The learned model: it learns from decisions, keeps no name, and orders nothing unless it beats the lexicon."""

import pytest

from bench.reading_quality.relevance import texts
from crawler.reading.learned import (
    Example,
    average_precision,
    compare,
    divided,
    from_json,
    learn,
    score,
    terms_that_would_move,
    train,
    words_in,
)
from crawler.reading.relevance import relevance_of

ABOUT = Example("Inval in kas", "De plukkers kregen geen loon en sliepen in een schuur.", about=True)
OTHER = Example("Wedstrijd", "De ploeg won van de buren en viert feest op het plein.", about=False)


def lexicon(title, text):
    return relevance_of(title, text).score


def test_a_model_tells_apart_what_it_was_shown():
    model = train([ABOUT, ABOUT, OTHER, OTHER])
    assert score(model, "", "De plukkers sliepen in een schuur.") > 0.9
    assert score(model, "", "De ploeg viert feest.") < 0.1


def test_a_model_that_knows_no_word_of_a_text_does_not_guess():
    assert score(train([ABOUT, ABOUT, OTHER]), "", "zonnig weer") == 0.5
    assert score(train([]), "Inval", "in een kas") == 0.5


def test_a_word_with_a_capital_is_not_learned_because_it_may_be_a_name():
    assert words_in("Sanne Voorbeeld uit Tilburg", "de man van Sanne zweeg") == {"uit", "man", "van", "zweeg"}


def test_a_word_of_one_text_alone_is_not_learned():
    assert "kas" not in train([ABOUT, OTHER]).words


def test_a_model_survives_being_written_down():
    model = train([ABOUT, ABOUT, OTHER, OTHER])
    assert from_json(model.to_json()) == model


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"about": 1, "other": 1, "words": {"kas": 3}}', "null"])
def test_what_is_no_model_is_refused(kept):
    with pytest.raises(ValueError):
        from_json(kept)


def test_the_order_of_examples_does_not_matter():
    assert train([ABOUT, OTHER, ABOUT]).to_json() == train([OTHER, ABOUT, ABOUT]).to_json()


def test_with_few_decisions_the_model_may_not_order_the_queue():
    found = compare(train([ABOUT, OTHER]), lexicon, [ABOUT, OTHER])
    assert not found.may_order
    assert "te weinig besluiten" in found.sentence


def test_a_model_that_is_no_better_than_the_lexicon_may_not_order_the_queue():
    """On our own texts the lexicon, which was made for them, is far better than counted words."""
    examples = [Example(one.title, one.text, one.about) for one in texts("tune")]
    known, held = divided(examples)
    found = compare(train(known), lexicon, held)
    assert found.lexicon > found.model > 0.5, found
    assert not found.may_order
    assert found.sentence.startswith("Het geleerde model")


def test_a_model_that_beats_the_lexicon_may_order_the_queue():
    """Editors of another newsroom keep what no lexicon could know: here everything about bicycles."""
    kept = [Example("Nieuws", f"de fiets nummer {n} en het pad langs het kanaal", about=True) for n in range(90)]
    rest = [Example("Nieuws", f"de auto nummer {n} en de weg langs het spoor", about=False) for n in range(90)]
    found = compare(train([*kept[:60], *rest[:60]]), lexicon, [*kept[60:], *rest[60:]])
    assert found.may_order, found
    assert found.texts == 60


def test_the_same_title_is_never_learned_from_and_compared_on():
    known, held = divided([ABOUT, OTHER, Example("Derde", "x", about=False), ABOUT, OTHER])
    assert [one.title for one in held] == ["Derde"]
    assert len(known) == 4


def test_texts_with_one_score_gain_nothing_by_their_order():
    assert average_precision([(1.0, True), (1.0, False)]) == average_precision([(1.0, False), (1.0, True)]) == 0.5
    assert average_precision([(0.9, True), (0.1, False)]) == 1.0
    assert average_precision([(0.5, False)]) == 0.0


def test_beside_the_lexicon_a_model_moves_a_text_from_where_it_stands():
    model = train([ABOUT, ABOUT, OTHER, OTHER])
    told = "De plukkers sliepen in een schuur."
    assert score(model, "", told, lexicon=0.4) > 0.4
    assert score(model, "", "De ploeg viert feest.", lexicon=0.4) < 0.4
    assert score(model, "", "zonnig weer", lexicon=0.4) == pytest.approx(0.4)


def test_a_source_whose_texts_are_always_kept_moves_them_up():
    kept = [Example("Nieuws", "zonnig weer", about=True, source="opvang") for _ in range(8)]
    rest = [Example("Nieuws", "zonnig weer", about=False, source="sportblad") for _ in range(8)]
    model = train([*kept, *rest])
    assert (
        score(model, "", "zonnig weer", "opvang")
        > score(model, "", "zonnig weer")
        > score(model, "", "zonnig weer", "sportblad")
    )


def test_what_would_move_is_said_with_its_numbers():
    moves = terms_that_would_move(
        train(
            [
                *[Example("Inval", "in de kas", about=True, source="inspectie") for _ in range(9)],
                *[Example("Uitslag", "de wedstrijd", about=False, source="sportblad") for _ in range(6)],
            ]
        )
    )
    assert [move.what for move in moves.terms_up] == ["kas", "in"] or [move.what for move in moves.terms_up] == ["kas"]
    assert [move.what for move in moves.terms_down] == ["wedstrijd"]
    assert moves.terms_up[0].weight > 0 > moves.terms_down[0].weight
    assert "in 9 van de 9 berichten" in moves.terms_up[0].sentence
    assert [move.what for move in moves.sources_up] == ["inspectie"]
    assert [move.what for move in moves.sources_down] == ["sportblad"]
    assert "sportblad" in moves.sources_down[0].sentence


def test_a_word_of_few_texts_would_move_less_than_one_of_many():
    few = [Example("x", "tunnel", about=True)] * 4
    many = [Example("x", "kelder", about=True)] * 10
    moves = terms_that_would_move(train([*few, *many, *[Example("x", "feest", about=False)] * 12]))
    weights = {move.what: move.weight for move in moves.terms_up}
    assert weights["kelder"] > weights["tunnel"] > 0


def test_a_lead_in_one_half_of_the_decisions_is_luck():
    """The lexicon is perfect on every second text and worthless on the others: the mean alone would hide that."""
    kept = [Example("Nieuws", f"het pad {n} langs het kanaal", about=True) for n in range(60)]
    rest = [Example("Nieuws", f"de weg {n} langs het spoor", about=False) for n in range(60)]
    held = [one for pair in zip(kept, rest, strict=True) for one in pair]
    found = compare(train(held), lambda _, text: 1.0 if "pad" in text else 0.0, held)
    assert not found.may_order, found


def test_a_page_about_learning_gets_model_moves_and_comparison_at_once():
    kept = [
        Example(f"Kop {n}", "de fiets en het pad langs het kanaal", about=True, source="wijkblad") for n in range(95)
    ]
    rest = [Example(f"Titel {n}", "de auto en de weg langs het spoor", about=False, source="krant") for n in range(95)]
    found = learn([one for pair in zip(kept, rest, strict=True) for one in pair], lexicon)
    assert found.model.about == found.model.other == 95
    assert {"fiets", "kanaal"} <= {move.what for move in found.moves.terms_up}
    assert found.comparison.texts == pytest.approx(63, abs=2)
    assert found.comparison.may_order, found.comparison


def test_nothing_decided_moves_nothing():
    found = learn([], lexicon)
    assert found.moves == terms_that_would_move(train([]))
    assert not found.comparison.may_order
    assert not any([found.moves.terms_up, found.moves.terms_down, found.moves.sources_up, found.moves.sources_down])
