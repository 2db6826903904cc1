"""Where a text names a place, and how sure the words around it make us. What a name stands for is settled elsewhere.

A name counts by what stands before it. "in Best" is a place, "Best veel" is not, "wethouder Van Assen" is a person,
"FC Utrecht" is a club, and the court in Arnhem judges what happened in Tiel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from itertools import accumulate

from crawler.reading.folding import visible, words_of
from crawler.reading.gazetteer import Name, gazetteer

LIMIT = 20_000
"""Characters of the text that are searched for places; what a report is about stands far before that."""
BIG = 5_000
"""From this number of people on, a town is believed without a preposition."""
# Repeats of white space are bounded: an endless run of spaces must not be tried in every division.
DATELINE_END = re.compile(
    r"(?:\s{0,3}\([^()\n]{1,30}\)|\s{0,3},?\s{0,3}\d{1,2} [a-z]{3,9}(?: \d{4})?|\s{1,3}ANP)?"
    r"\s{0,3}(?:[–—|]|--?(?=\s)|:(?=\s))"
)
JOIN = re.compile(r"\s{0,3}(?:/|,|&)\s{0,3}|\s{0,3},?\s{1,3}(?:en|of|&|/)\s{1,3}(?:in\s{1,3})?(?:het\s{1,3})?")
LISTED = 4
"""How many words on the next name of a list may stand: "Breda, en in het Gooi"."""
QUALIFIER = re.compile(
    r"\s{0,3}[(,]?\s{0,3}(?:in (?:de provincie )?)?"
    r"(?P<province>Groningen|Fryslân|Friesland|Drenthe|Overijssel|Flevoland|Gelderland|Utrecht|Noord-Holland|Zuid-Holland"
    r"|Zeeland|Noord-Brabant|Brabant|Limburg|NH|ZH|Gld|Gn|Lb|L|NB|Ov|O|Ut|Fr|Dr|Z)\b\.?\)?"
)
SHORT = {
    "Brabant": "Noord-Brabant", "Dr": "Drenthe", "Fr": "Friesland", "Fryslân": "Friesland", "Gld": "Gelderland",
    "Gn": "Groningen", "L": "Limburg", "Lb": "Limburg", "NB": "Noord-Brabant", "NH": "Noord-Holland", "O": "Overijssel",
    "Ov": "Overijssel", "Ut": "Utrecht", "Z": "Zeeland", "ZH": "Zuid-Holland",
}  # fmt: skip
PROVINCE_WORDS = frozenset({"provincie", "provincies"})
METONYMS = frozenset({"den haag", "s gravenhage", "the hague", "holland"})
"""In news these mean the government unless something says that the town is meant."""


WORDS_AND_GAPS = re.compile(r"([^\W_]+)")


class Kind(IntEnum):
    """How the text names the place, from weak to strong."""

    COURT = 1
    BARE = 2
    LOOSE = 3
    ADJECTIVE = 4
    NEAR = 5
    DATELINE = 6


CONFIDENCE = {
    Kind.COURT: 0.4,
    Kind.BARE: 0.5,
    Kind.LOOSE: 0.55,
    Kind.ADJECTIVE: 0.6,
    Kind.NEAR: 0.85,
    Kind.DATELINE: 0.95,
}


@dataclass(frozen=True, slots=True)
class Mention:
    """`start` counts from the beginning of its own part, title or text. `hint` is a province said beside the name."""

    key: str
    name: Name
    kind: Kind
    said: str
    start: int
    hint: str = ""
    province: bool = False


@dataclass
class Part:
    """A title or a text cut into words: raw, folded, and what stands before each word (and after the last)."""

    text: str
    raw: list[str]
    words: list[str]
    gaps: list[str]
    clubs: set[str] = field(default_factory=set)

    @cached_property
    def edges(self) -> list[int]:
        """Where each gap and each word ends, in turn. Counted only when a text names a place."""
        lengths = [0] * (len(self.raw) + len(self.gaps))
        lengths[::2] = map(len, self.gaps)
        lengths[1::2] = map(len, self.raw)
        return list(accumulate(lengths))

    def start(self, number: int) -> int:
        """Where the word begins in the text."""
        return self.edges[2 * number]

    def end(self, number: int) -> int:
        """Where the word ends in the text."""
        return self.edges[2 * number + 1]

    def before(self, number: int) -> str:
        """The folded word before, "" across anything but a space."""
        if number < 1 or self.gaps[number].strip(" '"):
            return ""
        return self.words[number - 1]

    def opens(self, number: int) -> bool:
        """The word stands at the beginning of the part or of a sentence."""
        return number == 0 or any(mark in self.gaps[number] for mark in '.!?:\n"”“')


def part_of(text: str) -> Part:
    """Cut a title or a text into words; only the first `LIMIT` characters count."""
    whole = visible(text)
    shown = whole[:LIMIT]
    pieces = WORDS_AND_GAPS.split(shown)
    words = words_of(text if shown is whole else shown)
    folded = ["sint" if word == "st" else word for word in words] if "st" in words else list(words)
    return Part(shown, pieces[1::2], folded, pieces[::2])


def name_at(part: Part, number: int) -> tuple[int, str, Name] | None:
    """The longest known name that begins at this word, with the number of its words."""
    table = gazetteer()
    for size in table.sizes.get(part.words[number], ()):
        if number + size > len(part.words):
            continue
        key = " ".join(part.words[number : number + size])
        name = table.names.get(key)
        if name and well_written(part, number, size, name):
            return size, key, name
    return None


def well_written(part: Part, number: int, size: int, name: Name) -> bool:
    """Capitals where the name has them, and nothing but spaces, hyphens and the like between its words."""
    for offset in range(size):
        capital = name.capitals[offset] if offset < len(name.capitals) else False
        if capital and not part.raw[number + offset][0].isupper():
            return False
        if offset and len(part.gaps[number + offset].strip(" -'./,")) > 0:
            return False
        if offset and "\n" in part.gaps[number + offset]:
            return False
    return True


def dateline(part: Part) -> tuple[list[Mention], int]:
    """The places before the first dash, and the number of the first word after them."""
    found: list[Mention] = []
    number = 0
    while number < len(part.words):
        match = name_at(part, number)
        if match is None or match[2].adjective:
            return [], 0
        size, key, name = match
        end = part.end(number + size - 1)
        said = part.text[part.start(number) : end]
        if name.common and not said.isupper():
            return [], 0
        if name.places:
            found.append(Mention(key, name, Kind.DATELINE, said, part.start(number)))
        number += size
        if DATELINE_END.match(part.text, end):
            return found, number
        if number >= len(part.words) or not joined(part, number - 1, number):
            return [], 0
    return [], 0


def mentions_of(text: str) -> list[Mention]:
    """Every mention of a place in the order of the text. Linear in its length."""
    part = part_of(text)
    known = gazetteer().sizes
    candidates = [number for number, word in enumerate(part.words) if word in known]
    found, following = dateline(part)
    last_end = following - 1
    for number in candidates:
        match = name_at(part, number) if number >= following and has_capital(part, number) else None
        if match is None:
            continue
        size, key, name = match
        mention = None
        if name.places:
            listed = found and number - last_end <= LISTED and joined(part, last_end, number)
            mention = judge(part, number, size, key, name, found[-1] if listed else None)
        following = number + size
        if mention:
            found.append(mention)
            last_end = following - 1
    return [m for m in found if not (m.kind is Kind.BARE and m.key in part.clubs)]


def joined(part: Part, last: int, number: int) -> bool:
    """Between two words stand only a comma, "en" or the like."""
    return JOIN.fullmatch(part.text, part.end(last), part.start(number)) is not None


def has_capital(part: Part, number: int) -> bool:
    """This word or the next begins with a capital: only an article stands before a name without one."""
    return part.raw[number][0].isupper() or (number + 1 < len(part.raw) and part.raw[number + 1][0].isupper())


def judge(part: Part, number: int, size: int, key: str, name: Name, previous: Mention | None) -> Mention | None:
    """The mention, or None when the words around it say that no place is meant or leave it open."""
    kind = kind_of(part, number, size, key, name, previous)
    if kind is None:
        return None
    before = part.before(number)
    start, end = part.start(number), part.end(number + size - 1)
    hint = gazetteer().names[before].places[0].province if is_adjective(before) else ""
    qualified = QUALIFIER.match(part.text, end)
    if qualified and not hint:
        short = qualified.group("province")
        hint = SHORT.get(short, short)
    said = part.text[start:end]
    if kind in {Kind.NEAR, Kind.LOOSE} and before and not previous:
        said = f"{part.raw[number - 1] if hint else part.raw[number - 1].lower()} {said}"
    among_provinces = previous is not None and all(p.kind == "province" for p in previous.name.places)
    return Mention(key, name, kind, said, start, hint, among_provinces or before in PROVINCE_WORDS)


def is_adjective(word: str) -> bool:
    """The word is made from a place name: "Gelderse", "Tilburgse"."""
    name = gazetteer().names.get(word)
    return bool(name and name.adjective)


def kind_of(part: Part, number: int, size: int, key: str, name: Name, previous: Mention | None) -> Kind | None:
    """How the place is named, by the words before it; None when it is no place or stays open."""
    if no_place(part, number, size, key):
        return None
    if name.adjective:
        return adjective_kind(part, number, size)
    if previous:
        return min(previous.kind, Kind.NEAR)
    kind = kind_after(part, number, name)
    if kind is Kind.LOOSE and (name.common or surname(part, number)):
        named = part.before(number) == "van" and heads(part, number) & gazetteer().words.van_heads
        return Kind.LOOSE if named else None
    if kind or name.common:
        return kind
    return bare_kind(part, number, size, key, name)


def kind_after(part: Part, number: int, name: Name) -> Kind | None:
    """What the word before the name says by itself: a court, "in", "gemeente", "van"."""
    words = gazetteer().words
    before = part.before(number)
    if before in {"de", "het"} and all(place.kind == "province" for place in name.places):
        before = part.before(number - 1)  # "in de Achterhoek"
    if before == "op" and (name.island or all(place.kind == "province" for place in name.places)):
        return Kind.NEAR
    if before in words.courts or (before in {"in", "te", "van"} and heads(part, number) & words.courts):
        return Kind.COURT
    if before in words.near or before in words.units or before in PROVINCE_WORDS or is_adjective(before):
        return Kind.NEAR
    return Kind.LOOSE if before in words.medium or before in words.bodies else None


def heads(part: Part, number: int) -> set[str]:
    """The one or two words before the preposition: "rechters uit de rechtbank in"."""
    return {part.words[i] for i in (number - 2, number - 3) if i >= 0}


def no_place(part: Part, number: int, size: int, key: str) -> bool:
    """Clubs, names of people with "Van", halves of double names, and towns abroad."""
    words = gazetteer().words
    before = part.before(number)
    after = number + size
    follows = part.words[after] if after < len(part.words) else ""
    gap = part.gaps[after] if follows else "."
    if before in words.clubs or (gap == " " and follows in words.club_tails):
        part.clubs.add(key)
        return True
    if before in words.abroad_before or (follows in words.abroad_after and gap.strip() in {",", "("}):
        return True
    # "Oost-Europa" is not the village of Oost; "in Tilburg-Noord" is Tilburg.
    half = key in words.compass or (follows not in words.compass and before not in words.near)
    if gap == "-" and half and not name_at(part, after):
        return True
    if number and part.gaps[number] == "-":
        return part.words[number - 1] not in words.compass and not name_ends_at(part, number)
    return (
        before in {"van", "ter", "de", "den", "te"} and part.raw[number - 1][0].isupper() and not part.opens(number - 1)
    )


def name_ends_at(part: Part, number: int) -> bool:
    """Whether the word before is itself a place, as in "Tilburg-Breda"."""
    return part.words[number - 1] in gazetteer().names and part.raw[number - 1][0].isupper()


def surname(part: Part, number: int) -> bool:
    """As in "Jan van Breda": a capital before "van" that is no sentence word such as "Inwoners van"."""
    if part.words[number - 1] != "van":
        return False
    if part.raw[number - 1][0].isupper():
        return not any(word in {"naar", "tot"} for word in part.words[number + 1 : number + 3])
    if part.before(number - 1) == "":
        return False
    return part.raw[number - 2][0].isupper() and part.words[number - 2] not in gazetteer().words.van_heads


def adjective_kind(part: Part, number: int, size: int) -> Kind | None:
    """As in "de Tilburgse politie"; "de Rotterdamse Rijweg" and "het Gelderse Hengelo" name something else."""
    after = number + size
    if after >= len(part.words) or part.gaps[after] != " ":
        return None
    if part.words[after] in gazetteer().words.courts:
        return Kind.COURT
    return Kind.ADJECTIVE if part.raw[after][0].islower() else None


def bare_kind(part: Part, number: int, size: int, key: str, name: Name) -> Kind | None:
    """A name without a preposition: believed for towns, unless capitals beside it make it part of another name."""
    if key in METONYMS:
        return None
    words = gazetteer().words
    after = number + size
    if after < len(part.words) and part.gaps[after] == " ":
        follows = part.raw[after]
        if follows[0].isupper() and not part.text.isupper() and part.words[after] not in words.compass:
            return None
    if number and part.gaps[number] == " ":
        before = part.raw[number - 1]
        if before[0].isupper() and not before.isupper() and part.words[number - 1] not in words.plain:
            return None
    big = any(p.kind in {"municipality", "province"} or p.population >= BIG for p in name.places if p.kind != "quarter")
    return Kind.BARE if big else None
