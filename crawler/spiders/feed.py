"""Sources that are a feed: RSS, Atom, RDF, JSON Feed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from crawler import feeds
from crawler.values import DocumentRead, FetchedDocument

name = "feed"


class Options(BaseModel):
    """A feed has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def parse(document: FetchedDocument, options: Options) -> DocumentRead:  # noqa: ARG001 - all kinds have the same form
    """Read a feed as far as it goes."""
    return feeds.read(document.body, document.content_type, document.url)
