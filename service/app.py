"""Puts the service together: settings, store, theme, pages, gates. The one composition root of the web pages.

Order, from the outside in: headers on every answer, the gate (host, method, origin, size), the cache of public pages,
the routes. Routers are found by listing `service/pages/public/` and `service/pages/desk/`: a new page is a new file.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import secrets as tokens
import time
from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.gate import Gate, RefusedError
from service.headers import SafeHeaders, is_desk
from service.page_cache import PageCache
from service.pages import desk, public
from service.pages.errors import error_page
from service.render import TEMPLATES, load_theme
from service.running import Clock, Running
from service.throttle import Throttle
from store import published
from store.database import Store
from store.errors import ChangedError, NotAllowedError, NotFoundError, UnavailableError
from store.secrets import load_secrets
from store.settings import Settings

log = logging.getLogger("signaal")

SENTENCES = {
    400: "We begrijpen niet wat je stuurde. Gebruik het formulier op de pagina.",
    404: "Deze pagina bestaat niet. Misschien is het adres verkeerd getypt.",
    405: "Dit kan hier niet.",
    413: "Wat je stuurt is te groot. Maak de tekst korter.",
    422: "We begrijpen niet wat je stuurde. Gebruik het formulier op de pagina.",
    429: "Je vraagt te veel achter elkaar. Wacht even en probeer het opnieuw.",
    503: "Het lukt nu even niet. Probeer het over een minuut opnieuw.",
}


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_running(settings: Settings, store: Store, clock: Clock = utc_now) -> Running:
    return Running(settings, store, load_secrets(settings.path(settings.server.secret_file)), clock)


def create_app(running: Running, seconds: Callable[[], float] = time.monotonic) -> FastAPI:
    """The web application. `seconds` is a clock that nobody sets, by which kept pages are looked after.

    Raises ConfigurationError when a template or a static text has a mistake.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.running = running
    app.state.theme = load_theme(running.settings.site)
    app.state.throttle = Throttle()
    for package in (public, desk):
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
            router = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "router", None)
            if router is not None:
                app.include_router(router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=TEMPLATES / "static"), name="static")
    _answer_errors(app)

    def version() -> str:
        with running.store.public() as connection:
            return published.version(connection, running.clock()).key

    app.add_middleware(CatchBugs)
    app.add_middleware(PageCache, version=version, seconds=seconds)
    app.add_middleware(Gate, settings=running.settings, refuse=error_page)
    app.add_middleware(SafeHeaders, https=running.settings.is_https)
    return app


def _answer_errors(app: FastAPI) -> None:
    """Every error in the usual form, in Dutch, with the usual headers. Handlers raise; nobody writes error pages."""

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        # The details of a library are in English and about its own insides.
        return error_page(request, error.status_code, SENTENCES.get(error.status_code, SENTENCES[422]))

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, _error: RequestValidationError) -> Response:
        # A path such as /nieuws/abc names nothing; a form that does not fit was not ours.
        status = 404 if request.method == "GET" else 422
        return error_page(request, status, SENTENCES[status])

    @app.exception_handler(RefusedError)
    async def _refused(request: Request, error: RefusedError) -> Response:
        return error_page(request, error.status, error.sentence)

    @app.exception_handler(NotFoundError)
    async def _not_found(request: Request, _error: NotFoundError) -> Response:
        return error_page(request, 404, SENTENCES[404])

    @app.exception_handler(NotAllowedError)
    async def _not_allowed(request: Request, error: NotAllowedError) -> Response:
        return error_page(request, 422, error.sentence)

    @app.exception_handler(ChangedError)
    async def _changed(request: Request, error: ChangedError) -> Response:
        return error_page(request, 409, error.sentence)

    @app.exception_handler(UnavailableError)
    async def _unavailable(request: Request, _error: UnavailableError) -> Response:
        return error_page(request, 503, SENTENCES[503])


class CatchBugs:
    """Turns a bug into an error page inside our own headers; Starlette's own handler stands outside of them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            # The number joins what the person saw to the line in the log; the line names no address and no agent.
            number = tokens.token_hex(4)
            where = "desk" if is_desk(scope["path"]) else "public"
            log.exception("error %s on a %s page: %s", number, where, type(error).__name__)
            sentence = f"Er ging bij ons iets mis. Probeer het later opnieuw. Blijft het zo, noem dan nummer {number}."
            response = error_page(Request(scope), 500, sentence)
            await response(scope, receive, send)
