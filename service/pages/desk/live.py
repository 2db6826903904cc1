"""`GET /redactie/live`: an event stream with counts for an open page of the newsroom. No titles, no texts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service.desk.frame import scope_of
from service.desk.live import OVER, Asked, Hub, look, stream
from service.desk.session import DeskRoute, cookie_name, require
from service.desk.views import id_in
from service.running import running

EVENT_STREAM = "text/event-stream"

router = APIRouter(route_class=DeskRoute)


@router.get("/redactie/live")
def live(request: Request) -> Response:
    """`gezien` is the newest text and review that the page shows, as "12.3".

    Whoever does not ask for an event stream, as browsers do, gets the first event alone.
    """
    who = require(request)
    here = running(request)
    text, _, review = request.query_params.get("gezien", "").partition(".")
    asked = Asked(
        token=request.cookies[cookie_name(here.settings).session],
        login_id=who.login_id,
        account_id=who.account_id,
        scope=scope_of(who),
        text=_number(text),
        review=_number(review),
    )
    # A proxy that gathers answers before it passes them on would make it anything but live.
    headers = {"X-Accel-Buffering": "no"}
    if EVENT_STREAM not in request.headers.get("accept", ""):
        news = look(here, (asked,))[asked]
        return Response(OVER if news is None else news.event(), media_type=EVENT_STREAM)
    return StreamingResponse(_stream(request, asked), media_type=EVENT_STREAM, headers=headers)


def _number(text: str) -> int:
    """Without a number nothing counts as new."""
    found = id_in(text)
    return 2**31 if found is None else found


async def _stream(request: Request, asked: Asked) -> AsyncIterator[bytes]:
    hub = _hub(request)
    if not hub.has_room(asked.login_id):
        # The page works as well without; it tries again in a minute.
        yield b"retry: 60000\n\n"
        return
    async for part in stream(hub, asked):
        yield part


def _hub(request: Request) -> Hub:
    """The hub of this event loop; a process has one."""
    state, loop = request.app.state, asyncio.get_running_loop()
    kept: tuple[asyncio.AbstractEventLoop, Hub] | None = getattr(state, "live", None)
    if kept is None or kept[0] is not loop:
        here = running(request)
        kept = state.live = (loop, Hub(lambda asked: look(here, asked)))
    return kept[1]
