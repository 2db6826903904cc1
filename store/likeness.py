"""Finding the items that a text is alike or whose case it tells, and suggesting that to editors. Never a merge.

An item is found by a few of the hashes of its signature: the smallest of all shingles, the smallest of the opening, the
heaviest marks, and for a step of a case its place or court with what was done. A look-up asks for many more, each for
its newest items only, so its cost does not grow with what is stored; what it finds is then compared in full.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import nlargest
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import suggestions
from store.case_likeness import LONGEST, CaseLikeness, case_keys, same_case
from store.likeness_rows import Signed, packed, unpacked
from store.likeness_tables import LikenessKey, LikenessMark
from store.signatures import (
    KINDS,
    STORY_DAYS,
    Alike,
    Likeness,
    Of,
    Signature,
    keys_of,
    likeness,
    story_keys,
    text_probes,
)
from store.suggestions import Suggested, SuggestionKind

__all__ = [
    "KEPT_FOR", "AlikeItem", "Compared", "Signed", "add", "add_new", "alike", "compare", "duplicates_of", "erase",
    "renew_all", "retell", "same_cases", "write_down",
]  # fmt: skip

DAY = 86_400.0
KEPT_FOR = timedelta(days=400)
"""A text that comes back after more than a year is news again. Of a step of a case only what tells its case is kept."""
NEWEST = 40
"""Items that are looked at for each hash: what more than these share says nothing about one of them."""
COMPARED = 8
"""Items that are compared in full, of those found by shingles and of those found by marks."""
STORY_HITS = 2
"""Two words, or a word and the place: one word alone never makes a story."""
SUGGESTED = 3
"""Items of one kind that are suggested for one item."""
CASES_COMPARED = 12
GONE = "0" * 16
"""The hash of a text of which nothing is kept that could recognise it."""
AT_ONCE = 200
_ASKED_AT_ONCE = 500
_LIKENESS: sa.Table = LikenessMark.__table__  # type: ignore[attr-defined]
_KEYS: sa.Table = LikenessKey.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class AlikeItem:
    """A stored item and how it is alike. `reasons` are Dutch."""

    item_id: int
    kind: Alike
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a waiting item is alike, and the items whose case it tells. `exact` says which text of it was compared."""

    item_id: int
    exact: str
    found: tuple[AlikeItem, ...]
    cases: tuple[tuple[int, CaseLikeness], ...] = ()


def add(session: Session, item_id: int, signature: Signature, now: datetime, told_at: datetime | None = None) -> None:
    """Remember the signature of one item, in place of what was remembered of it before."""
    renew_all(session, [(item_id, signature, told_at)], now)


def add_new(session: Session, signed: Sequence[Signed], now: datetime) -> None:
    """Remember the signatures of items that were just added. They wait to be compared: a crawl is not held up by it."""
    if not signed:
        return
    connection = session.connection()
    connection.execute(sa.insert(_LIKENESS), [packed(one, now) for one in signed])
    keys = [{"key": key, "item_id": one.item_id} for one in signed for key in sorted(_keys_of(one.signature))]
    connection.execute(sa.insert(_KEYS), keys)


def renew_all(session: Session, told: Sequence[tuple[int, Signature | None, datetime | None]], now: datetime) -> None:
    """Remember the new texts of known items, to be compared anew: (item, signature or none, when it was published).

    What an editor said of a suggestion stays.
    """
    _forget(session, [item_id for item_id, _, _ in told])
    add_new(session, [Signed(item_id, signature, at) for item_id, signature, at in told if signature], now)


def retell(session: Session, item_id: int, told: Signature, now: datetime, told_at: datetime | None = None) -> None:
    """Remember how an editor retold a known item: its words beside those of the source, its places and forms instead.

    The text stays what the source wrote, so copies of it are still recognised. The item is compared anew.
    """
    row = session.connection().execute(_FULL, {"ids": [item_id]}).one_or_none()
    if row is None:
        renew_all(session, [(item_id, told, told_at)], now)
        return
    was = unpacked(row)
    known = {mark.key: mark for mark in was.marks if mark.key % KINDS <= Of.THEME or mark.key % KINDS == Of.CASE}
    marks = tuple(sorted((known | {mark.key: mark for mark in told.marks}).values(), key=lambda mark: -mark.weight))
    # The source's own words for the step are kept: an editor's summary may leave them out.
    both = replace(was, marks=marks, places=told.places, step=told.step or was.step)
    renew_all(session, [(item_id, both, row.told_at)], now)


