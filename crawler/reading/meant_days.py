"""Words in running text that may mean a day: whether they do, and days that only a sentence says. Pure.

An agenda writes "donderdag 3 december"; a report writes "donderdag", and means the coming one or the last one. Only the
rest of its sentence tells, and where it does not, there is no day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from crawler.reading.clock_words import HOURS
from crawler.reading.date_words import MONTH_NAME, month_of, words_in
from crawler.reading.dutch_calendar import HOLIDAYS, ORDINALS, WEEKDAYS, Written, next_nth_day
from crawler.reading.time_words import PART, DayWords, Words, part_of

_DAY = "(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
_UNITS = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien",
          "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")  # fmt: skip
_ORDINALS = {
    "eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "vijfde": 5, "zesde": 6, "zevende": 7, "achtste": 8,
    "negende": 9, "tiende": 10, "elfde": 11, "twaalfde": 12, "twintigste": 20, "dertigste": 30,
}  # fmt: skip
_TWENTIES = {
    f"{name}{'ën' if name.endswith('e') else 'en'}twintig": 20 + number for number, name in enumerate(_UNITS[:9], 1)
}
_NUMBERS = {
    **{name: number for number, name in enumerate(_UNITS, 1)}, **_TWENTIES, **_ORDINALS,
    "twintig": 20, "dertig": 30, "eenendertig": 31,
}  # fmt: skip
_SPELLED = re.compile(
    rf"\b(?P<day>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\s(?P<month>{MONTH_NAME})(?:\s(?P<year>20\d\d)\b)?"
)
_EACH = re.compile(
    rf"\b(?:elke|iedere)\s(?P<first>{_DAY})(?P<part>{PART})?(?:(?:,|\sen|\sof)\s(?P<second>{_DAY})(?:{PART})?)?\b"
)
_PLURAL = re.compile(
    rf"\bop\s(?P<first>{_DAY})(?P<part>{PART})?en\b(?!\sen\b|,)|\b(?:'s\s)?(?P<each>{_DAY})s\b(?!\s(?:en|of)\b)"
)
_NTH = re.compile(
    rf"\b(?:maandelijks|elke maand|iedere maand)\sop\s(?:de\s|elke\s)?(?P<nth>{'|'.join(ORDINALS)})\s"
    rf"(?P<first>{_DAY})(?P<part>{PART})?\b"
)
_IN_MONTH = re.compile(rf"\s(?:in|van)\s(?P<month>{MONTH_NAME})")
_OVER_DAYS = re.compile(r"\bover\s(?P<count>\d{1,2}|" + "|".join(HOURS) + r")\s(?P<unit>dag(?:en)?|week|weken)\b")

_ABBREVIATED = re.compile(
    r"(?:\b(?:ma|di|wo|do|vr|za|zo|jan|febr?|mrt|apr|jun|jul|aug|sept?|okt|nov|dec|ca|nr|dr|mr|st|a\.s|o\.a|b\.v|u)|\d)$"
)
_ENDS = re.compile(r"[.!?…](?=[\s\"'”’)]|$)|\n")
SENTENCES = 200
"""So many sentences of a text are looked at; what names more days than that is no report."""
_LONGEST = 300
"""Characters of a sentence that are looked at on either side."""

_PAST = re.compile(
    r"\b(?:was|waren|werd|werden|had|hadden|heeft|hebben|bleek|bleken|ging|gingen|kwam|kwamen|deed|deden|hield|hielden"
    r"|vond|vonden|zag|zagen|stond|stonden|begon|begonnen|kreeg|kregen|zei|zeiden|nam|namen|reed|reden|liep|liepen"
    r"|sprak|spraken|gaf|gaven|bracht|brachten|viel|vielen|trof|troffen|wist|wisten|moest|moesten|mocht|mochten|kon"
    r"|konden|wilde|wilden|zou|zouden|zat|zaten|lag|lagen|riep|riepen|greep|grepen|koos|schreef|schreven|bleef|bleven"
    r"|verdween|overleed|ontstond|werkte|werkten|pakte|pakten|meldde|meldden|vertelde|legde|eiste|haalde|maakte"
    r"|speelde|gebeurde|sloeg|stak|startte|opende|kondigde|ontdekte|ontdekten|doorzocht|doorzochten|vroeg|woonde|dwong"
    r"|vluchtte|ontsnapte|belde|besloot|vonniste|veroordeelde(?=\s(?:hem|haar|hen|de|een|twee|drie))"
    r"|\w{3,}eerden?|sinds|al sinds|eerder|lees ook|(?:bekijk|kijk|lees|luister)\b[^.!?\n]{0,60}\bterug"
    r"|vorige|afgelopen|gisteren"
    # "Is aangehouden", "zijn vrijgelaten": perfect.
    r"|(?:is|zijn)\b[^.!?\n]{0,90}\b(?:(?:aan|af|op|voor|mee|uit|over|in|neer|om|door|weg|vast|vrij)?ge(?!sprek|sloten|meent|vang|denk|zin|bied|bouw|zicht|heim"
    r"|val|legen|lijk|woon|ldt|ld\b|bruik|lden|schenk|dicht|tuig|rechts|weld|luid|not|volg)[a-z]{2,}(?:d|t|en)"
    r"|(?:ver|be|ont)[a-z]{3,}(?:d|t|en)))\b"
)
_PRESENT = re.compile(
    r"\b(?:begint|beginnen|start|starten|opent|openen|vindt|vinden|houdt|houden|organiseert|organiseren|geeft|geven"
    r"|spreekt|spreken|draait|draaien|speelt|spelen|komt|komen|kom|gaat|gaan|kun|kunt|kunnen|kan|zal|zullen|staat|staan"
    r"|loopt|lopen|dient|dienen|luidt|luiden|volgt|volgen|wordt|worden|moet|moeten|mag|mogen|is|zijn|vertelt|vertellen"
    r"|praat|praten|doet|doen|behandelt|buigt|verschijnt|verschijnen|beslist|wandelt|wandelen|vertrekt|vertrekken|leest"
    r"|lezen|zingt|zingen|viert|vieren|sluit|sluiten|eindigt|bezoekt|bezoeken|debatteert|vergadert|vergaderen|onthult"
    r"|hijst|hijsen|stemt|stemmen|demonstreert|demonstreren|neemt|nemen|eet|eten|drinkt|drinken|duurt|trapt)\b"
)
_PLANNED = re.compile(
    r"\b(?:\w{0,3}gepland|verplaatst|uitgesteld|afgelast|geannuleerd|verzet|verschoven|voorzien|vastgesteld|vastgelegd"
    r"|georganiseerd|aangekondigd|bepaald|uitgenodigd|opengesteld|opgeschort|ingelast)\b"
)
_DAYS = re.compile(rf"\b{_DAY}")
_TIMED = re.compile(
    r"\b(?:om|van|vanaf|tussen|rond|tegen|aanvang|half|kwart)\s(?:ongeveer\s|circa\s|ca\.\s)?"
    rf"(?:\d{{1,2}}\b|half\b|kwart\b|(?:{'|'.join(HOURS)})\b)|\d[.:]\d\d\b|\d\s?uur\b"
)
_NOT_BEFORE = re.compile(
    r"\b(?:op|op de|op een|een|de|elke|iedere|die|sinds|tot|tot en met|t/m|vanaf|of|en|van|dan|namens|heer|mevrouw)\s$"
    r"|['\"“‘]$"
)
_NOT_BEHIND = re.compile(
    rf"\s?(?:t/m|tot|-|–|en|of|/|&)\s?(?:en met\s)?(?:op\s)?(?:{_DAY}|(?:ma|di|wo|do|vr|za|zo)\b)|[!?\"'”]"
)
_VAGUE_FEASTS = frozenset(
    {"kerst", "kerstmis", "pasen", "pinksteren", "sinterklaas", "oud en nieuw", "hemelvaart", "halloween", "nieuwjaar",
     "oudjaar", "sint maarten", "sint-maarten", "carnaval"}
)  # fmt: skip
_FEASTS = frozenset(HOLIDAYS)
_SHORT_DAY = re.compile(r"(?:ma|di|wo|do|vr|za|zo)\.?[\s,]{1,3}\d{1,2}[-/]\d{1,2}")
_NUMBER_DAY = re.compile(r"\d{1,2}[-/]\d{1,2}$")


def day_words_in(lowered: str, today: date) -> list[Words]:
    """All words about time in a text in small letters, with what running text means by them."""
    own = [*_spelled(lowered), *islice(_each(lowered, today), SENTENCES), *islice(_over(lowered, today), SENTENCES)]
    words = words_in(lowered, today, own)
    looked = 0
    for place, word in enumerate(words):
        if isinstance(word, DayWords) and not word.sure and looked < SENTENCES:
            looked += 1
            words[place] = _believed(word, lowered, today)
    return words


def sentence_around(lowered: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence that holds this stretch begins and ends; at most 300 characters on either side."""
    begin, stop = max(start - _LONGEST, 0), min(end + _LONGEST, len(lowered))
    for mark in _ENDS.finditer(lowered, begin, start):
        if not _is_abbreviation(lowered, mark):
            begin = mark.end()
    for mark in _ENDS.finditer(lowered, end, stop):
        if not _is_abbreviation(lowered, mark):
            return begin, mark.start()
    return begin, stop


