"""Passkeys: what is asked, what is taken for an answer, and what never is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from store import factors, passkeys, staff
from store.account_mail import Change
from store.errors import NotAllowedError, NotFoundError
from store.passkeys import Site
from store.tables import Passkey
from tests.parts.authenticator import ORIGIN, PRESENT, VERIFIED, Authenticator
from tests.store.test_factors import SECRETS, Somebody

SITE = Site("localhost", "Signaal", (ORIGIN,))
TOKEN = "t" * 43


@pytest.fixture
def anna(store, now):
    return Somebody(store, now)


def make(somebody, key, name="laptop", asked_for=None):
    """Add a passkey to an account; `asked_for` is the address in the question."""
    address = somebody.who.address
    with somebody.store.writing() as session:
        question = passkeys.ask_new(
            session,
            TOKEN,
            asked_for or address,
            SITE,
            now=somebody.now,
            secrets=SECRETS,
            account_id=somebody.id,
        )
    answer = key.create(question)
    with somebody.store.writing() as session:
        new = passkeys.answer_new(session, TOKEN, address, answer, SITE, now=somebody.now)
        passkeys.add(session, somebody.who, new, name, now=somebody.now)
    return question


def ask(store, now, account_id=None):
    with store.writing() as session:
        return passkeys.ask_login(session, TOKEN, SITE, now=now, account_id=account_id)


def answer(store, now, said, site=SITE, token=TOKEN):
    with store.writing() as session:
        return passkeys.answer_login(session, token, said, site, now=now, secrets=SECRETS)


def test_a_passkey_is_made_and_opens_the_account(store, now, anna):
    key = Authenticator()
    make(anna, key)
    owner = answer(store, now, key.get(ask(store, now)))
    assert (owner.account_id, owner.address) == (anna.id, "anna@voorbeeld.nl")
    with store.reading() as session:
        (seen,) = passkeys.list_of(session, anna.id)
    assert (seen.name, seen.used_at) == ("laptop", now)
    assert anna.told() == [Change.PASSKEY_NEW]


def test_what_is_asked_names_nobody_and_wants_the_person_verified(store, now, anna):
    made = json.loads(make(anna, Authenticator()))
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["rp"]["id"] == "localhost"
    assert "anna" not in made["user"]["id"]
    asked = json.loads(ask(store, now))
    assert asked["allowCredentials"] == [], "a list of credentials would tell which accounts there are"
    assert (asked["userVerification"], asked["rpId"]) == ("required", "localhost")


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://elders.example"},
        {"origin": "http://localhost:9999"},
        {"rp_id": "elders.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"flags": 0},
    ],
)
def test_an_answer_for_another_site_or_without_the_person_is_none(store, now, anna, wrong):
    key = Authenticator()
    make(anna, key)
    for name, value in wrong.items():
        setattr(key, name, value)
    assert answer(store, now, key.get(ask(store, now))) is None
    with pytest.raises(NotAllowedError):
        make(anna, replace(key, id=b"another one here"))


def test_a_question_takes_one_answer_of_its_own(store, now, anna):
    key = Authenticator()
    make(anna, key)
    first = ask(store, now)
    said = key.get(first)
    assert answer(store, now, said)
    assert answer(store, now, said) is None
    assert answer(store, now, key.get(first)) is None, "the question is over"
    ask(store, now)
    assert answer(store, now, key.get(first)) is None, "this answers an older question"
    ask(store, now)
    assert answer(store, now, "onzin") is None
    assert answer(store, now, said) is None, "a wrong answer ends the question too"
    assert answer(store, now, key.get(ask(store, now)), token="x" * 43) is None


def test_a_signature_that_does_not_fit_opens_nothing(store, now, anna):
    key, other = Authenticator(), Authenticator()
    make(anna, key)
    other.id = key.id
    assert answer(store, now, other.get(ask(store, now))) is None
    assert answer(store, now, Authenticator().get(ask(store, now))) is None, "nobody knows this passkey"


def test_a_copied_authenticator_whose_counter_lags_is_refused(store, now, anna):
    key = Authenticator()
    make(anna, key)
    assert answer(store, now, key.get(ask(store, now)))
    copy = replace(key, uses=0)
    assert answer(store, now, copy.get(ask(store, now))) is None
    assert answer(store, now, key.get(ask(store, now)))


def test_a_passkey_without_a_counter_is_fine(store, now, anna):
    key = Authenticator(counts=False)
    make(anna, key)
    for _ in range(2):
        assert answer(store, now, key.get(ask(store, now)))


def test_the_owner_in_the_answer_must_be_the_owner(store, now, anna):
    key = Authenticator()
    make(anna, key)
    bert = Somebody(store, now, "bert@voorbeeld.nl")
    theirs = Authenticator()
    make(bert, theirs)
    key.owner = theirs.owner
    assert answer(store, now, key.get(ask(store, now))) is None


def test_a_question_to_one_account_is_not_answered_by_another(store, now, anna):
    bert = Somebody(store, now, "bert@voorbeeld.nl")
    key, theirs = Authenticator(), Authenticator()
    make(anna, key)
    make(bert, theirs)
    question = ask(store, now, anna.id)
    assert len(json.loads(question)["allowCredentials"]) == 1
    assert answer(store, now, theirs.get(question)) is None
    assert answer(store, now, key.get(ask(store, now, anna.id))).account_id == anna.id


def test_a_passkey_made_for_one_address_is_not_taken_for_another(anna):
    with pytest.raises(NotAllowedError):
        make(anna, Authenticator(), asked_for="bert@voorbeeld.nl")


def test_a_closed_account_is_not_opened(store, now, anna):
    key = Authenticator()
    make(anna, key)
    with store.writing() as session:
        staff.disable(session, anna.id, now=now)
    assert answer(store, now, key.get(ask(store, now))) is None


def test_one_passkey_has_one_account(store, now, anna):
    key = Authenticator()
    make(anna, key)
    bert = Somebody(store, now, "bert@voorbeeld.nl")
    with pytest.raises(NotAllowedError, match="staat er al"):
        make(bert, key)
    assert answer(store, now, key.get(ask(store, now))) is None, "its owner is the last one that was written on it"


def test_a_passkey_is_named_and_taken_away_by_its_own_account_only(store, now, anna):
    key = Authenticator()
    make(anna, key, name="  lap\x00top\n\u202ewerk  ")
    bert = Somebody(store, now, "bert@voorbeeld.nl")
    with store.reading() as session:
        (seen,) = passkeys.list_of(session, anna.id)
    assert seen.name == "lap top werk"
    with pytest.raises(NotFoundError), store.writing() as session:
        passkeys.rename(session, bert.who, seen.id, "van mij")
    with pytest.raises(NotFoundError), store.writing() as session:
        passkeys.remove(session, bert.who, seen.id, now=now, must_keep_one=False)
    with store.writing() as session:
        passkeys.rename(session, anna.who, seen.id, "x" * 500)
    with store.reading() as session:
        assert passkeys.list_of(session, anna.id)[0].name == "x" * passkeys.NAME_LIMIT
    with store.writing() as session:
        passkeys.remove(session, anna.who, seen.id, now=now, must_keep_one=False)
    assert answer(store, now, key.get(ask(store, now))) is None
    assert anna.told() == [Change.PASSKEY_NEW, Change.PASSKEY_GONE]


def test_the_last_factor_and_the_last_way_in_stay(store, now, anna):
    make(anna, Authenticator())
    with store.reading() as session:
        (seen,) = passkeys.list_of(session, anna.id)

    def remove(*, must_keep_one):
        with store.writing() as session:
            passkeys.remove(session, anna.who, seen.id, now=now, must_keep_one=must_keep_one)

    with pytest.raises(NotAllowedError, match="enige tweede stap"):
        remove(must_keep_one=True)
    with store.writing() as session:
        session.execute(sa.text("UPDATE account SET password_hash = ''"))
    with pytest.raises(NotAllowedError, match="enige manier"):
        remove(must_keep_one=False)
    make(anna, Authenticator())
    remove(must_keep_one=True)
    with store.reading() as session:
        assert factors.of(session, anna.id).passkeys == 1


def test_there_is_room_for_twenty(store, now, anna):
    for _ in range(passkeys.AT_MOST):
        make(anna, Authenticator())
    with pytest.raises(NotAllowedError, match="al 20 passkeys"):
        make(anna, Authenticator())


def test_no_bytes_of_a_stranger_make_an_error_of_ours(store, now, anna):
    key = Authenticator()
    make(anna, key)
    hostile = [
        "", "null", "[]", "{}", "9" * 5000, "{" * 5000, '{"id": 1}', '{"id": "\\u0000", "rawId": "\\ud800"}',
        key.get(ask(store, now), signature="é"), key.get(ask(store, now), authenticatorData=""),
        key.get(ask(store, now), clientDataJSON="AAAA"), key.get(ask(store, now), userHandle=5),
        key.get(ask(store, now), clientDataJSON=None),
    ]  # fmt: skip
    for said in hostile:
        ask(store, now)
        assert answer(store, now, said) is None, said[:80]
        with store.writing() as session:
            passkeys.ask_new(session, TOKEN, anna.who.address, SITE, now=now, secrets=SECRETS)
        with pytest.raises(NotAllowedError), store.writing() as session:
            passkeys.answer_new(session, TOKEN, anna.who.address, said, SITE, now=now)
    with store.reading() as session:
        assert session.scalars(sa.select(sa.func.count(Passkey.id))).one() == 1
