"""Every feed of the shared corpus, and every bomb we know of: entries or a sentence, in bounded time and memory.

What the corpus expects is compared twice: with what our reader finds, and with what is left of it after cleaning. Where
we mean to differ stands in `DEVIATIONS`, with the reason; a rule that no document needs any more fails as well.
"""

from __future__ import annotations

import io
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest

from crawler import feeds, jsonfeed
from crawler.dates import plausible
from crawler.documents import RefusedDocumentError, as_utf8, decoded, prepared
from crawler.entries import entry as entry_of
from crawler.extract import NO_TITLE, one_line, plain, shorten
from crawler.urls import canonical
from crawler.values import DocumentRead, FetchedEntry, RawText
from service.demo.feeds import Channel, Entry, atom, rss
from store.values import TITLE_LIMIT
from tests.parts.feedbombs import BOMBS
from tests.parts.feedrunner import NOW, items, measured, sentence
from tests.parts.feedset import LINK, TITLE, FeedDocument, Wanted, documents, judged

SECONDS = 2.0
MEGABYTES = 200
GROUP = 400
SEED = 20261124


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where we mean to differ, why, and how to see that it is this and nothing else."""

    why: str
    holds: Callable[[FeedDocument, Wanted, FetchedEntry], bool]


DEVIATIONS = (
    Deviation(
        "Content-Location is no base for addresses any more (RFC 7231, appendix B).",
        lambda document, wanted, _found: wanted.field == LINK and "content-location" in document.headers,
    ),
    Deviation(
        "What stands in a script, an object or a page's own title is not for people, also when it never ends.",
        lambda _document, wanted, found: (
            wanted.field == TITLE and re.search(r"<(?:script|object|title)\b", found.title.value) is not None
        ),
    ),
    Deviation(
        "A time is kept in whole seconds.",
        lambda _document, wanted, found: (
            isinstance(wanted.value, datetime)
            and found.published_at == wanted.value.replace(microsecond=0) != wanted.value
        ),
    ),
)


def read(document: FeedDocument) -> DocumentRead:
    return feeds.read(document.body, document.content_type, document.url)


def table(failures: list[str], what: str) -> str:
    return f"{len(failures)} {what}:\n" + "\n".join(failures[:40])


def test_the_corpus_is_whole():
    assert len(documents()) > 2600, "the corpus's feed set is not all there: see tests/parts/corpus.py"
    assert sum(len(document.wanted) for document in documents()) > 280, "tests/parts/feedset.py finds no expectations"


def test_no_document_of_the_corpus_fails_or_takes_long_or_much(tmp_path):
    told = []
    for number, document in enumerate(documents()):
        file = tmp_path / str(number)
        file.write_bytes(document.body)
        told.append({"file": str(file), "content_type": document.content_type, "url": document.url})
    groups = [told[start : start + GROUP] for start in range(0, len(told), GROUP)]
    found = measured(groups)
    failures = [
        f"{document.name}: {told}" for document, one in zip(documents(), found, strict=True) if (told := wrong(one))
    ]
    print(
        f"{len(found)} documents, slowest {max(one.get('seconds', 0) for one in found):.3f} s, "
        f"most {max(one.get('megabytes', 0) for one in found):.0f} MB"
    )
    assert not failures, table(failures, "documents of the corpus broke the reader or its limits")


def wrong(measure: dict[str, Any]) -> str:
    if "failed" in measure:
        return measure["failed"]
    if max(measure["seconds"], measure["cleaning_seconds"]) > SECONDS or measure["megabytes"] > MEGABYTES:
        return (
            f"{measure['seconds']:.2f} s, {measure['cleaning_seconds']:.2f} s to clean, {measure['megabytes']:.0f} MB; "
            f"at most {SECONDS} s and {MEGABYTES} MB"
        )
    return ""


def test_entries_come_wherever_feedparser_finds_some_and_a_sentence_where_not():
    failures = []
    for document in documents():
        found, judge = read(document), judged(document)
        if len(found.entries) < len(judge.entries):
            failures.append(f"{document.name}: {len(found.entries)} entries, feedparser {len(judge.entries)}")
        if not found.entries and not sentence(document.body, document.content_type, document.url):
            failures.append(f"{document.name}: no entries and no sentence")
    assert not failures, table(failures, "documents gave less than feedparser finds")


def test_titles_links_and_dates_are_what_the_corpus_expects():
    failures, used = [], set()
    for document, wanted, found in expectations():
        if got_of(found, wanted) == want_of(found, wanted):
            continue
        reasons = [rule for rule in DEVIATIONS if rule.holds(document, wanted, found)]
        used.update(rule.why for rule in reasons)
        if not reasons:
            failures.append(f"{document.name}: {wanted.field} is {got_of(found, wanted)!r} and not {wanted.value!r}")
    assert not failures, table(failures, "values differ from what the corpus expects")
    assert used == {rule.why for rule in DEVIATIONS}, "take out the rules of DEVIATIONS that nothing needs any more"


def test_what_the_corpus_expects_is_still_there_after_cleaning():
    failures = []
    for document, wanted, found in expectations():
        (item,) = items(DocumentRead(entries=(found,)), document.url)
        if wanted.field == TITLE:
            got, want = item.title, shorten(want_of(found, wanted), TITLE_LIMIT) or NO_TITLE
        elif wanted.field == LINK:
            got, want = item.url, canonical(wanted.value, document.url)
        else:
            got, want = item.published_at, plausible(wanted.value, NOW)
        if got != want and not any(rule.holds(document, wanted, found) for rule in DEVIATIONS):
            failures.append(f"{document.name}: {wanted.field} became {got!r} and not {want!r}")
    assert not failures, table(failures, "values were lost in cleaning")


def test_a_document_has_as_many_entries_as_the_corpus_says():
    failures = [
        f"{document.name}: {len(read(document).entries)} and not {document.count}"
        for document in documents()
        # A number alone does not make a JSON document a feed: its items must have the id that the standard demands.
        if document.count not in {None, len(read(document).entries)}
        and not document.name.endswith("json10_simple.json")
    ]
    assert not failures, table(failures, "documents have another number of entries")


def expectations() -> list[tuple[FeedDocument, Wanted, FetchedEntry]]:
    return [
        (document, wanted, read(document).entries[wanted.entry])
        for document in documents()
        for wanted in document.wanted
    ]


def got_of(found: FetchedEntry, wanted: Wanted) -> str | datetime | None:
    if wanted.field == TITLE:
        return one_line(plain(found.title))
    return found.link if wanted.field == LINK else found.published_at


def want_of(found: FetchedEntry, wanted: Wanted) -> Any:
    """A title is compared as plain text: the corpus holds what feedparser's own sanitiser leaves of it."""
    if wanted.field == TITLE:
        return one_line(plain(RawText(wanted.value, found.title.html)))
    return wanted.value


