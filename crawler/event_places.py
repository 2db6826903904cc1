"""Where an event is: as a label says, as the page's own names for its parts say, or by an address with its street."""

from __future__ import annotations

import re
from itertools import takewhile

from crawler.event_labels import LABEL
from crawler.page_lines import Line

_STREET = (
    r"(?:[A-Z][\w'’.-]{0,30}\s){0,3}[A-Z]?[\w'’-]{0,30}(?i:straat|laan|weg|plein|kade|gracht|dijk|singel|pad|hof|dreef"
    r"|markt|steeg"
    r"|plantsoen|baan|ring|boulevard|dam|haven|park|wal|brink|burg|veld|kamp|erf|poort|hoek|dorp|werf|wijk|akker|berg"
    r"|zoom|es"
    r"|horst|stede|einde?)"
)
_NUMBER = (
    r"\s(?!(?:19|20)\d\d\b)\d{1,4}(?:\s?[a-zA-Z]{1,2}\b)?(?:-\d{1,4})?"
    r"(?!\d|[.:]\d|\s(?:uur|jaar|december|januari|februari))"
)
_CODE = r"\d{4}\s?[A-Z]{2}"
_TOWN = r"(?:'s-)?[A-Z][\w'’-]{2,30}(?:\s(?:aan|den|de|op|bij|en|a/d)?\s?[A-Z]?[\w'’-]{2,20}){0,2}?"
_REST = rf"(?:,?\s{_CODE}(?:\s{_TOWN})?|(?:,|\s(?:in|te))\s{_TOWN})?(?=[.,;)\s]|$)"
_NAME = r"[^\s.,;:()|!?\d][^.,;:()|!?\d\n]{1,60}?"
_ANY_STREET = (
    r"(?!(?:Zaal|Groep|Kamer|Lokaal|Deel|Hal|Etage|Verdieping|Dag|Week|Les|Om|Van|Tot|Januari|Februari|Maart|April|Mei"
    r"|Juni"
    r"|Juli|Augustus|September|Oktober|November|December)\b)[A-Z][\w'’-]{3,30}(?:\s[\w'’-]{2,20}){0,2}"
)
_IN_PROSE = re.compile(
    rf"\b(?:in|bij|op|naar|locatie|plaats)\s(?:(?:de|het|een|ons|onze|'t)\s(?=[\w'’]))?(?P<name>{_NAME})"
    rf"(?:,\s(?:aan\s(?:de|het)\s)?|\s\(|\saan\s(?:de|het)\s)(?P<street>(?:{_STREET}|{_ANY_STREET}){_NUMBER})(?P<rest>{_REST})"
)
_IN_LINE = re.compile(
    rf"(?:^|[,|•·]\s{{1,2}})(?P<name>[A-Z][^,|\d:]{{2,50}}),\s(?P<street>{_STREET}{_NUMBER})(?P<rest>{_REST})"
)
_ADDRESS = re.compile(rf"(?:(?P<name>[^\d,|:]{{2,70}}),\s)?{_STREET}{_NUMBER}{_REST}")
_BODIES = re.compile(
    r"\b(?:buurthuis|dorpshuis|wijkcentrum|\w*centrum|\w*huis|\w*zaal|\w*kerk|\w*plein|theater|\w*school|bibliotheek"
    r"|museum"
    r"|caf[eé]|kantine|sporthal|\w*park|\w*hal|\w*hof|\w*baan|schouwburg|online|\w*kade|\w*markt|college|academie"
    r"|kulturhus"
    r"|podium|foyer|kapel|schuur|(?-i:^De [A-Z]\w+$)|\w*gebouw|haven|strand|bos)\b",
    re.IGNORECASE,
)
_NOT_HERE = re.compile(
    r"\b(?:postadres|bezoekadres|postbus|kantoor|stuur|post naar|telefoon|afzender|kvk)\b", re.IGNORECASE
)
_OTHER_PART = re.compile(
    r"^(?:contact|over (?:de )?\w+|organisatie|meer informatie|bereikbaarheid|adres organis\w+)\b", re.IGNORECASE
)
_LONGEST = 150
_PARTS = 3
_LIMIT = 20_000
"""Characters of a page in which an address is looked for."""


def place_in(lines: list[Line]) -> str:
    """The place as the page marks it, or the first address with a street and a number; "" where it is not sure."""
    for at, line in enumerate(lines):
        if line.place:
            more = takewhile(lambda each: each.place, lines[at + 1 : at + _PARTS])
            return ", ".join(
                dict.fromkeys([line.place, *(each.place for each in more if each.place not in line.place)])
            )
    left = _LIMIT
    for line in lines:
        text = line.text
        left -= len(text)
        if left < 0:
            return ""
        if line.level and _OTHER_PART.match(text):
            return ""
        if line.level or not re.search(r"\d", text) or _NOT_HERE.search(text):
            continue
        if len(text) <= _LONGEST and not LABEL.match(text) and _ADDRESS.fullmatch(text.strip(" .")):
            return text.strip(" .")
        found = _IN_PROSE.search(text) or (_IN_LINE.search(text) if len(text) <= _LONGEST else None)
        if found is not None:
            rest = found["rest"].strip(" ,.")
            rest = re.sub(r"^(?:in|te)\s", "", rest)
            return ", ".join(part for part in (found["name"].strip(), found["street"], rest) if part)
    return ""


def looks_like_place(text: str) -> bool:
    """Whether a short text names a building, a square, a room."""
    return len(text) <= _LONGEST and (_BODIES.search(text) is not None or _ADDRESS.fullmatch(text) is not None)
