"""`signaal crawl` and `signaal sources list|add|check`: collecting, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import ValidationError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import crawler
from crawler import TriedSource, VisitLine
from service.app import utc_now
from service.commands.output import console, print_json, print_table
from service.running import Running
from service.wording import local, slug
from store import sources
from store.errors import ConfigurationError, NotAllowedError
from store.settings import SourceSettings
from store.sources import SourceView
from store.values import Outcome, SourceKind

WORDS = {
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
WRONG_ADDRESS = frozenset({Outcome.NOT_A_FEED, Outcome.REFUSED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source as given on the command line; empty text means: find out."""

    url: str
    key: str
    name: str
    kind: str
    region: str
    rights: str
    pace: int


def crawl(running: Running, keys: tuple[str, ...], *, as_json: bool) -> bool:
    """Visit what is due or named, with a progress bar and a table. False when a source failed."""
    now = utc_now()
    with running.store.reading() as session:
        found = [sources.get(session, key) for key in keys] or sources.list_all(session)
    total = len(keys) or sum(1 for source in found if not source.paused and source.next_due_at <= now)
    with _bar(shown=not as_json) as progress:
        task = progress.add_task("Visiting sources", total=total)

        def visited(_line: VisitLine) -> None:
            progress.advance(task)

        done = crawler.run_due(running.settings, running.store, now=now, keys=keys or None, on_visit=visited)
    if as_json:
        print_json([_visit_row(visit) for visit in done.visits])
    else:
        _print_visits(done.visits, done.seconds)
        if done.stopped:
            console().print("The crawl was ended before it was done; what was stored stays.")
    return not done.failed and not done.stopped


def _bar(*, shown: bool) -> Progress:
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
        "ok": visit.outcome.good,
        "sentence": visit.sentence,
        "entries": visit.entries,
        "new": visit.new,
        "changed": visit.changed,
        "same": visit.same,
        "pile": visit.piled,
    }


def _print_visits(visits: tuple[VisitLine, ...], seconds: float) -> None:
    rows = [
        (visit.key, WORDS[visit.outcome], visit.entries, visit.new, visit.changed, visit.same, visit.piled)
        for visit in visits
    ]
    columns = ("source", "outcome", "entries", "new", "changed", "same", "on pile")
    print_table(columns, rows, empty="Nothing is due. Name a source to visit it now: signaal crawl KEY")
    if visits:
        new, changed = sum(visit.new for visit in visits), sum(visit.changed for visit in visits)
        console().print(f"{len(visits)} visits in {seconds:.1f} s: {new} new, {changed} changed.")
    for visit in visits:
        if not visit.outcome.good:
            console().print(f"{visit.key}: {visit.sentence}", markup=False)


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
            WORDS[source.last.outcome] if source.last else "never visited",
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


def add_source(running: Running, wanted: Wanted, *, as_json: bool) -> bool:
    """Try the address out, then add it. False when it cannot be reached now, so that nothing was added.

    Raises ConfigurationError when the address is not one of ours or an option is wrong.
    """
    kind = SourceKind(wanted.kind) if wanted.kind in set(SourceKind) else None
    if wanted.kind and kind is None:
        raise ConfigurationError(f"{wanted.kind} is not a kind of source; choose {', '.join(SourceKind)}.")
    tried = crawler.try_source(running.settings, wanted.url, kind=kind, now=utc_now())
    if tried.outcome in WRONG_ADDRESS:
        raise ConfigurationError(f"{wanted.url} was not added: {WORDS[tried.outcome]}. {tried.sentence}")
    if not tried.outcome.good:
        _print_tried(wanted.url, tried, as_json=as_json)
        return False
    host = (urlsplit(wanted.url).hostname or "bron").removeprefix("www.")
    try:
        new = SourceSettings.model_validate(
            {
                "key": wanted.key or slug(host)[:40],
                "name": wanted.name or tried.title[:200] or host,
                "url": wanted.url,
                "kind": tried.kind or SourceKind.FEED,
                "region": wanted.region,
                "rights": wanted.rights,
                "pace": wanted.pace,
            }
        )
    except ValidationError as error:
        problem = error.errors()[0]
        raise ConfigurationError(f"--{problem['loc'][0]}: {problem['msg'].removeprefix('Value error, ')}.") from None
    try:
        with running.store.writing() as session:
            sources.add(session, new, utc_now())
    except NotAllowedError:
        raise ConfigurationError(f"There is a source {new.key} already; name another key with --key.") from None
    if as_json:
        print_json({"key": new.key, "kind": str(new.kind), "entries": tried.entries, "sentence": tried.sentence})
    else:
        _print_tried(wanted.url, tried, as_json=False)
        console().print(f"Added as {new.key}; it is visited at the next tick.", markup=False)
    return True


def check_sources(running: Running, keys: tuple[str, ...], *, as_json: bool) -> bool:
    """Try every (or the named) source without storing anything. False when one of them is not as it should be."""
    with running.store.reading() as session:
        found = [sources.get(session, key) for key in keys] or sources.list_all(session)
    rows = []
    with _bar(shown=not as_json) as progress:
        task = progress.add_task("Trying sources", total=len(found))
        for source in found:
            tried = crawler.try_source(running.settings, source.url, kind=source.kind, now=utc_now())
            rows.append((source, tried))
            progress.advance(task)
    if as_json:
        print_json(
            [
                {"key": source.key, "outcome": str(tried.outcome), "ok": tried.outcome.good, "sentence": tried.sentence}
                for source, tried in rows
            ]
        )
    else:
        table = [(source.key, WORDS[tried.outcome], tried.entries, tried.sentence) for source, tried in rows]
        print_table(("source", "outcome", "entries", "says"), table, empty="There is no source yet.")
    return all(tried.outcome.good for _, tried in rows)


def _print_tried(url: str, tried: TriedSource, *, as_json: bool) -> None:
    if as_json:
        print_json({"url": url, "outcome": str(tried.outcome), "ok": tried.outcome.good, "sentence": tried.sentence})
        return
    out = console()
    out.print(f"{url}: {WORDS[tried.outcome]}. {tried.sentence}", markup=False)
    for entry in tried.first:
        when = f"{local(entry.published_at):%Y-%m-%d}" if entry.published_at else "no date   "
        out.print(f"  {when}  {entry.title}", markup=False)
