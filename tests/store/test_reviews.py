"""What waits besides items: one row per target, opened again instead of doubled."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest

from store import items, reviews
from store.database import open_store
from store.errors import ChangedError, NotFoundError
from store.values import ReviewKind, Rights
from tests.parts import samples


def opened(store, now, target=1, kind=ReviewKind.STORY, *, item_id=None, priority=0.6, reasons=("lijkt erop",)):
    with store.writing() as session:
        return reviews.open_review(session, kind, target, item_id=item_id, priority=priority, reasons=reasons, now=now)


def read(store, number):
    with store.reading() as session:
        return reviews.get(session, number)


def test_a_target_has_one_row_however_often_it_is_opened(store, now):
    first = opened(store, now)
    again = opened(store, now + timedelta(hours=1), priority=0.9, reasons=("nog meer bronnen",))
    assert again == first
    seen = read(store, first)
    assert (seen.priority, seen.reasons) == (0.9, ("nog meer bronnen",))
    assert seen.opened_at == now, "it waits since it was opened the first time"
    assert opened(store, now, kind=ReviewKind.CASE) != first, "the same number of another kind is another thing"


def test_what_was_closed_is_opened_again(store, now):
    number = opened(store, now)
    with store.writing() as session:
        editor = samples.add_account(session, now)
        reviews.close(session, number, account_id=editor, outcome="apart", now=now + timedelta(minutes=1))
    closed = read(store, number)
    assert (closed.is_open, closed.closed_by, closed.outcome) == (False, editor, "apart")
    assert closed.closed_at == now + timedelta(minutes=1)
    assert opened(store, now + timedelta(days=1)) == number
    seen = read(store, number)
    assert (seen.is_open, seen.closed_at, seen.closed_by, seen.outcome) == (True, None, None, "")
    assert seen.opened_at == now + timedelta(days=1)


def test_of_two_who_close_the_second_is_told(store, now):
    number = opened(store, now)
    with store.writing() as session:
        reviews.close(session, number, account_id=None, outcome="vanzelf", now=now)
    with pytest.raises(ChangedError), store.writing() as session:
        reviews.close(session, number, account_id=None, outcome="anders", now=now)
    assert read(store, number).outcome == "vanzelf"
    with pytest.raises(NotFoundError), store.writing() as session:
        reviews.close(session, 4711, account_id=None, outcome="", now=now)
    with pytest.raises(NotFoundError):
        read(store, 4711)


def test_opened_from_many_sides_at_once_it_is_still_one_row(store, settings, now):
    with closing(open_store(settings.store_url)) as other, ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda number: opened(other if number % 2 else store, now), range(24)))
    assert len(made) == 1


def test_what_waits_comes_most_urgent_first_and_is_counted(store, now):
    low = opened(store, now, 1, priority=0.2)
    high = opened(store, now, 2, ReviewKind.CORRECTION, priority=6.0)
    same = opened(store, now, 3, priority=0.2)
    with store.reading() as session:
        assert [each.id for each in reviews.waiting_reviews(session)] == [high, low, same]
        assert [each.id for each in reviews.waiting_reviews(session, ReviewKind.STORY)] == [low, same]
        assert reviews.counts(session) == {ReviewKind.CORRECTION: 1, ReviewKind.STORY: 2}
        assert reviews.find(session, ReviewKind.STORY, 3).id == same
        assert reviews.find(session, ReviewKind.STORY, 2) is None


def test_what_waits_about_an_item_is_found_by_it(store, now):
    with store.writing() as session:
        source = samples.add_source(session, now)
        item = items.offer(session, source, samples.article(), Rights.EXCERPT, now).item_id
    number = opened(store, now, item_id=item)
    with store.reading() as session:
        assert [each.id for each in reviews.of_item(session, item)] == [number]
        assert reviews.of_item(session, item + 1) == ()
    with store.writing() as session:
        reviews.close(session, number, account_id=None, outcome="", now=now)
    with store.reading() as session:
        assert reviews.of_item(session, item) == ()
