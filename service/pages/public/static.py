"""Static pages that are text and nothing else: `/wat-is-mensenhandel`, `/over`, `/privacy`."""

from __future__ import annotations

from dataclasses import dataclass

from service.content import StaticPage
from service.pages.views import Frame


@dataclass(frozen=True, slots=True)
class Context:
    frame: Frame
    page: StaticPage
