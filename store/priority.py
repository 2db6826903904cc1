"""How far up in the queue something stands, as a sum of parts that are each explained in Dutch. Pure.

The scale: what waits for the first time and is nothing special stands between 0 and 1, by how likely it is that it is
about trafficking. A part above 1 lifts something over everything ordinary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.values import EventStatus, FlagKind, Kind

URGENT_REMOVAL, REMOVAL, CORRECTION = 100.0, 6.0, 4.0
"""Requests over /correctie: somebody may be in danger, somebody wants off the site, something is said to be wrong."""
CASE_SUGGESTION, STORY_SUGGESTION, SAMPLE = 0.65, 0.6, 0.3
"""What orders the rest of the queue comes among the ordinary items; a sample waits for a quiet hour."""

SOON, THIS_MONTH = timedelta(days=7), timedelta(days=31)
RELEVANT, PERHAPS = 0.7, 0.4
_SEVERITY = {
    FlagKind.MINOR: (0.3, "er staat iets over een minderjarige in"),
    FlagKind.VICTIM_DETAIL: (0.25, "er staat iets over een mogelijk slachtoffer in"),
    FlagKind.BSN: (0.25, "er staat een burgerservicenummer in"),
    FlagKind.PERSON: (0.1, "er staat misschien een volledige naam in"),
}
"""Severe marks are looked at first, when somebody is fresh; the worst one of a text counts."""
TRUST_WEIGHT = 0.4


@dataclass(frozen=True, slots=True)
class Part:
    """One reason. `value` may be negative; `words` is a Dutch phrase without a full stop."""

    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Priority:
    value: float
    parts: tuple[Part, ...]


def parts_of(
    score: float,
    kind: Kind,
    starts_at: datetime | None,
    *,
    is_up: bool,
    now: datetime,
    status: EventStatus | None = None,
    flags: Iterable[FlagKind] = (),
    trust: float | None = None,
) -> Priority:
    """The priority of an item: relevance, a text that is up, an event that is near, severe marks, trust in the source.

    `score` is the relevance from 0 to 1, `is_up` says that another text of it is public now, `status` is what the
    source says of an event, `trust` the share of the source's decided items that editors kept, None before it is known.
    """
    parts = [Part(score, _relevance(score))]
    if is_up:
        parts.append(Part(1.0, "er staat nu een andere tekst van op de site"))
    if kind is Kind.EVENT and starts_at is not None:
        parts += _event(starts_at, status, now, is_up=is_up)
    severe = max((_SEVERITY[flag] for flag in flags if flag in _SEVERITY), default=None)
    if severe is not None:
        parts.append(Part(*severe))
    if trust is not None:
        parts.append(Part((trust - 0.5) * TRUST_WEIGHT, _trust(trust)))
    return Priority(sum(part.value for part in parts), tuple(parts))


def _relevance(score: float) -> str:
    if score >= RELEVANT:
        return "gaat waarschijnlijk over mensenhandel"
    return "gaat misschien over mensenhandel" if score >= PERHAPS else "gaat waarschijnlijk niet over mensenhandel"


def _event(starts_at: datetime, status: EventStatus | None, now: datetime, *, is_up: bool) -> Iterable[Part]:
    if starts_at <= now:
        return
    left = starts_at - now
    if left <= SOON:
        yield Part(0.5, "de bijeenkomst is binnen een week")
    elif left <= THIS_MONTH:
        yield Part(0.2, "de bijeenkomst is binnen een maand")
    else:
        yield Part(0.1, "de bijeenkomst moet nog komen")
    if status is EventStatus.CANCELLED:
        yield Part(1.0 if is_up else 0.0, "de bron zegt dat de bijeenkomst niet doorgaat")
    elif status is EventStatus.POSTPONED:
        yield Part(0.6 if is_up else 0.0, "de bron zegt dat de bijeenkomst is uitgesteld")


def _trust(trust: float) -> str:
    share = round(trust * 100)
    return f"van deze bron houden redacteuren {share} van de 100 berichten"
