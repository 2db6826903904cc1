"""What an editor may write: a text, a reason, and the sentences about what is not fit to be stored."""

from __future__ import annotations

from dataclasses import dataclass

from store import rules
from store.errors import NotAllowedError
from store.signatures import Signature
from store.values import TITLE_LIMIT, EventFacts, Form, PrivacyFlag, Region, Verdict

REASON_LIMIT = 500
BODY_LIMIT = 50_000
"""About twenty pages: an own article is one text to read, not a book."""


@dataclass(frozen=True, slots=True)
class EditedText:
    """What an editor may change. With `event` set, the item becomes an event.

    `flags` are those of the new title and the old text. `body` is the Markdown of an own article; None leaves it,
    and the choice whether the source's link shows, as they were. `signature` is what the item is recognised by from
    then on, beside what it was recognised by before; with None it stays as it was.
    """

    title: str
    excerpt: str
    regions: tuple[Region, ...]
    forms: tuple[Form, ...]
    event: EventFacts | None = None
    flags: tuple[PrivacyFlag, ...] = ()
    body: str | None = None
    link_hidden: bool | None = None
    signature: Signature | None = None


def fit_reason(verdict: Verdict, reason: str) -> str:
    """The reason without spaces around it. Raises NotAllowedError with a Dutch sentence."""
    reason = reason.strip()
    if verdict is Verdict.REJECT and not reason:
        raise NotAllowedError("Kies een reden voor het afwijzen.")
    if len(reason) > REASON_LIMIT:
        raise NotAllowedError(f"De reden is te lang: schrijf hoogstens {REASON_LIMIT} tekens.")
    if rules.unfit_character(reason):
        raise NotAllowedError("In de reden staat een onzichtbaar teken. Typ de reden opnieuw.")
    return reason


def fit_correction(sentence: str) -> str:
    """The public sentence about a correction. Raises NotAllowedError with a Dutch sentence."""
    sentence = " ".join(sentence.split())
    if not sentence:
        raise NotAllowedError("Schrijf in een zin wat er gecorrigeerd is. Die zin komt bij het bericht te staan.")
    if len(sentence) > REASON_LIMIT:
        raise NotAllowedError(f"De zin over de correctie is te lang: schrijf hoogstens {REASON_LIMIT} tekens.")
    if rules.unfit_character(sentence):
        raise NotAllowedError("In de zin over de correctie staat een onzichtbaar teken. Typ hem opnieuw.")
    return sentence


def must_be_fit(text: EditedText) -> None:
    """Raises NotAllowedError with a Dutch sentence about the first thing that is not right."""
    if not text.title.strip():
        raise NotAllowedError("De titel is leeg. Schrijf een titel.")
    if len(text.title) > TITLE_LIMIT:
        raise NotAllowedError(f"De titel is te lang: schrijf hoogstens {TITLE_LIMIT} tekens.")
    if text.body is not None and len(text.body) > BODY_LIMIT:
        raise NotAllowedError(f"Het artikel is te lang: schrijf hoogstens {BODY_LIMIT} tekens.")
    if text.body and rules.unfit_character(text.body):
        raise NotAllowedError("In het artikel staat een onzichtbaar teken. Typ die regel opnieuw.")
    if len(text.excerpt) > rules.SUMMARY_LIMIT:
        raise NotAllowedError(f"De samenvatting is te lang: schrijf hoogstens {rules.SUMMARY_LIMIT} tekens.")
    event = text.event
    words = [text.title, text.excerpt, event.place or "" if event else ""]
    if any(rules.unfit_character(word) for word in words) or "\n" in text.title:
        raise NotAllowedError(
            "In de tekst staat een onzichtbaar teken of een regeleinde in de titel. Typ die regel opnieuw."
        )
    if event and event.ends_at and event.ends_at < event.starts_at:
        raise NotAllowedError("Het einde ligt voor het begin. Kies een latere eindtijd.")
    if event and event.place and len(event.place) > rules.PLACE_LIMIT:
        raise NotAllowedError(f"De plaats is te lang: schrijf hoogstens {rules.PLACE_LIMIT} tekens.")
    if event and event.signup_url and not rules.is_link(event.signup_url):
        raise NotAllowedError("De link om je aan te melden klopt niet. Plak het hele adres, dat begint met https://.")
