"""A world that changes while it is crawled, and writes every change down before it shows it.

The journal is the truth that a store is held against: what each site told, from when to when. It is kept in a file, so
that a run which was ended goes on in the world that it left.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TextIO

from service.demo.server import Answer, Asked, Listener
from tests.world.forms import FORMS, Form, Story, answer

WHOLE = {
    "rss": 6, "atom": 5, "json": 3, "rdf": 2, "rss091": 2, "news-sitemap": 3, "sitemap": 3, "sitemap-index": 1,
    "page": 4, "calendar": 7, "events": 2, "events-list": 2,
}  # fmt: skip
SMALL = {
    "rss": 2, "atom": 2, "json": 1, "rdf": 1, "rss091": 1, "news-sitemap": 1, "sitemap": 1, "sitemap-index": 1,
    "page": 2, "calendar": 2, "events": 1, "events-list": 1,
}  # fmt: skip
WINDOW = {"sitemap": 8, "sitemap-index": 8, "page": 8, "events-list": 6}
USUAL_WINDOW = 12
FEWEST = 5
SERIES = "reeks"
SERIES_WEEKS = 5
PAUSES = (0.05, 0.25)
THINKS = 0.03
POLL_SECONDS = 0.2
MARK = re.compile(r"\[([\w-]+) v(\d+)\]")
"""In every title and every text: which story, and which version of it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """From `at` (seconds since 1970) a site told this, or with None no longer told it. `version` goes up by one."""

    at: float
    site: str
    slug: str
    version: int
    story: Story | None


@dataclass
class Site:
    """`told` is what it tells now, by slug; `dropped_at` when an event last vanished, in seconds since 1970."""

    key: str
    form_name: str
    number: int
    told: dict[str, tuple[int, Story]] = field(default_factory=dict)
    gone: dict[str, tuple[int, Story]] = field(default_factory=dict)
    dropped_at: float = 0.0
    count: int = 0

    @property
    def form(self) -> Form:
        return FORMS[self.form_name]

    @property
    def window(self) -> int:
        return WINDOW.get(self.form_name, USUAL_WINDOW)


def written(slug: str, version: int) -> tuple[str, str]:
    """Title and text of a version, about our subject, each with its mark."""
    mark = f"[{slug} v{version}]"
    return f"Inval om uitbuiting {mark}", f"{mark} De inspectie vond in Tilburg slachtoffers van mensenhandel."


