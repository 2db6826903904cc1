"""`/redactie`: the queue on the left, one item on the right. With `stapel=1` the pile."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.desk.frame import DeskFrame, QueuePlace, desk_frame, place_of
from service.desk.session import DeskRoute, require
from service.desk.views import ItemView, QueueLine, id_in, item_view, queue_line
from service.pages.views import Option
from service.render import page
from service.running import running
from store import dossier, queue
from store.errors import NotFoundError
from store.queue import SourceName
from store.values import PROVINCES, Form, Kind

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Filters:
    regions: tuple[Option, ...]
    forms: tuple[Option, ...]
    sources: tuple[Option, ...]
    kinds: tuple[Option, ...]
    query: str
    is_set: bool
    unknown: bool


@dataclass(frozen=True, slots=True)
class Context:
    """`item` is what stands on the right; `opened` says that the editor asked for it, which decides on a phone.

    `place` are the hidden fields that bring a verdict back to this place in the queue.
    """

    desk: DeskFrame
    pile: bool
    lines: tuple[QueueLine, ...]
    count_words: str
    filters: Filters
    clear_path: str
    first_path: str
    next_path: str
    item: ItemView | None
    opened: bool
    place: tuple[tuple[str, str], ...]


@router.get("/redactie")
def queue_page(request: Request) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    place = place_of(request.query_params)
    asked = _asked_item(request)
    desk = desk_frame(request, who, now=now, nav="stapel" if place.wanted.pile else "rij")
    with here.store.reading() as session:
        found = queue.waiting(session, place.wanted, now=now, after=place.after)
        first = found.lines[0].item_id if found.lines else None
        chosen = first if asked is None else asked
        item = None
        if chosen is not None:
            try:
                item = item_view(dossier.read(session, chosen, now=now), now=now)
            except NotFoundError:
                if asked is not None:
                    raise
        context = Context(
            desk=desk,
            pile=place.wanted.pile,
            lines=tuple(
                queue_line(line, place.path(line.item_id), current=line.item_id == chosen, now=now)
                for line in found.lines
            ),
            count_words=wording.count_words(queue.count(session, place.wanted), "bericht", "berichten"),
            filters=_filters(place, queue.sources(session)),
            clear_path="/redactie?stapel=1" if place.wanted.pile else "/redactie",
            first_path=QueuePlace(place.wanted).path() if place.after else "",
            next_path=QueuePlace(place.wanted, found.next_cursor).path() if found.next_cursor else "",
            item=item,
            opened=asked is not None,
            place=tuple(place.fields().items()),
        )
    return page(request, "desk/queue", context)


def _asked_item(request: Request) -> int | None:
    text = request.query_params.get("item", "")
    if not text:
        return None
    number = id_in(text)
    if number is None:
        raise NotFoundError("The address names no item.")
    return number


def _filters(place: QueuePlace, known: tuple[SourceName, ...]) -> Filters:
    wanted = place.wanted
    fields = place.fields()
    return Filters(
        regions=tuple(Option(name, name, name == wanted.province) for name in PROVINCES),
        forms=tuple(Option(form.value, wording.FORM_NAMES[form], form is wanted.form) for form in Form),
        sources=tuple(Option(each.key, each.name, each.key == wanted.source_key) for each in known),
        kinds=tuple(Option(kind.value, wording.KIND_NAMES[kind], kind is wanted.kind) for kind in Kind),
        query=wanted.query,
        is_set=bool({"regio", "vorm", "bron", "soort", "q"} & fields.keys()),
        unknown=place.unknown,
    )
