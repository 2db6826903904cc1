"""What `signaal crawl` shows while it works: in a terminal a table that moves, elsewhere a line per visit.

Both fit 80 columns. What stays on the screen at the end is the table of all visits, with what was wrong in
words.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from crawler import VisitLine
from store.values import Cause, Outcome

ROWS, AT_WORK = 15, 8
"""So many rows at most; so many of them for visits that last, the longest first, for those are what one waits for."""
FRAMES_A_SECOND = 4
KEY_WIDTH, SAYS_WIDTH = 24, 27
COLUMNS = ("source", "outcome", "entries", "new", "changed", "s")

OUTCOMES = {
    Outcome.OK: "read",
    Outcome.UNCHANGED: "unchanged",
    Outcome.EMPTY: "empty",
    Outcome.BROKEN: "broken, read in part",
    Outcome.NOT_A_FEED: "not a feed",
    Outcome.HTTP_ERROR: "refused by the server",
    Outcome.GONE: "gone for good (410)",
    Outcome.RETRY_LATER: "asked to wait",
    Outcome.UNREACHABLE: "unreachable",
    Outcome.REFUSED: "refused by us",
    Outcome.ROBOTS: "closed by robots.txt",
    Outcome.TOO_LARGE: "too large",
    Outcome.TIMEOUT: "too slow",
    Outcome.INTERRUPTED: "interrupted",
}
CAUSES = {
    Cause.MISSING: "not found (404)",
    Cause.GONE: "gone for good (410)",
    Cause.BUSY: "asked to wait",
    Cause.SERVER: "server error (5xx)",
    Cause.BLOCKED: "we are not let in (403)",
    Cause.LOGIN: "asks to log in",
    Cause.ROBOTS: "closed by robots.txt",
    Cause.NO_NAME: "name is not known",
    Cause.NO_CONNECTION: "no connection",
    Cause.CERTIFICATE: "wrong certificate",
    Cause.SLOW: "too slow",
    Cause.CUT: "cut off halfway",
    Cause.TOO_LARGE: "too large",
    Cause.BOMB: "not safe to read",
    Cause.MALFORMED: "malformed",
    Cause.LETTERS: "damaged letters",
    Cause.FALSE_304: "false 304",
    Cause.REDIRECTS: "redirects too often",
    Cause.NOT_OURS: "not a feed",
    Cause.DRIFT: "list is gone: redesigned?",
    Cause.FILTERED: "own words filter all",
    Cause.VANISHED: "too many events vanished",
    Cause.REFUSED: "refused by us",
    Cause.OPTIONS: "wrong options",
    Cause.OURS: "a mistake of ours",
    Cause.INTERRUPTED: "interrupted",
}


def says(visit: VisitLine) -> str:
    """What became of a visit, in words: the cause where there is one, with what came in all the same."""
    if visit.cause is None:
        return OUTCOMES[visit.outcome]
    return CAUSES[visit.cause]


@dataclass
class Progress:
    """What is known of a crawl that runs. `expected` is how many visits there will be, as far as we know."""

    expected: int
    began: float = field(default_factory=time.monotonic)
    at_work: dict[str, float] = field(default_factory=dict)
    done: list[VisitLine] = field(default_factory=list)

    def start(self, key: str) -> None:
        self.at_work.setdefault(key, time.monotonic())

    def finish(self, visit: VisitLine) -> None:
        self.at_work.pop(visit.key, None)
        self.done.append(visit)

    def rows(self, now: float) -> list[tuple[str, ...]]:
        """The rows of this moment by the monotonic clock: what was done last, then what is at work."""
        longest = list(self.at_work.items())[:AT_WORK]
        room = ROWS - len(longest)
        newest = [_cells(visit) for visit in self.done[-room:]]
        return newest + [(key, "visiting ...", "", "", "", f"{now - began:.0f}") for key, began in longest]

    def total(self, now: float) -> str:
        new, changed = sum(visit.new for visit in self.done), sum(visit.changed for visit in self.done)
        failed = sum(visit.failed for visit in self.done)
        expected = max(self.expected, len(self.done) + len(self.at_work))
        parts = [f"{len(self.done)} of {expected} visited", f"{new} new", f"{changed} changed", f"{failed} failed"]
        waiting = len(self.at_work) - AT_WORK
        more = [f"{waiting} more at work"] if waiting > 0 else []
        return f"{', '.join(parts + more)}; {now - self.began:.0f} s"

    def __rich__(self) -> RenderableType:
        now = time.monotonic()
        return Group(_table(self.rows(now)), Text(self.total(now), style="bold", no_wrap=True, overflow="ellipsis"))


def _cells(visit: VisitLine) -> tuple[str, ...]:
    numbers = (visit.entries, visit.new, visit.changed)
    return (visit.key, says(visit), *map(str, numbers), f"{visit.seconds:.1f}")


def _table(rows: Sequence[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, width in zip(COLUMNS, (KEY_WIDTH, SAYS_WIDTH, 7, 4, 7, 5), strict=True):
        justify = "left" if width > KEY_WIDTH - 1 else "right"
        table.add_column(column, width=width, justify=justify, no_wrap=True, overflow="ellipsis")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*map(Text, row))
    return table


@contextmanager
def shown(out: Console, expected: int, *, quiet: bool) -> Iterator[Progress]:
    """Show a crawl while the block runs: a live table in a terminal, plain lines elsewhere, nothing when `quiet`."""
    if quiet or not out.is_terminal:
        yield Progress(expected) if quiet else _Lines(expected, out=out)
        return
    progress = Progress(expected)
    with Live(progress, console=out, refresh_per_second=FRAMES_A_SECOND, transient=True):
        yield progress


@dataclass
class _Lines(Progress):
    """A line for each visit that is over."""

    out: Console = field(kw_only=True)

    def finish(self, visit: VisitLine) -> None:
        super().finish(visit)
        self.out.print(line(visit), markup=False, soft_wrap=True)


def line(visit: VisitLine) -> str:
    """One visit as a line of a log."""
    counted = [(visit.entries, "entries"), (visit.new, "new"), (visit.changed, "changed")]
    numbers = [f"{number} {word}" for number, word in counted if number]
    return f"{visit.key}: {', '.join([says(visit), *numbers])}, {visit.seconds:.1f} s"
