"""Details by which people who know a victim can recognise her or him: origin, family, and the places of a life.

Looked for only in sentences that speak of a victim (`victims.py`); of a suspect the same words are no flag. Every
pattern is bounded.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from crawler.reading.ages import PERSON_ENDS
from crawler.reading.identifiers import MOST, TOO_MANY, Found
from crawler.reading.name_words import bare, name_words
from crawler.reading.victim_places import Detail, find_named, find_places, find_streets
from crawler.reading.victim_words import KIN, OFFICE, OTHER, PEOPLE, PLACES, STREETS, victim_words
from crawler.reading.victims import Sentence, role_of, sentences
from store.values import FlagKind

ORIGIN, FAMILY, PREGNANT = (
    "herkomst van een mogelijk slachtoffer",
    "familie van een mogelijk slachtoffer",
    "zwangerschap van een mogelijk slachtoffer",
)
Span = tuple[int, int]
NATION = re.compile(
    r"[A-ZÏŁ](?<!\w.)(?<!-.)[a-zß-ÿźł]{2,16}(?:-[A-Z][a-zß-ÿ]{2,14})?(?:(?=-(?:meisje|vrouw|jongen|kind|gezin))|(?![\w-]))"
)
AFTER = re.compile(r"[ \xa0]([\w'-]+)")
ARTICLE = re.compile(
    r"\b(?:de|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien)(?: (?:jonge|oude|minderjarige|andere))? $"
)
PEOPLE_END = re.compile(
    r"(?:ers?|sters?|aars?|aren|ling|lingen|ante?n?|iste?n?|euses?|trices?|man|mannen|vrouw|vrouwen|koks?)$"
)
MANY = re.compile(r"\d{3}|duizend|honderd|procent|miljoen|meeste|percentage|gemiddeld|jaarlijks|cijfers|statistiek")
"""A sentence that counts many people tells of nobody where they come from."""
LANGUAGE = re.compile(r"\b(?:het|spreekt|sprak|spreken|geen|vloeiend|gebrekkig|in) $")
BORN = re.compile(
    r"\b(?:geboren|opgegroeid|wieg|groeide|groeiden|familie|geboorteland|thuis|vaderland) (?:\w{1,10} ){0,2}in $"
)
BORN_BEHIND = re.compile(r" (?:werd |is )?(?:geboren|opgegroeid)\b")
OBJECT = re.compile(
    r"(?:uitbuiten|uitbuiting|uitbuitten?|buitten?|dwingen|dwong(?:en)?|ronselen|ronselden?|handel in|misbruik(?:en)?"
    r"|verkrachten|verkrachting|mishandelen|mishandeling|opsluiten|onderbetalen|onderbetaling|tewerkstelling|tewerkstellen"
    r"|tante|oom|vader|moeder|werven|lokken|lokte|prostitueren|aanbieden|verkopen|vasthield|vasthouden|laten werken)"
    r"(?: van)?(?: \w{2,12}){0,2} $"
)
"""What is done to victims, just before their origin."""
NOT_BLAMED = re.compile(r"(?! (?:verdachte|dader|uitbuiter|handelaar|pooier|loverboy|man (?:is|aan)))")
OFFICIAL = re.compile(r"([a-z-]{3,24}) uit $")
APPOSED = re.compile(r"([a-z-]{3,24}), een $")
CONTENT = re.compile(r"\b(?:tevreden|vrijwillig|zelfstandig(?:e|en)?)\b")
"""Nobody who says so is told of as a victim."""
EMPLOYERS = frozenset(
    {"winkelier", "diplomaat", "tuinder", "kweker", "werkgever", "aannemer", "handelaar", "exploitant"}
)
OUT_OF = re.compile(r"\buit (?:een|het) (?:[\w-]{1,20} ){1,3}(?:in|van) $")
MOST_SENTENCES = 3_000
"""So many are looked at; a hundred thousand characters of ordinary news hold a third of that."""
AT_NAME = re.compile(r"aan (?:de |het )?[A-Z]")
TOWARDS = ("uit ", "in ", "en ", "of ", "Uit ", "In ", ", ")
"""What stands before the country that somebody comes from."""
JOINT = 6
"""So far apart are two that are joined by a comma or "en"."""
RELATIVE = (
    r"(?:(?:stief|pleeg|schoon|tweeling|groot|half|klein|over|achter)?(?:moeder|vader|ouders|zus(?:je|jes|sen|ter|ters)?"
    r"|broer(?:tje|tjes|s)?"
    r"|dochter(?:tje|s|tjes)?|zoon|zoontjes?|zonen|zoons|kindje|kindjes|kind|kinderen|baby|peuter|tweeling)"
    r"|oma|opa|oom|ooms|tante|tantes|nichtjes?|nicht|nichten|neefjes?|neef|neven|grootouders"
    r"|echtgenote|echtgenoot|gezin|familie|schoonfamilie|verloofde)(?!\w)"
)
PARTNERS = (" man", "ex-", " vrouw", "zus", "broer", "tweeling", "gezin")
"""Words for family that say more than that, and are looked for beside it."""
COUNT = r"(?:een|twee|drie|vier|vijf|zes|zeven|acht|beide|meerdere)"
YOUNG = (
    r"(?:(?:eigen|jongere|oudere|jongste|oudste|kleine|jonge|zieke|pasgeboren|ongeboren|overleden|schoolgaande"
    r"|bejaarde|twee|drie|vier|vijf|biologische|toenmalige|minderjarige|\d{1,2}-jarige|\w{3,12}jarige"
    r"|\d{1,2} jaar (?:jongere|oudere)) ){0,2}"
)
KINDRED = re.compile(
    rf"(?:haar|zijn|hun|mijn) ({YOUNG}{RELATIVE}|(?:ex-)?man(?!\w)|(?:ex-)?vrouw(?!\w))"
    rf"|((?:alleenstaande )?(?:moeder|vader)) "
    rf"van een (?:zoontje|dochtertje|zoon|dochter|baby|kind|kindje|tweeling)(?!\w)"
    rf"|({COUNT} {YOUNG}(?:zussen|zusjes|broers|broertjes|zusters|tweelingzussen))"
    rf"|(?:moeder|vader|ouder) van ({COUNT} {YOUNG}{RELATIVE}|{YOUNG}(?:kinderen|tweeling))"
    r"|(?:heeft|had|hebben|hadden|liet|laat|met|wachtten|wachten|kreeg(?: [a-z]{2,6}){0,3}|kregen) "
    rf"({COUNT} {YOUNG}"
    r"(?:kinderen|kind|zonen|zoons|dochters|dochter|zoon|zoontje|dochtertje|tweeling))"
    r"|((?:dochter|zoon|kind|kleinkind) van (?:een|de) [a-z]{3,20})"
    r"|((?:een|het) (?:\w{3,12} )?gezin (?:met|van) \w{2,8} (?:kinderen|personen|zussen|broers))|(een pleeggezin)"
    r"|(?:bij|door|met|naar|via) (?:een|de) (oom|tante|neef|nicht|oma|opa|broer|zus|moeder|vader|stiefvader|stiefmoeder"
    r"|grootmoeder|grootvader|schoonmoeder|schoonvader|achternicht|achterneef)(?! van)"
    r"|((?:gezin|huishouden|huis|villa) van een [a-z]{4,16})"
    r"|((?:jongste|oudste|middelste) van (?:\w{2,6}) (?:kinderen|broers|zussen|dochters|zoons))"
    r"|((?:alleenstaande |tiener)moeder|weeskind|(?<=is )wees(?= )|weduwe|weduwnaar|enig kind)"
    r"|(een (?:\w{4,12} ){0,2}(?:gelovig|christelijk|gereformeerd|islamitisch|katholiek|gebroken|arm)e? gezin)"
    r"|(tweeling(?:zus|zusje|broer|broertje|zussen|broers))(?!\w)"
)
OF_VICTIM = re.compile(
    r"van (?:het|de|een) (?:jonge |minderjarige |jongste |omgekomen )?"
    r"(?:slachtoffers?|meisjes?|jongen|vrouw|vrouwen|aangeefster|tiener|gedupeerden?)(?!\w)"
)
KIN_BEFORE = re.compile(rf"(?<![\w-])(?:{RELATIVE}|(?:ex-)?man|ex-vriend|ex) $")
SAYS = re.compile(r"(?:volgens|aldus|vertelt|zegt|zei|vertelde|namens) $")
PREGNANCY = re.compile(r"(?:hoog)?zwangere?(?!\w)|in verwachting(?!\w)|(?:beviel|bevallen) van(?!\w)")
START = re.compile(r"[\s'\"‘“]{0,5}")


def find_details(whole: str, low: str) -> Iterator[Found]:
    """Details of a possible victim, not in order and perhaps overlapping.

    `low` is the text in lower case, letter by letter.
    """
    origins, countries = _origins(whole)
    looked = 0
    for number, sentence in enumerate(sentences(whole, low)):
        if number == MOST_SENTENCES or looked > MOST:
            yield Found(FlagKind.VICTIM_DETAIL, sentence.start, sentence.end, TOO_MANY)
            return
        here = _within(origins, sentence)
        from_where = _within(countries, sentence)
        if sentence.victim:
            looked += 1
            details = _told(whole, low, sentence)
            says = _says_who if sentence.said & PEOPLE else _of_somebody
            details += [(*span, ORIGIN) for span in here if says(whole, low, *span)]
            details += [(*span, ORIGIN) for span in from_where if _comes_from(low, span, here, from_where)]
        elif sentence.blamed:
            details = [(*span, ORIGIN) for span in here if _harmed(low, *span)]
            yield from (Found(FlagKind.VICTIM_DETAIL, *one) for one in details)
            continue
        else:
            details = [(*span, ORIGIN) for span in here if _of_somebody(whole, low, *span)]
            if details and (
                MANY.search(low, sentence.start, sentence.end) or CONTENT.search(low, sentence.start, sentence.end)
            ):
                continue
            if sentence.said & KIN:
                details += _family_first(low, sentence.start)
        for at, to, reason in details:
            if sentence.near(at):
                yield Found(FlagKind.VICTIM_DETAIL, at, to, reason)


@cache
def _countries() -> tuple[frozenset[str], re.Pattern[str]]:
    """The first capitalised words of the names of countries, and the names."""
    names = victim_words().countries
    firsts = {next(word for word in name.split() if word[0].isupper()) for name in names}
    longest = sorted((re.escape(name) for name in names), key=len, reverse=True)
    return frozenset(firsts), re.compile(rf"(?:{'|'.join(longest)})(?![\w-])")


def _in_office(word: str) -> bool:
    return word in EMPLOYERS or role_of(word) == OTHER


def _harmed(low: str, start: int, end: int) -> bool:
    """Whether an origin is that of whom a suspect harmed: "uitbuiten van Roemeense vrouwen"."""
    return bool(OBJECT.search(low, max(0, start - 50), start) and NOT_BLAMED.match(low, end))


def _within(spans: list[Span], sentence: Sentence) -> list[Span]:
    """Those of the sorted stretches that begin in a sentence."""
    if not spans:
        return []
    return spans[bisect_left(spans, (sentence.start, 0)) : bisect_left(spans, (sentence.end, 0))]


def _told(whole: str, low: str, sentence: Sentence) -> list[Detail]:
    """Everything but origins, in one sentence."""
    start, end = sentence.start, sentence.end
    text, small = whole[start:end], low[start:end]
    found = list(find_streets(text)) if sentence.said & STREETS or AT_NAME.search(text) else []
    if sentence.said & (PLACES | PEOPLE):
        found += find_places(text, small, sentence.said)
    if sentence.sure and not sentence.blamed and not sentence.said & (OFFICE | OTHER):
        found += find_named(text)
    if sentence.said & KIN or any(word in small for word in PARTNERS):
        found += _family(small, sure=sentence.sure)
    if "zwanger" in small or "bev" in small or "verwachting" in small:
        found += [(*told.span(), PREGNANT) for told in PREGNANCY.finditer(small)]
    return [(start + at, start + to, reason) for at, to, reason in found]


def _family(low: str, *, sure: bool) -> Iterator[Detail]:
    """Family in one sentence. Where only "hij" or "zij" is spoken of, "zijn neefje" may be anybody's."""
    for told in KINDRED.finditer(low):
        group = told.lastindex or 0
        if not sure and told[0].startswith(("zijn ", "hun ", "zijn ex")):
            continue
        own = not low[told.start() - 1 : told.start()].isalnum() and not low[told.end() : told.end() + 1].isalnum()
        if own and not SAYS.search(low, max(0, told.start() - 12), told.start()):
            yield told.start(group), told.end(group), FAMILY
    for told in OF_VICTIM.finditer(low):
        if kin := KIN_BEFORE.search(low, max(0, told.start() - 24), told.start()):
            yield kin.start(), kin.end() - 1, FAMILY


