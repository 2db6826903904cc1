"""From hostile text to plain text, and from an entry to an item that stays the same item."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from crawler.extract import NO_TITLE, extracted, plain, shorten, tidy
from crawler.values import DocumentRead, FetchedEntry, RawText
from store.rules import unfit_character
from store.values import (
    EXCERPT_LIMIT,
    TITLE_LIMIT,
    DueSource,
    EventFacts,
    ExtractedItem,
    Kind,
    Reading,
    Relevance,
    Rights,
    SourceKind,
)
from tests.parts.corpus import corpus

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def due(rights: Rights = Rights.EXCERPT) -> DueSource:
    return DueSource(
        id=1,
        key="bron",
        name="Bron",
        url="https://bron.example/feed",
        kind=SourceKind.FEED,
        region="Utrecht",
        rights=rights,
        pace_seconds=1800,
        include=(),
        exclude=(),
        options={},
        etag=None,
        last_modified=None,
        body_hash=None,
        failures=0,
        host="bron.example:443",
    )


def items(*entries: FetchedEntry, rights: Rights = Rights.EXCERPT, home: str = "") -> list[ExtractedItem]:
    heard: list[str] = []

    def read(_title: str, text: str, _due: DueSource, _kind: Kind) -> Reading:
        heard.append(text)
        return Reading((), (), Relevance(0.5, True, (text,)))

    return list(extracted(DocumentRead(entries=entries, home=home), due(rights), NOW, read).items)


def entry(title: str = "Titel", **values: object) -> FetchedEntry:
    return FetchedEntry(title=RawText(title), **{"guid": "een", "link": "https://bron.example/1", **values})


def html(value: str) -> str:
    return plain(RawText(value, html=True))


def test_blocks_become_lines_and_entities_are_decoded_once():
    assert html("<p>Een</p><p>twee &amp;amp; drie<br>vier</p>") == "Een\n\ntwee &amp; drie\nvier"
    assert html("een<b>woord</b>") == "eenwoord"
    assert html("a < b &lt;c&gt;") == "a < b <c>"
    assert plain(RawText("a &amp; <b>b</b>")) == "a &amp; <b>b</b>", "plain text stays as it is"


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<svg><script>alert(1)</script></svg>",
        "<iframe src=x>alert(1)</iframe>",
        "<!-- alert(1) -->",
        "<noscript>alert(1)</noscript>",
    ],
)
def test_what_is_no_text_for_people_vanishes(value):
    assert html(f"voor{value}na") in {"voorna", "voor\nna"}


def test_every_payload_of_the_corpus_becomes_text_that_an_editor_may_see():
    files = [file for file in sorted((corpus() / "xss").rglob("*")) if file.is_file()]
    assert files, "the corpus has no payloads; see its README"
    for file in files:
        raw = file.read_text(encoding="utf-8", errors="replace")
        for payload in (raw, *raw.splitlines()):
            assert unfit_character(html(payload)) is None, f"{file}: {payload!r}"


def test_letters_that_hide_or_turn_text_are_taken_out():
    assert tidy("a\u202eb\u200bc\u2066d\ufeffe\u00adf\U000e0041g\U000e0101h\x00i\x1bj") == "abcdefghij"
    assert tidy("e\u0301") == "é"
    assert tidy("een\u2028twee\r\ndrie\tvier  vijf\n\n\n\nzes") == "een\ntwee\n\ndrie vier vijf\n\nzes"


def test_an_excerpt_is_cut_at_a_word_and_never_longer_than_the_law_likes():
    text = "woord " * 60
    cut = shorten(text.strip(), EXCERPT_LIMIT)
    assert len(cut) <= EXCERPT_LIMIT
    assert cut.endswith("woord…")
    assert len(shorten("x" * 500, EXCERPT_LIMIT)) == EXCERPT_LIMIT
    assert shorten("kort", EXCERPT_LIMIT) == "kort"


def test_an_entry_without_title_is_called_after_its_first_words():
    [item] = items(entry("", content=RawText("<p>" + "Een lang verhaal begint hier. " * 10 + "</p>", html=True)))
    assert item.title.startswith("Een lang verhaal")
    assert item.title.endswith("…")
    [bare] = items(FetchedEntry())
    assert bare.title == NO_TITLE
    assert bare.url == "https://bron.example/feed", "a reader must be able to go somewhere"


def test_a_title_is_one_line_and_at_most_three_hundred():
    [item] = items(entry("Regel een\nregel twee " + "x " * 400))
    assert "\n" not in item.title
    assert len(item.title) <= TITLE_LIMIT
    found = extracted(
        DocumentRead(entries=(entry("x " * 400),)), due(), NOW, lambda *_: Reading((), (), Relevance(0, True))
    )
    assert found.shortened == 1, "what a limit cuts off must be counted"


def test_guid_falls_back_on_the_address_and_then_on_the_words():
    assert items(entry(guid=""))[0].guid == "https://bron.example/1"
    [one] = items(entry(guid="", link="", content=RawText("tekst")))
    [two] = items(entry(guid="", link="", content=RawText("tekst")))
    assert one.guid == two.guid
    assert one.guid.startswith("sha256:")
    assert len(items(entry(guid="g" * 5000))[0].guid) < 100


def test_two_entries_with_one_guid_and_two_addresses_are_two_items():
    found = items(entry(link="https://bron.example/1"), entry("Ander", link="https://bron.example/2"))
    assert len({item.guid for item in found}) == 2
    assert len(items(entry(), entry())) == 1, "the same entry twice is one item"


def test_a_title_only_source_gives_no_text_but_is_read_with_it():
    long = RawText("Volledige tekst over arbeidsuitbuiting in Tilburg.")
    [item] = items(entry(content=long), rights=Rights.TITLE)
    assert (item.text, item.excerpt) == ("", "")
    assert item.reading.relevance.reasons == (long.value,)
    [other] = items(entry(content=RawText("Iets anders.")), rights=Rights.TITLE)
    assert (item.title, item.text, item.excerpt) == (other.title, other.text, other.excerpt), (
        "an editor cannot see that text, so it must not come back"
    )


def test_the_longest_text_is_kept_and_the_summary_is_the_excerpt():
    [item] = items(entry(summary=RawText("Kort."), content=RawText("Een veel langere tekst dan de samenvatting.")))
    assert item.excerpt == "Kort."
    assert item.text.startswith("Een veel langere")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://a@b.example/"]
)
def test_a_link_that_is_no_address_is_replaced_by_the_home_of_the_source(link):
    [item] = items(entry(link=link), home="https://bron.example/")
    assert item.url == "https://bron.example/"


def test_nothing_is_published_in_the_future():
    [item] = items(entry(published_at=datetime(2030, 1, 1, tzinfo=UTC)))
    assert item.published_at == NOW


def test_an_event_keeps_its_facts_and_its_place_is_plain_text():
    facts = EventFacts(
        starts_at=NOW, place="Zaal\u202e 1\nTilburg", signup_url="javascript:x", organiser="Stichting\u202e\nDe Brug"
    )
    [item] = items(entry(kind=Kind.EVENT, event=facts))
    assert item.kind is Kind.EVENT
    assert item.event is not None
    assert item.event.place == "Zaal 1 Tilburg"
    assert item.event.signup_url is None
    assert item.event.organiser == "Stichting De Brug"


def test_no_control_character_reaches_any_field():
    dirty = "a\x00b\u202ec"
    [item] = items(entry(dirty, guid=dirty, link=f"https://bron.example/{dirty}", content=RawText(dirty)))
    for field in (item.guid, item.title, item.text, item.excerpt, item.url):
        assert "\x00" not in field
        assert "\u202e" not in field


@pytest.mark.parametrize("place", ["Wijkcentrum De Zaal, Maastricht", "Markt 1, 6211 AB Maastricht"])
def test_the_place_of_an_event_is_read_too(place):
    facts = EventFacts(NOW, place=place)
    [item] = items(entry(kind=Kind.EVENT, event=facts))
    (heard,) = item.reading.relevance.reasons
    assert "in Maastricht" in heard, "a subscriber of Limburg must hear of a meeting in Maastricht"
    assert "Maastricht" not in item.text, "the text stays what the source wrote"


def test_the_reader_hears_what_kind_each_entry_is():
    heard: list[tuple[str, Kind]] = []

    def read(title: str, _text: str, _due: DueSource, kind: Kind) -> Reading:
        heard.append((title, kind))
        return Reading((), (), Relevance(0.5, True))

    event = entry("Avond", guid="twee", kind=Kind.EVENT, event=EventFacts(NOW))
    extracted(DocumentRead(entries=(entry(), event)), due(), NOW, read)
    assert heard == [("Titel", Kind.ARTICLE), ("Avond", Kind.EVENT)], "an event must be read whole: it needs a region"


def test_half_a_character_is_no_reason_to_lose_a_source():
    assert html("<p>een\ud83d</p>twee") == "een\ntwee"
    assert plain(RawText("een\ud83d twee")) == "een twee"


def test_markup_that_nests_deeper_than_any_page_is_read_flat():
    deep = "<ul><li>" * 300 + "een <b>woord</b><script>alert(1)</script> &amp; meer"
    assert html(deep) == "een\nwoord\n& meer"
    assert html("<p>een <b>woord</b><br>" * 300).startswith("een woord\n"), "much markup is not deep markup"


HOSTILE = {
    "one word": "a",
    "lists in lists": "<ul><li>",
    "lists in lists, closed by attributes": '<ul x="</ul>">',
    "quotes in quotes": "<blockquote>",
    "open tags": "<b><i>",
    "only open brackets": "<",
    "only ampersands": "&",
    "open attributes": "<a href='x' ",
    "open comments": "<!--",
    "scripts": "<script>",
    "spaces and lines": " \n",
    "bidi": "\u202eabc",
    "zero width": "m\u200b",
    "homographs": "mеnsеnhаndеl ",
    "combining": "e\u0301",
    "a letter under a pile": "a" + "\u0301" * 30,
    "other script": "人身",
}
SIZE = 100_000


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hundred_kilobytes_of_hostile_text_are_cleaned_in_a_tenth_of_a_second(name):
    unit = HOSTILE[name]
    text = (unit * (SIZE // len(unit) + 1))[:SIZE]
    one = entry(guid=text, link=f"https://bron.example/{text}", content=RawText(text, html=True))
    for work in (lambda: html(text), lambda: tidy(text), lambda: shorten(text, 150), lambda: items(one)):
        spent = []
        for _ in range(3):
            start = time.process_time()
            work()
            spent.append(time.process_time() - start)
        assert min(spent) < 0.15, f"{min(spent) * 1000:.0f} ms on {name}"
