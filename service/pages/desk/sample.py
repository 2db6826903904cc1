"""`/redactie/steekproef/{id}`: an item of the pile that the lot chose, and whether it lies there rightly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.desk.facts import relevance_words
from service.desk.forms import Fields, FormModel, ItemId, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, must_be_in_region, require
from service.render import page
from service.running import running
from store import dossier, queue, samples
from store.accounts import SignedIn
from store.errors import ChangedError, NotAllowedError
from store.samples import Outcome

router = APIRouter(route_class=DeskRoute)

SAID = {Outcome.RIGHT: "terecht op de stapel", Outcome.MISSED: "gemist"}


class SampleForm(FormModel):
    antwoord: Literal["terecht", "gemist"]


@dataclass(frozen=True, slots=True)
class Context:
    """`text` is for editors alone; `said` is the answer that was given, "" while it waits."""

    desk: DeskFrame
    review_id: int
    item_id: int
    title: str
    excerpt: str
    text: str
    source_name: str
    when: str
    relevance: str
    reasons: tuple[str, ...]
    is_open: bool
    said: str
    sentence: str


@router.get("/redactie/steekproef/{review_id}")
def show(request: Request, review_id: ItemId) -> Response:
    return _page(request, require(request), review_id)


@router.post("/redactie/steekproef/{review_id}")
def answer(request: Request, review_id: ItemId, posted: Fields) -> Response:
    """Write down the answer. 303 done, 409 somebody was first, 422 not like this."""
    who = require(request, *queue.MAY_DECIDE)
    here = running(request)
    with here.store.reading() as session:
        item_id = samples.get(session, review_id).target
    must_be_in_region(request, who, item_id)
    try:
        outcome = Outcome(parse(SampleForm, posted).antwoord)
        with here.store.writing() as session:
            samples.answer(
                session,
                review_id,
                outcome,
                account_id=who.account_id,
                now=here.clock(),
                undo_seconds=here.settings.desk.undo_seconds,
            )
    except NotAllowedError as error:
        return _page(request, who, review_id, error.sentence, 422)
    except ChangedError as error:
        return _page(request, who, review_id, error.sentence, 409)
    message = "steekproef-gemist" if outcome is Outcome.MISSED else "steekproef-terecht"
    return RedirectResponse(f"/redactie?melding={message}", status_code=303)


def _page(request: Request, who: SignedIn, review_id: int, sentence: str = "", status: int = 200) -> Response:
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="rij")
    with here.store.reading() as session:
        drawn = samples.get(session, review_id)
        found = dossier.read(session, drawn.target, now=now)
    context = Context(
        desk=desk,
        review_id=review_id,
        item_id=found.item_id,
        title=found.text.title or "(zonder titel)",
        excerpt=found.text.excerpt,
        text=found.text.text,
        source_name=found.source_name,
        when=wording.moment_words(found.text.published_at or found.found_at),
        relevance=relevance_words(found.text.relevance),
        reasons=found.text.relevance_reasons,
        is_open=drawn.is_open,
        said=SAID[Outcome(drawn.outcome)] if drawn.outcome in list(Outcome) else "",
        sentence=sentence,
    )
    return page(request, "desk/sample", context, status)
