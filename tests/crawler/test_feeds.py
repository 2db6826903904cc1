"""Feeds in every dialect, also the broken and the hostile ones: entries or a sentence, never an exception."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from crawler import feeds
from crawler.limits import ENTRIES
from service.demo.feeds import Channel, Entry, atom, json_feed, rdf, rss, rss_091
from tests.world.answers import entity_bomb, external_entity, good_feed

URL = "https://bron.example/feed"
WRITTEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CHANNEL = Channel("Omroep Proef", "https://bron.example/", URL, WRITTEN)
ENTRIES_TOLD = [
    Entry("een", "https://bron.example/1", "Jan & Piet: 'café' <gesloten>", "Eerste & enige <regel>.", WRITTEN),
    Entry("twee", "https://bron.example/2?a=1&b=2", None, "Zonder titel, met tekst.", WRITTEN),
]


def read(body: bytes | str, content_type: str = "application/xml") -> feeds.DocumentRead:
    return feeds.read(body.encode() if isinstance(body, str) else body, content_type, URL)


def item(inside: str, head: str = '<rss version="2.0"><channel>') -> str:
    return f"{head}<item>{inside}</item></channel></rss>"


@pytest.mark.parametrize("write", [rss, atom, rdf, json_feed], ids=lambda write: write.__name__)
def test_every_dialect_gives_the_same_entries(write):
    found = read(write(CHANNEL, ENTRIES_TOLD))
    assert found.recognised
    assert not found.broken, found.problem
    assert [entry.link for entry in found.entries] == [entry.link for entry in ENTRIES_TOLD]
    assert [entry.published_at for entry in found.entries] == [WRITTEN, WRITTEN]
    assert len({entry.guid for entry in found.entries}) == 2
    assert found.entries[0].title.value.startswith("Jan")
    assert found.entries[1].title.value == ""
    assert found.home == CHANNEL.home


def test_rss_of_1999_has_no_guid_and_no_date_and_is_read_all_the_same():
    found = read(rss_091(CHANNEL, ENTRIES_TOLD))
    assert len(found.entries) == 2
    assert found.entries[0].guid == ""
    assert found.entries[0].published_at is None


def test_a_doctype_without_definitions_is_taken_off_and_the_feed_read():
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://dtd.example/rss.dtd">'
    found = read(item("<title>Titel</title>", f'<?xml version="1.0"?>{doctype}<rss version="0.91"><channel>'))
    assert [entry.title.value for entry in found.entries] == ["Titel"]


@pytest.mark.parametrize("body", [entity_bomb(), external_entity()], ids=["bomb", "external"])
def test_a_document_with_entities_of_its_own_is_refused_at_once(body):
    began = time.monotonic()
    found = read(body)
    assert time.monotonic() - began < 1
    assert found.refused
    assert found.entries == ()
    assert "ENTITY" in (found.problem or "")


def test_an_entity_of_plain_text_is_put_in_its_place():
    doctype = """<!DOCTYPE rss [ <!ENTITY site "Omroep Proef"> <!ENTITY euro '&#8364;'> ]>"""
    found = read(item("<title>&site;: 50 &euro;</title>", f'{doctype}<rss version="2.0"><channel>'))
    assert [entry.title.value for entry in found.entries] == ["Omroep Proef: 50 €"]


def test_the_lists_of_letters_of_the_w3c_are_never_loaded_and_do_no_harm():
    doctype = """<!DOCTYPE rdf:RDF [ <!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN"
        "http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent"> %HTMLlat1; ]>"""
    found = read(item("<title>caf&eacute;</title>", f'{doctype}<rss version="2.0"><channel>'))
    assert [entry.title.value for entry in found.entries] == ["café"]


@pytest.mark.parametrize(
    "definition",
    [
        '<!ENTITY a "&b;"><!ENTITY b "x">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY % a SYSTEM "http://x.example/a.dtd"> %a;',
        '<!ENTITY a "<b>x</b>">',
        '<!ENTITY a "' + "x" * 1000 + '">',
        '<!entity a "x"><!ENTITY\na "x" >',
    ],
)
def test_any_other_definition_is_refused(definition):
    assert read(item("&a;", f'<!DOCTYPE rss [ {definition} ]><rss version="2.0"><channel>')).refused


def test_ten_thousand_elements_deep_is_refused_at_once():
    began = time.monotonic()
    assert read('<rss version="2.0"><channel>' + "<a>" * 10_000).refused
    assert read(item("<description>" + "&lt;div&gt;" * 10_000 + "</description>")).entries, "escaped HTML is no depth"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("café".encode(), "application/rss+xml; charset=iso-8859-1"),
        ("café".encode("windows-1252"), "application/rss+xml; charset=iso-8859-1"),
        ("café".encode("windows-1252"), "application/rss+xml; charset=utf-8"),
        ("café".encode("windows-1252"), "text/xml"),
        ("café".encode("windows-1252"), "text/xml; charset=nergens"),
    ],
)
def test_letters_come_out_right_whatever_the_label_says(body, content_type):
    found = read(item("<title>X</title>").encode().replace(b"X", body), content_type)
    assert found.entries[0].title.value == "café"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_wide_encodings_are_recognised(encoding):
    text = "<?xml version='1.0'?>" + item("<title>café</title>")
    assert read(text.encode(encoding)).entries[0].title.value == "café"


def test_a_declared_encoding_counts_when_the_header_is_silent():
    text = "<?xml version='1.0' encoding='iso-8859-15'?>" + item("<title>50 €</title>")
    assert read(text.encode("iso-8859-15"), "application/xml").entries[0].title.value == "50 €"


def test_damaged_letters_are_read_and_said():
    found = read(item("<title>café één X</title>").encode().replace(b"X", b"\xff\xfe"))
    assert found.entries[0].title.value.startswith("café één")
    assert found.broken
    assert "letters" in (found.problem or "")


def test_a_feed_that_stops_half_way_is_read_as_far_as_it_goes():
    found = read(good_feed(5)[:-300])
    assert len(found.entries) >= 4
    assert found.broken
    assert found.problem


def test_one_bad_entry_does_not_make_its_neighbours_other_items():
    inside = (
        "<title>A &amp; B</title><link>https://x.example/?a=1&amp;copy=2</link>"
        "<guid>https://x.example/?a=1&amp;copy=2</guid><description>&lt;p&gt;C &amp;amp; D&lt;/p&gt;</description>"
    )
    whole = item(inside)
    broken = whole.replace("</channel>", "<item><title>E & F</title></item></channel>")
    assert read(broken).broken
    assert read(broken).entries[0] == read(whole).entries[0]


def test_more_entries_than_the_limit_are_counted_and_left_out():
    for body in (good_feed(ENTRIES + 7), json_feed(CHANNEL, ENTRIES_TOLD[:1] * (ENTRIES + 7))):
        found = read(body)
        assert len(found.entries) == ENTRIES
        assert found.cut == 7
        assert not found.broken, "a limit of ours is no fault of the feed"


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"<html><body><p>Hallo</p></body></html>", b"%PDF-1.7", b"\x89PNG\r\n", b"{}", b"[1, 2]", b"null"],
)
def test_something_else_altogether_is_not_recognised(body):
    assert not read(body).recognised


def test_json_feed_keeps_plain_text_plain():
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": 7, "content_text": "Het <tag> blijft staan"},
            {"id": "x", "content_html": "<p>Ja</p>"},
            "geen",
        ],
    }
    found = read(json.dumps(told), "application/feed+json")
    assert found.entries[0].guid == "7"
    assert not found.entries[0].content.html
    assert found.entries[1].content.html
    assert found.broken, "an item that is no object is a fault that must be said"


def test_a_number_for_a_version_makes_json_a_feed_when_its_items_have_an_id():
    assert read('{"version": "1.1", "items": [{"id": "a", "title": "Titel"}]}').entries[0].guid == "a"
    assert not read('{"version": "1.0", "items": [{"naam": "Schroef"}]}').recognised
    assert not read('{"version": "1.0", "items": []}').recognised


def test_hostile_json_is_a_sentence():
    version = '{"version": "https://jsonfeed.org/version/1.1", "items": '
    for tail in ("[" * 100_000, '[{"id": ' + "9" * 100_000 + "}]}", '[{"id": "\\ud800"}]}', "nee"):
        found = read(version + tail)
        assert found.problem or found.entries


def test_a_string_is_never_handed_to_feedparser(tmp_path):
    secret = tmp_path / "geheim.xml"
    secret.write_bytes(good_feed())
    assert not read(str(secret)).entries, "feedparser opened a file that a document named"


def test_an_atom_entry_with_content_only_has_no_summary_of_another_kind():
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>a</id><title>Titel</title>'
        b'<content type="html">&lt;p&gt;VENLO - Tekst.&lt;/p&gt;</content></entry></feed>'
    )
    (entry,) = read(body, "application/atom+xml").entries
    assert (entry.summary.value, entry.content.html) == ("", True), "markup must never reach a reader as text"


def test_the_link_of_an_entry_is_its_page_and_no_recording():
    recording = '<link rel="enclosure">https://bron.example/geluid.mp3</link>'
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/bericht"/>{recording}</entry></feed>'
    assert read(body).entries[0].link == "https://bron.example/bericht"


def test_a_feed_says_how_long_to_wait():
    assert read(item("<title>x</title>", '<rss version="2.0"><channel><ttl>90</ttl>')).hint_seconds == 90 * 60


def test_names_of_people_are_not_even_looked_for():
    """feedparser's search for an address in the name of an author takes hours for one long word."""
    began = time.process_time()
    assert read(item("<title>x</title><author>" + "a" * 1_000_000 + "</author>")).entries
    assert time.process_time() - began < 1
