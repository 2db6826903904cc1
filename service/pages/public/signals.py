"""`/signalen`: three cards with signals, one per form; each fills one sheet A4 when printed."""

from __future__ import annotations

from dataclasses import dataclass

from service.content import StaticPage
from service.pages.views import FormCard, Frame


@dataclass(frozen=True, slots=True)
class Context:
    """`cards` are the parts of the page, each with the key of its form."""

    frame: Frame
    page: StaticPage
    cards: tuple[FormCard, ...]
