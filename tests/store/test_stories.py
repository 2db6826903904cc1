"""Stories: joined and parted by an editor, one entry for the public, and each move in the history."""

import pytest

from store import chain, published, stories
from store.errors import NotAllowedError, NotFoundError
from store.published import NewsFilter
from store.values import Verdict
from tests.parts import samples
from tests.parts.newsroom import Newsroom


@pytest.fixture
def newsroom(store, now):
    return Newsroom(store, now)


def join(newsroom, one, other):
    with newsroom.store.writing() as session:
        return stories.join(session, one, other, account_id=newsroom.editor, now=newsroom.now)


def split(newsroom, item_id):
    with newsroom.store.writing() as session:
        stories.split(session, item_id, account_id=newsroom.editor, now=newsroom.now)


def news(newsroom):
    with newsroom.store.public() as connection:
        return published.news(connection, NewsFilter(), newsroom.now).items


def three(newsroom):
    return [newsroom.publish(samples.article(guid, f"Bericht {guid}"), later=-3600 + n) for n, guid in enumerate("abc")]


def test_a_story_is_one_entry_and_the_first_that_was_public_stands_for_all(newsroom):
    first, second, third = three(newsroom)
    join(newsroom, second, first)
    shown = {item.id: item for item in news(newsroom)}
    assert set(shown) == {first, third}
    assert [other.id for other in shown[first].also_reported] == [second]


def test_what_is_not_public_is_not_named_as_another_source(newsroom):
    first, _, _ = three(newsroom)
    hidden = newsroom.offer(samples.article("geheim", "Niet goedgekeurd"))
    join(newsroom, first, hidden)
    assert next(item for item in news(newsroom) if item.id == first).also_reported == ()


def test_when_the_first_is_withdrawn_the_next_stands_for_the_story(newsroom):
    first, second, third = three(newsroom)
    join(newsroom, first, second)
    newsroom.decide(first, Verdict.WITHDRAW, revision=newsroom.item(first).approved_revision_id)
    assert {item.id for item in news(newsroom)} == {second, third}


def test_joining_two_stories_makes_one(newsroom):
    first, second, third = three(newsroom)
    fourth = newsroom.publish(samples.article("d", "Bericht d"), later=-1800)
    join(newsroom, first, second)
    join(newsroom, third, fourth)
    join(newsroom, fourth, second)
    assert len({newsroom.item(each).story_id for each in (first, second, third, fourth)}) == 1
    assert [item.id for item in news(newsroom)] == [first]


def test_a_story_of_which_one_item_is_left_is_over(newsroom):
    first, second, _ = three(newsroom)
    join(newsroom, first, second)
    split(newsroom, first)
    assert newsroom.item(first).story_id is None
    assert newsroom.item(second).story_id is None
    assert len(news(newsroom)) == 3


def test_joining_what_is_joined_or_the_same_is_refused(newsroom):
    first, second, third = three(newsroom)
    join(newsroom, first, second)
    for one, other in ((first, second), (first, first)):
        with pytest.raises(NotAllowedError):
            join(newsroom, one, other)
    with pytest.raises(NotAllowedError):
        split(newsroom, third)
    with pytest.raises(NotFoundError):
        join(newsroom, first, 10**6)


def test_each_move_stands_in_the_history(newsroom):
    first, second, _ = three(newsroom)
    join(newsroom, first, second)
    split(newsroom, second)
    with newsroom.store.reading() as session:
        report = chain.verify(session)
    assert report.ok, report.sentence
    assert report.length == 3 + 2 + 2, "three approvals, two items joined, two items parted"
