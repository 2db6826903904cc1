"""`/redactie/items/{id}/verhaal`: which items tell the same happening, and of which case this one is a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service import wording
from service.case_words import OUTCOME_NAMES, STAGE_NAMES, case_title
from service.desk.courts import COURTS
from service.desk.forms import Fields, ItemId, parse
from service.desk.frame import DeskFrame, desk_frame
from service.desk.places import municipality_names
from service.desk.session import DeskRoute, must_be_in_region, require
from service.desk.stories_forms import CaseForm, StoryForm, day_in, item_in
from service.desk.story_check import combination, must_be_seen
from service.desk.wording import STATE_NAMES
from service.pages.views import Option
from service.render import page
from service.running import running
from store import cases, dossier, moderation, queue, stories
from store.accounts import SignedIn
from store.cases import CaseFacts, CaseSeen
from store.dossier import Dossier
from store.errors import ChangedError, NotAllowedError
from store.stories import Member
from store.suggestions import SuggestionKind
from store.values import NETHERLANDS, PROVINCES, CaseOutcome, NewsKind, Stage

router = APIRouter(route_class=DeskRoute)

STAGE_OF = {
    NewsKind.ARREST: Stage.ARREST,
    NewsKind.HEARING: Stage.HEARING,
    NewsKind.DEMAND: Stage.DEMAND,
    NewsKind.VERDICT: Stage.VERDICT,
    NewsKind.APPEAL: Stage.APPEAL,
}
RECENT = 30


@dataclass(frozen=True, slots=True)
class MemberLine:
    item_id: int
    title: str
    source_name: str
    state_words: str
    when: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class SuggestionLine:
    """`path` leads to the page that shows both texts beside each other."""

    path: str
    title: str
    source_name: str
    reasons: tuple[str, ...]
    kind_words: str


@dataclass(frozen=True, slots=True)
class StepRow:
    item_id: int
    title: str
    source_name: str
    stage_words: str
    day_words: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    id: int
    title: str
    facts: CaseFacts
    steps: tuple[StepRow, ...]
    outcome_words: str
    outcome_on: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms about a case offer, with what is proposed chosen."""

    stages: tuple[Option, ...]
    day: str
    ecli: str
    provinces: tuple[Option, ...]
    municipality: str
    municipalities: tuple[str, ...]
    courts: tuple[Option, ...]
    outcomes: tuple[Option, ...]
    recent: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """`sentence` says why something was not done; `warning` what the joined texts tell together, `other` of which."""

    desk: DeskFrame
    item_id: int
    title: str
    members: tuple[MemberLine, ...]
    suggested: tuple[SuggestionLine, ...]
    case: CaseView | None
    choices: Choices
    sentence: str
    warning: str
    pieces: tuple[str, ...]
    other: str


@router.get("/redactie/items/{item_id}/verhaal")
def show(request: Request, item_id: ItemId) -> Response:
    return _page(request, require(request), item_id)


@router.post("/redactie/items/{item_id}/verhaal")
def join_or_part(request: Request, item_id: ItemId, posted: Fields) -> Response:
    """Join this item to another, or take it out of its story. 303 done, 422 not like this."""
    who = require(request, *queue.MAY_DECIDE)
    must_be_in_region(request, who, item_id)
    here = running(request)
    other = ""
    try:
        form = parse(StoryForm, posted)
        other = form.ander
        now = here.clock()
        found = item_in(other) if form.actie == "samen" else item_id
        must_be_in_region(request, who, found)
        with here.store.writing() as session:
            if form.actie == "los":
                stories.split(session, item_id, account_id=who.account_id, now=now)
            else:
                reason = must_be_seen(session, (item_id, found), seen=form.gezien, reason=form.reden, now=now)
                stories.join(session, item_id, found, account_id=who.account_id, now=now, reason=reason)
    except NotAllowedError as error:
        return _page(request, who, item_id, error.sentence, 422, other)
    message = "verhaal-los" if form.actie == "los" else "verhaal-samen"
    return RedirectResponse(f"/redactie/items/{item_id}/verhaal?melding={message}", status_code=303)


@router.post("/redactie/items/{item_id}/zaak")
def change_case(request: Request, item_id: ItemId, posted: Fields) -> Response:
    """Everything that is done with the case of an item. 303 done, 422 not like this."""
    who = require(request, *queue.MAY_DECIDE)
    must_be_in_region(request, who, item_id)
    here = running(request)
    try:
        form = parse(CaseForm, posted)
        with here.store.writing() as session:
            moderation.hold(session, item_id)
            _carry_out(session, item_id, form, who.account_id, here.clock())
    except NotAllowedError as error:
        return _page(request, who, item_id, error.sentence, 422)
    except ChangedError as error:
        return _page(request, who, item_id, error.sentence, 409)
    return RedirectResponse(f"/redactie/items/{item_id}/verhaal?melding=zaak-bewaard", status_code=303)


