"""Where an item stands, in words: the five facts that decide whether it is public, and what follows from them.

The rule itself is `store.rules.is_public`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service import wording
from store import rules
from store.dossier import Dossier

SURE, PERHAPS = 0.7, 0.4
"""From which score on an item is probably, or perhaps, about trafficking."""


@dataclass(frozen=True, slots=True)
class FactLine:
    """`good` says that this fact does not keep the item off the site."""

    name: str
    words: str
    good: bool


def fact_lines(seen: Dossier, *, now: datetime) -> tuple[FactLine, ...]:
    """Rights, privacy check, review, publication, takedown, and what follows from them."""
    facts = seen.facts
    has_come = facts.publication is not None and facts.publication <= now
    public = rules.is_public(facts, now)
    return (
        FactLine("Rechten", "in orde" if facts.rights else _since("vastgehouden", seen.rights_held_at), facts.rights),
        FactLine("Privacycontrole", "gedaan" if facts.privacy else "nog niet gedaan", facts.privacy),
        FactLine("Beoordeling", _review(seen), facts.review),
        FactLine("Publicatie", _publication(facts.publication, has_come=has_come), has_come),
        FactLine("Ingetrokken", _since("ja", seen.taken_down_at) if facts.takedown else "nee", not facts.takedown),
        FactLine("Samen", "staat op de site" if public else "staat niet op de site", public),
    )


def _since(word: str, moment: datetime | None) -> str:
    return f"{word}, sinds {wording.moment_words(moment)}" if moment else word


def _review(seen: Dossier) -> str:
    if seen.first_approval:
        return "wacht op een tweede redacteur"
    return "goedgekeurd" if seen.facts.review else "nog niet goedgekeurd"


def _publication(moment: datetime | None, *, has_come: bool) -> str:
    if moment is None:
        return "geen tijdstip"
    return f"{'sinds' if has_come else 'vanaf'} {wording.moment_words(moment)}"


def public_words(seen: Dossier, now: datetime) -> str:
    """Whether it is on the site, and from when on."""
    if seen.taken_down:
        return "Ingetrokken: niet op de site."
    if seen.rights_held_at is not None:
        return "Vastgehouden om de rechten: niet op de site."
    if seen.approved_revision_id is None or seen.public_at is None:
        return "Niet op de site."
    if seen.public_at > now:
        if seen.public_at - now > timedelta(hours=1):
            return f"Komt op de site op {wording.moment_words(seen.public_at)}."
        return f"Komt op de site om {wording.local(seen.public_at):%H.%M.%S} uur."
    return f"Staat op de site sinds {wording.moment_words(seen.public_at)}."


def origin_words(seen: Dossier) -> str:
    """Whose text this is, and since when."""
    number = f"tekst {seen.revision_number}"
    if seen.origin == "editor":
        return f"{number}, aangepast door {seen.made_by} op {wording.moment_words(seen.made_at)}"
    return f"{number}, van de bron, opgehaald op {wording.moment_words(seen.made_at)}"


def relevance_words(score: float) -> str:
    """What the score says, from 0 to 1."""
    number = f"{score:.2f}".replace(".", ",")
    if score >= SURE:
        return f"waarschijnlijk wel ({number})"
    return f"misschien ({number})" if score >= PERHAPS else f"waarschijnlijk niet ({number})"
