"""Lists whose days stand under the name of their month, or whose hours under their day.

"December 2026" and then "do 3 - Jaarvergadering"; "Donderdag 26 november" and then "19.00 Het stille dorp". The
month or the day is written into the tree beside each, so that all that reads the page reads a whole date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

_MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_MONTH = re.compile(rf"({_MONTHS})(?:\s(20\d\d))?", re.IGNORECASE)
_SHORT = "jan|feb|mrt|maa|mar|apr|mei|jun|jul|aug|sep|okt|oct|nov|dec"
_WEEKDAY = r"(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:ma|di|wo|do|vr|za|zo)\b\.?)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:e|ste|de)?"
_MORE = rf"(?:\s{{0,2}}(?:t/m|tm|tot en met|en|&|,|/|-|–)\s{{0,2}}(?:{_WEEKDAY}\s{{1,2}})?{_DAY}(?!\d|[.:]\d))"
_NO_MONTH = rf"(?!\s{{0,2}}[.-]?\s{{0,2}}(?:{_SHORT})|\d|[.:/-]\d|\s{{0,2}}(?:uur|u\b|%|jaar|euro|x\b))"
_NAMED_DAY = re.compile(rf"\s*{_WEEKDAY},?\s{{1,2}}{_DAY}{_MORE}{{0,6}}{_NO_MONTH}(?=\W|$)", re.IGNORECASE)
_BARE_DAY = re.compile(rf"\s*{_DAY}{_MORE}{{0,6}}(?=\s*$|\s*:|\s{{1,2}}[–—-]\s){_NO_MONTH}", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\d{1,2}\s*")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "summary", "legend"})
_BLOCKS = frozenset({"p", "li", "td", "dt", "dd", "th", "div", "tr", "a", "article", "section", "br"})
_INLINE = frozenset({"span", "strong", "b", "em", "i", "time", "small", "a"})
_STARTS = _BLOCKS | _INLINE
_LONGEST = 40
_LIST = 2
_WHOLE_DAY = re.compile(rf"{_WEEKDAY},?\s{{1,2}}{_DAY}\s(?:{_MONTHS}|(?:{_SHORT})\b\.?)(?:\s20\d\d)?", re.IGNORECASE)
_YEAR = re.compile(r"\b20[2-4]\d\b")
_WITHOUT_YEAR = re.compile(
    rf"\s*(?:{_WEEKDAY},?\s{{1,2}})?{_DAY}\s(?:{_MONTHS}|(?:{_SHORT})\b\.?)(?!\w|\s?'?\d|\s?[-–]|\s(?:t/m|tot|en))",
    re.IGNORECASE,
)
_HOUR = re.compile(r"\s*(?:(?:van|om)\s)?\d{1,2}(?:[.:]\d\d|\s?uur)\b", re.IGNORECASE)


def with_months(tree: HtmlElement, *, agenda: bool) -> None:
    """Write what the heading above them says beside the days and, on an agenda, the hours. Changes the tree."""
    heading = _Heading()
    days = agenda and sum(1 for _ in _day_headings(tree)) >= _LIST
    at_start = True
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        tag = node.tag
        if event == "end":
            if tag == "br":
                node.tail = heading.dated(node.tail)
            at_start = at_start or tag not in _INLINE
            continue
        if heading.reads(node, days=days):
            continue
        if tag not in _STARTS:
            at_start = at_start and not (node.text or "").strip()
            continue
        at_start = at_start or tag in _BLOCKS
        if at_start and node.text and node.text.strip():
            if not _followed_by_month(node):
                node.text = heading.dated(node.text)
            at_start = False


class _Heading:
    """The month, or the day, under whose name the walk is."""

    def __init__(self) -> None:
        self.month = self.day = self.year = ""
        self.level = 0

    def reads(self, node: HtmlElement, *, days: bool) -> bool:
        """Whether this element is such a heading. Another heading that is not below it ends what it says."""
        tag = node.tag
        if tag not in _HEADINGS and tag not in {"p", "div", "th", "td", "dt"}:
            return False
        day = _day_of(node) if days else ""
        month = "" if day else _month_of(node)
        if tag in _HEADINGS and (year := _year_of(node)):
            self.year = year
        if day or month:
            self.month, self.day, self.level = month, day, _level(tag)
            return True
        if tag in _HEADINGS and _level(tag) <= self.level:
            self.month = self.day = ""
        return False

    def dated(self, text: str | None) -> str | None:
        if not text:
            return text
        if self.day and _HOUR.match(text):
            return f"{self.day} {text.lstrip()}"
        if self.year and (dated := _WITHOUT_YEAR.match(text)):
            return text[: dated.end()] + f" {self.year}" + text[dated.end() :]
        found = (_NAMED_DAY.match(text) or _BARE_DAY.match(text)) if self.month else None
        return text[: found.end()] + f" {self.month}" + text[found.end() :] if found else text


def _year_of(node: HtmlElement) -> str:
    """The year of a heading such as "Jaarprogramma 2027"."""
    found = _YEAR.findall(" ".join((node.text or "").split())) if len(node) == 0 else []
    return found[0] if len(found) == 1 and not re.search(r"\d", _YEAR.sub("", node.text or "")) else ""


def _day_headings(tree: HtmlElement) -> Iterator[str]:
    for tag in (*_HEADINGS, "p", "dt"):
        for node in tree.iter(tag):
            if day := _day_of(node):
                yield day


def _day_of(node: HtmlElement) -> str:
    """The day that this heading names and nothing else."""
    strong = len(node) == 1 and node[0].tag in {"strong", "b"} and not (node.text or "").strip()
    if (node.tag not in _HEADINGS and node.tag != "dt" and not strong) or len(node) > 2 or not _short(node):  # noqa: PLR2004
        return ""
    text = " ".join("".join(node.itertext()).split()).rstrip(":")
    return text if _WHOLE_DAY.fullmatch(text) else ""


def _level(tag: str) -> int:
    return int(tag[1]) if tag[0] == "h" and tag[1:].isdigit() else 7


def _month_of(node: HtmlElement) -> str:
    """The month that this element names and nothing else, as the heading of what follows."""
    if len(node) > 2:  # noqa: PLR2004 - a heading has no more inside it than a link or a word in bold
        return ""
    text = " ".join("".join(node.itertext()).split()).rstrip(":") if _short(node) else ""
    found = _MONTH.fullmatch(text)
    before = node.getprevious()
    if found is None or (before is not None and _NUMBER.fullmatch(before.text or "") and node.tag not in _HEADINGS):
        return ""
    if not found[2] and node.tag not in _HEADINGS and not len(node):
        # In a box a month alone stands beside the day of a badge.
        return ""
    return found[0].lower()


def _short(node: HtmlElement) -> bool:
    length = len((node.text or "").strip())
    # What is nested deeper is no heading.
    return length <= _LONGEST and all(len(each.text or "") <= _LONGEST and len(each) == 0 for each in node)


def _followed_by_month(node: HtmlElement) -> bool:
    """Whether the element behind a number has the month already: "<span>03</span><span>dec</span>"."""
    around = (node.getnext(), node.getprevious()) if _NUMBER.fullmatch(node.text or "") else ()
    return any(
        each is not None and re.match(rf"\s*(?:{_SHORT})", next(iter(each.itertext()), ""), re.IGNORECASE) is not None
        for each in around
    )
