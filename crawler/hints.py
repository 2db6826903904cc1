"""How long a source itself says to wait before the next visit: in its answer's headers, or in its feed.

A hint is a floor and no promise: `store/pace.py` decides what it weighs. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_LONGEST = 366 * 24 * 3600
_DIRECTIVE = re.compile(r'([a-z-]+)\s*(?:=\s*"?(\d{1,10})"?)?', re.IGNORECASE)
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 7 * 86_400, "monthly": 30 * 86_400, "yearly": 365 * 86_400}
"""RSS 1.0 module Syndication: updatePeriod."""


def of_answer(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds until an answer is no longer fresh (RFC 9111 section 4.2.1), or None when it does not say.

    `headers` has lower-case names. `s-maxage` is for shared caches and counts only when there is no `max-age`.
    """
    control = {name.lower(): value for name, value in _DIRECTIVE.findall(headers.get("cache-control", ""))}
    if "no-store" in control or "no-cache" in control:
        return None
    named = control.get("max-age") or control.get("s-maxage")
    if named:
        age = headers.get("age", "").strip()
        return _sensible(int(named) - (int(age) if age.isascii() and age.isdigit() and len(age) <= 10 else 0))  # noqa: PLR2004
    if "max-age" in control:
        return None
    expires = moment(headers.get("expires"))
    if expires is None:
        return None
    return _sensible((expires - (moment(headers.get("date")) or now)).total_seconds())


def of_feed(found: Any) -> int | None:
    """Seconds that a feed asks for: RSS `ttl` (in minutes) or `sy:updatePeriod` and `sy:updateFrequency`.

    `found` is what feedparser made of a feed (`found.feed`). The longest of the two counts.
    """
    asked = []
    ttl = str(found.get("ttl", "")).strip()
    if ttl.isascii() and ttl.isdigit():
        asked.append(int(ttl[:9]) * 60)
    period = _PERIODS.get(str(found.get("sy_updateperiod", "")).strip().lower())
    if period:
        times = str(found.get("sy_updatefrequency", "")).strip()
        asked.append(period // max(int(times[:9]) if times.isascii() and times.isdigit() else 1, 1))
    return _sensible(max(asked, default=0))


def moment(value: str | None) -> datetime | None:
    """A date of HTTP (RFC 9110 section 5.6.7), or None."""
    try:
        found = parsedate_to_datetime(value or "")
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _sensible(seconds: float) -> int | None:
    return int(min(seconds, _LONGEST)) if seconds >= 1 else None
