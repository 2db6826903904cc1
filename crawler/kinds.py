"""The kinds of source, found by listing `crawler/spiders/`. Adding one is adding one file there, named as the kind.

A file of a kind has three names: `name`, as in `store.values.SourceKind`; `Options`, what `[source] options` may hold;
and `parse(document, options) -> DocumentRead`, which is pure: bytes in, entries out. Fetching is not its business.

A kind whose documents have leads (`DocumentRead.leads`) also has `follow(lead, document, options) -> DocumentRead`,
which reads what a lead led to, and `LEADS = True`: such a source is read anew at every visit, because the pages behind
it can change while the list of them stays the same.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from crawler import spiders
from crawler.values import DocumentRead, FetchedDocument, Lead
from store.values import SourceKind

WITH_LEADS = frozenset({SourceKind.SITEMAP, SourceKind.EVENTS})
"""The kinds that say `LEADS = True`, for whoever must know it without loading them; a test compares."""


class Kind(Protocol):
    """What a file in `crawler/spiders/` has to offer."""

    name: str
    Options: type[BaseModel]

    def parse(self, document: FetchedDocument, options: Any) -> DocumentRead: ...


class BadOptionsError(Exception):
    """The source's options do not fit its kind."""


@cache
def module_of(kind: str) -> Any:
    """The file of one kind. Only this one is loaded: a crawl of feeds need not know what a calendar is."""
    return importlib.import_module(f"{spiders.__name__}.{kind}")


def names() -> list[str]:
    """Every kind by its name, without loading any."""
    return [module.name for module in pkgutil.iter_modules(spiders.__path__)]


def kinds() -> Mapping[str, Kind]:
    """Every kind by its name."""
    return {name: module_of(name) for name in names()}


def parse(kind: str, document: FetchedDocument, options: Mapping[str, object]) -> DocumentRead:
    """Read a document as a source of this kind. Raises BadOptionsError."""
    module = module_of(kind)
    told: DocumentRead = module.parse(document, _chosen(module, options))
    return told


def follow(kind: str, lead: Lead, document: FetchedDocument, options: Mapping[str, object]) -> DocumentRead:
    """Read what a lead of a source of this kind led to. Raises BadOptionsError."""
    module = module_of(kind)
    told: DocumentRead = module.follow(lead, document, _chosen(module, options))
    return told


def check_options(kind: str, options: Mapping[str, object]) -> None:
    """Raises BadOptionsError, with an English sentence, when options do not fit a kind."""
    _chosen(module_of(kind), options)


def _chosen(module: Any, options: Mapping[str, object]) -> BaseModel:
    try:
        chosen: BaseModel = module.Options(**options)
    except (ValidationError, TypeError) as error:
        raise BadOptionsError(str(error)) from None
    return chosen
