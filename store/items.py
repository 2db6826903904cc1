"""Taking in what a source told us: NEW, CHANGED or SAME. Idempotent, also when two crawls offer the same thing.

An item is found again by (source, guid). A changed text makes a new revision that waits for an editor; the approved
text stays up. A small change of what was decided (`store.changes`) is written down and waits for nobody. When a source
goes back to the text that is approved, nothing waits any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import changes, flags, likeness, priority, revisions, rules
from store.revisions import RevisionText
from store.tables import Decision, Item, Revision, Source
from store.values import (
    ExtractedItem,
    Kind,
    OfferResult,
    Rights,
    State,
    Verdict,
    content_hash,
)

PAGE_WANTED = "wanted"
_JUDGING = (Verdict.APPROVE, Verdict.CORRECT, Verdict.REJECT, Verdict.INTERNAL)
_LOCK = 727_434
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OfferOutcome:
    item_id: int
    result: OfferResult
    piled: bool


def offer(session: Session, source_id: int, item: ExtractedItem, rights: Rights, now: datetime) -> OfferOutcome:
    """Offer one item; see `offer_all`."""
    return offer_all(session, source_id, [item], rights, now)[0]


def offer_all(
    session: Session,
    source_id: int,
    items: Iterable[ExtractedItem],
    rights: Rights,
    now: datetime,
    *,
    only_new: bool = False,
) -> list[OfferOutcome]:
    """Offer what one visit found, inside the caller's write transaction.

    With `only_new` what we know already is left as it is, whatever the source says about it now.
    """
    offered = list(items)
    one_at_a_time(session, source_id)
    known = _known(session, source_id, [item.guid for item in offered])
    texts = [text_of(item, rights) for item in offered]
    firsts: dict[str, tuple[ExtractedItem, RevisionText]] = {}
    for item, text in zip(offered, texts, strict=True):
        if item.guid not in known:
            firsts.setdefault(item.guid, (item, text))
    added = _add(session, source_id, list(firsts.values()), now)
    outcomes, same, changed = [], [], []
    for item, text in zip(offered, texts, strict=True):
        if item.guid in added:
            outcomes.append(added.pop(item.guid))
            known[item.guid] = _Known(outcomes[-1].item_id, text.source_hash, outcomes[-1].piled)
            continue
        found = known[item.guid]
        outcomes.append(OfferOutcome(found.item_id, OfferResult.SAME, found.piled))
        if only_new or text.source_hash == found.source_hash:
            same.append(found.item_id)
        else:
            changed.append((found.item_id, item, text))
    again = _take_in(session, source_id, changed, now)
    if same:
        _mark_seen(session, same, now)
    return [
        outcome if outcome.result is OfferResult.NEW else again.get(outcome.item_id, outcome) for outcome in outcomes
    ]


@dataclass(frozen=True, slots=True)
class _Known:
    item_id: int
    source_hash: str
    piled: bool


def known_guids(session: Session, source_id: int, guids: Iterable[str]) -> dict[str, datetime]:
    """Which of these the source told us before, and when we last saw each."""
    asked = list(guids)
    found: dict[str, datetime] = {}
    for start in range(0, len(asked), _ASKED_AT_ONCE):
        part = asked[start : start + _ASKED_AT_ONCE]
        rows = session.exec(
            select(Item.guid, Item.seen_at).where(Item.source_id == source_id, col(Item.guid).in_(part))
        )
        found.update(dict(rows.all()))
    return found


def one_at_a_time(session: Session, source_id: int) -> None:
    """Keep others from what one source tells until the transaction ends.

    Two crawls with the same items in another order would lock each other out. SQLite has one writer anyway.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK, source_id)))


