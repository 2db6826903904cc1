"""Numbers and addresses that belong to one person: telephone, e-mail, burgerservicenummer, number plate.

Every pattern is bounded and begins with something rare, so the cost is linear and small whatever stands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from store.values import FlagKind

PUBLIC = frozenset({"112", "09008844", "08007000"})
"""Numbers that everybody may read: the emergency number, the police, and Meld Misdaad Anoniem."""
# No number begins inside a word or a longer number; without that, a long one would be tried at each of its digits.
DIGITS = re.compile(r"[+(\d](?<![\w@/].)(?:[ \xa0()./‐‑–-]{0,3}\d){6,24}(?![\w@])")
NO_DIGIT = re.compile(r"\D")
DATE = re.compile(r"[(]?\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d{2}|[(]?(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}")
MAIL_NAME = re.compile(r"[\w.+'-]{1,64}")
MAIL_DOMAIN = re.compile(r"@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
PLATE = re.compile(r"[A-Z\d][A-Z\d]{0,2}[-‐‑ ][A-Z\d]{1,3}[-‐‑ ][A-Z\d]{1,3}(?![\w-])")
PLATE_WORDS = ("kenteken", "nummerbord", "nummerplaat")
PLATE_AFTER = re.compile(
    r"[a-z]{4,11}(?:plaat|en)?:?[ \xa0](?:\w{1,12}[ \xa0]){0,2}?(['\"‘(]?)"
    r"([A-Za-z\d]{1,3}[- ]?[A-Za-z\d]{1,3}[- ]?[A-Za-z\d]{1,3})(?![\w-])"
)
SIDECODES = frozenset({
    "XX9999", "9999XX", "99XX99", "XX99XX", "XXXX99", "99XXXX", "99XXX9", "9XXX99",
    "XX999X", "X999XX", "XXX99X", "X99XXX", "9XX999", "999XX9", "XXX999", "999XXX",
})  # fmt: skip
"""The forms of Dutch number plates by the sidecodes of the RDW, dashes left out: X for a letter, 9 for a digit."""
BSN_WRITTEN = re.compile(r"(?:\d{9}|\d{4}\.\d{2}\.\d{3}|\d{3} \d{3} \d{3}|\d{3}-\d{3}-\d{3})$")
"""As people write it; with dots in threes it is an amount of money."""
BSN_WORD = re.compile(r"\bbsn\b|burgerservice|sofi|persoonsnummer")
OTHER_NUMBER = re.compile(
    r"(?:order|dossier|zaak|parket|kvk|factuur|klant|rekening|bestel|referentie|artikel|isbn|\bean\b|polis|btw|lidmaat|serie"
    r"|container|iban|aangifte|registratie|postbus|telefoon|vergunning)"
)
NUMBERED = re.compile(
    r"(?i:isbn|iban|kvk|btw|rsin|parket|zaak|dossier|order|factuur|klant|referentie)\w{0,10}[- ]?\w{0,10}[: ]*$"
    r"|[A-Z]{2}\d\d ?[A-Z]{4} ?$"
)
CASE = re.compile(r"\d{2}[-/.]\d{6}[-/.]\d{2}$")
"""The form of a number of the public prosecutor."""
NEAR = 40
"""How many characters before a number are searched for what it is the number of."""
BSN_LENGTH, PHONE_LENGTH, FOREIGN_LENGTHS = 9, 10, range(9, 16)
NEIGHBOURS = ("31", "32", "36", "40", "48", "49", "359")
"""Country codes that are believed behind 00 as well as behind a plus."""
SERVICE = ("0800", "0900", "0906", "0909")
SERVICE_LENGTHS = (8, 11)


MOST = 1_000
"""So many stretches of one kind are looked at in one text. Only a text that is made to keep us busy holds more: a
hundred thousand characters of ordinary news hold some 450 rows of capitals, and fewer ages and numbers."""
TOO_MANY = "hier is gestopt met zoeken: deze tekst heeft er te veel. Lees de rest zelf"
"""The reason of the last flag when a text holds more than `MOST`: what is not looked at is said, never left out."""


class Found(NamedTuple):
    """A stretch of a text with its kind and the reason in Dutch."""

    kind: FlagKind
    start: int
    end: int
    reason: str


def first_of(told: Iterable[re.Match[str]], kind: FlagKind, ends: list[Found]) -> Iterator[re.Match[str]]:
    """The first `MOST` of them. When there are more, a flag on the next one is added to `ends` that says so."""
    for number, one in enumerate(told):
        if number == MOST:
            ends.append(Found(kind, one.start(), one.end(), TOO_MANY))
            return
        yield one


def find_identifiers(whole: str, low: str) -> Iterator[Found]:
    """Telephone numbers, mail addresses, burgerservicenummers and number plates, not in order.

    `low` is the text in lower case, letter by letter.
    """
    ends: list[Found] = []
    yield from _mails(whole, ends)
    for run in first_of(DIGITS.finditer(whole), FlagKind.PHONE, ends):
        if not _inside(whole, run.start()):
            yield from _number(whole, low, run.start() + (run[0][0] == "(" and ")" not in run[0]), run.end())
    for run in first_of(PLATE.finditer(whole), FlagKind.PLATE, ends):
        if is_plate(run[0]) and not _inside(whole, run.start()) and ("-" in run[0] or _in_pairs(run[0])):
            yield Found(FlagKind.PLATE, run.start(), run.end(), "kenteken")
    for told in first_of(_behind_plate_words(whole, low), FlagKind.PLATE, ends):
        if is_plate(told[2].upper()):
            yield Found(FlagKind.PLATE, told.start(2), told.end(2), "kenteken")
    yield from ends


def _behind_plate_words(whole: str, low: str) -> Iterator[re.Match[str]]:
    for word in PLATE_WORDS:
        at = low.find(word)
        while at >= 0:
            if told := PLATE_AFTER.match(whole, at):
                yield told
            at = low.find(word, at + 1)


def _inside(whole: str, start: int) -> bool:
    """Whether what stands before a number makes it the end of something longer."""
    before = whole[max(0, start - 2) : start]
    last = before[-1:]
    return last.isalnum() or last in {"_", "@", "/"} or (last in {".", ",", "-"} and before[:1].isdigit())


def _mails(whole: str, ends: list[Found]) -> Iterator[Found]:
    for domain in first_of(MAIL_DOMAIN.finditer(whole), FlagKind.EMAIL, ends):
        at = domain.start()
        # Backwards from the sign: forwards, every character before it would be tried as the first.
        if name := MAIL_NAME.match(whole[max(0, at - 64) : at][::-1]):
            yield Found(FlagKind.EMAIL, at - name.end(), domain.end(), "e-mailadres")


def _number(whole: str, low: str, start: int, end: int) -> Iterator[Found]:
    written = whole[start:end]
    digits = NO_DIGIT.sub("", written)
    before = whole[max(0, start - NEAR) : start]
    if is_phone(written, digits, before):
        yield Found(FlagKind.PHONE, start, end, "telefoonnummer")
    elif is_bsn(digits) and written[0].isdigit() and "/" not in written:
        told = low[max(0, start - NEAR) : start]
        named = max((word.start() for word in BSN_WORD.finditer(told)), default=-1)
        other = max((word.start() for word in OTHER_NUMBER.finditer(told)), default=-1)
        bare_number = other < 0 and BSN_WRITTEN.match(written)
        if named > other or bare_number:
            yield Found(FlagKind.BSN, start, end, "negen cijfers die een burgerservicenummer kunnen zijn")


def is_phone(written: str, digits: str, before: str) -> bool:
    """Whether digits as they are written are a telephone number that is not one of the public ones.

    `before` is what stands before them, which may say that they are the number of something else.
    """
    if not _as_long_as_phones(written, digits) or digits in PUBLIC or "/" in written:
        return False
    return not (DATE.match(written) or CASE.match(written) or NUMBERED.search(before))


def _as_long_as_phones(written: str, digits: str) -> bool:
    if written.startswith("+"):
        return len(digits) in FOREIGN_LENGTHS
    if digits.startswith("00"):
        return len(digits) - 2 in FOREIGN_LENGTHS and digits[2:].startswith(NEIGHBOURS)
    if digits.startswith(SERVICE):
        return len(digits) in SERVICE_LENGTHS
    return digits.startswith("0") and len(digits) == PHONE_LENGTH


def is_bsn(digits: str) -> bool:
    """The 11-test of the burgerservicenummer: weights 9 to 2 and -1, a sum that eleven divides.

    Eight digits are read with a zero before them.
    """
    if not BSN_LENGTH - 1 <= len(digits) <= BSN_LENGTH or not digits.strip("0"):
        return False
    padded = digits.zfill(BSN_LENGTH)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, padded, strict=True)) % 11 == 0


def is_plate(written: str) -> bool:
    """Whether it has the form of a Dutch number plate, with or without dashes."""
    form = "".join("9" if sign.isdigit() else "X" for sign in written if sign.isalnum())
    groups = re.split(r"[-‐‑ ]", written)
    apart = len(groups) == 3 and all(group.isdigit() or group.isalpha() for group in groups)  # noqa: PLR2004
    return form in SIDECODES and (len(groups) == 1 or apart)


def _in_pairs(written: str) -> bool:
    """Spaces between the groups are believed only where each has two signs: "TT 01 TS"."""
    return [len(group) for group in written.split(" ")] == [2, 2, 2]
