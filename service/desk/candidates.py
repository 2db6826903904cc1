"""The ways into a site that a search found, as an editor chooses among them; and the choice as it comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

import crawler
from service import wording
from service.desk.views import outgoing
from service.desk.wording import SOURCE_KIND_NAMES
from store.errors import NotAllowedError
from store.values import SourceKind

CHOICE_LIMIT = 4000
_FIRST = 3
_BAD_CHOICE = "Deze keuze begrijpen we niet. Zoek de bron opnieuw op en kies uit de lijst."


class Choice(BaseModel):
    """One candidate, as the form carries it from the search to the saving."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    kind: SourceKind
    options: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class EntryLine:
    title: str
    when: str
    url: str


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """`value` is what the form sends back when this one is chosen."""

    value: str
    title: str
    kind_words: str
    count_words: str
    shown_url: str
    remark: str
    lines: tuple[EntryLine, ...]
    chosen: bool


def candidate_lines(found: tuple[crawler.TriedSource, ...], chosen: str = "") -> tuple[CandidateLine, ...]:
    """Every candidate with its first entries; the best, or the one chosen before, is ticked."""
    values = [_value(each) for each in found]
    ticked = values.index(chosen) if chosen in values else 0
    return tuple(
        CandidateLine(
            value=value,
            title=each.title or "(zonder titel)",
            kind_words=SOURCE_KIND_NAMES[each.kind or SourceKind.FEED],
            count_words=_count_words(each),
            shown_url=each.url,
            # That it works and with how much stands beside it already.
            remark=each.sentence.partition(" in. ")[2] or each.sentence.partition(" het bezoek. ")[2],
            lines=tuple(
                EntryLine(
                    entry.title or "(zonder titel)",
                    wording.moment_words(entry.published_at) if entry.published_at else "zonder datum",
                    outgoing(entry.url),
                )
                for entry in each.first[:_FIRST]
            ),
            chosen=place == ticked,
        )
        for place, (value, each) in enumerate(zip(values, found, strict=True))
    )


def kept_choice(text: str) -> tuple[CandidateLine, ...]:
    """What was chosen, for the page that says why it was not saved; its entries are not fetched again."""
    try:
        choice = choice_of(text)
    except NotAllowedError:
        return ()
    return (CandidateLine(text, choice.url, SOURCE_KIND_NAMES[choice.kind], "", "", "", (), chosen=True),)


def choice_of(text: str) -> Choice:
    """The choice that a form sends back. Raises NotAllowedError: anybody can send anything."""
    if len(text) > CHOICE_LIMIT:
        raise NotAllowedError(_BAD_CHOICE)
    try:
        choice = Choice.model_validate_json(text)
        crawler.check_options(choice.kind, choice.options)
    except (ValidationError, crawler.BadOptionsError):
        raise NotAllowedError(_BAD_CHOICE) from None
    return choice


def _value(found: crawler.TriedSource) -> str:
    told: Mapping[str, object] = {"url": found.url, "kind": found.kind, "options": found.options}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _count_words(found: crawler.TriedSource) -> str:
    if found.kind in {SourceKind.CALENDAR, SourceKind.EVENTS}:
        return wording.count_words(found.entries, "afspraak", "afspraken")
    if found.kind is SourceKind.SITEMAP and "pagina" in found.sentence:
        return wording.count_words(found.entries, "pagina", "pagina's")
    return wording.count_words(found.entries, "bericht", "berichten")
