"""What editors write themselves: an item of the source `redactie` that waits like everything else.

The text is an editor's from its first revision on. `revision.body` is its Markdown, the excerpt its own summary; there
is no address of a source, and no internal text that is erased after a while.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlmodel import Session, select

from store import drafts, items, likeness, own, revisions
from store.drafts import EditedText
from store.errors import NotFoundError
from store.revisions import RevisionText
from store.tables import Item
from store.values import FormFound, Kind, Reading, State, content_hash


def write(
    session: Session,
    text: EditedText,
    found: Reading,
    *,
    forms: tuple[FormFound, ...],
    organisation: str,
    wish: str,
    account_id: int,
    now: datetime,
) -> int:
    """Let a new article or event of our own wait for a decision, in the caller's write transaction. Returns its item.

    `found` is what was read in it, `forms` the chosen ones with their reasons, `organisation` the name that stands
    beside it, `wish` a Dutch sentence for whoever decides, "" for none. The same text again is the same item. Raises
    NotAllowedError for unfit text.
    """
    drafts.must_be_fit(text)
    source = own.own_source(session, own.REDACTIE, organisation, now)
    items.one_at_a_time(session, source)
    first = _first_text(text, found, forms, wish)
    guid = f"own:{first.source_hash}"
    known = session.exec(select(Item.id).where(Item.source_id == source, Item.guid == guid)).first()
    if known is not None:
        return known
    (item_id,) = revisions.new_ids(session, Item, 1)
    row = {
        "id": item_id,
        "source_id": source,
        "guid": guid,
        "kind": first.kind,
        # An item that waits points at a text, and the text at its item: for a moment it stands apart.
        "state": State.INTERNAL,
        "priority": items.urgency(first, items.trust_in(session, source), is_up=False, now=now),
        "found_at": now,
        "seen_at": now,
        "source_hash": first.source_hash,
    }
    revisions.insert_rows(session, Item, [row])
    made = revisions.add_revision(session, item_id, first, origin="editor", made_by=account_id, now=now)
    item = session.get_one(Item, item_id)
    item.current_revision_id = item.waiting_revision_id = made
    item.state = State.PENDING
    session.add(item)
    session.flush()
    if text.signature is not None:
        likeness.add_new(session, [likeness.Signed(item_id, text.signature, now)], now)
    return item_id


def must_be_own(session: Session, item_id: int) -> None:
    """Raises NotFoundError when there is no such item, or it came from somewhere else."""
    item = session.get(Item, item_id)
    source = own.find(session, own.REDACTIE) if item is not None else None
    if item is None or source is None or item.source_id != source:
        raise NotFoundError(f"Item {item_id} was not written here.")


def empty() -> RevisionText:
    """What an article is before anybody wrote a word."""
    return RevisionText(Kind.ARTICLE, "", "", "", "", None, (), (), None, source_hash="", language="nl")


def _first_text(text: EditedText, found: Reading, forms: tuple[FormFound, ...], wish: str) -> RevisionText:
    title, excerpt, body = text.title.strip(), text.excerpt.strip(), (text.body or "").strip()
    told = content_hash(title, excerpt, body, "", text.event)
    return RevisionText(
        kind=Kind.EVENT if text.event else Kind.ARTICLE,
        url="",
        title=title,
        excerpt=excerpt,
        text="",
        published_at=None,
        regions=text.regions,
        forms=forms,
        event=text.event,
        source_hash=hashlib.sha256(json.dumps(["own", told]).encode()).hexdigest(),
        language=found.language,
        relevance=found.relevance.score,
        relevance_reasons=found.relevance.reasons,
        note=wish,
        flags=text.flags,
        news_kind=found.news_kind,
        body=body,
    )
