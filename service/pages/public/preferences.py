"""`/voorkeuren/{token}`: choose other provinces. The link stands under every mail and is the only key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from service.mail_links import PREFERENCES, UNSUBSCRIBE, link_path
from service.pages.views import Frame, Option
from service.render import frame, page
from service.running import running
from service.token_pages import token_of
from store import subscribers
from store.subscribers import Subscription
from store.values import PROVINCES

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`state` is `open`, `saved` (just stored) or `gone` (nobody has this link any more).

    Field `province` (many), posted to `post_path`; none chosen means all of the Netherlands.
    """

    frame: Frame
    state: str
    provinces: tuple[Option, ...]
    post_path: str
    unsubscribe_path: str


@router.get("/voorkeuren/{signed}")
def show(request: Request, signed: str) -> Response:
    here = running(request)
    token = token_of(request, PREFERENCES, signed)
    with here.store.reading() as session:
        known = subscribers.find(session, token)
    return _page(request, token, signed, known, "open")


@router.post("/voorkeuren/{signed}")
def choose(request: Request, signed: str, province: Annotated[list[str] | None, Form()] = None) -> Response:
    here = running(request)
    token = token_of(request, PREFERENCES, signed)
    with here.store.writing() as session:
        subscribers.choose(session, token, province or ())
        known = subscribers.find(session, token)
    return _page(request, token, signed, known, "saved")


def _page(request: Request, token: str, signed: str, known: Subscription | None, state: str) -> Response:
    if known is None or not known.confirmed:
        return page(request, "preferences", Context(frame(request), "gone", (), "", ""), 404)
    options = tuple(Option(province, province, province in known.provinces) for province in PROVINCES)
    leave = link_path(running(request).secrets, UNSUBSCRIBE, token)
    return page(request, "preferences", Context(frame(request), state, options, PREFERENCES.path + signed, leave))
