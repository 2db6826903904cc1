"""Administrators and accounts: invitations with a region, other roles, lost factors, and the mails about them."""

from __future__ import annotations

import email
import email.policy
import json
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from service.app import create_running
from service.cli import main
from service.jobs import deliver_due
from store import account_mail, accounts, passwords, staff
from store.account_mail import Change
from store.tables import Account, StaffNotice
from store.values import PROVINCES, Role
from tests.parts.config import write_config
from tests.parts.desk import PASSWORD, Desk, problem, words

NOTHING = {"content": b"", "headers": {"content-type": "application/x-www-form-urlencoded"}}
BERT = "bert@voorbeeld.nl"


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in(Role.ADMINISTRATOR, "baas@voorbeeld.nl")
    return made


@pytest.fixture
def bert(desk):
    return desk.account(Role.EDITOR, BERT)


def log_in(desk, client, address=BERT, password=PASSWORD):
    return client.post("/redactie/inloggen", data={"address": address, "password": password})


def link_on(page):
    found = re.search(r'value="http://localhost:8000(/redactie/uitnodiging/[\w-]{43})"', page.text)
    assert found, f"no one-time link is shown:\n{words(page)[:500]}"
    return found.group(1)


def row(desk, address=BERT):
    with desk.store.reading() as session:
        return session.scalars(sa.select(Account).where(Account.address_key == address)).one()


def test_an_invitation_carries_a_role_and_provinces(desk):
    sent = {"address": BERT, "role": "editor", "scope": ["Zeeland", "Drenthe"]}
    path = link_on(desk.client.post("/redactie/accounts", data=sent))
    stranger = desk.browser()
    assert "redacteur voor Drenthe en Zeeland" in words(stranger.get(path))
    stranger.post(path, data={"address": BERT, "password": PASSWORD})
    assert (row(desk).role, row(desk).scope) == ("editor", ["Drenthe", "Zeeland"])
    assert "Drenthe en Zeeland" in words(desk.client.get("/redactie/accounts"))


def test_all_provinces_are_no_region(desk):
    path = link_on(desk.client.post("/redactie/accounts", data={"address": BERT, "role": "editor", "scope": PROVINCES}))
    desk.browser().post(path, data={"address": BERT, "password": PASSWORD})
    assert row(desk).scope == []


def test_another_role_ends_the_sessions_and_is_seen_in_the_list(desk, bert):
    client = desk.browser()
    log_in(desk, client)
    sent = {"role": "reader", "scope": ["Limburg"]}
    answer = desk.client.post(f"/redactie/accounts/{bert}/rol", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/redactie/accounts?melding=rol-nieuw")
    assert client.get("/redactie").status_code == 303
    assert (row(desk).role, row(desk).scope) == ("reader", ["Limburg"])
    page = words(desk.client.get("/redactie/accounts"))
    assert "lezer · Limburg" in page
    assert "De rol of de regio is veranderd. Door baas@voorbeeld.nl." in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"role": "baas"}, "rol"),
        ({"role": "editor", "scope": "Atlantis"}, "provincie"),
        ({"role": "editor", "x": "1"}, "veld"),
    ],
)  # fmt: skip
def test_a_change_that_does_not_fit_changes_nothing(desk, bert, sent, said):
    answer = desk.client.post(f"/redactie/accounts/{bert}/rol", data=sent)
    assert answer.status_code == 422
    assert said in problem(answer)
    assert (row(desk).role, row(desk).scope) == ("editor", [])


def test_the_last_administrator_keeps_the_role(desk):
    me = row(desk, "baas@voorbeeld.nl").id
    answer = desk.client.post(f"/redactie/accounts/{me}/rol", data={"role": "editor"})
    assert (answer.status_code, "laatste beheerder" in problem(answer)) == (422, True)


def test_a_lost_factor_is_reset_with_a_link_that_is_shown_once(desk, bert):
    client = desk.browser()
    log_in(desk, client)
    answer = desk.client.post(f"/redactie/accounts/{bert}/herstellen", **NOTHING)
    path = link_on(answer)
    assert "alle tweede stappen van bert@voorbeeld.nl zijn weg" in words(answer)
    assert "uitnodiging/" not in desk.client.get("/redactie/accounts").text
    assert client.get("/redactie").status_code == 303
    assert log_in(desk, client).status_code == 422, "the old password opens nothing"
    client.post(path, data={"address": BERT, "password": PASSWORD})
    assert log_in(desk, client).status_code == 303
    assert client.get(path).status_code == 404


