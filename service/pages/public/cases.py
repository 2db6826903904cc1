"""`/zaken`: criminal cases of which something is public, the one with the newest step first."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.filters import chosen
from service.pages.case_views import CaseLine, case_line
from service.pages.views import Frame, Option
from service.render import frame, page
from service.running import running
from store import published_cases
from store.values import PROVINCES

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`problem` is a sentence about what was asked and not understood, or empty."""

    frame: Frame
    cases: tuple[CaseLine, ...]
    regions: tuple[Option, ...]
    is_filtered: bool
    problem: str


@router.get("/zaken")
def show(request: Request) -> Response:
    asked = chosen(request.query_params)
    here = running(request)
    with here.store.public() as connection:
        found = published_cases.cases(connection, here.clock(), province=asked.wanted.province)
    context = Context(
        frame=frame(request, "nieuws"),
        cases=tuple(case_line(each) for each in found),
        regions=tuple(Option(name, name, name == asked.wanted.province) for name in PROVINCES),
        is_filtered=bool(asked.wanted.province),
        problem=asked.problem,
    )
    return page(request, "cases", context, 400 if asked.problem else 200)
