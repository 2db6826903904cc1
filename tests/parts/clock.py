"""A clock that stands still until a test moves it. It is passed in, never put in the place of the real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday morning in winter time: ten o'clock in Amsterdam."""


class Clock:
    """Called, it gives an aware time in UTC."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> datetime:
        """Move on by `seconds=`, `minutes=`, `hours=` or `days=`, and give the new time."""
        self.now += timedelta(**duration)
        return self.now
