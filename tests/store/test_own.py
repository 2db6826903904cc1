"""The sources that are no websites: made when they are needed, and left out wherever sources are visited or listed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from store import collected, export, health, items, own, problems, sources
from store.errors import NotAllowedError, NotFoundError
from store.settings import SourceSettings
from store.tables import Source
from store.values import NETHERLANDS, Rights
from tests.parts import samples

NAME = "Tip van een lezer"


def test_an_own_source_is_made_at_the_first_call_and_found_at_the_next(store, now):
    with store.writing() as session:
        first = own.own_source(session, own.TIP, NAME, now)
        other = own.own_source(session, own.REDACTIE, "Redactie", now)
    with store.writing() as session:
        assert own.own_source(session, own.TIP, "Een andere naam", now + timedelta(days=1)) == first
        row = session.get_one(Source, first)
    assert other != first
    assert (row.kind, row.paused, row.region, row.name) == ("own", True, NETHERLANDS, NAME)


def test_two_that_need_it_at_the_same_moment_get_the_same_one(store, now):
    start = threading.Barrier(4)
    made: list[int] = []

    def make() -> None:
        start.wait()
        with store.writing() as session:
            made.append(own.own_source(session, own.TIP, NAME, now))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 4
    assert len(set(made)) == 1, f"four writers at once must share one source, they got {made}"


def test_an_own_source_is_never_listed_named_claimed_or_paused(store, now):
    with store.writing() as session:
        number = own.own_source(session, own.TIP, NAME, now)
        # Even when somebody let it go on in the database itself.
        row = session.get_one(Source, number)
        row.paused = False
        session.add(row)
        session.flush()
        assert sources.list_all(session) == []
        assert not sources.anything_due(session, now=now)
        assert sources.next_due_in(session, now) is None
        assert sources.claim_due(session, now=now, owner="een", lease_seconds=15) == []
        assert sources.claim_due(session, now=now, owner="een", lease_seconds=15, keys=[own.TIP]) == []
        for act in (
            lambda: sources.get(session, own.TIP),
            lambda: sources.set_paused(session, own.TIP, paused=False, now=now),
            lambda: sources.set_due(session, own.TIP, now=now),
            lambda: sources.set_checked(session, own.TIP, now=now),
            lambda: sources.anything_due(session, now=now, keys=[own.TIP]),
        ):
            with pytest.raises(NotFoundError):
                act()


def test_an_own_source_is_not_judged_counted_or_exported(store, now):
    with store.writing() as session:
        number = own.own_source(session, own.TIP, NAME, now - timedelta(days=60))
        items.offer(session, number, samples.article(), Rights.FULLTEXT_INTERNAL, now - timedelta(days=50))
        website = samples.add_source(session, now)
        assert [each.source.id for each in health.all_facts(session, now)] == [website]
        assert not [each for each in problems.watch(session, now).opened if each.source_id == number]
        assert [each.source_id for each in collected.yields(session, now)] == [website]
        assert [each.source_id for each in collected.delays(session, now)] == []
        assert [row["key"] for row in export.source_rows(session)] == ["omroep-proef"]


def test_no_website_may_have_the_key_of_an_own_source(store, now):
    wanted = SourceSettings(key=own.TIP, name="Een website", url="https://bron.example/rss")
    with store.writing() as session, pytest.raises(NotAllowedError) as refusal:
        sources.add(session, wanted, now)
    assert "van onszelf" in refusal.value.sentence
    with store.reading() as session:
        assert session.exec(select(Source.id)).all() == []


def test_a_website_that_had_the_key_before_is_named_in_the_refusal(store, now):
    with store.writing() as session:
        samples.add_source(session, now, own.TIP)
        with pytest.raises(NotAllowedError) as refusal:
            own.own_source(session, own.TIP, NAME, now)
    assert own.TIP in refusal.value.sentence
