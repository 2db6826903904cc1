"""Fixtures for every test: both databases, the loopback world, a mail server, a clock, settings, a browser.

`--quick` leaves out PostgreSQL and the browser. Without it, a machine that lacks them fails: a green run says that
everything was looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from service.demo.world import World
from store.database import Store, open_store
from store.settings import Settings
from tests.parts import postgres, sqlite
from tests.parts.browser import chromium, new_visitor  # noqa: F401 - fixtures
from tests.parts.clock import Clock
from tests.parts.config import settings_in
from tests.parts.mailserver import MailServer
from tests.parts.service import start_service  # noqa: F401 - a fixture
from tests.parts.sockets import close_the_doors
from tests.world.catalogue import Catalogue

close_the_doors()
for _name in [name for name in os.environ if name.startswith("SIGNAAL_") and name != "SIGNAAL_CORPUS"]:
    # A developer's own settings must not decide what a test sees.
    del os.environ[_name]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out PostgreSQL and the browser")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "store_url" in metafunc.fixturenames:
        kinds = ["sqlite"] if metafunc.config.getoption("--quick") else ["sqlite", "postgres"]
        metafunc.parametrize("store_url", kinds, indirect=True, ids=kinds)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--quick"):
        return
    left_out = {item for item in items if _needs_more(item)}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def _needs_more(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & {"chromium", "new_visitor", "cluster"}) or item.get_closest_marker("journey") is not None


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """A private PostgreSQL cluster with a migrated database to copy."""
    running = postgres.start_cluster()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    return sqlite.migrated_file(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated, empty database; each test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield sqlite.fresh_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    running: postgres.Cluster = request.getfixturevalue("cluster")
    url = running.fresh_database()
    yield url
    running.give_back(url)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store on a fresh, migrated, empty database."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path, store_url: str) -> Settings:
    """Settings for one test: its own folder and database, loopback allowed, no waiting between requests."""
    return settings_in(tmp_path, store={"url": store_url})


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until the test moves it."""
    return Clock()


@pytest.fixture
def now(clock: Clock) -> datetime:
    """Where the clock of this test starts: a Tuesday morning in November 2026."""
    return clock.now


@pytest.fixture
def world(now: datetime) -> Iterator[World]:
    """The loopback world of made-up sources."""
    with World.start(now) as running:
        yield running


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """An SMTP server that can be told to misbehave."""
    with MailServer() as running:
        yield running


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    """Servers that misbehave, one per fault: `catalogue.url("gzip_bomb")`."""
    with Catalogue() as running:
        yield running
