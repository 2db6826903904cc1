"""What a running service stands on. Made once in `service/app.py`, reached by handlers through `running(request)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from store.database import Store
from store.secrets import Secrets
from store.settings import Settings

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Running:
    """`clock` gives aware UTC times; handlers read it once and pass `now` on."""

    settings: Settings
    store: Store
    secrets: Secrets
    clock: Clock


def running(request: Request) -> Running:
    made: Running = request.app.state.running
    return made
