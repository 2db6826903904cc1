"""The outgoing feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1. Pure: public items in, bytes out.

Identifiers never change, so nobody sees an item twice. The date of a feed is that of its newest item, so that the
same items give the same bytes and a reader's conditional request works.

What was withdrawn leaves a tombstone under its identifier, so that a reader puts it in the place of what it kept: in
Atom as RFC 6721 has it, in the others as an entry that repeats nothing of what it was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from service import wording
from store.published import PublicItem
from store.tombstones import Tombstone

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
GONE_TITLE = "Dit bericht is ingetrokken"
GONE_WORDS = "De redactie heeft dit bericht weggehaald. Gebruik het niet meer."
EMPTY_DATE = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself. `url` is the feed's own address, `page` the page that shows the same list."""

    title: str
    description: str
    base_url: str
    url: str
    page: str


def rss(channel: Channel, items: Sequence[PublicItem], gone: Sequence[Tombstone] = ()) -> bytes:
    """RSS 2.0 with the feed's own address as an Atom link."""
    ET.register_namespace("atom", ATOM)
    root = ET.Element("rss", version="2.0")
    top = ET.SubElement(root, "channel")
    _text(top, "title", channel.title)
    _text(top, "link", channel.page)
    _text(top, "description", channel.description)
    _text(top, "language", "nl")
    _text(top, "ttl", "60")
    ET.SubElement(top, f"{{{ATOM}}}link", href=channel.url, rel="self", type="application/rss+xml")
    if items or gone:
        _text(top, "lastBuildDate", format_datetime(_latest(items, gone), usegmt=True))
    for item in items:
        entry = ET.SubElement(top, "item")
        _text(entry, "title", item.title)
        _text(entry, "link", address(channel.base_url, item))
        _text(entry, "description", item.excerpt)
        guid = _text(entry, "guid", identifier(channel.base_url, item))
        guid.set("isPermaLink", "false")
        _text(entry, "pubDate", format_datetime(item.listed_at, usegmt=True))
        for word in labels(item):
            _text(entry, "category", word)
        if item.url:
            _text(entry, "source", item.source_name).set("url", item.url)
    for stone in gone:
        entry = ET.SubElement(top, "item")
        _text(entry, "title", GONE_TITLE)
        _text(entry, "link", _name(channel.base_url, stone.id))
        _text(entry, "description", GONE_WORDS)
        _text(entry, "guid", _name(channel.base_url, stone.id)).set("isPermaLink", "false")
        _text(entry, "pubDate", format_datetime(stone.gone_at, usegmt=True))
    return _bytes(root)


def atom(channel: Channel, items: Sequence[PublicItem], gone: Sequence[Tombstone] = ()) -> bytes:
    """Atom 1.0, with deleted entries (RFC 6721)."""
    ET.register_namespace("", ATOM)
    ET.register_namespace("at", TOMBSTONES)
    root = ET.Element(f"{{{ATOM}}}feed")
    _atom(root, "id", channel.url)
    _atom(root, "title", channel.title)
    _atom(root, "subtitle", channel.description)
    _atom(root, "updated", _latest(items, gone).isoformat() if items or gone else EMPTY_DATE)
    ET.SubElement(root, f"{{{ATOM}}}link", href=channel.url, rel="self", type="application/atom+xml")
    ET.SubElement(root, f"{{{ATOM}}}link", href=channel.page, rel="alternate", type="text/html")
    for item in items:
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        _atom(entry, "id", identifier(channel.base_url, item))
        _atom(entry, "title", item.title)
        _atom(entry, "updated", item.public_at.isoformat())
        _atom(entry, "published", item.listed_at.isoformat())
        ET.SubElement(entry, f"{{{ATOM}}}link", href=address(channel.base_url, item), rel="alternate", type="text/html")
        if item.url:
            ET.SubElement(entry, f"{{{ATOM}}}link", href=item.url, rel="via")
        author = ET.SubElement(entry, f"{{{ATOM}}}author")
        _atom(author, "name", item.source_name)
        _atom(entry, "summary", item.excerpt)
        for word in labels(item):
            ET.SubElement(entry, f"{{{ATOM}}}category", term=word)
    for stone in gone:
        when = stone.gone_at.isoformat()
        left = ET.SubElement(root, f"{{{TOMBSTONES}}}deleted-entry", ref=_name(channel.base_url, stone.id), when=when)
        _text(left, f"{{{TOMBSTONES}}}comment", GONE_TITLE)
    return _bytes(root)


def json_feed(channel: Channel, items: Sequence[PublicItem], gone: Sequence[Tombstone] = ()) -> bytes:
    """JSON Feed 1.1 (jsonfeed.org)."""
    entries = []
    for item in items:
        entry: dict[str, object] = {
            "id": identifier(channel.base_url, item),
            "url": address(channel.base_url, item),
            "title": item.title,
            "content_text": item.excerpt or item.title,
            "date_published": item.listed_at.isoformat(),
            "date_modified": item.public_at.isoformat(),
            "authors": [{"name": item.source_name}],
            "tags": list(labels(item)),
            "language": "nl",
        }
        if item.url:
            entry["external_url"] = item.url
        entries.append(entry)
    entries += [_gone_entry(channel.base_url, stone) for stone in gone]
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.page,
        "feed_url": channel.url,
        "language": "nl",
        "items": entries,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _gone_entry(base_url: str, stone: Tombstone) -> dict[str, object]:
    name, when = _name(base_url, stone.id), stone.gone_at.isoformat()
    return {
        "id": name,
        "url": name,
        "title": GONE_TITLE,
        "content_text": GONE_WORDS,
        "date_published": when,
        "date_modified": when,
        "language": "nl",
    }


def address(base_url: str, item: PublicItem) -> str:
    return f"{base_url}/nieuws/{item.id}-{wording.slug(item.title)}"


def identifier(base_url: str, item: PublicItem) -> str:
    """Stable for ever, also when the title changes."""
    return _name(base_url, item.id)


def _name(base_url: str, item_id: int) -> str:
    return f"{base_url}/nieuws/{item_id}"


def labels(item: PublicItem) -> tuple[str, ...]:
    places = [word for region in item.regions for word in (region.province, region.municipality) if word]
    return tuple(dict.fromkeys([*places, *(wording.FORM_NAMES[form] for form in item.forms)]))


def _latest(items: Sequence[PublicItem], gone: Sequence[Tombstone]) -> datetime:
    return max([item.public_at for item in items] + [stone.gone_at for stone in gone])


def _text(parent: ET.Element, tag: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, tag)
    made.text = text
    return made


def _atom(parent: ET.Element, tag: str, text: str) -> ET.Element:
    return _text(parent, f"{{{ATOM}}}{tag}", text)


def _bytes(root: ET.Element) -> bytes:
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made
