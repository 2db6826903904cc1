"""`/redactie/schrijf`: an article or event of our own, in Markdown, with a preview. It waits like everything else."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.content import OwnHtml
from service.desk import markdown
from service.desk.edit import EditFields, fields_as_typed, fields_of
from service.desk.forms import Fields, ItemId, Posted, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.places import municipality_names
from service.desk.session import DeskRoute, must_be_in_region, require
from service.desk.wording_check import Advice, advices
from service.desk.write_forms import WriteForm, Written, written
from service.render import page
from service.running import running
from store import dossier, moderation, own_articles, queue, rules
from store.accounts import SignedIn
from store.drafts import BODY_LIMIT
from store.errors import ChangedError, NotAllowedError
from store.revisions import RevisionText
from store.values import EXCERPT_LIMIT, Region

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Preview:
    """How it would look, with the regions and forms that were chosen or, with `proposed`, found in the text."""

    title: str
    summary: str
    html: OwnHtml
    regions: str
    forms: str
    proposed: bool
    advices: tuple[Advice, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """`item_id` is 0 for a new article; `sentence` says why it was not stored."""

    desk: DeskFrame
    item_id: int
    fields: EditFields
    body: str
    at: str
    preview: Preview | None
    excerpt_limit: int
    summary_limit: int
    body_limit: int
    municipalities: tuple[str, ...]
    sentence: str


@router.get("/redactie/schrijf")
def new(request: Request) -> Response:
    who = require(request, *queue.MAY_DECIDE)
    return _page(request, who, 0, own_articles.empty(), 0)


@router.post("/redactie/schrijf")
def write(request: Request, posted: Fields) -> Response:
    """Show the preview, or store it and let it wait. 422 with what was typed when it cannot be stored."""
    who = require(request, *queue.MAY_DECIDE)
    here = running(request)
    form = None
    old = own_articles.empty()
    try:
        form = parse(WriteForm, posted)
        now = here.clock()
        made = written(form, old, now=now)
        if form.actie == "bekijk":
            return _page(request, who, 0, old, 0, form=form, preview=_preview(form, made))
        site = here.settings.site
        with here.store.writing() as session:
            item_id = own_articles.write(
                session,
                made.text,
                made.found,
                forms=made.forms,
                organisation=site.organisation or site.name,
                wish=made.wish,
                account_id=who.account_id,
                now=now,
            )
    except NotAllowedError as error:
        return _page(request, who, 0, old, 0, form=form, posted=posted, sentence=error.sentence, status=422)
    return RedirectResponse(f"/redactie/items/{item_id}?melding=opgeslagen", status_code=303)


@router.get("/redactie/schrijf/{item_id}")
def again(request: Request, item_id: ItemId) -> Response:
    who = require(request, *queue.MAY_DECIDE)
    revision_id, text = _newest(request, item_id)
    return _page(request, who, item_id, text, revision_id)


@router.post("/redactie/schrijf/{item_id}")
def change(request: Request, item_id: ItemId, posted: Fields) -> Response:
    """Make a new text of an own article, which then waits. What is up stays up until it is approved."""
    who = require(request, *queue.MAY_DECIDE)
    must_be_in_region(request, who, item_id)
    here = running(request)
    revision_id, old = _newest(request, item_id)
    form = None
    try:
        form = parse(WriteForm, posted)
        made = written(form, old, now=here.clock())
        if form.actie == "bekijk":
            return _page(request, who, item_id, old, form.revision, form=form, preview=_preview(form, made))
        with here.store.writing() as session:
            moderation.edit(session, item_id, form.revision, made.text, account_id=who.account_id, now=here.clock())
    except NotAllowedError as error:
        return _page(
            request, who, item_id, old, revision_id, form=form, posted=posted, sentence=error.sentence, status=422
        )
    except ChangedError as error:
        form = form.model_copy(update={"revision": revision_id}) if form else None
        return _page(request, who, item_id, old, revision_id, form=form, sentence=error.sentence, status=409)
    return RedirectResponse(f"/redactie/items/{item_id}?melding=opgeslagen", status_code=303)


def _newest(request: Request, item_id: int) -> tuple[int, RevisionText]:
    here = running(request)
    with here.store.reading() as session:
        own_articles.must_be_own(session, item_id)
        found = dossier.read(session, item_id, now=here.clock())
    return found.revision_id, found.text


def _preview(form: WriteForm, made: Written) -> Preview:
    text = made.text
    return Preview(
        title=text.title.strip(),
        summary=text.excerpt.strip(),
        html=markdown.to_html(form.body),
        regions="; ".join(_where(each) for each in text.regions),
        forms=wording.list_words([wording.FORM_NAMES[each] for each in text.forms]),
        proposed=made.proposed,
        advices=advices(text.title, text.excerpt, form.body),
    )


def _where(region: Region) -> str:
    return ", ".join(dict.fromkeys(part for part in (region.place, region.municipality, region.province) if part))


def _page(
    request: Request,
    who: SignedIn,
    item_id: int,
    old: RevisionText,
    revision_id: int,
    *,
    form: WriteForm | None = None,
    posted: Posted | None = None,
    preview: Preview | None = None,
    sentence: str = "",
    status: int = 200,
) -> Response:
    here = running(request)
    form = form or _as_typed(posted, revision_id)
    context = Context(
        desk=desk_frame(request, who, now=here.clock(), nav="schrijf"),
        item_id=item_id,
        fields=fields_as_typed(form, old) if form else fields_of(revision_id, old),
        body=form.body if form else old.body,
        at=form.at if form else "",
        preview=preview,
        excerpt_limit=EXCERPT_LIMIT,
        summary_limit=rules.SUMMARY_LIMIT,
        body_limit=BODY_LIMIT,
        municipalities=municipality_names(),
        sentence=sentence,
    )
    return page(request, "desk/write", context, status)


def _as_typed(posted: Posted | None, revision_id: int) -> WriteForm | None:
    """The words of a form that as a whole could not be read, so that nobody loses a text for one wrong field."""
    if not posted:
        return None
    words = {name: posted[name][0] for name in ("title", "excerpt", "body", "at") if posted.get(name)}
    return WriteForm(revision=revision_id, **words)
