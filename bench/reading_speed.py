"""What an entry costs between its feed and its item: cleaning, the first look, the whole reading.

`python -m bench.reading_speed [--rounds 5]`. CPU microseconds a text, median and 95th percentile, on the farm's feeds,
the Rapporteur's items and general news; beside them the ratio to a bare `text.lower().split()` in the same run, which
compares across machines. "new" is the mean of the very first round, when every word is new to the sieve. Ends with 1
when a limit is missed.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bench.documents import document
from crawler.extract import extracted
from crawler.feeds import read as read_feed
from crawler.reading import read
from crawler.reading.first_look import worth_reading
from crawler.values import DocumentRead, FetchedEntry, RawText
from store.values import DueSource, ExtractedItem, Reading, Relevance, Rights, SourceKind
from tests.crawler.reading.labelled import general_news, rapporteur

FEEDS = 20
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ARTICLE = 4096
WORDS = 200
LIMITS = {"clean": 80.0, "first look": 40.0, "ordinary": 60.0, "whole": 2000.0, "look at 200": 40.0, "4 KB": 5000.0}
"""Microseconds in the median: the first four on the farm's entries, then a first look at 200 words of general news,
and the whole reading of 4 KB of the Rapporteur's words. What is read whole is rare."""
WORD_SEARCH = re.compile("mensenhandel|uitbuit|loverboy|gedwongen|prostitu")
"""The least that anybody would do: lower case and one search."""
LOADING = """
import os, sys, time
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
from store import values
start, before = time.process_time(), resident()
from crawler.reading import read
imported = time.process_time()
read("In Tilburg", "gedwongen prostitutie", always=True)
print(imported - start, time.process_time() - imported, resident() - before)
"""
UNREAD = Reading((), (), Relevance(0.0, shown=False))


def source() -> DueSource:
    return DueSource(
        id=1, key="bron", name="Bron", url="https://omroep.example/feed", kind=SourceKind.FEED, region="Utrecht",
        rights=Rights.EXCERPT, pace_seconds=1800, include=(), exclude=(), options={}, etag=None, last_modified=None,
        body_hash=None, failures=0, host="omroep.example:443",
    )  # fmt: skip


def corpora() -> dict[str, list[FetchedEntry]]:
    feeds = [read_feed(*document(number), "https://omroep.example/feed") for number in range(FEEDS)]
    found = {"farm": [entry for feed in feeds for entry in feed.entries]}
    for name, texts in (("rapporteur", rapporteur()), ("general news", general_news())):
        found[name] = [
            FetchedEntry(
                guid=f"{name} {number}",
                link=f"https://omroep.example/nieuws/{number}",
                title=RawText(title, html=True),
                content=RawText("<p>" + text.replace("\n", "</p><p>") + "</p>", html=True),
            )
            for number, (title, text) in enumerate(texts)
        ]
    return found


class Times:
    """CPU microseconds per text: the best of all rounds, and the mean of the first."""

    def __init__(self, work: Sequence[Callable[[], object]], rounds: int) -> None:
        spent = [[_microseconds(one) for one in work] for _ in range(rounds)]
        self.new = statistics.fmean(spent[0])
        best = sorted(min(times) for times in zip(*spent, strict=True))
        self.median = statistics.median(best)
        self.p95 = best[int(len(best) * 0.95)]


def _microseconds(work: Callable[[], object]) -> float:
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1000


def show(corpus: str, stage: str, count: int, times: Times, bare: Times) -> None:
    print(
        f"{corpus:14}{stage:12}{count:6}{times.median:10.1f}{times.p95:10.1f}{times.new:10.1f}"
        f"{times.median / bare.median:8.1f}"
    )


def cleaned(entry: FetchedEntry, due: DueSource) -> ExtractedItem:
    return extracted(DocumentRead(entries=(entry,)), due, NOW, lambda *_: UNREAD).items[0]


def measured(name: str, entries: list[FetchedEntry], rounds: int) -> dict[str, float]:
    """Print the rows of one corpus; gives the median of each stage."""
    due = source()
    items = [cleaned(entry, due) for entry in entries]
    ordinary = [item for item in items if not worth_reading(item.title, item.text).worth]
    bare = Times([lambda item=item: item.text.lower().split() for item in items], rounds)
    stages = {
        "clean": [lambda entry=entry: cleaned(entry, due) for entry in entries],
        "first look": [lambda item=item: worth_reading(item.title, item.text) for item in items],
        "ordinary": [lambda item=item: read(item.title, item.text) for item in ordinary],
        "whole": [lambda item=item: read(item.title, item.text, always=True) for item in items],
    }
    show(name, "bare", len(items), bare, bare)
    medians = {}
    for stage, work in stages.items():
        times = Times(work, rounds)
        medians[stage] = times.median
        show(name, stage, len(work), times, bare)
    return medians


def looks(rounds: int) -> float:
    pieces = [" ".join(text.split()[:WORDS]) for _, text in general_news() if len(text.split()) >= WORDS]
    bare = Times([lambda piece=piece: piece.lower().split() for piece in pieces], rounds)
    search = Times([lambda piece=piece: WORD_SEARCH.search(piece.lower()) for piece in pieces], rounds)
    show("general news", "lower, re", len(pieces), search, bare)
    times = Times([lambda piece=piece: worth_reading("Een kop", piece) for piece in pieces], rounds)
    show("general news", "look at 200", len(pieces), times, bare)
    print(f"a first look costs {times.median / search.median:.1f} times a word search in the same text")
    return times.median


def articles(rounds: int) -> float:
    whole = "\n".join(text for _, text in rapporteur())
    pieces = [whole[start : start + ARTICLE] for start in range(0, len(whole) - ARTICLE, ARTICLE)]
    bare = Times([lambda piece=piece: piece.lower().split() for piece in pieces], rounds)
    times = Times([lambda piece=piece: read("Inval in Tilburg", piece, always=True) for piece in pieces], rounds)
    show("rapporteur", "4 KB", len(pieces), times, bare)
    return times.median


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = arguments.parse_args().rounds
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True)
    imported, loaded, megabytes = map(float, done.stdout.split())
    print(f"import {imported:.3f} s, tables {loaded:.3f} s (CPU), memory {megabytes:.1f} MB\n")
    print(f"{'texts of':14}{'stage':12}{'count':>6}{'median':>10}{'p95':>10}{'new':>10}{'x bare':>8}")
    read("In Tilburg", "gedwongen prostitutie", always=True)
    found = {name: measured(name, entries, rounds) for name, entries in corpora().items()}["farm"]
    found["look at 200"] = looks(rounds)
    found["4 KB"] = articles(rounds)
    missed = [f"{stage}: {found[stage]:.1f} > {most:.0f}" for stage, most in LIMITS.items() if found[stage] > most]
    missed += [f"import: {imported:.2f} s"] if imported >= 0.5 else []
    missed += [f"memory: {megabytes:.0f} MB"] if megabytes >= 60 else []
    print("\nmissed: " + "; ".join(missed) if missed else "\nevery limit is kept")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
