"""Details of victims are marked, and the same words about suspects, officers and the world at large are not."""

import re
from collections import Counter

import pytest

from crawler.reading.people import flags_of
from crawler.reading.victims import sentences
from store.values import FlagKind

from .labelled import SAMPLES

KINDS = {
    "D": FlagKind.VICTIM_DETAIL,
    "M": FlagKind.MINOR,
    "S": FlagKind.SHORT_NAME,
    "P": FlagKind.PERSON,
    "A": FlagKind.AGE,
}
MARK = re.compile(r"\{([DMSPA]):([^}]*)\}")


def phrases(name):
    """Text and marked stretches of every phrase of a sample file."""
    for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "-")):
            text, marks = "", []
            at = 0
            for mark in MARK.finditer(line):
                text += line[at : mark.start()]
                marks.append((KINDS[mark[1]], len(text), len(text) + len(mark[2])))
                text, at = text + mark[2], mark.end()
            yield text + line[at:], marks


def counted(name):
    hit, missed, extra = Counter(), [], []
    for text, marks in phrases(name):
        found = [(flag.kind, flag.start - 1, flag.end - 1) for flag in flags_of("", text)]
        for kind, start, end in marks:
            if any(same == kind and begin < end and start < stop for same, begin, stop in found):
                hit[kind] += 1
            else:
                missed.append((str(kind), text[start:end], text))
        extra += [
            (str(kind), text[begin:stop], text)
            for kind, begin, stop in found
            if not any(same == kind and begin < end and start < stop for same, start, end in marks)
        ]
    return hit, missed, extra


@pytest.mark.parametrize(
    ("name", "least"), [("victim_details.txt", 0.97), ("victim_details_2.txt", 0.9), ("victim_details_3.txt", 0.8)]
)
def test_phrases_of_our_own_are_read_as_they_were_written(name, least):
    hit, missed, extra = counted(name)
    found = sum(hit.values())
    assert found / (found + len(missed)) >= least, f"missed: {missed}"
    assert found / (found + len(extra)) >= least, f"marked without cause: {extra}"


def details(text):
    return [flag.text for flag in flags_of("", text) if flag.kind is FlagKind.VICTIM_DETAIL]


def test_a_victim_is_remembered_when_the_next_sentence_only_says_zij():
    assert details("Het slachtoffer deed aangifte. Zij woonde aan de Proefstraat 12.") == ["Proefstraat 12"]
    assert details("De verdachte zweeg. Hij woonde aan de Proefstraat 12.") == []


def test_a_first_name_alone_is_that_of_a_victim_and_an_initial_that_of_a_suspect():
    assert details("Noor zat op het Proefcollege.") == ["het Proefcollege"]
    assert details("Sorin A. zat op het Proefcollege.") == []


def test_in_a_sentence_about_both_a_detail_belongs_to_whom_it_stands_nearest():
    assert details("De verdachte, een Hongaar, dwong het slachtoffer, een Bulgaarse, tot seks.") == ["Bulgaarse"]


def test_the_lawyer_of_a_victim_is_no_victim():
    assert details("De advocaat van het slachtoffer werkt aan de Proefkade.") == []


def test_the_sentences_of_a_text_keep_their_places():
    whole = "Volgens Sorin A. was het niets. Het slachtoffer woont hier."
    found = list(sentences(whole, whole.lower()))
    assert [whole[one.start : one.end].strip() for one in found] == [
        "Volgens Sorin A. was het niets",
        "Het slachtoffer woont hier",
    ]
    assert [(one.victim, one.blamed) for one in found] == [(False, True), (True, False)]
