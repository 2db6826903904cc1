"""Ages of people in a Dutch text, and words that say that somebody is under eighteen.

A number is an age only when a person stands beside it: buildings, firms and terms of punishment have years as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import takewhile

from crawler.reading.age_words import MINORS, ONE
from crawler.reading.identifiers import Found, first_of
from crawler.reading.name_words import bare, is_given, is_role, name_words
from store.values import FlagKind

ADULT, OLDEST, LEAST = 18, 110, 8
UNDER = "jonger dan achttien"
SMALL = """een twee drie vier vijf zes zeven acht negen tien
elf twaalf dertien veertien vijftien zestien zeventien achttien negentien"""
TENS = "twintig dertig veertig vijftig zestig zeventig tachtig negentig"
AGED = re.compile(r"(?:jarige?n?|JARIGE?N?)(?![\w-])")
AGED_BEFORE = re.compile(r"(?<![\w-])(\d{1,3}|[A-Za-zËÏëï]{3,18})[-‐‑ ]{0,2}$")
NEXT = re.compile(r"[ \xa0](\w+)")
BRACKETS = re.compile(r"\((\d{1,2}(?:(?:, ?| en | & )\d{1,2}){0,4})(?:[ \xa0]jaar|[ \xa0]jr\.?)?\)")
COMMAS = re.compile(r", (\d{2})(?: jaar)?(?:, | en (?!\d))")
NUMBER = re.compile(ONE)
LIST = rf"{ONE}(?:(?:, | en | of | tot | tot en met | t/m ){ONE}){{0,5}}"
HEDGE = r"(?:(?:ongeveer|circa|pas|net|nog maar|slechts|amper|bijna|ruim|tussen de|de|zo'n) ){0,2}"
OF = re.compile(rf"van {HEDGE}({LIST})( jaar(?: oud)?)?(?![\w-])")
YEARS = re.compile(r"jaar( oud| jong)?(?![\w-])")
YEARS_BEFORE = re.compile(r"(?<![\w-])((?:\d{1,3}(?:, | en | of | tot ))*\d{1,3}|[a-zëï]{3,18})[ \xa0]?$")
BE = frozenset({
    "is", "was", "waren", "zijn", "werd", "wordt", "pas", "nu", "destijds", "toen", "amper", "nog", "net", "slechts",
})  # fmt: skip
GOES_ON = frozenset({"en", "toen", "was", "is", "als", "of", "maar"})
BARELY = [
    re.compile(rf"{word} ({ONE})(?: jaar(?: oud)?)?(?= (?:was|is|waren|toen|zijn)\b|[.,;\n]|$)")
    for word in ("pas", "amper", "net", "nog maar", "slechts")
] + [
    re.compile(rf"{word} ({ONE})(?: jaar(?: oud)?)?(?= (?:was|is|waren|toen|zijn|werd)\b)")
    for word in ("zij", "ze", "hij", "ik", "jij")
]
"""As in "pas zestien" and "toen zij zestien was". One pattern for each word: a search for the same letters is quick."""
WAS = [
    re.compile(
        rf" {verb} (?:(?:toen|pas|net|destijds|amper|nog maar|slechts|nog|nu|inmiddels|bijna|al) ){{0,2}}({ONE})"
        r"(?=[ \xa0](?:toen|en|maar|jaar|geworden)\b|[,.;]|$)"
    )
    for verb in ("was", "waren", "is", "ben")
]
"""As in "Hij was 15 toen" and "Zij is inmiddels 26", without "jaar". Each begins with the same letters, so that the
search runs over everything else at once."""
IS_SHE = [
    re.compile(
        rf" {verb} (?:ze|zij|hij|ik|jij) (?:(?:toen|pas|nu|nog|al|inmiddels|bijna) ){{0,2}}({ONE})(?= en\b|[,.;]|$)"
    )
    for verb in ("is", "was", "ben")
]
"""As in "Nu is ze 19 en heeft ze"."""
BABY = re.compile(
    r"(?:baby|kind|kindje|zoontje|dochtertje|jongetje) (?:was|is) (?:(?:nog maar|toen|pas|net|amper) )?"
    r"\w{3,9} (?:dagen|weken|maanden) oud(?!\w)"
)
WHO_IS = re.compile(r"\b(?:zij|ze|hij|ik|oudste|jongste|verdachte|dader|slachtoffer|man|vrouw)$")
ELDEST = [re.compile(rf"{word} (?:is |was )?({ONE})(?=[,.;]|$| en\b| jaar)") for word in ("oudste", "jongste")]
NOT_YET = re.compile(rf"nog geen ({ONE})(?: jaar(?: oud)?)?(?=[ .,;]|$)")
ROUND = re.compile(
    r"\b(?:begin|midden|half|eind|achter in de|voor in de|ver in de) (?:twin|der|veer|vijf|zes|zeven|tach|negen)$"
)
TENS_END = re.compile(r"tig(?!\w)")
"""As in "een man van begin veertig"."""
BETWEEN = re.compile(r"tussen (?:de )?(\d{1,2} en (?:de )?\d{1,2})(?: jaar)(?: oud)?(?!\w)")
YEARS_OF_LIFE = [
    re.compile(
        rf"{whose} ((?:zesde|zevende|achtste|negende|tiende|elfde|twaalfde|dertiende|veertiende|vijftiende|zestiende"
        r"|zeventiende|(?:[6-9]|1[0-7])(?:e|de|ste))(?: verjaardag| levensjaar)?)"
        r"(?=[.,;:]|$| (?:al|werd|werden|was|is|kwam|ging|moest|moet|begon|werkt|werkte|woont|woonde|door|naar|in|met"
        r"|en|toen|liep|zat|weg|het|de|een|gedwongen|uitgehuwelijkt|uithuwelijken|leefde|leeft|had|heeft|nooit|niet)\b)"
    )
    for whose in ("haar", "zijn", "hun", "mijn")
]
SINCE = ("op ", "sinds ", "vanaf ", "tot ", "voor ", "rond ", "na ", "tussen ")
IN_CLASS = re.compile(r" in ((?:groep|klas) (?:[1-8]|een|twee|drie|vier|vijf|zes|zeven|acht))(?!\w)")
SAT = ("zat", "zit", "zaten", "zitten", "zat nog", "zat toen", "zit nog", "zit pas", "zat pas")
DECADES = re.compile(r"(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)ers?(?![\w-])")
EXISTS = re.compile(r"\bbesta(?:at|an|nd)\b")
"""Of a firm that has been there for thirty years, "een dertiger" as well."""
WORDS = re.compile(r"[\w'-]+")
VICTIMS = frozenset(
    {
        "aangeefster",
        "aangever",
        "gedupeerde",
        "bewoonster",
        "lotgenote",
        "kroaat",
        "serveerster",
        "huishoudster",
        "schoonmaakster",
        "schoonmaker",
    }
)
PERSON_ENDS = (
    "migrant",
    "migranten",
    "vrouw",
    "vrouwen",
    "meisje",
    "meisjes",
    "jongen",
    "jongens",
    "arbeider",
    "arbeiders",
    "kracht",
    "krachten",
    "slachtoffer",
    "slachtoffers",
    "student",
    "kind",
    "plukker",
    "plukkers",
    "neemster",
    "neemsters",
    "lieden",
    "vluchtelingen",
    "zoekers",
)
STOPS = re.compile(r"[.!?\n]")
BACK = 60
"""How many characters before a number are searched for the person whose age it is."""


@cache
def number_words() -> dict[str, int]:
    """The words "een" to "negenennegentig", accents folded."""
    words = {word: number for number, word in enumerate(SMALL.split(), 1)}
    for tens, word in enumerate(TENS.split(), 2):
        words[word] = tens * 10
        for ones, small in enumerate(SMALL.split()[:9], 1):
            words[f"{small}en{word}"] = tens * 10 + ones
    return words


def number_of(word: str) -> int | None:
    """The number that a word or digits say, None when they say none that could be an age."""
    number = int(word) if word.isdigit() and word.isascii() else number_words().get(bare(word))
    return number if number is not None and 0 < number <= OLDEST else None


def find_ages(whole: str, low: str, name_ends: frozenset[int]) -> Iterator[Found]:
    """Ages and minors, not in order and perhaps overlapping.

    `low` is the text in lower case, letter by letter; `name_ends` is where the names of people end.
    """
    ends: list[Found] = []
    for told in first_of(AGED.finditer(whole), FlagKind.AGE, ends):
        yield from _aged(whole, told)
    yield from _beside_names(whole, name_ends, ends)
    for told in first_of(OF.finditer(low), FlagKind.AGE, ends):
        if not low[told.start() - 1 : told.start()].isalnum():
            yield from _of(low, told)
    for told in first_of(YEARS.finditer(low), FlagKind.AGE, ends):
        yield from _years(whole, told)
    for told in first_of(_of_each(BARELY, low), FlagKind.AGE, ends):
        number = number_of(told[1])
        if number and not _in_word(low, told.start()) and _someone(whole, told.start()):
            yield _found(number, *told.span(1))
    yield from _young(whole, low, ends)
    yield from _in_weeks(low, ends)
    yield from _roughly(whole, low, ends)
    yield from _words(low, ends)
    yield from ends


def _young(whole: str, low: str, ends: list[Found]) -> Iterator[Found]:
    """What says an age without "jaar" or "-jarige"."""
    for told in first_of(_of_each(WAS, low), FlagKind.AGE, ends):
        number = number_of(told[1]) or 0
        who = WHO_IS.search(low, max(0, told.start() - 12), told.start())
        if number >= LEAST and (who or (number < ADULT and _someone(whole, told.start()))):
            yield _found(number, *told.span(1))
    for told in first_of(_of_each([*ELDEST, *IS_SHE], low), FlagKind.AGE, ends):
        if (number := number_of(told[1]) or 0) >= LEAST:
            yield _found(number, *told.span(1))
    for told in first_of(NOT_YET.finditer(low), FlagKind.MINOR, ends):
        if LEAST <= (number_of(told[1]) or 0) <= ADULT and _someone(whole, told.start()):
            yield Found(FlagKind.MINOR, *told.span(), UNDER)
    for told in first_of(_of_each([*YEARS_OF_LIFE, IN_CLASS], low), FlagKind.MINOR, ends):
        if low.endswith(SAT if told.re is IN_CLASS else SINCE, 0, told.start()):
            yield Found(FlagKind.MINOR, *told.span(1), UNDER)


def _in_weeks(low: str, ends: list[Found]) -> Iterator[Found]:
    """As in "De baby was vijf weken oud"."""
    if " oud" not in low:
        return
    for told in first_of(BABY.finditer(low), FlagKind.MINOR, ends):
        if not _in_word(low, told.start()):
            yield Found(FlagKind.MINOR, *told.span(), UNDER)


def _of_each(patterns: list[re.Pattern[str]], low: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(low)


def _roughly(whole: str, low: str, ends: list[Found]) -> Iterator[Found]:
    """As in "begin veertig" and "tussen de 20 en 35 jaar"."""
    for told in first_of(TENS_END.finditer(low), FlagKind.AGE, ends):
        if about := ROUND.search(low, max(0, told.start() - 20), told.start()):
            yield Found(FlagKind.AGE, about.start(), told.end(), "leeftijd")
    for told in first_of(BETWEEN.finditer(low), FlagKind.AGE, ends):
        if _someone(whole, told.start()):
            yield from _each(told[1], told.start(1))


def _beside_names(whole: str, name_ends: frozenset[int], ends: list[Found]) -> Iterator[Found]:
    """As in "Jan Jansen (34)", "een vrouw (27)" and "Jan Jansen, 34, uit Assen"."""
    for told in first_of(BRACKETS.finditer(whole), FlagKind.AGE, ends):
        if told.start() - 1 in name_ends or _person_before(whole, told.start()):
            yield from _each(told[1], told.start(1))
    for told in first_of(COMMAS.finditer(whole), FlagKind.AGE, ends):
        if told.start() in name_ends or _person_before(whole, told.start()):
            yield from _each(told[1], told.start(1))


def _words(low: str, ends: list[Found]) -> Iterator[Found]:
    for told in first_of(_said_minors(low), FlagKind.MINOR, ends):
        yield Found(FlagKind.MINOR, told.start(), told.end(), "zegt dat iemand minderjarig is")
    if "tiger" in low:
        for told in first_of(DECADES.finditer(low), FlagKind.AGE, ends):
            if not _in_word(low, told.start()) and not EXISTS.search(low, max(0, told.start() - BACK), told.start()):
                yield Found(FlagKind.AGE, told.start(), told.end(), "leeftijd")


def _said_minors(low: str) -> Iterator[re.Match[str]]:
    for begins, pattern in MINORS.items():
        at = low.find(begins)
        while at >= 0:
            told = pattern.match(low, at)
            if told and not _in_word(low, at):
                yield told
            at = low.find(begins, at + 1)


def _in_word(low: str, at: int) -> bool:
    before = low[at - 1 : at]
    return before.isalnum() or before == "-"


def _found(number: int, start: int, end: int) -> Found:
    if number < ADULT:
        return Found(FlagKind.MINOR, start, end, UNDER)
    return Found(FlagKind.AGE, start, end, "leeftijd")


@lru_cache(maxsize=4096)
def _is_person(word: str) -> bool:
    """Whether a word in lower case means somebody: "vrouw", "verdachte", "wethouder", "Bulgaar"."""
    words, key = name_words(), bare(word)
    known = key in words.people or key in VICTIMS or key in words.children or key in words.nations
    return known or key.endswith(PERSON_ENDS) or is_role(key)


def _aged(whole: str, told: re.Match[str]) -> Iterator[Found]:
    """As in "34-jarige", "zestienjarige jongen", but no "12-jarige celstraf" and no "25-jarig jubileum"."""
    before = AGED_BEFORE.search(whole, max(0, told.start() - 22), told.start())
    number = number_of(before[1]) if before else None
    after = NEXT.match(whole, told.end())
    noun = bare(after[1]) if after else ""
    adjective = told[0].lower() == "jarig"
    if before is None or number is None or noun in name_words().lasting or (adjective and not _is_person(noun)):
        return
    end = after.end() if after and number < ADULT and noun in name_words().children else told.end()
    yield _found(number, before.start(), end)


def _person_before(whole: str, at: int) -> bool:
    words = WORDS.findall(whole, max(0, at - 30), at)
    if len(words) > 1 and len(words[-1]) == 1 and whole[at - 2 : at - 1] == ".":
        return bool(words[-1].isupper())  # "Verdachte B. (33)"
    return bool(words) and (_is_person(words[-1]) or (words[-1][0].isupper() and is_given(bare(words[-1]))))


def _each(written: str, start: int) -> Iterator[Found]:
    """Every number of a list with its own place."""
    for piece in NUMBER.finditer(written):
        if number := number_of(piece[0]):
            yield _found(number, start + piece.start(), start + piece.end())


def _of(low: str, told: re.Match[str]) -> Iterator[Found]:
    """As in "vrouw van 23 jaar", "twee kinderen van 9 en 12", but no "moeder van twee"."""
    pieces = list(takewhile(_counts, NUMBER.finditer(told[1])))
    if not pieces:
        return
    numbers = [number_of(piece[0]) or 0 for piece in pieces]
    words = list(WORDS.finditer(low, max(0, told.start() - BACK), told.start()))
    noun = _noun_of(words)
    if noun is None or "\n" in low[noun.end() : told.start()]:
        return
    if noun[0] in name_words().parents and not told[2] and not pieces[0][0].isdigit():
        return
    # The match may have taken in a word that is no number: "van 17 en een".
    last = pieces[-1].end()
    end = told.end() if last == len(told[1]) else told.start(1) + last
    if max(numbers) < ADULT:
        grown = bare(noun[0]) in GROWN or (is_role(bare(noun[0])) and COUNTED.match(low, end))
        if not told[2] and (grown or THINGS.match(low, end)):
            return
        yield _found(numbers[0], noun.start(), end)
    elif len(numbers) == 1:
        yield _found(numbers[0], told.start(1), end)
    else:
        yield from _each(told[1][:last], told.start(1))


GROWN = frozenset({"vrouwen", "mannen", "mensen", "ouders", "personen", "inwoners", "bewoners", "werknemers"})
COUNTED = re.compile(r" (?!die\b|uit\b|en\b|zijn\b|waren\b|werden\b)[a-z-]{3,25}(?:s|en)(?![\w-])")
"""As in "uitbater van drie salons"."""
THINGS = re.compile(
    r" (?:(?!\w*[dt]e )\w{3,20}e )?(?:basis|vak|praktijk)?"
    r"(?:scholen|klassen|landen|organisaties|gezinnen|gemeenten|dorpen|clubs|opleidingen|locaties"
    r"|\w+organisaties|uur|weken|maanden|euro|tot (?:tien|twaalf|acht|zes|vijf)\b)"
)
"""Behind a number these are counted, and not the years of somebody: "leerlingen van zes scholen"."""


def _counts(piece: re.Match[str]) -> bool:
    """Whether it is a number of years. "Een" is nearly always the article."""
    return piece[0] not in {"een", "één"} and number_of(piece[0]) is not None


def _noun_of(words: list[re.Match[str]]) -> re.Match[str] | None:
    """The person before "van 23": the last word, or the one before "uit Tilburg"."""
    if words and _is_person(words[-1][0]):
        return words[-1]
    if len(words) > 2 and words[-2][0] == "uit" and _is_person(words[-3][0]):  # noqa: PLR2004
        return words[-3]
    return None


def _years(whole: str, told: re.Match[str]) -> Iterator[Found]:
    """As in "De verdachten zijn 24, 31 en 57 jaar oud", "Zij is 23 jaar.", but no "De loods is 18 jaar oud"."""
    before = YEARS_BEFORE.search(whole, max(0, told.start() - BACK), told.start())
    if before is None:
        return
    number = number_of(before[1])
    if number is None and not before[1][0].isdigit():
        return
    listed = whole.endswith(", ", 0, before.start()) and not whole.startswith((" voor", " cel", " later"), told.end())
    if not told[1] and not listed:
        verb = WORDS.findall(whole, max(0, before.start() - 12), before.start())
        after = NEXT.match(whole, told.end())
        if not verb or verb[-1] not in BE or (after and bare(after[1]) not in GOES_ON):
            return
    if not _someone(whole, before.start()):
        return
    if number:
        yield _found(number, before.start(), told.end())
    else:
        yield from _each(before[1], before.start(1))


def _someone(whole: str, at: int) -> bool:
    """Whether a person stands before this place in the same sentence."""
    words = WORDS.findall(STOPS.split(whole[max(0, at - BACK) : at])[-1])
    return any(_is_person(word) or (word[0].isupper() and is_given(bare(word))) for word in words)
