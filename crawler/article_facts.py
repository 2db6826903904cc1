"""What a page says about the article on it: canonical address, title, date, author, section, and whether it is free.

In the order in which it can be trusted: JSON-LD (schema.org), Open Graph and meta elements, then what people see.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.dates import moment, plausible
from crawler.htmltree import attribute, said
from crawler.shown_dates import shown
from crawler.urls import canonical

_ARTICLES = frozenset(
    {
        "NewsArticle", "Article", "ReportageNewsArticle", "BackgroundNewsArticle", "AnalysisNewsArticle", "BlogPosting",
        "LiveBlogPosting", "OpinionNewsArticle", "Report", "TechArticle", "SocialMediaPosting", "SpecialAnnouncement",
    }
)  # fmt: skip
_JSON_BYTES = 400_000
_JSON_NODES = 5_000
_TEXT_LIMIT = 300
_NAME_LIMIT = 100
_AUTHORS = 3
_SHORT_LABEL = 3
"""Below this a second label such as the "co" of co.uk is nobody's own name."""
_SOON = timedelta(minutes=5)
_DATE_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "dcterms.issued", "dcterms.date",
    "dcterms.created", "dcterms.available", "dc.date.issued", "dc.date", "dc.date.created", "publishdate",
    "publish-date", "pubdate", "publicationdate", "publication_date", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "date", "overheid.available", "article:modified_time", "dcterms.modified",
)  # fmt: skip
_AUTHOR_NAMES = ("author", "article:author", "dcterms.creator", "dc.creator", "byl", "parsely-author")
_SECTION_NAMES = ("article:section", "og:article:section", "section", "parsely-section", "dcterms.type", "category")
_SHOWN_DATES = (
    "//*[@itemprop='datePublished']",
    "//article//time[@datetime or @pubdate]",
    "//main//time",
    "//time",
    (
        "//*[self::span or self::p or self::div or self::li or self::small]"
        "[contains(@class,'date') or contains(@class,'datum') or contains(@class,'publi')"
        " or contains(@class,'geplaatst') or contains(@class,'meta') or contains(@class,'time')"
        " or contains(@class,'tijd')]"
    ),
)
_PUBLISHED = re.compile(
    r"\b(?:gepubliceerd|geplaatst|publicatiedatum|datum(?:\s(?:publicatie|bericht|uitspraak|nieuwsfeit))?"
    r"|nieuwsbericht|persbericht|bericht)\b"
    r"[^\d]{0,40}(.{6,60})",
    re.IGNORECASE,
)
_FALSE = re.compile(r"(?:https?://schema\.org/)?false", re.IGNORECASE)
_LEAD_CHARACTERS = 6000
_UNDER_HEADING = 60


@dataclass(frozen=True, slots=True)
class Facts:
    """`free` is False when the page itself says that its text is for subscribers."""

    url: str
    title: str
    published_at: datetime | None
    author: str
    section: str
    free: bool


def facts_of(tree: HtmlElement, url: str, fetched_at: datetime) -> Facts:
    """Everything the page says about itself. Dates are never after `fetched_at`."""
    told = next(_articles(tree), {})
    meta = _meta(tree)
    return Facts(
        url=_address(tree, told, meta, url),
        title=_title(tree, told, meta),
        published_at=_published(tree, told, meta, fetched_at),
        author=_author(tree, told, meta),
        section=_words(_first(told.get("articleSection"))) or _named(meta, _SECTION_NAMES)[:_NAME_LIMIT],
        free=_is_free(told, meta),
    )


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one registered name: www.omroep.nl and nieuws.omroep.nl do.

    Without the public suffix list: the last two labels, and three where the second is as short as in co.uk.
    """
    names = [(urlsplit(url).hostname or "").lower().rstrip(".") for url in (one, other)]
    if names[0] == names[1]:
        return bool(names[0])
    if any(":" in name or name.replace(".", "").isdigit() for name in names):
        return False
    registered = [_registered(name) for name in names]
    return registered[0] == registered[1] and "." in registered[0]


def _registered(name: str) -> str:
    labels = name.split(".")
    own = 3 if len(labels) > 2 and len(labels[-2]) <= _SHORT_LABEL else 2  # noqa: PLR2004 - labels of a name
    return ".".join(labels[-own:])


def _articles(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The article objects of the page's JSON-LD, the first one first."""
    for script in _hits(tree, "//script[contains(@type,'ld+json')]"):
        text = (script.text or "")[:_JSON_BYTES].strip()
        text = re.sub(r"^(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)$", "", text).strip()
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(value):
            kinds = node.get("@type")
            if set(kinds if isinstance(kinds, list) else [kinds]) & _ARTICLES if _hashable(kinds) else False:
                yield node


