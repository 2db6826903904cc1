"""The service in the process of the test, on both databases, with a clock that the test moves."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from service.app import create_app, create_running
from service.running import Running
from store.database import Store
from store.settings import Settings
from tests.parts.clock import Clock

OURS = {"Origin": "http://localhost:8000"}
"""What a browser sends with a form from our own page."""


@pytest.fixture
def running(settings: Settings, store: Store, clock: Clock) -> Running:
    return create_running(settings, store, clock)


@pytest.fixture
def client(running: Running) -> Iterator[TestClient]:
    """A client that keeps cookies, follows nothing, and shows errors as a browser would see them."""
    with TestClient(
        create_app(running),
        base_url="http://localhost:8000",
        follow_redirects=False,
        raise_server_exceptions=False,
        headers={"Accept-Encoding": "identity"},
    ) as made:
        yield made
