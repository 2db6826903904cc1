"""What suggestions wait for an editor, and that an answer is given once and kept, on both databases."""

from datetime import timedelta

import pytest

from store import items, suggestions
from store.errors import ChangedError, NotFoundError
from store.suggestions import Suggested, SuggestionKind
from store.values import Rights
from tests.parts import samples

CASE = SuggestionKind.CASE


def pair(session, now):
    source_id = samples.add_source(session, now)
    told = [samples.article("een"), samples.article("twee")]
    return [each.item_id for each in items.offer_all(session, source_id, told, Rights.EXCERPT, now)]


def offered(store, now, score=0.6, reasons=("beide gaan over Tiel",)):
    with store.writing() as session:
        one, other = pair(session, now)
        suggestions.offer(session, [Suggested(CASE, one, other, score, tuple(reasons))], now)
        return one, other, suggestions.waiting(session)[0].id


def again(store, one, other, now, score, reasons=("hetzelfde vonnis",)):
    with store.writing() as session:
        suggestions.offer(session, [Suggested(CASE, other, one, score, tuple(reasons))], now)


def test_a_suggestion_waits_at_both_items(store, now):
    one, other, number = offered(store, now)
    with store.reading() as session:
        for item_id in (one, other):
            (found,) = suggestions.open_of(session, item_id)
            assert (found.id, found.item_id, found.other_item_id) == (number, other, one), "the newer item first"
        assert suggestions.open_of(session, one, SuggestionKind.SAME_STORY) == ()
        assert [each.id for each in suggestions.waiting(session, CASE)] == [number]


def test_a_pair_stands_there_once_with_the_newest_reasons(store, now):
    one, other, number = offered(store, now)
    again(store, one, other, now + timedelta(days=1), 0.7)
    with store.reading() as session:
        (found,) = suggestions.waiting(session)
    assert (found.id, found.score, found.reasons, found.made_at) == (number, 0.7, ("hetzelfde vonnis",), now)


def test_the_same_pair_found_from_both_sides_is_one(store, now):
    with store.writing() as session:
        one, other = pair(session, now)
        both = [Suggested(CASE, one, other, 0.6, ()), Suggested(CASE, other, one, 0.6, ())]
        suggestions.offer(session, both, now)
        assert len(suggestions.waiting(session)) == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_an_answer_is_given_once(store, now, accepted):
    *_, number = offered(store, now)
    with store.writing() as session:
        found = suggestions.answer(session, number, accepted=accepted)
        assert found.state == ("accepted" if accepted else "dismissed")
        assert suggestions.waiting(session) == ()
        with pytest.raises(ChangedError):
            suggestions.answer(session, number, accepted=not accepted)
        assert suggestions.get(session, number).state == found.state


def test_what_is_not_there_cannot_be_answered(store):
    with store.writing() as session, pytest.raises(NotFoundError):
        suggestions.answer(session, 7, accepted=True)


def test_what_was_dismissed_is_opened_again_only_when_much_more_speaks_for_it(store, now):
    one, other, number = offered(store, now)
    with store.writing() as session:
        suggestions.answer(session, number, accepted=False)
    again(store, one, other, now + timedelta(days=1), 0.7)
    with store.reading() as session:
        assert suggestions.get(session, number).state == "dismissed", "a little more is no news"
    again(store, one, other, now + timedelta(days=2), 1.0)
    with store.reading() as session:
        (found,) = suggestions.waiting(session)
    assert (found.id, found.reasons, found.made_at) == (number, ("hetzelfde vonnis",), now + timedelta(days=2))


def test_what_was_accepted_stays_accepted(store, now):
    one, other, number = offered(store, now)
    with store.writing() as session:
        suggestions.answer(session, number, accepted=True)
    again(store, one, other, now + timedelta(days=1), 1.0)
    with store.reading() as session:
        assert suggestions.get(session, number).state == "accepted"
