"""A store on SQLite alone, for tests of the crawl that take long and in which the database plays no part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store, open_store
from store.settings import Settings
from tests.parts import sqlite
from tests.parts.config import settings_in


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite.fresh_copy(sqlite_template, tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def sqlite_settings(sqlite_store: Store, tmp_path: Path) -> Settings:
    """Settings that point at `sqlite_store`, loopback allowed."""
    return settings_in(tmp_path, store={"url": sqlite_store.url})
