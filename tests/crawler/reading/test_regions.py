"""Every name of the table is found in a plain sentence, and the labelled texts get the regions they should."""

import time
from collections import defaultdict

import pytest

from bench.reading_quality.regions import calibration, figures
from crawler.reading.folding import key_of
from crawler.reading.gazetteer import gazetteer, read_places
from crawler.reading.places import APPROXIMATE, FALLBACK, find_regions
from store.values import NETHERLANDS, PROVINCES

SENTENCES = {
    "plain": "In {} is dinsdag een man aangehouden.",
    "from": "Een man uit {} is dinsdag aangehouden.",
    "dateline": "{} – Een man is dinsdag aangehouden.",
    "capitals": "{UPPER} - Een man is dinsdag aangehouden.",
    "headline": "Man opgepakt in {}",
}
LONG = 100_000


def written():
    """Every way to write the name of a place, with its row."""
    return [
        (name, place) for place, others in read_places() if place.kind != "province" for name in (place.name, *others)
    ]


def namesakes():
    """By folded name, the provinces and municipalities in which it lies."""
    homes = defaultdict(set)
    for name, place in written():
        homes[key_of(name)].add((place.province, place.municipality))
    return homes


def named(text, source):
    found = find_regions("", text, source)
    return {(region.province, region.municipality) for region in found if region.confidence > FALLBACK}


def fits(found, place, homes):
    """The place's own municipality; the province, or any of them, where two villages of one province share the name."""
    same = {municipality for province, municipality in homes if province == place.province}
    if len(same) > 1:
        return {p for p, _ in found} == {place.province} and {m for _, m in found} <= {*same, None}
    return found == {(place.province, place.municipality or None)}


@pytest.mark.parametrize("form", SENTENCES)
def test_every_name_of_the_table_is_found_in_a_plain_sentence_of_its_own_province(form):
    homes = namesakes()
    missed = []
    for name, place in written():
        text = SENTENCES[form].format(name, UPPER=name.upper())
        found = named(text, place.province)
        if not fits(found, place, homes[key_of(name)]):
            missed.append((name, place.municipality, found))
    assert not missed, f"{len(missed)} names not found; look at tables/words.toml and signs.py: {missed[:20]}"


@pytest.mark.parametrize("form", SENTENCES)
def test_every_name_that_is_alone_in_the_country_needs_no_help_of_the_source(form):
    """Names that people far more often mean elsewhere ("America", "Nederland") wait for a source that agrees."""
    homes = namesakes()
    missed = []
    for name, place in written():
        key = key_of(name)
        if name in PROVINCES and place.kind == "place" and place.municipality != name:
            continue  # the village of Zeeland: without help the province is meant
        if len({province for province, _ in homes[key]}) > 1 or gazetteer().names[key].elsewhere:
            continue
        found = named(SENTENCES[form].format(name, UPPER=name.upper()), NETHERLANDS)
        if not fits(found, place, homes[key]):
            missed.append((name, place.municipality, found))
    assert not missed, f"{len(missed)} names not found for a national source: {missed[:20]}"


def test_the_labelled_texts_reach_what_the_issue_asks_for():
    for part in ("tune", "held"):
        found = figures(part)
        assert found["province"] >= 0.97, f"{part}: run `python -m bench.reading_quality.regions {part}`: {found}"
        assert found["municipality"] >= 0.93, f"{part}: run `python -m bench.reading_quality.regions {part}`: {found}"
        assert found["wrong_where_none"] < 0.03, (
            f"{part}: run `python -m bench.reading_quality.regions {part}`: {found}"
        )


def test_a_confidence_promises_no_more_than_it_keeps():
    for low, high, count, right in calibration("tune"):
        assert count < 10 or right >= low, f"of the {count} regions with {low} to {high} only {right:.0%} are right"


def test_coordinates_of_the_municipality_are_called_approximate():
    (exact,) = find_regions("", "In Sneek is een man aangehouden.", NETHERLANDS)
    (rough,) = find_regions("", "In Kanaleneiland is een man aangehouden.", NETHERLANDS)
    assert APPROXIMATE not in exact.reasons
    assert rough.reasons[-1] == APPROXIMATE
    assert (rough.place, rough.municipality) == ("Kanaleneiland", "Utrecht")
    assert rough.lat == pytest.approx(52.09, abs=0.05)


def test_a_place_of_a_municipality_without_known_successor_gives_its_province_only():
    for text in ("In Poppenwier is een man aangehouden.", "De gemeente Littenseradiel bestaat niet meer."):
        (region,) = find_regions("", text, NETHERLANDS)
        assert (region.province, region.municipality) == ("Friesland", None), text


def test_a_namesake_is_settled_by_what_lies_near():
    (region,) = find_regions("", "In Beek bij Nijmegen is een restaurant doorzocht.", "Gelderland")
    assert region.municipality == "Berg en Dal"
    assert "2 plaatsen" in region.reasons[1] or "gekozen door wat er dichtbij ligt" in region.reasons[1]


@pytest.mark.parametrize(
    "piece",
    [
        "Utrecht ", "in Best ", "Haagse ", "In Bergen, Haren en Best (NH) bij ", "Van ", "bij Beek ", "Tilburgse ", "(",
        "-", "in Hengelo (", "Hoek van ", "den haag ", "ı̇", "\u200bBest\u200b ", "Tilburger ", "Oss, ", "Epe-", "zaak-",
        " ",
    ],
)  # fmt: skip
def test_a_hostile_text_costs_less_than_a_tenth_of_a_second(piece):
    text = piece * (LONG // len(piece))
    find_regions("", "In Tilburg", NETHERLANDS)
    spent = []
    for _ in range(2):
        start = time.process_time()
        find_regions(text, text, "Gelderland")
        spent.append(time.process_time() - start)
    assert min(spent) < 0.15, f"{piece!r} repeated took {min(spent) * 1000:.0f} ms"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Zevenbergen wint de prijs", "Schrijfster Ilona Zevenbergen kreeg de prijs voor haar boek."),
        ("Pleidooi van de verdediging", "Volgens mr. Best klopt het dossier niet."),
        ("Goes en Soest vrij", "Piet Goes en Jan Soest zijn vrijgelaten."),
    ],
)
def test_who_has_the_name_of_a_town_as_a_surname_is_no_town(title, text):
    assert find_regions(title, text, "Nederland") == ()


def test_a_town_stays_one_beside_somebody_of_that_name():
    found = find_regions(
        "Inval in Best", "Getuige Jan Best zag de politie komen. In Best stonden drie busjes.", "Nederland"
    )
    assert [region.municipality for region in found] == ["Best"]