def compare(session: Session, now: datetime, limit: int = AT_ONCE) -> list[Compared]:
    """Look what the items that wait are alike, the oldest first. Only reads: `write_down` writes what was found."""
    waits = sa.select(_LIKENESS).where(_LIKENESS.c.words.is_not(None)).order_by(_LIKENESS.c.item_id).limit(limit)
    return [_compared(session, row, now) for row in session.connection().execute(waits).all()]


def _compared(session: Session, row: Any, now: datetime) -> Compared:
    signature = unpacked(row, row.words)
    found = tuple(alike(session, signature, now, told_at=row.told_at, besides=row.item_id))
    # Reports of one step are a story; a case is about other steps.
    known = {row.item_id, *(each.item_id for each in found)}
    cases = [each for each in same_cases(session, signature, row.told_at) if each[0] not in known]
    return Compared(row.item_id, row.exact, found, tuple(cases))


def write_down(session: Session, compared: Sequence[Compared], now: datetime) -> int:
    """Write down what was found, as suggestions to editors. How many pairs were looked at."""
    found = [each for one in compared for each in _suggestions(one)]
    if compared:
        told = [{"of": one.item_id, "was": one.exact, "copy": _duplicate(one)} for one in compared]
        # A text that changed meanwhile waits on.
        mine = sa.and_(_LIKENESS.c.item_id == sa.bindparam("of"), _LIKENESS.c.exact == sa.bindparam("was"))
        copied: sa.BindParameter[int | None] = sa.bindparam("copy")
        session.connection().execute(
            sa.update(_LIKENESS).where(mine).values(duplicate_of=copied, words=sa.null()), told
        )
    suggestions.offer(session, found, now)
    return len(found)


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


def same_cases(session: Session, signature: Signature, told_at: datetime) -> list[tuple[int, CaseLikeness]]:
    """The stored items that tell other steps of the case that a text tells, the likeliest first; none for a text that
    is no step of a case.
    """
    asked = set(case_keys(signature))
    if not asked:
        return []
    words = {mark.key for mark in signature.marks if mark.key % KINDS == Of.WORD} & set(story_keys(signature))
    # Two telling words, or what was done with its place or court; one word alone says nothing.
    found_by = _newest(session, sorted(asked | words))
    weights = _weighed((STORY_HITS if key in asked else 1, item_ids) for key, item_ids in found_by)
    chosen = _best(weights, CASES_COMPARED)
    found = []
    for row in session.connection().execute(_FULL, {"ids": chosen}).all() if chosen else ():
        how = same_case(signature, unpacked(row), told_at, row.told_at)
        if how.likely:
            found.append((int(row.item_id), how))
    return sorted(found, key=lambda each: (-each[1].score, -each[0]))


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
    """Forget the signatures that are too old to be of use. How many.

    Of a step of a case nothing is kept that could recognise its text or a name, only what tells its case, until the
    last word in a case can be expected.
    """
    too_old = sa.or_(
        _LIKENESS.c.found_at <= now - LONGEST,
        sa.and_(_LIKENESS.c.found_at <= now - KEPT_FOR, _LIKENESS.c.exact != GONE),
    )
    rows = session.connection().execute(sa.select(_LIKENESS).where(too_old)).all()
    thinned = [
        (row, _thinned(unpacked(row)))
        for row in rows
        if row.exact != GONE and row.found_at > now - LONGEST and case_keys(unpacked(row))
    ]
    _forget(session, [row.item_id for row in rows])
    add_new(session, [Signed(row.item_id, signature, row.told_at) for row, signature in thinned], now)
    for row, _ in thinned:
        kept = _LIKENESS.c.item_id == row.item_id
        session.connection().execute(sa.update(_LIKENESS).where(kept).values(found_at=row.found_at, words=sa.null()))
    return len(rows)


