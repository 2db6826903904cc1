"""`POST /redactie/selectie`: one act for the ticked lines of the queue. Each item stands on its own, bound to its text.

What changed meanwhile, or may not be decided like this, stays as it is; the answer says so line by line. Approving
shows the list first, takes ten at most, and none with an open question of the privacy gate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.desk.approval import cleared
from service.desk.changed_fields import region_words
from service.desk.edit import as_edit
from service.desk.forms import Fields, parse
from service.desk.frame import DeskFrame, QueuePlace, desk_frame, place_of, scope_of
from service.desk.places import region_of
from service.desk.queue_forms import APPROVED_AT_MOST, SELECTED_AT_MOST, BulkAction, SelectionForm
from service.desk.session import DeskRoute, must_be_in_region, require
from service.desk.views import id_in
from service.render import page
from service.running import Running, running
from store import approving, dossier, moderation, queue
from store.accounts import SignedIn
from store.errors import ChangedError, NotAllowedError, NotFoundError
from store.values import Region, RejectReason, State, Verdict

router = APIRouter(route_class=DeskRoute)

DONE_WORDS = {
    BulkAction.REJECT: "afgewezen",
    BulkAction.INTERNAL: "alleen intern gemaakt",
    BulkAction.REGION: "van regio veranderd",
    BulkAction.FORM: "van vorm veranderd",
    BulkAction.APPROVE: "goedgekeurd",
}
CHANGED = "Dit bericht is intussen veranderd of al beoordeeld."


@dataclass(frozen=True, slots=True)
class Picked:
    item_id: int
    revision_id: int

    @property
    def value(self) -> str:
        return f"{self.item_id}:{self.revision_id}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ticked line; `problem` is "" when it was done, `undo` the text whose verdict can be undone."""

    path: str
    title: str
    problem: str = ""
    words: str = "gedaan"
    undo: int | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """One line of the list that somebody reads before approving it. `problem` says why it will not be approved."""

    value: str
    path: str
    title: str
    excerpt: str
    source_name: str
    where: str
    forms: str
    problem: str


@dataclass(frozen=True, slots=True)
class Context:
    """`offered` is the list before an approval; else `outcomes` says what was done."""

    desk: DeskFrame
    heading: str
    summary: str
    outcomes: tuple[Outcome, ...]
    offered: tuple[Offered, ...]
    may_approve: int
    place: tuple[tuple[str, str], ...]
    back_path: str


@router.post("/redactie/selectie")
def selection(request: Request, posted: Fields) -> Response:
    who = require(request, *queue.MAY_DECIDE)
    form = parse(SelectionForm, posted)
    place = place_of(form, scope_of(who))
    try:
        action = BulkAction(form.action)
    except ValueError:
        raise NotAllowedError("Deze knop kennen we niet. Open de rij opnieuw en kies een van de knoppen.") from None
    picked = _picked(form, APPROVED_AT_MOST if action in {BulkAction.LIST, BulkAction.APPROVE} else SELECTED_AT_MOST)
    must_be_in_region(request, who, *(each.item_id for each in picked))
    if action is BulkAction.LIST:
        return _list(request, who, picked, place)
    act = _act(running(request), who, form, action)
    outcomes = tuple(_one(running(request), each, act) for each in picked)
    return _done(request, who, action, outcomes, place)


def _picked(form: SelectionForm, at_most: int) -> tuple[Picked, ...]:
    found: dict[int, Picked] = {}
    for given in form.gekozen:
        item, _, revision = given.partition(":")
        numbers = id_in(item), id_in(revision)
        if numbers[0] is None or numbers[1] is None:
            raise NotAllowedError("Een van de vinkjes klopt niet. Open de rij opnieuw en kies de berichten nog eens.")
        found[numbers[0]] = Picked(numbers[0], numbers[1])
    if not found:
        raise NotAllowedError("Je hebt niets gekozen. Zet in de rij een vinkje voor de berichten.")
    if len(found) > at_most:
        raise NotAllowedError(f"Je hebt {len(found)} berichten gekozen. Kies er hoogstens {at_most} tegelijk.")
    return tuple(found.values())


Act = Callable[[Picked, str], Outcome]
"""Does it, in a transaction of its own. Raises ChangedError and NotAllowedError."""


def _act(here: Running, who: SignedIn, form: SelectionForm, action: BulkAction) -> Act:
    """What to do with each; what is wrong with the form itself is said before anything is done."""
    if action is BulkAction.REJECT and form.reason not in set(RejectReason):
        raise NotAllowedError("Kies een reden voor het afwijzen uit de lijst.")
    if action is BulkAction.APPROVE and not form.gekeken:
        raise NotAllowedError("Vink eerst aan dat je de hele lijst hebt gelezen.")
    if action is BulkAction.FORM and not form.forms:
        raise NotAllowedError("Kies eerst een vorm.")
    if action in {BulkAction.REGION, BulkAction.FORM}:
        region = region_of(form.province, form.municipality, "") if action is BulkAction.REGION else None
        if action is BulkAction.REGION and region is None:
            raise NotAllowedError("Kies eerst een provincie of gemeente.")
        return lambda picked, path: _edit(here, who, picked, path, region, form)
    return lambda picked, path: _decide(here, who, picked, path, action, form.reason)


