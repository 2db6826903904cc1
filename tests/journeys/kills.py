"""Kill the service at random moments of crawl, decision and delivery, and see that nothing is lost or shown too soon.

    python -m tests.journeys.kills --kills 100 [--seed N] [--store postgres|URL]

All of it is real: `signaal serve` and its crawl process, the loopback world, an SMTP server of its own, an editor over
HTTP. After every kill the promises of `tests/parts/promises.py` are checked against what the editor, the world and the
mail server wrote down. A seed does not repeat the timing of a run, but its choices.
"""

from __future__ import annotations

import argparse
import os
import secrets as random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx2
import sqlalchemy as sa
from sqlmodel import select

from service.demo.world import World
from store import outbox, sending
from store.database import Store, open_store
from store.secrets import Secrets, load_secrets
from store.tables import Host, Notice
from tests.parts import mailprocess, postgres, promises
from tests.parts.canaries import CanaryWorld
from tests.parts.clicking import Editor
from tests.parts.service import Service, free_port
from tests.parts.service import start as start_service

READERS = tuple(f"lezer{number}@lezer.example" for number in range(1, 6))
UNDO_SECONDS = 1
SHOWS_WITHIN = 0.6
"""The page cache asks for the version of what is public four times a second."""
MAIL_THINKS = 0.15
DECISION_TAKES = 0.02
PATIENCE = 90.0
DOUBT_IS_OLD = sending.ANSWER_WITHIN + timedelta(minutes=1)
AIM_SECONDS = 5.0
FIRST_LEASE = 20.0
"""What a dead crawl held is free again after fifteen seconds; then the next one needs a moment to start."""
ALL, ONLY_SERVICE, ONLY_CRAWL = "the service and its crawl", "only the service", "only the crawl"
VICTIMS = {ALL: 6, ONLY_SERVICE: 3, ONLY_CRAWL: 2}


@dataclass
class Figures:
    """What a run went through."""

    kills: Counter[str] = field(default_factory=Counter)
    clicks: int = 0
    decisions: int = 0
    unanswered: int = 0
    items: int = 0
    mails: int = 0
    in_doubt: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        kills = ", ".join(f"{count} × {what}" for what, count in sorted(self.kills.items()))
        return (
            f"{self.kills.total()} kills in {self.seconds:.0f} s ({kills}): {self.decisions} decisions of "
            f"{self.clicks} clicks, {self.unanswered} never answered; {self.items} items; {self.mails} event mails, "
            f"{self.in_doubt} in doubt; nothing lost, nothing double, nothing shown that was not approved"
        )


