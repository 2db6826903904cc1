"""The words around a date that say whether it is the day of an event, and those that say when it begins and ends."""

from __future__ import annotations

import re

NOT_OF_THE_EVENT = re.compile(
    r"(?:\b(?:geplaatst|gepubliceerd|publicatie\w*|nieuwsbericht|persbericht|laatst|gewijzigd|bijgewerkt|aangemaakt"
    r"|aanmelden|aanmeld\w*|meld (?:je|u)|inschrij\w*|schrijf|opgeven|opgave|geef je op|reageren|reacties?|uiterlijk"
    r"|deadline|sluit\w*|sinds|geldt|geldig|ingang|copyright|bestelbaar|verkrijgbaar|kaartverkoop|voorverkoop"
    r"|vastgesteld|besloten|ondertekend|geboren|overleden|opgericht|verscheen|afgelopen|vorig|archief|versie"
    r"|gaat in|treedt|per|verschijn\w*|verwacht\w*|in werking|online sinds|datum bericht|datum nieuws|annuleren"
    r"|betalen)\b|©)"
    r"[^.!?\n]{0,45}$",
    re.IGNORECASE,
)
ONCE = re.compile(
    r"\b(?:oorspronkelijk\w*|aanvankelijk\w*|stond|eerder|eerst|zou|was)\b[^.!?\n]{0,60}$"
    r"|\bin plaats van\b[^.!?\n]{0,25}$",
    re.IGNORECASE,
)
"""Words before the day on which an event was to be once."""
NEWS = re.compile(
    r"\b(?:gesloten|sluit(?:en)?|dicht|afgesloten|gestremd|werkzaamheden|onderhoud|rechtbank|rechter|verdachten?"
    r"|aangehouden"
    r"|uitspraak|vonnis|ingestemd|stemt in|stemde|besloten|besluit|behandelt|behandelde|vergunning|getuigen|ongeval"
    r"|brandweer"
    r"|inbraak|overval|kwamen|bezochten|trok|vond plaats|vonden plaats|was er|waren er|hield|werd|werden|opende|begon"
    r"|gesprekken (?:zijn|vinden)|gaat in|in werking|ingangsdatum|storing|levering|bezorgd|verstuurd|ophaal\w*"
    r"|ingezameld"
    r"|bereikbaar|terugkijken|terugblik\w*)\b",
    re.IGNORECASE,
)
"""Words of sentences that tell news, and invite nobody."""
MOVED_AWAY = re.compile(r"\b(?:verplaatst|verzet|verschoven|verhuisd)\b", re.IGNORECASE)
MOVED = re.compile(
    rf"{MOVED_AWAY.pattern}|\b(?:nieuwe|gewijzigde) datum\b|\bwordt:"
    r"|\b(?:week|weken|dag|dagen|maand) (?:later|eerder)\b",
    re.IGNORECASE,
)
TO = re.compile(
    r"\bnaar\s{1,2}$|\b(?:nieuwe|gewijzigde) datum(?: (?:is|wordt|staat op))?:?\s{1,2}(?:nu\s)?$"
    r"|\bnu (?:gehouden )?op\s{1,2}$"
    r"|\bvindt nu plaats op\s{1,2}$|\bwordt(?: nu|:)\s{1,2}$"
    r"|\b(?:week|weken|dag|dagen|maand) (?:later|eerder),? (?:namelijk )?op\s{1,2}$",
    re.IGNORECASE,
)
INVITES = re.compile(
    r"\b(?:kom|welkom|nodig(?:t|en)?|uitnodig\w*|uitgenodigd|gesprek|informatie\w*|organise\w+|houden we|houdt"
    r"|vind(?:t|en) .{0,40}plaats|(?:themab|informatieb|b)ijeenkomst|doe (?:je )?mee|doe jij mee|bezoek|praat mee"
    r"|denk mee|"
    r"\w*receptie|\w*uitreiking|\w*feest|\w*concert|\w*voorstelling|\w*markt|\w*viering|\w*herdenking|\w*optocht"
    r"|rondleiding"
    r"|workshop|training|cursus|lezing|\w*avond|\w*middag|toegang|entree|aanmelden|inloop|noteer|blokkeer)\b",
    re.IGNORECASE,
)
"""Words of a sentence that asks people to come."""
BARELY_INVITES = re.compile(
    r"\b(?:is er|is het|zijn er|wordt|begint|start|starten|programma|praten|vieren|college|ochtend|houd\w*|herdenken"
    r"|zien"
    r"|te zien|open|speelt|treedt|ontvangen|staat)\b",
    re.IGNORECASE,
)
"""Words of a sentence that may tell when the event of a page is, once it is known that the page is about one."""
ALL_DAY = re.compile(r"\b(?:ge)?hele dag\b", re.IGNORECASE)
_ONE_TIME = (
    r"(?:\d{1,2}[.:]\d\d(?!\d|[.-]\d)|\d{1,2}(?=\s?(?:uur|u)\b)|half (?!jaar|uur)[a-z]{3,6}"
    r"|kwart (?:over|voor) [a-z]{3,6})(?:\s?(?:uur|u)\b)?"
)
_TIME = (
    rf"(?:tussen {_ONE_TIME} en {_ONE_TIME}|{_ONE_TIME})"
    rf"(?:\s{{0,2}}(?:-|–|tot(?: ca\.?| circa| ongeveer| uiterlijk)?)\s{{0,2}}(?:{_ONE_TIME}))?"
)
CLOCK = re.compile(rf"(?<![\d.,:€-])(?<!€\s)\b{_TIME}", re.IGNORECASE)
STARTS_AT = re.compile(
    r"\b(?:start|starten|aanvang|begin|begint|beginnen|verzamel\w*|vertrek\w*|geopend van|open van|open vanaf|duurt van"
    rf"|gaan van)\b[^.\n\d]{{0,30}}?\b({_TIME})",
    re.IGNORECASE,
)
ENDS_AT = re.compile(
    rf"\b(?=(?:om|rond|tegen|omstreeks) {_ONE_TIME},? (?:zijn we|is het|sluiten we|ronden we)(?: \w+){{0,2}}"
    r" (?:klaar|afgelopen|af)\b)"
    rf"(?:om|rond|tegen|omstreeks) ({_ONE_TIME})"
    r"|\b(?:stoppen|stopt|einde|eindigt|eindigen|eindtijd|afgelopen|klaar|duurt tot|tot)\b"
    rf"[^.\n\d]{{0,20}}?\b({_TIME})",
    re.IGNORECASE,
)
OTHER_TIMES = re.compile(
    r"\b(?:telefon\w+|bereikbaar|bel|kassa\w*|bestel\w*|openingstijden|inloop|deuren|zaal open|ontvangst|koffie"
    r"|uiterlijk|reageren"
    r"|aanmelden|programma|pauze|lunch|(?:maan|dins|woens|donder|vrij|zater|zon)dag(?:en)?)\b",
    re.IGNORECASE,
)
"""Words that make a time in their line another time than that at which the event begins."""
YEAR = re.compile(r"(?:19|20)\d\d|'\d\d|\d[-/.]\d\d?[-/.]\d\d\b")
"""A year in the words of a date."""