def test_nobody_resets_the_own_account(desk):
    me = row(desk, "baas@voorbeeld.nl").id
    answer = desk.client.post(f"/redactie/accounts/{me}/herstellen", **NOTHING)
    assert (answer.status_code, "andere beheerder" in problem(answer)) == (422, True)
    assert row(desk, "baas@voorbeeld.nl").password_hash


def test_what_gives_access_asks_again_who_you_are_after_five_minutes(desk, bert):
    desk.clock.advance(minutes=5)
    for act in ("rol", "herstellen"):
        answer = desk.client.post(f"/redactie/accounts/{bert}/{act}", data={"role": "administrator"})
        assert answer.headers["location"] == "/redactie/mijn-account/bevestig?naar=accounts"
    assert row(desk).role == "editor"
    assert row(desk).password_hash


def test_an_account_that_does_not_exist_is_not_found(desk):
    for act, sent in (("rol", {"role": "editor"}), ("herstellen", {}), ("sluiten", {})):
        form = {"headers": NOTHING["headers"]}
        assert desk.client.post(f"/redactie/accounts/999/{act}", data=sent or None, **form).status_code == 404


def test_at_most_four_passwords_are_made_at_once(desk):
    """A fifth waits a moment, and then is asked to come back: logins cannot eat the memory (TRUST 4.3)."""
    with desk.store.writing() as session:
        token = accounts.invite(session, Role.EDITOR, address=BERT, now=desk.clock())
    held = [passwords._room() for _ in range(passwords.AT_ONCE)]
    for each in held:
        each.__enter__()
    try:
        answer = desk.browser().post(f"/redactie/uitnodiging/{token}", data={"address": BERT, "password": PASSWORD})
    finally:
        for each in held:
            each.__exit__(None, None, None)
    assert answer.status_code == 503
    again = desk.browser().post(f"/redactie/uitnodiging/{token}", data={"address": BERT, "password": PASSWORD})
    assert again.status_code == 303, "the link still holds"


@pytest.mark.parametrize("change", [each for each in Change if each is not Change.MANY_FAILURES])
def test_every_change_is_mailed_neutrally_and_without_a_secret(desk, bert, change):
    with desk.store.writing() as session:
        account_mail.write(session, bert, change, now=desk.clock(), by=bert)
    deliver_due(create_running(desk.settings, desk.store, desk.clock))
    folder = desk.settings.path(desk.settings.mail.folder)
    (file,) = sorted(folder.glob("*-factor-*.eml"))
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["To"] == BERT
    assert mail["Subject"] == "Je account: er is iets veranderd"
    text, markup = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for body in (text, markup):
        assert "Was jij dit niet?" in body
        assert "/redactie/mijn-account" in body
        assert "uitnodiging" not in re.sub(r"met een uitnodiging", "", body), "a mail holds no link that opens anything"
    assert "None" not in text
    with desk.store.reading() as session:
        assert session.scalars(sa.select(StaffNotice.state)).one() == "sent"


def test_a_closed_account_gets_no_mail(desk, bert):
    with desk.store.writing() as session:
        account_mail.write(session, bert, Change.PASSWORD, now=desk.clock())
        staff.disable(session, bert, now=desk.clock())
    deliver_due(create_running(desk.settings, desk.store, desk.clock))
    with desk.store.reading() as session:
        assert session.scalars(sa.select(StaffNotice.state)).one() == "dropped"


def test_the_command_line_invites_lists_resets_and_disables(tmp_path, store_url, store, capsys):
    config = str(write_config(tmp_path, store={"url": store_url}))

    def run(*words, code=0):
        with pytest.raises(SystemExit) as ended:
            main(["--config", config, "accounts", *words])
        said = capsys.readouterr()
        assert ended.value.code == code, said
        return said.out

    link = json.loads(run("invite", BERT, "--region", "Zeeland", "--region", "Limburg", "--json"))
    assert set(link) == {"url"}
    token = link["url"].rpartition("/")[2]
    with store.writing() as session:
        accounts.accept(session, token, "", "hash", now=datetime.now(UTC))
    (listed,) = json.loads(run("list", "--json"))
    assert (listed["address"], listed["regions"], listed["factors"]) == (BERT, ["Zeeland", "Limburg"], [])
    assert "Zeeland, Limburg" in run("list")
    assert set(json.loads(run("reset", BERT, "--json"))) == {"url"}
    assert "http://localhost" in run("reset", BERT)
    with store.reading() as session:
        assert session.scalars(sa.select(Account.password_hash)).one() == ""
    run("invite", BERT, "--region", "Atlantis", code=2)
    run("reset", "niemand@voorbeeld.nl", code=2)
    run("disable", BERT)
    run("reset", BERT, code=2)
