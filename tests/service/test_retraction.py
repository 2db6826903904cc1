"""A withdrawal as everybody outside sees it: pages, feeds, calendars, the sitemap and the mail itself."""

from __future__ import annotations

import email.policy
import json
import time
from datetime import timedelta
from email import message_from_bytes
from xml.etree import ElementTree as ET

import feedparser
import pytest
from icalendar import Calendar
from sqlmodel import select

from service import feeds, jobs
from service.feeds import ATOM, TOMBSTONES
from service.page_cache import CHECK_EVERY
from store import moderation
from store.drafts import EditedText
from store.tables import Account, Item
from store.values import EventFacts, EventStatus, Form, Region, Verdict
from tests.parts import samples
from tests.parts.desk import Desk, words
from tests.parts.newsroom import Newsroom
from tests.parts.readers import UNDO, add_event, decide, subscribe

CANARY = "Kanariegeel"
SENTENCE = "De bijeenkomst begint een uur later."
FEEDS = ("/nieuws.rss", "/nieuws.atom", "/nieuws.json")


@pytest.fixture
def newsroom(store, now):
    return Newsroom(store, now)


def withdraw(newsroom, item_id, later=0):
    newsroom.decide(item_id, Verdict.WITHDRAW, revision=newsroom.item(item_id).approved_revision_id, later=later)


@pytest.fixture
def gone(newsroom, clock):
    """An article with a word that nothing may repeat, withdrawn a second ago, and another that is up."""
    newsroom.publish(samples.article("blijft", "Dit blijft staan"))
    item = newsroom.publish(samples.article("weg", f"{CANARY} in Tilburg", excerpt=f"Over {CANARY}."))
    withdraw(newsroom, item)
    clock.advance(seconds=1)
    return item


@pytest.mark.parametrize("tail", ["", "-kanariegeel-in-tilburg", "-een-oude-titel", "-"])
def test_the_page_of_what_is_withdrawn_says_410_whatever_the_address_and_repeats_nothing(client, gone, tail):
    answer = client.get(f"/nieuws/{gone}{tail}")
    assert answer.status_code == 410, "no redirect may tell what the title was"
    assert CANARY.lower() not in answer.text.lower()
    assert "Tilburg" not in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "weggehaald" in words(answer)
    assert "0800-7000" in answer.text, "the help block stands there too"


def test_nothing_that_is_public_repeats_a_word_of_it(client, gone):
    for path in ("/", "/nieuws", "/sitemap.xml", "/agenda", "/agenda.ics", *FEEDS):
        assert CANARY.lower() not in client.get(path).text.lower(), path
    assert "Er is geen nieuws dat bij je keuze past" in client.get(f"/nieuws?q={CANARY}").text
    assert f"/nieuws/{gone}" not in client.get("/sitemap.xml").text


def test_the_atom_feed_says_so_as_rfc_6721_has_it(client, gone, now):
    root = ET.fromstring(client.get("/nieuws.atom").content)
    (stone,) = root.findall(f"{{{TOMBSTONES}}}deleted-entry")
    ids = [entry.findtext(f"{{{ATOM}}}id") for entry in root.findall(f"{{{ATOM}}}entry")]
    assert stone.get("ref") == f"http://localhost:8000/nieuws/{gone}"
    assert stone.get("when") == now.isoformat()
    assert stone.get("ref") not in ids
    assert root.findtext(f"{{{ATOM}}}updated") == now.isoformat(), "the feed changed when the article went"


def test_the_other_feeds_put_a_neutral_entry_in_its_place_under_the_same_name(client, gone):
    name = f"http://localhost:8000/nieuws/{gone}"
    read = feedparser.parse(client.get("/nieuws.rss").content)
    assert not read.bozo, read.get("bozo_exception")
    (entry,) = [each for each in read.entries if each.id == name]
    assert (entry.title, entry.link, entry.get("source")) == (feeds.GONE_TITLE, name, None)
    whole = json.loads(client.get("/nieuws.json").content)
    (entry,) = [each for each in whole["items"] if each["id"] == name]
    assert (entry["title"], entry["url"]) == (feeds.GONE_TITLE, name)
    assert "external_url" not in entry


def test_a_filter_does_not_tell_what_a_withdrawn_article_was_about(client, gone):
    name = f"/nieuws/{gone}"
    for path in (
        "/nieuws.atom?regio=zeeland",
        "/nieuws.atom?regio=noord-brabant",
        "/nieuws.rss?vorm=seksuele-uitbuiting",
    ):
        assert client.get(path).status_code in {200, 400}
    both = [client.get(f"/nieuws.atom?regio={region}").text.count(name) for region in ("zeeland", "noord-brabant")]
    assert both == [1, 1]


