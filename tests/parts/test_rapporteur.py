"""The four feeds together hold every item of the corpus once, also the two without a title."""

from __future__ import annotations

import json
import urllib.request

import feedparser
import pytest

from tests.parts.corpus import SIGN, corpus
from tests.parts.rapporteur import rapporteur


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read()


@pytest.fixture
def feeds():
    with rapporteur() as served:
        yield served


def told(feed) -> list[tuple[str, str, str]]:
    """Guid, title and text of each entry, by a reader that is not ours."""
    body = read(feed.source.url)
    if feed.source.url.endswith(".json"):
        return [(item["id"], item.get("title", ""), item["content_text"]) for item in json.loads(body)["items"]]
    parsed = feedparser.parse(body)
    assert not parsed.bozo, f"{feed.source.key}: {parsed.get('bozo_exception')}"
    return [
        (entry.id, entry.get("title", ""), entry.content[0].value if "content" in entry else entry.description)
        for entry in parsed.entries
    ]


def test_165_items_arrive_over_four_feeds_with_a_guid_and_a_text_each(feeds):
    entries = [entry for feed in feeds for entry in told(feed)]
    assert len(feeds) == 4
    assert len(entries) == 165
    assert len({guid for guid, _, _ in entries}) == 165
    assert all(text.strip() for _, _, text in entries)


def test_titles_are_those_of_the_corpus_and_two_are_absent(feeds):
    real = [item["title"] for item in json.loads((corpus() / SIGN).read_text(encoding="utf-8"))]
    titles = [entry.title for feed in feeds for entry in feed.entries]
    assert sorted(title or "" for title in titles) == sorted(title or "" for title in real)
    assert titles.count(None) == 2
    assert sum(title == "" for feed in feeds for _, title, _ in told(feed)) == 2


def test_every_link_leads_to_a_page(feeds):
    for feed in feeds:
        for entry in feed.entries[:3]:
            assert (entry.title or "").encode()[:5] in read(entry.link)


def test_times_are_dutch_wall_clock_times(feeds):
    first = feeds[0].entries[0]
    assert first.published_at.isoformat() == "2014-12-01T15:32:00+01:00"
