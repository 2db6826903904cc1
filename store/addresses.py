"""The normal form of an e-mail address: the one spelling that is stored, compared and mailed to (TRUST U2, E3).

The part before the @ is plain ASCII, the domain is in A-labels (IDNA 2008), all in lower case. Whoever types another
spelling of the same address gets the same row, and mail goes to the normal form, never to what was typed.
"""

from __future__ import annotations

import re
import unicodedata

import idna

from store.errors import NotAllowedError

ADDRESS_LIMIT = 254
LOCAL_LIMIT = 64
DOMAIN_LIMIT = 253

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*", re.ASCII)
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+{_LABEL}", re.ASCII)

EMPTY = "Vul je e-mailadres in."
NOT_AN_ADDRESS = "Dit lijkt geen e-mailadres. Kijk of je het goed hebt getypt."
OTHER_LETTERS = "Voor het apenstaartje (@) kunnen we alleen gewone letters en cijfers aan. Gebruik een ander adres."


def normal_form(text: str) -> str:
    """The address in its normal form. Raises NotAllowedError with a Dutch sentence when it cannot be one.

    RFC 5321 section 4.5.3.1 sets the lengths. Quoted local parts and address literals are refused: no person has one.
    """
    typed = text.strip()
    if not typed:
        raise NotAllowedError(EMPTY)
    local, at, domain = typed.rpartition("@")
    if not at or not local or len(typed) > ADDRESS_LIMIT:
        raise NotAllowedError(NOT_AN_ADDRESS)
    if not local.isascii():
        raise NotAllowedError(OTHER_LETTERS)
    local, domain = local.lower(), _domain(domain)
    address = f"{local}@{domain}"
    if len(local) > LOCAL_LIMIT or len(address) > ADDRESS_LIMIT or not _LOCAL.fullmatch(local):
        raise NotAllowedError(NOT_AN_ADDRESS)
    return address


def normal_address(text: str) -> str | None:
    """The same, None when it is no address."""
    try:
        return normal_form(text)
    except NotAllowedError:
        return None


def _domain(domain: str) -> str:
    """The domain in A-labels. Letters that only look like ASCII (full-width, Kelvin sign) are refused, not mapped."""
    if domain.isascii():
        name = domain.lower()
    elif any(_disguised(letter) for letter in domain):
        raise NotAllowedError(NOT_AN_ADDRESS)
    else:
        try:
            # Without the mapping of UTS 46, which lets invisible letters vanish.
            name = idna.encode(unicodedata.normalize("NFC", domain.lower()), strict=True).decode("ascii")
        except idna.IDNAError:
            raise NotAllowedError(NOT_AN_ADDRESS) from None
    top = name.rpartition(".")[2]
    if len(name) > DOMAIN_LIMIT or not _DOMAIN.fullmatch(name) or top.isdigit():
        raise NotAllowedError(NOT_AN_ADDRESS)
    return name


def _disguised(letter: str) -> bool:
    return not letter.isascii() and unicodedata.normalize("NFKC", letter).isascii()
