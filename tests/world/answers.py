"""The answers of the catalogue: what goes over the wire, by kind of misbehaviour."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from service.demo.feeds import Channel, Entry, rss
from service.demo.server import Answer, Asked, Raw, Wire

Say = Callable[[Asked], Answer | Raw]
RSS = "application/rss+xml; charset=utf-8"
WRITTEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LARGE_BYTES = 10 * 1024 * 1024
BOMB_BYTES = 100 * 1024 * 1024
MANY = 2000
SILENCE_SECONDS = 600.0
NESTED = 20_000


def status(code: int, *headers: tuple[str, str]) -> Say:
    """Always this status, with a page for people."""
    return lambda _asked: Answer(status=code, body=f"<h1>{code}</h1>".encode(), headers=headers)


def body(content: bytes | str, media_type: str = RSS) -> Say:
    """Always 200 with this body."""
    whole = content.encode() if isinstance(content, str) else content
    return lambda _asked: Answer(body=whole, type=media_type)


def redirect(target: str, code: int = 302) -> Say:
    """Always on to `target`."""
    return status(code, ("Location", target))


def good_feed(count: int = 3) -> bytes:
    """A feed without fault, newest first."""
    entries = [
        Entry(
            guid=f"bericht-{number}",
            link=f"http://bron.example.nl/nieuws/{number}",
            title=f"Bericht {number} over mensenhandel",
            text=f"De politie hield verdachte nummer {number} aan voor arbeidsuitbuiting.",
            published_at=WRITTEN - timedelta(hours=number),
        )
        for number in range(1, count + 1)
    ]
    home = "http://bron.example.nl/"
    return rss(Channel("Lastige bron", home, home + "feed", WRITTEN), entries)


def item_without(*names: str) -> bytes:
    """A feed with one good item and one that lacks these elements."""
    parts = {
        "guid": "<guid isPermaLink='false'>kaal</guid>",
        "link": "<link>http://bron.example.nl/kaal</link>",
        "title": "<title>Kaal bericht</title>",
    }
    left = "".join(part for name, part in parts.items() if name not in names)
    item = f"<item>{left}<description>Dit bericht mist iets.</description></item>"
    return good_feed(1).replace(b"</channel>", item.encode() + b"</channel>")


def never(_asked: Asked) -> Raw:
    """Take the request and say nothing."""

    def write(wire: Wire) -> None:
        wire.wait(SILENCE_SECONDS)

    return Raw(write)


def drip(_asked: Asked) -> Raw:
    """A byte a second, always just before a time-out between bytes."""

    def write(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 100000\r\n\r\n")
        for byte in good_feed():
            wire.send(bytes([byte]))
            if not wire.wait(1.0):
                return

    return Raw(write)


def cut(_asked: Asked) -> Raw:
    """Promise more bytes than come."""
    whole = good_feed()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {RSS}\r\nContent-Length: {len(whole)}\r\n\r\n"
    return Raw(lambda wire: wire.send(head.encode() + whole[: len(whole) // 2]))


def reset(_asked: Asked) -> Raw:
    """Break the connection off in the middle of the header."""

    def write(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\nContent-")
        wire.drop()

    return Raw(write)


def cut_gzip(_asked: Asked) -> Answer:
    """A packed feed that stops half-way, with a length that fits what came."""
    packed = gzip.compress(good_feed(50), mtime=0)
    return Answer(body=packed[: len(packed) // 2], type=RSS, headers=(("Content-Encoding", "gzip"),), packed=False)


def large(_asked: Asked) -> Raw:
    """Ten megabytes of a feed that is well-formed so far."""

    def write(wire: Wire) -> None:
        wire.send(f"HTTP/1.1 200 OK\r\nContent-Type: {RSS}\r\nConnection: close\r\n\r\n<rss>".encode())
        for _ in range(LARGE_BYTES // 65536):
            wire.send(b" " * 65536)

    return Raw(write)


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    return gzip.compress(b"<rss>" + b" " * BOMB_BYTES, compresslevel=6, mtime=0)


def gzip_bomb(_asked: Asked) -> Answer:
    """A hundred kilobytes that unpack to a hundred megabytes."""
    return Answer(body=_bomb(), type=RSS, headers=(("Content-Encoding", "gzip"),), packed=False)


def false_304(_asked: Asked) -> Answer:
    """Say that nothing changed, also to who never was here."""
    return Answer(status=304)


def never_304() -> Say:
    """The same body each time, with a validator that is never the same."""
    count = iter(range(1_000_000))
    return lambda _asked: Answer(body=good_feed(), type=RSS, etag=False, headers=(("ETag", f'"{next(count)}"'),))


def circle(asked: Asked) -> Answer:
    """From /feed to /feed/x and back."""
    target = "/feed" if asked.path != "/feed" else "/feed/x"
    return Answer(status=302, headers=(("Location", target),))


def longer_and_longer(asked: Asked) -> Answer:
    """A redirect that never repeats itself, so that only counting helps."""
    return Answer(status=302, headers=(("Location", asked.path + "/x"),))


def entity_bomb() -> bytes:
    """Ten entities that each hold ten of the one before: ten thousand million characters."""
    levels = ['<!ENTITY e0 "lol">']
    levels += [f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 11)]
    doctype = f"<!DOCTYPE rss [{''.join(levels)}]>"
    return good_feed(1).replace(b"<rss", doctype.encode() + b"<rss", 1).replace(b"Bericht 1", b"&e10;")


def external_entity() -> bytes:
    """A DTD that wants a file of the visitor in the title."""
    doctype = b'<!DOCTYPE rss [<!ENTITY geheim SYSTEM "file:///etc/passwd">]>'
    return good_feed(1).replace(b"<rss", doctype + b"<rss", 1).replace(b"Bericht 1", b"&geheim;")
