"""What the parent process and the crawl tell each other: a job in, lines out. JSON, one object a line.

The job goes in by the child's standard input and not by its arguments, because the database address in it may hold a
password and arguments are there for everybody on the machine to read.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from store.settings import Network, Settings
from store.values import NETHERLANDS, Cause, Outcome, SourceKind


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Inspection(_Line):
    """One document to read for `signaal inspect`. `kind` is "" when it is to be guessed."""

    url: str
    kind: str = ""
    region: str = NETHERLANDS
    published: datetime | None = None


class InspectedAddress(_Line):
    """How fetching it went. `document` is a `crawler.judged.Inspected` as JSON, None when nothing came.

    `sentence` is Dutch; `status` is that of the answer, if one came.
    """

    outcome: Outcome
    sentence: str
    url: str
    status: int | None = None
    document: str | None = None


class Job(_Line):
    """One crawl. `now` is the moment at which the monotonic clock of the machine said `began`.

    Both processes count from there. So a crawl has one clock, also when its process takes seconds to start, and no
    lease is shorter than it seems.
    """

    owner: str
    now: datetime
    began: float
    store_url: str
    user_agent: str
    delay_seconds: float
    deadline_seconds: float
    nameserver: str
    allow_addresses: tuple[Network, ...]
    keys: tuple[str, ...] | None = None
    try_url: str | None = None
    try_kind: SourceKind | None = None
    try_options: dict[str, Any] = {}
    discover_url: str | None = None
    inspect: Inspection | None = None

    @classmethod
    def of(cls, settings: Settings, owner: str, now: datetime, began: float | None = None) -> Job:
        """The part of the settings that a crawl needs, and no more. `began`: what the monotonic clock said at `now`."""
        return cls(
            owner=owner,
            now=now,
            began=time.monotonic() if began is None else began,
            store_url=settings.store_url,
            user_agent=settings.user_agent,
            delay_seconds=settings.crawl.delay_seconds,
            deadline_seconds=settings.crawl.deadline_seconds,
            nameserver=settings.crawl.nameserver,
            allow_addresses=settings.crawl.allow_addresses,
        )

    def clock(self) -> datetime:
        """What time it is for this crawl, aware and in UTC."""
        return self.now.astimezone(UTC) + timedelta(seconds=time.monotonic() - self.began)


class VisitLine(_Line):
    """One visit that is over. `stored` is False for a source that could not be visited at all now."""

    key: str
    name: str
    outcome: Outcome
    sentence: str
    entries: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    piled: int = 0
    bytes: int = 0
    seconds: float = 0.0
    stored: bool = True
    cause: Cause | None = None

    @property
    def failed(self) -> bool:
        """The source brought nothing where it should have; a broken document of which something could be read did."""
        return not self.outcome.good or (self.outcome is Outcome.BROKEN and not self.entries)


class TriedEntry(_Line):
    title: str
    published_at: datetime | None = None
    url: str


class TriedSource(_Line):
    """What would come in from an address. `kind` is what it turned out to be, None when nothing of ours.

    `entries` counts what stands in it; `options` are the rules it was read by, as `[source] options` takes them.
    """

    outcome: Outcome
    sentence: str
    url: str
    kind: SourceKind | None = None
    title: str = ""
    entries: int = 0
    first: tuple[TriedEntry, ...] = ()
    options: dict[str, Any] = {}


class Discovered(_Line):
    """The ways in that a search of a site found, best first. `sentence` says it in Dutch, also when there is none.

    `outcome` is OK when there are any, else why the search could not begin, or NOT_A_FEED when the site has none.
    """

    url: str
    outcome: Outcome = Outcome.OK
    candidates: tuple[TriedSource, ...] = ()
    sentence: str


class Told(_Line):
    """One line from the child; one of them is set."""

    started: str | None = None
    visit: VisitLine | None = None
    tried: TriedSource | None = None
    discovered: Discovered | None = None
    inspected: InspectedAddress | None = None


@dataclass(frozen=True, slots=True)
class CrawlDone:
    """All visits of one crawl, in the order in which they ended. `stopped` says it was ended before it was done."""

    visits: tuple[VisitLine, ...] = ()
    stopped: bool = False
    seconds: float = field(default=0.0, compare=False)

    @property
    def failed(self) -> tuple[VisitLine, ...]:
        return tuple(visit for visit in self.visits if visit.failed)

    @property
    def new(self) -> int:
        return sum(visit.new for visit in self.visits)

    @property
    def changed(self) -> int:
        return sum(visit.changed for visit in self.visits)
