"""The numbers of the newsroom: counted the same on both databases, and shown with a table beside each picture."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store import statistics
from store.values import Role
from tests.parts import samples
from tests.parts.desk import Desk, words


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in(Role.EDITOR)
    return made


def test_without_anything_the_page_says_so(desk):
    page = desk.client.get("/redactie/cijfers?periode=onzin")
    assert page.status_code == 200
    assert "nog niets over te vertellen" in words(page)
    assert "weten we niet hoeveel we missen" in words(page)


def test_what_came_in_and_was_decided_is_counted(desk, clock):
    kept, _, _ = desk.offer(samples.article("a"), samples.article("b"), samples.article("c"))
    clock.advance(hours=3)
    desk.sign_in(Role.EDITOR, "later@voorbeeld.nl")  # three hours end the session before
    assert desk.decide(kept, "approve").status_code == 303
    since = clock() - timedelta(days=28)
    with desk.store.reading() as session:
        assert [count for _, count in statistics.per_day(session, since)] == [3]
        assert statistics.per_source(session, since) == (("Omroep Proef", 3),)
        (wait,) = statistics.waits(session, since)
        assert (wait.items, wait.median) == (1, timedelta(hours=3))
        assert statistics.approved_by_province(session, since) == (("Noord-Brabant", 1),)
        assert statistics.approved_by_form(session, since) == (("labour", 1),)
        assert [(each.decided, each.kept) for each in statistics.calibration(session, since)] == [(1, 1)]
    page = desk.client.get("/redactie/cijfers")
    assert page.text.count('<svg class="stat-bars"') == 6
    assert "1 van 1 gehouden" in words(page)
    assert "style=" not in page.text


def test_the_interval_is_that_of_wilson():
    low, high = statistics.wilson(2, 20)
    assert (round(low, 3), round(high, 3)) == (0.028, 0.301)
    assert statistics.wilson(0, 0) == (0.0, 1.0)
    assert statistics.wilson(0, 20)[0] == 0.0
