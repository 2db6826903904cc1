"""Signatures as rows: hashes packed into bytes, and read again."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Any

from store.signatures import Mark, Signature


@dataclass(frozen=True, slots=True)
class Signed:
    """An item with the signature of its newest text. `told_at` is its publication, None when that is not known."""

    item_id: int
    signature: Signature
    told_at: datetime | None = None


def packed(one: Signed, now: datetime) -> dict[str, Any]:
    signature = one.signature
    return {
        "item_id": one.item_id,
        "told_at": one.told_at or now,
        "found_at": now,
        "exact": signature.exact,
        "count": signature.count,
        "sketch": _numbers(signature.sketch),
        "opening": _numbers(signature.opening),
        "marks": _marks(signature.marks),
        "places": _marks(signature.places),
        "step": signature.step,
        "words": [mark.word for mark in (*signature.marks, *signature.places)],
    }


def unpacked(row: Any, words: Sequence[str] = ()) -> Signature:
    """A stored signature. The words are there only while it waits: reasons come from the text that asks."""
    marks = _read_marks(row.marks, words)
    return Signature(
        exact=row.exact,
        count=row.count,
        sketch=struct.unpack(f"<{len(row.sketch) // 4}I", row.sketch),
        opening=struct.unpack(f"<{len(row.opening) // 4}I", row.opening),
        marks=marks,
        places=_read_marks(row.places, words[len(marks) :]),
        step=row.step,
    )


def _numbers(keys: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(keys)}I", *keys)


def _marks(marks: Sequence[Mark]) -> bytes:
    count = len(marks)
    return struct.pack(f"<{count}I{count}B", *(mark.key for mark in marks), *(min(mark.weight, 255) for mark in marks))


def _read_marks(packed: bytes, words: Sequence[str]) -> tuple[Mark, ...]:
    count = len(packed) // 5
    told = struct.unpack(f"<{count}I{count}B", packed)
    return tuple(map(Mark, told[:count], told[count:], words or repeat("")))
