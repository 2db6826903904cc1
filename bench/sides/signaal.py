"""Signaal as an administrator would run it: `crawler.run_due` with its child process, in a fresh SQLite file.

`python -m bench.sides.signaal FOLDER [MODULE]`: with a module, that one runs in place of `crawler.child`.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

import crawler
from bench.dutch import CHANGED_MARK
from bench.sides.obeying import digest, number_of, obey
from store import sources
from store.database import Store, migrate, open_store
from store.settings import Settings, SourceSettings, load

CONFIG = """
[store]
url = "sqlite:///bench.db"
[crawl]
delay_seconds = 0
deadline_seconds = 7200
allow_addresses = ["127.0.0.0/8"]
"""


def opened(folder: Path) -> tuple[Settings, Store]:
    """A fresh database in `folder`, and settings that point at it."""
    config = folder / "config.toml"
    config.write_text(CONFIG)
    settings = load(config)
    store = open_store(settings.store_url)
    migrate(store)
    return settings, store


def add_all(store: Store, addresses: list[str], now: datetime) -> None:
    with store.writing() as session:
        for address in addresses:
            number = number_of(address)
            sources.add(session, SourceSettings(key=f"feed-{number}", name=f"Feed {number}", url=address), now)


def make_due(store: Store) -> None:
    """Everything is due again, whatever pace each source has by now."""
    with store.writing() as session:
        session.connection().execute(sa.text("UPDATE source SET next_due_at = created_at"))


def what_is_held(store: Store) -> dict[str, object]:
    with store.engine.connect() as connection:
        entries = connection.execute(
            sa.text(
                "SELECT source.url, item.guid, revision.title FROM item JOIN source ON source.id = item.source_id "
                "JOIN revision ON revision.id = item.current_revision_id"
            )
        ).all()
        failed = connection.execute(sa.text("SELECT count(*) FROM source WHERE failures > 0")).scalar_one()
    return {
        "entries": len(entries),
        "digest": digest((number_of(url), guid) for url, guid, _ in entries),
        "changed": sum(title.startswith(CHANGED_MARK) for _, _, title in entries),
        "failed": failed,
    }


def run_instead(module: str, folder: Path) -> None:
    """From now on `crawler/run.py` starts this module: it asks `sys.executable` for the interpreter."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nshift 2\nexec "{sys.executable}" -m {module} "$@"\n')
    script.chmod(0o700)
    sys.executable = str(script)


def main() -> None:
    folder = Path(sys.argv[1])
    settings, store = opened(folder)
    if len(sys.argv) > 2:
        run_instead(sys.argv[2], folder)
    began = datetime.now(UTC)
    hours = iter(range(0, 24, 2))

    def prepare(addresses: list[str]) -> None:
        add_all(store, addresses, began)

    def phase(_name: str) -> None:
        done = crawler.run_due(settings, store, now=began + timedelta(hours=next(hours)))
        if done.stopped or done.failed:
            raise SystemExit(f"The crawl failed: {done.failed[:1]}")

    def held() -> dict[str, object]:
        make_due(store)
        return what_is_held(store)

    obey(prepare, phase, held)


if __name__ == "__main__":
    main()
