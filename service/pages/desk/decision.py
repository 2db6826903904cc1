"""`POST /redactie/items/{id}/decision`: one verdict on one text. 303 stored, 409 changed, 422 not like this."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.forms import DecisionForm, Fields, ItemId, Posted, parse
from service.desk.frame import PLACE_FIELDS, DeskFrame, QueuePlace, desk_frame, place_of
from service.desk.session import DeskRoute, require
from service.desk.views import FieldChange, ItemView, changes, id_in, item_view
from service.render import page
from service.running import running
from store import dossier, moderation, queue
from store.accounts import SignedIn
from store.drafts import REASON_LIMIT
from store.errors import ChangedError, NotAllowedError
from store.values import RejectReason, Verdict

router = APIRouter(route_class=DeskRoute)


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
    here = running(request)
    try:
        form = parse(DecisionForm, posted)
        if form.verdict is Verdict.REJECT and form.reason not in set(RejectReason):
            raise NotAllowedError("Kies een reden voor het afwijzen uit de lijst.")
        place = place_of(form)
        with here.store.writing() as session:
            moderation.hold(session, item_id)
            now = here.clock()
            next_item = queue.next_after(session, place.wanted, item_id)
            moderation.decide(
                session,
                item_id,
                form.revision,
                form.verdict,
                account_id=who.account_id,
                now=now,
                undo_seconds=here.settings.desk.undo_seconds,
                reason=form.reason,
                privacy_checked=form.privacy_checked,
            )
    except NotAllowedError as error:
        return _not_stored(request, who, item_id, posted, error.sentence, 422)
    except ChangedError as error:
        return _not_stored(request, who, item_id, posted, error.sentence, 409)
    if form.terug == "openbaar":
        path = "/redactie/openbaar"
    elif form.terug == "bericht":
        path = f"/redactie/items/{item_id}"
    else:
        stays = form.verdict in {Verdict.UNDO, Verdict.REOPEN}
        path = place.path(item_id if stays else next_item)
    return RedirectResponse(path, status_code=303)


def _not_stored(request: Request, who: SignedIn, item_id: int, posted: Posted, sentence: str, status: int) -> Response:
    """The item as it is now, with what went wrong on top and what was typed still there."""
    here = running(request)
    now = here.clock()
    place = _place(posted)
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
            typed_reason="".join(posted.get("reason", [])[:1])[: REASON_LIMIT * 2],
            back_path=place.path(),
            item=item_view(found, now=now),
            place=tuple(place.fields().items()),
        )
    return page(request, "desk/decision", context, status)


def _place(posted: Posted) -> QueuePlace:
    return place_of({name: values[0] for name, values in posted.items() if name in PLACE_FIELDS})
