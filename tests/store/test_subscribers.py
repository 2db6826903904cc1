"""Signing up: confirmed by its owner, limited as a weapon, erased without a trace of the address."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from store import subscribers
from store.errors import NotAllowedError
from store.secrets import Secrets
from store.subscribers import Requested
from store.tables import Attempt, Notice, Subscriber, Suppression
from store.values import PROVINCES

SECRETS = Secrets(b"a secret of thirty-two bytes....")
CONSENT = "Je krijgt mail over bijeenkomsten."


def ask(store, now, address="lezer@example.nl", provinces=()):
    with store.writing() as session:
        return subscribers.request(session, SECRETS, address, provinces, now=now, consent_text=CONSENT)


def token_of(store, address="lezer@example.nl"):
    with store.reading() as session:
        key = SECRETS.keyed_hash("subscriber", address)
        row = session.exec(select(Subscriber).where(Subscriber.address_key == key)).one_or_none()
        return row.token if row else None


def confirm(store, now, token):
    with store.writing() as session:
        return subscribers.confirm(session, token, now)


def leave(store, now, token):
    with store.writing() as session:
        return subscribers.unsubscribe(session, token, now)


def confirmations(store):
    with store.reading() as session:
        return session.exec(select(Notice).where(Notice.kind == "confirmation").order_by(Notice.due_at)).all()


def count(store, table):
    with store.reading() as session:
        return session.exec(select(sa.func.count()).select_from(table)).one()


def test_a_request_waits_for_its_confirmation_and_keeps_the_evidence(store, now):
    assert ask(store, now, provinces=["Utrecht"]) is Requested.MAILED
    with store.reading() as session:
        row = session.exec(select(Subscriber)).one()
    assert (row.state, row.consent_text, row.requested_at, row.confirmed_at) == ("unconfirmed", CONSENT, now, None)
    assert "lezer" not in row.address_sealed
    assert SECRETS.unseal(row.address_sealed) == "lezer@example.nl"
    assert [(notice.state, notice.due_at) for notice in confirmations(store)] == [("waiting", now)]


def test_another_spelling_is_the_same_subscriber(store, now):
    ask(store, now, "Lezer@EXAMPLE.nl")
    assert ask(store, now, " lezer@example.nl") is Requested.LIMITED
    assert count(store, Subscriber) == 1


def test_an_address_that_cannot_be_one_stores_nothing(store, now):
    with pytest.raises(NotAllowedError):
        ask(store, now, "geen adres")
    assert count(store, Subscriber) == 0


def test_confirming_is_possible_for_48_hours(store, now):
    ask(store, now)
    token = token_of(store)
    late = now + timedelta(hours=48)
    assert not confirm(store, late, token)
    assert confirm(store, late - timedelta(seconds=1), token)
    assert confirm(store, late + timedelta(days=30), token), "a second press on the button is no error"


def test_a_confirmed_address_gets_no_second_subscription_and_no_mail(store, now):
    ask(store, now, provinces=["Utrecht"])
    confirm(store, now, token_of(store))
    assert ask(store, now + timedelta(days=60), provinces=["Limburg"]) is Requested.KNOWN
    assert len(confirmations(store)) == 1
    with store.reading() as session:
        assert subscribers.find(session, token_of(store)).provinces == ("Utrecht",), "a stranger changes nothing"


def test_an_address_gets_one_confirmation_a_day_and_three_a_month(store, now):
    outcomes = [ask(store, now + timedelta(hours=hours)) for hours in (0, 23, 24, 48, 72, 24 * 31)]
    mailed, limited = Requested.MAILED, Requested.LIMITED
    assert outcomes == [mailed, limited, mailed, mailed, limited, mailed]


def test_the_limit_outlives_the_subscriber(store, now):
    ask(store, now)
    leave(store, now, token_of(store))
    assert ask(store, now + timedelta(hours=1)) is Requested.LIMITED
    assert token_of(store) is None, "an address that gets no mail is not kept"


def test_no_more_than_200_confirmations_leave_in_any_hour_and_the_rest_waits_its_turn(store, now):
    outcomes = [ask(store, now, f"lezer{number}@example.nl") for number in range(450)]
    assert outcomes.count(Requested.MAILED) == 200
    assert outcomes.count(Requested.QUEUED) == 250
    due = [notice.due_at for notice in confirmations(store)]
    hours = [sum(start <= moment < start + timedelta(hours=1) for moment in due) for start in set(due)]
    assert max(hours) == 200


def test_whoever_would_wait_longer_than_a_day_gets_no_mail_and_is_not_kept(store, now):
    with store.writing() as session:
        session.add_all(Attempt(bucket=subscribers.TOTAL, key="", at=now + timedelta(hours=24)) for _ in range(200))
    assert ask(store, now) is Requested.FULL
    assert count(store, Subscriber) == 0


def test_all_twelve_provinces_is_the_same_as_no_choice_and_nonsense_is_left_out(store, now):
    ask(store, now, provinces=PROVINCES)
    ask(store, now, "ander@example.nl", provinces=["Atlantis", "Zeeland", "Zeeland"])
    with store.reading() as session:
        assert subscribers.find(session, token_of(store)).provinces == ()
        assert subscribers.find(session, token_of(store, "ander@example.nl")).provinces == ("Zeeland",)


def test_preferences_change_the_provinces_of_a_confirmed_subscriber_only(store, now):
    ask(store, now, provinces=["Utrecht"])
    token = token_of(store)
    with store.writing() as session:
        assert not subscribers.choose(session, token, ["Zeeland"])
    confirm(store, now, token)
    with store.writing() as session:
        assert subscribers.choose(session, token, ["Zeeland", "Drenthe"])
        assert subscribers.find(session, token).provinces == ("Drenthe", "Zeeland")


def test_unsubscribing_erases_everything_but_a_keyed_hash(store, now):
    ask(store, now)
    token = token_of(store)
    confirm(store, now, token)
    assert leave(store, now, token)
    assert not leave(store, now, token), "the second time there is nobody left"
    assert (count(store, Subscriber), count(store, Notice), count(store, Suppression)) == (0, 0, 1)
    with store.reading() as session:
        assert session.exec(select(Suppression.address_key)).one() == SECRETS.keyed_hash(
            "subscriber", "lezer@example.nl"
        )


def test_who_left_may_come_back_by_confirming_again(store, now):
    ask(store, now)
    leave(store, now, token_of(store))
    later = now + timedelta(days=2)
    assert ask(store, later) is Requested.MAILED
    assert count(store, Suppression) == 1, "only the confirmation lifts it"
    assert confirm(store, later, token_of(store))
    assert count(store, Suppression) == 0


def test_a_mailbox_that_did_not_exist_is_left_alone_for_a_month(store, now):
    with store.writing() as session:
        key = SECRETS.keyed_hash("subscriber", "lezer@example.nl")
        subscribers.suppress(session, key, subscribers.BOUNCED, now)
    assert ask(store, now + timedelta(days=29)) is Requested.LIMITED
    assert ask(store, now + timedelta(days=30)) is Requested.MAILED


def test_who_does_not_confirm_is_erased_after_48_hours(store, now):
    ask(store, now)
    ask(store, now, "ander@example.nl")
    confirm(store, now, token_of(store, "ander@example.nl"))
    with store.writing() as session:
        assert subscribers.expire(session, now + timedelta(hours=47)) == 0
        assert subscribers.expire(session, now + timedelta(hours=48)) == 1
    assert token_of(store) is None
    assert token_of(store, "ander@example.nl") is not None
    assert count(store, Attempt) == 2, "the counts go on, the total is of no use any more"


def test_a_token_of_nobody_says_nothing(store, now):
    assert not confirm(store, now, "niemand")
    assert not leave(store, now, "niemand")
    with store.reading() as session:
        assert subscribers.find(session, "niemand") is None
