"""One item with everything an editor needs to be sure: texts, reasons, what is public, and what was decided before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import changes, items, revisions, rules
from store.errors import NotFoundError
from store.revisions import RevisionText
from store.rules import PublicFacts
from store.standing import NOT_UNDONE
from store.tables import Account, ChainHead, Decision, Item, PrivacyCheck, Revision, Source
from store.values import Rights, SourceKind, State


@dataclass(frozen=True, slots=True)
class DecisionSeen:
    """One line of the history. `undone` means that a later decision took it back; `verdict` may also be a note."""

    id: int
    item_id: int
    revision_id: int
    revision_number: int
    title: str
    verdict: str
    reason: str
    privacy_checked: bool
    address: str
    made_at: datetime
    undone: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """`text` is the newest text to judge and `revision_id` its number; `approved` the text approved last, if any.

    `shown_revision_id` is the one that the public sees now. `source_text` is the newest one of the source when `text`
    is an editor's. `logged` is a later text of the source that differs too little to be judged again (`note` says so).
    `first_approval` is the address of the first of two editors who approved `text`, "" when nobody did.
    """

    item_id: int
    state: State
    revision_id: int
    revision_number: int
    origin: str
    made_by: str
    made_at: datetime
    text: RevisionText
    waits: bool
    approved: RevisionText | None
    approved_revision_id: int | None
    shown_revision_id: int | None
    public_at: datetime | None
    taken_down_at: datetime | None
    rights_held_at: datetime | None
    found_at: datetime
    source_key: str
    source_name: str
    source_kind: SourceKind
    rights: Rights
    first_approval: str
    source_text: RevisionText | None
    logged: RevisionText | None
    facts: PublicFacts
    history: tuple[DecisionSeen, ...]

    @property
    def taken_down(self) -> bool:
        return self.taken_down_at is not None

    @property
    def is_new_text_of_approved(self) -> bool:
        return self.waits and self.approved is not None and self.approved_revision_id != self.revision_id

    @property
    def may_withdraw(self) -> bool:
        return self.approved_revision_id is not None and not self.taken_down

    @property
    def may_correct(self) -> bool:
        return self.may_withdraw and self.rights_held_at is None

    @property
    def may_reopen(self) -> bool:
        return self.state not in {State.PENDING, State.APPROVED, State.SCHEDULED}


def read(session: Session, item_id: int, *, now: datetime) -> Dossier:
    """Everything about one item. Raises NotFoundError."""
    found = session.exec(
        select(Item, Source).where(col(Item.source_id) == col(Source.id), Item.id == item_id)
    ).one_or_none()
    if found is None or found[0].current_revision_id is None:
        raise NotFoundError(f"There is no item {item_id}.")
    item, source = found
    current = session.get_one(Revision, item.current_revision_id)
    maker = session.get(Account, current.made_by) if current.made_by else None
    approved = session.get(Revision, item.approved_revision_id) if item.approved_revision_id else None
    return Dossier(
        item_id=item_id,
        state=State(item.state),
        revision_id=current.id or 0,
        revision_number=current.number,
        origin=current.origin,
        made_by=maker.address if maker else "",
        made_at=current.made_at,
        text=revisions.revision_text(session, current),
        waits=item.waiting_revision_id is not None,
        approved=revisions.revision_text(session, approved) if approved else None,
        approved_revision_id=item.approved_revision_id,
        shown_revision_id=items.shown_revision(item, now),
        public_at=item.public_at,
        taken_down_at=item.taken_down_at,
        rights_held_at=item.rights_held_at,
        found_at=item.found_at,
        source_key=source.key,
        source_name=source.name,
        source_kind=SourceKind(source.kind),
        rights=Rights(source.rights),
        first_approval=_first_approval(session, item),
        source_text=source_text(session, current) if current.origin == "editor" else None,
        logged=_logged(session, current),
        facts=facts_of(session, item, now),
        history=history(session, item_id=item_id, size=200).lines,
    )


def facts_of(session: Session, item: Item, now: datetime) -> PublicFacts:
    """The five facts of an item at `now`, as `rules.is_public` asks them: of the text that shows or is to show."""
    stays = item.previous_revision_id
    is_time = item.public_at is not None and item.public_at <= now
    asked = stays if stays is not None and not is_time else item.approved_revision_id
    return PublicFacts(
        rights=item.rights_held_at is None,
        privacy=asked is not None and session.get(PrivacyCheck, asked) is not None,
        review=item.approved_revision_id is not None,
        publication=(item.previous_public_at if stays is not None else None) or item.public_at,
        takedown=item.taken_down_at is not None,
    )


def _first_approval(session: Session, item: Item) -> str:
    if item.first_approval_by is None or item.first_approval_revision_id != item.waiting_revision_id:
        return ""
    account = session.get(Account, item.first_approval_by)
    return account.address if account else ""


def source_text(session: Session, row: Revision) -> RevisionText | None:
    """The newest text of the source itself that `row` was made from; None when an editor began it."""
    before = select(Revision).where(Revision.item_id == row.item_id, col(Revision.id) <= row.id)
    before = before.where(Revision.origin == "source").order_by(col(Revision.id).desc()).limit(1)
    found = session.exec(before).one_or_none()
    return revisions.revision_text(session, found) if found else None


def _logged(session: Session, current: Revision) -> RevisionText | None:
    newest = select(Revision).where(Revision.item_id == current.item_id).order_by(col(Revision.id).desc()).limit(1)
    found = session.exec(newest).one()
    return revisions.revision_text(session, found) if found.id != current.id and found.note == changes.SMALL else None


def revision(session: Session, item_id: int, revision_id: int) -> RevisionText | None:
    """One text of an item, None when that revision is not one of its own."""
    row = session.exec(select(Revision).where(Revision.id == revision_id, Revision.item_id == item_id)).one_or_none()
    return revisions.revision_text(session, row) if row else None


def judged(session: Session, item_id: int, revision_id: int) -> tuple[RevisionText, RevisionText | None]:
    """A text of an item, and the source's text that it was made from when an editor changed it.

    Raises NotFoundError when that revision is not one of the item's own.
    """
    row = session.exec(select(Revision).where(Revision.id == revision_id, Revision.item_id == item_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"Item {item_id} has no revision {revision_id}.")
    return revisions.revision_text(session, row), source_text(session, row) if row.origin == "editor" else None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    lines: tuple[DecisionSeen, ...]
    next_before: int | None


def history(session: Session, *, item_id: int | None = None, before: int | None = None, size: int = 50) -> HistoryPage:
    """Decisions, newest first, of one item or of all; `before` is the id of the last one seen."""
    statement = (
        select(Decision, Account.address, Revision)
        .join(Account, col(Account.id) == col(Decision.account_id))
        .join(Revision, col(Revision.id) == col(Decision.revision_id))
        .order_by(col(Decision.id).desc())
        .limit(size + 1)
    )
    if item_id is not None:
        statement = statement.where(Decision.item_id == item_id)
    if before is not None:
        statement = statement.where(col(Decision.id) < before)
    rows = session.exec(statement).all()
    shown = rows[:size]
    undone = set(
        session.exec(select(Decision.undoes).where(col(Decision.undoes).in_([row.id for row, _, _ in shown]))).all()
    )
    lines = tuple(
        DecisionSeen(
            id=row.id or 0,
            item_id=row.item_id,
            revision_id=row.revision_id,
            revision_number=text.number,
            title=text.title,
            verdict=str(row.verdict),
            reason=row.reason,
            privacy_checked=row.privacy_checked,
            address=address,
            made_at=row.made_at,
            undone=row.id in undone,
        )
        for row, address, text in shown
    )
    return HistoryPage(lines, lines[-1].id if len(rows) > size else None)


def chain_length(session: Session) -> int:
    """How many decisions there are by the head of the chain, without reading them."""
    return session.exec(select(ChainHead.length).where(ChainHead.id == 1)).one()


@dataclass(frozen=True, slots=True)
class UndoOffer:
    """The last verdict of an editor while it can still be taken back; `verdict` may also be "approve_first".

    `shows_at` is when the item shows by this verdict, if it does.
    """

    item_id: int
    revision_id: int
    title: str
    verdict: str
    ends_at: datetime
    shows_at: datetime | None


def undo_offer(session: Session, account_id: int, *, now: datetime, undo_seconds: int) -> UndoOffer | None:
    """What this editor may still take back, None when the window is over or somebody decided after it."""
    last = session.exec(
        select(Decision, Revision.title)
        .join(Revision, col(Revision.id) == col(Decision.revision_id))
        .where(Decision.account_id == account_id, col(Decision.verdict).not_in(NOT_UNDONE))
        .order_by(col(Decision.id).desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    row, title = last
    ends_at = rules.undo_ends(row.made_at, undo_seconds)
    later = select(sa.func.count()).where(col(Decision.item_id) == row.item_id, col(Decision.id) > row.id)
    later = later.where(col(Decision.verdict).not_in(NOT_UNDONE))
    if row.verdict == "undo" or now >= ends_at or session.exec(later).one():
        return None
    shows = row.after.get("public_at") if row.after["approved"] == row.revision_id else None
    shows_at = datetime.fromisoformat(shows) if shows else None
    return UndoOffer(row.item_id, row.revision_id, title, str(row.verdict), ends_at, shows_at)


@dataclass(frozen=True, slots=True)
class UpLine:
    """One thing that is public, or will be when its undo window ends."""

    item_id: int
    revision_id: int
    kind: str
    title: str
    source_name: str
    public_at: datetime
    has_newer_text: bool
    cursor: str


@dataclass(frozen=True, slots=True)
class UpPage:
    lines: tuple[UpLine, ...]
    next_cursor: str | None


def up(session: Session, *, before: int | None = None, size: int = 50) -> UpPage:
    """What is public now or within the undo window, newest approval first; `before` is the item seen last."""
    statement = (
        select(Item, Revision, Source.name)
        .join(Revision, col(Revision.id) == col(Item.approved_revision_id))
        .join(Source, col(Source.id) == col(Item.source_id))
        .where(col(Item.taken_down_at).is_(None), col(Item.rights_held_at).is_(None))
        .order_by(col(Item.public_at).desc(), col(Item.id).desc())
        .limit(size + 1)
    )
    last = session.get(Item, before) if before is not None else None
    if last is not None and last.public_at is not None:
        statement = statement.where(
            sa.or_(
                col(Item.public_at) < last.public_at,
                sa.and_(col(Item.public_at) == last.public_at, col(Item.id) < (last.id or 0)),
            )
        )
    rows = session.exec(statement).all()
    lines = tuple(
        UpLine(
            item.id or 0,
            text.id or 0,
            str(text.kind),
            text.title,
            source_name,
            item.public_at or item.found_at,
            item.waiting_revision_id is not None,
            str(item.id),
        )
        for item, text, source_name in rows[:size]
    )
    return UpPage(lines, lines[-1].cursor if len(rows) > size else None)
