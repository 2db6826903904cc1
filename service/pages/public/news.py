"""`/nieuws`: approved news, newest first, with a plain form for the filters and stable paging."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.filters import FORM_WORDS, Chosen, chosen
from service.pages.views import Frame, NewsLine, Option, news_line
from service.render import frame, page
from service.running import running
from service.wording import FORM_NAMES, slug
from store import published
from store.published import Cursor
from store.values import PROVINCES

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for, as it stands in the form fields. `since` and `until` are ISO dates or empty."""

    regions: tuple[Option, ...]
    forms: tuple[Option, ...]
    sources: tuple[Option, ...]
    since: str
    until: str
    query: str
    active: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """`next_path` leads to older news, `first_path` back to the newest; both are empty where there is nothing.

    `feed_path` is the RSS feed with the same filters.
    """

    frame: Frame
    lines: tuple[NewsLine, ...]
    filters: Filters
    next_path: str
    first_path: str
    feed_path: str


PAGE_LINES = 20


@router.get("/nieuws")
def show(request: Request) -> Response:
    asked = chosen(request.query_params)
    behind = request.query_params.get("na", "")
    after = Cursor.parse(behind) if behind else None
    here = running(request)
    now = here.clock()
    with here.store.public() as connection:
        found = published.news(connection, asked.wanted, now, after=after, limit=PAGE_LINES)
        sources = published.sources(connection, now)
    problem = asked.problem or ("Deze bladzijde kennen we niet. Dit is het nieuwste." if behind and not after else "")
    context = Context(
        frame=frame(request, "nieuws"),
        lines=tuple(news_line(item) for item in found.items),
        filters=_filters(asked, sources, problem),
        next_path=_path("/nieuws", asked.query, f"na={found.next}") if found.next else "",
        first_path=_path("/nieuws", asked.query) if after else "",
        feed_path=_path("/nieuws.rss", asked.query),
    )
    return page(request, "news", context, 400 if problem else 200)


def _filters(asked: Chosen, sources: tuple[tuple[str, str], ...], problem: str) -> Filters:
    return Filters(
        regions=tuple(Option(slug(name), name, slug(name) == asked.regio) for name in PROVINCES),
        forms=tuple(Option(word, FORM_NAMES[form], word == asked.vorm) for form, word in FORM_WORDS.items()),
        sources=tuple(Option(key, name, key == asked.bron) for key, name in sources),
        since=asked.van,
        until=asked.tot,
        query=asked.q,
        active=bool(asked.query),
        problem=problem,
    )


def _path(path: str, *queries: str) -> str:
    query = "&".join(part for part in queries if part)
    return f"{path}?{query}" if query else path
