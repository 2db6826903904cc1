"""Details that are harmless one by one and together tell who a victim is."""

from crawler.reading.mosaic import combination, story_combination
from crawler.reading.people import flags_of


def test_three_sources_that_each_tell_a_piece_are_seen_together():
    found = combination(
        {
            "Omroep Proef": flags_of("", "Het slachtoffer is 17 jaar oud."),
            "Bode Proef": flags_of("", "Het slachtoffer is een Bulgaarse vrouw."),
            "Krant Proef": flags_of("", "Het slachtoffer woonde aan de Proefstraat 12."),
        }
    )
    assert found is not None
    assert [piece.source for piece in found.pieces] == ["Omroep Proef", "Bode Proef", "Krant Proef"]
    for words in ("de leeftijd (“17 jaar oud”, Omroep Proef)", "“Bulgaarse”", "“Proefstraat 12”", "de bronnen noemen"):
        assert words in found.sentence, f"{words} is missing in: {found.sentence}"


def test_one_detail_alone_is_no_combination():
    assert combination({"Omroep Proef": flags_of("", "Het slachtoffer is een Bulgaarse vrouw.")}) is None
    assert combination({"Omroep Proef": flags_of("", "Een 34-jarige man."), "Bode": ()}) is None
    assert combination({}) is None


def test_an_age_and_an_exact_place_are_enough():
    text = "Het slachtoffer is 17 jaar oud. Zij woonde aan de Proefstraat 12."
    found = combination({"Omroep Proef": flags_of("", text)})
    assert found is not None
    assert "dit bericht noemt" in found.sentence


def test_the_age_in_one_the_village_in_another_and_the_school_in_the_third_are_seen_together():
    found = story_combination(
        {
            "Omroep Proef": ("Meisje (15) uitgebuit", "Het slachtoffer is 15 jaar."),
            "Bode Proef": ("Inval in Haaksbergen", "Het meisje kreeg hulp."),
            "Krant Proef": ("Slachtoffer vertelt", "Zij zat op het Proefcollege."),
        }
    )
    assert found is not None
    assert [(piece.aspect, piece.source) for piece in found.pieces] == [
        ("leeftijd", "Omroep Proef"),
        ("woonplaats", "Bode Proef"),
        ("plek", "Krant Proef"),
    ]
    assert found.pieces[1].reason == "Bode Proef noemt de plaats: “Haaksbergen”."


def test_the_place_the_age_and_the_nationality_of_a_victim_are_too_much_together():
    text = "Het slachtoffer, een Bulgaarse vrouw van 19, werd gevonden in Goor."
    assert story_combination({"Bode": ("Vrouw bevrijd", text)}) is not None
    assert story_combination({"Bode": ("Vrouw bevrijd", text)}, {"Bode": ()}) is None


def test_the_age_of_a_suspect_is_no_piece_of_a_victim():
    texts = {
        "Omroep": ("Man (41) opgepakt", "De verdachte van 41 uit Zaandam zit vast."),
        "Bode": ("Vrouw vertelt", "Het slachtoffer is een Bulgaarse vrouw."),
    }
    assert story_combination(texts) is None


def test_places_that_are_given_are_believed_and_the_others_are_read():
    texts = {
        "Omroep": ("Meisje van 15 bevrijd", "Het slachtoffer is 15 jaar."),
        "Bode": ("", "Het slachtoffer is Bulgaars."),
    }
    assert story_combination(texts) is None
    found = story_combination(texts, {"Omroep": ("Goor",)})
    assert found is not None
    assert "de plaats (“Goor”, Omroep)" in found.sentence
