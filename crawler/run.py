"""The parent's side of a crawl: start one child for all due sources, listen to it, and end it when it must end."""

from __future__ import annotations

import logging
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from subprocess import Popen

from pydantic import ValidationError

from crawler import sentences
from crawler.lines import CrawlDone, Discovered, InspectedAddress, Inspection, Job, Told, TriedSource, VisitLine
from crawler.urls import UrlRefusedError, checked
from store import hosts, pace, sources, visits
from store.database import Store
from store.errors import SignaalError
from store.hosts import LeaseLostError
from store.settings import Settings
from store.values import Cause, DueSource, Outcome, SourceKind, VisitDone

log = logging.getLogger(__name__)

KILL_AFTER_SECONDS = 10
"""How much longer than its own deadline a crawl may live."""
TRY_SECONDS = 90
"""A try is one address: at most robots.txt and the document, each with redirects and pauses. A search stops asking
after a minute (`crawler/discovery.py`) and then has its last answer to wait for."""
_EXIT_DEADLINE = 3


class CrawlFailedError(SignaalError):
    """The crawl process broke down before it could visit anything."""


def run_due(
    settings: Settings,
    store: Store,
    *,
    now: datetime,
    keys: tuple[str, ...] | None = None,
    on_start: Callable[[str], None] | None = None,
    on_visit: Callable[[VisitLine], None] | None = None,
) -> CrawlDone:
    """Visit all sources that are due, or the named ones whether due or not, and wait until that is done.

    No process is started when nothing is due. `on_start` hears the key of a source when its visit begins, `on_visit` of
    every visit as soon as it is over. Raises NotFoundError for a key that does not exist, and CrawlFailedError when the
    crawl process does not work at all.
    """
    # Before the first question: a crawl that waited for a locked database would otherwise run on a slow clock.
    began = time.monotonic()
    with store.reading() as session:
        if not sources.anything_due(session, now=now, keys=keys):
            return CrawlDone()
    job = Job.of(settings, f"crawl-{secrets.token_hex(8)}", now, began).model_copy(update={"keys": keys})
    heard = _Heard(on_visit, on_start)
    try:
        with _child(job) as process:
            for told in _listen(process, job.deadline_seconds + KILL_AFTER_SECONDS):
                heard.hear(told)
            code = process.wait()
    except BaseException:
        # Ctrl-C, or a fault of whoever listens: the hosts must not stay claimed for it.
        _settle(store, job, [])
        raise
    for visit in _settle(store, job, heard.unfinished if code else []):
        heard.hear(Told(visit=visit))
    if code not in {0, _EXIT_DEADLINE} and not heard.started:
        raise CrawlFailedError(f"The crawl process ended with code {code} before it visited anything; see the log.")
    return CrawlDone(tuple(heard.visits), stopped=code != 0, seconds=time.monotonic() - job.began)


@dataclass
class _Heard:
    """What the child told so far."""

    on_visit: Callable[[VisitLine], None] | None
    on_start: Callable[[str], None] | None
    started: list[str] = field(default_factory=list)
    visits: list[VisitLine] = field(default_factory=list)

    def hear(self, told: Told) -> None:
        if told.started is not None:
            self.started.append(told.started)
            if self.on_start is not None:
                self.on_start(told.started)
        if told.visit is not None:
            self.visits.append(told.visit)
            if self.on_visit is not None:
                self.on_visit(told.visit)

    @property
    def unfinished(self) -> list[str]:
        done = {visit.key for visit in self.visits}
        return [key for key in self.started if key not in done]


def try_source(
    settings: Settings,
    url: str,
    *,
    kind: SourceKind | None = None,
    options: Mapping[str, object] | None = None,
    now: datetime,
) -> TriedSource:
    """Fetch one address by all the rules of a crawl and say what would come in. Nothing of it is stored.

    (The host's lease and its robots.txt are, so that a try is as polite as a visit.) Takes seconds; call it from a
    thread. Raises CrawlFailedError when the crawl process does not work at all.
    """
    try:
        checked(url)
    except UrlRefusedError as error:
        return TriedSource(outcome=Outcome.REFUSED, sentence=sentences.url_refused(str(error)), url=url)
    heard = _asked(settings, now, {"try_url": url, "try_kind": kind, "try_options": dict(options or {})}, None)
    if heard.tried:
        return heard.tried[-1]
    if heard.code == -signal.SIGKILL:
        return TriedSource(outcome=Outcome.TIMEOUT, sentence=sentences.TRY_TOOK_TOO_LONG, url=url)
    raise CrawlFailedError(f"The crawl process ended with code {heard.code} without an answer; see the log.")


