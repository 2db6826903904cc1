"""`/hulp-en-melden`: whom to call, what happens then. The title is neutral and the answer is `no-store`."""

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


@router.get("/hulp-en-melden")
def show(request: Request) -> Response:
    return page(request, "help", Context(frame(request, "hulp"), theme(request).pages["hulp-en-melden"]))
