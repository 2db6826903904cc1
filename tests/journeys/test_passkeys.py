"""Ways into the newsroom in Chromium with its virtual authenticator: passkey, app, recovery code, and their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from store import accounts, totp
from store.database import Store, open_store
from store.values import Role
from tests.parts import service, sqlite
from tests.parts.axe import axe_problems
from tests.parts.browser import Visitor
from tests.parts.editors import PASSWORD, accept_invitation, log_in

pytestmark = pytest.mark.journey

ACCOUNT = "/redactie/mijn-account"
OTHER = "kaars vlieger tapijt onweer"
PHONE = {"width": 320, "height": 640}


@dataclass(frozen=True)
class Room:
    running: service.Service
    store: Store

    def invitation(self, address: str, role: Role = Role.EDITOR) -> str:
        with self.store.writing() as session:
            token = accounts.invite(session, role, address=address, now=datetime.now(UTC))
        return f"/redactie/uitnodiging/{token}"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("ways-in")
    url = sqlite.fresh_copy(sqlite_template, folder)
    store = open_store(url)
    running = service.start(folder, store={"url": url})
    yield Room(running, store)
    store.close()
    running.stop()


class Key:
    """A virtual authenticator in one browser page: it verifies whoever holds it, until told otherwise."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = {"authenticatorId": made["authenticatorId"]}

    def verify(self, *, wanted: bool) -> None:
        self._session.send("WebAuthn.setUserVerified", {**self._id, "isUserVerified": wanted})

    @property
    def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._session.send("WebAuthn.getCredentials", self._id)["credentials"]
        return found


@pytest.fixture
def visitor(room: Room, new_visitor: Callable[..., Visitor]) -> Visitor:
    return new_visitor(room.running.url)


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log uit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen")


def add_passkey(page: Page, name: str) -> None:
    page.goto(page.url.partition("/redactie")[0] + ACCOUNT)
    page.get_by_label("Naam voor een nieuwe passkey").fill(name)
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_text(name, exact=True)).to_be_visible()


def set_app(page: Page) -> tuple[str, list[str]]:
    """Set up an app. Gives its secret and the recovery codes that were shown."""
    page.goto(page.url.partition("/redactie")[0] + ACCOUNT)
    page.get_by_role("button", name="Stel een app in").click()
    picture = page.get_by_role("img")
    expect(picture).to_be_visible()
    page.wait_for_load_state("load")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100"), "the picture did not load"
    page.get_by_text("Of typ de sleutel over").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(code_now(secret))
    page.get_by_role("button", name="Gebruik deze app").click()
    expect(page.get_by_role("heading", name="Je herstelcodes")).to_be_visible()
    return secret, page.locator(".codes code").all_inner_texts()


def code_now(secret: str, steps: int = 0) -> str:
    return totp.code_at(secret, totp.step_of(datetime.now(UTC)) + steps)


def type_password(visitor: Visitor, address: str, password: str = PASSWORD) -> None:
    visitor.open("/redactie/inloggen")
    visitor.page.get_by_label("E-mailadres").fill(address)
    visitor.page.get_by_label("Wachtwoord").fill(password)
    visitor.page.get_by_role("button", name="Log in").click()


def type_code(page: Page, typed: str) -> None:
    page.locator("#code").fill(typed)
    page.get_by_role("button", name="Ga verder").click()


def test_a_passkey_is_made_and_opens_the_newsroom_after_logging_out(room, visitor):
    page, key = visitor.page, Key(visitor.page)
    accept_invitation(visitor, room.invitation("anna@voorbeeld.nl"))
    expect(page.locator(".desk-factor")).to_contain_text("alleen een wachtwoord")
    add_passkey(page, "laptop werk")
    expect(page.locator(".codes code")).to_have_count(10)
    (made,) = key.credentials
    assert made["isResidentCredential"]
    assert made["rpId"] == "localhost"
    visitor.open("/redactie")
    expect(page.locator(".desk-factor")).to_have_count(0)
    log_out(page)
    page.get_by_role("button", name="Gebruik je passkey").click()
    expect(page.locator(".desk-who")).to_contain_text("anna@voorbeeld.nl")
    visitor.open(ACCOUNT)
    expect(page.locator("#sessies ~ .rows")).to_contain_text("met een passkey")


def test_without_the_finger_of_its_owner_a_passkey_opens_nothing(room, visitor):
    page, key = visitor.page, Key(visitor.page)
    accept_invitation(visitor, room.invitation("bert@voorbeeld.nl"))
    add_passkey(page, "telefoon")
    log_out(page)
    key.verify(wanted=False)
    page.get_by_role("button", name="Gebruik je passkey").click()
    expect(page.locator("[data-said]")).to_contain_text("niet gelukt")
    key.verify(wanted=True)
    page.get_by_role("button", name="Gebruik je passkey").click()
    expect(page.locator(".desk-who")).to_contain_text("bert@voorbeeld.nl")


