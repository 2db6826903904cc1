"""One visit to one source, from its address to the rows it leaves behind.

Everything a visit writes, its items and its own row, is written in one transaction, which it may share with other
visits (`crawler/writer.py`). A crawl that is killed leaves a visit whole or not at all, and a second crawl finds what
the first one stored and doubles nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from crawler import sentences
from crawler.fetch import Fetcher
from crawler.judged import Judged, Led, Listed, visit
from crawler.kinds import WITH_LEADS
from crawler.leading import Following
from crawler.leases import Leases
from crawler.lines import VisitLine
from crawler.parsers import ParserEndedError, ParserFaultError, Parsers
from crawler.values import Fetched, FetchFailed
from crawler.writer import Writer
from store import items, pace, vanishing, visits
from store.errors import SignaalError
from store.hosts import LeaseLostError
from store.values import Cause, DueSource, OfferCounts, OfferResult, Outcome, Rights, SourceKind, VisitDone

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Visitor:
    """What visits need: the way out, the processes that read, and the thread that writes."""

    fetcher: Fetcher
    leases: Leases
    parsers: Parsers
    writer: Writer
    chance: Callable[[], float] = random.random

    async def visit(self, together: Sequence[DueSource]) -> list[VisitLine]:
        """Visit sources that share one address, whose host is ours: one fetch, and a visit to each of them."""
        started = self.leases.clock()
        asked = conditions(together)
        keeps_text = any(due.rights is not Rights.TITLE for due in together)
        got = await self.fetcher.get(together[0].url, asked, keeps_text=keeps_text)
        return [await self._finish(due, got, bool(asked), started) for due in together]

    async def _finish(self, due: DueSource, got: Fetched | FetchFailed, asked: bool, started: datetime) -> VisitLine:
        read = await self._read(due, got, asked, started)
        try:
            return await self._stored(due, read)
        except LeaseLostError:
            # Whoever holds the host now visits it again.
            log.warning("The lease on %s was lost; the visit to %s was forgotten.", due.host, due.key)
            return not_visited(due.key, due.name, sentences.HOST_BUSY)
        except SignaalError:
            # The database does not answer: that is not about this source.
            raise
        except Exception:
            log.exception("What the source %s told cannot be stored.", due.key)
            return await self._stored(due, _our_fault(got, started, self.leases.clock()))

    async def _read(self, due: DueSource, got: Fetched | FetchFailed, asked: bool, started: datetime) -> Judged:
        now = self.leases.clock()
        known = known_at_once(due, got, asked, started, now)
        if known is not None:
            return Judged(known)
        assert isinstance(got, Fetched)  # noqa: S101 - a failure is known at once
        try:
            read: Judged | Listed = await self.parsers.call("judge", due, got, started, now)
            if isinstance(read, Listed):
                led: Led = await Following(self.fetcher, self.parsers, self.leases, due).all(read.told)
                read = await self.parsers.call("conclude", due, got, led, started, self.leases.clock())
            assert isinstance(read, Judged)  # noqa: S101 - nothing else is left
        except ParserEndedError:
            done = visit(got, Outcome.REFUSED, sentences.READER_ENDED, started, self.leases.clock())
            return Judged(replace(done, cause=Cause.BOMB))
        except ParserFaultError as error:
            # A mistake of ours in one source must not take the others along; it is in the log and on the visit.
            log.error("Reading the source %s failed: %s", due.key, error)  # noqa: TRY400 - its own traceback says it
            return _our_fault(got, started, self.leases.clock())
        return replace(read, done=replace(read.done, finished_at=self.leases.clock()))

    async def _stored(self, due: DueSource, read: Judged) -> VisitLine:
        jitter = self.chance()
        if read.items or read.seen is not None:
            stored = self.writer.write(due.host, lambda session: self._store(session, due, read, jitter))
        else:
            # Most visits bring nothing: these are written down many at a time.
            told = replace(read.done, sentence=whole_sentence(due, read.done, read.done.finished_at, jitter))
            stored = self.writer.write_with_others(due.host, self._record, (due, told, told.finished_at, jitter))
        return await asyncio.wrap_future(stored)

    def _record(self, session: Any, told: list[tuple[DueSource, VisitDone, datetime, float]]) -> list[VisitLine]:
        visits.record_all(session, told, self.leases.owner)
        return [line(due, done) for due, done, *_ in told]

    def _store(self, session: Any, due: DueSource, read: Judged, jitter: float) -> VisitLine:
        done, now = read.done, read.done.finished_at
        believed = True
        if read.seen is not None:
            gone = vanishing.vanish(session, due.id, read.seen, now)
            done, believed = with_vanished(done, gone), gone.believed
        if read.items:
            rights = Rights.TITLE if done.reserved else due.rights
            counts = _counted(items.offer_all(session, due.id, read.items, rights, now, only_new=not believed))
            done = replace(done, new=counts.new, changed=counts.changed, same=counts.same, piled=counts.piled)
        done = replace(done, sentence=whole_sentence(due, done, now, jitter))
        visits.record(session, due, done, now=now, owner=self.leases.owner, jitter=jitter)
        return line(due, done)


def with_vanished(done: VisitDone, gone: vanishing.Vanished) -> VisitDone:
    """What is said of events that the source shows no longer.

    What we do not believe is read anew at the next visit, so that it stays on the health page until somebody looked.
    """
    if not gone.believed:
        said, cause = sentences.not_believed(gone.lost, gone.known), Cause.VANISHED
        done = replace(done, cause=cause, etag=None, last_modified=None, body_hash=None)
    elif gone.proposed:
        said = sentences.vanished(gone.proposed)
    else:
        said = ""
    return replace(done, vanished=gone.lost, sentence=f"{done.sentence} {said}".strip())


def conditions(together: Sequence[DueSource]) -> dict[str, str]:
    """The headers that let a server answer "not modified" (RFC 9110 section 13), for sources that are fetched as one.

    None when they do not all know the same version, or when the pages behind the document must be looked at anyway.
    """
    first = together[0]
    alike = {(due.etag, due.last_modified) for due in together} == {(first.etag, first.last_modified)}
    if not alike or any(due.kind in WITH_LEADS for due in together):
        return {}
    found = {"If-None-Match": first.etag, "If-Modified-Since": first.last_modified}
    return {name: value for name, value in found.items() if value}


def known_at_once(
    due: DueSource, got: Fetched | FetchFailed, asked: bool, started: datetime, now: datetime
) -> VisitDone | None:
    """What an answer means that need not be read: it failed, or it is what it was. None when it must be read."""
    if isinstance(got, FetchFailed):
        return visit(got, got.outcome, got.why, started, now)
    if got.status == HTTPStatus.NOT_MODIFIED and not asked:
        return replace(visit(got, Outcome.HTTP_ERROR, sentences.FALSE_304, started, now), cause=Cause.FALSE_304)
    same = due.kind not in WITH_LEADS and hashlib.sha256(got.body).hexdigest() == due.body_hash
    if got.status == HTTPStatus.NOT_MODIFIED or same:
        return visit(got, Outcome.UNCHANGED, sentences.UNCHANGED, started, now)
    return None


def whole_sentence(due: DueSource, done: VisitDone, now: datetime, jitter: float) -> str:
    """The sentence on the visit: what was read, what was remarkable, and when we try again if it failed."""
    decided = pace.next_pace(due.pace, due.pace_seconds, done, now, jitter)
    if not done.outcome.good:
        return f"{done.sentence} {sentences.again(decided.next_due_at - now)}"
    parts = [done.sentence, sentences.adopted(decided.adopt) if decided.adopt else ""]
    if done.outcome is Outcome.EMPTY and done.cause is not Cause.DRIFT:
        parts.insert(0, sentences.EMPTY)
    if done.outcome is Outcome.OK or (done.outcome is Outcome.BROKEN and done.entries):
        events = due.kind in {SourceKind.CALENDAR, SourceKind.EVENTS}
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
        cause=done.cause,
    )


def not_visited(key: str, name: str, why: str) -> VisitLine:
    """A source that cannot be visited now. Nothing of it is stored."""
    return VisitLine(key=key, name=name, outcome=Outcome.RETRY_LATER, sentence=why, stored=False)


def _our_fault(got: Fetched | FetchFailed, started: datetime, now: datetime) -> Judged:
    return Judged(replace(visit(got, Outcome.BROKEN, sentences.OUR_FAULT, started, now), cause=Cause.OURS))


def _counted(outcomes: list[items.OfferOutcome]) -> OfferCounts:
    def count(result: OfferResult) -> int:
        return sum(outcome.result is result for outcome in outcomes)

    return OfferCounts(
        new=count(OfferResult.NEW),
        changed=count(OfferResult.CHANGED),
        same=count(OfferResult.SAME),
        piled=sum(outcome.piled and outcome.result is OfferResult.NEW for outcome in outcomes),
    )
