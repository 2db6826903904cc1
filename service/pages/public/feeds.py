"""`/nieuws.rss`, `/nieuws.atom`, `/nieuws.json`: the news list for feed readers, with the filters of the page.

Every one of them says what was withdrawn lately, whatever its filter: a filter must not tell what that was about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import feeds
from service.feeds import Channel
from service.filters import chosen
from service.pages.errors import error_page
from service.running import running
from store import published, tombstones
from store.published import PublicItem
from store.tombstones import Tombstone

router = APIRouter()

FEED_ITEMS = 50
Builder = Callable[[Channel, Sequence[PublicItem], Sequence[Tombstone]], bytes]


@router.get("/nieuws.rss")
def rss(request: Request) -> Response:
    return _feed(request, feeds.rss, "application/rss+xml; charset=utf-8")


@router.get("/nieuws.atom")
def atom(request: Request) -> Response:
    return _feed(request, feeds.atom, "application/atom+xml; charset=utf-8")


@router.get("/nieuws.json")
def json_feed(request: Request) -> Response:
    return _feed(request, feeds.json_feed, "application/feed+json; charset=utf-8")


def _feed(request: Request, build: Builder, kind: str) -> Response:
    asked = chosen(request.query_params)
    if asked.problem:
        return error_page(request, 400, asked.problem)
    here = running(request)
    now = here.clock()
    with here.store.public() as connection:
        items = published.news(connection, asked.wanted, now, limit=FEED_ITEMS).items
        gone = tombstones.articles(connection, now)
    base = here.settings.base_url
    query = f"?{asked.query}" if asked.query else ""
    channel = Channel(
        title=f"{here.settings.site.name}: nieuws",
        description="Nieuws uit de regio, gelezen en goedgekeurd door de redactie.",
        base_url=base,
        url=f"{base}{request.url.path}{query}",
        page=f"{base}/nieuws{query}",
    )
    return Response(build(channel, items, gone), media_type=kind)