def _known(session: Session, source_id: int, guids: list[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for start in range(0, len(guids), _ASKED_AT_ONCE):
        part = guids[start : start + _ASKED_AT_ONCE]
        rows = session.exec(
            select(Item.id, Item.guid, Item.source_hash, Item.state).where(
                Item.source_id == source_id, col(Item.guid).in_(part)
            )
        )
        found.update({guid: _Known(number or 0, known, state == State.PILE) for number, guid, known, state in rows})
    return found


def _mark_seen(session: Session, item_ids: list[int], now: datetime) -> None:
    table: sa.Table = Item.__table__  # type: ignore[attr-defined]
    for start in range(0, len(item_ids), _ASKED_AT_ONCE):
        part = item_ids[start : start + _ASKED_AT_ONCE]
        session.connection().execute(sa.update(table).where(table.c.id.in_(part)).values(seen_at=now))


def _add(
    session: Session, source_id: int, new: list[tuple[ExtractedItem, RevisionText]], now: datetime
) -> dict[str, OfferOutcome]:
    """Add items that were never seen, in a handful of statements however many there are."""
    ids = revisions.new_ids(session, Item, len(new))
    rows, outcomes, trust = [], {}, trust_in(session, source_id)
    for item_id, (item, text) in zip(ids, new, strict=True):
        rows.append(
            {
                "id": item_id,
                "source_id": source_id,
                "guid": item.guid,
                "kind": item.kind,
                # Undecided items point at a text, and a text at its item: for a moment it stands apart.
                "state": State.INTERNAL,
                "priority": urgency(text, trust, is_up=False, now=now),
                "found_at": now,
                "seen_at": now,
                "source_hash": text.source_hash,
                "page": PAGE_WANTED if item.wants_page else None,
            }
        )
        outcomes[item.guid] = OfferOutcome(item_id, OfferResult.NEW, not item.reading.relevance.shown)
    revisions.insert_rows(session, Item, rows)
    texts = [(item_id, 1, text) for item_id, (_, text) in zip(ids, new, strict=True)]
    made = revisions.add_all(session, texts, origin="source", made_by=None, now=now)
    _let_wait(session, zip(ids, made, (item.reading.relevance.shown for item, _ in new), strict=True))
    # Ordinary news was not read further and has no signature.
    signed = [
        likeness.Signed(item_id, item.reading.signature, item.published_at)
        for item_id, (item, _) in zip(ids, new, strict=True)
        if item.reading.signature is not None
    ]
    likeness.add_new(session, signed, now)
    return outcomes


def _let_wait(session: Session, new: Iterable[tuple[int, int, bool]]) -> None:
    """Let new items wait with their first text: (item, revision, in the queue or else on the pile)."""
    table: sa.Table = Item.__table__  # type: ignore[attr-defined]
    rows = [
        {"number": item_id, "text": revision_id, "stands": State.PENDING if shown else State.PILE}
        for item_id, revision_id, shown in new
    ]
    if rows:
        text: sa.BindParameter[int] = sa.bindparam("text")
        stands: sa.BindParameter[str] = sa.bindparam("stands")
        statement = sa.update(table).where(table.c.id == sa.bindparam("number"))
        session.connection().execute(
            statement.values(current_revision_id=text, waiting_revision_id=text, state=stands), rows
        )


def _take_in(
    session: Session, source_id: int, changed: list[tuple[int, ExtractedItem, RevisionText]], now: datetime
) -> dict[int, OfferOutcome]:
    """Take in known items that say something else now. Those that nobody touched yet, the most, go in together."""
    if not changed:
        return {}
    table: sa.Table = Item.__table__  # type: ignore[attr-defined]
    rows = session.connection().execute(
        sa.select(table.c.id, table.c.state, col(Revision.number))
        .join(Revision, col(Revision.id) == table.c.current_revision_id)
        .where(table.c.id.in_([item_id for item_id, _, _ in changed]), table.c.approved_revision_id.is_(None))
        .where(table.c.state.in_([State.PENDING, State.PILE]), col(Revision.origin) == "source")
        .order_by(table.c.id)
        .with_for_update(of=table)
    )
    untouched = {item_id: (state == State.PILE, number) for item_id, state, number in rows}
    # What a document tells twice in two ways is taken in one after the other.
    firsts = {item_id: (item, text) for item_id, item, text in reversed(changed) if item_id in untouched}
    trust = trust_in(session, source_id)
    found = _replace(session, [(item_id, *firsts[item_id], *untouched[item_id]) for item_id in firsts], trust, now)
    for item_id, item, text in changed:
        if item_id not in firsts or text is not firsts[item_id][1]:
            found[item_id] = _again(session, item_id, item, text, now)
    session.flush()
    last = {item_id: item for item_id, item, _ in changed}
    told = [(item_id, item.reading.signature, item.published_at) for item_id, item in last.items()]
    likeness.renew_all(session, told, now)
    return found


def _replace(
    session: Session,
    waiting: list[tuple[int, ExtractedItem, RevisionText, bool, int]],
    trust: float | None,
    now: datetime,
) -> dict[int, OfferOutcome]:
    """Let other texts wait in the place of those that wait: (item, what it says, its text, on the pile, number)."""
    texts = [(item_id, number + 1, text) for item_id, _, text, _, number in waiting]
    made = revisions.add_all(session, texts, origin="source", made_by=None, now=now)
    rows, outcomes = [], {}
    for revision_id, (item_id, item, text, was_piled, _) in zip(made, waiting, strict=True):
        piled = was_piled and not item.reading.relevance.shown
        rows.append(
            {
                "number": item_id,
                "text": revision_id,
                "stands": State.PILE if piled else State.PENDING,
                "known": text.source_hash,
                "moment": now,
                "wanted": PAGE_WANTED if item.wants_page else None,
                "urgency": urgency(text, trust, is_up=False, now=now),
            }
        )
        outcomes[item_id] = OfferOutcome(item_id, OfferResult.CHANGED, piled)
    if rows:
        session.connection().execute(_REPLACE, rows)
    return outcomes


def _replacing() -> sa.Update:
    table: sa.Table = Item.__table__  # type: ignore[attr-defined]
    text: sa.BindParameter[int] = sa.bindparam("text")
    values: dict[str, Any] = {
        "current_revision_id": text,
        "waiting_revision_id": text,
        "state": sa.bindparam("stands"),
        "source_hash": sa.bindparam("known"),
        "seen_at": sa.bindparam("moment", type_=table.c.seen_at.type),
        "page": sa.bindparam("wanted"),
        "page_tries": 0,
        "priority": sa.bindparam("urgency"),
    }
    return sa.update(table).where(table.c.id == sa.bindparam("number")).values(values)


_REPLACE = _replacing()


def _again(session: Session, item_id: int, item: ExtractedItem, text: RevisionText, now: datetime) -> OfferOutcome:
    """Take in a known item that says something else now."""
    row = session.get_one(Item, item_id, with_for_update=True, populate_existing=True)
    incoming = text.source_hash
    if incoming == row.source_hash:
        return OfferOutcome(item_id, OfferResult.SAME, row.state == State.PILE)
    row.seen_at = now
    row.source_hash = incoming
    row.page, row.page_tries = (PAGE_WANTED if item.wants_page else None), 0
    approved = session.get(Revision, row.approved_revision_id) if row.approved_revision_id else None
    if approved is not None and approved.source_hash == incoming and row.taken_down_at is None:
        row.current_revision_id, row.waiting_revision_id = approved.id, None
        row.state = State.APPROVED
        row.page = None
        return OfferOutcome(item_id, OfferResult.CHANGED, piled=False)
    latest = session.get(Revision, row.current_revision_id) if row.current_revision_id else None
    judged = _judged(session, row)
    if latest is not None and _was_edited(session, item_id):
        text = _with_choices_of(session, latest, text)
        judged = _with_choices_of(session, latest, judged) if judged is not None else None
    if judged is not None and not changes.weighty(judged, text):
        # Written down beside what was decided: nothing points at it, so no undo and no later verdict can stumble on it.
        small = replace(text, note=changes.SMALL)
        revisions.add_revision(session, row.id or 0, small, origin="source", made_by=None, now=now)
        row.page = None
        return OfferOutcome(item_id, OfferResult.CHANGED, piled=False)
    revision_id = revisions.add_revision(session, row.id or 0, text, origin="source", made_by=None, now=now)
    piled = row.state == State.PILE and not item.reading.relevance.shown
    row.current_revision_id = row.waiting_revision_id = revision_id
    row.state = State.PILE if piled else State.PENDING
    is_up = shown_revision(row, now) is not None
    row.priority = urgency(text, trust_in(session, row.source_id), is_up=is_up, now=now)
    return OfferOutcome(item_id, OfferResult.CHANGED, piled)


def _judged(session: Session, row: Item) -> RevisionText | None:
    """The source's own text that an editor judged last, None while one waits and for what was withdrawn."""
    if row.state not in {State.APPROVED, State.SCHEDULED, State.REJECTED, State.INTERNAL}:
        return None
    taken_back = select(Decision.undoes).where(Decision.item_id == row.id, col(Decision.undoes).is_not(None))
    last = session.exec(
        select(Decision.revision_id)
        .where(Decision.item_id == row.id, col(Decision.verdict).in_(_JUDGING), col(Decision.id).not_in(taken_back))
        .order_by(col(Decision.id).desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    found = session.exec(
        select(Revision)
        .where(Revision.item_id == row.id, col(Revision.id) <= last, Revision.origin == "source")
        .where(Revision.note != changes.SMALL)
        .order_by(col(Revision.id).desc())
        .limit(1)
    ).first()
    return revisions.revision_text(session, found) if found else None


def urgency(text: RevisionText, trust: float | None, *, is_up: bool, now: datetime) -> float:
    """How far up in the queue an item with this newest text stands; `trust` is that in its source."""
    event = text.event
    return priority.parts_of(
        text.relevance,
        text.kind,
        event.starts_at if event else None,
        is_up=is_up,
        now=now,
        status=event.status if event else None,
        flags=(flag.kind for flag in text.flags),
        trust=trust,
    ).value


def trust_in(session: Session, source_id: int) -> float | None:
    return session.exec(select(Source.trust).where(Source.id == source_id)).one()


def shown_revision(row: Item, now: datetime) -> int | None:
    """The revision that the public sees of this item now, None when it sees nothing."""
    return rules.shown_revision(
        row.approved_revision_id, row.public_at, row.previous_revision_id, row.taken_down_at or row.rights_held_at, now
    )


def text_of(item: ExtractedItem, rights: Rights) -> RevisionText:
    """What of an item may be kept. A change beyond it is no change: nobody could see it."""
    excerpt = "" if rights is Rights.TITLE else item.excerpt
    text = rules.kept_text(item.text, rights)
    return RevisionText(
        kind=item.kind,
        url=item.url,
        title=item.title,
        excerpt=excerpt,
        text=text,
        published_at=item.published_at,
        regions=item.reading.regions,
        forms=item.reading.forms,
        event=item.event,
        source_hash=content_hash(item.title, excerpt, text, item.url, item.event),
        language=item.reading.language,
        relevance=item.reading.relevance.score,
        relevance_reasons=item.reading.relevance.reasons,
        author=item.author,
        section=item.section,
        flags=flags.fitted(item.reading.flags, item.title, text),
        news_kind=item.reading.news_kind,
    )


def _with_choices_of(session: Session, latest: Revision, text: RevisionText) -> RevisionText:
    """An editor's region, form, event facts and care outlive a change of the source's words, also the second one."""
    chosen = revisions.revision_text(session, latest)
    event = chosen.event if chosen.kind is Kind.EVENT and text.kind is Kind.ARTICLE else text.event
    if event is not None and chosen.event is not None:
        event = replace(event, risk=chosen.event.risk)
    return replace(
        text,
        kind=Kind.EVENT if event is not None else text.kind,
        regions=chosen.regions,
        forms=chosen.forms,
        event=event,
        link_hidden=chosen.link_hidden,
    )


def _was_edited(session: Session, item_id: int) -> bool:
    edited = select(Revision.id).where(Revision.item_id == item_id, Revision.origin == "editor").limit(1)
    return session.exec(edited).first() is not None
