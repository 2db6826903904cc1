"""Passwords: which we refuse, and their hashes (argon2id, TRUST.md 4.3).

Hashing takes a tenth of a second and 64 MiB, so it never happens inside a transaction, and at most four at a time.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from store.errors import NotAllowedError, UnavailableError

SHORTEST, LONGEST = 15, 256
"""NIST SP 800-63B-4 asks fifteen characters of a password that stands alone. No rule says which characters."""

AT_ONCE = 4
PATIENCE_SECONDS = 5.0
OWN_PART_AT_LEAST = 6


def _words(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


COMMON = frozenset(_words(Path(__file__).with_name("common_passwords.txt")))
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_ROOM = threading.BoundedSemaphore(AT_ONCE)


class BusyError(UnavailableError):
    """Too many passwords are being checked at once (HTTP 503)."""


def must_be_fit(password: str, address: str) -> None:
    """Refuse, with a Dutch sentence (NotAllowedError), a password that is too short, too long or easily guessed.

    The password is taken exactly as typed: no normal form, no trimming (ASVS 6.2.8).
    """
    if len(password) < SHORTEST:
        raise NotAllowedError(f"Je wachtwoord is te kort. Neem minstens {SHORTEST} tekens, bijvoorbeeld vier woorden.")
    if len(password) > LONGEST:
        raise NotAllowedError(f"Je wachtwoord is te lang. Neem hoogstens {LONGEST} tekens.")
    if "\x00" in password or any("\ud800" <= character <= "\udfff" for character in password):
        raise NotAllowedError("In je wachtwoord staat een teken dat niet kan. Typ het opnieuw.")
    if len(set(password)) < OWN_PART_AT_LEAST or len(_own_part(password, address)) < OWN_PART_AT_LEAST:
        raise NotAllowedError("Dit wachtwoord is te makkelijk te raden. Neem vier woorden die niets met elkaar doen.")


def _own_part(password: str, address: str) -> str:
    """What is left of a password without the words that everybody tries and without the owner's own address."""
    text = re.sub(r"[\s._-]+", "", password.casefold())
    own = {part for part in re.split(r"[\W_]+", address.casefold()) if len(part) > 2}  # noqa: PLR2004
    for word in sorted(COMMON | own, key=len, reverse=True):
        text = text.replace(word, "")
    text = re.sub(r"(19|20)\d\d", "", text)
    # A word repeated says no more than the word once.
    return re.sub(r"(.+?)\1+", r"\1", text)


@contextmanager
def _room() -> Iterator[None]:
    if not _ROOM.acquire(timeout=PATIENCE_SECONDS):
        raise BusyError("Too many passwords are being checked at once; try again in a moment.")
    try:
        yield
    finally:
        _ROOM.release()


def hashed(password: str) -> str:
    """The argon2id hash to keep. Raises BusyError when four others are being made and none ends in time."""
    with _room():
        return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. None (an unknown address) costs the same work and never fits. Raises BusyError."""
    # Made for everybody, so that the first unknown address after a start takes no longer than a known one.
    nobodys = _nobodys_hash()
    known = password_hash or nobodys
    if len(password) > LONGEST:
        return False
    with _room():
        try:
            fits = _HASHER.verify(known, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
    return fits and password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))
