"""Logging in with a passkey, a code or a recovery code; and what somebody changes about the own account."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.desk.session import FRESH_FOR
from store import accounts, totp
from store.tables import Account, StaffNotice
from store.values import Role
from tests.parts import samples
from tests.parts.authenticator import Authenticator
from tests.parts.config import settings_in
from tests.parts.desk import PASSWORD, Desk, problem, words

ACCOUNT = "/redactie/mijn-account"
ANNA = "anna@voorbeeld.nl"
OTHER = "kaars vlieger tapijt onweer"


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.account(Role.EDITOR, ANNA)
    assert log_in(made).status_code == 303
    return made


def log_in(desk, client=None, password=PASSWORD):
    return (client or desk.client).post("/redactie/inloggen", data={"address": ANNA, "password": password})


def post(desk, path, client=None, **fields):
    """Post a form, also one with a button and no fields."""
    form = {"headers": {"content-type": "application/x-www-form-urlencoded"}}
    return (client or desk.client).post(path, data=fields or None, **form)


def is_in(client):
    return client.get("/redactie").status_code == 200


def secret_on(page):
    found = re.search(r'<code class="secret">([^<]+)</code>', page.text)
    assert found, f"the page shows no secret:\n{words(page)[:500]}"
    return found.group(1).replace(" ", "")


def code(desk, secret, steps=0):
    return totp.code_at(secret, totp.step_of(desk.clock()) + steps)


def codes_on(page):
    return [html.unescape(each) for each in re.findall(r"<li><code>([a-z2-7-]+)</code></li>", page.text)]


def set_app(desk):
    """Set up an app as a person does. Gives its secret and the recovery codes that were shown."""
    assert post(desk, f"{ACCOUNT}/app").status_code == 303
    secret = secret_on(desk.client.get(f"{ACCOUNT}/app"))
    answer = post(desk, f"{ACCOUNT}/app/bevestig", code=code(desk, secret))
    assert answer.status_code == 200, problem(answer)
    return secret, codes_on(answer)


def add_passkey(desk, key, name="laptop"):
    question = post(desk, f"{ACCOUNT}/passkeys/vraag")
    assert question.status_code == 200, question.text
    return post(desk, f"{ACCOUNT}/passkeys", name=name, credential=key.create(question.text))


def log_in_by_passkey(desk, key, client):
    question = post(desk, "/redactie/inloggen/passkey/vraag", client)
    assert question.headers["content-type"] == "application/json"
    return post(desk, "/redactie/inloggen/passkey", client, credential=key.get(question.text))


def told(desk):
    with desk.store.reading() as session:
        return [row.facts["change"] for row in session.scalars(sa.select(StaffNotice).order_by(StaffNotice.id))]


def test_a_passkey_opens_the_newsroom_without_an_address(desk):
    key = Authenticator()
    answer = add_passkey(desk, key)
    assert len(codes_on(answer)) == 10, "whoever has a first factor sees recovery codes once"
    assert "laptop" in words(answer)
    stranger = desk.browser()
    entered = log_in_by_passkey(desk, key, stranger)
    assert (entered.status_code, entered.headers["location"]) == (303, "/redactie")
    assert is_in(stranger)
    assert "met een passkey" in words(stranger.get(ACCOUNT))


def test_the_pre_cookie_is_narrow_locked_and_lives_ten_minutes(desk):
    answer = post(desk, "/redactie/inloggen/passkey/vraag", desk.browser())
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(r"pre=[\w-]{43}; HttpOnly; Max-Age=600; Path=/redactie; SameSite=strict", cookie)


def test_on_https_the_pre_cookie_and_the_relying_party_are_those_of_the_host(store, tmp_path, store_url, clock):
    settings = settings_in(tmp_path, store={"url": store_url}, site={"base_url": "https://redactie.voorbeeld.nl"})
    desk = Desk(store, settings, clock)
    desk.account(Role.EDITOR, ANNA)
    log_in(desk)
    key = Authenticator(origin="https://redactie.voorbeeld.nl", rp_id="redactie.voorbeeld.nl")
    assert add_passkey(desk, key).status_code == 200
    stranger = desk.browser()
    answer = post(desk, "/redactie/inloggen/passkey/vraag", stranger)
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(r"__Host-pre=[\w-]{43}; HttpOnly; Max-Age=600; Path=/; SameSite=strict; Secure", cookie)
    assert answer.json()["rpId"] == "redactie.voorbeeld.nl"
    entered = post(desk, "/redactie/inloggen/passkey", stranger, credential=key.get(answer.text))
    assert entered.status_code == 303


@pytest.mark.parametrize("credential", ["", "onzin", "{}", "x" * 30_000])
def test_what_is_no_passkey_opens_nothing(desk, credential):
    stranger = desk.browser()
    post(desk, "/redactie/inloggen/passkey/vraag", stranger)
    answer = post(desk, "/redactie/inloggen/passkey", stranger, credential=credential)
    assert answer.status_code == 422
    assert problem(answer)
    assert "sid" not in stranger.cookies


def test_a_passkey_of_nobody_gets_the_same_words_as_a_wrong_one(desk):
    key = Authenticator()
    add_passkey(desk, key)
    nobody = log_in_by_passkey(desk, Authenticator(), desk.browser())
    key.flags = 0
    wrong = log_in_by_passkey(desk, key, desk.browser())
    assert nobody.status_code == wrong.status_code == 422
    assert nobody.text == wrong.text


def test_a_code_of_the_app_is_asked_after_the_password_and_works_once(desk):
    secret, _ = set_app(desk)
    stranger = desk.browser()
    first = log_in(desk, stranger)
    assert (first.status_code, first.headers["location"]) == (303, "/redactie/inloggen/code")
    assert "sid" not in stranger.cookies, "the password alone opens nothing"
    assert not is_in(stranger)
    typed = code(desk, secret, 1)
    assert post(desk, "/redactie/inloggen/code", stranger, code="000000").status_code == 422
    entered = post(desk, "/redactie/inloggen/code", stranger, code=typed)
    assert (entered.status_code, entered.headers["location"]) == (303, "/redactie")
    assert is_in(stranger)
    another = desk.browser()
    log_in(desk, another)
    assert post(desk, "/redactie/inloggen/code", another, code=typed).status_code == 422, "a code works once"


def test_a_recovery_code_opens_once_and_is_told(desk):
    _, codes = set_app(desk)
    assert len(codes) == 10
    for number, expected in ((0, 303), (0, 422), (1, 303)):
        stranger = desk.browser()
        log_in(desk, stranger)
        assert post(desk, "/redactie/inloggen/code", stranger, code=codes[number]).status_code == expected
    assert "8 van de 10" in words(desk.client.get(ACCOUNT))
    assert told(desk) == ["app_new", "code_used", "code_used"]


def test_a_password_alone_is_not_enough_for_who_has_a_passkey(desk):
    key = Authenticator()
    codes = codes_on(add_passkey(desk, key))
    stranger = desk.browser()
    assert log_in(desk, stranger).headers["location"] == "/redactie/inloggen/code"
    page = stranger.get("/redactie/inloggen/code")
    assert "passkey" in page.text
    assert "Herstelcode" in words(page)
    assert log_in_by_passkey(desk, key, stranger).status_code == 303
    stranger = desk.browser()
    log_in(desk, stranger)
    assert post(desk, "/redactie/inloggen/passkey/vraag", stranger).status_code == 200
    entered = post(desk, "/redactie/inloggen/code", stranger, code=codes[2])
    assert entered.status_code == 303, "asking for a passkey and giving up must not end the login that goes on"


def test_the_code_page_without_a_password_leads_back(desk):
    stranger = desk.browser()
    for answer in (stranger.get("/redactie/inloggen/code"), post(desk, "/redactie/inloggen/code", stranger, code="1")):
        assert (answer.status_code, answer.headers["location"]) == (303, "/redactie/inloggen?melding=stap-weg")
    stranger.cookies.set("pre", "x" * 43)
    assert post(desk, "/redactie/inloggen/code", stranger, code="000000").status_code == 303


def test_ten_minutes_after_the_password_it_is_asked_again(desk):
    secret, _ = set_app(desk)
    stranger = desk.browser()
    log_in(desk, stranger)
    desk.clock.advance(minutes=10)
    answer = post(desk, "/redactie/inloggen/code", stranger, code=code(desk, secret))
    assert answer.headers["location"] == "/redactie/inloggen?melding=stap-weg"


def test_setting_up_an_app_shows_a_picture_of_its_own(desk):
    assert desk.client.get(f"{ACCOUNT}/app").headers["location"] == ACCOUNT, "nothing is set up before it is asked"
    assert desk.client.get(f"{ACCOUNT}/app/beeld.svg").status_code == 404
    post(desk, f"{ACCOUNT}/app")
    picture = desk.client.get(f"{ACCOUNT}/app/beeld.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "no-store"
    assert picture.text.startswith("<svg")
    assert "style" not in picture.text
    page = desk.client.get(f"{ACCOUNT}/app")
    assert "data:" not in page.text
    answer = post(desk, f"{ACCOUNT}/app/bevestig", code="000000")
    assert (answer.status_code, "klopt niet" in problem(answer)) == (422, True)
    for _ in range(4):
        post(desk, f"{ACCOUNT}/app/bevestig", code="000000")
    assert post(desk, f"{ACCOUNT}/app/bevestig", code=code(desk, secret_on(page))).status_code == 429


def test_another_session_does_not_see_the_secret_that_is_set_up(desk):
    post(desk, f"{ACCOUNT}/app")
    other = desk.browser()
    assert log_in(desk, other).status_code == 303
    assert other.get(f"{ACCOUNT}/app").status_code == 303
    assert other.get(f"{ACCOUNT}/app/beeld.svg").status_code == 404


CHANGES = (
    f"{ACCOUNT}/app", f"{ACCOUNT}/app/bevestig", f"{ACCOUNT}/app/weg", f"{ACCOUNT}/herstelcodes",
    f"{ACCOUNT}/passkeys/vraag", f"{ACCOUNT}/passkeys", f"{ACCOUNT}/passkeys/1/weg", f"{ACCOUNT}/wachtwoord",
)  # fmt: skip


def test_five_minutes_after_logging_in_every_change_asks_again_who_you_are(desk):
    set_app(desk)
    add_passkey(desk, Authenticator())
    before = told(desk)
    desk.clock.advance(seconds=FRESH_FOR.total_seconds())
    for path in CHANGES:
        answer = post(desk, path)
        assert answer.headers["location"] == f"{ACCOUNT}/bevestig?naar=mijn-account", path
    assert told(desk) == before
    page = words(desk.client.get(ACCOUNT))
    assert "Bevestig eerst dat jij het bent" in page
    assert "Maak nieuwe codes" not in page


def test_the_password_confirms_who_you_are_and_renews_the_session(desk):
    desk.clock.advance(minutes=6)
    old = desk.client.cookies["sid"]
    wrong = post(desk, f"{ACCOUNT}/bevestig", password="een heel ander wachtwoord", naar="mijn-account")
    assert (wrong.status_code, "klopt niet" in problem(wrong)) == (422, True)
    right = post(desk, f"{ACCOUNT}/bevestig", password=PASSWORD, naar="mijn-account")
    assert (right.status_code, right.headers["location"]) == (303, ACCOUNT)
    assert desk.client.cookies["sid"] != old
    stranger = desk.browser()
    stranger.cookies.set("sid", old)
    assert not is_in(stranger), "the session has a new token (TRUST C5)"
    assert post(desk, f"{ACCOUNT}/app").headers["location"] == f"{ACCOUNT}/app"


@pytest.mark.parametrize("back", ["//elders.example", "https://elders.example", "/redactie/post", "", "\r\nx"])
def test_after_confirming_nobody_is_led_elsewhere(desk, back):
    answer = post(desk, f"{ACCOUNT}/bevestig", password=PASSWORD, naar=back)
    assert answer.headers["location"] == ACCOUNT


def test_guessing_the_password_in_an_open_session_ends_after_five_tries(desk):
    for _ in range(5):
        assert post(desk, f"{ACCOUNT}/bevestig", password="fout", naar="").status_code == 422
    assert post(desk, f"{ACCOUNT}/bevestig", password=PASSWORD, naar="").status_code == 429
    assert log_in(desk, desk.browser()).status_code == 303, "the door has a counter of its own"


def test_a_passkey_confirms_who_you_are_and_only_an_own_one(desk):
    key = Authenticator()
    add_passkey(desk, key)
    desk.account(Role.EDITOR, "bert@voorbeeld.nl")
    desk.clock.advance(minutes=6)
    question = post(desk, f"{ACCOUNT}/bevestig/vraag")
    assert len(question.json()["allowCredentials"]) == 1
    stranger = post(desk, f"{ACCOUNT}/bevestig/passkey", credential=Authenticator().get(question.text), naar="")
    assert stranger.status_code == 422
    question = post(desk, f"{ACCOUNT}/bevestig/vraag")
    mine = post(desk, f"{ACCOUNT}/bevestig/passkey", credential=key.get(question.text), naar="accounts")
    assert (mine.status_code, mine.headers["location"]) == (303, "/redactie/accounts")


def test_a_new_password_ends_all_other_sessions(desk):
    other = desk.browser()
    log_in(desk, other)
    assert is_in(other)
    answer = post(desk, f"{ACCOUNT}/wachtwoord", password=OTHER)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ACCOUNT}?melding=wachtwoord-nieuw")
    assert is_in(desk.client)
    assert not is_in(other)
    stranger = desk.browser()
    assert log_in(desk, stranger).status_code == 422
    assert log_in(desk, stranger, OTHER).status_code == 303
    assert told(desk) == ["password"]


@pytest.mark.parametrize("password", ["kort", "mensenhandel123456", "x" * 257, "", "anna voorbeeld anna"])
def test_a_weak_new_password_changes_nothing(desk, password):
    answer = post(desk, f"{ACCOUNT}/wachtwoord", password=password)
    assert answer.status_code == 422
    assert "wachtwoord" in problem(answer)
    assert log_in(desk, desk.browser()).status_code == 303
    assert told(desk) == []


def test_sessions_are_seen_and_ended(desk):
    other = desk.browser()
    log_in(desk, other)
    page = desk.client.get(ACCOUNT)
    numbers = re.findall(r'name="sessie" value="([1-9]\d*)"', page.text)
    assert len(numbers) == 1, "only the other session has a button"
    assert "Deze sessie" in words(page)
    assert post(desk, f"{ACCOUNT}/sessies", sessie=numbers[0]).status_code == 303
    assert not is_in(other)
    assert post(desk, f"{ACCOUNT}/sessies", sessie=numbers[0]).status_code == 404
    log_in(desk, other)
    assert post(desk, f"{ACCOUNT}/sessies", sessie="0").status_code == 303
    assert (is_in(other), is_in(desk.client)) == (False, True)


def test_nobody_ends_the_session_of_somebody_else(desk):
    bert = desk.account(Role.EDITOR, "bert@voorbeeld.nl")
    with desk.store.writing() as session:
        token = accounts.open_login(session, bert, now=desk.clock())
    with desk.store.reading() as session:
        found = accounts.signed_in(session, token, now=desk.clock(), idle=timedelta(hours=1))
    assert post(desk, f"{ACCOUNT}/sessies", sessie=found.login_id).status_code == 404
    with desk.store.reading() as session:
        assert accounts.signed_in(session, token, now=desk.clock(), idle=timedelta(hours=1))


def test_single_keys_are_switched_off_and_on(desk):
    assert 'name="single_keys" value="1" checked' in desk.client.get(ACCOUNT).text
    assert post(desk, f"{ACCOUNT}/toetsen").status_code == 303
    assert 'name="single_keys" value="1">' in desk.client.get(ACCOUNT).text
    post(desk, f"{ACCOUNT}/toetsen", single_keys="1")
    assert 'name="single_keys" value="1" checked' in desk.client.get(ACCOUNT).text


def test_while_a_password_alone_will_do_every_page_says_until_when(desk):
    for path in ("/redactie", "/redactie/bronnen", "/redactie/geschiedenis"):
        page = words(desk.client.get(path))
        assert "Dat kan tot dinsdag 1 december 2026" in page, path
        assert "Stel een tweede stap in" in page
    set_app(desk)
    assert "Stel een tweede stap in" not in words(desk.client.get("/redactie"))


def test_after_the_days_of_grace_setting_a_factor_opens_the_newsroom_again(desk):
    desk.clock.advance(days=7)
    log_in(desk)
    assert desk.client.get("/redactie").headers["location"] == ACCOUNT
    secret, _ = set_app(desk)
    assert is_in(desk.client)
    answer = post(desk, f"{ACCOUNT}/app/weg")
    assert (answer.status_code, "enige tweede stap" in problem(answer)) == (422, True)
    assert add_passkey(desk, Authenticator()).status_code == 303
    assert post(desk, f"{ACCOUNT}/app/weg").status_code == 303
    assert secret


def test_an_open_session_ends_its_grace_too(desk):
    desk.clock.advance(days=6, hours=23, minutes=50)
    log_in(desk)
    assert is_in(desk.client)
    desk.clock.advance(minutes=10)
    assert desk.client.get("/redactie").headers["location"] == ACCOUNT


def test_without_days_of_grace_a_factor_comes_first(store, tmp_path, store_url, clock):
    desk = Desk(store, settings_in(tmp_path, store={"url": store_url}, desk={"factor_grace_days": 0}), clock)
    desk.account(Role.EDITOR, ANNA)
    assert log_in(desk).status_code == 303
    assert desk.client.get("/redactie").headers["location"] == ACCOUNT
    set_app(desk)
    assert is_in(desk.client)


def test_a_passkey_is_renamed_and_taken_away(desk):
    key = Authenticator()
    add_passkey(desk, key)
    number = re.search(r"/passkeys/(\d+)/naam", desk.client.get(ACCOUNT).text).group(1)
    assert post(desk, f"{ACCOUNT}/passkeys/{number}/naam", name="<b>thuis</b>").status_code == 303
    page = desk.client.get(ACCOUNT)
    assert "&lt;b&gt;thuis&lt;/b&gt;" in page.text
    assert post(desk, f"{ACCOUNT}/passkeys/{number}/weg").status_code == 303
    assert log_in_by_passkey(desk, key, desk.browser()).status_code == 422
    assert post(desk, f"{ACCOUNT}/passkeys/{number}/weg").status_code == 404


def test_an_invitation_is_accepted_with_a_passkey_straight_away(desk):
    with desk.store.writing() as session:
        token = accounts.invite(session, Role.EDITOR, address="bert@voorbeeld.nl", now=desk.clock())
    bert, key = desk.browser(), Authenticator()
    path = f"/redactie/uitnodiging/{token}"
    question = post(desk, f"{path}/vraag", bert, address="")
    assert question.json()["user"]["name"] == "bert@voorbeeld.nl"
    answer = post(desk, path, bert, credential=key.create(question.text))
    assert (answer.status_code, answer.headers["location"]) == (303, "/redactie/inloggen?melding=welkom")
    assert log_in_by_passkey(desk, key, bert).status_code == 303
    assert is_in(bert)
    with desk.store.reading() as session:
        row = session.scalars(sa.select(Account).where(Account.address_key == "bert@voorbeeld.nl")).one()
    assert row.password_hash == ""
    page = words(bert.get(ACCOUNT))
    assert "Je hebt geen wachtwoord" in page
    number = re.search(r"/passkeys/(\d+)/weg", bert.get(ACCOUNT).text).group(1)
    refused = post(desk, f"{ACCOUNT}/passkeys/{number}/weg", bert)
    assert "enige manier" in problem(refused)


def test_an_invitation_without_a_name_asks_for_the_address_first(desk):
    with desk.store.writing() as session:
        token = accounts.invite(session, Role.EDITOR, now=desk.clock())
    bert, key = desk.browser(), Authenticator()
    path = f"/redactie/uitnodiging/{token}"
    assert post(desk, f"{path}/vraag", bert, address="geen adres").status_code == 422
    question = post(desk, f"{path}/vraag", bert, address="Bert@Voorbeeld.NL")
    said = key.create(question.text)
    assert post(desk, path, bert, address="carla@voorbeeld.nl", credential=said).status_code == 422
    question = post(desk, f"{path}/vraag", bert, address="Bert@Voorbeeld.NL")
    assert post(desk, path, bert, address="bert@voorbeeld.nl", credential=key.create(question.text)).status_code == 303


def test_a_reader_looks_after_the_own_account_too(desk):
    desk.sign_in(Role.READER)
    secret, codes = set_app(desk)
    assert secret
    assert len(codes) == 10


def test_an_account_with_a_region_decides_about_that_region_only(desk):
    here, elsewhere, nowhere = desk.offer(
        samples.article("een"),
        samples.article("twee", "Bericht uit Zeeland", reading=samples.reading(regions=(samples.Region("Zeeland"),))),
        samples.article("drie", "Bericht van nergens", reading=samples.reading(regions=())),
    )
    with desk.store.writing() as session:
        session.execute(sa.update(Account).where(Account.address_key == ANNA).values(scope=["Noord-Brabant"]))
    with desk.nothing_changes(elsewhere):
        for answer in (
            desk.decide(elsewhere, "reject", reason="off_topic"),
            desk.client.post(f"/redactie/items/{elsewhere}/shorten", data={"revision": "1"}),
            desk.client.post(f"/redactie/items/{elsewhere}/edit", data={"revision": "1", "title": "x"}),
            desk.client.post(f"/redactie/items/{elsewhere}/correct", data={"revision": "1", "title": "x"}),
            desk.client.post("/redactie/selectie", data={"gekozen": f"{elsewhere}:1", "action": "reject"}),
        ):
            assert answer.status_code == 403
            assert "waarover jij niet beslist" in words(answer)
    for item in (here, nowhere):
        assert desk.decide(item, "reject", reason="off_topic").status_code == 303
