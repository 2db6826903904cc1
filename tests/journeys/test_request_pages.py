"""The forms for everybody and what the newsroom does with them, in Chromium: on every screen, and without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from store import accounts, requests
from store.database import Store, open_store
from store.requests import Asked, RequestKind
from store.secrets import load_secrets
from store.values import Role, Verdict
from tests.parts import samples, service, sqlite
from tests.parts.axe import axe_problems
from tests.parts.browser import Visitor
from tests.parts.desk import password_hash
from tests.parts.newsroom import Newsroom
from tests.parts.until import until

pytestmark = pytest.mark.journey

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
WORDS = "Hier staat waar mijn zus werkt. Haal dit weg."


@dataclass
class House:
    """A running site with an article that is up and one that was withdrawn, and a request that waits."""

    running: service.Service
    store: Store
    editor: int
    up: int
    gone: int
    review: int


@pytest.fixture
def house(tmp_path: Any, sqlite_template: Any) -> Iterator[House]:
    now = datetime.now(UTC)
    url = sqlite.fresh_copy(sqlite_template, tmp_path)
    store = open_store(url)
    running = service.start(tmp_path, store={"url": url}, server={"secret_file": "secret"})
    newsroom = Newsroom(store, now - timedelta(hours=2))
    up = newsroom.publish(samples.article("op", "Bericht dat er staat"))
    gone = newsroom.publish(samples.event("weg", now + timedelta(days=9), "Bijeenkomst die er stond"))
    newsroom.decide(gone, Verdict.WITHDRAW, revision=newsroom.item(gone).approved_revision_id)
    with store.writing() as session:
        token = accounts.invite(session, Role.EDITOR, now=now)
        editor = accounts.accept(session, token, "anna@voorbeeld.nl", password_hash(), now=now)
        asked = Asked(RequestKind.REMOVAL, True, f"{running.url}/nieuws/{up}", WORDS, "vraag@lezer.example", up)
        requests.take_in(session, load_secrets(tmp_path / "secret"), asked, now)
    yield House(running, store, editor, up, gone, 1)
    store.close()
    running.stop()


@pytest.fixture
def come_in(house: House, new_visitor: Callable[..., Visitor]) -> Callable[..., Visitor]:
    def make(**options: Any) -> Visitor:
        visitor = new_visitor(house.running.url, **options)
        with house.store.writing() as session:
            token = accounts.open_login(session, house.editor, now=datetime.now(UTC))
        visitor.context.add_cookies([{"name": "sid", "value": token, "domain": "localhost", "path": "/redactie"}])
        return visitor

    return make


def test_axe_finds_nothing_and_every_page_fits_a_phone(house: House, come_in: Callable[..., Visitor]) -> None:
    paths = (
        f"/correctie?bericht={house.up}", "/correctie/verstuurd", "/tip", "/tip/verstuurd", f"/agenda/{house.gone}",
        f"/redactie/items/{house.up}/bereik", f"/redactie/items/{house.gone}/bereik",
        f"/redactie/verzoeken/{house.review}",
    )  # fmt: skip
    problems = []
    for size in (DESK, PHONE):
        for scheme in ("light", "dark"):
            visitor = come_in(viewport=size, color_scheme=scheme)
            for path in paths:
                visitor.open(path)
                found = axe_problems(visitor.page, colours_only=scheme == "dark")
                problems += [f"{path}, {size['width']}, {scheme}: {each}" for each in found]
                wide = visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                problems += [f"{path} is {wide} px too wide at {size['width']}"] if wide > 0 else []
            visitor.leave()
    assert not problems, "\n".join(problems)


def test_a_visitor_asks_and_an_editor_takes_it_down_without_a_script(
    house: House, new_visitor: Callable[..., Visitor], come_in: Callable[..., Visitor]
) -> None:
    reader = new_visitor(house.running.url, javascript=False, viewport=PHONE)
    reader.open(f"/nieuws/{house.up}")
    reader.page.locator("main").get_by_role("link", name="Klopt er iets niet?").click()
    expect(reader.page.get_by_label("Over welke pagina gaat het?")).to_have_value(
        f"{house.running.url}/nieuws/{house.up}"
    )
    reader.page.get_by_label("Dit moet weg van de site.").check()
    reader.page.get_by_label("Je e-mailadres, als je antwoord wilt").fill("fout@punt")
    reader.page.get_by_label("Wat klopt er niet?").fill("Er staat een naam in.")
    reader.page.get_by_role("button", name="Stuur naar de redactie").click()
    expect(reader.page.get_by_role("alert")).to_contain_text("Dit lijkt geen e-mailadres")
    reader.page.get_by_label("Je e-mailadres, als je antwoord wilt").fill("")
    reader.page.get_by_role("button", name="Stuur naar de redactie").click()
    expect(reader.page.locator("h1")).to_have_text("Het is verstuurd")
    assert reader.context.cookies() == []

    editor = come_in(javascript=False, viewport=DESK)
    editor.open(f"/redactie/verzoeken/{house.review}")
    expect(editor.page.locator("main")).to_contain_text(WORDS)
    editor.page.get_by_role("button", name="Haal nu van de site").click()
    expect(editor.page.locator(".desk-message")).to_contain_text("Het bericht is van de site")
    until(lambda: not service.answers(f"{house.running.url}/nieuws/{house.up}"), "the page was gone")
    # Somebody else: what a browser keeps for a minute is out of our hands.
    assert new_visitor(house.running.url, javascript=False).open(f"/nieuws/{house.up}").status == 410
    editor.page.get_by_label("Hoe liep het af?").select_option("withdrawn")
    editor.page.get_by_role("button", name="Sluit het verzoek").click()
    expect(editor.page.locator(".desk-message")).to_contain_text("Het verzoek is gesloten")


def test_a_tip_needs_no_script(house: House, new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(house.running.url, javascript=False, viewport=PHONE)
    visitor.open("/")
    visitor.page.get_by_role("link", name="Stuur een tip").click()
    visitor.page.get_by_label("Titel").fill("Lezing in Zwolle")
    visitor.page.get_by_label("Datum").fill(f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%d}")
    visitor.page.get_by_role("button", name="Stuur de tip").click()
    expect(visitor.page.locator("h1")).to_have_text("Het is verstuurd")
