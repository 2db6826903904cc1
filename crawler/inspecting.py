"""What the program reads in one document that belongs to no source: `signaal inspect`. Pure: bytes in, items out.

A document from the network is read in a parser process (`crawler/parsing.py`), a file by whoever asked. Unlike a visit
it reads everything: there is no first look, and the rights class is that of a text for internal use.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from crawler import kinds
from crawler.article import read_article, text_of
from crawler.documents import decoded
from crawler.extract import extracted, plain
from crawler.guessing import guessed
from crawler.htmltree import attribute, html_text, page_tree
from crawler.judged import Inspected
from crawler.judging import bare
from crawler.reading import read
from crawler.urls import canonical
from crawler.values import DocumentRead, Fetched, FetchedDocument, FetchedEntry, RawText
from store.values import TITLE_LIMIT, DueSource, ExtractedItem, Kind, Reading, Rights, SourceKind

NOWHERE = "https://document.invalid/"
"""The address of a file, which has none (RFC 2606: nobody has this name)."""
RESERVED = "The source reserves the rights of its texts, so only titles and addresses were read."
NO_TEXT = "It is no text: what we read is html, feed, ics, text and jsonl."

_NEWS = re.compile(
    rb'"@type"\s{0,5}:\s{0,5}\[?\s{0,5}"(?:News|Reportage|Background|Analysis|Opinion|LiveBlog)\w{0,12}(?:Article|Posting)"'
)
_EVENT = re.compile(rb'"@type"\s{0,5}:\s{0,5}\[?\s{0,5}"\w{0,30}Event"|schema\.org/\w{0,30}Event\b')
_BODY = re.compile(r"<body\b.*", re.IGNORECASE | re.DOTALL)

_Entries = tuple[tuple[FetchedEntry, ...], list[str]]


def inspected(got: Fetched, kind: str, region: str, published: datetime | None, now: datetime) -> Inspected:
    """Read a document as `kind`, one of KINDS, or as what it seems to be when that is "".

    `region` is that of its source; `published` counts where the document has no date of its own, and what is over is
    over at that moment, else at `now`.
    """
    kind = kind or guessed(got.body, got.content_type, urlsplit(got.url).path)
    document = FetchedDocument(got.url, got.body, got.content_type, published or now)
    if not kind:
        return Inspected("", remarks=(NO_TEXT,))
    if kind == "jsonl":
        return Inspected(kind, lines=decoded(got.body, got.content_type)[0])
    if kind == "text":
        entries, remarks = _text(document)
    elif kind == "html":
        document = replace(document, url=_address(document))
        entries, remarks = _page(document)
    else:
        entries, remarks = _list(document, kind)
    if got.reserved and RESERVED not in remarks:
        entries, remarks = _bared(entries, remarks)
    if got.cut:
        remarks.append("The document stopped half-way; what came was read.")
    items = extracted(DocumentRead(entries), _due(document.url, region), now, _read).items
    dated = (replace(item, published_at=item.published_at or published) for item in items)
    return Inspected(kind, tuple(map(_without_nowhere, dated)), tuple(remarks))


def _text(document: FetchedDocument) -> _Entries:
    """The first line is the title, the rest the text; a first line too long for a title is text as well."""
    whole = plain(RawText(decoded(document.body, document.content_type)[0]))
    title, _, text = whole.partition("\n")
    if len(title) > TITLE_LIMIT:
        title, text = "", whole
    return ((FetchedEntry(title=RawText(title), content=RawText(text.strip())),) if whole else ()), []


def _list(document: FetchedDocument, kind: str) -> _Entries:
    told = kinds.parse(SourceKind.FEED if kind == "feed" else SourceKind.CALENDAR, document, {})
    if not told.recognised:
        return (), [f"It is no {'feed' if kind == 'feed' else 'calendar'}."]
    remarks = [_over(told.past)] if told.past else []
    if told.refused:
        remarks.append("It is too dangerous to read: it has definitions of its own, or goes too deep.")
    elif told.broken or told.problem:
        remarks.append("It is not well formed; what could be read was read.")
    if told.cut:
        remarks.append(f"{told.cut} more stood in it and were left out.")
    return _bared(told.entries, remarks) if told.reserved else (told.entries, remarks)


def _page(document: FetchedDocument) -> _Entries:
    """The events that the page tells of, as a source of that kind reads them; else its article."""
    told = kinds.parse(SourceKind.EVENTS, document, {})
    remarks = [_over(told.past)] if told.past else []
    # News that announces something in passing is news, unless the page itself says that it is an event.
    is_news = _NEWS.search(document.body) is not None and _EVENT.search(document.body) is None
    if told.entries and not is_news:
        return _bared(told.entries, remarks) if told.reserved else (told.entries, remarks)
    if told.leads:
        remarks.append(f"It leads to {len(told.leads)} pages of single events, which a visit would read as well.")
    article = read_article(document)
    text = article.text
    if article.reserved:
        remarks.append(RESERVED)
    elif not text and text_of(html_text(document)):
        remarks.append("Its text is behind a wall for subscribers or cookies, so it was not read.")
    elif not text:
        text = _all_words(document)
    if not article.title and not text:
        return (), remarks
    first, _, rest = text.partition("\n")
    text = rest.strip() if " ".join(first.split()) == article.title else text
    entry = FetchedEntry(
        guid=article.url,
        link=article.url,
        title=RawText(article.title),
        content=RawText(text),
        published_at=article.published_at,
    )
    return (entry,), remarks


def _bared(entries: tuple[FetchedEntry, ...], remarks: list[str]) -> _Entries:
    return tuple(map(bare, entries)), [*remarks, RESERVED]


def _over(count: int) -> str:
    said = "1 event in it is over" if count == 1 else f"{count} events in it are over"
    return f"{said}; --published reads the document as of an earlier day."


def _all_words(document: FetchedDocument) -> str:
    """Every word of a page that is too short for the reader of articles."""
    html = html_text(document)
    body = _BODY.search(html)
    return plain(RawText(body[0] if body else html, html=True))


def _address(document: FetchedDocument) -> str:
    """Where a page that came from a file says that it belongs, so that the addresses in it mean something."""
    if document.url != NOWHERE or (tree := page_tree(document)) is None:
        return document.url
    for path, name in ((".//link[@rel='canonical']", "href"), (".//meta[@property='og:url']", "content")):
        element = tree.find(path)
        if element is not None and (url := canonical(attribute(element, name))):
            return url
    return NOWHERE


def _without_nowhere(item: ExtractedItem) -> ExtractedItem:
    event = item.event
    if event is not None and (event.signup_url or "").startswith(NOWHERE):
        event = replace(event, signup_url=None)
    return replace(
        item,
        event=event,
        url="" if item.url.startswith(NOWHERE) else item.url,
        guid="" if item.guid.startswith((NOWHERE, "sha256:")) else item.guid,
    )


def _due(url: str, region: str) -> DueSource:
    return DueSource(
        0, "", "", url, SourceKind.FEED, region, Rights.FULLTEXT_INTERNAL, 1, (), (), {}, None, None, None, 0, ""
    )  # fmt: skip


def _read(title: str, text: str, due: DueSource, _kind: Kind) -> Reading:
    return read(title, text, source_region=due.region, always=True)
