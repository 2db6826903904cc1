"""`/redactie/bronnen/toevoegen`: paste any address of a site, choose among what was found, and only then keep it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

import crawler
from service.desk.candidates import CandidateLine, candidate_lines, kept_choice
from service.desk.forms import Fields, SourceForm, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.desk.sources import must_be_address, new_source
from service.desk.wording import RIGHTS_NAMES, SOURCE_KIND_NAMES
from service.pages.views import Option
from service.render import page
from service.running import running
from store import own, queue, sources
from store.accounts import SignedIn
from store.errors import NotAllowedError
from store.values import CRAWLED, NETHERLANDS, PROVINCES, Rights

router = APIRouter(route_class=DeskRoute)

BROKEN = "Het zoeken lukte niet door een fout bij ons. Probeer het later opnieuw of waarschuw de beheerder."


@dataclass(frozen=True, slots=True)
class Context:
    """`found_sentence` is what the search says. Without a search it is empty; `candidates` may be an earlier choice."""

    desk: DeskFrame
    url: str
    name: str
    kinds: tuple[Option, ...]
    own_kind: bool
    regions: tuple[Option, ...]
    rights: tuple[Option, ...]
    sentence: str
    found_sentence: str
    candidates: tuple[CandidateLine, ...]


@router.get("/redactie/bronnen/toevoegen")
def add_page(request: Request) -> Response:
    return _page(request, require(request, *queue.MAY_DECIDE), SourceForm())


@router.post("/redactie/bronnen/toevoegen")
def add(request: Request, posted: Fields) -> Response:
    """With `action=zoek` the site is searched and nothing is stored; with `bewaar` the chosen source is added."""
    who = require(request, *queue.MAY_DECIDE)
    here = running(request)
    form = SourceForm()
    try:
        form = parse(SourceForm, posted)
        if form.action == "zoek":
            must_be_address(form.url.strip())
            return _search(request, who, form)
        with here.store.writing() as session:
            taken = {each.key for each in sources.list_all(session)} | own.RESERVED
            added = sources.add(session, new_source(form, taken), here.clock())
    except NotAllowedError as error:
        return _page(request, who, form, error.sentence, status=422)
    return RedirectResponse(f"/redactie/bronnen/{added.key}?melding=bron-bewaard", status_code=303)


def _search(request: Request, who: SignedIn, form: SourceForm) -> Response:
    """Search the site. What the best candidate is called fills in the name that was left empty."""
    here = running(request)
    try:
        found = crawler.discover(here.settings, form.url.strip(), now=here.clock())
    except crawler.CrawlFailedError:
        return _page(request, who, form, BROKEN, status=503)
    best = found.candidates[0].title if found.candidates else ""
    filled = form.model_copy(update={"name": form.name.strip() or best})
    return _page(request, who, filled, found=found)


def _page(
    request: Request,
    who: SignedIn,
    form: SourceForm,
    sentence: str = "",
    found: crawler.Discovered | None = None,
    status: int = 200,
) -> Response:
    here = running(request)
    context = Context(
        desk=desk_frame(request, who, now=here.clock(), nav="bronnen"),
        url=form.url,
        name=form.name,
        kinds=tuple(Option(kind.value, SOURCE_KIND_NAMES[kind], kind is form.kind) for kind in CRAWLED),
        own_kind=form.kind != "",
        regions=tuple(Option(name, name, name == form.region) for name in (NETHERLANDS, *PROVINCES)),
        rights=tuple(Option(each.value, RIGHTS_NAMES[each], each is form.rights) for each in Rights),
        sentence=sentence,
        found_sentence=found.sentence if found is not None else "",
        candidates=kept_choice(form.keuze) if found is None else candidate_lines(found.candidates, form.keuze),
    )
    return page(request, "desk/add_source", context, status)
