"""Bringing in a list of sources: what the form may send, and what became of each line of the list."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from service import opml
from service.desk.forms import FIELDS_AT_MOST, FormModel, Posted
from service.desk.sources import NAME_LIMIT, free_key, must_be_address
from store import rules
from store.errors import NotAllowedError
from store.settings import SourceSettings

AT_ONCE = 250
"""So many sources can be chosen in one form."""
_NOT_OURS = "Deze lijst begrijpen we niet. Kies het bestand opnieuw."


class OpmlForm(FormModel):
    """`kies` are the chosen sources, each a name and an address as JSON."""

    action: str = ""
    tekst: str = ""
    kies: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line of the list. `value` is what the form sends back; `why` says why it cannot come in, "" when it can."""

    name: str
    url: str
    value: str
    why: str


async def read_list(request: Request) -> Posted:
    """The fields of the form; a file takes the place of the pasted text. Raises NotAllowedError."""
    posted: dict[str, list[str]] = {}
    async with request.form(max_files=1, max_fields=FIELDS_AT_MOST) as form:
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                posted.setdefault(name, []).append(value)
            elif name != "bestand":
                raise NotAllowedError(_NOT_OURS)
            elif body := await value.read():
                posted["tekst"] = [_decoded(body)]
    return posted


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def lines_of(text: str, known: set[str]) -> list[ListLine]:
    """Every line of the list with what can become of it. Raises NotAllowedError when it is no OPML."""
    # The declaration names how the bytes were written; by now they are text.
    body = text.partition("?>")[2] if text.lstrip().startswith("<?xml") else text
    found, seen = [], set(known)
    for name, url in opml.outlines(body.encode("utf-8", "replace")):
        why = _why_not(name, url, seen, known)
        seen.add(url)
        found.append(ListLine(name[:NAME_LIMIT], url[:NAME_LIMIT], json.dumps([name, url]), why))
    return found


def _why_not(name: str, url: str, seen: set[str], known: set[str]) -> str:
    if url in known:
        return "hebben we al"
    if url in seen:
        return "staat twee keer in de lijst"
    try:
        chosen(json.dumps([name, url]), set())
    except NotAllowedError:
        return "adres of naam klopt niet"
    return ""


def chosen(value: str, taken: set[str]) -> SourceSettings:
    """One chosen source, which waits for somebody to check it. Raises NotAllowedError: anybody can send anything."""
    try:
        name, url = json.loads(value)
    except (ValueError, TypeError):
        raise NotAllowedError(_NOT_OURS) from None
    if not (isinstance(name, str) and isinstance(url, str)) or not name.strip() or rules.unfit_character(name):
        raise NotAllowedError(_NOT_OURS)
    must_be_address(url)
    try:
        return SourceSettings(
            key=free_key(name, taken), name=name[:NAME_LIMIT].strip(), url=url, paused=True, checked=False
        )
    except ValidationError:
        raise NotAllowedError(_NOT_OURS) from None
