"""How a notice leaves: claimed once, settled by the answer, in doubt when nobody knows."""

from datetime import timedelta

import pytest
from sqlmodel import select

from store import outbox, sending, subscribers
from store.sending import DeliveryOutcome, DeliveryResult
from store.tables import Delivery, Notice, Suppression
from store.values import Verdict
from tests.parts.readers import SECRETS, UNDO, add_event, decide, subscribe

SENT = DeliveryResult(DeliveryOutcome.SENT, 250, "OK")
LATER = DeliveryResult(DeliveryOutcome.RETRY, 451, "4.3.0 Later")
DOUBT = DeliveryResult(DeliveryOutcome.IN_DOUBT, answer="connection lost")
GONE = DeliveryResult(DeliveryOutcome.REFUSED, 550, "5.1.1 <lezer@lezer.example> unknown", bounced=True)
LEASE = 60


@pytest.fixture
def due(now):
    """When the notice of the event may leave."""
    return now + timedelta(seconds=UNDO)


@pytest.fixture
def item(store, now):
    """An approved event with one subscriber to tell."""
    subscribe(store, now, "lezer@lezer.example")
    made = add_event(store, now)
    decide(store, now, made)
    return made


def claim(store, now, limit=10):
    with store.writing() as session:
        return outbox.claim_due(session, now, LEASE, limit)


def hand(store, now, held):
    with store.writing() as session:
        return outbox.mark_handed(session, held.id, held.fence, now)


def settle(store, now, held, result):
    with store.writing() as session:
        return outbox.settle(session, held.id, held.fence, result, started_at=now, now=now)


def recover(store, now):
    with store.writing() as session:
        return outbox.recover(session, now)


def row(store):
    with store.reading() as session:
        return session.exec(select(Notice)).one()


def deliveries(store):
    with store.reading() as session:
        return session.exec(select(Delivery).order_by(Delivery.id)).all()


def test_a_notice_is_claimed_when_it_is_due_and_by_one_sender_only(store, item, due):
    assert claim(store, due - timedelta(seconds=1)) == []
    (held,) = claim(store, due)
    assert (held.kind, held.event.title, held.event.area) == ("new", "Bijeenkomst over signalen", "Tilburg")
    assert claim(store, due) == []


def test_the_one_due_longest_is_claimed_first(store, now, due):
    for number in range(5):
        subscribe(store, now, f"lezer{number}@lezer.example")
    decide(store, now, add_event(store, now))
    first = claim(store, due, limit=2)
    rest = claim(store, due, limit=10)
    assert [held.id for held in first + rest] == sorted(held.id for held in first + rest)
    assert len(rest) == 3


def test_a_sent_notice_is_settled_and_stays_so(store, item, due):
    (held,) = claim(store, due)
    assert hand(store, due, held)
    assert settle(store, due, held, SENT)
    assert (row(store).state, row(store).settled_at) == ("sent", due)
    assert [(each.attempt, each.outcome, each.code) for each in deliveries(store)] == [(1, "sent", 250)]
    assert claim(store, due + timedelta(days=1)) == []


def test_a_failed_attempt_is_repeated_after_5_15_and_30_minutes_then_1_2_and_4_hours_for_two_days(store, item, due):
    moment, waits = due, []
    while True:
        (held,) = claim(store, moment)
        settle(store, moment, held, LATER)
        if row(store).state != "waiting":
            break
        waits.append((row(store).due_at - moment).total_seconds() / 60)
        moment = row(store).due_at
    assert waits[:8] == [5, 15, 30, 60, 120, 240, 240, 240]
    assert row(store).state == "expired"
    assert timedelta(hours=40) < moment - due < timedelta(hours=48)


def test_nothing_is_tried_again_after_the_event_began(store, now):
    subscribe(store, now, "lezer@lezer.example")
    decide(store, now, add_event(store, now, starts_at=now + timedelta(minutes=4)))
    moment = now + timedelta(seconds=UNDO)
    (held,) = claim(store, moment)
    settle(store, moment, held, LATER)
    assert row(store).state == "expired"


def test_what_is_claimed_after_the_event_began_expires(store, item, now):
    assert claim(store, now + timedelta(days=10)) == []
    assert row(store).state == "expired"


def test_a_dot_is_not_sent_after_the_event_began(store, now):
    subscribe(store, now, "lezer@lezer.example")
    decide(store, now, add_event(store, now, starts_at=now + timedelta(seconds=40)))
    (held,) = claim(store, now + timedelta(seconds=39))
    assert not hand(store, now + timedelta(seconds=40), held)


def test_a_mailbox_that_does_not_exist_gets_nothing_more(store, item, now, due):
    (held,) = claim(store, due)
    settle(store, due, held, GONE)
    assert row(store).state == "refused"
    with store.reading() as session:
        assert session.exec(select(Suppression.reason)).one() == subscribers.BOUNCED
    assert decide(store, now, add_event(store, now, guid="tweede")) == 0


def test_who_bounced_meanwhile_is_not_sent_what_waited_already(store, item, now, due):
    decide(store, now, add_event(store, now, guid="tweede"))
    first, second = claim(store, due, limit=1) + claim(store, due, limit=1)
    settle(store, due, first, GONE)
    with store.writing() as session:
        outbox.release(session, second.id, second.fence, due)
    assert claim(store, due) == []


