"""The door of the newsroom: invitation, login, logout, who may do what, and pages that nobody forgot to lock."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from store import accounts
from store.settings import Settings
from store.values import Role
from tests.parts import samples
from tests.parts.config import settings_in
from tests.parts.desk import PASSWORD, Desk, problem, words
from tests.service.desk_routes import ADMINISTRATORS, ALL, DECIDE, OPEN, OWN, ROUTES, filled, routes_of, who

NOTHING = {"content": b"", "headers": {"content-type": "application/x-www-form-urlencoded"}}
"""What a browser posts for a form with a button and no fields."""


@pytest.fixture
def desk(store, settings, clock):
    return Desk(store, settings, clock)


def log_in(desk, address="anna@voorbeeld.nl", password=PASSWORD, client=None):
    return (client or desk.client).post("/redactie/inloggen", data={"address": address, "password": password})


def counted(desk):
    """How many rows every table has, and what the item is."""
    from sqlmodel import SQLModel

    with desk.store.reading() as session:
        return {
            table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        } | {"sources": str(session.execute(sa.select(SQLModel.metadata.tables["source"])).all())}


def test_an_invitation_leads_to_an_account_and_a_login(desk):
    with desk.store.writing() as session:
        token = accounts.invite(session, Role.ADMINISTRATOR, now=desk.clock())
    page = desk.client.get(f"/redactie/uitnodiging/{token}")
    assert page.status_code == 200
    assert "beheerder" in words(page)
    sent = {"address": "anna@voorbeeld.nl", "password": PASSWORD}
    answer = desk.client.post(f"/redactie/uitnodiging/{token}", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/redactie/inloggen?melding=welkom")
    assert desk.client.post(f"/redactie/uitnodiging/{token}", data=sent).status_code == 404
    assert desk.client.get(f"/redactie/uitnodiging/{token}").status_code == 404
    answer = log_in(desk)
    assert (answer.status_code, answer.headers["location"]) == (303, "/redactie")
    assert desk.client.get("/redactie").status_code == 200


@pytest.mark.parametrize("password", ["kort", "mensenhandel123456", ""])
def test_a_weak_password_gives_a_sentence_and_the_invitation_still_works(desk, password):
    with desk.store.writing() as session:
        token = accounts.invite(session, Role.EDITOR, now=desk.clock())
    path = f"/redactie/uitnodiging/{token}"
    answer = desk.client.post(path, data={"address": "anna@voorbeeld.nl", "password": password})
    assert answer.status_code == 422
    assert "wachtwoord" in problem(answer)
    assert 'value="anna@voorbeeld.nl"' in answer.text, "the address that was typed must still stand there"
    assert desk.client.post(path, data={"address": "anna@voorbeeld.nl", "password": PASSWORD}).status_code == 303


def test_the_cookie_on_loopback_is_narrow_and_locked(desk):
    desk.account()
    cookies = log_in(desk).headers.get_list("set-cookie")
    session = next(each for each in cookies if each.startswith("sid="))
    assert re.fullmatch(r"sid=[\w-]{43}; HttpOnly; Path=/redactie; SameSite=strict", session)


def test_the_cookie_on_https_has_the_host_prefix(store, tmp_path, store_url, clock):
    settings: Settings = settings_in(
        tmp_path, store={"url": store_url}, site={"base_url": "https://redactie.voorbeeld.nl"}
    )
    desk = Desk(store, settings, clock)
    desk.account()
    cookies = log_in(desk).headers.get_list("set-cookie")
    session = next(each for each in cookies if "sid=" in each)
    assert re.fullmatch(r"__Host-sid=[\w-]{43}; HttpOnly; Path=/; SameSite=strict; Secure", session)
    assert all(each.startswith("__Host-") and "Secure" in each for each in cookies)
    assert desk.client.get("/redactie").status_code == 200


def test_no_public_page_sets_a_cookie(desk):
    desk.sign_in()
    for path in ("/", "/nieuws", "/aanmelden"):
        assert "set-cookie" not in desk.client.get(path).headers


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(desk):
    desk.account()
    wrong = log_in(desk, password="een heel ander wachtwoord")
    unknown = log_in(desk, address="anna@voorbeeld.be", password="een heel ander wachtwoord")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("voorbeeld.nl", "") == unknown.text.replace("voorbeeld.be", "")
    assert "set-cookie" not in wrong.headers


def test_too_many_wrong_passwords_must_wait_and_the_right_one_too(desk):
    desk.account()
    for _ in range(5):
        assert log_in(desk, password="verkeerd").status_code == 422
    answer = log_in(desk)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "2"
    assert "Wacht 2 seconden" in problem(answer)
    desk.clock.advance(seconds=2)
    assert log_in(desk).status_code == 303


def test_a_stranger_cannot_keep_out_a_browser_that_was_here_before(desk):
    desk.account()
    log_in(desk)
    stranger = desk.browser()
    while log_in(desk, password="verkeerd", client=stranger).status_code == 422:
        pass
    assert log_in(desk, client=stranger).status_code == 429
    assert log_in(desk).status_code == 303


def test_one_network_may_try_thirty_times_an_hour_whatever_the_address(desk):
    desk.account()
    stranger = desk.browser()
    for number in range(30):
        assert log_in(desk, f"iemand{number}@voorbeeld.nl", client=stranger).status_code == 422
    answer = log_in(desk, client=stranger)
    assert answer.status_code == 429
    assert "Vanaf dit netwerk" in problem(answer)
    desk.clock.advance(hours=1)
    assert log_in(desk, client=stranger).status_code == 303


@pytest.mark.parametrize("address", ["", "geen adres", "a\x00b@voorbeeld.nl", "x" * 100_000, "\u202eanna@voorbeeld.nl"])
def test_what_is_no_address_gets_the_usual_answer(desk, address):
    assert log_in(desk, address=address).status_code == 422


def test_a_very_long_password_costs_nothing_and_does_not_fit(desk):
    desk.account()
    assert log_in(desk, password="x" * 400_000).status_code == 422


def test_every_login_has_a_new_session_and_the_old_one_of_the_browser_ends(desk):
    desk.account()
    log_in(desk)
    first = desk.client.cookies["sid"]
    log_in(desk)
    second = desk.client.cookies["sid"]
    assert first != second
    desk.client.cookies.clear()
    desk.client.cookies.set("sid", first)
    assert desk.client.get("/redactie").status_code == 303


def test_a_session_that_a_stranger_set_is_never_taken_over(desk):
    desk.account()
    planted = "a" * 43
    answer = desk.client.post(
        "/redactie/inloggen",
        data={"address": "anna@voorbeeld.nl", "password": PASSWORD},
        headers={"cookie": f"sid={planted}"},
    )
    assert answer.status_code == 303
    assert planted not in answer.headers["set-cookie"]
    stranger = desk.browser()
    stranger.cookies.set("sid", planted)
    assert stranger.get("/redactie").status_code == 303


def test_logging_out_ends_the_session_and_clears_the_browser(desk):
    desk.sign_in()
    token = desk.client.cookies["sid"]
    assert desk.client.get("/redactie/uitloggen").status_code in {404, 405}, "a GET must not log anybody out"
    answer = desk.client.post("/redactie/uitloggen", **NOTHING)
    assert (answer.status_code, answer.headers["location"]) == (303, "/redactie/inloggen?melding=uitgelogd")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    desk.client.cookies.clear()
    desk.client.cookies.set("sid", token)
    assert desk.client.get("/redactie").status_code == 303


def test_an_idle_session_ends_and_a_used_one_stays(desk):
    desk.sign_in()
    for _ in range(4):
        desk.clock.advance(minutes=desk.settings.desk.session_idle_minutes - 1)
        assert desk.client.get("/redactie").status_code == 200
    desk.clock.advance(minutes=desk.settings.desk.session_idle_minutes)
    answer = desk.client.get("/redactie")
    assert (answer.status_code, answer.headers["location"]) == (303, "/redactie/inloggen")


def test_after_twelve_hours_even_a_used_session_ends(desk):
    desk.sign_in()
    end = desk.clock() + timedelta(hours=12)
    while desk.clock() < end - timedelta(minutes=20):
        desk.clock.advance(minutes=20)
        assert desk.client.get("/redactie").status_code == 200
    desk.clock.advance(minutes=20)
    assert desk.client.get("/redactie").status_code == 303


def test_without_a_session_no_page_opens_and_nothing_changes(desk):
    (item,) = desk.offer(samples.article())
    before = counted(desk)
    routes = routes_of(desk.app)
    assert len(routes) >= 20, "the newsroom's routes were not found"
    for path, method in routes:
        if who(path, method) == OPEN:
            continue
        sent = {"verdict": "approve", "revision": str(desk.waiting(item))}
        for cookie in (None, "", "x" * 43, "x" * 5000, "é"):
            client = desk.browser()
            headers = {} if cookie is None else {"cookie": f"sid={cookie}".encode("latin-1")}
            answer = client.request(
                method, filled(path, item), data=sent if method == "POST" else None, headers=headers
            )
            assert answer.status_code == 303, f"{method} {path} answered {answer.status_code} to nobody: use `require`"
            assert answer.headers["location"].startswith("/redactie/inloggen")
    assert counted(desk) == before
    assert desk.row(item).approved_revision_id is None


def test_a_reader_sees_the_newsroom_and_changes_nothing(desk):
    (item,) = desk.offer(samples.article())
    desk.sign_in(Role.READER)
    page = desk.client.get(f"/redactie?item={item}")
    assert page.status_code == 200
    assert "Keur goed" not in page.text
    before = counted(desk)
    for path, method in routes_of(desk.app):
        if who(path, method) in {OPEN, OWN, ALL} or method != "POST":
            continue
        answer = desk.client.post(filled(path, item), **NOTHING)
        assert answer.status_code == 403, f"POST {path} answered {answer.status_code} to a reader"
    assert counted(desk) == before


def test_an_editor_does_not_see_what_is_for_administrators(desk):
    desk.sign_in(Role.EDITOR)
    for path, method in routes_of(desk.app):
        if who(path, method) == ADMINISTRATORS:
            answer = desk.client.request(method, filled(path, 1), **(NOTHING if method == "POST" else {}))
            assert answer.status_code == 403, f"{method} {path} answered {answer.status_code} to an editor"


def test_every_role_is_decided_for_every_route(desk):
    found = {f"{method} {path}" for path, method in routes_of(desk.app)}
    assert found - set(ROUTES) == set(), "name these routes in tests/service/desk_routes.py"
    assert set(ROUTES) - found == set(), "these routes are gone: take them out of tests/service/desk_routes.py"
    assert set(ROUTES.values()) == {OPEN, OWN, ALL, DECIDE, ADMINISTRATORS}


@pytest.mark.parametrize("role", Role)
def test_every_role_meets_the_door_that_was_decided_for_it(desk, role):
    (item,) = desk.offer(samples.article())
    desk.sign_in(Role.ADMINISTRATOR, "baas@voorbeeld.nl")
    desk.sign_in(role)
    token = desk.client.cookies["sid"]
    closed = {ADMINISTRATORS: role is not Role.ADMINISTRATOR, DECIDE: role is Role.READER}
    for path, method in routes_of(desk.app):
        client = desk.browser()
        client.cookies.set("sid", token)
        if (method, path) == ("POST", "/redactie/uitloggen"):
            continue
        answer = client.request(method, filled(path, item), **(NOTHING if method == "POST" else {}))
        refused = answer.status_code == 403
        assert refused == closed.get(who(path, method), False), f"{method} {path}: {answer.status_code} for {role}"


def test_without_a_second_factor_only_the_own_account_opens_after_the_days_of_grace(desk):
    (item,) = desk.offer(samples.article())
    desk.account(Role.ADMINISTRATOR)
    desk.clock.advance(days=7)
    assert log_in(desk).status_code == 303
    before = counted(desk)
    for path, method in routes_of(desk.app):
        if who(path, method) in {OPEN, OWN}:
            continue
        answer = desk.client.request(method, filled(path, item), **(NOTHING if method == "POST" else {}))
        assert answer.headers.get("location") == "/redactie/mijn-account", f"{method} {path}: {answer.status_code}"
    assert counted(desk) == before
    assert "Stel eerst een tweede stap in" in words(desk.client.get("/redactie/mijn-account"))


def test_a_post_from_another_site_changes_nothing(desk):
    (item,) = desk.offer(samples.article())
    desk.sign_in(Role.ADMINISTRATOR)
    sent = {"verdict": "approve", "revision": str(desk.waiting(item))}
    with desk.nothing_changes(item):
        for headers in (
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "", "origin": "https://elders.example"},
            {"sec-fetch-site": "", "origin": "null"},
        ):
            for path, method in routes_of(desk.app):
                if method == "POST":
                    answer = desk.client.post(filled(path, item), data=sent, headers=headers)
                    assert answer.status_code == 403, f"POST {path} with {headers} answered {answer.status_code}"


def test_no_get_changes_anything_but_who_looks(desk):
    (item,) = desk.offer(samples.article())
    desk.sign_in(Role.ADMINISTRATOR)
    before = counted(desk)
    for path, method in routes_of(desk.app):
        if method == "GET":
            desk.client.get(filled(path, item))
    assert counted(desk) == before | {"claim": counted(desk)["claim"]}


def test_desk_pages_are_never_kept_or_found(desk):
    desk.sign_in(Role.ADMINISTRATOR)
    for path, method in routes_of(desk.app):
        if method == "GET":
            headers = desk.client.get(filled(path, 1)).headers
            assert headers["cache-control"] == "no-store", path
            assert headers["x-robots-tag"] == "noindex, nofollow", path
            assert "unsafe-inline" not in headers["content-security-policy"], path


def test_an_administrator_invites_closes_and_sees_the_link_once(desk):
    desk.sign_in(Role.ADMINISTRATOR)
    answer = desk.client.post("/redactie/accounts", data={"address": "bert@voorbeeld.nl", "role": "editor"})
    link = re.search(r'value="(http://localhost[^"]*/redactie/uitnodiging/[\w-]{43})"', answer.text)
    assert link, f"the one-time link must be shown, but the answer was {answer.status_code}"
    assert "uitnodiging/" not in desk.client.get("/redactie/accounts").text
    path = link.group(1).partition("/redactie")[2]
    page = desk.browser().get(f"/redactie{path}")
    assert 'value="bert@voorbeeld.nl" readonly' in page.text
    desk.browser().post(f"/redactie{path}", data={"address": "bert@voorbeeld.nl", "password": PASSWORD})
    bert = desk.browser()
    assert log_in(desk, "bert@voorbeeld.nl", client=bert).status_code == 303
    with desk.store.reading() as session:
        account = accounts.find(session, "bert@voorbeeld.nl")
    assert desk.client.post(f"/redactie/accounts/{account}/sluiten", **NOTHING).status_code == 303
    assert bert.get("/redactie").status_code == 303
    assert log_in(desk, "bert@voorbeeld.nl", client=bert).status_code == 422


def test_the_last_administrator_is_not_closed(desk):
    me = desk.sign_in(Role.ADMINISTRATOR)
    answer = desk.client.post(f"/redactie/accounts/{me}/sluiten", **NOTHING)
    assert answer.status_code == 422
    assert "laatste beheerder" in problem(answer)
    assert desk.client.get("/redactie").status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"address": "geen adres", "role": "editor"}, "geen e-mailadres"),
        ({"address": "", "role": "editor"}, "e-mailadres"),
        ({"address": "bert@voorbeeld.nl", "role": "baas"}, "rol"),
        ({"address": "bert@voorbeeld.nl", "role": "editor", "id": "1"}, "veld"),
        ({"address": "bert@voorbeeld.nl", "role": "editor", "password_hash": "x"}, "veld"),
    ],
)
def test_an_invitation_that_does_not_fit_is_explained(desk, sent, said):
    desk.sign_in(Role.ADMINISTRATOR)
    answer = desk.client.post("/redactie/accounts", data=sent)
    assert answer.status_code == 422
    assert said in problem(answer)
