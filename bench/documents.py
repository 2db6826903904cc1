"""The feeds of the farm as documents: RSS 2.0 as WordPress writes it, and every eighth one Atom."""

from __future__ import annotations

from html import escape

from bench.dutch import Entry, entries

ATOM_EVERY = 8
RSS_TYPE = "application/rss+xml; charset=utf-8"
ATOM_TYPE = "application/atom+xml; charset=utf-8"


def document(number: int, *, changed: bool = False) -> tuple[bytes, str]:
    """The bytes of one feed and their type. Deterministic."""
    told = entries(number, changed=changed)
    if number % ATOM_EVERY == ATOM_EVERY - 1:
        return _atom(number, told).encode(), ATOM_TYPE
    return _rss(number, told).encode(), RSS_TYPE


def _page(entry: Entry) -> str:
    return f"https://omroep.example/nieuws/{entry.guid.partition('=')[2]}/"


def _html(entry: Entry) -> str:
    """An article as it stands in a feed: with a picture, links and emphasis, so that there is something to clean."""
    page = _page(entry)
    first, second, *rest = entry.paragraphs
    picture = (
        f'<figure class="wp-block-image"><img src="{page}beeld.jpg" alt="Sfeerbeeld" width="640" height="360" '
        f'loading="lazy"/><figcaption>Foto: eigen archief</figcaption></figure>'
    )
    return (
        f"<p><strong>{escape(entry.lead)}</strong></p>{picture}<p>{escape(first)}</p>"
        f'<h2>Wat er speelt</h2><p>{escape(second)} <a href="{page}#meer" rel="nofollow">Lees meer</a>.</p>'
        + "".join(f"<p><em>Update</em> {escape(text)}</p>" for text in rest)
        + f'<p><a href="{page}">Het bericht op de site</a></p>'
    )


def _rss(number: int, told: list[Entry]) -> str:
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><link>{_page(entry)}</link>"
        f"<dc:creator><![CDATA[Redactie]]></dc:creator>"
        f"<pubDate>{_rfc822(entry)}</pubDate><category><![CDATA[Regio]]></category>"
        f'<guid isPermaLink="false">{entry.guid}</guid>'
        f"<description><![CDATA[<p>{escape(entry.lead)}</p>]]></description>"
        f"<content:encoded><![CDATA[{_html(entry)}]]></content:encoded></item>\n"
        for entry in told
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>Omroep Proef {number}</title><link>https://omroep.example/</link>"
        f"<description>Nieuws uit de streek</description><language>nl-NL</language>{items}</channel></rss>"
    )


def _atom(number: int, told: list[Entry]) -> str:
    items = "".join(
        f'<entry><title>{escape(entry.title)}</title><link rel="alternate" href="{_page(entry)}"/><id>{entry.guid}</id>'
        f"<published>{_iso(entry)}</published><updated>{_iso(entry)}</updated><author><name>Redactie</name></author>"
        f'<summary>{escape(entry.lead)}</summary><content type="html">{escape(_html(entry))}</content></entry>\n'
        for entry in told
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl">'
        f"<title>Omroep Proef {number}</title><id>urn:proef:{number}</id><updated>2026-11-24T00:00:00+01:00</updated>"
        f'<link href="https://omroep.example/"/>{items}</feed>'
    )


def _rfc822(entry: Entry) -> str:
    name = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")[(entry.day - 1) % 7]
    return f"{name}, {entry.day:02d} Nov 2026 {entry.minute // 60:02d}:{entry.minute % 60:02d}:00 +0100"


def _iso(entry: Entry) -> str:
    return f"2026-11-{entry.day:02d}T{entry.minute // 60:02d}:{entry.minute % 60:02d}:00+01:00"