def _comes_from(low: str, span: Span, nations: list[Span], countries: list[Span]) -> bool:
    """Whether a country is where somebody comes from: "uit Polen", "in Polen geboren", and what is joined to it."""
    start, end = span
    before = low[max(0, start - 12) : start].rstrip()
    if (who := OFFICIAL.search(low, max(0, start - 40), start)) and _in_office(who[1]):
        return False  # "een diplomaat uit Ghana"
    if before.endswith("uit") or OUT_OF.search(low, max(0, start - 50), start):
        return True
    if before.endswith("in"):
        return bool(BORN.search(low, max(0, start - 40), start) or BORN_BEHIND.match(low, end))
    # What is joined to another: "uit Roemenië en Hongarije", "vooral Polen en Bulgaren".
    return any(0 < start - other[1] < JOINT for other in (*nations, *countries))


def _says_who(whole: str, low: str, start: int, end: int) -> bool:
    """Whether an origin is said of people: "van Syrische afkomst", "een Poolse serveerster", and not "Thaise olie",
    "het Duitse Heilbronn" or "een Italiaanse rechter".
    """
    words, after = victim_words(), AFTER.match(whole, end)
    if after is None or after[1] in words.saying_who or after[1] in words.verbs or low[end - 1] not in "es":
        return True
    if after[1][0].isupper():
        return not low.startswith("het ", max(0, start - 4))
    key = bare(after[1])
    if role_of(key) == OTHER:
        return False
    noun = not low.startswith("e", end - 1) or (PEOPLE_END.search(key) and not key.endswith(words.things))
    return bool(noun) or bool(role_of(key) & ~PLACES) or _of_somebody(whole, low, start, end)


