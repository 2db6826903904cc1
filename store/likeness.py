"""Finding the items that a text is alike, and suggesting to editors that they belong together. Never a merge.

An item is found by a few of the hashes of its signature: the smallest of all shingles, the smallest of the opening, the
heaviest marks. A look-up asks for many more, each for its newest items only, so its cost does not grow with what is
stored; what it finds is then compared in full.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.likeness_tables import LikenessKey, LikenessMark, Suggestion
from store.signatures import (
    STORY_DAYS,
    Alike,
    Likeness,
    Mark,
    Signature,
    keys_of,
    likeness,
    story_keys,
    text_probes,
)

DAY = 86_400.0
KEPT_FOR = timedelta(days=400)
"""A text that comes back after more than a year is news again."""
NEWEST = 40
"""Items that are looked at for each hash: what more than these share says nothing about one of them."""
COMPARED = 8
"""Items that are compared in full, of those found by shingles and of those found by marks."""
STORY_HITS = 2
"""Two words, or a word and the place: one word alone never makes a story."""
SUGGESTED = 3
AT_ONCE = 200
_ASKED_AT_ONCE = 500
_LIKENESS: sa.Table = LikenessMark.__table__  # type: ignore[attr-defined]
_KEYS: sa.Table = LikenessKey.__table__  # type: ignore[attr-defined]
_SUGGESTIONS: sa.Table = Suggestion.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class AlikeItem:
    """A stored item and how it is alike. `reasons` are Dutch."""

    item_id: int
    kind: Alike
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """An item with the signature of its newest text. `told_at` is its publication, None when that is not known."""

    item_id: int
    signature: Signature
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What a waiting item is alike. `exact` says which text of it was compared."""

    item_id: int
    exact: str
    found: tuple[AlikeItem, ...]


def add(session: Session, item_id: int, signature: Signature, now: datetime, told_at: datetime | None = None) -> None:
    """Remember the signature of one item, in place of what was remembered of it before."""
    renew_all(session, [(item_id, signature, told_at)], now)


def add_new(session: Session, signed: Sequence[Signed], now: datetime) -> None:
    """Remember the signatures of items that were just added. They wait to be compared: a crawl is not held up by it."""
    if not signed:
        return
    connection = session.connection()
    connection.execute(sa.insert(_LIKENESS), [_packed(one, now) for one in signed])
    keys = [{"key": key, "item_id": one.item_id} for one in signed for key in sorted(keys_of(one.signature))]
    connection.execute(sa.insert(_KEYS), keys)


def renew_all(session: Session, told: Sequence[tuple[int, Signature | None, datetime | None]], now: datetime) -> None:
    """Remember the new texts of known items, to be compared anew: (item, signature or none, when it was published).

    What an editor said of a suggestion stays.
    """
    _forget(session, [item_id for item_id, _, _ in told])
    add_new(session, [Signed(item_id, signature, at) for item_id, signature, at in told if signature], now)


def compare(session: Session, now: datetime, limit: int = AT_ONCE) -> list[Compared]:
    """Look what the items that wait are alike, the oldest first. Only reads: `write_down` writes what was found."""
    waits = sa.select(_LIKENESS).where(_LIKENESS.c.words.is_not(None)).order_by(_LIKENESS.c.item_id).limit(limit)
    return [
        Compared(
            row.item_id,
            row.exact,
            tuple(alike(session, _unpacked(row, row.words), now, told_at=row.told_at, besides=row.item_id)),
        )
        for row in session.connection().execute(waits).all()
    ]


def write_down(session: Session, compared: Sequence[Compared], now: datetime) -> int:
    """Write down what was found, as suggestions to editors. How many pairs were looked at.

    A pair that is known stays as it is: an editor may have answered it.
    """
    rows = [row for one in compared for row in _suggestions(one, now)]
    connection = session.connection()
    if compared:
        told = [{"of": one.item_id, "was": one.exact, "copy": _duplicate(one)} for one in compared]
        # A text that changed meanwhile waits on.
        mine = sa.and_(_LIKENESS.c.item_id == sa.bindparam("of"), _LIKENESS.c.exact == sa.bindparam("was"))
        copied: sa.BindParameter[int | None] = sa.bindparam("copy")
        connection.execute(sa.update(_LIKENESS).where(mine).values(duplicate_of=copied, words=sa.null()), told)
    if rows:
        insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
        connection.execute(insert(_SUGGESTIONS).on_conflict_do_nothing(), rows)
    return len(rows)


def alike(
    session: Session,
    signature: Signature,
    now: datetime,
    window_days: float = STORY_DAYS,
    *,
    told_at: datetime | None = None,
    besides: int | None = None,
) -> list[AlikeItem]:
    """The stored items that a text is alike: exact first, then near, then of the same story, the best first.

    Copies are found however old they are, stories within `window_days` of `told_at` (else of `now`). `besides` is the
    item that the text belongs to itself.
    """
    when = told_at or now
    found = []
    for item_id, other_told, other in _candidates(session, signature, besides):
        apart = abs((when - other_told).total_seconds()) / DAY
        how = likeness(signature, other, apart)
        if how.kind is not Alike.NONE and (how.kind is not Alike.STORY or apart <= window_days):
            found.append(_item(item_id, how))
    order = list(Alike)
    return sorted(found, key=lambda one: (order.index(one.kind), -one.score, -one.item_id))


def _item(item_id: int, how: Likeness) -> AlikeItem:
    return AlikeItem(item_id, how.kind, how.score, how.reasons)


