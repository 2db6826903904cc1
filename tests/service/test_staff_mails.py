"""What editors get by mail: every morning how much waits, and at once that something hurries. Never a title."""

from __future__ import annotations

import email.policy
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from sqlmodel import select

from service import jobs
from store import items, own, requests, reviews
from store.requests import Asked, RequestKind
from store.tables import Account, Item, StaffNotice
from store.values import Rights, Role, Verdict
from tests.parts import samples
from tests.parts.newsroom import Newsroom

CANARY = "Kanariegeel"
HALF_PAST_SEVEN = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
"""On the clock in Amsterdam, in winter."""


@pytest.fixture
def newsroom(store, now):
    """One editor, made by the part itself; an administrator and a reader beside them."""
    made = Newsroom(store, now)
    with store.writing() as session:
        session.get_one(Account, made.editor).address = "redacteur@example.nl"
        samples.add_account(session, now, "beheer@example.nl", Role.ADMINISTRATOR)
        samples.add_account(session, now, "lezer@example.nl", Role.READER)
    return made


def rows(store):
    with store.reading() as session:
        return session.exec(select(StaffNotice).order_by(StaffNotice.id)).all()


def mails(running, kind):
    folder = running.settings.path(running.settings.mail.folder)
    found = sorted(each for each in folder.iterdir() if f"-{kind}-" in each.name) if folder.exists() else []
    return [message_from_bytes(each.read_bytes(), policy=email.policy.default) for each in found]


def text_of(mail):
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_every_morning_at_half_past_seven_each_editor_gets_one_mail_with_counts(running, store, newsroom, clock):
    newsroom.offer(samples.article("een", CANARY))
    newsroom.offer(samples.event("twee", HALF_PAST_SEVEN + timedelta(days=2), CANARY))
    newsroom.offer(samples.event("drie", HALF_PAST_SEVEN + timedelta(days=9), CANARY))
    clock.now = HALF_PAST_SEVEN - timedelta(seconds=1)
    assert jobs.remind_editors(running) == 0
    clock.now = HALF_PAST_SEVEN
    assert jobs.remind_editors(running) == 2
    assert jobs.remind_editors(running) == 0, "one mail a day, however often the metronome beats"
    jobs.deliver_due(running)
    sent = mails(running, "waiting")
    assert sorted(mail["To"] for mail in sent) == ["beheer@example.nl", "redacteur@example.nl"]
    for mail in sent:
        assert mail["Subject"] == "Redactie: 3 berichten wachten"
        assert CANARY.encode() not in mail.as_bytes(), "a mail can be read by somebody else: no titles"
        for body in text_of(mail):
            assert CANARY not in body
            assert "dinsdag 24 november 2026, 10.00 uur" in body
            assert "1 bijeenkomst begint binnen drie dagen" in body
            assert "/redactie" in body
    clock.advance(days=1)
    assert jobs.remind_editors(running) == 2, "the next day there is another one"


def test_nothing_is_mailed_when_nothing_waits(running, store, newsroom, clock):
    item = newsroom.offer(samples.article("een", CANARY))
    newsroom.offer(samples.article("stapel", CANARY, reading=samples.reading(shown=False)))
    newsroom.decide(item, Verdict.REJECT)
    clock.now = HALF_PAST_SEVEN
    assert jobs.remind_editors(running) == 0
    assert rows(store) == []


def test_what_comes_in_later_waits_for_the_mail_of_tomorrow(running, newsroom, clock):
    newsroom.offer(samples.article("een"), later=86_400)
    clock.now = HALF_PAST_SEVEN + timedelta(hours=3)
    assert jobs.remind_editors(running) == 0


def test_a_service_that_was_down_says_it_later_but_not_in_the_evening(running, newsroom, clock):
    newsroom.offer(samples.article("een"))
    clock.now = HALF_PAST_SEVEN + timedelta(hours=12)
    assert jobs.remind_editors(running) == 0
    clock.now = HALF_PAST_SEVEN + timedelta(hours=5)
    assert jobs.remind_editors(running) == 2


def test_the_half_hour_is_that_of_amsterdam_also_in_summer(running, newsroom, clock):
    newsroom.offer(samples.article("een"))
    clock.now = datetime(2027, 7, 1, 5, 29, tzinfo=UTC)
    assert jobs.remind_editors(running) == 0
    clock.now = datetime(2027, 7, 1, 5, 30, tzinfo=UTC)
    assert jobs.remind_editors(running) == 2


def test_requests_and_tips_count_too_and_samples_do_not(running, store, newsroom, clock):
    with store.writing() as session:
        source = own.own_source(session, own.TIP, "Tip van een lezer", clock())
        items.offer(session, source, samples.article("tip"), Rights.FULLTEXT_INTERNAL, clock())
        requests.take_in(session, running.secrets, Asked(RequestKind.REMOVAL, False, "", CANARY), clock())
        reviews.open_review(session, "sample", 7, item_id=None, priority=0, reasons=(), now=clock())
    clock.now = HALF_PAST_SEVEN
    jobs.remind_editors(running)
    assert {row.facts["count"] for row in rows(store)} == {2}


def test_a_mail_about_what_was_done_meanwhile_is_not_sent(running, store, newsroom, clock):
    item = newsroom.offer(samples.article("een"))
    clock.now = HALF_PAST_SEVEN
    jobs.remind_editors(running)
    newsroom.decide(item, Verdict.REJECT, later=80_000)
    jobs.deliver_due(running)
    assert mails(running, "waiting") == []
    assert {row.state for row in rows(store)} == {"dropped"}


def test_an_editor_who_lost_the_role_meanwhile_gets_nothing(running, store, newsroom, clock):
    newsroom.offer(samples.article("een"))
    clock.now = HALF_PAST_SEVEN
    jobs.remind_editors(running)
    with store.writing() as session:
        session.get_one(Account, newsroom.editor).role = Role.READER
    jobs.deliver_due(running)
    assert [mail["To"] for mail in mails(running, "waiting")] == ["beheer@example.nl"]


def test_what_hurries_is_mailed_at_once_with_a_neutral_subject_and_no_word_of_it(running, store, newsroom, client):
    item = newsroom.publish(samples.article("een", CANARY))
    fields = {"tekst": f"{CANARY} is herkenbaar.", "dringend": "1", "pagina": str(item), "soort": "removal"}
    client.post("/correctie", data=fields, headers={"Origin": "http://localhost:8000"})
    jobs.deliver_due(running)
    sent = mails(running, "urgent")
    assert sorted(mail["To"] for mail in sent) == ["beheer@example.nl", "redacteur@example.nl"]
    with store.reading() as session:
        (review,) = reviews.waiting_reviews(session)
        assert session.exec(select(Item.id)).one() == item
    for mail in sent:
        assert mail["Subject"] == "Er staat iets klaar op de redactie"
        assert CANARY.encode() not in mail.as_bytes()
        for body in text_of(mail):
            assert f"/redactie/verzoeken/{review.id}" in body
            assert CANARY not in body
            assert "verwijder" not in body.lower()


def test_no_mail_to_the_newsroom_tells_the_topic_where_others_can_look(running, newsroom, store, clock):
    newsroom.offer(samples.article("een"))
    clock.now = HALF_PAST_SEVEN
    jobs.remind_editors(running)
    jobs.deliver_due(running)
    for mail in mails(running, "waiting"):
        for name in ("Subject", "From"):
            assert not any(word in mail[name].lower() for word in ("mensenhandel", "uitbuiting", "slachtoffer"))
