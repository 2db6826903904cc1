"""`/redactie/openbaar`: what is on the site now or will be when its undo window ends, with a way to withdraw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.desk.views import id_in
from service.render import page
from service.running import running
from store import dossier
from store.dossier import UpLine
from store.values import Kind

router = APIRouter(route_class=DeskRoute)

SOON = timedelta(hours=1)
"""Within an hour the seconds of the undo window count, after that the day does."""


@dataclass(frozen=True, slots=True)
class Line:
    item_id: int
    revision_id: int
    kind_words: str
    title: str
    source_name: str
    since_words: str
    has_newer_text: bool
    public_path: str


@dataclass(frozen=True, slots=True)
class Context:
    desk: DeskFrame
    lines: tuple[Line, ...]
    next_path: str
    first_path: str


@router.get("/redactie/openbaar")
def on_site_page(request: Request) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    before = id_in(request.query_params.get("na", ""))
    desk = desk_frame(request, who, now=now, nav="openbaar")
    with here.store.reading() as session:
        found = dossier.up(session, before=before)
        context = Context(
            desk=desk,
            lines=tuple(_line(line, now) for line in found.lines),
            next_path=f"/redactie/openbaar?na={found.next_cursor}" if found.next_cursor else "",
            first_path="/redactie/openbaar" if before else "",
        )
    return page(request, "desk/on_site", context)


def _since(public_at: datetime, now: datetime) -> str:
    if public_at <= now:
        return f"sinds {wording.moment_words(public_at)}"
    if public_at - now > SOON:
        return f"komt op de site op {wording.moment_words(public_at)}"
    return f"komt op de site om {wording.local(public_at):%H.%M.%S} uur"


def _line(line: UpLine, now: datetime) -> Line:
    shows = line.public_at <= now
    folder = "agenda" if line.kind == Kind.EVENT else "nieuws"
    return Line(
        item_id=line.item_id,
        revision_id=line.revision_id,
        kind_words=wording.KIND_NAMES[Kind(line.kind)],
        title=line.title or "(zonder titel)",
        source_name=line.source_name,
        since_words=_since(line.public_at, now),
        has_newer_text=line.has_newer_text,
        public_path=f"/{folder}/{line.item_id}-{wording.slug(line.title)}" if shows else "",
    )
