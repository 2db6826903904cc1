"""What the forms about stories and cases may send. A case has no field that could hold a name."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from pydantic import Field

from service.desk.forms import LARGEST_ID, FormModel
from store.errors import NotAllowedError
from store.values import CaseOutcome, Stage

_NUMBER = re.compile(r"(?:^|/(?:nieuws|agenda|items)/|[?&]item=)(\d{1,9})(?!\d)")


class StoryForm(FormModel):
    """`ander` is the number or the address of another item; `gezien` says that the warning about both was read."""

    actie: Literal["samen", "los"]
    ander: str = ""
    gezien: bool = False
    reden: str = ""


class SuggestionForm(FormModel):
    antwoord: Literal["samen", "apart"]
    gezien: bool = False
    reden: str = ""


class CaseForm(FormModel):
    """One form for all that is done with the case of an item. Days are written 2026-11-03, or left empty."""

    actie: Literal["nieuw", "erbij", "stap", "eruit", "gegevens", "uitkomst"]
    zaak: int = Field(default=0, ge=0, le=LARGEST_ID)
    stap: Stage | Literal[""] = ""
    dag: str = ""
    provincie: str = ""
    gemeente: str = ""
    rechtbank: str = ""
    ecli: str = ""
    uitkomst: CaseOutcome | Literal[""] = ""


def item_in(typed: str) -> int:
    """The number of the item that somebody typed or pasted. Raises NotAllowedError."""
    found = _NUMBER.search(typed.strip())
    if found is None or not 0 < int(found[1]) <= LARGEST_ID:
        raise NotAllowedError("Typ het nummer van het andere bericht, of plak het adres ervan.")
    return int(found[1])


def day_in(typed: str) -> date:
    """The day that somebody chose. Raises NotAllowedError."""
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise NotAllowedError("Kies de dag in de kalender, of schrijf hem als 2026-11-03.") from None
    if not 1990 <= day.year <= 2100:  # noqa: PLR2004 - a typing mistake, not a step of a case
        raise NotAllowedError("Deze dag ligt te ver weg. Kijk naar het jaar.")
    return day
