"""What every page of the newsroom shows around its own part: who you are, what waits, what you can still take back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request

from service import wording
from service.desk.forms import BackToQueue
from service.desk.wording import ROLE_NAMES, VERDICT_NAMES
from service.running import running
from store import dossier, queue
from store.accounts import SignedIn
from store.dossier import UndoOffer
from store.queue import Counts, QueueFilter
from store.values import PROVINCES, Form, Kind, Role, Verdict

MESSAGES = {
    "opgeslagen": "De tekst is opgeslagen. Hij wacht nu op een besluit.",
    "dubbel-uur": (
        "De tekst is opgeslagen. Let op: in die nacht is deze tijd er twee keer, omdat de klok een uur terug gaat. "
        "We nemen de eerste keer (zomertijd)."
    ),
    "bron-bewaard": "De bron is bewaard. Hij wordt bij de volgende ronde bezocht.",
    "bron-pauze": "De bron staat op pauze. We bezoeken hem niet meer.",
    "bron-verder": "De bron doet weer mee.",
    "bron-start": "De bron doet mee. We bezoeken hem bij de volgende ronde.",
    "bron-klopt": "Goed. We bezoeken de bron zo opnieuw en geloven dan wat er in de agenda staat.",
    "bron-nu": "De bron is nu aan de beurt. Het bezoek begint binnen een minuut.",
    "account-dicht": "Het account is gesloten en overal uitgelogd.",
    "sessies-dicht": "Alle sessies van dit account zijn beëindigd.",
    "weg": "Je was niet ingelogd. Wat je net deed is niet opgeslagen. Log in en doe het opnieuw.",
    "uitgelogd": "Je bent uitgelogd.",
    "welkom": "Je account staat klaar. Log nu in.",
}
"""What may be said after a redirect, by its key in the address. Nothing in an address is ever shown itself."""


@dataclass(frozen=True, slots=True)
class UndoBar:
    item_id: int
    revision_id: int
    title: str
    verdict_words: str
    consequence: str
    seconds: int
    until_words: str


@dataclass(frozen=True, slots=True)
class DeskFrame:
    """`nav` names the part of the newsroom that is marked as current."""

    site_name: str
    address: str
    role_words: str
    is_administrator: bool
    may_decide: bool
    counts: Counts
    nav: str
    message: str
    undo: UndoBar | None


def desk_frame(request: Request, who: SignedIn, *, now: datetime, nav: str) -> DeskFrame:
    """The frame for `who`. Reads the counts and the last verdict in a transaction of its own."""
    here = running(request)
    with here.store.reading() as session:
        counts = queue.counts(session)
        undo = dossier.undo_offer(session, who.account_id, now=now, undo_seconds=here.settings.desk.undo_seconds)
    return DeskFrame(
        site_name=here.settings.site.name,
        address=who.address,
        role_words=ROLE_NAMES[who.role],
        is_administrator=who.role is Role.ADMINISTRATOR,
        may_decide=who.role in queue.MAY_DECIDE,
        counts=counts,
        nav=nav,
        message=MESSAGES.get(request.query_params.get("melding", ""), ""),
        undo=_undo_bar(undo, now) if undo else None,
    )


_CONSEQUENCE = {
    Verdict.APPROVE: "Daarna staat het op de site.",
    Verdict.WITHDRAW: "Het is al van de site. Terugzetten kan nog even.",
}


def _undo_bar(offer: UndoOffer, now: datetime) -> UndoBar:
    return UndoBar(
        offer.item_id,
        offer.revision_id,
        offer.title,
        VERDICT_NAMES[offer.verdict],
        _CONSEQUENCE.get(offer.verdict, ""),
        max(1, int((offer.ends_at - now).total_seconds())),
        f"{wording.local(offer.ends_at):%H.%M.%S} uur",
    )


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where an editor is in the queue: the filter, and the cursor of the page. Unknown values ask for everything.

    `unknown` says that something in the address was not understood.
    """

    wanted: QueueFilter
    after: str = ""
    unknown: bool = False

    def fields(self) -> dict[str, str]:
        """The same as form fields and address, without what is empty."""
        wanted = self.wanted
        found = {
            "regio": wanted.province,
            "vorm": wanted.form.value if wanted.form else "",
            "bron": wanted.source_key,
            "soort": wanted.kind.value if wanted.kind else "",
            "q": wanted.query,
            "stapel": "1" if wanted.pile else "",
            "na": self.after,
        }
        return {name: value for name, value in found.items() if value}

    def path(self, item_id: int | None = None, *, message: str = "") -> str:
        """The address of the queue at this place; with an item it opens on that one."""
        fields = self.fields()
        if item_id is not None:
            fields["item"] = str(item_id)
        if message:
            fields["melding"] = message
        tail = "#bericht" if item_id is not None else ""
        return "/redactie" + ("?" + urlencode(fields) if fields else "") + tail


PLACE_FIELDS = ("regio", "vorm", "bron", "soort", "q", "stapel", "na")


def place_of(given: Mapping[str, str] | BackToQueue) -> QueuePlace:
    """Read the place from an address or from the hidden fields of a form."""
    values = given.model_dump() if isinstance(given, BackToQueue) else dict(given)
    region, form, kind = (str(values.get(name, "")) for name in ("regio", "vorm", "soort"))
    forms, kinds = {each.value: each for each in Form}, {each.value: each for each in Kind}
    unknown = (region and region not in PROVINCES) or (form and form not in forms) or (kind and kind not in kinds)
    return QueuePlace(
        QueueFilter(
            province=region if region in PROVINCES else "",
            form=forms.get(form),
            source_key=_plain(values.get("bron", ""), 63),
            kind=kinds.get(kind),
            query=_plain(values.get("q", ""), queue.QUERY_LIMIT),
            pile=values.get("stapel") == "1",
        ),
        after=_plain(values.get("na", ""), 60),
        unknown=bool(unknown),
    )


def _plain(value: object, limit: int) -> str:
    """Printable text of a limited length: PostgreSQL refuses some control characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in str(value)[:limit]).split())
