"""What the documents of a visit mean: from the bytes of an answer to items and the first words of the visit. Pure.

All of it happens in a parser process (`crawler/parsing.py`), because the bytes are a stranger's. What goes in and out
are frozen values (`crawler/judged.py`). What can be judged without looking into a document, the crawl does itself.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime

from crawler import kinds, sentences
from crawler.article import read_article, wants_page
from crawler.extract import Extracted, extracted
from crawler.judged import Judged, Led, Listed, PageJudged, visit
from crawler.reading import read
from crawler.values import DocumentRead, Fetched, FetchedDocument, FetchedEntry, Lead, RawText
from store.values import (
    Cause,
    DueSource,
    ExtractedItem,
    Kind,
    Outcome,
    Reading,
    Rights,
    SourceKind,
    VisitDone,
    WantedPage,
)

_LISTS = frozenset({SourceKind.PAGE, SourceKind.EVENTS})
"""Kinds that look for their entries in a page for people. When nothing is found there, it was probably rebuilt."""
_AGENDAS = frozenset({SourceKind.CALENDAR, SourceKind.EVENTS})
_LOGIN_BYTES = 256 * 1024
_PASSWORD = re.compile(rb"""<input\b[^<>]{0,500}?\btype\s{0,5}=\s{0,5}["']?password\b""", re.IGNORECASE)
_FILTERED = "op de stapel door de bron"
"""How `crawler.reading` begins the reason that a source's own terms gave."""


def judged(due: DueSource, got: Fetched, started: datetime, now: datetime) -> Judged | Listed:
    """Read a document that is new to us, and everything in it."""
    document = FetchedDocument(got.url, got.body, got.content_type, now)
    try:
        told = kinds.parse(due.kind, document, due.options)
    except kinds.BadOptionsError:
        return _without_items(got, Outcome.BROKEN, sentences.BAD_OPTIONS, Cause.OPTIONS, started, now)
    if not told.recognised:
        return _not_ours(got, started, now)
    if told.cause is Cause.LOGIN and not told.entries:
        return _without_items(got, Outcome.NOT_A_FEED, sentences.LOGIN_PAGE, Cause.LOGIN, started, now)
    if told.leads:
        return Listed(_fit(told, got))
    return concluded(due, got, Led(told), started, now)


def follow(due: DueSource, lead: Lead, got: Fetched, now: datetime) -> DocumentRead:
    """Read what a lead led to. Of a document that reserves its rights no text comes back."""
    document = FetchedDocument(got.url, got.body, got.content_type, now)
    told = kinds.follow(due.kind, lead, document, due.options)
    return _fit(told, got)


def concluded(due: DueSource, got: Fetched, led: Led, started: datetime, now: datetime) -> Judged:
    """All documents of a visit together: their items, and what to say of them."""
    told, reserved = led.told, _reserved(led.told, got)
    if reserved:
        # Not one byte of a reserved text goes further than this.
        told = replace(told, entries=tuple(map(bare, told.entries)))
        due = replace(due, rights=Rights.TITLE)
    found = extracted(told, due, now, _read)
    items = tuple(replace(item, wants_page=_wants_page(item, due)) for item in found.items)
    outcome = outcome_of(told, got, bool(items))
    done = visit(got, outcome, _remarks(told, found, got, led, reserved=reserved), started, now)
    done = _with_counts(done, told, items)
    cause = _cause(due, told, got, led, outcome, done)
    if cause is Cause.DRIFT:
        done = replace(done, outcome=Outcome.EMPTY, sentence=told.problem or sentences.DRIFTED)
    known: str | None = hashlib.sha256(got.body).hexdigest()
    if led.left or cause is Cause.DRIFT:
        # What is left is for the next visit, which therefore must read the document anew.
        known, done = None, replace(done, etag=None, last_modified=None)
    hints = [hint for hint in (got.hint_seconds, told.hint_seconds) if hint]
    done = replace(
        done, body_hash=known, cause=cause, hint_seconds=max(hints, default=None), left=led.left, reserved=reserved
    )
    return Judged(done, items, _seen(due, told, items, led, done))


def _seen(
    due: DueSource, told: DocumentRead, items: tuple[ExtractedItem, ...], led: Led, done: VisitDone
) -> tuple[str, ...] | None:
    whole = due.kind in _AGENDAS and told.whole and not told.cut and led.certain
    if not whole or done.outcome not in {Outcome.OK, Outcome.EMPTY} or done.cause is Cause.DRIFT:
        return None
    return (*(item.guid for item in items), *led.shown)


def page(due: DueSource, wanted: WantedPage, got: Fetched, now: datetime) -> PageJudged:
    """Read an item's own page."""
    found = read_article(FetchedDocument(got.url, got.body, got.content_type, now))
    if got.reserved or found.reserved:
        return PageJudged(None, reserved=True)
    entry = FetchedEntry(
        guid=wanted.url,
        link=found.url or wanted.url,
        title=RawText(found.title or wanted.title),
        content=RawText(found.text),
        published_at=found.published_at,
        author=found.author,
        section=found.section,
    )
    return PageJudged(extracted(DocumentRead((entry,)), due, now, _read).items[0])


