"""What an answer means: from the bytes of a document to items and the first words of a visit. Pure.

All of it happens in a parser process (`crawler/parsing.py`), because the bytes are a stranger's. What goes in and out
are frozen values. What can be judged without looking into the document, the crawl does itself (`crawler/visit.py`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from crawler import kinds, sentences
from crawler.extract import Extracted, extracted
from crawler.reading import read
from crawler.values import DocumentRead, Fetched, FetchedDocument, FetchFailed
from store.values import DueSource, ExtractedItem, Kind, Outcome, Reading, VisitDone


@dataclass(frozen=True, slots=True)
class Judged:
    """A visit as far as the answer decides it: its sentence is still without counts."""

    done: VisitDone
    items: tuple[ExtractedItem, ...] = ()


def judged(due: DueSource, got: Fetched, started: datetime, now: datetime) -> Judged:
    """Read a document that is new to us, and everything in it."""
    document = FetchedDocument(got.url, got.body, got.content_type, now)
    try:
        told = kinds.parse(due.kind, document, due.options)
    except kinds.BadOptionsError:
        return Judged(visit(got, Outcome.BROKEN, sentences.BAD_OPTIONS, started, now))
    if not told.recognised:
        why = sentences.NOT_A_FEED if got.body.strip() else sentences.NOTHING_CAME
        return Judged(visit(got, Outcome.NOT_A_FEED, why, started, now))
    found = extracted(told, due, now, _read)
    outcome, sentence = _outcome(told, found, got)
    done = visit(got, outcome, sentence, started, now)
    done = replace(done, entries=len(found.items), body_hash=hashlib.sha256(got.body).hexdigest())
    return Judged(done, found.items)


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


def visit(got: Fetched | FetchFailed, outcome: Outcome, sentence: str, started: datetime, now: datetime) -> VisitDone:
    """A visit with what the answer itself says of it."""
    done = VisitDone(
        outcome=outcome,
        sentence=sentence,
        started_at=started,
        finished_at=now,
        status=got.status,
        bytes=got.received,
        url=got.url,
    )
    if isinstance(got, FetchFailed):
        return replace(done, retry_after=got.retry_after, cause=got.cause)
    return replace(
        done,
        etag=got.etag,
        last_modified=got.last_modified,
        hint_seconds=got.hint_seconds,
        moved_to=got.moved_to,
        reserved=got.reserved,
    )


def warm() -> None:
    """Load what every document needs, so that parsers find it there: tables, word lists, the reader of feeds."""
    kinds.module_of("feed")
    read("", "", always=True)


def _read(title: str, text: str, due: DueSource, kind: Kind) -> Reading:
    return read(
        title,
        text,
        source_region=due.region,
        include=due.include,
        exclude=due.exclude,
        always=kind is Kind.EVENT,
    )
