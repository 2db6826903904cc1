"""What a document that is not well formed must pass before feedparser's lenient parser may have it.

That parser is patient with any mistake, and slow where somebody makes mistakes on purpose. So the work that a document
will be is counted first, in one pass, and the document is cut off in good order where it becomes too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler import sentences
from crawler.documents import RefusedDocumentError
from crawler.limits import ENTRIES, NESTING, SOUP_MISTAKES, SOUP_TAG, SOUP_WORK

_ENTRY = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?:[A-Za-z_][\w.-]{0,40}:)?(item|entry)[\s/>]",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(/?)([A-Za-z_][\w.:-]{0,100})([^<>]*)", re.DOTALL)
_TAG_WORK = 5
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "meta", "param", "source", "track", "wbr"}
)


@dataclass(frozen=True, slots=True)
class Soup:
    """A document that the lenient parser may read. `cut` counts the entries that were left out at its end."""

    text: str
    cut: int


def entries_in(text: str) -> int:
    """How many entries begin in a text, those in comments and CDATA not counted."""
    return sum(found[1] is not None for found in _ENTRY.finditer(text))


def safe(text: str) -> Soup:
    """Walk over the tags of `text`, and cut it off behind the last entry that we read.

    Raises RefusedDocumentError when elements stand more than 200 deep in one another, when not even one entry can be
    read in bounded time, or when the mistakes are of the kind that makes the parser read everything after them.
    """
    stack: list[str] = []
    around: list[str] = []
    entries = work = mistakes = counted = tags = 0
    for found in _tags(text):
        closing, name, inside = found.groups()
        tags += 1
        if tags * _TAG_WORK > SOUP_WORK:
            return _cut(text, counted, around, entries - 1)
        if closing:
            _close(stack, name)
            continue
        bare = _QUOTED.sub("", inside)
        mistakes += '"' in bare or "'" in bare
        if mistakes * len(text) > SOUP_MISTAKES or len(bare) > SOUP_TAG:
            raise RefusedDocumentError(sentences.TOO_MUCH)
        if _is_entry(name):
            work += _work(text, counted, found.start())
            counted, around = found.start(), stack.copy()
            if entries == ENTRIES or work > SOUP_WORK:
                return _cut(text, counted, around, entries)
            entries += 1
        if name.lower() not in _VOID and not inside.endswith("/"):
            stack.append(name)
            if len(stack) > NESTING:
                raise RefusedDocumentError(sentences.TOO_DEEP)
    if work + _work(text, counted, len(text)) > SOUP_WORK:
        return _cut(text, counted, around, entries - 1)
    return Soup(text, 0)


def _tags(text: str) -> Iterator[re.Match[str]]:
    return (found for found in _TAG.finditer(text) if found[2])


def _is_entry(name: str) -> bool:
    return name.rpartition(":")[2].lower() in {"item", "entry"}


def _work(text: str, start: int, stop: int) -> int:
    """In the time that one reference takes."""
    return text.count("&", start, stop) + _TAG_WORK * text.count("<", start, stop)


def _cut(text: str, at: int, stack: list[str], entries: int) -> Soup:
    if entries < 1:
        raise RefusedDocumentError(sentences.TOO_MUCH)
    return Soup(text[:at] + "".join(f"</{name}>" for name in reversed(stack)), entries_in(text[at:]))


def _close(stack: list[str], name: str) -> None:
    """Close the nearest open element of this name, and with it what somebody forgot to close inside it."""
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth] == name:
            del stack[depth:]
            return