def test_our_way_into_feedparser_finds_what_its_front_door_finds():
    failures = []
    for document in documents():
        text, _ = decoded(document.body, document.content_type)
        if jsonfeed.looks_like_json(text):
            continue
        ours = read(document)
        try:
            data = as_utf8(prepared(text))
        except RefusedDocumentError:
            assert ours.refused, document.name
            continue
        headers = {"content-type": "application/xml; charset=utf-8", "content-location": document.url}
        theirs = feedparser.parse(
            io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        rss_like = not theirs.version.startswith("atom")
        entries = tuple(entry_of(one, feeds.feedparser_date, rss=rss_like) for one in theirs.entries)
        if ours.recognised and ours.entries != entries:
            failures.append(f"{document.name}:\n  ours   {ours.entries}\n  theirs {entries}")
    expected = {"gofeed/testdata/parser/rss/rss_channel_item_uri_at_protocol.xml"}
    failures = [failure for failure in failures if failure.partition(":\n")[0] not in expected]
    assert not failures, table(failures, "documents give other entries by feedparser.parse")


def test_no_bomb_takes_long_or_much(tmp_path):
    groups = []
    for number, make in enumerate(BOMBS.values()):
        file = tmp_path / f"{number}"
        file.write_bytes(make())
        groups.append([{"file": str(file), "content_type": "application/xml", "url": "https://bron.example/feed"}])
    found = dict(zip(BOMBS, measured(groups), strict=True))
    for name, one in found.items():
        print(f"{one.get('seconds', 0):6.2f} s {one.get('megabytes', 0):5.0f} MB  {name}: {one.get('problem')}")
    failures = [f"{name}: {told}" for name, one in found.items() if (told := wrong(one))]
    assert not failures, table(failures, "bombs went off")
    silent = [name for name, one in found.items() if not one["entries"] and not one["problem"] and "editor" not in name]
    assert not silent, f"nothing is read of these, and nothing said: {silent}"


def test_the_entry_before_a_bomb_is_still_read_and_the_bomb_is_counted():
    for name in ("links without end", "short tags of SGML", "half a million letters by number in a broken feed"):
        found = feeds.read(BOMBS[name](), "application/xml", "https://bron.example/feed")
        assert found.entries[0].title.value == "Eerste", name
        assert found.cut == 1, f"{name}: what a limit leaves out is said"


def test_a_document_that_is_damaged_anywhere_is_read_as_far_as_it_goes():
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    began = time.process_time()
    for document in chance.sample(documents(), 1500):
        body = bytearray(document.body)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(body) + 1)
            piece = chance.choice(PIECES) if chance.random() < 0.8 else bytes([chance.randrange(256)])
            body[at : at + chance.choice((0, 0, 1, 7, 40))] = piece
        found = feeds.read(bytes(body), document.content_type, document.url)
        assert not found.broken or found.problem, f"{document.name}: called broken without a sentence"
    assert time.process_time() - began < 15