def _fit(told: DocumentRead, got: Fetched) -> DocumentRead:
    """A document whose entries leave the parser before they are items: without texts that are reserved."""
    return replace(told, entries=tuple(map(bare, told.entries))) if _reserved(told, got) else told


def bare(entry: FetchedEntry) -> FetchedEntry:
    """An entry whose text is reserved: its title, link and facts."""
    return replace(entry, summary=RawText(), content=RawText(), author="", section="")


def outcome_of(told: DocumentRead, got: Fetched, any_items: bool) -> Outcome:
    """How reading a recognised document ended."""
    if told.refused:
        return Outcome.REFUSED
    if told.broken or told.problem or got.cut:
        return Outcome.BROKEN
    return Outcome.OK if any_items else Outcome.EMPTY


def _reserved(told: DocumentRead, got: Fetched) -> bool:
    return got.reserved or told.reserved


def _not_ours(got: Fetched, started: datetime, now: datetime) -> Judged:
    if not got.body.strip():
        return _without_items(got, Outcome.NOT_A_FEED, sentences.NOTHING_CAME, Cause.NOT_OURS, started, now)
    if _PASSWORD.search(got.body[:_LOGIN_BYTES]):
        return _without_items(got, Outcome.NOT_A_FEED, sentences.LOGIN_PAGE, Cause.LOGIN, started, now)
    return _without_items(got, Outcome.NOT_A_FEED, sentences.NOT_A_FEED, Cause.NOT_OURS, started, now)


def _without_items(
    got: Fetched, outcome: Outcome, sentence: str, cause: Cause, started: datetime, now: datetime
) -> Judged:
    return Judged(replace(visit(got, outcome, sentence, started, now), cause=cause))


def _remarks(told: DocumentRead, found: Extracted, got: Fetched, led: Led, *, reserved: bool) -> str:
    """What follows after the counts, in whole sentences."""
    remarks = [
        sentences.CUT_OFF if got.cut else told.problem,
        sentences.cut(told.cut) if told.cut else None,
        sentences.shortened(found.shortened) if found.shortened else None,
        sentences.past(told.past) if told.past else None,
        sentences.leads_failed(led.failed) if led.failed else None,
        sentences.left(led.left) if led.left else None,
        sentences.RESERVED if reserved else None,
    ]
    return " ".join(filter(None, remarks))


def _with_counts(done: VisitDone, told: DocumentRead, items: tuple[ExtractedItem, ...]) -> VisitDone:
    linked = sum(bool(entry.link.strip()) for entry in told.entries)
    worded = sum(bool(entry.summary.value.strip() or entry.content.value.strip()) for entry in told.entries)
    return replace(
        done,
        entries=len(items),
        dated=sum(item.published_at is not None or item.event is not None for item in items),
        # Entries that came twice are one item.
        linked=min(linked, len(items)),
        worded=min(worded, len(items)),
        filtered=sum(map(_is_filtered, items)),
    )


def _is_filtered(item: ExtractedItem) -> bool:
    relevance = item.reading.relevance
    return not relevance.shown and any(reason.startswith(_FILTERED) for reason in relevance.reasons[:1])


def _cause(
    due: DueSource, told: DocumentRead, got: Fetched, led: Led, outcome: Outcome, done: VisitDone
) -> Cause | None:
    """What kept this visit from bringing all that it could have."""
    if got.cut:
        return Cause.CUT
    if told.cause is not None:
        return told.cause
    if outcome is Outcome.REFUSED:
        return Cause.BOMB
    if outcome is Outcome.BROKEN:
        return {sentences.CUT_OFF: Cause.CUT, sentences.BAD_CHARACTERS: Cause.LETTERS}.get(
            told.problem or "", Cause.MALFORMED
        )
    nothing_there = not (done.entries or told.past or led.failed or led.left or led.shown)
    if due.kind in _LISTS and nothing_there:
        return Cause.DRIFT
    return Cause.FILTERED if done.entries and done.filtered == done.entries else None


def _wants_page(item: ExtractedItem, due: DueSource) -> bool:
    # What stands in a sitemap without a title was read from its page already.
    return not (due.kind is SourceKind.SITEMAP and item.text) and wants_page(item, due)


def _read(title: str, text: str, due: DueSource, kind: Kind) -> Reading:
    return read(
        title,
        text,
        source_region=due.region,
        include=due.include,
        exclude=due.exclude,
        always=kind is Kind.EVENT,
    )


def warm() -> None:
    """Load what every document needs, so that parsers find it there: tables, word lists, the reader of feeds."""
    kinds.module_of("feed")
    read("", "", always=True)
