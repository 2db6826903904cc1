"""Makes a document safe to hand to a parser: decoded once, without its DTD, and no longer than we read.

All of it takes time that grows with the length of the text and not faster, because the text may be written to make us
work. What a broken document must pass besides is in `crawler/tagsoup.py`.
"""

from __future__ import annotations

import codecs
import re

from crawler import sentences
from crawler.limits import ATTRIBUTES, ENTITY_GROWTH, FEED_BYTES

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
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
_ENTITY = re.compile(
    r"""<!ENTITY\s{1,20}(?:([\w.-]{1,40})\s{1,20}(?:"([^"&%<]{0,100}|&\#\w{1,8};)"|'([^'&%<]{0,100}|&\#\w{1,8};)')"""
    r"""|%\s{1,20}[\w.-]{1,40}\s{1,20}PUBLIC\s{1,20}"-//W3C//ENTITIES\ [^"<>]{1,80}"\s{0,20}"[^"<>]{0,200}")"""
    r"""\s{0,20}>""",
    re.VERBOSE,
)
"""A definition that can do no harm: plain text, one character, or the W3C's lists of letters, which nobody loads."""
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{8000,}")


class RefusedDocumentError(Exception):
    """The document is dangerous to read. The message is one of `crawler/sentences.py`."""


def part(body: bytes) -> tuple[bytes, str]:
    """As much of a document as we read, ended behind an entry if there is one; and the rest, only good for counting."""
    if len(body) <= FEED_BYTES:
        return body, ""
    first = body[:FEED_BYTES]
    behind = max(first.rfind(end) + len(end) for end in (b"</item>", b"</entry>"))
    at = behind if behind > len(b"</entry>") else FEED_BYTES
    return body[:at], body[at:].replace(b"\0", b"").decode("latin-1")


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

    RSS 0.91 has a DOCTYPE by its standard, so it is taken off and never handed on. An entity of plain text is put in
    its place here. Raises RefusedDocumentError for every other definition, and for a tag with attributes without end.
    """
    position, declarations = 0, ""
    for _ in range(_PROLOG_PARTS):
        if (start := text.find("<", position)) < 0:
            break
        if text.startswith("<!", start) and not text.startswith("<!--", start):
            position = _after_doctype(text, start)
            declarations += text[start:position]
        elif (mark := next((end for opening, end in _PROLOG if text.startswith(opening, start)), None)) is not None:
            stop = text.find(mark, start)
            position = len(text) if stop < 0 else stop + len(mark)
        elif re.match(r"[A-Za-z_]", text[start + 1 : start + 2]):
            return _checked(_with_entities(text[start:], declarations))
        else:
            position = start + 1
    else:
        raise RefusedDocumentError(sentences.TOO_MUCH)
    _with_entities("", declarations)
    return ""


def as_utf8(text: str) -> bytes:
    """The document as a parser gets it: with our own declaration, and without characters that XML forbids."""
    allowed = DECLARATION + text.replace("\ufffe", "").replace("\uffff", "")
    return allowed.encode("utf-8", "replace").translate(None, _CONTROLS)


def _checked(text: str) -> str:
    """An XML parser collects all attributes of a tag before it shows one of them, so this cannot wait for it."""
    for tag in _LONG_TAG.finditer(text):
        if tag[0].count("=") > ATTRIBUTES:
            raise RefusedDocumentError(sentences.TOO_MUCH)
    return text


def _with_entities(text: str, declarations: str) -> str:
    defined = len(re.findall("<!entity", declarations, re.IGNORECASE))
    if not defined:
        return text
    harmless = list(_ENTITY.finditer(declarations))
    if len(harmless) != defined:
        raise RefusedDocumentError(sentences.WITH_ENTITIES)
    growth = 0
    for found in harmless:
        if found[1]:
            name, value = f"&{found[1]};", found[2] or found[3] or ""
            growth += text.count(name) * len(value)
            if growth > ENTITY_GROWTH:
                raise RefusedDocumentError(sentences.WITH_ENTITIES)
            text = text.replace(name, value)
    return text


_PROLOG_PARTS = 1000
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
