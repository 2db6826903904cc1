"""What a page says about things in schema.org's words: JSON-LD and microdata, read tolerantly into one form.

People write JSON-LD by hand and plugins write it badly, so comments, commas too many, line breaks in texts and JSON in
HTML entities are all read. Pages are hostile: sizes, depth and the number of things are bounded.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement

from crawler.htmltree import attribute, said

CHARACTERS = 1_000_000
"""Of all scripts on a page together. The season of a theatre in one script is half of that."""
THINGS = 10_000
DEPTH = 30
_VALUES = 100
"""Steps and values that one property may have."""
_SLOPPY_CHARACTERS = 100_000
"""Only JSON up to this length is mended."""
_SCRIPTS_IN_ONE = 50
_STEPS = 100_000
_TEXT = 10_000

_HREF = frozenset({"a", "area", "link"})
_SRC = frozenset({"audio", "embed", "iframe", "img", "source", "track", "video"})
_SCRIPTS = etree.XPath("//script[@type]")
_IDS = etree.XPath("//*[@id]")
_ITEMS = etree.XPath("//*[@itemscope]")
_WRAPPED = re.compile(r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)+|(?:-->|(?://|/\*)?\s*\]\]>(?:\s*\*/)?)\s*$")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|//[^\n]*|/\*|[,}\]]')
_SPACE = re.compile(r"[\s;,\ufeff]*")


@dataclass(slots=True)
class Thing:
    """Something of one or more types, with all values of every property. `kinds` are names in small letters."""

    kinds: tuple[str, ...] = ()
    id: str = ""
    said: dict[str, list[Value]] = field(default_factory=dict)

    def all(self, *names: str) -> list[Value]:
        """The values of the first of these properties that has any."""
        return next((self.said[name] for name in names if self.said.get(name)), [])

    def text(self, *names: str) -> str:
        """The first text among the values, or ""; of a thing its name counts."""
        for value in self.all(*names):
            found = value if isinstance(value, str) else value.text("name")
            if found.strip():
                return found
        return ""

    def things(self, *names: str) -> list[Thing]:
        return [value for value in self.all(*names) if isinstance(value, Thing)]


Value = str | Thing


def things_in(tree: HtmlElement, base: str) -> list[Thing]:
    """Everything that stands on its own, JSON-LD first. `base` is what relative addresses are relative to."""
    return [*_json_things(tree), *_Microdata(tree, base).things()]


# JSON-LD


def _json_things(tree: HtmlElement) -> list[Thing]:
    reader = _Reader()
    found: list[Thing] = []
    left = CHARACTERS
    for script in _elements(_SCRIPTS, tree):
        text = script.text or ""
        if "ld+json" not in attribute(script, "type").lower() or len(text) > left:
            continue
        left -= len(text)
        for value in values_of(text):
            found += reader.top(value)
    for thing in reader.every:
        reader.join(thing)
    return found


def values_of(text: str) -> list[object]:
    """The JSON values in a script, as far as they can be read; none when it is hopeless."""
    text = _WRAPPED.sub("", text.strip().lstrip("\ufeff")).strip()
    attempts = [text]
    if "&quot;" in text and '"' not in text:
        attempts.append(html.unescape(text))
    for attempt in attempts:
        found, whole = _decoded(attempt)
        if whole:
            return found
        if len(attempt) <= _SLOPPY_CHARACTERS:
            mended, whole = _decoded(_mended(attempt))
            if whole or len(mended) > len(found):
                return mended
        if found:
            return found
    return []


def _decoded(text: str) -> tuple[list[object], bool]:
    """The values that stand one after the other in a text, and whether that is all there is."""
    decoder = json.JSONDecoder(strict=False)
    found: list[object] = []
    place = 0
    try:
        while len(found) < _SCRIPTS_IN_ONE:
            gap = _SPACE.match(text, place)
            place = gap.end() if gap else place
            if place >= len(text):
                return found, bool(found)
            value, place = decoder.raw_decode(text, place)
            found.append(value)
    except (ValueError, RecursionError):
        return found, False
    return found, False


def _mended(text: str) -> str:
    """JSON without comments and without commas before a closing bracket. Texts in it stay as they are."""
    pieces: list[str] = []
    comma, place = "", 0
    while (token := _TOKEN.search(text, place)) is not None:
        between, mark = text[place : token.start()], token[0]
        place = token.end()
        if between.strip():
            comma, between = "", comma + between
        pieces.append(between)
        if mark == "/*":
            stop = text.find("*/", place)
            place = len(text) if stop < 0 else stop + 2
        elif mark == ",":
            # It waits for what follows: before a closing bracket it is one too many.
            pieces.append(comma)
            comma = ","
        elif not mark.startswith("//"):
            pieces.append(mark if mark in "}]" else comma + mark)
            comma = ""
    return "".join(pieces) + comma + text[place:]


class _Reader:
    """Turns JSON into things, and puts what is only named by its `@id` in its place."""

    def __init__(self) -> None:
        self.every: list[Thing] = []
        self._known: dict[str, Thing] = {}

    def top(self, value: object, depth: int = 0) -> list[Thing]:
        """The things of a script: one, a list, or a graph."""
        if isinstance(value, list):
            return [thing for each in value[:THINGS] for thing in self.top(each, depth + 1)] if depth < DEPTH else []
        if not isinstance(value, dict):
            return []
        graph = value.get("@graph")
        own = [] if graph is not None and "@type" not in value else [self._thing(value, depth)]
        return [*(thing for thing in own if thing is not None), *self.top(graph, depth + 1)]

    def join(self, thing: Thing) -> None:
        """Replace each reference in a thing by what it refers to."""
        for values in thing.said.values():
            for place, value in enumerate(values):
                if isinstance(value, Thing) and value.id and not value.said and not value.kinds:
                    values[place] = self._known.get(value.id, value)

    def _thing(self, value: dict[str, object], depth: int) -> Thing | None:
        if depth > DEPTH or len(self.every) >= THINGS:
            return None
        named = value.get("@id")
        thing = Thing(id=named.strip() if isinstance(named, str) else "")
        self.every.append(thing)
        thing.kinds = tuple(_local(kind) for kind in _listed(value.get("@type")) if isinstance(kind, str))
        for name, told in value.items():
            if name.startswith("@"):
                continue
            values = [each for item in _listed(told)[:_VALUES] for each in self._values(item, depth + 1)]
            thing.said.setdefault(_property(name), []).extend(_in_dutch(values, told))
        if thing.id and (thing.said or thing.kinds):
            self._known.setdefault(thing.id, thing)
        return thing

    def _values(self, value: object, depth: int) -> list[Value]:
        if isinstance(value, dict):
            wrapped = next((value[name] for name in ("@value", "@list", "@set") if name in value), value)
            if wrapped is value:
                thing = self._thing(value, depth)
                return [] if thing is None else [thing]
            value = wrapped
        if isinstance(value, list | dict):
            inner = _listed(value)[:_VALUES] if depth < DEPTH else []
            return [each for item in inner for each in self._values(item, depth + 1)]
        told = isinstance(value, str | int | float) and not isinstance(value, bool)
        return [str(value)] if told else []


def _in_dutch(values: list[Value], told: object) -> list[Value]:
    """Of texts in several languages the Dutch one."""
    if isinstance(told, list) and len(told) == len(values):
        for value, each in zip(values, told, strict=True):
            if isinstance(each, dict) and str(each.get("@language", "")).lower().startswith("nl"):
                return [value]
    return values


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _local(name: str) -> str:
    """The last part of a name: "https://schema.org/Event" and "schema:Event" are both an event."""
    return re.split(r"[/#:]", name.strip().rstrip("/"))[-1].lower()


def _property(name: str) -> str:
    return re.split(r"[/#:]", name)[-1]


# Microdata (https://html.spec.whatwg.org/multipage/microdata.html)


class _Microdata:
    """The items of one page. Work is counted: with `itemref` a small page can name itself without end."""

    def __init__(self, tree: HtmlElement, base: str) -> None:
        self._base, self._tree = base, tree
        self._steps = self._count = 0
        self._used: set[HtmlElement] = set()
        self._by_id: dict[str, HtmlElement] | None = None

    def things(self) -> list[Thing]:
        # An item inside another one belongs to that, and has been read with it.
        found = [
            (element, self._item(element, 0))
            for element in _elements(_ITEMS, self._tree)
            if element not in self._used and self._count < THINGS
        ]
        return [thing for element, thing in found if element not in self._used or "itemprop" not in element.attrib]

    def _item(self, element: HtmlElement, depth: int) -> Thing:
        self._count += 1
        thing = Thing(
            kinds=tuple(_local(kind) for kind in attribute(element, "itemtype").split()[:5]),
            id=attribute(element, "itemid"),
        )
        waiting = [child for child in reversed(element) if isinstance(child, HtmlElement)]
        for name in reversed(attribute(element, "itemref").split()[:20]):
            named = self._named(name)
            if named is not None and named is not element:
                waiting.insert(0, named)
        while waiting and self._steps < _STEPS:
            self._steps += 1
            child = waiting.pop()
            names, scope = attribute(child, "itemprop").split()[:5], "itemscope" in child.attrib
            if names:
                value = (
                    self._value(child, depth) if scope and depth < DEPTH else self._text(child) if not scope else None
                )
                for name in names:
                    if value is not None and len(thing.said.setdefault(_property(name), [])) < _VALUES:
                        thing.said[_property(name)].append(value)
            if not scope:
                waiting += [each for each in reversed(child) if isinstance(each, HtmlElement)]
        return thing

    def _value(self, element: HtmlElement, depth: int) -> Thing:
        self._used.add(element)
        return self._item(element, depth + 1)

    def _text(self, element: HtmlElement) -> str:
        tag = element.tag
        if tag == "meta":
            return attribute(element, "content")
        if tag in _HREF or tag in _SRC or tag == "object":
            name = "data" if tag == "object" else "href" if tag in _HREF else "src"
            return _joined(self._base, attribute(element, name))
        if tag in {"data", "meter"} and "value" in element.attrib:
            return attribute(element, "value")
        if tag == "time" and attribute(element, "datetime"):
            return attribute(element, "datetime")
        # Not in the standard, but in the examples of schema.org and in many templates.
        return attribute(element, "content") or said(element, _TEXT)

    def _named(self, name: str) -> HtmlElement | None:
        if self._by_id is None:
            self._by_id = {}
            for element in _elements(_IDS, self._tree):
                self._by_id.setdefault(attribute(element, "id"), element)
        return self._by_id.get(name)


def _elements(path: etree.XPath, tree: HtmlElement) -> Iterator[HtmlElement]:
    found = path(tree)
    if isinstance(found, list):
        yield from (each for each in found if isinstance(each, HtmlElement))


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href) if href else ""
    except ValueError:
        return ""
