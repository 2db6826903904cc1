"""`/redactie/inloggen` and logging out. A passkey first; else address and password, and then a second step."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.cookies import clear_session, known_device, pre_token, session_token, set_pre
from service.desk.entering import ask_passkey, open_session, welcome
from service.desk.factor_forms import PasskeyForm
from service.desk.forms import EmptyForm, Fields, LoginForm, parse
from service.desk.frame import MESSAGES
from service.desk.session import LOGIN, DeskRoute, require_own, site_of
from service.render import page
from service.running import running
from service.throttle import network_of
from store import accounts, attempts, challenges, factors, passkeys, passwords
from store.addresses import ADDRESS_LIMIT
from store.attempts import Attempted, Refused
from store.challenges import Kind
from store.errors import NotAllowedError
from store.passwords import BusyError

log = logging.getLogger("signaal")

router = APIRouter(route_class=DeskRoute)

CODE = "/redactie/inloggen/code"
WRONG = "Dit adres en dit wachtwoord horen niet bij elkaar. Controleer beide en probeer het opnieuw."
WRONG_PASSKEY = "Met deze passkey lukte inloggen niet. Probeer het nog eens, of log in met je wachtwoord."
TOO_MANY = "Vanaf dit netwerk is het afgelopen uur te vaak geprobeerd in te loggen. Probeer het over een uur opnieuw."
PASSKEY_ONLY = (
    "Er wordt nu heel vaak met een verkeerd wachtwoord geprobeerd in te loggen. "
    "Daarom kan inloggen een uur lang alleen met een passkey."
)
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
    device = known_device(request, form.address)
    with here.store.writing() as session:
        attempt = attempts.begin(
            session, form.address, device, network=network_of(request), now=here.clock(), secrets=here.secrets
        )
    if attempt.refused is not None:
        return _refused(request, form.address, attempt)
    try:
        fits = passwords.matches(attempt.password_hash, form.password)
    except BusyError:
        with here.store.writing() as session:
            attempts.forget_one(session, attempt)
        return _form(request, form.address, BUSY, status=503)
    response = _after_password(request, attempt, form.address) if fits else None
    return response or _form(request, form.address, WRONG, status=422)


def _after_password(request: Request, attempt: Attempted, address: str) -> Response | None:
    """In, or on to the second step. None when the account changed while the password was being checked."""
    here = running(request)
    now = here.clock()
    with here.store.writing() as session:
        account_id = attempt.account_id
        if account_id is None or not accounts.able(session, account_id, attempt.password_hash):
            return None
        attempts.forget_network(session, attempt)
        if factors.of(session, account_id).any:
            # The try stays counted until the second step succeeds: passwords give no new rounds of guessing codes.
            token = challenges.new_token()
            challenges.ask(session, Kind.SECOND_FACTOR, token, now=now, account_id=account_id, secret=attempt.key)
            response: Response = RedirectResponse(CODE, status_code=303)
            set_pre(response, here.settings, token)
            return response
        attempts.forget(session, attempt.key, account_id)
        token = open_session(request, session, account_id, "password")
    return welcome(request, address, token)


def _refused(request: Request, address: str, attempt: Attempted) -> Response:
    if attempt.refused is Refused.WAIT:
        seconds = attempt.wait_seconds
        return _form(request, address, _wait_sentence(seconds), 429, headers={"Retry-After": str(seconds)})
    if attempt.refused is Refused.EVERYBODY:
        log.warning("login: more than %s failures in an hour, only passkeys open a session now", attempts.PER_HOUR)
    sentence = PASSKEY_ONLY if attempt.refused is Refused.EVERYBODY else TOO_MANY
    return _form(request, address, sentence, 429, headers={"Retry-After": "3600"})


@router.post(f"{LOGIN}/passkey/vraag")
def passkey_question(request: Request, posted: Fields) -> Response:
    """What the browser needs to ask for a passkey, of whoever it is."""
    parse(EmptyForm, posted)
    return ask_passkey(request, site_of(running(request).settings))


@router.post(f"{LOGIN}/passkey")
def passkey_login(request: Request, posted: Fields) -> Response:
    here = running(request)
    try:
        form = parse(PasskeyForm, posted)
    except NotAllowedError as error:
        return _form(request, sentence=error.sentence, status=422)
    with here.store.writing() as session:
        found = passkeys.answer_login(
            session,
            pre_token(request),
            form.credential,
            site_of(here.settings),
            now=here.clock(),
            secrets=here.secrets,
        )
        token = open_session(request, session, found.account_id, "passkey") if found else ""
    return welcome(request, found.address, token) if found else _form(request, sentence=WRONG_PASSKEY, status=422)


@router.post("/redactie/uitloggen")
def log_out(request: Request, posted: Fields) -> Response:
    require_own(request)
    parse(EmptyForm, posted)
    here = running(request)
    with here.store.writing() as session:
        accounts.end_login(session, session_token(request), now=here.clock())
    response = RedirectResponse(LOGIN + "?melding=uitgelogd", status_code=303)
    clear_session(response, here.settings)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _form(
    request: Request,
    address: str = "",
    sentence: str = "",
    status: int = 200,
    *,
    message: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    context = Context(running(request).settings.site.name, address[:ADDRESS_LIMIT], sentence, message)
    return page(request, "desk/login", context, status, headers)


def _wait_sentence(seconds: int) -> str:
    if seconds <= 60:  # noqa: PLR2004
        return f"Er is te vaak een verkeerd wachtwoord geprobeerd. Wacht {seconds} seconden en probeer het dan opnieuw."
    minutes = -(-seconds // 60)
    return f"Er is te vaak een verkeerd wachtwoord geprobeerd. Wacht {minutes} minuten en probeer het dan opnieuw."
