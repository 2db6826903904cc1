"""What was learned from decisions, kept with how it does beside the lexicon, and whether it may order the queue.

It may when it beat the lexicon on decisions that it was not trained on, and no administrator switched it off. What the
numbers mean is known by `crawler.reading.learned`; here they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store.tables import DeskSetting, Item, LearnedModel, Revision, Source

SWITCH = "learning"
KEPT = 30
"""So many models are kept, the newest: a month of nights."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """One model as it was kept: its counts, and the comparison with the lexicon."""

    made_at: datetime
    model: dict[str, Any]
    comparison: dict[str, Any]

    @property
    def beats_the_lexicon(self) -> bool:
        return self.comparison.get("may_order") is True


@dataclass(frozen=True, slots=True)
class Waits:
    """What of a waiting text the order is learned from."""

    title: str
    excerpt: str
    source: str


def newest(session: Session) -> Kept | None:
    """What was learned last, whether or not it may order anything."""
    row = session.exec(select(LearnedModel).order_by(col(LearnedModel.id).desc()).limit(1)).first()
    return Kept(row.made_at, row.model, row.comparison) if row else None


def current_model(session: Session) -> Kept | None:
    """The model that orders the queue now, None when the lexicon does."""
    found = newest(session) if is_on(session) else None
    return found if found and found.beats_the_lexicon else None


def keep(session: Session, model: dict[str, Any], comparison: dict[str, Any], now: datetime) -> None:
    """Keep what was learned, and let go of what is older than the newest `KEPT`."""
    session.add(LearnedModel(made_at=now, model=model, comparison=comparison))
    session.flush()
    stay = select(LearnedModel.id).order_by(col(LearnedModel.id).desc()).limit(KEPT)
    session.connection().execute(
        sa.delete(LearnedModel).where(col(LearnedModel.id).not_in([number for number in session.exec(stay) if number]))
    )


def is_on(session: Session) -> bool:
    """Whether administrators let it order the queue; they do until one says otherwise."""
    row = session.get(DeskSetting, SWITCH)
    return row is None or row.value.get("on") is not False


def switch(session: Session, *, on: bool, account_id: int, now: datetime) -> None:
    """Let it order the queue or not, from the next time that the queue is ordered."""
    row = session.get(DeskSetting, SWITCH) or DeskSetting(key=SWITCH, changed_at=now)
    row.value, row.changed_at, row.changed_by = {"on": on}, now, account_id
    session.add(row)
    session.flush()


def sources_of(session: Session, item_ids: Iterable[int]) -> dict[int, str]:
    """The name of the source of each item."""
    asked = list(item_ids)
    found: dict[int, str] = {}
    for start in range(0, len(asked), _AT_ONCE):
        rows = session.exec(
            select(Item.id, Source.name)
            .join(Source, col(Source.id) == col(Item.source_id))
            .where(col(Item.id).in_(asked[start : start + _AT_ONCE]))
        )
        found.update({number or 0: name for number, name in rows})
    return found


def waiting_texts(session: Session, after: int, size: int) -> dict[int, Waits]:
    """The texts of the next items that wait, by their number: those that `reordering.compare` looks at."""
    rows = session.exec(
        select(Revision.id, Revision.title, Revision.excerpt, Source.name)
        .join(Item, col(Item.waiting_revision_id) == col(Revision.id))
        .join(Source, col(Source.id) == col(Item.source_id))
        .where(col(Item.id) > after)
        .order_by(col(Item.id))
        .limit(size)
    )
    return {number or 0: Waits(title, excerpt, source) for number, title, excerpt, source in rows}
