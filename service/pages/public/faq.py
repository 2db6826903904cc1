"""`/veelgestelde-vragen`: eleven questions, each with its own address, also readable for machines (FAQPage)."""

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


@router.get("/veelgestelde-vragen")
def show(request: Request) -> Response:
    return page(request, "faq", Context(frame(request, "vragen"), theme(request).pages["veelgestelde-vragen"]))
