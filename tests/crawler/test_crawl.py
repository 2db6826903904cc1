"""The crawl as a whole, with its real child process: nothing double, nothing missing, and always a sentence."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

import crawler
from crawler.lines import Job
from service.demo.server import Answer, Asked, Listener
from service.demo.world import World
from store import hosts, sources
from store.database import Store
from store.errors import NotFoundError
from store.settings import Settings, StoreSettings
from store.tables import Item, Revision
from store.values import Outcome
from tests.crawler.crawling import add, add_world, items_of, last_visit
from tests.parts.config import settings_in
from tests.parts.rapporteur import rapporteur
from tests.world.answers import good_feed
from tests.world.catalogue import BY_NAME, Catalogue


def told(world: World) -> int:
    return sum(len(world.articles(source.key)) for source in world.sources[:-1]) + len(world.gatherings())


def test_a_whole_world_comes_in_once_and_a_second_crawl_doubles_nothing(settings, store, now, world):
    add_world(store, now, world.sources)
    heard: list[str] = []
    first = crawler.run_due(settings, store, now=now, on_visit=lambda visit: heard.append(visit.key))
    assert sorted(heard) == sorted(source.key for source in world.sources)
    assert {visit.outcome for visit in first.visits} == {Outcome.OK}, first.visits
    assert first.new == len(items_of(store)) == told(world)
    assert first.failed == ()
    before = items_of(store)
    assert crawler.run_due(settings, store, now=now + timedelta(minutes=1)) == crawler.CrawlDone(), "nothing was due"

    asked = len(world.requests)
    second = crawler.run_due(settings, store, now=now + timedelta(hours=1))
    assert {visit.outcome for visit in second.visits} == {Outcome.UNCHANGED}
    assert items_of(store) == before
    # What a first visit leaves of the pages of single items comes with the second.
    assert {line.status for line in world.requests[asked:] if not line.path.startswith("/nieuws/")} == {304}

    changed = world.articles(world.sources[0].key)[0]
    world.change(world.sources[0].key, changed.slug, title="Een andere kop over mensenhandel")
    third = crawler.run_due(settings, store, now=now + timedelta(hours=2))
    assert (third.new, third.changed) == (0, 1)
    [visit] = [visit for visit in third.visits if visit.changed]
    assert visit.key == world.sources[0].key
    assert visit.sentence.startswith("Gelezen: ")
    assert "1 gewijzigd" in visit.sentence
    assert items_of(store) == before


def test_the_catalogue_of_misbehaviour_gives_a_sentence_each_and_harms_nobody(sqlite_store, now, tmp_path):
    slow = {"silent", "drip", "robots_silent"}
    settings = settings_in(tmp_path, store={"url": sqlite_store.url}, crawl={"allow_addresses": ["127.0.0.0/8"]})
    with Catalogue() as catalogue:
        for name in BY_NAME:
            if name not in slow:
                add(sqlite_store, now, catalogue.url(name), name.replace("_", "-"))
        began = time.monotonic()
        done = crawler.run_due(settings, sqlite_store, now=now)
        took = time.monotonic() - began
        hits = {name: catalogue.requests(name) for name in BY_NAME if name not in slow}
    found = {visit.key.replace("-", "_"): visit for visit in done.visits}
    for name, outcome in EXPECTED.items():
        assert found[name].outcome is outcome, f"{name}: {found[name]}"
    for visit in done.visits:
        assert visit.sentence.endswith("."), visit
        assert visit.outcome.good or "opnieuw" in visit.sentence, f"{visit.key} does not say when we try again"
    assert [line.path for line in hits["robots_disallow"]] == ["/robots.txt"]
    assert [line.path for line in hits["robots_503"]] == ["/robots.txt"]
    assert len(hits["redirect_chain"]) <= 7
    assert found["many"].entries == 500
    assert "1500 berichten te veel" in found["many"].sentence
    assert found["same_guid"].entries == 2
    assert found["bare"].new == 2
    assert took < 60, f"one crawl of misbehaving sources took {took:.0f} s"
    assert not any("passwd" in guid or "root:" in guid for _, guid in items_of(sqlite_store))


EXPECTED = {
    "missing": Outcome.HTTP_ERROR,
    "gone": Outcome.GONE,
    "busy": Outcome.RETRY_LATER,
    "busy_until": Outcome.RETRY_LATER,
    "server_error": Outcome.HTTP_ERROR,
    "cut": Outcome.BROKEN,
    "reset": Outcome.UNREACHABLE,
    "cut_gzip": Outcome.BROKEN,
    "large": Outcome.TOO_LARGE,
    "gzip_bomb": Outcome.TOO_LARGE,
    "unclosed": Outcome.BROKEN,
    "undefined_entities": Outcome.BROKEN,
    "wrong_charset": Outcome.OK,
    "windows_1252": Outcome.OK,
    "false_304": Outcome.HTTP_ERROR,
    "never_304": Outcome.OK,
    "redirect_loop": Outcome.HTTP_ERROR,
    "redirect_chain": Outcome.HTTP_ERROR,
    "redirect_private": Outcome.REFUSED,
    "redirect_metadata": Outcome.REFUSED,
    "redirect_file": Outcome.REFUSED,
    "login_page": Outcome.NOT_A_FEED,
    "empty_feed": Outcome.EMPTY,
    "empty_body": Outcome.NOT_A_FEED,
    "no_guid": Outcome.OK,
    "no_link": Outcome.OK,
    "no_title": Outcome.OK,
    "bare": Outcome.OK,
    "many": Outcome.OK,
    "entity_bomb": Outcome.REFUSED,
    "external_entity": Outcome.REFUSED,
    "nested": Outcome.REFUSED,
    "as_html": Outcome.OK,
    "robots_disallow": Outcome.ROBOTS,
    "robots_404": Outcome.OK,
    "crawl_delay": Outcome.OK,
}


@pytest.mark.long
def test_slow_servers_are_cut_at_thirty_seconds_and_hold_up_nobody(sqlite_store, now, tmp_path):
    settings = settings_in(tmp_path, store={"url": sqlite_store.url})
    ended: dict[str, float] = {}
    with Catalogue() as catalogue:
        for name in ("silent", "drip", "robots_silent", "robots_404"):
            add(sqlite_store, now, catalogue.url(name), name.replace("_", "-"))
        began = time.monotonic()
        done = crawler.run_due(
            settings,
            sqlite_store,
            now=now,
            on_visit=lambda visit: ended.setdefault(visit.key, time.monotonic() - began),
        )
    outcomes = {visit.key: visit.outcome for visit in done.visits}
    assert outcomes == {
        "silent": Outcome.TIMEOUT,
        "drip": Outcome.TIMEOUT,
        "robots-silent": Outcome.TIMEOUT,
        "robots-404": Outcome.OK,
    }
    assert ended["robots-404"] < 15
    assert max(ended.values()) < 40


def test_a_server_without_304_is_recognised_by_what_it_sends(settings, store, now):
    with Catalogue() as catalogue:
        add(store, now, catalogue.url("never_304"))
        crawler.run_due(settings, store, now=now)
        # The feed asks for an hour between two visits.
        crawler.run_due(settings, store, now=now + timedelta(hours=2))
    visit = last_visit(store)
    assert visit.outcome is Outcome.UNCHANGED
    assert visit.status == 200


def test_retry_after_is_honoured_for_the_whole_host(settings, store, now):
    listener = Listener(lambda _asked: Answer(status=429, headers=(("Retry-After", "7200"),)))
    try:
        add(store, now, listener.url("/a"), "a")
        add(store, now, listener.url("/b"), "b")
        crawler.run_due(settings, store, now=now)
        asked = len(listener.requests)
        assert asked == 1, "after a 429 the host must be left alone, its other sources and robots.txt too"
        with store.reading() as session:
            assert sources.get(session, "a").next_due_at >= now + timedelta(seconds=7200)
        crawler.run_due(settings, store, now=now + timedelta(seconds=7100))
        named = crawler.run_due(settings, store, now=now + timedelta(seconds=7100), keys=("b",))
        assert len(listener.requests) == asked
    finally:
        listener.stop()
    assert [(visit.outcome, visit.stored) for visit in named.visits] == [(Outcome.RETRY_LATER, False)]


def test_two_requests_to_one_host_never_overlap_and_keep_their_distance(sqlite_store, now, tmp_path):
    settings = settings_in(tmp_path, store={"url": sqlite_store.url}, crawl={"delay_seconds": 0.3})
    listener = Listener(lambda _asked: Answer(body=good_feed(), type="application/rss+xml", after=0.1))
    try:
        for number in range(3):
            add(sqlite_store, now, listener.url(f"/{number}"), f"bron-{number}")
        assert crawler.run_due(settings, sqlite_store, now=now).failed == ()
    finally:
        listener.stop()
    _never_together(listener, 0.28)
    feeds = [seen.path for seen in listener.requests if seen.path in {"/0", "/1", "/2"}]
    assert feeds == ["/0", "/1", "/2"], "every source is asked once, after what the host says about itself"


def _never_together(listener: Listener, apart: float) -> None:
    for earlier, later in zip(listener.requests, listener.requests[1:], strict=False):
        assert earlier.ended is not None
        gap = later.started - earlier.ended
        assert gap >= apart, f"{earlier.path} and {later.path} were {gap:.3f} s apart; they must be {apart}"


def test_two_crawls_at_once_never_talk_to_one_host_at_the_same_time(settings, store, now):
    def answer(asked: Asked) -> Answer:
        return Answer(body=good_feed(), type="application/rss+xml", after=0.05)

    listeners = [Listener(answer) for _ in range(4)]
    try:
        for number in range(16):
            add(store, now, listeners[number % 4].url(f"/{number}"), f"bron-{number}")
        done: list[crawler.CrawlDone] = []
        threads = [
            threading.Thread(target=lambda: done.append(crawler.run_due(settings, store, now=now))) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for listener in listeners:
            listener.stop()
    for listener in listeners:
        _never_together(listener, 0)
    keys = [visit.key for crawl in done for visit in crawl.visits]
    assert sorted(keys) == sorted(f"bron-{number}" for number in range(16)), "every source once, by one of the two"
    assert len(items_of(store)) == 16 * 3


def test_a_named_source_on_a_busy_host_is_waited_for(settings, store, now, world):
    add_world(store, now, world.sources)
    key = world.sources[0].key
    with store.writing() as session:
        host = sources.get(session, key).host
        assert hosts.claim_host(session, host, owner="dode", now=now, lease_seconds=4)
    began = time.monotonic()
    done = crawler.run_due(settings, store, now=now, keys=(key,))
    assert [visit.outcome for visit in done.visits] == [Outcome.OK]
    assert time.monotonic() - began >= 3.5, "the lease of another crawl was not waited for"


def test_a_source_whose_items_cannot_be_stored_takes_no_other_source_along(sqlite_settings, sqlite_store, now):
    """INV-15. The database itself refuses one title, as it would refuse whatever we did not foresee."""
    with sqlite_store.writing() as session:
        session.connection().exec_driver_sql(
            "CREATE TRIGGER poison BEFORE INSERT ON revision WHEN NEW.title LIKE 'Gif%' "
            "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    bad = good_feed().replace(b"Bericht 2", b"Gif")
    ill, well = Listener(lambda _: Answer(body=bad)), Listener(lambda _: Answer(body=good_feed()))
    try:
        add(sqlite_store, now, ill.url("/feed"), "ziek")
        add(sqlite_store, now, well.url("/feed"), "gezond")
        done = crawler.run_due(sqlite_settings, sqlite_store, now=now)
    finally:
        ill.stop()
        well.stop()
    found = {visit.key: visit for visit in done.visits}
    assert not done.stopped, "one bad source ended the whole crawl"
    assert found["gezond"].outcome is Outcome.OK
    assert found["gezond"].new == 3
    assert found["ziek"].outcome is Outcome.BROKEN
    assert "bij ons iets mis" in last_visit(sqlite_store, "ziek").sentence
    assert {key for key, _ in items_of(sqlite_store)} == {"gezond"}, "a visit is stored whole or not at all"


def test_an_unknown_key_is_said_before_anything_starts(settings, store, now):
    with pytest.raises(NotFoundError, match="nergens"):
        crawler.run_due(settings, store, now=now, keys=("nergens",))


def test_a_crawl_killed_half_way_and_run_again_doubles_and_misses_nothing(settings, store, now, world):
    add_world(store, now, world.sources)
    later = now
    for number in range(4):
        process = _bare_child(settings, later, f"moord-{number}")
        time.sleep(0.9 + 0.25 * number)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        found = items_of(store)
        assert len(found) == len(set(found)), "an item came in twice"
        for key in {key for key, _ in found}:
            _all_or_nothing(store, world, key, found)
        later += timedelta(seconds=20)
    done = crawler.run_due(settings, store, now=later + timedelta(hours=1))
    assert done.failed == ()
    found = items_of(store)
    assert len(found) == len(set(found)) == told(world)


def _all_or_nothing(store: Store, world: World, key: str, found: list[tuple[str, str]]) -> None:
    """A source whose items are there has its visit too, and all of its items."""
    visit = last_visit(store, key)
    assert visit.new == sum(owner == key for owner, _ in found), f"{key} came in by half"


def _bare_child(settings: Settings, now: datetime, owner: str) -> subprocess.Popen[str]:
    """The child without its parent, as when both are killed at once: nobody tidies up."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.child", owner], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stdin is not None
    process.stdin.write(Job.of(settings, owner, now).model_dump_json() + "\n")
    process.stdin.flush()
    return process


