"""What an editor decides: one explicit function in one transaction. No callbacks.

`decide` takes the revision that the editor saw. If another one waits by now, nothing happens and `ChangedError` says
so (HTTP 409). Otherwise the item's pointers, the decision row with its place in the chain, the search index, the
public version and the notice rows change together, or not at all.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from store import chain, items, notices, revisions, rules, search
from store.drafts import EditedText, fit_reason, must_be_fit
from store.errors import ChangedError, NotAllowedError, NotFoundError
from store.standing import Standing, public_part, put_back, standing_of
from store.tables import CalendarEntry, Decision, Item, PublicState, Revision, RevisionEvent
from store.values import DecisionMade, Form, FormFound, Kind, State, Verdict


def hold(session: Session, item_id: int) -> None:
    """Wait until it is our turn to decide about an item, and keep it until the transaction ends.

    Whoever reads the clock behind this gives `decide` the moment of the decision and not that of the click: an undo
    that waited until after its window must come too late, because by then the mails have left. Raises NotFoundError.
    """
    _locked(session, item_id)


def decide(
    session: Session,
    item_id: int,
    revision_id: int,
    verdict: Verdict,
    *,
    account_id: int,
    now: datetime,
    undo_seconds: int,
    reason: str = "",
    privacy_checked: bool = False,
) -> DecisionMade:
    """Carry out one verdict on one revision. The caller owns the write transaction.

    Raises NotFoundError, ChangedError (another revision waits, or it was decided already) or NotAllowedError (a tick
    or a reason is missing, the undo window is over); in each case nothing has changed.
    """
    verdict = Verdict(verdict)
    item = _locked(session, item_id)
    reason = fit_reason(verdict, reason)
    if verdict is Verdict.APPROVE and not privacy_checked:
        raise NotAllowedError(
            "Vink eerst aan dat geen slachtoffer herkenbaar is en dat er geen volledige naam in de tekst staat."
        )
    before = standing_of(item)
    # The item's pointers and its state change together: a query in between must not write half of it.
    with session.no_autoflush:
        undoes = _carry_out(session, item, revision_id, verdict, now, undo_seconds)
    session.add(item)
    session.flush()
    told = 0
    if public_part(before) != public_part(standing_of(item)):
        _public_changed(session, item)
        notices.drop_unsent(session, item_id, now)
        # Also after an undo: what it puts back may not have been told to everybody before it was taken away.
        if item.kind == Kind.EVENT and item.approved_revision_id and item.taken_down_at is None:
            told = _tell(session, item, now)
    row = _record(
        session,
        item,
        revision_id,
        str(verdict),
        account_id,
        now,
        before,
        reason,
        privacy_checked=privacy_checked,
        undoes=undoes,
    )
    return DecisionMade(
        id=row.id or 0,
        item_id=item_id,
        revision_id=revision_id,
        verdict=verdict,
        made_at=now,
        state=State(item.state),
        public_at=item.public_at if item.approved_revision_id and not item.taken_down_at else None,
        notices=told,
        hash=row.hash,
    )


def _carry_out(
    session: Session, item: Item, revision_id: int, verdict: Verdict, now: datetime, undo_seconds: int
) -> int | None:
    """Change the item's facts. Returns the decision that an undo takes back."""
    if verdict is Verdict.UNDO:
        return _undo(session, item, revision_id, now, undo_seconds)
    if verdict is Verdict.WITHDRAW:
        _withdraw(item, revision_id, now)
    elif verdict is Verdict.REOPEN:
        _reopen(item, revision_id)
    else:
        _must_wait(item, revision_id)
        item.waiting_revision_id = None
        if verdict is Verdict.APPROVE:
            _approve(session, item, revision_id, now, undo_seconds)
        else:
            otherwise = State.REJECTED if verdict is Verdict.REJECT else State.INTERNAL
            is_up = item.approved_revision_id is not None
            item.state = rules.state_of(False, is_up, item.taken_down_at is not None, otherwise)
    return None


def edit(session: Session, item_id: int, revision_id: int, text: EditedText, *, account_id: int, now: datetime) -> int:
    """Make a new revision from an editor's text, which then waits for a verdict. Returns its id.

    Raises ChangedError when `revision_id` is not the newest one any more, NotAllowedError for unfit text.
    """
    item = _locked(session, item_id)
    if revision_id != item.current_revision_id:
        raise _changed(item)
    must_be_fit(text)
    seen = session.get_one(Revision, revision_id)
    old = revisions.revision_text(session, seen)
    before = standing_of(item)
    new = replace(
        old,
        kind=Kind.EVENT if text.event else old.kind,
        title=text.title.strip(),
        excerpt=text.excerpt.strip(),
        regions=text.regions,
        forms=tuple(_form_of(form, old.forms) for form in text.forms),
        event=text.event or old.event,
        title_adjusted=old.title_adjusted or text.title.strip() != old.title,
        flags=text.flags,
    )
    made = revisions.add_revision(session, item_id, new, origin="editor", made_by=account_id, now=now)
    item.current_revision_id = item.waiting_revision_id = made
    item.state = State.PENDING
    session.add(item)
    session.flush()
    _record(session, item, made, "edit", account_id, now, before, "")
    return made


def _form_of(form: Form, known: tuple[FormFound, ...]) -> FormFound:
    return next((found for found in known if found.form is form), FormFound(form, ("gekozen door de redactie",)))


def _locked(session: Session, item_id: int) -> Item:
    statement = select(Item).where(Item.id == item_id).with_for_update().execution_options(populate_existing=True)
    item = session.exec(statement).one_or_none()
    if item is None:
        raise NotFoundError(f"There is no item {item_id}.")
    return item


