"""`/agenda`: events, upcoming first, then those that are over."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.filters import chosen
from service.pages.views import EventLine, Frame, event_line
from service.render import frame, page
from service.running import running
from store import published

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`calendar_path` is the outgoing calendar with the same choice of region, the neutral one shows no titles.

    `problem` is a sentence about what was asked and not understood, or empty.
    """

    frame: Frame
    upcoming: tuple[EventLine, ...]
    past: tuple[EventLine, ...]
    calendar_path: str
    neutral_calendar_path: str
    problem: str = ""


PAST_LINES = 10


@router.get("/agenda")
def show(request: Request) -> Response:
    asked = chosen(request.query_params)
    here = running(request)
    now = here.clock()
    with here.store.public() as connection:
        upcoming = published.events(connection, asked.wanted, now)
        past = published.events(connection, asked.wanted, now, limit=PAST_LINES, past=True)
    context = Context(
        frame=frame(request, "agenda"),
        upcoming=tuple(event_line(item) for item in upcoming),
        past=tuple(event_line(item) for item in past),
        calendar_path=f"/agenda.ics?{asked.query}" if asked.query else "/agenda.ics",
        neutral_calendar_path=f"/agenda.ics?{asked.query}&neutraal=1" if asked.query else "/agenda.ics?neutraal=1",
        problem=asked.problem,
    )
    return page(request, "agenda", context, 400 if asked.problem else 200)
