"""The whole reading of one text: complete, quick, and linear on hostile text."""

import time

import pytest

from crawler.reading import read
from crawler.reading.forms import find_forms
from crawler.reading.language import language_of
from crawler.reading.places import find_regions
from crawler.reading.relevance import relevance_of
from store.values import Form

from .labelled import rapporteur

SIZE = 100_000
HOSTILE = {
    "one word": "a",
    "capitals": "A",
    "one place": "Best ",
    "places with a preposition": "in Best, ",
    "datelines": "DEN HAAG/",
    "the core word": "mensenhandel ",
    "the core word glued": "mensenhandel",
    "signs beside each other": "gedwongen seks ",
    "all signs": "geen loon paspoort ingenomen film roman politie gedwongen drugs ",
    "nested quotes": "\"'“‘(«",
    "bidi": "\u202e\u202dabc",
    "zero width": "m\u200be\u200bn",
    "combining": "e\u0301",
    "ligatures": "ﷺ",
    "spaces": " ",
    "place and endless space": "Tilburg" + " " * 5_000 + "in ",
    "open brackets": "Tilburg (",
    "surnames": "Jan van Breda ",
}
FUNCTIONS = {
    "regions": lambda text: find_regions(text, text, "Gelderland"),
    "relevance": lambda text: relevance_of(text, text, ("arm",), ("film",)),
    "forms": lambda text: find_forms(text, text),
    "language": language_of,
}


def cpu_seconds(work, *, rounds: int) -> float:
    """The least CPU time of some rounds: what the work costs when nobody else is using the machine."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def test_a_text_is_read_into_regions_forms_relevance_and_language():
    reading = read(
        "Inval in massagesalon",
        "TILBURG – De politie vond drie vrouwen die werden gedwongen tot prostitutie.",
        source_region="Noord-Brabant",
    )
    assert [region.municipality for region in reading.regions] == ["Tilburg"]
    assert [found.form for found in reading.forms] == [Form.SEXUAL]
    assert reading.relevance.shown
    assert reading.language == "nl"


def test_an_empty_text_is_read_without_proposals():
    reading = read("", "")
    assert (reading.regions, reading.forms, reading.relevance.shown, reading.language) == ((), (), False, None)


def test_the_terms_of_the_source_reach_the_relevance():
    assert read("Lezing", "Over zorg.", include=("lezing",)).relevance.shown
    assert not read("Mensenhandel", "Over zorg.", exclude=("zorg",)).relevance.shown


def test_reading_the_same_text_twice_gives_the_same():
    for title, text in rapporteur()[:20]:
        assert read(title, text) == read(title, text)


def test_four_kilobytes_cost_at_most_five_milliseconds_of_cpu():
    whole = " ".join(text for _, text in rapporteur())
    pieces = [whole[start : start + 4096] for start in range(0, 40 * 4096, 4096)]
    read("warm", "up")
    each = cpu_seconds(lambda: [read("Inval in Tilburg", piece) for piece in pieces], rounds=5) / len(pieces)
    assert each < 0.005, f"{each * 1000:.2f} ms for 4 KB"


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_hundred_kilobytes_of_hostile_text_cost_at_most_a_tenth_of_a_second(function, hostile):
    unit = HOSTILE[hostile]
    text = (unit * (SIZE // len(unit) + 1))[:SIZE]
    work = FUNCTIONS[function]
    work("x")
    seconds = cpu_seconds(lambda: work(text), rounds=3)
    assert seconds < 0.15, f"{function} took {seconds * 1000:.0f} ms on {hostile}"
