"""`/redactie/filters`: the filters of the queue that an editor gave a name, to open, keep and remove."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.forms import Fields, ItemId, parse
from service.desk.frame import DeskFrame, desk_frame, place_of
from service.desk.queue_forms import RemoveFilterForm, SaveFilterForm
from service.desk.session import DeskRoute, require
from service.render import page
from service.running import running
from store import queue, saved_filters
from store.accounts import SignedIn
from store.errors import NotAllowedError

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class FilterLine:
    id: int
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Context:
    """`sentence` says why a filter was not kept."""

    desk: DeskFrame
    lines: tuple[FilterLine, ...]
    at_most: int
    sentence: str
    back_path: str


@router.get("/redactie/filters")
def filters_page(request: Request) -> Response:
    return _page(request, require(request))


@router.post("/redactie/filters")
def save(request: Request, posted: Fields) -> Response:
    """Keep what the queue is filtered by now under a name, and go back there."""
    who = require(request, *queue.MAY_DECIDE)
    form = parse(SaveFilterForm, posted)
    place = place_of(form)
    try:
        with running(request).store.writing() as session:
            saved_filters.save(session, who.account_id, form.name, urlencode(place.filters()))
    except NotAllowedError as error:
        return _page(request, who, error.sentence, place.path(), 422)
    return RedirectResponse(place.path(message="filter-bewaard"), status_code=303)


@router.post("/redactie/filters/{item_id}/weg")
def remove(request: Request, item_id: ItemId, posted: Fields) -> Response:
    """Remove one of one's own; another's does not exist here."""
    who = require(request, *queue.MAY_DECIDE)
    parse(RemoveFilterForm, posted)
    with running(request).store.writing() as session:
        saved_filters.remove(session, who.account_id, item_id)
    return RedirectResponse("/redactie/filters?melding=filter-weg", status_code=303)


def _page(
    request: Request, who: SignedIn, sentence: str = "", back_path: str = "/redactie", status: int = 200
) -> Response:
    here = running(request)
    desk = desk_frame(request, who, now=here.clock(), nav="rij")
    with here.store.reading() as session:
        saved = saved_filters.of_account(session, who.account_id)
    # What is kept goes through the same reading as an address that somebody typed.
    lines = tuple(FilterLine(each.id, each.name, place_of(dict(parse_qsl(each.query))).path()) for each in saved)
    return page(request, "desk/filters", Context(desk, lines, saved_filters.AT_MOST, sentence, back_path), status)
