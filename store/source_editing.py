"""Changing a source after it was added, and what that means for what it brought and nobody decided about yet.

The next visit reads everything anew, but says SAME of a text that did not change. So what the new terms and the new
rights class mean for stored items is done here, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import flags, hosts, items, revisions, rules, search
from store.errors import NotAllowedError, NotFoundError
from store.hosts import host_key
from store.tables import Account, Decision, DeskSetting, Item, Revision, RevisionEvent, Source
from store.values import Relevance, Rights, SourceKind, State, content_hash

KEPT_CHANGES = 20
RIGHTS_NOTE = "Van deze bron bewaren we nu minder tekst."
_REREAD = ("url", "kind", "rights", "include", "exclude", "options")
_BY_WIDTH = (Rights.TITLE, Rights.EXCERPT, Rights.FULLTEXT_INTERNAL)


@dataclass(frozen=True, slots=True)
class Changed:
    """Everything about a source that a person may change, checked already. Paces are in seconds, None for our own."""

    name: str
    url: str
    kind: SourceKind
    region: str
    rights: Rights
    rights_evidence: str
    rights_checked_on: date | None
    pace_seconds: int
    pace_min: int | None
    pace_max: int | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that waits as its source told it: nobody decided, edited or approved anything of it."""

    item_id: int
    revision_id: int
    title: str
    text: str
    piled: bool
    known: Relevance


Judge = Callable[[Waiting], Relevance]
"""What the terms say of an item. Equal to `known` when no term, old or new, has a hand in it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """How many items went to the pile and came to the queue, and of how many less text is kept now.

    `still_up` counts the items on the site with an excerpt that the new rights class does not allow: an editor decides.
    """

    piled: int = 0
    queued: int = 0
    blanked: int = 0
    still_up: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a source; `what` are the names of its fields."""

    at: datetime
    by: str
    what: tuple[str, ...]
    effect: Effect


def waiting(session: Session, source_id: int) -> list[Waiting]:
    """What waits of a source in the queue or on the pile and was touched by nobody, newest first."""
    decided = select(Decision.id).where(Decision.item_id == Item.id).exists()
    rows = session.exec(
        select(Item.id, Item.state, Revision, RevisionEvent.place)
        .join(Revision, col(Revision.id) == col(Item.waiting_revision_id))
        .outerjoin(RevisionEvent, col(RevisionEvent.revision_id) == col(Revision.id))
        .where(Item.source_id == source_id, col(Item.state).in_([State.PENDING, State.PILE]))
        .where(col(Item.approved_revision_id).is_(None), Revision.origin == "source", ~decided)
        .order_by(col(Item.id).desc())
    )
    return [
        Waiting(
            item_id or 0,
            text.id or 0,
            text.title,
            "\n".join(filter(None, (text.text or text.excerpt, place))),
            state == State.PILE,
            Relevance(text.relevance, state != State.PILE, tuple(text.relevance_reasons)),
        )
        for item_id, state, text, place in rows
    ]


def moves(found: list[Waiting], judge: Judge) -> list[tuple[Waiting, Relevance]]:
    """Which of them stand in the wrong place by what `judge` says, each with that."""
    judged = ((each, judge(each)) for each in found)
    return [(each, said) for each, said in judged if said.reasons != each.known.reasons and said.shown == each.piled]


def change(session: Session, key: str, new: Changed, judge: Judge, *, by: int, now: datetime) -> Effect:
    """Change a source and what waits of it, and write down who did. Nothing happens when nothing differs.

    Raises NotFoundError, and NotAllowedError with a Dutch sentence for an address without a host.
    """
    row = session.exec(select(Source).where(Source.key == key, col(Source.kind) != SourceKind.OWN)).first()
    if row is None:
        raise NotFoundError(f"There is no source with the key {key}.")
    source_id, before = row.id or 0, Rights(row.rights)
    items.one_at_a_time(session, source_id)
    what = _write(session, row, new, now)
    if not what:
        return Effect()
    piled, queued = _move(session, source_id, judge, now) if {"include", "exclude"} & set(what) else (0, 0)
    stricter = _BY_WIDTH.index(new.rights) < _BY_WIDTH.index(before)
    blanked, still_up = _keep_less(session, source_id, new.rights, now) if stricter else (0, 0)
    effect = Effect(piled, queued, blanked, still_up)
    _log(session, source_id, what, effect, by, now)
    session.flush()
    return effect


def changes_of(session: Session, source_id: int) -> list[Change]:
    """The last changes of a source, newest first."""
    row = session.get(DeskSetting, _key(source_id))
    told: list[dict[str, Any]] = row.value["changes"] if row else []
    names = dict(
        session.exec(
            select(Account.id, Account.address).where(col(Account.id).in_([each["by"] for each in told]))
        ).all()
    )
    return [
        Change(
            datetime.fromisoformat(each["at"]),
            names.get(each["by"]) or "",
            tuple(each["what"]),
            Effect(**each["effect"]),
        )
        for each in told
    ]