def _is_abbreviation(lowered: str, mark: re.Match[str]) -> bool:
    """Whether a full stop ends a short form or a number and not a sentence: "do. 3 dec. 2026"."""
    if mark[0] != ".":
        return False
    before = _ABBREVIATED.search(lowered, max(mark.start() - 5, 0), mark.start())
    behind = lowered[mark.end() : mark.end() + 2]
    # "Op 3 december 2026. Aanvang 20 uur": a number may end a sentence as well, and then a word follows.
    return before is not None and not (before[0].isdigit() and behind.strip()[:1].isalpha())


def is_past(sentence: str) -> bool:
    """Whether a sentence tells of what happened, and not of what was planned or put off."""
    return _PAST.search(sentence) is not None and _PLANNED.search(sentence) is None


def is_over(lowered: str, start: int, end: int) -> bool:
    """Whether the part of a sentence that holds this day tells of the past; the whole sentence where the part has no
    verb that says so. A day without its year is then not the next one of that name.
    """
    begin, stop = sentence_around(lowered, start, end)
    left = max(lowered.rfind(mark, begin, start) for mark in ",;:(") + 1
    right = min((at for mark in ",;:)" if (at := lowered.find(mark, end, stop)) >= 0), default=stop)
    clause = lowered[max(left, begin) : right]
    if is_past(clause):
        return True
    return not _PRESENT.search(clause) and not _PLANNED.search(clause) and is_past(lowered[begin:stop])


