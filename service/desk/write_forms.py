"""What the form for an own article may send, and what it becomes: a text to store, or fields to show again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from pydantic import Field

from crawler.reading import read
from crawler.reading.likeness import signature_of
from crawler.reading.people import flags_of
from service import wording
from service.desk import markdown
from service.desk.edit import edited_text, moment_typed
from service.desk.forms import LARGEST_ID, EditForm
from store import flags as privacy
from store.drafts import EditedText, must_be_fit
from store.errors import NotAllowedError
from store.revisions import RevisionText
from store.values import FormFound, NewsKind, Reading

CHOSEN = ("gekozen door de redactie",)


class WriteForm(EditForm):
    """An own article. `revision` is 0 for a new one; `at` is when it should come on the site, empty for at once."""

    revision: int = Field(default=0, ge=0, le=LARGEST_ID)
    body: str = ""
    at: str = ""
    actie: Literal["bekijk", "bewaar"] = "bewaar"


@dataclass(frozen=True, slots=True)
class Written:
    """`proposed` says that regions or forms were found by reading, because none were chosen."""

    text: EditedText
    forms: tuple[FormFound, ...]
    found: Reading
    wish: str
    proposed: bool


def written(form: WriteForm, old: RevisionText, *, now: datetime) -> Written:
    """What the form says, with what was read in it where nothing was chosen. Raises NotAllowedError."""
    must_be_fit(EditedText(form.title, form.excerpt, (), (), body=form.body))
    if not form.body.strip():
        raise NotAllowedError("Het artikel is nog leeg. Schrijf de tekst.")
    words = markdown.to_text(form.body)
    wanted = moment_typed(form.at, now=now)
    found = read(form.title.strip(), f"{form.excerpt.strip()}\n{words}", always=True)
    edited = edited_text(form, old).text
    forms = tuple(FormFound(each, CHOSEN) for each in edited.forms) or found.forms
    text = replace(
        edited,
        regions=edited.regions or found.regions,
        forms=tuple(each.form for each in forms),
        # The marks of the title only: there is no internal text, and the gate reads what will be public itself.
        flags=privacy.fitted(flags_of(form.title.strip(), ""), form.title.strip(), ""),
        body=form.body,
        link_hidden=False,
    )
    must_be_fit(text)
    kind = NewsKind(found.news_kind) if found.news_kind else None
    signed = signature_of(text.title, f"{text.excerpt}\n{words}", text.regions, text.forms, kind)
    wish = f"De schrijver wil dit op de site op {wording.moment_words(wanted.at)}." if wanted else ""
    return Written(replace(text, signature=signed), forms, found, wish, proposed=not edited.regions or not edited.forms)
