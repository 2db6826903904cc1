"""The main part of a page as lines of text, each with its links, its heading level and the box it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from crawler.event_labels import LABEL
from crawler.htmltree import attribute
from crawler.page_frames import is_frame, sort_of_part
from crawler.schema_times import when
from crawler.urls import canonical
from store.values import AMSTERDAM

_SKIPPED = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "nav", "button", "select", "iframe", "textarea", "head",
        "video", "audio", "option", "datalist", "dialog",
    }
)  # fmt: skip
_INLINE = frozenset(
    {
        "a", "abbr", "b", "bdi", "cite", "code", "data", "em", "font", "i", "ins", "label", "mark", "q", "s", "small",
        "span", "strike", "strong", "del", "button", "sub", "sup", "time", "u",
    }
)  # fmt: skip
_STRUCK = frozenset({"s", "del", "strike"})
"""What stands in these no longer holds."""
_STRONG = frozenset({"b", "strong"})
_CELLS = frozenset({"td", "th", "dt", "dd"})
_NAMED = frozenset({"place", "title"})
_PARTS = 6
_INSIDE = 8
"""How deep parts with a name may lie inside one another."""
_PLACE = 150
"""A place has no more letters."""
_APART = frozenset({"span", "time", "label"})
"""Between these elements and what stands beside them there is space, though the page may not write it."""
_PICTURES = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u23f0-\u23f3\ufe0f\\s]+")
_PINS = frozenset("\U0001f4cd\U0001f4cc\U0001f3e0\U0001f3db\U0001f5fa")
_DAY_AND_CLOCK = re.compile(
    r"(?P<day>(?:\w{2}\.?\s)?(?:3[01]|[12]\d|0?[1-9]))(?:[-./](?P<month>1[0-2]"
    r"|0?[1-9])\.?)(?=\s{1,2}(?:om\s)?\d{1,2}[.:]\d\d\b)"
)
"""A day and a month in numbers before a time: "22.01 20.30"."""
MONTH_NAMES = (" jan", " feb", " mrt", " apr", " mei", " jun", " jul", " aug", " sep", " okt", " nov", " dec")
_MARKS = frozenset(",.;:!?)")
_HEADINGS = {**{f"h{level}": level for level in range(1, 7)}, "summary": 5}
_LINES = 3_000
LINE = 1_000
_ROOTS = (
    "//main", "//*[@role='main']", "//*[@id='content' or @id='main' or @id='main-content']", "//article", "//body",
)  # fmt: skip

_DAY_SHOWN = re.compile(r"\d[\s.-]+\w{3}|\d[-/.]\d")
_WHOLE_DATE = re.compile(r"\d{1,2} [a-z]{3,9} 20\d\d|20\d\d-\d\d-\d\d|\d{1,2}-\d{1,2}-20\d\d", re.IGNORECASE)
_TIME_SHOWN = re.compile(r"\d[.:]\d\d|\buur\b")
_CLOCK = re.compile(r"\d[.:]\d\d\b|\d\s?uur\b")
_MAP = re.compile(r",?\s\(?(?:bekijk|toon|open)\s(?:op|de)\s(?:de\s)?\w+\)?$|,?\s\(?(?:route|kaart)\)?$", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """One line of a page. `level` is that of a heading, 0 for none; `links` are texts with absolute addresses."""

    text: str
    level: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    cell: int = 0
    """The number of the table cell, `dt` or `dd` it stands in, 0 for none."""
    block: int = 0
    """Lines of one block are only parted by `br`."""
    strong: str = ""
    """What stands in bold at the beginning of the line."""
    title: str = ""
    """What the page's own names for its parts call a title."""
    place: str = ""
    """What the page's own names for its parts, or a picture of a pin, call a place."""


def text_of_page(tree: HtmlElement, base: str) -> str:
    """The lines of the page's main part."""
    root = root_of(tree)
    return "\n".join(line.text for line in lines_of(root, base)) if root is not None else ""


def root_of(tree: HtmlElement) -> HtmlElement | None:
    """The part of a page that is not its frame, as far as its makers marked it."""
    titles = hits(tree, "//h1")
    for path in _ROOTS:
        found = hits(tree, path)
        # Several articles are a list, and none of them is the page.
        if path == "//body":
            return found[0] if found else None
        if len(found) == 1 and (len(titles) != 1 or titles[0] in found[0].iter("h1") or _in_frame(titles[0])):
            return found[0]
    return None


