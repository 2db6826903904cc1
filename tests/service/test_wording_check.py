"""The words that are said more calmly, and what is said before a text: pure functions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.desk import severity
from service.desk.approval import second_editor
from service.desk.wording_check import advices
from store.items import text_of
from store.values import FlagKind, Rights
from tests.parts import samples


@pytest.mark.parametrize(
    "word",
    [
        "loverboy", "Loverboys", "kinderprostituee", "jeugdprostitutie", "prostituee", "prostituees", "illegaal",
        "illegalen", "slaaf", "slaven", "seksslavin", "seksslavinnen", "pooier", "mensenhandelslachtoffer",
        "gedwongen prostitutie", "kinderporno", "gelukszoekers",
    ],
)  # fmt: skip
def test_a_loaded_word_gets_a_calmer_one_and_why(word):
    (advice, *more) = advices(f"De {word} stond in de krant.")
    assert (advice.found, more) == (word, [])
    assert advice.instead
    assert advice.why.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "Het slavernijverleden van de stad", "Een slachtoffer deed aangifte", "De sekswerker had een vergunning",
        "Illegale vuurwerkhandel opgerold", "Hij slaafde niet", "Mensenhandel en uitbuiting",
    ],
)  # fmt: skip
def test_ordinary_words_are_left_alone(text):
    assert advices(text) == ()


def test_a_word_is_named_once_however_often_it_stands_there():
    assert len(advices("Loverboy vast", "De loverboy werkte met een andere LOVERBOY.")) == 1


def text(**more):
    return text_of(samples.article(**more), Rights.FULLTEXT_INTERNAL)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Een minderjarige vrouw werd verkracht.", (severity.MINOR, severity.SEXUAL)),
        ("De man werd vastgeketend en gemarteld.", (severity.VIOLENCE,)),
        ("Zij werd gedwongen tot seks.", (severity.SEXUAL,)),
        ("De zaak gaat over seksuele uitbuiting.", ()),
        ("De inspectie vond vier mensen in een kas.", ()),
    ],
)
def test_what_is_heavy_is_known_before_it_is_read(body, said):
    assert severity.before_reading(text(text=body)) == said


@pytest.mark.parametrize(
    ("public", "kinds", "reasons"),
    [
        ("Een groep minderjarigen werd uitgebuit", set(), (severity.MINOR,)),
        ("Een tiener uit de buurt", {FlagKind.MINOR}, (severity.MINOR,)),
        ("Celstraf na verkrachting van een kind", {FlagKind.MINOR}, (severity.MINOR, severity.SEXUAL)),
        ("Man vast voor ontucht", set(), (severity.SEXUAL,)),
        ("Aanhouding in zaak over seksuele uitbuiting", set(), ()),
        ("Boete voor uitzendbureau", {FlagKind.PERSON}, ()),
    ],
)
def test_what_asks_for_two_editors(public, kinds, reasons):
    assert severity.asks_second_editor(public, frozenset(kinds)) == reasons


@pytest.mark.parametrize(
    ("mode", "deciders", "reasons", "needed"),
    [
        ("off", 9, ("x",), False),
        ("always", 1, (), True),
        ("always", 2, (), True),
        ("auto", 1, ("x",), False),
        ("auto", 2, (), False),
        ("auto", 2, ("x",), True),
    ],
)
def test_when_two_editors_are_needed(mode, deciders, reasons, needed):
    assert severity.needs_two(mode, deciders, reasons) is needed


def test_only_the_public_part_asks_for_two_editors():
    """An editor reads the internal text too; the public does not, so it changes nothing about who decides."""
    heavy = text(text="Het meisje werd verkracht.", excerpt="De rechtbank deed uitspraak.")
    assert severity.before_reading(heavy)
    assert second_editor(heavy) == ()
    assert second_editor(replace(heavy, excerpt="Uitspraak na verkrachting.")) == (severity.SEXUAL,)
