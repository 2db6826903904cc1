"""Waiting for what another process does: asked again and again, with an end, never sleeping longer than needed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
SECONDS = 30.0


def until(ready: Callable[[], Found], what: str, *, seconds: float = SECONDS, pause: float = 0.1) -> Found:
    """What `ready` gives as soon as it is something. AssertionError with the last answer when that takes too long."""
    end = time.monotonic() + seconds
    while True:
        found = ready()
        if found:
            return found
        assert time.monotonic() < end, f"Waited {seconds:.0f} s in vain until {what}; the last answer was {found!r}."
        time.sleep(pause)
