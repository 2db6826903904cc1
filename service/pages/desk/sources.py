"""`/redactie/bronnen`: every source with its health, and one source with its last twenty visits."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.forms import Fields, SourceActionForm, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.desk.sources import (
    SourceDetails,
    SourceLine,
    VisitLine,
    must_be_ready,
    source_details,
    source_line,
    visit_line,
)
from service.render import page
from service.running import running
from store import queue, sources, visits
from store.errors import NotAllowedError, NotFoundError

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Context:
    """`one` is the source that was opened, with its visits; without it the page is the list."""

    desk: DeskFrame
    lines: tuple[SourceLine, ...]
    one: SourceDetails | None
    visits: tuple[VisitLine, ...]


@router.get("/redactie/bronnen")
def sources_page(request: Request) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="bronnen")
    with here.store.reading() as session:
        lines = [source_line(each, now) for each in sources.list_all(session)]
        # What needs a person stands first, then the rest by name.
        lines.sort(key=lambda line: (not line.ill, line.paused))
        context = Context(desk, tuple(lines), None, ())
    return page(request, "desk/sources", context)


@router.get("/redactie/bronnen/{key}")
def source_page(request: Request, key: str) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    _must_be_key(key)
    desk = desk_frame(request, who, now=now, nav="bronnen")
    with here.store.reading() as session:
        source = sources.get(session, key)
        context = Context(
            desk=desk,
            lines=(),
            one=source_details(source, now),
            visits=tuple(visit_line(each) for each in visits.recent(session, source.id)),
        )
    return page(request, "desk/sources", context)


@router.post("/redactie/bronnen/{key}")
def change_source(request: Request, key: str, posted: Fields) -> Response:
    """Pause, resume, start for the first time, or make it due now; the next tick of the metronome visits it."""
    require(request, *queue.MAY_DECIDE)
    here = running(request)
    _must_be_key(key)
    form = parse(SourceActionForm, posted)
    messages = {"pauze": "bron-pauze", "verder": "bron-verder", "nu": "bron-nu", "start": "bron-start"}
    if form.action not in messages:
        raise NotAllowedError("Deze knop kennen we niet. Open de pagina opnieuw.")
    now = here.clock()
    with here.store.writing() as session:
        if form.action != "pauze":
            contact = here.settings.crawl.contact
            must_be_ready(sources.get(session, key), ticked=form.gecontroleerd, contact=contact)
        if form.action == "start":
            sources.set_checked(session, key, now=now)
        elif form.action == "nu":
            sources.set_due(session, key, now=now)
        else:
            sources.set_paused(session, key, paused=form.action == "pauze", now=now)
    return RedirectResponse(f"/redactie/bronnen/{key}?melding={messages[form.action]}", status_code=303)


def _must_be_key(key: str) -> None:
    if not (key.isascii() and key.replace("-", "").isalnum()):
        raise NotFoundError("There is no source with this key.")
