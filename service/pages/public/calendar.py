"""`/agenda.ics` and `/agenda/{id}.ics`: the agenda for calendar programs, with the filters of the page.

With `neutraal=1` no title and no building: for whoever shares a screen or a calendar with somebody else (TRUST K-10).
What was withdrawn stands there for thirty days as cancelled, without a word of what it was, so that programs take it
out of the calendars they keep.
"""

from __future__ import annotations

from email.utils import parseaddr

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.addresses import number_of
from service.calendars import NEUTRAL_SUMMARY, CalendarEvent, CalendarOwner, calendar_bytes
from service.filters import chosen
from service.pages.errors import error_page
from service.running import running
from store import published, tombstones
from store.errors import NotFoundError
from store.published import PublicItem
from store.tombstones import GoneEvent
from store.values import EventStatus

router = APIRouter()

GONE = "Deze bijeenkomst staat niet meer op deze site. De redactie heeft haar weggehaald."
KIND = "text/calendar; charset=utf-8"
DOWNLOAD = {"Content-Disposition": 'attachment; filename="agenda.ics"'}


@router.get("/agenda.ics")
def whole(request: Request) -> Response:
    asked = chosen(request.query_params)
    if asked.problem:
        return error_page(request, 400, asked.problem)
    here = running(request)
    with here.store.public() as connection:
        now = here.clock()
        items = published.calendar(connection, asked.wanted, now)
        gone = tombstones.events(connection, now)
    base = here.settings.base_url
    owner = CalendarOwner(_organizer(request), "Agenda", f"{base}{request.url.path}")
    return _answer(request, items, gone, owner)


@router.get("/agenda/{number}.ics")
def one(request: Request, number: str) -> Response:
    item_id = number_of(number)
    here = running(request)
    with here.store.public() as connection:
        now = here.clock()
        item = published.item(connection, item_id, now)
        stone = tombstones.event(connection, item_id, now) if item is None else None
        gone = item is None and stone is None and published.is_gone(connection, item_id)
    owner = CalendarOwner(_organizer(request))
    if stone is not None:
        return _answer(request, (), (stone,), owner)
    if gone:
        return error_page(request, 410, GONE)
    if item is None or item.event is None:
        raise NotFoundError(f"Event {item_id} is not public.")
    return _answer(request, (item,), (), owner)


def _answer(
    request: Request, items: tuple[PublicItem, ...], gone: tuple[GoneEvent, ...], owner: CalendarOwner
) -> Response:
    neutral = request.query_params.get("neutraal") == "1"
    base = running(request).settings.base_url
    made = [event for item in items if (event := _event(item, base, neutral=neutral))]
    made += [_gone(stone) for stone in gone]
    return Response(calendar_bytes(made, owner), media_type=KIND, headers=DOWNLOAD)


def _event(item: PublicItem, base: str, *, neutral: bool) -> CalendarEvent | None:
    event = item.event
    if event is None:
        return None
    area = item.regions[0].words if item.regions else ""
    return CalendarEvent(
        uid=event.uid,
        sequence=event.sequence,
        changed_at=event.changed_at,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        all_day=event.all_day,
        summary=NEUTRAL_SUMMARY if neutral else item.title,
        location=area if neutral else event.place or area,
        # Without the words of the title: an address stands in calendars that others see too.
        url=f"{base}/agenda/{item.id}",
        status=event.status,
    )


def _gone(stone: GoneEvent) -> CalendarEvent:
    return CalendarEvent(
        uid=stone.uid,
        sequence=stone.sequence,
        changed_at=stone.gone_at,
        starts_at=stone.starts_at,
        ends_at=stone.ends_at,
        all_day=stone.all_day,
        summary=NEUTRAL_SUMMARY,
        status=EventStatus.CANCELLED,
    )


def _organizer(request: Request) -> str:
    return parseaddr(running(request).settings.mail.sender)[1]
