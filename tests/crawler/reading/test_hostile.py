"""No text, however hostile, keeps any reader busy: a hundred kilobytes cost at most a tenth of a second."""

import pkgutil
import time
from datetime import UTC, datetime
from itertools import islice

import pytest

from crawler import reading
from crawler.reading import (
    address_names,
    ages,
    cases,
    courts,
    event_dates,
    first_look,
    folding,
    forms,
    full_names,
    identifiers,
    language,
    learned,
    lexicon,
    likeness,
    mentions,
    mosaic,
    name_rows,
    news_kind,
    parts,
    people,
    places,
    public_flags,
    relevance,
    told_dates,
    victim_details,
    victim_places,
    victims,
)
from store.values import FlagKind

from .hostile import texts

LIMIT, LOOK_AGAIN = 0.1, 0.04
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAMES = [(FlagKind.PERSON, "Jan Jansen"), (FlagKind.SHORT_NAME, "Jan d.")]
NO_FLAGS = learned.train(
    [learned.Example("kop", "mensenhandel in de kas", about=True), learned.Example("kop", "feest", about=False)]
)


def small(text):
    return text.replace("İ", "I").lower()


FUNCTIONS = {
    "the whole reading": lambda text: reading.read(text[:200], text, always=True),
    "address_names.find_in_address": lambda text: address_names.find_in_address(text, NAMES),
    "ages.find_ages": lambda text: list(ages.find_ages(text, small(text), frozenset())),
    "cases.case_marks": lambda text: cases.case_marks("kop", text, (), None),
    "courts.courts_in": courts.courts_in,
    "courts.eclis_in": courts.eclis_in,
    "event_dates.find_dates": lambda text: event_dates.find_dates(text, NOW),
    "first_look.worth_reading": lambda text: first_look.worth_reading("kop", text, ("feest",)),
    "folding.fold": folding.fold,
    "folding.key_of": folding.key_of,
    "folding.visible": folding.visible,
    "folding.words_in": folding.words_in,
    "folding.words_of": folding.words_of,
    "forms.find_forms": lambda text: forms.find_forms(text, text),
    "full_names.find_names": full_names.find_names,
    "identifiers.find_identifiers": lambda text: list(identifiers.find_identifiers(text, small(text))),
    "language.language_of": language.language_of,
    "learned.score": lambda text: learned.score(NO_FLAGS, "kop", text),
    "lexicon.scan": lambda text: lexicon.scan("kop", text),
    "likeness.signature_of": lambda text: likeness.signature_of("kop", text),
    "mentions.mentions_of": mentions.mentions_of,
    "mosaic.story_combination": lambda text: mosaic.story_combination({"Bron": ("kop", text)}, {"Bron": ("Goor",)}),
    "name_rows.rows_in": lambda text: list(islice(name_rows.rows_in(text), full_names.MOST_WORDS)),
    "news_kind.eclis": news_kind.eclis,
    "news_kind.names_article_273f": news_kind.names_article_273f,
    "news_kind.news_kind_of": lambda text: news_kind.news_kind_of("kop", text),
    "parts.part_of": parts.part_of,
    "people.flags_of": lambda text: people.flags_of("kop", text),
    "places.find_regions": lambda text: places.find_regions(text, text, "Gelderland"),
    "public_flags.public_flags": lambda text: public_flags.public_flags(
        {"title": "kop", "excerpt": text}, {"url": text}
    ),
    "relevance.relevance_of": lambda text: relevance.relevance_of(text, text, ("arm",), ("film",)),
    "told_dates.dates_told": lambda text: told_dates.dates_told(text, NOW),
    "victim_details.find_details": lambda text: list(victim_details.find_details(text, small(text))),
    "victim_places.find_places": lambda text: list(victim_places.find_places(text[:2_000], small(text[:2_000]), -1)),
    "victim_places.find_streets": lambda text: list(victim_places.find_streets(text)),
    "victims.sentences": lambda text: list(victims.sentences(text, small(text))),
}
INSIDE = {
    "clock_times": "find_dates", "clock_words": "find_dates", "date_glue": "find_dates", "date_words": "find_dates",
    "dutch_calendar": "find_dates", "meant_days": "find_dates", "said_days": "find_dates", "tenses": "find_dates",
    "time_words": "find_dates", "told_times": "find_dates",
    "age_words": "find_ages", "gazetteer": "a table", "inhabitants": "a table",
    "hits": "scan", "sieve": "worth_reading", "signs": "find_regions", "likeness_words": "signature_of",
    "name_words": "find_names", "victim_words": "a table", "doubles": "signatures, not texts", "tables": "tables",
}  # fmt: skip
"""Modules whose functions take words or parts of a text, and the function here that leads through them."""


@pytest.fixture(scope="module")
def hostile():
    return texts()


def spent(work, text):
    start = time.process_time()
    work(text)
    return time.process_time() - start


def test_every_module_of_the_reading_is_measured_here():
    known = {name.partition(".")[0] for name in FUNCTIONS} | set(INSIDE)
    found = {module.name for module in pkgutil.iter_modules(reading.__path__)}
    missing = sorted(found - known)
    assert not missing, f"add a function of {missing} to FUNCTIONS, or say in INSIDE which function leads through them"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_hundred_kilobytes_of_any_text_cost_at_most_a_tenth_of_a_second(name, hostile):
    """CPU time, the best of four rounds where the first was slow."""
    work = FUNCTIONS[name]
    work("Jan Jansen (34) uit Best is slachtoffer van mensenhandel, op 1 mei om 12.00 uur.")
    slow = {}
    for kind, text in hostile.items():
        seconds = spent(work, text)
        if seconds > LOOK_AGAIN:
            seconds = min(seconds, *(spent(work, text) for _ in range(3)))
        if seconds > LIMIT:
            slow[kind] = f"{seconds * 1000:.0f} ms"
    assert not slow, f"{name} is too slow on {slow}: bound what it looks at, and say where it stopped"


@pytest.mark.parametrize("name", ["people.flags_of", "victim_details.find_details", "public_flags.public_flags"])
def test_four_times_the_text_costs_about_four_times_as_much(name, hostile):
    work = FUNCTIONS[name]
    work("warm")
    for kind, text in hostile.items():
        short = min(spent(work, text[: len(text) // 4]) for _ in range(2))
        if (long := spent(work, text)) > max(0.02, 9 * short):
            long = min(long, spent(work, text))
        assert long <= max(0.02, 9 * short), (
            f"{name} on {kind}: {short * 1000:.0f} ms for a quarter, {long * 1000:.0f} for all"
        )


def test_where_the_reading_stops_a_flag_says_so():
    from crawler.reading.identifiers import TOO_MANY

    for unit in ("Jan Jansen. ", "man (15) ", "+31600123456 ", "Het meisje woonde hier nu. "):
        text = unit * (100_000 // len(unit))
        stopped = [flag for flag in people.flags_of("kop", text) if flag.reason == TOO_MANY]
        assert stopped, f"too many of {unit!r} are dropped without a word: add a flag with TOO_MANY"
