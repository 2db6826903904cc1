"""`/cijfers`: the estimate with its year and authors, and why the real number is unknown."""

from __future__ import annotations

from dataclasses import dataclass

from service.content import StaticPage
from service.pages.views import Frame


@dataclass(frozen=True, slots=True)
class Context:
    frame: Frame
    page: StaticPage
