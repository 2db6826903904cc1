"""Numbers and addresses that belong to one person: telephone, e-mail, burgerservicenummer, number plate.

Every pattern is bounded and begins with something rare, so the cost is linear and small whatever stands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from store.values import FlagKind

PUBLIC = frozenset({"112", "09008844", "08007000"})
"""Numbers that everybody may read: the emergency number, the police, and Meld Misdaad Anoniem."""
DIGITS = re.compile(r"[+(\d](?:[ \xa0()./‐‑–-]{0,3}\d){6,24}(?![\w@])")
NO_DIGIT = re.compile(r"\D")
DATE = re.compile(r"[(]?\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d{2}|[(]?(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}")
MAIL_NAME = re.compile(r"[\w.+'-]{1,64}$")
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
BSN_WORD = re.compile(r"(?i:\bbsn\b|burgerservice|sofi|persoonsnummer)")
OTHER_NUMBER = re.compile(
    r"(?i:order|dossier|zaak|parket|kvk|factuur|klant|rekening|bestel|referentie|artikel|isbn|\bean\b|polis|btw|lidmaat|serie"
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


class Found(NamedTuple):
    """A stretch of a text with its kind and the reason in Dutch."""

    kind: FlagKind
    start: int
    end: int
    reason: str


def find_identifiers(whole: str, low: str) -> Iterator[Found]:
    """Telephone numbers, mail addresses, burgerservicenummers and number plates, not in order.

    `low` is the text in lower case, letter by letter.
    """
    yield from _mails(whole)
    for run in DIGITS.finditer(whole):
        if not _inside(whole, run.start()):
            yield from _number(whole, run.start() + (run[0][0] == "(" and ")" not in run[0]), run.end())
    for run in PLATE.finditer(whole):
        if is_plate(run[0]) and not _inside(whole, run.start()) and ("-" in run[0] or _in_pairs(run[0])):
            yield Found(FlagKind.PLATE, run.start(), run.end(), "kenteken")
    for word in PLATE_WORDS:
        at = low.find(word)
        while at >= 0:
            told = PLATE_AFTER.match(whole, at)
            if told and is_plate(told[2].upper()):
                yield Found(FlagKind.PLATE, told.start(2), told.end(2), "kenteken")
            at = low.find(word, at + 1)


def _inside(whole: str, start: int) -> bool:
    """Whether what stands before a number makes it the end of something longer."""
    before = whole[max(0, start - 2) : start]
    last = before[-1:]
    return last.isalnum() or last in {"_", "@", "/"} or (last in {".", ",", "-"} and before[:1].isdigit())


def _mails(whole: str) -> Iterator[Found]:
    at = whole.find("@")
    while at >= 0:
        domain = MAIL_DOMAIN.match(whole, at)
        name = MAIL_NAME.search(whole, max(0, at - 64), at) if domain else None
        if name and domain:
            yield Found(FlagKind.EMAIL, name.start(), domain.end(), "e-mailadres")
        at = whole.find("@", domain.end() if domain else at + 1)


def _number(whole: str, start: int, end: int) -> Iterator[Found]:
    written = whole[start:end]
    digits = NO_DIGIT.sub("", written)
    before = whole[max(0, start - NEAR) : start]
    if is_phone(written, digits, before):
        yield Found(FlagKind.PHONE, start, end, "telefoonnummer")
    elif is_bsn(digits) and written[0].isdigit() and "/" not in written:
        named = max((word.start() for word in BSN_WORD.finditer(before)), default=-1)
        other = max((word.start() for word in OTHER_NUMBER.finditer(before)), default=-1)
        bare_number = other < 0 and BSN_WRITTEN.match(written)
        if named > other or bare_number:
            yield Found(FlagKind.BSN, start, end, "negen cijfers die een burgerservicenummer kunnen zijn")


def is_phone(written: str, digits: str, before: str) -> bool:
    """Whether digits as they are written are a telephone number that is not one of the public ones.

    `before` is what stands before them, which may say that they are the number of something else.
    """
    if digits in PUBLIC or "/" in written or DATE.match(written) or CASE.match(written) or NUMBERED.search(before):
        return False
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
