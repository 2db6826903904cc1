"""`/aanmelden`: one field, the address, and the choice of provinces; then "look in your mailbox"; then confirm.

Three templates: `subscribe.html` (Context), `subscribe_done.html` (Done), `subscribe_confirm.html` (Confirm). Opening
the link in the mail changes nothing; only the button does, because scanners open links too.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from service.mail_links import CONFIRM, UNSUBSCRIBE, link_path
from service.pages.views import Frame, Option
from service.render import frame, page
from service.running import running
from service.throttle import SUBSCRIBE, allowed
from service.token_pages import token_of
from store import subscribers
from store.addresses import normal_form
from store.errors import NotAllowedError
from store.subscribers import Requested
from store.values import PROVINCES

router = APIRouter()
log = logging.getLogger("signaal")

CONSENT = (
    "Met je aanmelding zeg je dat we je mogen mailen over bijeenkomsten. We gebruiken je adres nergens anders voor. "
    "Je kunt altijd stoppen, met de link onder elke mail."
)
"""Kept with every subscriber as evidence of what was agreed to (AVG art. 7 lid 1)."""


@dataclass(frozen=True, slots=True)
class Context:
    """The form. Fields `address` and `province` (many), posted to `/aanmelden`.

    `address_problem` is a sentence when the address cannot be right; `consent_text` is what is kept as evidence.
    """

    frame: Frame
    address: str
    address_problem: str
    provinces: tuple[Option, ...]
    consent_text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The same answer for a new and a known address: nobody can find out who is subscribed."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Confirm:
    """`state` is `open` (the button is shown), `done` (just confirmed or confirmed before) or `gone` (link too old).

    The form posts without fields to `post_path`.
    """

    frame: Frame
    state: str
    regions: tuple[str, ...]
    post_path: str
    unsubscribe_path: str


@router.get("/aanmelden")
def form(request: Request) -> Response:
    return _form(request, "", "", frozenset())


@router.post("/aanmelden")
def subscribe(
    request: Request,
    address: Annotated[str, Form()] = "",
    province: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Always "look in your mailbox", unless the address cannot be one: known, limited and new look the same (M5, M8).

    The mail is not sent here: it waits in the database, so that a mail server that is down changes no answer.
    """
    here = running(request)
    now = here.clock()
    chosen = frozenset(province or ())
    try:
        normal_form(address)
    except NotAllowedError as error:
        return _form(request, address, error.sentence, chosen, status=422)
    if allowed(request, SUBSCRIBE, now):
        with here.store.writing() as session:
            outcome = subscribers.request(session, here.secrets, address, chosen, now=now, consent_text=CONSENT)
        if outcome in {Requested.QUEUED, Requested.FULL}:
            log.warning("more people subscribe than mails may leave in an hour; this one is %s", outcome)
    else:
        log.warning("more than %d sign-ups from one network in an hour; the others get no mail", SUBSCRIBE.count)
    return page(request, "subscribe_done", Done(frame(request)))


@router.get("/aanmelden/bevestigen/{signed}")
def show(request: Request, signed: str) -> Response:
    """The button. Opening the link changes nothing."""
    here = running(request)
    token = token_of(request, CONFIRM, signed)
    with here.store.reading() as session:
        if subscribers.is_open(session, token, here.clock()):
            state = "open"
        else:
            known = subscribers.find(session, token)
            state = "done" if known is not None and known.confirmed else "gone"
    return _confirm_page(request, token, signed, state)


@router.post("/aanmelden/bevestigen/{signed}")
def confirm(request: Request, signed: str) -> Response:
    """Start the subscription."""
    here = running(request)
    token = token_of(request, CONFIRM, signed)
    with here.store.writing() as session:
        done = subscribers.confirm(session, token, here.clock())
    return _confirm_page(request, token, signed, "done" if done else "gone")


def _form(request: Request, address: str, problem: str, chosen: frozenset[str], status: int = 200) -> Response:
    options = tuple(Option(province, province, province in chosen) for province in PROVINCES)
    return page(request, "subscribe", Context(frame(request), address, problem, options, CONSENT), status)


def _confirm_page(request: Request, token: str, signed: str, state: str) -> Response:
    here = running(request)
    if state == "gone":
        return page(request, "subscribe_confirm", Confirm(frame(request), state, (), "", ""), 404)
    with here.store.reading() as session:
        known = subscribers.find(session, token)
    context = Confirm(
        frame(request),
        state,
        known.provinces if known else (),
        CONFIRM.path + signed,
        link_path(here.secrets, UNSUBSCRIBE, token),
    )
    return page(request, "subscribe_confirm", context)