class Run:
    """One installation under fire. `folder` keeps configuration, database, logs and ledgers."""

    def __init__(self, folder: Path, url: str, seed: int, world: World, say: Callable[[str], None]) -> None:
        self.folder, self.seed, self.say = folder, seed, say
        self.chance = Random(seed)
        self.world = CanaryWorld(world, Random(f"{seed} world"))
        self.mail = mailprocess.start(folder, delay=MAIL_THINKS)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.store_url = url
        self.figures = Figures()
        self.editor = Editor(self.url, Random(f"{seed} editor"), folder / "clicks")
        self.passer_by = promises.PasserBy(self.url)
        self.service = self.start()
        self.store: Store = open_store(url)
        self.secrets: Secrets = load_secrets(folder / "var" / "secret.key")

    def start(self) -> Service:
        return start_service(
            self.folder,
            store={"url": self.store_url},
            server={"port": self.port},
            crawl={"tick_seconds": 1},
            desk={"undo_seconds": UNDO_SECONDS},
            mail={"host": "127.0.0.1", "port": self.mail.port, "security": "none", "sender": "agenda@signaal.example"},
            notices={"debounce_seconds": 0, "per_minute": 100_000, "per_domain_per_minute": 100_000},
            source=[
                {"key": s.key, "name": s.name, "url": s.url, "kind": s.kind, "region": s.region, "pace": 1}
                for s in self.world.world.sources
            ],
        )

    def close(self) -> None:
        self.editor.close()
        if self.service.child.running:
            self.service.child.kill()
        self.mail.kill()
        self.store.close()

    def subscribe(self) -> None:
        """Five readers sign up as people do: the form, the mail, the button."""
        with httpx2.Client(base_url=self.url, headers={"sec-fetch-site": "same-origin"}, timeout=30) as client:
            for address in READERS:
                assert client.post("/aanmelden", data={"address": address}).status_code == httpx2.codes.OK
            self.wait(lambda: len(mailprocess.accepted(self.folder)) >= len(READERS), "the confirmation mails")
            for mail in mailprocess.accepted(self.folder):
                link = next(link for link in mail["links"] if "/bevestigen/" in link)
                path = link[link.index("/aanmelden/") :]
                answer = client.post(path, headers={"content-type": "application/x-www-form-urlencoded"})
                assert answer.status_code == httpx2.codes.OK, f"confirming answered {answer.status_code}"

    def wait(self, ready: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Wait for something that must come. AssertionError when it does not."""
        end = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < end, self.told([f"waited {seconds:.0f} s for {what} in vain"])
            time.sleep(0.1)

    def told(self, findings: list[str]) -> str:
        """The message of a failure: everything that was found, and where to look further."""
        shown = "\n".join(f"  - {finding}" for finding in findings[:40])
        return (
            f"seed {self.seed}, {self.folder}, after {self.figures.kills.total()} kills:\n{shown}\n"
            f"({len(findings)} findings; service.log, clicks and ledger stand in that folder)"
        )

    def kill(self) -> str:
        """Kill somebody at a random moment near one of the three kinds of work. Gives what was killed."""
        victim = self.chance.choices(tuple(VICTIMS), tuple(VICTIMS.values()))[0]
        aim = self.chance.choice(tuple(NEAR))
        time.sleep(self.chance.uniform(0.2, 2.0))
        NEAR[aim](self)
        children = crawls_of(self.service.child.pid)
        if victim == ONLY_CRAWL and not children:
            victim = ALL
        if victim != ONLY_CRAWL:
            self.service.child.kill()
        if victim != ONLY_SERVICE:
            end_all(children)
        return f"{victim}, near {aim}"

    def crawl_holds_hosts(self) -> None:
        """Wait until a crawl holds hosts that the one before it did not leave behind, and up to a second more."""
        left, end = self._owners(), time.monotonic() + FIRST_LEASE
        while not self._owners() - left and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(self.chance.uniform(0, 1))

    def _owners(self) -> set[str]:
        with self.store.reading() as session:
            return {owner for owner in session.exec(select(Host.claimed_by)) if owner}

    def verdict_leaves(self) -> None:
        self.editor.sending.clear()
        self.editor.sending.wait(AIM_SECONDS)
        time.sleep(self.chance.uniform(0, DECISION_TAKES))

    def mail_arrives(self) -> None:
        ledger, end = self.folder / "ledger", time.monotonic() + AIM_SECONDS
        size = ledger.stat().st_size
        while ledger.stat().st_size == size and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(self.chance.uniform(0, 2 * MAIL_THINKS))

    def check(self, *, whole: bool = False) -> promises.Stored:
        """All promises at once, the editor's hands off the keyboard. AssertionError with every finding."""
        with self.editor.pausing():
            time.sleep(UNDO_SECONDS + SHOWS_WITHIN)
            now = promises.stored(self.store)
            findings = [
                *self.editor.problems,
                *promises.decisions_kept(now.decisions, self.editor.clicks),
                *promises.database_sound(self.store),
                *promises.only_approved_is_public(self.url, now, whole=whole),
                *promises.only_approved_was_ever_seen(dict(self.passer_by.seen), self.editor.clicks),
                *promises.no_mail_twice(mailprocess.accepted(self.folder)),
            ]
        assert not findings, self.told(findings)
        return now

    def notices(self) -> Counter[str]:
        with self.store.reading() as session:
            rows = session.exec(select(Notice.state, sa.func.count()).group_by(Notice.state)).all()
        return Counter({str(state): int(count) for state, count in rows})

    def come_to_rest(self) -> None:
        """Everything is stored, everybody is told or in doubt, and the doubt is shown and left alone."""
        newest = sorted(self.world.latest.values())
        self.wait(
            lambda: sorted(promises.stored(self.store).newest.values()) == newest,
            f"each of the {len(newest)} entries of the world to be stored once, with its newest text",
        )
        assert self.service.stop() == 0, self.told(["the service did not end cleanly when it was asked to"])
        with self.store.writing() as session:
            # A quarter of an hour passes: leases end, and what was handed over without an answer is in doubt.
            outbox.recover(session, datetime.now(UTC) + DOUBT_IS_OLD)
        doubtful, mails = self.notices()["in_doubt"], len(mailprocess.accepted(self.folder))
        self.service = self.start()
        self.wait(lambda: not {"waiting", "claimed", "handed"} & self.notices().keys(), "every due notice to be sent")
        now = self.check(whole=True)
        accepted = mailprocess.accepted(self.folder)
        findings = [*promises.everybody_is_told(self.store, self.secrets, now, accepted, READERS)]
        if self.notices()["in_doubt"] != doubtful:
            findings.append(f"{doubtful} notices were in doubt, and after a quiet start {self.notices()['in_doubt']}")
        shown = self.editor.read("/redactie/post")
        if doubtful and f"<dt>{doubtful} melding" not in shown:
            findings.append(f"/redactie/post does not say that {doubtful} notices are in doubt")
        assert not findings, self.told(findings)
        self.say(f"at rest: {len(accepted) - mails} mails left after the last kill, {doubtful} notices are in doubt")
        assert self.service.stop() == 0, self.told(["the service did not end cleanly when it was asked to"])

    def count(self, now: promises.Stored, seconds: float) -> Figures:
        self.figures.clicks = len(self.editor.clicks)
        self.figures.decisions = len(now.decisions)
        self.figures.unanswered = sum(click.status is None for click in self.editor.clicks)
        self.figures.items = len(now.newest)
        self.figures.mails = sum(mail["event"] is not None for mail in mailprocess.accepted(self.folder))
        self.figures.in_doubt = self.notices()["in_doubt"]
        self.figures.seconds = seconds
        return self.figures


NEAR: dict[str, Callable[[Run], None]] = {
    "any moment": lambda run: time.sleep(run.chance.uniform(0, 2)),
    "a crawl": Run.crawl_holds_hosts,
    "a decision": Run.verdict_leaves,
    "a delivery": Run.mail_arrives,
}


def crawls_of(parent: int) -> list[int]:
    """The crawl processes of this service. They live in a session of their own, so no signal to its group hits them."""
    found = []
    for listed in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            children = listed.read_text(encoding="ascii").split()
            found += [int(pid) for pid in children if b"crawler.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        except OSError:
            continue  # A thread or a child that ended between two looks.
    return found


def end_all(processes: list[int]) -> None:
    for pid in processes:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def kill_many(folder: Path, url: str, kills: int, seed: int, say: Callable[[str], None] = print) -> Figures:
    """Kill `kills` times and check after each. Raises AssertionError with all findings and the seed."""
    began = time.monotonic()
    say(f"seed {seed}")
    stopping = threading.Event()
    with World.start(datetime.now(UTC), seed=seed) as world, closing(Run(folder, url, seed, world, say)) as run:
        run.editor.join(run.service.first_administrator)
        run.subscribe()
        busy = (run.world, run.editor, run.passer_by)
        threads = [threading.Thread(target=each.go_on, args=(stopping,)) for each in busy]
        with at_work(threads, stopping):
            run.wait(lambda: len(run.editor.clicks) > 0, "the first item to come in and to be judged")
            for number in range(1, kills + 1):
                what = run.kill()
                run.figures.kills[what.partition(",")[0]] += 1
                if not run.service.child.running:
                    run.service = run.start()
                now = run.check()
                say(f"kill {number} of {kills}: {what}; {len(now.decisions)} decisions, {len(now.newest)} items")
        run.come_to_rest()
        return run.count(promises.stored(run.store), time.monotonic() - began)


@contextmanager
def at_work(threads: list[threading.Thread], stopping: threading.Event) -> Iterator[None]:
    """The world tells, the editor clicks and somebody looks for as long as the block lasts."""
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def main() -> int:
    """Run from the command line; the exit code is 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--store", default="sqlite", help="sqlite, postgres (a private cluster), or an address")
    parser.add_argument("--folder", type=Path, default=None, help="where to keep database, logs and ledgers")
    told = parser.parse_args()
    seed = random.randbelow(10**8) if told.seed is None else told.seed
    folder = told.folder or Path(tempfile.mkdtemp(prefix="signaal-kills-"))
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        url = told.store
        if url == "sqlite":
            url = f"sqlite:///{folder / 'signaal.db'}"
        elif url == "postgres":
            cluster = postgres.start_cluster()
            stack.callback(cluster.stop)
            url = cluster.empty_database()
        try:
            print(kill_many(folder, url, told.kills, seed, lambda line: print(line, flush=True)))
        except AssertionError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
