"""What an editor decides: one explicit function in one transaction. No callbacks.

`decide` takes the revision that the editor saw. If another one waits by now, nothing happens and `ChangedError` says
so (HTTP 409). Otherwise the item's pointers, the decision row with its place in the chain, the search index, the
public version and the notice rows change together, or not at all.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from store import chain, items, notices, rules, search
from store.errors import ChangedError, NotAllowedError, NotFoundError
from store.tables import CalendarEntry, Decision, Item, PublicState, Revision, RevisionEvent
from store.values import (
    TITLE_LIMIT,
    DecisionMade,
    EventFacts,
    Form,
    FormFound,
    Kind,
    Region,
    State,
    Verdict,
)

REASON_LIMIT = 500


@dataclass(frozen=True, slots=True)
class EditedText:
    """What an editor may change. With `event` set, the item becomes an event."""

    title: str
    excerpt: str
    regions: tuple[Region, ...]
    forms: tuple[Form, ...]
    event: EventFacts | None = None


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
    reason = _fit_reason(verdict, reason)
    if verdict is Verdict.APPROVE and not privacy_checked:
        raise NotAllowedError(
            "Vink eerst aan dat geen slachtoffer herkenbaar is en dat er geen volledige naam in de tekst staat."
        )
    before = _snapshot(item)
    # The item's pointers and its state change together: a query in between must not write half of it.
    with session.no_autoflush:
        undoes = _carry_out(session, item, revision_id, verdict, now, undo_seconds)
    session.add(item)
    session.flush()
    told = 0
    if _snapshot_of_public(before) != _snapshot_of_public(_snapshot(item)):
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
    _must_be_fit(text)
    seen = session.get_one(Revision, revision_id)
    old = items.revision_text(session, seen)
    before = _snapshot(item)
    new = replace(
        old,
        kind=Kind.EVENT if text.event else old.kind,
        title=text.title.strip(),
        excerpt=text.excerpt.strip(),
        regions=text.regions,
        forms=tuple(_form_of(form, old.forms) for form in text.forms),
        event=text.event or old.event,
        title_adjusted=old.title_adjusted or text.title.strip() != old.title,
    )
    made = items.add_revision(session, item_id, new, origin="editor", made_by=account_id, now=now)
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


def _fit_reason(verdict: Verdict, reason: str) -> str:
    reason = reason.strip()
    if verdict is Verdict.REJECT and not reason:
        raise NotAllowedError("Kies een reden voor het afwijzen.")
    if len(reason) > REASON_LIMIT:
        raise NotAllowedError(f"De reden is te lang: schrijf hoogstens {REASON_LIMIT} tekens.")
    if rules.unfit_character(reason):
        raise NotAllowedError("In de reden staat een onzichtbaar teken. Typ de reden opnieuw.")
    return reason


def _must_be_fit(text: EditedText) -> None:
    if not text.title.strip():
        raise NotAllowedError("De titel is leeg. Schrijf een titel.")
    if len(text.title) > TITLE_LIMIT:
        raise NotAllowedError(f"De titel is te lang: schrijf hoogstens {TITLE_LIMIT} tekens.")
    if len(text.excerpt) > rules.SUMMARY_LIMIT:
        raise NotAllowedError(f"De samenvatting is te lang: schrijf hoogstens {rules.SUMMARY_LIMIT} tekens.")
    event = text.event
    words = [text.title, text.excerpt, event.place or "" if event else ""]
    if any(rules.unfit_character(word) for word in words) or "\n" in text.title:
        raise NotAllowedError(
            "In de tekst staat een onzichtbaar teken of een regeleinde in de titel. Typ die regel opnieuw."
        )
    if event and event.ends_at and event.ends_at < event.starts_at:
        raise NotAllowedError("Het einde ligt voor het begin. Kies een latere eindtijd.")
    if event and event.place and len(event.place) > rules.PLACE_LIMIT:
        raise NotAllowedError(f"De plaats is te lang: schrijf hoogstens {rules.PLACE_LIMIT} tekens.")
    if event and event.signup_url and not rules.is_link(event.signup_url):
        raise NotAllowedError("De link om je aan te melden klopt niet. Plak het hele adres, dat begint met https://.")


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
    if revision_id != item.current_revision_id or item.state in {State.PENDING, State.APPROVED, State.SCHEDULED}:
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
    before: dict[str, Any] = last.before
    newer = item.current_revision_id if item.current_revision_id != last.after["current"] else None
    item.kind = before["kind"]
    item.approved_revision_id = before["approved"]
    item.public_at = _time(before["public_at"])
    item.previous_revision_id = before["previous"]
    item.previous_public_at = _time(before["previous_public_at"])
    item.listed_at = _time(before["listed_at"])
    item.first_public_at = _time(before["first_public_at"])
    item.taken_down_at = _time(before["taken_down_at"])
    if newer is not None:
        # The source (or an editor) wrote a newer text meanwhile: that one waits, as it did.
        return last.id or 0
    item.waiting_revision_id = before["waiting"]
    item.state = before["state"]
    return last.id or 0


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _snapshot(item: Item) -> dict[str, Any]:
    def words(time: datetime | None) -> str | None:
        return time.isoformat() if time else None

    return {
        "kind": str(item.kind),
        "state": str(item.state),
        "current": item.current_revision_id,
        "waiting": item.waiting_revision_id,
        "approved": item.approved_revision_id,
        "previous": item.previous_revision_id,
        "previous_public_at": words(item.previous_public_at),
        "public_at": words(item.public_at),
        "listed_at": words(item.listed_at),
        "first_public_at": words(item.first_public_at),
        "taken_down_at": words(item.taken_down_at),
    }


def _snapshot_of_public(snapshot: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(snapshot[key] for key in ("approved", "previous", "public_at", "taken_down_at"))


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
    text = items.revision_text(session, session.get_one(Revision, revision_id))
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
    before: dict[str, Any],
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
        after=_snapshot(item),
        revision_digest=session.get_one(Revision, revision_id).digest,
        salt=salt,
        reason_digest=chain.text_digest(salt, reason),
        previous_hash="",
        hash="",
    )
    return chain.append(session, row)
