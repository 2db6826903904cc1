"""Politeness, proved by the farm's own access log: several `signaal crawl` commands at the same time on one database.

`python -m bench.politeness [--hosts 50] [--delay 0.5] [--commands 2] [--postgres]`. Feeds, feeds that moved to another
host, and forbidden ones; robots.txt counts like every other request. Never two requests at once to a host, never
closer than the limit, nothing forbidden. Ends with 1 when that is not so.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from bench import farm as farms
from bench.farm import Farm, Visited
from store import sources
from store.database import Store, migrate, open_store
from store.settings import SourceSettings

FORBIDDEN = "/geheim/"


@dataclass(frozen=True)
class Proof:
    """What an access log says. `closest` is the shortest pause at any host, from the end of one request to the next.

    `together` and `too_soon` name host and path of every request that began while another one ran, or too early.
    """

    requests: int
    hosts: int
    closest: float
    together: tuple[str, ...]
    too_soon: tuple[str, ...]
    forbidden: tuple[str, ...]

    @property
    def polite(self) -> bool:
        return not (self.together or self.too_soon or self.forbidden)


def read(log: Sequence[Visited], delay: float) -> Proof:
    """Judge an access log against a pause of `delay` seconds. The log's clock is one for all: no allowance is made."""
    by_host = defaultdict[str, list[Visited]](list)
    for line in sorted(log, key=lambda line: line.started):
        by_host[line.host].append(line)
    pauses = [
        (later.started - earlier.ended, f"{later.host}{later.path} after {earlier.path}")
        for lines in by_host.values()
        for earlier, later in pairwise(lines)
    ]
    return Proof(
        requests=len(log),
        hosts=len(by_host),
        closest=min((pause for pause, _ in pauses), default=float("inf")),
        together=tuple(name for pause, name in pauses if pause < 0),
        too_soon=tuple(f"{name}: {pause:.3f} s" for pause, name in pauses if 0 <= pause < delay),
        forbidden=tuple(line.host + line.path for line in log if line.path.startswith(FORBIDDEN)),
    )


def add_world(store: Store, farm: Farm, hosts: int, now: datetime) -> list[str]:
    """On every host two feeds, one that moved to the next host, and a forbidden one. Gives the keys."""
    keys = []
    with store.writing() as session:
        for host in range(hosts):
            paths = {
                "een": "",
                "twee": f"/feed/{host + hosts}.xml",
                "weg": f"/moved/{host}.xml",
                "dicht": f"{FORBIDDEN}{host}.xml",
            }
            for name, path in paths.items():
                key = f"{name}-{host}"
                url = farm.address(host, path)
                sources.add(session, SourceSettings(key=key, name=key, url=url), now)
                keys.append(key)
    return keys


def crawl_together(config: Path, commands: Sequence[Sequence[str]]) -> list[str]:
    """Run `signaal crawl` with each of these arguments, all at the same time; gives what they printed."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "service.cli", "crawl", *arguments, "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for arguments in commands
    ]
    return [process.communicate()[0] for process in running]


def config_text(url: str, delay: float) -> str:
    return f'[store]\nurl = "{url}"\n[crawl]\ndelay_seconds = {delay}\nallow_addresses = ["127.0.0.0/8"]\n'


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--hosts", type=int, default=50, choices=range(1, farms.HOSTS + 1), metavar="1..50")
    arguments.add_argument("--delay", type=float, default=0.5)
    arguments.add_argument("--think", type=float, default=0.05, help="seconds the farm takes for an answer")
    arguments.add_argument("--commands", type=int, default=2)
    arguments.add_argument("--postgres", action="store_true", help="on a private PostgreSQL instead of SQLite")
    chosen = arguments.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/bench.db"
        if chosen.postgres:
            from tests.parts.postgres import start_cluster

            cluster = start_cluster()
            stack.callback(cluster.stop)
            url = cluster.fresh_database()
        store = open_store(url)
        stack.callback(store.close)
        migrate(store)
        farm = stack.enter_context(farms.running(2 * chosen.hosts, think=chosen.think, log=True))
        keys = add_world(store, farm, chosen.hosts, datetime.now(UTC))
        config = folder / "config.toml"
        config.write_text(config_text(url, chosen.delay))
        # What is due, by all commands at once; then every source by name, by all of them again.
        crawl_together(config, [()] * chosen.commands)
        crawl_together(config, [keys] * chosen.commands)
        proof = read(farm.log(), chosen.delay)
    print(f"{chosen.commands} crawl commands at once on {store.dialect}, pause {chosen.delay} s")
    print(f"{proof.requests} requests to {proof.hosts} hosts, shortest pause {proof.closest:.3f} s")
    for name in ("together", "too_soon", "forbidden"):
        found = getattr(proof, name)
        print(f"{name.replace('_', ' '):10} {len(found)}  {', '.join(found[:5])}")
    return 0 if proof.polite else 1


if __name__ == "__main__":
    raise SystemExit(main())
