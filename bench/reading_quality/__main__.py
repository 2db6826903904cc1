"""`make bench-reading`: how well the texts are read, on the labelled sets, and what it costs; writes docs/quality.md.

`python -m bench.reading_quality [--write] [--only FUNCTION]`. The parts `tune` and `held` may be looked at; `fresh` was
written by another hand, and only its totals are printed. `make test` compares with what the page records.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from bench.reading_quality import speed
from bench.reading_quality.gate import FUNCTIONS, PAGE, PARTS, measured, table

HEAD = """# How well the texts are read

`make bench-reading` made this page on {day}; `make test` measures again and fails when a figure is more than two points
worse than it says here. The sets stand in `tests/crawler/reading/labelled`, with the rules by which they were labelled
and their sizes below, and in the shared corpus. The parts *tune* and *held* were looked at while the code was made
(*held* until 2026-11-24 only by its totals). *fresh* is by another hand that had not seen the program. It was measured
at first sight and read afterwards for relevance, kinds, names and regions: what it says there now is no evidence, the
figures of the first sight stand in the README of the sets. For dates, stories and cases nobody has read
it: there it is the column to believe. Shares run from 0 to 1; what is "shown" or "wrong" is
better when it is low; a dash means that a part has no such set.

"""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--write", action="store_true", help="write docs/quality.md as well")
    arguments.add_argument("--only", help="one function, such as Dates; prints and writes nothing")
    chosen = arguments.parse_args()
    page = [HEAD.format(day=f"{datetime.now(UTC):%Y-%m-%d}")]
    for function in [chosen.only] if chosen.only else FUNCTIONS:
        rows = table(function, [figure for part in PARTS for figure in measured(function, part)])
        print(f"\n{function:45}" + "".join(f"{part:>9}" for part in PARTS))
        page.append(f"## {function}\n\n| figure | {' | '.join(PARTS)} |\n|---|{'---|' * len(PARTS)}\n")
        for name, *values in rows:
            print(f"{name[:44]:45}" + "".join(f"{value:>9}" for value in values))
            page.append(f"| {name} | {' | '.join(values)} |\n")
        page.append("\n")
    if chosen.only:
        return
    page.append(speed.section())
    print(f"\n{page[-1]}")
    if chosen.write:
        PAGE.write_text("".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
