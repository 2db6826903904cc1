"""The main part of a page as lines of text, each with its links, its heading level and the box it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from lxml import etree
from lxml.html import HtmlElement

from crawler.event_labels import LABEL
from crawler.htmltree import attribute
from crawler.schema_times import when
from crawler.urls import canonical
from store.values import AMSTERDAM

_SKIPPED = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "nav", "footer", "form", "button", "select", "iframe",
        "textarea", "head", "video", "audio",
    }
)  # fmt: skip
_INLINE = frozenset(
    {
        "a", "abbr", "b", "bdi", "cite", "code", "data", "em", "font", "i", "ins", "label", "mark", "q", "s", "small",
        "span", "strong", "sub", "sup", "time", "u",
    }
)  # fmt: skip
CELLS = frozenset({"td", "th"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LINES = 3_000
LINE = 1_000
_ROOTS = (
    "//main", "//*[@role='main']", "//*[@id='content' or @id='main' or @id='main-content']", "//article", "//body",
)  # fmt: skip

_TITLE_END = re.compile(r"\s[|–—-]\s|\s::\s")


@dataclass(slots=True)
class Line:
    """One line of a page. `level` is that of a heading, 0 for none; `links` are texts with absolute addresses."""

    text: str
    level: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    kind: str = ""
    box: int = 0
    """The number of the table cell or `dd` it stands in, 0 for none."""


def text_of_page(tree: HtmlElement, base: str) -> str:
    """The lines of the page's main part."""
    root = root_of(tree)
    return "\n".join(line.text for line in lines_of(root, base)) if root is not None else ""


def root_of(tree: HtmlElement) -> HtmlElement | None:
    for path in _ROOTS:
        found = hits(tree, path)
        # Several articles are a list, and none of them is the page.
        if len(found) == 1 or (found and path == "//body"):
            return found[0]
    return None


def hits(tree: HtmlElement, path: str) -> list[HtmlElement]:
    found = tree.xpath(path)
    return [hit for hit in found if isinstance(hit, HtmlElement)] if isinstance(found, list) else []


def text_of(element: HtmlElement) -> str:
    return "".join(part for part in element.itertext() if isinstance(part, str))[:LINE]


class _Writer:
    """Walks over an element and writes down its lines."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.lines: list[Line] = []
        self.open = Line("")
        self.box = self.boxes = 0

    skipping: HtmlElement | None = None
    link: tuple[str, int] | None = None

    def end_line(self, level: int = 0, kind: str = "") -> None:
        text = " ".join(self.open.text.split())
        if self.link is not None and text:
            # A link around blocks: each of its lines leads there.
            self.open.links.append((" ".join(self.open.text[self.link[1] :].split()), self.link[0]))
            self.link = (self.link[0], 0)
        if text or self.open.links:
            self.lines.append(replace(self.open, text=text[:LINE]))
        self.open = Line("", level, kind=kind, box=self.box)

    def walk(self, root: HtmlElement) -> None:
        for event, node in etree.iterwalk(root, events=("start", "end")):
            if len(self.lines) > _LINES:
                break
            if event == "start":
                self._start(node)
            else:
                self._end(node, last=node is root)
        self.end_line()

    def _start(self, node: HtmlElement) -> None:
        if self.skipping is not None:
            return
        tag = node.tag
        if tag in _SKIPPED:
            self.skipping = node
            return
        if tag == "a" and attribute(node, "href"):
            self.link = (canonical(attribute(node, "href"), self.base), len(self.open.text))
        if tag not in _INLINE:
            if tag in CELLS or tag in {"dt", "dd"}:
                self.boxes += 1
                self.box = self.boxes
            kind = {"th": "label", "dt": "label"}.get(tag, self.open.kind if tag not in CELLS | {"dd", "tr"} else "")
            level = _HEADINGS.get(tag, self.open.level if tag == "br" else 0)
            self.end_line(level, kind if tag not in {"td", "dd"} else "value")
        elif self.open.text and not self.open.text.endswith(" ") and tag in {"span", "time", "label"}:
            self.open.text += " "
        self.open.text += (_told_by_time(node) if tag == "time" else "") or node.text or ""

    def _end(self, node: HtmlElement, *, last: bool) -> None:
        if self.skipping is not None:
            if node is self.skipping:
                self.skipping = None
                self.open.text += (node.tail or "") if not last else ""
            return
        tag = node.tag
        if tag == "a" and self.link is not None:
            url, start = self.link
            said = " ".join(self.open.text[start:].split())
            if url and said:
                self.open.links.append((said, url))
            self.link = None
        if tag not in _INLINE and tag != "br":
            if tag in CELLS or tag in {"dt", "dd"}:
                self.box = 0
            self.end_line()
        elif LABEL.fullmatch(self.open.text.strip()):
            self.open.text = self.open.text.strip().rstrip(":") + ": "
        elif tag in {"span", "time", "label"}:
            self.open.text += " "
        self.open.text += (node.tail or "") if not last else ""


def _told_by_time(node: HtmlElement) -> str:
    """What a `time` element says to machines, where its text says no date to people."""
    told = attribute(node, "datetime")
    shown = text_of(node)
    if not told or re.search(r"\d[\s.-]+\w{3}|\d[-/.]\d", shown):
        return ""
    found = when(told, datetime(2000, 1, 1, tzinfo=AMSTERDAM))
    if found is None:
        return ""
    node.text = ""
    for child in list(node):
        node.remove(child)
    return f"{found.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}" if isinstance(found, datetime) else f"{found:%Y-%m-%d}"


def lines_of(root: HtmlElement, base: str) -> Iterator[Line]:
    writer = _Writer(base)
    writer.walk(root)
    yield from writer.lines


def heading_of(lines: list[Line]) -> str:
    first = next((line for line in lines if line.level == 1), None)
    first = first or next((line for line in lines if line.level), None)
    return first.text if first is not None else ""


def title_of(tree: HtmlElement) -> str:
    for path in ("//h1", "//meta[@property='og:title']", "//title"):
        for hit in hits(tree, path)[:1]:
            text = attribute(hit, "content") or " ".join(text_of(hit).split())
            if text:
                return _TITLE_END.split(text)[0].strip() if path == "//title" else text
    return ""
