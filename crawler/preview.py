"""What would come in from an address that is no source yet: what it is, and the first entries. Pure, in a parser."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote, urlsplit

from crawler import kinds, sentences
from crawler.extract import extracted, one_line, plain, shorten
from crawler.judged import Preview, PreviewEntry
from crawler.judging import outcome_of
from crawler.values import DocumentRead, Fetched, FetchedDocument, Lead, RawText
from store.values import NETHERLANDS, DueSource, Kind, Outcome, Reading, Relevance, Rights, SourceKind

FIRST = 10
_TITLE_LIMIT = 200
_SURE = (SourceKind.FEED, SourceKind.CALENDAR, SourceKind.SITEMAP)


def previewed(
    got: Fetched, kind: SourceKind | None, now: datetime, options: Mapping[str, object] | None = None
) -> Preview:
    """Read a document as `kind`; without one, as the first kind that is sure of it.

    A page may be of the kinds `page` and `events`, but is so only for somebody who wants it: any page is recognised.
    """
    document = FetchedDocument(got.url, got.body, got.content_type, now)
    for name in _SURE if kind is None else [kind]:
        try:
            told = kinds.parse(name, document, options or {})
        except kinds.BadOptionsError:
            return Preview(Outcome.BROKEN, sentences.BAD_OPTIONS)
        if told.recognised:
            return _of(told, SourceKind(name), got, now)
    why = sentences.NOT_A_FEED if got.body.strip() else sentences.NOTHING_CAME
    return Preview(Outcome.NOT_A_FEED, why)


def _of(told: DocumentRead, kind: SourceKind, got: Fetched, now: datetime) -> Preview:
    found = extracted(told, as_if(got.url, kind), now, unread).items
    problem = sentences.CUT_OFF if got.cut else told.problem
    events = kind in {SourceKind.CALENDAR, SourceKind.EVENTS}
    if found:
        remarks = [sentences.would_read(len(found), events=events)]
    else:
        remarks = [sentences.would_read_pages(len(told.leads)) if told.leads else sentences.EMPTY]
    remarks += [problem] if problem else []
    remarks += [sentences.cut(told.cut)] if told.cut else []
    return Preview(
        outcome=outcome_of(told, got, bool(found or told.leads)),
        sentence=" ".join(remarks) if found or not problem else problem,
        kind=kind,
        title=shorten(one_line(plain(RawText(told.title, html=True))), _TITLE_LIMIT),
        entries=len(found) or len(told.leads),
        first=tuple(
            PreviewEntry(item.title, item.event.starts_at if item.event else item.published_at, item.url)
            for item in found[:FIRST]
        )
        or tuple(PreviewEntry(_named(lead), lead.modified_at, lead.url) for lead in told.leads[:FIRST]),
        behind=tuple(lead.url for lead in told.leads if not lead.known),
    )


def _named(lead: Lead) -> str:
    """What a page is about, as far as its address says: `Inval in kwekerij` of `/nieuws/inval-in-kwekerij.html`."""
    last = unquote(urlsplit(lead.url).path.rstrip("/").rpartition("/")[2]).partition(".")[0]
    return lead.title or one_line(plain(RawText(last.replace("-", " ").replace("_", " ")))).capitalize() or lead.url


def as_if(url: str, kind: SourceKind) -> DueSource:
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
        host="",
    )


def unread(_title: str, _text: str, _due: DueSource, _kind: Kind) -> Reading:
    """A preview shows titles, dates and addresses; no proposals."""
    return Reading(regions=(), forms=(), relevance=Relevance(0.0, shown=True))
