"""CSS rules on pages of strangers, in time that grows with the page and no faster.

cssselect reads a rule; matching is our own, because as XPath a rule of three steps took a minute on a page made for
it. A rule may name elements, classes, ids, attributes and `:not()`, inside one another or directly so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated

from cssselect import SelectorError, parse
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash, Negation, Tree
from lxml import etree
from lxml.html import HtmlElement
from pydantic import AfterValidator

from crawler.kinds import BadOptionsError

LENGTH = 200
STEPS = 10


@dataclass(frozen=True, slots=True)
class _Part:
    """What one element must be: all of it."""

    tag: str = ""
    classes: tuple[str, ...] = ()
    identity: str = ""
    attributes: tuple[tuple[str, str, str], ...] = ()
    without: tuple[_Part, ...] = ()

    def fits(self, element: HtmlElement) -> bool:
        if self.tag and element.tag != self.tag:
            return False
        if self.classes and not set(self.classes) <= set((element.get("class") or "").split()):
            return False
        if self.identity and element.get("id") != self.identity:
            return False
        if not all(_holds(element.get(name), operator, value) for name, operator, value in self.attributes):
            return False
        return not any(part.fits(element) for part in self.without)


@dataclass(frozen=True, slots=True)
class _Step:
    """A part, and whether its element stands directly in that of the step before."""

    part: _Part
    child: bool = False


_Ways = tuple[tuple[_Step, ...], ...]
"""A rule as its alternatives, each a chain of steps."""


@lru_cache(maxsize=256)
def compiled(rule: str) -> _Ways:
    """A rule, ready for use. Raises BadOptionsError."""
    if len(rule) > LENGTH:
        raise BadOptionsError(f'The CSS rule "{rule[:60]}..." is longer than {LENGTH} characters.')
    try:
        ways = tuple(_steps(selector.parsed_tree) for selector in parse(rule) if not _has_pseudo(selector, rule))
    except (SelectorError, RecursionError) as error:
        raise BadOptionsError(f'"{rule}" is not a CSS rule that we understand: {error or "too deep"}.') from None
    if sum(len(way) for way in ways) > STEPS:
        raise BadOptionsError(f'The CSS rule "{rule}" has more than {STEPS} steps.')
    return ways


def found(inside: HtmlElement, rule: str) -> list[HtmlElement]:
    """The elements inside `inside` that a rule points at, in the order of the page. Raises BadOptionsError."""
    return list(_walk(inside, rule))


def first(inside: HtmlElement, rule: str) -> HtmlElement | None:
    """The first element that a rule points at; none when there is no rule."""
    return next(_walk(inside, rule), None) if rule else None


def _walk(inside: HtmlElement, rule: str) -> Iterator[HtmlElement]:
    """Parents come before what is in them, so one walk suffices: of every open element it is remembered which steps it
    completes, and which steps an element around it does.
    """
    ways = compiled(rule)
    nothing = tuple((False,) * len(way) for way in ways)
    around = [(nothing, nothing)]
    for event, element in etree.iterwalk(inside, events=("start", "end")):
        if element is inside or not isinstance(element, HtmlElement):
            continue
        if event == "end":
            around.pop()
            continue
        parent, above = around[-1]
        here = tuple(_completed(element, way, parent[place], above[place]) for place, way in enumerate(ways))
        around.append((here, tuple(_either(*pair) for pair in zip(here, above, strict=True))))
        if any(done[-1] for done in here):
            yield element


def _completed(
    element: HtmlElement, way: tuple[_Step, ...], parent: tuple[bool, ...], above: tuple[bool, ...]
) -> tuple[bool, ...]:
    return tuple(
        (place == 0 or (parent if step.child else above)[place - 1]) and step.part.fits(element)
        for place, step in enumerate(way)
    )


def _either(one: tuple[bool, ...], other: tuple[bool, ...]) -> tuple[bool, ...]:
    return tuple(left or right for left, right in zip(one, other, strict=True))


def _has_pseudo(selector: object, rule: str) -> bool:
    if getattr(selector, "pseudo_element", None) is not None:
        raise BadOptionsError(f'The CSS rule "{rule}" points at what is no element.')
    return False


def _steps(tree: Tree) -> tuple[_Step, ...]:
    if not isinstance(tree, CombinedSelector):
        return (_Step(_part(tree)),)
    if tree.combinator not in {" ", ">"}:
        raise SelectorError(f"{tree.combinator} is not supported")
    return (*_steps(tree.selector), _Step(_part(tree.subselector), child=tree.combinator == ">"))


def _part(tree: Tree) -> _Part:
    if isinstance(tree, Element):
        return _Part(tag=(tree.element or "").lower())
    if isinstance(tree, Class):
        part = _part(tree.selector)
        return replace(part, classes=(*part.classes, tree.class_name))
    if isinstance(tree, Hash):
        return replace(_part(tree.selector), identity=tree.id)
    if isinstance(tree, Attrib):
        part = _part(tree.selector)
        value = tree.value.value if tree.value is not None else ""
        return replace(part, attributes=(*part.attributes, (tree.attrib.lower(), tree.operator, value or "")))
    if isinstance(tree, Negation):
        part = _part(tree.selector)
        return replace(part, without=(*part.without, _part(tree.subselector)))
    raise SelectorError("only elements, classes, ids, attributes and :not() are supported")


def _holds(given: str | None, operator: str, value: str) -> bool:
    if given is None:
        return operator == "!="
    return {
        "exists": True,
        "=": given == value,
        "!=": given != value,
        "~=": value in given.split(),
        "|=": given == value or given.startswith(f"{value}-"),
        "^=": bool(value) and given.startswith(value),
        "$=": bool(value) and given.endswith(value),
        "*=": bool(value) and value in given,
    }.get(operator, False)


def _compiles(rule: str) -> str:
    if rule:
        compiled(rule)
    return rule


Rule = Annotated[str, AfterValidator(_compiles)]
"""The type of an option that holds a rule."""
