"""The first look: cheap, and nothing that the whole reading would show is turned away."""

import json
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading import read
from crawler.reading.first_look import TOO_FEW, WORDS, worth_reading
from crawler.reading.folding import WORD, fold, visible, words_of
from crawler.reading.lexicon import lexicon, scan
from crawler.reading.relevance import NO_WORDS, most_possible, relevance_of, score_of
from crawler.reading.sieve import MOST_KNOWN, Sieve

from .labelled import SAMPLES, cases, general_news, rapporteur
from .test_reading import HOSTILE, SIZE, cpu_seconds

ORDINARY = ("Weg tussen Almelo en Borne dicht", "Het werk aan de brug duurt volgens de gemeente drie weken.")
ODD = ["\u00ad", "\u200b", "’", "é", "e\u0301", "ĳ", "İ", "Ж", "ﷺ", "_", "-", "\n", ". ", " ", "  ", "`", "ß"]


def labelled_lines() -> list[tuple[str, str]]:
    """Title and text of every line of the sets that hold texts."""
    found = []
    for file in sorted((SAMPLES.parent / "labelled").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            found.append((case.get("title", ""), case.get("text", "")))
    return found


SETS = {
    "rapporteur": rapporteur,
    "general news": general_news,
    "lines": labelled_lines,
    **{
        name: lambda name=name: [(case.get("title", ""), case["text"]) for case in cases(name)]
        for name in ("relevance", "relevance_held", "forms", "regions", "regions_held", "languages")
    },
}


@st.composite
def texts(draw):
    """Parts of the lexicon, whole and glued to others, between ordinary words and odd characters."""
    parts = st.sampled_from(lexicon().sieve.parts)
    words = st.sampled_from(["de", "man", "uit", "Best", "werk", "kinderen", "in", "men", "en"])
    return "".join(draw(st.lists(st.one_of(parts, words, st.sampled_from(ODD), st.text(max_size=4)), max_size=24)))


@pytest.mark.parametrize("name", SETS)
def test_nothing_of_a_set_that_the_whole_reading_shows_is_turned_away(name):
    several = SETS[name]()
    lost = [
        title for title, text in several if relevance_of(title, text).shown and not worth_reading(title, text).worth
    ]
    assert several
    assert not lost, f"turned away though it is shown; look at `most_possible`: {lost}"


@given(texts(), texts())
def test_no_text_at_all_that_is_shown_is_turned_away(title, text):
    found = scan(title, text)
    assert score_of(found)[0] <= most_possible(found), "a score was higher than thought possible"
    if relevance_of(title, text).shown:
        assert worth_reading(title, text).worth


@given(
    texts(), texts(), st.lists(st.one_of(st.text(max_size=8), st.sampled_from(["en", "men", "ontslag"])), max_size=3)
)
def test_a_term_of_the_source_is_never_turned_away(title, text, terms):
    include = tuple(terms)
    if relevance_of(title, text, include).shown:
        assert worth_reading(title, text, include).worth


@given(texts(), texts())
def test_a_part_is_held_exactly_when_it_stands_in_the_text(title, text):
    found = scan(title, text)
    sieve = lexicon().sieve
    assert [part for part in sieve.parts if sieve.bit[part] & found.held] == [
        part for part in sieve.parts if part in found.flat
    ]


@given(texts())
def test_words_are_the_words_of_the_folded_text(text):
    assert list(words_of(text)) == WORD.findall(fold(visible(text)))


def test_a_part_that_would_stand_in_nearly_every_word_is_refused():
    with pytest.raises(ValueError, match="needs a word of 3 letters"):
        Sieve(["en"])


def test_what_is_remembered_is_forgotten_before_it_grows_too_large():
    sieve = Sieve(["mensenhandel", "loon terug"])
    for number in range(60_000):
        sieve.sifted([f"woord{number}", "x" * 50])
    assert len(sieve) <= MOST_KNOWN
    assert sieve.held(" mensenhandelzaak ") == sieve.bit["mensenhandel"]


def test_a_phrase_goes_over_no_full_stop():
    assert (
        relevance_of("Inval", "De man moest stelen voor hem.").score > relevance_of("Inval", "Hij moest. Stelen").score
    )
    assert "moest | stelen" in scan("Inval", "Hij moest. Stelen").flat


def test_far_into_a_text_only_the_words_of_trafficking_count():
    street = "De straat ligt in het centrum en is erg druk. " * 30
    assert not relevance_of("Straat", f"{street}Hij kreeg geen loon en sliep in de stal.").shown
    assert relevance_of("Straat", f"{street}Het gaat om mensenhandel, zei hij. Mensenhandel is strafbaar.").shown


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Het wordt zonnig.", NO_WORDS),
        ("De deur zat van buiten op slot.", TOO_FEW),
        ("Drie mannen zitten vast voor mensenhandel.", WORDS),
    ],
)
def test_a_look_says_why(text, reason):
    look = worth_reading("Nieuws", text)
    assert (look.worth, look.reason) == (reason == WORDS, reason)


