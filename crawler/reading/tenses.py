"""Whether a sentence tells of what was or of what will be, as far as its verbs show. Pure, in small letters."""

from __future__ import annotations

import re
from functools import lru_cache

_ABBREVIATED = re.compile(
    r"(?:\b(?:ma|di|wo|do|vr|za|zo|zat|vrijd|jan|febr?|mrt|apr|jun|jul|aug|sept?|okt|nov|dec|ca|nr|dr|mr|st|a\.s|o\.a|u)"
    r"|\d)$"
)
_ENDS = re.compile(r"[.!?…](?=[\s\"'”’)]|$)|\n")
_LONGEST = 200
"""Characters of a sentence that are looked at on either side: the cost of a text is bounded by it."""
_NOUNS = (
    "sprek|sloten|meent|vang|denk|zin|bied|bouw|zicht|heim|val|legen|lijk|woon|ldt|ld\\b|bruik|lden|schenk|dicht|tuig"
    "|rechts|weld|luid|not|volg|zond|makk|schied"
)
"""What stands behind "ge" in nouns and other words that look like a participle."""
_DONE = rf"(?:[a-z]{{2,5}})?ge(?!{_NOUNS})[a-z]{{2,}}(?:d|t|en)|(?:ver|be|ont|her)[a-z]{{3,}}(?:d|t)"
_HAPPENED = (
    "aangehouden|opgepakt|gearresteerd|veroordeeld|vrijgesproken|bevrijd|aangetroffen|gevonden|ontdekt|voorgeleid"
    "|vrijgelaten|overleden|ontstaan|binnengevallen|doorzocht|vertrokken|gekomen|gegaan|geboren|begonnen|verschenen"
    "|ingegaan|gevlucht|ontsnapt|mishandeld|neergestoken|gedwongen|uitgebuit|verhoord|geweest|gebleken|geworden|genomen"
    "|gebracht|gezet|gedaan|gezien|overgebracht|weggehaald|meegenomen|onderzocht|gemeld|beroofd|bedreigd|ontvoerd"
    "|gestolen|gepubliceerd|bijgewerkt|geplaatst|getroffen|gesloten verklaard|opgerold|ontmanteld|vrijgekomen"
)
"""What "is" and "zijn" tell of the past with. Other participles say how something is: "is bedoeld voor ouders"."""
_PAST = re.compile(
    r"\b(?:was|waren|werd|werden|had|hadden|bleek|bleken|ging|gingen|kwam|kwamen|deed|deden|hield|hielden|vond|vonden"
    r"|zag|zagen|stond|stonden|begon|begonnen|kreeg|kregen|zei|zeiden|nam|namen|reed|reden|wegreed|liep|liepen|sprak"
    r"|spraken|gaf|gaven|bracht|brachten|viel|vielen|trof|troffen|wist|wisten|moest|moesten|mocht|mochten|wilde|wilden"
    r"|zat|zaten|lag|lagen|riep|riepen|greep|grepen|koos|schreef|schreven|bleef|bleven|verdween|overleed|ontstond"
    r"|werkte|werkten|pakte|pakten|meldde|meldden|vertelde|legde|eiste|haalde|maakte|speelde|gebeurde|sloeg|stak"
    r"|startte|opende|kondigde|ontdekte|ontdekten|doorzocht|doorzochten|vroeg|woonde|dwong|vluchtte|ontsnapte|belde"
    r"|besloot|veroordeelde(?=\s(?:hem|haar|hen|de|een|twee|drie))|[a-z]{3,}eerden?|lees ook|eerder bericht"
    r"|(?:bekijk|kijk|lees|luister)\b[^.!?\n]{0,60}\bterug"
    rf"|(?:heb|hebt|heeft|hebben)\b[^.!?\n]{{0,90}}\b(?:{_DONE})"
    rf"|(?:is|zijn)\b[^.!?\n]{{0,90}}\b(?:{_HAPPENED})|(?:{_HAPPENED})\s(?:is|zijn|heeft|hebben))\b"
)
_CLAUSE = re.compile(r"[,;:()]|\s(?:die|dat|wie|waar\w*|nadat|omdat|toen|want|maar)(?=\s)")
"""Where a part of a sentence with a verb of its own begins or ends."""
_PLANNED = re.compile(
    r"\b(?:[a-z]{0,3}gepland|verplaatst|uitgesteld|afgelast|geannuleerd|verzet|verschoven|voorzien|vastgesteld|vastgelegd"
    r"|georganiseerd|aangekondigd|bepaald|uitgenodigd|opengesteld|opgeschort|ingelast"
    r"|(?:aangehouden|verlengd) tot)\b"
)
_WEAK = (
    "is|zijn|staat|staan|mag|mogen|kun|kunt|kunnen|kan|moet|moeten|wordt|worden|gaat|gaan|zal|zullen|eet|eten|hebben we"
)
_STRONG = (
    "begint|beginnen|start|starten|opent|openen|vindt|vinden|houdt|houden|organiseert|organiseren|geeft|geven|spreekt"
    "|spreken|draait|draaien|speelt|spelen|komt|komen|kom|loopt|lopen|dient|dienen|luidt|luiden|volgt|volgen|vertelt"
    "|vertellen|praat|praten|doet|doen|behandelt|buigt|verschijnt|verschijnen|beslist|wandelt|wandelen|vertrekt"
    "|vertrekken|leest|zingt|zingen|viert|vieren|sluit|sluiten|eindigt|bezoekt|bezoeken|debatteert|vergadert"
    "|vergaderen|onthult|hijst|hijsen|stemt|stemmen|demonstreert|demonstreren|neemt|trapt|presenteert|presenteren|bespreekt"
    "|bespreken|ontvangt|ontvangen|verzorgt|repeteert|zendt|legt|hoort|treedt|staken|staakt|vieren|opnieuw|dicht"
)
_PRESENT = re.compile(rf"\b(?:{_WEAK}|{_STRONG}|drinkt|drinken|lezen|nemen|duurt)\b")
_EVENTFUL = re.compile(rf"\b(?:{_STRONG})\b")


