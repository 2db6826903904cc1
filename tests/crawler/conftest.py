"""A store on SQLite alone, for tests of the crawl that take long and in which the database plays no part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store, open_store
from tests.parts import sqlite


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(sqlite.fresh_copy(sqlite_template, tmp_path))
    yield opened
    opened.close()
