"""`/redactie/accounts`: who may enter the newsroom, as what, and for which provinces. For administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.desk.factor_forms import InviteForm, RoleForm
from service.desk.factor_words import CHANGED
from service.desk.forms import EmptyForm, Fields, ItemId, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, must_be_fresh, require
from service.desk.wording import ROLE_NAMES
from service.pages.views import Option
from service.render import page
from service.running import running
from store import account_mail, accounts, staff
from store.account_mail import Recorded
from store.accounts import SignedIn
from store.addresses import ADDRESS_LIMIT
from store.errors import NotAllowedError
from store.staff import AccountSeen
from store.values import PROVINCES, Role

router = APIRouter(route_class=DeskRoute)

PATH = "/redactie/accounts"


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    address: str
    role_words: str
    scope_words: str
    seen_words: str
    factor_words: str
    logins_words: str
    is_open: bool
    is_self: bool
    has_logins: bool
    roles: tuple[Option, ...]
    provinces: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    when: str
    address: str
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class Context:
    """`link` is a new one-time link: it is shown in this one answer and can never be read again.

    `link_for` is whom a lost factor was reset for, empty for an invitation.
    """

    desk: DeskFrame
    lines: tuple[Line, ...]
    changes: tuple[ChangeLine, ...]
    roles: tuple[Option, ...]
    provinces: tuple[Option, ...]
    typed_address: str
    sentence: str
    link: str
    link_for: str
    link_until: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a page of accounts says besides the list."""

    typed: str = ""
    sentence: str = ""
    token: str = ""
    reset: str = ""


@router.get(PATH)
def accounts_page(request: Request) -> Response:
    return _page(request, require(request, Role.ADMINISTRATOR), Told())


@router.post(PATH)
def invite(request: Request, posted: Fields) -> Response:
    """Make a one-time link and show it once. The administrator hands it over in a way of their own choice."""
    who = require(request, Role.ADMINISTRATOR)
    here = running(request)
    typed = "".join(posted.get("address", [])[:1])[:ADDRESS_LIMIT]
    try:
        form = parse(InviteForm, posted)
        if not form.address.strip():
            raise NotAllowedError("Vul het e-mailadres in van wie je uitnodigt.")
        with here.store.writing() as session:
            token = accounts.invite(session, form.role, address=form.address, now=here.clock(), scope=form.scope)
    except NotAllowedError as error:
        return _page(request, who, Told(typed, error.sentence), 422)
    return _page(request, who, Told(token=token))


@router.post(PATH + "/{account_id}/rol")
def change_role(request: Request, account_id: ItemId, posted: Fields) -> Response:
    """Another role or region. The sessions of the account end; it is told by mail."""
    who = require(request, Role.ADMINISTRATOR)
    here = running(request)
    must_be_fresh(who, here.clock(), "accounts")
    try:
        form = parse(RoleForm, posted)
        with here.store.writing() as session:
            staff.change(session, account_id, form.role, form.scope, now=here.clock(), by=who.account_id)
    except NotAllowedError as error:
        return _page(request, who, Told(sentence=error.sentence), 422)
    return RedirectResponse(f"{PATH}?melding=rol-nieuw", status_code=303)


@router.post(PATH + "/{account_id}/herstellen")
def reset(request: Request, account_id: ItemId, posted: Fields) -> Response:
    """Somebody lost a factor: everything is taken away, and a one-time link to begin anew is shown once."""
    who = require(request, Role.ADMINISTRATOR)
    here = running(request)
    must_be_fresh(who, here.clock(), "accounts")
    try:
        parse(EmptyForm, posted)
        if account_id == who.account_id:
            raise NotAllowedError("Je eigen account herstel je niet zelf. Vraag een andere beheerder.")
        with here.store.writing() as session:
            token = staff.reset(session, account_id, now=here.clock(), by=who.account_id)
            address = accounts.address_of(session, account_id)
    except NotAllowedError as error:
        return _page(request, who, Told(sentence=error.sentence), 422)
    return _page(request, who, Told(token=token, reset=address))


