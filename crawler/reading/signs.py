"""What the words around a name say: whether it is a place there, and how surely.

A name counts by what stands before it. "in Best" is a place, "Best veel" is not, "wethouder Van Assen" is a person,
"FC Utrecht" is a club, and the court in Arnhem judges what happened in Tiel.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from crawler.reading.gazetteer import Name, gazetteer
from crawler.reading.parts import QUOTES, Part, colon_after, joined, name_at

PROVINCE_WORDS = frozenset({"provincie", "provincies"})
PARTICLES = frozenset({"van", "ter", "ten", "de", "den", "te"})
ARTICLES = frozenset({"de", "het", "t"})
ROMAN = frozenset("IVX")
PRONOUNS = frozenset({"ik", "je", "jij", "u", "hij", "ze", "zij", "we", "wij", "men"})
GRADES = frozenset({"vlak", "ten", "net", "dicht"})
"""Words that may stand between a village and what says where it lies: "Beek, vlak bij Nijmegen"."""


class Kind(IntEnum):
    """How the text names the place, from weak to strong. A court, an office and a town that only says where another
    lies are asides: they count when the text names nothing else.
    """

    COURT = 1
    OFFICE = 2
    LOCATOR = 3
    BARE = 4
    LOOSE = 5
    ADJECTIVE = 6
    NEAR = 7
    DATELINE = 8


ASIDES = frozenset({Kind.COURT, Kind.OFFICE, Kind.LOCATOR})


@dataclass(frozen=True, slots=True)
class Spot:
    """A name in a part: its first word, the number of its words, and its key."""

    part: Part
    number: int
    size: int
    key: str
    name: Name

    @property
    def after(self) -> int:
        """The number of the first word behind the name."""
        return self.number + self.size

    @property
    def before(self) -> str:
        """The word before the name, "" across anything but a space."""
        return self.part.before(self.number)


def kind_of(spot: Spot, listed: Kind | None) -> Kind | None:
    """How the place is named; None when it is no place or stays open. `listed` is the kind of the name that this one
    is joined to by a comma or "en".
    """
    if no_place(spot):
        return None
    if spot.name.adjective:
        return adjective_kind(spot)
    if listed is not None:
        return min(listed, Kind.NEAR)
    kind = kind_after(spot)
    if kind is Kind.LOOSE and (spot.name.common or surname(spot)) and not firm(spot):
        return None
    if kind is Kind.LOOSE and spot.name.quarter and not firm(spot):
        return None
    return kind or bare_kind(spot)


def firm(spot: Spot) -> bool:
    """A preposition of direction, or "de burgemeester van", shows a place also in an ordinary word."""
    words = gazetteer().words
    before = spot.before
    return before in words.toward or (before == "van" and not heads(spot).isdisjoint(words.van_heads))


def kind_after(spot: Spot) -> Kind | None:
    """What the word before the name says by itself: a court, "in", "gemeente", "van"."""
    words = gazetteer().words
    part, before = spot.part, spot.before
    if before in ARTICLES and not spot.name.common:
        before = part.before(spot.number - 1)  # "in de Achterhoek"
    if before == "op" and (spot.name.island or all(place.kind == "province" for place in spot.name.places)):
        return Kind.NEAR
    if before in words.courts or (before in {"in", "te", "van"} and not heads(spot).isdisjoint(words.courts)):
        return Kind.COURT
    if before in words.offices or office_list(spot):
        return Kind.OFFICE
    if before in words.near or before in words.units or before in PROVINCE_WORDS or is_adjective(part, spot.number):
        return Kind.NEAR
    return Kind.LOOSE if before in words.medium or before in words.bodies else None


def office_list(spot: Spot) -> bool:
    """As in "politie-eenheid Den Haag"."""
    part = spot.part
    return spot.before == "eenheid" or (spot.before == "team" and part.before(spot.number - 1) in {"wijk", "basis"})


def heads(spot: Spot) -> set[str]:
    """The one or two words before the preposition: "rechters uit de rechtbank in"."""
    return {spot.part.words[i] for i in (spot.number - 2, spot.number - 3) if i >= 0}


def is_adjective(part: Part, number: int) -> bool:
    """The word before is made from a place name: "Gelderse", "Zuid-Hollandse"."""
    return adjective_before(part, number) is not None


def adjective_before(part: Part, number: int) -> Name | None:
    """The adjective that stands before this word, of one word or two."""
    word = part.before(number)
    if not word or not part.raw[number - 1][0].isupper():
        return None
    names = gazetteer().names
    pair = names.get(f"{part.words[number - 2]} {word}") if number > 1 and part.gaps[number - 1] in {"-", " "} else None
    name = pair or names.get(word)
    return name if name and name.adjective and not name.people else None


def no_place(spot: Spot) -> bool:
    """Clubs, names of people with "Van", halves of double names, and towns abroad."""
    words = gazetteer().words
    part, number, before, after = spot.part, spot.number, spot.before, spot.after
    follows = part.words[after] if after < len(part.words) else ""
    gap = part.gaps[after] if follows else "."
    if before in words.clubs or (gap == " " and follows in words.club_tails):
        part.clubs.add(spot.key)
        return True
    if before in words.abroad_before or abroad_follows(spot) or (gap == " " and follows in words.wares):
        return True
    if before in {"van", "om", "bij"} and number > 1 and part.words[number - 2] in words.history:
        return True
    if gap == "-" and follows and not spot.name.adjective and half_name(spot, follows):
        return True
    if number and part.gaps[number] == "-":
        previous = part.words[number - 1]
        plain = previous in words.hyphened and part.raw[number - 1][0].islower()
        return previous not in words.compass and not plain and not name_ends_at(part, number)
    return before in PARTICLES and part.raw[number - 1][0].isupper() and not part.opens(number - 1)


def half_name(spot: Spot, follows: str) -> bool:
    """Whether what stands behind the hyphen makes another name of it: "Oost-Europa" is not the village of Oost, and
    "in Tilburg-Noord" is Tilburg.
    """
    words = gazetteer().words
    if spot.part.words[spot.after - 1] in words.compass:
        return True
    return follows not in words.compass and spot.before not in words.near and not name_at(spot.part, spot.after)


def abroad_follows(spot: Spot) -> bool:
    """As in "Bergen (Noorwegen)", "Bergen in Noorwegen" and "Deurne, bij Antwerpen"."""
    words = gazetteer().words
    part, after = spot.part, spot.after
    if after >= len(part.words):
        return False
    if part.words[after] in words.abroad_after:
        return part.gaps[after].strip() in {",", "("}
    near = part.words[after] in {"in", "bij"} and part.gaps[after].strip() in {"", ",", "("}
    return near and part.follows(after + 1) in words.abroad_after


def name_ends_at(part: Part, number: int) -> bool:
    """Whether the word before is itself a place, as in "Tilburg-Breda"."""
    return part.words[number - 1] in gazetteer().names and part.raw[number - 1][0].isupper()


def surname(spot: Spot) -> bool:
    """As in "Jan van Breda": a capital before "van" that is no sentence word such as "Inwoners van"."""
    part, number = spot.part, spot.number
    if part.words[number - 1] != "van":
        return False
    if part.gaps[number - 1] == "-":
        return True  # "Jansen-van Dongen"
    if part.raw[number - 1][0].isupper():
        return not any(word in {"naar", "tot"} for word in part.words[number + 1 : number + 3])
    if part.before(number - 1) == "":
        return False
    return part.raw[number - 2][0].isupper() and not is_head(part, number - 2)


def adjective_kind(spot: Spot) -> Kind | None:
    """As in "de Tilburgse politie" and "Tilburger vast"; "de Rotterdamse Rijweg" and "het Gelderse Hengelo" name
    something else, and Gouda cheese comes from everywhere.
    """
    words = gazetteer().words
    part, number, after = spot.part, spot.number, spot.after
    follows = part.follows(after)
    if follows in words.courts:
        return Kind.COURT
    if spot.key in words.papers and spot.before == "de":
        return None
    if spot.name.people:
        # "Twee Amsterdammers" live there; "Jan de Brabander" and "mevrouw Haarlemmer Smit" have it as a name.
        named = part.gaps[number] == " " and part.capital(number - 1) and not part.opens(number - 1)
        named = named and part.words[number - 1] not in words.plain
        return None if named or (bool(follows) and part.capital(after)) else Kind.ADJECTIVE
    known = follows in words.adjective_tails or follows.endswith(tuple(words.adjective_ends))
    fits = bool(follows) and (known or part.shouts or not part.capital(after))
    fits = fits or half_adjective(spot)
    return Kind.ADJECTIVE if fits else None


def half_adjective(spot: Spot) -> bool:
    """As in "Limburgs-Brabantse"."""
    part, after = spot.part, spot.after
    other = name_at(part, after) if after < len(part.words) and part.gaps[after] == "-" else None
    return bool(other and other[2].adjective)


def bare_kind(spot: Spot) -> Kind | None:
    """A name without a preposition: believed, unless capitals beside it make it part of another name."""
    words = gazetteer().words
    part, number, after = spot.part, spot.number, spot.after
    if spot.name.quarter or spot.name.elsewhere or spot.before in words.roles or titled(spot):
        return None
    if spot.name.common:
        headed = spot.before in words.heads and not spot.name.noun and not part.capital(after)  # "Inwoner Made"
        return Kind.BARE if headed or stands_alone(spot) else None
    follows = part.follows(after)
    if (
        part.capital(after)
        and follows
        and follows not in words.compass
        and (not part.raw[after].isupper() or ROMAN.issuperset(part.raw[after]))
    ):
        return None
    if number and part.gaps[number] == " " and part.capital(number - 1) and not part.raw[number - 1].isupper():
        # "Kerstmarkt Valkenburg: weer druk" heads a report; "Kapsalon Valkenburg wint prijs" may be anywhere.
        area = all(place.kind == "province" for place in spot.name.places)
        heading = part.opens(number - 1) and (area or colon_after(part, after))
        plain = part.words[number - 1] in words.plain
        return Kind.BARE if plain or heading or is_head(part, number - 1) else None
    return Kind.BARE


def titled(spot: Spot) -> bool:
    """The name stands alone between quotes, as a film or a ship does."""
    before, after = spot.part.gaps[spot.number], spot.part.gaps[spot.after]
    return before[-1:] in QUOTES and after[:1] in QUOTES if before and after else False


def is_head(part: Part, number: int) -> bool:
    """A noun that may stand before a town: "Inwoner Grou", "Bewoners Kerkstraat Eindhoven"."""
    words = gazetteer().words
    word = part.words[number]
    return word in words.heads or word in words.van_heads or word.endswith(tuple(words.head_ends))


def stands_alone(spot: Spot) -> bool:
    """An ordinary word at the beginning of a sentence is a town when it acts in the singular, or heads the report."""
    part, number, after = spot.part, spot.number, spot.after
    if not part.opens(number) or part.shouts:
        # "Volgens hem wil Best meer huizen": a capital inside a sentence makes a name of it.
        inside = part.gaps[number] == " " and acts(spot, number - 1) and part.raw[number - 1][0].islower()
        return inside and not part.capital(after) and not spot.name.noun
    if (part.follows(after) and acts(spot, after)) or colon_after(part, after):
        return True
    for other in (after, after + 1):
        linked = other < len(part.words) and (joined(part, after - 1, other) or part.follows(other - 1) == "bij")
        match = name_at(part, other) if linked else None
        if match and match[2].places and not match[2].common and not match[2].adjective:
            return True
    return False


def acts(spot: Spot, at: int) -> bool:
    """The word at this number is a verb in the singular, with which the name must be one town and not many things.
    "Goor vond ze het" has another subject.
    """
    words = gazetteer().words
    part = spot.part
    word = part.words[at] if 0 <= at < len(part.words) else ""
    if part.follows(at + 1) in PRONOUNS:
        return False
    return word in words.verbs or (word in words.weak_verbs and spot.key.endswith("en"))
