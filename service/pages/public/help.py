"""`/hulp-en-melden`: whom to call, what happens then. The title is neutral and the answer is `no-store`."""

from __future__ import annotations

from dataclasses import dataclass

from service.content import StaticPage
from service.pages.views import Frame


@dataclass(frozen=True, slots=True)
class Context:
    frame: Frame
    page: StaticPage
