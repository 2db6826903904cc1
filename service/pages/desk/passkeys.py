"""`/redactie/mijn-account/passkeys`: add, name and take away the passkeys of who is signed in."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.account_page import account_page, must_keep_one
from service.desk.cookies import clear_pre, pre_token, set_pre
from service.desk.factor_forms import NameForm, NewPasskeyForm
from service.desk.forms import EmptyForm, Fields, ItemId, parse
from service.desk.session import ACCOUNT, DeskRoute, must_be_fresh, require_own, site_of
from service.running import running
from store import challenges, factors, passkeys
from store.errors import NotAllowedError

router = APIRouter(route_class=DeskRoute)

PASSKEYS = f"{ACCOUNT}/passkeys"


@router.post(f"{PASSKEYS}/vraag")
def question(request: Request, posted: Fields) -> Response:
    """What the browser needs to make a passkey for this account."""
    who = require_own(request)
    parse(EmptyForm, posted)
    here = running(request)
    now = here.clock()
    must_be_fresh(who, now, "mijn-account")
    token = challenges.new_token()
    with here.store.writing() as session:
        site = site_of(here.settings)
        asked = passkeys.ask_new(
            session, token, who.address, site, now=now, secrets=here.secrets, account_id=who.account_id
        )
    response = Response(asked, media_type="application/json")
    set_pre(response, here.settings, token)
    return response


@router.post(PASSKEYS)
def add(request: Request, posted: Fields) -> Response:
    """Store a passkey. Whoever has no recovery codes yet sees ten of them now."""
    who = require_own(request)
    here = running(request)
    now = here.clock()
    must_be_fresh(who, now, "mijn-account")
    try:
        form = parse(NewPasskeyForm, posted)
        with here.store.writing() as session:
            pre = pre_token(request)
            new = passkeys.answer_new(session, pre, who.address, form.credential, site_of(here.settings), now=now)
            passkeys.add(session, who, new, form.name, now=now)
            codes = factors.first_codes(session, who, now=now, secrets=here.secrets)
    except NotAllowedError as error:
        return account_page(request, who, sentence=error.sentence, status=422)
    if codes:
        return account_page(request, who, codes=tuple(codes))
    response = RedirectResponse(f"{ACCOUNT}?melding=passkey-nieuw", status_code=303)
    clear_pre(response, here.settings)
    return response


@router.post(PASSKEYS + "/{passkey_id}/naam")
def rename(request: Request, passkey_id: ItemId, posted: Fields) -> Response:
    who = require_own(request)
    form = parse(NameForm, posted)
    with running(request).store.writing() as session:
        passkeys.rename(session, who, passkey_id, form.name)
    return RedirectResponse(f"{ACCOUNT}?melding=passkey-naam", status_code=303)


@router.post(PASSKEYS + "/{passkey_id}/weg")
def remove(request: Request, passkey_id: ItemId, posted: Fields) -> Response:
    who = require_own(request)
    parse(EmptyForm, posted)
    here = running(request)
    now = here.clock()
    must_be_fresh(who, now, "mijn-account")
    try:
        with here.store.writing() as session:
            must = must_keep_one(factors.of(session, who.account_id), here.settings, now)
            passkeys.remove(session, who, passkey_id, now=now, must_keep_one=must)
    except NotAllowedError as error:
        return account_page(request, who, sentence=error.sentence, status=422)
    return RedirectResponse(f"{ACCOUNT}?melding=passkey-weg", status_code=303)
