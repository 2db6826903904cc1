"""Crawls the world of two hundred, measures it from outside and says whether every cause was named rightly.

    python -m tests.world.cycle [--size whole|small] [--store sqlite|postgres] [--deadline SECONDS] [--rounds N]

All of it is real: `crawler.run_due`, its child and its parsers, a configuration, a database that is asked ten times a
second who is stored by now. In the same run the same documents are fetched by a bare aiohttp, so that the seconds
mean something on any machine. Exit code 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import aiohttp
import sqlalchemy as sa
from sqlmodel import col, select

import crawler
from bench.measuring import TICKS, descendants, pss
from crawler.scrapy_settings import CONCURRENT_HOSTS
from store import health, sources
from store.database import Store, migrate, open_store
from store.settings import Settings
from store.tables import Item, Revision, RevisionEvent
from store.values import Cause, EventStatus, SourceKind
from store.visits import VisitView
from tests.crawler.nameserver import NameServer
from tests.journeys.kills import crawls_of
from tests.parts import postgres
from tests.parts.config import settings_in
from tests.world.two_hundred import BROKEN, HEALED, NO_NAME, Site, TwoHundred, running

STORED_WITHIN = 15.0
OVER_DEADLINE = 1.2
MOST_MEGABYTES = 250
ASK_SECONDS = 0.1
BEFORE = timedelta(hours=3)
LATER = timedelta(days=8)
"""After that everything is due again, also what said that it is gone."""


@dataclass
class Cycle:
    """What was seen while one crawl ran. `stored` is None when an entry of a healthy source never came."""

    seconds: float = 0.0
    stored: float | None = None
    megabytes: float = 0.0
    made_of: str = ""
    ticks: dict[int, int] = field(default_factory=dict)
    stored_cpu: float = 0.0
    bare: float = 0.0
    requests: int = 0

    @property
    def cpu(self) -> float:
        """Seconds that child and parsers worked so far: what the machine's other work cannot stretch."""
        return sum(self.ticks.values()) / TICKS


