"""HTML from outside as a tree: decoded once, bounded in size and number of tags, and never fetching anything.

The bounds are far above what honest pages need. Behind them every walk over a page is short, whatever its maker wanted.
"""

from __future__ import annotations

import re

from lxml import etree, html
from lxml.html import HtmlElement

from crawler.documents import decoded
from crawler.values import FetchedDocument

CHARACTERS = 3 * 1024 * 1024
TAGS = 60_000
"""The longest front pages of Dutch newspapers have some ten thousand."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|main|article|section|div|nav|header|p|ul|h1|h2|table|title|meta)\b",
    re.IGNORECASE,
)
_XML = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>)?\s*(?:<!--.{0,500}?-->\s*)*<(?!!doctype\s+html|html)", re.IGNORECASE)
_XML_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|urlset|sitemapindex|opml|svg)[\s>]", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "iframe"})


def html_text(document: FetchedDocument) -> str:
    """The page as text, not longer and with not more tags than we read. The header counts before the page itself."""
    named = document.content_type
    if "charset" not in named.lower() and (found := _META_CHARSET.search(document.body[:4096])):
        named = f"text/html; charset={found[1].decode('ascii')}"
    text, _ = decoded(document.body, named)
    text = text[:CHARACTERS].replace("\x00", "")
    parts = text.split("<", TAGS + 1)
    return text if len(parts) <= TAGS + 1 else "<".join(parts[: TAGS + 1])


def looks_like_html(text: str) -> bool:
    """Whether this is a page for people, and not a feed, JSON, a calendar or a picture."""
    start = text[:20_000].lstrip("\ufeff \t\r\n")
    if not start.startswith("<") or _XML_ROOT.match(start.partition("?>")[2].lstrip() or start):
        return False
    return _HTML.search(start) is not None


def tree_of(text: str) -> HtmlElement | None:
    """The page as a tree, or None when there is nothing in it."""
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False, recover=True
    )
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def page_tree(document: FetchedDocument) -> HtmlElement | None:
    """The tree of a document that is a page for people; None when it is something else."""
    text = html_text(document)
    return tree_of(text) if looks_like_html(text) else None


def said(element: HtmlElement, limit: int = 10_000) -> str:
    """The text in an element on one line, without scripts, at most `limit` characters."""
    parts: list[str] = []
    length = 0
    skip: HtmlElement | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if skip is not None:
            if event == "end" and node is skip:
                skip = None
            else:
                continue
        if event == "start":
            if node.tag in _SKIPPED:
                skip = node
                continue
            piece = node.text
        else:
            piece = node.tail if node is not element else None
        # Blocks without a space between them are words of their own.
        parts.append(piece or " ")
        length += len(piece or "")
        if length > limit:
            break
    return _SPACES.sub(" ", "".join(parts)).strip()[:limit].rstrip()


def attribute(element: HtmlElement, name: str) -> str:
    """An attribute as text, "" when it is not there."""
    found = element.get(name)
    return found.strip() if isinstance(found, str) else ""
