"""One item in the words of the newsroom: what an editor reads before deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from service import wording
from service.desk.difference import Change, Piece, difference
from service.desk.forms import LARGEST_ID
from service.desk.wording import REASON_KEYS, SHORT_FORMS, STATE_NAMES, verdict_words
from store import rules
from store.claims import ClaimSeen
from store.dossier import DecisionSeen, Dossier
from store.queue import Waiting
from store.revisions import RevisionText
from store.values import EXCERPT_LIMIT, EventFacts, EventStatus, Kind, Region, RejectReason, State

SURE, PERHAPS = 0.7, 0.4
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A form in a line of the queue: the key of its glyph and one word."""

    key: str
    short: str


@dataclass(frozen=True, slots=True)
class QueueLine:
    item_id: int
    path: str
    current: bool
    title: str
    source_name: str
    date_words: str
    where: str
    forms: tuple[ShortForm, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A proposal of the program with the words that caused it."""

    words: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    id: int
    item_id: int
    title: str
    verdict: str
    words: str
    reason: str
    who: str
    when: str
    privacy_checked: bool
    undone: bool
    revision_number: int


@dataclass(frozen=True, slots=True)
class ReasonButton:
    value: str
    name: str
    key: str


REASONS = tuple(ReasonButton(each.value, wording.REASON_NAMES[each], REASON_KEYS[each]) for each in RejectReason)


@dataclass(frozen=True, slots=True)
class EventWords:
    date_words: str
    time_words: str
    place: str
    signup_url: str
    status_words: str
    organiser: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Who looks at an item, as its page says it. `mine` is False when a colleague has it: then a verdict asks first.

    `words` is a whole sentence. `handed_by` and `note` are of a colleague who handed it over, "" when nobody did.
    """

    who: str
    words: str
    mine: bool
    handed_by: str
    note: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """`alerts` come first: what makes this item urgent or different. `url` is empty when it is no safe link.

    `revision_id` is what a verdict is about; `approved_revision_id` is what withdrawing is about.
    """

    item_id: int
    revision_id: int
    approved_revision_id: int | None
    title: str
    kind_words: str
    alerts: tuple[str, ...]
    state_words: str
    public_words: str
    waits: bool
    may_withdraw: bool
    may_reopen: bool
    source_name: str
    source_path: str
    url: str
    host: str
    published_words: str
    found_words: str
    origin_words: str
    regions: tuple[Reasoned, ...]
    forms: tuple[Reasoned, ...]
    relevance: Reasoned
    excerpt: str
    is_long_excerpt: bool
    text: str
    event: EventWords | None
    changes: tuple[FieldChange, ...]
    history: tuple[HistoryLine, ...]
    reasons: tuple[ReasonButton, ...] = REASONS
    claim: ClaimView | None = None


def id_in(text: str) -> int | None:
    """A number from an address, None when it could not be an id."""
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID)) and int(text) <= LARGEST_ID
    return int(text) if fits else None


def outgoing(url: str) -> str:
    """The address as a link to show, "" when a browser could read it in another way than we do (TRUST S12)."""
    return url if rules.is_link(url) else ""


def host_of(url: str) -> str:
    """The host to show, in punycode where it has other letters than ASCII (TRUST U3)."""
    host = (urlsplit(url).hostname or "") if outgoing(url) else ""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""


def queue_line(line: Waiting, path: str, *, current: bool, now: datetime) -> QueueLine:
    marks = []
    if line.is_up:
        marks.append("nieuwe tekst, oude staat op de site")
    elif line.was_decided:
        marks.append("tekst aangepast")
    if line.starts_at is not None:
        marks.append(_until(line.starts_at, now))
    return QueueLine(
        item_id=line.item_id,
        path=path,
        current=current,
        title=line.title or "(zonder titel)",
        source_name=line.source_name,
        # Of an event the day it takes place matters; that stands in the marks.
        date_words="" if line.starts_at else short_date(line.published_at or line.found_at, now),
        where=wording.list_words(line.provinces) or "regio onbekend",
        forms=tuple(ShortForm(form.value, SHORT_FORMS[form]) for form in line.forms),
        marks=tuple(marks),
    )


