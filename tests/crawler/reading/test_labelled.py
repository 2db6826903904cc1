"""The labelled sets are well formed: a bench on a broken set would measure the set and not the reading."""

import csv
import hashlib
import json
import re
from collections import Counter
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from store.values import AMSTERDAM, NETHERLANDS, PROVINCES, Form

from .labelled import rapporteur, table

TABLES = Path(__file__).parents[3] / "crawler" / "reading" / "tables"
LABELLED = Path(__file__).parent / "labelled"
FORMS = {str(form) for form in Form}
SIZES = {
    "relevance": 240,
    "regions": 420,
    "names": 200,
    "kinds": 120,
    "dates": 150,
    "stories": 60,
    "rapporteur": 165,
}
"""The least number of lines of each set in tune and held; what another hand wrote comes on top."""
PARTS = {"tune", "held", "fresh", "unseen"}
NEWS_KINDS = {"arrest", "hearing", "demand", "verdict", "appeal", "raid", "policy", "research", "campaign", "event"}
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
FLAGS = {"person", "short_name", "age", "minor", "victim_detail", "phone", "email", "bsn", "plate"}


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
    # The pairs of nearly the same text hold judgements only, of a list that stands in the corpus, and have no parts.
    kept = {path.stem for path in LABELLED.glob("*.jsonl")} - {"duplicates"}
    assert kept == set(SIZES), "add the new set to SIZES and give it a test"


def test_every_pair_of_nearly_the_same_text_is_judged_once():
    pairs = [line["pair"] for line in lines("duplicates")]
    assert pairs == list(range(21)), "the corpus holds 21 pairs"
    assert all(line["why"] for line in lines("duplicates"))


@pytest.mark.parametrize("name", SIZES)
def test_a_set_is_large_enough_and_about_forty_percent_of_its_first_lines_is_held(name):
    parts = Counter(line["part"] for line in lines(name))
    assert {"tune", "held"} <= set(parts) <= PARTS, f"{name}.jsonl: every part is one of {PARTS}, not {set(parts)}"
    first = parts["tune"] + parts["held"]
    assert first >= SIZES[name], f"{name}.jsonl has {first} lines in tune and held: write more"
    held = parts["held"] / first
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


def test_every_item_of_the_rapporteur_is_labelled_and_is_still_the_text_that_was_read():
    labels = lines("rapporteur")
    texts = rapporteur()
    assert [label["item"] for label in labels] == list(range(len(texts))), "label every item once, in order"
    for label, (title, text) in zip(labels, texts, strict=True):
        digits = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()[:16]
        assert digits == label["sha256"], f"item {label['item']} of the corpus changed: read it again and label it"
        assert isinstance(label["about"], bool), f"item {label['item']} has no label"


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


def fulfils_the_eleven_test(number):
    """The test of a burgerservicenummer: nine digits, weights 9 to 2 and -1, a sum that eleven divides."""
    digits = [int(sign) for sign in number if sign.isdigit()]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return len(digits) == 9 and sum(w * d for w, d in zip(weights, digits, strict=True)) % 11 == 0


def test_every_span_fits_its_text_and_its_kind():
    for item in lines("names"):
        text, end = item["text"], 0
        for flag in item["flags"]:
            assert flag["kind"] in FLAGS, f"unknown kind {flag['kind']!r} in {text!r}"
            assert end <= flag["start"] < flag["end"] <= len(text), f"spans overlap or leave the text: {text!r}"
            end = flag["end"]
            span = text[flag["start"] : end]
            assert span == span.strip(), f"{span!r} begins or ends with a space: correct the offsets"
            assert not (text[flag["start"] - 1 : flag["start"]] + span[0]).isalnum() or flag["start"] == 0, (
                f"{span!r} begins inside a word"
            )
            if flag["kind"] == "person":
                assert re.search(r"\w[ .]", span), f"{span!r} is no full name: a first name alone is not marked"
            if flag["kind"] == "short_name":
                assert span.endswith("."), f"{span!r} is not a first name with an initial"
            if flag["kind"] == "email":
                assert re.fullmatch(r"[\w.+-]+@(example\.(nl|com|org)|voorbeeld\.example)", span), (
                    f"{span!r} may be real"
                )
            if flag["kind"] == "bsn":
                assert fulfils_the_eleven_test(span), f"{span!r} violates the 11-test: it is no bsn"


