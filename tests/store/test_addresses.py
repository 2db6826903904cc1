"""One spelling of an address is stored, compared and mailed to."""

import pytest

from store.addresses import NOT_AN_ADDRESS, OTHER_LETTERS, normal_form
from store.errors import NotAllowedError


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("lezer@example.nl", "lezer@example.nl"),
        ("  Lezer@Example.NL ", "lezer@example.nl"),
        ("een.lezer+agenda@post.example.nl", "een.lezer+agenda@post.example.nl"),
        ("lezer@café.example", "lezer@xn--caf-dma.example"),
        ("lezer@CAFÉ.example", "lezer@xn--caf-dma.example"),
        ("lezer@xn--caf-dma.example", "lezer@xn--caf-dma.example"),
        ("lezer@straße.example", "lezer@xn--strae-oqa.example"),
    ],
)
def test_every_spelling_of_an_address_has_one_normal_form(typed, normal):
    assert normal_form(typed) == normal


@pytest.mark.parametrize(
    "typed",
    [
        "lezer",
        "@example.nl",
        "lezer@",
        "lezer@example",
        "lezer@@example.nl",
        "le zer@example.nl",
        '"le zer"@example.nl',
        ".lezer@example.nl",
        "lezer.@example.nl",
        "le..zer@example.nl",
        "lezer@-example.nl",
        "lezer@exam_ple.nl",
        "lezer@[127.0.0.1]",
        "lezer@127.0.0.1",
        "lezer@example.nl\nBcc: ander@example.nl",
        "lezer@example.nl, ander@example.nl",
        "lezer@example.nl\x00",
        "lezer <lezer@example.nl>",
        "a" * 65 + "@example.nl",
        "a@" + "b" * 64 + ".nl",
        "a@" + ".".join(["bbbbbbbbb"] * 30) + ".nl",
        "lezer@ｅｘａｍｐｌｅ.nl",
        "lezer@exampleſ.nl",
        "lezer@\u212aoper.nl",
        "lezer@exam\u200bple.nl",
        "lezer@exam\u202eple.nl",
    ],
)
def test_what_cannot_be_an_address_is_refused_with_a_sentence(typed):
    with pytest.raises(NotAllowedError) as refused:
        normal_form(typed)
    assert refused.value.sentence == NOT_AN_ADDRESS


@pytest.mark.parametrize("typed", ["lézer@example.nl", "ſamen@example.nl", "İ@example.nl", "\u212alaas@example.nl"])
def test_letters_outside_ascii_before_the_at_sign_are_refused_and_the_sentence_says_so(typed):
    with pytest.raises(NotAllowedError) as refused:
        normal_form(typed)
    assert refused.value.sentence == OTHER_LETTERS


def test_a_letter_that_looks_like_another_stays_another_domain():
    """U2: a Turkish capital dotted I must not become the plain i of somebody else's domain."""
    assert normal_form("lezer@İzmir.example") != "lezer@izmir.example"
    assert normal_form("lezer@ехаmple.example").startswith("lezer@xn--")