def short_date(moment: datetime, now: datetime) -> str:
    """`vandaag 9.41`, `gisteren`, `3 nov`, `3 nov 2024`: the list must line up."""
    day, today = wording.local_date(moment), wording.local_date(now)
    if day == today:
        return f"vandaag {wording.time_words(moment).removesuffix(' uur')}"
    if day == today - timedelta(days=1):
        return "gisteren"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {wording.MONTHS[day.month - 1][:3].replace('maa', 'mrt')}{year}"


def _until(starts_at: datetime, now: datetime) -> str:
    days = (wording.local_date(starts_at) - wording.local_date(now)).days
    if starts_at <= now and days <= 0:
        return "bijeenkomst al begonnen of voorbij"
    return {0: "bijeenkomst vandaag", 1: "bijeenkomst morgen"}.get(days, f"bijeenkomst over {days} dagen")


def short_name(address: str) -> str:
    """How colleagues call each other: what stands before the @."""
    return address.partition("@")[0] or address


def claim_view(claim: ClaimSeen | None, account_id: int) -> ClaimView | None:
    if claim is None:
        return None
    who, by, mine = short_name(claim.address), short_name(claim.handed_by), claim.account_id == account_id
    if claim.was_handed:
        words = f"{by} droeg dit aan jou over." if mine else f"{by} droeg dit over aan {who}."
    else:
        since = wording.time_words(claim.claimed_at)
        words = f"Jij kijkt hiernaar sinds {since}." if mine else f"{who} kijkt hiernaar, sinds {since}."
    return ClaimView(who, words, mine, by, claim.note)


def item_view(seen: Dossier, *, now: datetime, claim: ClaimView | None = None) -> ItemView:
    text = seen.text
    return ItemView(
        item_id=seen.item_id,
        revision_id=seen.revision_id,
        approved_revision_id=seen.approved_revision_id,
        title=text.title or "(zonder titel)",
        kind_words=wording.KIND_NAMES[text.kind],
        alerts=_alerts(seen, now),
        state_words=STATE_NAMES[seen.state],
        public_words=_public_words(seen, now),
        waits=seen.waits,
        may_withdraw=seen.may_withdraw,
        may_reopen=seen.may_reopen,
        source_name=seen.source_name,
        source_path=f"/redactie/bronnen/{seen.source_key}",
        url=outgoing(text.url),
        host=host_of(text.url),
        published_words=wording.moment_words(text.published_at) if text.published_at else "de bron noemt geen datum",
        found_words=wording.moment_words(seen.found_at),
        origin_words=_origin_words(seen),
        regions=tuple(Reasoned(region_words(region), region.reasons) for region in text.regions),
        forms=tuple(Reasoned(wording.FORM_NAMES[found.form], found.reasons) for found in text.forms),
        relevance=Reasoned(_relevance_words(text.relevance), text.relevance_reasons),
        excerpt=text.excerpt,
        is_long_excerpt=len(text.excerpt) > EXCERPT_LIMIT,
        text=text.text,
        event=event_words(text.event),
        changes=changes(seen.approved, text) if seen.is_new_text_of_approved and seen.approved else (),
        history=tuple(history_line(line) for line in seen.history),
        claim=claim,
    )


