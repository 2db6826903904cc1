"""`POST /redactie/items/{id}/claim`: who looks at an item, or gets it from a colleague. Never decides anything."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.desk.forms import Fields, ItemId, parse
from service.desk.frame import place_of
from service.desk.queue_forms import ClaimForm
from service.desk.session import DeskRoute, require
from service.running import running
from store import claims, queue
from store.errors import NotAllowedError

router = APIRouter(route_class=DeskRoute)

FROM_THE_SCRIPT = frozenset({"ping", "release"})


@router.post("/redactie/items/{item_id}/claim")
def claim(request: Request, item_id: ItemId, posted: Fields) -> Response:
    """204 for the script, 303 for a form. Handing over goes on with the queue, the rest comes back to the item."""
    who = require(request, *queue.MAY_DECIDE)
    here = running(request)
    form = parse(ClaimForm, posted)
    seconds, now = here.settings.desk.claim_seconds, here.clock()
    with here.store.writing() as session:
        if form.action == "ping":
            claims.claim(session, item_id, account_id=who.account_id, login_id=who.login_id, seconds=seconds, now=now)
        elif form.action == "take":
            claims.take(session, item_id, account_id=who.account_id, login_id=who.login_id, seconds=seconds, now=now)
        elif form.action in {"release", "back"}:
            claims.release(session, item_id, who.account_id, also_handed=form.action == "back")
        elif form.action == "hand":
            claims.hand_over(session, item_id, account_id=who.account_id, to=form.to, note=form.note, now=now)
        else:
            raise NotAllowedError("Deze knop kennen we niet. Open de pagina opnieuw en kies een van de knoppen.")
    if form.action in FROM_THE_SCRIPT:
        return Response(status_code=204)
    if form.action == "hand":
        return RedirectResponse(place_of(form).path(message="overgedragen"), status_code=303)
    path = f"/redactie/items/{item_id}" if form.terug == "bericht" else place_of(form).path(item_id)
    return RedirectResponse(path, status_code=303)