def test_every_feed_with_a_tombstone_can_still_be_read(client, gone):
    for path in FEEDS[:2]:
        read = feedparser.parse(client.get(path).content)
        assert not read.bozo, f"{path}: {read.get('bozo_exception')}"
        assert "Dit blijft staan" in [entry.title for entry in read.entries]


def test_after_thirty_days_a_feed_says_nothing_more(client, gone, clock):
    clock.advance(days=30)
    for path in FEEDS:
        assert f"/nieuws/{gone}" not in client.get(path).text, path
    assert client.get(f"/nieuws/{gone}").status_code == 410, "the page itself stays gone for ever"


def test_what_is_put_back_stands_in_the_feed_again_without_a_tombstone(client, newsroom, gone, clock):
    newsroom.decide(gone, Verdict.UNDO, revision=newsroom.item(gone).approved_revision_id, later=5)
    clock.advance(seconds=5)
    assert TOMBSTONES not in client.get("/nieuws.atom").text
    assert CANARY in client.get("/nieuws.atom").text


def test_a_hold_of_rights_has_the_same_reach(client, newsroom, clock):
    item = newsroom.publish(samples.article("weg", CANARY))
    newsroom.decide(item, Verdict.HOLD)
    clock.advance(seconds=1)
    assert client.get(f"/nieuws/{item}").status_code == 410
    assert f"/nieuws/{item}" in client.get("/nieuws.atom").text
    assert CANARY not in client.get("/nieuws.atom").text


