"""`/afmelden/{token}`: one button to stop all mail; then the sentence that it is done."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.mail_links import UNSUBSCRIBE
from service.pages.views import Frame
from service.render import frame, page
from service.running import running
from service.token_pages import token_of
from store import subscribers

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`done` after the button. An unknown token shows the same `done`: there is nothing left to stop.

    The form posts to `post_path` with `List-Unsubscribe=One-Click`, as mail programs do (RFC 8058).
    """

    frame: Frame
    done: bool
    post_path: str


@router.get("/afmelden/{signed}")
def show(request: Request, signed: str) -> Response:
    """The button, also for a link that is nobody's: the page tells nothing about who is subscribed."""
    token_of(request, UNSUBSCRIBE, signed)
    return page(request, "unsubscribe", Context(frame(request), False, UNSUBSCRIBE.path + quote(signed, safe="")))


@router.post("/afmelden/{signed}")
def unsubscribe(request: Request, signed: str) -> Response:
    """Erase the subscriber now. From our page or from a mail program: no cookie, no origin, no redirect (RFC 8058).

    What the body says is not asked: the token is the only authority, and nobody posts here by accident.
    """
    here = running(request)
    token = token_of(request, UNSUBSCRIBE, signed)
    with here.store.writing() as session:
        subscribers.unsubscribe(session, token, here.clock())
    return page(request, "unsubscribe", Context(frame(request), True, ""))
