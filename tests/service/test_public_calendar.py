"""The agenda for calendar programs: with titles, without them, cancelled and gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar

from store.values import EventFacts, EventStatus, Verdict
from tests.parts import samples
from tests.parts.newsroom import Newsroom

TITLE = "Bijeenkomst over arbeidsuitbuiting"


@pytest.fixture
def newsroom(store, now):
    return Newsroom(store, now)


def events(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert 'filename="agenda.ics"' in answer.headers["content-disposition"]
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_the_agenda_holds_what_is_approved_and_one_event_can_be_taken_alone(client, newsroom, now):
    item_id = newsroom.publish(samples.event("een", now + timedelta(days=9), TITLE))
    newsroom.offer(samples.event("wacht", now + timedelta(days=9), "Nog niet goedgekeurd"))
    (whole,) = events(client, "/agenda.ics")
    (alone,) = events(client, f"/agenda/{item_id}.ics")
    assert (str(whole["SUMMARY"]), str(whole["LOCATION"])) == (TITLE, "Wijkcentrum, Tilburg")
    assert (whole["UID"], whole["DTSTAMP"].dt) == (alone["UID"], alone["DTSTAMP"].dt)
    assert whole.start == now + timedelta(days=9)
    assert str(whole["URL"]).endswith(f"/agenda/{item_id}"), "the address tells nothing of the title"


def test_the_neutral_agenda_tells_neither_title_nor_building(client, newsroom, now):
    item_id = newsroom.publish(samples.event("een", now + timedelta(days=9), TITLE))
    for path in ("/agenda.ics?neutraal=1", f"/agenda/{item_id}.ics?neutraal=1"):
        (event,) = events(client, path)
        assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Bijeenkomst", "Tilburg")
    assert '"/agenda.ics?neutraal=1"' in client.get("/agenda").text


def test_the_filters_of_the_agenda_work_for_its_calendar(client, newsroom, now):
    newsroom.publish(samples.event("een", now + timedelta(days=9), TITLE))
    assert len(events(client, "/agenda.ics?regio=noord-brabant")) == 1
    assert events(client, "/agenda.ics?regio=zeeland") == []
    assert client.get("/agenda.ics?regio=atlantis").status_code == 400


def test_a_cancelled_event_stays_and_says_so(client, newsroom, now):
    facts = EventFacts(now + timedelta(days=3), place="Tilburg", status=EventStatus.CANCELLED)
    newsroom.publish(samples.event("een", now + timedelta(days=3), TITLE, event=facts))
    (event,) = events(client, "/agenda.ics")
    assert event["STATUS"] == "CANCELLED"


def test_a_withdrawn_event_is_cancelled_without_a_word_and_an_unknown_one_was_never_there(client, newsroom, now, clock):
    item_id = newsroom.publish(samples.event("een", now + timedelta(days=9), TITLE))
    article = newsroom.publish(samples.article("twee"))
    newsroom.decide(item_id, Verdict.WITHDRAW, revision=newsroom.item(item_id).approved_revision_id)
    clock.advance(seconds=1)
    for path in ("/agenda.ics", f"/agenda/{item_id}.ics"):
        (event,) = events(client, path)
        assert (event["STATUS"], str(event["SUMMARY"])) == ("CANCELLED", "Bijeenkomst"), path
    for path in (f"/agenda/{article}.ics", "/agenda/999.ics", "/agenda/99999999999.ics", "/agenda/x.ics"):
        assert client.get(path).status_code == 404, path
