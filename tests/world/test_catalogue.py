"""Every fault of the catalogue does what its name says: a gentle fault would make every test of ours pass."""

from __future__ import annotations

import gzip
import http.client
import socket
import time
import urllib.error
import urllib.request
import zlib
from urllib.parse import urlsplit
from xml.parsers import expat

import feedparser
import pytest

from tests.world import answers
from tests.world.catalogue import BY_NAME, CATALOGUE


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    opener = urllib.request.build_opener(Stay)
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with opener.open(request, timeout=5) as answer:
            return answer.status, dict(answer.headers.items()), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers.items()), error.read()


def well_formed(body: bytes) -> bool:
    try:
        expat.ParserCreate().Parse(body, True)
    except expat.ExpatError:
        return False
    return True


def test_every_fault_has_a_name_of_its_own_and_a_reason():
    assert len(BY_NAME) == len(CATALOGUE)
    assert all(len(fault.why) > 10 for fault in CATALOGUE)


@pytest.mark.parametrize(
    ("name", "code"), [("missing", 404), ("gone", 410), ("busy", 429), ("busy_until", 503), ("server_error", 500)]
)
def test_refusals_have_their_status(catalogue, name, code):
    assert fetch(catalogue.url(name))[0] == code


def test_who_is_busy_says_until_when_in_both_spellings(catalogue):
    assert fetch(catalogue.url("busy"))[1]["Retry-After"] == "120"
    assert fetch(catalogue.url("busy_until"))[1]["Retry-After"].endswith("GMT")


def connect(url: str) -> socket.socket:
    where = urlsplit(url)
    connection = socket.create_connection((where.hostname, where.port), timeout=5)
    connection.sendall(f"GET {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
    return connection


def test_the_silent_one_takes_the_request_and_says_nothing(catalogue):
    with connect(catalogue.url("silent")) as connection:
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    assert catalogue.requests("silent")[0].ended is None


def test_the_drip_sends_a_byte_a_second(catalogue):
    with connect(catalogue.url("drip")) as connection:
        while not connection.recv(4096).endswith(b"<"):
            pass
        started = time.monotonic()
        assert len(connection.recv(4096)) == 1
        assert 0.5 < time.monotonic() - started < 10


def test_cut_and_reset_break_their_promise(catalogue):
    with pytest.raises(http.client.IncompleteRead):
        fetch(catalogue.url("cut"))
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        fetch(catalogue.url("reset"))


def test_the_cut_gzip_cannot_be_unpacked(catalogue):
    with pytest.raises((EOFError, zlib.error)):
        gzip.decompress(fetch(catalogue.url("cut_gzip"))[2])


def test_the_large_ones_are_large(catalogue):
    assert len(fetch(catalogue.url("large"))[2]) >= answers.LARGE_BYTES
    bomb = fetch(catalogue.url("gzip_bomb"))[2]
    assert len(bomb) < 200_000
    unpacker = zlib.decompressobj(wbits=31)
    assert sum(len(unpacker.decompress(bomb[at : at + 999])) for at in range(0, len(bomb), 999)) > answers.BOMB_BYTES


@pytest.mark.parametrize("name", ["unclosed", "undefined_entities", "windows_1252", "nested"])
def test_malformed_xml_is_refused_by_a_strict_parser(catalogue, name):
    assert not well_formed(fetch(catalogue.url(name))[2])


def test_the_two_charsets_contradict_each_other(catalogue):
    _, headers, body = fetch(catalogue.url("wrong_charset"))
    assert headers["Content-Type"].endswith("iso-8859-1")
    assert b'encoding="utf-8"' in body
    assert "Genève" in body.decode("utf-8")


def test_the_false_304_comes_to_who_has_nothing(catalogue):
    assert fetch(catalogue.url("false_304"))[0] == 304


def test_the_restless_one_never_says_304_to_the_same_body(catalogue):
    _, first, body = fetch(catalogue.url("never_304"))
    code, second, again = fetch(catalogue.url("never_304"), If_None_Match=first["ETag"])
    assert (code, again) == (200, body)
    assert first["ETag"] != second["ETag"]


def test_redirects_go_where_nobody_should_follow(catalogue):
    loop = catalogue.url("redirect_loop")
    assert fetch(loop)[1]["Location"] == "/feed/x"
    assert fetch(loop + "/x")[1]["Location"] == "/feed"
    assert fetch(catalogue.url("redirect_chain") + "/x")[1]["Location"] == "/feed/x/x"
    assert fetch(catalogue.url("redirect_private"))[1]["Location"].startswith("http://10.")
    assert fetch(catalogue.url("redirect_metadata"))[1]["Location"].startswith("http://169.254.169.254/")
    assert fetch(catalogue.url("redirect_file"))[1]["Location"].startswith("file:")


def test_the_login_page_is_a_page(catalogue):
    code, headers, body = fetch(catalogue.url("login_page"))
    assert (code, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"password" in body


@pytest.mark.parametrize(("name", "count"), [("empty_feed", 0), ("many", 2000), ("same_guid", 2), ("as_html", 3)])
def test_feeds_hold_as_many_entries_as_they_say(catalogue, name, count):
    assert len(feedparser.parse(fetch(catalogue.url(name))[2]).entries) == count


def test_the_empty_body_is_empty(catalogue):
    assert fetch(catalogue.url("empty_body"))[::2] == (200, b"")


@pytest.mark.parametrize(
    ("name", "lacking"),
    [("no_guid", {"id"}), ("no_link", {"link"}), ("no_title", {"title"}), ("bare", {"id", "link", "title"})],
)
def test_bare_entries_lack_what_their_name_says(catalogue, name, lacking):
    entry = feedparser.parse(fetch(catalogue.url(name))[2]).entries[-1]
    assert {key for key in ("id", "link", "title") if not entry.get(key)} == lacking
    assert entry.description == "Dit bericht mist iets."


def test_the_document_types_carry_their_charge(catalogue):
    bomb = fetch(catalogue.url("entity_bomb"))[2]
    assert bomb.count(b"<!ENTITY") == 11
    assert b"<title>&e10;" in bomb
    assert b'SYSTEM "file:///etc/passwd"' in fetch(catalogue.url("external_entity"))[2]


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("robots_disallow", 200, b"Disallow: /\n"),
        ("robots_503", 503, b"503"),
        ("robots_404", 404, b"404"),
        ("crawl_delay", 200, b"Crawl-delay: 3"),
    ],
)
def test_robots_differ_while_the_feed_behind_them_is_good(catalogue, name, code, says):
    url = catalogue.url(name)
    assert len(feedparser.parse(fetch(url)[2]).entries) == 3
    got, _, body = fetch(url.replace("/feed", "/robots.txt"))
    assert got == code
    assert says in body


def test_robots_can_be_silent_too(catalogue):
    with connect(catalogue.url("robots_silent").replace("/feed", "/robots.txt")) as connection:
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)
