"""Items of the pile that the lot chooses: every week some, none twice, and what was missed waits in the queue."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store import reviews, samples
from store.errors import ChangedError, NotFoundError
from store.samples import Outcome
from store.values import ReviewKind, State
from tests.parts import samples as made
from tests.parts.newsroom import UNDO, Newsroom

WEEK = timedelta(days=7)


@pytest.fixture
def pile(store, now):
    """Thirty items on the pile and one in the queue."""
    room = Newsroom(store, now)
    for number in range(30):
        room.offer(made.article(f"stapel-{number}", reading=made.reading(shown=False)))
    room.offer(made.article("rij"))
    return room


def draw(room, now):
    with room.store.writing() as session:
        return samples.draw(session, now)


def waiting(store):
    with store.reading() as session:
        return reviews.waiting_reviews(session, ReviewKind.SAMPLE)


def answer(room, review_id, outcome, now):
    with room.store.writing() as session:
        return samples.answer(session, review_id, outcome, account_id=room.editor, now=now, undo_seconds=UNDO)


def test_a_week_draws_twenty_from_the_pile_once(pile, now):
    assert draw(pile, now) == samples.SIZE
    assert draw(pile, now + timedelta(minutes=1)) == 0
    assert {pile.item(row.target).state for row in waiting(pile.store)} == {State.PILE}


def test_the_next_week_draws_what_was_not_drawn_before(pile, now):
    first = draw(pile, now)
    assert draw(pile, now + WEEK) == 30 - first
    assert len({row.target for row in waiting(pile.store)}) == 30
    assert draw(pile, now + 2 * WEEK) == 0, "an empty pile gives nothing"


def test_what_was_missed_waits_in_the_queue_and_both_answers_are_counted(pile, now):
    draw(pile, now)
    first, second, *_ = waiting(pile.store)
    item_id = answer(pile, first.id, Outcome.MISSED, now)
    assert pile.item(item_id).state == State.PENDING
    assert pile.item(answer(pile, second.id, Outcome.RIGHT, now)).state == State.PILE
    with pile.store.reading() as session:
        assert samples.looked(session, now - WEEK) == samples.Looked(2, 1)
        assert samples.looked(session, now + WEEK) == samples.Looked(0, 0)


def test_an_answer_counts_once_and_only_for_a_sample(pile, now):
    draw(pile, now)
    drawn = waiting(pile.store)[0]
    answer(pile, drawn.id, Outcome.RIGHT, now)
    with pytest.raises(ChangedError):
        answer(pile, drawn.id, Outcome.MISSED, now)
    assert pile.item(drawn.target).state == State.PILE
    with pile.store.writing() as session:
        other = reviews.open_review(session, ReviewKind.STORY, 1, item_id=None, priority=0, reasons=(), now=now)
    with pytest.raises(NotFoundError):
        answer(pile, other, Outcome.RIGHT, now)


def test_what_left_the_pile_meanwhile_is_only_counted(pile, now):
    draw(pile, now)
    drawn = waiting(pile.store)[0]
    pile.decide(drawn.target, "reopen")
    answer(pile, drawn.id, Outcome.MISSED, now)
    assert pile.item(drawn.target).state == State.PENDING