def _carry_out(session: Any, item_id: int, form: CaseForm, account_id: int, now: datetime) -> None:
    found = cases.case_of(session, item_id)
    if form.actie in {"nieuw", "erbij", "stap"} and not form.stap:
        raise NotAllowedError("Kies welke stap van de zaak dit is.")
    if form.actie == "nieuw":
        day = _day_of_step(form, now)
        cases.make(session, _facts(form), item_id, Stage(form.stap), day, account_id=account_id, now=now)
        return
    if form.actie == "erbij":
        if not form.zaak:
            raise NotAllowedError("Kies bij welke zaak dit hoort.")
        day = _day_of_step(form, now)
        cases.add_step(
            session, form.zaak, item_id, Stage(form.stap), day, ecli=form.ecli, account_id=account_id, now=now
        )
        return
    if found is None:
        raise NotAllowedError("Dit bericht hoort bij geen zaak.")
    if form.actie == "stap":
        day = _day_of_step(form, now)
        cases.change_step(session, item_id, Stage(form.stap), day, ecli=form.ecli, account_id=account_id, now=now)
    elif form.actie == "eruit":
        cases.remove_step(session, item_id, account_id=account_id, now=now)
    elif form.actie == "gegevens":
        cases.change(session, found.id, _facts(form), account_id=account_id, now=now)
    else:
        day_of = day_in(form.dag) if form.uitkomst else None
        if day_of is not None and day_of > wording.local_date(now):
            # The site tells an outcome as something that happened.
            raise NotAllowedError("Deze dag moet nog komen. Vul de uitkomst in als de rechter heeft beslist.")
        outcome = CaseOutcome(form.uitkomst) if form.uitkomst else None
        cases.decide_outcome(session, found.id, outcome, day_of, account_id=account_id, now=now)


def _day_of_step(form: CaseForm, now: datetime) -> date:
    """The day of a step. A hearing or a judgment may be announced, an arrest cannot."""
    day = day_in(form.dag)
    if form.stap == Stage.ARREST and day > wording.local_date(now):
        raise NotAllowedError("Deze dag moet nog komen. Een aanhouding kan niet in de toekomst liggen.")
    return day


def _facts(form: CaseForm) -> CaseFacts:
    typed = CaseFacts(form.provincie, form.gemeente, form.rechtbank, form.ecli)
    return cases.fit(typed, municipalities=frozenset(municipality_names()), courts=frozenset(COURTS))


def _page(
    request: Request, who: SignedIn, item_id: int, sentence: str = "", status: int = 200, other: str = ""
) -> Response:
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="zaken")
    with here.store.reading() as session:
        found = dossier.read(session, item_id, now=now)
        told = _told_together(session, item_id, other, now) if other else None
        known = cases.case_of(session, item_id)
        context = Context(
            desk=desk,
            item_id=item_id,
            title=found.text.title or "(zonder titel)",
            members=tuple(_member(each, item_id) for each in stories.members(session, item_id)),
            suggested=_suggested(session, item_id, now),
            case=case_view(known, item_id) if known else None,
            choices=_choices(session, found, known),
            sentence=sentence,
            warning=told[0] if told else "",
            pieces=told[1] if told else (),
            other=other[:200],
        )
    return page(request, "desk/story", context, status)


def _told_together(session: Any, item_id: int, other: str, now: datetime) -> tuple[str, tuple[str, ...]] | None:
    try:
        told = combination(session, (item_id, item_in(other)), now=now)
    except NotAllowedError:
        return None
    return (told.sentence, tuple(piece.reason for piece in told.pieces)) if told else None


def _member(member: Member, item_id: int) -> MemberLine:
    return MemberLine(
        member.item_id,
        member.title or "(zonder titel)",
        member.source_name,
        STATE_NAMES[member.state],
        wording.moment_words(member.found_at),
        member.item_id == item_id,
    )


def _suggested(session: Any, item_id: int, now: datetime) -> tuple[SuggestionLine, ...]:
    lines = []
    for review_id, each in stories.suggested(session, item_id):
        other = dossier.read(session, each.other_item_id if each.item_id == item_id else each.item_id, now=now)
        lines.append(
            SuggestionLine(
                path=f"/redactie/voorstellen/{review_id}",
                title=other.text.title or "(zonder titel)",
                source_name=other.source_name,
                reasons=each.reasons,
                kind_words="dezelfde zaak" if each.kind is SuggestionKind.CASE else "hetzelfde verhaal",
            )
        )
    return tuple(lines)


def case_view(case: CaseSeen, item_id: int) -> CaseView:
    """A case in the words of the newsroom; the step of `item_id` is marked."""
    year = case.steps[0].day.year if case.steps else 0
    return CaseView(
        id=case.id,
        title=case_title(case.facts.province, case.facts.municipality, case.facts.court, year),
        facts=case.facts,
        steps=tuple(
            StepRow(
                step.item_id,
                step.title or "(zonder titel)",
                step.source_name,
                STAGE_NAMES[step.stage],
                wording.date_words(step.day),
                step.item_id == item_id,
            )
            for step in case.steps
        ),
        outcome_words=OUTCOME_NAMES[case.outcome] if case.outcome else "",
        outcome_on=case.outcome_on.isoformat() if case.outcome_on else "",
    )


def _choices(session: Any, found: Dossier, known: CaseSeen | None) -> Choices:
    step = next((each for each in known.steps if each.item_id == found.item_id), None) if known else None
    kind = NewsKind(found.text.news_kind) if found.text.news_kind else None
    stage = step.stage if step else STAGE_OF.get(kind) if kind else None
    first = found.text.regions[0] if found.text.regions else None
    proposed = CaseFacts(first.province, first.municipality or "") if first else CaseFacts("")
    facts = known.facts if known else proposed
    day = step.day if step else wording.local_date(found.text.published_at or found.found_at)
    return Choices(
        stages=tuple(Option(each.value, STAGE_NAMES[each], each is stage) for each in Stage),
        day=day.isoformat(),
        ecli=step.ecli if step else "",
        provinces=tuple(Option(name, name, name == facts.province) for name in (*PROVINCES, NETHERLANDS)),
        municipality=facts.municipality,
        municipalities=municipality_names(),
        courts=tuple(Option(name, name, name == facts.court) for name in COURTS),
        outcomes=tuple(
            Option(each.value, OUTCOME_NAMES[each], known is not None and known.outcome is each) for each in CaseOutcome
        ),
        recent=tuple(
            Option(str(each.id), case_view(each, 0).title + f" (zaak {each.id})")
            for each in cases.recent(session, size=RECENT)
        ),
    )
