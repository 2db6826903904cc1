"""Article pages in the habits of Dutch broadcasters, municipalities, police and courts, with what must come of them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pytest

from crawler.article import read_article, text_of, wants_page
from crawler.article_facts import same_site
from crawler.htmltree import html_text
from crawler.values import ArticleRead, FetchedDocument
from store.values import (
    FIELD_LIMIT,
    DueSource,
    ExtractedItem,
    Kind,
    Reading,
    Relevance,
    Rights,
    SourceKind,
)

PAGES = sorted((Path(__file__).parent / "articles").iterdir())
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def page(body: str | bytes, url: str = "https://bron.example/nieuws/1", content_type: str = "") -> FetchedDocument:
    return FetchedDocument(url, body.encode() if isinstance(body, str) else body, content_type, NOW)


def read(body: str | bytes, url: str = "https://bron.example/nieuws/1") -> ArticleRead:
    return read_article(page(body, url))


def sample(folder: Path) -> tuple[FetchedDocument, dict]:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return page((folder / "page.html").read_bytes(), expected["fetched_from"]), expected


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_a_page_gives_what_stands_beside_it(folder):
    document, expected = sample(folder)
    found = read_article(document)
    shown = {
        "url": found.url,
        "title": found.title,
        "published_at": found.published_at.isoformat() if found.published_at else None,
        "author": found.author,
        "section": found.section,
    }
    assert shown == {name: expected[name] for name in shown}
    assert found.reserved is expected.get("reserved", False)
    for sentence in expected["text_has"]:
        assert sentence in found.text, f"the text of {folder.name} misses a sentence:\n{found.text}"
    for words in expected["text_lacks"]:
        assert not found.text if words == "" else words not in found.text, f"this is no text:\n{found.text}"


def test_a_page_is_read_in_ten_milliseconds():
    documents = [sample(folder)[0] for folder in PAGES]
    text_of(html_text(documents[0]))
    took = []
    for document in documents * 3:
        start = time.perf_counter()
        read_article(document)
        took.append(time.perf_counter() - start)
    # Five times what was measured alone on the machine of the first version: others may be at work beside us.
    assert median(took) < 0.05, f"the median page took {median(took) * 1000:.1f} ms"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("deep", b"<html><body>" + b"<div>" * 100_000 + b"tekst"),
        ("flat", b"<html><body>" + b"<br>tekst" * 300_000),
        ("tables", b"<html><body>" + b"<table><tr><td>" * 30_000),
        ("attributes", b"<html><body><p " + b"a=b " * 500_000 + b">tekst</p>"),
        ("entities", b"<html><body><p>" + b"&amp;" * 600_000),
        ("one long word", b"<html><body><p>" + b"a" * 5_000_000),
        ("open quotes", b"<html><body>" + b'<a href="' * 100_000),
        ("links", b"<html><body><main>" + b"<p><a href='/x'>woord</a> en <i>nog</i> een zin.</p>" * 8000),
        ("deep json", b'<html><script type="application/ld+json">' + b"[" * 300_000 + b"</script><p>tekst"),
        ("wide json", b'<html><script type="application/ld+json">[' + b'{"a":[{}]},' * 30_000 + b"1]</script><p>tekst"),
        ("dates", b"<html><body><main>" + b"<time>12 van</time><span class=date>99-99-9999</span>" * 9000),
        ("nothing", b""),
        ("zeros", b"\x00" * 100_000),
        ("not html", b"%PDF-1.7 " + bytes(range(256)) * 1000),
    ],
)
def test_a_hostile_page_is_read_in_bounded_time(name, body):
    start = time.perf_counter()
    found = read_article(page(body))
    took = time.perf_counter() - start
    assert took < 8, f"{name} took {took:.1f} s"
    assert len(found.text) <= FIELD_LIMIT
    assert found.url == "https://bron.example/nieuws/1"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.omroep.nl/a", "https://nieuws.omroep.nl/b", True),
        ("https://omroep.nl/a", "https://omroep.nl:8443/b", True),
        ("https://omroep.nl/a", "https://omroep.nl.kwaad.example/b", False),
        ("https://omroep.nl/a", "https://kwaadomroep.nl/b", False),
        ("https://krant.co.uk/a", "https://anders.co.uk/b", False),
        ("http://127.0.0.1/a", "http://127.0.0.2/b", False),
        ("http://127.0.0.1:81/a", "http://127.0.0.1:82/b", True),
        ("https://nl/a", "https://nl/b", True),
        ("geen adres", "https://omroep.nl/", False),
    ],
)
def test_an_address_is_only_believed_on_the_same_site(one, other, same):
    assert same_site(one, other) is same
    found = read(f'<html><link rel="canonical" href="{other}"><p>tekst', one) if same is False else None
    assert found is None or other not in found.url


def test_a_date_is_never_after_the_moment_of_fetching():
    head = '<html><meta property="article:published_time" content="{}"><p>tekst</p>'
    assert read(head.format("2031-01-01T00:00:00Z")).published_at == NOW
    assert read(head.format("0001-01-01T00:00:00Z")).published_at is None
    winter = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    for written in (
        "2026-01-05T09:00:00",
        "2026-01-05 09:00 CET",
        "2026-01-05T09:00:00+01:00",
        "5 januari 2026 09.00 uur",
    ):
        assert read(head.format(written)).published_at == winter, written
    summer = datetime(2026, 7, 5, 7, 0, tzinfo=UTC)
    for written in ("2026-07-05T09:00:00", "2026-07-05 09:00 CEST", "5 juli 2026 om 9:00"):
        assert read(head.format(written)).published_at == summer, written


def due(rights: Rights) -> DueSource:
    return DueSource(
        1, "bron", "Bron", "https://bron.example/nieuws", SourceKind.FEED, "Utrecht", rights, 60, (), (), {},
        None, None, None, 0, "bron.example:443",
    )  # fmt: skip


def item(text: str = "", *, shown: bool = True, url: str = "https://bron.example/nieuws/1", kind: Kind = Kind.ARTICLE):
    return ExtractedItem("1", kind, url, "Titel", text[:100], text, None, Reading((), (), Relevance(0.5, shown)))


@pytest.mark.parametrize(
    ("rights", "given", "wanted"),
    [
        (Rights.TITLE, item(), False),
        (Rights.EXCERPT, item(), True),
        (Rights.EXCERPT, item("Er staat iets."), False),
        (Rights.FULLTEXT_INTERNAL, item("lang " * 100), True),
        (Rights.FULLTEXT_INTERNAL, item("lang " * 100, shown=False), False),
        (Rights.FULLTEXT_INTERNAL, item("kort", shown=False), True),
        (Rights.FULLTEXT_INTERNAL, item(url=""), False),
        (Rights.FULLTEXT_INTERNAL, item(url="https://bron.example/nieuws"), False),
        (Rights.FULLTEXT_INTERNAL, item(kind=Kind.EVENT), False),
    ],
)
def test_a_page_is_only_read_where_the_rights_allow_it_and_the_entry_is_not_enough(rights, given, wanted):
    assert wants_page(given, due(rights)) is wanted
