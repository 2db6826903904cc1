"""Documents that somebody wrote to make a reader of feeds work: each is a known way to spend much on little.

Made here and not stored. Five megabytes where size matters, as much as a crawl takes from a server unpacked twice over.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

SIZE = 5_000_000
_RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>'
_END = "</channel></rss>"


def _fill(piece: str, size: int = SIZE) -> str:
    return piece * (size // len(piece.encode()))


def _item(inside: str, *, broken: bool = False) -> bytes:
    """In a feed that is well formed, or in one that is not, which another parser reads."""
    wrong = "<item><title>a & b</title></item>" if broken else ""
    return f"{_RSS}<item><title>Eerste</title></item>{wrong}<item>{inside}</item>{_END}".encode()


def _utf8(text: str) -> bytes:
    return text.encode()


def _atom(inside: str, head: str = "") -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {head}><entry>{inside}</entry></feed>'.encode()


def _numbered(form: str, size: int = SIZE) -> str:
    length = len(form.format(0)) + 5
    return "".join(form.format(number) for number in range(size // length))


BOMBS: dict[str, Callable[[], bytes]] = {
    "elements nested a hundred thousand deep": lambda: _item("<a>" * 100_000),
    "elements nested a hundred thousand deep and closed": lambda: _item("<a>" * 100_000 + "</a>" * 100_000),
    "one tag that never ends": lambda: _utf8(_RSS + "<item " + "a" * SIZE),
    "one tag with spaces that never ends": lambda: _utf8(_RSS + "<item " + " " * SIZE),
    "an attribute of five megabytes": lambda: _item('<link href="' + "x" * SIZE + '"/>'),
    "an attribute of five megabytes in a broken feed": lambda: _item('<link href="' + "x" * SIZE + '"/>', broken=True),
    "an attribute that never ends": lambda: _utf8(_RSS + '<item a="' + "x" * SIZE),
    "attributes without end": lambda: _item("<link " + _numbered('a{}="" ') + "/>"),
    "many tags with many attributes": lambda: _item(("<b " + _numbered('a{}="" ', 7000) + "/>") * 700),
    "many tags with many attributes in a broken feed": lambda: _item(
        ("<b " + _numbered('a{}="" ', 7000) + "/>") * 700, broken=True
    ),
    "a million ampersands": lambda: _item("<description>" + _fill("&amp;") + "</description>"),
    "a million ampersands in a broken feed": lambda: _item(
        "<description>" + _fill("&amp;") + "</description>", broken=True
    ),
    "half a million letters by number": lambda: _item("<description>" + _fill("&#233;") + "</description>"),
    "half a million letters by number in a broken feed": lambda: _item(
        "<description>" + _fill("&#233;") + "</description>", broken=True
    ),
    "spaces by number before a block": lambda: _atom(
        '<title type="xhtml">' + _fill("&#32;") + "<div>x</div></title><title>a & b</title>"
    ),
    "ampersands without a name": lambda: _item("<description>" + _fill("&#") + "</description>"),
    "a letter with a million digits": lambda: _item("<description>&#" + "9" * SIZE + ";</description>"),
    "letters that do not exist": lambda: _item("<description>&#x110000; &#xd800; &#99999999999;</description>"),
    "an ampersand with a long name": lambda: _item("<description>&" + "a" * SIZE + "</description>"),
    "CDATA that never ends, again and again": lambda: _item("<description>" + _fill("<![CDATA[") + "</description>"),
    "empty CDATA, again and again": lambda: _item("<description>" + _fill("<![CDATA[]]>") + "</description>"),
    "empty CDATA, again and again, in a broken feed": lambda: _item(
        "<description>" + _fill("<![CDATA[]]>") + "</description>", broken=True
    ),
    "five megabytes of <": lambda: _item("<description>" + "<" * SIZE + "</description>"),
    "five megabytes of < before the feed": lambda: b"<" * SIZE + _item(""),
    "five megabytes of >": lambda: _item("<description>" + ">" * SIZE + "</description>", broken=True),
    "tags without an end": lambda: _item("<description>" + _fill("<a") + "</description>"),
    "closing tags without an end": lambda: _item("<description>" + _fill("</a") + "</description>"),
    "closing tags of nothing": lambda: _item("<description>" + _fill("</a>") + "</description>"),
    "short tags of SGML": lambda: _item("<description>" + _fill("<a/") + "</description>"),
    "short tags of SGML with text": lambda: _item("<description>" + _fill("<a/b/") + "</description>"),
    "comments that never end": lambda: _item("<description>" + _fill("<!--") + "</description>"),
    "comments, again and again": lambda: _item("<description>" + _fill("<!---->") + "</description>"),
    "comments before the feed": lambda: _fill("<!---->").encode() + _item(""),
    "declarations": lambda: _item("<description>" + _fill("<!x>") + "</description>"),
    "declarations that never end": lambda: _item("<description>" + _fill("<!x") + "</description>"),
    "processing instructions": lambda: _item("<description>" + _fill("<?x?>") + "</description>"),
    "processing instructions that never end": lambda: _item("<description>" + _fill("<?x ") + "</description>"),
    "quotes that cross tags": lambda: _item('<a "' + _fill(' <a "/') + "</a>", broken=True),
    "quotes that never close": lambda: _item(_fill('<a b="'), broken=True),
    "quotes in turns": lambda: _item(_fill("<a \"'\" '\"'>"), broken=True),
    "a tag of many words": lambda: _item("<a " + _fill("b ") + ">", broken=True),
    "a tag of many quoted words": lambda: _item("<a " + _fill('"b" ') + ">", broken=True),
    "an author of one long word": lambda: _item("<author>" + "a" * SIZE + "</author>"),
    "an author that is nearly an address": lambda: _item("<author>" + _fill("a@") + "</author>"),
    "an editor of one long word": lambda: _utf8(f"{_RSS}<managingEditor>{'a' * SIZE}</managingEditor>{_END}"),
    "labels without end": lambda: _item(_numbered("<category>c{}</category>", 2_000_000)),
    "labels in one element": lambda: _item(
        '<x:keywords xmlns:x="http://www.itunes.com/DTDs/PodCast-1.0.dtd">' + _fill("a,") + "</x:keywords>"
    ),
    "links without end": lambda: _item(_numbered('<link href="/{}"/>')),
    "entries without end": lambda: _utf8(_RSS + _fill("<item/>") + _END),
    "entries without end in a broken feed": lambda: _utf8(_RSS + "&" + _fill("<item></item>") + _END),
    "sources without end": lambda: _item(_fill("<source url='x'>y</source>")),
    "namespaces without end": lambda: _item(_numbered('<a{0}:b xmlns:a{0}="urn:{0}"/>', 1_000_000)),
    "namespaces, and elements that are looked for in them": lambda: _item(
        "<c " + _numbered('xmlns:a{0}="urn:{0}" ', 500_000) + ">" + "<a999:b/>" * 100_000 + "</c>"
    ),
    "namespaces in a broken feed": lambda: _item(_numbered('<b xmlns:a{0}="urn:{0}"/>', 1_000_000), broken=True),
    "a base within a base within a base": lambda: _item('<a xml:base="b/">' * 150 + "<b/>" * 50_000 + "</a>" * 150),
    "a long base and many tags": lambda: _item('<a xml:base="' + "b/" * 100_000 + '">' + "<b/>" * 100_000 + "</a>"),
    "a base just short enough and many tags": lambda: _item(
        '<a xml:base="' + "b/" * 480 + '">' + "<b/>" * 300_000 + "</a>"
    ),
    "base64 of five megabytes": lambda: _atom(
        '<content type="application/octet-stream">' + base64.b64encode(b"x" * 3_700_000).decode() + "</content>"
    ),
    "base64 that is none": lambda: _atom('<content type="application/octet-stream">' + "=A" * 2_500_000 + "</content>"),
    "XHTML of half a million tags": lambda: _atom(
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">' + _fill("<b>a</b>") + "</div></content>"
    ),
    "text that looks like tags": lambda: _item("<title><![CDATA[</a>" + _fill("<ab") + "]]></title>"),
    "text of five megabytes that is not ASCII": lambda: _item("<description>" + _fill("é€") + "</description>"),
    "text of five megabytes with one smiling face": lambda: _item("<description>😀" + "x" * SIZE + "</description>"),
    "twenty megabytes of entries": lambda: _utf8(
        _RSS
        + _numbered("<item><guid>{0}</guid><description>" + "tekst " * 2000 + "</description></item>", 4 * SIZE)
        + _END
    ),
    "twenty megabytes of one entry": lambda: _item("<description>" + "tekst " * 3_300_000 + "</description>"),
    "twenty megabytes in UTF-16": lambda: (
        _item("<description>" + "é" * 2 * SIZE + "</description>").decode().encode("utf-16")
    ),
    "twenty megabytes of < in a broken feed": lambda: _item(
        "<description>" + "<" * 4 * SIZE + "</description>", broken=True
    ),
    "geometry that is none": lambda: _item('<x:pos xmlns:x="http://www.opengis.net/gml">1 2</x:pos>'),
    "entities that multiply": lambda: _utf8(
        '<!DOCTYPE rss [<!ENTITY a "' + "x" * 100 + '">]>' + _RSS + "<item>" + _fill("&a;") + "</item>" + _END
    ),
    "JSON of nested lists": lambda: b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * SIZE,
    "JSON of empty objects": lambda: _utf8(
        '{"version": "https://jsonfeed.org/version/1", "items": [' + _fill("{},") + "{}]}"
    ),
    "JSON of twenty megabytes": lambda: json.dumps(
        {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "content_text": "x" * 4 * SIZE}]}
    ).encode(),
    "JSON of one long number": lambda: _utf8(
        '{"version": "https://jsonfeed.org/version/1", "items": [{"id": ' + "9" * SIZE + "}]}"
    ),
    "JSON text of five megabytes": lambda: (
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1",
                "items": [{"id": "1", "content_html": "😀<b>x</b>" * 500_000}],
            },
            ensure_ascii=False,
        ).encode()[:5_200_000]
        + b'"}]}'
    ),
}