def _of_somebody(whole: str, low: str, start: int, end: int) -> bool:
    """Whether an origin is that of a person, where nothing else says who is a victim."""
    words, after = victim_words(), AFTER.match(whole, end)
    if (who := APPOSED.search(low, max(0, start - 40), start)) and _in_office(who[1]):
        return False  # "de winkelier, een Filipijnse van 51"
    alone = ARTICLE.search(low, max(0, start - 24), start) and (after is None or after[1] in words.verbs)
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


def _origins(whole: str) -> tuple[list[Span], list[Span]]:
    """Nations that are said of people, as far as the next word tells, and countries behind "uit", "in" and the like."""
    words = name_words()
    firsts, countries = _countries()
    nations: list[Span] = []
    places: list[Span] = []
    for word in NATION.finditer(whole):
        written = word[0]
        if written in firsts:
            start = word.start() - (3 if whole.startswith(("de ", "het"), word.start() - 3) else 0)
            start = start if countries.match(whole, start) else word.start()
            if (told := countries.match(whole, start)) and whole.endswith(TOWARDS, 0, start):
                places.append(told.span())
        key = written.lower() if written.isascii() else bare(written)
        if "-" in key and key not in words.nations:
            key = next((half for half in reversed(key.split("-")) if half in words.nations), key)
        if key not in words.nations or key in words.home_nations:
            continue
        after = AFTER.match(whole, word.end())
        spoken = not key.endswith("e") and LANGUAGE.search(whole, max(0, word.start() - 12), word.start())
        if not spoken and not (after and bare(after[1]) in words.not_people):
            nations.append(word.span())
    return nations, places
