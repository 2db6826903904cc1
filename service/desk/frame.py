"""What every page of the newsroom shows around its own part: who you are, what waits, what you can still take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request

from service import wording
from service.desk.forms import BackToQueue
from service.desk.places import municipality_names
from service.desk.wording import ROLE_NAMES, verdict_words
from service.running import running
from store import dossier, queue
from store.accounts import SignedIn
from store.dossier import UndoOffer
from store.priority import PERHAPS, RELEVANT
from store.queue import Counts
from store.queue_filter import QUERY_LIMIT, Language, QueueFilter, Severity, What
from store.values import PROVINCES, Form, Role, Verdict

MESSAGES = {
    "verzoek-weg": "Het bericht is van de site. Terugzetten kan nog even. Sluit het verzoek als je klaar bent.",
    "verzoek-notitie": "De notitie is bewaard.",
    "verzoek-dicht": "Het verzoek is gesloten.",
    "opgeslagen": "De tekst is opgeslagen. Hij wacht nu op een besluit.",
    "dubbel-uur": (
        "De tekst is opgeslagen. Let op: in die nacht is deze tijd er twee keer, omdat de klok een uur terug gaat. "
        "We nemen de eerste keer (zomertijd)."
    ),
    "dubbel-tijdstip": (
        "Goedgekeurd. Let op: in die nacht is deze tijd er twee keer, omdat de klok een uur terug gaat. "
        "We nemen de eerste keer (zomertijd)."
    ),
    "gecorrigeerd": "De correctie is bewaard. Na de bedenktijd staat de nieuwe tekst op de site.",
    "overgedragen": "Overgedragen. Je collega ziet het bovenaan, met jouw briefje.",
    "filter-bewaard": "Het filter is bewaard.",
    "filter-weg": "Het filter is weg.",
    "verhaal-samen": "De berichten horen nu bij elkaar. Op de site staat er één, met de andere bronnen erbij.",
    "verhaal-los": "Dit bericht staat weer op zichzelf.",
    "zaak-bewaard": "De zaak is bewaard.",
    "voorstel-samen": "De berichten horen nu bij elkaar.",
    "voorstel-apart": "Goed. We houden ze apart en vragen het niet meer.",
    "voorstel-zaak": "Goed. Kies nu de stap en de dag, dan staat dit bericht in de zaak.",
    "steekproef-terecht": "Dank je. Dit bericht blijft op de stapel.",
    "steekproef-gemist": "Dank je. Dit bericht wacht nu in de rij.",
    "leren-aan": "Het leren staat aan. De rij volgt binnen een uur, als het beter is dan de woordenlijst.",
    "leren-uit": "Het leren staat uit. De rij volgt binnen een uur weer alleen de woordenlijst.",
    "bron-bewaard": "De bron is bewaard. Hij wordt bij de volgende ronde bezocht.",
    "bronnen-lijst": "De bronnen zijn bewaard. We bezoeken ze als iemand ze heeft gecontroleerd.",
    "bron-gewijzigd": "De bron is gewijzigd. Onderaan staat wat er veranderde.",
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
    "stap-weg": "Begin opnieuw met je adres en je wachtwoord.",
    "te-vaak": "Er is te vaak een verkeerde code getypt. Begin opnieuw met je adres en je wachtwoord.",
    "wachtwoord-nieuw": "Je nieuwe wachtwoord is bewaard. Op andere apparaten ben je uitgelogd.",
    "passkey-nieuw": "De passkey is bewaard. Je kunt er voortaan mee inloggen.",
    "passkey-naam": "De naam is bewaard.",
    "passkey-weg": "De passkey is weg. Je kunt er niet meer mee inloggen.",
    "app-nieuw": "De app is ingesteld. We vragen voortaan na je wachtwoord een code.",
    "app-weg": "We vragen geen codes van de app meer.",
    "sessie-dicht": "Daar ben je nu uitgelogd.",
    "toetsen": "Je keuze over de toetsen is bewaard.",
    "rol-nieuw": "Rol en regio zijn bewaard.",
}
"""What may be said after a redirect, by its key in the address. Nothing in an address is ever shown itself."""


TIME_FOR_A_BREAK = 50
"""These texts weigh on who reads them."""


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
    """`nav` names the part of the newsroom that is marked as current.

    `judged_words` is a kind word about today's work, "" before there is any. `scope_words` are the provinces of an
    account that does not decide about all of them. `factor_words` ask for a second factor while there is none.
    """

    site_name: str
    address: str
    role_words: str
    is_administrator: bool
    may_decide: bool
    counts: Counts
    nav: str
    message: str
    undo: UndoBar | None
    judged_words: str = ""
    scope_words: str = ""
    claim_seconds: int = 120
    factor_words: str = ""
    single_keys: bool = True


def desk_frame(request: Request, who: SignedIn, *, now: datetime, nav: str) -> DeskFrame:
    """The frame for `who`. Reads the counts and the last verdict in a transaction of its own."""
    here = running(request)
    with here.store.reading() as session:
        counts = queue.counts(session, scope_of(who))
        judged = queue.judged_since(session, who.account_id, _midnight_before(now))
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
        judged_words=_judged_words(judged),
        scope_words=wording.list_words(scope_of(who)),
        claim_seconds=here.settings.desk.claim_seconds,
        factor_words=_factor_words(who),
        single_keys=who.single_keys,
    )


def _factor_words(who: SignedIn) -> str:
    if who.factor_due_at is None:
        return ""
    return f"Je logt in met alleen een wachtwoord. Dat kan tot {wording.date_words(who.factor_due_at)}."


def _midnight_before(now: datetime) -> datetime:
    return wording.local(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _judged_words(judged: int) -> str:
    if not judged:
        return ""
    words = f"Je hebt vandaag {wording.count_words(judged, 'bericht', 'berichten')} beoordeeld."
    return words + (" Neem gerust even pauze." if judged >= TIME_FOR_A_BREAK else "")


_CONSEQUENCE: dict[str, str] = {
    Verdict.APPROVE: "Daarna staat het op de site.",
    Verdict.WITHDRAW: "Het is al van de site. Terugzetten kan nog even.",
    Verdict.HOLD: "Het is al van de site. Terugzetten kan nog even.",
    Verdict.CORRECT: "Daarna staat de nieuwe tekst op de site.",
    "approve_first": "Het wacht nu op een tweede redacteur.",
}


def _undo_bar(offer: UndoOffer, now: datetime) -> UndoBar:
    return UndoBar(
        offer.item_id,
        offer.revision_id,
        offer.title,
        verdict_words(offer.verdict),
        _consequence(offer),
        max(1, int((offer.ends_at - now).total_seconds())),
        f"{wording.local(offer.ends_at):%H.%M.%S} uur",
    )


def _consequence(offer: UndoOffer) -> str:
    if offer.verdict == Verdict.APPROVE and offer.shows_at is not None and offer.shows_at > offer.ends_at:
        return f"Het komt op de site op {wording.moment_words(offer.shows_at)}."
    return _CONSEQUENCE.get(offer.verdict, "")


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
        band = next((band for band, limits in RELEVANCE_BANDS.items() if limits == _limits(wanted)), "")
        found = {
            "regio": wanted.province,
            "gemeente": wanted.municipality,
            "vorm": wanted.form or "",
            "bron": wanted.source_key,
            "soort": wanted.what or "",
            "taal": wanted.language or "",
            "ernst": wanted.severity or "",
            "kans": band,
            "q": wanted.query,
            "stapel": "1" if wanted.pile else "",
            "na": self.after,
        }
        return {name: str(value) for name, value in found.items() if value}

    def filters(self) -> dict[str, str]:
        """The fields that leave something out: those of a saved filter."""
        return {name: value for name, value in self.fields().items() if name not in {"na", "stapel"}}

    def path(self, item_id: int | None = None, *, message: str = "") -> str:
        """The address of the queue at this place; with an item it opens on that one."""
        fields = self.fields()
        if item_id is not None:
            fields["item"] = str(item_id)
        if message:
            fields["melding"] = message
        tail = "#bericht" if item_id is not None else ""
        return "/redactie" + ("?" + urlencode(fields) if fields else "") + tail


PLACE_FIELDS = ("regio", "gemeente", "vorm", "bron", "soort", "taal", "ernst", "kans", "q", "stapel", "na")
RELEVANCE_BANDS = {"high": (RELEVANT, None), "middle": (PERHAPS, RELEVANT), "low": (None, PERHAPS)}
"""From and to of the relevance, by the word in the address."""
ASKED_FOR = tuple(what for what in What if what not in {What.EVENT_CHANGED, What.EVENT_OFF})
"""The sorts of things to filter by; a changed or cancelled event is found as something that changed."""


def place_of(given: Mapping[str, str] | BackToQueue, scope: Sequence[str] = ()) -> QueuePlace:
    """Read the place from an address or from the hidden fields of a form. `scope` is that of the account."""
    values = given.model_dump() if isinstance(given, BackToQueue) else dict(given)
    asked = {name: str(values.get(name, "")) for name in PLACE_FIELDS}
    region = asked["regio"] if asked["regio"] in PROVINCES else ""
    municipality = asked["gemeente"] if asked["gemeente"] in municipality_names() else ""
    form = {str(each): each for each in Form}.get(asked["vorm"])
    what = {str(each): each for each in ASKED_FOR}.get(asked["soort"])
    language = {str(each): each for each in Language}.get(asked["taal"])
    severity = {str(each): each for each in Severity}.get(asked["ernst"])
    limits = RELEVANCE_BANDS.get(asked["kans"])
    understood = {
        "regio": region, "gemeente": municipality, "vorm": form, "soort": what, "taal": language, "ernst": severity,
        "kans": limits,
    }  # fmt: skip
    wanted = QueueFilter(
        province=region,
        municipality=municipality,
        form=form,
        source_key=_plain(asked["bron"], 63),
        what=what,
        language=language,
        severity=severity,
        relevance_from=limits[0] if limits else None,
        relevance_to=limits[1] if limits else None,
        query=_plain(asked["q"], QUERY_LIMIT),
        pile=asked["stapel"] == "1",
        scope=tuple(scope),
    )
    unknown = any(asked[name] and not found for name, found in understood.items())
    return QueuePlace(wanted, after=_plain(asked["na"], 60), unknown=unknown)


def scope_of(who: SignedIn) -> tuple[str, ...]:
    """The provinces that an account decides about, none for all."""
    return tuple(who.scope)


def _limits(wanted: QueueFilter) -> tuple[float | None, float | None]:
    return wanted.relevance_from, wanted.relevance_to


def _plain(value: object, limit: int) -> str:
    """Printable text of a limited length: PostgreSQL refuses some control characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in str(value)[:limit]).split())
