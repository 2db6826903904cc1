"""`/redactie/bronnen/{key}`: one source, how it fares and why, with its last twenty visits."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.forms import Fields, SourceActionForm, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.health import Habit, ProblemCard, YieldLine, habit, problem_card, yield_lines
from service.desk.session import DeskRoute, require
from service.desk.sources import (
    SourceDetails,
    VisitLine,
    change_line,
    must_be_key,
    must_be_ready,
    source_details,
    visit_line,
)
from service.render import page
from service.running import running
from store import collected, health, problems, queue, source_editing, sources, vanishing, visits
from store.errors import NotAllowedError
from store.health import ProblemKind

router = APIRouter(route_class=DeskRoute)

MESSAGES = {
    "pauze": "bron-pauze",
    "verder": "bron-verder",
    "nu": "bron-nu",
    "start": "bron-start",
    "klopt": "bron-klopt",
}
"""The buttons of the page, each with what is said after it (`service/desk/frame.py`)."""


@dataclass(frozen=True, slots=True)
class Context:
    """`brought` is what came in and what became of it; None when nothing came in for ninety days."""

    desk: DeskFrame
    one: SourceDetails
    problems: tuple[ProblemCard, ...]
    habit: Habit
    brought: YieldLine | None
    visits: tuple[VisitLine, ...]
    changes: tuple[str, ...]


@router.get("/redactie/bronnen/{key}")
def source_page(request: Request, key: str) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    must_be_key(key)
    desk = desk_frame(request, who, now=now, nav="bronnen")
    with here.store.reading() as session:
        source = sources.get(session, key)
        brought = [each for each in collected.yields(session, now, source.id) if each.collected]
        context = Context(
            desk=desk,
            one=source_details(source, now),
            problems=tuple(map(problem_card, problems.open_problems(session, source.id))),
            habit=habit(health.facts_of(session, source, now), now),
            brought=next(iter(yield_lines(brought)), None),
            visits=tuple(visit_line(each) for each in visits.recent(session, source.id)),
            changes=tuple(map(change_line, source_editing.changes_of(session, source.id))),
        )
    return page(request, "desk/source", context)


@router.post("/redactie/bronnen/{key}")
def change_source(request: Request, key: str, posted: Fields) -> Response:
    """Pause, resume, start for the first time, believe its agenda, or make it due now; the next tick visits it."""
    require(request, *queue.MAY_DECIDE)
    here = running(request)
    must_be_key(key)
    form = parse(SourceActionForm, posted)
    if form.action not in MESSAGES:
        raise NotAllowedError("Deze knop kennen we niet. Open de pagina opnieuw.")
    now = here.clock()
    with here.store.writing() as session:
        source = sources.get(session, key)
        if form.action != "pauze":
            must_be_ready(source, ticked=form.gecontroleerd, contact=here.settings.crawl.contact)
        if form.action == "start":
            sources.set_checked(session, key, now=now)
        elif form.action == "nu":
            sources.set_due(session, key, now=now)
        elif form.action == "klopt":
            if all(each.kind is not ProblemKind.VANISHED for each in problems.open_problems(session, source.id)):
                raise NotAllowedError("Er is geen agenda om te bevestigen. Open de pagina opnieuw.")
            vanishing.accept(session, source.id, now)
            sources.set_due(session, key, now=now)
        else:
            sources.set_paused(session, key, paused=form.action == "pauze", now=now)
    return RedirectResponse(f"/redactie/bronnen/{key}?melding={MESSAGES[form.action]}", status_code=303)
