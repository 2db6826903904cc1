"""`/nieuws/{id}-{slug}`: one item: title, source, date, excerpt, link to the source, the form it belongs to, help."""

from __future__ import annotations

from dataclasses import dataclass

from service.pages.views import FormCard, Frame, NewsLine


@dataclass(frozen=True, slots=True)
class Context:
    """`source_url` is empty when the editors publish without the link. `definitions` explain the forms of the item."""

    frame: Frame
    line: NewsLine
    source_url: str
    definitions: tuple[FormCard, ...]
