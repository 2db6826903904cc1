"""Who sits at the desk: the session cookie and the check that every desk page begins with.

The cookie is that of TRUST.md 4.2. Loopback has no https, so there it has no prefix and a narrower path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.pages.errors import TITLES
from service.render import page
from service.running import running
from store import accounts
from store.accounts import SignedIn
from store.errors import NotAllowedError, NotFoundError
from store.settings import Settings
from store.values import Role

LOGIN = "/redactie/inloggen"
DEVICE_LASTS = timedelta(days=180)
TOKEN_LIMIT = 64
NOT_FOUND = "Dit bestaat niet, of niet meer. Misschien is het adres verkeerd getypt."


class SignInNeededError(Exception):
    """Nobody is signed in. `DeskRoute` answers with the way to the login page."""


class WrongRoleError(NotAllowedError):
    """Signed in, but this is not for that role (HTTP 403)."""


@dataclass(frozen=True, slots=True)
class CookieName:
    session: str
    device: str
    path: str
    secure: bool


def cookie_name(settings: Settings) -> CookieName:
    if settings.is_https:
        return CookieName("__Host-sid", "__Host-device", "/", True)
    return CookieName("sid", "device", "/redactie", False)


def require(request: Request, *roles: Role) -> SignedIn:
    """Who asks. The first line of every desk handler; `roles` empty means every role.

    Raises SignInNeededError or WrongRoleError. Writes down, now and then, that the session is in use.
    """
    here = running(request)
    now = here.clock()
    token = request.cookies.get(cookie_name(here.settings).session, "")
    if not token or len(token) > TOKEN_LIMIT:
        raise SignInNeededError
    idle = timedelta(minutes=here.settings.desk.session_idle_minutes)
    with here.store.reading() as session:
        who = accounts.signed_in(session, token, now=now, idle=idle)
        must_touch = who is not None and accounts.must_touch(session, who.login_id, now=now)
    if who is None:
        raise SignInNeededError
    if roles and who.role not in roles:
        raise WrongRoleError("Dit mag je met jouw rol niet doen. Vraag een beheerder om hulp.")
    if must_touch:
        with here.store.writing() as session:
            accounts.touch(session, who.login_id, now=now)
    return who


def set_session(response: Response, settings: Settings, token: str) -> None:
    """No `Max-Age`: the browser forgets it when it closes, the server decides how long it holds."""
    name = cookie_name(settings)
    response.set_cookie(name.session, token, path=name.path, secure=name.secure, httponly=True, samesite="strict")


def set_device(response: Response, settings: Settings, device: str) -> None:
    """Remember that this browser logged in once: its failed tries are counted apart from those of strangers."""
    name = cookie_name(settings)
    seconds = int(DEVICE_LASTS.total_seconds())
    response.set_cookie(
        name.device, device, max_age=seconds, path=name.path, secure=name.secure, httponly=True, samesite="strict"
    )


def clear_session(response: Response, settings: Settings) -> None:
    name = cookie_name(settings)
    response.delete_cookie(name.session, path=name.path, secure=name.secure, httponly=True, samesite="strict")


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
            except WrongRoleError as error:
                return desk_error(request, 403, error.sentence)
            except NotAllowedError as error:
                return desk_error(request, 422, error.sentence)
            except NotFoundError:
                return desk_error(request, 404, NOT_FOUND)
            except RequestValidationError:
                return desk_error(request, 404, NOT_FOUND)

        return guarded