def discover(
    settings: Settings, url: str, *, now: datetime, on_found: Callable[[TriedSource], None] | None = None
) -> Discovered:
    """Search a site from any of its addresses for feeds, calendars, sitemaps and lists, as politely as a visit.

    Nothing is stored. `on_found` hears of each as soon as it is known. Takes up to a minute and a half; call it from a
    thread. Raises CrawlFailedError when the crawl process does not work at all.
    """
    try:
        checked(url)
    except UrlRefusedError as error:
        return Discovered(url=url, outcome=Outcome.REFUSED, sentence=sentences.url_refused(str(error)))
    heard = _asked(settings, now, {"discover_url": url}, on_found)
    if heard.discovered is not None:
        return heard.discovered
    if heard.code == -signal.SIGKILL:
        # Its time was over. What it had found until then is worth as much.
        found = tuple(heard.tried)
        sentence = sentences.found_candidates(len(found)) if found else sentences.TRY_TOOK_TOO_LONG
        outcome = Outcome.OK if found else Outcome.TIMEOUT
        return Discovered(url=url, outcome=outcome, candidates=found, sentence=sentence)
    raise CrawlFailedError(f"The crawl process ended with code {heard.code} without an answer; see the log.")


def inspect_address(settings: Settings, wanted: Inspection, *, now: datetime) -> InspectedAddress:
    """Fetch one address by all the rules of a crawl and read what stands there, in a parser process. Nothing is stored.

    Takes seconds. Raises CrawlFailedError when the crawl process does not work at all.
    """
    try:
        checked(wanted.url)
    except UrlRefusedError as error:
        why = sentences.url_refused(str(error))
        return InspectedAddress(outcome=Outcome.REFUSED, sentence=why, url=wanted.url)
    heard = _asked(settings, now, {"inspect": wanted}, None)
    if heard.inspected is not None:
        return heard.inspected
    if heard.code == -signal.SIGKILL:
        return InspectedAddress(outcome=Outcome.TIMEOUT, sentence=sentences.TRY_TOOK_TOO_LONG, url=wanted.url)
    raise CrawlFailedError(f"The crawl process ended with code {heard.code} without an answer; see the log.")


@dataclass(frozen=True, slots=True)
class _Answered:
    code: int
    tried: list[TriedSource]
    discovered: Discovered | None
    inspected: InspectedAddress | None


def _asked(
    settings: Settings, now: datetime, wanted: dict[str, object], on_found: Callable[[TriedSource], None] | None
) -> _Answered:
    """Let a crawl process look at one address or one site."""
    job = Job.of(settings, f"try-{secrets.token_hex(8)}", now).model_copy(update=wanted)
    tried: list[TriedSource] = []
    discovered: Discovered | None = None
    inspected: InspectedAddress | None = None
    with _child(job) as process:
        for told in _listen(process, TRY_SECONDS):
            discovered = told.discovered or discovered
            inspected = told.inspected or inspected
            if told.tried is not None:
                tried.append(told.tried)
                if on_found is not None:
                    on_found(told.tried)
        code = process.wait()
    return _Answered(code, tried, discovered, inspected)


@contextmanager
def _child(job: Job) -> Iterator[Popen[str]]:
    """A crawl process that ends at the latest when the block does."""
    process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [sys.executable, "-m", "crawler.child", job.owner],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # Ctrl-C in a terminal is for us; the child ends when we close its standard input.
        start_new_session=True,
    )
    try:
        _send(process, job)
        yield process
    finally:
        _end(process)


def _send(process: Popen[str], job: Job) -> None:
    if process.stdin is None:
        raise CrawlFailedError("The crawl process has no standard input.")
    try:
        process.stdin.write(job.model_dump_json() + "\n")
        process.stdin.flush()
    except BrokenPipeError:
        log.warning("The crawl process ended before it got its job.")


def _end(process: Popen[str]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except BrokenPipeError:
                # What we wrote last was never read; the child is gone.
                continue


def _listen(process: Popen[str], seconds: float) -> Iterator[Told]:
    """What the child tells, until it ends or its time is over; then it is killed."""
    alarm = threading.Timer(seconds, process.kill)
    alarm.daemon = True
    alarm.start()
    try:
        for text in process.stdout or ():
            try:
                yield Told.model_validate_json(text)
            except ValidationError:
                # Cut off in the middle by a kill, or printed by a library.
                log.warning("The crawl process said something we do not understand: %s", text[:200].rstrip())
    finally:
        alarm.cancel()


def _settle(store: Store, job: Job, unfinished: list[str]) -> list[VisitLine]:
    """Write down the visits that were cut off, and give back every host of a crawl that is over."""
    now, lines = job.clock(), []
    with store.writing() as session:
        for due in sources.in_hand(session, unfinished, owner=job.owner, since=job.now):
            done = _interrupted(due, job.now, now)
            try:
                visits.record(session, due, done, now=now, owner=job.owner, jitter=0.0)
            except LeaseLostError:
                continue
            lines.append(
                VisitLine(key=due.key, name=due.name, outcome=done.outcome, sentence=done.sentence, cause=done.cause)
            )
        hosts.release(session, job.owner)
    return lines


def _interrupted(due: DueSource, started: datetime, now: datetime) -> VisitDone:
    done = VisitDone(
        Outcome.INTERRUPTED,
        sentences.INTERRUPTED,
        started_at=started,
        finished_at=now,
        url=due.url,
        cause=Cause.INTERRUPTED,
    )
    again = pace.next_pace(due.pace, due.pace_seconds, done, now, jitter=0.0).next_due_at
    return replace(done, sentence=f"{done.sentence} {sentences.again(again - now)}")
