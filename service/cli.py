"""The command line. Composition root: it reads the clock, opens the store and hands both on.

Every command first migrates the database and adds sources that are new in the configuration. Exit code 0: done;
1: a finding (a source failed, a check failed); 2: wrong use or configuration, with one sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.app import create_running, utc_now
from service.commands import accounts, collecting, exporting, finding, inspecting, looking, serving
from service.running import Running
from store import sources
from store.database import migrate, open_store
from store.errors import SignaalError
from store.settings import Settings, load

FINDING = 1
WRONG = 2

app = typer.Typer(
    name="signaal",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Moderated news and events about human trafficking, in Dutch.",
)
sources_app = typer.Typer(no_args_is_help=True, help="List, add, try out, bring in and write out sources.")
accounts_app = typer.Typer(no_args_is_help=True, help="Invite, list and disable editors.")
app.add_typer(sources_app, name="sources")
app.add_typer(accounts_app, name="accounts")

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="The configuration file; else SIGNAAL_CONFIG, else config.toml.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


_before: ContextVar[Path | None] = ContextVar("config_before_the_command", default=None)


@app.callback()
def _all(config: ConfigFile = None) -> None:
    _before.set(config)


@contextmanager
def opened(config: Path | None) -> Iterator[Running]:
    """Settings read, database open and migrated, new sources added; closed again at the end."""
    settings = read_settings(config)
    store = open_store(settings.store_url)
    try:
        migrate(store)
        running = create_running(settings, store)
        with store.writing() as session:
            sources.add_configured(session, settings.source, utc_now())
        yield running
    finally:
        store.close()


def read_settings(config: Path | None) -> Settings:
    """The settings of `--config` behind the command, else before it, else from where `load` looks."""
    return load(config or _before.get())


def finish(ok: bool) -> None:
    if not ok:
        raise typer.Exit(FINDING)


@app.command()
def serve(config: ConfigFile = None) -> None:
    """Serve the web pages and run the metronome, in one process."""
    with opened(config) as running:
        serving.serve(running, metronome_too=True)


@app.command()
def web(config: ConfigFile = None) -> None:
    """Serve the web pages only; `signaal worker` does the rest."""
    with opened(config) as running:
        serving.serve(running, metronome_too=False)


@app.command()
def worker(config: ConfigFile = None) -> None:
    """Run the metronome only: crawl, deliver and expire what is due."""
    with opened(config) as running:
        serving.work(running)


@app.command()
def crawl(
    keys: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Visit these now, due or not.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Visit the due (or the named) sources now."""
    with opened(config) as running:
        finish(collecting.crawl(running, tuple(keys or ()), as_json=as_json))


