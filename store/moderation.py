"""What an editor decides: one explicit function in one transaction. No callbacks.

`decide` takes the revision that the editor saw. If another one waits by now, nothing happens and `ChangedError` says
so (HTTP 409). Otherwise the item's pointers, the decision row with its place in the chain, the search index, the
public version and the notice rows change together, or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from store import approving, chain, changes, claims, likeness, retraction, revisions, rules, search
from store.drafts import EditedText, fit_correction, fit_reason, must_be_fit
from store.errors import ChangedError, NotAllowedError, NotFoundError
from store.revisions import RevisionText
from store.standing import NOT_UNDONE, Standing, public_part, put_back, standing_of
from store.tables import Decision, Item, PublicState, Revision
from store.values import DecisionMade, Form, FormFound, Kind, PrivacyAnswer, State, Verdict

CHANGED = "Dit bericht is intussen veranderd of al beoordeeld. Bekijk de nieuwe tekst en beslis dan."


def hold(session: Session, item_id: int) -> int | None:
    """Wait until it is our turn to decide about an item, and keep it until the transaction ends.

    Returns the text that waits for a verdict now, None when none does.

    Whoever reads the clock behind this gives `decide` the moment of the decision and not that of the click: an undo
    that waited until after its window must come too late, because by then the mails have left. Raises NotFoundError.
    """
    return _locked(session, item_id).waiting_revision_id


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
    answers: Iterable[PrivacyAnswer] = (),
    at: datetime | None = None,
    four_eyes: bool = False,
) -> DecisionMade:
    """Carry out one verdict on one revision. The caller owns the write transaction.

    `privacy_checked` says that the privacy gate was passed, with the editor's `answers` to its marks; nothing is
    approved without. `at` is when an approved text shows, the end of the undo window when absent or earlier. With
    `four_eyes` the first approval of a text only lets it wait for that of another account.

    Raises NotFoundError, ChangedError (another revision waits, or it was decided already) or NotAllowedError (a tick
    or a reason is missing, the undo window is over); in each case nothing has changed.
    """
    verdict = Verdict(verdict)
    item = _locked(session, item_id)
    reason = fit_reason(verdict, reason)
    if verdict is Verdict.APPROVE and not privacy_checked:
        raise NotAllowedError("Kijk eerst of er niemand herkenbaar is en of er geen volledige naam in de tekst staat.")
    before = standing_of(item)
    noted = str(verdict)
    if verdict is Verdict.APPROVE and four_eyes and approving.needs_another(item, revision_id, account_id):
        noted = "approve_first"
    # The item's pointers and its state change together: a query in between must not write half of it.
    with session.no_autoflush:
        if noted == "approve_first":
            _must_wait(item, revision_id)
            approving.approve_first(item, revision_id, account_id)
            undoes = None
        else:
            undoes = _carry_out(session, item, revision_id, verdict, now, undo_seconds, at)
        if verdict is Verdict.APPROVE:
            approving.note_privacy_check(session, revision_id, account_id, answers, now)
    session.add(item)
    claims.decided(session, item_id)
    session.flush()
    told = _effects(session, item, before, now, undo_seconds)
    row = _record(
        session,
        item,
        revision_id,
        noted,
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
        public_at=item.public_at if item.approved_revision_id and not retraction.is_kept_back(item) else None,
        notices=told,
        hash=row.hash,
    )


def _effects(session: Session, item: Item, before: Standing, now: datetime, undo_seconds: int) -> int:
    """What follows from a decision when it changed what is public. Returns how many notices it wrote."""
    if public_part(before) == public_part(standing_of(item)):
        return 0
    _public_changed(session, item)
    return retraction.follow(session, item, before, now=now, undo_seconds=undo_seconds)


def _carry_out(
    session: Session,
    item: Item,
    revision_id: int,
    verdict: Verdict,
    now: datetime,
    undo_seconds: int,
    at: datetime | None,
) -> int | None:
    """Change the item's facts. Returns the decision that an undo takes back."""
    if verdict is Verdict.UNDO:
        return _undo(session, item, revision_id, now, undo_seconds)
    if verdict is Verdict.WITHDRAW:
        _withdraw(item, revision_id, now)
    elif verdict is Verdict.REOPEN:
        _reopen(session, item, revision_id)
    elif verdict in {Verdict.HOLD, Verdict.RELEASE}:
        _hold_rights(item, revision_id, now if verdict is Verdict.HOLD else None)
    elif verdict is Verdict.CORRECT:
        raise NotAllowedError("Een correctie heeft een nieuwe tekst nodig. Gebruik het formulier om te corrigeren.")
    else:
        _must_wait(item, revision_id)
        item.waiting_revision_id = None
        if verdict is Verdict.APPROVE:
            approving.approve(session, item, revision_id, now, undo_seconds, at=at)
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
    before = standing_of(item)
    made = _edited(session, item, revision_id, text, account_id, now)
    item.waiting_revision_id = made
    item.state = State.PENDING
    session.add(item)
    session.flush()
    _record(session, item, made, "edit", account_id, now, before, "")
    return made


