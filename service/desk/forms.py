"""What the newsroom's forms may send: typed models, and a Dutch sentence for each mistake.

A field that is not in the model is refused, and no model is a table (TRUST I4).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from store.errors import NotAllowedError
from store.values import EventRisk, EventStatus, Form, Rights, SourceKind, Verdict

LARGEST_ID = 2**31 - 1
"""What PostgreSQL takes for an id; a larger number in an address or a form names nothing."""

FIELDS_AT_MOST = 300
"""An edit form has some thirty; each mark of the privacy gate two more."""

ItemId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Posted = Mapping[str, list[str]]


async def read_posted(request: Request) -> Posted:
    """The fields of a form, each with all its values, line ends as one newline. Raises NotAllowedError for files."""
    posted: dict[str, list[str]] = {}
    async with request.form(max_files=0, max_fields=FIELDS_AT_MOST) as form:
        for name, value in form.multi_items():
            if not isinstance(value, str):
                raise NotAllowedError("Bestanden kun je hier niet sturen.")
            posted.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\r", "\n"))
    return posted


Fields = Annotated[Posted, Depends(read_posted)]


class FormModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BackToQueue(FormModel):
    """Where the editor was; read by `service.desk.frame.place_of`, never as an address.

    `terug` is the key of another page to return to: `openbaar` or `bericht`.
    """

    terug: str = ""

    regio: str = ""
    vorm: str = ""
    bron: str = ""
    soort: str = ""
    gemeente: str = ""
    taal: str = ""
    ernst: str = ""
    kans: str = ""
    q: str = ""
    stapel: str = ""
    na: str = ""


class DecisionForm(BackToQueue):
    """`at` is a date and time on the clock in Amsterdam, as a form field writes it; empty for at once.

    `gezien` is the digest of the marks that were shown; the answers to them are read by `privacy_gate.split`.
    `privacy_checked` was the tick of the first version: pages that are still open may send it, and nobody asks.
    """

    verdict: Verdict
    revision: int = Field(ge=1, le=LARGEST_ID)
    reason: str = ""
    at: str = ""
    gezien: str = ""
    privacy_checked: str = ""


class ShortenForm(BackToQueue):
    """`merk` is the number of a mark whose name is shortened, or `alle`; `link` leaves out the link to the source."""

    revision: int = Field(ge=1, le=LARGEST_ID)
    gezien: str = ""
    merk: str = ""
    link: bool = False


class EditForm(BackToQueue):
    """The text of an item as the editor typed it. Dates and times stay text, so that a mistake can be shown again."""

    revision: int = Field(ge=1, le=LARGEST_ID)
    title: str = ""
    excerpt: str = ""
    link_hidden: bool = False
    forms: list[Form] = []
    province_1: str = ""
    municipality_1: str = ""
    place_1: str = ""
    province_2: str = ""
    municipality_2: str = ""
    place_2: str = ""
    province_3: str = ""
    municipality_3: str = ""
    place_3: str = ""
    event: bool = False
    event_date: str = ""
    event_start: str = ""
    event_last_date: str = ""
    event_end: str = ""
    event_all_day: bool = False
    event_place: str = ""
    event_signup: str = ""
    event_status: EventStatus = EventStatus.CONFIRMED
    event_risk: EventRisk = EventRisk.OPEN


class CorrectionForm(EditForm):
    """An edit that takes the place of what is up. `sentence` says in public what was corrected."""

    sentence: str = ""
    gezien: str = ""


class LoginForm(FormModel):
    address: str = ""
    password: str = ""


class SourceForm(FormModel):
    """`keuze` is one of the candidates of a search (`service/desk/candidates.py`), and goes before `url` and `kind`."""

    url: str = ""
    keuze: str = ""
    kind: SourceKind | Literal[""] = ""
    name: str = ""
    region: str = ""
    rights: Rights = Rights.EXCERPT
    action: str = ""


class SourceActionForm(FormModel):
    """`gecontroleerd` is the tick of somebody who looked at a source of the shipped list."""

    action: str = ""
    gecontroleerd: bool = False


class EmptyForm(FormModel):
    """A form with a button and nothing else."""


SENTENCES = {
    "verdict": "Dit besluit kennen we niet. Kies een van de knoppen op de pagina.",
    "revision": "Het nummer van de tekst klopt niet. Open het bericht opnieuw.",
    "forms": "Deze vorm kennen we niet. Kies uit de lijst.",
    "event_status": "Deze status kennen we niet. Kies uit de lijst.",
    "event_risk": "Deze keuze over het adres kennen we niet. Kies uit de lijst.",
    "role": "Deze rol kennen we niet. Kies uit de lijst.",
    "kind": "Dit soort bron kennen we niet. Kies uit de lijst.",
    "rights": "Deze afspraak over de tekst kennen we niet. Kies uit de lijst.",
}
UNKNOWN_FIELD = "In het formulier staat een veld dat hier niet hoort. Open de pagina opnieuw en stuur het nog eens."
NOT_UNDERSTOOD = "Iets in het formulier begrijpen we niet. Open de pagina opnieuw en stuur het nog eens."

Model = TypeVar("Model", bound=FormModel)


def parse(model: type[Model], posted: Posted) -> Model:
    """The form as a value. Raises NotAllowedError (422) with a sentence about the first thing that is wrong."""
    lists = {name for name, field in model.model_fields.items() if "list" in str(field.annotation)}
    values: dict[str, object] = {}
    for name, given in posted.items():
        if name in lists:
            values[name] = given
        elif len(given) == 1:
            values[name] = given[0]
        else:
            raise NotAllowedError(NOT_UNDERSTOOD)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problem = error.errors()[0]
        if problem["type"] == "extra_forbidden":
            raise NotAllowedError(UNKNOWN_FIELD) from None
        raise NotAllowedError(SENTENCES.get(str(problem["loc"][0]), NOT_UNDERSTOOD)) from None
