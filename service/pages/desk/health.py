"""`/redactie/bronnen/gezondheid`: what needs a person first, then how all sources fare, in pictures with numbers."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.desk.frame import DeskFrame, desk_frame
from service.desk.health import (
    DelayLine,
    HoursPlot,
    ProblemCard,
    YieldLine,
    delay_lines,
    hours_plot,
    problem_card,
    yield_lines,
)
from service.desk.session import DeskRoute, require
from service.render import page
from service.running import running
from store import collected, problems, sources

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Context:
    """`watched`, `paused` and `unchecked` count sources. `hours` is None when nothing was visited for two days."""

    desk: DeskFrame
    problems: tuple[ProblemCard, ...]
    watched: int
    paused: int
    unchecked: int
    hours: HoursPlot | None
    yields: tuple[YieldLine, ...]
    delays: tuple[DelayLine, ...]


@router.get("/redactie/bronnen/gezondheid")
def health_page(request: Request) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="bronnen")
    with here.store.reading() as session:
        found = sources.list_all(session)
        hours = hours_plot(collected.visits_per_hour(session, now))
        brought = [each for each in collected.yields(session, now) if each.collected]
        context = Context(
            desk=desk,
            problems=tuple(map(problem_card, problems.open_problems(session))),
            watched=sum(source.checked and not source.paused for source in found),
            paused=sum(source.checked and source.paused for source in found),
            unchecked=sum(not source.checked for source in found),
            hours=hours if hours.lines else None,
            yields=yield_lines(brought),
            delays=delay_lines(collected.delays(session, now)),
        )
    return page(request, "desk/health", context)
