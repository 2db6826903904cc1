"""`/agenda/{id}-{slug}`: one event: when, where, how to sign up, changed and cancelled states in words."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote_plus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.content import OwnHtml
from service.desk.markdown import to_html
from service.pages.views import EventLine, Frame, event_line
from service.render import frame, page
from service.running import running
from service.shown import shown_item
from store.errors import NotFoundError
from store.published import PublicItem

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`map_url` is a plain link to a map, empty without a place. `over` tells that the event has ended. `own` is
    the whole text of an event of our own.
    """

    frame: Frame
    line: EventLine
    excerpt: str
    own: OwnHtml
    source_name: str
    source_url: str
    map_url: str
    over: bool
    correction: str
    corrected_words: str


GONE = "Deze bijeenkomst staat niet meer op deze site. De redactie heeft haar weggehaald."
MAP = "https://www.openstreetmap.org/search?query="


@router.get("/agenda/{name}")
def show(request: Request, name: str) -> Response:
    item = shown_item(request, name, GONE)
    if item.event is None:
        raise NotFoundError(f"Item {item.id} is no event.")
    now = running(request).clock()
    line = event_line(item)
    if line.path != request.url.path:
        return RedirectResponse(line.path, 301)
    context = Context(
        frame=frame(request, "agenda"),
        line=line,
        excerpt=item.excerpt,
        own=to_html(item.body),
        source_name=item.source_name,
        source_url=item.url,
        map_url=_map_url(item),
        over=(item.event.ends_at or item.event.starts_at) < now,
        correction=item.correction,
        corrected_words=wording.date_words(item.corrected_at) if item.corrected_at else "",
    )
    return page(request, "event", context)


def _map_url(item: PublicItem) -> str:
    """A plain link to a map. Without a place in the text there is nothing to show."""
    place = item.event.place if item.event else None
    return MAP + quote_plus(place) if place else ""
