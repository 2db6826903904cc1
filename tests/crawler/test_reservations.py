"""Who reserves the rights of a text is heard in every form the web has for it (TRUST 5.3)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from crawler.marks import reserved_in_html
from crawler.reservations import matches, reserved_in_headers, rights_of, tdm_rules
from crawler.values import Fetched, FetchFailed
from service.demo.server import Answer, Asked, Listener
from store import hosts
from store.values import Outcome
from tests.crawler.crawling import with_fetcher

URL = "https://krant.example/nieuws/1.html?id=3"
RESERVED = b'[{"location": "/", "tdm-reservation": 1}]'
TDM, AI = "/.well-known/tdmrep.json", "/ai.txt"


@pytest.mark.parametrize(
    ("tdm", "tags", "closed"),
    [
        (None, [], False),
        ("1", [], True),
        (" 1 ", [], True),
        ("0", [], False),
        (None, ["noindex"], True),
        (None, ["index, NoArchive"], True),
        (None, ["none"], True),
        (None, ["all", "noarchive"], True),
        (None, ["signaal: noindex"], True),
        (None, ["otherbot: noindex"], False),
        (None, ["otherbot: noindex, nofollow"], False),
        (None, ["otherbot: noindex, Signaal: nofollow, noarchive"], True),
        (None, ["unavailable_after: 25 Jun 2030 15:00:00 PST, max-snippet: 20"], False),
        (None, ["max-snippet: 20, noindex"], True),
        (None, ["nofollow, noimageindex"], False),
        (None, [",,: ,"], False),
    ],
)
def test_headers_that_reserve(tdm, tags, closed):
    assert reserved_in_headers(tdm, tags) is closed


@pytest.mark.parametrize(
    ("head", "closed"),
    [
        ('<meta name="tdm-reservation" content="1">', True),
        ("<META CONTENT='1' NAME='TDM-Reservation' />", True),
        ("<meta name=tdm-reservation content=1>", True),
        ('<meta name="tdm-reservation" content="0">', False),
        ('<meta name="robots" content="index, noarchive">', True),
        ('<meta name="robots" content="NOINDEX,FOLLOW">', True),
        ('<meta\nname="robots"\ncontent="none">', True),
        ('<meta name="signaal" content="noindex">', True),
        ('<meta name="googlebot" content="noindex">', False),
        ('<meta name="robots" content="index, follow, max-image-preview:large">', False),
        ('<meta name="description" content="noindex">', False),
        ('<!-- <meta name="robots" content="noindex"> -->', False),
        ('<!-- vroeger --><meta name="robots" content="noindex">', True),
        ('<meta property="og:title" content="x"><meta name="robots" content="noindex">', True),
        ("", False),
    ],
)
def test_marks_in_a_page_that_reserve(head, closed):
    page = f"<!doctype html><html><head>{head}<title>Nieuws</title></head><body>noindex</body></html>"
    assert reserved_in_html(page.encode()) is closed
    assert reserved_in_html(page.encode("utf-16")) is closed, "two bytes a letter are no way out"


def test_a_hostile_page_takes_no_time():
    for text in (b"<meta " * 200_000, b"<!--" * 300_000, b"<meta " + b"name=" * 300_000, b'<meta a="' + b"<" * 10**6):
        began = time.monotonic()
        assert not reserved_in_html(text)
        assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("pattern", "path", "same"),
    [
        ("/", "/nieuws", True),
        ("/nieuws/", "/nieuws/1", True),
        ("/nieuws/", "/agenda/1", False),
        ("/*.html", "/nieuws/1.html?id=3", True),
        ("/*.html$", "/nieuws/1.html", True),
        ("/*.html$", "/nieuws/1.html?id=3", False),
        ("/*.html$", "/a.html.html", True),
        ("/a*b*c$", "/aXbYc", True),
        ("/a*b*c$", "/acb", False),
        ("/ab*ba$", "/aba", False),
        ("/precies$", "/precies", True),
        ("/precies$", "/precies/niet", False),
        ("/prijs-%24", "/prijs-$", True),
        ("/caf%C3%A9", "/café", True),
        ("*", "/", True),
        ("", "/", True),
    ],
)
def test_paths_are_matched_as_the_protocol_says(pattern, path, same):
    assert matches(pattern, path) is same


def test_the_first_rule_of_tdmrep_that_matches_decides():
    text = """[{"location": "/vrij/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": "1"}]"""
    rights = rights_of(text, None)
    assert not rights.reserved("https://krant.example/vrij/1")
    assert rights.reserved("https://krant.example/nieuws")
    assert not rights_of('[{"location": "/agenda/", "tdm-reservation": 1}]', "").reserved(URL)


@pytest.mark.parametrize("text", ["{", "3", '["x"]', "[" * 100_000, '[{"location": "/"'])
def test_a_broken_tdmrep_says_nothing(text):
    assert not tdm_rules(text)


def test_odd_rules_of_tdmrep_are_left_out():
    text = '[{"location": ["/"], "tdm-reservation": 1}, {"tdm-reservation": 1}, {"location": "/x"}, {}]'
    assert tdm_rules(text) == ()


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("User-Agent: *\nDisallow: /\n", True),
        ("# Spawning AI\nUser-Agent: *\nDisallow: *.txt\nDisallow: *.pdf\n", True),
        ("User-Agent: *\nDisallow: *.html\n", True),
        ("User-Agent: *\nDisallow: *.jpg\nDisallow: *.mp3\nAllow: *.txt\nAllow: *.html\n", False),
        ("User-Agent: *\nDisallow: /nieuws/\n", True),
        ("User-Agent: *\nDisallow: /foto/\n", False),
        ("User-Agent: otherbot\nDisallow: /\n", False),
        ("User-Agent: *\nAllow: /\n\nUser-Agent: Signaal\nDisallow: /\n", True),
        ("Over deze site: wij zijn een krant. Disallow: /", False),
        ("", False),
    ],
)
def test_ai_txt_that_closes_texts_reserves(text, closed):
    assert rights_of(None, text).reserved(URL, "Signaal") is closed


class Site:
    """A server with the two files, as they are set."""

    def __init__(self) -> None:
        self.files: dict[str, Answer] = {}
        self.page = Answer(body=b"<rss version='2.0'><channel/></rss>")
        self.listener = Listener(self._answer)

    def _answer(self, asked: Asked) -> Answer:
        return self.page if asked.path == "/feed" else self.files.get(asked.path, Answer(status=404))

    def asked(self, path: str) -> int:
        return sum(line.path == path for line in self.listener.requests)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.listener.stop()


def reserved(settings, store, now, site: Site, **values: object) -> bool:
    got = with_fetcher(settings, store, now, lambda fetcher: fetcher.get(site.listener.url("/feed"), **values))
    assert isinstance(got, Fetched), got
    return got.reserved


@pytest.mark.parametrize(
    ("path", "file"),
    [
        (TDM, Answer(body=RESERVED, type="application/json")),
        (AI, Answer(body=b"User-Agent: *\nDisallow: /", type="text/plain")),
        (AI, Answer(body=b"User-Agent: Signaal\nDisallow: *.html", type="text/plain")),
    ],
)
def test_a_file_of_the_site_reserves_what_it_serves(sqlite_settings, sqlite_store, now, site, path, file):
    site.files[path] = file
    assert reserved(sqlite_settings, sqlite_store, now, site)


@pytest.mark.parametrize(("name", "value"), [("tdm-reservation", "1"), ("X-Robots-Tag", "noarchive")])
def test_a_header_reserves_and_then_nobody_needs_the_files(sqlite_settings, sqlite_store, now, site, name, value):
    site.page = Answer(body=b"<rss version='2.0'><channel/></rss>", headers=((name, value),))
    assert reserved(sqlite_settings, sqlite_store, now, site)
    assert site.asked(TDM) == site.asked(AI) == 0


def test_a_site_without_any_of_it_reserves_nothing(sqlite_settings, sqlite_store, now, site):
    assert not reserved(sqlite_settings, sqlite_store, now, site)


def test_the_files_are_asked_once_a_day(settings, store, now, site):
    site.files[TDM] = Answer(body=RESERVED, type="application/json")
    for hours in (0, 1, 23):
        assert reserved(settings, store, now + timedelta(hours=hours), site)
    assert (site.asked(TDM), site.asked(AI)) == (1, 1)
    site.files.clear()
    assert not reserved(settings, store, now + timedelta(hours=25), site), "a reservation that was taken back is over"
    assert (site.asked(TDM), site.asked(AI)) == (2, 2)


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(status=500),
        Answer(body=b'[{"location": "/", ', type="application/json"),
        Answer(body=b"[" + b" " * 70_000),
    ],
)
def test_what_cannot_be_read_counts_as_it_did_before_and_is_asked_again(settings, store, now, site, trouble):
    site.files[TDM] = Answer(body=RESERVED, type="application/json")
    assert reserved(settings, store, now, site)
    site.files[TDM] = trouble
    for hours in (25, 26):
        assert reserved(settings, store, now + timedelta(hours=hours), site), "trouble is no permission"
    assert site.asked(TDM) == 3
    with store.reading() as session:
        facts = hosts.facts(session, site.listener.host)
    assert facts is not None
    assert facts.tdm_text == RESERVED.decode()


def test_a_site_that_answers_everything_with_a_page_has_no_such_files(sqlite_settings, sqlite_store, now, site):
    site.files[TDM] = site.files[AI] = Answer(body=b"<!doctype html><title>Niet gevonden</title>Disallow: /")
    for hours in (0, 1):
        assert not reserved(sqlite_settings, sqlite_store, now + timedelta(hours=hours), site)
    assert site.asked(TDM) == 1


def test_files_that_robots_txt_keeps_us_from_are_not_asked(sqlite_settings, sqlite_store, now, site):
    site.files["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /.well-known/\nDisallow: /ai.txt")
    assert not reserved(sqlite_settings, sqlite_store, now, site)
    assert site.asked(TDM) == site.asked(AI) == 0


def test_nobody_asks_about_rights_where_no_text_would_be_kept(sqlite_settings, sqlite_store, now, site):
    site.files[TDM] = Answer(body=RESERVED, type="application/json")
    assert not reserved(sqlite_settings, sqlite_store, now, site, keeps_text=False)
    site.page = Answer(status=404)
    got = with_fetcher(sqlite_settings, sqlite_store, now, lambda fetcher: fetcher.get(site.listener.url("/feed")))
    assert isinstance(got, FetchFailed)
    assert got.outcome is Outcome.HTTP_ERROR
    assert site.asked(TDM) == 0
