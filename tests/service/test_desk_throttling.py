"""The limits of TRUST 4.4 on logging in, over HTTP: what one reads at the limit, one over, and after the window."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from service.app import create_app, create_running
from store import accounts, attempts
from store.tables import Account, Attempt, StaffNotice
from store.values import Role
from tests.parts.authenticator import Authenticator
from tests.parts.desk import PASSWORD, Desk, problem, words
from tests.service.test_desk_my_account import add_passkey, code, log_in_by_passkey, post, set_app

ANNA = "anna@voorbeeld.nl"
WRONG = "x" * 300
"""Longer than any password: it is wrong without the cost of a hash."""


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.account(Role.ADMINISTRATOR, ANNA)
    return made


def log_in(desk, client=None, *, address=ANNA, password=PASSWORD):
    return (client or desk.client).post("/redactie/inloggen", data={"address": address, "password": password})


def from_network(desk, address):
    """A browser somewhere else on the internet."""
    return browser(desk, desk.app, client=(address, 50000))


def restarted(desk):
    """A browser in front of the service after it was started again on the same database."""
    return browser(desk, create_app(create_running(desk.settings, desk.store, desk.clock)))


def browser(desk, app, **options):
    headers = {"sec-fetch-site": "same-origin"}
    return TestClient(app, base_url=desk.settings.base_url, headers=headers, follow_redirects=False, **options)


def test_a_restart_forgets_no_failures(desk):
    for _ in range(5):
        assert log_in(desk, password=WRONG).status_code == 422
    assert log_in(desk, restarted(desk)).status_code == 429


def test_a_restart_forgets_no_network(desk):
    for number in range(30):
        log_in(desk, address=f"a{number}@voorbeeld.nl", password=WRONG)
    answer = log_in(desk, restarted(desk))
    assert answer.status_code == 429
    assert "Vanaf dit netwerk" in problem(answer)


def test_editors_behind_one_address_may_log_in_as_often_as_they_like(desk):
    for number in range(29):
        log_in(desk, address=f"a{number}@voorbeeld.nl", password=WRONG)
    for _ in range(3):
        assert log_in(desk, desk.browser()).status_code == 303, "a right password counted as a try of its network"


@pytest.mark.parametrize(
    ("neighbours", "far"),
    [(("203.0.113.5", "203.0.113.250"), "203.0.114.5"), (("2001:db8::1", "2001:db8::ffff:1"), "2001:db8:0:1::1")],
)
def test_neighbours_share_a_limit_and_others_do_not(desk, neighbours, far):
    clients = [from_network(desk, each) for each in neighbours]
    for number in range(30):
        answer = log_in(desk, clients[number % 2], address=f"a{number}@voorbeeld.nl", password=WRONG)
        assert answer.status_code == 422
    assert [log_in(desk, each).status_code for each in clients] == [429, 429]
    assert log_in(desk, from_network(desk, far)).status_code == 303


def test_a_header_does_not_change_the_network_that_is_counted(desk):
    client = from_network(desk, "203.0.113.5")
    for number in range(31):
        client.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        answer = log_in(desk, client, address=f"a{number}@voorbeeld.nl", password=WRONG)
    assert answer.status_code == 429


def test_with_three_hundred_failures_in_an_hour_only_a_passkey_opens_the_door(desk):
    log_in(desk)
    key = Authenticator()
    add_passkey(desk, key)
    with desk.store.writing() as session:
        strangers = [{"bucket": attempts.LOGIN, "key": f"k{n}", "at": desk.clock()} for n in range(300)]
        session.execute(sa.insert(Attempt), strangers)
    answer = log_in(desk, desk.browser())
    assert answer.status_code == 429
    assert "alleen met een passkey" in problem(answer)
    assert log_in_by_passkey(desk, key, desk.browser()).status_code == 303
    with desk.store.reading() as session:
        assert "many_failures" in [row.facts["change"] for row in session.scalars(sa.select(StaffNotice))]
    desk.clock.advance(hours=1)
    assert log_in(desk, desk.browser()).status_code == 303


def test_after_a_hundred_failures_in_a_row_the_right_password_reads_as_a_wrong_one(desk):
    with desk.store.writing() as session:
        session.execute(sa.update(Account).values(failures=99))
    wrong = log_in(desk, desk.browser(), password="een heel ander wachtwoord")
    right = log_in(desk, desk.browser())
    assert wrong.status_code == right.status_code == 422
    assert wrong.text == right.text, "a stranger must not learn that there is such an account"
    with desk.store.writing() as session:
        token = accounts.invite(session, Role.ADMINISTRATOR, address=ANNA, now=desk.clock())
    new = desk.browser()
    new.post(f"/redactie/uitnodiging/{token}", data={"address": ANNA, "password": PASSWORD})
    assert log_in(desk, new).status_code == 303


def test_at_the_hundredth_the_right_password_still_opens(desk):
    with desk.store.writing() as session:
        session.execute(sa.update(Account).values(failures=99))
    assert log_in(desk, desk.browser()).status_code == 303
    with desk.store.reading() as session:
        assert session.scalars(sa.select(Account.failures)).one() == 0


def test_five_wrong_codes_end_the_login_and_the_right_one_comes_too_late(desk):
    log_in(desk)
    secret, _ = set_app(desk)
    client = desk.browser()
    log_in(desk, client)
    for _ in range(4):
        assert post(desk, "/redactie/inloggen/code", client, code="000000").status_code == 422
    fifth = post(desk, "/redactie/inloggen/code", client, code="000000")
    assert fifth.headers["location"] == "/redactie/inloggen?melding=te-vaak"
    assert "te vaak een verkeerde code" in words(client.get(fifth.headers["location"]))
    right = post(desk, "/redactie/inloggen/code", client, code=code(desk, secret, 1))
    assert right.headers["location"] == "/redactie/inloggen?melding=stap-weg"
    assert log_in(desk, client).headers["location"] == "/redactie/inloggen/code"
    assert post(desk, "/redactie/inloggen/code", client, code=code(desk, secret, 1)).status_code == 303


def test_the_fifth_code_may_be_the_right_one(desk):
    log_in(desk)
    secret, _ = set_app(desk)
    client = desk.browser()
    log_in(desk, client)
    for _ in range(4):
        post(desk, "/redactie/inloggen/code", client, code="000000")
    assert post(desk, "/redactie/inloggen/code", client, code=code(desk, secret, 1)).headers["location"] == "/redactie"


def test_the_right_password_gives_no_endless_rounds_of_guessing_codes(desk):
    log_in(desk)
    set_app(desk)
    guesses = 0
    for _ in range(20):
        client = desk.browser()
        if log_in(desk, client).status_code != 303:
            break
        for _ in range(5):
            post(desk, "/redactie/inloggen/code", client, code="000000")
            guesses += 1
    assert guesses == 25, "after five logins without a second step the account must wait"


def test_questions_for_a_passkey_have_a_limit_per_network(desk):
    client = from_network(desk, "203.0.113.5")
    answers = [post(desk, "/redactie/inloggen/passkey/vraag", client).status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]
    assert post(desk, "/redactie/inloggen/passkey/vraag", from_network(desk, "203.0.114.5")).status_code == 200
    desk.clock.advance(hours=1)
    assert post(desk, "/redactie/inloggen/passkey/vraag", client).status_code == 200


def test_no_address_answers_noticeably_faster_than_another(desk):
    """An account with a password, one without, and none at all: each try makes one hash of a tenth of a second."""
    with desk.store.writing() as session:
        without = accounts.invite(session, Role.EDITOR, address="sleutel@voorbeeld.nl", now=desk.clock())
        accounts.accept(session, without, "", "", now=desk.clock())
    addresses = (ANNA, "sleutel@voorbeeld.nl", "niemand@voorbeeld.nl")
    times: dict[str, list[float]] = {address: [] for address in addresses}
    log_in(desk, desk.browser(), address="warm@voorbeeld.nl", password="een wachtwoord van niemand")
    for _ in range(4):
        for address in addresses:
            began = time.perf_counter()
            answer = log_in(desk, desk.browser(), address=address, password="een wachtwoord van niemand")
            times[address].append(time.perf_counter() - began)
            assert answer.status_code == 422
    quickest = [min(each) for each in times.values()]
    assert max(quickest) < 2 * min(quickest), f"the answers take {quickest} seconds: that tells who has an account"