def test_a_child_ends_when_its_parent_does(sqlite_settings, sqlite_store, now):
    with Catalogue() as catalogue:
        add(sqlite_store, now, catalogue.url("silent"))
        process = _bare_child(sqlite_settings, now, "wees")
        time.sleep(1.5)
        assert process.poll() is None
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(5) is not None


def test_a_crawl_that_outlives_its_deadline_is_ended_and_what_it_had_in_hand_is_written_down(
    sqlite_store, now, tmp_path, world
):
    settings = settings_in(tmp_path, store={"url": sqlite_store.url}, crawl={"deadline_seconds": 2})
    with Catalogue() as catalogue:
        add(sqlite_store, now, catalogue.url("silent"), "stil")
        add_world(sqlite_store, now, world.sources)
        began = time.monotonic()
        done = crawler.run_due(settings, sqlite_store, now=now)
        took = time.monotonic() - began
    assert took < 14
    assert done.stopped
    assert {visit.key: visit.outcome for visit in done.visits}["stil"] is Outcome.INTERRUPTED
    assert last_visit(sqlite_store, "stil").outcome is Outcome.INTERRUPTED
    with sqlite_store.reading() as session:
        [free] = [hosts.facts(session, sources.get(session, "stil").host)]
        assert free is not None
        assert sources.get(session, "stil").next_due_at > now + timedelta(minutes=30)
    with sqlite_store.writing() as session:
        due = sources.claim_due(session, now=now + timedelta(seconds=5), owner="x", lease_seconds=5, keys=["stil"])
    assert len(due) == 1, "the host of a crawl that was ended must be free at once"