def _decide(here: Running, who: SignedIn, picked: Picked, path: str, action: BulkAction, reason: str) -> Outcome:
    verdict = Verdict(action.value)
    with here.store.writing() as session:
        waits = moderation.hold(session, picked.item_id)
        now = here.clock()
        text, source = dossier.judged(session, picked.item_id, picked.revision_id)
        if waits != picked.revision_id:
            raise ChangedError(CHANGED, picked.item_id, waits)
        clear = None
        if verdict is Verdict.APPROVE:
            four_eyes, deciders = here.settings.desk.four_eyes, approving.deciders(session)
            clear = cleared(text, source, four_eyes=four_eyes, deciders=deciders)
        made = moderation.decide(
            session,
            picked.item_id,
            picked.revision_id,
            verdict,
            account_id=who.account_id,
            now=now,
            undo_seconds=here.settings.desk.undo_seconds,
            reason=reason if verdict is Verdict.REJECT else "",
            privacy_checked=clear is not None,
            answers=clear.answers if clear else (),
            four_eyes=bool(clear and clear.four_eyes),
        )
    words = "wacht nu op een tweede redacteur" if clear and made.state is State.PENDING else "gedaan"
    return Outcome(path, text.title or "(zonder titel)", words=words, undo=picked.revision_id)


def _edit(
    here: Running, who: SignedIn, picked: Picked, path: str, region: Region | None, form: SelectionForm
) -> Outcome:
    with here.store.writing() as session:
        waits = moderation.hold(session, picked.item_id)
        if waits != picked.revision_id:
            raise ChangedError(CHANGED, picked.item_id, waits)
        text, _ = dossier.judged(session, picked.item_id, picked.revision_id)
        new = as_edit(text, regions=(region,)) if region else as_edit(text, forms=tuple(form.forms))
        now = here.clock()
        moderation.edit(session, picked.item_id, picked.revision_id, new, account_id=who.account_id, now=now)
    return Outcome(path, text.title or "(zonder titel)")


def _one(here: Running, picked: Picked, act: Act) -> Outcome:
    path = f"/redactie/items/{picked.item_id}"
    try:
        return act(picked, path)
    except ChangedError:
        problem = CHANGED
    except NotAllowedError as error:
        problem = error.sentence
    except NotFoundError:
        return Outcome(path, f"Bericht {picked.item_id}", "Dit bericht bestaat niet, of niet meer.")
    with here.store.reading() as session:
        found = queue.lines_of(session, [picked.item_id], now=here.clock())
    return Outcome(path, (found[0].title if found else "") or f"Bericht {picked.item_id}", problem)


def _list(request: Request, who: SignedIn, picked: tuple[Picked, ...], place: QueuePlace) -> Response:
    here = running(request)
    with here.store.reading() as session:
        four_eyes, deciders = here.settings.desk.four_eyes, approving.deciders(session)
        offered = []
        for each in picked:
            seen = dossier.read(session, each.item_id, now=here.clock())
            text, source = dossier.judged(session, each.item_id, seen.revision_id)
            problem = ""
            if not seen.waits or seen.revision_id != each.revision_id:
                problem = CHANGED
            else:
                try:
                    cleared(text, source, four_eyes=four_eyes, deciders=deciders)
                except NotAllowedError as error:
                    problem = error.sentence
            offered.append(
                Offered(
                    value=each.value,
                    path=f"/redactie/items/{each.item_id}",
                    title=text.title or "(zonder titel)",
                    excerpt=text.excerpt,
                    source_name=seen.source_name,
                    where="; ".join(region_words(region) for region in text.regions) or "regio onbekend",
                    forms=", ".join(wording.FORM_NAMES[found.form] for found in text.forms) or "vorm onbekend",
                    problem=problem,
                )
            )
    fit = sum(not each.problem for each in offered)
    context = Context(
        desk=desk_frame(request, who, now=here.clock(), nav="rij"),
        heading="Lees dit en keur het goed",
        summary="",
        outcomes=(),
        offered=tuple(offered),
        may_approve=fit,
        place=tuple(place.fields().items()),
        back_path=place.path(),
    )
    return page(request, "desk/selection", context)


def _done(
    request: Request, who: SignedIn, action: BulkAction, outcomes: tuple[Outcome, ...], place: QueuePlace
) -> Response:
    done = sum(not each.problem for each in outcomes)
    changed = sum(each.problem == CHANGED for each in outcomes)
    others = len(outcomes) - done - changed
    parts = [f"{wording.count_words(done, 'bericht', 'berichten')} {DONE_WORDS[action]}"]
    parts += [f"{changed} intussen veranderd en niet aangeraakt"] if changed else []
    parts += [f"{others} niet gedaan"] if others else []
    context = Context(
        desk=desk_frame(request, who, now=running(request).clock(), nav="rij"),
        heading="Met de gekozen berichten",
        summary=", ".join(parts) + ".",
        outcomes=tuple(sorted(outcomes, key=lambda each: not each.problem)),
        offered=(),
        may_approve=0,
        place=(),
        back_path=replace(place, after="").path(),
    )
    return page(request, "desk/selection", context)
