"""Dates, times, numbers and the fixed names as Dutch people write them. Pure functions; the clock is Amsterdam's.

Moments come in as aware datetimes in any zone and are turned into Dutch local time here, and only here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from store.values import AMSTERDAM, EventFacts, EventStatus, Form, Kind, RejectReason

SLUG_LIMIT = 60
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip

FORM_NAMES = {
    Form.SEXUAL: "seksuele uitbuiting",
    Form.LABOUR: "arbeidsuitbuiting",
    Form.CRIMINAL: "criminele uitbuiting",
    Form.OTHER: "andere vorm",
}
FORM_ANCHORS = {
    Form.SEXUAL: "seksuele-uitbuiting",
    Form.LABOUR: "arbeidsuitbuiting",
    Form.CRIMINAL: "criminele-uitbuiting",
}
"""Where a form is explained: the headings of `wat-is-mensenhandel.md` and `signalen.md`. OTHER has none."""

KIND_NAMES = {Kind.ARTICLE: "artikel", Kind.EVENT: "bijeenkomst"}

STATUS_NAMES = {
    EventStatus.CONFIRMED: "gaat door",
    EventStatus.CHANGED: "gewijzigd",
    EventStatus.CANCELLED: "gaat niet door",
    EventStatus.POSTPONED: "uitgesteld",
}

REASON_NAMES = {
    RejectReason.OFF_TOPIC: "gaat niet over mensenhandel",
    RejectReason.NOT_REGIONAL: "niet uit deze regio",
    RejectReason.DUPLICATE: "staat er al",
    RejectReason.PRIVACY: "een slachtoffer is herkenbaar",
    RejectReason.UNRELIABLE: "bron is niet betrouwbaar",
    RejectReason.OUTDATED: "te oud",
    RejectReason.OTHER: "andere reden",
}


def local(moment: datetime) -> datetime:
    """The moment in Dutch local time. Raises ValueError for a naive datetime: nobody knows what it means."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone; pass an aware datetime")
    return moment.astimezone(AMSTERDAM)


def local_date(moment: datetime | date) -> date:
    """The Dutch calendar day of a moment; a plain date stays as it is."""
    return local(moment).date() if isinstance(moment, datetime) else moment


def date_words(moment: datetime | date) -> str:
    """`dinsdag 3 november 2026`."""
    day = local_date(moment)
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday_word(moment: datetime | date) -> str:
    return WEEKDAYS[local_date(moment).weekday()]


def month_word(moment: datetime | date) -> str:
    return MONTHS[local_date(moment).month - 1]


def time_words(moment: datetime) -> str:
    """`19.30 uur`, `9.00 uur`: a full stop between hours and minutes, no zero in front."""
    clock = local(moment)
    return f"{clock.hour}.{clock.minute:02d} uur"


def moment_words(moment: datetime) -> str:
    """`dinsdag 3 november 2026, 19.30 uur`."""
    return f"{date_words(moment)}, {time_words(moment)}"


def event_time_words(event: EventFacts) -> str:
    """`19.30 uur`, `19.30 tot 21.00 uur`, `hele dag`, or with the last day when the event ends on another day."""
    ends = event.ends_at
    if event.all_day:
        # An all-day event ends at the midnight after its last day (RFC 5545), so the last day is one earlier.
        last = local_date(ends) - timedelta(days=1) if ends else None
        more_days = last is not None and last > local_date(event.starts_at)
        return f"hele dag, tot en met {date_words(last)}" if last and more_days else "hele dag"
    if ends is None or ends <= event.starts_at:
        return time_words(event.starts_at)
    start = time_words(event.starts_at).removesuffix(" uur")
    if local_date(ends) == local_date(event.starts_at):
        return f"{start} tot {time_words(ends)}"
    return f"{start} uur tot {moment_words(ends)}"


def number_words(number: int) -> str:
    """`6.250`: a full stop between thousands."""
    return f"{number:,}".replace(",", ".")


def count_words(number: int, one: str, more: str) -> str:
    """`1 bericht`, `0 berichten`, `1.204 berichten`."""
    return f"{number_words(number)} {one if number == 1 else more}"


def slug(title: str) -> str:
    """The readable tail of an address: plain letters, digits and hyphens, cut at a word, at most 60 characters."""
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    tail = "-".join(re.findall(r"[a-z0-9]+", folded))
    cut = tail if len(tail) <= SLUG_LIMIT else tail[: SLUG_LIMIT + 1].rpartition("-")[0] or tail[:SLUG_LIMIT]
    return cut or "bericht"


def list_words(words: Sequence[str]) -> str:
    """`Utrecht, Zeeland en Limburg`."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} en {words[-1]}"
