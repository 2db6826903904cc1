"""Why something stands where it stands: a sum of parts, each with words; and what time and trust change about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store import items, priority, reordering
from store.tables import Item, Source
from store.values import EventStatus, FlagKind, Kind, PrivacyFlag, Relevance, Rights, Verdict
from tests.parts import samples
from tests.parts.newsroom import Newsroom


@pytest.fixture
def room(store, now):
    return Newsroom(store, now)


def value(now, score=0.5, kind=Kind.ARTICLE, days=None, **more):
    starts_at = None if days is None else now + timedelta(days=days)
    return priority.parts_of(score, kind, starts_at, **{"is_up": False, "now": now, **more}).value


def test_the_parts_add_up_and_each_says_why(now):
    found = priority.parts_of(
        0.8, Kind.EVENT, now + timedelta(days=2), is_up=True, now=now, status=EventStatus.CANCELLED,
        flags=[FlagKind.MINOR, FlagKind.PERSON], trust=0.9,
    )  # fmt: skip
    assert found.value == pytest.approx(sum(part.value for part in found.parts))
    words = [part.words for part in found.parts]
    assert words == [
        "gaat waarschijnlijk over mensenhandel", "er staat nu een andere tekst van op de site",
        "de bijeenkomst is binnen een week", "de bron zegt dat de bijeenkomst niet doorgaat",
        "er staat iets over een minderjarige in", "van deze bron houden redacteuren 90 van de 100 berichten",
    ]  # fmt: skip


def test_what_is_urgent_stands_higher(now):
    event = Kind.EVENT
    assert value(now, 0.9) > value(now, 0.6)
    assert value(now, 0.4, is_up=True) > value(now, 1.0), "what is up and wrong goes before all that is not up"
    assert value(now, kind=event, days=2) > value(now, kind=event, days=20) > value(now, kind=event, days=90)
    assert value(now, kind=event, days=-1) == value(now), "what is over has no hurry"
    off = {"is_up": True, "status": EventStatus.CANCELLED}
    assert value(now, kind=event, days=20, **off) > value(now, kind=event, days=20, is_up=True)
    assert value(now, flags=[FlagKind.MINOR]) > value(now, flags=[FlagKind.PERSON]) > value(now, flags=[FlagKind.AGE])
    assert value(now, trust=0.9) > value(now) > value(now, trust=0.1)


def test_requests_go_before_everything_ordinary(now):
    most = value(now, 1.0, Kind.EVENT, 1, is_up=True, status=EventStatus.CANCELLED, flags=[FlagKind.MINOR], trust=1.0)
    assert priority.URGENT_REMOVAL > priority.REMOVAL > most
    assert priority.REMOVAL > priority.CORRECTION > value(now, 1.0, is_up=True)
    assert 1 > priority.CASE_SUGGESTION > priority.STORY_SUGGESTION > priority.SAMPLE > 0


def test_a_new_item_gets_its_place_from_marks_and_trust(room, store):
    flag = PrivacyFlag(FlagKind.MINOR, 0, 5, "Inval")
    plain = room.offer(samples.article("een"))
    marked = room.offer(samples.article("twee", reading=replace(samples.reading(), flags=(flag,))))
    assert room.item(marked).priority == pytest.approx(room.item(plain).priority + 0.3)
    with store.writing() as session:
        session.get_one(Source, room.source).trust = 1.0
    trusted = room.offer(samples.article("drie"))
    assert room.item(trusted).priority == pytest.approx(room.item(plain).priority + 0.2)


def reorder(store, now, **more):
    moved, following = [], 0
    while following is not None:
        with store.reading() as session:
            part, following = reordering.compare(session, now, after=following, **more)
        with store.writing() as session:
            reordering.write_down(session, part)
        moved += part
    return moved


def test_an_event_rises_when_its_day_comes_nearer(room, store, now):
    article = room.offer(samples.article())
    event = room.offer(samples.event("e", now + timedelta(days=20)))
    before = room.item(event).priority
    assert reorder(store, now) == [], "what just came in stands in its place"
    moved = reorder(store, now + timedelta(days=14))
    assert [each.item_id for each in moved] == [event]
    assert room.item(event).priority == pytest.approx(before + 0.3)
    assert room.item(article).priority == pytest.approx(0.8)
    assert reorder(store, now + timedelta(days=14)) == []


def test_a_text_that_came_meanwhile_keeps_its_own_place(room, store, now):
    event = room.offer(samples.event("e", now + timedelta(days=20)))
    with store.reading() as session:
        moved, _ = reordering.compare(session, now + timedelta(days=14))
    room.offer(samples.event("e", now + timedelta(days=20), "Andere titel", reading=replace(
        samples.reading(), relevance=Relevance(0.1, True))))  # fmt: skip
    placed = room.item(event).priority
    with store.writing() as session:
        reordering.write_down(session, moved)
    assert room.item(event).priority == placed


def test_another_score_of_relevance_can_order_the_queue(room, store, now):
    first, second = room.offer(samples.article("een")), room.offer(samples.article("twee"))
    text = room.item(second).waiting_revision_id
    moved = reorder(store, now, score=lambda revision, lexicon: 0.95 if revision == text else lexicon)
    assert [each.item_id for each in moved] == [second]
    assert room.item(second).priority > room.item(first).priority


def test_trust_is_the_share_that_editors_kept(room, store, now):
    with store.writing() as session:
        other = samples.add_source(session, now, "krant-proef")
        found = items.offer_all(
            session, room.source, [samples.article(str(number)) for number in range(24)], Rights.EXCERPT, now
        )
        items.offer_all(session, other, [samples.article(str(number)) for number in range(5)], Rights.EXCERPT, now)
    for number, outcome in enumerate(found[:20]):
        room.decide(outcome.item_id, [Verdict.APPROVE, Verdict.INTERNAL, Verdict.REJECT, Verdict.APPROVE][number % 4])
    with store.reading() as session:
        trusts = reordering.trusts(session, now)
    assert trusts == {room.source: pytest.approx(16 / 22)}, "15 of 20 kept; of the other source nothing is decided"
    with store.writing() as session:
        assert reordering.write_trusts(session, trusts) == 1
        assert reordering.write_trusts(session, trusts) == 0
    with store.reading() as session:
        assert session.get_one(Source, other).trust is None
    assert {each.item_id for each in reorder(store, now)} == {each.item_id for each in found[20:]}


def test_an_approval_for_later_joins_the_others_when_its_time_has_come(room, store, now):
    item, waiting = room.offer(samples.article("een")), room.offer(samples.article("twee"))
    room.decide(item, Verdict.APPROVE)
    room.decide(waiting, Verdict.REJECT)
    with store.writing() as session:
        row = session.get_one(Item, item)
        row.state, row.public_at = "scheduled", now + timedelta(hours=5)
    with store.writing() as session:
        assert not reordering.is_any_scheduled(session, now)
        assert reordering.scheduled_has_come(session, now) == 0
        later = now + timedelta(hours=5)
        assert reordering.is_any_scheduled(session, later)
        assert reordering.scheduled_has_come(session, later) == 1
    assert (room.item(item).state, room.item(waiting).state) == ("approved", "rejected")
