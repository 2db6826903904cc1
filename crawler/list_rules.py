"""Proposes the CSS rules of a list page: finds siblings of one shape that each have a link and a title.

Only a proposal: whoever adds the source sees the first items that the rules give, and `crawler/spiders/page.py` reads
the page by them like any other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from cssselect import SelectorError
from lxml.html import HtmlElement

from crawler.css_rules import found
from crawler.htmltree import attribute, said
from crawler.kinds import BadOptionsError
from crawler.shown_dates import shown

LEAST = 3
"""Fewer than three of one shape are no list."""

_MOST = 200
_LEVELS = 6
_TITLE = range(12, 300)
_WORDS = 3
_MOST_OF = 0.6
_NEARLY_ALL = 0.8
_PARAGRAPH_FROM = 40
_LINKS_READ = 800
_SHAPES_JUDGED = 40
_ASIDE = frozenset({"nav", "header", "footer", "aside", "form"})
_ASIDE_NAMES = re.compile(
    r"\b(?:menu|nav|footer|breadcrumb|kruimel|cookie|social|share|tags?|pag(?:er|ination)|subnav|sidebar|banner)",
    re.IGNORECASE,
)
_NEWS_NAMES = re.compile(r"news|nieuws|article|artikel|teaser|card|item|post|bericht|list|lijst|result", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z]*(?:[-_]{1,2}[A-Za-z]+)*")
"""A class that a person gave. What a build tool made has digits or odd marks in it and is another one next week."""
_PASSING = re.compile(r"^(?:active|first|last|odd|even|current|row|col|flex|grid|block|hidden|clearfix|is-\w+|js-\w+)$")
_DATE_NAMES = re.compile(r"date|datum|time|tijd|publi|meta", re.IGNORECASE)
_HEADINGS = ("h2", "h3", "h4", "h1", "h5")


@dataclass(frozen=True, slots=True)
class ListRule:
    """Rules as `[source] options` take them. `score` compares proposals of one page and means nothing more."""

    options: dict[str, str]
    items: int
    score: float


def proposed(tree: HtmlElement, base: str, now: datetime) -> list[ListRule]:
    """The rules for the lists on this page that look like news, best first, at most three."""
    shapes: dict[tuple[HtmlElement, str, str], list[HtmlElement]] = {}
    for link in _links(tree, base):
        for item in _around(link):
            parent = item.getparent()
            if parent is None or item.tag == "body":
                break
            members = shapes.setdefault((parent, str(item.tag), _kin(item)), [])
            if not members or members[-1] is not item:
                members.append(item)
    largest = sorted((members for members in shapes.values() if len(members) >= LEAST), key=len, reverse=True)
    rules = [rule for members in largest[:_SHAPES_JUDGED] if (rule := _rule(tree, members, base, now)) is not None]
    best: dict[str, ListRule] = {}
    for rule in sorted(rules, key=lambda rule: rule.score, reverse=True):
        best.setdefault(rule.options["item"], rule)
    return list(best.values())[:3]


def _links(tree: HtmlElement, base: str) -> Iterator[HtmlElement]:
    """Links to pages of the same site, with words in or around them, outside menus."""
    site = urlsplit(base).hostname
    for link in found(tree, "a[href]")[:_LINKS_READ]:
        try:
            place = urlsplit(urljoin(base, attribute(link, "href")))
        except ValueError:
            continue
        if place.hostname == site and place.path not in {"", "/"} and not any(map(_is_aside, link.iterancestors())):
            yield link


def _is_aside(element: HtmlElement) -> bool:
    if element.tag in {"body", "html", "main"}:
        return False
    names = f"{attribute(element, 'class')} {attribute(element, 'id')} {attribute(element, 'role')}"
    return element.tag in _ASIDE or _ASIDE_NAMES.search(names) is not None


def _around(link: HtmlElement) -> Iterator[HtmlElement]:
    yield link
    for level, above in enumerate(link.iterancestors()):
        if level == _LEVELS:
            return
        yield above


def _kin(item: HtmlElement) -> str:
    """What siblings of one shape share: the first class that a person gave them, if they have one."""
    return next(iter(_classes(item)), "")


def _classes(item: HtmlElement) -> list[str]:
    names = attribute(item, "class").split()
    return [name for name in names if _PLAIN_NAME.fullmatch(name) and not _PASSING.match(name)]


def _rule(tree: HtmlElement, members: list[HtmlElement], base: str, now: datetime) -> ListRule | None:
    if len(members) > _MOST:
        return None
    selector = _selector(tree, members)
    if selector is None:
        return None
    title = _title_rule(members)
    titles = [_title(item, title) for item in members]
    good = [text for text in titles if len(text) in _TITLE and len(text.split()) >= _WORDS]
    targets = {target for item in members if (target := _target(item, base))}
    if len(good) < LEAST or len(good) < _MOST_OF * len(members) or len(targets) < _MOST_OF * len(members):
        return None
    if len(set(good)) < _MOST_OF * len(good):
        return None
    options = {"item": selector}
    if title:
        options["title"] = title
        if all(found(item, f"{title} a[href]") for item in members):
            options["link"] = f"{title} a[href]"
    date = _date_rule(members, now)
    if date:
        options["date"] = date
    summary = _summary_rule(members)
    if summary:
        options["summary"] = summary
    words = sum(len(text) for text in good) / len(good)
    names = " ".join(filter(None, (attribute(members[0], "class"), attribute(members[0].getparent(), "class"))))
    score = (
        min(len(members), 20)
        + (15 if date else 0)
        + (10 if title else 0)
        + (5 if summary else 0)
        + min(words, 80) / 8
        + (4 if _NEWS_NAMES.search(names) else 0)
        + (4 if members[0].tag in {"article", "li"} else 0)
    )
    return ListRule(options, len(members), score)


def _selector(tree: HtmlElement, members: list[HtmlElement]) -> str | None:
    """A rule for exactly these elements, as short as it can be; None when they cannot be named."""
    wanted = set(members)
    own = [str(members[0].tag)]
    shared = [name for name in _classes(members[0]) if all(name in _classes(item) for item in members)]
    own += [f"{members[0].tag}.{name}" for name in shared]
    own.sort(key=lambda rule: (not _NEWS_NAMES.search(rule), "." not in rule))
    parent = members[0].getparent()
    for rule in own:
        if "." in rule and _points_at(tree, rule, wanted):
            return rule
    for outer in _names_of(parent):
        for rule in own:
            if _points_at(tree, f"{outer} > {rule}", wanted):
                return f"{outer} > {rule}"
    above = parent.getparent() if parent is not None else None
    for outer in _names_of(above):
        for rule in own:
            if _points_at(tree, f"{outer} > {parent.tag} > {rule}", wanted):
                return f"{outer} > {parent.tag} > {rule}"
    return None


def _names_of(element: HtmlElement | None) -> list[str]:
    """How an element can be pointed at: by its id, its classes, or as the only one of its name."""
    if element is None:
        return []
    identity = attribute(element, "id")
    names = [f"#{identity}"] if _PLAIN_NAME.fullmatch(identity) else []
    return [*names, *(f"{element.tag}.{name}" for name in _classes(element)), str(element.tag)]


def _points_at(tree: HtmlElement, rule: str, wanted: set[HtmlElement]) -> bool:
    try:
        return set(found(tree, rule)) == wanted
    except (BadOptionsError, SelectorError):
        return False


def _title_rule(members: list[HtmlElement]) -> str:
    counted = Counter(tag for item in members for tag in _HEADINGS if item.find(f".//{tag}") is not None)
    tag, times = counted.most_common(1)[0] if counted else ("", 0)
    return tag if times >= _NEARLY_ALL * len(members) else ""


def _title(item: HtmlElement, rule: str) -> str:
    if rule:
        heading = item.find(f".//{rule}")
        return said(heading, 400) if heading is not None else ""
    link = item if item.tag == "a" else item.find(".//a[@href]")
    return said(link, 400) if link is not None else ""


def _target(item: HtmlElement, base: str) -> str:
    link = item if item.tag == "a" else item.find(".//a[@href]")
    try:
        return urljoin(base, attribute(link, "href")) if link is not None else ""
    except ValueError:
        return ""


def _date_rule(members: list[HtmlElement], now: datetime) -> str:
    """Where the date of most items stands: a `time` element, or one that is named for it."""
    most = _MOST_OF * len(members)
    if sum(1 for item in members if (at := item.find(".//time")) is not None and _dated(at, now)) >= most:
        return "time"
    names: Counter[str] = Counter()
    for item in members:
        inside = [part for part in item.iter() if isinstance(part, HtmlElement) and part is not item][:100]
        rules = {f".{name}" for part in inside if _dated(part, now) for name in _classes(part)}
        names.update(rule for rule in rules if _DATE_NAMES.search(rule))
    rule, times = names.most_common(1)[0] if names else ("", 0)
    return rule if times >= most else ""


def _dated(element: HtmlElement, now: datetime) -> bool:
    text = said(element, 121)
    return shown(attribute(element, "datetime"), now) is not None or (
        len(text) <= 120 and shown(text, now) is not None  # noqa: PLR2004 - what is longer is a story
    )


def _summary_rule(members: list[HtmlElement]) -> str:
    """The class of the paragraph with the words; without one the page kind takes the longer paragraphs itself."""
    names: Counter[str] = Counter()
    for item in members:
        for part in item.iter("p", "div"):
            if isinstance(part, HtmlElement) and len(part) == 0 and len(said(part, 400)) >= _PARAGRAPH_FROM:
                names.update(f".{name}" for name in _classes(part))
    rule, times = names.most_common(1)[0] if names else ("", 0)
    return rule if times >= _MOST_OF * len(members) else ""