def _thinned(signature: Signature) -> Signature:
    marks = tuple(mark for mark in signature.marks if mark.key % KINDS != Of.NAME)
    return replace(signature, exact=GONE, count=0, sketch=(), opening=(), marks=marks)


def _keys_of(signature: Signature) -> set[int]:
    """All hashes that an item is found by."""
    return {*case_keys(signature), *(() if signature.exact == GONE else keys_of(signature))}


def _candidates(session: Session, signature: Signature, besides: int | None) -> list[tuple[int, datetime, Signature]]:
    """The stored items that share most with a text, each with its signature."""
    of_text, of_story = text_probes(signature), set(story_keys(signature))
    by_text: Counter[int] = Counter()
    found: list[tuple[int, list[int]]] = []
    for key, item_ids in _newest(session, sorted(of_text | of_story)):
        if key in of_text:
            by_text.update(item_ids)
        if key in of_story:
            found.append((1, item_ids))
    by_story = _weighed(found)
    for counted in (by_text, by_story):
        counted.pop(besides or 0, None)
    chosen = {*_best(by_text), *_best(by_story)}
    if not chosen:
        return []
    rows = session.connection().execute(_FULL, {"ids": sorted(chosen)}).all()
    return [(row.item_id, row.told_at, unpacked(row)) for row in rows]


def _weighed(found: Iterable[tuple[int, list[int]]]) -> dict[int, float]:
    """How much the hits of each item weigh, each by how few have it: that is known without counting what is stored.

    What is found is the number of hits that a hash counts for and the items that have it; items with fewer hits than
    `STORY_HITS` are left out.
    """
    hits: Counter[int] = Counter()
    weights: defaultdict[int, float] = defaultdict(float)
    for counts, item_ids in found:
        weight = counts * math.log(2 * NEWEST / len(item_ids))
        for item_id in item_ids:
            hits[item_id] += counts
            weights[item_id] += weight
    return {item_id: weight for item_id, weight in weights.items() if hits[item_id] >= STORY_HITS}


def _best(counted: Mapping[int, float], most: int = COMPARED) -> list[int]:
    """Those with the most, of equals the newest."""
    return [item_id for _, item_id in nlargest(most, ((weight, item_id) for item_id, weight in counted.items()))]


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


def _suggestions(one: Compared) -> list[Suggested]:
    kept: Counter[Alike] = Counter()
    made = []
    for each in one.found:
        kept[each.kind] += 1
        if kept[each.kind] <= SUGGESTED:
            kind = SuggestionKind.SAME_STORY if each.kind is Alike.STORY else SuggestionKind.NEAR
            made.append(Suggested(kind, one.item_id, each.item_id, each.score, each.reasons))
    for item_id, how in one.cases[:SUGGESTED]:
        made.append(Suggested(SuggestionKind.CASE, one.item_id, item_id, how.score, how.reasons))
    return made


def _forget(session: Session, item_ids: Sequence[int]) -> None:
    """Forget the signatures of these items. Their keys follow from them, so that no index by item is needed."""
    connection = session.connection()
    rows = [
        row
        for start in range(0, len(item_ids), _ASKED_AT_ONCE)
        for row in connection.execute(_FULL, {"ids": list(item_ids[start : start + _ASKED_AT_ONCE])})
    ]
    stored = [{"was": key, "of": row.item_id} for row in rows for key in _keys_of(unpacked(row))]
    if stored:
        this = sa.and_(_KEYS.c.key == sa.bindparam("was"), _KEYS.c.item_id == sa.bindparam("of"))
        connection.execute(sa.delete(_KEYS).where(this), stored)
        mine = _LIKENESS.c.item_id == sa.bindparam("of")
        connection.execute(sa.delete(_LIKENESS).where(mine), [{"of": row.item_id} for row in rows])