def _in_frame(element: HtmlElement) -> bool:
    """Whether a title is the name of the whole site, in its frame."""
    frames = element.iterancestors("header", "nav", "footer")
    return next(frames, None) is not None or "site" in attribute(element, "class")


def hits(tree: HtmlElement, path: str) -> list[HtmlElement]:
    """The elements at an XPath of ours."""
    found = tree.xpath(path)
    return [hit for hit in found if isinstance(hit, HtmlElement)] if isinstance(found, list) else []


def text_of(element: HtmlElement) -> str:
    """All text in an element as it stands there, cut at the length of a line."""
    return "".join(part for part in element.itertext() if isinstance(part, str))[:LINE]


class _Writer:
    """Walks over an element and writes down its lines. With `struck` also what is struck out."""

    def __init__(self, base: str, *, struck: bool = False) -> None:
        self.base = base
        self.struck = struck
        self.pinned: int | None = None
        self.named = 0
        self.lines: list[Line] = []
        self.open = Line("")
        self.cell = self.cells = self.block = 0
        self.skipping: HtmlElement | None = None
        self.link: tuple[str, int] | None = None

    def walk(self, root: HtmlElement) -> None:
        for event, node in etree.iterwalk(root, events=("start", "end")):
            if len(self.lines) > _LINES:
                break
            if event == "start":
                self._start(node)
            else:
                self._end(node, last=node is root)
        self._end_line()

    def _end_line(self, level: int = 0) -> None:
        text = " ".join(self.open.text.split())
        if (picture := _PICTURES.match(text)) is not None:
            text = text[picture.end() :]
            self.open.place = self.open.place or (_as_place(text) if picture[0][0] in _PINS else "")
        if (dotted := _DAY_AND_CLOCK.match(text)) is not None:
            text = f"{dotted['day']}{MONTH_NAMES[int(dotted['month']) - 1]}, {text[dotted.end('month') :].lstrip('. ')}"
        if self.pinned is not None:
            self.open.place = self.open.place or _as_place(self.open.text[self.pinned :])
            self.pinned = None
        if self.link is not None and text:
            # A link around blocks: each of its lines leads there.
            self.open.links.append((" ".join(self.open.text[self.link[1] :].split()), self.link[0]))
            self.link = (self.link[0], 0)
        if text or self.open.links:
            self.lines.append(replace(self.open, text=text[:LINE]))
        self.open = Line("", level, cell=self.cell, block=self.block)

    def _start(self, node: HtmlElement) -> None:
        if self.skipping is not None:
            return
        tag = node.tag
        part = sort_of_part(node)
        self._look_for_pin(part)
        if (tag in _SKIPPED and not _is_heading_button(node)) or is_frame(node) or (tag in _STRUCK and not self.struck):
            self.skipping = node
            return
        self.named += part in _NAMED
        if tag == "a" and attribute(node, "href"):
            self.link = (canonical(attribute(node, "href"), self.base), len(self.open.text))
        if tag == "br":
            self._end_line(self.open.level)
        elif tag not in _INLINE:
            self.block += 1
            if tag in _CELLS:
                self.cells += 1
                self.cell = self.cells
            self._end_line(_HEADINGS.get(tag, 0))
        elif self.open.text and not self.open.text.endswith(" ") and _stands_apart(node):
            self.open.text += " "
        told = _told_by_time(node) if tag == "time" else _told_by_abbreviation(node) if tag == "abbr" else ""
        self.open.text += told or node.text or ""
        if told:
            # In the place of what it says to people.
            self.skipping = node
            self.named -= part in _NAMED

    def _end(self, node: HtmlElement, *, last: bool) -> None:
        tail = "" if last else node.tail or ""
        if self.skipping is not None:
            if node is self.skipping:
                self.skipping = None
                self.open.text += tail
            return
        tag = node.tag
        if tag in _STRONG and not self.open.strong:
            said, all_of_it = " ".join(text_of(node).split()), " ".join(self.open.text.split())
            self.open.strong = said if said and said == all_of_it else ""
        self._end_part(node, sort_of_part(node))
        if tag == "a" and self.link is not None:
            url, start = self.link
            said = " ".join(self.open.text[start:].split())
            if url and said:
                self.open.links.append((said, url))
            self.link = None
        if tag not in _INLINE and tag != "br":
            self.block += 1
            self.cell = 0 if tag in _CELLS else self.cell
            self._end_line()
        elif LABEL.fullmatch(self.open.text.strip()):
            # "<b>Locatie</b> Buurthuis" is a label as well.
            self.open.text = self.open.text.strip().rstrip(":") + ": "
        elif _stands_apart(node) and tail[:1] not in _MARKS:
            self.open.text += " "
        self.open.text += tail

    def _end_part(self, node: HtmlElement, part: str) -> None:
        if part not in _NAMED:
            return
        self.named -= 1
        if self.named >= _INSIDE:
            return
        if part == "place" and (place := _as_place(spaced_text(node))):
            self._place(place)
        if part == "title" and (title := " ".join(text_of(node).split())):
            line = self.open if self.open.text.strip() else self.lines[-1] if self.lines else self.open
            line.title = line.title or title

    def _place(self, place: str) -> None:
        """The part that ends here is a place. Its own parts may have been called so as well: the whole counts."""
        inner = [line for line in self.lines[-_PARTS:] if line.place and line.place in place]
        for line in inner:
            line.place = place
        if not inner and not self.open.text.strip() and self.lines:
            self.lines[-1].place = self.lines[-1].place or place
        elif not inner:
            self.open.place = self.open.place or place

    def _look_for_pin(self, part: str) -> None:
        if part == "pin":
            self.pinned = len(self.open.text)
        elif part == "icon":
            self._unpin()

    def _unpin(self) -> None:
        if self.pinned is not None:
            self.open.place = self.open.place or _as_place(self.open.text[self.pinned :])
            self.pinned = None


