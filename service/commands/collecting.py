"""`signaal crawl` and `signaal sources list`: collecting, by hand."""

from __future__ import annotations

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import crawler
from crawler import VisitLine
from service import jobs
from service.app import utc_now
from service.commands.crawl_table import OUTCOMES, says, shown
from service.commands.output import console, print_json, print_table
from service.running import Running
from service.wording import local
from store import sources
from store.errors import ConfigurationError
from store.sources import SourceView


def crawl(running: Running, keys: tuple[str, ...], *, as_json: bool) -> bool:
    """Visit what is due or named, and show it while it happens and as a table. False when a source failed."""
    now = utc_now()
    with running.store.reading() as session:
        found = [sources.get(session, key) for key in keys] or sources.list_all(session)
    if keys:
        _must_be_checked(running, found)
    due = sum(source.checked and not source.paused and source.next_due_at <= now for source in found)
    out = console()
    with shown(out, len(keys) or due, quiet=as_json) as progress:
        done = crawler.run_due(
            running.settings,
            running.store,
            # Read anew: a crawl whose clock is behind by what we did here would ask a host too soon after another.
            now=utc_now(),
            keys=keys or None,
            on_start=progress.start,
            on_visit=progress.finish,
        )
    jobs.compare_texts(running)
    visited = [visit.key for visit in done.visits if visit.stored]
    if visited:
        jobs.watch_sources(running, visited)
    if as_json:
        print_json([_visit_row(visit) for visit in done.visits])
    else:
        empty = NOTHING_DUE if not due else BUSY.format(count=due)
        _print_visits(done.visits, done.seconds, with_table=out.is_terminal, empty=empty)
        if done.stopped:
            out.print("The crawl was ended before it was done; what was stored stays.")
    return not done.failed and not done.stopped


def _must_be_checked(running: Running, named: list[SourceView]) -> None:
    """A source that nobody checked yet is only visited by somebody whom the site can reach (ConfigurationError)."""
    unchecked = [source.key for source in named if not source.checked]
    if unchecked and not running.settings.crawl.contact:
        raise ConfigurationError(
            f"{unchecked[0]} is not yet checked by anyone: set [crawl] contact first, so that the site can reach you."
        )


def bar(*, shown: bool) -> Progress:
    """Progress for a person; nothing where a script listens."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console(),
        disable=not shown,
    )


def _visit_row(visit: VisitLine) -> dict[str, object]:
    return {
        "source": visit.key,
        "outcome": str(visit.outcome),
        "ok": not visit.failed,
        "sentence": visit.sentence,
        "entries": visit.entries,
        "new": visit.new,
        "changed": visit.changed,
        "same": visit.same,
        "pile": visit.piled,
    }


NOTHING_DUE = "Nothing is due. Name a source to visit it now: signaal crawl KEY"
BUSY = (
    "Of {count} sources that are due none could be visited: another crawl is at their servers, or was until seconds "
    "ago, or they asked us to wait. Try again in half a minute."
)


def _print_visits(visits: tuple[VisitLine, ...], seconds: float, *, with_table: bool, empty: str) -> None:
    """The whole table where a live one was shown; where there was a line for each visit, only what it comes to."""
    out = console()
    if with_table or not visits:
        rows = [(visit.key, says(visit), visit.entries, visit.new, visit.changed, visit.piled) for visit in visits]
        columns = ("source", "outcome", "entries", "new", "changed", "on pile")
        print_table(columns, rows, empty=empty)
    if visits:
        new, changed = sum(visit.new for visit in visits), sum(visit.changed for visit in visits)
        out.print(f"{len(visits)} visits in {seconds:.1f} s: {new} new, {changed} changed.")
    for visit in visits:
        if visit.failed:
            out.print(f"{visit.key}: {visit.sentence}", markup=False)


def list_sources(running: Running, *, as_json: bool) -> None:
    """Every source with its last visit and when it is due."""
    with running.store.reading() as session:
        found = sources.list_all(session)
    if as_json:
        print_json([_source_row(source) for source in found])
        return
    rows = [
        (
            source.key,
            source.kind,
            source.region,
            OUTCOMES[source.last.outcome] if source.last else "never visited",
            f"{local(source.last_success_at):%Y-%m-%d %H:%M}" if source.last_success_at else "never",
            "paused" if source.paused else f"{local(source.next_due_at):%Y-%m-%d %H:%M}",
        )
        for source in found
    ]
    columns = ("source", "kind", "region", "last visit", "last success", "next")
    print_table(columns, rows, empty="There is no source yet. Add one: signaal sources add URL")


def _source_row(source: SourceView) -> dict[str, object]:
    return {
        "key": source.key,
        "name": source.name,
        "url": source.url,
        "kind": str(source.kind),
        "region": source.region,
        "rights": str(source.rights),
        "pace": source.pace_seconds,
        "paused": source.paused,
        "failures": source.failures,
        "next_due_at": source.next_due_at.isoformat(),
        "last_success_at": source.last_success_at.isoformat() if source.last_success_at else None,
        "last_outcome": str(source.last.outcome) if source.last else None,
        "last_sentence": source.last.sentence if source.last else None,
    }
