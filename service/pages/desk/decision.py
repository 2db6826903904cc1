"""`POST /redactie/items/{id}/decision`: one verdict on one text. 303 stored, 409 changed, 422 not like this.

`POST /redactie/items/{id}/shorten` makes the text that the privacy gate proposes: a name shortened, a link left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk import privacy_gate
from service.desk.approval import Cleared, cleared
from service.desk.changed_fields import FieldChange, changes
from service.desk.edit import as_edit, moment_typed
from service.desk.forms import DecisionForm, Fields, ItemId, Posted, ShortenForm, parse
from service.desk.frame import PLACE_FIELDS, DeskFrame, QueuePlace, desk_frame, place_of, scope_of
from service.desk.session import DeskRoute, must_be_in_region, require
from service.desk.views import ItemView, id_in, item_view
from service.desk.wall_time import Moment
from service.render import page
from service.running import running
from store import approving, dossier, moderation, queue
from store.accounts import SignedIn
from store.drafts import REASON_LIMIT
from store.errors import ChangedError, NotAllowedError
from store.values import RejectReason, Verdict

router = APIRouter(route_class=DeskRoute)

HIDES = ([str(Verdict.WITHDRAW)], [str(Verdict.HOLD)])


@dataclass(frozen=True, slots=True)
class Context:
    """What was not stored, and why. `changes` is the difference between the text that was judged and the newest one."""

    desk: DeskFrame
    changed: bool
    sentence: str
    changes: tuple[FieldChange, ...]
    typed_reason: str
    back_path: str
    item: ItemView
    place: tuple[tuple[str, str], ...]


@router.post("/redactie/items/{item_id}/decision")
def decide(request: Request, item_id: ItemId, posted: Fields) -> Response:
    who = require(request, *queue.MAY_DECIDE)
    # Taking something off the site is for every editor, whichever provinces they decide about: it hurries.
    if posted.get("verdict") not in HIDES:
        must_be_in_region(request, who, item_id)
    return _stored_or_not(request, who, item_id, posted, lambda: _decide(request, who, item_id, posted))


@router.post("/redactie/items/{item_id}/shorten")
def shorten(request: Request, item_id: ItemId, posted: Fields) -> Response:
    """Make the text that a mark proposes; it waits in the place of the one that was seen."""
    who = require(request, *queue.MAY_DECIDE)
    must_be_in_region(request, who, item_id)
    return _stored_or_not(request, who, item_id, posted, lambda: _shorten(request, who, item_id, posted))


def _decide(request: Request, who: SignedIn, item_id: int, posted: Posted) -> str:
    here = running(request)
    typed, others = privacy_gate.split(posted)
    form = parse(DecisionForm, others)
    if form.verdict is Verdict.REJECT and form.reason not in set(RejectReason):
        raise NotAllowedError("Kies een reden voor het afwijzen uit de lijst.")
    place = place_of(form, scope_of(who))
    with here.store.writing() as session:
        waits = moderation.hold(session, item_id)
        now = here.clock()
        next_item = queue.next_after(session, place.wanted, item_id, account_id=who.account_id, now=now)
        clear, at = Cleared((), four_eyes=False), None
        # Whoever saw another text than the one that waits is told so by `decide`, before any question about it.
        if form.verdict is Verdict.APPROVE and waits == form.revision:
            at = moment_typed(form.at, now=now)
            text, source = dossier.judged(session, item_id, form.revision)
            four_eyes, deciders = here.settings.desk.four_eyes, approving.deciders(session)
            clear = cleared(text, source, four_eyes=four_eyes, deciders=deciders, typed=typed)
        moderation.decide(
            session,
            item_id,
            form.revision,
            form.verdict,
            account_id=who.account_id,
            now=now,
            undo_seconds=here.settings.desk.undo_seconds,
            reason=form.reason,
            privacy_checked=form.verdict is Verdict.APPROVE,
            answers=clear.answers,
            at=at.at if at else None,
            four_eyes=clear.four_eyes,
        )
    return _after(form, place, item_id, next_item, at)


def _after(form: DecisionForm, place: QueuePlace, item_id: int, next_item: int | None, at: Moment | None) -> str:
    """Where the editor goes on."""
    message = "dubbel-tijdstip" if at is not None and at.twice else ""
    if form.terug == "openbaar":
        return "/redactie/openbaar" + (f"?melding={message}" if message else "")
    if form.terug == "bericht":
        return f"/redactie/items/{item_id}" + (f"?melding={message}" if message else "")
    stays = form.verdict in {Verdict.UNDO, Verdict.REOPEN}
    return place.path(item_id if stays else next_item, message=message)


def _shorten(request: Request, who: SignedIn, item_id: int, posted: Posted) -> str:
    here = running(request)
    form = parse(ShortenForm, posted)
    with here.store.writing() as session:
        waits = moderation.hold(session, item_id)
        now = here.clock()
        if waits != form.revision:
            raise ChangedError(moderation.CHANGED, item_id, waits)
        text, _ = dossier.judged(session, item_id, form.revision)
        marks = privacy_gate.marks_of(text)
        if form.gezien != privacy_gate.digest(marks):
            raise NotAllowedError("De vragen bij deze tekst zijn veranderd. Lees ze opnieuw en kies dan.")
        changed = {"link_hidden": True} if form.link else privacy_gate.shortened_fields(text, marks, form.merk)
        moderation.edit(session, item_id, form.revision, as_edit(text, **changed), account_id=who.account_id, now=now)
    return f"/redactie/items/{item_id}" if form.terug == "bericht" else place_of(form).path(item_id)


def _stored_or_not(request: Request, who: SignedIn, item_id: int, posted: Posted, act: Callable[[], str]) -> Response:
    try:
        return RedirectResponse(act(), status_code=303)
    except NotAllowedError as error:
        return _not_stored(request, who, item_id, posted, error.sentence, 422)
    except ChangedError as error:
        return _not_stored(request, who, item_id, posted, error.sentence, 409)


def _not_stored(request: Request, who: SignedIn, item_id: int, posted: Posted, sentence: str, status: int) -> Response:
    """The item as it is now, with what went wrong on top and what was typed still there."""
    here = running(request)
    now = here.clock()
    place = _place(posted)
    typed, _ = privacy_gate.split(posted)
    desk = desk_frame(request, who, now=now, nav="rij")
    with here.store.reading() as session:
        found = dossier.read(session, item_id, now=now)
        seen = id_in("".join(posted.get("revision", [])[:1]))
        judged = dossier.revision(session, item_id, seen) if seen and seen != found.revision_id else None
        context = Context(
            desk=desk,
            changed=status == 409,  # noqa: PLR2004
            sentence=sentence,
            changes=changes(judged, found.text) if judged else (),
            typed_reason=_short_of(posted, "reason"),
            back_path=place.path(),
            item=replace(item_view(found, now=now, typed=typed), typed_at=_short_of(posted, "at")[:20]),
            place=tuple(place.fields().items()),
        )
    return page(request, "desk/decision", context, status)


def _short_of(posted: Posted, name: str) -> str:
    return "".join(posted.get(name, [])[:1])[: REASON_LIMIT * 2]


def _place(posted: Posted) -> QueuePlace:
    return place_of({name: values[0] for name, values in posted.items() if name in PLACE_FIELDS})
