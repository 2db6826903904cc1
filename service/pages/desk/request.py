"""`/redactie/verzoeken/{id}`: what somebody asked over /correctie beside the item it is about, and what to do.

Whoever decides may take the item off the site from here at once. A reader sees the page without the address for an
answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.desk.forms import LARGEST_ID, Fields, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.request_forms import RequestForm, cleaned, shown_again
from service.desk.session import DeskRoute, require
from service.pages.views import Option
from service.render import page
from service.running import running
from store import dossier, moderation, queue, requests
from store.accounts import SignedIn
from store.dossier import Dossier
from store.errors import ChangedError, NotAllowedError
from store.requests import Closed, RequestKind, RequestSeen
from store.values import Verdict

router = APIRouter(route_class=DeskRoute)

KIND_WORDS = {RequestKind.CORRECTION: "vraagt om een correctie", RequestKind.REMOVAL: "vraagt om dit weg te halen"}
OUTCOMES = {
    Closed.WITHDRAWN: "van de site gehaald",
    Closed.CORRECTED: "gecorrigeerd",
    Closed.KEPT: "blijft zoals het is",
    Closed.ANSWERED: "beantwoord of niet over een bericht",
}
DONE = {"weg": "verzoek-weg", "notitie": "verzoek-notitie", "sluit": "verzoek-dicht"}
ReviewId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@dataclass(frozen=True, slots=True)
class AskedView:
    """The request in the words of the page. `link` is its page on our own site, empty when we do not know it."""

    review_id: int
    number: int
    kind_words: str
    urgent: bool
    when: str
    page: str
    words: str
    contact: str
    note: str
    open: bool
    closed_words: str
    blanked: bool


@dataclass(frozen=True, slots=True)
class ItemShown:
    """The item it is about. `revision_id` is the approved text, 0 when nothing is up to take down."""

    item_id: int
    title: str
    excerpt: str
    source_name: str
    standing: str
    revision_id: int
    may_correct: bool


@dataclass(frozen=True, slots=True)
class Context:
    """`sentence` says why something was not done; `reason` and `note` are what was typed."""

    desk: DeskFrame
    asked: AskedView
    item: ItemShown | None
    outcomes: tuple[Option, ...]
    sentence: str
    reason: str


@router.get("/redactie/verzoeken/{review_id}")
def show(request: Request, review_id: ReviewId) -> Response:
    return _page(request, require(request), review_id)


@router.post("/redactie/verzoeken/{review_id}")
def act(request: Request, review_id: ReviewId, posted: Fields) -> Response:
    """Take the item down, keep a note, or close the request. 303 done, 409 somebody was first, 422 not like this."""
    who = require(request, *queue.MAY_DECIDE)
    form = None
    try:
        form = parse(RequestForm, posted)
        if form.actie == "weg":
            _take_down(request, who, review_id, form)
        else:
            _answer(request, who, review_id, form)
    except NotAllowedError as error:
        return _page(request, who, review_id, form, error.sentence, 422)
    except ChangedError as error:
        return _page(request, who, review_id, form, error.sentence, 409)
    back = "/redactie" if form.actie == "sluit" else f"/redactie/verzoeken/{review_id}"
    return RedirectResponse(f"{back}?melding={DONE[form.actie]}", status_code=303)


def _take_down(request: Request, who: SignedIn, review_id: int, form: RequestForm) -> None:
    here = running(request)
    reason = cleaned(form.reason)
    with here.store.writing() as session:
        seen = requests.read(session, here.secrets, review_id)
        if seen.item_id is None or not form.revision:
            raise NotAllowedError("Er staat geen bericht bij dit verzoek. Zoek het op en trek het daar in.")
        moderation.hold(session, seen.item_id)
        moderation.decide(
            session,
            seen.item_id,
            form.revision,
            Verdict.WITHDRAW,
            account_id=who.account_id,
            now=here.clock(),
            undo_seconds=here.settings.desk.undo_seconds,
            reason=reason or _reason(seen),
        )


def _answer(request: Request, who: SignedIn, review_id: int, form: RequestForm) -> None:
    here = running(request)
    note = cleaned(form.notitie) if len(form.notitie) <= 2 * requests.ANSWER_LIMIT else form.notitie
    if form.actie == "sluit" and not form.uitkomst:
        raise NotAllowedError("Kies hoe dit verzoek is afgelopen. Daarna kun je het sluiten.")
    now = here.clock()
    with here.store.writing() as session:
        if form.actie == "notitie":
            requests.note(session, review_id, note, account_id=who.account_id, now=now)
        else:
            requests.close(session, review_id, Closed(form.uitkomst), note, account_id=who.account_id, now=now)


def _page(
    request: Request,
    who: SignedIn,
    review_id: int,
    typed: RequestForm | None = None,
    sentence: str = "",
    status: int = 200,
) -> Response:
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="rij")
    with here.store.reading() as session:
        seen = requests.read(session, here.secrets, review_id)
        found = dossier.read(session, seen.item_id, now=now) if seen.item_id else None
    chosen = typed.uitkomst if typed else seen.review.outcome
    context = Context(
        desk=desk,
        asked=_asked(seen, typed, may_see=desk.may_decide),
        item=_item(found) if found else None,
        outcomes=tuple(Option(each.value, words, each == chosen) for each, words in OUTCOMES.items()),
        sentence=sentence,
        reason=shown_again(typed.reason)[:500] if typed and typed.reason else _reason(seen),
    )
    return page(request, "desk/request", context, status)


def _asked(seen: RequestSeen, typed: RequestForm | None, *, may_see: bool) -> AskedView:
    contact = "(het adres is niet meer te lezen)" if seen.contact is None else seen.contact
    closed = seen.review.closed_at
    outcome = OUTCOMES.get(Closed(seen.review.outcome), "") if seen.review.outcome else ""
    return AskedView(
        review_id=seen.review.id,
        number=seen.review.target,
        kind_words=KIND_WORDS[seen.kind],
        urgent=seen.urgent,
        when=wording.moment_words(seen.made_at),
        page=seen.page,
        words=seen.words,
        contact=contact if may_see else "",
        note=shown_again(typed.notitie) if typed and typed.notitie else seen.answer,
        open=seen.review.is_open,
        closed_words=f"Gesloten op {wording.moment_words(closed)}: {outcome}." if closed else "",
        blanked=seen.blanked,
    )


def _item(found: Dossier) -> ItemShown:
    shown = found.approved or found.text
    return ItemShown(
        item_id=found.item_id,
        title=shown.title,
        excerpt=shown.excerpt,
        source_name=found.source_name,
        standing=_standing(found),
        revision_id=(found.approved_revision_id or 0) if found.may_withdraw else 0,
        may_correct=found.may_correct,
    )


def _standing(found: Dossier) -> str:
    if found.taken_down_at is not None:
        return f"Van de site sinds {wording.moment_words(found.taken_down_at)}."
    if found.rights_held_at is not None:
        return f"Van de site om de rechten, sinds {wording.moment_words(found.rights_held_at)}."
    if found.shown_revision_id is not None:
        return "Staat nu op de site."
    return "Is goedgekeurd en komt nog op de site." if found.approved_revision_id else "Staat niet op de site."


def _reason(seen: RequestSeen) -> str:
    return f"Verzoek {seen.review.target} over de site"
