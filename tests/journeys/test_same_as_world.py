"""The comparison of a store with its world finds what is planted: one that finds nothing would prove nothing."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pysqlite3

import crawler
from store import sources
from store.database import open_store
from tests.journeys.same_as_world import differences, no_false_alarm, rows_whole, seen_since
from tests.parts import sqlite
from tests.parts.config import settings_in
from tests.world.changing import ChangingWorld

MIX = {"rss": 2, "sitemap": 1, "page": 1, "calendar": 1, "events-list": 1}
ONE = "(SELECT min(r.id) FROM item i JOIN revision r ON r.id = i.current_revision_id WHERE r.title LIKE '%[s-%')"
PLANTED = {
    "is shown and not stored": "DELETE FROM item WHERE id = (SELECT min(id) FROM item)",
    "is 2 items": (
        "INSERT INTO item (source_id, guid, kind, state, priority, found_at, seen_at, source_hash, page_tries,"
        " current_revision_id, waiting_revision_id) SELECT source_id, guid || 'x', kind, state, priority, found_at,"
        " seen_at, source_hash, page_tries, current_revision_id, waiting_revision_id FROM item LIMIT 1"
    ),
    "was never told": f"UPDATE revision SET title = replace(title, '[s-', '[nooit-') WHERE id = {ONE}",
    "and shown in v1": f"UPDATE revision SET title = replace(title, ' v1]', ' v7]') WHERE id = {ONE}",
    "is on and stored as cancelled": "UPDATE revision_event SET status = 'cancelled'",
    "and its visits brought": "UPDATE visit SET new = 0 WHERE new > 0",
    "longer than any lease": "UPDATE host SET claimed_by = 'x', claimed_until = '2099-01-01 00:00:00'",
    "failures, and its last visit was": "UPDATE source SET failures = 4",
    "while its source showed it all along": "UPDATE revision SET note = 'weg' WHERE kind = 'event'",
}


def findings(world, store, now):
    return [*differences(world, store), *no_false_alarm(world, store), *rows_whole(store, now)]


def test_each_planted_difference_is_found_and_a_store_that_equals_its_world_has_none(tmp_path, sqlite_template):
    now = datetime.now(UTC)
    url = sqlite.fresh_copy(sqlite_template, tmp_path)
    with closing(open_store(url)) as store, closing(_Closing(tmp_path, store)) as kept:
        world = kept.world
        told = [
            {
                "key": s.key,
                "name": s.key,
                "url": world.url(s),
                "kind": s.form.kind,
                "options": s.form.options,
                "pace": 1,
            }
            for s in world.sites.values()
        ]
        settings = settings_in(tmp_path, store={"url": url}, source=told)
        with store.writing() as session:
            sources.add_configured(session, settings.source, now)
        still = world.pause()
        crawler.run_due(settings, store, now=datetime.now(UTC))
        assert not [key for key in world.sites if not seen_since(store, key, still)]
        assert not findings(world, store, datetime.now(UTC))
        for words, statement in PLANTED.items():
            path = tmp_path / "planted.db"
            path.unlink(missing_ok=True)
            with closing(pysqlite3.connect(tmp_path / "signaal.db", isolation_level=None)) as connection:
                connection.execute("VACUUM INTO ?", (str(path),))
            with closing(pysqlite3.connect(path, isolation_level=None)) as connection:
                for (trigger,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                ).fetchall():
                    connection.execute(f"DROP TRIGGER {trigger}")
                connection.execute(statement)
            with closing(open_store(f"sqlite:///{path}")) as planted:
                found = findings(world, planted, datetime.now(UTC))
            assert any(words in finding for finding in found), f'"{words}" was planted, and found was {found[:3]}'
        later = datetime.now(UTC) + timedelta(seconds=5)
        changed = world.sites["rss-0"]
        world.change(changed)
        crawler.run_due(settings, store, now=later)
        assert not [one for one in findings(world, store, later) if not one.startswith("rss-0")]


class _Closing:
    """A world that is closed like a file."""

    def __init__(self, folder, store) -> None:
        self.world = ChangingWorld(folder, 1, MIX, lambda key, at: seen_since(store, key, at))

    def close(self) -> None:
        self.world.stop()