def _hashable(kinds: object) -> bool:
    return isinstance(kinds, str) or (isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds))


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON value, outermost first."""
    waiting: list[object] = [value]
    for _ in range(_JSON_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, dict):
            yield node
            waiting += [part for part in node.values() if isinstance(part, dict | list)]
        elif isinstance(node, list):
            waiting += [part for part in node[:_JSON_NODES] if isinstance(part, dict | list)]


def _meta(tree: HtmlElement) -> dict[str, str]:
    """The meta elements by their name, property or itemprop in small letters; the first of each counts."""
    found: dict[str, str] = {}
    for element in _hits(tree, "//meta[@content]"):
        for name in ("property", "name", "itemprop"):
            if (key := attribute(element, name).lower()) and (value := attribute(element, "content")):
                found.setdefault(key, value[:2000])
    return found


def _address(tree: HtmlElement, told: dict[str, Any], meta: dict[str, str], url: str) -> str:
    """The canonical address. Somebody else's, or the front page's, is a mistake of the page and not believed."""
    links = [attribute(link, "href") for link in _hits(tree, "//link[translate(@rel,'CANOIL','canoil')='canonical']")]
    main = told.get("mainEntityOfPage")
    of_page = main.get("@id") if isinstance(main, dict) else main
    for given in (*links[:1], meta.get("og:url", ""), _words(told.get("url")), _words(of_page)):
        try:
            address = canonical(urljoin(url, given)) if given else ""
        except ValueError:
            continue
        if address and same_site(address, url) and (urlsplit(address).path != "/" or urlsplit(url).path in {"", "/"}):
            return address
    return canonical(url)


def _title(tree: HtmlElement, told: dict[str, Any], meta: dict[str, str]) -> str:
    headings = [text for heading in _hits(tree, "//h1") if (text := said(heading, _TEXT_LIMIT))]
    title = _words(told.get("headline")) or meta.get("og:title", "") or next(iter(headings), "")
    if not title:
        element = tree.find(".//title")
        title = said(element, _TEXT_LIMIT) if element is not None else ""
    # In JSON nobody should write HTML, and many do.
    title = html.unescape(title)
    site = meta.get("og:site_name", "").strip()
    if site and len(title) > len(site):
        title = re.sub(rf"\s*[|–—·-]\s*{re.escape(site)}\s*$", "", title, flags=re.IGNORECASE)
    return " ".join(title.split())


def _published(tree: HtmlElement, told: dict[str, Any], meta: dict[str, str], fetched_at: datetime) -> datetime | None:
    """The first believable date. One in the future is a script's mistake: only when there is no other, it is now."""
    ahead: datetime | None = None
    for found in _dates(tree, told, meta, fetched_at):
        when = plausible(found, fetched_at)
        if found is not None and when is not None:
            if found <= fetched_at + _SOON:
                return when
            ahead = when
    return ahead


def _dates(
    tree: HtmlElement, told: dict[str, Any], meta: dict[str, str], fetched_at: datetime
) -> Iterator[datetime | None]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        yield moment(_words(told.get(key)))
    for name in _DATE_NAMES[:-2]:
        yield _read(meta.get(name, ""), fetched_at)
    for path in _SHOWN_DATES:
        for element in _hits(tree, path)[:5]:
            marked = attribute(element, "datetime") or attribute(element, "content")
            yield _read(marked, fetched_at) or shown(said(element, 200), fetched_at)
    lead = _lead(tree)
    if (found := _PUBLISHED.search(lead)) is not None:
        yield shown(found[1], fetched_at)
    for heading in _hits(tree, "(//h1)[1]"):
        # The line right under the heading; further on a date is part of the story.
        yield shown(lead.partition(said(heading, _TEXT_LIMIT))[2][:_UNDER_HEADING], fetched_at)
    yield moment(_words(told.get("dateModified")))
    for name in _DATE_NAMES[-2:]:
        yield _read(meta.get(name, ""), fetched_at)


def _read(text: str, now: datetime) -> datetime | None:
    return moment(text) or shown(text, now) if text else None


def _lead(tree: HtmlElement) -> str:
    main = next(iter(_hits(tree, "(//main|//article|//*[@role='main']|//*[@id='content']|//body)[1]")), None)
    return said(main, _LEAD_CHARACTERS) if main is not None else ""


def _author(tree: HtmlElement, told: dict[str, Any], meta: dict[str, str]) -> str:
    authors = told.get("author")
    names = [
        _words(author.get("name") if isinstance(author, dict) else author)
        for author in (authors if isinstance(authors, list) else [authors])[:_AUTHORS]
    ]
    found = ", ".join(dict.fromkeys(name for name in names if name and not _is_address(name)))
    if found:
        return found[:_NAME_LIMIT]
    if (named := _named(meta, _AUTHOR_NAMES)) and not _is_address(named):
        return named[:_NAME_LIMIT]
    marked = _hits(tree, "(//*[@itemprop='author']|//a[@rel='author']|//*[contains(@class,'byline')])[1]")
    text = said(marked[0], _NAME_LIMIT) if marked else ""
    return re.sub(r"^(?:door|auteur|tekst)\s*:?\s+", "", text, flags=re.IGNORECASE)


def _is_free(told: dict[str, Any], meta: dict[str, str]) -> bool:
    says = told.get("isAccessibleForFree")
    if says is False or (isinstance(says, str) and _FALSE.fullmatch(says.strip())):
        return False
    return meta.get("article:content_tier", "free").lower() not in {"locked", "metered", "premium"}


def _is_address(name: str) -> bool:
    return name.startswith(("http://", "https://", "@", "/")) or "@" in name


def _named(meta: dict[str, str], names: tuple[str, ...]) -> str:
    return next((" ".join(meta[name].split()) for name in names if meta.get(name)), "")


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _words(value: object) -> str:
    """A string of the page's JSON on one line; everything else says nothing."""
    if not isinstance(value, str):
        return ""
    return " ".join(value.encode("utf-8", "replace").decode()[:2000].split())


@cache
def _path(path: str) -> etree.XPath:
    return etree.XPath(path)


def _hits(tree: HtmlElement, path: str) -> list[HtmlElement]:
    found = _path(path)(tree)
    return [hit for hit in found if isinstance(hit, HtmlElement)] if isinstance(found, list) else []
