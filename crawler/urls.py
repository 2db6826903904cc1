"""Addresses from outside: which may be followed, and how one is written so that it is always written the same."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

import idna

URL_LIMIT = 2000
_UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\\\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_PLACE = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\[\]:@]+)(?::[0-9]{0,5})?")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,253}")
_NUMBER_LAST = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$")
_BAD_HOST = "in het adres staat geen goede servernaam"
_TRACKING = re.compile(
    r"^(?:utm_.+|fbclid|gclid|gclsrc|dclid|msclkid|mc_cid|mc_eid|igshid|yclid|wt_mc|at_medium|at_campaign|_hs\w+)$",
    re.IGNORECASE,
)


class UrlRefusedError(Exception):
    """An address that is never fetched, whatever stands behind it. The message is half a Dutch sentence."""


def checked(url: str) -> str:
    """The address itself, when it may be fetched.

    Raises UrlRefusedError for anything but plain http and https, for user names and for whatever browsers and Python
    read differently (a backslash is a slash to one of them, 0x7f.1 is an address to one of them): TRUST 2.1, S5, S7
    and S12. tests/crawler/test_url_readers.py compares the two.
    """
    if len(url) > URL_LIMIT:
        raise UrlRefusedError("het adres is te lang")
    if _UNFIT.search(url):
        raise UrlRefusedError("in het adres staat een teken dat er niet mag staan")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise UrlRefusedError("het adres klopt niet") from None
    if parts.scheme not in {"http", "https"}:
        raise UrlRefusedError("het adres begint niet met http:// of https://")
    if parts.username is not None or parts.password is not None:
        raise UrlRefusedError("in het adres staat een gebruikersnaam of wachtwoord")
    if not host or port == 0 or not _PLACE.fullmatch(parts.netloc):
        raise UrlRefusedError(_BAD_HOST)
    ascii_host(host)
    return url


_LOGIN = re.compile(
    r"(?:^|[/._-])(?:log-?in|sign-?in|log-?on|inloggen|aanmelden|auth|oauth2?|saml2?|sso|wp-login|account)(?:$|[/._-])",
    re.IGNORECASE,
)


def is_login(url: str) -> bool:
    """Whether an address looks like the door of a site and not like its news. A guess, by its path and its name."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(_LOGIN.search(parts.path) or _LOGIN.search(parts.hostname or ""))


_DOOR = re.compile(
    r"(?:^|[/.])(?:log-?in|sign-?in|inloggen|auth|oauth2?|saml2?|sso|wp-login|account|consent|cookie-?(?:wall|consent|muur)"
    r"|myprivacy|privacy-?gate)(?:$|[/.])",
    re.IGNORECASE,
)
_SECTION = re.compile(r"[^/\d]{0,20}")


def led_away(asked: str, got: str) -> bool:
    """Whether a redirect led from one page to where its site sends whoever asks for what it does not show.

    That is a login, a question about cookies, the front page, or a section above the page that was asked for. A guess.
    """
    before, after = urlsplit(asked), urlsplit(got)
    if _DOOR.search(after.netloc + after.path) and not _DOOR.search(before.netloc + before.path):
        return True
    above = after.path.rstrip("/")
    inside = len(before.path) > len(above) + 1 and before.path.startswith(f"{above}/")
    return inside and not after.query and _SECTION.fullmatch(above.rpartition("/")[2]) is not None


def ascii_host(host: str) -> str:
    """The name as it goes over the wire, or an address in its usual spelling, without brackets.

    Raises UrlRefusedError when it cannot be a name or an address, or when the two standards for names in other
    letters (IDNA 2003, which Python and Scrapy follow, and UTS 46, which browsers do) do not make the same of it.
    """
    try:
        if ":" in host:
            return str(IPv6Address(host))
        name = host.lower() if host.isascii() else host.encode("idna").decode()
        if name != host.lower() or "xn--" in name:
            same = idna.encode(host, uts46=True).decode() == name and idna.encode(idna.decode(name)).decode() == name
        else:
            same = True
        if _NUMBER_LAST.search(name):
            # Browsers take it for an address, in octal and hexadecimal too.
            same = same and str(IPv4Address(name)) == name
    except ValueError:
        raise UrlRefusedError(_BAD_HOST) from None
    if not same or not _NAME.fullmatch(name):
        raise UrlRefusedError(_BAD_HOST)
    return name


def canonical(url: str, base: str = "") -> str:
    """One way of writing an address that a reader can open, or "" when it is not one.

    Relative addresses are read against `base`. Host in lower case, no default port, no fragment, and without the
    parameters that only follow people around. Spaces and letters outside ASCII are escaped, as browsers do.
    """
    url = url.strip().replace(" ", "%20")
    if not url:
        return ""
    try:
        url = checked(urljoin(base, url) if base else url)
        parts = urlsplit(url)
        host = ascii_host(parts.hostname or "")
    except (UrlRefusedError, ValueError):
        return ""
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    place = host if parts.port in {None, default} else f"{host}:{parts.port}"
    return urlunsplit((parts.scheme, place, _escaped(parts.path or "/"), _escaped(_without_tracking(parts.query)), ""))


def _escaped(part: str) -> str:
    return quote(part, safe="!$%&'()*+,/:;=?@[]~|")


def _without_tracking(query: str) -> str:
    """Untouched when there is nothing to take out: rewriting a query can change what a server reads in it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.match(name)]
    return query if len(kept) == len(pairs) else urlencode(kept)