PIECES = (
    b"<", b">", b"</", b"/>", b'"', b"&", b"&#x110000;", b"&#55296;", b"&nbsp;", b"<![CDATA[", b"]]>", b"<!--", b"-->",
    b"<?", b"\0", b"\xff", b"\x80", b"<item>", b"</item>", b"</entry>", b"</channel>", b"<title>", b"<x:y>", b"<svg>",
    b"<gml:pos>1</gml:pos>", b"<psc:chapter>", b"<media:thumbnail/>", b'<link href="http://[">', b"<!DOCTYPE x>", b"",
)  # fmt: skip


def ordinary(write: Callable[[Channel, list[Entry]], bytes]) -> bytes:
    written = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    paragraph = "De politie vond in een bedrijfspand mensen die er lange dagen werkten en er ook sliepen. " * 17
    told = [
        Entry(f"guid-{n}", f"https://bron.example/nieuws/{n}", f"Bericht {n}", paragraph, written - timedelta(hours=n))
        for n in range(20)
    ]
    return write(Channel("Omroep Proef", "https://bron.example/", "https://bron.example/feed", written), told)


@pytest.mark.parametrize("write", [rss, atom], ids=lambda write: write.__name__)
def test_an_ordinary_feed_costs_less_than_feedparser_alone(write):
    """All our own work on a document must cost less than what we save by leaving out what we do not use."""
    body = ordinary(write)
    headers = {"content-type": "application/xml", "content-location": "https://bron.example/feed"}

    def alone() -> None:
        feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)

    theirs = best(alone)
    ours = best(lambda: feeds.read(body, "application/xml", "https://bron.example/feed"))
    print(
        f"{write.__name__}, {len(body)} bytes: ours {ours * 1000:.2f} ms, feedparser unsanitised {theirs * 1000:.2f} ms"
    )
    assert ours < theirs, (
        f"reading costs {ours / theirs:.2f} times what feedparser alone costs: profile crawler/feeds.py"
    )


def best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(25):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return min(seconds)
