"""Makes a document safe to hand to a parser: decoded once, without its DTD, not too deep, not too many entries.

All of it is one pass over the text, in time that grows with its length and not faster, because the text may be
written to make us work.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler import sentences
from crawler.limits import ENTRIES, NESTING

DECLARATION = "<?xml version='1.0' encoding='utf-8'?>\n"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OPENINGS = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s{0,100}<\?xml[^>]{0,200}?encoding\s{0,20}=\s{0,20}["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s{0,5}=\s{0,5}["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_LATIN = frozenset({"iso8859-1", "latin-1", "ascii", "iso-8859-1", "us-ascii"})
_TEXTUAL = re.compile(
    r"^(?:utf|iso-?8859|windows|cp|koi8|mac|gb|big5|euc|shift|iso-?2022|us-ascii|ascii|latin|hz|ibm)", re.IGNORECASE
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "meta", "param", "source", "track", "wbr"}
)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class RefusedDocumentError(Exception):
    """The document is dangerous to read. The message is one of `crawler/sentences.py`."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A document ready for the parser. `cut` counts the entries that were left out at its end."""

    text: str
    cut: int


def decoded(body: bytes, content_type: str) -> tuple[str, bool]:
    """The text of a document, and whether all its characters were right.

    What is valid UTF-8 is UTF-8, whatever the label says: text in another encoding is hardly ever valid UTF-8 by
    accident, and wrong labels are common. Otherwise the label counts, and "iso-8859-1" means windows-1252, as in
    every browser.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _decode(body[len(mark) :], name)
    for opening, name in _OPENINGS:
        if body.startswith(opening):
            return _decode(body, name)
    declared = _DECLARED.match(body)
    named = _CHARSET.search(content_type)
    labels = [named[1] if named else "", declared[1].decode("ascii") if declared else ""]
    codecs_named = [found for label in labels if (found := _codec(label))]
    if not any(name.startswith(("utf-16", "utf-32", "iso2022", "hz", "utf-7", "cp037")) for name in codecs_named):
        try:
            return body.decode("utf-8"), True
        except UnicodeDecodeError:
            pass
    for name in codecs_named:
        if name not in {"utf-8", "utf-7"}:
            try:
                return body.decode(name), True
            except (UnicodeDecodeError, LookupError):
                continue
    return _mended(body)


def _codec(label: str) -> str | None:
    """The name Python has for an encoding of text, or None for a label that names none."""
    if not _TEXTUAL.match(label):
        return None
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return "cp1252" if name in _LATIN else name


def _decode(body: bytes, name: str) -> tuple[str, bool]:
    try:
        return body.decode(name), True
    except UnicodeDecodeError:
        return body.decode(name, "replace"), False


def _mended(body: bytes) -> tuple[str, bool]:
    """Mostly UTF-8 with some damage, or else the western encoding that everybody forgot to name."""
    as_utf8 = body.decode("utf-8", "replace")
    damaged = as_utf8.count("\ufffd")
    whole = len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", body))
    if whole > damaged:
        return as_utf8, False
    try:
        return body.decode("cp1252"), True
    except UnicodeDecodeError:
        return body.decode("latin-1"), False


def prepared(text: str) -> str:
    """XML text without its prolog: no DOCTYPE, no processing instructions, ready for our own declaration.

    RSS 0.91 has a DOCTYPE by its standard, so it is taken off and never read. Raises RefusedDocumentError when the
    document defines entities of its own.
    """
    text = _NOT_XML.sub("", text)
    position = 0
    while (start := text.find("<", position)) >= 0:
        if text.startswith("<!", start) and not text.startswith("<!--", start):
            position = _after_doctype(text, start)
            if "<!entity" in text[start:position].lower():
                raise RefusedDocumentError(sentences.WITH_ENTITIES)
        elif (mark := next((end for opening, end in _PROLOG if text.startswith(opening, start)), None)) is not None:
            stop = text.find(mark, start)
            position = len(text) if stop < 0 else stop + len(mark)
        elif re.match(r"[A-Za-z_]", text[start + 1 : start + 2]):
            return text[start:]
        else:
            position = start + 1
    return ""


_PROLOG = (("<!--", "-->"), ("<?", "?>"))
_SUBSET_END = re.compile(r"\]\s{0,100}>")


def _after_doctype(text: str, start: int) -> int:
    """Where a DOCTYPE ends, with the declarations between its brackets, if it has them."""
    stop, bracket = text.find(">", start), text.find("[", start)
    if stop < 0:
        return len(text)
    if bracket < 0 or bracket > stop:
        return stop + 1
    found = _SUBSET_END.search(text, bracket)
    return found.end() if found else len(text)


def scanned(text: str, entry_names: frozenset[str]) -> Scanned:
    """Walk over the tags of `text`, and cut it off in good order behind the last entry that we read.

    Raises RefusedDocumentError when elements stand more than 200 deep in one another.
    """
    stack: list[str] = []
    kept, entries = text, 0
    for start, name, opens in _tags(text):
        if opens is False:
            _close(stack, name)
            continue
        if name.rpartition(":")[2] in entry_names:
            entries += 1
            if entries == ENTRIES + 1:
                kept = text[:start] + "".join(f"</{element}>" for element in reversed(stack))
        if opens:
            stack.append(name)
        if len(stack) > NESTING:
            raise RefusedDocumentError(sentences.TOO_DEEP)
    return Scanned(kept, max(entries - ENTRIES, 0))


def _tags(text: str) -> Iterator[tuple[int, str, bool | None]]:
    """Every tag with its place and name; True opens an element, False closes one, None does both at once."""
    position = 0
    while (start := text.find("<", position)) >= 0:
        mark = next((end for opening, end in _QUOTED if text.startswith(opening, start)), ">")
        stop = text.find(mark, start)
        if stop < 0:
            # Cut off here. Whatever follows is inside this one, so there is nothing more to see.
            return
        position = stop + len(mark)
        found = _NAME.match(text, start, stop)
        if found and found[1].lower() not in _VOID:
            opens = None if text[stop - 1] == "/" else text[start + 1] != "/"
            yield start, found[1], opens


_QUOTED = (("<![CDATA[", "]]>"), ("<!--", "-->"))
_NAME = re.compile(r"</?([A-Za-z_][\w.:-]{0,100})")


def _close(stack: list[str], name: str) -> None:
    """Close the nearest open element of this name, and with it what somebody forgot to close inside it."""
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth] == name:
            del stack[depth:]
            return