def test_the_answer_is_kept_without_the_address(store, item, due):
    (held,) = claim(store, due)
    settle(store, due, held, GONE)
    (delivery,) = deliveries(store)
    assert "lezer" not in delivery.answer
    assert "5.1.1" in delivery.answer


def test_a_claim_whose_sender_died_waits_again(store, item, due):
    (held,) = claim(store, due)
    assert recover(store, due + timedelta(seconds=LEASE - 1)) == 0
    assert recover(store, due + timedelta(seconds=LEASE)) == 1
    (again,) = claim(store, due + timedelta(seconds=LEASE))
    assert again.identity == held.identity, "the second attempt is the same mail"
    assert not hand(store, due, held), "the first sender lost its claim"
    assert not settle(store, due, held, SENT)


def test_a_handed_notice_whose_sender_died_is_in_doubt_and_never_sent_again_by_itself(store, item, due):
    (held,) = claim(store, due)
    hand(store, due, held)
    assert recover(store, due + timedelta(minutes=11)) == 0, "the server may take ten minutes to answer"
    late = due + sending.ANSWER_WITHIN
    assert recover(store, late) == 1
    assert row(store).state == "in_doubt"
    assert [each.outcome for each in deliveries(store)] == ["in_doubt"]
    assert claim(store, late + timedelta(days=1)) == []


def test_an_answer_that_comes_after_all_takes_the_doubt_away(store, item, due):
    (held,) = claim(store, due)
    hand(store, due, held)
    late = due + sending.ANSWER_WITHIN
    recover(store, late)
    assert settle(store, late, held, SENT)
    assert row(store).state == "sent"


def test_a_doubtful_confirmation_is_sent_once_more_as_the_same_mail(store, now):
    with store.writing() as session:
        subscribers.request(session, SECRETS, "lezer@lezer.example", [], now=now, consent_text="Je krijgt mail.")
    (held,) = claim(store, now)
    hand(store, now, held)
    settle(store, now, held, DOUBT)
    assert row(store).state == "waiting"
    later = row(store).due_at
    (again,) = claim(store, later)
    assert again.identity == held.identity
    hand(store, later, again)
    settle(store, later, again, DOUBT)
    assert row(store).state == "in_doubt"


def test_a_confirmation_of_who_confirmed_already_is_dropped(store, now):
    with store.writing() as session:
        subscribers.request(session, SECRETS, "lezer@lezer.example", [], now=now, consent_text="Je krijgt mail.")
    (held,) = claim(store, now)
    settle(store, now, held, LATER)
    with store.writing() as session:
        subscribers.confirm(session, held.subscriber_token, now)
    assert claim(store, now + timedelta(minutes=5)) == []
    assert row(store).state == "dropped"


def test_unsubscribing_right_before_the_dot_stops_the_mail(store, item, due):
    (held,) = claim(store, due)
    with store.writing() as session:
        subscribers.unsubscribe(session, held.subscriber_token, due)
    assert not hand(store, due, held)
    assert not settle(store, due, held, LATER)


def test_a_new_row_with_the_number_of_a_deleted_one_is_not_taken_for_it(store, now, item, due):
    (held,) = claim(store, due)
    with store.writing() as session:
        subscribers.unsubscribe(session, held.subscriber_token, due)
    subscribe(store, due + timedelta(days=2), "ander@lezer.example")
    second = due + timedelta(days=2)
    decide(store, second, add_event(store, second, guid="tweede"))
    (other,) = claim(store, second + timedelta(seconds=UNDO))
    assert other.identity != held.identity
    assert not hand(store, second + timedelta(seconds=UNDO), held)


def test_a_text_that_is_not_public_any_more_is_not_told(store, now, item, due):
    decide(store, due, item, Verdict.WITHDRAW)
    assert claim(store, due) == []


def test_a_refusing_server_makes_everything_wait(store, item, due):
    with store.writing() as session:
        assert outbox.postpone(session, due + timedelta(minutes=5)) == 1
    assert claim(store, due) == []
    assert len(claim(store, due + timedelta(minutes=5))) == 1


def test_what_waits_although_its_event_began_is_settled(store, item, now):
    with store.writing() as session:
        assert outbox.expire(session, now + timedelta(days=9)) == 0
        assert outbox.expire(session, now + timedelta(days=10)) == 1
    assert row(store).state == "expired"


def test_attempts_of_the_last_minute_are_counted_for_the_throttle(store, item, due):
    (held,) = claim(store, due)
    settle(store, due, held, LATER)
    with store.reading() as session:
        recent = outbox.attempts_since(session, due - timedelta(minutes=1))
        assert [SECRETS.unseal(sealed) for sealed in recent] == ["lezer@lezer.example"]
        assert outbox.attempts_since(session, due) == []


def test_no_plan_of_the_database_makes_a_claim_larger_than_asked(store, now, due):
    for number in range(5):
        subscribe(store, now, f"lezer{number}@lezer.example")
    decide(store, now, add_event(store, now))
    with store.writing() as session:
        if store.dialect == "postgresql":
            for way in ("hashjoin", "mergejoin", "hashagg", "material", "memoize", "sort"):
                session.connection().exec_driver_sql(f"SET LOCAL enable_{way} = off")
        claimed = outbox.claim_due(session, due, lease_seconds=60, limit=2)
    assert len(claimed) == 2, "the claim must be a named query, which is carried out once"
