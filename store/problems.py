"""Problems of sources: opened once, told once, closed when they are over.

`compare` looks and changes nothing, so that it can take its time; `write_down` is short, for it may hold up a crawl.
Both may be ended at any moment and done again. What they judge stands in `store/health.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store import health, staff_notices
from store.health import Finding, ProblemKind
from store.staff_notices import ProblemTold
from store.tables import Problem, Source

SAME_AGAIN = timedelta(days=1)
"""What comes back so soon was never over: it goes on as the same problem, and nobody is told again."""
_UNREACHABLE = frozenset({ProblemKind.FAILING, ProblemKind.BLOCKED})
"""A source that is refused and times out by turns has one problem, not two by turns."""
_TABLE: sa.Table = Problem.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ProblemView:
    """An open problem, or one that was closed at `closed_at`."""

    id: int
    source_id: int
    source_key: str
    source_name: str
    kind: ProblemKind
    sentence: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is newly wrong, which problems are over, and what is now said of those that last. `untold` says that
    nobody was there to be told of some.
    """

    opened: tuple[tuple[int, Finding], ...] = ()
    closed: tuple[int, ...] = ()
    said: dict[int, Finding] = field(default_factory=dict)
    untold: bool = False

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed or self.said or self.untold)


@dataclass(frozen=True, slots=True)
class Watched:
    """What was opened, how many problems were closed, and how many administrators are told of what was opened."""

    opened: tuple[ProblemView, ...] = ()
    closed: int = 0
    told: int = 0


def watch(session: Session, now: datetime, keys: Iterable[str] | None = None) -> Watched:
    """Look at all sources, or at those with these keys, and write down what changed, in one transaction."""
    return write_down(session, compare(session, now, keys), now)


def compare(session: Session, now: datetime, keys: Iterable[str] | None = None) -> Changes:
    """What is wrong now, compared with the open problems. Changes nothing."""
    wanted = None if keys is None else list(keys)
    rows = [row for row, _ in session.exec(_open(wanted))]
    judged = [(facts.source.id, health.findings(facts, now)) for facts in health.all_facts(session, now, wanted)]
    return changes(rows, judged)


def changes(rows: Sequence[Problem], judged: Iterable[tuple[int, list[Finding]]]) -> Changes:
    """The difference between the open problems and what was found of each source."""
    still_open = {(row.source_id, row.kind): row for row in rows}
    opened, said = [], {}
    for source_id, found in judged:
        for finding in found:
            same = _UNREACHABLE if finding.kind in _UNREACHABLE else {finding.kind}
            key = next(((source_id, kind) for kind in same if (source_id, kind) in still_open), None)
            if key is None:
                opened.append((source_id, finding))
                continue
            row = still_open.pop(key)
            if (row.kind, row.sentence) != (finding.kind, finding.sentence):
                said[row.id or 0] = finding
    closed = tuple(row.id or 0 for row in still_open.values())
    return Changes(tuple(opened), closed, said, untold=any(row.told_at is None for row in rows))


def write_down(session: Session, changed: Changes, now: datetime) -> Watched:
    """Open, close and reword problems, and write the mails to the administrators, in the caller's transaction."""
    connection = session.connection()
    closed = 0
    if changed.closed:
        over = sa.update(_TABLE).where(_TABLE.c.id.in_(changed.closed), _TABLE.c.closed_at.is_(None))
        closed = int(connection.execute(over.values(closed_at=now)).rowcount)
    for same, finding in changed.said.items():
        reworded = sa.update(_TABLE).where(_TABLE.c.id == same, _TABLE.c.closed_at.is_(None))
        connection.execute(reworded.values(kind=finding.kind, sentence=finding.sentence))
    opened = {_opened(session, source_id, finding, now) for source_id, finding in changed.opened} - {None}
    told = _tell(session, now) if opened or changed.untold else 0
    views = tuple(view for view in open_problems(session) if view.id in opened) if opened else ()
    return Watched(views, closed, told)


def _opened(session: Session, source_id: int, finding: Finding, now: datetime) -> int | None:
    """Open a problem, or the same one again that was closed a moment ago. None when somebody else was first."""
    connection = session.connection()
    before = (
        sa.select(_TABLE.c.id)
        .where(_TABLE.c.source_id == source_id, _TABLE.c.kind == finding.kind, _TABLE.c.closed_at > now - SAME_AGAIN)
        .order_by(_TABLE.c.id.desc())
        .limit(1)
    )
    again: int | None = connection.execute(before).scalar_one_or_none()
    if again is not None:
        connection.execute(
            sa.update(_TABLE).where(_TABLE.c.id == again).values(closed_at=None, sentence=finding.sentence)
        )
        return again
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    values = {"source_id": source_id, "kind": finding.kind, "sentence": finding.sentence, "opened_at": now}
    statement = (
        insert(_TABLE)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["source_id", "kind"], index_where=_TABLE.c.closed_at.is_(None))
        .returning(_TABLE.c.id)
    )
    made: int | None = connection.execute(statement).scalar_one_or_none()
    return made


def _tell(session: Session, now: datetime) -> int:
    """Write the mails about every open problem that nobody was told of. How many administrators there are to tell."""
    statement = _open().where(col(Problem.told_at).is_(None)).with_for_update(of=Problem)
    rows = session.exec(statement.execution_options(populate_existing=True)).all()
    told = [
        ProblemTold(row.id or 0, source.key, source.name, row.kind, row.sentence, row.opened_at) for row, source in rows
    ]
    administrators = staff_notices.write(session, told, now) if told else 0
    if administrators:
        for row, _ in rows:
            row.told_at = now
            session.add(row)
        session.flush()
    return administrators


def open_problems(session: Session, source_id: int | None = None) -> list[ProblemView]:
    """All that is wrong now, or what is wrong with one source; the oldest first."""
    statement = _open()
    if source_id is not None:
        statement = statement.where(Problem.source_id == source_id)
    return [_view(row, source) for row, source in session.exec(statement)]


def _open(keys: Sequence[str] | None = None) -> SelectOfScalar[Any]:
    """The open problems with their sources, the oldest first."""
    statement: Any = select(Problem, Source).where(
        col(Problem.source_id) == col(Source.id), col(Problem.closed_at).is_(None)
    )
    if keys is not None:
        statement = statement.where(col(Source.key).in_(keys))
    ordered: SelectOfScalar[Any] = statement.order_by(col(Problem.opened_at), col(Problem.id))
    return ordered


def _view(row: Problem, source: Source) -> ProblemView:
    return ProblemView(
        id=row.id or 0,
        source_id=row.source_id,
        source_key=source.key,
        source_name=source.name,
        kind=ProblemKind(row.kind),
        sentence=row.sentence,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )
