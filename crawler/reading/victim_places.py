"""Where a victim lives, learns, works, plays, prays and is sheltered: places by which others recognise her or him.

Looked for in one sentence that speaks of a victim. Every pattern is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from crawler.reading.gazetteer import gazetteer
from crawler.reading.name_words import bare
from crawler.reading.victim_words import victim_words

STREET, SCHOOL, CLUB, WORK, REFUGE, HOME = (
    "adres van een mogelijk slachtoffer",
    "school van een mogelijk slachtoffer",
    "club of kerk van een mogelijk slachtoffer",
    "werkplek van een mogelijk slachtoffer",
    "opvangplek van een mogelijk slachtoffer",
    "plaats waar een mogelijk slachtoffer vandaan komt",
)
Detail = tuple[int, int, str]
SURE = "straat|laan|weg|gracht|kade|plein|dijk|singel|steeg|dreef|plantsoen|baan"
ENDS = f"{SURE}|hof|pad|markt|wal|kamp|haven|park|brink|hoek|oord|stede|erf|meent|akker|veld|ring"
"""Of names of streets. Those that are not sure are believed with a number only."""
NUMBER = r"\d{1,5}(?:[- ]?(?:[a-zA-Z]|[IVi]{1,3}|\d{1,3}|bis|hs)(?!\w))?"
WORD = r"[A-Z][\w'’.-]{0,30}"
STREETS = re.compile(
    r"\b(?:(?:[Aa]an|[Ii]n|[Oo]p|[Oo]nder|[Nn]abij|[Vv]lakbij|[Bb]ij|[Vv]an|[Nn]aast|[Tt]egenover|[Uu]it) "
    rf"(?:(?:de|het) )?|adres )((?:(?:{WORD}|van|de|den|der|het|'t) ){{0,4}}{WORD})"
)
"""A preposition and a name, of which the last word says whether it is a street."""
STREET_END = re.compile(rf"(?i:{SURE})(?:-[A-Z]\w*)?$")
WITH_NUMBER = re.compile(rf"(?i:{ENDS})$")
OWN_WORD = re.compile(r" (?:Markt|Kade|Haven|Dijk|Plein|Weg|Laan|Straat|Gracht|Singel|Brink|Wal|Hof)$")
PLAIN = re.compile(rf"(?i:{ENDS})")
BEHIND = re.compile(rf" {NUMBER}(?![\w%])")
HOUSES = re.compile(r"\b(?:zolder|flat|woning|kamer|huis|kelder|appartement|pand) $")
AT = (
    r"\b(?:[Bb]ij|[Oo]p|[Ii]n|[Vv]an|[Aa]an|[Vv]oor|[Uu]it|[Nn]aar|[Bb]innen|[Oo]nder|[Vv]anuit|[Mm]et|[Bb]ezoekt"
    r"|[Bb]ezocht|[Bb]ezoeken|[Ll]iep|[Vv]erliet) "
)
LEAD = r"(?:(?:de|het|een) )?(?:[A-Z]?[a-z-]{3,20}en? )?"
NAMED = (
    rf"(?: (?:(?:De|Het|'t|'n|St\.|Sint|FC|VV|SV|vv|sv) ?)?(?!In |De |Het ){WORD}(?: {WORD}){{0,3}}"
    r"| ['‘“\"][^'’”\"\n]{2,30}['’”\"])"
)
PLACED = r"(?: (?:in|te|bij|nabij|uit) (?:de |het )?(?:[A-Z]|'[a-z]-)[\w'’-]{1,30}(?: [A-Z][\w'’-]{1,20}){0,2})"
KINDS = {"schools": SCHOOL, "clubs": CLUB, "works": WORK, "refuges": REFUGE}
OWN_SCHOOL = (
    rf"{AT}((?:het |de )?(?:(?:{WORD} ){{0,3}}[A-Z][\w'’-]{{0,30}}?(?:college|lyceum|gymnasium|school|mavo)(?![\w-])"
    rf"|(?:{WORD} ){{1,3}}(?:College|Lyceum|Gymnasium|Mavo|School)(?![\w-])))"
)
OWN_CHURCH = rf"{AT}((?:de |het )?[A-Z][\w'’-]{{2,30}}(?:kerk|moskee)(?![\w-]))"
TEAM = rf"{AT}((?:FC|VV|SV|RKVV|SVV|HC|BC|vv|sv) {WORD}(?: (?:{WORD}|van|de|het|der|en|'t|&)){{0,3}})"
OWN_HOSPITAL = (
    rf"{AT}((?:het |de )?(?:{WORD} ){{1,3}}(?:[Zz]iekenhuis|[Vv]erpleeghuis|[Dd]istributiecentrum|[Zz]orgcentrum))"
)
HOUSEHOLD = rf"{AT}(een \w{{0,14}}(?:gezin|familie){PLACED})"
VILLAGE = (
    r"\b(?:uit|in) (een (?:[a-z-]{3,16} ){0,2}[a-z-]{0,16}(?:dorp|dorpje|gehucht|stad|stadje|buurtschap|streek|eiland)"
    r" (?:in|bij|nabij|aan|vlak bij|vlakbij|van|tegen) (?:de |het )?[A-Z][\w'’-]{1,30})"
)
OTHERS = (
    (("school", "college", "lyceum", "gymnasium", "mavo"), OWN_SCHOOL, SCHOOL),
    (("kerk", "moskee"), OWN_CHURCH, CLUB),
    (("fc ", "vv ", "sv ", "hc ", "bc "), TEAM, CLUB),
    (("ziekenhuis", "verpleeghuis", "centrum"), OWN_HOSPITAL, WORK),
    (("gezin", "familie"), HOUSEHOLD, WORK),
    (("dorp", "gehucht", "stad", "buurt", "streek", "eiland"), VILLAGE, HOME),
)
ANY = re.compile(rf"een (?!\w*(?:gezin|familie) )[^A-Z]{{3,40}}?{PLACED}")
"""As in "een hotel in Breda", which may be one of many."""


@cache
def _patterns() -> list[tuple[tuple[str, ...], re.Pattern[str], str]]:
    """Words of which one stands in every sentence that holds such a place, the pattern, and the reason in Dutch."""
    words = victim_words()
    made = [
        (words.kind_words[name], re.compile(rf"{AT}({LEAD}{words.kinds[name]}(?:{NAMED}{PLACED}?|{PLACED}))"), reason)
        for name, reason in KINDS.items()
    ]
    own = rf"{AT}((?:de|het|een) {words.kinds['works']} van (?:haar|zijn|hun) [a-z]{{3,16}})"
    others = [*OTHERS, (("van haar ", "van zijn ", "van hun "), own, WORK)]
    return made + [(told, re.compile(pattern), reason) for told, pattern, reason in others]


def find_streets(text: str) -> Iterator[Detail]:
    """Every street in one sentence."""
    for told in STREETS.finditer(text):
        yield from _street(text, told)


def find_places(text: str, low: str) -> Iterator[Detail]:
    """Every other place in one sentence; `low` is it in lower case, letter by letter."""
    for words, pattern, reason in _patterns():
        if any(word in low for word in words):
            for told in pattern.finditer(text):
                if _is_own(told[1], low, reason):
                    yield told.start(1), told.end(1), reason


def _is_own(place: str, low: str, reason: str) -> bool:
    """Whether the place can be that of one victim: patients lie in hospitals as well."""
    if place.lower().endswith("ziekenhuis") and "werk" not in low:
        return False
    return reason not in {CLUB, WORK} or not ANY.fullmatch(place)


def _street(text: str, told: re.Match[str]) -> Iterator[Detail]:
    """A name behind a preposition, when it ends as names of streets do; with a number more endings are believed."""
    number = BEHIND.match(text, told.end())
    if PLAIN.fullmatch(told[1]) and not number:
        return  # "op de Markt" is in every town
    article = text.endswith(("de ", "het "), told.start(), told.start(1))
    named = STREET_END.search(told[1]) or (article and " van " not in told[1] and OWN_WORD.search(told[1]))
    if named and not number and bare(told[1]).replace("-", " ") in gazetteer().names:
        return  # "in Moerdijk"
    if named or (number and WITH_NUMBER.search(told[1])):
        house = HOUSES.search(text, max(0, told.start() - 14), told.start())
        yield (house.start() if house else told.start(1)), (number or told).end(), STREET
