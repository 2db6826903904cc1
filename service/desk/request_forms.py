"""What the two public forms and the page of a request may send, and how their words are cleaned.

Letters that nobody sees come along with pasted text, and are left out quietly. What turns text around or controls a
terminal comes along with nothing, and is refused.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

from pydantic import Field

from crawler.extract import tidy
from service.desk.forms import LARGEST_ID, FormModel
from store.errors import NotAllowedError
from store.requests import Closed, RequestKind

UNSEEN = "In het formulier staat een teken dat je niet ziet en dat tekst verandert. Typ die regel opnieuw."
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class AskForm(FormModel):
    """`/correctie`. `pagina` is an address or a number, `antwoord` an e-mail address or empty."""

    pagina: str = ""
    soort: RequestKind = RequestKind.CORRECTION
    tekst: str = ""
    dringend: bool = False
    antwoord: str = ""


class TipForm(FormModel):
    """`/tip`. The fields of an event count when `datum` is filled; dates and times stay text, to be shown again."""

    link: str = ""
    titel: str = ""
    tekst: str = ""
    datum: str = ""
    begin: str = ""
    einde: str = ""
    waar: str = ""
    organisatie: str = ""
    antwoord: str = ""


class RequestForm(FormModel):
    """The buttons of one request. `weg` takes the item off the site, `notitie` keeps the note, `sluit` closes it."""

    actie: Literal["weg", "notitie", "sluit"]
    revision: int = Field(default=0, ge=0, le=LARGEST_ID)
    reason: str = ""
    notitie: str = ""
    uitkomst: Closed | Literal[""] = ""


def cleaned(text: str) -> str:
    """The text as it is kept. Raises NotAllowedError when it holds what can only do harm."""
    if any(letter in _TURNING or (unicodedata.category(letter) == "Cc" and letter not in "\n\t") for letter in text):
        raise NotAllowedError(UNSEEN)
    return tidy(text)


def shown_again(text: str) -> str:
    """What was typed, to be shown again beside what is wrong with it."""
    return tidy(text[:10_000])
