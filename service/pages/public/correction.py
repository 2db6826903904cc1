"""`/correctie`: say that something on the site is not right, or must go. Without an account, a script or a cookie.

It takes no reports of trafficking and says so first. What somebody writes goes to the newsroom and nowhere else; the
answer repeats nothing of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.forms import LARGEST_ID, Fields, parse
from service.desk.request_forms import AskForm, cleaned, shown_again
from service.pages.errors import too_many
from service.pages.views import Frame, Option
from service.render import frame, page
from service.running import running
from service.throttle import CORRECTION, allowed
from store import requests
from store.errors import NotAllowedError
from store.requests import WORDS_LIMIT, Asked, RequestKind

router = APIRouter()

KIND_WORDS = {
    RequestKind.CORRECTION: "Er klopt iets niet. Pas het aan.",
    RequestKind.REMOVAL: "Dit moet weg van de site.",
}
SHORT = 300
_PATH = re.compile(r"^/?(?:nieuws|agenda)/(\d{1,9})(?:[-.].*)?$")


@dataclass(frozen=True, slots=True)
class Context:
    """The form, and what was typed when something is wrong with it; `problem` is then a sentence."""

    frame: Frame
    problem: str
    page: str
    kinds: tuple[Option, ...]
    words: str
    urgent: bool
    contact: str
    words_limit: int


@dataclass(frozen=True, slots=True)
class Done:
    """The same for everybody, whatever they sent."""

    frame: Frame


@router.get("/correctie")
def form(request: Request) -> Response:
    number = request.query_params.get("bericht", "")
    base = running(request).settings.base_url
    known = bool(number) and number.isascii() and number.isdigit() and len(number) <= len(str(LARGEST_ID))
    return _form(request, AskForm(pagina=f"{base}/nieuws/{int(number)}" if known else ""))


@router.post("/correctie")
def ask(request: Request, posted: Fields) -> Response:
    """Keep it for the newsroom. 303 to the same neutral page for everybody."""
    here = running(request)
    now = here.clock()
    typed = AskForm()
    try:
        typed = parse(AskForm, posted)
        address = cleaned(typed.pagina)
        asked = Asked(
            kind=typed.soort,
            urgent=typed.dringend,
            page=address,
            words=cleaned(typed.tekst) if len(typed.tekst) <= 2 * WORDS_LIMIT else typed.tekst,
            contact=cleaned(typed.antwoord),
            item_id=item_in(address),
        )
        requests.must_be_fit(asked)
        if not allowed(request, CORRECTION, now):
            return too_many(request)
        with here.store.writing() as session:
            requests.take_in(session, here.secrets, asked, now)
    except NotAllowedError as error:
        return _form(request, typed, error.sentence)
    return RedirectResponse("/correctie/verstuurd", status_code=303)


@router.get("/correctie/verstuurd")
def done(request: Request) -> Response:
    return page(request, "correction_done", Done(frame(request)))


def item_in(address: str) -> int | None:
    """The number of the item that somebody means: a number alone, or the address of its page."""
    text = address.strip().removeprefix("#")
    if text.isascii() and text.isdigit():
        number = text if len(text) < len(str(LARGEST_ID)) else ""
    else:
        try:
            found = _PATH.match(urlsplit(text).path)
        except ValueError:
            return None
        number = found[1] if found else ""
    return int(number) or None if number else None


def _form(request: Request, typed: AskForm, problem: str = "") -> Response:
    context = Context(
        frame=frame(request),
        problem=problem,
        page=shown_again(typed.pagina)[: requests.PAGE_LIMIT],
        kinds=tuple(Option(kind.value, words, kind is typed.soort) for kind, words in KIND_WORDS.items()),
        words=shown_again(typed.tekst),
        urgent=typed.dringend,
        contact=shown_again(typed.antwoord)[:SHORT],
        words_limit=WORDS_LIMIT,
    )
    return page(request, "correction", context, 422 if problem else 200)
