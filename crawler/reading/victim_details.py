"""Details by which people who know a victim can recognise her or him: origin, street, school, club, work, family.

Looked for only in sentences that speak of a victim; of a suspect the same words are no flag. Every pattern is bounded.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from crawler.reading.ages import PERSON_ENDS
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
Span = tuple[int, int]
SENTENCE = re.compile(r"[^.!?\n]{2,2000}")
VICTIM = re.compile(
    r"slachtoffer|gedupeerde|uitgebuit|gedwongen|misbruik|verhandel|geronseld|aangifte|bevrijd|gered |opgevangen"
    r"|benaderd|opgewacht|mishandeld|verkracht|opgesloten|ontvoerd|vastgehouden|onderbeta|tewerkgesteld"
    r"|weggelopen|vermist"
    r"|geslagen|bedreigd|gelokt|geworven|overgehaald|ontsnap|gevlucht|moesten? (?:zich|haar|hun|voor|stelen|werken"
    r"|bedelen)"
)
SUSPECT = re.compile(
    r"verdachte|dader|aangehouden|opgepakt|gearresteerd|veroordeeld|mensenhandelaar|pooier|uitbuiter|celstraf|hoofdrol"
    r"|loverboy|bende|leider|eist"
)
SUBJECT = re.compile(
    r"[\s'\"‘’“”(]*(?:(?:zij|ze|hij|haar|zijn|hun) |(?:het|een|de|twee|drie|vier|vijf)\b[^,]{0,50}?"
    r"(?:\b|-|tiener|arbeids)(?:jarige|minderjarige|migrant|migranten|meisjes?|jongens?|jongetje|vrouw|vrouwen"
    r"|man|mannen"
    r"|arbeiders?|plukkers?|werknemers?|kind|kinderen|tieners?|au pair|gezin|vluchteling|scholiere?|leerlinge?)\b)"
)
LIVED = re.compile(
    r"woonde|woont|wonen|sliep|slaapt|slapen|verble|bleef|liep stage|lid van|op straat|mocht|moest|zag|wisten"
    r"|(?:zat|zaten) |werkte|werkt |speelt|speelde|volgde|volgt|ging naar|gaat naar"
    r"|logeer|verborg|kwam(?:en)? uit|komen uit|komt uit|terug bij|is terug|groeide op|trainde"
)
NATION = re.compile(r"[A-ZÏ](?<!\w.)(?<!-.)[a-zëïöé]{2,16}(?:-[A-Z][a-z]{2,14})?(?![\w-])")
AFTER = re.compile(r"[ \xa0]([\w'-]+)")
ARTICLE = re.compile(r"\b(?:de|een|twee|drie|vier|vijf|zes) $")
VERBS = frozenset({
    "werd", "werden", "werkte", "werkten", "was", "waren", "had", "hadden", "moest", "moesten", "kreeg", "kregen",
    "kwam", "kwamen", "die", "zat", "zaten", "sliep",
})  # fmt: skip
START = re.compile(r"[\s'\"‘“]{0,5}")
LANGUAGE = re.compile(r"\b(?:het|spreekt|sprak|spreken|geen|vloeiend|gebrekkig) $")
COUNTRIES = re.compile(
    r"uit (?:(?:een|het) \w{1,20} in )?((?:Bulgarije|Roemenië|Hongarije|Polen|Albanië|Servië|Moldavië|Oekraïne"
    r"|Slowakije|Tsjechië|Litouwen|Letland"
    r"|Estland|Rusland|Georgië|Turkije|Syrië|Irak|Iran|Afghanistan|Pakistan|India|Nepal|Bangladesh|Vietnam"
    r"|China|Thailand|Indonesië"
    r"|de Filipijnen|Marokko|Algerije|Tunesië|Egypte|Nigeria|Ghana|Gambia|Guinee|Senegal|Mali|Kameroen|Congo|Oeganda"
    r"|Kenia|Ethiopië|Eritrea|Somalië|Soedan|Sierra Leone|Liberia|Ivoorkust|Togo|Benin|Angola|Brazilië|Colombia"
    r"|Venezuela"
    r"|Peru|Suriname|Mexico|Cuba|Curaçao|Spanje|Portugal|Italië|Griekenland|Kosovo|Bosnië|Kroatië"
    r"|Noord-Macedonië|Macedonië"
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
CLUB_WORDS = (
    "club",
    "vereniging",
    "school ",
    "manege",
    "scouting",
    "kerk ",
    "moskee ",
    "centrum ",
    "fc ",
    "vv ",
    "sv ",
)
CLUBS = re.compile(
    r"\b(?:\w{0,12}club|\w{0,12}vereniging|dansschool|balletschool|sportschool|kickboksschool|manege|scouting"
    r"|scoutinggroep|kerk"
    rf"|moskee|jongerencentrum) (?:(?:De|Het|'t|FC|VV|SV) )?{CAPITALS}|\b(?:FC|VV|SV) {CAPITALS}"
)
KIN = (
    r"(?:(?:stief|pleeg|schoon|tweeling|groot|half)?(?:moeder|vader|ouders|zus(?:je|jes|sen|ter)?|broer(?:tje|tjes|s)?"
    r"|dochter(?:tje|s|tjes)?|zoon|zoontje|kind|kinderen)|oma|opa|oom|tante|nichtje|nicht|neefje|neef"
    r"|echtgenoot|gezin|familie)"
)
SHOP = (
    r"(?:bakkerij|slagerij|winkel|bedrijf|boerderij|kwekerij|restaurant|\w{0,8}salon|\w{0,8}studio|snackbar"
    r"|garage|hotel"
    r"|cafe|café|supermarkt|toko)"
)
SHOP_WORDS = ("bakkerij", "slagerij", "winkel", "bedrijf", "boerderij", "kwekerij", "restaurant", "salon", "studio",
              "snackbar", "garage", "hotel", "caf", "supermarkt", "toko")  # fmt: skip
WORKS = re.compile(
    rf"\b(?:in|bij|op|voor|van) ((?:de|het|een) {SHOP} van (?:haar|zijn|hun) {KIN}|{SHOP} (?:De |Het |'t )?{CAPITALS})"
)
KINDRED = re.compile(
    r"(?:haar|zijn|hun) ((?:(?:jongere|oudere|jongste|oudste|kleine|zieke|pasgeboren|\d{1,2}-jarige|overleden) )?"
    rf"{KIN})|((?:twee|drie|vier|vijf|beide) (?:jonge |kleine )?(?:zussen|zusjes|broers|broertjes|zusters"
    r"|tweelingzussen))"
    r"|(?:moeder|vader) van ((?:een|twee|drie|vier|vijf|zes) (?:jonge |kleine |schoolgaande )?(?:kinderen|kind|zoon"
    r"|dochter|dochters|zoons|zonen|baby))|(tweeling(?:zus|zusje|broer|broertje|zussen|broers))(?!\w)"
)
OF_VICTIM = re.compile(r"van (?:het|de) (?:jonge |minderjarige )?(?:slachtoffers?|meisjes?|jongen)(?!\w)")
KIN_BEFORE = re.compile(rf"(?<!\w){KIN} $")
SAYS = re.compile(r"(?:volgens|aldus|vertelt|zegt|zei|vertelde|namens|met|en) $")


def find_details(whole: str, low: str) -> Iterator[Found]:
    """Details of a possible victim, not in order and perhaps overlapping.

    `low` is the text in lower case, letter by letter.
    """
    origins = list(_origins(whole))
    countries = [told.span(1) for told in COUNTRIES.finditer(whole)]
    for sentence in SENTENCE.finditer(low):
        start, end = sentence.span()
        victim = VICTIM.search(low, start, end)
        suspect = SUSPECT.search(low, start, end)
        if victim is None and suspect is not None:
            continue
        here = _within(origins, start, end)
        if victim is not None or (SUBJECT.match(low, start, end) and LIVED.search(low, start, end)):
            found = _details(whole[start:end], low[start:end])
            details = [(start + at, start + to, reason) for at, to, reason in found]
            details += [(*span, ORIGIN) for span in (*here, *_within(countries, start, end))]
        else:
            details = [(*span, ORIGIN) for span in here if _of_somebody(whole, low, *span)]
            details += _family_first(low, start)
        for at, to, reason in details:
            # In a sentence with both, a detail belongs to whom it stands nearest.
            if victim is None or suspect is None or abs(at - victim.start()) <= abs(at - suspect.start()):
                yield Found(FlagKind.VICTIM_DETAIL, at, to, reason)


def _within(spans: list[Span], start: int, end: int) -> list[Span]:
    """Those of the sorted stretches that begin in a sentence."""
    return spans[bisect_left(spans, (start, 0)) : bisect_left(spans, (end, 0))] if spans else []


def _details(text: str, low: str) -> Iterator[Detail]:
    """Everything but origins, in one sentence."""
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
    for told in OF_VICTIM.finditer(low):
        if kin := KIN_BEFORE.search(low, max(0, told.start() - 24), told.start()):
            yield kin.start(), kin.end() - 1, FAMILY


def _of_somebody(whole: str, low: str, start: int, end: int) -> bool:
    """Whether an origin is that of a person, where nothing else says who is a victim."""
    after = AFTER.match(whole, end)
    alone = ARTICLE.search(low, max(0, start - 8), start) and (after is None or after[1] in VERBS)
    return bool(alone) or (after is not None and _is_victims_noun(bare(after[1]))) or low.startswith(" au pair", end)


def _family_first(low: str, start: int) -> list[Detail]:
    """As in "Haar broer zag haar voor het laatst": family that a sentence begins with."""
    begin = START.match(low, start)
    told = KINDRED.match(low, begin.end() if begin else start)
    if told and told[1] and not low[told.end() : told.end() + 1].isalnum():
        return [(told.start(1), told.end(1), FAMILY)]
    return []


def _is_victims_noun(key: str) -> bool:
    words = name_words()
    return key in words.people or key in words.children or key.endswith(PERSON_ENDS)


def _origins(whole: str) -> Iterator[Span]:
    """Nations that are said of people, as far as the next word tells."""
    words = name_words()
    for word in NATION.finditer(whole):
        key = bare(word[0])
        if key not in words.nations or key in words.home_nations:
            continue
        after = AFTER.match(whole, word.end())
        spoken = not key.endswith("e") and LANGUAGE.search(whole, max(0, word.start() - 12), word.start())
        if not spoken and not (after and bare(after[1]) in words.not_people):
            yield word.span()
