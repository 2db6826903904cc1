"""`/partners`: the parties involved, from `[site] partners` in the configuration. We invent none."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.content import StaticPage
from service.pages.views import Frame
from service.render import frame, page, theme
from service.running import running
from store.settings import Partner

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    frame: Frame
    page: StaticPage
    partners: tuple[Partner, ...]


@router.get("/partners")
def show(request: Request) -> Response:
    partners = running(request).settings.site.partners
    return page(request, "partners", Context(frame(request), theme(request).pages["partners"], partners))
