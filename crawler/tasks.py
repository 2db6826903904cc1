"""What can be asked of a parser process, and in which values: JSON that pydantic writes and checks on both sides.

Nothing is pickled. A parser that a document took over can answer with nothing but these values, well formed; anything
else is refused before it becomes an object.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from crawler.judged import Inspected, Judged, Led, Listed, Look, PageJudged, Preview
from crawler.values import DocumentRead, Fetched, Lead
from store.values import DueSource, SourceKind, WantedPage

TASKS: dict[str, tuple[Any, Any]] = {
    "judge": (tuple[DueSource, Fetched, datetime, datetime], Judged | Listed),
    "follow": (tuple[DueSource, Lead, Fetched, datetime], DocumentRead),
    "conclude": (tuple[DueSource, Fetched, Led, datetime, datetime], Judged),
    "page": (tuple[DueSource, WantedPage, Fetched, datetime], PageJudged),
    "preview": (tuple[Fetched, SourceKind | None, datetime, dict[str, object]], Preview),
    "look": (tuple[Fetched, datetime], Look),
    "inspect": (tuple[Fetched, str, str, datetime | None, datetime], Inspected),
}
"""Each task by its name: what goes in, and what comes out. `crawler/parsing.py` has the function that does it."""

_BYTES = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


@dataclass(frozen=True, slots=True)
class Task:
    """How one task is written down."""

    asked: TypeAdapter[Any]
    told: TypeAdapter[Any]


@cache
def task(name: str) -> Task:
    """Made when it is first needed: a crawl of feeds never learns how pages are written. Raises KeyError."""
    asked, told = TASKS[name]
    return Task(TypeAdapter(asked, config=_BYTES), TypeAdapter(told))
