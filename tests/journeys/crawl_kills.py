"""Kill workers, crawls and parsers at random moments while the world changes, and hold the store against the world.

    python -m tests.journeys.crawl_kills --kills 1000 [--seed N] [--folder DIR] [--store sqlite|postgres|URL]

All of it is real: `signaal worker` beats, `signaal crawl` comes beside it now and then, their crawl processes fetch
from a world that never stands still, and an editor approves. A run that was ended goes on when it is given its folder
again. A seed does not repeat the timing of a run, but its choices.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets as random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlmodel import col, select

from store import moderation
from store.database import Store, migrate, open_store
from store.errors import SignaalError
from store.tables import Account, Host, Item, Visit
from store.values import State, Verdict
from tests.journeys import same_as_world
from tests.parts import postgres, processes
from tests.parts.config import write_config
from tests.parts.corpus import REPOSITORY
from tests.parts.promises import database_sound
from tests.parts.samples import add_account
from tests.parts.until import until
from tests.world.changing import SMALL, WHOLE, ChangingWorld

GONE_WITHIN = 10.0
"""Seconds in which nothing may be left of what a killed parent had started."""
CHECK_EVERY = 50
QUIET_SECONDS = 90.0
"""A lease of fifteen seconds, a wait after failures, and a visit."""
WORK_WITHIN = 20.0
"""Seconds in which a crawl is at work: a start, and at the worst a lease."""
LATEST = 0.7
"""Seconds into its work at which somebody is killed at the latest."""
TRIES = 4
WATCH_SECONDS = 0.1
WORKER, COMMAND, CHILD, NURSERY, PARSER = "worker", "crawl command", "crawl", "nursery", "parser"
EVERYBODY = "everybody"
VICTIMS = {CHILD: 6, PARSER: 8, NURSERY: 3, WORKER: 4, COMMAND: 2, EVERYBODY: 1}


@dataclass(frozen=True, slots=True)
class Process:
    """One of ours, by the folder in its environment. `started` tells it from a later one with the same number."""

    pid: int
    parent: int
    started: str
    role: str


@dataclass
class Figures:
    kills: Counter[str] = field(default_factory=Counter)
    holding: int = 0
    changes: int = 0
    visits: int = 0
    items: int = 0
    decisions: int = 0
    pages: Counter[str] = field(default_factory=Counter)
    outlived: float = 0.0
    checks: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        kills = ", ".join(f"{count} × {what}" for what, count in sorted(self.kills.items()))
        pages = ", ".join(f"{count} {what}" for what, count in sorted(self.pages.items()))
        return (
            f"{self.kills.total()} kills in {self.seconds:.0f} s ({kills}), {self.holding} while hosts were held: "
            f"{self.changes} changes of the world, {self.visits} visits, {self.items} items, {self.decisions} "
            f"decisions; pages: {pages}; what a killed parent left behind was gone within {self.outlived:.1f} s; "
            f"{self.checks} times the store was held against the world, and equalled it"
        )


class Run:
    """One installation under fire in `folder`, which keeps all that a later run needs to go on."""

    def __init__(self, folder: Path, url: str, seed: int, mix: dict[str, int], say: Callable[[str], None]) -> None:
        self.folder, self.seed, self.say = folder, seed, say
        self.ledger = folder / "kills.jsonl"
        lines = self.ledger.read_text(encoding="utf-8").splitlines() if self.ledger.exists() else []
        self.done = len(lines)
        self.chance = Random(f"{seed} {self.done}")
        self.figures = Figures()
        self.marker = folder / "tmp"
        self.marker.mkdir(exist_ok=True)
        for one in self.processes():
            # A run that was itself killed leaves its worker behind.
            _kill(one.pid)
        self.store: Store = open_store(url)
        migrate(self.store)
        self.world = ChangingWorld(folder, seed, mix, lambda key, at: same_as_world.seen_since(self.store, key, at))
        self.store_url = url
        self.config = self._configure()
        self.account_id = self._editor()
        self.orphans: dict[Process, float] = {}
        self.outlived: list[str] = []
        self.dead: set[str] = set()
        self.command: processes.Child | None = None
        self.worker = self._start("worker")

    def _configure(self) -> Path:
        return write_config(
            self.folder,
            store={"url": self.store_url},
            crawl={"tick_seconds": 1, "deadline_seconds": 60},
            source=[
                {
                    "key": site.key, "name": f"Bron {site.key}", "url": self.world.url(site), "kind": site.form.kind,
                    "region": "Noord-Brabant", "pace": 1, "pace_min": 1, "pace_max": 2,
                    **({"options": site.form.options} if site.form.options else {}),
                }
                for site in self.world.sites.values()
            ],
        )  # fmt: skip

    def _editor(self) -> int:
        with self.store.writing() as session:
            found = session.exec(select(Account.id)).first()
            return found or add_account(session, datetime.now(UTC))

    def _start(self, command: str) -> processes.Child:
        told = ["-m", "service.cli", "--config", str(self.config), command]
        return processes.start(told, self.folder / f"{command}.log", {"TMPDIR": str(self.marker)})

    def close(self) -> None:
        self.world.stop()
        for one in self.processes():
            _kill(one.pid)
        for child in (self.worker, self.command):
            if child is not None:
                child.process.wait()
        self.store.close()

    def processes(self) -> list[Process]:
        """Every process of this run that lives now, also one that nobody is the parent of any more."""
        marker = f"TMPDIR={self.marker}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if marker not in (entry / "environ").read_bytes().split(b"\0"):
                    continue
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if fields[0] == "Z":
                continue
            pid = int(entry.name)
            found.append(Process(pid, int(fields[1]), fields[19], _role(pid, line, int(fields[2]))))
        return found

    def kill(self) -> str:
        """Kill somebody at a random moment of a crawl. Gives the role of who it was."""
        wanted = self.chance.choices(tuple(VICTIMS), tuple(VICTIMS.values()))[0]
        if wanted == COMMAND:
            self.command = self._start("crawl")
        alive = self._at_work(wanted)
        assert alive, self.told(["the worker ended by itself; it said:", self.worker.output[-2000:]])
        if wanted not in {one.role for one in alive} | {EVERYBODY}:
            # The crawl was over each time before its moment came.
            wanted = self.chance.choice(sorted({one.role for one in alive}))
        victims = alive if wanted == EVERYBODY else [self.chance.choice([one for one in alive if one.role == wanted])]
        owners = self._owners()
        holding = bool(owners - self.dead)
        if wanted not in {PARSER, NURSERY}:
            self.dead = owners
        for victim in victims:
            _kill(victim.pid)
        self._must_go(_orphaned(victims, alive))
        for child in filter(None, (self.worker, self.command)):
            if child.pid in {victim.pid for victim in victims}:
                child.process.wait()
        self.figures.kills[wanted] += 1
        self.figures.holding += holding
        self._note(wanted, holding=holding)
        self._again()
        return wanted

    def _at_work(self, wanted: str) -> list[Process]:
        """All processes at a random moment of a crawl in which there is one of this role, if that can be met."""
        alive: list[Process] = []
        for _ in range(TRIES):
            end = time.monotonic() + WORK_WITHIN
            while not self._owners() - self.dead and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(self.chance.uniform(0, LATEST))
            alive = self.processes()
            if wanted == EVERYBODY or wanted in {one.role for one in alive}:
                break
        return alive

    def _note(self, victim: str, *, holding: bool) -> None:
        self.done += 1
        with self.ledger.open("a", encoding="utf-8") as ledger:
            ledger.write(json.dumps({"at": time.time(), "victim": victim, "holding": holding}) + "\n")

    def _owners(self) -> set[str]:
        with self.store.reading() as session:
            return {owner for owner in session.exec(select(Host.claimed_by).distinct()) if owner}

    def _again(self) -> None:
        """Start what was killed; forget the command that is over."""
        if self.command is not None and not self.command.running:
            self.command = None
        if not self.worker.running:
            self.worker = self._start("worker")

    def _must_go(self, orphans: list[Process]) -> None:
        for one in orphans:
            self.orphans.setdefault(one, time.monotonic())

    def watch_orphans(self, stopping: threading.Event) -> None:
        """Look all the time whether those whose parent was killed are gone, and remember who outlives its time."""
        while not stopping.wait(WATCH_SECONDS):
            for one, since in list(self.orphans.items()):
                waited = time.monotonic() - since
                if not _lives(one):
                    self.figures.outlived = max(self.figures.outlived, waited)
                elif waited > GONE_WITHIN:
                    self.outlived.append(f"{one} lives {waited:.0f} s after its parent was killed")
                else:
                    continue
                del self.orphans[one]

    def decide(self) -> None:
        """An editor approves what waits, while crawls come in and are killed."""
        with self.store.reading() as session:
            waiting = session.exec(
                select(Item.id, Item.waiting_revision_id)
                .where(Item.state == State.PENDING)
                .order_by(col(Item.priority).desc(), col(Item.id).desc())
                .limit(20)
            ).all()
        if not waiting:
            return
        item_id, revision_id = self.chance.choice(waiting)
        try:
            with self.store.writing() as session:
                moderation.hold(session, item_id or 0)
                moderation.decide(
                    session, item_id or 0, revision_id or 0, Verdict.APPROVE, account_id=self.account_id,
                    now=datetime.now(UTC), undo_seconds=1, privacy_checked=True,
                )  # fmt: skip
        except SignaalError:
            # A crawl changed the text in between.
            return
        self.figures.decisions += 1

    def check(self) -> None:
        """Stop the world, let the crawls catch up, and hold the store against it. AssertionError with all findings."""
        still = self.world.pause()
        end = time.monotonic() + QUIET_SECONDS
        while behind := self._not_caught_up(still):
            said = f"not visited or read within {QUIET_SECONDS:.0f} s: {behind[:8]}; the worker said:"
            assert time.monotonic() < end, self.told([said, self.worker.output[-2000:]])
            time.sleep(0.5)
        findings = [
            *same_as_world.differences(self.world, self.store),
            *same_as_world.no_false_alarm(self.world, self.store),
            *same_as_world.rows_whole(self.store, datetime.now(UTC)),
            *self._verified(),
        ]
        if self.store.dialect == "sqlite":
            findings += database_sound(self.store)
        assert not findings, self.told(findings)
        self.figures.checks += 1
        self.world.go()

    def _not_caught_up(self, still: float) -> list[str]:
        behind = [key for key in self.world.sites if not same_as_world.seen_since(self.store, key, still)]
        with self.store.reading() as session:
            # The page of an item that was decided meanwhile is not read any more.
            waits = col(Item.waiting_revision_id).is_not(None)
            wanted = session.exec(select(Item.id).where(Item.page == "wanted", waits)).all()
        return behind + [f"page of item {number}" for number in wanted]

    def _verified(self) -> Iterator[str]:
        told = [sys.executable, "-m", "service.cli", "--config", str(self.config), "verify"]
        done = subprocess.run(told, cwd=REPOSITORY, capture_output=True, text=True, check=False)
        if done.returncode:
            yield f"`signaal verify` says {done.stdout.strip()} {done.stderr.strip()}"

    def come_to_rest(self) -> None:
        """After the last kill: everybody is killed, every lease ends by itself, and one crawl takes up everything."""
        self.world.pause()
        for one in self.processes():
            _kill(one.pid)
        self.worker.process.wait()
        until(lambda: not self.processes(), "nothing of this run lives any more", seconds=GONE_WITHIN)
        until(lambda: not self._held(), "every lease is over", seconds=20, pause=0.5)
        self.worker = self._start("worker")
        self.check()
        assert self.worker.stop() == 0, self.told(["the worker did not end cleanly when it was asked to"])
        until(lambda: not self.processes(), "nothing is left of a worker that was asked to end", seconds=GONE_WITHIN)
        # A crawl that takes longer than a worker waits for it is left behind, and its leases with it.
        until(lambda: not self._held(), "every lease is over after the worker ended", seconds=20, pause=0.5)
        left = [path.name for path in self.marker.iterdir()]
        assert not left, self.told([f"temporary files were left behind: {left[:5]}"])

    def _held(self) -> list[str]:
        with self.store.reading() as session:
            return list(session.exec(select(Host.key).where(col(Host.claimed_until) > datetime.now(UTC))))

    def told(self, findings: list[str]) -> str:
        """The message of a failure: everything that was found, and where to look further."""
        shown = "\n".join(f"  - {finding}" for finding in findings[:40])
        return (
            f"seed {self.seed}, {self.folder}, after {self.done} kills:\n{shown}\n"
            f"({len(findings)} findings; journal.jsonl, kills.jsonl and the logs stand in that folder)"
        )

    def count(self, seconds: float) -> Figures:
        self.figures.seconds, self.figures.changes = seconds, self.world.changes()
        with self.store.reading() as session:
            self.figures.visits = session.exec(select(sa.func.count()).select_from(Visit)).one()
            pages = Counter(session.exec(select(Item.page)).all())
        self.figures.items = pages.total()
        self.figures.pages = Counter({page: count for page, count in pages.items() if page})
        return self.figures


def _role(pid: int, line: bytes, group: int) -> str:
    if b"crawler.child" in line:
        return CHILD
    if b"crawler.parsing" in line:
        return NURSERY if pid == group else PARSER
    return COMMAND if line.rstrip(b"\0").endswith(b"crawl") else WORKER


def _below(top: Process, alive: list[Process]) -> list[Process]:
    found = [one for one in alive if one.parent == top.pid]
    return found + [further for one in found for further in _below(one, alive)]


def _orphaned(victims: list[Process], alive: list[Process]) -> list[Process]:
    """Who has nothing left to live for. A parser outlives its nursery for as long as the crawl that it works for."""
    tops = [victim for victim in victims if victim.role in {WORKER, COMMAND, CHILD}]
    found = {one for top in tops for one in _below(top, alive)}
    if tops and not any(one.role == CHILD and one not in found and one not in victims for one in alive):
        found |= {one for one in alive if one.role in {NURSERY, PARSER}}
    return [one for one in found if one not in victims]


def _lives(one: Process) -> bool:
    try:
        fields = Path(f"/proc/{one.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == one.started and fields[0] != "Z"


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def kill_many(
    folder: Path, url: str, kills: int, seed: int, say: Callable[[str], None] = print, *, small: bool = False
) -> Figures:
    """Kill until `kills` are done, those of an earlier run in this folder too. AssertionError with all findings."""
    began = time.monotonic()
    say(f"seed {seed}, {folder}")
    stopping = threading.Event()
    with closing(Run(folder, url, seed, SMALL if small else WHOLE, say)) as run:
        if run.done:
            say(f"going on after {run.done} kills")
        threads = [threading.Thread(target=do, args=(stopping,)) for do in (run.world.go_on, run.watch_orphans)]
        for thread in threads:
            thread.start()
        try:
            run.world.go()
            while run.done < kills:
                what = run.kill()
                assert not run.outlived, run.told(run.outlived)
                if run.chance.random() < 0.5:
                    run.decide()
                say(f"kill {run.done} of {kills}: {what}")
                if run.done % CHECK_EVERY == 0 and run.done < kills:
                    run.check()
                    say(f"after {run.done} kills the store equals the world: {run.count(time.monotonic() - began)}")
            until(lambda: not run.orphans, "no orphan is left", seconds=GONE_WITHIN + 2)
            assert not run.outlived, run.told(run.outlived)
            run.come_to_rest()
            return run.count(time.monotonic() - began)
        finally:
            stopping.set()
            for thread in threads:
                thread.join()


def main() -> int:
    """Run from the command line; the exit code is 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--store", default="sqlite", help="sqlite, postgres (a private cluster), or an address")
    parser.add_argument("--folder", type=Path, default=None, help="where to keep everything, and to go on")
    parser.add_argument("--small", action="store_true", help="16 sources instead of 40")
    told = parser.parse_args()
    folder = (told.folder or Path(tempfile.mkdtemp(prefix="signaal-crawl-kills-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "seed"
    seed = told.seed if told.seed is not None else int(kept.read_text()) if kept.exists() else random.randbelow(10**8)
    kept.write_text(str(seed))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        url = told.store
        if url == "sqlite":
            url = f"sqlite:///{folder / 'signaal.db'}"
        elif url == "postgres":
            cluster = postgres.start_cluster()
            stack.callback(cluster.stop)
            url = cluster.empty_database()
        try:
            print(kill_many(folder, url, told.kills, seed, lambda line: print(line, flush=True), small=told.small))
        except AssertionError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