def _believed(word: DayWords, lowered: str, today: date) -> DayWords:
    said = lowered[word.start : word.end].rstrip(".")
    begin, stop = sentence_around(lowered, word.start, word.end)
    sentence = lowered[begin:stop]
    before, behind = lowered[begin : word.start], lowered[word.end : stop]
    if said in _FEASTS:
        sure = said not in _VAGUE_FEASTS and (
            before.endswith("op ") or (_timed(behind) and _PRESENT.search(behind) is not None and not is_past(sentence))
        )
    elif said == "vandaag":
        sure = _timed(behind[:60]) and not is_past(sentence)
    elif _SHORT_DAY.fullmatch(said):
        sure = _timed(behind[:20]) or not before.strip()
    elif _NUMBER_DAY.fullmatch(said):
        sure = before.endswith("op ") and re.match(r"\s(?:om|van|vanaf|tussen)\s\d", behind) is not None
    elif _DAYS.match(said):
        sure = _is_coming(word, before, behind, today)
    else:
        sure = False
    return replace(word, sure=True) if sure else word


def _is_coming(word: DayWords, before: str, behind: str, today: date) -> bool:
    """Whether a bare day of the week is the coming one. On that very day nobody knows which one is meant."""
    fixed = word.days[0].fixed
    if fixed is None or fixed.weekday() == today.weekday() or _NOT_BEFORE.search(before) or _NOT_BEHIND.match(behind):
        return False
    if is_past(before + " " + behind) or _DAYS.search(before) or _DAYS.search(behind):
        return False
    # "Zaterdag 20.00 uur: lezing" has no verb, and needs none.
    headline = not re.search(r"\w", before) and re.match(r",?\s(?:om\s|van\s)?\d{1,2}[.:]\d\d", behind) is not None
    return headline or _PRESENT.search(before + " " + behind) is not None