@dataclass
class Told:
    """A whole run: its numbers, a line for the table per fault, and every broken promise as a sentence."""

    cycle: Cycle = field(default_factory=Cycle)
    lines: list[tuple[str, int, str, str, str]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    entries: int = 0
    deadline: float = 0.0

    def __str__(self) -> str:
        widths = [max(len(str(line[place])) for line in self.lines) for place in range(4)]
        table = "\n".join(
            "  ".join(f"{cell!s:{width}}" for cell, width in zip(line, [*widths, 0], strict=True))
            for line in self.lines
        )
        cycle = self.cycle
        stored = "never" if cycle.stored is None else f"{cycle.stored:.1f} s"
        return (
            f"{table}\n\n{self.entries} entries of the healthy sources stored after {stored}, {cycle.stored_cpu:.1f} "
            f"CPU seconds, the limit is {STORED_WITHIN:.0f} s; a bare aiohttp only fetches their {cycle.requests} "
            f"documents in {cycle.bare:.2f} s, {(cycle.stored or 0) / cycle.bare:.0f} × faster\n"
            f"the cycle ended after {cycle.seconds:.1f} s and {cycle.cpu:.1f} CPU seconds, its deadline is "
            f"{self.deadline:.0f} s; peak PSS of child and parsers {cycle.megabytes:.0f} MB ({cycle.made_of})\n"
            + "\n".join(f"WRONG: {f}" for f in self.findings)
        )


@dataclass
class Run:
    """One installation in one world."""

    world: TwoHundred
    settings: Settings
    store: Store
    now: datetime
    told: Told = field(default_factory=Told)

    def add_sources(self) -> None:
        with self.store.writing() as session:
            sources.add_configured(session, self.settings.source, self.now - BEFORE)

    @property
    def faulty(self) -> list[Site]:
        return [site for site in self.world.sites if site.fault is not None]

    @property
    def healthy(self) -> list[Site]:
        return [site for site in self.world.sites if site.fault is None]

    def visit_what_needs_a_past(self) -> None:
        """What vanishes or is rebuilt must have been there before."""
        keys = tuple(site.key for site in self.faulty if site.fault is not None and site.fault.past)
        done = crawler.run_due(self.settings, self.store, now=self.now - BEFORE, keys=keys)
        self.expect(not done.failed, f"a world that is whole was not read: {done.failed}")

    def expect(self, true: object, otherwise: str) -> None:
        if not true:
            self.told.findings.append(otherwise)

    def crawl(self) -> None:
        """The cycle that counts: 47 sources are broken, and everything is due."""
        self.world.become(BROKEN, self.now)
        cycle = self.told.cycle
        urls = [self.world.url(site) for site in self.healthy]
        cycle.bare, cycle.requests = asyncio.run(_bare(urls)), len(urls)
        began = time.monotonic()
        with self._watched(cycle, began):
            crawler.run_due(self.settings, self.store, now=self.now)
            cycle.seconds = time.monotonic() - began
        self.told.deadline = deadline = self.settings.crawl.deadline_seconds
        self.told.entries = sum(len(site.titles(BROKEN)) for site in self.healthy)
        self.expect(cycle.stored is not None, "an entry of a healthy source was not stored at all")
        self.expect((cycle.stored or 0) < STORED_WITHIN, f"the healthy sources took {cycle.stored} s")
        self.expect(cycle.seconds < deadline * OVER_DEADLINE, f"the cycle took {cycle.seconds:.1f} s")
        self.expect(cycle.megabytes < MOST_MEGABYTES, f"child and parsers took {cycle.megabytes:.0f} MB")
        # Also of the faulty ones with which nothing is wrong: a false label, and reserved rights.
        self.all_there([site for site in self.world.sites if not (site.fault and site.fault.cause)], BROKEN)

    @contextmanager
    def _watched(self, cycle: Cycle, began: float) -> Iterator[None]:
        """Ask the database and the kernel, all the while, what is stored and how large it is."""
        stop = threading.Event()
        wanted = {site.key: len(site.titles(BROKEN)) for site in self.healthy}

        def watch() -> None:
            child = None
            while not stop.wait(ASK_SECONDS):
                child = next(iter(crawls_of(os.getpid())), child)
                if child is not None:
                    ours = {pid: ticks for pid, ticks in descendants(os.getpid()).items() if pid == child}
                    ours |= descendants(child)
                    cycle.ticks |= ours
                    family = [pss(pid) / 1024 for pid in ours]
                    if sum(family) > cycle.megabytes:
                        cycle.megabytes, cycle.made_of = sum(family), " + ".join(f"{one:.0f}" for one in family)
                if cycle.stored is None and self._complete(wanted):
                    cycle.stored, cycle.stored_cpu = time.monotonic() - began, cycle.cpu

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            stop.set()
            watcher.join()
            if cycle.stored is None and self._complete(wanted):
                cycle.stored = time.monotonic() - began

    def _complete(self, wanted: dict[str, int]) -> bool:
        with self.store.reading() as session:
            counted = sa.select(col(Item.source_id), sa.func.count()).group_by(col(Item.source_id))
            counts = {row[0]: row[1] for row in session.connection().execute(counted)}
        return all(counts.get(self.ids[key], 0) >= count for key, count in wanted.items())

    @cached_property
    def ids(self) -> dict[str, int]:
        with self.store.reading() as session:
            return {view.key: view.id for view in sources.list_all(session)}

    def all_there(self, which: list[Site], state: str) -> None:
        """Every entry of these sources is one item, with the title that the source gives it now."""
        with self.store.reading() as session:
            rows = session.exec(
                select(Item.source_id, Revision.title)
                .join(Revision, col(Revision.id) == col(Item.current_revision_id))
                .order_by(col(Item.id))
            ).all()
        found: dict[int, Counter[str]] = {}
        for source_id, title in rows:
            found.setdefault(source_id, Counter())[title] += 1
        for site in which:
            have, want = found.get(self.ids[site.key], Counter()), Counter(site.titles(state))
            self.expect(not want - have, f"{site.key} ({state}) lacks {list((want - have).elements())[:2]}")
            self.expect(not have - want, f"{site.key} ({state}) has too much: {list((have - want).elements())[:2]}")

    def causes_are_right(self) -> None:
        """The newest visit of each faulty source says what is wrong; of a healthy one, that nothing is."""
        by_fault: dict[str, list[tuple[str, VisitView | None]]] = {}
        interrupted = self.told.cycle.seconds > self.settings.crawl.deadline_seconds - 1
        for site in self.world.sites:
            last = self._last(site)
            cause = last.cause if last else None
            fault = site.fault
            by_fault.setdefault(fault.name if fault else "none", []).append((str(cause), last))
            wanted = fault.cause if fault else None
            fine = {wanted} | ({Cause.INTERRUPTED} if fault and fault.slow and interrupted else set())
            said = last.sentence if last else "never visited"
            self.expect(last and cause in fine, f"{site.key}: the visit says {cause}, not {wanted}: {said}")
            if fault is not None and fault.name == "reserved":
                self.expect(last and last.reserved, f"{site.key}: nobody saw that its rights are reserved")
                self.expect(not self._kept_text(site), f"{site.key}: text of a reserved source was kept")
        wanted_of = {site.fault.name: site.fault for site in self.faulty if site.fault}
        for name, seen in by_fault.items():
            wanted = str(wanted_of[name].cause) if name in wanted_of else "None"
            causes = " ".join(sorted({cause for cause, _ in seen}))
            sentence = next((last.sentence for _, last in seen if last), "")
            self.told.lines.append((name, len(seen), wanted, causes, sentence if name != "none" else ""))

    def _last(self, site: Site) -> VisitView | None:
        with self.store.reading() as session:
            return sources.get(session, site.key).last

    def _kept_text(self, site: Site) -> bool:
        with self.store.reading() as session:
            kept = session.exec(
                select(Revision.id)
                .join(Item, col(Item.id) == col(Revision.item_id))
                .where(Item.source_id == self.ids[site.key])
                .where(sa.or_(col(Revision.text) != "", col(Revision.excerpt) != ""))
            )
            return kept.first() is not None

    def go_on_failing(self, rounds: int) -> None:
        """Let the faulty ones fail again, each time when they are due, and see what the administrator is told."""
        keys = tuple(site.key for site in self.faulty)
        for _ in range(rounds):
            self.now += LATER
            crawler.run_due(self.settings, self.store, now=self.now, keys=keys)
        if not rounds:
            return
        with self.store.reading() as session:
            told = {facts.source.key: health.findings(facts, self.now) for facts in health.all_facts(session, self.now)}
        for site in self.world.sites:
            wanted = {site.fault.problem} - {None} if site.fault else set()
            found = {finding.kind for finding in told.get(site.key, [])}
            self.expect(found == wanted, f"{site.key}: health says {found or 'nothing'}, not {wanted or 'nothing'}")
            last = self._last(site)
            for finding in told.get(site.key, []):
                self.expect(last and finding.sentence == last.sentence, f"{site.key}: health says {finding.sentence}")

    def recover(self) -> None:
        """All are well again, with news. Once each is due, everything is stored, once, and nothing was called off."""
        self.now += LATER
        self.world.become(HEALED, self.now)
        with self.store.reading() as session:
            late = [view.key for view in sources.list_all(session) if view.next_due_at > self.now]
        self.expect(not late, f"not due again after {LATER.days} days: {late}")
        done = crawler.run_due(self.settings, self.store, now=self.now)
        self.expect(not done.stopped, "the cycle after the recovery was ended before it was done")
        self.all_there(list(self.world.sites), HEALED)
        for site in self.world.sites:
            last = self._last(site)
            self.expect(last and last.cause is None, f"{site.key} is well, and its visit says {last and last.cause}")
        with self.store.reading() as session:
            off = session.exec(
                select(Item.id)
                .join(RevisionEvent, col(RevisionEvent.revision_id) == col(Item.current_revision_id))
                .where(RevisionEvent.status != EventStatus.CONFIRMED)
            ).all()
        self.expect(not off, f"{len(off)} events were called off that no source ever called off")
        with self.store.reading() as session:
            found = [one for facts in health.all_facts(session, self.now) for one in health.findings(facts, self.now)]
        self.expect(not found, f"all is well, and the administrator is told of {found[:3]}")


async def _bare(urls: list[str]) -> float:
    """How long a bare aiohttp takes over the same documents, as many at once as our crawl."""
    room = asyncio.Semaphore(CONCURRENT_HOSTS)
    began = time.monotonic()
    async with aiohttp.ClientSession() as session:

        async def one(url: str) -> None:
            async with room, session.get(url) as got:
                await got.read()

        await asyncio.gather(*map(one, urls))
    return time.monotonic() - began


def run_world(folder: Path, store_url: str, size: str, *, deadline: int, rounds: int) -> Told:
    """Measure one world on one database that is migrated already."""
    now = datetime.now(UTC).replace(microsecond=0)
    with ExitStack() as stack:
        world = stack.enter_context(running(size, now - BEFORE))
        address = next((site.address for site in world.sites if NO_NAME in world.bases[site.key]), "127.0.0.1")
        names = stack.enter_context(NameServer({NO_NAME: [address]}))
        store = open_store(store_url)
        stack.callback(store.close)
        settings = settings_in(
            folder,
            store={"url": store_url},
            crawl={"deadline_seconds": deadline, "nameserver": names.place},
            source=[_configured(world, site) for site in world.sites],
        )
        run = Run(world, settings, store, now)
        run.add_sources()
        run.visit_what_needs_a_past()
        del names.names[NO_NAME]
        run.crawl()
        run.causes_are_right()
        run.go_on_failing(rounds)
        names.names[NO_NAME] = [address]
        run.recover()
        return run.told


def _configured(world: TwoHundred, site: Site) -> dict[str, object]:
    told: dict[str, object] = {
        "key": site.key,
        "name": f"Bron {site.key}",
        "url": world.url(site),
        "kind": str(site.form.kind),
        "region": "Noord-Brabant",
        "rights": "fulltext-internal" if site.form.kind is SourceKind.FEED else "excerpt",
    }
    return told | ({"options": site.form.options} if site.form.options else {})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=("whole", "small"), default="whole")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--deadline", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2, help="how often the faulty ones fail again")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="signaal-world-")))
        url = f"sqlite:///{folder / 'signaal.db'}"
        if asked.store == "postgres":
            cluster = postgres.start_cluster()
            stack.callback(cluster.stop)
            url = cluster.empty_database()
        store = open_store(url)
        migrate(store)
        store.close()
        told = run_world(folder, url, asked.size, deadline=asked.deadline, rounds=asked.rounds)
    print(told)
    return 1 if told.findings else 0


if __name__ == "__main__":
    sys.exit(main())
