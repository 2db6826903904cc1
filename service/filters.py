"""The choices in an address (`?regio=limburg&vorm=arbeid`), the same for pages, feeds and the calendar.

What cannot be understood gives a sentence and is left out; it never gives an empty page without a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from service.wording import slug
from store.published import NewsFilter
from store.values import AMSTERDAM, NETHERLANDS, PROVINCES, Form

FORM_WORDS = {
    Form.SEXUAL: "seksueel",
    Form.LABOUR: "arbeid",
    Form.CRIMINAL: "crimineel",
    Form.OTHER: "anders",
}
QUERY_LIMIT = 100
YEARS = range(1990, 2101)
"""Outside of them a date is a mistake; at the ends of the calendar there is no midnight in Amsterdam to count from."""

_KEY = re.compile(r"[a-z0-9-]{1,63}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was asked, as it stands in the address, and what it means. `problem` is a Dutch sentence or empty."""

    regio: str
    vorm: str
    bron: str
    van: str
    tot: str
    q: str
    wanted: NewsFilter
    problem: str

    @property
    def query(self) -> str:
        """The choices as a query string in a fixed order, empty when there are none."""
        pairs = [(name, getattr(self, name)) for name in ("regio", "vorm", "bron", "van", "tot", "q")]
        return urlencode([(name, value) for name, value in pairs if value])


def chosen(asked: Mapping[str, str]) -> Chosen:
    """Read the choices from the query of an address."""
    problems: list[str] = []
    regio, vorm = asked.get("regio", "").strip(), asked.get("vorm", "").strip()
    bron, q = asked.get("bron", "").strip(), asked.get("q", "").strip()
    van, tot = asked.get("van", "").strip(), asked.get("tot", "").strip()
    province = province_of(regio)
    if regio and province is None:
        problems.append("Deze regio kennen we niet. Kies een provincie uit de lijst.")
    form = form_of(vorm)
    if vorm and form is None:
        problems.append("Deze vorm kennen we niet. Kies een vorm uit de lijst.")
    if bron and not _KEY.fullmatch(bron):
        problems.append("Deze bron kennen we niet. Kies een bron uit de lijst.")
        bron = ""
    since, until = _day(van), _day(tot)
    if (van and since is None) or (tot and until is None):
        problems.append("Deze datum kennen we niet. Schrijf de datum als 2026-11-03.")
    if since and until and since > until:
        problems.append("De eerste datum ligt na de laatste. Draai ze om.")
        since = until = None
    if len(q) > QUERY_LIMIT:
        problems.append(f"Je zoekt met te veel tekst. Gebruik hoogstens {QUERY_LIMIT} tekens.")
        q = ""
    wanted = NewsFilter(
        province=province or "",
        form=form,
        source_key=bron,
        since=_start(since) if since else None,
        until=_start(until + timedelta(days=1)) if until else None,
        query=q,
    )
    return Chosen(
        regio=slug(province) if province else "",
        vorm=FORM_WORDS[form] if form else "",
        bron=bron,
        van=since.isoformat() if since else "",
        tot=until.isoformat() if until else "",
        q=q,
        wanted=wanted,
        problem=" ".join(problems),
    )


def province_of(word: str) -> str | None:
    """The province by its slug or its name; empty text for the whole country."""
    if not word or word.casefold() == NETHERLANDS.casefold():
        return ""
    return next((name for name in PROVINCES if slug(name) == slug(word)), None)


def form_of(word: str) -> Form | None:
    """The form by its Dutch word in an address, or by its English name."""
    lower = word.casefold()
    return next((form for form, dutch in FORM_WORDS.items() if lower in {dutch, form.value}), None)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS else None


def _start(day: date) -> datetime:
    """Midnight in Amsterdam, in UTC."""
    return datetime.combine(day, time.min, AMSTERDAM).astimezone(UTC)