@router.post(PATH + "/{account_id}/sluiten")
def disable(request: Request, account_id: ItemId, posted: Fields) -> Response:
    who = require(request, Role.ADMINISTRATOR)
    here = running(request)
    try:
        parse(EmptyForm, posted)
        with here.store.writing() as session:
            staff.disable(session, account_id, now=here.clock())
    except NotAllowedError as error:
        return _page(request, who, Told(sentence=error.sentence), 422)
    return RedirectResponse(f"{PATH}?melding=account-dicht", status_code=303)


@router.post(PATH + "/{account_id}/uitloggen")
def end_logins(request: Request, account_id: ItemId, posted: Fields) -> Response:
    """End all sessions of an account."""
    require(request, Role.ADMINISTRATOR)
    parse(EmptyForm, posted)
    here = running(request)
    with here.store.writing() as session:
        accounts.end_logins(session, account_id, now=here.clock())
    return RedirectResponse(f"{PATH}?melding=sessies-dicht", status_code=303)


def _page(request: Request, who: SignedIn, told: Told, status: int = 200) -> Response:
    here = running(request)
    now = here.clock()
    idle = timedelta(minutes=here.settings.desk.session_idle_minutes)
    desk = desk_frame(request, who, now=now, nav="accounts")
    with here.store.reading() as session:
        seen = staff.list_all(session, now=now, idle=idle)
        changes = account_mail.recorded(session)
    context = Context(
        desk=desk,
        lines=tuple(_line(each, who, now) for each in seen),
        changes=tuple(map(_change_line, changes)),
        roles=_roles(Role.EDITOR),
        provinces=_provinces(()),
        typed_address=told.typed,
        sentence=told.sentence,
        link=f"{here.settings.base_url}/redactie/uitnodiging/{told.token}" if told.token else "",
        link_for=told.reset,
        link_until=wording.moment_words(now + timedelta(hours=accounts.INVITATION_HOURS)) if told.token else "",
    )
    return page(request, "desk/accounts", context, status)


def _roles(chosen: Role) -> tuple[Option, ...]:
    return tuple(Option(role.value, ROLE_NAMES[role], role is chosen) for role in Role)


def _provinces(chosen: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(each, each, each in chosen) for each in PROVINCES)


def _line(seen: AccountSeen, who: SignedIn, now: datetime) -> Line:
    last = f"laatst gezien {wording.moment_words(seen.last_seen_at)}" if seen.last_seen_at else "nog nooit ingelogd"
    if seen.disabled_at is not None and seen.disabled_at <= now:
        last = f"gesloten op {wording.date_words(seen.disabled_at)}"
    return Line(
        id=seen.id,
        address=seen.address,
        role_words=ROLE_NAMES[seen.role],
        scope_words=wording.list_words(seen.scope) if seen.scope else "heel Nederland",
        seen_words=last,
        factor_words=_factor_words(seen),
        logins_words=wording.count_words(seen.open_logins, "open sessie", "open sessies"),
        is_open=seen.disabled_at is None,
        is_self=seen.id == who.account_id,
        has_logins=seen.open_logins > 0,
        roles=_roles(seen.role),
        provinces=_provinces(seen.scope),
    )


def _factor_words(seen: AccountSeen) -> str:
    have = []
    if seen.passkeys:
        have.append(wording.count_words(seen.passkeys, "passkey", "passkeys"))
    if seen.app:
        have.append("app met codes")
    if have:
        return " en ".join(have)
    return "alleen een wachtwoord" if seen.has_password else "wacht op de link"


def _change_line(change: Recorded) -> ChangeLine:
    by = "" if change.by in {None, change.address} else f"Door {change.by}."
    return ChangeLine(wording.moment_words(change.at), change.address, CHANGED[change.change], by)
