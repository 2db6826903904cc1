"""`signaal demo`: within a minute, offline, a fresh installation with a filled queue, and nothing left behind."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime

import pytest

from service.demo.run import CANCELLED_EVENT, CHANGED_ITEM, CHANGED_SOURCE, prepared, things_happen, write_config
from store.database import open_store
from store.errors import ConfigurationError
from store.settings import load
from tests.parts import processes
from tests.parts.service import FIRST_ADMINISTRATOR, answers, free_port

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LINE = 80


def test_the_demo_fills_its_queue_and_prints_what_to_open(tmp_path):
    port, folder = free_port(), tmp_path / "demo"
    started = time.monotonic()
    command = ["-m", "service.cli", "demo", "--port", str(port), "--folder", str(folder)]
    child = processes.start(command, tmp_path / "log")
    try:
        child.wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the demo answered", seconds=60)
        assert time.monotonic() - started < 60, "a filled queue within a minute is what the README promises"
        assert FIRST_ADMINISTRATOR.search(child.output), child.output
        store = open_store(f"sqlite:///{folder / 'signaal.db'}")
        with store.reading() as session:
            rows = session.connection().exec_driver_sql("SELECT state, kind, count(*) FROM item GROUP BY state, kind")
            counts = {(state, kind): count for state, kind, count in rows}
        store.close()
        assert sum(counts.values()) == 72, counts
        assert counts["pending", "event"] == 6, counts
        assert counts["pending", "article"] >= 25, counts
        assert counts["pile", "article"] >= 20, counts
        told = [line for line in child.output.splitlines() if not line.startswith("{") and "/" not in line]
        assert [line for line in told if len(line) > LINE] == [], "the demo must fit a terminal of 80 columns"
    finally:
        code = child.stop()
    assert code == 0, child.output


def test_a_folder_that_holds_something_is_not_touched(tmp_path):
    (tmp_path / "signaal.db").write_text("a real database")
    with pytest.raises(ConfigurationError, match="is not empty"):
        prepared(tmp_path)


def test_a_missing_folder_is_made(tmp_path):
    assert prepared(tmp_path / "new" / "demo").is_dir()


def test_the_demo_does_not_listen_to_settings_in_the_environment(tmp_path, world):
    # In a process of its own: forgetting is for good.
    probe = "import os; from service.demo.run import forget_environment; forget_environment(); print(dict(os.environ))"
    child = processes.start(["-c", probe], tmp_path / "log", {"SIGNAAL_STORE__URL": "postgresql://real", "KEPT": "yes"})
    assert child.process.wait(30) == 0
    assert "KEPT" in child.output
    assert "SIGNAAL_STORE__URL" not in child.output


def test_the_configuration_of_the_demo_knows_every_source_of_the_world(tmp_path, world):
    settings = load(write_config(tmp_path, 8123, world.sources))
    assert [source.url for source in settings.source] == [source.url for source in world.sources]
    assert settings.base_url == "http://localhost:8123"
    assert settings.store_url.endswith("/signaal.db")
    assert "SIGNAAL_STORE__URL" not in os.environ


def test_after_a_while_a_text_changes_and_a_meeting_is_cancelled(world):
    before = {article.slug: article.text for article in world.articles(CHANGED_SOURCE)}
    with things_happen(world, 0.05):
        waited = threading.Event()
        for _ in range(100):
            if any(gathering.status == "CANCELLED" for gathering in world.gatherings()):
                break
            waited.wait(0.05)
    after = {article.slug: article.text for article in world.articles(CHANGED_SOURCE)}
    assert {slug for slug in before if before[slug] != after[slug]} == {CHANGED_ITEM}
    cancelled = [gathering.uid for gathering in world.gatherings() if gathering.status == "CANCELLED"]
    assert cancelled == [CANCELLED_EVENT]
