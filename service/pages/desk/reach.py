"""`/redactie/items/{id}/bereik`: what an item reached, what was taken back of it, and what cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import wording
from service.desk.forms import ItemId
from service.desk.frame import DeskFrame, desk_frame
from service.desk.session import DeskRoute, require
from service.render import page
from service.running import running
from store import reach, tips
from store.reach import CACHED_FOR, MailReach, Reach
from store.tips import TipSeen
from store.values import Kind

router = APIRouter(route_class=DeskRoute)


@dataclass(frozen=True, slots=True)
class Line:
    """One place and how it stands there now."""

    where: str
    words: str


@dataclass(frozen=True, slots=True)
class TipLine:
    """Who sent a tip. `contact` is empty when nobody left an address, or when this account may not see it."""

    organisation: str
    contact: str
    when: str


@dataclass(frozen=True, slots=True)
class Context:
    """`standing` says in one sentence whether it is up; `lost` is what is out of our hands, in whole sentences."""

    desk: DeskFrame
    item_id: int
    title: str
    standing: str
    places: tuple[Line, ...]
    mails: tuple[Line, ...]
    lost: tuple[str, ...]
    tip: TipLine | None
    as_of: str


@router.get("/redactie/items/{item_id}/bereik")
def reached(request: Request, item_id: ItemId) -> Response:
    who = require(request)
    here = running(request)
    now = here.clock()
    desk = desk_frame(request, who, now=now, nav="")
    with here.store.reading() as session:
        seen = reach.read(session, item_id, now)
        tip = tips.sender_of(session, here.secrets, item_id)
    context = Context(
        desk=desk,
        item_id=item_id,
        title=seen.title,
        standing=_standing(seen),
        places=tuple(_places(seen)),
        mails=tuple(_mails(seen)),
        lost=tuple(_lost(seen)),
        tip=_tip(tip, may_see=desk.may_decide) if tip else None,
        as_of=_moment(now),
    )
    return page(request, "desk/reach", context)


def _standing(seen: Reach) -> str:
    if seen.gone_at is not None:
        why = " om de rechten" if seen.by_rights else ""
        return f"Van de site{why} sinds {_moment(seen.gone_at)}."
    if seen.public_from is None:
        return "Dit is nooit op de site geweest. Het heeft niemand bereikt."
    return f"Staat op de site sinds {_moment(seen.public_from)}. Haal je het weg, dan zie je hier wat dat bereikt."


def _places(seen: Reach) -> Iterator[Line]:
    if seen.public_from is None:
        return
    if seen.gone_at is None:
        yield Line("Pagina", "staat op de site")
    else:
        yield Line("Pagina", f"antwoordt met 410 en een neutrale tekst, sinds {_moment(seen.gone_at)}")
    yield Line("Lijsten en sitemap", "staat erin" if seen.shown else "staat er niet meer in")
    yield Line("Zoeken op de site", "te vinden" if seen.searchable else "niet meer te vinden")
    if seen.kind is Kind.ARTICLE:
        yield Line("RSS, Atom en JSON", _until(seen, "zeggen tot {until} dat dit bericht is ingetrokken, zonder titel"))
    if seen.sequence is not None:
        number = f" (versie {seen.sequence})"
        yield Line("Kalender", _until(seen, "zegt tot {until} dat het vervalt, zonder titel") + number)
    if seen.corrected_at is not None and seen.gone_at is None:
        yield Line("Correctie", f"{_moment(seen.corrected_at)}: {seen.correction}")


def _until(seen: Reach, gone: str) -> str:
    if seen.told_until is None:
        return "staat erin"
    return gone.format(until=wording.date_words(seen.told_until))


def _mails(seen: Reach) -> Iterator[Line]:
    mail = seen.mail
    if not mail.received and not mail.dropped and not mail.corrections:
        return
    doubt = f", waarvan {wording.number_words(mail.in_doubt)} misschien" if mail.in_doubt else ""
    yield Line("Kregen de mail", f"{_people(mail.received)}{doubt}")
    if mail.dropped:
        yield Line("Tegengehouden", f"{_mail_words(mail.dropped)} die nog niet weg waren")
    yield from _corrections(mail)
    if seen.begun and mail.received and not mail.corrections:
        yield Line("Mail erover", "gaat niet uit: de bijeenkomst is al begonnen, en daarna mailen we niemand meer")


def _corrections(mail: MailReach) -> Iterator[Line]:
    since = f", de laatste op {_moment(mail.last_at)}" if mail.last_at else ""
    when = f", vanaf {_moment(mail.due_at)}" if mail.due_at else ""
    told = (
        (mail.waiting, "wacht voor {people}" + when),
        (mail.sent, "verstuurd aan {people}" + since),
        (mail.doubtful, "onzeker bij {people}: misschien aangekomen"),
        (mail.refused, "geweigerd bij {people}: de mailserver nam het niet aan"),
        (mail.late, "vervallen voor {people}: niet meer nodig, of te laat"),
    )
    for count, words in told:
        if count:
            yield Line("Mail erover", words.format(people=_people(count)))


def _lost(seen: Reach) -> Iterator[str]:
    if seen.public_from is None:
        return
    if seen.gone_at is not None:
        until = wording.local(seen.gone_at + CACHED_FOR)
        yield f"Een browser of tussenstation mag een pagina 60 seconden bewaren. Dat was tot {until:%H.%M.%S} uur."
    else:
        yield "Een browser of tussenstation mag een pagina 60 seconden bewaren. Zo lang blijft ze daar nog te zien."
    yield (
        "Feedlezers en kalenders hebben een eigen kopie. We zeggen daar dat het is ingetrokken. "
        "Of de kopie weggaat, bepaalt het programma van de lezer."
    )
    if seen.mail.received:
        yield "Een mail die is aangekomen, blijft bij wie hem kreeg. We kunnen alleen vragen hem niet te gebruiken."
    yield "Zoekmachines en archieven halen de pagina weg als ze opnieuw langskomen. Dat kan dagen duren."
    yield "Wat anderen overnamen, doorstuurden of fotografeerden, bereiken we niet."
    yield "Wie zich afmeldde voor de mail, is gewist. Die mensen staan niet in deze aantallen."


def _tip(tip: TipSeen, *, may_see: bool) -> TipLine:
    contact = (tip.contact or "") if may_see else ""
    return TipLine(tip.organisation, contact, wording.moment_words(tip.made_at))


def _moment(moment: datetime) -> str:
    return f"{wording.date_words(moment)}, {wording.local(moment):%H.%M.%S} uur"


def _people(count: int) -> str:
    return wording.count_words(count, "lezer", "lezers")


def _mail_words(count: int) -> str:
    return wording.count_words(count, "mail", "mails")
