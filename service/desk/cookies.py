"""The cookies of the newsroom (TRUST 4.2). Loopback has no https, so there they have no prefix and a narrower path.

`session` is who you are. `device` is kept by a browser that logged in once: its failures are counted apart from those
of strangers. `pre` joins the steps of one login, for ten minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from service.running import Running, running
from store import challenges
from store.addresses import normal_address
from store.settings import Settings

DEVICE_LASTS = timedelta(days=180)
DEVICE_LIMIT = 200
TOKEN_LIMIT = 64


@dataclass(frozen=True, slots=True)
class CookieName:
    session: str
    device: str
    pre: str
    path: str
    secure: bool


def cookie_name(settings: Settings) -> CookieName:
    if settings.is_https:
        return CookieName("__Host-sid", "__Host-device", "__Host-pre", "/", True)
    return CookieName("sid", "device", "pre", "/redactie", False)


def session_token(request: Request) -> str:
    """What the browser shows as its session, "" when that cannot be one."""
    return _shown(request, cookie_name(running(request).settings).session)


def pre_token(request: Request) -> str:
    """What joins this request to the login it goes on with, "" when nothing does."""
    return _shown(request, cookie_name(running(request).settings).pre)


def _shown(request: Request, name: str) -> str:
    token = request.cookies.get(name, "")
    return token if len(token) <= TOKEN_LIMIT else ""


def set_session(response: Response, settings: Settings, token: str) -> None:
    """No `Max-Age`: the browser forgets it when it closes, the server decides how long it holds."""
    _set(response, settings, cookie_name(settings).session, token)


def set_pre(response: Response, settings: Settings, token: str) -> None:
    _set(response, settings, cookie_name(settings).pre, token, challenges.LASTS)


def set_device(response: Response, settings: Settings, device: str) -> None:
    """Remember that this browser logged in once."""
    _set(response, settings, cookie_name(settings).device, device, DEVICE_LASTS)


def _set(response: Response, settings: Settings, name: str, value: str, lasts: timedelta | None = None) -> None:
    names = cookie_name(settings)
    seconds = int(lasts.total_seconds()) if lasts else None
    response.set_cookie(
        name, value, max_age=seconds, path=names.path, secure=names.secure, httponly=True, samesite="strict"
    )


def clear_session(response: Response, settings: Settings) -> None:
    _clear(response, settings, cookie_name(settings).session)


def clear_pre(response: Response, settings: Settings) -> None:
    _clear(response, settings, cookie_name(settings).pre)


def _clear(response: Response, settings: Settings, name: str) -> None:
    names = cookie_name(settings)
    response.delete_cookie(name, path=names.path, secure=names.secure, httponly=True, samesite="strict")


def device_for(here: Running, address: str, number: str) -> str:
    """What a browser shows later: its own number, signed for this one address."""
    return here.secrets.sign(f"device of {normal_address(address)}", number)


def known_device(request: Request, address: str) -> str:
    """The number of a browser that logged in to this account before, "" for any other."""
    here = running(request)
    shown = request.cookies.get(cookie_name(here.settings).device, "")
    normal = normal_address(address)
    if not shown or normal is None or len(shown) > DEVICE_LIMIT:
        return ""
    return here.secrets.unsign(f"device of {normal}", shown) or ""
