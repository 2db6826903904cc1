"""What a browser and this program read in one address is the same host, or the address is refused (TRUST S12)."""

from __future__ import annotations

import json
import random
from ipaddress import ip_address

import pytest
import yarl
from scrapy import Request

from crawler.urls import UrlRefusedError, canonical, checked
from store.hosts import host_key
from tests.parts.corpus import corpus

READ = """urls => urls.map(url => {
    try { const read = new URL(url); return [read.hostname, read.port || (read.protocol === "http:" ? "80" : "443")] }
    catch { return null }
})"""
COUNT = 20_000
PIECES = (
    *("http://", "https://", "HTTP://", "http:/", "http:", "//", "/", "\\", "\\\\", "@", ":", "?", "#", ";", "&", "="),
    *("%", ".", "good.nl", "evil.com", "127.0.0.1", "0x7f.1", "0177.1", "2130706433", "1.2.3", "[::1]", "[v1.x]"),
    *("[::ffff:127.0.0.1]", "[::1%25lo]", "%2e", "%00", "%2f", "%40", "%5c", "\t", "\n", "\r", " ", "\x00", "\x7f"),
    *("\u00ad", "\u200d", "\u2044", "\u3002", "\uff0e", "\uff0f", "\u2460\u2461\u2466", "ß", "ä", "\u03c2", "\u0130"),
    *("\u017f", "\u212a", "\u2100", "xn--", "xn--a", "xn--exmple-cua", "☃", "日本", "a_b", "-", "--", "..", "0", "08"),
    *("80", ":80", ":0", ":99999", ":+80", ":8٠", "user", "user:pw@", "x" * 64, "nl", "com", "[", "]", "<", ">", "^"),
    *("|", '"', "`", "{", "}", "'", "*", "!", "~", "$", ",", "(", ")", "1e3", "0x", "0xg", "1.1.1.1.", "4294967296"),
)


def generated(count: int) -> list[str]:
    """Addresses of pieces that parsers are known to disagree on, half of them nearly right."""
    seed = 20261124
    print(f"seed {seed}")
    chance = random.Random(seed)
    found = []
    for number in range(count):
        parts = [chance.choice(PIECES) for _ in range(chance.randrange(1, 7))]
        if number % 2:
            host = chance.choice(("good.nl", "www.exämple.nl", "127.0.0.1", "[::1]", "xn--exmple-cua.nl", "Good.NL."))
            place = chance.randrange(len(host) + 1)
            middle = host[:place] + parts[0] + host[place:] if chance.random() < 0.6 else host + "".join(parts[:2])
            parts = [
                chance.choice(("http://", "https://")),
                middle,
                chance.choice(("", "/", "/pad?x=1#y", ":8080/", "?")),
            ]
        found.append("".join(parts))
    return found


def of_the_standard() -> list[str]:
    """Every address of the WHATWG's own test data that can be handed over (not the broken UTF-16)."""
    rows = json.loads((corpus() / "urls" / "urltestdata.json").read_text(encoding="utf-8"))
    urls = [row["input"] for row in rows if isinstance(row, dict)]
    return [url for url in urls if url == url.encode("utf-8", "replace").decode()]


def differences(url: str, read: list[str] | None) -> list[str]:
    """Where a browser that read `url` as this host and port, or refused it, goes elsewhere than we do."""
    if read is None:
        return [f"{url!r}: a browser would not open it"]
    wire = yarl.URL(Request(url).url)
    ours = {(wire.raw_host or "").rstrip("."), host_key(canonical(url)).rpartition(":")[0].strip("[]")}
    theirs = read[0].rstrip(".").strip("[]")
    found = [f"{url!r}: we would go to {host}, a browser to {theirs}" for host in ours if not same(host, theirs)]
    if str(wire.port) != read[1]:
        found.append(f"{url!r}: we would use port {wire.port}, a browser {read[1]}")
    return found


def same(ours: str, theirs: str) -> bool:
    return ip_address(ours) == ip_address(theirs) if ":" in ours and ":" in theirs else ours == theirs


def accepted(url: str) -> bool:
    try:
        return checked(url) == url
    except UrlRefusedError:
        return False


def test_every_accepted_address_has_one_host_for_a_browser_and_for_us(chromium):
    urls = of_the_standard() + generated(COUNT)
    page = chromium.new_page()
    try:
        read = [
            found for start in range(0, len(urls), 2000) for found in page.evaluate(READ, urls[start : start + 2000])
        ]
    finally:
        page.close()
    compared = [(url, found) for url, found in zip(urls, read, strict=True) if accepted(url)]
    print(f"{len(urls)} addresses, {len(compared)} accepted")
    wrong = [difference for url, found in compared for difference in differences(url, found)]
    assert not wrong, f"crawler/urls.py must refuse these: {wrong[:20]} ({len(wrong)} in all)"
    assert len(compared) > COUNT / 10, "nearly all was refused, so that nothing was compared"


@pytest.mark.parametrize(
    "url",
    [
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://1.2.3.4.5/",
        "http://[::1%25lo]/",
        "http://[v1.x]/",
        "http://[::1]x:80/",
        "http://faß.de/",
        "http://xn--a/",
        "http://good.nl:8٠/",
    ],
)
def test_what_parsers_are_known_to_disagree_on_is_refused(url):
    with pytest.raises(UrlRefusedError):
        checked(url)
