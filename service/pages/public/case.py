"""`/zaken/{id}-{slug}`: the line of one criminal case: the steps that are public now and what the court decided."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.addresses import number_of
from service.pages.case_views import CaseLine, case_line
from service.pages.views import Frame
from service.render import frame, page
from service.running import running
from store import published_cases
from store.errors import NotFoundError

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    frame: Frame
    case: CaseLine


@router.get("/zaken/{name}")
def show(request: Request, name: str) -> Response:
    here = running(request)
    with here.store.public() as connection:
        found = published_cases.case(connection, number_of(name), here.clock())
    if found is None:
        raise NotFoundError("Nothing of this case is public.")
    line = case_line(found)
    if line.path != request.url.path:
        return RedirectResponse(line.path, 301)
    return page(request, "case", Context(frame(request, "nieuws"), line))