def _stands_apart(node: HtmlElement) -> bool:
    return node.tag in _APART or (node.tag in {"b", "em", "i", "strong"} and bool(attribute(node, "class")))


def _is_heading_button(node: HtmlElement) -> bool:
    """Whether this is the button of a heading that folds and unfolds what is below it."""
    parent = node.getparent()
    return node.tag == "button" and parent is not None and parent.tag in _HEADINGS


def spaced_text(element: HtmlElement) -> str:
    """The text of an element with a comma between its blocks."""
    parts = (" ".join(part.split()) for part in islice(element.itertext(), 60) if isinstance(part, str))
    return ", ".join(part.strip(" ,") for part in parts if part.strip(" ,"))[:LINE]


def _as_place(text: str) -> str:
    text = " ".join(text.split())
    named = LABEL.match(text)
    text = text[named.end() :] if named else text
    text = re.split(r"\s[|•·]\s", text)[0].strip(" ,.:|•·")
    text = _MAP.sub("", text)
    return text if re.search(r"[^\W\d_]{2}", text) and len(text) <= _PLACE and not _CLOCK.search(text) else ""


def _told_by_time(node: HtmlElement) -> str:
    """What a `time` element says to machines, where its text says less to people: no day, or no time."""
    told = attribute(node, "datetime")
    shown = text_of(node)
    found = when(told, datetime(2000, 1, 1, tzinfo=AMSTERDAM)) if told else None
    if found is None:
        return ""
    timed = isinstance(found, datetime) and found.astimezone(AMSTERDAM).time() != time(0)
    if _DAY_SHOWN.search(shown) and (not timed or _TIME_SHOWN.search(shown)):
        return ""
    return f"{found.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}" if isinstance(found, datetime) else f"{found:%Y-%m-%d}"


def _told_by_abbreviation(node: HtmlElement) -> str:
    """The whole date that stands behind a shortened one: `<abbr title="3 december 2026">3/12</abbr>`."""
    title = attribute(node, "title")[:_PLACE]
    found = _WHOLE_DATE.search(title)
    return found[0] if found and re.search(r"\d", text_of(node)) else ""


def lines_of(root: HtmlElement, base: str, *, struck: bool = False) -> Iterator[Line]:
    """The lines of an element; with `struck` also those that are struck out."""
    writer = _Writer(base, struck=struck)
    writer.walk(root)
    yield from writer.lines