def sentence_around(lowered: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence that holds this stretch begins and ends; at most 200 characters on either side."""
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
    before = _ABBREVIATED.search(lowered, max(mark.start() - 6, 0), mark.start())
    behind = lowered[mark.end() : mark.end() + 2]
    # "Op 3 december 2026. Aanvang 20 uur": a number may end a sentence as well, and then a word follows.
    return before is not None and not (before[0].isdigit() and behind.strip()[:1].isalpha())


@lru_cache(maxsize=256)
def is_past(sentence: str) -> bool:
    """Whether a sentence tells of what happened, and not of what was planned or put off. Days that share a
    sentence ask for the same one.
    """
    return _PAST.search(sentence) is not None and _PLANNED.search(sentence) is None


@lru_cache(maxsize=256)
def is_present(sentence: str) -> bool:
    """Whether it has a verb of what is or will be."""
    return _PRESENT.search(sentence) is not None


def is_eventful(sentence: str) -> bool:
    """Whether it has a verb of something that takes place once, and not only of how things are."""
    return _EVENTFUL.search(sentence) is not None


def is_over(lowered: str, start: int, end: int) -> bool:
    """Whether the part of a sentence that holds this day tells of the past; the whole sentence where the part has no
    verb that says so. A day without its year is then not the next one of that name.
    """
    if lowered[max(start - 9, 0) : start].endswith(("sinds ", "sinds de ")):
        return True
    begin, stop = sentence_around(lowered, start, end)
    lefts = [mark.end() for mark in _CLAUSE.finditer(lowered, begin, start)]
    behind = _CLAUSE.search(lowered, end, stop)
    clause = lowered[max([begin, *lefts]) : behind.start() if behind else stop]
    if is_past(clause):
        return True
    return not is_present(clause) and not _PLANNED.search(clause) and is_past(lowered[begin:stop])