def _write(session: Session, row: Source, new: Changed, now: datetime) -> list[str]:
    values: Mapping[str, Any] = {
        "name": new.name,
        "url": new.url,
        "kind": str(new.kind),
        "region": new.region,
        "rights": str(new.rights),
        "rights_evidence": new.rights_evidence,
        "rights_checked_on": new.rights_checked_on,
        "pace_seconds": new.pace_seconds,
        "pace_min": new.pace_min,
        "pace_max": new.pace_max,
        "include": list(new.include),
        "exclude": list(new.exclude),
        "options": new.options,
    }
    what = [name for name, value in values.items() if getattr(row, name) != value]
    for name in what:
        setattr(row, name, values[name])
    if "url" in what:
        try:
            row.host = host_key(new.url)
        except ValueError:
            raise NotAllowedError("Dit adres klopt niet. Controleer het en probeer het opnieuw.") from None
        hosts.ensure(session, [row.host])
        row.moved_to, row.moved_times = None, 0
    if set(what) & set(_REREAD):
        row.etag = row.last_modified = row.body_hash = None
        row.next_due_at = min(row.next_due_at, now)
    if set(what) & {"pace_seconds", "pace_min", "pace_max"}:
        # The pace begins where somebody put it, and adapts itself from there.
        row.interval_seconds, row.on_time = None, 0
    session.add(row)
    session.flush()
    return what


def _move(session: Session, source_id: int, judge: Judge, now: datetime) -> tuple[int, int]:
    moved = moves(waiting(session, source_id), judge)
    trust = items.trust_in(session, source_id)
    for each, said in moved:
        text = session.get_one(Revision, each.revision_id)
        # What the program thinks of a text is no part of it and of no digest.
        text.relevance, text.relevance_reasons = said.score, list(said.reasons)
        item = session.get_one(Item, each.item_id, with_for_update=True, populate_existing=True)
        item.state = State.PENDING if said.shown else State.PILE
        session.flush()
        item.priority = items.urgency(revisions.revision_text(session, text), trust, is_up=False, now=now)
    session.flush()
    queued = sum(said.shown for _, said in moved)
    return len(moved) - queued, queued


def _keep_less(session: Session, source_id: int, rights: Rights, now: datetime) -> tuple[int, int]:
    """Keep no more of what the source told than its new rights class allows."""
    touched: set[int] = set()
    if rights is Rights.TITLE:
        touched |= _without_excerpt(session, source_id, now)
    limit = 0 if rights is Rights.TITLE else rules.INTERNAL_TEXT_LIMIT
    rows = session.exec(
        select(Revision)
        .join(Item, col(Item.id) == col(Revision.item_id))
        .where(Item.source_id == source_id, sa.func.length(Revision.text) > limit)
    ).all()
    again = []
    for row in rows:
        row.text = rules.kept_text(row.text, rights)
        row.flags = flags.rows(flags.fitted(flags.from_rows(row.flags), row.title, row.text))
        session.add(row)
        touched.add(row.item_id)
    session.flush()
    for item_id in sorted({row.item_id for row in rows}):
        current = session.get_one(Item, item_id).current_revision_id
        text = revisions.revision_text(session, session.get_one(Revision, current))
        texts = [text.title, text.excerpt, text.text, text.body]
        again.append((item_id, search.words_of(texts, text.flags, revisions.places_of(text))))
    search.index_waiting(session.connection(), again)
    up = sa.and_(col(Item.approved_revision_id) == col(Revision.id), col(Item.taken_down_at).is_(None))
    shown = select(sa.func.count()).select_from(Item).join(Revision, up)
    still_up = session.exec(
        shown.where(Item.source_id == source_id, Revision.origin == "source", Revision.excerpt != "")
    )
    return len(touched), int(still_up.one()) if rights is Rights.TITLE else 0


def _without_excerpt(session: Session, source_id: int, now: datetime) -> set[int]:
    """Let what waits wait with its title only: a new text, because a text is never edited."""
    rows = session.exec(
        select(Item, Revision)
        .join(Revision, col(Revision.id) == col(Item.waiting_revision_id))
        .where(Item.source_id == source_id, Revision.origin == "source", Revision.excerpt != "")
    ).all()
    for item, row in rows:
        old = revisions.revision_text(session, row)
        told = content_hash(old.title, "", "", old.url, old.event)
        marks = flags.fitted(old.flags, old.title, "")
        text = replace(old, excerpt="", text="", flags=marks, source_hash=told, note=RIGHTS_NOTE)
        made = revisions.add_revision(session, item.id or 0, text, origin="source", made_by=None, now=now)
        item.current_revision_id = item.waiting_revision_id = made
        item.source_hash = told
        session.add(item)
    session.flush()
    return {item.id or 0 for item, _ in rows}


def _log(session: Session, source_id: int, what: list[str], effect: Effect, by: int, now: datetime) -> None:
    row = session.get(DeskSetting, _key(source_id)) or DeskSetting(
        key=_key(source_id), value={"changes": []}, changed_at=now
    )
    told = {
        "at": now.isoformat(),
        "by": by,
        "what": what,
        "effect": {name: getattr(effect, name) for name in ("piled", "queued", "blanked", "still_up")},
    }
    row.value = {"changes": [told, *row.value["changes"]][:KEPT_CHANGES]}
    row.changed_at, row.changed_by = now, by
    session.add(row)


def _key(source_id: int) -> str:
    return f"source:{source_id}"
