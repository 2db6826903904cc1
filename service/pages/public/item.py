"""`/nieuws/{id}-{slug}`: one item: title, source, date, excerpt, link to the source, the form it belongs to, help."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.addresses import number_of
from service.pages.errors import error_page
from service.pages.views import FormCard, Frame, NewsLine, form_cards, news_line
from service.render import frame, page, theme
from service.running import running
from store import published
from store.errors import NotFoundError
from store.values import Kind

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`source_url` is empty when the editors publish without the link. `definitions` explain the forms of the item."""

    frame: Frame
    line: NewsLine
    source_url: str
    definitions: tuple[FormCard, ...]


GONE = "Dit bericht staat niet meer op deze site. De redactie heeft het weggehaald."


@router.get("/nieuws/{name}")
def show(request: Request, name: str) -> Response:
    item_id = number_of(name)
    here = running(request)
    now = here.clock()
    with here.store.public() as connection:
        item = published.item(connection, item_id, now)
        gone = item is None and published.is_gone(connection, item_id)
    if gone:
        return error_page(request, 410, GONE)
    if item is None:
        raise NotFoundError(f"Item {item_id} is not public.")
    line = news_line(item)
    if item.kind is Kind.EVENT or line.path != request.url.path:
        return RedirectResponse(
            line.path.replace("/nieuws/", "/agenda/") if item.kind is Kind.EVENT else line.path, 301
        )
    forms = {mark.key for mark in line.forms}
    cards = tuple(card for card in form_cards(theme(request).pages["wat-is-mensenhandel"]) if card.key in forms)
    return page(request, "item", Context(frame(request, "nieuws"), line, item.url, cards))
