"""`/redactie/leren`: what was learned from the decisions, how it does beside the lexicon, and the switch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crawler.reading import learned
from crawler.reading.learned import Move
from service import wording
from service.desk.forms import Fields, FormModel, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.render import page
from service.running import running
from store import learning
from store.learning import Kept
from store.values import Role

router = APIRouter(route_class=DeskRoute)


class SwitchForm(FormModel):
    leren: Literal["aan", "uit"]


@dataclass(frozen=True, slots=True)
class MoveTable:
    title: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """`orders_words` says what orders the queue now and why; `made_words` is "" before anything was learned."""

    desk: DeskFrame
    is_on: bool
    orders_words: str
    made_words: str
    compared_words: str
    about: int
    other: int
    tables: tuple[MoveTable, ...]


@router.get("/redactie/leren")
def show(request: Request) -> Response:
    who = require(request)
    here = running(request)
    with here.store.reading() as session:
        kept, is_on = learning.newest(session), learning.is_on(session)
    model = learned.from_json(json.dumps(kept.model)) if kept else None
    context = Context(
        desk=desk_frame(request, who, now=here.clock(), nav="cijfers"),
        is_on=is_on,
        orders_words=_orders(kept, is_on=is_on),
        made_words=wording.moment_words(kept.made_at) if kept else "",
        compared_words=_compared(kept.comparison) if kept else "",
        about=model.about if model else 0,
        other=model.other if model else 0,
        tables=_tables(model) if model else (),
    )
    return page(request, "desk/learning", context)


@router.post("/redactie/leren")
def switch(request: Request, posted: Fields) -> Response:
    """Let it order the queue, or leave that to the lexicon. The queue follows within the hour."""
    who = require(request, Role.ADMINISTRATOR)
    here = running(request)
    form = parse(SwitchForm, posted)
    with here.store.writing() as session:
        learning.switch(session, on=form.leren == "aan", account_id=who.account_id, now=here.clock())
    return RedirectResponse(f"/redactie/leren?melding=leren-{form.leren}", status_code=303)


def _orders(kept: Kept | None, *, is_on: bool) -> str:
    if not is_on:
        return "De woordenlijst bepaalt de volgorde van de rij. Een beheerder zette het leren uit."
    if kept is None:
        return "De woordenlijst bepaalt de volgorde van de rij. Er is nog niets geleerd."
    if not kept.beats_the_lexicon:
        return "De woordenlijst bepaalt de volgorde van de rij. Wat we leerden is nog niet aantoonbaar beter."
    return "Wat we leerden bepaalt mee wat er bovenaan de rij staat. Er valt niets door weg."


def _compared(comparison: dict[str, Any]) -> str:
    return str(comparison.get("sentence", ""))


def _tables(model: learned.Model) -> tuple[MoveTable, ...]:
    moves = learned.terms_that_would_move(model)
    found = (
        MoveTable("Woorden die een bericht omhoog brengen", moves.terms_up),
        MoveTable("Woorden die een bericht omlaag brengen", moves.terms_down),
        MoveTable("Bronnen die een bericht omhoog brengen", moves.sources_up),
        MoveTable("Bronnen die een bericht omlaag brengen", moves.sources_down),
    )
    return tuple(table for table in found if table.moves)
