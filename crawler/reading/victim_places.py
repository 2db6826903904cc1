"""Where a victim lives, learns, works, plays, prays and is sheltered: places by which others recognise her or him.

Looked for in one sentence that speaks of a victim. Every pattern is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from crawler.reading.gazetteer import gazetteer
from crawler.reading.name_words import bare, name_words
from crawler.reading.victim_words import CLUBS, KINDS, SCHOOLS, VILLAGES, WORKS, victim_words

STREET, SCHOOL, CLUB, WORK, REFUGE, HOME, NAMED_PLACE = (
    "adres van een mogelijk slachtoffer",
    "school van een mogelijk slachtoffer",
    "club of kerk van een mogelijk slachtoffer",
    "werkplek van een mogelijk slachtoffer",
    "opvangplek van een mogelijk slachtoffer",
    "plaats waar een mogelijk slachtoffer vandaan komt",
    "naam van een plek of organisatie bij een mogelijk slachtoffer",
)
Detail = tuple[int, int, str]
SURE = "straat|laan|weg|gracht|kade|plein|dijk|singel|steeg|dreef|plantsoen|baan"
ENDS = f"{SURE}|hof|pad|markt|wal|kamp|haven|park|brink|hoek|oord|stede|erf|meent|akker|veld|ring"
"""Of names of streets. Those that are not sure are believed with a number only."""
NUMBER = r"\d{1,5}(?:[- ]?(?:[a-zA-Z]|[IVi]{1,3}|\d{1,3}|bis|hs)(?!\w))?"
WORD = r"[A-Z][\w'’.-]{0,30}"
STREETS = re.compile(
    r"\b(?:(?:[Aa]an|[Ii]n|[Oo]p|[Oo]nder|[Nn]abij|[Vv]lakbij|[Bb]ij|[Vv]an|[Nn]aast|[Tt]egenover|[Uu]it"
    r"|[Bb]oven|[Aa]chter|[Vv]anuit|[Ll]angs|[Rr]ond|[Vv]oor|[Nn]aar) "
    rf"(?:(?:de|het) )?|adres )((?:(?:{WORD}|van|de|den|der|het|'t) ){{0,4}}{WORD})"
)
"""A preposition and a name, of which the last word says whether it is a street."""
HOUSE_NUMBERS = re.compile(rf"\b[A-Z][\w'’-]{{1,30}}?(?:{SURE}) {NUMBER}(?![\w%])")
STREET_END = re.compile(rf"(?i:{SURE})(?:-[A-Z]\w*)?$")
WITH_NUMBER = re.compile(rf"(?i:{ENDS})$")
OWN_WORD = re.compile(r" (?:Markt|Kade|Haven|Dijk|Plein|Weg|Laan|Straat|Gracht|Singel|Brink|Wal|Hof)$")
DWELLING = re.compile(
    r"(?:woon|woning|huis|flat|kamer|pand|appartement|studio|zolder|kelder|loods|schuur|caravan|salon|winkel|caf[eé]"
    r"|club|sliep|slaap|slapen|verble|verblij|huurde|adres)\w* (?:\w+ ){0,2}$"
)
NO_STREET = re.compile(
    r"(?:Universiteit|Hogeschool|School|College|Lyceum|Maas|Waal|Rijn|IJssel|Lek|Noordzee|Zee|Vecht|Amstel|Kamer|Raad"
    r"|Europese|Nederlands|Bulga|Roem|Pool|Duits|Belg)"
)
"""What follows "aan de" and is no street: rivers, and whom something is given to."""
PLAIN = re.compile(rf"(?i:{ENDS})")
BEHIND = re.compile(rf" {NUMBER}(?![\w%])")
HOUSES = re.compile(r"\b(?:zolder|flat|woning|kamer|huis|kelder|appartement|pand) $")
AT = (
    r"\b(?:[Bb]ij|[Oo]p|[Ii]n|[Vv]an|[Aa]an|[Vv]oor|[Uu]it|[Nn]aar|[Bb]innen|[Oo]nder|[Vv]anuit|[Mm]et|[Bb]ezoekt"
    r"|[Bb]ezocht|[Bb]ezoeken|[Ll]iep|[Vv]erliet|[Bb]oven|[Aa]chter|[Nn]aast|[Tt]egenover) "
)
LEAD = r"(?:(?:de|het|een) )?(?:[A-Z]?[a-z-]{3,20}en? )?"
NAMED = (
    rf"(?:(?: van)? (?:(?:De|Het|'t|'n|St\.|Sint|FC|VV|SV|vv|sv) ?)?(?!In |De |Het ){WORD}(?: {WORD}){{0,3}}"
    r"| ['‘“\"][^'’”\"\n]{2,30}['’”\"])"
)
PLACED = (
    r"(?: (?:(?:in|te|bij|nabij|uit) (?:de |het )?|van (?!de |het ))"
    r"(?:[A-Z]|'[a-z]-)[\w'’-]{1,30}(?: [A-Z][\w'’-]{1,20}){0,2})"
)
REASONS = {"schools": SCHOOL, "clubs": CLUB, "works": WORK, "refuges": REFUGE}
OWN_SCHOOL = (
    rf"\b((?:het |de )?(?:(?:{WORD} ){{0,3}}[A-Z][\w'’-]{{0,30}}?(?:college|lyceum|gymnasium|school|mavo)(?![\w-])"
    rf"|(?:{WORD} ){{1,3}}(?:College|Lyceum|Gymnasium|Mavo|School)(?![\w-])))"
)
OWN_CHURCH = (
    rf"\b((?:de |het )?(?:{WORD} ){{0,2}}(?:[A-Z][\w'’-]{{2,30}}(?:kerk|moskee)|Kerk|Moskee)(?![\w-]){PLACED}?)"
)
TEAM = rf"{AT}((?:FC|VV|SV|RKVV|SVV|HC|BC|vv|sv) {WORD}(?: (?:{WORD}|van|de|het|der|en|'t|&)){{0,3}})"
OWN_HOSPITAL = (
    rf"{AT}((?:het |de )?(?:{WORD} ){{1,3}}(?:[Zz]iekenhuis|[Vv]erpleeghuis|[Dd]istributiecentrum|[Zz]orgcentrum))"
)
PLAYS = (
    r"\b(?:speelt|speelde|voetbalt|voetbalde|hockeyt|hockeyde|traint|trainde|zwemt|zwom|turnt|turnde|danst|danste|zingt"
    r"|zong|keept|keepte|judoot|bokst|bokste|handbalt|korfbalt|lid|sport|sportte)(?: [a-z]{2,12}){0,2} (?:bij|van|in) "
    r"((?:de |het )?[A-Z][\w'’.-]{1,30}(?: [A-Z][\w'’-]{1,30}){0,2})"
)
WORKING = (
    r"\b(?:werkt|werkte|werken|werkten|werkzaam|bijbaan|baantje|baan|stage|kassa|afwasser|kok|serveerster|vakkenvuller"
    r"|schoonmaakster|inpakster|stagiaire)(?: [a-z]{2,12}){0,4} (?:bij|voor) ((?:de |het )?[A-Z][\w'’.&-]{1,30}"
    r"(?: (?:[A-Z][\w'’-]{1,30}|&|en(?= [A-Z]))){0,3})"
)
STUDIES = (
    r"\b(?:studente?|studeert|studeerde|eerstejaars|opleiding) "
    r"((?:[a-z]{3,20} ){1,3}(?:in|te|aan) (?:de |het )?[A-Z][\w'’-]{1,30})"
)
HOUSEHOLD = (
    rf"{AT}(een (?:\w{{0,14}}(?:gezin|familie)|arts|notaris|advocaat|diplomaat|zakenman|ondernemer|tandarts|echtpaar"
    rf"|boer|tuinder|kweker|teler|aannemer|kapper|slager|bakker){PLACED})"
)
VILLAGE = (
    r"\b(?:uit|in) (een (?:[a-z-]{3,16} ){0,2}[a-z-]{0,16}"
    r"(?:dorp|dorpje|gehucht|stad|stadje|buurtschap|streek|eiland|wijk)"
    r" (?:in|bij|nabij|aan|vlak bij|vlakbij|van|tegen) (?:de |het )?[A-Z][\w'’-]{1,30})"
)
BUILT = (
    r"(?:kamer|kamertje|zolder|kelder|caravan|stacaravan|woning|flat|appartement|schuur|loods|container|tent|studio)"
)
DWELT = (
    rf"\b(een {BUILT} (?:boven|achter|naast|onder|in|bij) (?:een|de|het|hun|zijn|haar) [a-z-]{{3,24}}"
    rf"(?:{PLACED})?)(?![\w-])"
)
OWN_CLUB = (
    r"\b((?:[Hh]aar|[Zz]ijn|[Hh]un|[Mm]ijn|dezelfde) (?:(?:oude|vroegere|vorige|nieuwe) )?[a-z-]{3,16}"
    r"(?:club|vereniging|koor)"
    rf"{PLACED}?|(?:[Hh]aar|[Zz]ijn|[Hh]un|[Mm]ijn|dezelfde) (?:(?:oude|vroegere|vorige|nieuwe) )?"
    rf"(?:club|kerk|moskee|koor|manege|team){PLACED}"
    r"|(?:vriendinnen|vrienden|meisjes|jongens|teamgenoten) van de [a-z]{3,16}(?:club|vereniging|school|koor))(?![\w-])"
)
OWN_WORK = (
    rf"\b((?:[Hh]aar|[Zz]ijn|[Hh]un|[Mm]ijn) (?:stage|stageplek|stageplaats|baan|baantje|bijbaan|bijbaantje|werk) "
    rf"(?:bij|in|op) (?:een|de|het) [a-z-]{{3,24}}{PLACED}?"
    rf"|de (?:kassa|keuken|bediening|bar|afwas|kantine) "
    rf"(?:van|in|bij) (?:een|de|het) [a-z-]{{3,24}}{PLACED}?)(?![\w-])"
)
WHERE = (
    r"\b(?:stond|stonden|sliep|sliepen|zat|zaten|poetste|poetsten|woonde|woonden|verbleef|verbleven|werkte|werkten|diende"
    r"|leefde|leefden|werd|werden|hielp|kookte|waste|bediende)(?: [a-z]{2,14}){0,6} "
    rf"((?:op |in |bij )?een (?:camping|vakantiepark|villa|landhuis|hotel|pension|boerderij|manege|kraam|viskraam|markt"
    rf"|kas|herenhuis|flat|woning|restaurant|bordeel|club|salon|loods|kwekerij){PLACED})"
)
STALL = (
    r"\b(?:werkte|werkten|stond|stonden|werkt|staat|bijbaan|baantje)(?: [a-z]{2,14}){0,4} "
    r"(?:in|bij|op|achter) (een [a-z]{3,14}(?:kraam|wagen|stal|tent))(?![\w-])"
)
COURSE = (
    r"\b(?:volgde|volgt|volgden|deed|doet|begon|haalde|zat op)(?: [a-z]{2,12}){0,2} "
    rf"((?:de|een) [a-z-]{{3,20}}(?:opleiding|cursus|school){PLACED})"
)
FAMILY_IN = (
    rf"\b((?:[Hh]aar|[Zz]ijn|[Hh]un|[Mm]ijn) (?:gezin|familie|ouders|moeder|vader|oma|opa|tante|oom|zus|broer){PLACED})"
)
OTHERS = (
    (CLUBS, OWN_CLUB, CLUB),
    (SCHOOLS, COURSE, SCHOOL),
    (SCHOOLS, OWN_SCHOOL, SCHOOL),
    (SCHOOLS, STUDIES, SCHOOL),
    (CLUBS, OWN_CHURCH, CLUB),
    (CLUBS, TEAM, CLUB),
    (CLUBS, PLAYS, CLUB),
    (WORKS, OWN_HOSPITAL, WORK),
    (WORKS, HOUSEHOLD, WORK),
    (WORKS, WORKING, WORK),
    (VILLAGES, VILLAGE, HOME),
)
HINTED = (
    ((" boven ", " achter ", " naast ", " onder ", " in een ", " bij een "), re.compile(DWELT), HOME),
    (("stage", "baan", "werk", "kassa", "keuken", "bediening", "bar ", "afwas", "kantine"), re.compile(OWN_WORK), WORK),
    ((" op een ", " in een ", " bij een ", " een villa", " een landhuis"), re.compile(WHERE), WORK),
    (("kraam", "wagen", "stal", "tent"), re.compile(STALL), WORK),
    (("haar ", "zijn ", "hun ", "mijn "), re.compile(FAMILY_IN), HOME),
)
"""Places without a word of their own kind, what stands in every sentence that names one, and the reason in Dutch."""
SOMEWHERE = re.compile(
    r"\b(?:bij|op|van|boven|achter|naast|naar|uit|voor|in|tegenover) "
    r"((?:(?:de|het|een) )?(?:[a-z-]{3,20} ){0,2}(?:\d{1,2} van (?:het |de )?)?(?:(?:De|Het|'t|'n|Sint|St\.) ?)?"
    r"[A-ZÀ-Ý][\w'’&.-]{1,30}(?: (?:[A-ZÀ-Ý][\w'’&.-]{1,30}|&|en(?= [A-ZÀ-Ý])|van|de|het|der)){0,3}"
    r"(?<! van)(?<! de)(?<! het))"
)
"""Any name behind a preposition."""
NAME_WORD = re.compile(r"[A-ZÀ-Ý][\w'’&.-]*")
LEAST = 3
CAMPED = re.compile(r"\b(?:stond|stonden|sliep|sliepen|poetste|poetsten|woonde|woonden|verbleef|stageplek|stage)\b")
ANY = re.compile(rf"een (?!\w*(?:gezin|familie) )[^A-Z]{{3,40}}?{PLACED}")
"""As in "een hotel in Breda", which may be one of many."""


@cache
def _patterns() -> list[tuple[int, re.Pattern[str], str]]:
    """What a word of the sentence says where such a place stands, the pattern, and the reason in Dutch."""
    kinds = victim_words().kinds
    made = [(KINDS[name], rf"{AT}({LEAD}{kinds[name]}(?:{NAMED}{PLACED}?|{PLACED}))", REASONS[name]) for name in KINDS]
    own = rf"{AT}((?:de|het|een) {kinds['works']} van (?:haar|zijn|hun) [a-z]{{3,16}})"
    return [(bits, re.compile(pattern), reason) for bits, pattern, reason in (*made, *OTHERS, (WORKS, own, WORK))]


def find_streets(text: str) -> Iterator[Detail]:
    """Every street in one sentence."""
    for told in STREETS.finditer(text):
        yield from _street(text, told)
    for told in HOUSE_NUMBERS.finditer(text):
        yield *told.span(), STREET


def find_places(text: str, low: str, said: int) -> Iterator[Detail]:
    """Every other place in one sentence; `low` is it in lower case, letter by letter, `said` what its words say."""
    wanted = [(pattern, reason) for bits, pattern, reason in _patterns() if said & bits]
    wanted += [(pattern, reason) for hints, pattern, reason in HINTED if any(hint in low for hint in hints)]
    for pattern, reason in wanted:
        for told in pattern.finditer(text):
            if _is_own(told[1], low, reason):
                yield told.start(1), told.end(1), reason


def find_named(text: str) -> Iterator[Detail]:
    """Whatever has a name in a sentence that is surely about a victim: her school, shop or club may be called anything.
    Towns, countries, the state and the internet are no such thing.
    """
    names, words = gazetteer().names, victim_words()
    nations = name_words().nations
    for told in SOMEWHERE.finditer(text):
        written = [bare(word[0].rstrip(".,")) for word in NAME_WORD.finditer(told[1])]
        if not written or written[0] in words.everywhere or any(word in nations for word in written):
            continue
        town = any(word in names for word in (" ".join(written).replace("-", " "), written[0], written[-1]))
        short = len(written[-1]) < LEAST or any(map(str.isdigit, written[-1])) or written[0].endswith("s")
        if not (town or short or words.is_country(told[1])):
            yield told.start(1), told.end(1), NAMED_PLACE


def _is_own(place: str, low: str, reason: str) -> bool:
    """Whether the place can be that of one victim: patients lie in hospitals as well."""
    if place.lower().endswith("ziekenhuis") and "werk" not in low:
        return False
    if place.partition(" ")[2] and bare(place).replace("-", " ") in gazetteer().names:
        return False
    return reason not in {CLUB, WORK} or bool(CAMPED.search(low)) or "werk" in low or not ANY.fullmatch(place)


def _street(text: str, told: re.Match[str]) -> Iterator[Detail]:
    """A name behind a preposition, when it ends as names of streets do; with a number more endings are believed."""
    number = BEHIND.match(text, told.end())
    if not number and (PLAIN.fullmatch(told[1]) or bare(told[1]).replace("-", " ") in gazetteer().names):
        return  # "op de Markt" is in every town, and "in Moerdijk" is one
    if _dwells_at(text, told, numbered=number is not None) or _ends_as_street(text, told):
        yield _with_house(text, told), (number or told).end(), STREET
    elif number and WITH_NUMBER.search(told[1]):
        yield _with_house(text, told), number.end(), STREET


def _dwells_at(text: str, told: re.Match[str], *, numbered: bool) -> bool:
    """As in "een kamer aan de Biltse Grift" and "aan Noordeinde 8", whatever the name ends with."""
    if not told[0].lower().startswith("aan ") or NO_STREET.search(told[1]):
        return False
    return numbered or DWELLING.search(text, max(0, told.start() - 40), told.start()) is not None


def _ends_as_street(text: str, told: re.Match[str]) -> bool:
    article = text.endswith(("de ", "het "), told.start(), told.start(1))
    own = article and " van " not in told[1] and OWN_WORD.search(told[1])
    return bool(own or STREET_END.search(told[1]))


def _with_house(text: str, told: re.Match[str]) -> int:
    """Where the name begins, or the house before it."""
    house = HOUSES.search(text, max(0, told.start() - 14), told.start())
    return house.start() if house else told.start(1)
