"""Loaded words in what we are about to publish, each with a calmer one and why. It advises; it never stops anybody."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TABLE = "wording_check.toml"


@dataclass(frozen=True, slots=True)
class Advice:
    """`found` is the word as it stands in the text; the other two are Dutch."""

    found: str
    instead: str
    why: str


@dataclass(frozen=True, slots=True)
class _Loaded:
    pattern: re.Pattern[str]
    instead: str
    why: str


def advices(*texts: str) -> tuple[Advice, ...]:
    """What could be said more calmly in these texts, in the order of the table; each word once."""
    found: dict[str, Advice] = {}
    for text in texts:
        for loaded in _table():
            for hit in loaded.pattern.finditer(text):
                found.setdefault(hit[0].casefold(), Advice(hit[0], loaded.instead, loaded.why))
    return tuple(found.values())


@cache
def _table() -> tuple[_Loaded, ...]:
    text = (files("service.desk") / TABLE).read_text(encoding="utf-8")
    return tuple(
        _Loaded(
            # The longest first, so that "gedwongen prostitutie" is not read as less.
            re.compile(rf"(?<!\w)(?:{'|'.join(sorted(row['words'], key=len, reverse=True))})(?!\w)", re.IGNORECASE),
            row["instead"],
            row["why"],
        )
        for row in tomllib.loads(text)["loaded"]
    )
