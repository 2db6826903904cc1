"""What the public reads: newest first, in stable pages, by region, form, source, date and words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store import published
from store.published import Cursor, NewsFilter
from store.values import Form, FormFound, Region
from tests.parts import samples
from tests.parts.newsroom import UNDO, Newsroom


@pytest.fixture
def newsroom(store, now):
    return Newsroom(store, now)


def titles(newsroom, wanted=None, **more):
    with newsroom.store.public() as connection:
        return [item.title for item in published.news(connection, wanted or NewsFilter(), newsroom.now, **more).items]


def test_the_list_is_by_date_newest_first(newsroom, now):
    for day in (3, 1, 2):
        newsroom.publish(samples.article(f"dag-{day}", f"Dag {day}", published_at=now - timedelta(days=day)))
    assert titles(newsroom) == ["Dag 1", "Dag 2", "Dag 3"]


def test_pages_stay_stable_while_new_items_come_in(newsroom, now):
    for number in range(7):
        newsroom.publish(samples.article(f"n{number}", f"N {number}", published_at=now - timedelta(hours=number + 2)))
    with newsroom.store.public() as connection:
        first = published.news(connection, NewsFilter(), now, limit=3)
    newsroom.publish(samples.article("nieuw", "Net binnen", published_at=now - timedelta(minutes=90)))
    with newsroom.store.public() as connection:
        second = published.news(connection, NewsFilter(), now, limit=3, after=Cursor.parse(str(first.next)))
        third = published.news(connection, NewsFilter(), now, limit=3, after=second.next)
    seen = [item.title for page in (first, second, third) for item in page.items]
    assert seen == [f"N {number}" for number in range(7)], "a new item may not push another onto two pages"
    assert third.next is None


def test_items_of_one_moment_are_paged_without_loss(newsroom, now):
    for number in range(5):
        newsroom.publish(samples.article(f"n{number}", f"N {number}", published_at=now - timedelta(hours=2)))
    seen, after = [], None
    with newsroom.store.public() as connection:
        while True:
            page = published.news(connection, NewsFilter(), now, limit=2, after=after)
            seen += [item.id for item in page.items]
            after = page.next
            if after is None:
                break
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    "text", ["", "x", "1-", "-1", "1-x", "9" * 50 + "-1", "99999999999999999999-1", "1-9999999999999999", "１-1", "1-²"]
)
def test_a_made_up_cursor_is_no_cursor(text):
    assert Cursor.parse(text) is None


def test_filters_find_what_they_name_and_nothing_else(newsroom, now):
    venlo = Region("Limburg", "Venlo", "Venlo")
    newsroom.publish(samples.article("a", "In Tilburg"))
    newsroom.publish(
        samples.article(
            "b",
            "In Venlo",
            reading=replace(samples.reading(regions=(venlo,)), forms=(FormFound(Form.SEXUAL),)),
            published_at=now - timedelta(days=10),
        )
    )
    assert titles(newsroom, NewsFilter(province="Limburg")) == ["In Venlo"]
    assert titles(newsroom, NewsFilter(municipality="Tilburg")) == ["In Tilburg"]
    assert titles(newsroom, NewsFilter(form=Form.SEXUAL)) == ["In Venlo"]
    assert titles(newsroom, NewsFilter(source_key="omroep-proef", until=now - timedelta(days=5))) == ["In Venlo"]
    assert titles(newsroom, NewsFilter(since=now - timedelta(days=5))) == ["In Tilburg"]
    assert titles(newsroom, NewsFilter(source_key="ergens")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("inval", True),
        ("INVALLEN", True),
        ("bedrijven tilburg", True),
        ("noord-brabant", True),
        ("inval Groningen", False),
        ('"; DROP TABLE item; --', False),
        ("!!!", False),
        ("' OR 1=1", False),
        ("inval NOT bedrijf", False),
    ],
)
def test_search_finds_dutch_words_in_any_inflection_and_takes_no_commands(newsroom, query, found):
    newsroom.publish(samples.article())
    assert bool(titles(newsroom, NewsFilter(query=query))) is found


def test_a_withdrawn_item_is_not_found_by_its_words(newsroom):
    item_id = newsroom.publish(samples.article())
    newsroom.decide(item_id, "withdraw", revision=newsroom.item(item_id).approved_revision_id, later=-10)
    assert titles(newsroom, NewsFilter(query="inval")) == []


def test_events_stand_in_the_agenda_soonest_first_and_move_to_past(newsroom, now):
    for days in (9, 2):
        newsroom.publish(samples.event(f"e{days}", now + timedelta(days=days), f"Over {days} dagen"))
    with newsroom.store.public() as connection:
        ahead = [item.title for item in published.events(connection, NewsFilter(), now)]
        later = now + timedelta(days=3)
        assert [item.title for item in published.events(connection, NewsFilter(), later)] == ["Over 9 dagen"]
        assert [item.title for item in published.events(connection, NewsFilter(), later, past=True)] == ["Over 2 dagen"]
    assert ahead == ["Over 2 dagen", "Over 9 dagen"]
    assert titles(newsroom) == []


def test_the_version_changes_by_a_decision_by_the_end_of_a_window_and_at_midnight(newsroom, now):
    def key(later):
        with newsroom.store.public() as connection:
            return published.version(connection, newsroom.at(later)).key

    empty = key(0)
    item_id = newsroom.offer(samples.article())
    assert key(0) == empty, "what only waits must change nothing"
    newsroom.decide(item_id, "approve")
    approved = key(1)
    assert approved != empty
    assert key(29) == approved
    assert key(30) != approved
    assert key(30) != key(30 + 24 * 3600)


def test_while_a_new_text_waits_for_its_window_only_the_old_one_can_be_read_or_found(newsroom, now):
    """Whoever asks for a word learns whether it stands in the text, so a search must not know it earlier (INV-1)."""
    item_id = newsroom.publish(samples.article(title="Inval bij een kwekerij"))
    newsroom.offer(samples.article(title="Aanhouding bij een garage"), later=-10)
    newsroom.decide(item_id, "approve", later=-10)
    assert titles(newsroom) == ["Inval bij een kwekerij"]
    assert titles(newsroom, NewsFilter(query="garage")) == [], "the new text is not public for another 20 seconds"
    assert titles(newsroom, NewsFilter(query="kwekerij")) == ["Inval bij een kwekerij"]
    newsroom.now += timedelta(seconds=UNDO)
    assert titles(newsroom, NewsFilter(query="garage")) == ["Aanhouding bij een garage"]
    assert titles(newsroom, NewsFilter(query="kwekerij")) == []