def correct(
    session: Session,
    item_id: int,
    revision_id: int,
    text: EditedText,
    sentence: str,
    *,
    account_id: int,
    now: datetime,
    undo_seconds: int,
    answers: Iterable[PrivacyAnswer] = (),
) -> DecisionMade:
    """Put a better text in the place of the one that is up, with a public `sentence` about what was wrong.

    One decision, with the undo window of an approval; the text before stays up until its end. Raises as `edit` does,
    and NotAllowedError when nothing is up or the sentence is missing or unfit.
    """
    item = _locked(session, item_id)
    if item.approved_revision_id is None or retraction.is_kept_back(item) or revision_id != item.current_revision_id:
        raise _changed(item)
    sentence = fit_correction(sentence)
    before = standing_of(item)
    with session.no_autoflush:
        made = _edited(session, item, revision_id, text, account_id, now)
        item.waiting_revision_id = None
        approving.approve(session, item, made, now, undo_seconds)
        item.corrected_at, item.correction = item.public_at, sentence
        approving.note_privacy_check(session, made, account_id, answers, now)
    session.add(item)
    session.flush()
    told = _effects(session, item, before, now, undo_seconds)
    row = _record(session, item, made, str(Verdict.CORRECT), account_id, now, before, sentence, privacy_checked=True)
    return DecisionMade(
        row.id or 0, item_id, made, Verdict.CORRECT, now, State(item.state), item.public_at, told, row.hash
    )


def _edited(session: Session, item: Item, revision_id: int, text: EditedText, account_id: int, now: datetime) -> int:
    """Store an editor's text as the newest one. Returns its id; the caller sets what waits."""
    if revision_id != item.current_revision_id:
        raise _changed(item)
    must_be_fit(text)
    new = drafted(revisions.revision_text(session, session.get_one(Revision, revision_id)), text)
    made = revisions.add_revision(session, item.id or 0, new, origin="editor", made_by=account_id, now=now)
    item.current_revision_id = made
    if text.signature is not None:
        likeness.retell(session, item.id or 0, text.signature, now, new.published_at)
    return made


def drafted(old: RevisionText, text: EditedText) -> RevisionText:
    """The text that an edit of `old` makes."""
    return replace(
        old,
        kind=Kind.EVENT if text.event else old.kind,
        title=text.title.strip(),
        excerpt=text.excerpt.strip(),
        regions=text.regions,
        forms=tuple(_form_of(form, old.forms) for form in text.forms),
        event=text.event or old.event,
        title_adjusted=old.title_adjusted or text.title.strip() != old.title,
        flags=text.flags,
        body=old.body if text.body is None else text.body.strip(),
        link_hidden=old.link_hidden if text.link_hidden is None else text.link_hidden,
        note="",
    )


def note(
    session: Session, item_id: int, kind: str, reason: str, *, account_id: int, now: datetime, before: Standing
) -> None:
    """Write into the history what is no verdict about a text: that an item was joined to a story or a case.

    `kind` is one of `tables.NOTED`; `before` is how the item stood (`standing_of`) before the caller changed it.
    """
    item = _locked(session, item_id)
    _record(session, item, item.current_revision_id or 0, kind, account_id, now, before, reason)


def _form_of(form: Form, known: tuple[FormFound, ...]) -> FormFound:
    return next((found for found in known if found.form is form), FormFound(form, ("gekozen door de redactie",)))


def _locked(session: Session, item_id: int) -> Item:
    statement = select(Item).where(Item.id == item_id).with_for_update().execution_options(populate_existing=True)
    item = session.exec(statement).one_or_none()
    if item is None:
        raise NotFoundError(f"There is no item {item_id}.")
    return item


def _changed(item: Item) -> ChangedError:
    return ChangedError(CHANGED, item.id or 0, item.waiting_revision_id or item.current_revision_id)


def _must_wait(item: Item, revision_id: int) -> None:
    if item.waiting_revision_id is None or item.waiting_revision_id != revision_id:
        raise _changed(item)


def _withdraw(item: Item, revision_id: int, now: datetime) -> None:
    if item.approved_revision_id is None or item.taken_down_at is not None or revision_id != item.approved_revision_id:
        raise _changed(item)
    item.taken_down_at = now
    item.state = rules.state_of(item.waiting_revision_id is not None, True, True, State.WITHDRAWN)


def _hold_rights(item: Item, revision_id: int, held_at: datetime | None) -> None:
    """Keep an item off the site for its rights, or let it back. The text that was seen must be the newest one."""
    if revision_id != item.current_revision_id or (item.rights_held_at is None) == (held_at is None):
        raise _changed(item)
    item.rights_held_at = held_at


def _reopen(session: Session, item: Item, revision_id: int) -> None:
    """Let the newest text wait again: one that was decided against, taken down or put on the pile.

    A small change that the source made meanwhile (`store.changes`) comes with it.
    """
    waits = item.waiting_revision_id is not None and item.state != State.PILE
    stands = item.approved_revision_id == revision_id and item.taken_down_at is None
    if revision_id != item.current_revision_id or waits or stands:
        raise _changed(item)
    newest = select(Revision).where(Revision.item_id == item.id).order_by(col(Revision.id).desc()).limit(1)
    text = session.exec(newest).one()
    if text.note == changes.SMALL and session.get_one(Revision, revision_id).origin == "source":
        item.current_revision_id = text.id
    item.waiting_revision_id = item.current_revision_id
    item.state = State.PENDING


def _undo(session: Session, item: Item, revision_id: int, now: datetime, undo_seconds: int) -> int:
    """Take back the last verdict. An approval can be taken back only before anything left the house."""
    last = session.exec(
        select(Decision)
        .where(Decision.item_id == item.id, col(Decision.verdict).not_in(["undo", *NOT_UNDONE]))
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
    if item.approved_revision_id is None or retraction.is_kept_back(item):
        search.remove(session, item.id or 0)
        return
    before = _words(session, item.previous_revision_id) if item.previous_revision_id else None
    search.index(session, item.id or 0, _words(session, item.approved_revision_id), before)


def _words(session: Session, revision_id: int) -> str:
    """What a text is found by: its title and excerpt without the names that are marked in them, and its places."""
    text = revisions.revision_text(session, session.get_one(Revision, revision_id))
    return " ".join([search.without_marked(f"{text.title} {text.excerpt}", text.flags), *revisions.places_of(text)])


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
