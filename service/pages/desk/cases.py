"""`/redactie/zaken`: the cases and the stories that editors made, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.case_words import OUTCOME_NAMES, STAGE_NAMES, case_title
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.render import page
from service.running import running
from store import cases, stories
from store.cases import CaseSeen
from store.stories import StorySeen

router = APIRouter(route_class=DeskRoute)
QUERY_LIMIT = 100


@dataclass(frozen=True, slots=True)
class CaseRow:
    """`item_id` is the item of the newest step: its page is where the case is changed."""

    item_id: int
    title: str
    steps_words: str
    newest_words: str
    outcome_words: str


@dataclass(frozen=True, slots=True)
class Context:
    desk: DeskFrame
    cases: tuple[CaseRow, ...]
    stories: tuple[StorySeen, ...]
    query: str
    next_path: str


@router.get("/redactie/zaken")
def show(request: Request) -> Response:
    who = require(request)
    here = running(request)
    query = request.query_params.get("q", "")[:QUERY_LIMIT]
    after = request.query_params.get("na", "")
    last = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else None  # noqa: PLR2004
    desk = desk_frame(request, who, now=here.clock(), nav="zaken")
    with here.store.reading() as session:
        found = cases.recent(session, words=query, after=last)
        known = () if query or last else stories.recent(session)
    full = len(found) == cases.PAGE_SIZE
    context = Context(
        desk=desk,
        cases=tuple(_row(each) for each in found if each.steps),
        stories=known,
        query=query,
        next_path=f"/redactie/zaken?na={found[-1].id}" if full and not query else "",
    )
    return page(request, "desk/cases", context)


def _row(case: CaseSeen) -> CaseRow:
    newest = case.steps[-1]
    return CaseRow(
        item_id=newest.item_id,
        title=case_title(case.facts.province, case.facts.municipality, case.facts.court, case.steps[0].day.year),
        steps_words=wording.count_words(len(case.steps), "stap", "stappen"),
        newest_words=f"{STAGE_NAMES[newest.stage]}, {wording.date_words(newest.day)}",
        outcome_words=OUTCOME_NAMES[case.outcome] if case.outcome else "",
    )
