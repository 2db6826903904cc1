"""Codes of an app, recovery codes, and what may be taken away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from store import account_mail, accounts, attempts, challenges, factors, leftovers, staff, totp
from store.account_mail import Change
from store.challenges import Kind
from store.errors import NotAllowedError, NotFoundError
from store.factors import Used
from store.secrets import Secrets
from store.tables import Account, Challenge, RecoveryCode, StaffNotice
from store.values import Role

SECRETS = Secrets(b"k" * 32)
IDLE = timedelta(minutes=30)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


class Somebody:
    """An account with one open session, and what it does with its factors."""

    def __init__(self, store, now, address="anna@voorbeeld.nl", role=Role.EDITOR):
        self.store, self.now = store, now
        with store.writing() as session:
            token = accounts.invite(session, role, address=address, now=now)
            self.id = accounts.accept(session, token, address, "hash", now=now)
            self.token = accounts.open_login(session, self.id, now=now)
        self.who = self.signed_in()

    def signed_in(self, token=None):
        with self.store.reading() as session:
            return accounts.signed_in(session, token or self.token, now=self.now, idle=IDLE)

    def set_app(self):
        with self.store.writing() as session:
            factors.begin_app(session, self.who, now=self.now, secrets=SECRETS)
        with self.store.writing() as session:
            secret = factors.app_in_setup(session, self.who, now=self.now, secrets=SECRETS)
            typed = totp.code_at(secret, totp.step_of(self.now))
            assert factors.confirm_app(session, self.who, typed, now=self.now, secrets=SECRETS)
        return secret

    def codes(self):
        with self.store.writing() as session:
            return factors.new_codes(session, self.who, now=self.now, secrets=SECRETS)

    def check(self, typed, later=0):
        with self.store.writing() as session:
            return factors.check(session, self.id, typed, now=self.now + timedelta(seconds=later), secrets=SECRETS)

    def has(self):
        with self.store.reading() as session:
            return factors.of(session, self.id)

    def told(self):
        with self.store.reading() as session:
            rows = session.scalars(
                sa.select(StaffNotice).where(StaffNotice.account_id == self.id).order_by(StaffNotice.id)
            )
            return [row.facts["change"] for row in rows]


@pytest.fixture
def anna(store, now):
    return Somebody(store, now)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
        (2000000000, "69279037"), (20000000000, "65353130"),
    ],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238(seconds, code):
    assert totp.code_at(RFC_SECRET, seconds // 30, digits=8) == code
    assert totp.code_at(RFC_SECRET, seconds // 30) == code[2:]


def test_a_code_fits_one_step_early_or_late_and_no_further(now):
    here = totp.step_of(now)
    fits = [off for off in range(-4, 5) if totp.matching_step(RFC_SECRET, totp.code_at(RFC_SECRET, here + off), now)]
    assert fits == [-1, 0, 1]


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "²²²²²²", "١٢٣٤٥٦", "-12345", "12 34 5"])
def test_what_is_no_code_fits_nothing(now, typed):
    assert totp.matching_step(RFC_SECRET, typed, now) is None


def test_spaces_in_a_code_do_not_count(now):
    code = totp.code_at(RFC_SECRET, totp.step_of(now))
    assert totp.matching_step(RFC_SECRET, f" {code[:3]} {code[3:]} ", now) == totp.step_of(now)


def test_the_address_for_an_app_names_site_and_account():
    address = totp.setup_address(RFC_SECRET, "anna@voorbeeld.nl", "Signaal & co")
    assert address == (
        f"otpauth://totp/Signaal%20%26%20co%3Aanna%40voorbeeld.nl?secret={RFC_SECRET}&issuer=Signaal%20%26%20co"
    )


def test_an_app_counts_only_after_its_first_code(anna):
    with anna.store.writing() as session:
        factors.begin_app(session, anna.who, now=anna.now, secrets=SECRETS)
        assert not factors.confirm_app(session, anna.who, "000000", now=anna.now, secrets=SECRETS)
    assert not anna.has().any
    anna.set_app()
    assert anna.has().app


def test_the_secret_of_an_app_is_sealed(anna):
    secret = anna.set_app()
    with anna.store.reading() as session:
        kept = [session.get_one(Account, anna.id).totp_sealed, *session.scalars(sa.select(Challenge.secret))]
    assert not any(secret in each for each in kept)
    assert SECRETS.unseal(kept[0]) == secret


def test_a_code_of_the_app_works_once_and_no_older_one_after_it(anna):
    secret = anna.set_app()
    here = totp.step_of(anna.now)
    assert anna.check(totp.code_at(secret, here)) is None, "the code of the set-up was used by it"
    assert anna.check(totp.code_at(secret, here + 1)) is Used.APP
    assert anna.check(totp.code_at(secret, here + 1)) is None
    assert anna.check(totp.code_at(secret, here), later=30) is None
    assert anna.check(totp.code_at(secret, here + 3), later=60) is Used.APP


def test_of_many_who_type_one_code_at_the_same_moment_one_comes_in(anna):
    secret = anna.set_app()
    code = totp.code_at(secret, totp.step_of(anna.now) + 1)
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(anna.check, [code] * 8))
    assert sorted(map(str, used)) == ["None"] * 7 + ["totp"]


def test_recovery_codes_work_once_each_however_they_are_typed(anna):
    anna.set_app()
    codes = anna.codes()
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 26 for code in codes), "128 bits take 26 letters of Base32"
    assert anna.check(codes[0].upper().replace("-", " ")) is Used.CODE
    assert anna.check(codes[0]) is None
    assert anna.check(codes[1].replace("-", "")) is Used.CODE
    assert anna.has().codes_left == 8
    assert anna.check("") is None


def test_of_many_who_type_one_recovery_code_one_comes_in(anna):
    anna.set_app()
    code = anna.codes()[0]
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(anna.check, [code] * 8))
    assert sorted(map(str, used)) == ["None"] * 7 + ["recovery"]


def test_new_recovery_codes_end_the_old_ones(anna):
    anna.set_app()
    old = anna.codes()[0]
    new = anna.codes()[0]
    assert anna.check(old) is None
    assert anna.check(new) is Used.CODE


def test_recovery_codes_are_kept_as_keyed_hashes_and_belong_to_one_account(anna, store, now):
    anna.set_app()
    code = anna.codes()[0]
    with store.reading() as session:
        kept = list(session.scalars(sa.select(RecoveryCode.code_hash)))
    assert all(len(each) == 64 for each in kept)
    assert not any(code.replace("-", "") in each for each in kept)
    bert = Somebody(store, now, "bert@voorbeeld.nl")
    assert bert.check(code) is None


def test_without_a_factor_there_are_no_recovery_codes(anna):
    with pytest.raises(NotAllowedError, match="Stel eerst"):
        anna.codes()


def test_the_last_factor_stays_when_one_is_needed(anna):
    anna.set_app()
    with anna.store.writing() as session, pytest.raises(NotAllowedError, match="enige tweede stap"):
        factors.remove_app(session, anna.who, now=anna.now, must_keep_one=True)
    assert anna.has().app
    with anna.store.writing() as session:
        factors.remove_app(session, anna.who, now=anna.now, must_keep_one=False)
    assert anna.has().codes_left == 0
    assert not anna.has().any


def test_a_change_of_factor_ends_every_other_session_and_is_told(anna):
    with anna.store.writing() as session:
        other = accounts.open_login(session, anna.id, now=anna.now)
    anna.set_app()
    assert anna.signed_in(other) is None
    assert anna.signed_in()
    anna.codes()
    anna.check(anna.codes()[3])
    assert anna.told() == [Change.APP_NEW, Change.CODES_NEW, Change.CODES_NEW, Change.CODE_USED]


def test_a_refused_change_tells_nothing(anna):
    anna.set_app()
    told = anna.told()
    with pytest.raises(NotAllowedError), anna.store.writing() as session:
        factors.remove_app(session, anna.who, now=anna.now, must_keep_one=True)
    assert anna.told() == told


def test_a_password_alone_will_do_for_seven_days(anna, now):
    assert anna.who.factor_due_at == now + timedelta(days=7)
    anna.set_app()
    assert anna.signed_in().factor_due_at is None, "an account with a factor owes none"


def test_an_account_from_before_gets_its_days_at_its_first_login(anna, now):
    with anna.store.writing() as session:
        session.execute(sa.update(Account).values(factor_due_at=None))
    later = now + timedelta(days=40)
    with anna.store.writing() as session:
        accounts.open_login(session, anna.id, now=later, grace=timedelta(days=3))
        accounts.open_login(session, anna.id, now=later + timedelta(days=1))
    assert anna.has().due_at == later + timedelta(days=3)


def test_a_question_is_answered_once_and_in_ten_minutes(store, now, anna):
    with store.writing() as session:
        challenges.ask(session, Kind.SECOND_FACTOR, "a" * 43, now=now, account_id=anna.id)
        challenges.ask(session, Kind.SECOND_FACTOR, "b" * 43, now=now, account_id=anna.id)
        assert challenges.find(session, Kind.PASSKEY_LOGIN, "a" * 43, now=now) is None, "a token has one purpose"
        assert challenges.find(session, Kind.SECOND_FACTOR, "", now=now) is None
        late = now + timedelta(minutes=10)
        assert challenges.find(session, Kind.SECOND_FACTOR, "b" * 43, now=late - timedelta(seconds=1))
        assert challenges.find(session, Kind.SECOND_FACTOR, "b" * 43, now=late) is None
        assert challenges.take(session, Kind.SECOND_FACTOR, "a" * 43, now=now).account_id == anna.id
        assert challenges.take(session, Kind.SECOND_FACTOR, "a" * 43, now=now) is None
        kept = list(session.scalars(sa.select(Challenge.token_hash)))
    assert all(len(each) == 64 for each in kept)
    with store.writing() as session:
        leftovers.erase(session, now + timedelta(minutes=10))
        assert session.scalars(sa.select(sa.func.count(Challenge.id))).one() == 0


def test_tries_of_a_code_are_counted_for_ten_minutes(store, now):
    def count(later=0):
        with store.writing() as session:
            return attempts.count_code(session, "k", now + timedelta(seconds=later))

    assert [count() for _ in range(6)] == [1, 2, 3, 4, 5, 6]
    assert count(599) == 7
    assert count(600) == 2


def test_starting_anew_takes_everything_away_and_gives_no_new_days(store, now, anna):
    Somebody(store, now, "baas@voorbeeld.nl", Role.ADMINISTRATOR)
    anna.set_app()
    anna.codes()
    with store.writing() as session:
        challenges.ask(session, Kind.SECOND_FACTOR, "a" * 43, now=now, account_id=anna.id)
        token = staff.reset(session, anna.id, now=now)
    assert anna.signed_in() is None
    have = anna.has()
    assert (have.has_password, have.app, have.codes_left, have.due_at) == (False, False, 0, now)
    with store.writing() as session:
        assert challenges.find(session, Kind.SECOND_FACTOR, "a" * 43, now=now) is None
        assert accounts.invitation(session, token, now=now).address == "anna@voorbeeld.nl"
        assert accounts.accept(session, token, "", "another", now=now) == anna.id
    assert anna.has().due_at == now, "a lost factor gives no new days with a password alone"
    assert Change.RESET in anna.told()


def test_a_role_or_a_region_changes_with_a_mail_and_ends_the_sessions(store, now, anna):
    with store.writing() as session:
        assert staff.change(session, anna.id, Role.READER, ("Zeeland", "Drenthe"), now=now, by=anna.id)
        assert not staff.change(session, anna.id, Role.READER, ("Drenthe", "Zeeland"), now=now)
    assert anna.signed_in() is None
    with store.writing() as session:
        token = accounts.open_login(session, anna.id, now=now)
    found = anna.signed_in(token)
    assert (found.role, found.scope) == (Role.READER, ("Drenthe", "Zeeland"))
    assert anna.told() == [Change.ROLE]
    with store.reading() as session:
        (change,) = account_mail.recorded(session)
    assert (change.address, change.change, change.by) == ("anna@voorbeeld.nl", Change.ROLE, "anna@voorbeeld.nl")


def test_a_region_that_is_none_is_refused(store, now, anna):
    with pytest.raises(NotAllowedError, match="provincie"), store.writing() as session:
        staff.change(session, anna.id, Role.EDITOR, ("Atlantis",), now=now)
    with pytest.raises(NotAllowedError, match="provincie"), store.writing() as session:
        accounts.invite(session, Role.EDITOR, address="b@voorbeeld.nl", now=now, scope=("Atlantis",))


def test_the_last_administrator_keeps_the_role(store, now):
    baas = Somebody(store, now, "baas@voorbeeld.nl", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowedError, match="laatste beheerder"), store.writing() as session:
        staff.change(session, baas.id, Role.EDITOR, (), now=now)
    with store.writing() as session:
        assert staff.change(session, baas.id, Role.ADMINISTRATOR, ("Zeeland",), now=now)
        token = accounts.invite(session, Role.READER, address="baas@voorbeeld.nl", now=now)
    with pytest.raises(NotAllowedError, match="laatste beheerder"), store.writing() as session:
        accounts.accept(session, token, "", "hash", now=now)


def test_an_unused_link_holds_no_more_after_the_account_was_closed_or_changed(store, now, anna):
    Somebody(store, now, "baas@voorbeeld.nl", Role.ADMINISTRATOR)

    def link():
        with store.writing() as session:
            return accounts.invite(session, Role.ADMINISTRATOR, address="anna@voorbeeld.nl", now=now)

    for act in (
        lambda session: staff.change(session, anna.id, Role.READER, (), now=now),
        lambda session: accounts.set_password(session, anna.id, "new", now=now),
        lambda session: staff.disable(session, anna.id, now=now),
    ):
        token = link()
        with store.writing() as session:
            act(session)
        with pytest.raises(NotFoundError), store.writing() as session:
            accounts.accept(session, token, "", "hash", now=now)


def test_a_link_is_no_way_around_a_factor(store, now, anna):
    anna.set_app()
    with store.writing() as session:
        token = accounts.invite(session, Role.EDITOR, address="anna@voorbeeld.nl", now=now)
    with store.reading() as session:
        assert not accounts.invitation(session, token, now=now).may_take_passkey
    with pytest.raises(NotAllowedError, match="tweede stap"), store.writing() as session:
        accounts.accept(session, token, "", "", now=now)
    with store.writing() as session:
        accounts.accept(session, token, "", "new hash", now=now)
    assert anna.has().app, "a new password leaves the second factor as it was"


def test_a_new_password_ends_every_session_and_is_told(store, now: datetime, anna):
    with store.writing() as session:
        accounts.set_password(session, anna.id, "new", now=now)
    assert anna.signed_in() is None
    assert anna.told() == [Change.PASSWORD]
    assert anna.has().password_changed_at == now


def test_sessions_are_listed_and_ended_one_by_one(store, now, anna):
    with store.writing() as session:
        accounts.open_login(session, anna.id, now=now + timedelta(minutes=1), factor="passkey")
        later = now + timedelta(minutes=2)
        seen = accounts.open_logins(session, anna.id, now=later, idle=IDLE)
        assert [each.factor for each in seen] == ["passkey", "password"]
        assert not accounts.end_one_login(session, anna.id + 1, seen[0].id, now=later), "somebody else's stays"
        assert accounts.end_one_login(session, anna.id, seen[0].id, now=later)
        assert [each.id for each in accounts.open_logins(session, anna.id, now=later, idle=IDLE)] == [seen[1].id]


def test_single_keys_are_remembered(store, anna):
    assert anna.who.single_keys
    with store.writing() as session:
        accounts.set_single_keys(session, anna.id, False)
    assert not anna.signed_in().single_keys
