"""What the public would see of an item is read field by field, addresses too."""

import pytest

from crawler.reading.address_names import find_in_address
from crawler.reading.public_flags import ADDRESS_REASONS, REASONS, public_flags
from store.values import FlagKind

NAMED = {
    "https://omroep.example/nieuws/jan-de-vries-opgepakt": "jan-de-vries",
    "https://krant.example/2026/11/24/piet-jansen-veroordeeld.html": "piet-jansen",
    "https://krant.example/artikel/Anna%20Bakker%20spreekt": "Anna%20Bakker",
    "https://krant.example/?q=mohamed+el+amrani&p=2": "mohamed+el+amrani",
    "verdachte_ruben_oosterkamp_zwijgt": "ruben_oosterkamp",
    "tag:krant.example,2026:karin-van-den-elzenberg": "karin-van-den-elzenberg",
    "rechtszaak-tegen-sorin-adriaansen": "sorin-adriaansen",
    "jos%C3%A9-ferreira-spreekt": "jos%C3%A9-ferreira",
    "burgemeester-hendrik-jan-veldkamp-sluit-cafe": "hendrik-jan-veldkamp",
    "ahmed-hassan-vrijgesproken": "ahmed-hassan",
}
ORDINARY = [
    "https://omroep.example/nieuws/man-opgepakt-voor-mensenhandel-in-tilburg",
    "politie-valt-binnen-bij-massagesalon-in-den-bosch",
    "https://krant.example/nieuws/123456789/vrouw-gedwongen-tot-prostitutie",
    "anne-frankstraat-afgesloten-na-inval",
    "koning-willem-i-college-geeft-les-over-uitbuiting",
    "roos-van-de-week",
    "elke-dag-nieuwe-slachtoffers",
    "david-tegen-goliath-in-de-rechtszaal",
    "de-sint-jan-in-den-bosch",
    "marianne-gaf-haar-verhaal",
    "sorin-a-vrijgesproken",
    "jan-willem-vertelt",
    "prins-bernhardplein",
    "0612345678-en-111222333",
    "",
    "%",
    "%ff%fe",
]


@pytest.mark.parametrize("address", NAMED)
def test_a_full_name_in_an_address_is_found_where_it_is_written(address):
    found = [one for one in find_in_address(address, []) if one.kind is FlagKind.PERSON]
    assert [address[one.start : one.end] for one in found] == [NAMED[address]]


@pytest.mark.parametrize("address", ORDINARY)
def test_an_ordinary_address_is_left_alone(address):
    assert find_in_address(address, []) == []


def test_a_name_that_the_words_shorten_is_found_in_full_in_the_address():
    names = [(FlagKind.SHORT_NAME, "Bo V.")]
    assert find_in_address("bo-verstappe-vrij", [(FlagKind.SHORT_NAME, "Kim V.")]) == []
    assert find_in_address("/kim-verlinde-vrij", []) == []
    assert [one.words for one in find_in_address("/kim-verlinde-vrij", [(FlagKind.SHORT_NAME, "Kim V.")])] == [
        "kim-verlinde"
    ]
    assert find_in_address("/bo-verliet-de-stad", names) == []


def test_a_minor_and_a_mail_address_in_an_address_are_found():
    found = find_in_address("https://krant.example/meisje-van-15-misbruikt?mail=jan.proef@example.nl", [])
    assert [(one.kind, one.words) for one in found] == [
        (FlagKind.MINOR, "meisje-van-15"),
        (FlagKind.EMAIL, "jan.proef@example.nl"),
    ]


def test_every_field_is_read_and_places_count_in_it():
    words = {
        "title": "Jan Voorbeeld en Piet van der Proef vast",
        "summary": "Een meisje van 15 belde 06-00123456.",
        "article": "Ook Sorin A. zit vast.",
    }
    addresses = {"slug": "jan-voorbeeld-en-piet-van-der-proef-vast", "guid": "tag:krant.example,2026:1"}
    found = public_flags(words, addresses)
    fields = {**words, **addresses}
    assert all(fields[flag.where][flag.start : flag.end] == flag.text for flag in found)
    assert [(flag.where, flag.kind, flag.text) for flag in found] == [
        ("title", FlagKind.PERSON, "Jan Voorbeeld"),
        ("title", FlagKind.PERSON, "Piet van der Proef"),
        ("summary", FlagKind.MINOR, "meisje van 15"),
        ("summary", FlagKind.PHONE, "06-00123456"),
        ("article", FlagKind.SHORT_NAME, "Sorin A."),
        ("slug", FlagKind.PERSON, "jan-voorbeeld"),
        ("slug", FlagKind.PERSON, "piet-van-der-proef"),
    ]
    assert [flag.short for flag in found[:2]] == ["Jan V.", "Piet van der P."]
    assert [flag.must_answer for flag in found] == [True, True, True, True, False, True, True]


def test_every_kind_has_one_dutch_sentence():
    assert set(REASONS) == set(FlagKind)
    for sentence in (*REASONS.values(), *ADDRESS_REASONS.values()):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert sentence.count(".") == 1, f"one sentence, please: {sentence}"


def test_a_surname_in_one_field_is_known_from_another():
    found = public_flags({"title": "Karel Van Proef vast", "excerpt": "Later zei Van Proef niets."})
    assert [(flag.where, flag.text) for flag in found] == [("title", "Karel Van Proef"), ("excerpt", "Van Proef")]


def test_no_fields_give_no_flags():
    assert public_flags({}) == ()
    assert public_flags({"title": "", "excerpt": ""}, {"url": ""}) == ()
