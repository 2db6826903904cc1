"""What makes a source's change worth judging again: title, names, places, ages, dates, numbers, the outcome of a case.

Everything else (a typing mistake, a sentence moved, another word for the same) is written down and waits for nobody,
unless so much is different that it is another text. What is public stays the approved text either way. When in doubt,
a change is weighty. Pure functions (PEERS 3.12).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from store.revisions import RevisionText
from store.rules import INTERNAL_TEXT_LIMIT
from store.values import EventFacts, FlagKind

SMALL = "Kleine wijziging van de bron. Die hoeft niet opnieuw beoordeeld te worden."
"""The note of a text that was written down and waits for nobody."""

TITLE = "de titel is anders"
KIND = "er is nu een bijeenkomst bij, of niet meer"
NAME = "er staat een andere naam of plaats"
AGE = "er staat een andere leeftijd"
NUMBER = "er staat een andere datum of een ander getal"
OUTCOME = "er staat iets anders over de zaak of de afloop"
NOT = "er staat nu wel of juist geen “niet” of “geen”"
REWRITTEN = "de tekst is voor meer dan de helft anders"
LINK = "de link gaat naar een andere site"
EVENT = {
    "starts_at": "de bijeenkomst begint op een ander moment",
    "ends_at": "de bijeenkomst eindigt op een ander moment",
    "all_day": "de bijeenkomst duurt wel of niet meer de hele dag",
    "place": "de bijeenkomst is op een andere plaats",
    "status": "de bijeenkomst gaat wel of niet meer door",
    "signup_url": "de link om je aan te melden is anders",
    "organiser": "een andere organisatie houdt de bijeenkomst",
}

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;\n\"“”„'‘]\s*$")
_AGE = re.compile(r"\b(\d{1,3}|[a-zë]{3,18})[- ]?(?:jarige?n?|jaar oud)\b|\((\d{1,2})\)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:[.,:/-]\d+)*")
_COUNTED = """
twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien
twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend miljoen tientallen honderden beide
tweede derde vierde vijfde
januari februari maart april mei juni juli augustus september oktober november december
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
vandaag gisteren eergisteren morgen overmorgen vanochtend vanmiddag vanavond vannacht gisteravond
"""
"""Words that count or name a day. Not "een", which is an article too."""
_COUNTS = frozenset(_COUNTED.split())
_OUTCOMES = re.compile(
    r"veroordeel|vrijgesproken|vrijspraak|vrijspreek|straf|\bcel(?:len)?\b|\btbs\b|gevangen|schuldig|\beis|vonnis"
    r"|uitspraak|\bberoep\b|cassatie|seponeer|ontvankelijk|aangehouden|aanhouding|opgepakt|gearresteerd|arrestatie"
    r"|vrijgelaten|vrijlating|\bvrij\b|voorarrest|vervolg(?!ens)|aangeklaagd|aanklacht|verdacht|verdenk|dagvaard"
    r"|levenslang|detentie|zitting|rechtszaak|\bproces\b|boete|schadevergoeding|ontnem|\bbekent\b|\bbekende\b"
    r"|ontken|aangifte|overleden|\bdood\b|bevrijd",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:niet|geen|nooit|niemand|zonder|noch|onterecht|ten onrechte)\b", re.IGNORECASE)
_MOST = 0.5
_TAIL = 60
"""So many characters at the end of a cut text say where the same words stand in the other one."""
_NAMED = frozenset({FlagKind.PERSON, FlagKind.SHORT_NAME})


def weighty(old: RevisionText, new: RevisionText) -> tuple[str, ...]:
    """Why a change must be judged again, as Dutch phrases; empty when it is a small one."""
    old, new = _to_the_same_end(old, new)
    before, after = _body(old), _body(new)
    ages = _ages(before), _ages(after)
    found = [
        TITLE if _plain(old.title) != _plain(new.title) else "",
        KIND if old.kind is not new.kind or (old.event is None) is not (new.event is None) else "",
        NAME if _names(old) != _names(new) or _places(old) != _places(new) else "",
        AGE if ages[0] != ages[1] else "",
        NUMBER if ages[0] == ages[1] and _numbers(before) != _numbers(after) else "",
        OUTCOME if _outcomes(before) != _outcomes(after) or _stage(old) != _stage(new) else "",
        NOT if len(_NOT.findall(before)) != len(_NOT.findall(after)) else "",
        REWRITTEN if _shared(before, after) < _MOST else "",
        LINK if _host(old.url) != _host(new.url) else "",
        *_event(old.event, new.event),
    ]
    return tuple(reason for reason in found if reason)


def _to_the_same_end(old: RevisionText, new: RevisionText) -> tuple[RevisionText, RevisionText]:
    """Without the words that only fell off, or came in, at the end of a text that is kept up to a length."""
    if max(len(old.text), len(new.text)) < INTERNAL_TEXT_LIMIT:
        return old, new
    for end, other in ((new.text[-_TAIL:], old.text), (old.text[-_TAIL:], new.text)):
        at = other.rfind(end)
        if at > 0:
            cut = other[: at + _TAIL]
            return (replace(old, text=cut), new) if other is old.text else (old, replace(new, text=cut))
    return old, new


def _body(text: RevisionText) -> str:
    return f"{text.excerpt}\n{text.text}"


def _shared(one: str, other: str) -> float:
    """Which share of the words of the longer text stands in both."""
    mine, theirs = Counter(_words(one)), Counter(_words(other))
    longest = max(mine.total(), theirs.total())
    return (mine & theirs).total() / longest if longest else 1.0


def _plain(text: str) -> str:
    """Without what a change of hand leaves behind: spaces, kinds of quotes and dashes."""
    return " ".join(re.sub(r"[‘’“”„\"'`]", "'", re.sub(r"[‐‑–—]", "-", text)).split())


def _names(text: RevisionText) -> set[str]:
    """Words with a capital that do not only begin a sentence, and whatever was read as a name."""
    flagged = {word for flag in text.flags if flag.kind in _NAMED for word in _words(flag.text)}
    found: set[str] = set()
    body = _body(text)
    for hit in _WORD.finditer(body):
        word = hit[0]
        if word[0].isupper() and (not _begins(body, hit.start()) or word.casefold() in flagged):
            found.add(word.casefold())
    in_body = {word.casefold() for word in _WORD.findall(body)}
    return found | (flagged & in_body)


def _begins(text: str, at: int) -> bool:
    before = text[max(0, at - 4) : at]
    return at == 0 or not before.strip() or _SENTENCE_END.search(before) is not None


def _words(text: str) -> Iterable[str]:
    return (word.casefold() for word in _WORD.findall(text))


def _places(text: RevisionText) -> set[tuple[str, str | None, str | None]]:
    return {(region.province, region.municipality, region.place) for region in text.regions}


def _ages(text: str) -> Counter[str]:
    return Counter((first or second).casefold() for first, second in _AGE.findall(text))


def _numbers(text: str) -> set[str]:
    return {*_DIGITS.findall(text), *(word for word in _words(text) if word in _COUNTS)}


def _outcomes(text: str) -> set[str]:
    return {found.casefold() for found in _OUTCOMES.findall(text)}


def _stage(text: RevisionText) -> str:
    return str(text.news_kind or "")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return url


def _event(old: EventFacts | None, new: EventFacts | None) -> list[str]:
    if old is None or new is None:
        return []
    return [words for name, words in EVENT.items() if getattr(old, name) != getattr(new, name)]
