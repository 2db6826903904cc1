"""The loopback world keeps its promises: the same for the same seed, polite to caches, changeable, and it remembers."""

from __future__ import annotations

import gzip
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import feedparser
import icalendar
import pytest

from service.demo.world import World
from store.values import PROVINCES, SourceKind

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def get(url: str, **headers: str):
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.status, dict(answer.headers.items()), answer.read()


@pytest.fixture
def running():
    with World.start(NOW) as world:
        yield world


def test_there_are_sixty_items_from_five_provinces_and_half_are_about_trafficking(running):
    feeds = [source for source in running.sources if source.kind is SourceKind.FEED]
    articles = [article for source in feeds for article in running.articles(source.key)]
    about = [article for article in articles if article.form != "none"]
    assert len(articles) >= 60
    assert 0.4 <= len(about) / len(articles) <= 0.6
    assert {"sexual", "labour", "criminal"} <= {article.form for article in about}
    assert len({source.region for source in feeds}) == 5
    assert {source.region for source in feeds} <= set(PROVINCES)


def test_every_feed_is_read_whole_by_a_parser_that_is_not_ours(running):
    for source in running.sources:
        _, _, body = get(source.url)
        titles = [article.title for article in running.articles(source.key)]
        if source.kind is SourceKind.CALENDAR:
            read = [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(body).walk("VEVENT")]
            titles = [gathering.summary for gathering in running.gatherings()]
        elif source.url.endswith(".json"):
            read = [item["title"] for item in json.loads(body)["items"]]
        else:
            parsed = feedparser.parse(body)
            assert not parsed.bozo, f"{source.key}: {parsed.get('bozo_exception')}"
            read = [entry.title for entry in parsed.entries]
        assert read == titles, f"{source.key} ({source.url}) does not tell what the world holds"


def test_every_link_of_a_feed_leads_to_a_page_with_its_text(running):
    source = running.source("radio-noordkwelder")
    for entry in feedparser.parse(get(source.url)[2]).entries:
        status, _, page = get(entry.link)
        assert status == 200
        assert entry.title in page.decode()


def test_all_six_events_lie_ahead_and_start_at_a_dutch_wall_clock_time(running):
    _, headers, body = get(running.source("agenda-tegen-uitbuiting").url)
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert headers["Content-Type"].startswith("text/calendar")
    assert len(events) == 6
    for event in events:
        start = event["DTSTART"].dt
        day = start.date() if isinstance(start, datetime) else start
        assert day > NOW.date()
    evening = next(event for event in events if event["UID"] == "bijeenkomst-signalen-herkennen")
    assert evening["DTSTART"].dt.utcoffset() == timedelta(hours=1)
    assert (evening["DTSTART"].dt.hour, evening["DTSTART"].dt.minute) == (19, 30)
    assert all(len(line) <= 75 for line in body.split(b"\r\n")), "RFC 5545 folds lines at 75 octets"


def test_the_same_seed_and_moment_give_the_same_world_and_another_seed_another():
    moments = []
    for seed in (1, 1, 2):
        with World.start(NOW, seed=seed) as world:
            moments.append([article.published_at for article in world.articles("omroep-maasland")])
    assert moments[0] == moments[1]
    assert moments[0] != moments[2]


def test_who_has_the_feed_already_gets_304_until_the_source_changes(running):
    source = running.source("omroep-maasland")
    _, headers, _ = get(source.url)
    with pytest.raises(urllib.error.HTTPError) as same:
        get(source.url, If_None_Match=headers["ETag"])
    same.value.close()
    with pytest.raises(urllib.error.HTTPError) as still:
        get(source.url, If_Modified_Since=headers["Last-Modified"])
    still.value.close()
    assert (same.value.code, still.value.code) == (304, 304)
    running.change("omroep-maasland", "inval-champignonkwekerij-horst", title="Inval bij kwekerij")
    status, after, body = get(source.url, If_None_Match=headers["ETag"], If_Modified_Since=headers["Last-Modified"])
    assert status == 200
    assert after["Last-Modified"] != headers["Last-Modified"]
    assert "Inval bij kwekerij" in body.decode()


def test_the_feed_is_packed_only_for_who_can_unpack(running):
    url = running.source("omroep-maasland").url
    _, plain_headers, plain = get(url)
    _, packed_headers, packed = get(url, Accept_Encoding="gzip")
    assert "Content-Encoding" not in plain_headers
    assert packed_headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain


def test_an_item_can_go_and_come_and_an_event_can_be_cancelled(running):
    item = running.articles("omroep-schorrenkust")[0]
    running.remove("omroep-schorrenkust", item.slug)
    assert item.title not in get(running.source("omroep-schorrenkust").url)[2].decode()
    with pytest.raises(urllib.error.HTTPError) as gone:
        get(running.url(f"/nieuws/{item.slug}", "omroep-schorrenkust"))
    gone.value.close()
    assert gone.value.code == 404
    running.add("omroep-schorrenkust", item)
    assert item.title in get(running.source("omroep-schorrenkust").url)[2].decode()
    running.cancel("webinar-arbeidsuitbuiting")
    events = icalendar.Calendar.from_ical(get(running.source("agenda-tegen-uitbuiting").url)[2]).walk("VEVENT")
    event = next(event for event in events if event["UID"] == "webinar-arbeidsuitbuiting")
    assert (str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCELLED", 1)


def test_every_request_is_remembered_with_its_start_and_end():
    with World.start(NOW, thinks=0.05) as world:
        source = world.source("radio-noordkwelder")
        get(source.url, User_Agent="Proef/1")
        (seen,) = world.requests
    assert (seen.host, seen.path, seen.status) == (source.url.split("/")[2], "/atom.xml", 200)
    assert seen.headers["user-agent"] == "Proef/1"
    assert seen.ended - seen.started >= 0.05
