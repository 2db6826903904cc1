"""What waits for an editor: the queue and the pile, most urgent first. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import rules
from store.tables import Item, Notice, Revision, RevisionEvent, RevisionForm, RevisionRegion, Source
from store.values import Form, Kind, Role, State

PAGE_SIZE = 50
QUERY_LIMIT = 100


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What an editor asks for; an empty field asks for everything. `pile` looks at the pile instead of the queue."""

    province: str = ""
    form: Form | None = None
    source_key: str = ""
    kind: Kind | None = None
    query: str = ""
    pile: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue. `is_up` means that an older, approved text of it is public now."""

    item_id: int
    revision_id: int
    kind: Kind
    title: str
    url: str
    source_name: str
    found_at: datetime
    published_at: datetime | None
    starts_at: datetime | None
    relevance: float
    is_up: bool
    was_decided: bool
    provinces: tuple[str, ...]
    forms: tuple[Form, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class WaitingPage:
    lines: tuple[Waiting, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    queue: int
    pile: int


def counts(session: Session) -> Counts:
    rows = session.exec(
        select(Item.state, sa.func.count())
        .where(col(Item.state).in_([State.PENDING, State.PILE]))
        .group_by(col(Item.state))
    ).all()
    found = {str(state): int(count) for state, count in rows}
    return Counts(found.get(State.PENDING, 0), found.get(State.PILE, 0))


def notice_counts(session: Session) -> dict[str, int]:
    """How many notices stand in each state."""
    rows = session.exec(select(Notice.state, sa.func.count()).group_by(col(Notice.state))).all()
    return {str(state): int(count) for state, count in rows}


def count(session: Session, wanted: QueueFilter) -> int:
    """How many items a filter leaves."""
    return session.exec(
        select(sa.func.count()).select_from(Item).join(*_TEXT).join(*_SOURCE).where(*_conditions(wanted))
    ).one()


def waiting(
    session: Session, wanted: QueueFilter, *, now: datetime, after: str = "", size: int = PAGE_SIZE
) -> WaitingPage:
    """One page of the queue from a cursor on. A cursor that is not ours starts at the top."""
    statement = (
        select(Item, Revision, Source)
        .join(*_TEXT)
        .join(*_SOURCE)
        .where(*_conditions(wanted))
        .order_by(col(Item.priority).desc(), col(Item.id))
        .limit(size + 1)
    )
    place = _place(after)
    if place is not None:
        statement = statement.where(_comes_after(*place))
    rows = session.exec(statement).all()
    shown = rows[:size]
    provinces, forms, starts = _belonging(session, [revision.id or 0 for _, revision, _ in shown])
    lines = tuple(
        Waiting(
            item_id=item.id or 0,
            revision_id=revision.id or 0,
            kind=Kind(revision.kind),
            title=revision.title,
            url=revision.url,
            source_name=source.name,
            found_at=item.found_at,
            published_at=revision.published_at,
            starts_at=starts.get(revision.id or 0),
            relevance=revision.relevance,
            is_up=_is_up(item, now),
            was_decided=revision.number > 1,
            provinces=tuple(provinces.get(revision.id or 0, ())),
            forms=tuple(forms.get(revision.id or 0, ())),
            cursor=f"{item.priority!r}_{item.id}",
        )
        for item, revision, source in shown
    )
    return WaitingPage(lines, lines[-1].cursor if len(rows) > size else None)


def next_after(session: Session, wanted: QueueFilter, item_id: int) -> int | None:
    """The item that comes after this one in the queue, else the first one, None when nothing else waits."""
    item = session.get(Item, item_id)
    if item is None:
        return None
    statement = (
        select(Item.id)
        .join(*_TEXT)
        .join(*_SOURCE)
        .where(*_conditions(wanted), col(Item.id) != item_id)
        .order_by(col(Item.priority).desc(), col(Item.id))
        .limit(1)
    )
    found = session.exec(statement.where(_comes_after(item.priority, item_id))).first()
    return found if found is not None else session.exec(statement).first()


def _comes_after(priority: float, item_id: int) -> sa.ColumnElement[bool]:
    return sa.or_(col(Item.priority) < priority, sa.and_(col(Item.priority) == priority, col(Item.id) > item_id))


_TEXT = (Revision, col(Revision.id) == col(Item.waiting_revision_id))
_SOURCE = (Source, col(Source.id) == col(Item.source_id))


def _conditions(wanted: QueueFilter) -> list[sa.ColumnElement[bool]]:
    found = [col(Item.state) == (State.PILE if wanted.pile else State.PENDING)]
    if wanted.province:
        found.append(
            sa.exists().where(
                col(RevisionRegion.revision_id) == col(Revision.id), col(RevisionRegion.province) == wanted.province
            )
        )
    if wanted.form:
        found.append(
            sa.exists().where(col(RevisionForm.revision_id) == col(Revision.id), col(RevisionForm.form) == wanted.form)
        )
    if wanted.source_key:
        found.append(col(Source.key) == wanted.source_key)
    if wanted.kind:
        found.append(col(Revision.kind) == wanted.kind)
    for word in wanted.query[:QUERY_LIMIT].split():
        # Escaped, so that a typed percent sign means itself (TRUST 1.2.9).
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        texts = (col(Revision.title), col(Revision.excerpt), col(Revision.text), col(Source.name))
        found.append(sa.or_(*(text.ilike(pattern, escape="\\") for text in texts)))
    return found


def _place(cursor: str) -> tuple[float, int] | None:
    priority, _, last = cursor.partition("_")
    try:
        place = float(priority), int(last)
    except ValueError:
        return None
    return place if abs(place[0]) < 1e6 and 0 <= place[1] < 2**63 else None  # noqa: PLR2004 - what a database takes


def _belonging(
    session: Session, revisions: Sequence[int]
) -> tuple[dict[int, list[str]], dict[int, list[Form]], dict[int, datetime]]:
    """Provinces, forms and start times of the listed revisions, each in one query."""
    provinces: dict[int, list[str]] = {}
    for revision_id, province in session.exec(
        select(RevisionRegion.revision_id, RevisionRegion.province)
        .where(col(RevisionRegion.revision_id).in_(revisions))
        .order_by(col(RevisionRegion.revision_id), col(RevisionRegion.position))
    ):
        known = provinces.setdefault(revision_id, [])
        if province not in known:
            known.append(province)
    forms: dict[int, list[Form]] = {}
    for revision_id, form in session.exec(
        select(RevisionForm.revision_id, RevisionForm.form).where(col(RevisionForm.revision_id).in_(revisions))
    ):
        forms.setdefault(revision_id, []).append(Form(form))
    starts = dict(
        session.exec(
            select(RevisionEvent.revision_id, RevisionEvent.starts_at).where(
                col(RevisionEvent.revision_id).in_(revisions)
            )
        ).all()
    )
    return provinces, {key: sorted(found, key=list(Form).index) for key, found in forms.items()}, starts


def _is_up(item: Item, now: datetime) -> bool:
    shown = rules.shown_revision(
        item.approved_revision_id,
        item.public_at,
        item.previous_revision_id,
        item.taken_down_at or item.rights_held_at,
        now,
    )
    return shown is not None


@dataclass(frozen=True, slots=True)
class SourceName:
    key: str
    name: str


def sources(session: Session) -> tuple[SourceName, ...]:
    """The sources to choose from in the filter."""
    rows = session.exec(select(Source.key, Source.name).order_by(col(Source.name))).all()
    return tuple(SourceName(key, name) for key, name in rows)


MAY_DECIDE = (Role.ADMINISTRATOR, Role.EDITOR)
"""A reader (*lezer*) sees the newsroom and changes nothing."""
