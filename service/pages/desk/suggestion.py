"""`/redactie/voorstellen/{id}`: two items that may belong together, beside each other, and the editor's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.desk.forms import Fields, ItemId, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, must_be_in_region, require
from service.desk.stories_forms import SuggestionForm
from service.desk.story_check import combination, must_be_seen
from service.render import page
from service.running import running
from store import cases, dossier, queue, stories, suggestions
from store.accounts import SignedIn
from store.dossier import Dossier
from store.errors import ChangedError, NotAllowedError
from store.suggestions import SuggestionKind

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two items. `text` is for editors alone."""

    item_id: int
    title: str
    excerpt: str
    text: str
    source_name: str
    when: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """`is_case` tells a step of the same case from the same story. `warning` is what both tell together."""

    desk: DeskFrame
    review_id: int
    is_case: bool
    is_open: bool
    sides: tuple[Side, ...]
    reasons: tuple[str, ...]
    sentence: str
    warning: str
    pieces: tuple[str, ...]


@router.get("/redactie/voorstellen/{review_id}")
def show(request: Request, review_id: ItemId) -> Response:
    return _page(request, require(request), review_id)


@router.post("/redactie/voorstellen/{review_id}")
def answer(request: Request, review_id: ItemId, posted: Fields) -> Response:
    """Join the two, or say that they do not belong together. 303 done, 409 answered before, 422 not like this."""
    who = require(request, *queue.MAY_DECIDE)
    here = running(request)
    with here.store.reading() as session:
        asked = stories.suggestion_of(session, review_id)
    must_be_in_region(request, who, asked.item_id, asked.other_item_id)
    try:
        form = parse(SuggestionForm, posted)
        accepted = form.antwoord == "samen"
        with here.store.writing() as session:
            now = here.clock()
            found = stories.answer(session, review_id, accepted=accepted, account_id=who.account_id, now=now)
            pair = (found.item_id, found.other_item_id)
            is_case = found.kind is SuggestionKind.CASE
            if accepted and not is_case:
                reason = must_be_seen(session, pair, seen=form.gezien, reason=form.reden, now=now)
                if not _together(session, pair):
                    stories.join(session, *pair, account_id=who.account_id, now=now, reason=reason)
            other = _in_a_case(session, pair) if is_case else 0
    except NotAllowedError as error:
        return _page(request, who, review_id, error.sentence, 422)
    except ChangedError as error:
        return _page(request, who, review_id, error.sentence, 409)
    if accepted and is_case:
        # A step needs its stage and its day: the page of the case asks for them, with what we propose filled in.
        free = pair[0] if other != pair[0] else pair[1]
        return RedirectResponse(f"/redactie/items/{free}/verhaal?melding=voorstel-zaak#zaak", status_code=303)
    return RedirectResponse(f"/redactie?melding={'voorstel-samen' if accepted else 'voorstel-apart'}", status_code=303)


def _together(session: Any, pair: tuple[int, int]) -> bool:
    return pair[1] in {each.item_id for each in stories.members(session, pair[0])}


def _in_a_case(session: Any, pair: tuple[int, int]) -> int:
    """Which of the two tells a step of a case already, 0 for neither."""
    return next((number for number in pair if cases.case_of(session, number) is not None), 0)


def _page(request: Request, who: SignedIn, review_id: int, sentence: str = "", status: int = 200) -> Response:
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="rij")
    with here.store.reading() as session:
        found = stories.suggestion_of(session, review_id)
        pair = (found.other_item_id, found.item_id)
        sides = tuple(_side(dossier.read(session, number, now=now)) for number in pair)
        told = combination(session, pair, now=now) if found.kind is not SuggestionKind.CASE else None
    context = Context(
        desk=desk,
        review_id=review_id,
        is_case=found.kind is SuggestionKind.CASE,
        is_open=found.state == suggestions.OPEN,
        sides=sides,
        reasons=found.reasons,
        sentence=sentence,
        warning=told.sentence if told else "",
        pieces=tuple(piece.reason for piece in told.pieces) if told else (),
    )
    return page(request, "desk/suggestion", context, status)


def _side(found: Dossier) -> Side:
    return Side(
        item_id=found.item_id,
        title=found.text.title or "(zonder titel)",
        excerpt=found.text.excerpt,
        text=found.text.text,
        source_name=found.source_name,
        when=wording.moment_words(found.text.published_at or found.found_at),
        regions=tuple(dict.fromkeys(each.place or each.municipality or each.province for each in found.text.regions)),
    )
