"""What kind of document this is, for whoever hands us one and does not say: `signaal inspect`. Pure."""

from __future__ import annotations

import json
import re

from crawler.documents import decoded
from crawler.htmltree import looks_like_html

KINDS = ("html", "feed", "ics", "text", "jsonl")

_TYPES = (
    ("text/calendar", "ics"), ("json-seq", "jsonl"), ("jsonl", "jsonl"), ("ndjson", "jsonl"), ("rss", "feed"),
    ("atom", "feed"), ("rdf", "feed"), ("feed+json", "feed"), ("html", "html"),
)  # fmt: skip
"""What a Content-Type holds, and the kind it means; only what the content itself leaves open is decided by it."""
_ENDINGS = {"jsonl": "jsonl", "ndjson": "jsonl", "ics": "ics"}
_FEED = re.compile(
    r"(?:<\?xml[^>]{0,200}\?>\s{0,100})?(?:<!--.{0,2000}?-->\s{0,100}){0,9}<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_NO_TEXT = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
"""How a document in UTF-16 begins, the one honest place for zeros."""
_START = 64_000


def guessed(body: bytes, content_type: str = "", name: str = "") -> str:
    """What a document is, one of KINDS: by what stands in it, then by its type, then by the end of its name.

    "" when it is no text at all.
    """
    if body.startswith(_NO_TEXT) or (b"\x00" in body[:_START] and not body.startswith(_WIDE)):
        return ""
    start = decoded(body[:_START], "")[0].lstrip("\ufeff \t\r\n")
    if start[:15].upper() == "BEGIN:VCALENDAR":
        return "ics"
    if start.startswith("{"):
        return "jsonl" if is_line(start.split("\n", 1)[0]) or name.endswith("jsonl") else "feed"
    if start.startswith("<"):
        return "html" if not _FEED.match(start) and looks_like_html(start) else "feed"
    typed = next((kind for part, kind in _TYPES if part in content_type.lower()), "")
    return typed or _ENDINGS.get(name.rpartition(".")[2].lower(), "text")


def is_line(line: str | bytes) -> bool:
    """Whether this is an object as `inspect --as jsonl` takes them, and not a JSON Feed on one line."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and not str(told.get("version", "")).startswith("https://jsonfeed.org/")
