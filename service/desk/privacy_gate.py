"""The privacy gate: what in the public part of a text can tell who somebody is must be answered before it is approved.

It reads what the public would see and nothing else. A mark is answered by changing the text (a name shortened, a detail
written differently, the link left out), which makes another text to approve, or by saying why it may stay.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from service.desk.public_text import Part, Spot, letters_of, parts_of, spots_in
from store.drafts import REASON_LIMIT
from store.errors import NotAllowedError
from store.revisions import RevisionText
from store.rules import unfit_character
from store.values import Answer, FlagKind, PrivacyAnswer

ANSWERS = {
    FlagKind.PERSON: (Answer.PUBLIC_FIGURE, Answer.NOT_A_PERSON),
    FlagKind.MINOR: (Answer.NEEDED, Answer.NOT_A_PERSON),
    FlagKind.VICTIM_DETAIL: (Answer.NEEDED, Answer.NOT_A_PERSON),
    FlagKind.PHONE: (Answer.NOT_A_PERSON,),
    FlagKind.EMAIL: (Answer.NOT_A_PERSON,),
    FlagKind.BSN: (Answer.NOT_A_PERSON,),
    FlagKind.PLATE: (Answer.NOT_A_PERSON,),
}
"""What is asked about, and what may be said instead of changing the text. A short name and an age are fine as such."""
WITH_REASON = frozenset({Answer.PUBLIC_FIGURE, Answer.NEEDED})
MOST = 99
"""So many marks can be answered; a text with more is not fit to be public whatever the answers."""

_FIELD = re.compile(r"(antwoord|reden)_([1-9]\d?)")


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to answer, however often it stands there. `short` is the name as it may stand, "" for other kinds."""

    number: int
    kind: FlagKind
    text: str
    reason: str
    short: str
    spots: tuple[Spot, ...]

    @property
    def wheres(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(spot.where for spot in self.spots))


@dataclass(frozen=True, slots=True)
class Typed:
    """Answers as they came in a form: by the number of the mark. `seen` is the digest of the marks that were shown."""

    answers: Mapping[int, str]
    reasons: Mapping[int, str]
    seen: str = ""


NOTHING_TYPED = Typed({}, {})


def marks_of(text: RevisionText, correction: str = "") -> tuple[Mark, ...]:
    """Everything in the public part of a text that must be answered, in the order in which it is read.

    The sentence of a correction is public too.
    """
    return marks_in(parts_of(text, correction))


def marks_in(parts: tuple[Part, ...]) -> tuple[Mark, ...]:
    found: dict[tuple[FlagKind, str], list[Spot]] = {}
    for spot in spots_in(parts):
        if spot.kind in ANSWERS:
            found.setdefault((spot.kind, letters_of(spot.text) or spot.text), []).append(spot)
    return tuple(
        Mark(number, spots[0].kind, spots[0].text, spots[0].reason, spots[0].short, tuple(spots))
        for number, spots in enumerate(found.values(), start=1)
    )


def digest(marks: tuple[Mark, ...]) -> str:
    """Which marks somebody saw, so that an answer never goes to another one."""
    body = "\n".join(f"{mark.number} {mark.kind} {mark.text}" for mark in marks)
    return hashlib.sha256(body.encode()).hexdigest()[:16] if marks else ""


def split(posted: Mapping[str, list[str]]) -> tuple[Typed, dict[str, list[str]]]:
    """The answers in a form, and its other fields. A field that comes twice stays among the others, to be refused."""
    answers: dict[int, str] = {}
    reasons: dict[int, str] = {}
    others: dict[str, list[str]] = {}
    for name, given in posted.items():
        matched = _FIELD.fullmatch(name)
        if matched is None or len(given) != 1:
            others[name] = given
        else:
            (answers if matched[1] == "antwoord" else reasons)[int(matched[2])] = given[0]
    return Typed(answers, reasons, "".join(posted.get("gezien", [])[:1])), others


