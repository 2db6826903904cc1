"""What every journey starts from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from service.demo.world import World


@pytest.fixture
def todays_world() -> Iterator[World]:
    """The loopback world as of today: the service of a journey reads the real clock."""
    with World.start(datetime.now(UTC)) as running:
        yield running
