"""`/tip`: propose an article or an event. It becomes an item that waits for an editor as every other does.

It takes no reports of trafficking and says so first. Nothing that somebody links to is fetched.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.forms import Fields, parse
from service.desk.request_forms import TipForm, shown_again
from service.pages.errors import too_many
from service.pages.views import Frame
from service.render import frame, page
from service.running import running
from service.throttle import TIP, allowed
from service.tipping import TEXT_LIMIT, tip_of
from store import tips
from store.addresses import normal_form
from store.errors import NotAllowedError

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """The form, and what was typed when something is wrong with it; `problem` is then a sentence."""

    frame: Frame
    problem: str
    link: str
    title: str
    words: str
    day: str
    begins: str
    ends: str
    place: str
    organisation: str
    contact: str
    words_limit: int


@dataclass(frozen=True, slots=True)
class Done:
    """The same for everybody, whatever they sent."""

    frame: Frame


@router.get("/tip")
def form(request: Request) -> Response:
    return _form(request, TipForm())


@router.post("/tip")
def propose(request: Request, posted: Fields) -> Response:
    """Let it wait for an editor. 303 to the same neutral page for everybody."""
    here = running(request)
    now = here.clock()
    typed = TipForm()
    try:
        typed = parse(TipForm, posted)
        item, sender = tip_of(typed, now)
        if sender.contact:
            normal_form(sender.contact)
        if not allowed(request, TIP, now):
            return too_many(request)
        with here.store.writing() as session:
            tips.take_in(session, here.secrets, item, sender, now)
    except NotAllowedError as error:
        return _form(request, typed, error.sentence)
    return RedirectResponse("/tip/verstuurd", status_code=303)


@router.get("/tip/verstuurd")
def done(request: Request) -> Response:
    return page(request, "tip_done", Done(frame(request)))


def _form(request: Request, typed: TipForm, problem: str = "") -> Response:
    short = {name: shown_again(value)[:500] for name, value in typed.model_dump().items()}
    context = Context(
        frame=frame(request),
        problem=problem,
        link=shown_again(typed.link)[:2000],
        title=short["titel"],
        words=shown_again(typed.tekst),
        day=short["datum"],
        begins=short["begin"],
        ends=short["einde"],
        place=short["waar"],
        organisation=short["organisatie"],
        contact=short["antwoord"],
        words_limit=TEXT_LIMIT,
    )
    return page(request, "tip", context, 422 if problem else 200)
