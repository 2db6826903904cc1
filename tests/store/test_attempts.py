"""The limits of TRUST 4.4 on logging in: at the limit, one more, after the window, and after a restart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from store import accounts, attempts, leftovers
from store.account_mail import Change
from store.attempts import IN_A_ROW, PER_HOUR, PER_NETWORK, Refused
from store.database import open_store
from store.secrets import Secrets
from store.tables import Account, Attempt, StaffNotice
from store.values import Role

SECRETS = Secrets(b"k" * 32)
ANNA = "anna@voorbeeld.nl"


def attempt(store, now, address=ANNA, *, device="", network=""):
    with store.writing() as session:
        return attempts.begin(session, address, device, network=network, now=now, secrets=SECRETS)


@pytest.fixture
def anna(store, now):
    with store.writing() as session:
        token = accounts.invite(session, Role.ADMINISTRATOR, address=ANNA, now=now)
        return accounts.accept(session, token, "", "hash", now=now)


def changes(store):
    with store.reading() as session:
        return [row.facts["change"] for row in session.scalars(sa.select(StaffNotice).order_by(StaffNotice.id))]


def fill(store, now, count, bucket=attempts.LOGIN):
    """So many failures of strangers at this moment."""
    with store.writing() as session:
        session.execute(
            sa.insert(Attempt), [{"bucket": bucket, "key": f"{bucket} {n}", "at": now} for n in range(count)]
        )


def test_a_network_may_try_thirty_times_an_hour(store, now):
    for number in range(PER_NETWORK):
        assert attempt(store, now, f"a{number}@voorbeeld.nl", network="192.0.2.0/24").refused is None
    assert attempt(store, now, network="192.0.2.0/24").refused is Refused.NETWORK
    assert attempt(store, now, network="198.51.100.0/24").refused is None, "another network has its own count"
    almost = now + timedelta(minutes=59, seconds=59)
    assert attempt(store, almost, network="192.0.2.0/24").refused is Refused.NETWORK
    assert attempt(store, now + timedelta(hours=1), network="192.0.2.0/24").refused is None


def test_a_right_password_does_not_count_against_its_network(store, now, anna):
    for _ in range(PER_NETWORK + 1):
        tried = attempt(store, now, network="192.0.2.0/24")
        assert tried.refused is None, "editors behind one address who log in well were taken for somebody who guesses"
        with store.writing() as session:
            attempts.forget(session, tried.key, anna)
            attempts.forget_network(session, tried)


def test_a_try_that_we_were_too_busy_for_does_not_count_against_its_network(store, now):
    for number in range(PER_NETWORK + 1):
        tried = attempt(store, now, f"a{number}@voorbeeld.nl", network="192.0.2.0/24")
        assert tried.refused is None, "what we could not judge was counted as a wrong password"
        with store.writing() as session:
            attempts.forget_one(session, tried)


def test_a_right_password_wipes_out_nothing_else_of_its_network(store, now, anna):
    for number in range(PER_NETWORK - 1):
        attempt(store, now, f"a{number}@voorbeeld.nl", network="192.0.2.0/24")
    tried = attempt(store, now, network="192.0.2.0/24")
    with store.writing() as session:
        attempts.forget_network(session, tried)
    assert attempt(store, now, "b@voorbeeld.nl", network="192.0.2.0/24").refused is None
    assert attempt(store, now, "c@voorbeeld.nl", network="192.0.2.0/24").refused is Refused.NETWORK


def test_a_browser_that_was_here_before_is_not_stopped_by_its_network(store, now):
    for number in range(PER_NETWORK):
        attempt(store, now, f"a{number}@voorbeeld.nl", network="192.0.2.0/24")
    assert attempt(store, now, network="192.0.2.0/24", device="known").refused is None


def test_of_many_tries_at_once_from_a_network_thirty_count(store, now):
    with ThreadPoolExecutor(8) as pool:
        tries = pool.map(lambda n: attempt(store, now, f"a{n}@voorbeeld.nl", network="192.0.2.0/24"), range(50))
    assert sum(each.refused is None for each in tries) == PER_NETWORK


def test_after_three_hundred_failures_in_an_hour_only_a_passkey_will_do(store, now, anna):
    fill(store, now, PER_HOUR - 1)
    assert attempt(store, now).refused is None
    refused = attempt(store, now)
    assert (refused.refused, refused.password_hash) == (Refused.EVERYBODY, None)
    assert attempt(store, now, device="known").refused is Refused.EVERYBODY
    assert attempt(store, now + timedelta(minutes=59, seconds=59)).refused is Refused.EVERYBODY
    assert attempt(store, now + timedelta(hours=1)).refused is None


def test_the_alarm_is_told_once_a_day_to_every_administrator(store, now, anna):
    fill(store, now, PER_HOUR)
    for _ in range(3):
        attempt(store, now)
    assert changes(store) == [Change.MANY_FAILURES]
    tomorrow = now + timedelta(days=1)
    fill(store, tomorrow, PER_HOUR)
    attempt(store, tomorrow)
    assert changes(store) == [Change.MANY_FAILURES] * 2


def test_after_a_hundred_wrong_passwords_in_a_row_the_password_counts_no_more(store, now, anna):
    moment = now
    for number in range(IN_A_ROW):
        # Each from a browser of its own: however they come, they are counted together.
        tried = attempt(store, moment, device=f"browser {number}")
        assert tried.password_hash == "hash", f"after {number} failures the password still counts"
        moment += timedelta(minutes=15)
    assert attempt(store, moment, device="one more").password_hash == ""
    assert changes(store) == [Change.PASSWORD_OFF]
    assert attempt(store, moment + timedelta(days=3)).password_hash == "", "no time brings it back"
    with store.writing() as session:
        accounts.set_password(session, anna, "new", now=moment)
    assert attempt(store, moment, device="own").password_hash == "new"


def test_a_right_password_ends_the_row(store, now, anna):
    for number in range(IN_A_ROW - 1):
        attempt(store, now, device=f"browser {number}")
    tried = attempt(store, now, device="own")
    with store.writing() as session:
        attempts.forget(session, tried.key, anna)
    for number in range(IN_A_ROW):
        assert attempt(store, now, device=f"again {number}").password_hash == "hash"
    assert attempt(store, now, device="last").password_hash == ""


def test_a_try_that_was_not_judged_counts_nowhere(store, now, anna):
    tried = attempt(store, now)
    with store.writing() as session:
        attempts.forget_one(session, tried)
        assert session.get_one(Account, anna).failures == 0
        assert session.scalars(sa.select(sa.func.count(Attempt.id)).where(Attempt.bucket == "login")).one() == 0


def test_every_count_survives_a_restart(store, store_url, now, anna):
    for _ in range(5):
        attempt(store, now, network="192.0.2.0/24")
    fill(store, now, PER_NETWORK, "filler")
    store.close()
    again = open_store(store_url)
    assert attempt(again, now).refused is Refused.WAIT
    for number in range(PER_NETWORK - 5):
        assert attempt(again, now, f"a{number}@voorbeeld.nl", network="192.0.2.0/24").refused is None
    assert attempt(again, now, "b@voorbeeld.nl", network="192.0.2.0/24").refused is Refused.NETWORK
    with again.reading() as session:
        assert session.get_one(Account, anna).failures == 5
    again.close()


def test_what_is_counted_is_erased_when_it_counts_no_more(store, now):
    attempt(store, now, network="192.0.2.0/24")
    with store.writing() as session:
        attempts.count_code(session, "k", now)
        leftovers.erase(session, now + timedelta(hours=1))
        assert list(session.scalars(sa.select(Attempt.bucket))) == ["login"]
        leftovers.erase(session, now + timedelta(hours=24))
        assert list(session.scalars(sa.select(Attempt.bucket))) == []


def test_no_network_is_kept_as_it_is(store, now):
    attempt(store, now, network="192.0.2.0/24")
    with store.reading() as session:
        assert all(len(each) == 64 for each in session.scalars(sa.select(Attempt.key)))
