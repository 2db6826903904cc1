"""The access log of a farm of fifty hosts says whether we were polite; nothing of ours is asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bench import farm as farms
from bench.farm import Visited
from bench.politeness import FORBIDDEN, add_world, config_text, crawl_together, read
from store import sources
from store.values import Outcome
from tests.crawler.crawling import with_fetcher

DELAY = 0.2
THINK = 0.05
HOSTS = 6


def test_crawl_commands_at_the_same_time_are_polite_to_every_host(store, now, tmp_path: Path):
    config = tmp_path / "config.toml"
    config.write_text(config_text(store.url, DELAY))
    with farms.running(2 * HOSTS, think=THINK, log=True) as farm:
        keys = add_world(store, farm, HOSTS, now)
        # Two that take what is due, and one that was told to visit everything, whoever else is at it.
        said = crawl_together(config, [(), (), keys])
        log = farm.log()
    proof = read(log, DELAY)
    assert not proof.together, f"a host got a request while it still answered another: {proof.together[:3]}\n{said[0]}"
    assert not proof.too_soon, f"the pause of {DELAY} s was not kept: {proof.too_soon[:3]}"
    assert not proof.forbidden, f"robots.txt forbids {proof.forbidden[:3]}"
    with store.reading() as session:
        outcomes = {view.key: view.last and view.last.outcome for view in sources.list_all(session)}
    good = {key for key, outcome in outcomes.items() if outcome in {Outcome.OK, Outcome.UNCHANGED}}
    assert good == {key for key in keys if not key.startswith("dicht")}, f"who is so polite must still read: {said}"
    fetched = {line.path for line in log}
    assert {f"/feed/{number}.xml" for number in range(2 * HOSTS)} <= fetched, "a feed was never asked for"
    assert {f"/moved/{number}.xml" for number in range(HOSTS)} <= fetched, "no redirect was followed"


def test_of_fifty_requests_that_wait_for_a_disallow_none_is_let_through(sqlite_settings, sqlite_store, now):
    with farms.running(1, think=0.5, log=True) as farm:

        async def work(fetcher):
            asked = [farm.address(0, f"{FORBIDDEN}{number}") for number in range(50)]
            return await asyncio.gather(*map(fetcher.get, asked))

        found = with_fetcher(sqlite_settings, sqlite_store, now, work)
        log = farm.log()
    assert [got.outcome for got in found] == [Outcome.ROBOTS] * 50
    assert not [line.path for line in log if line.path.startswith(FORBIDDEN)], "a waiting request was let through"
    assert [line.path for line in log].count("/robots.txt") == 1, "fifty that wait share one question"


def test_the_proof_sees_what_is_not_polite():
    """A proof that could not fail would prove nothing."""
    together = [Visited("a", "/1", 0.0, 1.0), Visited("a", "/2", 0.9, 1.2), Visited("b", "/3", 0.95, 1.0)]
    assert read(together, 0.2).together == ("a/2 after /1",)
    assert not read(together[:1] + together[2:], 0.2).together, "two hosts may be asked at the same time"
    soon = [Visited("a", "/1", 0.0, 1.0), Visited("a", "/2", 1.19, 1.2)]
    assert len(read(soon, 0.2).too_soon) == 1
    assert read(soon, 0.1).polite
    assert not read([Visited("a", f"{FORBIDDEN}1", 0.0, 1.0)], 0.2).polite
