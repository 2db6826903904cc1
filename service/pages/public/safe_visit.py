"""`/veilig-bezoek`: how to read this site without being seen, and what we cannot do. `no-store`."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.content import StaticPage
from service.pages.views import Frame
from service.render import frame, page, theme

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    frame: Frame
    page: StaticPage


@router.get("/veilig-bezoek")
def show(request: Request) -> Response:
    return page(request, "safe_visit", Context(frame(request, ""), theme(request).pages["veilig-bezoek"]))
