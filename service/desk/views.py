"""One item in the words of the newsroom: what an editor reads before deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from service import wording
from service.desk import severity
from service.desk.approval import second_editor
from service.desk.changed_fields import EventWords, FieldChange, changes, event_words, region_words
from service.desk.facts import FactLine, fact_lines, origin_words, public_words, relevance_words
from service.desk.forms import LARGEST_ID
from service.desk.marked import GateView, Segment, gate_view, marked, marked_inside
from service.desk.privacy_gate import NOTHING_TYPED, Typed, marks_of
from service.desk.public_text import BODY, EXCERPT, TITLE
from service.desk.wording import REASON_KEYS, STATE_NAMES, verdict_words
from service.desk.wording_check import Advice, advices
from store import rules
from store.changes import weighty
from store.claims import ClaimSeen
from store.dossier import DecisionSeen, Dossier
from store.values import EXCERPT_LIMIT, EventStatus, Kind, RejectReason, SourceKind, State

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A proposal of the program with the words that caused it."""

    words: str
    reasons: tuple[str, ...]


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
    title_segments: tuple[Segment, ...]
    kind_words: str
    heavy: str
    second_editor: str
    alerts: tuple[str, ...]
    state_words: str
    public_words: str
    waits: bool
    may_withdraw: bool
    may_reopen: bool
    may_correct: bool
    is_held: bool
    is_own: bool
    link_hidden: bool
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
    excerpt_segments: tuple[Segment, ...]
    is_long_excerpt: bool
    body: str
    body_segments: tuple[Segment, ...]
    text: str
    text_segments: tuple[Segment, ...]
    event: EventWords | None
    gate: GateView
    advices: tuple[Advice, ...]
    facts: tuple[FactLine, ...]
    changes: tuple[FieldChange, ...]
    change_reasons: tuple[str, ...]
    logged: tuple[FieldChange, ...]
    history: tuple[HistoryLine, ...]
    typed_at: str = ""
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


def short_date(moment: datetime, now: datetime) -> str:
    """`vandaag 9.41`, `gisteren`, `3 nov`, `3 nov 2024`: the list must line up."""
    day, today = wording.local_date(moment), wording.local_date(now)
    if day == today:
        return f"vandaag {wording.time_words(moment).removesuffix(' uur')}"
    if day == today - timedelta(days=1):
        return "gisteren"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {wording.MONTHS[day.month - 1][:3].replace('maa', 'mrt')}{year}"


def until_words(starts_at: datetime, now: datetime) -> str:
    """How soon an event is: `bijeenkomst morgen`."""
    days = (wording.local_date(starts_at) - wording.local_date(now)).days
    if starts_at <= now and days <= 0:
        return "bijeenkomst al begonnen of voorbij"
    return {0: "bijeenkomst vandaag", 1: "bijeenkomst morgen"}.get(days, f"bijeenkomst over {days} dagen")


def short_name(address: str) -> str:
    """How colleagues call each other: what stands before the @, with a capital where it is one word."""
    name = address.partition("@")[0] or address
    return name[:1].upper() + name[1:] if name.isalpha() else name


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


def item_view(
    seen: Dossier, *, now: datetime, claim: ClaimView | None = None, typed: Typed = NOTHING_TYPED
) -> ItemView:
    """The item as it is shown; `typed` are the answers to its marks that could not be stored yet."""
    text = seen.text
    marks = marks_of(text)
    title = text.title or "(zonder titel)"
    return ItemView(
        item_id=seen.item_id,
        revision_id=seen.revision_id,
        approved_revision_id=seen.approved_revision_id,
        title=title,
        title_segments=marked(title, TITLE, marks),
        kind_words=wording.KIND_NAMES[text.kind],
        heavy="; ".join(severity.before_reading(text)),
        second_editor=wording.list_words(second_editor(text)),
        alerts=_alerts(seen, now),
        state_words=STATE_NAMES[seen.state],
        public_words=public_words(seen, now),
        waits=seen.waits,
        may_withdraw=seen.may_withdraw,
        may_reopen=seen.may_reopen,
        may_correct=seen.may_correct,
        is_held=seen.rights_held_at is not None,
        is_own=seen.source_kind is SourceKind.OWN,
        link_hidden=text.link_hidden,
        source_name=seen.source_name,
        source_path=f"/redactie/bronnen/{seen.source_key}",
        url=outgoing(text.url),
        host=host_of(text.url),
        published_words=wording.moment_words(text.published_at) if text.published_at else "de bron noemt geen datum",
        found_words=wording.moment_words(seen.found_at),
        origin_words=origin_words(seen),
        regions=tuple(Reasoned(region_words(region), region.reasons) for region in text.regions),
        forms=tuple(Reasoned(wording.FORM_NAMES[found.form], found.reasons) for found in text.forms),
        relevance=Reasoned(relevance_words(text.relevance), text.relevance_reasons),
        excerpt=text.excerpt,
        excerpt_segments=marked(text.excerpt, EXCERPT, marks),
        is_long_excerpt=len(text.excerpt) > EXCERPT_LIMIT,
        body=text.body,
        body_segments=marked(text.body, BODY, marks),
        text=text.text,
        text_segments=marked_inside(text.title, text.text, text.flags),
        event=event_words(text.event),
        gate=gate_view(marks, typed),
        advices=advices(text.title, text.excerpt, text.body),
        facts=fact_lines(seen, now=now),
        changes=changes(seen.approved, text) if seen.is_new_text_of_approved and seen.approved else (),
        change_reasons=weighty(seen.approved, text) if seen.is_new_text_of_approved and seen.approved else (),
        logged=changes(text, seen.logged) if seen.logged and seen.origin == "source" else (),
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
        found.append(until_words(seen.text.event.starts_at, now).capitalize() + ".")
        if seen.text.event.status is not EventStatus.CONFIRMED:
            found.append(f"De bron zegt: {wording.STATUS_NAMES[seen.text.event.status]}.")
    if seen.source_kind is SourceKind.OWN and seen.text.note:
        found.append(seen.text.note)
    if seen.first_approval:
        found.append(f"Dit wacht op een tweede redacteur. {seen.first_approval} keurde het al goed.")
    if seen.rights_held_at is not None:
        found.append("Dit bericht wordt vastgehouden om de rechten. Zolang dat zo is, staat het niet op de site.")
    if seen.state is State.PILE:
        found.append("Dit bericht ligt op de stapel: waarschijnlijk gaat het niet over mensenhandel.")
    if seen.text.title_adjusted:
        found.append("De titel is aangepast door de redactie. Dat staat er op de site bij.")
    return tuple(found)


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
