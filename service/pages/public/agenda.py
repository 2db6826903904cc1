"""`/agenda`: events, upcoming first, then those that are over."""

from __future__ import annotations

from dataclasses import dataclass

from service.pages.views import EventLine, Frame


@dataclass(frozen=True, slots=True)
class Context:
    """`calendar_path` is the outgoing calendar with the same choice of region."""

    frame: Frame
    upcoming: tuple[EventLine, ...]
    past: tuple[EventLine, ...]
    calendar_path: str
