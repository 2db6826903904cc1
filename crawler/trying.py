"""Trying an address out before it becomes a source: fetched once, by the same rules, and nothing of it kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from crawler import sentences
from crawler.fetch import Fetcher
from crawler.judged import Preview
from crawler.leases import Clock
from crawler.lines import InspectedAddress, Inspection, TriedEntry, TriedSource
from crawler.parsers import ParserEndedError, ParserFaultError, Parsers
from crawler.tasks import task
from crawler.values import FetchFailed
from store.values import Outcome, SourceKind

log = logging.getLogger(__name__)


async def tried(
    fetcher: Fetcher,
    parsers: Parsers,
    url: str,
    kind: SourceKind | None,
    options: Mapping[str, object],
    clock: Clock,
) -> TriedSource:
    """What would come in from `url`; without a kind, as the first kind that is sure of it."""
    got = await fetcher.get(url, keeps_text=False)
    if isinstance(got, FetchFailed):
        return TriedSource(outcome=got.outcome, sentence=got.why, url=got.url)
    try:
        found: Preview = await parsers.call("preview", got, kind, clock(), dict(options))
    except ParserEndedError:
        return TriedSource(outcome=Outcome.REFUSED, sentence=sentences.READER_ENDED, url=got.url)
    except ParserFaultError as error:
        log.error("Trying %s failed: %s", url, error)  # noqa: TRY400 - its own traceback says it
        return TriedSource(outcome=Outcome.BROKEN, sentence=sentences.OUR_FAULT, url=got.url)
    return as_tried(found, got.url)


async def inspected(fetcher: Fetcher, parsers: Parsers, wanted: Inspection, clock: Clock) -> InspectedAddress:
    """What stands behind one address, read as `signaal inspect` reads a file."""
    got = await fetcher.get(wanted.url)
    if isinstance(got, FetchFailed):
        return InspectedAddress(outcome=got.outcome, sentence=got.why, url=got.url, status=got.status)
    try:
        found = await parsers.call("inspect", got, wanted.kind, wanted.region, wanted.published, clock())
    except ParserEndedError:
        return InspectedAddress(outcome=Outcome.REFUSED, sentence=sentences.READER_ENDED, url=got.url)
    except ParserFaultError as error:
        log.error("Inspecting %s failed: %s", wanted.url, error)  # noqa: TRY400 - its own traceback says it
        return InspectedAddress(outcome=Outcome.BROKEN, sentence=sentences.OUR_FAULT, url=got.url)
    document = task("inspect").told.dump_json(found).decode()
    return InspectedAddress(outcome=Outcome.OK, sentence="", url=got.url, status=got.status, document=document)


def as_tried(found: Preview, url: str) -> TriedSource:
    """A preview as it is told to whoever asked. `url` is where the document really came from."""
    return TriedSource(
        outcome=found.outcome,
        sentence=found.sentence,
        url=url,
        kind=found.kind,
        title=found.title,
        entries=found.entries,
        first=tuple(
            TriedEntry(title=entry.title, published_at=entry.published_at, url=entry.url) for entry in found.first
        ),
        options=found.options,
    )
