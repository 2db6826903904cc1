"""From what a source wrote to what an editor reads: plain text, one way of writing an address, and a reading.

Pure. Every text from outside is hostile until it has been through `plain` (TRUST 2.2): after it there is no markup,
no control character and nothing that hides or reverses letters, so the newest mistake in a template cannot use it.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import nh3

from crawler.dates import plausible
from crawler.urls import canonical
from crawler.values import DocumentRead, FetchedEntry, RawText
from store.values import (
    EXCERPT_LIMIT,
    FIELD_LIMIT,
    TITLE_LIMIT,
    DueSource,
    EventFacts,
    ExtractedItem,
    Kind,
    Reading,
    Rights,
)

Read = Callable[[str, str, DueSource, Kind], Reading]

ELLIPSIS = "…"
NO_TITLE = "Zonder titel"
_TITLE_FROM_TEXT = 80
_GUID_LIMIT = 400
_PLACE_LIMIT = 300

_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table",
        "td", "th", "tr", "ul",
    }
)  # fmt: skip
_SILENT = frozenset(
    {
        "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "title", "head",
        "textarea", "select", "button", "video", "audio", "canvas",
    }
)  # fmt: skip
"""Elements whose content is not text for people."""
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*\n ?| ?\n ?")
_BREAKS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "}
)
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


@dataclass(frozen=True, slots=True)
class Extracted:
    """The items of one document. `shortened` counts those of which a limit cut off a text."""

    items: tuple[ExtractedItem, ...]
    shortened: int


def extracted(document: DocumentRead, due: DueSource, now: datetime, read: Read) -> Extracted:
    """Everything a document tells. Two entries with one guid and one address are one; otherwise none is left out."""
    entries = [replace(entry, guid=_clean(entry.guid).strip()) for entry in document.entries]
    times = Counter(guid for guid, _ in {(entry.guid, entry.link) for entry in entries})
    items: dict[str, ExtractedItem] = {}
    shortened = 0
    for entry in entries:
        guid = _guid(entry, due, unique=times[entry.guid] == 1)
        if guid in items:
            continue
        items[guid], cut = _item(entry, guid, document, due, now, read)
        shortened += cut
    return Extracted(tuple(items.values()), shortened)


def _item(
    entry: FetchedEntry, guid: str, document: DocumentRead, due: DueSource, now: datetime, read: Read
) -> tuple[ExtractedItem, bool]:
    summary, content = plain(entry.summary), plain(entry.content)
    text = content if len(content) >= len(summary) else summary
    whole_title = one_line(plain(entry.title)) or shorten(one_line(text), _TITLE_FROM_TEXT) or NO_TITLE
    title = shorten(whole_title, TITLE_LIMIT)
    too_long = any(len(raw.value) > FIELD_LIMIT for raw in (entry.title, entry.summary, entry.content))
    # An editor of a title-only source sees no text, so a change in it is no change (and the store keeps none).
    shown = "" if due.rights is Rights.TITLE else text
    facts = _facts(entry.event)
    item = ExtractedItem(
        guid=guid,
        kind=entry.kind,
        url=canonical(_clean(entry.link), due.url) or canonical(_clean(document.home), due.url) or canonical(due.url),
        title=title,
        excerpt=shorten(one_line(summary or text), EXCERPT_LIMIT) if shown else "",
        text=shown,
        published_at=plausible(entry.published_at, now),
        reading=read(title, _with_place(text, facts), due, entry.kind),
        event=facts,
    )
    return item, too_long or title != whole_title


def _with_place(text: str, facts: EventFacts | None) -> str:
    """What is read of an event: its text, and where it is. The last part of a place is the town, by custom."""
    if facts is None or not facts.place:
        return text
    *_, town = facts.place.split(",")
    return f"{text}\n{facts.place}. Plaats: in {town.strip()}."


def _facts(event: EventFacts | None) -> EventFacts | None:
    if event is None:
        return None
    place = shorten(one_line(plain(RawText(event.place or ""))), _PLACE_LIMIT)
    return replace(event, place=place or None, signup_url=canonical(event.signup_url or "") or None)


def _guid(entry: FetchedEntry, due: DueSource, *, unique: bool) -> str:
    """What an entry is known by within its source: its own guid, else its address, else what it says."""
    link = canonical(_clean(entry.link), due.url)
    if entry.guid and unique:
        name = entry.guid
    elif entry.guid and link:
        name = f"{entry.guid} {link}"
    elif link:
        name = link
    else:
        said = [entry.guid, entry.title.value, entry.summary.value, entry.content.value]
        return "sha256:" + hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()
    if len(name) > _GUID_LIMIT:
        return "sha256:" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return name


def plain(raw: RawText) -> str:
    """Plain text. Blocks become lines, scripts vanish, entities are decoded exactly once."""
    value = raw.value[:FIELD_LIMIT]
    if raw.html and ("<" in value or "&" in value):
        # What comes out is well formed and has no attributes, so that a plain pattern finds every tag left.
        value = nh3.clean(
            value, tags=set(_BLOCKS), clean_content_tags=set(_SILENT), attributes={}, link_rel=None, strip_comments=True
        )
        value = html.unescape(_TAG.sub("\n", value))
    return tidy(value)


def tidy(text: str) -> str:
    """No control, direction, zero-width or invisible characters; one way of composing letters; few spaces."""
    text = unicodedata.normalize("NFC", _clean(text.translate(_BREAKS)))
    return _LINES.sub(lambda found: "\n\n" if found[0].count("\n") > 1 else "\n", _SPACES.sub(" ", text)).strip()


def _clean(text: str) -> str:
    # Asked per different letter, not per letter: a text has few hundred different ones.
    hidden = [letter for letter in set(text) if letter != "\n" and _is_hidden(letter)]
    return text.translate(dict.fromkeys(map(ord, hidden))) if hidden else text


def _is_hidden(letter: str) -> bool:
    # The supplement of variation selectors can carry a text of its own that nobody sees.
    return unicodedata.category(letter) in _HIDDEN or "\U000e0100" <= letter <= "\U000e01ef"


def one_line(text: str) -> str:
    return " ".join(text.split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, the ellipsis included, cut at a word where there is one not too far back."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at = cut.rfind(" ")
    if text[limit - 1] != " " and at > limit // 2:
        cut = cut[:at]
    return cut.rstrip(" ,;:-–") + ELLIPSIS
