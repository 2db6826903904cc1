"""What the public reads of cases: their steps that show now, and nothing of a case without one.

Every function takes a connection of `Store.public()`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from store.public_views import CASE, CASE_STEP
from store.published import PublicItem, items_by_number
from store.values import CaseOutcome, Stage

NEWEST = 100


@dataclass(frozen=True, slots=True)
class PublicStep:
    stage: Stage
    day: date
    ecli: str
    item: PublicItem


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case with the steps that show now, in the order of their days. `outcome` is None while it is open."""

    id: int
    province: str
    municipality: str
    court: str
    ecli: str
    outcome: CaseOutcome | None
    outcome_on: date | None
    steps: tuple[PublicStep, ...]

    @property
    def year(self) -> int:
        return self.steps[0].day.year

    @property
    def newest(self) -> date:
        return self.steps[-1].day


def cases(
    connection: sa.Connection, now: datetime, *, province: str = "", limit: int = NEWEST
) -> tuple[PublicCase, ...]:
    """The cases of which something shows now, the one with the newest step first."""
    newest = sa.select(CASE_STEP.c.case_id, sa.func.max(CASE_STEP.c.day).label("day"))
    newest = newest.where(CASE_STEP.c.shown_from <= now).group_by(CASE_STEP.c.case_id)
    known = newest.subquery()
    query = sa.select(CASE.c.id).join(known, known.c.case_id == CASE.c.id)
    if province:
        query = query.where(CASE.c.province == province)
    query = query.order_by(known.c.day.desc(), CASE.c.id.desc()).limit(limit)
    found = _read(connection, [row.id for row in connection.execute(query)], now)
    return tuple(sorted(found, key=lambda each: (each.newest, each.id), reverse=True))


def case(connection: sa.Connection, case_id: int, now: datetime) -> PublicCase | None:
    """One case, None when nothing of it shows now."""
    found = _read(connection, [case_id], now)
    return found[0] if found else None


def cases_of(connection: sa.Connection, item_ids: Iterable[int], now: datetime) -> dict[int, PublicCase]:
    """The case of each of these items, if something of it shows now."""
    asked = list(item_ids)
    rows = connection.execute(
        sa.select(CASE_STEP.c.item_id, CASE_STEP.c.case_id).where(CASE_STEP.c.item_id.in_(asked))
    ).all()
    found = {each.id: each for each in _read(connection, sorted({row.case_id for row in rows}), now)}
    return {row.item_id: found[row.case_id] for row in rows if row.case_id in found}


def _read(connection: sa.Connection, case_ids: list[int], now: datetime) -> list[PublicCase]:
    if not case_ids:
        return []
    query = sa.select(CASE_STEP).where(CASE_STEP.c.case_id.in_(case_ids), CASE_STEP.c.shown_from <= now)
    rows = connection.execute(query.order_by(CASE_STEP.c.case_id, CASE_STEP.c.day, CASE_STEP.c.item_id)).all()
    shown = items_by_number(connection, [row.item_id for row in rows], now)
    steps: dict[int, list[PublicStep]] = {}
    for row in rows:
        # The view knows the step, the reader of items whether the text of its item shows now.
        if row.item_id in shown:
            steps.setdefault(row.case_id, []).append(
                PublicStep(Stage(row.stage), row.day, row.ecli, shown[row.item_id])
            )
    facts = connection.execute(sa.select(CASE).where(CASE.c.id.in_(case_ids)).order_by(CASE.c.id))
    return [
        PublicCase(
            id=row.id,
            province=row.province,
            municipality=row.municipality,
            court=row.court,
            ecli=row.ecli,
            outcome=CaseOutcome(row.outcome) if row.outcome else None,
            outcome_on=row.outcome_on if row.outcome else None,
            steps=tuple(steps[row.id]),
        )
        for row in facts
        if row.id in steps
    ]