def test_a_term_of_the_source_is_reason_enough():
    look = worth_reading("Symposium", "Over zorg.", ("Symposium",))
    assert (look.worth, look.reason) == (True, "trefwoord van de bron: symposium")


def test_a_text_of_nothing_but_signs_costs_no_more_than_others():
    parts = " ".join(part.strip() for part in lexicon().sieve.parts)
    text = (parts * (SIZE // len(parts) + 1))[:SIZE]
    assert relevance_of("warm", "up").score == 0.0
    assert cpu_seconds(lambda: relevance_of("Een kop", text), rounds=2) < 0.1


def test_ordinary_news_gets_its_relevance_and_language_but_no_region():
    first = read(*ORDINARY, source_region="Overijssel")
    assert (first.regions, first.forms, first.language) == ((), (), "nl")
    assert first.relevance == relevance_of(*ORDINARY)
    assert first.relevance.reasons == (NO_WORDS,)


def test_what_must_always_be_read_gets_its_region():
    whole = read(*ORDINARY, source_region="Overijssel", always=True)
    assert {region.municipality for region in whole.regions} == {"Almelo", "Borne"}


@pytest.mark.parametrize("name", ["rapporteur", "general news", "relevance", "relevance_held"])
def test_relevance_and_language_are_the_same_with_and_without_the_whole_reading(name):
    for title, text in SETS[name]():
        first, whole = read(title, text, exclude=("film",)), read(title, text, exclude=("film",), always=True)
        assert (first.relevance, first.language) == (whole.relevance, whole.language)
        assert (first.regions, first.forms) in {((), ()), (whole.regions, whole.forms)}


def test_at_most_a_tenth_of_general_news_is_read_whole():
    several = general_news()
    share = sum(worth_reading(title, text).worth for title, text in several) / len(several)
    assert share <= 0.1, f"{share:.0%} of general news is worth the whole reading"


def test_a_look_costs_hundredths_of_a_millisecond():
    """`python -m bench.reading_speed` measures it against 0.04 ms; here is room for a machine that is busy."""
    words = [text.split() for _, text in general_news() if len(text.split()) >= 200]
    pieces = [" ".join(some[:200]) for some in words]
    worth_reading("warm", "up")
    each = [cpu_seconds(lambda piece=piece: worth_reading("Een kop", piece), rounds=1) for piece in pieces * 2]
    median = statistics.median(each[len(pieces) :])
    assert median < 0.000_12, f"{median * 1000:.3f} ms for 200 words"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hundred_kilobytes_of_hostile_text_are_looked_at_and_read_in_proportion(hostile):
    unit = HOSTILE[hostile]
    text = (unit * (SIZE // len(unit) + 1))[:SIZE]
    whole = lambda *told: read(*told, source_region="Gelderland", always=True)  # noqa: E731
    # The whole reading is six functions, each of which may take a tenth of a second; other work doubles CPU time too.
    for work, most in ((worth_reading, 0.1), (whole, 0.5)):
        work("x", "x")
        seconds = cpu_seconds(lambda work=work: work("Een kop", text), rounds=3)
        assert seconds < most, f"{seconds * 1000:.0f} ms on {hostile}"
