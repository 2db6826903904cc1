"""One visit to one source, from its address to the rows it leaves behind.

Everything a visit writes, its items and its own row, is written in one transaction. A crawl that is killed leaves a
visit whole or not at all, and a second crawl finds what the first one stored and doubles nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from crawler import kinds, sentences
from crawler.extract import Extracted, extracted
from crawler.fetch import Fetcher
from crawler.leases import Leases
from crawler.lines import VisitLine
from crawler.reading import read
from crawler.values import DocumentRead, Fetched, FetchedDocument, FetchFailed
from store import items, pace, sources
from store.errors import SignaalError
from store.values import (
    DueSource,
    Kind,
    OfferCounts,
    OfferResult,
    Outcome,
    Reading,
    SourceKind,
    VisitDone,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Visitor:
    """What visits need. `workshop` runs what blocks: parsing, reading, storing."""

    fetcher: Fetcher
    leases: Leases
    workshop: Executor
    chance: Callable[[], float] = random.random

    async def visit(self, due: DueSource) -> VisitLine:
        """Visit one source whose host is ours. Raises LeaseLostError, and then nothing was stored."""
        started = self.leases.clock()
        got = await self.fetcher.get(due.url, conditions(due))
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.workshop, self._finish, due, got, started)

    def _finish(self, due: DueSource, got: Fetched | FetchFailed, started: datetime) -> VisitLine:
        now = self.leases.clock()
        try:
            done, found = judged(due, got, started, now)
        except Exception:
            # A mistake of ours in one source must not take the others along; it is in the log and on the visit.
            log.exception("Reading the source %s failed.", due.key)
            done, found = _visit(got, Outcome.BROKEN, sentences.OUR_FAULT, started, now), Extracted((), 0)
        try:
            return self._store(due, done, found)
        except SignaalError:
            # The lease was lost or the database does not answer: that is not about this source.
            raise
        except Exception:
            log.exception("What the source %s told cannot be stored.", due.key)
            return self._store(due, _visit(got, Outcome.BROKEN, sentences.OUR_FAULT, started, now), Extracted((), 0))

    def _store(self, due: DueSource, done: VisitDone, found: Extracted) -> VisitLine:
        now, jitter = done.finished_at, self.chance()
        with self.leases.store.writing() as session:
            counts = _counted(items.offer_all(session, due.id, found.items, due.rights, now))
            done = replace(done, new=counts.new, changed=counts.changed, same=counts.same, piled=counts.piled)
            done = replace(done, sentence=whole_sentence(due, done, now, jitter))
            sources.record_visit(session, due, done, now=now, owner=self.leases.owner, jitter=jitter)
        return line(due, done)


def conditions(due: DueSource) -> dict[str, str]:
    """The headers that let a server answer "not modified" (RFC 9110 section 13)."""
    found = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
    return {name: value for name, value in found.items() if value}


def judged(due: DueSource, got: Fetched | FetchFailed, started: datetime, now: datetime) -> tuple[VisitDone, Extracted]:
    """What an answer means, and the items in it. The sentence is still without counts. Pure but for the reading."""
    nothing = Extracted((), 0)
    if isinstance(got, FetchFailed):
        return _visit(got, got.outcome, got.why, started, now), nothing
    if got.status == HTTPStatus.NOT_MODIFIED and not conditions(due):
        return _visit(got, Outcome.HTTP_ERROR, sentences.FALSE_304, started, now), nothing
    body_hash = hashlib.sha256(got.body).hexdigest()
    if got.status == HTTPStatus.NOT_MODIFIED or body_hash == due.body_hash:
        return _visit(got, Outcome.UNCHANGED, sentences.UNCHANGED, started, now), nothing
    document = FetchedDocument(got.url, got.body, got.content_type, now)
    try:
        told = kinds.parse(due.kind, document, due.options)
    except kinds.BadOptionsError:
        return _visit(got, Outcome.BROKEN, sentences.BAD_OPTIONS, started, now), nothing
    if not told.recognised:
        why = sentences.NOT_A_FEED if got.body.strip() else sentences.NOTHING_CAME
        return _visit(got, Outcome.NOT_A_FEED, why, started, now), nothing
    found = extracted(told, due, now, _read)
    outcome, sentence = _outcome(told, found, got)
    done = _visit(got, outcome, sentence, started, now)
    return replace(done, entries=len(found.items), body_hash=body_hash), found


def _outcome(told: DocumentRead, found: Extracted, got: Fetched) -> tuple[Outcome, str]:
    """The outcome, and the remarks that follow after the counts."""
    problem = sentences.CUT_OFF if got.cut else told.problem
    remarks = [problem] if problem else []
    if told.cut:
        remarks.append(sentences.cut(told.cut))
    if found.shortened:
        remarks.append(sentences.shortened(found.shortened))
    if told.past:
        remarks.append(sentences.past(told.past))
    return outcome_of(told, got, bool(found.items)), " ".join(remarks)


def outcome_of(told: DocumentRead, got: Fetched, any_items: bool) -> Outcome:
    """How reading a recognised document ended."""
    if told.refused:
        return Outcome.REFUSED
    if told.broken or told.problem or got.cut:
        return Outcome.BROKEN
    return Outcome.OK if any_items else Outcome.EMPTY


def whole_sentence(due: DueSource, done: VisitDone, now: datetime, jitter: float) -> str:
    """The sentence on the visit: what was read, what was remarkable, and when we try again if it failed."""
    decided = pace.next_pace(due.pace, due.pace_seconds, done, now, jitter)
    if not done.outcome.good:
        return f"{done.sentence} {sentences.again(decided.next_due_at - now)}"
    parts = [done.sentence, sentences.adopted(decided.adopt) if decided.adopt else ""]
    if done.outcome is Outcome.EMPTY:
        parts.insert(0, sentences.EMPTY)
    if done.outcome is Outcome.OK or (done.outcome is Outcome.BROKEN and done.entries):
        events = due.kind is SourceKind.CALENDAR
        parts.insert(0, sentences.read(done.entries, done.new, done.changed, events=events))
    return " ".join(filter(None, parts))


def line(due: DueSource, done: VisitDone, *, stored: bool = True) -> VisitLine:
    """A visit as it is told to the parent process."""
    return VisitLine(
        key=due.key,
        name=due.name,
        outcome=done.outcome,
        sentence=done.sentence,
        entries=done.entries,
        new=done.new,
        changed=done.changed,
        same=done.same,
        piled=done.piled,
        bytes=done.bytes,
        seconds=round((done.finished_at - done.started_at).total_seconds(), 3),
        stored=stored,
    )


def _visit(got: Fetched | FetchFailed, outcome: Outcome, sentence: str, started: datetime, now: datetime) -> VisitDone:
    visit = VisitDone(
        outcome=outcome,
        sentence=sentence,
        started_at=started,
        finished_at=now,
        status=got.status,
        bytes=got.received,
        url=got.url,
    )
    if isinstance(got, Fetched):
        return replace(visit, etag=got.etag, last_modified=got.last_modified)
    return replace(visit, retry_after=got.retry_after)


def _counted(outcomes: list[items.OfferOutcome]) -> OfferCounts:
    def count(result: OfferResult) -> int:
        return sum(outcome.result is result for outcome in outcomes)

    return OfferCounts(
        new=count(OfferResult.NEW),
        changed=count(OfferResult.CHANGED),
        same=count(OfferResult.SAME),
        piled=sum(outcome.piled and outcome.result is OfferResult.NEW for outcome in outcomes),
    )


def _read(title: str, text: str, due: DueSource, kind: Kind) -> Reading:
    return read(
        title,
        text,
        source_region=due.region,
        include=due.include,
        exclude=due.exclude,
        always=kind is Kind.EVENT,
    )
