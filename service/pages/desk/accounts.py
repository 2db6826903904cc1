"""`/redactie/accounts`: who may enter the newsroom. For administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.desk.forms import EmptyForm, Fields, InviteForm, ItemId, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.desk.wording import ROLE_NAMES
from service.pages.views import Option
from service.render import page
from service.running import running
from store import accounts
from store.accounts import AccountSeen, SignedIn
from store.addresses import ADDRESS_LIMIT
from store.errors import NotAllowedError
from store.values import Role

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    address: str
    role_words: str
    seen_words: str
    logins_words: str
    is_open: bool
    is_self: bool
    has_logins: bool


@dataclass(frozen=True, slots=True)
class Context:
    """`link` is a new invitation: it is shown in this one answer and can never be read again."""

    desk: DeskFrame
    lines: tuple[Line, ...]
    roles: tuple[Option, ...]
    typed_address: str
    sentence: str
    link: str
    link_until: str


@router.get("/redactie/accounts")
def accounts_page(request: Request) -> Response:
    return _page(request, require(request, Role.ADMINISTRATOR))


@router.post("/redactie/accounts")
def invite(request: Request, posted: Fields) -> Response:
    """Make a one-time link and show it once. The administrator hands it over in a way of their own choice."""
    who = require(request, Role.ADMINISTRATOR)
    here = running(request)
    now = here.clock()
    typed = "".join(posted.get("address", [])[:1])[:ADDRESS_LIMIT]
    try:
        form = parse(InviteForm, posted)
        if not form.address.strip():
            raise NotAllowedError("Vul het e-mailadres in van wie je uitnodigt.")
        with here.store.writing() as session:
            token = accounts.invite(session, form.role, address=form.address, now=now)
    except NotAllowedError as error:
        return _page(request, who, typed=typed, sentence=error.sentence, status=422)
    link = f"{here.settings.base_url}/redactie/uitnodiging/{token}"
    until = wording.moment_words(now + timedelta(hours=accounts.INVITATION_HOURS))
    return _page(request, who, link=link, until=until)


@router.post("/redactie/accounts/{account_id}/sluiten")
def disable(request: Request, account_id: ItemId, posted: Fields) -> Response:
    who = require(request, Role.ADMINISTRATOR)
    here = running(request)
    try:
        parse(EmptyForm, posted)
        with here.store.writing() as session:
            accounts.disable(session, account_id, now=here.clock())
    except NotAllowedError as error:
        return _page(request, who, sentence=error.sentence, status=422)
    return RedirectResponse("/redactie/accounts?melding=account-dicht", status_code=303)


@router.post("/redactie/accounts/{account_id}/uitloggen")
def end_logins(request: Request, account_id: ItemId, posted: Fields) -> Response:
    """End all sessions of an account."""
    require(request, Role.ADMINISTRATOR)
    parse(EmptyForm, posted)
    here = running(request)
    with here.store.writing() as session:
        accounts.end_logins(session, account_id, now=here.clock())
    return RedirectResponse("/redactie/accounts?melding=sessies-dicht", status_code=303)


def _page(
    request: Request,
    who: SignedIn,
    *,
    typed: str = "",
    sentence: str = "",
    link: str = "",
    until: str = "",
    status: int = 200,
) -> Response:
    here = running(request)
    now = here.clock()
    idle = timedelta(minutes=here.settings.desk.session_idle_minutes)
    desk = desk_frame(request, who, now=now, nav="accounts")
    with here.store.reading() as session:
        context = Context(
            desk=desk,
            lines=tuple(_line(seen, who, now) for seen in accounts.list_all(session, now=now, idle=idle)),
            roles=tuple(Option(role.value, ROLE_NAMES[role], role is Role.EDITOR) for role in Role),
            typed_address=typed,
            sentence=sentence,
            link=link,
            link_until=until,
        )
    return page(request, "desk/accounts", context, status)


def _line(seen: AccountSeen, who: SignedIn, now: datetime) -> Line:
    last = f"laatst gezien {wording.moment_words(seen.last_seen_at)}" if seen.last_seen_at else "nog nooit ingelogd"
    if seen.disabled_at is not None and seen.disabled_at <= now:
        last = f"gesloten op {wording.date_words(seen.disabled_at)}"
    return Line(
        id=seen.id,
        address=seen.address,
        role_words=ROLE_NAMES[seen.role],
        seen_words=last,
        logins_words=wording.count_words(seen.open_logins, "open sessie", "open sessies"),
        is_open=seen.disabled_at is None,
        is_self=seen.id == who.account_id,
        has_logins=seen.open_logins > 0,
    )
