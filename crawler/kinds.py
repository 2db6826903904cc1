"""The kinds of source, found by listing `crawler/spiders/`. Adding one is adding one file there.

A file of a kind has three names: `name`, as in `store.values.SourceKind`; `Options`, what `[source] options` may hold;
and `parse(document, options) -> DocumentRead`, which is pure: bytes in, entries out. Fetching is not its business.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from crawler import spiders
from crawler.values import DocumentRead, FetchedDocument


class Kind(Protocol):
    """What a file in `crawler/spiders/` has to offer."""

    name: str
    Options: type[BaseModel]

    def parse(self, document: FetchedDocument, options: Any) -> DocumentRead: ...


class BadOptionsError(Exception):
    """The source's options do not fit its kind."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name."""
    found: dict[str, Kind] = {}
    for module in pkgutil.iter_modules(spiders.__path__, f"{spiders.__name__}."):
        kind: Any = importlib.import_module(module.name)
        found[kind.name] = kind
    return found


def parse(kind: str, document: FetchedDocument, options: Mapping[str, object]) -> DocumentRead:
    """Read a document as a source of this kind. Raises BadOptionsError."""
    module = kinds()[kind]
    try:
        chosen = module.Options(**options)
    except (ValidationError, TypeError) as error:
        raise BadOptionsError(str(error)) from None
    return module.parse(document, chosen)
