"""Sitemaps: news with titles, addresses as leads, indexes, packed files, and what is refused."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest

import crawler
from crawler import kinds
from crawler.limits import ENTRIES
from crawler.spiders.sitemap import CHILDREN, PAGES
from crawler.values import DocumentRead, FetchedDocument, Lead
from service.demo.server import Answer, Asked, Listener
from store.values import Cause, Rights, SourceKind
from tests.crawler import crawling

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://stad.example/sitemap.xml"
SCHEMAS = "http://www.google.com/schemas/sitemap-news/0.9"
OPEN = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="{SCHEMAS}">'
PAGE = b"""<!doctype html><html lang="nl"><head><title>Loket geopend</title>
<meta property="article:published_time" content="2026-11-23T09:00:00+01:00">
<link rel="canonical" href="/nieuws/loket"></head>
<body><main><h1>Loket geopend</h1><p>Het loket voor mensen die worden uitgebuit is maandag geopend in het stadhuis.</p>
<p>Er werken vier mensen die goed kunnen luisteren en die de weg naar hulp kennen.</p></main></body></html>"""


def document(body: str | bytes, url: str = URL) -> FetchedDocument:
    return FetchedDocument(url, body.encode() if isinstance(body, str) else body, "", NOW)


def read(body: str | bytes, **options: object) -> DocumentRead:
    return kinds.parse("sitemap", document(body), options)


def urlset(*lines: str) -> str:
    return f"<?xml version='1.0'?>\n{OPEN}{''.join(f'<url>{line}</url>' for line in lines)}</urlset>"


def index(*children: tuple[str, str]) -> str:
    inside = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{when}</lastmod>' if when else ''}</sitemap>" for loc, when in children
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</sitemapindex>'


def test_addresses_without_a_title_become_leads_newest_first_when_they_changed_lately():
    found = read(
        urlset(
            "<loc>/oud</loc><lastmod>2026-10-01</lastmod>",
            "<loc>/zonder</loc>",
            "<loc>/gisteren</loc><lastmod>2026-11-23</lastmod>",
            "<loc>/vandaag?utm_source=x</loc><lastmod>2026-11-24T10:00+01:00</lastmod>",
            "<loc></loc>",
            "<loc>javascript:alert(1)</loc>",
            "<loc>/vandaag</loc>",
        )
    )
    assert found.entries == ()
    assert [(lead.url, lead.known) for lead in found.leads] == [
        (f"https://stad.example/{name}", f"https://stad.example/{name}") for name in ("vandaag", "gisteren", "zonder")
    ]
    assert found.leads[0].modified_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_patterns_and_days_choose_among_the_addresses():
    body = urlset(*(f"<loc>/{path}</loc><lastmod>2026-11-20</lastmod>" for path in ("nieuws/a", "nieuws/sport/b", "x")))
    assert [lead.url[20:] for lead in read(body, include=["/nieuws/"], exclude=["*/sport/*"]).leads] == ["/nieuws/a"]
    assert len(read(body, days=2).leads) == 0
    with pytest.raises(kinds.BadOptionsError):
        read(body, days=0)
    with pytest.raises(kinds.BadOptionsError):
        read(body, maand=1)


def test_a_whole_archive_is_bounded_and_the_newest_are_kept_wherever_they_stand():
    lines = [f"<loc>/a{number}</loc><lastmod>2026-11-{11 + number // 4000:02}</lastmod>" for number in range(40_000)]
    start = time.perf_counter()
    found = read(urlset(*lines, "<loc>/laatste</loc><lastmod>2026-11-24</lastmod>"))
    assert time.perf_counter() - start < 8
    assert found.leads[0].url.endswith("/laatste")
    assert len(found.leads) == PAGES
    assert found.cut == 40_001 - PAGES
    news = "<loc>/n{0}</loc><n:news><n:publication_date>2026-11-01</n:publication_date><n:title>T{0}</n:title></n:news>"
    many = read(urlset(*(news.format(number) for number in range(ENTRIES + 7))))
    assert len(many.entries) == ENTRIES
    assert many.cut == 7


def test_an_index_leads_to_a_handful_of_sitemaps_news_first():
    children = [(f"/sitemap-{number}.xml", f"2026-11-{number:02}") for number in range(1, 25)]
    found = read(index(("/category-sitemap.xml", "2026-11-24"), *children, ("/nieuws-sitemap.xml.gz", "2026-11-20")))
    assert len(found.leads) == CHILDREN
    assert [lead.url.rpartition("/")[2] for lead in found.leads][:3] == [
        "nieuws-sitemap.xml.gz", "sitemap-24.xml", "sitemap-23.xml",
    ]  # fmt: skip
    assert all(not lead.known for lead in found.leads), "a sitemap is read again at every visit"
    old = read(index(("/2019.xml", "2019-01-01"), ("/2020.xml", "2020-01-01")))
    assert [lead.url.rpartition("/")[2] for lead in old.leads] == ["2020.xml"], "a quiet source stays readable"
    undated = read(index(("/s/2024-11.xml", ""), ("/s/2026-11.xml", ""), ("/s/2025-01.xml", "")))
    assert undated.leads[0].url.endswith("2026-11.xml")


def test_what_a_lead_led_to_is_read_as_a_sitemap_or_as_a_page():
    child = Lead("https://stad.example/s.xml.gz")
    packed = gzip.compress(urlset("<loc>/een</loc><lastmod>2026-11-24</lastmod>").encode())
    told = kinds.follow("sitemap", child, document(packed, child.url), {})
    assert [lead.url for lead in told.leads] == ["https://stad.example/een"]
    again = kinds.follow("sitemap", child, document(index(("/x.xml", "")), child.url), {})
    assert not again.recognised
    assert not again.leads, "an index inside an index would keep us busy for ever"
    lead = Lead("https://stad.example/nieuws/loket?a=1", known="https://stad.example/nieuws/loket?a=1")
    [entry] = kinds.follow("sitemap", lead, document(PAGE, lead.url), {}).entries
    assert entry.guid == lead.known, "otherwise the page would be asked for at every visit"
    assert entry.link == "https://stad.example/nieuws/loket"
    assert entry.title.value == "Loket geopend"
    assert "Er werken vier mensen" in entry.content.value
    assert entry.published_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    reserved = PAGE.replace(b"<head>", b'<head><meta name="tdm-reservation" content="1">')
    told = kinds.follow("sitemap", lead, document(reserved, lead.url), {})
    assert told.reserved
    assert told.entries[0].content.value == ""
    assert not kinds.follow("sitemap", lead, document(b"%PDF-1.7 ...", lead.url), {}).recognised


@pytest.mark.parametrize(
    "body",
    [
        "<rss version='2.0'><channel><title>x</title><item><title>y</title></item></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title></feed>",
        "<!doctype html><html><body><p>urlset</p></body></html>",
        "<html><body><pre>&lt;urlset&gt;</pre><urlset></urlset></body></html>",
        "BEGIN:VCALENDAR",
        "{}",
        "https://stad.example/een\nhttps://stad.example/twee",
        "",
    ],
)
def test_what_is_no_sitemap_is_not_recognised(body):
    assert not read(body).recognised


def test_dangerous_sitemaps_are_refused_or_read_in_bounded_time():
    bomb = f'<!DOCTYPE u [<!ENTITY a "&#9;"><!ENTITY b "&a;&a;">]>{OPEN}<url><loc>&b;</loc></url></urlset>'
    assert read(bomb).refused
    outside = f'<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]>{OPEN}<url><loc>/&x;</loc></url></urlset>'
    assert read(outside).refused
    inflated = read(gzip.compress(OPEN.encode() + b"<url>" * 20_000_000))
    assert inflated.refused
    assert inflated.cause is Cause.BOMB
    for body in (OPEN + "<url>" * 200_000, OPEN + "<a>" * 200_000, OPEN + "<url><loc>" + "x" * 3_000_000):
        start = time.perf_counter()
        assert not read(body).entries
        assert time.perf_counter() - start < 8
    cut = read(urlset("<loc>/een</loc><lastmod>2026-11-24</lastmod>", "<loc>/twee</loc>")[:-25])
    assert cut.broken
    assert cut.cause is Cause.CUT
    assert [lead.url for lead in cut.leads] == ["https://stad.example/een"]
    assert read(b"\x1f\x8bgeen gzip").broken


def test_a_page_that_changed_just_outside_the_days_is_left():
    edge = NOW - timedelta(days=14)
    lines = [
        f"<loc>/{name}</loc><lastmod>{when.isoformat()}</lastmod>"
        for name, when in (("net-wel", edge), ("net-niet", edge - timedelta(seconds=1)))
    ]
    assert [lead.url.rpartition("/")[2] for lead in read(urlset(*lines)).leads] == ["net-wel"]


def test_a_visit_reads_the_pages_of_a_sitemap_once(sqlite_settings, sqlite_store, now):
    changed = f"<lastmod>{(now - timedelta(days=2)).isoformat()}</lastmod>"
    pages = {
        "/sitemap.xml": index(("/kaart.xml.gz", "")).encode(),
        "/kaart.xml.gz": gzip.compress(urlset(f"<loc>/een</loc>{changed}", f"<loc>/twee</loc>{changed}").encode()),
        "/een": PAGE.replace(b"/nieuws/loket", b"/een"),
        "/twee": PAGE.replace(b"/nieuws/loket", b"/twee").replace(b"Loket geopend", b"Tweede loket geopend"),
    }

    def answer(asked: Asked) -> Answer:
        body = pages.get(asked.path)
        return Answer(status=404) if body is None else Answer(body=body, type="application/octet-stream")

    listener = Listener(answer)
    crawling.add(
        sqlite_store, now, listener.url("/sitemap.xml"), kind=SourceKind.SITEMAP, rights=Rights.FULLTEXT_INTERNAL
    )
    first = crawler.run_due(sqlite_settings, sqlite_store, now=now, keys=("bron",)).visits[0]
    assert first.new == 2, first.sentence
    assert [guid for _, guid in crawling.items_of(sqlite_store)] == [listener.url("/een"), listener.url("/twee")]
    again = crawler.run_due(sqlite_settings, sqlite_store, now=now + timedelta(hours=2), keys=("bron",)).visits[0]
    listener.stop()
    assert (again.new, again.changed) == (0, 0), again.sentence
    asked = [seen.path for seen in listener.requests]
    assert asked.count("/een") == 1, "a page that says it has not changed is not asked for again"
