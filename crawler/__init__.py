"""How the world gets in: fetching, reading and offering what sources tell.

The public face is `run_due`, `try_source`, `discover` and `inspect_address`, with the values they give back. Neither
this package's front nor anything it imports knows scrapy or feedparser: a crawl is a child process of its own.

The front is loaded when somebody asks for it: the parser processes (`crawler/parsing.py`) are in this package too, and
have no use for a database.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.kinds import BadOptionsError, check_options
    from crawler.lines import (
        CrawlDone,
        Discovered,
        InspectedAddress,
        Inspection,
        TriedEntry,
        TriedSource,
        VisitLine,
    )
    from crawler.run import CrawlFailedError, discover, inspect_address, run_due, try_source

__all__ = [
    "BadOptionsError",
    "CrawlDone",
    "CrawlFailedError",
    "Discovered",
    "InspectedAddress",
    "Inspection",
    "TriedEntry",
    "TriedSource",
    "VisitLine",
    "check_options",
    "discover",
    "inspect_address",
    "run_due",
    "try_source",
]

_IN_RUN = ("CrawlFailedError", "discover", "inspect_address", "run_due", "try_source")
_WHERE = dict.fromkeys(_IN_RUN, "crawler.run") | dict.fromkeys(("BadOptionsError", "check_options"), "crawler.kinds")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE.get(name, "crawler.lines")), name)
