"""Copies and stories among the lines of one file, as `signaal inspect --as jsonl` shows them."""

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bench.reading_quality.likeness import copies, stories, texts
from crawler.reading import read
from crawler.reading.doubles import Doubles
from crawler.reading.likeness import signature_of

from .labelled import ROOT

NOW = datetime(2026, 8, 18, 11, 0, tzinfo=UTC)
TEXT = "Negentien plukkers zijn weggehaald bij een teler bij Tiel. Zij sliepen in een afgedankte koelcel."
LINES = [
    {"title": "Plukkers bij Tiel sliepen in koelcel", "text": TEXT, "published_at": "2026-08-18T13:05:00+02:00"},
    {"title": "Markt in Assen verhuist", "text": "Kramen staan straks op het plein.", "published_at": "2026-08-18"},
    {"title": "Wat wij weten", "text": TEXT, "published_at": "2026-08-18T15:00:00+02:00"},
    {"title": "Roemenen weg bij Tielse teler", "text": "De plukkers lagen in een koelcel.", "published_at": None},
]


def looked_at(*told, signed=lambda title, text: read(title, text, always=True).signature):
    doubles, found = Doubles(), []
    for number, (title, text, at) in enumerate(told, 1):
        copy, story = doubles.look(number, signed(title, text), at)
        found.append((copy and copy[0], story and story[0]))
    return found


def test_a_copy_names_the_earlier_text_and_tells_its_story():
    assert looked_at(("Een", TEXT, NOW), ("Twee", TEXT, NOW)) == [(None, None), (1, 1)]


def test_every_copy_names_the_earliest_text_that_it_is_a_copy_of():
    whole = f"{TEXT} De teler kwam niet naar buiten. De inspectie nam vier ordners mee en een grote zak met brieven."
    cut = whole[: whole.index(" en een grote")]
    longer = f"{cut} aan de teler. Zij willen hem spreken."
    told = [("Een", cut, NOW), ("Twee", whole, NOW), ("Drie", longer, NOW), ("Vier", whole, NOW)]
    assert looked_at(*told) == [(None, None), (1, 1), (1, 1), (1, 1)], "one line stands for all its copies"


@pytest.mark.parametrize("seed", [1, 2])
def test_press_copies_lead_to_a_line_of_their_own_report_in_any_order(seed):
    chance = random.Random(seed)
    originals = chance.sample(texts("held"), 80)
    told = [(number, *each) for number, each in enumerate(originals)]
    told += [(number, *made) for number, each in enumerate(originals) for made in copies(*each, chance).values()]
    chance.shuffle(told)
    found = looked_at(*((title, text, None) for _, title, text in told), signed=signature_of)
    links = [
        (told[line - 1][0] == number) if line else None for (number, *_), (line, _) in zip(told, found, strict=True)
    ]
    right = links.count(True)
    assert right / (len(told) - len(originals)) >= 0.95, f"copies without a line, seed {seed}"
    assert right / (right + links.count(False)) >= 0.98, f"copies with a wrong line, seed {seed}"


def test_a_story_of_several_reports_leads_to_its_first_line():
    told = sorted((each for part in ("tune", "held") for each in stories(part)), key=lambda each: each.at)
    found = looked_at(*((each.title, each.text, each.at) for each in told))
    linked = [story for _, story in found if story]
    firsts = [number for number, (_, story) in enumerate(found, 1) if not story]
    assert set(linked) <= set(firsts), "a line leads to one that itself leads on"
    right = sum(told[story - 1].story == each.story for each, (_, story) in zip(told, found, strict=True) if story)
    assert right / len(linked) > 0.75, f"{right} of {len(linked)} lead to their own story"


def test_a_story_has_its_days_and_a_copy_has_not():
    late = NOW + timedelta(days=40)
    retold = ("Roemenen weg bij teler bij Tiel", "De plukkers lagen in een koelcel.", late)
    assert looked_at((LINES[0]["title"], TEXT, NOW), retold)[1] == (None, None)
    assert looked_at((LINES[0]["title"], TEXT, NOW), ("Nog eens", TEXT, late))[1] == (1, 1)


def test_inspect_gives_earlier_line_numbers():
    body = "\n".join(json.dumps(line) for line in LINES)
    command = [sys.executable, "-m", "service.cli", "inspect", "--as", "jsonl", "-"]
    done = subprocess.run(command, input=body, cwd=ROOT, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["duplicate_of"] for row in rows] == [None, None, 1, None], done.stderr
    assert [row["same_story_as"] for row in rows] == [None, None, 1, 1], "a copy tells the story of its original"
    assert rows[3]["likeness_reasons"], "a suggestion says why"
