"""`/redactie/bronnen/toevoegen`: paste an address, try it out, and only then keep it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

import crawler
from service import wording
from service.desk.forms import Fields, SourceForm, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.desk.sources import must_be_address, new_source
from service.desk.views import outgoing
from service.desk.wording import RIGHTS_NAMES, SOURCE_KIND_NAMES
from service.pages.views import Option
from service.render import page
from service.running import running
from store import queue, sources
from store.accounts import SignedIn
from store.errors import NotAllowedError
from store.values import NETHERLANDS, PROVINCES, Rights, SourceKind

router = APIRouter(route_class=DeskRoute)

BROKEN = "Het proefbezoek lukte niet door een fout bij ons. Probeer het later opnieuw of waarschuw de beheerder."


@dataclass(frozen=True, slots=True)
class TriedLine:
    title: str
    when: str
    url: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What the source would bring in. `sentence` is that of the visit."""

    good: bool
    sentence: str
    lines: tuple[TriedLine, ...]
    more_words: str


@dataclass(frozen=True, slots=True)
class Context:
    desk: DeskFrame
    url: str
    name: str
    kinds: tuple[Option, ...]
    regions: tuple[Option, ...]
    rights: tuple[Option, ...]
    sentence: str
    tried: Tried | None


@router.get("/redactie/bronnen/toevoegen")
def add_page(request: Request) -> Response:
    return _page(request, require(request, *queue.MAY_DECIDE), SourceForm())


@router.post("/redactie/bronnen/toevoegen")
def add(request: Request, posted: Fields) -> Response:
    """With `action=probeer` the source is visited and shown, and nothing is stored; with `bewaar` it is added."""
    who = require(request, *queue.MAY_DECIDE)
    here = running(request)
    form = SourceForm()
    try:
        form = parse(SourceForm, posted)
        if form.action == "probeer":
            must_be_address(form.url.strip())
            return _try(request, who, form)
        with here.store.writing() as session:
            taken = {each.key for each in sources.list_all(session)}
            added = sources.add(session, new_source(form, taken), here.clock())
    except NotAllowedError as error:
        return _page(request, who, form, error.sentence, status=422)
    return RedirectResponse(f"/redactie/bronnen/{added.key}?melding=bron-bewaard", status_code=303)


def _try(request: Request, who: SignedIn, form: SourceForm) -> Response:
    """Visit the address once. What it turns out to be fills in what was left empty."""
    here = running(request)
    try:
        found = crawler.try_source(here.settings, form.url.strip(), kind=form.kind or None, now=here.clock())
    except crawler.CrawlFailedError:
        return _page(request, who, form, BROKEN, status=503)
    more = found.entries - len(found.first)
    tried = Tried(
        good=found.outcome.good,
        sentence=found.sentence,
        lines=tuple(
            TriedLine(
                each.title or "(zonder titel)",
                wording.moment_words(each.published_at) if each.published_at else "zonder datum",
                outgoing(each.url),
            )
            for each in found.first
        ),
        more_words=f"en nog {wording.count_words(more, 'bericht', 'berichten')}" if more > 0 else "",
    )
    filled = form.model_copy(update={"kind": form.kind or found.kind or "", "name": form.name.strip() or found.title})
    return _page(request, who, filled, tried=tried)


def _page(
    request: Request,
    who: SignedIn,
    form: SourceForm,
    sentence: str = "",
    tried: Tried | None = None,
    status: int = 200,
) -> Response:
    here = running(request)
    context = Context(
        desk=desk_frame(request, who, now=here.clock(), nav="bronnen"),
        url=form.url,
        name=form.name,
        kinds=tuple(Option(kind.value, SOURCE_KIND_NAMES[kind], kind is form.kind) for kind in SourceKind),
        regions=tuple(Option(name, name, name == form.region) for name in (NETHERLANDS, *PROVINCES)),
        rights=tuple(Option(each.value, RIGHTS_NAMES[each], each is form.rights) for each in Rights),
        sentence=sentence,
        tried=tried,
    )
    return page(request, "desk/add_source", context, status)
