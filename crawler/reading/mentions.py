"""Where a text names a place, and how sure the words around it make us. What a name stands for is settled elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crawler.reading.gazetteer import Name, gazetteer
from crawler.reading.parts import Part, joined, name_at, part_of
from crawler.reading.signs import (
    ARTICLES,
    GRADES,
    PROVINCE_WORDS,
    Kind,
    Spot,
    adjective_before,
    kind_of,
)

# Repeats of white space are bounded: an endless run of spaces must not be tried in every division.
DATELINE_END = re.compile(
    r"(?:\s{0,3}\([^()\n]{1,30}\)|\s{0,3},?\s{0,3}\d{1,2} [a-z]{3,9}(?: \d{4})?|\s{1,3}ANP)?"
    r"\s{0,3}(?:[–—|]|--?(?=\s)|:(?=\s))"
)
STOP = re.compile(r"\.\s")
ENOUGH = 300
"""Mentions in one title or text; whoever names more places is about none of them."""
LISTED = 4
"""How many words on the next name of a list may stand: "Breda, en in het Gooi"."""
PROVINCE = (
    r"(?P<province>Groningen|Fryslân|Friesland|Drenthe|Overijssel|Flevoland|Gelderland|Utrecht|Noord-Holland|Zuid-Holland"
    r"|Zeeland|Noord-Brabant|Brabant|Limburg|N\.?-Br|NH|ZH|[Gg]ld|GLD|Gn|GN|Gr|Lb|LB|L|NB|NBr|Ov|OV|O|Ut|UT|U|Fr|FR|Dr|DR|D|Z|ZL|Zld)\b\.?"
)
BRACKETS = re.compile(rf"\s{{0,3}}\((?:gemeente |prov(?:incie|\.) )?{PROVINCE}\)")
QUALIFIER = re.compile(rf"\s{{0,3}},?\s{{0,3}}(?:in (?:de provincie )?)?{PROVINCE}")
SHORT = {
    "brabant": "Noord-Brabant", "d": "Drenthe", "dr": "Drenthe", "fr": "Friesland", "fryslân": "Friesland",
    "gld": "Gelderland", "gn": "Groningen", "gr": "Groningen", "l": "Limburg", "lb": "Limburg", "n-br": "Noord-Brabant",
    "n.-br": "Noord-Brabant", "nb": "Noord-Brabant", "nbr": "Noord-Brabant", "nh": "Noord-Holland", "o": "Overijssel",
    "ov": "Overijssel", "u": "Utrecht", "ut": "Utrecht", "z": "Zeeland", "zh": "Zuid-Holland", "zl": "Zeeland",
    "zld": "Zeeland",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """`start` counts from the beginning of its own part, title or text. `hint` is a province said beside the name;
    `province` says that the province is meant and not the town of that name. `next` is the word behind it, and `near`
    the town that is said to lie near.
    """

    key: str
    name: Name
    kind: Kind
    said: str
    start: int
    hint: str = ""
    province: bool = False
    next: str = ""
    near: Name | None = None


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
        if len(found) >= ENOUGH:
            break
        spot = Spot(part, number, *match)
        mention = None
        if spot.name.places:
            hyphen = number == last_end + 1 and part.gaps[number] == "-"
            listed = found and number - last_end <= LISTED and (hyphen or joined(part, last_end, number))
            mention = judge(spot, found[-1] if listed else None)
            if mention and found and locates(part, last_end, number):
                mention = replace(mention, kind=Kind.LOCATOR)
                found[-1] = replace(found[-1], near=mention.name)
        following = spot.after
        if mention:
            following = max(following, past_brackets(part, spot.after))
            found.append(mention)
            last_end = following - 1
    return [m for m in found if not (m.kind is Kind.BARE and m.key in part.clubs)]


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
        hint, closing = bracketed(part, end)
        if name.places:
            found.append(Mention(key, name, Kind.DATELINE, said, part.start(number), hint))
        number = max(number + size, past_brackets(part, number + size) if hint else 0)
        ended = DATELINE_END.match(part.text, closing if hint else end)
        if name.common and not said.isupper() and not hint and not (ended and new_sentence(part, number, ended[0])):
            return [], 0
        if ended or (number == size and len(said) > 1 and said.isupper() and STOP.match(part.text, end)):
            return found, number
        if number >= len(part.words) or not joined(part, number - 1, number):
            return [], 0
    return [], 0


def new_sentence(part: Part, number: int, end: str) -> bool:
    """After a dash a sentence begins: "Best – Een man", not "Buren - zes in getal - klagen" or "Huizen: zo woon je"."""
    return not end.endswith(":") and number < len(part.raw) and part.raw[number][0].isupper()


def bracketed(part: Part, end: int) -> tuple[str, int]:
    """The province in brackets behind a name, "" without one, and where the brackets end."""
    match = BRACKETS.match(part.text, end)
    return (province_of(match), match.end()) if match else ("", end)


def past_brackets(part: Part, after: int) -> int:
    """The number of the first word behind the brackets that tell the province, or `after`."""
    if after >= len(part.words) or "(" not in part.gaps[after]:
        return after
    _, closing = bracketed(part, part.end(after - 1))
    while after < len(part.words) and part.start(after) < closing:
        after += 1
    return after


def province_of(match: re.Match[str]) -> str:
    """The name of the province that the qualifier says, in full."""
    said: str = match.group("province")
    return SHORT.get(said.lower(), said)


def locates(part: Part, last: int, number: int) -> bool:
    """Between the last name and this one stands only "bij": the second says where the first lies."""
    between = part.words[last + 1 : number]
    gaps = "".join(part.gaps[last + 1 : number + 1]).strip()
    return bool(between) and between[-1] in {"bij", "onder"} and set(between[:-1]) <= GRADES and gaps in {"", ","}


def has_capital(part: Part, number: int) -> bool:
    """This word or the next begins with a capital: only an article stands before a name without one."""
    return part.raw[number][0].isupper() or (number + 1 < len(part.raw) and part.raw[number + 1][0].isupper())


def judge(spot: Spot, previous: Mention | None) -> Mention | None:
    """The mention, or None when the words around it say that no place is meant or leave it open."""
    part, number = spot.part, spot.number
    start, end = part.start(number), part.end(spot.after - 1)
    adjective = adjective_before(part, number)
    hint = "" if spot.name.adjective else bracketed(part, end)[0]
    kind = kind_of(spot, previous.kind if previous else None)
    if kind is None and hint and part.before(number) != "van":
        kind = Kind.NEAR
    if kind is None:
        return None
    if adjective and not hint:
        hint = adjective.places[0].province
    elif not hint and (qualified := QUALIFIER.match(part.text, end)):
        hint = province_of(qualified)
    said = part.text[start:end]
    if kind in {Kind.NEAR, Kind.LOOSE} and part.before(number) and not previous:
        said = f"{part.raw[number - 1] if adjective else part.raw[number - 1].lower()} {said}"
    return Mention(
        spot.key, spot.name, kind, said, start, hint, names_province(spot, previous), part.follows(spot.after)
    )


def names_province(spot: Spot, previous: Mention | None) -> bool:
    """Of "Utrecht" and the like: whether the words around it say that the province is meant."""
    words = gazetteer().words
    part = spot.part
    if spot.name.adjective:
        beside = part.gaps[spot.number] == "-"  # "Drents-Groningse"
        return beside or part.follows(spot.after) in words.provincial or part.capital(spot.after)
    before = spot.before
    if before in ARTICLES:
        before = part.before(spot.number - 1)
    among = previous is not None and all(place.kind == "province" for place in previous.name.places)
    return among or before in PROVINCE_WORDS or before == "regio"