def test_a_redirect_to_a_host_that_another_crawl_holds_waits_its_turn(sqlite_store, now, tmp_path):
    settings = settings_in(tmp_path, store={"url": sqlite_store.url})
    target = Listener(lambda _asked: Answer(body=good_feed(), type="application/rss+xml"))
    door = Listener(lambda asked: _door(asked, target))
    try:
        add(sqlite_store, now, door.url("/feed"))
        with sqlite_store.writing() as session:
            assert hosts.claim_host(session, target.host, owner="ander", now=now, lease_seconds=4)
        began = time.monotonic()
        done = crawler.run_due(settings, sqlite_store, now=now)
    finally:
        target.stop()
        door.stop()
    assert [visit.outcome for visit in done.visits] == [Outcome.OK]
    assert time.monotonic() - began >= 3.5, "the host behind the redirect was held by another crawl"


def _door(asked: Asked, target: Listener) -> Answer:
    if asked.path == "/robots.txt":
        return Answer(status=404)
    return Answer(status=302, headers=(("Location", target.url("/feed")),))


def test_bad_options_are_a_sentence_on_the_visit(sqlite_settings, sqlite_store, now, world):
    add(sqlite_store, now, world.sources[0].url, options={"bestaat_niet": 1})
    [visit] = crawler.run_due(sqlite_settings, sqlite_store, now=now).visits
    assert "opties" in visit.sentence


