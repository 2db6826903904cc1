"""Stories: the items of several sources about the same happening, joined and parted by an editor, never by itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import moderation
from store.errors import NotAllowedError, NotFoundError
from store.standing import standing_of
from store.tables import Item, PublicState, Story


def join(session: Session, item_id: int, other_id: int, *, account_id: int, now: datetime, reason: str = "") -> int:
    """Put two items, with all that is joined to either already, into one story. Returns the story's number.

    Raises NotFoundError for an item that is not there, NotAllowedError when they are one item or one story already.
    """
    if item_id == other_id:
        raise NotAllowedError("Dit is hetzelfde bericht. Kies een ander bericht om samen te voegen.")
    pair = _locked(session, item_id, other_id)
    known = sorted({each.story_id for each in pair if each.story_id is not None})
    if len(known) == 1 and all(each.story_id == known[0] for each in pair):
        raise NotAllowedError("Deze berichten horen al bij elkaar.")
    story_id = known[0] if known else _new_story(session, account_id, now)
    moved = list(session.exec(select(Item).where(col(Item.story_id).in_(known[1:])).with_for_update()))
    for item in {each.id: each for each in (*pair, *moved)}.values():
        _move(session, item, story_id, account_id, now, reason)
    _public_changed(session)
    return story_id


def split(session: Session, item_id: int, *, account_id: int, now: datetime, reason: str = "") -> None:
    """Take an item out of its story. When one other item stays behind, the story is over.

    Raises NotFoundError, NotAllowedError when the item is in no story.
    """
    (item,) = _locked(session, item_id)
    if item.story_id is None:
        raise NotAllowedError("Dit bericht hoort bij geen verhaal.")
    story_id = item.story_id
    _move(session, item, None, account_id, now, reason)
    left = list(session.exec(select(Item).where(Item.story_id == story_id).with_for_update()))
    if len(left) == 1:
        _move(session, left[0], None, account_id, now, reason)
    _public_changed(session)


def _locked(session: Session, *item_ids: int) -> list[Item]:
    """The items, locked in the order of their numbers, so that two editors cannot lock each other out."""
    found = session.exec(
        select(Item)
        .where(col(Item.id).in_(item_ids))
        .order_by(col(Item.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(item_ids):
        raise NotFoundError(f"One of the items {item_ids} is not there.")
    return list(found)


def _new_story(session: Session, account_id: int, now: datetime) -> int:
    story = Story(made_at=now, made_by=account_id)
    session.add(story)
    session.flush()
    return story.id or 0


def _move(session: Session, item: Item, story_id: int | None, account_id: int, now: datetime, reason: str) -> None:
    if item.story_id == story_id:
        return
    before = standing_of(item)
    item.story_id = story_id
    session.add(item)
    session.flush()
    moderation.note(session, item.id or 0, "story", reason, account_id=account_id, now=now, before=before)


def _public_changed(session: Session) -> None:
    """The pages show stories as one entry: all processes must make them anew."""
    session.connection().execute(
        sa.update(PublicState).where(col(PublicState.id) == 1).values(version=col(PublicState.version) + 1)
    )
