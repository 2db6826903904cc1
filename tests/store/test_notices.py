"""Who is told: confirmed, of this province, not suppressed, not told before. Written with the decision."""

import random
from datetime import timedelta

import pytest
from sqlmodel import select

from store import items, moderation, notices, outbox, subscribers
from store.drafts import EditedText
from store.tables import Item, Notice, Revision, Subscriber, SubscriberRegion, Suppression
from store.values import NETHERLANDS, PROVINCES, EventFacts, EventStatus, Form, Region, Rights, Verdict
from tests.parts import samples
from tests.parts.readers import SECRETS, UNDO, add_event, decide, subscribe

SEED = 20261124


def rows(store):
    with store.reading() as session:
        return session.exec(select(Notice).where(Notice.kind == "new").order_by(Notice.id)).all()


def told(store):
    """The addresses that have a notice."""
    with store.reading() as session:
        query = select(Subscriber.address_sealed).where(Notice.subscriber_id == Subscriber.id, Notice.kind == "new")
        return sorted(SECRETS.unseal(sealed) for sealed in session.exec(query))


def edit_and_approve(store, now, item_id, title, starts_at):
    with store.writing() as session:
        item = session.get_one(Item, item_id)
        text = EditedText(title, "", (Region("Noord-Brabant"),), (Form.LABOUR,), EventFacts(starts_at, place="Tilburg"))
        moderation.edit(session, item_id, item.current_revision_id, text, account_id=1, now=now)
    return decide(store, now, item_id)


def test_an_approved_event_is_told_to_who_chose_its_province_and_to_who_chose_none(store, now):
    subscribe(store, now, "brabant@lezer.example", ["Noord-Brabant", "Zeeland"])
    subscribe(store, now, "overal@lezer.example")
    subscribe(store, now, "utrecht@lezer.example", ["Utrecht"])
    assert decide(store, now, add_event(store, now)) == 2
    assert told(store) == ["brabant@lezer.example", "overal@lezer.example"]
    for row in rows(store):
        assert (row.state, row.due_at) == ("waiting", now + timedelta(seconds=UNDO)), "nothing leaves before the undo"
        assert row.expires_at == now + timedelta(days=10), "and nothing after the event began"


def test_an_event_in_the_whole_country_is_told_to_everybody(store, now):
    subscribe(store, now, "utrecht@lezer.example", ["Utrecht"])
    assert decide(store, now, add_event(store, now, province=NETHERLANDS)) == 1


def test_an_event_without_a_known_place_is_told_to_everybody(store, now):
    subscribe(store, now, "utrecht@lezer.example", ["Utrecht"])
    assert decide(store, now, add_event(store, now, reading=samples.reading(regions=()))) == 1


def test_who_did_not_confirm_or_gets_no_more_mail_is_not_told(store, now):
    with store.writing() as session:
        subscribers.request(session, SECRETS, "twijfel@lezer.example", [], now=now, consent_text="Je krijgt mail.")
    subscribe(store, now, "weg@lezer.example")
    with store.writing() as session:
        key = SECRETS.keyed_hash("subscriber", "weg@lezer.example")
        subscribers.suppress(session, key, subscribers.BOUNCED, now)
    assert decide(store, now, add_event(store, now)) == 0


def test_undoing_the_approval_takes_the_notices_back_and_a_new_approval_writes_them_again(store, now):
    subscribe(store, now, "lezer@lezer.example")
    item = add_event(store, now)
    decide(store, now, item)
    decide(store, now + timedelta(seconds=10), item, Verdict.UNDO)
    assert rows(store) == []
    assert decide(store, now + timedelta(seconds=20), item) == 1


def test_withdrawing_takes_back_what_is_being_sent_too(store, now):
    subscribe(store, now, "lezer@lezer.example")
    item = add_event(store, now)
    decide(store, now, item)
    later = now + timedelta(seconds=UNDO)
    with store.writing() as session:
        (held,) = outbox.claim_due(session, later, 60, 10)
    decide(store, later, item, Verdict.WITHDRAW)
    with store.writing() as session:
        assert not outbox.mark_handed(session, held.id, held.fence, later)
    assert [row.state for row in rows(store)] == ["dropped"], "how many mails a withdrawal stopped stays known"


def test_a_withdrawn_event_that_is_put_back_is_told_to_who_was_not_told_yet(store, now):
    subscribe(store, now, "eerst@lezer.example")
    item = add_event(store, now)
    decide(store, now, item)
    with store.writing() as session:
        session.exec(select(Notice)).one().state = "sent"
    subscribe(store, now, "daarna@lezer.example")
    assert edit_and_approve(store, now + timedelta(hours=1), item, "Nieuwe titel", now + timedelta(days=11)) == 1
    decide(store, now + timedelta(hours=1, seconds=5), item, Verdict.WITHDRAW)
    assert [row.state for row in rows(store)] == ["sent", "dropped"]
    put_back = decide(store, now + timedelta(hours=1, seconds=10), item, Verdict.UNDO)
    assert put_back == 1, "what waited before the withdrawal must wait again after its undo, or nobody is ever told"
    assert [row.state for row in rows(store)] == ["sent", "waiting"]


