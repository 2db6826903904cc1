"""`/redactie/bronnen`: every source with its health, what needs a person first."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.desk.sources import SourceLine, source_line
from service.desk.wording import PROBLEM_TITLES
from service.render import page
from service.running import running
from store import problems, sources

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Context:
    """`problem_count` is how many open problems there are, over all sources."""

    desk: DeskFrame
    lines: tuple[SourceLine, ...]
    problem_count: int


@router.get("/redactie/bronnen")
def sources_page(request: Request) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="bronnen")
    with here.store.reading() as session:
        found = problems.open_problems(session)
        titles = {each.source_id: PROBLEM_TITLES[each.kind] for each in reversed(found)}
        lines = [source_line(each, now, titles.get(each.id, "")) for each in sources.list_all(session)]
    # What needs a person stands first, then the rest by name.
    lines.sort(key=lambda line: (not line.problem, not line.ill, line.paused))
    return page(request, "desk/sources", Context(desk, tuple(lines), len(found)))
