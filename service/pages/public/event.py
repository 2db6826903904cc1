"""`/agenda/{id}-{slug}`: one event: when, where, how to sign up, changed and cancelled states in words."""

from __future__ import annotations

from dataclasses import dataclass

from service.pages.views import EventLine, Frame


@dataclass(frozen=True, slots=True)
class Context:
    """`map_url` is a plain link to a map, empty without a place. `over` tells that the event has ended."""

    frame: Frame
    line: EventLine
    excerpt: str
    source_name: str
    source_url: str
    map_url: str
    over: bool
