"""What the people and things of a town are called: `Tilburgse`, `Tilburger`, `Eindhovenaar`, `Arnhemmers`.

Dutch has rules for it and each town its own habit, so several forms are made for one town. Whether a form is also
another word is for the caller to know.
"""

from __future__ import annotations

from collections.abc import Iterator

VOWELS = "aeiou"
DOUBLED = ("dam", "um", "em", "om")
"""Amsterdam gives Amsterdammer, Bussum Bussummer, Arnhem Arnhemmer."""


def adjective(town: str) -> str:
    """The usual form of "the council of this town". `town` is a folded name of one word."""
    if town.endswith("lle"):
        return town[:-2] + "se"
    if town.endswith("ingen"):
        return town[:-2] + "se"
    return town + ("nse" if town.endswith("e") else "se")


def adjectives(town: str) -> Iterator[str]:
    """All forms of "the council of this town": `Raaltense` and `Raaltese`, `Rotterdams` before a neuter noun."""
    yield adjective(town)
    yield town + "se"
    yield town + "s"
    if town.endswith("e"):
        yield town[:-1] + "se"
    if town.endswith("en"):
        yield town[:-2] + "er"


def people(town: str) -> Iterator[str]:
    """The forms of "somebody who lives in this town" and their plurals, folded."""
    for one in singles(town):
        yield one
        yield one + "s"
        if one.endswith("aar"):
            yield one[:-2] + "ren"


def singles(town: str) -> Iterator[str]:
    """One inhabitant. A long vowel before one consonant becomes short: Hoogeveen gives Hoogevener."""
    if town.endswith(DOUBLED):
        yield town + town[-1] + "er"
    elif town.endswith("en") and town[-3] not in VOWELS:
        yield town + "aar"
        yield town[:-2] + "er"
    elif town.endswith("er"):
        yield town[:-1] + "naar"
        yield town + "er"
    elif town[-1] in VOWELS:
        yield town + "naar"
        yield town + "er"
    else:
        yield town + "er"
        yield town + "enaar"
        yield town + "aar"
        if town[-2] == town[-3] and town[-2] in VOWELS:
            yield town[:-2] + town[-1] + "er"
