"""Editors at work in Chromium: how they get in, and how they decide with the keyboard alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Response, expect

from tests.parts.browser import Visitor

PASSWORD = "fiets lamp wolk dromedaris"
"""Nobody's password: four words, longer than the fifteen characters that are asked."""

DECIDING = frozenset("ai1234567")
"""The keys that post a verdict."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody in the newsroom, at a browser of their own."""

    visitor: Visitor
    address: str

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def cookie(self) -> dict[str, str]:
        """The session, for requests that go past the browser."""
        return {each["name"]: each["value"] for each in self.visitor.context.cookies(self.visitor.site + "/redactie")}

    def press(self, *keys: str) -> None:
        """Press keys where the focus is now, as a hand on the keyboard does."""
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, key: str) -> Response:
        """Press a key that leads to another page, wait until that page is there, and give its answer.

        Before a verdict the item is looked at for as long as a verdict needs to count.
        """
        if key in DECIDING:
            self.look()
        with self.page.expect_navigation(wait_until="load") as gone:
            self.page.keyboard.press(key)
        assert gone.value is not None, f"the key {key} led to no new page"
        return gone.value

    def search(self, words: str) -> None:
        """Find items in the queue by keyboard: `/`, the words, Enter."""
        self.visitor.open("/redactie")
        self.press("/")
        expect(self.page.locator("#q")).to_be_focused()
        self.page.keyboard.type(words)
        self.go("Enter")

    def approve(self) -> Response:
        """Approve what is open, with the keyboard: `g` says of each mark that it is no person, `a` approves."""
        for _ in range(self.page.locator("[data-question]").count()):
            self.press("g")
        return self.go("a")

    def look(self) -> None:
        """Look at what is open for as long as a verdict needs to count."""
        looked_at(self.page)

    def withdraw(self, reason: str) -> Response:
        """Take what is open off the site, with the keyboard: `w`, the reason, Enter."""
        self.look()
        self.press("w")
        expect(self.page.locator("[data-withdraw] input[name=reason]")).to_be_focused()
        self.page.keyboard.type(reason)
        return self.go("Enter")


def looked_at(page: Page) -> None:
    """Wait until the item on the page stands there long enough for a verdict to count."""
    expect(page.locator("[data-verdicts][data-ready]")).to_be_attached()


def accept_invitation(visitor: Visitor, link: str, address: str = "") -> Editor:
    """Open a one-time link, choose a password and log in. `address` is for a link that names nobody."""
    visitor.open(link)
    if address:
        visitor.page.get_by_label("E-mailadres").fill(address)
    address = visitor.page.get_by_label("E-mailadres").input_value()
    visitor.page.get_by_label("Wachtwoord").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Maak mijn account").click()
    expect(visitor.page.get_by_role("status")).to_have_text("Je account staat klaar. Log nu in.")
    return log_in(visitor, address)


def log_in(visitor: Visitor, address: str) -> Editor:
    visitor.open("/redactie/inloggen")
    visitor.page.get_by_label("E-mailadres").fill(address)
    visitor.page.get_by_label("Wachtwoord").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Log in").click()
    expect(visitor.page.locator(".desk-who")).to_contain_text(address)
    return Editor(visitor, address)


def open_item(page: Page) -> int:
    """The number of the item that is open in the queue or on its own page."""
    link = page.locator(".verdicts [data-edit]")
    assert link.count() == 1, f"no item is open at {page.url}:\n{page.locator('main').inner_text()[:1000]}"
    found = re.search(r"/redactie/items/(\d+)", link.get_attribute("href") or "")
    assert found, f"the item at {page.url} has no address to edit it"
    return int(found.group(1))


def asked_item(page: Page) -> int:
    """The number in the address, after moving or deciding with a key; 0 when the address names none."""
    return int(parse_qs(urlsplit(page.url).query).get("item", ["0"])[0])
