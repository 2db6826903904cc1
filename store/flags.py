"""Privacy flags of a text, when only a part of the text is kept or the two parts come from different places.

Offsets count code points in the title, a line break and the text. What a flag marks must stand in what is kept: a name
that the rights of a source do not let us keep is not kept in a flag either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from store.values import FlagKind, PrivacyFlag

Flags = tuple[PrivacyFlag, ...]


def fitted(flags: Flags, title: str, text: str) -> Flags:
    """The flags whose words still stand where they say, in a shorter text."""
    whole = f"{title}\n{text}"
    return tuple(flag for flag in flags if flag.end <= len(whole) and whole[flag.start : flag.end] == flag.text)


def of_text(flags: Flags, title: str, new_title: str) -> Flags:
    """The flags of the text under another title."""
    moved = len(new_title) - len(title)
    return tuple(
        replace(flag, start=flag.start + moved, end=flag.end + moved) for flag in flags if flag.start > len(title)
    )


def of_title(flags: Flags, title: str) -> Flags:
    return tuple(flag for flag in flags if flag.end <= len(title))


def rows(flags: Flags) -> list[dict[str, Any]]:
    """As they are stored."""
    return [
        {"kind": str(flag.kind), "start": flag.start, "end": flag.end, "text": flag.text, "reason": flag.reason}
        for flag in flags
    ]


def from_rows(stored: Iterable[dict[str, Any]]) -> Flags:
    return tuple(
        PrivacyFlag(FlagKind(row["kind"]), row["start"], row["end"], row["text"], row["reason"]) for row in stored
    )
