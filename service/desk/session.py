"""Who sits at the desk: the check that every desk page begins with, and what an account may do where.

`require` is the first line of every handler. Pages about the own account use `require_own` instead, which also lets in
who must set up a second factor before anything else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.cookies import clear_session, cookie_name, session_token
from service.gate import own_hosts
from service.pages.errors import TITLES
from service.render import page
from service.running import running
from store import accounts, item_regions
from store.accounts import SignedIn
from store.errors import NotAllowedError, NotFoundError
from store.passkeys import Site
from store.settings import Settings
from store.values import Role

__all__ = [
    "DeskRoute",
    "cookie_name",
    "desk_error",
    "may_decide_item",
    "must_be_fresh",
    "must_be_in_region",
    "require",
    "require_own",
]

LOGIN = "/redactie/inloggen"
ACCOUNT = "/redactie/mijn-account"
CONFIRM = f"{ACCOUNT}/bevestig"
FRESH_FOR = timedelta(minutes=5)
"""So long after logging in somebody may change a factor without showing again who they are (ASVS 7.5.1)."""

NOT_FOUND = "Dit bestaat niet, of niet meer. Misschien is het adres verkeerd getypt."
OTHER_REGION = "Dit bericht gaat over een provincie waarover jij niet beslist. Een collega doet dat."


class SignInNeededError(Exception):
    """Nobody is signed in. `DeskRoute` answers with the way to the login page."""


class FactorNeededError(Exception):
    """Signed in, and the days with a password alone are over: the way leads to the own account."""

    path = ACCOUNT


class ConfirmNeededError(Exception):
    """Signed in, but too long ago for this. `back` is the key of the page to return to afterwards."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.path = f"{CONFIRM}?naar={back}"


class WrongRoleError(NotAllowedError):
    """Signed in, but this is not for that role or that region (HTTP 403)."""


def require(request: Request, *roles: Role) -> SignedIn:
    """Who asks. The first line of every desk handler; `roles` empty means every role.

    Raises SignInNeededError, FactorNeededError or WrongRoleError. Writes down now and then that the session is in use.
    """
    who = require_own(request)
    here = running(request)
    if must_set_factor(who, here.settings, here.clock()):
        raise FactorNeededError
    if roles and who.role not in roles:
        raise WrongRoleError("Dit mag je met jouw rol niet doen. Vraag een beheerder om hulp.")
    return who


def require_own(request: Request) -> SignedIn:
    """The same for the pages of somebody's own account: any role, and also without a second factor."""
    here = running(request)
    now = here.clock()
    token = session_token(request)
    if not token:
        raise SignInNeededError
    idle = timedelta(minutes=here.settings.desk.session_idle_minutes)
    with here.store.reading() as session:
        who = accounts.signed_in(session, token, now=now, idle=idle)
        must_touch = who is not None and accounts.must_touch(session, who.login_id, now=now)
    if who is None:
        raise SignInNeededError
    if must_touch:
        with here.store.writing() as session:
            accounts.touch(session, who.login_id, now=now)
    return who


def grace_of(settings: Settings) -> timedelta:
    """How long a new account may do with a password alone."""
    return timedelta(days=settings.desk.factor_grace_days)


def must_set_factor(who: SignedIn, settings: Settings, now: datetime) -> bool:
    """Whether this account has no second factor, and the time for setting one up is over."""
    if who.factor_due_at is None:
        return False
    return not settings.desk.factor_grace_days or who.factor_due_at <= now


def is_fresh(who: SignedIn, now: datetime) -> bool:
    """Whether they showed who they are in the last five minutes."""
    return who.logged_in_at is not None and who.logged_in_at > now - FRESH_FOR


def must_be_fresh(who: SignedIn, now: datetime, back: str) -> None:
    """Raises ConfirmNeededError unless they showed who they are in the last five minutes."""
    if not is_fresh(who, now):
        raise ConfirmNeededError(back)


def may_decide_item(who: SignedIn, provinces: Sequence[str]) -> bool:
    """Whether the region scope of this account allows a decision. What has no province is for everybody."""
    return not who.scope or not provinces or bool(set(who.scope) & set(provinces))


def must_be_in_region(request: Request, who: SignedIn, *item_ids: int) -> None:
    """Raises WrongRoleError (403) when one of these items is about other provinces than this account decides about."""
    if not who.scope:
        return
    with running(request).store.reading() as session:
        for item_id in item_ids:
            if not may_decide_item(who, item_regions.provinces_of(session, item_id)):
                raise WrongRoleError(OTHER_REGION)


def site_of(settings: Settings) -> Site:
    """The relying party of passkeys: the host of the site, whatever a request says."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    scheme = "https" if settings.is_https else "http"
    own = sorted(each for each in own_hosts(settings) if each.partition(":")[0] == host)
    return Site(host, settings.site.name, tuple(f"{scheme}://{each}" for each in own))


def to_login(request: Request) -> Response:
    """303 to the login page. Nothing of the address asked for goes along: there is no `next` to misuse (TRUST C9)."""
    response = RedirectResponse(LOGIN + ("?melding=weg" if request.method == "POST" else ""), status_code=303)
    settings = running(request).settings
    if cookie_name(settings).session in request.cookies:
        clear_session(response, settings)
    return response


@dataclass(frozen=True, slots=True)
class ErrorContext:
    site_name: str
    title: str
    sentence: str


def desk_error(request: Request, status: int, sentence: str) -> Response:
    """What went wrong, in the newsroom's own form, with the way back to the queue."""
    context = ErrorContext(running(request).settings.site.name, TITLES.get(status, "Dat lukte niet"), sentence)
    return page(request, "desk/error", context, status)


class DeskRoute(APIRoute):
    """A route of the desk: whoever is not signed in is sent to the login page; errors look like the newsroom."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handler(request)
            except SignInNeededError:
                return to_login(request)
            except (FactorNeededError, ConfirmNeededError) as error:
                return RedirectResponse(error.path, status_code=303)
            except WrongRoleError as error:
                return desk_error(request, 403, error.sentence)
            except NotAllowedError as error:
                return desk_error(request, 422, error.sentence)
            except (NotFoundError, RequestValidationError):
                return desk_error(request, 404, NOT_FOUND)

        return guarded
