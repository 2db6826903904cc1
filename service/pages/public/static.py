"""Static pages that are text and nothing else: `/wat-is-mensenhandel`, `/over`, `/privacy`."""

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


@router.get("/wat-is-mensenhandel")
def explain(request: Request) -> Response:
    return show(request, "wat-is-mensenhandel", "uitleg")


@router.get("/over")
def about(request: Request) -> Response:
    return show(request, "over", "")


@router.get("/privacy")
def privacy(request: Request) -> Response:
    return show(request, "privacy", "")


def show(request: Request, slug: str, nav: str) -> Response:
    return page(request, "static", Context(frame(request, nav), theme(request).pages[slug]))
