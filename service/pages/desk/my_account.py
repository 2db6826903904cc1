"""`/redactie/mijn-account`: password, sessions and single keys of who is signed in. Every role, also readers."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.account_page import account_page
from service.desk.cookies import set_session
from service.desk.factor_forms import KeysForm, NewPasswordForm, SessionForm
from service.desk.forms import Fields, parse
from service.desk.session import ACCOUNT, DeskRoute, must_be_fresh, require_own
from service.running import running
from store import accounts, passwords
from store.errors import NotAllowedError, NotFoundError
from store.passwords import BusyError

router = APIRouter(route_class=DeskRoute)

BUSY = "Er zijn nu veel mensen tegelijk bezig. Probeer het over een paar tellen opnieuw."


@router.get(ACCOUNT)
def my_account(request: Request) -> Response:
    return account_page(request, require_own(request))


@router.post(f"{ACCOUNT}/wachtwoord")
def change_password(request: Request, posted: Fields) -> Response:
    """A new password. Every other session of the account ends, this one goes on with a new token (TRUST C6)."""
    who = require_own(request)
    here = running(request)
    must_be_fresh(who, here.clock(), "mijn-account")
    try:
        form = parse(NewPasswordForm, posted)
        passwords.must_be_fit(form.password, who.address)
        password_hash = passwords.hashed(form.password)
    except NotAllowedError as error:
        return account_page(request, who, sentence=error.sentence, status=422)
    except BusyError:
        return account_page(request, who, sentence=BUSY, status=503)
    now = here.clock()
    with here.store.writing() as session:
        accounts.set_password(session, who.account_id, password_hash, now=now)
        token = accounts.open_login(session, who.account_id, now=now, factor=who.factor)
    response = RedirectResponse(f"{ACCOUNT}?melding=wachtwoord-nieuw", status_code=303)
    set_session(response, here.settings, token)
    return response


@router.post(f"{ACCOUNT}/sessies")
def end_sessions(request: Request, posted: Fields) -> Response:
    """End one other session, or all of them. The own one ends by logging out."""
    who = require_own(request)
    form = parse(SessionForm, posted)
    here = running(request)
    now = here.clock()
    with here.store.writing() as session:
        if not form.sessie:
            accounts.end_logins(session, who.account_id, now=now, but=who.login_id)
        elif not accounts.end_one_login(session, who.account_id, form.sessie, now=now):
            raise NotFoundError(f"There is no open session {form.sessie} of this account.")
    return RedirectResponse(f"{ACCOUNT}?melding=sessie-dicht", status_code=303)


@router.post(f"{ACCOUNT}/toetsen")
def single_keys(request: Request, posted: Fields) -> Response:
    """Whether one key alone may do something in the queue (WCAG 2.1.4)."""
    who = require_own(request)
    form = parse(KeysForm, posted)
    here = running(request)
    with here.store.writing() as session:
        accounts.set_single_keys(session, who.account_id, form.single_keys)
    return RedirectResponse(f"{ACCOUNT}?melding=toetsen", status_code=303)
