"""`/veilig-bezoek`: how to read this site without being seen, and what we cannot do. `no-store`."""

from __future__ import annotations

from dataclasses import dataclass

from service.content import StaticPage
from service.pages.views import Frame


@dataclass(frozen=True, slots=True)
class Context:
    frame: Frame
    page: StaticPage
