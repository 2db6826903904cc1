"""`/redactie/mijn-account/app`: codes of an app as the second step, and the recovery codes for when it is lost."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace

import segno
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.account_page import account_page, must_keep_one
from service.desk.factor_forms import CodeForm
from service.desk.forms import EmptyForm, Fields, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import ACCOUNT, DeskRoute, must_be_fresh, require_own
from service.render import page
from service.running import running
from store import attempts, factors, totp
from store.accounts import SignedIn
from store.errors import NotAllowedError, NotFoundError

router = APIRouter(route_class=DeskRoute)

APP = f"{ACCOUNT}/app"
WRONG = "Deze code klopt niet. Kijk of de tijd op je telefoon goed staat en typ de code die de app nu laat zien."
TOO_OFTEN = "Er is te vaak een verkeerde code getypt. Wacht tien minuten en begin dan opnieuw."


@dataclass(frozen=True, slots=True)
class Context:
    """`secret` in groups of four, for who cannot scan the picture."""

    desk: DeskFrame
    secret: str
    sentence: str


@router.post(APP)
def begin(request: Request, posted: Fields) -> Response:
    """Draw a secret. The app counts only after its first code was typed."""
    who = _fresh(request)
    parse(EmptyForm, posted)
    here = running(request)
    with here.store.writing() as session:
        factors.begin_app(session, who, now=here.clock(), secrets=here.secrets)
    return RedirectResponse(APP, status_code=303)


@router.get(APP)
def set_up(request: Request) -> Response:
    return _page(request, require_own(request))


@router.get(f"{APP}/beeld.svg")
def picture(request: Request) -> Response:
    """The secret as a picture for the app's camera. An image of its own: the content policy allows none in the page."""
    secret = _secret(request, require_own(request))
    if secret is None:
        raise NotFoundError("No app is being set up in this session.")
    here = running(request)
    who = require_own(request)
    drawn = io.BytesIO()
    address = totp.setup_address(secret, who.address, here.settings.site.name)
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", scale=6, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, xmldecl=False
    )
    return Response(drawn.getvalue(), media_type="image/svg+xml")


@router.post(f"{APP}/bevestig")
def confirm(request: Request, posted: Fields) -> Response:
    """The first code. Whoever has no recovery codes yet sees ten of them now."""
    who = _fresh(request)
    here = running(request)
    now = here.clock()
    form = parse(CodeForm, posted)
    with here.store.writing() as session:
        tries = attempts.count_code(session, f"app of session {who.login_id}", now)
        if tries > attempts.CODES_AT_MOST:
            return _page(request, who, TOO_OFTEN, 429)
        if not factors.confirm_app(session, who, form.code, now=now, secrets=here.secrets):
            return _page(request, who, WRONG, 422)
        codes = factors.first_codes(session, who, now=now, secrets=here.secrets)
    if codes:
        return account_page(request, who, codes=tuple(codes))
    return RedirectResponse(f"{ACCOUNT}?melding=app-nieuw", status_code=303)


@router.post(f"{APP}/weg")
def remove(request: Request, posted: Fields) -> Response:
    who = _fresh(request)
    parse(EmptyForm, posted)
    here = running(request)
    now = here.clock()
    try:
        with here.store.writing() as session:
            must = must_keep_one(factors.of(session, who.account_id), here.settings, now)
            factors.remove_app(session, who, now=now, must_keep_one=must)
    except NotAllowedError as error:
        return account_page(request, who, sentence=error.sentence, status=422)
    return RedirectResponse(f"{ACCOUNT}?melding=app-weg", status_code=303)


@router.post(f"{ACCOUNT}/herstelcodes")
def new_codes(request: Request, posted: Fields) -> Response:
    """Ten new recovery codes, shown once."""
    who = _fresh(request)
    parse(EmptyForm, posted)
    here = running(request)
    try:
        with here.store.writing() as session:
            codes = factors.new_codes(session, who, now=here.clock(), secrets=here.secrets)
    except NotAllowedError as error:
        return account_page(request, who, sentence=error.sentence, status=422)
    return account_page(request, who, codes=tuple(codes))


def _fresh(request: Request) -> SignedIn:
    who = require_own(request)
    must_be_fresh(who, running(request).clock(), "mijn-account")
    return who


def _secret(request: Request, who: SignedIn) -> str | None:
    here = running(request)
    with here.store.reading() as session:
        return factors.app_in_setup(session, who, now=here.clock(), secrets=here.secrets)


def _page(request: Request, who: SignedIn, sentence: str = "", status: int = 200) -> Response:
    secret = _secret(request, who)
    if secret is None:
        return RedirectResponse(ACCOUNT, status_code=303)
    desk = desk_frame(request, who, now=running(request).clock(), nav="mijn-account")
    context = Context(replace(desk, factor_words=""), " ".join(re.findall(".{1,4}", secret)), sentence)
    return page(request, "desk/app", context, status)
