"""`signaal demo`: the loopback world, a fresh installation that watches it, a filled queue, the site.

Composition root like `service/cli.py`: it reads the clock. Everything lives in one folder of its own; nothing of a
real installation is read or written, also not when the environment names one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from service.app import create_running, utc_now
from service.commands import collecting, serving
from service.commands.output import console
from service.demo.site import WorldSource
from service.demo.world import World
from service.running import Running
from store import sources
from store.database import migrate, open_store
from store.errors import ConfigurationError
from store.settings import Settings, load

CHANGE_SECONDS = 120.0
"""After this long a source changes a text and a meeting is cancelled: long enough to approve both first."""
CHANGED_SOURCE, CHANGED_ITEM = "omroep-maasland", "inval-champignonkwekerij-horst"
CHANGED_TEXT = """HORST – Bij een inval in een champignonkwekerij zijn dertien mensen gevonden die mogelijk werden \
uitgebuit, twee meer dan eerst werd gemeld. Zij werkten tot zestien uur per dag.
Een 51-jarige man is aangehouden op verdenking van mensenhandel. Zijn voorarrest is met twee weken verlengd."""
CANCELLED_EVENT = "webinar-arbeidsuitbuiting"

CONFIG = """# A demo of Signaal. All sources are made up and live on this machine.
[server]
host = "127.0.0.1"
port = {port}

[site]
name = "Signaal (demo)"

[store]
url = "sqlite:///signaal.db"

[crawl]
contact = "https://signaal.example.nl/over"
tick_seconds = 10
delay_seconds = 0
allow_addresses = ["127.0.0.0/8"]

[desk]
undo_seconds = 10

[mail]
sender = "agenda@signaal.example.nl"
folder = "mail"

[notices]
debounce_seconds = 5
"""
SOURCE = """
[[source]]
key = {key}
name = {name}
url = {url}
kind = {kind}
region = {region}
rights = {rights}
pace = 60
"""


def run_demo(*, port: int = 8000, folder: Path | None = None) -> None:
    """Show everything offline until Ctrl-C. Without `folder` the files go at the end.

    Raises ConfigurationError when the port is taken or `folder` holds something already.
    """
    forget_environment()
    # The web server hands on the signal that stopped it; then the world and the folder must be cleared away too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    with ExitStack() as stack:
        place = prepared(folder) if folder else Path(stack.enter_context(TemporaryDirectory(prefix="signaal-demo-")))
        world = stack.enter_context(World.start(utc_now()))
        settings = load(write_config(place, port, world.sources))
        serving.listen(settings).close()
        running = stack.enter_context(opened(settings))
        out = console()
        out.print("This is a demo: all sources are made up and live on this machine.")
        out.print(f"Its files stand in {place}\n", markup=False, soft_wrap=True)
        collecting.crawl(running, (), as_json=False)
        stack.enter_context(things_happen(world))
        out.print("\nOpen the link below, make an account and empty the queue.")
        out.print(f"After {CHANGE_SECONDS / 60:.0f} minutes a source changes a text and a meeting is cancelled.")
        out.print("Stop with Ctrl-C.\n")
        serving.serve(running, metronome_too=True)


def forget_environment() -> None:
    """Take our own settings out of the environment: they win over a file, and may name a real database."""
    for name in [name for name in os.environ if name.startswith("SIGNAAL_")]:
        del os.environ[name]


def prepared(folder: Path) -> Path:
    """The folder, made, and certainly empty. Raises ConfigurationError otherwise."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise ConfigurationError(f"The folder {folder} cannot be used: {error.strerror}.") from None
    if taken:
        raise ConfigurationError(f"The folder {folder} is not empty; name a new one, so that nothing is overwritten.")
    return folder


def write_config(folder: Path, port: int, watched: tuple[WorldSource, ...]) -> Path:
    """Write the `config.toml` of the demo and give its path. A string of JSON is a string of TOML."""
    parts = [CONFIG.format(port=port)]
    for source in watched:
        told = {name: getattr(source, name) for name in ("key", "name", "url", "kind", "region", "rights")}
        parts.append(SOURCE.format(**{name: json.dumps(str(value)) for name, value in told.items()}))
    path = folder / "config.toml"
    path.write_text("".join(parts), encoding="utf-8")
    return path


@contextmanager
def opened(settings: Settings) -> Iterator[Running]:
    """A new, migrated database that knows the sources of the demo."""
    store = open_store(settings.store_url)
    try:
        migrate(store)
        running = create_running(settings, store)
        with store.writing() as session:
            sources.add_configured(session, settings.source, utc_now())
        yield running
    finally:
        store.close()


@contextmanager
def things_happen(world: World, seconds: float = CHANGE_SECONDS) -> Iterator[None]:
    """Let a source change a text and a meeting be cancelled after a while, as in real life."""

    def happen() -> None:
        world.change(CHANGED_SOURCE, CHANGED_ITEM, text=CHANGED_TEXT)
        world.cancel(CANCELLED_EVENT)

    timer = threading.Timer(seconds, happen)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
