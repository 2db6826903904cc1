"""Invitations, logins and the counting of failed ones."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from store import accounts, attempts, passwords, staff
from store.errors import NotAllowedError, NotFoundError
from store.secrets import Secrets
from store.tables import Attempt, Invitation, Login
from store.values import Role

SECRETS = Secrets(b"k" * 32)
IDLE = timedelta(minutes=30)
HASH = "not a real hash"


def invite(store, now, role=Role.EDITOR, **more):
    with store.writing() as session:
        return accounts.invite(session, role, now=now, **more)


def accept(store, token, now, address="anna@voorbeeld.nl", password_hash=HASH):
    with store.writing() as session:
        return accounts.accept(session, token, address, password_hash, now=now)


def attempt(store, now, address="anna@voorbeeld.nl", device=""):
    with store.writing() as session:
        return attempts.begin(session, address, device, now=now, secrets=SECRETS)


def log_in(store, tried, now):
    with store.writing() as session:
        if not accounts.able(session, tried.account_id, tried.password_hash):
            return None
        attempts.forget(session, tried.key, tried.account_id)
        return accounts.open_login(session, tried.account_id, now=now)


def who(store, token, now):
    with store.reading() as session:
        return accounts.signed_in(session, token, now=now, idle=IDLE)


@pytest.fixture
def anna(store, now):
    return accept(store, invite(store, now), now)


def test_an_invitation_makes_an_account_with_its_role(store, now, anna):
    token = log_in(store, attempt(store, now), now)
    found = who(store, token, now)
    assert (found.account_id, found.address, found.role) == (anna, "anna@voorbeeld.nl", Role.EDITOR)


def test_an_invitation_works_once(store, now):
    token = invite(store, now)
    accept(store, token, now)
    with pytest.raises(NotFoundError):
        accept(store, token, now, "bert@voorbeeld.nl")


def test_an_invitation_ends_after_a_day(store, now):
    token = invite(store, now)
    late = now + timedelta(hours=24)
    with store.reading() as session:
        assert accounts.invitation(session, token, now=late - timedelta(seconds=1))
        assert accounts.invitation(session, token, now=late) is None
    with pytest.raises(NotFoundError):
        accept(store, token, late)


def test_only_digests_of_tokens_are_stored(store, now, anna):
    invited = invite(store, now)
    token = log_in(store, attempt(store, now), now)
    with store.reading() as session:
        kept = [*session.scalars(sa.select(Invitation.token_hash)), *session.scalars(sa.select(Login.token_hash))]
    assert all(len(each) == 64 for each in kept), "a SHA-256 in hexadecimal"
    assert invited not in kept
    assert token not in kept
    assert min(len(invited), len(token)) >= 43, "256 bits take 43 characters of base64"


def test_a_new_link_for_the_first_administrator_voids_the_older_ones(store, now):
    first = invite(store, now, Role.ADMINISTRATOR)
    editors = invite(store, now, Role.EDITOR)
    second = invite(store, now, Role.ADMINISTRATOR)
    with store.reading() as session:
        assert accounts.invitation(session, first, now=now) is None
        assert accounts.invitation(session, second, now=now)
        assert accounts.invitation(session, editors, now=now), "other invitations stay"
        assert accounts.needs_first_administrator(session)
    accept(store, second, now)
    with store.reading() as session:
        assert not accounts.needs_first_administrator(session)


def test_an_invitation_on_a_name_ignores_another_address(store, now):
    token = invite(store, now, address="Bert@Voorbeeld.NL")
    accept(store, token, now, "iemand-anders@voorbeeld.nl")
    with store.reading() as session:
        assert accounts.find(session, "bert@voorbeeld.nl")
        assert accounts.find(session, "iemand-anders@voorbeeld.nl") is None


def test_a_link_without_a_name_cannot_take_over_an_account(store, now, anna):
    token = invite(store, now)
    with pytest.raises(NotAllowedError, match="heeft al een account"):
        accept(store, token, now, "ANNA@voorbeeld.nl", "another hash")
    assert attempt(store, now).password_hash == HASH


def test_a_link_on_the_name_of_an_account_sets_a_new_password_and_ends_its_sessions(store, now, anna):
    token = log_in(store, attempt(store, now), now)
    assert accept(store, invite(store, now, address="anna@voorbeeld.nl"), now, password_hash="new") == anna
    assert who(store, token, now) is None
    assert attempt(store, now).password_hash == "new"


@pytest.mark.parametrize(
    "spelling", ["ANNA@voorbeeld.nl", " anna@voorbeeld.nl ", "Anna@VOORBEELD.NL"]
)  # fmt: skip
def test_one_address_in_other_capitals_is_one_account(store, now, anna, spelling):
    assert attempt(store, now, spelling).account_id == anna


@pytest.mark.parametrize("look_alike", ["ａnna@voorbeeld.nl", "annа@voorbeeld.nl", "anna@voorbeeld．nl", "anna\x00"])
def test_an_address_that_only_looks_the_same_is_nobody(store, now, anna, look_alike):
    assert attempt(store, now, look_alike).account_id is None
    with pytest.raises(NotAllowedError):
        accept(store, invite(store, now), now, look_alike)


def test_five_failures_are_free_and_then_the_waiting_doubles(store, now, anna):
    for _ in range(5):
        assert attempt(store, now).wait_seconds == 0
    assert attempt(store, now).wait_seconds == 2
    assert attempt(store, now + timedelta(seconds=1)).wait_seconds == 1
    later = now + timedelta(seconds=2)
    assert attempt(store, later).wait_seconds == 0
    assert attempt(store, later).wait_seconds == 4


def test_the_waiting_is_never_longer_than_fifteen_minutes(store, now, anna):
    for _ in range(30):
        tried = attempt(store, now)
        now += timedelta(seconds=tried.wait_seconds)
        assert tried.wait_seconds <= 900
    assert attempt(store, now + timedelta(minutes=15)).wait_seconds == 0


def test_an_address_without_an_account_waits_the_same(store, now, anna):
    known = [attempt(store, now).wait_seconds for _ in range(8)]
    unknown = [attempt(store, now, "niemand@voorbeeld.nl").wait_seconds for _ in range(8)]
    assert known == unknown == [0] * 5 + [2] * 3


def test_logging_in_forgets_the_failures(store, now, anna):
    for _ in range(4):
        attempt(store, now)
    assert log_in(store, attempt(store, now), now)
    assert [attempt(store, now).wait_seconds for _ in range(5)] == [0] * 5


def test_a_stranger_cannot_lock_out_a_browser_that_logged_in_before(store, now, anna):
    for _ in range(9):
        attempt(store, now)
    assert attempt(store, now).wait_seconds > 0
    assert attempt(store, now, device="known browser").wait_seconds == 0


def test_attempts_hold_no_address(store, now, anna):
    attempt(store, now)
    with store.reading() as session:
        assert all("anna" not in row.key and len(row.key) == 64 for row in session.scalars(sa.select(Attempt)))


def test_a_password_that_changed_while_it_was_checked_opens_nothing(store, now, anna):
    tried = attempt(store, now)
    accept(store, invite(store, now, address="anna@voorbeeld.nl"), now, password_hash="new")
    assert log_in(store, tried, now) is None


def test_a_session_ends_when_it_is_idle_too_long(store, now, anna):
    token = log_in(store, attempt(store, now), now)
    assert who(store, token, now + IDLE - timedelta(seconds=1))
    assert who(store, token, now + IDLE) is None


def test_a_session_in_use_goes_on_for_twelve_hours_and_no_longer(store, now, anna):
    token = log_in(store, attempt(store, now), now)
    moment = now
    while moment < now + timedelta(hours=12) - timedelta(minutes=20):
        moment += timedelta(minutes=20)
        found = who(store, token, moment)
        assert found, f"the session ended after {moment - now}"
        with store.writing() as session:
            assert accounts.must_touch(session, found.login_id, now=moment)
            accounts.touch(session, found.login_id, now=moment)
    assert who(store, token, now + timedelta(hours=12)) is None


def test_logging_out_ends_one_session_and_ending_all_ends_the_rest(store, now, anna):
    tokens = [log_in(store, attempt(store, now), now) for _ in range(3)]
    assert len(set(tokens)) == 3
    with store.writing() as session:
        accounts.end_login(session, tokens[0], now=now)
    assert [bool(who(store, token, now)) for token in tokens] == [False, True, True]
    with store.writing() as session:
        assert accounts.end_logins(session, anna, now=now) == 2
    assert not any(who(store, token, now) for token in tokens)


def test_a_closed_account_is_out_at_once_and_cannot_come_back(store, now, anna):
    token = log_in(store, attempt(store, now), now)
    with store.writing() as session:
        staff.disable(session, anna, now=now)
    assert who(store, token, now) is None
    assert attempt(store, now).account_id is None


def test_the_last_administrator_cannot_be_closed(store, now):
    first = accept(store, invite(store, now, Role.ADMINISTRATOR), now)
    with store.writing() as session, pytest.raises(NotAllowedError, match="laatste beheerder"):
        staff.disable(session, first, now=now)
    second = accept(store, invite(store, now, Role.ADMINISTRATOR), now, "bert@voorbeeld.nl")
    with store.writing() as session:
        staff.disable(session, first, now=now)
    with store.writing() as session, pytest.raises(NotAllowedError):
        staff.disable(session, second, now=now)


def test_the_list_says_who_is_in_now(store, now, anna):
    accept(store, invite(store, now), now, "bert@voorbeeld.nl")
    log_in(store, attempt(store, now), now)
    with store.reading() as session:
        seen = {each.address: each for each in staff.list_all(session, now=now, idle=IDLE)}
    assert seen["anna@voorbeeld.nl"].open_logins == 1
    assert seen["anna@voorbeeld.nl"].last_seen_at == now
    assert seen["bert@voorbeeld.nl"].last_seen_at is None


@pytest.mark.parametrize(
    "password",
    [
        "kort",
        "mensenhandel123456",
        "Welkom-Bij-Signaal-2026",
        "wachtwoordwachtwoord",
        "aaaaaaaaaaaaaaaaaaaaaa",
        "123456789012345678",
        "annajansen annajansen",
        "x" * 257,
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(password):
    with pytest.raises(NotAllowedError) as refused:
        passwords.must_be_fit(password, "anna.jansen@voorbeeld.nl")
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "password", ["fiets lamp wolk dromedaris", "839201748592013", "  met spaties aan de rand  ", "Ünïcödé blijft zo!"]
)
def test_a_long_password_needs_no_special_signs(password):
    passwords.must_be_fit(password, "anna.jansen@voorbeeld.nl")


def test_a_password_fits_exactly_as_it_was_typed():
    made = passwords.hashed("fiets lamp wolk é")
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert passwords.matches(made, "fiets lamp wolk é")
    assert not passwords.matches(made, "fiets lamp wolk e\u0301"), "no normal form is applied (ASVS 6.2.8)"
    assert not passwords.matches(made, "Fiets lamp wolk é")
    assert not passwords.matches(None, "fiets lamp wolk é")
    assert not passwords.matches("!", "fiets lamp wolk é")
