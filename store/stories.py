"""Stories: the items of several sources about the same happening, joined and parted by an editor, never by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from store import moderation, priority, reviews, suggestions
from store.errors import NotAllowedError, NotFoundError
from store.likeness_tables import Suggestion
from store.standing import standing_of
from store.suggestions import SuggestionKind, SuggestionSeen
from store.tables import Item, PublicState, Review, Revision, Source, Story
from store.values import ReviewKind, State


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


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a story, as editors see it."""

    item_id: int
    title: str
    source_name: str
    state: State
    found_at: datetime


def members(session: Session, item_id: int) -> tuple[Member, ...]:
    """The items of the story that this item is in, the first found first; nothing when it is in none."""
    story_id = session.exec(select(Item.story_id).where(Item.id == item_id)).first()
    return of_story(session, story_id) if story_id is not None else ()


def of_story(session: Session, story_id: int) -> tuple[Member, ...]:
    """The items of one story, the first found first."""
    rows = session.exec(
        select(Item, Revision.title, Source.name)
        .join(Revision, col(Revision.id) == col(Item.current_revision_id))
        .join(Source, col(Source.id) == col(Item.source_id))
        .where(Item.story_id == story_id)
        .order_by(col(Item.found_at), col(Item.id))
    )
    return tuple(Member(item.id or 0, title, name, State(item.state), item.found_at) for item, title, name in rows)


def with_their_stories(session: Session, item_ids: Iterable[int]) -> tuple[int, ...]:
    """These items and all that are in a story with one of them."""
    asked = list(item_ids)
    joined = select(Item.story_id).where(col(Item.id).in_(asked), col(Item.story_id).is_not(None))
    found = session.exec(
        select(Item.id).where(sa.or_(col(Item.id).in_(asked), col(Item.story_id).in_(joined))).order_by(col(Item.id))
    )
    return tuple(number for number in found if number is not None)


@dataclass(frozen=True, slots=True)
class StorySeen:
    """A story in the list of stories: how many items it has, and the title of the first."""

    id: int
    size: int
    title: str
    first_item_id: int


def recent(session: Session, *, size: int = 50) -> tuple[StorySeen, ...]:
    """The newest stories."""
    rows = session.exec(
        select(Item.story_id, sa.func.count(), sa.func.min(Item.id))
        .where(col(Item.story_id).is_not(None))
        .group_by(col(Item.story_id))
        .order_by(col(Item.story_id).desc())
        .limit(size)
    ).all()
    titles = dict(
        session.exec(
            select(Item.id, Revision.title)
            .join(Revision, col(Revision.id) == col(Item.current_revision_id))
            .where(col(Item.id).in_([first for _, _, first in rows]))
        ).all()
    )
    return tuple(StorySeen(number or 0, count, titles.get(first, ""), first or 0) for number, count, first in rows)


_KINDS = {
    SuggestionKind.NEAR: ReviewKind.STORY,
    SuggestionKind.SAME_STORY: ReviewKind.STORY,
    SuggestionKind.CASE: ReviewKind.CASE,
}
_WORTH = (State.PENDING, State.APPROVED, State.SCHEDULED, State.INTERNAL)
_PRIORITY = {ReviewKind.STORY: priority.STORY_SUGGESTION, ReviewKind.CASE: priority.CASE_SUGGESTION}


def let_suggestions_wait(session: Session, now: datetime) -> int:
    """Put every open suggestion about two items that matter into the queue, and close what is answered by itself:
    when the two are together already, or one of them was rejected or taken down. How many are new in the queue.
    """
    one, other = sa.orm.aliased(Item), sa.orm.aliased(Item)
    asks = sa.case((col(Suggestion.kind) == SuggestionKind.CASE, ReviewKind.CASE), else_=ReviewKind.STORY)
    rows = session.exec(
        select(Suggestion, one, other, Review)
        .join(one, col(one.id) == col(Suggestion.item_id))
        .join(other, col(other.id) == col(Suggestion.other_item_id))
        .outerjoin(Review, sa.and_(col(Review.target) == col(Suggestion.id), col(Review.kind) == asks))
        .where(Suggestion.state == suggestions.OPEN)
        .order_by(col(Suggestion.id))
    ).all()
    made = 0
    for row, newer, older, known in rows:
        kind = _KINDS[SuggestionKind(row.kind)]
        together = newer.story_id is not None and newer.story_id == older.story_id
        worth = newer.state in _WORTH and older.state in _WORTH
        waits = known is not None and known.state == reviews.OPEN
        if worth and not together and not waits:
            reviews.open_review(
                session,
                kind,
                row.id or 0,
                item_id=row.item_id,
                priority=_PRIORITY[kind],
                reasons=row.reasons,
                now=now,
            )
            made += 1
        elif known is not None and waits and (together or not worth):
            reviews.close(session, known.id or 0, account_id=None, outcome="vervallen", now=now)
    return made


def suggested(session: Session, item_id: int) -> tuple[tuple[int, SuggestionSeen], ...]:
    """The open suggestions about an item that wait in the queue, each with the number of its review."""
    found = []
    for each in suggestions.open_of(session, item_id):
        review = reviews.find(session, _KINDS[each.kind], each.id)
        if review is not None and review.is_open:
            found.append((review.id, each))
    return tuple(found)


def suggestion_of(session: Session, review_id: int) -> SuggestionSeen:
    """What a review of a story or a case is about. Raises NotFoundError."""
    review = reviews.get(session, review_id)
    if review.kind not in _KINDS.values():
        raise NotFoundError(f"Review {review_id} is no suggestion.")
    return suggestions.get(session, review.target)


def answer(session: Session, review_id: int, *, accepted: bool, account_id: int, now: datetime) -> SuggestionSeen:
    """Note what an editor said about a suggestion, and take it out of the queue. Joining the items is the caller's.

    Raises NotFoundError, and ChangedError when somebody answered it before.
    """
    found = suggestions.answer(session, suggestion_of(session, review_id).id, accepted=accepted)
    outcome = "samen" if accepted else "apart"
    reviews.close(session, review_id, account_id=account_id, outcome=outcome, now=now)
    return found
