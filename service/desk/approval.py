"""What must be true before a text may be approved: the privacy gate was passed, and whether two editors are needed.

The single way to an approval, for one item, for a selection, for an own article and for a correction. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.desk import privacy_gate, severity
from service.desk.privacy_gate import NOTHING_TYPED, Typed
from service.desk.public_text import public_words
from store.revisions import RevisionText
from store.values import PrivacyAnswer


@dataclass(frozen=True, slots=True)
class Cleared:
    """What `moderation.decide` is told: the answers to the marks, and whether another editor must agree."""

    answers: tuple[PrivacyAnswer, ...]
    four_eyes: bool


def cleared(
    text: RevisionText,
    source: RevisionText | None,
    *,
    four_eyes: str,
    deciders: int,
    typed: Typed = NOTHING_TYPED,
    correction: str = "",
) -> Cleared:
    """Ask the privacy gate about a text. `dossier.judged` gives the text and the source's own one behind it.

    `four_eyes` is the setting of that name, `deciders` comes from `approving.deciders`, `correction` is the sentence
    that will stand beside the text. Raises NotAllowedError with a
    Dutch sentence while a mark is open.
    """
    marks = privacy_gate.marks_of(text, correction)
    answers = privacy_gate.passed(marks, typed)
    reasons = second_editor(text, correction)
    needs = severity.needs_two(four_eyes, deciders, reasons)
    return Cleared((*answers, *privacy_gate.shortened_since(source, text)), needs)


def second_editor(text: RevisionText, correction: str = "") -> tuple[str, ...]:
    """Why a text asks for two editors, in Dutch words; empty when one is enough."""
    kinds = frozenset(mark.kind for mark in privacy_gate.marks_of(text, correction))
    return severity.asks_second_editor(public_words(text, correction), kinds)