def test_undoing_a_second_approval_tells_the_first_text_again(store, now):
    subscribe(store, now, "lezer@lezer.example")
    item = add_event(store, now)
    decide(store, now, item)
    with store.reading() as session:
        first = session.get_one(Item, item).approved_revision_id
    edit_and_approve(store, now + timedelta(seconds=5), item, "Nieuwe titel", now + timedelta(days=11))
    decide(store, now + timedelta(seconds=10), item, Verdict.UNDO)
    (row,) = rows(store)
    assert (row.revision_id, row.due_at) == (first, now + timedelta(seconds=UNDO))
    assert row.expires_at == now + timedelta(days=10)


def test_undoing_a_rejection_of_a_changed_text_leaves_the_notices_of_the_approved_one(store, now):
    subscribe(store, now, "lezer@lezer.example")
    item = add_event(store, now)
    decide(store, now, item)
    with store.writing() as session:
        source, guid = session.exec(select(Item.source_id, Item.guid)).one()
        changed = samples.event(guid, now + timedelta(days=12))
        items.offer(session, source, changed, Rights.EXCERPT, now + timedelta(seconds=2))
    decide(store, now + timedelta(seconds=5), item, Verdict.REJECT)
    decide(store, now + timedelta(seconds=10), item, Verdict.UNDO)
    (row,) = rows(store)
    assert (row.state, row.expires_at) == ("waiting", now + timedelta(days=10))


def test_a_second_approval_in_the_undo_window_gives_one_notice_with_the_newest_text(store, now):
    subscribe(store, now, "lezer@lezer.example")
    item = add_event(store, now)
    decide(store, now, item)
    assert edit_and_approve(store, now + timedelta(seconds=5), item, "Nieuwe titel", now + timedelta(days=11)) == 1
    (row,) = rows(store)
    with store.reading() as session:
        assert session.get_one(Revision, row.revision_id).title == "Nieuwe titel"
    assert row.due_at == now + timedelta(seconds=5 + UNDO)
    assert row.expires_at == now + timedelta(days=11)


@pytest.mark.parametrize("state", ["handed", "sent", "refused", "in_doubt"])
def test_who_may_have_been_told_is_not_told_again(store, now, state):
    subscribe(store, now, "lezer@lezer.example")
    item = add_event(store, now)
    decide(store, now, item)
    with store.writing() as session:
        row = session.exec(select(Notice)).one()
        row.state = state
    assert edit_and_approve(store, now + timedelta(hours=1), item, "Nieuwe titel", now + timedelta(days=11)) == 0
    assert len(rows(store)) == 1


def test_an_event_that_will_not_take_place_is_no_news(store, now):
    subscribe(store, now, "lezer@lezer.example")
    facts = EventFacts(now + timedelta(days=10), status=EventStatus.CANCELLED)
    assert decide(store, now, add_event(store, now, event=facts)) == 0


def test_recipients_are_exactly_the_confirmed_of_the_province_that_are_not_suppressed(store, now):
    """M9: the query against the sentence, on random sets."""
    chance = random.Random(SEED)
    expected = {province: set() for province in PROVINCES}
    with store.writing() as session:
        for number in range(1, 1001):
            key, state = f"key{number}", chance.choice(["confirmed", "unconfirmed"])
            chosen = chance.sample(PROVINCES, chance.choice([0, 0, 1, 2, 5]))
            suppressed = chance.random() < 0.2
            session.add(
                Subscriber(
                    id=number, token=key, address_sealed=key, address_key=key, state=state, consent_text="",
                    requested_at=now,
                )
            )  # fmt: skip
            session.flush()
            session.add_all(SubscriberRegion(subscriber_id=number, province=province) for province in chosen)
            if suppressed:
                session.add(Suppression(address_key=key, reason="bounced", since=now))
            for province in PROVINCES:
                if state == "confirmed" and not suppressed and (not chosen or province in chosen):
                    expected[province].add(number)
    for province in PROVINCES:
        item = add_event(store, now, guid=province, province=province)
        decide(store, now, item)
        with store.reading() as session:
            query = select(Notice.subscriber_id).where(Notice.about == notices.about_item(item))
            assert set(session.exec(query)) == expected[province], f"seed {SEED}, {province}"


def test_unsubscribing_takes_the_waiting_notices_along(store, now):
    token = subscribe(store, now, "lezer@lezer.example")
    decide(store, now, add_event(store, now))
    with store.writing() as session:
        subscribers.unsubscribe(session, token, now)
    assert rows(store) == []
