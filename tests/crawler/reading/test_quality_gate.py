"""No figure of the reading falls more than two points below the one that docs/quality.md records.

All of them are measured again here, also on the part that nobody looks at. When a test fails, look for the cause in
the parts `tune` and `held`; when a figure rose, `make bench-reading` writes the new one down.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.reading_quality.gate import FUNCTIONS, PAGE, PARTS, Figure, fallen, measured, recorded, table

RIGHT = Figure("Region", "province", "held", 0.97, counts=False)
SHOWN = Figure("Relevance and form", "general news shown", "fresh", 0.03, counts=False)
SIZE = Figure("Region", "texts", "tune", 218, counts=True)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_figure_of_a_function_fell_since_it_was_written_down(function):
    before = [figure for figure in recorded(PAGE.read_text(encoding="utf-8")) if figure.function == function]
    assert {figure.part for figure in before} == set(PARTS), (
        f"docs/quality.md must record {function} on {PARTS}: run `make bench-reading` and commit the page"
    )
    now = [figure for part in PARTS for figure in measured(function, part)]
    told = fallen(before, now)
    assert not told, "\n".join(["", *told])


def test_the_page_names_the_day_the_sizes_and_the_speed():
    page = PAGE.read_text(encoding="utf-8")
    assert "made this page on 20" in page
    assert "## Speed" in page
    sizes = [figure for figure in recorded(page) if figure.counts]
    assert {figure.function for figure in sizes} >= {"Region", "Dates", "Relevance and form"}


def test_a_page_is_read_back_as_it_was_written():
    figures = [RIGHT, replace(RIGHT, part="fresh", value=0.941), SIZE]
    rows = table("Region", figures)
    assert rows == [("province", "–", "0.970", "0.941"), ("texts", "218", "–", "–")]
    page = "## Region\n\n| figure | tune | held | fresh |\n|---|---|---|---|\n"
    page += (
        "".join(f"| {' | '.join(row)} |\n" for row in rows) + "\n## Speed\n\n| function | a |\n|---|---|\n| x | 3 |\n"
    )
    assert sorted(recorded(page), key=str) == sorted(figures, key=str)


@pytest.mark.parametrize(
    ("before", "value", "words"),
    [
        (RIGHT, 0.9501, None),
        (RIGHT, 0.99, None),
        (RIGHT, 0.94, ["Region", '"province"', "held", "0.970", "0.940"]),
        (SHOWN, 0.01, None),
        (SHOWN, 0.05, None),
        (SHOWN, 0.06, ['"general news shown"', "fresh", "0.030", "0.060"]),
        (replace(SHOWN, name="word search: general news shown"), 0.2, None),
        (SIZE, 217, ['"texts"', "tune", "218", "217", "make bench-reading"]),
    ],
)
def test_what_falls_is_named_with_its_part_and_both_figures(before, value, words):
    told = fallen([before], [replace(before, value=value)])
    if words is None:
        assert told == []
    else:
        (sentence,) = told
        assert all(word in sentence for word in words), sentence


def test_a_figure_that_is_missing_or_new_is_named():
    (gone,) = fallen([RIGHT], [])
    assert "not measured any more" in gone
    (new,) = fallen([], [RIGHT])
    assert "not recorded" in new
