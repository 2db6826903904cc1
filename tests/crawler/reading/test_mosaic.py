"""Details that are harmless one by one and together tell who a victim is."""

from crawler.reading.mosaic import combination
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
