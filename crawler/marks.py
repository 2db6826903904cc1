"""The marks by which a page itself reserves the rights of its text. Pure, and on bytes alone.

Apart from `crawler/reservations.py`, which asks a site's files: this is read in the parser processes.
"""

from __future__ import annotations

import re

AGENT = "signaal"
CLOSED = frozenset({"noindex", "noarchive", "none"})

_HEAD_BYTES = 512 * 1024
"""How far into a page its marks are looked for: beyond this no page still has its head."""
_META = re.compile(rb"<meta\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([a-z-]{1,30})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def reserved_in_html(body: bytes, agent: str = AGENT) -> bool:
    """Whether a page reserves itself: meta `tdm-reservation`, or meta `robots` (or our name) with noindex or noarchive.

    Cheap: it looks at the beginning of the page for its meta elements and parses nothing else.
    """
    # Without its zeros, a page in UTF-16 reads as ASCII here.
    head = _without_comments(body[:_HEAD_BYTES].replace(b"\0", b""))
    for found in _META.finditer(head):
        told = {name.lower(): b"".join(value) for name, *value in _ATTRIBUTE.findall(found[1])}
        name, content = (told.get(key, b"").decode("latin-1").strip().lower() for key in (b"name", b"content"))
        if name == "tdm-reservation" and content == "1":
            return True
        if name in {"robots", agent.lower()} and not CLOSED.isdisjoint(re.split(r"[\s,;]+", content)):
            return True
    return False


def _without_comments(text: bytes) -> bytes:
    kept, place = [], 0
    while (begin := text.find(b"<!--", place)) >= 0:
        kept.append(text[place:begin])
        end = text.find(b"-->", begin + 4)
        if end < 0:
            return b"".join(kept)
        place = end + 3
    return b"".join([*kept, text[place:]])
