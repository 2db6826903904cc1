"""The mosaic check: details that are harmless one by one and together tell who a victim is.

Several sources tell each a piece of the same story. Whoever reads the one entry that we make of them reads all pieces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.reading.victim_details import FAMILY, ORIGIN
from crawler.reading.victim_places import CLUB, SCHOOL, STREET, WORK
from store.values import FlagKind, PrivacyFlag

AGE, PLACE, KINSFOLK, DESCENT = "leeftijd", "plek", "familie", "herkomst"
ASPECTS = {ORIGIN: DESCENT, STREET: PLACE, SCHOOL: PLACE, CLUB: PLACE, WORK: PLACE, FAMILY: KINSFOLK}
WORDS = {AGE: "de leeftijd", DESCENT: "de herkomst", PLACE: "een straat, school, club of werkplek", KINSFOLK: "familie"}
"""In the order in which the sentence names them."""
ENOUGH = 3
"""So many different aspects tell who somebody is; age and an exact place do so in a small town already."""
TELLING = frozenset({AGE, PLACE})


@dataclass(frozen=True, slots=True)
class Piece:
    """One detail: its aspect, the words, and the source that tells it."""

    aspect: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Combination:
    """The pieces that together can identify a victim, one for each aspect, and a Dutch sentence for the editor."""

    pieces: tuple[Piece, ...]
    sentence: str


def combination(flags_by_source: Mapping[str, tuple[PrivacyFlag, ...]]) -> Combination | None:
    """What the items of one story tell of a victim together; None when it is too little to recognise somebody by.

    The keys are names of sources as an editor knows them.
    """
    pieces: dict[str, Piece] = {}
    for source, flags in flags_by_source.items():
        for flag in flags:
            aspect = AGE if flag.kind in {FlagKind.AGE, FlagKind.MINOR} else ASPECTS.get(flag.reason)
            if aspect is not None:
                pieces.setdefault(aspect, Piece(aspect, flag.text, source))
    told = set(pieces)
    if told <= {AGE} or not (len(told) >= ENOUGH or told >= TELLING):
        return None
    found = tuple(pieces[aspect] for aspect in WORDS if aspect in pieces)
    return Combination(found, _sentence(found))


def _sentence(pieces: tuple[Piece, ...]) -> str:
    named = [f"{WORDS[piece.aspect]} (“{piece.text}”, {piece.source})" for piece in pieces]
    parts = f"{', '.join(named[:-1])} en {named[-1]}"
    who = "de bronnen" if len({piece.source for piece in pieces}) > 1 else "dit bericht"
    verb = "noemen" if who == "de bronnen" else "noemt"
    return (
        f"Samen kan dit vertellen wie het slachtoffer is: {who} {verb} {parts}. Laat minstens één van deze details weg."
    )
