"""How a mail to the newsroom leaves: claimed once, settled by the answer, dropped when there is nobody to tell."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from store import leftovers, sending, staff_notices
from store.sending import DeliveryOutcome, DeliveryResult
from store.staff_notices import ProblemTold
from store.tables import Account, Problem, StaffNotice
from tests.parts import samples

LEASE = 60
SENT = DeliveryResult(DeliveryOutcome.SENT, 250, "OK")
LATER = DeliveryResult(DeliveryOutcome.RETRY, 451, "4.3.0 <beheer@example.nl> Later")


@pytest.fixture
def problem(store, now):
    """One administrator and one problem to tell; gives the number of the problem."""
    with store.writing() as session:
        samples.add_account(session, now, "beheer@example.nl", "administrator")
        row = Problem(source_id=samples.add_source(session, now), kind="gone", sentence="Weg.", opened_at=now)
        session.add(row)
        session.flush()
        told = ProblemTold(row.id, "omroep-proef", "Omroep Proef", "gone", "Weg.", now)
        assert staff_notices.write(session, [told], now) == 1
        return row.id


def claim(store, now, limit=10):
    with store.writing() as session:
        return staff_notices.claim_due(session, now, LEASE, limit)


def hand(store, now, held):
    with store.writing() as session:
        return staff_notices.mark_handed(session, held.id, held.fence, now)


def settle(store, now, held, result):
    with store.writing() as session:
        return staff_notices.settle(session, held.id, held.fence, result, started_at=now, now=now)


def recover(store, now):
    with store.writing() as session:
        return staff_notices.recover(session, now)


def row(store):
    with store.reading() as session:
        return session.exec(select(StaffNotice)).one()


def test_it_is_claimed_by_one_sender_handed_and_settled(store, problem, now):
    (held,) = claim(store, now)
    assert claim(store, now) == []
    assert hand(store, now, held)
    assert settle(store, now, held, SENT)
    assert (row(store).state, row(store).settled_at) == ("sent", now)
    assert not settle(store, now, held, SENT), "it is settled once"
    with store.reading() as session:
        assert not staff_notices.anything_to_do(session, now + timedelta(days=9))
        assert staff_notices.attempts_since(session, now - timedelta(minutes=1)) == ["beheer@example.nl"]


def test_a_failed_attempt_is_repeated_and_given_up_after_two_days(store, problem, now):
    moment = now
    while row(store).state == "waiting":
        (held,) = claim(store, moment)
        settle(store, moment, held, LATER)
        moment = max(row(store).due_at, moment)
    assert row(store).state == "expired"
    assert moment - now < timedelta(hours=48)
    assert "example.nl" not in row(store).answer, "an address stands in one place only"


def test_a_dead_sender_leaves_a_claim_that_is_free_again_and_a_dot_that_is_in_doubt(store, problem, now):
    (held,) = claim(store, now)
    late = now + timedelta(seconds=LEASE)
    assert recover(store, late) == 1
    (again,) = claim(store, late)
    assert again.identity == held.identity
    assert not hand(store, late, held), "the fence of the dead sender holds no more"
    assert hand(store, late, again)
    assert recover(store, late + sending.ANSWER_WITHIN) == 1
    assert row(store).state == "in_doubt"
    assert claim(store, late + timedelta(days=1)) == [], "nobody knows whether it arrived, so it is not sent again"
    assert settle(store, late + timedelta(hours=1), again, SENT), "but an answer that comes after all counts"


@pytest.mark.parametrize("change", ["disabled", "editor now", "over"])
def test_who_lost_the_account_or_the_role_and_what_is_over_gets_nothing(store, problem, now, change):
    with store.writing() as session:
        account = session.exec(select(Account)).one()
        if change == "disabled":
            account.disabled_at = now
        elif change == "editor now":
            account.role = "editor"
        else:
            session.get_one(Problem, problem).closed_at = now
    assert claim(store, now) == []
    assert row(store).state == "dropped"


def test_an_account_that_is_closed_after_the_claim_stops_the_mail_before_the_dot(store, problem, now):
    (held,) = claim(store, now)
    with store.writing() as session:
        session.exec(select(Account)).one().disabled_at = now
    assert not hand(store, now, held)


def test_when_the_server_refuses_us_everything_waits_and_nothing_is_tried(store, problem, now):
    with store.writing() as session:
        assert staff_notices.postpone(session, now + timedelta(minutes=5)) == 1
    assert claim(store, now) == []
    assert row(store).tries == 0


def test_what_could_not_be_told_for_two_days_expires_and_is_erased_after_a_month(store, problem, now):
    with store.writing() as session:
        leftovers.erase(session, now + timedelta(days=2))
    assert row(store).state == "expired"
    with store.writing() as session:
        leftovers.erase(session, now + timedelta(days=32))
    with store.reading() as session:
        assert session.exec(select(StaffNotice)).all() == []
