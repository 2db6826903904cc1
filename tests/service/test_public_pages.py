"""The public pages and feeds, with hostile text in every field that a source can fill."""

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from service.pages.public.web import PAGES
from store.values import Region, Verdict
from tests.parts import samples
from tests.parts.newsroom import Newsroom

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}]]>&amp;"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def newsroom(store, now):
    return Newsroom(store, now)


@pytest.mark.parametrize(
    "path", [*PAGES, "/robots.txt", "/sitemap.xml", "/healthz", "/readyz", "/nieuws.rss", "/nieuws.json"]
)
def test_every_page_stands_on_an_empty_installation(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_quick_exit_help_and_one_heading(client, path):
    text = client.get(path).text
    assert text.count("<h1") == 1
    assert 'id="snel-weg"' in text
    assert 'rel="noreferrer noopener"' in text
    for number in ("tel:112", "tel:09008844", "tel:08007000"):
        assert number in text, f"{path} must show where to get help"
    assert "gecontroleerd op" not in text.lower(), "nobody has checked a number yet, so no date may show"


def test_the_exit_never_follows_the_request(client):
    home = client.get("/").text
    for query in ("?exit=https://kwaad.example", "?exit_url=//kwaad.example", "?next=https://kwaad.example"):
        assert "kwaad" not in client.get("/" + query).text
    assert 'href="https://www.buienradar.nl/"' in home


def test_hostile_text_stays_text_on_every_page_and_in_every_feed(client, newsroom, now):
    where = Region("Limburg", "Venlo", HOSTILE)
    item_id = newsroom.publish(
        samples.article("boos", HOSTILE, excerpt=HOSTILE, reading=samples.reading(regions=(where,)))
    )
    event_id = newsroom.publish(samples.event("feest", now + timedelta(days=2), HOSTILE, excerpt=HOSTILE))
    right = client.get(f"/nieuws/{item_id}").headers["location"]
    meeting = client.get(f"/agenda/{event_id}").headers["location"]
    for path in ("/", "/nieuws", "/agenda", right, meeting):
        text = client.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text, path
        assert "49" not in text.split("<main")[1].split("{{7*7}}")[0][-200:], "template code in a title must stay text"
    root = ET.fromstring(client.get("/nieuws.rss").content)
    assert root.findtext("channel/item/title") == HOSTILE
    assert ET.fromstring(client.get("/nieuws.atom").content).findtext(f"{ATOM}entry/{ATOM}title") == HOSTILE
    assert client.get("/nieuws.json").json()["items"][0]["title"] == HOSTILE


@pytest.mark.parametrize(
    "path", ["/nieuws/zz", "/nieuws/-1", "/nieuws/99999999999", "/nieuws/1%00", "/agenda/x", "/agenda/7"]
)
def test_an_address_that_names_nothing_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_an_item_has_one_address(client, newsroom, now):
    item_id = newsroom.publish(samples.article())
    for wrong in (f"/nieuws/{item_id}", f"/nieuws/{item_id}-anders"):
        answer = client.get(wrong)
        assert (answer.status_code, answer.headers["location"]) == (
            301,
            f"/nieuws/{item_id}-inval-bij-een-bedrijf-in-tilburg",
        )
    event_id = newsroom.publish(samples.event("dag", now + timedelta(days=1)))
    assert client.get(f"/nieuws/{event_id}").headers["location"].startswith(f"/agenda/{event_id}-")


@pytest.mark.parametrize(
    ("query", "status", "found"),
    [
        ("regio=noord-brabant", 200, True),
        ("regio=Noord-Brabant&vorm=arbeid", 200, True),
        ("regio=limburg", 200, False),
        ("vorm=seksueel", 200, False),
        ("q=invallen", 200, True),
        ("van=2026-11-01&tot=2026-11-24", 200, True),
        ("tot=2020-01-01", 200, False),
        ("regio=atlantis", 400, True),
        ("van=gisteren", 400, True),
        ("vorm=x", 400, True),
        ("na=onzin", 400, True),
        ("q=" + "x" * 101, 400, True),
        ("tot=9999-12-31", 400, True),
        ("van=0001-01-01", 400, True),
        ("na=1-99999999999999999999999", 400, True),
        ("bron=%00", 400, True),
        ("bron=%ED%A0%80", 400, True),
        ("q=%00", 200, False),
    ],
)
def test_the_filters_of_the_news_page(client, newsroom, query, status, found):
    newsroom.publish(samples.article())
    page = client.get("/nieuws?" + query)
    assert page.status_code == status
    assert ("Inval bij een bedrijf in Tilburg" in page.text) is found


@pytest.mark.parametrize("query", ["tot=9999-12-31", "van=0001-01-01", "bron=%00", "regio=atlantis"])
@pytest.mark.parametrize("path", ["/agenda", "/agenda.ics", "/nieuws.rss", "/nieuws.atom", "/nieuws.json"])
def test_a_filter_that_makes_no_sense_is_said_everywhere(client, path, query):
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert "kennen we niet" in answer.text, "whoever typed the address must read what is wrong with it"


def test_feeds_take_the_filters_of_the_page(client, newsroom):
    newsroom.publish(samples.article())
    assert len(client.get("/nieuws.json?regio=noord-brabant").json()["items"]) == 1
    assert client.get("/nieuws.json?regio=limburg").json()["items"] == []
    assert client.get("/nieuws.rss?regio=atlantis").status_code == 400


def test_a_feed_keeps_its_identifiers_when_a_title_changes(client, newsroom):
    item_id = newsroom.publish(samples.article())
    before = client.get("/nieuws.json").json()["items"][0]["id"]
    newsroom.offer(samples.article(title="Andere titel"), later=-1000)
    newsroom.decide(item_id, Verdict.APPROVE, later=-900)
    after = client.get("/nieuws.json?q=titel").json()["items"][0]
    assert (after["id"], after["title"]) == (before, "Andere titel")


def test_only_what_is_public_stands_in_the_json_feed(client, newsroom):
    newsroom.publish(samples.article("a", "Openbaar"))
    newsroom.offer(samples.article("b", "Geheim"))
    whole = json.dumps(client.get("/nieuws.json").json(), ensure_ascii=False)
    assert "Openbaar" in whole
    assert "Geheim" not in whole
