"""Sources that are a page with events: schema.org Event in JSON-LD or microdata, or an agenda in Dutch words.

The page itself, or a list of pages: by a CSS rule, or by the addresses in the page's own ItemList.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from lxml.html import HtmlElement
from pydantic import BaseModel, ConfigDict

from crawler import sentences
from crawler.css_rules import Rule, found
from crawler.event_lists import events_in_text, has_next_page
from crawler.htmltree import attribute, page_tree
from crawler.limits import ENTRIES
from crawler.marks import reserved_in_html
from crawler.page_lines import text_of_page
from crawler.schema_events import EventTold, addresses_in, events_in
from crawler.schema_org import things_in
from crawler.urls import canonical
from crawler.values import DocumentRead, FetchedDocument, FetchedEntry, Lead, RawText
from store.values import Cause, EventFacts, Kind

name = "events"
LEADS = True

_LINKS = "a[href]"


class Options(BaseModel):
    """`links` is a CSS rule for the links to pages of single events; without it the page itself has the events.

    `whole` says whether the page shows all that the source has; None lets the page decide by its link to a next page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    links: Rule = ""
    whole: bool | None = None


def parse(document: FetchedDocument, options: Options) -> DocumentRead:
    """Read the events on a page that are not over yet, and the addresses of pages with more."""
    tree = page_tree(document)
    if tree is None:
        return DocumentRead(recognised=False)
    base = _base(tree, document.url)
    things = things_in(tree, base)
    told = events_in(things, base, document.fetched_at)
    leads = _leads(tree, base, options, document.url, things_leads=addresses_in(things, base))
    if not told and not leads and not options.links:
        told = events_in_text(tree, canonical(document.url) or document.url, base, document.fetched_at)
    if options.links and not leads and not told:
        return DocumentRead(
            broken=True, problem=sentences.RULE_FINDS_NOTHING, cause=Cause.DRIFT, reserved=_reserved(document)
        )
    read = _read(document, tree, told)
    known = {entry.link for entry in read.entries}
    whole = options.whole if options.whole is not None else not has_next_page(tree)
    return replace(
        read,
        leads=tuple(lead for lead in leads if lead.url not in known),
        # A page with nothing on it may be an agenda in summer or a site that was rebuilt: believe neither.
        whole=whole and bool(told or leads),
    )


def follow(lead: Lead, document: FetchedDocument, options: Options) -> DocumentRead:  # noqa: ARG001 - all kinds have the same form
    """Read the page of one event, under the name by which the list knows it."""
    tree = page_tree(document)
    if tree is None:
        return DocumentRead(recognised=False)
    base = _base(tree, document.url)
    told = events_in(things_in(tree, base), base, document.fetched_at)
    if not told:
        told = events_in_text(tree, canonical(document.url) or document.url, base, document.fetched_at, lead.title)
    own = [each for each in told if each.link in {"", lead.url, canonical(document.url)}] or told
    if lead.known and len({(each.title, each.link) for each in own}) == 1:
        own = [replace(each, id=lead.known, again=each.again or len(own) > 1) for each in own]
    return _read(document, tree, own)


def _read(document: FetchedDocument, tree: HtmlElement, told: list[EventTold]) -> DocumentRead:
    ahead = [each for each in told if (each.span.ends_at or each.span.starts_at) > document.fetched_at]
    title = _page_title(tree)
    lonely = len(told) == 1
    text = text_of_page(tree, document.url) if lonely and ahead and not ahead[0].description.value else ""
    names = Counter(_name(each, document.url) for each in told)
    entries = [
        _entry(each, document.url, title if lonely else "", text, repeated=names[_name(each, document.url)] > 1)
        for each in sorted(ahead, key=lambda each: each.span.starts_at)
    ]
    entries = _apart(entries)
    return DocumentRead(
        entries=tuple(entries[:ENTRIES]),
        cut=max(len(entries) - ENTRIES, 0),
        past=len(told) - len(ahead),
        title=title,
        home=document.url,
        reserved=_reserved(document),
    )


def _entry(told: EventTold, page: str, title: str, text: str, *, repeated: bool) -> FetchedEntry:
    guid = _name(told, page)
    if repeated or told.again:
        guid = f"{guid} {told.span.starts_at:%Y%m%dT%H%MZ}"
    return FetchedEntry(
        guid=guid,
        link=told.link or canonical(page),
        title=RawText(told.title or title),
        content=told.description if told.description.value else RawText(text),
        kind=Kind.EVENT,
        event=EventFacts(
            starts_at=told.span.starts_at,
            ends_at=told.span.ends_at,
            all_day=told.span.all_day,
            place=told.place,
            signup_url=told.signup_url,
            status=told.status,
            organiser=told.organiser,
        ),
    )


def _name(told: EventTold, page: str) -> str:
    return told.id or told.link or canonical(page) or page


def _apart(entries: list[FetchedEntry]) -> list[FetchedEntry]:
    """Two events at one moment on one page, without an address of their own, are told apart by their titles."""
    times = Counter(entry.guid for entry in entries)
    return [
        entry
        if times[entry.guid] == 1
        else replace(entry, guid=f"{entry.guid} {' '.join(entry.title.value.lower().split())}")
        for entry in entries
    ]


def _leads(
    tree: HtmlElement, base: str, options: Options, page: str, *, things_leads: list[tuple[str, str]]
) -> list[Lead]:
    addresses = dict(things_leads)
    if options.links:
        for hit in found(tree, options.links):
            for link in [hit] if hit.tag == "a" else found(hit, _LINKS):
                if address := canonical(attribute(link, "href"), base):
                    addresses.setdefault(address, " ".join("".join(link.itertext()).split())[:300])
    own = canonical(page)
    return [Lead(url, known=url, title=title) for url, title in addresses.items() if url != own][:ENTRIES]


def _base(tree: HtmlElement, url: str) -> str:
    """What relative addresses on a page are relative to."""
    element = tree.find(".//base")
    return (canonical(attribute(element, "href"), url) if element is not None else "") or url


def _page_title(tree: HtmlElement) -> str:
    for path in (".//h1", ".//title"):
        element = tree.find(path)
        text = " ".join("".join(element.itertext()).split()) if element is not None else ""
        if text:
            return re.split(r"\s[|–—-]\s", text)[0][:300] if path == ".//title" else text[:300]
    return ""


def _reserved(document: FetchedDocument) -> bool:
    return reserved_in_html(document.body)
