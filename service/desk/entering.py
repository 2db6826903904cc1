"""The last step of every way in: a new session, and a browser that is known from now on."""

from __future__ import annotations

import secrets as random
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.cookies import (
    clear_pre,
    cookie_name,
    device_for,
    known_device,
    pre_token,
    session_token,
    set_device,
    set_pre,
    set_session,
)
from service.desk.session import grace_of
from service.running import running
from service.throttle import PASSKEY_QUESTIONS, allowed
from store import accounts, challenges, passkeys
from store.challenges import Kind
from store.passkeys import Site


def open_session(request: Request, session: Any, account_id: int, factor: str) -> str:
    """A new session of this account. Whoever logs in again leaves no older one in this browser behind (TRUST C5)."""
    here = running(request)
    now = here.clock()
    accounts.end_login(session, session_token(request), now=now)
    return accounts.open_login(session, account_id, now=now, factor=factor, grace=grace_of(here.settings))


def welcome(request: Request, address: str, token: str, path: str = "/redactie") -> Response:
    """303 into the newsroom with the new session."""
    here = running(request)
    response = RedirectResponse(path, status_code=303)
    set_session(response, here.settings, token)
    number = known_device(request, address) or random.token_urlsafe(16)
    set_device(response, here.settings, device_for(here, address, number))
    if cookie_name(here.settings).pre in request.cookies:
        clear_pre(response, here.settings)
    return response


def too_many_questions() -> Response:
    """429 with a sentence that the page shows."""
    sentence = "Vanaf dit netwerk is te vaak om een passkey gevraagd. Probeer het over een uur opnieuw."
    return Response(sentence, status_code=429, headers={"Retry-After": "3600"}, media_type="text/plain")


def ask_passkey(request: Request, site: Site, account_id: int | None = None) -> Response:
    """The question to answer with a passkey, as JSON. Asking it does not end a login that waits for its second step."""
    here = running(request)
    now = here.clock()
    if not allowed(request, PASSKEY_QUESTIONS, now):
        return too_many_questions()
    with here.store.writing() as session:
        token = pre_token(request)
        if challenges.find(session, Kind.SECOND_FACTOR, token, now=now) is None:
            token = challenges.new_token()
        question = passkeys.ask_login(session, token, site, now=now, account_id=account_id)
    response = Response(question, media_type="application/json")
    set_pre(response, here.settings, token)
    return response
