"""`/redactie/items/{id}/correct`: a better text in the place of the one that is up, with a sentence for the readers."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk import privacy_gate, severity
from service.desk.approval import cleared, second_editor
from service.desk.changed_fields import FieldChange, changes
from service.desk.edit import Edited, EditFields, edited_text, fields_as_typed, fields_of
from service.desk.forms import CorrectionForm, Fields, ItemId, Posted, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.marked import GateView, gate_view
from service.desk.places import municipality_names
from service.desk.session import DeskRoute, must_be_in_region, require
from service.desk.wording_check import Advice, advices
from service.render import page
from service.running import running
from store import approving, dossier, moderation, queue, rules
from store.accounts import SignedIn
from store.dossier import Dossier
from store.drafts import fit_correction
from store.errors import ChangedError, NotAllowedError, NotFoundError
from store.revisions import RevisionText
from store.values import EXCERPT_LIMIT

router = APIRouter(route_class=DeskRoute)

NOTHING_UP = "Dit bericht staat niet op de site. Pas de tekst aan en laat hem beoordelen."
NEEDS_SECOND = (
    "Met deze correctie komt er iets bij over {reasons}. Daar kijken twee redacteuren naar. "
    "Bewaar hem als nieuwe tekst: dan wacht hij op een besluit."
)


@dataclass(frozen=True, slots=True)
class Context:
    """`sentence` says why a correction was not stored; `typed_sentence` is the public one."""

    desk: DeskFrame
    item_id: int
    title: str
    fields: EditFields
    gate: GateView
    advices: tuple[Advice, ...]
    excerpt_limit: int
    summary_limit: int
    municipalities: tuple[str, ...]
    sentence: str
    typed_sentence: str
    changes: tuple[FieldChange, ...]


@router.get("/redactie/items/{item_id}/correct")
def correct_page(request: Request, item_id: ItemId) -> Response:
    who = require(request, *queue.MAY_DECIDE)
    return _page(request, who, item_id, {}, "", 200)


@router.post("/redactie/items/{item_id}/correct")
def correct(request: Request, item_id: ItemId, posted: Fields) -> Response:
    who = require(request, *queue.MAY_DECIDE)
    must_be_in_region(request, who, item_id)
    try:
        twice = _correct(request, who, item_id, posted)
    except NotAllowedError as error:
        return _page(request, who, item_id, posted, error.sentence, 422)
    except ChangedError as error:
        return _page(request, who, item_id, posted, error.sentence, 409)
    message = "dubbel-uur" if twice else "gecorrigeerd"
    return RedirectResponse(f"/redactie/items/{item_id}?melding={message}", status_code=303)


def _correct(request: Request, who: SignedIn, item_id: int, posted: Posted) -> bool:
    """Store it. Returns whether a time of an event comes twice that night."""
    here = running(request)
    typed, others = privacy_gate.split(posted)
    form = parse(CorrectionForm, others)
    with here.store.writing() as session:
        moderation.hold(session, item_id)
        now = here.clock()
        found = dossier.read(session, item_id, now=now)
        if not found.may_correct:
            raise NotAllowedError(NOTHING_UP)
        if form.revision != found.revision_id:
            raise ChangedError(moderation.CHANGED, item_id, found.revision_id)
        edited = edited_text(form, found.text)
        new = moderation.drafted(found.text, edited.text)
        said = fit_correction(form.sentence)
        four_eyes, deciders = here.settings.desk.four_eyes, approving.deciders(session)
        clear = cleared(
            new,
            found.source_text or found.text,
            four_eyes=four_eyes,
            deciders=deciders,
            typed=typed,
            correction=said,
        )
        _must_not_add(found, new, said, four_eyes, deciders)
        moderation.correct(
            session,
            item_id,
            form.revision,
            edited.text,
            form.sentence,
            account_id=who.account_id,
            now=now,
            undo_seconds=here.settings.desk.undo_seconds,
            answers=clear.answers,
        )
    return edited.twice


def _must_not_add(found: Dossier, new: RevisionText, correction: str, four_eyes: str, deciders: int) -> None:
    """What asks for two editors may not come in by a correction, which is the work of one."""
    before = second_editor(found.approved) if found.approved else ()
    added = tuple(reason for reason in second_editor(new, correction) if reason not in before)
    if added and severity.needs_two(four_eyes, deciders, added):
        raise NotAllowedError(NEEDS_SECOND.format(reasons=" en ".join(added)))


def _page(request: Request, who: SignedIn, item_id: int, posted: Posted, sentence: str, status: int) -> Response:
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="openbaar")
    typed, others = privacy_gate.split(posted)
    with here.store.reading() as session:
        found = dossier.read(session, item_id, now=now)
        if not found.may_correct and not posted:
            raise NotFoundError(f"Item {item_id} is not up.")
        form, edited = _read_again(others, found)
        changed = form is not None and form.revision != found.revision_id
        seen = dossier.revision(session, item_id, form.revision) if form and changed else None
        if form is not None and changed:
            # Having seen the difference, the editor may save what was typed in the place of the new text.
            form = form.model_copy(update={"revision": found.revision_id})
        text = moderation.drafted(found.text, edited.text) if edited else found.text
        context = Context(
            desk=desk,
            item_id=item_id,
            title=found.text.title,
            fields=fields_as_typed(form, found.text) if form else fields_of(found.revision_id, found.text),
            gate=gate_view(privacy_gate.marks_of(text, _said(form)), typed),
            advices=advices(text.title, text.excerpt, text.body),
            excerpt_limit=EXCERPT_LIMIT,
            summary_limit=rules.SUMMARY_LIMIT,
            municipalities=municipality_names(),
            sentence=sentence,
            typed_sentence=form.sentence if form else "",
            changes=changes(seen, found.text) if seen else (),
        )
    return page(request, "desk/correct", context, status)


def _said(form: CorrectionForm | None) -> str:
    """The sentence as it would be kept, empty while it cannot be: then there is nothing to ask about it."""
    try:
        return fit_correction(form.sentence) if form else ""
    except NotAllowedError:
        return ""


def _read_again(posted: Posted, found: Dossier) -> tuple[CorrectionForm | None, Edited | None]:
    """What was typed, as far as it can be read: the page shows it again whatever was wrong with it."""
    if not posted:
        return None, None
    try:
        form = parse(CorrectionForm, posted)
    except NotAllowedError:
        return None, None
    try:
        return form, edited_text(form, found.text)
    except NotAllowedError:
        return form, None
