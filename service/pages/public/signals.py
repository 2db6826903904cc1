"""`/signalen`: three cards with signals, one per form; each fills one sheet A4 when printed."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.content import StaticPage
from service.pages.views import FormCard, Frame
from service.render import frame, page, theme
from service.wording import FORM_ANCHORS

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Context:
    """`cards` are the parts of the page, each with the key of its form."""

    frame: Frame
    page: StaticPage
    cards: tuple[FormCard, ...]


@router.get("/signalen")
def show(request: Request) -> Response:
    text = theme(request).pages["signalen"]
    cards = []
    for form, anchor in FORM_ANCHORS.items():
        section = text.section(anchor)
        cards.append(FormCard(form.value, section.title, anchor, section.html))
    return page(request, "signals", Context(frame(request, "signalen"), text, tuple(cards)))
