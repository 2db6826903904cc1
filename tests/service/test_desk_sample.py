"""The page of a drawn item: what we say about it, two buttons, and what comes of them."""

from __future__ import annotations

import pytest

from service import jobs
from service.app import create_running
from store import reviews
from store.values import ReviewKind, Role, State
from tests.parts import samples
from tests.parts.desk import Desk, words


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.offer(samples.article("stapel", reading=samples.reading(shown=False)))
    assert jobs.draw_samples(create_running(settings, store, clock)) == 1
    made.sign_in(Role.EDITOR)
    return made


def drawn(desk):
    with desk.store.reading() as session:
        return reviews.waiting_reviews(session, ReviewKind.SAMPLE)


@pytest.mark.parametrize(("said", "state"), [("terecht", State.PILE), ("gemist", State.PENDING)])
def test_an_answer_closes_the_sample_and_only_what_was_missed_goes_to_the_queue(desk, said, state):
    (row,) = drawn(desk)
    page = desk.client.get(f"/redactie/steekproef/{row.id}")
    assert "Terecht op de stapel" in words(page)
    answer = desk.client.post(f"/redactie/steekproef/{row.id}", data={"antwoord": said})
    assert answer.headers["location"] == f"/redactie?melding=steekproef-{said}"
    assert desk.row(row.target).state == state
    assert drawn(desk) == ()
    again = desk.client.post(f"/redactie/steekproef/{row.id}", data={"antwoord": "gemist"})
    assert again.status_code == 409
    assert "al besloten" in words(again)


def test_anything_else_changes_nothing(desk):
    (row,) = drawn(desk)
    with desk.nothing_changes(row.target):
        for data in ({"antwoord": ""}, {"antwoord": "misschien"}, {"antwoord": "gemist", "vreemd": "1"}):
            assert desk.client.post(f"/redactie/steekproef/{row.id}", data=data).status_code == 422
        assert desk.client.get("/redactie/steekproef/999").status_code == 404
    assert len(drawn(desk)) == 1
