"""What each function of the reading costs: on 4 KB of the Rapporteur's words, and on 100 KB made to be slow.

CPU time, the best of a few rounds, so that other work on the machine counts little. Nothing here is a gate: machines
differ. The limits that hold everywhere stand in the tests of each function.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bench.reading_speed import ARTICLE, LOADING
from crawler.reading import read
from crawler.reading.first_look import worth_reading
from crawler.reading.forms import find_forms
from crawler.reading.language import language_of
from crawler.reading.likeness import signature_of
from crawler.reading.news_kind import news_kind_of
from crawler.reading.people import flags_of
from crawler.reading.places import find_regions
from crawler.reading.relevance import relevance_of
from crawler.reading.told_dates import dates_told
from tests.crawler.reading.labelled import rapporteur

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOSTILE = 100_000
TITLE = "Inval in Tilburg"
ROUNDS = 3
WORK: dict[str, Callable[[str], object]] = {
    "first look": lambda text: worth_reading(TITLE, text),
    "relevance": lambda text: relevance_of(TITLE, text),
    "form": lambda text: find_forms(TITLE, text),
    "kind of news": lambda text: news_kind_of(TITLE, text),
    "region": lambda text: find_regions(TITLE, text, "Noord-Brabant"),
    "dates": lambda text: dates_told(text, NOW),
    "names and details": lambda text: flags_of(TITLE, text),
    "likeness": lambda text: signature_of(TITLE, text),
    "language": language_of,
    "all that a crawl reads": lambda text: read(TITLE, text, always=True),
}
PIECES = (
    "mensenhandel ", "a", "Jan de Boer ", "Den Haag ", "van ", "1 december ", "3 dec 19.30 uur ", "06-12345678 ",
    "\u202ea\u200b", "аmensenhandel ", "ECLI:NL:", '"“', "(((", "34-jarige ", "In Best, bij Elst, ", "meisje van 15 ",
    "A. B. ", "de de de ", "é", "\n", "gedwongen prostitutie in Tilburg. ",
)  # fmt: skip


def section() -> str:
    """The part of docs/quality.md about speed."""
    memory, imported, loaded = loading()
    head = "## Speed\n\n| function | 4 KB, median in µs | worst of 100 KB made to be slow, in ms |\n|---|---|---|\n"
    rows = [f"| {name} | {median:.0f} | {worst:.0f} |\n" for name, median, worst in measured()]
    foot = (
        f"\nCPU on one core of the machine of this page, best of {ROUNDS}. Memory of all tables: {memory:.1f} MB;"
        f" import: {imported:.2f} s; loading the tables at the first question: {loaded:.2f} s.\n"
        "More: `python -m bench.reading_speed`, `make bench-cascade`, and [measured.md](measured.md).\n"
    )
    return head + "".join(rows) + foot


def loading() -> tuple[float, float, float]:
    """Megabytes of tables, and the CPU seconds of importing and of loading, in a fresh process."""
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True)
    imported, loaded, megabytes = map(float, done.stdout.split())
    return megabytes, imported, loaded


def measured() -> list[tuple[str, float, float]]:
    """Per function: median microseconds of an article, and milliseconds of the worst hostile text."""
    whole = "\n".join(text for _, text in rapporteur())
    articles = [whole[start : start + ARTICLE] for start in range(0, min(len(whole), 60 * ARTICLE), ARTICLE)]
    hostile = [(piece * (HOSTILE // len(piece) + 1))[:HOSTILE] for piece in PIECES]
    found = []
    for name, work in WORK.items():
        work(articles[0])
        median = statistics.median(seconds(work, text) for text in articles)
        worst = max(seconds(work, text) for text in hostile)
        found.append((name, 1e6 * median, 1e3 * worst))
    return found


def seconds(work: Callable[[str], object], text: str) -> float:
    """CPU seconds, the best of a few rounds."""
    times = []
    for number in range(ROUNDS):
        # A text of its own each time, so that what is remembered of the last one does not help.
        mine = text[:-1] + str(number)
        began = time.process_time()
        work(mine)
        times.append(time.process_time() - began)
    return min(times)


if __name__ == "__main__":
    print(section())
