"""Learning from decisions: once a night, in the open, and never more than an order that an administrator allows."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service import jobs, learning
from service.app import create_running
from store import learning as kept
from store.tables import LearnedModel
from store.values import Role
from tests.parts import samples
from tests.parts.desk import Desk, words

COMPARED = {"may_order": True, "sentence": "Het geleerde model (0.900) is beter dan de woordenlijst (0.800)."}
MODEL = {"about": 40, "other": 40, "words": {"bakfiets": [0, 30], "onderduik": [30, 0]}, "sources": {}}


@pytest.fixture
def desk(store, settings, clock):
    return Desk(store, settings, clock)


def keep(desk, **changes):
    with desk.store.writing() as session:
        kept.keep(session, MODEL, {**COMPARED, **changes}, desk.clock())


def current(desk):
    with desk.store.reading() as session:
        return kept.current_model(session)


def test_it_orders_only_when_it_beats_the_lexicon_and_nobody_switched_it_off(desk):
    assert current(desk) is None
    keep(desk, may_order=False)
    assert current(desk) is None
    keep(desk)
    assert current(desk).model == MODEL
    desk.sign_in(Role.ADMINISTRATOR)
    assert desk.client.post("/redactie/leren", data={"leren": "uit"}).status_code == 303
    assert current(desk) is None
    assert "Een beheerder zette het leren uit" in words(desk.client.get("/redactie/leren"))
    desk.client.post("/redactie/leren", data={"leren": "aan"})
    assert current(desk) is not None


def test_only_an_administrator_switches(desk):
    desk.sign_in(Role.EDITOR)
    assert desk.client.post("/redactie/leren", data={"leren": "uit"}).status_code == 403
    keep(desk)
    page = words(desk.client.get("/redactie/leren"))
    assert "onderduik" in page
    assert "bakfiets" in page
    assert COMPARED["sentence"] in page
    assert "Zet het leren uit" not in page


def test_what_was_learned_orders_the_queue_and_drops_nothing(desk, settings, clock):
    up, down = desk.offer(
        samples.article("op", "Mensen zaten in de onderduik"), samples.article("neer", "Een nieuwe bakfiets in de wijk")
    )
    running = create_running(settings, desk.store, clock)
    jobs.reorder(running)
    before = desk.row(up).priority, desk.row(down).priority
    assert before[0] == before[1]
    keep(desk)
    jobs.reorder(running)
    assert desk.row(up).priority > before[0] > desk.row(down).priority
    assert {desk.row(up).state, desk.row(down).state} == {"pending"}
    desk.sign_in(Role.ADMINISTRATOR)
    desk.client.post("/redactie/leren", data={"leren": "uit"})
    jobs.reorder(running)
    assert (desk.row(up).priority, desk.row(down).priority) == before


def test_a_night_learns_once_from_the_decisions_that_stand(desk, settings, clock):
    running = create_running(settings, desk.store, clock)
    assert learning.learn(running) is False, "there is nothing to learn from"
    desk.sign_in(Role.EDITOR)
    (item_id,) = desk.offer(samples.article())
    assert desk.decide(item_id, "internal").status_code == 303
    assert [learning.learn(running) for _ in range(2)] == [True, False]
    with desk.store.reading() as session:
        found = kept.newest(session)
    assert (found.model["about"], found.beats_the_lexicon) == (1, False)
    clock.advance(hours=14)
    assert learning.learn(running) is False, "it is past midnight, but not three o'clock yet"
    clock.advance(hours=4)
    assert learning.learn(running) is True


def test_a_month_of_models_is_kept(desk):
    for _ in range(kept.KEPT + 3):
        keep(desk)
    with desk.store.reading() as session:
        assert len(session.exec(select(LearnedModel)).all()) == kept.KEPT