def test_a_withdrawn_event_stands_in_calendars_as_cancelled_and_neutral(client, newsroom, now, clock):
    item = newsroom.publish(samples.event("weg", now + timedelta(days=9), CANARY))
    (before,) = Calendar.from_ical(client.get("/agenda.ics?neutraal=1").content).walk("VEVENT")
    withdraw(newsroom, item)
    clock.advance(seconds=1)
    for path in ("/agenda.ics", f"/agenda/{item}.ics", "/agenda.ics?regio=zeeland", f"/agenda/{item}.ics?neutraal=1"):
        answer = client.get(path)
        (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
        assert CANARY not in answer.text
        assert (event["STATUS"], str(event["SUMMARY"])) == ("CANCELLED", "Bijeenkomst"), path
        assert (event["UID"], event["SEQUENCE"]) == (before["UID"], before["SEQUENCE"] + 1)
        assert (event["DTSTAMP"].dt, event.start) == (now, now + timedelta(days=9))
        assert "LOCATION" not in event
        assert "URL" not in event
    assert client.get(f"/agenda/{item}-{CANARY.lower()}").status_code == 410
    clock.advance(days=30)
    # The test's clock jumped; the cache looks anew by one that nobody sets.
    time.sleep(CHECK_EVERY)
    assert client.get(f"/agenda/{item}.ics").status_code == 410
    assert Calendar.from_ical(client.get("/agenda.ics").content).walk("VEVENT") == []


class Post:
    """Readers, and the folder with the mails that left."""

    def __init__(self, store, running, clock):
        self.store, self.running, self.clock = store, running, clock
        subscribe(store, clock(), "kreeg@lezer.example", (), running.secrets)
        self.item = add_event(store, clock(), "weg", excerpt=f"Over {CANARY}.", title=f"{CANARY} in het wijkcentrum")
        decide(store, clock(), self.item)
        clock.advance(seconds=UNDO)
        jobs.deliver_due(running)
        subscribe(store, clock(), "later@lezer.example", (), running.secrets)

    def mails(self, kind):
        folder = self.running.settings.path(self.running.settings.mail.folder)
        found = [each for each in sorted(folder.iterdir()) if f"-{kind}-" in each.name]
        return [message_from_bytes(each.read_bytes(), policy=email.policy.default) for each in found]

    def withdraw(self):
        decide(self.store, self.clock(), self.item, Verdict.WITHDRAW)
        self.clock.advance(seconds=UNDO)
        jobs.deliver_due(self.running)

    def correct(self, **facts):
        with self.store.writing() as session:
            seen = session.get_one(Item, self.item).current_revision_id
            event = EventFacts(self.clock() + timedelta(days=12), place="Wijkcentrum, Tilburg", **facts)
            text = EditedText("Nieuwe titel", "", (Region("Noord-Brabant"),), (Form.LABOUR,), event)
            moderation.correct(
                session,
                self.item,
                seen,
                text,
                SENTENCE,
                account_id=session.exec(select(Account.id)).first(),
                now=self.clock(),
                undo_seconds=UNDO,
            )
        self.clock.advance(seconds=UNDO)
        jobs.deliver_due(self.running)


@pytest.fixture
def post(store, running, clock):
    return Post(store, running, clock)


def calendar_of(mail):
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    return part, Calendar.from_ical(part.get_payload(decode=True))


def test_the_mail_about_a_withdrawal_is_neutral_and_cancels_the_event(post):
    post.withdraw()
    (mail,) = post.mails("correction")
    assert mail["To"] == "kreeg@lezer.example"
    assert mail["Subject"] == "Ingetrokken in je agenda: vrijdag 4 december 2026"
    assert CANARY.encode() not in mail.as_bytes()
    for kind in ("plain", "html"):
        body = mail.get_body((kind,)).get_content()
        assert CANARY not in body
        assert "wijkcentrum" not in body.lower()
        assert "Dat bericht is ingetrokken" in body
        assert "vrijdag 4 december 2026" in body
    part, calendar = calendar_of(mail)
    (event,) = calendar.walk("VEVENT")
    assert (part.get_param("method"), calendar["METHOD"]) == ("CANCEL", "CANCEL")
    assert (event["STATUS"], str(event["SUMMARY"]), event["SEQUENCE"]) == ("CANCELLED", "Bijeenkomst", 1)
    assert str(event["ORGANIZER"]).startswith("mailto:")
    (before,) = calendar_of(post.mails("new")[0])[1].walk("VEVENT")
    assert event["UID"] == before["UID"]
    assert event["SEQUENCE"] > before["SEQUENCE"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_mail_about_a_correction_has_its_sentence_and_the_new_facts(post):
    post.correct()
    (mail,) = post.mails("correction")
    assert mail["Subject"].startswith("Gecorrigeerd in je agenda: ")
    for kind in ("plain", "html"):
        body = mail.get_body((kind,)).get_content()
        assert SENTENCE in body
        assert "Nieuwe titel" in body
    part, calendar = calendar_of(mail)
    assert (part.get_param("method"), calendar["METHOD"]) == ("PUBLISH", "PUBLISH")
    assert calendar.walk("VEVENT")[0]["SEQUENCE"] == 1


def test_a_correction_that_calls_the_event_off_says_so_first_and_cancels_it(post):
    post.correct(status=EventStatus.CANCELLED)
    (mail,) = post.mails("correction")
    body = mail.get_body(("plain",)).get_content()
    assert body.index("GAAT NU NIET DOOR") < body.index(SENTENCE)
    assert calendar_of(mail)[1]["METHOD"] == "CANCEL"


def test_the_newsroom_sees_what_it_reached_in_numbers_and_what_is_out_of_its_hands(store, settings, clock):
    desk = Desk(store, settings, clock)
    desk.sign_in()
    (item,) = desk.offer(samples.article("weg", CANARY))
    path = f"/redactie/items/{item}/bereik"
    assert "nooit op de site geweest" in words(desk.client.get(path))
    desk.decide(item, "approve")
    clock.advance(seconds=UNDO + 1)
    assert "staat op de site" in words(desk.client.get(path))
    row = desk.row(item)
    assert desk.decide(item, "withdraw", revision=row.approved_revision_id, reason="Een naam").status_code == 303
    clock.advance(seconds=1)
    shown = words(desk.client.get(path))
    for sentence in (
        "antwoordt met 410 en een neutrale tekst, sinds dinsdag 24 november 2026",
        "niet meer te vinden",
        "zeggen tot donderdag 24 december 2026 dat dit bericht is ingetrokken",
        "Niemand kreeg hier een mail over.",
        "60 seconden",
        "Feedlezers en kalenders hebben een eigen kopie",
    ):
        assert sentence in shown
    assert desk.client.get("/redactie/items/999/bereik").status_code == 404


def test_a_reader_of_the_newsroom_may_look_at_what_was_reached(store, settings, clock):
    desk = Desk(store, settings, clock)
    (item,) = desk.offer(samples.article("weg", CANARY))
    desk.sign_in("reader")
    assert desk.client.get(f"/redactie/items/{item}/bereik").status_code == 200
    assert desk.browser().get(f"/redactie/items/{item}/bereik").status_code == 303
