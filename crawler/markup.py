"""From a stranger's markup to the text in it: blocks become lines, scripts vanish, entities are decoded once."""

from __future__ import annotations

import html
import re
from collections import Counter

import nh3

from crawler.limits import NESTING

BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table",
        "td", "th", "tr", "ul",
    }
)  # fmt: skip
SILENT = frozenset(
    {
        "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "title", "head",
        "textarea", "select", "button", "video", "audio", "canvas",
    }
)  # fmt: skip
"""Elements whose content is not text for people."""
_CLOSED_BY_THEMSELVES = frozenset(
    {"br", "hr", "img", "input", "wbr", "p", "li", "dd", "dt", "td", "th", "tr", "option"}
)
_CLEANER = nh3.Cleaner(
    tags=set(BLOCKS), clean_content_tags=set(SILENT), attributes={}, link_rel=None, strip_comments=True
)
"""What comes out is well formed and has no attributes, so that a plain pattern finds every tag left."""
_CLEAN_TAG = re.compile(r"<[^>]*>")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>?")
"""Also the begin of a tag with a `<` in an attribute; that it ends too early is no harm where it is used."""


def text_in(markup: str) -> str:
    """The text of HTML, not tidied. Linear in the length of the markup."""
    if too_deep(markup):
        markup = _TAG.sub(_flat, markup)
    return html.unescape(_CLEAN_TAG.sub("\n", _cleaned(markup)))


def too_deep(markup: str) -> bool:
    """More elements inside each other than any page has. Of a list in a list in a list the parser looks through all
    that are open at every tag, which costs the square of their number.
    """
    if markup.count("<") <= NESTING:
        return False
    depth = 0
    opened: Counter[str] = Counter()
    for closing, name in _TAG.findall(markup.lower()):
        if name in _CLOSED_BY_THEMSELVES:
            continue
        if not closing:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > NESTING:
            return True
    return False


def _flat(tag: re.Match[str]) -> str:
    """Where an element begins or ends a line ends; only what must not be read stays an element."""
    return tag[0] if tag[2].lower() in SILENT else "<br>"


def _cleaned(markup: str) -> str:
    try:
        return _CLEANER.clean(markup)
    except UnicodeEncodeError:
        # JSON can spell one half of a surrogate pair, which is no letter of anything.
        return _CLEANER.clean(markup.encode("utf-8", "ignore").decode())
