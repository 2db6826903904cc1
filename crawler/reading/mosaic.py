"""The mosaic check: details that are harmless one by one and together tell who a victim is.

Several sources tell each a piece of the same story. Whoever reads the one entry that we make of them reads all pieces:
the age in one, the village in another, the school in a third. Aspects are counted, not words: two streets are one.

What is enough, by our own rule (TRUST 5.2: never the place, the age and the nationality of a victim together):
an age with a place of her or his life; or any three of age, town, origin, place of life, family and pregnancy.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.reading.people import flags_of
from crawler.reading.places import find_regions
from crawler.reading.victim_details import FAMILY, ORIGIN, PREGNANT
from crawler.reading.victim_places import CLUB, HOME, NAMED_PLACE, REFUGE, SCHOOL, STREET, WORK
from crawler.reading.victims import Sentence, sentences
from store.values import NETHERLANDS, FlagKind, PrivacyFlag

AGE, TOWN, DESCENT, PLACE, KINSFOLK, BODY = "leeftijd", "woonplaats", "herkomst", "plek", "familie", "zwangerschap"
ASPECTS = {
    ORIGIN: DESCENT,
    HOME: DESCENT,
    **dict.fromkeys((STREET, SCHOOL, CLUB, WORK, REFUGE, NAMED_PLACE), PLACE),
    FAMILY: KINSFOLK,
    PREGNANT: BODY,
}
WORDS = {
    AGE: "de leeftijd",
    TOWN: "de plaats",
    DESCENT: "de herkomst",
    PLACE: "een straat, school, club, werkplek of opvang",
    KINSFOLK: "familie",
    BODY: "een zwangerschap",
}
"""In the order in which the sentence names them."""
AGES = frozenset({FlagKind.AGE, FlagKind.MINOR})
ENOUGH = 3
TELLING = frozenset({AGE, PLACE})
"""These two tell who somebody is already, even without a third."""
Flags = tuple[PrivacyFlag, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One detail: its aspect, the words, and the source that tells it."""

    aspect: str
    text: str
    source: str

    @property
    def reason(self) -> str:
        """A Dutch sentence: who tells what."""
        return f"{self.source} noemt {WORDS[self.aspect]}: “{self.text}”."


@dataclass(frozen=True, slots=True)
class Combination:
    """The pieces that together can identify a victim, one for each aspect, and a Dutch sentence for the editor."""

    pieces: tuple[Piece, ...]
    sentence: str


def story_combination(
    texts: Mapping[str, tuple[str, str]], places: Mapping[str, tuple[str, ...]] | None = None
) -> Combination | None:
    """What the items of one story tell of a victim together; None when it is too little to recognise somebody by.

    `texts` holds title and text of each item, as far as the public sees them, by the name of its source as an editor
    knows it. `places` holds the towns and villages of each item; where a source is not in it, they are read from its
    text. Ages count only in sentences that do not speak of a suspect alone.
    """
    told: dict[str, Flags] = {}
    towns: dict[str, tuple[str, ...]] = {}
    for source, (title, text) in texts.items():
        told[source] = _of_victims(title, text)
        given = None if places is None else places.get(source)
        towns[source] = _towns(title, text) if given is None else given
    return combination(told, towns)


def combination(
    flags_by_source: Mapping[str, Flags], places_by_source: Mapping[str, tuple[str, ...]] | None = None
) -> Combination | None:
    """The same from flags that were found before, for whoever has stored them. An age is then believed to be the
    victim's.
    """
    pieces: dict[str, Piece] = {}
    for source, flags in flags_by_source.items():
        for flag in flags:
            aspect = AGE if flag.kind in AGES else ASPECTS.get(flag.reason)
            if aspect is not None:
                pieces.setdefault(aspect, Piece(aspect, flag.text, source))
    for source, towns in (places_by_source or {}).items():
        for town in towns[:1]:
            pieces.setdefault(TOWN, Piece(TOWN, town, source))
    told = set(pieces)
    if told <= {AGE, TOWN} or not (len(told) >= ENOUGH or told >= TELLING):
        return None
    found = tuple(pieces[aspect] for aspect in WORDS if aspect in pieces)
    return Combination(found, _sentence(found))


def _of_victims(title: str, text: str) -> Flags:
    """The flags without the ages of suspects."""
    flags = flags_of(title, text)
    if not any(flag.kind in AGES for flag in flags):
        return flags
    whole = f"{title}\n{text}"
    parts = list(sentences(whole, whole.replace("İ", "I").lower()))
    starts = [part.start for part in parts]
    return tuple(flag for flag in flags if flag.kind not in AGES or _may_be_victims(parts, starts, flag.start))


def _may_be_victims(parts: list[Sentence], starts: list[int], at: int) -> bool:
    number = bisect_right(starts, at) - 1
    if number < 0 or parts[number].end <= at:
        return True
    part = parts[number]
    return part.near(at) and not (part.blamed and not part.victim)


def _towns(title: str, text: str) -> tuple[str, ...]:
    names = (region.place or region.municipality for region in find_regions(title, text, NETHERLANDS))
    return tuple(name for name in names if name)


def _sentence(pieces: tuple[Piece, ...]) -> str:
    named = [f"{WORDS[piece.aspect]} (“{piece.text}”, {piece.source})" for piece in pieces]
    parts = f"{', '.join(named[:-1])} en {named[-1]}"
    who = "de bronnen" if len({piece.source for piece in pieces}) > 1 else "dit bericht"
    verb = "noemen" if who == "de bronnen" else "noemt"
    return (
        f"Samen kan dit vertellen wie het slachtoffer is: {who} {verb} {parts}. Laat minstens één van deze details weg."
    )
