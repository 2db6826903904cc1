"""`/redactie/uitnodiging/{token}`: the one-time link with which somebody chooses a password."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.desk.forms import Fields, InvitationForm, parse
from service.desk.session import LOGIN, DeskRoute, desk_error
from service.desk.wording import ROLE_NAMES
from service.render import page
from service.running import running
from store import accounts, passwords
from store.accounts import Invited
from store.addresses import ADDRESS_LIMIT, normal_form
from store.errors import NotAllowedError, NotFoundError
from store.passwords import BusyError

router = APIRouter(route_class=DeskRoute)

GONE = "Deze uitnodiging is al gebruikt of te oud. Vraag de beheerder om een nieuwe."
BUSY = "Er zijn nu veel mensen tegelijk bezig. Probeer het over een paar tellen opnieuw."


@dataclass(frozen=True, slots=True)
class Context:
    """`fixed_address` is the address that the invitation names, empty when the invited person may choose."""

    site_name: str
    path: str
    role_words: str
    until_words: str
    fixed_address: str
    address: str
    shortest: int
    sentence: str


@router.get("/redactie/uitnodiging/{token}")
def invitation_page(request: Request, token: str) -> Response:
    here = running(request)
    with here.store.reading() as session:
        invited = accounts.invitation(session, token, now=here.clock())
    return _form(request, invited) if invited else desk_error(request, 404, GONE)


@router.post("/redactie/uitnodiging/{token}")
def accept(request: Request, token: str, posted: Fields) -> Response:
    here = running(request)
    with here.store.reading() as session:
        invited = accounts.invitation(session, token, now=here.clock())
    if invited is None:
        return desk_error(request, 404, GONE)
    address = ""
    try:
        form = parse(InvitationForm, posted)
        address = form.address
        chosen = invited.address or normal_form(address)
        passwords.must_be_fit(form.password, chosen)
        password_hash = passwords.hashed(form.password)
        with here.store.writing() as session:
            accounts.accept(session, token, chosen, password_hash, now=here.clock())
    except NotAllowedError as error:
        return _form(request, invited, address, error.sentence, 422)
    except BusyError:
        return _form(request, invited, address, BUSY, 503)
    except NotFoundError:
        return desk_error(request, 404, GONE)
    return RedirectResponse(LOGIN + "?melding=welkom", status_code=303)


def _form(request: Request, invited: Invited, address: str = "", sentence: str = "", status: int = 200) -> Response:
    context = Context(
        site_name=running(request).settings.site.name,
        path=request.url.path,
        role_words=ROLE_NAMES[invited.role],
        until_words=wording.moment_words(invited.expires_at),
        fixed_address=invited.address,
        address=address[:ADDRESS_LIMIT],
        shortest=passwords.SHORTEST,
        sentence=sentence,
    )
    return page(request, "desk/invitation", context, status)
