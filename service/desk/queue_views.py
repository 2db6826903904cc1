"""The lines of the queue in the words of the newsroom: what it is, where and when, and why it stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service import wording
from service.desk.views import short_date, short_name, until_words
from service.desk.wording import SHORT_FORMS
from store.claims import ClaimSeen
from store.priority import Part
from store.queue_filter import SEVERE, Language, Severity, What
from store.queue_lines import Line, Waiting, WaitingReview
from store.values import FlagKind

WHAT_WORDS = {
    What.ARTICLE: "nieuw bericht",
    What.EVENT: "bijeenkomst",
    What.CHANGED: "gewijzigde tekst",
    What.EVENT_CHANGED: "wijziging van bijeenkomst",
    What.EVENT_OFF: "afgelasting van bijeenkomst",
    What.TIP: "tip",
    What.OWN: "eigen bericht",
    What.STORY: "voorstel verhaal",
    What.CASE: "voorstel zaak",
    What.CORRECTION: "verzoek om correctie",
    What.REMOVAL: "verzoek om verwijdering",
    What.SAMPLE: "steekproef van de stapel",
}
LANGUAGE_WORDS = {
    Language.DUTCH: "Nederlands",
    Language.FRISIAN: "Fries",
    Language.OTHER: "andere taal",
    Language.UNKNOWN: "niet herkend",
}
SEVERITY_WORDS = {
    Severity.HIGH: "minderjarige of mogelijk slachtoffer",
    Severity.NAME: "misschien een volledige naam",
    Severity.NONE: "niets gemerkt",
}
BAND_WORDS = {"high": "waarschijnlijk wel", "middle": "misschien", "low": "waarschijnlijk niet"}
"""Relevance, by the words in the address (`service.desk.frame.RELEVANCE_BANDS`)."""
_FOLDERS = {
    What.STORY: "voorstellen",
    What.CASE: "voorstellen",
    What.CORRECTION: "verzoeken",
    What.REMOVAL: "verzoeken",
    What.SAMPLE: "steekproef",
}
_UNNAMED = {
    What.CORRECTION: "Iemand zegt dat er iets niet klopt",
    What.REMOVAL: "Iemand wil dat er iets weggaat",
}


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A form in a line of the queue: the key of its glyph and one word."""

    key: str
    short: str


@dataclass(frozen=True, slots=True)
class WhyPart:
    """One reason for the place of a line; `sign` is `+0,50`, or "" where a number says nothing."""

    words: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """`value` is what a tick sends ("item:text"), "" for what cannot be ticked. `care` says how careful to be.

    `claim` says who looks at it; `is_taken` that it is a colleague.
    """

    key: str
    value: str
    path: str
    current: bool
    what: str
    urgent: bool
    title: str
    source_name: str
    date_words: str
    where: str
    forms: tuple[ShortForm, ...]
    marks: tuple[str, ...]
    care: str
    why: tuple[WhyPart, ...]
    claim: str = ""
    is_taken: bool = False
    note: str = ""


def queue_lines(
    lines: tuple[Line, ...],
    paths: Mapping[int, str],
    claims: Mapping[int, ClaimSeen],
    *,
    account_id: int,
    current: int | None,
    now: datetime,
) -> tuple[QueueLine, ...]:
    """`paths` are the addresses of the items, by number; `current` is the item that is open."""
    return tuple(
        _item_line(line, paths[line.item_id], claims.get(line.item_id), account_id, current=current, now=now)
        if isinstance(line, Waiting)
        else _review_line(line, now)
        for line in lines
    )


def _item_line(
    line: Waiting, path: str, claim: ClaimSeen | None, account_id: int, *, current: int | None, now: datetime
) -> QueueLine:
    marks = ["wacht op een tweede redacteur"] if line.wants_second else []
    if line.is_up:
        marks.append("oude tekst staat op de site")
    elif line.was_decided:
        marks.append("tekst aangepast")
    if line.starts_at is not None:
        marks.append(until_words(line.starts_at, now).removeprefix("bijeenkomst "))
    return QueueLine(
        key=f"b{line.item_id}",
        value=f"{line.item_id}:{line.revision_id}",
        path=path,
        current=line.item_id == current,
        what=WHAT_WORDS[line.what],
        urgent=False,
        title=line.title or "(zonder titel)",
        source_name=line.source_name,
        # Of an event the day it takes place matters; that stands in the marks.
        date_words="" if line.starts_at else short_date(line.published_at or line.found_at, now),
        where=wording.list_words(line.provinces) or "regio onbekend",
        forms=tuple(ShortForm(form.value, SHORT_FORMS[form]) for form in line.forms),
        marks=tuple(marks),
        care=care_words(line.flags),
        why=why_parts(line.parts),
        claim=claim_words(claim, account_id),
        is_taken=claim is not None and claim.account_id != account_id,
        note=claim.note if claim is not None and claim.account_id == account_id else "",
    )


def _review_line(line: WaitingReview, now: datetime) -> QueueLine:
    return QueueLine(
        key=f"r{line.review_id}",
        value="",
        path=f"/redactie/{_FOLDERS[line.what]}/{line.review_id}",
        current=False,
        what=WHAT_WORDS[line.what],
        urgent=line.urgent,
        title=line.title or _UNNAMED.get(line.what, "(zonder titel)"),
        source_name="",
        date_words=short_date(line.opened_at, now),
        where=wording.list_words(line.provinces),
        forms=(),
        marks=("dringend",) if line.urgent else (),
        care="",
        why=tuple(WhyPart(reason) for reason in line.reasons),
    )


def care_words(flags: frozenset[FlagKind]) -> str:
    """How careful to be, before anything of the text is read; "" when nothing is marked."""
    if flags & set(SEVERE):
        return "gevoelig"
    return "naam" if FlagKind.PERSON in flags else ""


def why_parts(parts: tuple[Part, ...]) -> tuple[WhyPart, ...]:
    """The reasons for a place in the queue, the weightiest first."""
    ordered = sorted(parts, key=lambda part: -abs(part.value))
    return tuple(WhyPart(part.words, f"{part.value:+.2f}".replace(".", ",").replace("-", "−")) for part in ordered)


def claim_words(claim: ClaimSeen | None, account_id: int) -> str:
    """Who else looks at it, or who gave it to this account; "" otherwise."""
    if claim is None:
        return ""
    if claim.account_id == account_id:
        return f"van {short_name(claim.handed_by)}" if claim.was_handed else ""
    who = short_name(claim.address)
    return f"overgedragen aan {who}" if claim.was_handed else f"{who} kijkt hiernaar"
