"""`/redactie/inloggen` and logging out."""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.forms import EmptyForm, Fields, LoginForm, parse
from service.desk.frame import MESSAGES
from service.desk.session import (
    LOGIN,
    DeskRoute,
    clear_session,
    cookie_name,
    require,
    set_device,
    set_session,
)
from service.render import page
from service.running import Running, running
from service.throttle import LOGIN as LOGIN_LIMIT
from service.throttle import allowed
from store import accounts, passwords
from store.addresses import ADDRESS_LIMIT
from store.errors import NotAllowedError
from store.passwords import BusyError

router = APIRouter(route_class=DeskRoute)

WRONG = "Dit adres en dit wachtwoord horen niet bij elkaar. Controleer beide en probeer het opnieuw."
TOO_MANY = "Vanaf dit netwerk is het afgelopen uur te vaak geprobeerd in te loggen. Probeer het over een uur opnieuw."
BUSY = "Er loggen nu veel mensen tegelijk in. Probeer het over een paar tellen opnieuw."


@dataclass(frozen=True, slots=True)
class Context:
    """`sentence` says what went wrong, `message` what went well; both may be empty."""

    site_name: str
    address: str
    sentence: str
    message: str


@router.get(LOGIN)
def login_page(request: Request) -> Response:
    return _form(request, message=MESSAGES.get(request.query_params.get("melding", ""), ""))


@router.post(LOGIN)
def log_in(request: Request, posted: Fields) -> Response:
    """Address and password. The same work, the same answer and the same waiting for an address without an account."""
    here = running(request)
    try:
        form = parse(LoginForm, posted)
    except NotAllowedError as error:
        return _form(request, sentence=error.sentence, status=422)
    now = here.clock()
    device = _known_device(request, form.address)
    if not device and not allowed(request, LOGIN_LIMIT, now):
        return _form(request, form.address, TOO_MANY, status=429, headers={"Retry-After": "3600"})
    with here.store.writing() as session:
        attempt = accounts.begin_attempt(session, form.address, device, now=now, secrets=here.secrets)
    if attempt.wait_seconds:
        headers = {"Retry-After": str(attempt.wait_seconds)}
        return _form(request, form.address, _wait_sentence(attempt.wait_seconds), status=429, headers=headers)
    try:
        fits = passwords.matches(attempt.password_hash, form.password)
    except BusyError:
        with here.store.writing() as session:
            accounts.forget_attempt(session, attempt)
        return _form(request, form.address, BUSY, status=503)
    token = None
    if fits:
        with here.store.writing() as session:
            token = accounts.log_in(session, attempt, now=here.clock())
            # Whoever logs in again leaves no older session of this browser behind (TRUST C5).
            accounts.end_login(session, request.cookies.get(cookie_name(here.settings).session, ""), now=now)
    if token is None:
        return _form(request, form.address, WRONG, status=422)
    response = RedirectResponse("/redactie", status_code=303)
    set_session(response, here.settings, token)
    set_device(response, here.settings, _device(here, form.address, device or random.token_urlsafe(16)))
    return response


@router.post("/redactie/uitloggen")
def log_out(request: Request, posted: Fields) -> Response:
    require(request)
    parse(EmptyForm, posted)
    here = running(request)
    with here.store.writing() as session:
        accounts.end_login(session, request.cookies[cookie_name(here.settings).session], now=here.clock())
    response = RedirectResponse(LOGIN + "?melding=uitgelogd", status_code=303)
    clear_session(response, here.settings)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _form(
    request: Request,
    address: str = "",
    sentence: str = "",
    message: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    context = Context(running(request).settings.site.name, address[:ADDRESS_LIMIT], sentence, message)
    return page(request, "desk/login", context, status, headers)


def _wait_sentence(seconds: int) -> str:
    if seconds <= 60:  # noqa: PLR2004
        return f"Er is te vaak een verkeerd wachtwoord geprobeerd. Wacht {seconds} seconden en probeer het dan opnieuw."
    minutes = -(-seconds // 60)
    return f"Er is te vaak een verkeerd wachtwoord geprobeerd. Wacht {minutes} minuten en probeer het dan opnieuw."


def _device(here: Running, address: str, device: str) -> str:
    """What a browser shows later: its own number, signed for this one address."""
    return here.secrets.sign(f"device of {accounts.normal_address(address)}", device)


def _known_device(request: Request, address: str) -> str:
    """The number of a browser that logged in to this account before, "" for any other."""
    here = running(request)
    shown = request.cookies.get(cookie_name(here.settings).device, "")
    normal = accounts.normal_address(address)
    if not shown or normal is None or len(shown) > 200:  # noqa: PLR2004
        return ""
    return here.secrets.unsign(f"device of {normal}", shown) or ""
