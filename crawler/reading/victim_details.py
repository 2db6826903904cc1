"""Details by which people who know a victim can recognise her or him: origin, street, school, club, work, family.

Looked for only in sentences that speak of a victim; of a suspect the same words are no flag. Every pattern is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.reading.identifiers import Found
from crawler.reading.name_words import bare, name_words
from store.values import FlagKind

ORIGIN, STREET, SCHOOL, CLUB, WORK, FAMILY = (
    "herkomst van een mogelijk slachtoffer",
    "adres van een mogelijk slachtoffer",
    "school van een mogelijk slachtoffer",
    "club van een mogelijk slachtoffer",
    "werkplek van een mogelijk slachtoffer",
    "familie van een mogelijk slachtoffer",
)
Detail = tuple[int, int, str]
SENTENCE = re.compile(r"[^.!?\n]{2,2000}")
VICTIM = re.compile(
    r"slachtoffer|gedupeerde|uitgebuit|gedwongen|misbruik|verhandel|geronseld|aangifte|bevrijd|gered |opgevangen"
    r"|benaderd|opgewacht|mishandeld|verkracht|opgesloten|ontvoerd|vastgehouden|onderbeta|tewerkgesteld|weggelopen|vermist"
    r"|geslagen|bedreigd|gelokt|geworven|overgehaald|ontsnap|gevlucht|moesten? (?:zich|haar|hun|voor|stelen|werken"
    r"|bedelen)"
)
SUSPECT = re.compile(
    r"verdachte|dader|aangehouden|opgepakt|gearresteerd|veroordeeld|mensenhandelaar|pooier|uitbuiter|celstraf|hoofdrol"
    r"|loverboy|bende|leider|eist"
)
SUBJECT = re.compile(
    r"[\s'\"‘’“”(]*(?:(?:zij|ze|hij|haar|zijn|hun) |(?:het|een|de|twee|drie|vier|vijf)\b[^,]{0,50}?"
    r"(?:\b|-|tiener|arbeids)(?:jarige|minderjarige|migrant|meisjes?|jongens?|jongetje|vrouw|vrouwen|man|mannen|arbeiders?|plukkers?|werknemers?|kind|kinderen|tieners?)\b)"
)
LIVED = re.compile(
    r"woonde|woont|woonden|sliep|verble|(?:zat|zaten) |werkte|werkt |speelt|speelde|volgde|volgt|ging naar|gaat naar"
    r"|logeer|verborg|kwam(?:en)? uit|komen uit|komt uit|terug bij|is terug|groeide op|trainde"
)
NATION = re.compile(r"[A-ZÏ](?<!\w.)(?<!-.)[a-zëïöé]{2,16}(?:-[A-Z][a-z]{2,14})?(?![\w-])")
AFTER = re.compile(r"[ \xa0]([\w'-]+)")
LANGUAGE = re.compile(r"\b(?:het|spreekt|sprak|spreken|geen|vloeiend|gebrekkig) $")
COUNTRIES = re.compile(
    r"uit ((?:Bulgarije|Roemenië|Hongarije|Polen|Albanië|Servië|Moldavië|Oekraïne|Slowakije|Tsjechië|Litouwen|Letland"
    r"|Estland|Rusland|Georgië|Turkije|Syrië|Irak|Iran|Afghanistan|Pakistan|India|Nepal|Bangladesh|Vietnam|China|Thailand|Indonesië"
    r"|de Filipijnen|Marokko|Algerije|Tunesië|Egypte|Nigeria|Ghana|Gambia|Guinee|Senegal|Mali|Kameroen|Congo|Oeganda"
    r"|Kenia|Ethiopië|Eritrea|Somalië|Soedan|Sierra Leone|Liberia|Ivoorkust|Togo|Benin|Angola|Brazilië|Colombia"
    r"|Venezuela"
    r"|Peru|Suriname|Mexico|Cuba|Curaçao|Spanje|Portugal|Italië|Griekenland|Kosovo|Bosnië|Kroatië|Noord-Macedonië|Macedonië"
    r"|Mongolië|Oezbekistan|Sri Lanka|de Dominicaanse Republiek)(?![\w-]))"
)
STREET_END = re.compile(
    r"(?:straat|laan|weg|gracht|kade|plein|dijk|singel|hof|pad|steeg|markt|dreef|plantsoen|baan|wal)(?!\w)(?!-[a-z])"
    r"(?: \d{1,5}(?:[- ]?(?:[a-z]|i{1,3}|\d{1,3}|bis|hs)(?!\w))?)?"
)
STREET_NAME = re.compile(r"(?:[A-Z][\w'’.-]{0,30} ){0,3}[A-Z][\w'’-]{0,30}$")
LIVES_AT = re.compile(r"(?:\b(?:zolder|flat|woning|kamer|huis|kelder|appartement|pand) )?\b(aan|in|op) (?:de|het) $")
CAPITALS = r"[A-Z][\w'’-]{1,30}(?: [A-Z][\w'’-]{1,30}){0,2}"
SCHOOL_WORDS = (
    "school",
    "college",
    "lyceum",
    "gymnasium",
    "gemeenschap",
    "mavo",
    "roc",
    "universiteit",
    "internaat",
    "verblijf",
)
SCHOOLS = re.compile(
    r"\b(?:(?:basisschool|school|middelbare school|scholengemeenschap|praktijkschool|kinderdagverblijf|mbo|roc|ROC|vmbo"
    rf"|universiteit|hogeschool|internaat) (?:(?:De|Het|'t|Sint|St\.|van) )?{CAPITALS}"
    r"|(?:[Hh]et )?[A-Z][\w'’-]{1,30}?(?:college|lyceum|gymnasium|school|mavo)(?![\w-])"
    r"|[Hh]et (?:[A-Z][\w'’-]{1,30} ){1,3}(?:College|Lyceum|Gymnasium))"
)
CLUB_WORDS = ("club", "vereniging", "school ", "manege", "scouting", "kerk ", "moskee ", "centrum ")
CLUBS = re.compile(
    r"\b(?:\w{0,12}club|\w{0,12}vereniging|dansschool|balletschool|sportschool|kickboksschool|manege|scouting|scoutinggroep|kerk"
    rf"|moskee|jongerencentrum) (?:(?:De|Het|'t|FC|VV|SV) )?{CAPITALS}"
)
KIN = (
    r"(?:(?:stief|pleeg|schoon|tweeling|groot|half)?(?:moeder|vader|ouders|zus(?:je|jes|sen|ter)?|broer(?:tje|tjes|s)?"
    r"|dochter(?:tje|s|tjes)?|zoon|zoontje|kind|kinderen)|oma|opa|oom|tante|nichtje|nicht|neefje|neef|echtgenoot|gezin|familie)"
)
SHOP = (
    r"(?:bakkerij|slagerij|winkel|bedrijf|boerderij|kwekerij|restaurant|\w{0,8}salon|\w{0,8}studio|snackbar|garage|hotel"
    r"|cafe|café|supermarkt|toko)"
)
SHOP_WORDS = ("bakkerij", "slagerij", "winkel", "bedrijf", "boerderij", "kwekerij", "restaurant", "salon", "studio",
              "snackbar", "garage", "hotel", "caf", "supermarkt", "toko")  # fmt: skip
WORKS = re.compile(
    rf"\b(?:in|bij|op|voor) ((?:de|het|een) {SHOP} van (?:haar|zijn|hun) {KIN}|{SHOP} (?:De |Het |'t )?{CAPITALS})"
)
KINDRED = re.compile(
    r"(?:haar|zijn|hun) ((?:(?:jongere|oudere|jongste|oudste|kleine|zieke|pasgeboren|\d{1,2}-jarige|overleden) )?"
    rf"{KIN})|((?:twee|drie|vier|vijf|beide) (?:jonge |kleine )?(?:zussen|zusjes|broers|broertjes|zusters"
    r"|tweelingzussen))"
    r"|(?:moeder|vader) van ((?:een|twee|drie|vier|vijf|zes) (?:jonge |kleine |schoolgaande )?(?:kinderen|kind|zoon"
    r"|dochter|dochters|zoons|zonen|baby))|(tweeling(?:zus|zusje|broer|broertje|zussen|broers))(?!\w)"
)
SAYS = re.compile(r"(?:volgens|aldus|vertelt|zegt|zei|vertelde|namens|met|en) $")


def find_details(whole: str, low: str) -> Iterator[Found]:
    """Details of a possible victim, not in order and perhaps overlapping.

    `low` is the text in lower case, letter by letter.
    """
    for sentence in SENTENCE.finditer(low):
        start, end = sentence.span()
        victim = VICTIM.search(low, start, end)
        suspect = SUSPECT.search(low, start, end)
        if victim is None and (suspect or not SUBJECT.match(low, start, end) or not LIVED.search(low, start, end)):
            continue
        for detail in _details(whole[start:end], low[start:end]):
            at = start + detail[0]
            # In a sentence with both, a detail belongs to whom it stands nearest.
            if victim is None or suspect is None or abs(at - victim.start()) <= abs(at - suspect.start()):
                yield Found(FlagKind.VICTIM_DETAIL, at, start + detail[1], detail[2])


def _details(text: str, low: str) -> Iterator[Detail]:
    yield from _origins(text)
    for end in STREET_END.finditer(low):
        name = STREET_NAME.search(text, max(0, end.start() - 80), end.start())
        lives = LIVES_AT.search(text, max(0, name.start() - 30), name.start()) if name else None
        if name and lives:
            yield (lives.start() if lives.start() < lives.start(1) else name.start()), end.end(), STREET
    for words, pattern, reason in (
        (SCHOOL_WORDS, SCHOOLS, SCHOOL),
        (CLUB_WORDS, CLUBS, CLUB),
        (SHOP_WORDS, WORKS, WORK),
    ):
        if any(word in low for word in words):
            for told in pattern.finditer(text):
                yield told.start(pattern.groups), told.end(pattern.groups), reason
    for told in KINDRED.finditer(low):
        group = told.lastindex or 0
        own = not low[told.start() - 1 : told.start()].isalnum() and not low[told.end() : told.end() + 1].isalnum()
        if own and not SAYS.search(low, max(0, told.start() - 12), told.start()):
            yield told.start(group), told.end(group), FAMILY


def _origins(text: str) -> Iterator[Detail]:
    words = name_words()
    for word in NATION.finditer(text):
        key = bare(word[0])
        if key not in words.nations or key in words.home_nations:
            continue
        after = AFTER.match(text, word.end())
        spoken = not key.endswith("e") and LANGUAGE.search(text, max(0, word.start() - 12), word.start())
        if not spoken and not (after and bare(after[1]) in words.not_people):
            yield word.start(), word.end(), ORIGIN
    for told in COUNTRIES.finditer(text):
        yield told.start(1), told.end(1), ORIGIN
