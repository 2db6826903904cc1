"""A text field by field in words, and what differs between two texts of an item."""

from __future__ import annotations

from dataclasses import dataclass

from service import wording
from service.desk.difference import Change, Piece, difference
from service.desk.wording import RISK_NAMES
from store import rules
from store.revisions import RevisionText
from store.values import EventFacts, Region


@dataclass(frozen=True, slots=True)
class EventWords:
    date_words: str
    time_words: str
    place: str
    signup_url: str
    status_words: str
    organiser: str
    risk_words: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    pieces: tuple[Piece, ...]


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
        _link(event.signup_url or ""),
        wording.STATUS_NAMES[event.status],
        event.organiser or "",
        RISK_NAMES[event.risk],
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
        "Wie ziet de plaats": event.risk_words if event else "",
        "Regio": "; ".join(region_words(region) for region in text.regions),
        "Vorm": "; ".join(wording.FORM_NAMES[found.form] for found in text.forms),
        "Link": f"{text.url} (weggelaten op de site)" if text.link_hidden else text.url,
        "Artikel": text.body,
        "Tekst": text.text,
    }


def _link(url: str) -> str:
    return url if rules.is_link(url) else ""
