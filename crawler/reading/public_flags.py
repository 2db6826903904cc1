"""What in the public part of an item can tell who somebody is: field by field, with the reason and a proposal.

The newsroom asks about it before approval. Words are read together, in the order in which they are given, so that a
surname in the excerpt is known from the title; addresses are read for the names in them, also those that the words have
shortened.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.reading.address_names import find_in_address
from crawler.reading.people import flags_of, shortened
from store.values import FlagKind, PrivacyFlag

REASONS = {
    FlagKind.PERSON: "Dit lijkt een volledige naam: kort hem in, of zeg waarom hij mag blijven staan.",
    FlagKind.SHORT_NAME: "Deze naam is al ingekort: kijk of de voornaam niet te bijzonder is.",
    FlagKind.AGE: "Dit is een leeftijd: samen met een plaats kan die vertellen wie iemand is.",
    FlagKind.MINOR: "Dit gaat mogelijk over iemand onder de achttien: laat weg wat hem of haar herkenbaar maakt.",
    FlagKind.VICTIM_DETAIL: "Hieraan kunnen bekenden een slachtoffer herkennen: schrijf het algemener of laat het weg.",
    FlagKind.PHONE: "Dit is een telefoonnummer van iemand: laat het weg.",
    FlagKind.EMAIL: "Dit is een e-mailadres van iemand: laat het weg, of noem de organisatie.",
    FlagKind.BSN: "Dit kan een burgerservicenummer zijn: laat het weg.",
    FlagKind.PLATE: "Dit is een kenteken: laat het weg.",
}
"""One sentence for each kind, as an editor reads it."""
ADDRESS_REASONS = {
    FlagKind.PERSON: "In dit adres staat mogelijk een volledige naam: laat de link weg, of zeg waarom die mag.",
    FlagKind.MINOR: "In dit adres staat dat het om iemand onder de achttien gaat: kijk of de link nodig is.",
    FlagKind.EMAIL: "In dit adres staat een e-mailadres: laat de link weg.",
}
HARMLESS = frozenset({FlagKind.SHORT_NAME, FlagKind.AGE})
"""Kinds that an editor sees and need not answer: a shortened name is how it should be."""


@dataclass(frozen=True, slots=True)
class PublicFlag:
    """A stretch of one field. `start` and `end` count code points in that field as it was given, `end` is exclusive.

    `why` is a Dutch phrase about this stretch, `reason` a Dutch sentence about its kind. `short` is what may stand
    there instead, "" when nothing can be proposed. `must_answer` says that approval has to wait for an answer.
    """

    where: str
    kind: FlagKind
    start: int
    end: int
    text: str
    why: str
    reason: str
    short: str = ""

    @property
    def must_answer(self) -> bool:
        return self.kind not in HARMLESS


def public_flags(words: Mapping[str, str], addresses: Mapping[str, str] | None = None) -> tuple[PublicFlag, ...]:
    """Everything in the public fields of one item that can tell who somebody is, in the order of the fields.

    `words` holds the texts by the name of their field, the title first (title, excerpt or own summary, own article,
    place); `addresses` holds the slug, the source's URL, its guid and the like. Names of fields are the caller's.
    """
    found: list[PublicFlag] = []
    names: dict[tuple[FlagKind, str], None] = {}
    for where, flag, whole, offset in _in_words(words):
        if flag.kind in {FlagKind.PERSON, FlagKind.SHORT_NAME}:
            names[flag.kind, flag.text] = None
        short = shortened(whole, flag) if flag.kind is FlagKind.PERSON else ""
        found.append(
            PublicFlag(
                where,
                flag.kind,
                flag.start - offset,
                flag.end - offset,
                flag.text,
                flag.reason,
                REASONS[flag.kind],
                short,
            )
        )
    for where, address in (addresses or {}).items():
        for told in find_in_address(address, list(names)):
            why = (
                "naam die ook in de tekst staat"
                if told.sure and told.kind is FlagKind.PERSON
                else "woorden in een adres"
            )
            found.append(
                PublicFlag(where, told.kind, told.start, told.end, told.words, why, ADDRESS_REASONS[told.kind])
            )
    return tuple(found)


def _in_words(words: Mapping[str, str]) -> Iterable[tuple[str, PrivacyFlag, str, int]]:
    """Each flag with its field, the text it was found in, and where the field begins there."""
    fields = [(where, text) for where, text in words.items() if text]
    if not fields:
        return
    whole = "\n".join(text for _, text in fields)
    starts: list[int] = []
    at = 0
    for _, text in fields:
        starts.append(at)
        at += len(text) + 1
    title, _, rest = whole.partition("\n")
    for flag in flags_of(title, rest):
        number = bisect_right(starts, flag.start) - 1
        yield fields[number][0], flag, whole, starts[number]
