"""`/redactie/bronnen/opml`: a list of sources in and out. Nothing is kept before somebody saw what would come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import opml
from service.desk.forms import Posted, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.opml_forms import AT_ONCE, ListLine, OpmlForm, chosen, lines_of, read_list
from service.desk.session import DeskRoute, require
from service.render import page
from service.running import running
from store import own, queue, sources
from store.accounts import SignedIn
from store.errors import NotAllowedError

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Context:
    """`new` can come in, `refused` cannot; `left` counts what is new and must wait for another time."""

    desk: DeskFrame
    new: tuple[ListLine, ...]
    refused: tuple[ListLine, ...]
    left: int
    looked: bool
    sentence: str


@router.get("/redactie/bronnen/opml")
def opml_page(request: Request) -> Response:
    return _page(request, require(request, *queue.MAY_DECIDE))


@router.get("/redactie/bronnen/opml/uit")
def write_out(request: Request) -> Response:
    """Every source as a file for another feed reader, or for another Signaal."""
    require(request)
    here = running(request)
    with here.store.reading() as session:
        feeds = [(each.name, each.url) for each in sources.list_all(session)]
    headers = {"Content-Disposition": 'attachment; filename="bronnen.opml"'}
    return Response(opml.written(here.settings.site.name, feeds), media_type="text/x-opml", headers=headers)


@router.post("/redactie/bronnen/opml")
def bring_in(request: Request, posted: Annotated[Posted, Depends(read_list)]) -> Response:
    """With `action=bekijk` the list is read and nothing stored; `bewaar` adds what was chosen, still to be checked."""
    who = require(request, *queue.MAY_DECIDE)
    here = running(request)
    try:
        form = parse(OpmlForm, posted)
        with here.store.reading() as session:
            known = {each.url for each in sources.list_all(session)}
        if form.action != "bewaar":
            return _page(request, who, lines_of(form.tekst, known))
        if not form.kies or len(form.kies) > AT_ONCE:
            raise NotAllowedError("Kies eerst welke bronnen je wilt bewaren.")
        with here.store.writing() as session:
            found = sources.list_all(session)
            taken, known = {each.key for each in found} | own.RESERVED, {each.url for each in found}
            for value in form.kies:
                new = chosen(value, taken)
                if new.url not in known:
                    sources.add(session, new, here.clock())
                    taken.add(new.key)
                    known.add(new.url)
    except NotAllowedError as error:
        return _page(request, who, sentence=error.sentence, status=422)
    return RedirectResponse("/redactie/bronnen?melding=bronnen-lijst", status_code=303)


def _page(
    request: Request, who: SignedIn, lines: list[ListLine] | None = None, *, sentence: str = "", status: int = 200
) -> Response:
    new = [each for each in lines or [] if not each.why]
    context = Context(
        desk=desk_frame(request, who, now=running(request).clock(), nav="bronnen"),
        new=tuple(new[:AT_ONCE]),
        refused=tuple(each for each in lines or [] if each.why),
        left=max(0, len(new) - AT_ONCE),
        looked=lines is not None,
        sentence=sentence,
    )
    return page(request, "desk/opml", context, status)
