"""OPML: the list of feeds that every feed reader writes and reads (opml.org, version 2.0)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from lxml import etree

from service.calendars import clean
from store.errors import NotAllowedError

NO_OPML = "Dit is geen OPML. Maak in je feedlezer een export van je abonnementen, en kies dat bestand."


def outlines(body: bytes) -> list[tuple[str, str]]:
    """The feeds in a file as (name, address), in its order. Raises NotAllowedError with a Dutch sentence.

    A DOCTYPE has no place in OPML, and is where bombs and references to other files are (TRUST 2.3).
    """
    if re.search(rb"<!DOCTYPE|<!ENTITY", body.replace(b"\x00", b""), re.IGNORECASE):
        raise NotAllowedError(NO_OPML)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(body, parser) if body.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or root.tag != "opml":
        raise NotAllowedError(NO_OPML)
    found = []
    for outline in root.iter("outline"):
        url = outline.get("xmlUrl", "").strip()
        if url:
            found.append((" ".join(clean(outline.get("title") or outline.get("text") or "").split()) or url, url))
    return found


def written(title: str, feeds: Iterable[tuple[str, str]]) -> str:
    """An OPML document of feeds, each as (name, address)."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for name, url in feeds:
        ET.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=url)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
