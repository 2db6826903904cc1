"""`/partners`: the parties involved, from `[site] partners` in the configuration. We invent none."""

from __future__ import annotations

from dataclasses import dataclass

from service.content import StaticPage
from service.pages.views import Frame
from store.settings import Partner


@dataclass(frozen=True, slots=True)
class Context:
    frame: Frame
    page: StaticPage
    partners: tuple[Partner, ...]