def passed(marks: tuple[Mark, ...], typed: Typed) -> tuple[PrivacyAnswer, ...]:
    """The answers to store, one for each place of each mark.

    Raises NotAllowedError with a Dutch sentence when a mark is open, an answer does not fit it, or other marks were
    answered than there are.
    """
    if not marks:
        return ()
    if typed.answers and typed.seen != digest(marks):
        raise NotAllowedError("De vragen bij deze tekst zijn veranderd. Lees ze opnieuw en beantwoord ze.")
    if len(marks) > MOST:
        raise NotAllowedError("In deze tekst is te veel gemerkt om te beantwoorden. Schrijf hem korter.")
    missing = [mark for mark in marks if not typed.answers.get(mark.number)]
    if missing:
        raise NotAllowedError(
            "Kijk eerst naar wat in de tekst is gemerkt: "
            + ("er is nog 1 vraag open." if len(missing) == 1 else f"er zijn nog {len(missing)} vragen open.")
        )
    return tuple(answer for mark in marks for answer in _answers(mark, typed))


def _answers(mark: Mark, typed: Typed) -> list[PrivacyAnswer]:
    given = typed.answers[mark.number]
    answer = next((each for each in ANSWERS[mark.kind] if each == given), None)
    if answer is None:
        raise NotAllowedError(f"Dit antwoord past niet bij “{mark.text}”. Kies uit de lijst.")
    reason = " ".join(typed.reasons.get(mark.number, "").split()) if answer in WITH_REASON else ""
    if answer in WITH_REASON and not reason:
        raise NotAllowedError(f"Schrijf waarom “{mark.text}” mag blijven staan.")
    if len(reason) > REASON_LIMIT or unfit_character(reason):
        raise NotAllowedError(
            f"De reden bij “{mark.text}” kunnen we niet bewaren. Schrijf hoogstens {REASON_LIMIT} gewone tekens."
        )
    return [PrivacyAnswer(mark.kind, mark.text, where, answer, reason) for where in mark.wheres]


def shortened_fields(text: RevisionText, marks: tuple[Mark, ...], which: str) -> dict[str, Any]:
    """The public fields with the name of one mark shortened wherever it stands, or with `alle` every name.

    As keywords of `service.desk.edit.as_edit`. Raises NotAllowedError when there is nothing to shorten.
    """
    chosen = [mark for mark in marks if mark.short and which in {"alle", str(mark.number)}]
    title, excerpt, body = text.title, text.excerpt, text.body
    place = (text.event.place or "") if text.event else ""
    # The longest first: a surname alone may be part of a full name.
    for mark in sorted(chosen, key=lambda mark: -len(mark.text)):
        title, excerpt, body, place = (_with_short(words, mark) for words in (title, excerpt, body, place))
    event = replace(text.event, place=place or None) if text.event else None
    if (title, excerpt, body, event) == (text.title, text.excerpt, text.body, text.event):
        raise NotAllowedError("Deze naam staat niet in de tekst zelf. Pas de tekst aan, of laat de link weg.")
    return {"title": title, "excerpt": excerpt, "body": body, "event": event}


def _with_short(words: str, mark: Mark) -> str:
    """The words with the name shortened. "Jan J." at the end of a sentence has its full stop already."""
    name = re.compile(rf"(?<!\w){re.escape(mark.text)}(?!\w)(?P<stop>\.(?!\w))?", re.IGNORECASE)
    return name.sub(lambda found: mark.short + ("" if mark.short.endswith(".") else found["stop"] or ""), words)


def shortened_since(source: RevisionText | None, text: RevisionText) -> tuple[PrivacyAnswer, ...]:
    """The names that editors shortened: they stand in the public part of the source's text, and in ours shortened.

    Only the short form is kept; the name itself must not outlive the text it stood in.
    """
    if source is None or source == text:
        return ()
    whole = "\n".join(part.words for part in parts_of(text))
    return tuple(
        PrivacyAnswer(mark.kind, mark.short, where, Answer.SHORTENED)
        for mark in marks_of(source)
        if mark.short and mark.short in whole and mark.text not in whole
        for where in mark.wheres
    )
