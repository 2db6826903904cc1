"""Sources that are a page with a list of news: read by the source's own CSS rules.

How a rule meets a page without any danger stands in `crawler/css_rules.py`.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement
from pydantic import BaseModel, ConfigDict

from crawler import sentences
from crawler.css_rules import Rule, first, found
from crawler.htmltree import attribute, page_tree, said
from crawler.kinds import BadOptionsError
from crawler.limits import ENTRIES
from crawler.marks import reserved_in_html
from crawler.shown_dates import shown
from crawler.values import DocumentRead, FetchedDocument, FetchedEntry, RawText
from store.values import Cause

name = "page"

_TEXT_LENGTH = 2000
_TITLE_LENGTH = 600
_PARAGRAPH_FROM = 40
"""What is shorter is a label, such as a place or "lees meer"."""
_HEADINGS = etree.XPath("(.//h1|.//h2|.//h3|.//h4|.//h5|.//h6)[1]")
_PARAGRAPHS = etree.XPath(".//p")
_ASKS_PASSWORD = etree.XPath("boolean(//input[@type='password'])")


class Options(BaseModel):
    """CSS rules. `item` points at each item of the list; the others are looked up inside it.

    Without `link` it is the first link, without `title` the heading or else the text of the link, without `date`
    the first `time`, and without `summary` its longer paragraphs. `next` is kept for lists of more than one page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: Rule = ""
    link: Rule = "a[href]"
    title: Rule = ""
    date: Rule = "time"
    summary: Rule = ""
    next: Rule = ""


def parse(document: FetchedDocument, options: Options) -> DocumentRead:
    """Read the list, from top to bottom. An item without a link that can be opened is left out."""
    if not options.item:
        raise BadOptionsError('A list page needs the option "item": the CSS rule of one item in the list.')
    tree = page_tree(document)
    if tree is None:
        return DocumentRead(recognised=False)
    base = base_of(tree, document.url)
    items = _outermost(found(tree, options.item))
    entries: dict[str, FetchedEntry] = {}
    cut = 0
    for place, item in enumerate(items):
        if len(entries) == ENTRIES:
            cut = len(items) - place
            break
        entry = _entry(item, options, base, document)
        if entry is not None:
            entries.setdefault(entry.link, entry)
    if not entries:
        login = bool(_ASKS_PASSWORD(tree))
        return DocumentRead(
            broken=True,
            problem=sentences.LOGIN_PAGE if login else sentences.RULE_FINDS_NOTHING,
            cause=Cause.LOGIN if login else Cause.DRIFT,
        )
    return DocumentRead(
        entries=tuple(entries.values()),
        cut=cut,
        title=said(tree.find(".//title"), _TITLE_LENGTH) if tree.find(".//title") is not None else "",
        home=document.url,
        reserved=reserved_in_html(document.body),
    )


def _outermost(items: list[HtmlElement]) -> list[HtmlElement]:
    """Without the items that stand inside another one."""
    seen: set[HtmlElement] = set()
    kept = []
    for item in items:
        if not any(above in seen for above in item.iterancestors()):
            kept.append(item)
        seen.add(item)
    return kept


def base_of(tree: HtmlElement, url: str) -> str:
    """What relative addresses on a page are relative to."""
    base = tree.find(".//base")
    return _joined(url, attribute(base, "href")) or url if base is not None else url


def _entry(item: HtmlElement, options: Options, base: str, document: FetchedDocument) -> FetchedEntry | None:
    link = first(item, options.link)
    if link is None and item.tag == "a":
        link = item
    href = attribute(link, "href") if link is not None else ""
    address = _joined(base, href)
    if link is None or not address or address == document.url:
        return None
    date = first(item, options.date)
    when = None
    if date is not None:
        marked = attribute(date, "datetime") or attribute(date, "content")
        when = shown(marked, document.fetched_at) or shown(said(date, 200), document.fetched_at)
    title = _title(item, link, options)
    return FetchedEntry(
        link=address,
        title=RawText(title),
        summary=RawText(_summary(item, title, options)),
        published_at=when,
    )


def _title(item: HtmlElement, link: HtmlElement, options: Options) -> str:
    if options.title:
        named = first(item, options.title)
        return said(named, _TITLE_LENGTH) if named is not None else ""
    headings = _HEADINGS(item)
    heading = headings[0] if isinstance(headings, list) and headings else None
    if isinstance(heading, HtmlElement) and (text := said(heading, _TITLE_LENGTH)):
        return text
    return said(link, _TITLE_LENGTH) or attribute(link, "aria-label") or attribute(link, "title")


def _summary(item: HtmlElement, title: str, options: Options) -> str:
    """Only whole sentences: a label such as "3 uur geleden" would make the item a changed one at every visit."""
    if options.summary:
        return " ".join(said(part, _TEXT_LENGTH) for part in found(item, options.summary))[:_TEXT_LENGTH]
    hits = _PARAGRAPHS(item)
    texts = [said(part, _TEXT_LENGTH) for part in (hits if isinstance(hits, list) else []) if _is_element(part)]
    return " ".join(text for text in texts if len(text) >= _PARAGRAPH_FROM and text != title)[:_TEXT_LENGTH]


def _is_element(part: object) -> bool:
    return isinstance(part, HtmlElement)


def _joined(base: str, href: str) -> str:
    """The address of a link that leads to a page, or ""."""
    if not href or href.startswith("#"):
        return ""
    try:
        address = urljoin(base, href)
        return address if urlsplit(address).scheme in {"http", "https"} else ""
    except ValueError:
        return ""
