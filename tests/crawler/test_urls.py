"""Addresses from outside: refused when two programs could read them differently, written one way otherwise."""

from __future__ import annotations

import pytest

from crawler.urls import UrlRefusedError, canonical, checked, led_away

REFUSED = [
    "ftp://example.nl/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "JAVASCRIPT://example.nl/%0Aalert(1)",
    "data:text/html,x",
    "//example.nl/",
    "example.nl",
    "",
    "http://",
    "http:///x",
    "http://example.nl:0/",
    "http://example.nl:99999/",
    "http://user@example.nl/",
    "http://user:geheim@example.nl/",
    "https://good.nl\\@evil.nl/",
    "http://example.nl/a b",
    "http://example.nl/\x00",
    "http://exa\tmple.nl/",
    " http://example.nl/",
    "http://example.nl/\u202e",
    "http://exa mple.nl/",
    "http://exam%70le.nl/",
    "http://[::1/",
    "http://example.nl/" + "x" * 2000,
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_can_be_read_two_ways_is_never_fetched(url):
    with pytest.raises(UrlRefusedError):
        checked(url)


@pytest.mark.parametrize("url", ["http://example.nl/", "https://example.nl:8443/x?y=1", "http://[2001:db8::1]/"])
def test_a_plain_address_may_be_followed(url):
    assert checked(url) == url


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("HTTPS://Www.Example.NL/Nieuws", "https://www.example.nl/Nieuws"),
        ("https://example.nl", "https://example.nl/"),
        ("https://example.nl:443/x#lees", "https://example.nl/x"),
        ("http://example.nl:8080/x", "http://example.nl:8080/x"),
        ("https://example.nl/x?utm_source=rss&id=3&fbclid=q", "https://example.nl/x?id=3"),
        ("https://example.nl/x?a=1&b=&a=2", "https://example.nl/x?a=1&b=&a=2"),
        ("https://example.nl/een twee", "https://example.nl/een%20twee"),
        ("https://exämple.nl/café", "https://xn--exmple-cua.nl/caf%C3%A9"),
        ("/nieuws/3", "https://bron.example/nieuws/3"),
        ("javascript:alert(1)", ""),
        ("mailto:iemand@example.nl", ""),
        ("https://user@example.nl/", ""),
        ("", ""),
    ],
)
def test_an_address_is_written_one_way(written, same):
    assert canonical(written, "https://bron.example/feed") == same


def test_writing_an_address_twice_changes_nothing_more():
    for url in ("https://example.nl/een%20twee?x=%C3%A9", "https://example.nl/caf%C3%A9?a=b+c", "http://[::1]/x"):
        assert canonical(canonical(url)) == canonical(url)


@pytest.mark.parametrize(
    ("asked", "got", "away"),
    [
        ("https://omroep.nl/nieuws/1/titel", "https://omroep.nl/nieuws/1/titel", False),
        ("https://omroep.nl/nieuws/1/titel", "https://www.omroep.nl/nieuws/1/titel/", False),
        ("https://omroep.nl/nieuws/1/titel/", "https://omroep.nl/nieuws/1/titel", False),
        ("https://omroep.nl/artikel/1234/oude-titel", "https://omroep.nl/artikel/1234", False),
        ("https://omroep.nl/?p=12", "https://omroep.nl/2026/11/titel", False),
        ("https://kort.nl/xYz", "https://omroep.nl/nieuws/wie-zit-er-achter-dit-account", False),
        ("https://omroep.nl/x", "https://omroep.nl/?id=12", False),
        ("https://omroep.nl/nieuws/1/titel", "https://omroep.nl/", True),
        ("https://omroep.nl/nieuws/1/titel", "https://omroep.nl", True),
        ("https://omroep.nl/nieuws/1/titel", "https://omroep.nl/nieuws/", True),
        ("https://omroep.nl/nieuws/1/titel", "https://omroep.nl/inloggen?terug=/nieuws/1", True),
        ("https://omroep.nl/nieuws/1/titel", "https://myprivacy.uitgever.nl/consent?x=1", True),
        ("https://omroep.nl/nieuws/1/titel", "https://omroep.nl/wp-login.php", True),
    ],
)
def test_a_redirect_to_a_door_or_a_page_above_leads_away_from_an_article(asked, got, away):
    assert led_away(asked, got) is away
