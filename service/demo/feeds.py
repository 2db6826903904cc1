"""Writes made-up entries in the dialects that real sources speak: RSS 2.0, RSS 0.91, Atom, RDF and JSON Feed.

Written by hand and not with the libraries that read them, so that writer and reader cannot share a mistake.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from store.values import AMSTERDAM


@dataclass(frozen=True, slots=True)
class Entry:
    """One news item of a made-up source. `link` is absolute; times are aware; `title` may be absent."""

    guid: str
    link: str
    title: str | None
    text: str
    published_at: datetime
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """Who the feed is from. `home` and `own` are the absolute addresses of the site and of the feed itself."""

    title: str
    home: str
    own: str
    updated_at: datetime


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _maybe(name: str, text: str | None) -> str:
    return "" if text is None else _tag(name, text)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rfc822(moment: datetime) -> str:
    """In local time with its offset, as Dutch sites do."""
    return format_datetime(moment.astimezone(AMSTERDAM).replace(microsecond=0))


def rss(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """RSS 2.0, text as escaped HTML in `description`."""
    items = "".join(
        "<item>"
        + _maybe("title", entry.title)
        + _tag("link", entry.link)
        + f'<guid isPermaLink="false">{escape(entry.guid)}</guid>'
        + _tag("pubDate", _rfc822(entry.published_at))
        + _tag("description", html_of(entry.text))
        + "</item>\n"
        for entry in entries
    )
    return _xml(
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        + _about(channel)
        + f'<atom:link href={quoteattr(channel.own)} rel="self" type="application/rss+xml"/>'
        + _tag("lastBuildDate", _rfc822(channel.updated_at))
        + f"<ttl>60</ttl>\n{items}</channel></rss>\n"
    )


def rss_091(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """RSS 0.91 of 1999: an item is a title, a link and a description. No guid, no date, no DTD."""
    items = "".join(
        "<item>"
        + _maybe("title", entry.title)
        + _tag("link", entry.link)
        + _tag("description", entry.text)
        + "</item>\n"
        for entry in entries
    )
    return _xml(f'<rss version="0.91"><channel>{_about(channel)}\n{items}</channel></rss>\n')


def _about(channel: Channel) -> str:
    return (
        _tag("title", channel.title)
        + _tag("link", channel.home)
        + _tag("description", f"Nieuws van {channel.title}")
        + "<language>nl</language>"
    )


def atom(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Atom, RFC 4287. A missing title is an empty one: the element is required there."""
    items = "".join(
        "<entry>"
        + _tag("title", entry.title or "")
        + _tag("id", entry.guid)
        + f"<link href={quoteattr(entry.link)}/>"
        + _tag("published", _iso(entry.published_at))
        + _tag("updated", _iso(entry.updated_at or entry.published_at))
        + f'<content type="html">{escape(html_of(entry.text))}</content>'
        + "</entry>\n"
        for entry in entries
    )
    return _xml(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl">'
        + _tag("title", channel.title)
        + _tag("id", channel.own)
        + _tag("updated", _iso(channel.updated_at))
        + f"<author><name>{escape(channel.title)}</name></author><link href={quoteattr(channel.home)}/>"
        + f'<link rel="self" href={quoteattr(channel.own)}/>\n{items}</feed>\n'
    )


def rdf(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """RSS 1.0: items stand beside the channel and are known by `rdf:about`; dates are Dublin Core."""
    listed = "".join(f"<rdf:li rdf:resource={quoteattr(entry.guid)}/>" for entry in entries)
    items = "".join(
        f"<item rdf:about={quoteattr(entry.guid)}>"
        + _maybe("title", entry.title)
        + _tag("link", entry.link)
        + _tag("description", entry.text)
        + _tag("dc:date", _iso(entry.published_at))
        + "</item>\n"
        for entry in entries
    )
    return _xml(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel rdf:about={quoteattr(channel.own)}>"
        + _tag("title", channel.title)
        + _tag("link", channel.home)
        + _tag("description", f"Nieuws van {channel.title}")
        + f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    )


def json_feed(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """JSON Feed 1.1."""
    items = [
        {
            "id": entry.guid,
            "url": entry.link,
            **({} if entry.title is None else {"title": entry.title}),
            "content_text": entry.text,
            "date_published": _iso(entry.published_at),
        }
        for entry in entries
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": channel.own,
        "language": "nl",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


Writer = Callable[[Channel, Sequence[Entry]], bytes]
WRITERS: dict[str, tuple[Writer, str, str]] = {
    "rss": (rss, "/rss.xml", "application/rss+xml; charset=utf-8"),
    "rss091": (rss_091, "/nieuws.rss", "text/xml"),
    "atom": (atom, "/atom.xml", "application/atom+xml"),
    "rdf": (rdf, "/index.rdf", "application/rdf+xml"),
    "json": (json_feed, "/feed.json", "application/feed+json"),
}
"""Per dialect: who writes it, the path it usually stands at, and the media type it usually comes with."""


def html_of(text: str) -> str:
    """Plain text as paragraphs of HTML."""
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n") if part.strip())


def _xml(body: str) -> bytes:
    return ('<?xml version="1.0" encoding="utf-8"?>\n' + body).encode()
