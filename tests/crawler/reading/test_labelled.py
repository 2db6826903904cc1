"""The labelled sets are well formed: a bench on a broken set would measure the set and not the reading."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from store.values import NETHERLANDS, PROVINCES, Form

from .labelled import table

TABLES = Path(__file__).parents[3] / "crawler" / "reading" / "tables"
LABELLED = Path(__file__).parent / "labelled"
FORMS = {str(form) for form in Form}
SIZES = {"relevance": 240, "regions": 420}
"""The least number of lines of each set."""


def lines(name):
    """Every line of a set, parsed, with a message that names the line that cannot be read."""
    found = []
    for number, line in enumerate((LABELLED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(json.loads(line))
        except ValueError as problem:
            pytest.fail(f"{name}.jsonl:{number} is no JSON object ({problem}): correct that line")
    return found


def test_every_set_has_its_own_checks_here():
    assert {path.stem for path in LABELLED.glob("*.jsonl")} == set(SIZES), "add the new set to SIZES and give it a test"


@pytest.mark.parametrize("name", SIZES)
def test_a_set_is_large_enough_and_about_forty_percent_of_it_is_held(name):
    parts = Counter(line["part"] for line in lines(name))
    assert set(parts) == {"tune", "held"}, f"{name}.jsonl: every part is tune or held, not {set(parts)}"
    assert parts.total() >= SIZES[name], f"{name}.jsonl has {parts.total()} lines: write more"
    held = parts["held"] / parts.total()
    assert 0.35 <= held <= 0.45, f"{name}.jsonl: {held:.0%} is held, it should be about 40 %"


@pytest.mark.parametrize("name", SIZES)
def test_no_text_stands_twice_in_a_set(name):
    texts = Counter(json.dumps({**line, "part": ""}, sort_keys=True) for line in lines(name))
    twice = [text for text, times in texts.items() if times > 1]
    assert not twice, f"{name}.jsonl holds these twice, also when they stand in two parts: {twice}"


def test_relevance_is_labelled_by_the_rules():
    items = lines("relevance")
    for item in items:
        assert all([item["title"], item["text"], isinstance(item["about"], bool)]), f"incomplete: {item}"
        assert set(item["forms"]) <= FORMS, f"unknown form in {item['title']!r}: {item['forms']}"
        assert item["about"] or not item["forms"], f"{item['title']!r} is not about trafficking and has forms"
    traps = sum(not item["about"] and item["trap"] is not None for item in items)
    assert traps >= 100, f"only {traps} texts are traps: write more of them"
    assert {form for item in items for form in item["forms"]} == FORMS, "every form needs texts"


def places():
    """Every place of the gazetteer as (province, municipality, place)."""
    with (TABLES / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["province"], row["name"] if row["municipality"] == "=" else row["municipality"], row["name"])
        for row in rows
        if row["kind"] in {"place", "quarter"}
    }


def test_every_labelled_region_exists_today():
    municipalities = {(row["provincie"], row["gemeente"]) for row in table("gemeente-provincie-current.derived.csv")}
    known = places()
    for item in lines("regions"):
        assert item["source_region"] in {NETHERLANDS, *PROVINCES}, f"unknown source region in {item}"
        for region in [*item["regions"], *item["also"]]:
            province, municipality, place = region["province"], region["municipality"], region["place"]
            assert province in PROVINCES, f"{province!r} is no province: {item['title']!r}"
            if municipality is not None:
                assert (province, municipality) in municipalities, f"no such municipality of today: {region}"
            if place is not None:
                assert (province, municipality, place) in known, f"the gazetteer has no such place: {region}"


def test_enough_texts_name_no_region_and_no_region_is_labelled_twice():
    items = lines("regions")
    silent = [item for item in items if not item["regions"]]
    assert len(silent) >= 90, f"only {len(silent)} texts name no region: write more of them"
    for item in items:
        named = [(region["province"], region["municipality"], region["place"]) for region in item["regions"]]
        assert len(set(named)) == len(named), f"labelled twice in {item['title']!r}: {named}"