def _timed(text: str) -> bool:
    return _TIMED.search(text) is not None


def _spelled(lowered: str) -> Iterator[DayWords]:
    """Days in words: "op vijfentwintig november", "de vijfde december"."""
    for hit in _SPELLED.finditer(lowered):
        before = lowered[max(hit.start() - 12, 0) : hit.start()]
        # "Een mei" and "twee april" may be anything.
        if re.search(rf"\b(?:op|de|op de|{_DAY})\s$", before):
            year = int(hit["year"]) if hit["year"] else None
            yield DayWords(hit.start(), hit.end(), (Written(_NUMBERS[hit["day"]], month_of(hit["month"]), year),))


def _each(lowered: str, today: date) -> Iterator[DayWords]:
    """What comes back has its first time today or later."""
    for pattern in (_EACH, _PLURAL):
        for hit in islice(pattern.finditer(lowered), SENTENCES):
            if is_past(lowered[slice(*sentence_around(lowered, hit.start(), hit.end()))]):
                continue
            names = [hit["first"], hit["second"]] if pattern is _EACH else [hit["first"] or hit["each"]]
            since = _first_of(_IN_MONTH.match(lowered, hit.end()), today)
            days = [since + timedelta(days=(WEEKDAYS[name[:2]] - since.weekday()) % 7) for name in names if name]
            written = tuple(Written(fixed=day) for day in days)
            yield DayWords(hit.start(), hit.end(), written, part=part_of(hit["part"]), recurring=True)
    for hit in _NTH.finditer(lowered):
        day = next_nth_day(ORDINALS[hit["nth"]], WEEKDAYS[hit["first"][:2]], None, today)
        if day is not None:
            yield DayWords(hit.start(), hit.end(), (Written(fixed=day),), part=part_of(hit["part"]), recurring=True)


def _first_of(named: re.Match[str] | None, today: date) -> date:
    """From when "elke woensdag in december" counts: the first of that month, or today when nothing is said."""
    month = month_of(named["month"]) if named else today.month
    return today if month == today.month else date(today.year + (month < today.month), month, 1)


def _over(lowered: str, today: date) -> Iterator[DayWords]:
    """As in "over drie dagen begint de cursus": at the beginning of a sentence, and a verb behind it."""
    for hit in islice(_OVER_DAYS.finditer(lowered), SENTENCES):
        before = lowered[max(hit.start() - 2, 0) : hit.start()].strip(" \"'")
        behind = re.match(r",?\s(?:op\s\d|\w+)", lowered[hit.end() : hit.end() + 20])
        verb = behind is not None and (_PRESENT.search(behind[0]) or behind[0].endswith(tuple("0123456789")))
        if (not before or before in ".!?\n") and verb:
            number = int(hit["count"]) if hit["count"].isdigit() else HOURS[hit["count"]]
            ahead = timedelta(weeks=number) if hit["unit"].startswith("we") else timedelta(days=number)
            yield DayWords(hit.start(), hit.end(), (Written(fixed=today + ahead),))
