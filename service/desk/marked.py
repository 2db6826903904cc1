"""The marks of a text as they are shown: in the text itself, and as the questions of the privacy gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service import wording
from service.desk.privacy_gate import ANSWERS, NOTHING_TYPED, WITH_REASON, Mark, Typed, digest
from service.desk.public_text import LINK, WHERE_NAMES
from store.values import Answer, FlagKind, PrivacyFlag

KIND_WORDS = {
    FlagKind.PERSON: "mogelijk een volledige naam",
    FlagKind.SHORT_NAME: "ingekorte naam",
    FlagKind.AGE: "leeftijd",
    FlagKind.MINOR: "mogelijk minderjarig",
    FlagKind.VICTIM_DETAIL: "kan een slachtoffer herkenbaar maken",
    FlagKind.PHONE: "telefoonnummer",
    FlagKind.EMAIL: "e-mailadres",
    FlagKind.BSN: "mogelijk een burgerservicenummer",
    FlagKind.PLATE: "kenteken",
}
ANSWER_WORDS = {
    Answer.SHORTENED: "naam ingekort",
    Answer.PUBLIC_FIGURE: "Bekend persoon",
    Answer.NOT_A_PERSON: "Gaat niet over een persoon",
    Answer.NEEDED: "Nodig, en niemand is herkenbaar",
}
ANSWER_KEYS = {Answer.PUBLIC_FIGURE: "b", Answer.NOT_A_PERSON: "g", Answer.NEEDED: "o"}
SHORTEN_KEY, NEXT_KEY = "v", "n"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text. `number` is that of its question, 0 for none; `why` is empty when nothing is marked."""

    text: str
    number: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    key: str
    chosen: bool
    with_reason: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One mark to answer. `short` is the proposal for a name that can be shortened in the text, else ""."""

    number: int
    text: str
    kind_words: str
    why: str
    where_words: str
    short: str
    choices: tuple[Choice, ...]
    with_reason: bool
    reason: str


@dataclass(frozen=True, slots=True)
class GateView:
    """`in_link` says that something marked stands in the link to the source, which can be left out."""

    seen: str
    questions: tuple[Question, ...]
    in_link: bool
    shortable: int


def gate_view(marks: tuple[Mark, ...], typed: Typed = NOTHING_TYPED) -> GateView:
    """The questions with the answers typed before, as long as those were about the same marks."""
    seen = digest(marks)
    kept = typed if typed.seen == seen else NOTHING_TYPED
    return GateView(
        seen,
        tuple(_question(mark, kept) for mark in marks),
        any(LINK in mark.wheres for mark in marks),
        sum(1 for mark in marks if _can_shorten(mark)),
    )


def _can_shorten(mark: Mark) -> bool:
    """Whether a shorter name in the text answers something; what stands only in a link stays there."""
    return bool(mark.short) and any(spot.short for spot in mark.spots)


def _question(mark: Mark, typed: Typed) -> Question:
    answers = ANSWERS[mark.kind]
    return Question(
        number=mark.number,
        text=mark.text,
        kind_words=KIND_WORDS[mark.kind],
        why=mark.reason,
        where_words=wording.list_words([WHERE_NAMES[where] for where in mark.wheres]),
        short=mark.short if _can_shorten(mark) else "",
        choices=tuple(
            Choice(
                each.value,
                ANSWER_WORDS[each],
                ANSWER_KEYS[each],
                typed.answers.get(mark.number) == each,
                each in WITH_REASON,
            )
            for each in answers
        ),
        with_reason=any(each in WITH_REASON for each in answers),
        reason=typed.reasons.get(mark.number, ""),
    )


def marked(words: str, where: str, marks: Iterable[Mark]) -> tuple[Segment, ...]:
    """A public field cut at its marks."""
    found = [
        (spot.start, spot.end, mark.number, f"{KIND_WORDS[mark.kind]}: {spot.reason}")
        for mark in marks
        for spot in mark.spots
        if spot.where == where and spot.end > spot.start
    ]
    return _cut(words, found)


def marked_inside(title: str, text: str, flags: Iterable[PrivacyFlag]) -> tuple[Segment, ...]:
    """The internal text cut at its stored flags, which count from the beginning of the title."""
    offset = len(title) + 1
    found = [
        (flag.start - offset, flag.end - offset, 0, f"{KIND_WORDS[flag.kind]}: {flag.reason}")
        for flag in flags
        if flag.start >= offset and text[flag.start - offset : flag.end - offset] == flag.text
    ]
    return _cut(text, found)


def _cut(words: str, found: list[tuple[int, int, int, str]]) -> tuple[Segment, ...]:
    segments, at = [], 0
    for start, end, number, why in sorted(found):
        if start < at or end > len(words):
            continue
        segments += [Segment(words[at:start]), Segment(words[start:end], number, why)]
        at = end
    segments.append(Segment(words[at:]))
    return tuple(segment for segment in segments if segment.text)
