"""Region: measured on labelled texts, on every municipality and on every place name of the tables."""

import re

import pytest

from crawler.reading.places import FALLBACK, find_regions
from store.values import PROVINCES

from .labelled import cases, general_news, table

PLAIN = "De politie in {} deed dinsdag een inval."


def named(regions):
    return [(region.province, region.municipality) for region in regions]


def pairs(expected):
    return [(entry[0], entry[1] if len(entry) > 1 else None) for entry in expected]


def judge(case):
    """Whether the provinces are right, and whether the municipalities are right too."""
    found = named(find_regions(case.get("title", ""), case["text"], case.get("source", "Nederland")))
    expected = pairs(case["expect"])
    allowed = {*expected, *pairs(case.get("also", []))}
    whole = set(expected) <= set(found) <= allowed and (not case.get("first") or found[:1] == expected[:1])
    provinces = {province for province, _ in found}
    return {p for p, _ in expected} <= provinces <= {p for p, _ in allowed}, whole


@pytest.mark.parametrize(
    ("name", "province_share", "whole_share"),
    [("regions", 0.98, 0.97), ("regions_held", 0.97, 0.94), ("regions_probes", 0.98, 0.96)],
)
def test_the_labelled_texts_get_the_right_regions(name, province_share, whole_share):
    texts = cases(name)
    verdicts = [judge(case) for case in texts]
    wrong = [case["text"] for case, (_, whole) in zip(texts, verdicts, strict=True) if not whole]
    assert sum(province for province, _ in verdicts) / len(texts) >= province_share, f"wrong provinces among: {wrong}"
    assert sum(whole for _, whole in verdicts) / len(texts) >= whole_share, f"wrong regions for: {wrong}"


def test_every_municipality_is_found_in_a_plain_sentence():
    missed = []
    for row in table("gemeente-provincie-current.derived.csv"):
        for name in {row["gemeente"], re.sub(r" \(.*", "", row["gemeente"])}:
            found = named(find_regions("", PLAIN.format(name), row["provincie"]))
            if (row["provincie"], row["gemeente"]) not in found:
                missed.append((name, found))
    assert not missed, f"not found, look at them in tables/places.csv and words.toml: {missed}"


def test_nearly_every_municipality_is_found_without_help_of_the_source():
    rows = table("gemeente-provincie-current.derived.csv")
    found = [named(find_regions("", PLAIN.format(row["gemeente"]), "Nederland")) for row in rows]
    missed = [
        row["gemeente"]
        for row, regions in zip(rows, found, strict=True)
        if row["gemeente"] not in dict(regions).values()
    ]
    assert not missed, f"not found for a national source: {missed}"


def test_every_place_name_of_the_table_gives_its_province_when_the_source_says_so():
    """Vianen, Leerdam and Zederik went from Zuid-Holland to Utrecht in 2019; the table of 2012 has the old province."""
    wrong = []
    for row in table("woonplaats-gemeente-provincie-2012.derived.csv"):
        moved = row["gemeente_2012"] in {"Vianen", "Leerdam", "Zederik"}
        province = "Utrecht" if moved else row["provincie"]
        regions = find_regions("", PLAIN.format(row["woonplaats"]), province)
        if [region.province for region in regions] != [province]:
            wrong.append((row["woonplaats"], province, named(regions)))
    assert not wrong, f"wrong provinces: {wrong}"


def test_place_names_are_found_by_name_and_not_only_by_the_source():
    rows = table("woonplaats-gemeente-provincie-2012.derived.csv")
    by_name = 0
    for row in rows:
        regions = find_regions("", PLAIN.format(row["woonplaats"]), row["provincie"])
        by_name += any(region.confidence > FALLBACK for region in regions)
    assert by_name / len(rows) >= 0.995, f"only {by_name} of {len(rows)} place names are recognised"


