"""From what a source wrote to what an editor reads: plain text, one way of writing an address, and a reading.

Pure. Every text from outside is hostile until it has been through `plain` (TRUST 2.2): after it there is no markup,
no control character and nothing that hides or reverses letters, so the newest mistake in a template cannot use it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from crawler.dates import plausible
from crawler.markup import text_in
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
_NAME_LIMIT = 300
"""Of an author and of a section."""
_POSTAL_CODE = re.compile(r"^\d{4} ?[A-Z]{2} ")
"""It stands before the town: "1234 AB Maasdorp"."""

_UNUSUAL = re.compile(r"[^\n -~]+")
_SPACES = re.compile(r" {2,}")
_EMPTY_LINES = re.compile(r"\n{3,}")
_BREAKS = {"\n": "\n", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "}
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


@dataclass(frozen=True, slots=True)
class Extracted:
    """The items of one document. `shortened` counts those of which a limit cut off a text."""

    items: tuple[ExtractedItem, ...]
    shortened: int


def extracted(document: DocumentRead, due: DueSource, now: datetime, read: Read) -> Extracted:
    """Everything a document tells. Two entries with one guid and one address are one; otherwise none is left out."""
    names = [_clean(entry.guid).strip() for entry in document.entries]
    told = list(zip(names, document.entries, strict=True))
    times = Counter(name for name, _ in {(name, entry.link) for name, entry in told})
    items: dict[str, ExtractedItem] = {}
    shortened = 0
    for name, entry in told:
        link = canonical(_clean(entry.link), due.url)
        guid = _guid(entry, name, link, unique=times[name] == 1)
        if guid in items:
            continue
        url = link or canonical(_clean(document.home), due.url) or canonical(due.url)
        items[guid], cut = _item(entry, guid, url, due, now, read)
        shortened += cut
    return Extracted(tuple(items.values()), shortened)


def _item(
    entry: FetchedEntry, guid: str, url: str, due: DueSource, now: datetime, read: Read
) -> tuple[ExtractedItem, bool]:
    summary, content = plain(entry.summary), plain(entry.content)
    text = content if len(content) >= len(summary) else summary
    whole_title = one_line(plain(entry.title)) or _opening(text, _TITLE_FROM_TEXT) or NO_TITLE
    title = shorten(whole_title, TITLE_LIMIT)
    too_long = any(len(raw.value) > FIELD_LIMIT for raw in (entry.title, entry.summary, entry.content))
    # An editor of a title-only source sees no text, so a change in it is no change (and the store keeps none).
    shown = "" if due.rights is Rights.TITLE else text
    facts = _facts(entry.event)
    item = ExtractedItem(
        guid=guid,
        kind=entry.kind,
        url=url,
        title=title,
        excerpt=_opening(summary or text, EXCERPT_LIMIT) if shown else "",
        text=shown,
        published_at=plausible(entry.published_at, now),
        reading=read(title, _with_place(text, facts), due, entry.kind),
        event=facts,
        author=_name(entry.author),
        section=_name(entry.section),
    )
    return item, too_long or title != whole_title


def _name(told: str) -> str | None:
    return (shorten(one_line(tidy(told[: 2 * _NAME_LIMIT])), _NAME_LIMIT) or None) if told else None


def _with_place(text: str, facts: EventFacts | None) -> str:
    """What is read of an event: its text, and where it is. The last part of a place is the town, by custom."""
    if facts is None or not facts.place:
        return text
    *_, town = facts.place.split(",")
    return f"{text}\n{facts.place}. Plaats: in {_POSTAL_CODE.sub('', town.strip())}."


def _facts(event: EventFacts | None) -> EventFacts | None:
    if event is None:
        return None
    place, organiser = (
        shorten(one_line(plain(RawText(told or ""))), _PLACE_LIMIT) for told in (event.place, event.organiser)
    )
    signup_url = canonical(event.signup_url or "") or None
    return replace(event, place=place or None, signup_url=signup_url, organiser=organiser or None)


def _guid(entry: FetchedEntry, said: str, link: str, *, unique: bool) -> str:
    """What an entry is known by within its source: its own guid, else its address, else what it says."""
    if said and unique:
        name = said
    elif said and link:
        name = f"{said} {link}"
    elif link:
        name = link
    else:
        return _digest(f"{said}\n{entry.title.value}\n{entry.summary.value}\n{entry.content.value}")
    return _digest(name) if len(name) > _GUID_LIMIT else name


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def plain(raw: RawText) -> str:
    """Plain text. Blocks become lines, scripts vanish, entities are decoded exactly once."""
    value = raw.value[:FIELD_LIMIT]
    if raw.html and ("<" in value or "&" in value):
        value = text_in(value)
    return tidy(value)


def tidy(text: str) -> str:
    """No control, direction, zero-width or invisible characters; one way of composing letters; few spaces."""
    text = seen(text).strip()
    if "  " in text:
        text = _SPACES.sub(" ", text)
    if "\n" in text:
        text = _EMPTY_LINES.sub("\n\n", "\n".join([line.strip() for line in text.split("\n")]))
    return text


def seen(text: str) -> str:
    """The characters that a reader sees, with every space and every line break written in one way."""
    if text.isascii():
        return text.translate(_SEEN_ASCII)
    # Most of a Dutch text is ASCII all the same: only the rest is looked at, letter by letter.
    return unicodedata.normalize("NFC", _UNUSUAL.sub(lambda run: "".join(map(_seen_letter, run[0])), text))


@lru_cache(maxsize=2048)
def _seen_letter(letter: str) -> str:
    if letter in _BREAKS:
        return _BREAKS[letter]
    if _is_hidden(letter):
        return ""
    return " " if letter.isspace() else letter


def _clean(text: str) -> str:
    """Without hidden characters, and otherwise as it was: for guids and addresses."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([letter for letter in text if letter == "\n" or not _is_hidden(letter)])


def _is_hidden(letter: str) -> bool:
    # The supplement of variation selectors can carry a text of its own that nobody sees.
    return unicodedata.category(letter) in _HIDDEN or "\U000e0100" <= letter <= "\U000e01ef"


_SEEN_ASCII = {code: _seen_letter(chr(code)) or None for code in range(128)}


def one_line(text: str) -> str:
    return " ".join(text.split())


def _opening(text: str, limit: int) -> str:
    """The first words of a tidy text, in which at most two of three characters are spaces."""
    return shorten(one_line(text[: 3 * limit]), limit)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, the ellipsis included, cut at a word where there is one not too far back."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at = cut.rfind(" ")
    if text[limit - 1] != " " and at > limit // 2:
        cut = cut[:at]
    return cut.rstrip(" ,;:-–") + ELLIPSIS
