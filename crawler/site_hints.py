"""What one document says about where a site's news is: itself, the feeds it names, its links, its lists. In a parser.

Pure: what it finds are addresses to try and previews of what is on the page itself; `crawler/discovery.py` asks for
the addresses.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.css_rules import found
from crawler.htmltree import attribute, page_tree, said
from crawler.judged import Look, Preview
from crawler.list_rules import proposed
from crawler.preview import previewed
from crawler.urls import canonical
from crawler.values import Fetched, FetchedDocument
from store.values import SourceKind

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_OTHER_TYPES = frozenset({"application/json", "application/xml", "text/xml"})
_FEED_PATH = re.compile(
    r"(?:^|[/._=-])(?:rss2?|atom|feeds?|rdf)(?:$|[/._=?&-])|\.(?:rss|atom|rdf)$|[?&]format=(?:rss|feed|atom)|/feed\.json$",
    re.IGNORECASE,
)
_FEED_WORDS = re.compile(r"\b(?:rss|atom)\b|\bfeeds?\b", re.IGNORECASE)
_CALENDAR_PATH = re.compile(r"\.ics$|[?&](?:ical|outlook-ical)=1|/ical/?$|[?&]format=ical", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|reacties", re.IGNORECASE)
_MARKED_EVENT = re.compile(
    rb"""itemtype\s*=\s*["'][^"']{0,100}schema\.org/\w{0,20}Event["'\s]|"@type"\s*:\s*\[?[^]}]{0,60}"\w{0,20}Event["\s]"""
)
_AGENDA = re.compile(r"agenda|evenement|activiteit|kalender|bijeenkomst|events?\b", re.IGNORECASE)
"""A page that calls itself so may tell its events in words alone. On others such events would be news with a date."""
_MOST = 12


def looked(got: Fetched, now: datetime) -> Look:
    """Everything one document says. A feed, sitemap or calendar says itself; a page what it names and holds."""
    itself = previewed(got, None, now)
    document = FetchedDocument(got.url, got.body, got.content_type, now)
    tree = page_tree(document)
    if tree is None:
        return Look(previews=(itself,) if itself.kind else (), sentence=itself.sentence)
    base = _base(tree, got.url)
    feeds, calendars = _named(tree, base)
    linked, more = _linked(tree, base)
    return Look(
        previews=tuple(_on_page(got, tree, base, now)),
        feeds=tuple(dict.fromkeys([*feeds, *linked]))[:_MOST],
        calendars=tuple(dict.fromkeys([*calendars, *more]))[:_MOST],
        sentence=itself.sentence,
        is_page=True,
    )


def _on_page(got: Fetched, tree: HtmlElement, base: str, now: datetime) -> list[Preview]:
    """Events that stand on the page, and its list of news."""
    kept = []
    agenda = _MARKED_EVENT.search(got.body) or _AGENDA.search(f"{urlsplit(got.url).path} {_title(tree)}")
    if agenda and (events := previewed(got, SourceKind.EVENTS, now)).entries:
        kept.append(events)
    for rule in proposed(tree, base, now):
        preview = previewed(got, SourceKind.PAGE, now, rule.options)
        if preview.outcome.good and preview.entries:
            kept.append(replace(preview, options=dict(rule.options)))
    return kept


def _title(tree: HtmlElement) -> str:
    return " ".join(said(element, 200) for element in (*found(tree, "title")[:1], *found(tree, "h1")[:1]))


def _named(tree: HtmlElement, base: str) -> tuple[list[str], list[str]]:
    """What `<link rel="alternate">` names: feeds, those of comments last, and calendars."""
    feeds: list[str] = []
    late: list[str] = []
    calendars: list[str] = []
    for link in found(tree, "link[href]"):
        if "alternate" not in attribute(link, "rel").lower().split() and attribute(link, "rel").lower() != "feed":
            continue
        kind = attribute(link, "type").lower().partition(";")[0].strip()
        address = _address(base, attribute(link, "href"))
        named = f"{address} {attribute(link, 'title')}"
        if not address:
            continue
        if kind == "text/calendar":
            calendars.append(address)
        elif kind in _FEED_TYPES or (kind in _OTHER_TYPES and _FEED_PATH.search(urlsplit(address).path)):
            (late if _COMMENTS.search(named) else feeds).append(address)
    return [*feeds, *late], calendars


def _linked(tree: HtmlElement, base: str) -> tuple[list[str], list[str]]:
    """What ordinary links lead to that look like a feed or a calendar, by their address or their words."""
    feeds: list[str] = []
    pages: list[str] = []
    calendars: list[str] = []
    for link in found(tree, "a[href]")[:2000]:
        href = attribute(link, "href")
        address = _address(base, re.sub(r"^(?:webcals?|feed)://", "https://", href, flags=re.IGNORECASE))
        if not address:
            continue
        place = urlsplit(address)
        tail = place.path + (f"?{place.query}" if place.query else "")
        if href.lower().startswith("webcal") or _CALENDAR_PATH.search(tail):
            calendars.append(address)
        elif _FEED_PATH.search(tail) and not _COMMENTS.search(tail):
            feeds.append(address)
        elif place.hostname == urlsplit(base).hostname and _FEED_WORDS.search(said(link, 60)):
            pages.append(address)
    return [*feeds, *pages[:2]], calendars


def _base(tree: HtmlElement, url: str) -> str:
    element = tree.find(".//base")
    return (_address(url, attribute(element, "href")) if element is not None else "") or url


def _address(base: str, href: str) -> str:
    try:
        return canonical(urljoin(base, href)) if href else ""
    except ValueError:
        return ""
