"""Suggestions to editors that two items belong together: as copies, as one story, as steps of one case.

The program writes them, an editor answers them, and nothing is joined by an answer alone. A pair stands there once for
each kind. What an editor dismissed is opened again only when much more speaks for it than then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from store.errors import ChangedError, NotFoundError
from store.likeness_tables import Suggestion

OPEN, ACCEPTED, DISMISSED = "open", "accepted", "dismissed"
MUCH_MORE = 0.2
"""So much higher the score must be for a dismissed pair to be shown again: an ECLI turned up, or a court."""
_TABLE: sa.Table = Suggestion.__table__  # type: ignore[attr-defined]


class SuggestionKind(StrEnum):
    NEAR = "near"
    SAME_STORY = "same_story"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the program found. The order of the two items does not matter. `score` runs from 0 to 1."""

    kind: SuggestionKind
    item_id: int
    other_item_id: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuggestionSeen:
    """One row. `item_id` is the newer item; `reasons` are Dutch and hold no name; `state` is open, accepted or
    dismissed; `made_at` is when it was first made, or opened again.
    """

    id: int
    kind: SuggestionKind
    item_id: int
    other_item_id: int
    score: float
    reasons: tuple[str, ...]
    state: str
    made_at: datetime


def offer(session: Session, found: Sequence[Suggested], now: datetime) -> None:
    """Write down what was found, in the caller's write transaction.

    A pair that waits gets its new score and reasons; what was dismissed stays so, unless `MUCH_MORE` speaks for it.
    """
    if not found:
        return
    connection = session.connection()
    session.flush()
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    made = insert(_TABLE)
    new = made.excluded
    waits = _TABLE.c.state == OPEN
    statement = made.on_conflict_do_update(
        index_elements=["item_id", "other_item_id", "kind"],
        set_={
            "score": new.score,
            "reasons": new.reasons,
            "state": OPEN,
            "made_at": sa.case((waits, _TABLE.c.made_at), else_=new.made_at),
        },
        where=sa.or_(waits, sa.and_(_TABLE.c.state == DISMISSED, new.score >= _TABLE.c.score + MUCH_MORE)),
    )
    connection.execute(statement, [_row(each, now) for each in _once(found)])
    session.expire_all()


def _once(found: Sequence[Suggested]) -> list[Suggested]:
    """Two items that came together find each other: PostgreSQL takes no row twice in one statement."""
    return list({(each.kind, *sorted((each.item_id, each.other_item_id))): each for each in found}.values())


def _row(each: Suggested, now: datetime) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "item_id": max(each.item_id, each.other_item_id),
        "other_item_id": min(each.item_id, each.other_item_id),
        "score": round(each.score, 4),
        "reasons": list(each.reasons),
        "state": OPEN,
        "made_at": now,
    }


def open_of(session: Session, item_id: int, kind: SuggestionKind | None = None) -> tuple[SuggestionSeen, ...]:
    """The suggestions about an item that wait for an answer, as the newer or the older of the two, the best first."""
    statement = select(Suggestion).where(
        col(Suggestion.state) == OPEN,
        sa.or_(col(Suggestion.item_id) == item_id, col(Suggestion.other_item_id) == item_id),
    )
    if kind is not None:
        statement = statement.where(col(Suggestion.kind) == kind)
    rows = session.exec(statement.order_by(col(Suggestion.score).desc(), col(Suggestion.id)))
    return tuple(map(_seen, rows))


def waiting(session: Session, kind: SuggestionKind | None = None, *, size: int = 50) -> tuple[SuggestionSeen, ...]:
    """What waits for an answer, of one kind or of all, the newest first."""
    statement = select(Suggestion).where(col(Suggestion.state) == OPEN)
    if kind is not None:
        statement = statement.where(col(Suggestion.kind) == kind)
    rows = session.exec(statement.order_by(col(Suggestion.made_at).desc(), col(Suggestion.id).desc()).limit(size))
    return tuple(map(_seen, rows))


def get(session: Session, suggestion_id: int) -> SuggestionSeen:
    """One suggestion, answered or not. Raises NotFoundError."""
    row = session.get(Suggestion, suggestion_id, populate_existing=True)
    if row is None:
        raise NotFoundError(f"There is no suggestion {suggestion_id}.")
    return _seen(row)


def answer(session: Session, suggestion_id: int, *, accepted: bool) -> SuggestionSeen:
    """Note what an editor said, in the caller's write transaction. Joining the items is the caller's.

    Raises NotFoundError, and ChangedError when somebody answered it before.
    """
    session.flush()
    done = session.connection().execute(
        sa.update(_TABLE)
        .where(_TABLE.c.id == suggestion_id, _TABLE.c.state == OPEN)
        .values(state=ACCEPTED if accepted else DISMISSED)
    )
    found = get(session, suggestion_id)
    if done.rowcount == 0:
        raise ChangedError("Over dit voorstel is intussen al besloten.", found.item_id, None)
    return found


def _seen(row: Suggestion) -> SuggestionSeen:
    return SuggestionSeen(
        id=row.id or 0,
        kind=SuggestionKind(row.kind),
        item_id=row.item_id,
        other_item_id=row.other_item_id,
        score=row.score,
        reasons=tuple(row.reasons),
        state=row.state,
        made_at=row.made_at,
    )
