"""`/redactie/inloggen/code`: the second step after a right password, a code of the app or a recovery code.

Five wrong codes in ten minutes end it, and the password is asked again (TRUST 4.4).
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.cookies import clear_pre, pre_token
from service.desk.entering import open_session, welcome
from service.desk.factor_forms import CodeForm
from service.desk.forms import Fields, parse
from service.desk.session import LOGIN, DeskRoute
from service.render import page
from service.running import running
from store import accounts, attempts, challenges, factors
from store.challenges import Kind
from store.errors import NotAllowedError
from store.factors import Factors

router = APIRouter(route_class=DeskRoute)

CODE = "/redactie/inloggen/code"
WRONG = "Deze code klopt niet, of hij is al gebruikt. Wacht op de volgende code en probeer die."


@dataclass(frozen=True, slots=True)
class Context:
    """`has_app`: codes of an app; `has_passkey`: a passkey would do as well."""

    site_name: str
    has_app: bool
    has_passkey: bool
    sentence: str


@router.get(CODE)
def code_page(request: Request) -> Response:
    return _form(request)


@router.post(CODE)
def enter(request: Request, posted: Fields) -> Response:
    here = running(request)
    now = here.clock()
    try:
        typed = parse(CodeForm, posted).code
    except NotAllowedError as error:
        return _form(request, error.sentence, 422)
    with here.store.writing() as session:
        asked = challenges.find(session, Kind.SECOND_FACTOR, pre_token(request), now=now)
        if asked is None or asked.account_id is None:
            return _again(request)
        tries = attempts.count_code(session, asked.key, now)
        used = factors.check(session, asked.account_id, typed, now=now, secrets=here.secrets)
        if used is not None and challenges.end(session, asked, now=now):
            attempts.forget(session, asked.secret, asked.account_id)
            token = open_session(request, session, asked.account_id, str(used))
            return welcome(request, accounts.address_of(session, asked.account_id), token)
        if tries >= attempts.CODES_AT_MOST:
            challenges.end(session, asked, now=now)
            return _again(request, "te-vaak")
    return _form(request, WRONG, 422)


def _form(request: Request, sentence: str = "", status: int = 200) -> Response:
    here = running(request)
    with here.store.reading() as session:
        asked = challenges.find(session, Kind.SECOND_FACTOR, pre_token(request), now=here.clock())
        have: Factors | None = factors.of(session, asked.account_id) if asked and asked.account_id else None
    if have is None:
        return _again(request)
    context = Context(here.settings.site.name, have.app, have.passkeys > 0, sentence)
    return page(request, "desk/code", context, status)


def _again(request: Request, message: str = "stap-weg") -> Response:
    response = RedirectResponse(f"{LOGIN}?melding={message}", status_code=303)
    clear_pre(response, running(request).settings)
    return response
