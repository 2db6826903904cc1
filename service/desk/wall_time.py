"""From the date and time that an editor types to a moment, and back. What people type is Amsterdam's wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from service import wording
from store.errors import NotAllowedError
from store.values import AMSTERDAM


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is in UTC. `twice` means that the clock showed this time twice that night; the first one is meant."""

    at: datetime
    twice: bool = False


def moment_of(day: date, clock: time) -> Moment:
    """The moment at which the clock in Amsterdam shows this day and time.

    Raises NotAllowedError in the hour that does not exist, when summer time begins (INV-14).
    """
    first = datetime.combine(day, clock, tzinfo=AMSTERDAM).replace(fold=0)
    second = first.replace(fold=1)
    if first.astimezone(UTC).astimezone(AMSTERDAM).replace(tzinfo=None) != first.replace(tzinfo=None):
        shown = f"{clock.hour}.{clock.minute:02d} uur"
        raise NotAllowedError(
            f"Op {wording.date_words(day)} bestaat {shown} niet: de klok gaat dan van 2.00 naar 3.00 uur. "
            "Kies een andere tijd."
        )
    return Moment(first.astimezone(UTC), twice=first.utcoffset() != second.utcoffset())


def midnight(day: date) -> datetime:
    """The beginning of a day in Amsterdam, in UTC."""
    return datetime.combine(day, time(), tzinfo=AMSTERDAM).astimezone(UTC)


def day_after(day: date) -> datetime:
    """The end of a day in Amsterdam, in UTC: where an all-day event ends (RFC 5545)."""
    return midnight(day + timedelta(days=1))