class ChangingWorld:
    """A running world in `folder`; `stop` takes it down. `seen_since(site, moment)` must say whether a good visit to a
    site began after a moment: an event vanishes only when the one before it was noticed, so that never a third goes.
    """

    def __init__(self, folder: Path, seed: int, mix: dict[str, int], seen_since: Callable[[str, float], bool]) -> None:
        self.seed = seed
        self._seen_since = seen_since
        self._lock = threading.Lock()
        self._going = threading.Event()
        keys = [f"{name}-{number}" for name, many in mix.items() for number in range(many)]
        self.sites = {key: Site(key, key.rpartition("-")[0], place) for place, key in enumerate(keys)}
        self.history: dict[tuple[str, str], list[Shown]] = {}
        self._journal = self._open(folder)
        self._listeners = {key: self._listen(site) for key, site in self.sites.items()}
        self.chance = Random(f"{seed} world {time.time_ns()}")
        for site in self.sites.values():
            if not site.told:
                self._begin(site)

    def _open(self, folder: Path) -> TextIO:
        """Read what was told before, if anything was, and go on writing behind it."""
        ports, path = folder / "world-port", folder / "journal.jsonl"
        self.port = int(ports.read_text()) if ports.exists() else _free_port([_address(s) for s in self.sites.values()])
        ports.write_text(str(self.port))
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._take(_shown(json.loads(line)))
        return path.open("a", encoding="utf-8")

    def _listen(self, site: Site) -> Listener:
        return Listener(
            lambda asked: self._answer(site, asked), address=_address(site), port=self.port, poll=POLL_SECONDS
        )

    def base(self, site: Site) -> str:
        return f"http://{_address(site)}:{self.port}"

    def url(self, site: Site) -> str:
        return self.base(site) + site.form.path

    def stop(self) -> None:
        for listener in self._listeners.values():
            listener.stop()
        self._journal.close()

    def _answer(self, site: Site, asked: Asked) -> Answer:
        with self._lock:
            stories = [story for _, story in site.told.values()]
        said = answer(site.form, self.base(site), asked.path, stories)
        return replace(said, after=THINKS)

    def go_on(self, stopping: threading.Event) -> None:
        """Change something, again and again, whenever it was told to go."""
        while not stopping.wait(self.chance.uniform(*PAUSES)):
            if self._going.is_set():
                self.change(self.chance.choice(list(self.sites.values())))

    def go(self) -> None:
        self._going.set()

    def pause(self) -> float:
        """Change nothing any more. Gives the moment from which everything stands still."""
        self._going.clear()
        # A change that was under way when we said so.
        time.sleep(0.1)
        return time.time()

    def change(self, site: Site) -> None:
        """One random change of what a site tells."""
        kinds = self._of_an_agenda(site) if site.form.events else self._of_news(site)
        kind = self.chance.choices([each for each, _, _ in kinds], [weight for _, weight, _ in kinds])[0]
        next(do for each, _, do in kinds if each == kind)()

    def _of_news(self, site: Site) -> list[tuple[str, int, Callable[[], None]]]:
        kinds = [("add", 9, lambda: self._add(site)), ("change", 9, lambda: self._change(site))]
        if len(site.told) > FEWEST:
            kinds.append(("drop", 2, lambda: self._drop(site, self.chance.choice(sorted(site.told)))))
        return kinds

    def _of_an_agenda(self, site: Site) -> list[tuple[str, int, Callable[[], None]]]:
        singles = sorted(slug for slug in site.told if not slug.startswith(SERIES))
        kinds = [("change", 6, lambda: self._change(site))]
        if len(singles) < site.window:
            kinds.append(("add", 3, lambda: self._add(site)))
        if singles:
            some = self.chance.choice(singles)
            kinds.append(("move", 3, lambda: self._change(site, some, days=1)))
            kinds.append(("off", 2, lambda: self._change(site, some, off=True)))
        if site.gone:
            kinds.append(("return", 1, lambda: self._return(site)))
        if self._seen_since(site.key, site.dropped_at):
            if len(singles) > FEWEST:
                kinds.append(("drop", 4, lambda: self._drop(site, self.chance.choice(singles))))
            series = [slug for slug in site.told if slug.startswith(SERIES)]
            skippable = [slug for slug in series if len(site.told[slug][1].times) > 2]
            if skippable:
                kinds.append(("skip", 2, lambda: self._skip(site, self.chance.choice(skippable))))
        return kinds

    def _begin(self, site: Site) -> None:
        for _ in range(site.window):
            self._add(site)
        if site.form.events:
            self._add(site, series=True)

    def _add(self, site: Site, *, series: bool = False) -> None:
        now = datetime.now(UTC)
        slug = f"{SERIES if series else 's'}-{site.key}-{site.count + 1}"
        title, text = written(slug, 1)
        at = (now + timedelta(days=40 + site.count % 100)).replace(minute=0, second=0, microsecond=0)
        if series:
            # The same hour on the clock all weeks, and never in the hour that a change of the clocks takes or gives.
            at = (now + timedelta(days=45)).replace(hour=10, minute=0, second=0, microsecond=0)
        story = Story(slug, title, text, at if site.form.events else now, weeks=SERIES_WEEKS if series else 1)
        self._tell(site, slug, 1, story)
        if not site.form.events and len(site.told) > site.window:
            oldest = min(site.told, key=lambda each: site.told[each][1].at)
            self._drop(site, oldest)

    def _change(self, site: Site, slug: str = "", *, days: int = 0, off: bool | None = None) -> None:
        slug = slug or self.chance.choice(sorted(site.told))
        version, story = site.told[slug]
        title, text = written(slug, version + 1)
        # A sitemap says itself when a page changed; a list or a feed shows it without saying.
        at = datetime.now(UTC) if site.form_name.startswith("sitemap") else story.at + timedelta(days=days)
        off = story.off if off is None else not story.off
        self._tell(site, slug, version + 1, replace(story, title=title, text=text, at=at, off=off))

    def _skip(self, site: Site, slug: str) -> None:
        """Take one repetition out of a series; its other texts stay as they are."""
        version, story = site.told[slug]
        number = self.chance.choice(sorted(story.times)[1:])
        site.dropped_at = time.time()
        self._tell(site, slug, version, replace(story, without=(*story.without, number)))

    def _drop(self, site: Site, slug: str) -> None:
        version, _ = site.told[slug]
        self._tell(site, slug, version, None)

    def _return(self, site: Site) -> None:
        slug = self.chance.choice(sorted(site.gone))
        version, story = site.gone[slug]
        title, text = written(slug, version + 1)
        self._tell(site, slug, version + 1, replace(story, title=title, text=text))

    def _tell(self, site: Site, slug: str, version: int, story: Story | None) -> None:
        with self._lock:
            shown = Shown(time.time(), site.key, slug, version, story)
            self._journal.write(json.dumps(_plain(shown), ensure_ascii=False) + "\n")
            self._journal.flush()
            self._take(shown)

    def _take(self, shown: Shown) -> None:
        site = self.sites[shown.site]
        self.history.setdefault((shown.site, shown.slug), []).append(shown)
        if shown.story is not None:
            if shown.slug not in site.told and shown.slug not in site.gone:
                site.count += 1
            site.gone.pop(shown.slug, None)
            site.told[shown.slug] = (shown.version, shown.story)
        else:
            site.dropped_at = shown.at
            site.gone[shown.slug] = site.told.pop(shown.slug)
            if not site.form.events:
                del site.gone[shown.slug]

    def changes(self) -> int:
        return sum(map(len, self.history.values()))

    def spans(self, site: Site, slug: str) -> Iterator[tuple[float, float, Shown]]:
        """What was told of a story, from when until when."""
        lines = self.history[site.key, slug]
        for line, following in zip(lines, [*lines[1:], None], strict=True):
            yield line.at, following.at if following else float("inf"), line


def _address(site: Site) -> str:
    return f"127.0.3.{1 + site.number}"


def _free_port(addresses: list[str]) -> int:
    """A port that is free on all of these addresses."""
    while True:
        with socket.socket() as first:
            first.bind((addresses[0], 0))
            port = int(first.getsockname()[1])
        try:
            for address in addresses:
                with socket.socket() as other:
                    other.bind((address, port))
        except OSError:
            continue
        return port


def _plain(shown: Shown) -> dict[str, Any]:
    told = asdict(shown)
    if shown.story is not None:
        told["story"]["at"] = shown.story.at.isoformat()
    return told


def _shown(told: dict[str, Any]) -> Shown:
    story = told["story"]
    if story is not None:
        story = Story(**{**story, "at": datetime.fromisoformat(story["at"]), "without": tuple(story["without"])})
    return Shown(told["at"], told["site"], told["slug"], told["version"], story)
