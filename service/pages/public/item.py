"""`/nieuws/{id}-{slug}`: one item: title, source, date, excerpt, link to the source, the form it belongs to, help."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.content import OwnHtml
from service.desk.markdown import to_html
from service.pages.case_views import CaseLine, case_line
from service.pages.views import FormCard, Frame, NewsLine, event_line, form_cards, news_line
from service.render import frame, page, theme
from service.running import running
from service.shown import shown_item
from store import published_cases
from store.published import AlsoReported
from store.values import Kind

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`source_url` is empty when the editors publish without the link, `own` the whole of an article of our own.
    `others` told the same story, `definitions` explain the forms of the item.
    """

    frame: Frame
    line: NewsLine
    source_url: str
    is_own: bool
    own: OwnHtml
    correction: str
    others: tuple[AlsoReported, ...]
    definitions: tuple[FormCard, ...]
    case: CaseLine | None


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
    here = running(request)
    with here.store.public() as connection:
        case = published_cases.cases_of(connection, [item.id], here.clock()).get(item.id)
    context = Context(
        frame=frame(request, "nieuws"),
        line=line,
        source_url=item.url,
        is_own=item.is_own,
        own=to_html(item.body),
        correction=item.correction,
        others=item.also_reported,
        definitions=cards,
        case=case_line(case) if case else None,
    )
    return page(request, "item", context)
