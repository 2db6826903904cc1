"""`/redactie/bronnen/{key}/wijzig`: everything about a source that a person may change, with the effect first.

New terms and a stricter rights class also change what waits already. So they are shown on the stored items before they
are kept, by the very function that the crawl uses.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crawler.reading.relevance import with_other_terms
from service import wording
from service.desk.forms import Fields, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.desk.source_forms import (
    OPTION_FIELDS,
    WHOLE,
    SourceEditForm,
    changed_source,
    digest_of,
    effect_digest,
    form_of,
)
from service.desk.sources import must_be_key
from service.desk.wording import RIGHTS_NAMES, SOURCE_KIND_NAMES
from service.pages.views import Option
from service.render import page
from service.running import running
from store import queue, source_editing, sources
from store.accounts import SignedIn
from store.errors import NotAllowedError
from store.source_editing import Changed, Judge, Waiting
from store.sources import SourceView
from store.values import CRAWLED, NETHERLANDS, PROVINCES, Relevance, Rights

router = APIRouter(route_class=DeskRoute)
EXAMPLES = 5
MEANWHILE = (
    "Een collega heeft deze bron intussen veranderd. Hieronder staat wat jij typte. Kijk het na en probeer opnieuw."
)


@dataclass(frozen=True, slots=True)
class OptionField:
    name: str
    label: str
    how: str
    value: str
    choices: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Move:
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The effect on what waits: how many of the `total` go where, with examples."""

    total: int
    piled_count: int
    queued_count: int
    piled: tuple[Move, ...]
    queued: tuple[Move, ...]
    rights_words: str


@dataclass(frozen=True, slots=True)
class Context:
    desk: DeskFrame
    path: str
    title: str
    form: SourceEditForm
    seen: str
    kinds: tuple[Option, ...]
    regions: tuple[Option, ...]
    rights: tuple[Option, ...]
    options: tuple[OptionField, ...]
    sentence: str
    shown: Shown | None


@router.get("/redactie/bronnen/{key}/wijzig")
def edit_page(request: Request, key: str) -> Response:
    who = require(request, *queue.MAY_DECIDE)
    source = _source(request, key)
    return _page(request, who, source, form_of(source))


@router.post("/redactie/bronnen/{key}/wijzig")
def edit(request: Request, key: str, posted: Fields) -> Response:
    """With `action=proef` the effect is shown and nothing stored; `bewaar` does the same when it was not shown yet."""
    who = require(request, *queue.MAY_DECIDE)
    here = running(request)
    source = _source(request, key)
    form = form_of(source)
    now = here.clock()
    try:
        form = parse(SourceEditForm, posted)
        new = changed_source(form, source, wording.local_date(now))
    except NotAllowedError as error:
        return _page(request, who, source, form, error.sentence, status=422)
    # Judged before the transaction: what came in meanwhile is judged inside it.
    shown, judge = _effect(request, source, new)
    moves = effect_digest(new) != effect_digest(source)
    if form.action != "bewaar" or (moves and form.gezien != effect_digest(new)):
        return _page(request, who, source, form, shown=shown, seen=effect_digest(new))
    with here.store.writing() as session:
        fresh = sources.get(session, key)
        meanwhile = digest_of(fresh) != form.gelezen
        if not meanwhile:
            source_editing.change(session, key, new, judge, by=who.account_id, now=now)
    if meanwhile:
        again = form.model_copy(update={"gelezen": digest_of(fresh), "gezien": ""})
        return _page(request, who, fresh, again, MEANWHILE, status=409)
    return RedirectResponse(f"/redactie/bronnen/{key}?melding=bron-gewijzigd", status_code=303)


def _source(request: Request, key: str) -> SourceView:
    must_be_key(key)
    with running(request).store.reading() as session:
        return sources.get(session, key)


def _effect(request: Request, source: SourceView, new: Changed) -> tuple[Shown, Judge]:
    known: dict[int, Relevance] = {}

    def judge(each: Waiting) -> Relevance:
        if each.revision_id not in known:
            known[each.revision_id] = with_other_terms(each.known, each.title, each.text, new.include, new.exclude)
        return known[each.revision_id]

    with running(request).store.reading() as session:
        found = source_editing.waiting(session, source.id)
    same = (new.include, new.exclude) == (source.include, source.exclude)
    moved = [] if same else source_editing.moves(found, judge)
    piled = [Move(each.title, said.reasons[0]) for each, said in moved if not said.shown]
    queued = [Move(each.title, said.reasons[-1]) for each, said in moved if said.shown]
    shown = Shown(
        total=len(found),
        piled_count=len(piled),
        queued_count=len(queued),
        piled=tuple(piled[:EXAMPLES]),
        queued=tuple(queued[:EXAMPLES]),
        rights_words=_rights_words(source.rights, new.rights),
    )
    return shown, judge


def _rights_words(old: Rights, new: Rights) -> str:
    if old is new:
        return ""
    if new is Rights.TITLE:
        return "Van deze bron bewaren we alleen de titel. De fragmenten en teksten van wat wacht worden gewist."
    if new is Rights.EXCERPT and old is Rights.FULLTEXT_INTERNAL:
        return "Van deze bron bewaren we niet meer de hele tekst. Wat we te veel hebben wordt gewist."
    return "Van deze bron bewaren we voortaan meer. Dat begint bij het volgende bezoek."


def _page(
    request: Request,
    who: SignedIn,
    source: SourceView,
    form: SourceEditForm,
    sentence: str = "",
    *,
    shown: Shown | None = None,
    seen: str = "",
    status: int = 200,
) -> Response:
    context = Context(
        desk=desk_frame(request, who, now=running(request).clock(), nav="bronnen"),
        path=f"/redactie/bronnen/{source.key}",
        title=source.name,
        form=form,
        seen=seen,
        kinds=tuple(Option(kind.value, SOURCE_KIND_NAMES[kind], kind is form.kind) for kind in CRAWLED),
        regions=tuple(Option(name, name, name == form.region) for name in (NETHERLANDS, *PROVINCES)),
        rights=tuple(Option(each.value, RIGHTS_NAMES[each], each is form.rights) for each in Rights),
        options=_option_fields(form),
        sentence=sentence,
        shown=shown,
    )
    return page(request, "desk/edit_source", context, status)


def _option_fields(form: SourceEditForm) -> tuple[OptionField, ...]:
    fields = []
    for name, label, how in OPTION_FIELDS.get(form.kind, ()):
        value = str(getattr(form, f"optie_{name}"))
        choices = tuple(Option(key, words, key == value) for key, words in WHOLE.items()) if how == "choice" else ()
        fields.append(OptionField(f"optie_{name}", label, how, value, choices))
    return tuple(fields)