def test_somebody_who_is_invited_takes_a_passkey_straight_away(room, visitor):
    page, _ = visitor.page, Key(visitor.page)
    visitor.open(room.invitation("carla@voorbeeld.nl"))
    page.get_by_role("button", name="Neem een passkey").click()
    expect(page.get_by_role("status")).to_have_text("Je account staat klaar. Log nu in.")
    page.get_by_role("button", name="Gebruik je passkey").click()
    expect(page.locator(".desk-who")).to_contain_text("carla@voorbeeld.nl")


def test_a_code_of_an_app_then_a_recovery_code_opens_it_once(room, visitor):
    page, address = visitor.page, "dirk@voorbeeld.nl"
    accept_invitation(visitor, room.invitation(address))
    secret, codes = set_app(page)
    log_out(page)
    type_password(visitor, address)
    type_code(page, "000000")
    expect(page.get_by_role("alert")).to_contain_text("klopt niet")
    type_code(page, code_now(secret, 1))
    expect(page.locator(".desk-who")).to_contain_text(address)
    for expected in (".desk-who", "[role=alert]"):
        log_out(page) if page.locator(".desk-who").count() else None
        type_password(visitor, address)
        type_code(page, codes[0])
        expect(page.locator(expected)).to_be_visible()


def test_a_new_password_ends_the_session_in_the_other_browser(room, visitor, new_visitor):
    address = "eva@voorbeeld.nl"
    accept_invitation(visitor, room.invitation(address))
    other = log_in(new_visitor(room.running.url), address)
    page = visitor.page
    visitor.open(ACCOUNT)
    page.get_by_text("Kies een ander wachtwoord").click()
    page.get_by_label("Nieuw wachtwoord").fill(OTHER)
    page.get_by_role("button", name="Bewaar het wachtwoord").click()
    expect(page.locator(".desk-message")).to_contain_text("Je nieuwe wachtwoord is bewaard")
    other.visitor.open("/redactie")
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Inloggen")
    type_password(other.visitor, address, OTHER)
    expect(other.page.locator(".desk-who")).to_contain_text(address)


def test_without_javascript_password_and_code_still_open_the_door(room, new_visitor):
    address = "fons@voorbeeld.nl"
    visitor = new_visitor(room.running.url, javascript=False)
    page = visitor.page
    accept_invitation(visitor, room.invitation(address))
    visitor.open("/redactie/mijn-account")
    expect(page.get_by_role("button", name="Maak een passkey")).to_be_hidden()
    secret, _ = set_app(page)
    visitor.open("/redactie")
    log_out(page)
    expect(page.get_by_role("button", name="Gebruik je passkey")).to_be_hidden()
    type_password(visitor, address)
    type_code(page, code_now(secret, 1))
    expect(page.locator(".desk-who")).to_contain_text(address)


def test_the_keyboard_alone_makes_a_passkey_and_logs_in_with_it(room, visitor):
    page, _ = visitor.page, Key(visitor.page)
    accept_invitation(visitor, room.invitation("gijs@voorbeeld.nl"))
    visitor.open(ACCOUNT)
    page.locator("#name").focus()
    page.keyboard.type("toetsenbord")
    page.keyboard.press("Enter")
    expect(page.get_by_text("toetsenbord", exact=True)).to_be_visible()
    page.get_by_role("button", name="Log uit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen")
    button = page.get_by_role("button", name="Gebruik je passkey")
    while not button.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-who")).to_contain_text("gijs@voorbeeld.nl")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "desk"])
def test_every_page_about_accounts_is_accessible_and_fits(room, new_visitor, scheme, viewport):
    visitor = new_visitor(room.running.url, color_scheme=scheme, viewport=viewport)
    page, _ = visitor.page, Key(visitor.page)
    address = f"{scheme}{viewport['width']}@voorbeeld.nl"

    def looks_right(what: str) -> None:
        assert axe_problems(page) == [], what
        wide = page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth")
        assert wide <= 0, f"{what} is {wide} px too wide"

    invitation = room.invitation(address, Role.ADMINISTRATOR)
    visitor.open(invitation)
    looks_right("the invitation")
    accept_invitation(visitor, invitation)
    visitor.open(ACCOUNT)
    looks_right("an account without a second step")
    page.get_by_role("button", name="Stel een app in").click()
    page.get_by_text("Of typ de sleutel over").click()
    looks_right("setting up an app")
    add_passkey(page, "laptop")
    looks_right("new recovery codes")
    for path in (f"{ACCOUNT}/bevestig?naar=accounts", "/redactie/accounts"):
        visitor.open(path)
        for summary in page.locator("main summary").all():
            summary.click()
        looks_right(path)
    log_out(page)
    looks_right("logging in")
    type_password(visitor, address)
    looks_right("the second step")
