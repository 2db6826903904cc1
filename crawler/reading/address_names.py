"""Names of people in addresses: `/jan-de-vries-opgepakt`, `?q=anna%20bakker`, `piet_jansen.html`.

An address has no capitals, so the words around a name have to be known. What is not surely a name is left alone: nearly
every address has words in it, and an editor who is asked about all of them stops reading the questions.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from crawler.reading.gazetteer import TABLES, gazetteer
from crawler.reading.likeness_words import parts_of
from crawler.reading.name_words import bare, is_given, is_role, name_words
from crawler.reading.victim_words import PLACES
from crawler.reading.victims import role_of
from store.values import FlagKind

LONGEST = 4_000
"""Characters of an address that are looked at; browsers and servers take no longer ones."""
ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
WORD = re.compile(r"[^\W_]+")
HOST = re.compile(r"\w{1,12}://[^/?#]*")
MINOR = re.compile(
    r"(?<![a-z\d])(?:(?:[1-9]|1[0-7])[-_+ ]?jarige?[a-z]{0,2}"
    r"|(?:meisje|jongen|kind|zoon|dochter|scholiere?)[-_+ ](?:van[-_+ ])?(?:[1-9]|1[0-7])"
    r"|minderjarige?[a-z]?|tienermeisje|tienerjongen)(?![a-z\d])"
)
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
LEAST, MOST_GIVEN = 3, 3
MOST_NAMES, MOST_TIMES = 1_000, 20
"""So many names of the words are looked for in one address, and in so many of its places."""
FAINT = ("de", "van", "la", "le", "te", "y", "d")
"""Particles that stand before ordinary words as well: "carlos-de-enige"."""


@dataclass(frozen=True, slots=True)
class AddressWords:
    """See `tables/addresses.toml`."""

    ambiguous: frozenset[str]
    surnames: frozenset[str]
    before: frozenset[str]
    times: frozenset[str]
    doubled: frozenset[str]
    surname_ends: tuple[str, ...]


@cache
def address_words() -> AddressWords:
    """The lists, read at the first call and kept."""
    raw = tomllib.loads((TABLES / "addresses.toml").read_text(encoding="utf-8"))
    ends = tuple(str(raw.pop("surname_ends")).split())
    return AddressWords(**{name: frozenset(str(words).split()) for name, words in raw.items()}, surname_ends=ends)


@cache
def common_words() -> frozenset[str]:
    """Ordinary words in lower case, read at the first call and kept."""
    return frozenset((TABLES / "compounds.txt").read_text(encoding="utf-8").split())


class InAddress(NamedTuple):
    """A stretch of the address as it is written. `words` is what it says, `sure` that a name of the text is there."""

    kind: FlagKind
    start: int
    end: int
    words: str
    sure: bool


class Piece(NamedTuple):
    """One word of an address, folded, and where it stands in the address as it is written."""

    key: str
    start: int
    end: int
    glued: bool


def find_in_address(address: str, names: Sequence[tuple[FlagKind, str]]) -> list[InAddress]:
    """Full names, minors and mail addresses in a URL, a guid or a slug, in order.

    `names` are the names that stand in the words beside it, full or shortened: those are looked for first, since an
    address often keeps what the words have left out. Only the first 4,000 characters are read.
    """
    said, places = _unescaped(address[:LONGEST])
    host = HOST.match(said)
    begin = host.end() if host else 0
    pieces = [
        Piece(bare(word[0]), word.start(), word.end(), word.end() < len(said) and said[word.end()] not in "/?#&=")
        for word in WORD.finditer(said, begin)
    ]
    found = [*_known(pieces, names), *_unknown(pieces)]
    low = said.lower()
    found += [InAddress(FlagKind.MINOR, *told.span(), told[0], sure=False) for told in MINOR.finditer(low, begin)]
    found += [InAddress(FlagKind.EMAIL, *told.span(), told[0], sure=True) for told in MAIL.finditer(said, begin)]
    return [
        one._replace(start=places[one.start], end=places[one.end], words=said[one.start : one.end])
        for one in _apart(found)
    ]


def _unescaped(address: str) -> tuple[str, list[int]]:
    """The address with %20 and the like written out, and for each character (and the end) where it stood."""
    said: list[str] = []
    places: list[int] = []
    at = 0
    for told in ESCAPED.finditer(address):
        said += address[at : told.start()]
        places += range(at, told.start())
        text = bytes.fromhex(told[0].replace("%", "")).decode("utf-8", "replace")
        said += text
        places += [told.start()] * len(text)
        at = told.end()
    said += address[at:]
    places += range(at, len(address) + 1)
    return "".join(said), places


def _known(pieces: list[Piece], names: Sequence[tuple[FlagKind, str]]) -> Iterator[InAddress]:
    """Names of the words beside the address: in full, and a full name where the words have shortened it."""
    places: dict[str, list[int]] = {}
    for at, piece in enumerate(pieces):
        places.setdefault(piece.key, []).append(at)
    keys = [piece.key for piece in pieces]
    for kind, name in names[:MOST_NAMES]:
        parts = [bare(part) for part in WORD.findall(name)]
        if len(parts) < 2 or (kind is FlagKind.SHORT_NAME and len(parts[0]) < LEAST):  # noqa: PLR2004
            continue
        for at in places.get(parts[0], ())[:MOST_TIMES]:
            row = keys[at : at + len(parts)]
            if len(row) < len(parts) or row[:-1] != parts[:-1]:
                continue
            if row[-1] == parts[-1] if kind is FlagKind.PERSON else _completes(row[-1], parts[-1]):
                yield _row(pieces, at, at + len(parts), sure=True)


def _completes(word: str, initial: str) -> bool:
    """Whether a word can be the surname of which only the initial is told: no verb and no ordinary word."""
    return word.startswith(initial) and _is_surname(word, "")


def _unknown(pieces: list[Piece]) -> Iterator[InAddress]:
    """A first name, perhaps more of them, particles, and a word that is no ordinary one."""
    at = 0
    while at < len(pieces) - 1:
        end = _name_end(pieces, at)
        if end:
            yield _row(pieces, at, end, sure=False)
        at = end or at + 1


def _name_end(pieces: list[Piece], at: int) -> int:
    """Where the name ends that begins at this word, 0 when none does."""
    first, own = pieces[at], address_words()
    if len(first.key) < LEAST or first.key in own.ambiguous or not is_given(first.key) or not first.glued:
        return 0
    if at and pieces[at - 1].glued and pieces[at - 1].key in own.before:
        return 0
    behind = at + 1
    while (
        behind < len(pieces) - 1 and pieces[behind].glued and is_given(pieces[behind].key) and behind < at + MOST_GIVEN
    ):
        behind += 1
    last = behind
    while (
        last < len(pieces) - 1
        and pieces[last].glued
        and pieces[last].key in name_words().particles
        and last < behind + 3
    ):
        last += 1
    if _is_surname(pieces[last].key, "-".join(piece.key for piece in pieces[behind:last])):
        return last + 1
    # "mohammed-hassan": a second first name may be the surname, but not that of "jan-willem".
    second = pieces[behind - 1].key
    return behind if behind > at + 1 and second not in own.doubled and second not in own.ambiguous else 0


def _is_surname(word: str, led: str) -> bool:
    """Whether a word can be a surname. `led` is what stands before it behind the first name: "van-der", "de", or ""."""
    words, own = name_words(), address_words()
    if len(word) < LEAST or not word.isalpha() or word.endswith(words.sure_ends) or word in own.times:
        return False
    if word in own.surnames:
        return True
    known = word in words.plain or word in words.things or is_role(word) or bool(role_of(word) & ~PLACES)
    if known or (led and not led.endswith(FAINT)):
        return not known
    if len(word) <= LEAST or word in common_words():
        return False
    return bool(led) or (word not in gazetteer().names and (word.endswith(own.surname_ends) or not parts_of(word)))


def _row(pieces: list[Piece], start: int, end: int, *, sure: bool) -> InAddress:
    return InAddress(FlagKind.PERSON, pieces[start].start, pieces[end - 1].end, "", sure)


def _apart(found: list[InAddress]) -> list[InAddress]:
    """Without overlap: what is sure stays, then what comes first."""
    kept: list[InAddress] = []
    for one in sorted(found, key=lambda told: (not told.sure, told.start, -told.end)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda told: told.start)
