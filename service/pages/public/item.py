"""`/nieuws/{id}-{slug}`: one item: title, source, date, excerpt, link to the source, the form it belongs to, help."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.pages.views import FormCard, Frame, NewsLine, event_line, form_cards, news_line
from service.render import frame, page, theme
from service.shown import shown_item
from store.published import AlsoReported
from store.values import Kind

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`source_url` is empty when the editors publish without the link. `others` told the same story, `definitions`
    explain the forms of the item.
    """

    frame: Frame
    line: NewsLine
    source_url: str
    correction: str
    others: tuple[AlsoReported, ...]
    definitions: tuple[FormCard, ...]


GONE = "Dit bericht staat niet meer op deze site. De redactie heeft het weggehaald."


@router.get("/nieuws/{name}")
def show(request: Request, name: str) -> Response:
    item = shown_item(request, name, GONE)
    line = news_line(item)
    right = event_line(item).path if item.kind is Kind.EVENT else line.path
    if right != request.url.path:
        return RedirectResponse(right, 301)
    forms = {mark.key for mark in line.forms}
    cards = tuple(card for card in form_cards(theme(request).pages["wat-is-mensenhandel"]) if card.key in forms)
    return page(
        request, "item", Context(frame(request, "nieuws"), line, item.url, item.correction, item.also_reported, cards)
    )
