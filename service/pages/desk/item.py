"""`/redactie/items/{id}`: one item alone, with its history and the form to edit its text."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.changed_fields import FieldChange, changes
from service.desk.claiming import colleague_options, opened_by
from service.desk.edit import EditFields, edited_text, fields_as_typed, fields_of
from service.desk.forms import EditForm, Fields, ItemId, parse
from service.desk.frame import DeskFrame, desk_frame, place_of
from service.desk.places import municipality_names
from service.desk.session import DeskRoute, must_be_in_region, require
from service.desk.views import ItemView, claim_view, item_view
from service.pages.views import Option
from service.render import page
from service.running import running
from store import claims, dossier, moderation, queue, rules
from store.accounts import SignedIn
from store.errors import ChangedError, NotAllowedError
from store.values import EXCERPT_LIMIT

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Context:
    """`sentence` says why an edit was not stored; `changes` what changed in the text meanwhile.

    `place` brings a verdict back to this page, `back` an edit to the place in the queue where the editor came from.
    """

    desk: DeskFrame
    item: ItemView
    fields: EditFields
    excerpt_limit: int
    summary_limit: int
    municipalities: tuple[str, ...]
    sentence: str
    changes: tuple[FieldChange, ...]
    place: tuple[tuple[str, str], ...]
    back: tuple[tuple[str, str], ...]
    colleagues: tuple[Option, ...]


@router.get("/redactie/items/{item_id}")
def item_page(request: Request, item_id: ItemId) -> Response:
    who = require(request)
    here = running(request)
    opened_by(here, who, item_id, here.clock())
    return _page(request, who, item_id)


@router.post("/redactie/items/{item_id}/edit")
def edit(request: Request, item_id: ItemId, posted: Fields) -> Response:
    """Make a new text, which then waits. The regions, forms and event facts of the form replace the old ones."""
    who = require(request, *queue.MAY_DECIDE)
    must_be_in_region(request, who, item_id)
    here = running(request)
    form = None
    try:
        form = parse(EditForm, posted)
        with here.store.writing() as session:
            old = dossier.read(session, item_id, now=here.clock()).text
            edited = edited_text(form, old)
            moderation.edit(session, item_id, form.revision, edited.text, account_id=who.account_id, now=here.clock())
    except NotAllowedError as error:
        return _page(request, who, item_id, form, error.sentence, 422)
    except ChangedError as error:
        return _page(request, who, item_id, form, error.sentence, 409)
    message = "dubbel-uur" if edited.twice else "opgeslagen"
    return RedirectResponse(place_of(form).path(item_id, message=message), status_code=303)


def _page(
    request: Request,
    who: SignedIn,
    item_id: int,
    typed: EditForm | None = None,
    sentence: str = "",
    status: int = 200,
) -> Response:
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="")
    with here.store.reading() as session:
        found = dossier.read(session, item_id, now=now)
        seen = dossier.revision(session, item_id, typed.revision) if typed else None
        if typed is not None and status == 409:  # noqa: PLR2004
            # Having seen the difference, the editor may save what was typed in the place of the new text.
            typed = typed.model_copy(update={"revision": found.revision_id})
        claim = claim_view(claims.of_item(session, item_id, now=now), who.account_id)
        fields = fields_as_typed(typed, found.text) if typed else fields_of(found.revision_id, found.text)
        context = Context(
            desk=desk,
            item=item_view(found, now=now, claim=claim),
            fields=fields,
            excerpt_limit=EXCERPT_LIMIT,
            summary_limit=rules.SUMMARY_LIMIT,
            municipalities=municipality_names(),
            sentence=sentence,
            changes=changes(seen, found.text) if seen and status == 409 else (),  # noqa: PLR2004
            place=(("terug", "bericht"),),
            back=tuple(place_of(typed or request.query_params).fields().items()),
            colleagues=colleague_options(claims.colleagues(session, who.account_id)),
        )
    return page(request, "desk/item", context, status)
