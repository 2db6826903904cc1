"""`/redactie/mijn-account/bevestig`: show again who you are, before you change how you log in (ASVS 7.5.1).

It is a login like any other: the session gets a new token and a new beginning (TRUST C5).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.desk.cookies import pre_token
from service.desk.entering import ask_passkey, open_session, welcome
from service.desk.factor_forms import ConfirmForm, PasskeyForm
from service.desk.forms import EmptyForm, Fields, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import ACCOUNT, CONFIRM, DeskRoute, require_own, site_of
from service.render import page
from service.running import running
from store import accounts, attempts, factors, passkeys, passwords
from store.accounts import SignedIn
from store.passwords import BusyError

router = APIRouter(route_class=DeskRoute)

BACK = {"mijn-account": ACCOUNT, "accounts": "/redactie/accounts"}
WRONG = "Dit wachtwoord klopt niet. Probeer het opnieuw."
WRONG_PASSKEY = "Met deze passkey lukte het niet. Probeer het nog eens."
WAIT = "Er is te vaak een verkeerd wachtwoord geprobeerd. Wacht even en probeer het dan opnieuw."
BUSY = "Er zijn nu veel mensen tegelijk bezig. Probeer het over een paar tellen opnieuw."


@dataclass(frozen=True, slots=True)
class Context:
    """`back` is the key of the page to return to."""

    desk: DeskFrame
    back: str
    back_path: str
    has_password: bool
    has_passkey: bool
    sentence: str


@router.get(CONFIRM)
def confirm_page(request: Request) -> Response:
    return _page(request, require_own(request), request.query_params.get("naar", ""))


@router.post(CONFIRM)
def confirm(request: Request, posted: Fields) -> Response:
    who = require_own(request)
    here = running(request)
    form = parse(ConfirmForm, posted)
    with here.store.writing() as session:
        # A counter of its own: whoever took over an open session has five tries, and locks nobody out of the door.
        device = f"session {who.login_id}"
        attempt = attempts.begin(session, who.address, device, now=here.clock(), secrets=here.secrets)
    if attempt.refused is not None:
        return _page(request, who, form.naar, WAIT, 429)
    try:
        fits = passwords.matches(attempt.password_hash, form.password)
    except BusyError:
        with here.store.writing() as session:
            attempts.forget_one(session, attempt)
        return _page(request, who, form.naar, BUSY, 503)
    if not fits:
        return _page(request, who, form.naar, WRONG, 422)
    with here.store.writing() as session:
        if not accounts.able(session, attempt.account_id, attempt.password_hash):
            return _page(request, who, form.naar, WRONG, 422)
        attempts.forget(session, attempt.key, who.account_id)
        # How the session began stays true: a password alone makes it no better.
        token = open_session(request, session, who.account_id, who.factor)
    return welcome(request, who.address, token, BACK.get(form.naar, ACCOUNT))


@router.post(f"{CONFIRM}/vraag")
def passkey_question(request: Request, posted: Fields) -> Response:
    who = require_own(request)
    parse(EmptyForm, posted)
    return ask_passkey(request, site_of(running(request).settings), who.account_id)


@router.post(f"{CONFIRM}/passkey")
def confirm_by_passkey(request: Request, posted: Fields) -> Response:
    who = require_own(request)
    here = running(request)
    form = parse(PasskeyForm, posted)
    site = site_of(here.settings)
    with here.store.writing() as session:
        found = passkeys.answer_login(
            session, pre_token(request), form.credential, site, now=here.clock(), secrets=here.secrets
        )
        mine = found is not None and found.account_id == who.account_id
        token = open_session(request, session, who.account_id, "passkey") if mine else ""
    if not mine:
        return _page(request, who, form.naar, WRONG_PASSKEY, 422)
    return welcome(request, who.address, token, BACK.get(form.naar, ACCOUNT))


def _page(request: Request, who: SignedIn, back: str, sentence: str = "", status: int = 200) -> Response:
    here = running(request)
    desk = desk_frame(request, who, now=here.clock(), nav="mijn-account")
    with here.store.reading() as session:
        have = factors.of(session, who.account_id)
    known = back if back in BACK else "mijn-account"
    context = Context(
        # The notice about the second step says what this page is on the way to.
        desk=replace(desk, factor_words=""),
        back=known,
        back_path=BACK[known],
        has_password=have.has_password,
        has_passkey=have.passkeys > 0,
        sentence=sentence,
    )
    return page(request, "desk/confirm", context, status)
