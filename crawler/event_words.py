"""What Dutch words say about an event: that it is called off, put off, or has changed.

A word counts only where it speaks of the event itself. "Kosteloos annuleren kan tot een dag van tevoren", "bij uitval",
"gaat niet door de wijk" and "het eerder afgelaste diner gaat toch door" say nothing of the kind.
"""

from __future__ import annotations

import re

from store.values import EventStatus

_LIMIT = 4000
"""Characters of a text that are looked at; such news stands at its beginning."""
_TITLE_LIMIT = 300

_TO_A_SEASON = r" naar (?:het|de) (?:voorjaar|najaar|zomer|herfst|winter|lente|nieuwe)\b"
_CANCELLED = (
    r"\bafgelast(?:e)?\b",
    r"\bafgezegd(?:e)?\b",
    r"\b(?:moet|moeten|helaas|genoodzaakt)\b(?: [\w-]+){0,6} (?:te )?(?:annuleren|afzeggen|afgelasten)\b",
    r"\bge(?:annuleerd|canceld|cancelled)(?:e)?\b",
    r"\bcancelled\b|\bcanceled\b",
    r"\bgeannuleerd\b",
    r"\bgaa[tn] (?:\w+ ){0,4}?niet (?:meer )?door\b(?! (?:de|het|een|onze|jouw|uw|deze|dit|naar)\b)",
    r"\bvind(?:t|en) (?:\w+ ){0,3}?(?:geen doorgang|niet plaats)\b",
    r"\bgeen doorgang\b|\bka(?:n|nnen)\b (?:[\w.]+ ){0,8}?niet doorgaan\b",
    r"\b(?:komt|komen) (?:\w+ ){0,3}?te vervallen\b|\bis vervallen\b|\bvervallen:|^vervallen\b",
    (
        r"\b(?:activiteit|avond|bijeenkomst|cursus|dag|evenement|inloop|les|lezing|middag|ochtend|spreekuur|training"
        r"|voorstelling|workshop)(?: \w+){0,4} vervalt\b|^vervalt\b|\bvervalt[!:]|\(vervalt\)"
    ),
)
_POSTPONED = (
    r"\buitgesteld(?:e)?\b",
    r"\bopgeschort\b",
    r"\bpostponed\b",
    r"\b(?:verzet|verschoven|doorgeschoven|verplaatst) naar (?:een )?(?:later|nader|nog|onbekend|volgend)\w*\b",
    rf"\b(?:verzet|verschoven|doorgeschoven|verplaatst)\b{_TO_A_SEASON}",
    r"\bnieuwe datum (?:volgt|wordt|nog|is nog|onbekend)",
    r"\bop een later moment\b(?= (?:gehouden|plaats|georganiseerd|ingehaald))",
)
_CHANGED = (
    (
        r"\b(?:verplaatst|verzet|verschoven)\b(?! naar (?:een )?(?:later|nader|nog|onbekend|volgend))"
        rf"(?!{_TO_A_SEASON})"
    ),
    (
        r"(?<!onze )(?<!hun )(?<!een )(?<!de )\b(?:gewijzigde?|nieuwe|andere|aangepaste)"
        r" (?:datum|data|tijd|tijdstip|locatie|aanvangstijd|zaal)\b(?! (?:volgt|wordt|nog|is nog|onbekend))"
    ),
    r"\b(?:datum|\w*tijd|tijdstip|locatie|plaats|zaal) (?:is |zijn )?(?:gewijzigd|veranderd|aangepast|verplaatst)\b",
    r"\b(?:locatie|datum|tijd)wijziging\b|\bwijziging (?:van )?(?:datum|locatie|tijd)\b",
    r"^gewijzigd\b|\(gewijzigd\)|\bgewijzigd:|^wijziging[:!]",
    r"\b(?:is|zijn) (?:een|twee) (?:week|weken|dag|dagen|uur|maand) (?:later|eerder)\b",
    r"\brescheduled\b|\bnieuwe datum(?: is| wordt)?:? (?:is )?(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag )?\d",
)
_ANY = re.compile(
    r"afge(?:last|zegd)|annule|cancel|doorgang|niet|verv(?:alt|allen)|uitgesteld|opgeschort|postponed|verz|versch"
    r"|doorgesch|verplaatst|nieuwe|gewijzigd|wijziging|andere|aangepast|veranderd|later|resched"
)
"""What every pattern has in it. Most texts have none, and are done."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|\s[–—|-]\s")
_AGAIN_ON = re.compile(
    r"\b(?:toch|alsnog) (?:\w+ ){0,2}door\b|\bdoor(?:gaa[tn]|gang)? (?:toch|alsnog)\b|\btoch doorgaa[tn]\b"
)
"""What makes everything else that is said about calling off untrue."""
_STILL_ON = re.compile(
    r"\b(?:gaa[tn]|ging) (?:\w+ ){0,4}?(?:toch|gewoon|wel|alsnog|zeker) (?:\w+ )?door\b"
    r"|\btoch (?:gewoon )?doorgaa[tn]\b|\b(?:toch|wel) door!?$"
)
_NOT_THIS = re.compile(
    r"\b(?:als|indien|wanneer|mocht|zodra|tenzij|ingeval|eventuele?"
    r"|bij (?:te weinig|onvoldoende|slecht|regen|storm|uitval"
    r"|annulering|minder)|kunnen worden|kan worden|zou(?:den)?|vorig(?:e)? (?:jaar|keer)|eerdere|eerder|destijds"
    r"|kosteloos|gratis annuleren|annuleringsvoorwaarden|niet (?:afgelast|geannuleerd|uitgesteld|verplaatst|gewijzigd)"
    r"|nooit (?:afgelast|geannuleerd|uitgesteld)|kunt|kun je|mag je|mag u|uw (?:inschrijving|aanmelding|reservering)"
    r"|je (?:inschrijving|aanmelding|reservering|afspraak))\b"
)


def status_of(title: str, text: str) -> EventStatus | None:
    """What the words say, or None when they say nothing of the kind. Called off weighs more than put off or changed.

    A title is about its event; in a text only a sentence counts that is not about conditions or about the past.
    """
    found = _said(_folded(title[:_TITLE_LIMIT]))
    if found is not None:
        return found
    folded = _folded(text[:_LIMIT])
    if not _ANY.search(folded):
        return None
    if _AGAIN_ON.search(folded):
        return None
    told = [_said(sentence) for sentence in _SENTENCE.split(folded)]
    return next((status for status in _WEIGHT if status in told), None)


def _said(sentence: str) -> EventStatus | None:
    sentence = sentence.strip(" *-•\t")
    if not _ANY.search(sentence) or _NOT_THIS.search(sentence) or _STILL_ON.search(sentence):
        return None
    return next((status for status in _WEIGHT if _PATTERNS[status].search(sentence)), None)


def _folded(text: str) -> str:
    return text.lower().replace("’", "'").replace("\u00a0", " ")


_WEIGHT = (EventStatus.CANCELLED, EventStatus.POSTPONED, EventStatus.CHANGED)
_PATTERNS = {
    EventStatus.CANCELLED: re.compile("|".join(_CANCELLED)),
    EventStatus.POSTPONED: re.compile("|".join(_POSTPONED)),
    EventStatus.CHANGED: re.compile("|".join(_CHANGED)),
}