def test_every_kind_of_flag_stands_in_both_parts():
    for part in ("tune", "held"):
        kinds = {flag["kind"] for item in lines("names") if item["part"] == part for flag in item["flags"]}
        assert kinds == FLAGS, f"{part}: no text with {FLAGS - kinds}"


def test_every_kind_of_news_stands_in_both_parts_and_what_is_cited_stands_in_the_text():
    for item in lines("kinds"):
        whole = f"{item['title']} {item['text']}"
        assert {item["kind"], *item["also"]} <= {None, *NEWS_KINDS}, f"unknown kind of news: {item}"
        assert item["ecli"] is None or item["ecli"] in whole, f"the ECLI is not in the text: {item}"
        assert item["article_273f"] == ("273f" in whole), f"article 273f is labelled wrong: {item}"
    for part in ("tune", "held"):
        kinds = {item["kind"] for item in lines("kinds") if item["part"] == part}
        assert kinds >= NEWS_KINDS, f"{part}: no text with {NEWS_KINDS - kinds}"


def amsterdam(stamp):
    """The time, when it is written with the offset that Amsterdam has on that day."""
    moment = datetime.fromisoformat(stamp)
    assert moment.utcoffset() == moment.astimezone(AMSTERDAM).utcoffset(), f"{stamp} has another offset than Amsterdam"
    return moment.astimezone(AMSTERDAM)


def test_every_date_fits_its_text_its_weekday_and_amsterdam():
    for item in lines("dates"):
        published = amsterdam(item["published"])
        for found in [*item["dates"], *item["also"]]:
            start, end = amsterdam(found["starts_at"]), found["ends_at"] and amsterdam(found["ends_at"])
            assert published.date() <= start.date() < (published + timedelta(days=400)).date(), f"not coming: {item}"
            assert end is None or end > start, f"ends before it starts: {item}"
            whole = {moment.time() for moment in (start, end) if moment} == {time()}
            assert whole or not found["all_day"], f"a whole day begins and ends at midnight: {item}"
        for found in item["dates"]:
            assert found["text"] in item["text"], f"{found['text']!r} does not stand in {item['text']!r}"
            named = {day for day in WEEKDAYS if re.search(rf"\b{day}", found["text"].lower())}
            day = WEEKDAYS[amsterdam(found["starts_at"]).weekday()]
            assert not named or day in named, f"{found['starts_at']} is a {day}: {found['text']!r}"


def test_enough_texts_have_no_date():
    silent = sum(not item["dates"] for item in lines("dates"))
    assert silent >= 45, f"only {silent} texts are without a date: write more of them"


def test_every_story_is_told_by_two_to_four_sources_within_days():
    stories = lines("stories")
    assert len({story["story"] for story in stories}) == len(stories), (
        "two lines have the same story: give it another id"
    )
    for story in stories:
        items = story["items"]
        assert 2 <= len(items) <= 4, f"{story['story']} has {len(items)} items"
        assert len({item["source"] for item in items}) == len(items), f"{story['story']}: one source tells it twice"
        assert all(item["title"] and item["text"] for item in items), f"{story['story']}: an item is empty"
        times = [amsterdam(item["published_at"]) for item in items]
        assert times == sorted(times), f"{story['story']}: put the items in the order of time"
        assert times[-1] - times[0] <= timedelta(days=12), f"{story['story']} goes on for too long"


def test_look_alikes_and_steps_of_one_case_stand_in_the_same_part():
    parts = {}
    for story in lines("stories"):
        for key in (("near", story["near"]), ("case", story["case"])):
            if key[1] is not None:
                assert parts.setdefault(key, story["part"]) == story["part"], f"{key} stands in both parts"
    assert sum(key[0] == "case" for key in parts) >= 4, "too few cases with several steps: write more of them"
