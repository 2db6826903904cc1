"""Trying an address out before it becomes a source: fetched once, by the same rules, and nothing of it kept."""

from __future__ import annotations

from crawler import kinds, sentences
from crawler.extract import extracted, one_line, plain, shorten
from crawler.fetch import Fetcher
from crawler.leases import Clock
from crawler.lines import TriedEntry, TriedSource
from crawler.values import DocumentRead, Fetched, FetchedDocument, FetchFailed, RawText
from crawler.visit import outcome_of
from store.hosts import host_key
from store.values import NETHERLANDS, DueSource, Kind, Outcome, Reading, Relevance, Rights, SourceKind

FIRST = 10
_TITLE_LIMIT = 200


async def tried(fetcher: Fetcher, url: str, kind: SourceKind | None, clock: Clock) -> TriedSource:
    """What would come in from `url`; without a kind, as the first kind that recognises it."""
    got = await fetcher.get(url)
    if isinstance(got, FetchFailed):
        return TriedSource(outcome=got.outcome, sentence=got.why, url=got.url)
    now = clock()
    document = FetchedDocument(got.url, got.body, got.content_type, now)
    for name in kinds.kinds() if kind is None else [kind]:
        told = kinds.parse(name, document, {})
        if told.recognised:
            return _answer(told, SourceKind(name), got, clock)
    why = sentences.NOT_A_FEED if got.body.strip() else sentences.NOTHING_CAME
    return TriedSource(outcome=Outcome.NOT_A_FEED, sentence=why, url=got.url)


def _answer(told: DocumentRead, kind: SourceKind, got: Fetched, clock: Clock) -> TriedSource:
    found = extracted(told, _as_if(got.url, kind), clock(), _unread).items
    problem = sentences.CUT_OFF if got.cut else told.problem
    outcome = outcome_of(told, got, bool(found))
    remarks = [sentences.would_read(len(found), events=kind is SourceKind.CALENDAR) if found else sentences.EMPTY]
    remarks += [problem] if problem else []
    remarks += [sentences.cut(told.cut)] if told.cut else []
    return TriedSource(
        outcome=outcome,
        sentence=" ".join(remarks) if found or not problem else problem,
        url=got.url,
        kind=kind,
        title=shorten(one_line(plain(RawText(told.title, html=True))), _TITLE_LIMIT),
        entries=len(found),
        first=tuple(
            TriedEntry(
                title=item.title, published_at=item.event.starts_at if item.event else item.published_at, url=item.url
            )
            for item in found[:FIRST]
        ),
    )


def _as_if(url: str, kind: SourceKind) -> DueSource:
    """A source that does not exist, for a document that is looked at once."""
    return DueSource(
        id=0,
        key="",
        name="",
        url=url,
        kind=kind,
        region=NETHERLANDS,
        rights=Rights.EXCERPT,
        pace_seconds=1,
        include=(),
        exclude=(),
        options={},
        etag=None,
        last_modified=None,
        body_hash=None,
        failures=0,
        host=host_key(url),
    )


def _unread(_title: str, _text: str, _due: DueSource, _kind: Kind) -> Reading:
    """Trying out shows titles, dates and addresses; no proposals."""
    return Reading(regions=(), forms=(), relevance=Relevance(0.0, shown=True))
