"""`signaal crawl` in a real terminal of 80 columns, and without one; and what the table shows of a crawl."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest
from rich.console import Console

from crawler import VisitLine
from service.commands import crawl_table
from service.commands.crawl_table import ROWS, Progress
from store.values import Cause, Outcome
from tests.parts import sqlite
from tests.parts.config import write_config

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
WIDTH = 80


def visit(number=0, outcome=Outcome.OK, cause=None, **values):
    return VisitLine(key=f"bron-{number}", name="Bron", outcome=outcome, sentence="Zin.", cause=cause, **values)


def drawn(progress):
    out = Console(width=WIDTH, record=True, file=open(os.devnull, "w"), highlight=False)  # noqa: SIM115, PTH123
    out.print(progress)
    out.file.close()
    return out.export_text().splitlines()


def test_the_last_visits_and_the_longest_that_still_run_fit_the_screen():
    progress = Progress(500)
    for number in range(200):
        progress.start(f"bron-{number}")
        progress.finish(visit(number, entries=20, new=3, changed=1, seconds=1.25))
    for number in range(300, 330):
        progress.start(f"bron-{number}")
    lines = drawn(progress)
    assert len(lines) == ROWS + 2, "a head, the rows, and what it comes to"
    assert max(map(len, lines)) <= WIDTH
    assert "bron-199" in lines[ROWS - 8]
    assert "visiting ..." in lines[-2]
    assert "bron-307" in lines[-2], "the eighth that began"
    assert lines[-1].startswith("200 of 500 visited, 600 new, 200 changed, 0 failed, 22 more at work;")


def test_a_long_key_and_long_numbers_stay_in_their_columns():
    progress = Progress(1)
    progress.finish(
        visit("x" * 90, Outcome.EMPTY, Cause.DRIFT, entries=10_000, new=9999, changed=10_000, seconds=29.96)
    )
    lines = drawn(progress)
    assert max(map(len, lines)) <= WIDTH
    assert "list is gone: redesigned?" in lines[1]


def test_more_visits_than_expected_are_no_contradiction():
    """A source that shares its address with a due one is taken along."""
    progress = Progress(1)
    for number in range(3):
        progress.finish(visit(number))
    assert progress.total(progress.began).startswith("3 of 3 visited")


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_words_that_fit(cause):
    said = crawl_table.says(visit(outcome=Outcome.BROKEN, cause=cause))
    assert 0 < len(said) <= crawl_table.SAYS_WIDTH
    assert len(crawl_table.line(visit(cause=cause, entries=20, new=10, changed=10, seconds=12.34))) <= WIDTH


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words_that_fit(outcome):
    assert 0 < len(crawl_table.says(visit(outcome=outcome))) <= crawl_table.SAYS_WIDTH


@pytest.fixture
def config(tmp_path, sqlite_template, world, catalogue):
    sources = [{"key": each.key, "name": each.name, "url": each.url, "kind": each.kind} for each in world.sources]
    sources.append({"key": "stuk", "name": "Stuk", "url": catalogue.url("server_error")})
    return write_config(tmp_path, store={"url": sqlite.fresh_copy(sqlite_template, tmp_path)}, source=sources)


def in_terminal(*arguments):
    """Run it in a terminal of 80 by 24; gives the code and all that was written to the screen."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(WIDTH)}
    child = subprocess.Popen(
        [sys.executable, "-m", "service.cli", *arguments], stdout=theirs, stderr=theirs, stdin=theirs, env=environment
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:
            break
        if not more:
            break
        written += more
    os.close(ours)
    return child.wait(), written.decode()


def test_in_a_terminal_the_table_moves_and_the_whole_table_stays(config, world):
    code, written = in_terminal("crawl", "--config", str(config))
    assert code == 1, written
    assert "\x1b[1A" in written, "nothing was drawn anew"
    assert "visited" in written
    lines = [ESCAPES.sub("", line) for line in re.split(r"[\r\n]+", written)]
    assert max(map(len, lines)) <= WIDTH
    final = "\n".join(lines[-3 * len(world.sources) :])
    for each in world.sources:
        assert each.key[:20] in final, f"{each.key} is not in the table that stays:\n{final}"
    assert "server error (5xx)" in final
    assert "stuk:" in final


def test_without_a_terminal_there_is_a_line_for_each_visit(config, world):
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "crawl", "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= WIDTH
    for key in [*(each.key for each in world.sources), "stuk"]:
        assert sum(line.startswith(f"{key}: ") and line.endswith(" s") for line in lines) == 1, done.stdout
    assert re.search(r"\d+ visits in [\d.]+ s: \d+ new, 0 changed\.", done.stdout)
