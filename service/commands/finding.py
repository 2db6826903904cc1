"""`signaal sources add` and `signaal sources check`: finding the way into a site, and finding out what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import ValidationError
from rich.progress import Progress, TaskID

import crawler
from crawler import Discovered, TriedSource
from service.app import utc_now
from service.commands.collecting import bar
from service.commands.crawl_table import OUTCOMES
from service.commands.output import console, print_json, print_table
from service.running import Running
from service.wording import local, slug
from store import sources
from store.errors import ConfigurationError, NotAllowedError
from store.settings import SourceSettings
from store.sources import SourceView
from store.values import CRAWLED, Outcome, SourceKind

WRONG_ADDRESS = frozenset({Outcome.NOT_A_FEED, Outcome.REFUSED})
WHAT_IS_WRONG = {
    Outcome.BROKEN: "Nothing can be read there any more.",
    Outcome.NOT_A_FEED: "The address answers, but with something else than this kind of source.",
    Outcome.HTTP_ERROR: "The server answers with an error.",
    Outcome.GONE: "The server says that it is gone for good.",
    Outcome.RETRY_LATER: "The server asks us to come back later.",
    Outcome.UNREACHABLE: "The server cannot be reached.",
    Outcome.REFUSED: "We do not fetch this address.",
    Outcome.ROBOTS: "robots.txt does not allow it.",
    Outcome.TOO_LARGE: "The document is too large.",
    Outcome.TIMEOUT: "The server is too slow.",
}
"""One sentence for the administrator; the Dutch one of the visit says more and stands beside it."""
_WORTH_A_SEARCH = frozenset({Outcome.BROKEN, Outcome.NOT_A_FEED, Outcome.HTTP_ERROR, Outcome.GONE, Outcome.ROBOTS})
_PROPOSALS = 3
_EVENTS = frozenset({SourceKind.CALENDAR, SourceKind.EVENTS})


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


@dataclass(frozen=True, slots=True)
class Checked:
    """How a source stands, and what would work in its place when it does not."""

    source: SourceView
    tried: TriedSource
    proposals: tuple[TriedSource, ...] = ()

    @property
    def ok(self) -> bool:
        """Read in part is right enough; read and nothing in it is not, where something is broken."""
        empty = self.tried.outcome is Outcome.BROKEN and not self.tried.entries
        return self.tried.outcome.good and not empty


def add_source(running: Running, wanted: Wanted, *, as_json: bool) -> bool:
    """Search the site for ways in and add the best, or the best of `--kind`.

    False when the site cannot be reached now, so that nothing was added. Raises ConfigurationError when there is
    nothing to follow or an option is wrong.
    """
    kind = SourceKind(wanted.kind) if wanted.kind in set(CRAWLED) else None
    if wanted.kind and kind is None:
        raise ConfigurationError(f"{wanted.kind} is not a kind of source; choose {', '.join(CRAWLED)}.")
    with bar(shown=not as_json and console().is_terminal) as progress:
        found = _searched(running, wanted.url, progress)
    best = next((each for each in found.candidates if kind in {None, each.kind}), None)
    if best is None:
        _nothing_to_add(wanted, found, as_json=as_json)
        return False
    new = _settings(wanted, best)
    try:
        with running.store.writing() as session:
            sources.add(session, new, utc_now())
    except NotAllowedError:
        raise ConfigurationError(f"There is a source {new.key} already; name another key with --key.") from None
    others = [each for each in found.candidates if each is not best]
    if as_json:
        row = {"key": new.key, "sentence": best.sentence, **_proposal(best)}
        print_json({**row, "others": [_proposal(each) for each in others]})
        return True
    _print_candidate(best)
    console().print(f"Added as {new.key}; it is visited at the next tick.", markup=False)
    if others:
        console().print("Also found; add one by its address, or choose with --kind:")
        _print_proposals(others)
    return True


def _searched(running: Running, url: str, progress: Progress) -> Discovered:
    task = progress.add_task(f"Searching {urlsplit(url).hostname or url}"[:40], total=None)

    def heard(found: TriedSource) -> None:
        progress.update(task, description=f"Found: {found.kind}, {_count(found)}")

    found = crawler.discover(running.settings, url, now=utc_now(), on_found=heard)
    progress.remove_task(task)
    return found


def _nothing_to_add(wanted: Wanted, found: Discovered, *, as_json: bool) -> None:
    """Say why nothing was added. Raises ConfigurationError where another address or option would help."""
    if found.candidates:
        kinds = ", ".join(dict.fromkeys(str(each.kind) for each in found.candidates))
        raise ConfigurationError(f"{wanted.url} was not added: no {wanted.kind} was found there, but: {kinds}.")
    if found.outcome in WRONG_ADDRESS:
        raise ConfigurationError(f"{wanted.url} was not added: {OUTCOMES[found.outcome]}. {found.sentence}")
    if as_json:
        print_json({"url": wanted.url, "outcome": str(found.outcome), "ok": False, "sentence": found.sentence})
    else:
        console().print(f"{wanted.url}: {OUTCOMES[found.outcome]}. {found.sentence}", markup=False)


def _settings(wanted: Wanted, best: TriedSource) -> SourceSettings:
    host = (urlsplit(best.url).hostname or "bron").removeprefix("www.")
    try:
        return SourceSettings.model_validate(
            {
                "key": wanted.key or slug(host)[:40],
                "name": wanted.name or best.title[:200] or host,
                "url": best.url,
                "kind": best.kind or SourceKind.FEED,
                "region": wanted.region,
                "rights": wanted.rights,
                "pace": wanted.pace,
                "options": best.options,
            }
        )
    except ValidationError as error:
        problem = error.errors()[0]
        raise ConfigurationError(f"--{problem['loc'][0]}: {problem['msg'].removeprefix('Value error, ')}.") from None


def check_sources(running: Running, keys: tuple[str, ...], *, as_json: bool) -> bool:
    """Try every (or the named) source without storing anything, and search for what would work in place of a bad one.

    False when one of them is not as it should be.
    """
    with running.store.reading() as session:
        found = [sources.get(session, key) for key in keys] or sources.list_all(session)
    rows = []
    with bar(shown=not as_json) as progress:
        task = progress.add_task("Trying sources", total=len(found))
        for source in found:
            progress.update(task, description=f"Trying {source.key}"[:40])
            rows.append(_checked(running, source, progress, task))
            progress.advance(task)
    if as_json:
        print_json([_check_row(row) for row in rows])
    else:
        _print_checks(rows)
    return all(row.ok for row in rows)


def _checked(running: Running, source: SourceView, progress: Progress, task: TaskID) -> Checked:
    now = utc_now()
    tried = crawler.try_source(running.settings, source.url, kind=source.kind, options=source.options, now=now)
    row = Checked(source, tried)
    if row.ok or tried.outcome not in _WORTH_A_SEARCH:
        return row
    progress.update(task, description=f"Searching for {source.key}"[:40])
    found = crawler.discover(running.settings, source.url, now=now)
    return Checked(source, tried, found.candidates[:_PROPOSALS])


def _check_row(row: Checked) -> dict[str, object]:
    return {
        "key": row.source.key,
        "outcome": str(row.tried.outcome),
        "ok": row.ok,
        "sentence": row.tried.sentence,
        "says": _says(row),
        "entries": row.tried.entries,
        "checked": row.source.checked,
        "proposals": [_proposal(each) for each in row.proposals],
    }


def _says(row: Checked) -> str:
    """What is wrong, in one English sentence; that it works, when it does."""
    if row.ok:
        return f"It works: {_count(row.tried)}."
    return WHAT_IS_WRONG.get(row.tried.outcome, f"It does not work: {OUTCOMES[row.tried.outcome]}.")


def _print_checks(rows: list[Checked]) -> None:
    table = [(row.source.key, "ok" if row.ok else "bad", row.tried.entries, _says(row)) for row in rows]
    print_table(("source", "state", "entries", "says"), table, empty="There is no source yet.")
    out = console()
    for row in (row for row in rows if not row.ok):
        out.print(f"\n{row.source.key}: {row.tried.sentence}", markup=False)
        for each in row.proposals:
            out.print(f"  try: {each.url} ({each.kind}, {_count(each)})", markup=False)
        if not row.proposals and row.tried.outcome in _WORTH_A_SEARCH:
            out.print("  nothing else was found on this site", markup=False)
    unchecked = sum(1 for row in rows if row.ok and not row.source.checked)
    if unchecked:
        out.print(f"\n{unchecked} of these work and wait for a person: tick them in the newsroom to start them.")


def _proposal(found: TriedSource) -> dict[str, object]:
    return {"url": found.url, "kind": str(found.kind), "entries": found.entries, "options": found.options}


def _count(found: TriedSource) -> str:
    one, more = ("event", "events") if found.kind in _EVENTS else ("entry", "entries")
    return f"{found.entries} {one if found.entries == 1 else more}"


def _print_proposals(found: list[TriedSource]) -> None:
    for each in found:
        console().print(f"  {each.url} ({each.kind}, {_count(each)})", markup=False)


def _print_candidate(found: TriedSource) -> None:
    out = console()
    out.print(f"{found.url}: {found.kind}, {_count(found)}. {found.sentence}", markup=False)
    for entry in found.first:
        when = f"{local(entry.published_at):%Y-%m-%d}" if entry.published_at else "no date   "
        out.print(f"  {when}  {entry.title}", markup=False)