def duplicates_of(session: Session, item_ids: Iterable[int]) -> dict[int, int]:
    """For those of these items that have one: the earlier item with the same or nearly the same text."""
    asked, found = list(item_ids), {}
    for start in range(0, len(asked), _ASKED_AT_ONCE):
        rows = session.exec(
            select(LikenessMark.item_id, LikenessMark.duplicate_of).where(
                col(LikenessMark.item_id).in_(asked[start : start + _ASKED_AT_ONCE]),
                col(LikenessMark.duplicate_of).is_not(None),
            )
        )
        found.update({item_id: other for item_id, other in rows if other is not None})
    return found


def erase(session: Session, now: datetime) -> int:
    """Forget the signatures that are too old to be of use. How many."""
    old = session.exec(select(LikenessMark.item_id).where(LikenessMark.found_at <= now - KEPT_FOR)).all()
    _forget(session, old)
    return len(old)


def _candidates(session: Session, signature: Signature, besides: int | None) -> list[tuple[int, datetime, Signature]]:
    """The stored items that share most with a text, each with its signature."""
    of_text, of_story = text_probes(signature), set(story_keys(signature))
    by_text: Counter[int] = Counter()
    by_story: Counter[int] = Counter()
    for key, item_ids in _newest(session, sorted(of_text | of_story)):
        if key in of_text:
            by_text.update(item_ids)
        if key in of_story:
            by_story.update(item_ids)
    for counted in (by_text, by_story):
        counted.pop(besides or 0, None)
    chosen = {*_best(by_text), *(each for each in _best(by_story) if by_story[each] >= STORY_HITS)}
    if not chosen:
        return []
    rows = session.connection().execute(_FULL, {"ids": sorted(chosen)}).all()
    return [(row.item_id, row.told_at, _unpacked(row)) for row in rows]


def _best(counted: Counter[int]) -> list[int]:
    """Those with the most hits, of equals the newest."""
    return sorted(counted, key=lambda item_id: (-counted[item_id], -item_id))[:COMPARED]


_FULL = sa.select(_LIKENESS).where(_LIKENESS.c.item_id.in_(sa.bindparam("ids", expanding=True)))
_NEWEST_SQLITE = sa.text(
    "SELECT asked.value, (SELECT group_concat(item_id) FROM (SELECT item_id FROM likeness_key"
    " WHERE key = asked.value ORDER BY item_id DESC LIMIT :newest)) FROM json_each(:keys) AS asked"
)
_NEWEST_POSTGRES = sa.text(
    "SELECT asked, (SELECT string_agg(CAST(item_id AS text), ',') FROM (SELECT item_id FROM likeness_key"
    " WHERE key = asked ORDER BY item_id DESC LIMIT :newest) AS newest)"
    " FROM unnest(CAST(:keys AS bigint[])) AS asked"
)


def _newest(session: Session, keys: list[int]) -> Iterable[tuple[int, list[int]]]:
    """For each hash that is stored, the newest items with it. One statement, each hash a short walk in its index."""
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    asked: Any = json.dumps(keys) if sqlite else keys
    statement = _NEWEST_SQLITE if sqlite else _NEWEST_POSTGRES
    for key, joined in connection.execute(statement, {"keys": asked, "newest": NEWEST}).all():
        if joined:
            yield key, list(map(int, str(joined).split(",")))


def _duplicate(one: Compared) -> int | None:
    """The best of the earlier items with the same or nearly the same text."""
    copies = (each.item_id for each in one.found if each.kind is not Alike.STORY and each.item_id < one.item_id)
    return next(copies, None)


def _suggestions(one: Compared, now: datetime) -> list[dict[str, Any]]:
    kept: Counter[Alike] = Counter()
    rows = []
    for each in one.found:
        kept[each.kind] += 1
        if kept[each.kind] <= SUGGESTED:
            rows.append(_suggestion(one.item_id, each, now))
    return rows


def _suggestion(item_id: int, each: AlikeItem, now: datetime) -> dict[str, Any]:
    """A row for a pair, the newer item first, so that a pair stands there once."""
    return {
        "kind": "same_story" if each.kind is Alike.STORY else "near",
        "item_id": max(item_id, each.item_id),
        "other_item_id": min(item_id, each.item_id),
        "score": round(each.score, 4),
        "reasons": list(each.reasons),
        "state": "open",
        "made_at": now,
    }


def _forget(session: Session, item_ids: Sequence[int]) -> None:
    """Forget the signatures of these items. Their keys follow from them, so that no index by item is needed."""
    connection = session.connection()
    rows = [
        row
        for start in range(0, len(item_ids), _ASKED_AT_ONCE)
        for row in connection.execute(_FULL, {"ids": list(item_ids[start : start + _ASKED_AT_ONCE])})
    ]
    stored = [{"was": key, "of": row.item_id} for row in rows for key in keys_of(_unpacked(row))]
    if stored:
        this = sa.and_(_KEYS.c.key == sa.bindparam("was"), _KEYS.c.item_id == sa.bindparam("of"))
        connection.execute(sa.delete(_KEYS).where(this), stored)
        mine = _LIKENESS.c.item_id == sa.bindparam("of")
        connection.execute(sa.delete(_LIKENESS).where(mine), [{"of": row.item_id} for row in rows])


def _packed(one: Signed, now: datetime) -> dict[str, Any]:
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


def _unpacked(row: Any, words: Sequence[str] = ()) -> Signature:
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