@app.command()
def deliver(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Send the notices that are due now."""
    with opened(config) as running:
        finish(looking.deliver(running, as_json=as_json))


@sources_app.command("list")
def sources_list(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show every source with its health."""
    with opened(config) as running:
        collecting.list_sources(running, as_json=as_json)


@sources_app.command("add")
def sources_add(
    url: str,
    key: Annotated[str, typer.Option(help="A short name; made from the address when absent.")] = "",
    name: Annotated[str, typer.Option(help="The name that readers see.")] = "",
    kind: Annotated[str, typer.Option(help="feed, sitemap, page, calendar or events; else the best.")] = "",
    region: Annotated[str, typer.Option(help="A province, or Nederland.")] = "Nederland",
    rights: Annotated[str, typer.Option(help="title, excerpt or fulltext-internal.")] = "excerpt",
    pace: Annotated[int, typer.Option(help="Seconds between visits.")] = 1800,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Search a site from any of its addresses and add the best way to follow it."""
    with opened(config) as running:
        wanted = finding.Wanted(url, key, name, kind, region, rights, pace)
        finish(finding.add_source(running, wanted, as_json=as_json))


@sources_app.command("check")
def sources_check(
    keys: Annotated[list[str] | None, typer.Argument(metavar="SOURCE")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Try out every (or the named) source, store nothing, and propose addresses for bad ones."""
    with opened(config) as running:
        finish(finding.check_sources(running, tuple(keys or ()), as_json=as_json))


@sources_app.command("import")
def sources_import(file: Path, config: ConfigFile = None) -> None:
    """Bring in sources from an OPML file; each arrives paused."""
    with opened(config) as running:
        exporting.import_opml(running, file)


@sources_app.command("export")
def sources_export(
    form: Annotated[str, typer.Option("--format", help="toml or opml.")] = "toml", config: ConfigFile = None
) -> None:
    """Write the sources as they are now, as TOML or OPML."""
    with opened(config) as running:
        exporting.export_sources(running, form)


@accounts_app.command("invite")
def accounts_invite(
    address: str,
    role: Annotated[str, typer.Option(help="administrator, editor or reader.")] = "editor",
    region: Annotated[list[str] | None, typer.Option(help="A province to decide about; repeat for more.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a one-time link with which ADDRESS makes an account."""
    with opened(config) as running:
        accounts.invite(running, address, role, tuple(region or ()), as_json=as_json)


@accounts_app.command("list")
def accounts_list(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show who can log in."""
    with opened(config) as running:
        accounts.show(running, as_json=as_json)


@accounts_app.command("disable")
def accounts_disable(address: str, config: ConfigFile = None) -> None:
    """Take away an account's access and end its sessions."""
    with opened(config) as running:
        accounts.disable(running, address)


@accounts_app.command("reset")
def accounts_reset(address: str, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Take away an account's password and factors, and make a one-time link to set new ones."""
    with opened(config) as running:
        accounts.reset(running, address, as_json=as_json)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The port of the site.")] = 8000,
    folder: Annotated[
        Path | None, typer.Option(help="Where the demo keeps its files; a fresh folder otherwise.")
    ] = None,
) -> None:
    """Show everything offline: a loopback world of sources, a filled queue, a mailbox."""
    from service.demo.run import run_demo  # the demo world is not needed by any other command

    run_demo(port=port, folder=folder)


@app.command()
def doctor(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Look at configuration, database, clock, mail and the dates of the phone numbers."""
    with opened(config) as running:
        finish(looking.doctor(running, as_json=as_json))


@app.command()
def verify(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Recompute the chain of decisions."""
    with opened(config) as running:
        finish(looking.verify(running, as_json=as_json))


@app.command()
def inspect(
    what: Annotated[str, typer.Argument(metavar="FILE|URL|-")],
    kind: Annotated[str, typer.Option("--as", help="html, feed, ics, text or jsonl; guessed when absent.")] = "",
    published: Annotated[str, typer.Option(help="When it was published, ISO 8601.")] = "",
    source_region: Annotated[str, typer.Option(help="A province, or Nederland.")] = "Nederland",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what the program reads in one document, each proposal with its reasons."""
    wanted = inspecting.Wanted(what, kind, published, source_region)
    if not wanted.is_address:
        # A pipe and a file need no database, and no configuration but a valid one.
        finish(inspecting.inspect(read_settings(config), wanted, as_json=as_json))
        return
    with opened(config) as running:
        finish(inspecting.inspect(running.settings, wanted, as_json=as_json))


@app.command("export")
def export_rows(
    what: Annotated[str, typer.Argument(metavar="items|decisions|sources")],
    form: Annotated[str, typer.Option("--format", help="jsonl or csv.")] = "jsonl",
    config: ConfigFile = None,
) -> None:
    """Write items, decisions or sources, one a line."""
    with opened(config) as running:
        exporting.rows(running, what, form)


def main(arguments: list[str] | None = None) -> None:
    """The command `signaal`. Ends the process with the exit code that scripts rely on."""
    try:
        app(arguments)
    except SignaalError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(error), markup=False)
        sys.exit(WRONG)
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
