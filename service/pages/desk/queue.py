"""`/redactie`: the queue on the left, one item on the right. With `stapel=1` the pile."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.desk.claiming import colleague_options, opened_by
from service.desk.frame import (
    ASKED_FOR,
    DeskFrame,
    QueuePlace,
    desk_frame,
    place_of,
    scope_of,
)
from service.desk.places import municipality_names
from service.desk.queue_views import BAND_WORDS, LANGUAGE_WORDS, SEVERITY_WORDS, WHAT_WORDS, QueueLine, queue_lines
from service.desk.session import DeskRoute, require
from service.desk.views import REASONS, ItemView, ReasonButton, claim_view, id_in, item_view
from service.pages.views import Option
from service.render import page
from service.running import running
from store import claims, dossier, queue, saved_filters
from store.accounts import SignedIn
from store.errors import NotFoundError
from store.queue import SourceName
from store.queue_filter import Language, Severity
from store.queue_lines import Line, Waiting
from store.saved_filters import Saved
from store.values import PROVINCES, Form

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Filters:
    """The fields of the filter with what is chosen, and the names of all municipalities to pick from."""

    regions: tuple[Option, ...]
    municipality: str
    municipalities: tuple[str, ...]
    forms: tuple[Option, ...]
    sources: tuple[Option, ...]
    kinds: tuple[Option, ...]
    languages: tuple[Option, ...]
    severities: tuple[Option, ...]
    bands: tuple[Option, ...]
    query: str
    is_set: bool
    unknown: bool


@dataclass(frozen=True, slots=True)
class SavedLink:
    name: str
    path: str
    current: bool


@dataclass(frozen=True, slots=True)
class Context:
    """`item` is what stands on the right; `opened` says that the editor asked for it, which decides on a phone.

    `place` are the hidden fields that bring a verdict back to this place in the queue, `for_you` the lines that a
    colleague handed over, `newest` what the page knows of, for the live count of what came in since.
    """

    desk: DeskFrame
    pile: bool
    for_you: tuple[QueueLine, ...]
    lines: tuple[QueueLine, ...]
    count_words: str
    filters: Filters
    saved: tuple[SavedLink, ...]
    clear_path: str
    first_path: str
    next_path: str
    item: ItemView | None
    colleagues: tuple[Option, ...]
    opened: bool
    place: tuple[tuple[str, str], ...]
    newest: str
    reasons: tuple[ReasonButton, ...]
    provinces: tuple[str, ...]
    forms: tuple[Option, ...]


@router.get("/redactie")
def queue_page(request: Request) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    place = place_of(request.query_params, scope_of(who))
    asked = _asked_item(request)
    if asked is not None:
        opened_by(here, who, asked, now)
    desk = desk_frame(request, who, now=now, nav="stapel" if place.wanted.pile else "rij")
    with here.store.reading() as session:
        found = queue.waiting(session, place.wanted, now=now, after=place.after)
        handed = claims.handed_to(session, who.account_id, now=now)
        given = queue.lines_of(session, [each.item_id for each in handed], now=now) if handed else ()
        rest = tuple(line for line in found.lines if line not in given)
        lines = (*given, *rest)
        taken = claims.of_items(session, [line.item_id for line in lines if isinstance(line, Waiting)], now=now)
        chosen = _first_free(lines, taken, who) if asked is None else asked
        item = None
        if chosen is not None:
            listed = any(line.item_id == chosen for line in lines if isinstance(line, Waiting))
            seen = taken.get(chosen) if listed else claims.of_item(session, chosen, now=now)
            claim = claim_view(seen, who.account_id)
            try:
                item = item_view(dossier.read(session, chosen, now=now), now=now, claim=claim)
            except NotFoundError:
                if asked is not None:
                    raise
        paths = {line.item_id: place.path(line.item_id) for line in lines if isinstance(line, Waiting)}
        for_you, shown = (
            queue_lines(part, paths, taken, account_id=who.account_id, current=chosen, now=now)
            for part in (given, rest)
        )
        newest = queue.newest(session, place.wanted.scope)
        context = Context(
            desk=desk,
            pile=place.wanted.pile,
            for_you=for_you,
            lines=shown,
            count_words=wording.count_words(queue.count(session, place.wanted), "bericht", "berichten"),
            filters=_filters(place, queue.sources(session)),
            saved=_saved(saved_filters.of_account(session, who.account_id), place),
            clear_path="/redactie?stapel=1" if place.wanted.pile else "/redactie",
            first_path=QueuePlace(place.wanted).path() if place.after else "",
            next_path=QueuePlace(place.wanted, found.next_cursor).path() if found.next_cursor else "",
            item=item,
            colleagues=colleague_options(claims.colleagues(session, who.account_id)),
            opened=asked is not None,
            place=tuple(place.fields().items()),
            newest=f"{max(newest.texts, default=0)}.{max(newest.reviews, default=0)}",
            reasons=REASONS,
            provinces=PROVINCES,
            forms=tuple(Option(form.value, wording.FORM_NAMES[form], False) for form in Form),
        )
    return page(request, "desk/queue", context)


def _first_free(lines: tuple[Line, ...], taken: dict[int, claims.ClaimSeen], who: SignedIn) -> int | None:
    """The first item that no colleague looks at, else the first."""
    numbers = [line.item_id for line in lines if isinstance(line, Waiting)]
    free = [each for each in numbers if each not in taken or taken[each].account_id == who.account_id]
    return next(iter(free or numbers), None)


def _asked_item(request: Request) -> int | None:
    text = request.query_params.get("item", "")
    if not text:
        return None
    number = id_in(text)
    if number is None:
        raise NotFoundError("The address names no item.")
    return number


def _saved(known: tuple[Saved, ...], place: QueuePlace) -> tuple[SavedLink, ...]:
    now_set = place.filters()
    found = []
    for each in known:
        kept = place_of(dict(parse_qsl(each.query)))
        found.append(SavedLink(each.name, kept.path(), kept.filters() == now_set))
    return tuple(found)


def _filters(place: QueuePlace, known: tuple[SourceName, ...]) -> Filters:
    wanted, fields = place.wanted, place.fields()
    regions = wanted.scope or PROVINCES
    return Filters(
        regions=tuple(Option(name, name, name == wanted.province) for name in regions),
        municipality=wanted.municipality,
        municipalities=municipality_names(),
        forms=tuple(Option(form.value, wording.FORM_NAMES[form], form is wanted.form) for form in Form),
        sources=tuple(Option(each.key, each.name, each.key == wanted.source_key) for each in known),
        kinds=tuple(Option(what.value, WHAT_WORDS[what], what is wanted.what) for what in ASKED_FOR),
        languages=tuple(Option(each.value, LANGUAGE_WORDS[each], each is wanted.language) for each in Language),
        severities=tuple(Option(each.value, SEVERITY_WORDS[each], each is wanted.severity) for each in Severity),
        bands=tuple(Option(band, words, fields.get("kans") == band) for band, words in BAND_WORDS.items()),
        query=wanted.query,
        is_set=bool(place.filters()),
        unknown=place.unknown,
    )
