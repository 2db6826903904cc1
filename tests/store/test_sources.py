"""Sources: added once, claimed by host, visited under a lease, due again by a rule."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from store import hosts, sources, visits
from store.database import Store
from store.errors import NotAllowedError, NotFoundError
from store.hosts import LeaseLostError
from store.settings import SourceSettings
from store.values import DueSource, Outcome, VisitDone

PACE = 1800


def wanted(key: str, url: str | None = None, **values: object) -> SourceSettings:
    return SourceSettings(key=key, name=f"Bron {key}", url=url or f"https://{key}.example/rss", **values)


def add(store: Store, now: datetime, *configured: SourceSettings) -> None:
    with store.writing() as session:
        sources.add_configured(session, configured, now)


def claim(store: Store, now: datetime, owner: str = "een", **values: object) -> list[DueSource]:
    with store.writing() as session:
        return sources.claim_due(session, now=now, owner=owner, lease_seconds=15, **values)


def done(now: datetime, outcome: Outcome = Outcome.OK, **values: object) -> VisitDone:
    return VisitDone(outcome, "Zin.", started_at=now, finished_at=now, **values)


def record(store: Store, due: DueSource, visit: VisitDone, now: datetime, owner: str = "een") -> None:
    with store.writing() as session:
        visits.record(session, due, visit, now=now, owner=owner, jitter=0.0)


def test_a_configured_source_is_added_once_and_the_database_is_the_truth_after_that(store, now):
    with store.writing() as session:
        assert sources.add_configured(session, [wanted("a"), wanted("b")], now) == ["a", "b"]
        sources.set_paused(session, "a", paused=True, now=now)
        again = sources.add_configured(session, [wanted("a", "https://elders.example/rss"), wanted("c")], now)
        assert again == ["c"], "a source whose key stands already must stay as the newsroom left it"
        assert sources.get(session, "a").paused
        assert sources.get(session, "a").url == "https://a.example/rss"
        assert [view.key for view in sources.list_all(session)] == ["a", "b", "c"]


def test_adding_a_key_twice_is_refused_with_a_dutch_sentence(store, now):
    with store.writing() as session:
        assert sources.add(session, wanted("a"), now).host == "a.example:443"
        with pytest.raises(NotAllowedError) as refusal:
            sources.add(session, wanted("a"), now)
    assert "al een bron" in refusal.value.sentence


def test_an_unknown_key_is_not_found(store, now):
    with store.reading() as session:
        with pytest.raises(NotFoundError):
            sources.get(session, "nergens")
        with pytest.raises(NotFoundError):
            sources.anything_due(session, now=now, keys=["nergens"])


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://Example.NL/rss", "example.nl:443"),
        ("http://example.nl:8080/", "example.nl:8080"),
        ("http://[2001:db8::1]/", "[2001:db8::1]:80"),
        ("http://example.nl./", "example.nl:80"),
    ],
)
def test_a_host_is_its_name_and_port(url, key):
    assert hosts.host_key(url) == key


def test_whoever_claims_a_host_gets_all_its_due_sources_and_nobody_else_gets_any(store, now):
    add(store, now, wanted("a", "https://a.example/1"), wanted("b", "https://a.example/2"), wanted("c"))
    first = claim(store, now, "een", limit=1)
    assert [due.key for due in first] == ["a", "b"], "the sources of one host go together"
    second = claim(store, now, "twee")
    assert [due.key for due in second] == ["c"]
    assert claim(store, now, "drie") == []


def test_a_lease_that_ran_out_is_free_and_its_old_holder_can_write_nothing(store, now):
    add(store, now, wanted("a"))
    [due] = claim(store, now, "een")
    later = now + timedelta(seconds=16)
    assert [found.key for found in claim(store, later, "twee")] == ["a"]
    with pytest.raises(LeaseLostError):
        record(store, due, done(later), later, "een")
    with store.reading() as session:
        assert sources.get(session, "a").last is None, "a visit was written down under a lease that was lost"
    record(store, due, done(later), later, "twee")


def test_a_renewed_lease_stays_and_a_released_one_is_free_at_once(store, now):
    add(store, now, wanted("a"))
    claim(store, now, "een")
    with store.writing() as session:
        ours = hosts.renew(session, "een", now=now + timedelta(seconds=10), lease_seconds=15)
    assert ours == {"a.example:443"}
    assert claim(store, now + timedelta(seconds=20), "twee") == []
    with store.writing() as session:
        hosts.release(session, "een", used={"a.example:443": now})
        facts = hosts.facts(session, "a.example:443")
    assert facts is not None
    assert facts.last_request_at == now, "the next crawl must know when the host was last asked something"
    assert len(claim(store, now + timedelta(seconds=20), "twee")) == 1


def test_two_workers_that_claim_at_once_never_share_a_host(store, now):
    count = 40
    add(store, now, *[wanted(f"s{n}", f"https://h{n % 20}.example/{n}") for n in range(count)])
    taken: dict[str, list[DueSource]] = {name: [] for name in ("een", "twee", "drie")}

    def work(owner: str) -> None:
        while part := claim(store, now, owner, limit=2):
            taken[owner] += part

    threads = [threading.Thread(target=work, args=(owner,)) for owner in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [due.key for part in taken.values() for due in part]
    assert len(keys) == len(set(keys)) == count, "every source must be claimed exactly once"
    owners = [{due.host for due in part} for part in taken.values()]
    assert sum(len(part) for part in owners) == len(set().union(*owners)) == 20, "one host went to two workers"


def test_a_paused_source_is_left_alone_unless_it_is_named(store, now):
    add(store, now, wanted("a", paused=True), wanted("b"))
    with store.reading() as session:
        assert sources.next_due_in(session, now) == timedelta(0)
    assert [due.key for due in claim(store, now)] == ["b"]
    assert [due.key for due in claim(store, now, "twee", keys=["a"])] == ["a"]


def test_named_sources_on_a_busy_host_are_said_to_wait_and_until_when(store, now):
    add(store, now, wanted("a"))
    claim(store, now, "een")
    assert claim(store, now, "twee", keys=["a"]) == []
    with store.reading() as session:
        [busy] = sources.waiting_hosts(session, now=now, owner="twee", keys=["a"])
    assert busy.until == now + timedelta(seconds=15)
    assert not busy.asked


def test_a_good_visit_keeps_the_validators_and_the_pace(store, now):
    add(store, now, wanted("a", pace=PACE))
    [due] = claim(store, now)
    record(store, due, done(now, etag='"x"', last_modified="gisteren", body_hash="h", new=2, entries=2), now)
    with store.reading() as session:
        view = sources.get(session, "a")
        assert sources.next_due_in(session, now) == timedelta(seconds=PACE)
        assert not sources.anything_due(session, now=now)
    assert view.last is not None
    assert view.last.new == 2
    assert view.last_new_at == view.last_success_at == view.last_visit_at == now
    with store.writing() as session:
        hosts.release(session, "een")
    [due] = claim(store, now + timedelta(seconds=PACE))
    assert (due.etag, due.last_modified, due.body_hash) == ('"x"', "gisteren", "h")
    record(store, due, done(now, Outcome.UNCHANGED), now)
    with store.writing() as session:
        hosts.release(session, "een")
    [due] = claim(store, now, keys=["a"])
    assert due.etag == '"x"', "a 304 without an ETag must not make us forget the one we have"


def test_a_broken_document_is_read_again_next_time(store, now):
    add(store, now, wanted("a"))
    [due] = claim(store, now)
    record(store, due, done(now, Outcome.BROKEN, etag='"x"', body_hash="h"), now)
    with store.writing() as session:
        hosts.release(session, "een")
    [due] = claim(store, now, keys=["a"])
    assert due.etag is None
    assert due.body_hash is None
    assert due.failures == 0, "a document that could be read is no failure"


def test_failures_are_counted_and_one_good_visit_forgets_them(store, now):
    add(store, now, wanted("a"))
    [due] = claim(store, now)
    for _ in range(3):
        record(store, due, done(now, Outcome.HTTP_ERROR, status=500), now)
    with store.reading() as session:
        assert sources.get(session, "a").failures == 3
        assert sources.get(session, "a").last_success_at is None
        assert len(visits.recent(session, due.id, limit=2)) == 2
    record(store, due, done(now, Outcome.EMPTY), now)
    with store.reading() as session:
        assert sources.get(session, "a").failures == 0


def test_a_host_that_asked_to_wait_is_claimed_by_nobody_until_then(store, now):
    add(store, now, wanted("a", "https://x.example/1"), wanted("b", "https://x.example/2", pace=1))
    due, _ = claim(store, now)
    record(store, due, done(now, Outcome.RETRY_LATER, status=429), now)
    with store.writing() as session:
        hosts.hold_off(session, "x.example:443", now + timedelta(seconds=600))
        hosts.release(session, "een")
    assert claim(store, now + timedelta(seconds=599)) == []
    with store.reading() as session:
        [busy] = sources.waiting_hosts(session, now=now, owner="een", keys=["b"])
    assert busy.asked
    assert [found.key for found in claim(store, now + timedelta(seconds=600))] == ["b"]


def test_a_source_that_was_not_asked_because_its_host_rests_did_not_fail(store, now):
    add(store, now, wanted("a"))
    [due] = claim(store, now)
    record(store, due, done(now, Outcome.RETRY_LATER, retry_after=60), now)
    with store.reading() as session:
        seen = sources.get(session, "a")
    assert seen.failures == 0, "only an answer can be a failure"
    assert seen.next_due_at <= now + timedelta(seconds=seen.pace_seconds)


def test_robots_are_kept_with_the_host(store, now):
    with store.writing() as session:
        hosts.keep_robots(session, "x.example:443", 200, "User-agent: *", now)
    with store.reading() as session:
        facts = hosts.facts(session, "x.example:443")
    assert facts is not None
    assert (facts.robots_status, facts.robots_text, facts.robots_fetched_at) == (200, "User-agent: *", now)


def test_what_a_site_says_about_its_rights_is_kept_with_the_host(store, now):
    with store.writing() as session:
        hosts.keep_rights(session, "x.example:443", "[]", "User-Agent: *", now)
        facts = hosts.facts(session, "x.example:443")
        assert facts is not None
        assert (facts.tdm_text, facts.ai_text, facts.rights_fetched_at) == ("[]", "User-Agent: *", now)
        hosts.keep_rights(session, "x.example:443", "[]", "", None)
        facts = hosts.facts(session, "x.example:443")
    assert facts is not None
    assert facts.rights_fetched_at is None, "without a moment the files are asked again"


def test_what_a_dead_crawl_had_in_hand_is_found_and_nothing_else(store, now):
    add(store, now, wanted("a"), wanted("b"), wanted("c"))
    due = {found.key: found for found in claim(store, now, "een")}
    record(store, due["a"], done(now + timedelta(seconds=1)), now)
    with store.writing() as session:
        hosts.release(session, "een", ["c.example:443"])
        found = sources.in_hand(session, ["a", "b", "c"], owner="een", since=now)
    assert [source.key for source in found] == ["b"]