def test_trying_an_address_shows_what_would_come_in_and_keeps_nothing(sqlite_settings, sqlite_store, now, world):
    news, agenda = world.sources[0], world.sources[-1]
    found = crawler.try_source(sqlite_settings, news.url, now=now)
    assert found.outcome is Outcome.OK
    assert found.kind == news.kind
    assert found.entries == len(world.articles(news.key))
    assert len(found.first) == 10
    assert found.first[0].url.startswith("http://127.0.0.1:")
    assert crawler.try_source(sqlite_settings, agenda.url, now=now).kind == agenda.kind
    assert items_of(sqlite_store) == []
    with sqlite_store.reading() as session:
        assert sources.list_all(session) == []


def test_what_a_feed_calls_itself_is_text_from_outside_like_any_other(sqlite_settings, now):
    """It becomes the name that stands beside every item (TRUST X6)."""
    title = "&lt;b&gt;Omroep&lt;/b&gt;\n \u202eProef\u200b &amp;amp; Co".encode()
    listener = Listener(lambda _: Answer(body=good_feed().replace(b"Lastige bron", title)))
    try:
        found = crawler.try_source(sqlite_settings, listener.url("/feed"), now=now)
    finally:
        listener.stop()
    assert found.title == "Omroep Proef & Co"


def test_a_crawl_process_that_does_not_work_is_said_and_no_host_stays_claimed(
    sqlite_settings, sqlite_store, now, world
):
    add(sqlite_store, now, world.sources[0].url)
    nowhere = sqlite_settings.model_copy(update={"store": StoreSettings(url="postgresql+psycopg://127.0.0.1:1/geen")})
    with pytest.raises(crawler.CrawlFailedError):
        crawler.run_due(nowhere, sqlite_store, now=now)
    with pytest.raises(crawler.CrawlFailedError):
        crawler.try_source(nowhere, world.sources[0].url, now=now)
    assert crawler.run_due(sqlite_settings, sqlite_store, now=now).failed == ()


def test_the_165_real_items_of_the_corpus_come_in_whole_and_once(store, settings, now):
    with rapporteur() as served:
        add_world(store, now, [feed.source for feed in served])
        first = crawler.run_due(settings, store, now=now)
        again = crawler.run_due(settings, store, now=now + timedelta(hours=1))
    assert (first.new, again.new, again.changed) == (165, 0, 0)
    assert {visit.outcome for visit in first.visits} == {Outcome.OK}, first.visits
    with store.reading() as session:
        newest = select(Revision.title).join(Item, col(Item.current_revision_id) == col(Revision.id))
        titles = list(session.exec(newest))
    assert len(titles) == 165
    assert all(titles), "an item without a title must get its first words as one"


def test_trying_something_else_says_what_to_do(sqlite_settings, sqlite_store, now, world):
    page = crawler.try_source(sqlite_settings, world.url("/"), now=now)
    assert page.outcome is Outcome.NOT_A_FEED
    assert "RSS" in page.sentence
    assert crawler.try_source(sqlite_settings, "file:///etc/passwd", now=now).outcome is Outcome.REFUSED
    assert crawler.try_source(sqlite_settings, "http://10.0.0.1/", now=now).outcome is Outcome.REFUSED
