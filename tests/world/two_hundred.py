"""Two hundred sources on loopback addresses of their own, 47 of them faulty; in a process of its own.

`python -m tests.world.two_hundred SIZE NOW` prints where each site lives and then obeys a line of JSON at a time:
`{"state": "whole", "now": "..."}`. States: `whole`, `broken` (the faulty ones are), `healed` (all are well again, and
each site has two new stories). It ends when its input does. Whoever measures uses `running`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from service.demo.server import Answer, Asked, Listener, Raw
from tests.parts.corpus import REPOSITORY
from tests.world.faults import BY_FAULT, FAULTS, Fault
from tests.world.forms import FORMS, Form, Stories, Story, answer

SIZES = {"whole": 200, "small": 40}
NO_NAME = "verdwenen.example"
"""The name of the site that no name server knows while it is broken."""
WHOLE, BROKEN, HEALED = "whole", "broken", "healed"
ADDED = 2
HEALTHY_FORMS = {
    "rss": 26, "atom": 26, "json": 16, "rdf": 12, "rss091": 10, "news-sitemap": 12, "sitemap": 8, "sitemap-index": 3,
    "page": 15, "calendar": 15, "events": 6, "events-list": 4,
}  # fmt: skip
"""153 sites that are well."""
HEALTHY_SMALL = {
    "rss": 4, "atom": 3, "json": 2, "rdf": 2, "rss091": 1, "news-sitemap": 2, "sitemap": 1, "sitemap-index": 1,
    "page": 2, "calendar": 3, "events": 1, "events-list": 1,
}  # fmt: skip
COUNTS = {"sitemap": 8, "sitemap-index": 8, "page": 10, "calendar": 15, "events": 8, "events-list": 5}
USUAL_COUNT = 20
POLL_SECONDS = 0.5
EVENTS_FROM_DAYS = 60
TEXT = (
    "De Arbeidsinspectie vond in Tilburg mensen die voor weinig loon lange dagen maakten. Het onderzoek naar "
    "arbeidsuitbuiting en mensenhandel loopt nog. Dit is bericht {number} van {key}; het is verzonnen om te toetsen."
)


@dataclass(frozen=True, slots=True)
class Site:
    """One source. `number` gives its address; `fault` is None for those that are always well."""

    number: int
    key: str
    form_name: str
    fault: Fault | None = None

    @property
    def form(self) -> Form:
        return FORMS[self.form_name]

    @property
    def address(self) -> str:
        return f"127.0.{1 + self.number // 250}.{1 + self.number % 250}"

    def stories(self, state: str, began: datetime, now: datetime) -> Stories:
        """What it tells in a state that began `now`, in a world that began at `began`."""
        usual = COUNTS.get(self.form_name, USUAL_COUNT)
        old = _stories(self.key, range(usual), began, events=self.form.events)
        new = _stories(self.key, range(usual, usual + ADDED), now, events=self.form.events)
        return (*old, *new) if state == HEALED else old

    def titles(self, state: str) -> list[str]:
        moment = datetime(2000, 1, 1, tzinfo=UTC)
        return sorted(story.title for story in self.stories(state, moment, moment))


@lru_cache(maxsize=1024)
def _stories(key: str, numbers: range, began: datetime, *, events: bool) -> Stories:
    def moment(number: int) -> datetime:
        if events:
            return (began + timedelta(days=EVENTS_FROM_DAYS + 3 * number)).replace(minute=0, second=0, microsecond=0)
        return (began - timedelta(hours=numbers.stop - number)).replace(microsecond=0)

    return tuple(
        Story(
            slug=f"{key}-{number}",
            title=f"Café ‘De Eén’ {number}: {'avond' if events else 'inval'} over uitbuiting, {key}",
            text=TEXT.format(number=number, key=key),
            at=moment(number),
        )
        for number in numbers
    )


def sites(size: str) -> tuple[Site, ...]:
    """All sources of a world, the faulty ones first, so that they are in the way of the others."""
    small = size == "small"
    found = [
        (f"{fault.name.replace('_', '-')}-{number}", fault.form, fault)
        for fault in FAULTS
        if fault.small or not small
        for number in range(1 if small else fault.many)
    ]
    healthy = HEALTHY_SMALL if small else HEALTHY_FORMS
    found += [(f"{name}-{number}", name, None) for name, many in healthy.items() for number in range(many)]
    return tuple(Site(number, key, name, fault) for number, (key, name, fault) in enumerate(found))


class _World:
    """The servers of all sites, as this process keeps them."""

    def __init__(self, size: str, now: datetime) -> None:
        self.sites = {site.key: site for site in sites(size)}
        self.began = self.now = now
        self.state = WHOLE
        self._answers: dict[tuple[str, str, str], Answer] = {}
        self.listeners = {key: self._listen(site) for key, site in self.sites.items()}
        self.bases = {key: self._base(key) for key in self.sites}

    def _listen(self, site: Site, port: int = 0) -> Listener:
        return Listener(lambda asked: self._answer(site, asked), address=site.address, port=port, poll=POLL_SECONDS)

    def _base(self, key: str) -> str:
        listener, fault = self.listeners[key], self.sites[key].fault
        return f"http://{NO_NAME}:{listener.port}" if fault is BY_FAULT["no_name"] else listener.url("")

    def _answer(self, site: Site, asked: Asked) -> Answer | Raw:
        fault = site.fault if self.state == BROKEN else None
        if asked.path == "/robots.txt" and fault is not None and fault.robots is not None:
            return fault.robots(asked)
        place = (site.key, self.state, asked.path)
        if place not in self._answers:
            self._answers[place] = answer(
                site.form, self.bases[site.key], asked.path, site.stories(self.state, self.began, self.now)
            )
        whole = self._answers[place]
        if fault is None or asked.path == "/robots.txt":
            return whole
        return fault.spoil(asked, whole) if fault.everywhere or asked.path == site.form.path else whole

    def become(self, state: str, now: datetime) -> None:
        self.state, self.now = state, now
        for key, site in self.sites.items():
            if site.fault is not None and site.fault.absent:
                listener = self.listeners[key]
                listener.stop()
                if state != BROKEN:
                    self.listeners[key] = self._listen(site, listener.port)

    def stop(self) -> None:
        for listener in self.listeners.values():
            listener.stopping.set()


@dataclass(frozen=True)
class TwoHundred:
    """A world in another process. `bases` says where each site lives."""

    size: str
    bases: dict[str, str]
    process: subprocess.Popen[str]

    @property
    def sites(self) -> tuple[Site, ...]:
        return sites(self.size)

    def url(self, site: Site) -> str:
        return self.bases[site.key] + site.form.path

    def become(self, state: str, now: datetime) -> None:
        """Let all sites be in this state from now on. What is new in it was written shortly before `now`."""
        self._ask({"state": state, "now": now.isoformat()})

    def requests(self) -> int:
        """How many requests were answered since the world began."""
        return int(self._ask({})["requests"])

    def _ask(self, told: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        said: dict[str, Any] = json.loads(self.process.stdout.readline())
        return said


@contextmanager
def running(size: str, began: datetime) -> Iterator[TwoHundred]:
    """A world in a process of its own, every site well."""
    command = [sys.executable, "-m", "tests.world.two_hundred", size, began.isoformat()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield TwoHundred(size, json.loads(process.stdout.readline()), process)
        finally:
            process.stdin.close()
            process.wait()


def main() -> None:
    world = _World(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
    print(json.dumps(world.bases), flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        if "state" in told:
            world.become(told["state"], datetime.fromisoformat(told["now"]))
        print(json.dumps({"requests": sum(len(one.requests) for one in world.listeners.values())}), flush=True)
    world.stop()


if __name__ == "__main__":
    main()
