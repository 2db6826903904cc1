"""The pages of single items: which are still to be read, and what a page adds to what its source's entry said.

An entry is stored as soon as it is seen; its page is read afterwards. What the page says makes a new revision, as any
other change does. An item that was decided in the meantime stays as it was decided.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from store import flags, items, likeness, revisions
from store.items import PAGE_WANTED
from store.revisions import RevisionText
from store.tables import Item, Revision
from store.values import ExtractedItem, PrivacyFlag, Rights, State, WantedPage

TRIES = 3
READ, RESERVED, FAILED = "read", "reserved", "failed"


def sources_wanting(session: Session) -> set[int]:
    """The sources with items whose page is still to be read; one look into a small index."""
    wanted = select(Item.source_id).where(Item.page == PAGE_WANTED, col(Item.waiting_revision_id).is_not(None))
    return set(session.exec(wanted.distinct()))


def pages_wanted(session: Session, source_id: int, limit: int) -> list[WantedPage]:
    """The undecided items of a source whose page is to be read, newest first."""
    rows = session.exec(
        select(Item.id, Revision.url, Revision.title)
        .join(Revision, col(Revision.id) == col(Item.waiting_revision_id))
        .where(Item.source_id == source_id, Item.page == PAGE_WANTED)
        .order_by(col(Item.page_tries), col(Item.id).desc())
        .limit(limit)
    )
    return [WantedPage(item_id or 0, url, title) for item_id, url, title in rows]


def add_page(session: Session, item_id: int, page: ExtractedItem, rights: Rights, now: datetime) -> bool:
    """Add what an item's own page says. False when the item was decided or edited meanwhile, and nothing was added.

    The address, and with the right rights class the text, are the page's; title, date and excerpt only where
    the entry had none of its own. A page that shows the item to be relevant lifts it from the pile; none puts it there.
    """
    row = session.get_one(Item, item_id, with_for_update=True, populate_existing=True)
    row.page = READ
    if row.waiting_revision_id is None:
        return False
    entry = session.get_one(Revision, row.waiting_revision_id)
    if entry.origin != "source":
        return False
    told = revisions.revision_text(session, entry)
    text_is_the_page = rights is Rights.FULLTEXT_INTERNAL and bool(page.text)
    text = replace(
        told,
        url=page.url or told.url,
        excerpt=told.excerpt or ("" if rights is Rights.TITLE else page.excerpt),
        text=page.text if text_is_the_page else told.text,
        published_at=told.published_at or page.published_at,
        regions=page.reading.regions or told.regions,
        forms=page.reading.forms or told.forms,
        language=page.reading.language or told.language,
        news_kind=page.reading.news_kind or told.news_kind,
        relevance=max(page.reading.relevance.score, told.relevance),
        relevance_reasons=page.reading.relevance.reasons
        if page.reading.relevance.score >= told.relevance
        else told.relevance_reasons,
        author=page.author or told.author,
        section=page.section or told.section,
        flags=_flags(told, page) if text_is_the_page else told.flags,
    )
    if text == told:
        return False
    revision_id = revisions.add_revision(session, item_id, text, origin="source", made_by=None, now=now)
    row.current_revision_id = row.waiting_revision_id = revision_id
    if page.reading.relevance.shown:
        row.state = State.PENDING
    is_up = items.shown_revision(row, now) is not None
    row.priority = items.urgency(text, items.trust_in(session, row.source_id), is_up=is_up, now=now)
    session.flush()
    if page.text and page.reading.signature is not None:
        likeness.renew_all(session, [(item_id, page.reading.signature, text.published_at)], now)
    return True


def _flags(entry: RevisionText, page: ExtractedItem) -> tuple[PrivacyFlag, ...]:
    """The text is the page's, the title the entry's. What is only in the page's title is kept nowhere."""
    read = page.reading.flags
    in_title = flags.of_title(entry.flags, entry.title) or flags.of_title(read, page.title)
    in_text = flags.of_text(read, page.title, entry.title)
    return flags.fitted((*in_title, *in_text), entry.title, page.text)


def page_reserved(session: Session, item_id: int) -> None:
    """The page reserves its rights: nothing of it is kept, and it is not asked for again."""
    session.get_one(Item, item_id).page = RESERVED
    session.flush()


def page_failed(session: Session, item_id: int, *, for_good: bool = False) -> None:
    """The page could not be read now. After the third time, or at once when it is `for_good`, we leave it."""
    row = session.get_one(Item, item_id)
    row.page_tries += 1
    if for_good or row.page_tries >= TRIES:
        row.page = FAILED
    session.flush()
