"""`/redactie/uitnodiging/{token}`: the one-time link with which somebody takes a passkey, or chooses a password."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.desk.cookies import clear_pre, pre_token, set_pre
from service.desk.entering import too_many_questions
from service.desk.factor_forms import AcceptForm, AddressForm
from service.desk.forms import Fields, parse
from service.desk.session import LOGIN, DeskRoute, desk_error, grace_of, site_of
from service.desk.wording import ROLE_NAMES
from service.render import page
from service.running import running
from service.throttle import PASSKEY_QUESTIONS, allowed
from store import accounts, challenges, passkeys, passwords
from store.accounts import Invited
from store.addresses import ADDRESS_LIMIT, normal_form
from store.errors import NotAllowedError, NotFoundError
from store.passwords import BusyError

router = APIRouter(route_class=DeskRoute)

GONE = "Deze uitnodiging is al gebruikt of te oud. Vraag de beheerder om een nieuwe."
BUSY = "Er zijn nu veel mensen tegelijk bezig. Probeer het over een paar tellen opnieuw."
FIRST = "Eerste passkey"


@dataclass(frozen=True, slots=True)
class Context:
    """`fixed_address` is the address that the invitation names, empty when the invited person may choose.

    `scope_words` are the provinces the account will decide about, empty for all.
    """

    site_name: str
    path: str
    role_words: str
    scope_words: str
    until_words: str
    fixed_address: str
    address: str
    shortest: int
    may_take_passkey: bool
    sentence: str


@router.get("/redactie/uitnodiging/{token}")
def invitation_page(request: Request, token: str) -> Response:
    here = running(request)
    with here.store.reading() as session:
        invited = accounts.invitation(session, token, now=here.clock())
    return _form(request, token, invited) if invited else desk_error(request, 404, GONE)


@router.post("/redactie/uitnodiging/{token}/vraag")
def passkey_question(request: Request, token: str, posted: Fields) -> Response:
    """What the browser needs to make a passkey for this account; 422 with a sentence when the address is not fit."""
    here = running(request)
    now = here.clock()
    with here.store.reading() as session:
        invited = accounts.invitation(session, token, now=now)
    if invited is None:
        return desk_error(request, 404, GONE)
    if not allowed(request, PASSKEY_QUESTIONS, now):
        return too_many_questions()
    try:
        chosen = invited.address or normal_form(parse(AddressForm, posted).address)
    except NotAllowedError as error:
        return Response(error.sentence, status_code=422, media_type="text/plain")
    pre = challenges.new_token()
    with here.store.writing() as session:
        question = passkeys.ask_new(session, pre, chosen, site_of(here.settings), now=now, secrets=here.secrets)
    response = Response(question, media_type="application/json")
    set_pre(response, here.settings, pre)
    return response


@router.post("/redactie/uitnodiging/{token}")
def accept(request: Request, token: str, posted: Fields) -> Response:
    here = running(request)
    with here.store.reading() as session:
        invited = accounts.invitation(session, token, now=here.clock())
    if invited is None:
        return desk_error(request, 404, GONE)
    address = ""
    try:
        form = parse(AcceptForm, posted)
        address = form.address
        chosen = invited.address or normal_form(address)
        if form.credential:
            _take_passkey(request, token, chosen, form.credential)
        else:
            passwords.must_be_fit(form.password, chosen)
            _take_password(request, token, chosen, passwords.hashed(form.password))
    except NotAllowedError as error:
        return _form(request, token, invited, address, error.sentence, 422)
    except BusyError:
        return _form(request, token, invited, address, BUSY, 503)
    except NotFoundError:
        return desk_error(request, 404, GONE)
    response = RedirectResponse(LOGIN + "?melding=welkom", status_code=303)
    clear_pre(response, here.settings)
    return response


def _take_password(request: Request, token: str, address: str, password_hash: str) -> None:
    here = running(request)
    with here.store.writing() as session:
        accounts.accept(session, token, address, password_hash, now=here.clock(), grace=grace_of(here.settings))


def _take_passkey(request: Request, token: str, address: str, credential: str) -> None:
    here = running(request)
    now = here.clock()
    with here.store.writing() as session:
        pre = pre_token(request)
        new = passkeys.answer_new(session, pre, address, credential, site_of(here.settings), now=now)
        account_id = accounts.accept(session, token, address, "", now=now, grace=grace_of(here.settings))
        passkeys.keep(session, account_id, new, FIRST, now=now)


def _form(
    request: Request, token: str, invited: Invited, address: str = "", sentence: str = "", status: int = 200
) -> Response:
    context = Context(
        site_name=running(request).settings.site.name,
        path=f"/redactie/uitnodiging/{token}",
        role_words=ROLE_NAMES[invited.role],
        scope_words=wording.list_words(invited.scope),
        until_words=wording.moment_words(invited.expires_at),
        fixed_address=invited.address,
        address=address[:ADDRESS_LIMIT],
        shortest=passwords.SHORTEST,
        may_take_passkey=invited.may_take_passkey,
        sentence=sentence,
    )
    return page(request, "desk/invitation", context, status)