def test_for_a_national_source_a_place_name_gives_its_own_province_or_none():
    """Namesakes in two provinces cannot all be right: the larger one is meant, or nothing is proposed."""
    rows = table("woonplaats-gemeente-provincie-2012.derived.csv")
    right = silent = 0
    for row in rows:
        regions = find_regions("", PLAIN.format(row["woonplaats"]), "Nederland")
        right += any(region.province == row["provincie"] for region in regions)
        silent += not regions
    assert right / len(rows) >= 0.95, f"right for {right} of {len(rows)}"
    assert (len(rows) - right - silent) / len(rows) <= 0.02, f"wrong for {len(rows) - right - silent} of {len(rows)}"


def test_news_from_abroad_seldom_gets_a_region():
    articles = general_news()
    found = sum(bool(find_regions(title, text, "Nederland")) for title, text in articles)
    assert found / len(articles) <= 0.1, f"{found} of {len(articles)} Flemish articles got a Dutch region"


def test_each_region_says_why_in_dutch():
    text = "DEN BOSCH – Een man uit Best staat terecht. Ook in Hengelo en Enschede was een inval."
    reasons = {region.municipality: region.reasons for region in find_regions("", text, "Nederland")}
    assert reasons["'s-Hertogenbosch"] == ("plaatsregel: DEN BOSCH",)
    assert reasons["Best"] == ("genoemd: uit Best",)
    assert reasons["Hengelo (O.)"] == ("genoemd: in Hengelo", "2 plaatsen heten zo; gekozen door de rest van de tekst")


def test_a_namesake_is_settled_by_the_source():
    (region,) = find_regions("", "In Hengelo is een loods doorzocht.", "Gelderland")
    assert (region.municipality, region.place) == ("Bronckhorst", "Hengelo")
    assert "gekozen door de bron uit Gelderland" in region.reasons[1]


def test_a_place_carries_its_coordinates():
    (region,) = find_regions("", "In Sneek opent een meldpunt.", "Nederland")
    assert (region.place, region.municipality) == ("Sneek", "Súdwest-Fryslân")
    assert (region.lat, region.lon) == (pytest.approx(53.033, abs=0.01), pytest.approx(5.659, abs=0.01))


def test_the_source_is_a_weak_last_resort_and_only_when_it_is_a_province():
    (region,) = find_regions("", "Een slachtoffer vertelt.", "Drenthe")
    assert (region.province, region.municipality, region.confidence) == ("Drenthe", None, FALLBACK)
    assert region.reasons == ("bron: nieuws uit Drenthe",)
    assert find_regions("", "Een slachtoffer vertelt.", "Nederland") == ()


def test_a_dateline_is_surer_than_a_mention_and_a_court_counts_only_alone():
    text = "TIEL – In Zaltbommel is een kas gesloten. De rechtbank in Arnhem doet uitspraak."
    order = [region.municipality for region in find_regions("", text, "Nederland")]
    assert order == ["Tiel", "Zaltbommel"]
    (alone,) = find_regions("", "De rechtbank in Arnhem doet uitspraak.", "Nederland")
    assert alone.municipality == "Arnhem"
    assert "het kan elders gebeurd zijn" in alone.reasons[0]


@pytest.mark.parametrize(
    "spelling", ["Den\u00ad Bosch", "’s-Hertogenbosch", "‘s Hertogenbosch", "'S-HERTOGENBOSCH", "Den\u00a0Bosch"]
)
def test_every_spelling_of_den_bosch_is_understood(spelling):
    (region,) = find_regions("", f"De politie in {spelling} deed een inval.", "Nederland")
    assert region.municipality == "'s-Hertogenbosch", f"{spelling!r} was not understood"


def test_every_region_is_spelled_as_in_the_table_of_municipalities():
    municipalities = {(row["provincie"], row["gemeente"]) for row in table("gemeente-provincie-current.derived.csv")}
    for title, text in general_news():
        for region in find_regions(title, text, "Limburg"):
            assert region.province in PROVINCES
            assert region.municipality is None or (region.province, region.municipality) in municipalities


@pytest.mark.parametrize("text", ["Elf mensen uit Oost-Europa sliepen er.", "Jongeren uit West- en Noord-Afrika."])
def test_a_part_of_the_world_is_no_village(text):
    assert find_regions("", text, "Nederland") == ()