def _alerts(seen: Dossier, now: datetime) -> tuple[str, ...]:
    found = []
    if seen.is_new_text_of_approved:
        where = (
            "De oude tekst staat nog op de site." if seen.shown_revision_id else "De oude tekst staat niet op de site."
        )
        found.append(f"Dit is een nieuwe tekst van een bericht dat eerder is goedgekeurd. {where}")
    if seen.text.kind is Kind.EVENT and seen.text.event is not None:
        found.append(_until(seen.text.event.starts_at, now).capitalize() + ".")
        if seen.text.event.status is not EventStatus.CONFIRMED:
            found.append(f"De bron zegt: {wording.STATUS_NAMES[seen.text.event.status]}.")
    if seen.state is State.PILE:
        found.append("Dit bericht ligt op de stapel: waarschijnlijk gaat het niet over mensenhandel.")
    if seen.text.title_adjusted:
        found.append("De titel is aangepast door de redactie. Dat staat er op de site bij.")
    return tuple(found)


def _public_words(seen: Dossier, now: datetime) -> str:
    if seen.taken_down:
        return "Ingetrokken: niet op de site."
    if seen.approved_revision_id is None or seen.public_at is None:
        return "Niet op de site."
    if seen.public_at > now:
        return f"Komt op de site om {wording.local(seen.public_at):%H.%M.%S} uur."
    return f"Staat op de site sinds {wording.moment_words(seen.public_at)}."


def _origin_words(seen: Dossier) -> str:
    number = f"tekst {seen.revision_number}"
    if seen.origin == "editor":
        return f"{number}, aangepast door {seen.made_by} op {wording.moment_words(seen.made_at)}"
    return f"{number}, van de bron, opgehaald op {wording.moment_words(seen.made_at)}"


def _relevance_words(score: float) -> str:
    number = f"{score:.2f}".replace(".", ",")
    if score >= SURE:
        return f"waarschijnlijk wel ({number})"
    return f"misschien ({number})" if score >= PERHAPS else f"waarschijnlijk niet ({number})"


def region_words(region: Region) -> str:
    """`Delft (Zuid-Holland)`; the place, else the municipality, else the province alone."""
    parts = [part for part in (region.place, region.municipality) if part]
    near = ", ".join(dict.fromkeys(parts))
    return f"{near} ({region.province})" if near and near != region.province else region.province


def event_words(event: EventFacts | None) -> EventWords | None:
    if event is None:
        return None
    return EventWords(
        wording.date_words(event.starts_at),
        wording.event_time_words(event),
        event.place or "",
        outgoing(event.signup_url or ""),
        wording.STATUS_NAMES[event.status],
        event.organiser or "",
    )


def changes(old: RevisionText, new: RevisionText) -> tuple[FieldChange, ...]:
    """What differs between two texts of an item, field by field."""
    found = []
    before, after = _comparable(old), _comparable(new)
    for name in before:
        pieces = difference(before[name], after[name])
        if any(piece.change is not Change.SAME for piece in pieces):
            found.append(FieldChange(name, pieces))
    return tuple(found)


def _comparable(text: RevisionText) -> dict[str, str]:
    event = event_words(text.event)
    return {
        "Titel": text.title,
        "Fragment": text.excerpt,
        "Soort": wording.KIND_NAMES[text.kind],
        "Dag": event.date_words if event else "",
        "Tijd": event.time_words if event else "",
        "Waar": event.place if event else "",
        "Aanmelden": (text.event.signup_url or "") if text.event else "",
        "Status": event.status_words if event else "",
        "Organisatie": event.organiser if event else "",
        "Regio": "; ".join(region_words(region) for region in text.regions),
        "Vorm": "; ".join(wording.FORM_NAMES[found.form] for found in text.forms),
        "Link": text.url,
        "Tekst": text.text,
    }


def history_line(line: DecisionSeen) -> HistoryLine:
    reasons = {each.value: name for each, name in wording.REASON_NAMES.items()}
    return HistoryLine(
        id=line.id,
        item_id=line.item_id,
        title=line.title or "(zonder titel)",
        verdict=line.verdict,
        words=verdict_words(line.verdict),
        reason=reasons.get(line.reason, line.reason) if line.verdict == "reject" else line.reason,
        who=line.address,
        when=wording.moment_words(line.made_at),
        privacy_checked=line.privacy_checked,
        undone=line.undone,
        revision_number=line.revision_number,
    )