def _changed(item: Item) -> ChangedError:
    return ChangedError(
        "Dit bericht is intussen veranderd of al beoordeeld. Bekijk de nieuwe tekst en beslis dan.",
        item.id or 0,
        item.waiting_revision_id or item.current_revision_id,
    )


def _must_wait(item: Item, revision_id: int) -> None:
    if item.waiting_revision_id is None or item.waiting_revision_id != revision_id:
        raise _changed(item)


def _approve(session: Session, item: Item, revision_id: int, now: datetime, undo_seconds: int) -> None:
    revision = session.get_one(Revision, revision_id)
    previous = item.approved_revision_id
    public_at = rules.undo_ends(now, undo_seconds)
    item.previous_public_at = item.first_public_at
    item.previous_revision_id = items.shown_revision(item, now)
    if item.previous_revision_id is None:
        item.previous_public_at = None
    item.kind = revision.kind
    item.state = State.APPROVED
    item.approved_revision_id = revision_id
    item.public_at = public_at
    item.taken_down_at = None
    item.listed_at = min(revision.published_at or public_at, public_at)
    item.first_public_at = item.first_public_at or public_at
    if revision.kind == Kind.EVENT:
        _calendar_entry(session, item.id or 0, previous, revision_id, now)


def _calendar_entry(session: Session, item_id: int, previous: int | None, revision_id: int, now: datetime) -> None:
    """The identity in calendars. A plain UUID without a host name, as RFC 7986 section 5.3 recommends."""
    entry = session.get(CalendarEntry, item_id)
    if entry is None:
        session.add(CalendarEntry(item_id=item_id, uid=str(uuid.uuid4()), sequence=0, changed_at=now))
        return
    old = session.get(RevisionEvent, previous) if previous else None
    new = session.get_one(RevisionEvent, revision_id)
    if old is None or (old.starts_at, old.ends_at, old.all_day, old.place, old.status) != (
        new.starts_at,
        new.ends_at,
        new.all_day,
        new.place,
        new.status,
    ):
        entry.sequence += 1
    entry.changed_at = now
    session.add(entry)


def _withdraw(item: Item, revision_id: int, now: datetime) -> None:
    if item.approved_revision_id is None or item.taken_down_at is not None or revision_id != item.approved_revision_id:
        raise _changed(item)
    item.taken_down_at = now
    item.state = rules.state_of(item.waiting_revision_id is not None, True, True, State.WITHDRAWN)


def _reopen(item: Item, revision_id: int) -> None:
    """Let the newest text wait again: one that was decided against, taken down or put on the pile."""
    waits = item.waiting_revision_id is not None and item.state != State.PILE
    stands = item.approved_revision_id == revision_id and item.taken_down_at is None
    if revision_id != item.current_revision_id or waits or stands:
        raise _changed(item)
    item.waiting_revision_id = item.current_revision_id
    item.state = State.PENDING


def _undo(session: Session, item: Item, revision_id: int, now: datetime, undo_seconds: int) -> int:
    """Take back the last verdict. An approval can be taken back only before anything left the house."""
    last = session.exec(
        select(Decision)
        .where(Decision.item_id == item.id, col(Decision.verdict).not_in(["undo", "edit"]))
        .where(col(Decision.id).not_in(select(Decision.undoes).where(col(Decision.undoes).is_not(None))))
        .order_by(col(Decision.id).desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.revision_id != revision_id:
        raise _changed(item)
    if now >= rules.undo_ends(last.made_at, undo_seconds):
        raise NotAllowedError("De bedenktijd is voorbij. Trek het bericht in of heropen het.")
    # A text that the source (or an editor) wrote meanwhile goes on waiting.
    put_back(item, last.before, also_waiting=item.current_revision_id == last.after["current"])
    return last.id or 0


def _public_changed(session: Session, item: Item) -> None:
    state = session.exec(select(PublicState).where(PublicState.id == 1).with_for_update()).one()
    state.version += 1
    session.add(state)
    if item.approved_revision_id is None or item.taken_down_at is not None:
        search.remove(session, item.id or 0)
        return
    before = _words(session, item.previous_revision_id) if item.previous_revision_id else None
    search.index(session, item.id or 0, _words(session, item.approved_revision_id), before)


def _words(session: Session, revision_id: int) -> str:
    """What a text is found by: its title, its excerpt and its places."""
    text = revisions.revision_text(session, session.get_one(Revision, revision_id))
    places = [word for region in text.regions for word in (region.place, region.municipality, region.province) if word]
    return " ".join([text.title, text.excerpt, *places])


def _tell(session: Session, item: Item, now: datetime) -> int:
    entry = session.get_one(CalendarEntry, item.id)
    event = session.get_one(RevisionEvent, item.approved_revision_id)
    if event.starts_at <= now or item.public_at is None:
        return 0
    return notices.write_for_event(
        session,
        item.id or 0,
        item.approved_revision_id or 0,
        entry.sequence,
        due_at=item.public_at,
        expires_at=event.starts_at,
        now=now,
    )


def _record(
    session: Session,
    item: Item,
    revision_id: int,
    verdict: str,
    account_id: int,
    now: datetime,
    before: Standing,
    reason: str,
    *,
    privacy_checked: bool = False,
    undoes: int | None = None,
) -> Decision:
    salt = secrets.token_hex(16)
    row = Decision(
        item_id=item.id or 0,
        revision_id=revision_id,
        account_id=account_id,
        verdict=verdict,
        reason=reason,
        privacy_checked=privacy_checked,
        made_at=now,
        undoes=undoes,
        before=before,
        after=standing_of(item),
        revision_digest=session.get_one(Revision, revision_id).digest,
        salt=salt,
        reason_digest=chain.text_digest(salt, reason),
        previous_hash="",
        hash="",
    )
    return chain.append(session, row)
