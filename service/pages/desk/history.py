"""`/redactie/geschiedenis`: every decision, newest first, and whether the chain of decisions still fits."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.desk.views import HistoryLine, history_line, id_in
from service.render import page
from service.running import running
from store import chain, dossier

router = APIRouter(route_class=DeskRoute)

CHECK_WHEN_ASKED = 5000
"""Checking the chain reads all of it; above this length it is done only when somebody asks."""


@dataclass(frozen=True, slots=True)
class Context:
    """`chain_fits` is None when the chain was not checked now."""

    desk: DeskFrame
    lines: tuple[HistoryLine, ...]
    next_path: str
    first_path: str
    chain_fits: bool | None
    chain_words: str


@router.get("/redactie/geschiedenis")
def history_page(request: Request) -> Response:
    who = require(request)
    here = running(request)
    before = id_in(request.query_params.get("voor", ""))
    desk = desk_frame(request, who, now=here.clock(), nav="geschiedenis")
    with here.store.reading() as session:
        found = dossier.history(session, before=before)
        length = dossier.chain_length(session)
        report = None
        if length <= CHECK_WHEN_ASKED or request.query_params.get("controle") == "1":
            report = chain.verify(session)
        context = Context(
            desk=desk,
            lines=tuple(history_line(line) for line in found.lines),
            next_path=f"/redactie/geschiedenis?voor={found.next_before}" if found.next_before else "",
            first_path="/redactie/geschiedenis" if before else "",
            chain_fits=report.ok if report else None,
            chain_words=_chain_words(length, report),
        )
    return page(request, "desk/history", context)


def _chain_words(length: int, report: chain.ChainReport | None) -> str:
    if length == 0:
        return "Er is nog niets besloten."
    counted = wording.count_words(length, "besluit", "besluiten")
    if report is None:
        return f"De keten telt {counted} en is nu niet nagekeken."
    if report.ok:
        return f"De keten klopt: {counted} nagekeken, niets is achteraf veranderd."
    if report.broken_at:
        return f"De keten klopt niet vanaf besluit {report.broken_at}. Waarschuw de beheerder en bewaar een kopie."
    return "De keten klopt niet: er ontbreken besluiten aan het einde. Waarschuw de beheerder en bewaar een kopie."
