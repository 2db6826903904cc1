"""`/`: what trafficking is and its three forms, figures, latest news, agenda, first questions, partners, help."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.content import OwnHtml, Section
from service.pages.views import EventLine, FormCard, Frame, NewsLine, event_line, form_cards, news_line
from service.render import frame, page, theme
from service.running import running
from store import published
from store.published import NewsFilter
from store.settings import Partner

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`definition` is the lead of `wat-is-mensenhandel`, `figure` the part `schatting` of `cijfers`.

    `questions` are the first parts of `veelgestelde-vragen`; the cards carry the first paragraph of each form.
    """

    frame: Frame
    definition: OwnHtml
    forms: tuple[FormCard, ...]
    news: tuple[NewsLine, ...]
    events: tuple[EventLine, ...]
    figure: OwnHtml
    questions: tuple[Section, ...]
    partners: tuple[Partner, ...]


NEWS_LINES = 8
EVENT_LINES = 4
QUESTIONS = 4


@router.get("/")
def show(request: Request) -> Response:
    here = running(request)
    now = here.clock()
    with here.store.public() as connection:
        news = published.news(connection, NewsFilter(), now, limit=NEWS_LINES).items
        events = published.events(connection, NewsFilter(), now, limit=EVENT_LINES)
    pages = theme(request).pages
    context = Context(
        frame=frame(request),
        definition=pages["wat-is-mensenhandel"].lead,
        forms=form_cards(pages["wat-is-mensenhandel"]),
        news=tuple(news_line(item) for item in news),
        events=tuple(event_line(item) for item in events),
        figure=pages["cijfers"].section("schatting").html,
        questions=pages["veelgestelde-vragen"].sections[:QUESTIONS],
        partners=here.settings.site.partners,
    )
    return page(request, "home", context)
