"""Which sources a claim brings along, and which it never does."""

from datetime import timedelta

from store import sources
from store.settings import SourceSettings


def add(store, now, key, url, **values):
    with store.writing() as session:
        sources.add(session, SourceSettings(key=key, name=key, url=url, **values), now)


def claimed(store, now, **values):
    with store.writing() as session:
        found = sources.claim_due(session, now=now, owner="een", lease_seconds=15, **values)
    return {source.key for source in found}


def not_due(store, key, now):
    with store.writing() as session:
        row = session.exec(sources.select(sources.Source).where(sources.Source.key == key)).one()
        row.next_due_at = now + timedelta(hours=1)


def test_a_source_with_the_address_of_a_due_one_comes_along_so_that_one_fetch_answers_both(store, now):
    for key, path in (("a", "nieuws"), ("b", "nieuws"), ("c", "sport")):
        add(store, now, key, f"https://x.example/{path}")
    not_due(store, "b", now)
    not_due(store, "c", now)
    assert claimed(store, now) == {"a", "b"}


def test_a_paused_or_unchecked_source_does_not_come_along(store, now):
    for key, values in (("a", {}), ("b", {"paused": True}), ("c", {"checked": False})):
        add(store, now, key, "https://x.example/nieuws", **values)
    assert claimed(store, now) == {"a"}


def test_a_named_source_brings_no_other_along(store, now):
    for key in ("a", "b"):
        add(store, now, key, "https://x.example/nieuws")
    assert claimed(store, now, keys=["a"]) == {"a"}


def test_an_unchecked_source_is_never_due_by_itself(store, now):
    add(store, now, "a", "https://x.example/nieuws", checked=False)
    assert claimed(store, now) == set()
    with store.reading() as session:
        assert not sources.anything_due(session, now=now)
        assert sources.next_due_in(session, now) is None
