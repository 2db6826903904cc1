"""Every page of the newsroom in Chromium: accessible in light and dark, usable on a phone, quiet on the console.

One real service with a bit of everything in it; an administrator looks, because administrators see all pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.demo.server import Answer, Listener
from store import accounts, cases, items, reviews, stories, suggestions
from store.cases import CaseFacts
from store.database import Store, open_store
from store.suggestions import Suggested, SuggestionKind
from store.values import CaseOutcome, ReviewKind, Rights, Role, Stage, Verdict
from tests.parts import samples, service, sourcehealth, sqlite
from tests.parts.axe import axe_problems
from tests.parts.browser import Visitor
from tests.parts.desk import password_hash
from tests.parts.editors import accept_invitation, log_in, looked_at, open_item
from tests.parts.newsroom import Newsroom
from tests.parts.until import until
from tests.world.answers import good_feed

pytestmark = pytest.mark.journey

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
ADDRESS = "beheer@voorbeeld.nl"


@dataclass(frozen=True)
class Room:
    """The running service and what lies in it, by what it is."""

    running: service.Service
    store: Store
    administrator: int
    items: dict[str, int]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Room]:
    folder, now = tmp_path_factory.mktemp("newsroom"), datetime.now(UTC)
    url = sqlite.fresh_copy(sqlite_template, folder)
    store = open_store(url)
    with store.writing() as session:
        token = accounts.invite(session, Role.ADMINISTRATOR, now=now)
        administrator = accounts.accept(session, token, ADDRESS, password_hash(), now=now)
    found = fill(Newsroom(store, now), now)
    sourcehealth.fill(store, now)
    running = service.start(folder, store={"url": url}, desk={"undo_seconds": 300}, notices={"debounce_seconds": 0})
    yield Room(running, store, administrator, found)
    store.close()
    running.stop()


def fill(newsroom: Newsroom, now: datetime) -> dict[str, int]:
    """An item in every state an editor can meet."""
    found = {"waiting": newsroom.offer(samples.article("wacht", "Bericht dat wacht"))}
    found["pile"] = newsroom.offer(samples.article("stapel", "Brug dicht", reading=samples.reading(shown=False)))
    found["event"] = newsroom.offer(samples.event("avond", now + timedelta(days=5)))
    found["public"] = newsroom.publish(samples.article("openbaar", "Bericht dat op de site staat"))
    found["changed"] = newsroom.publish(samples.article("nieuw", "Bericht met een nieuwe tekst"))
    newsroom.offer(samples.article("nieuw", "Bericht met een andere tekst", text="Heel andere woorden."))
    for name, verdict in (("rejected", Verdict.REJECT), ("internal", Verdict.INTERNAL), ("undo", Verdict.APPROVE)):
        found[name] = newsroom.offer(samples.article(name, f"Bericht {name}"))
        newsroom.decide(found[name], verdict)
    found["marked"] = newsroom.offer(
        samples.article(
            "gemerkt",
            "Verdachte Pieter Voorbeeldman voor de rechter na verkrachting",
            excerpt="Een meisje van 15 uit Tilburg deed aangifte. Een loverboy dwong haar.",
            url="https://bron.example/pieter-voorbeeldman-voor-de-rechter",
        )
    )
    found["case"] = newsroom.publish(samples.article("zaak", "Eis van vier jaar voor arbeidsuitbuiting"))
    with newsroom.store.writing() as session:
        keep = {"account_id": newsroom.editor, "now": now}
        stories.join(session, found["public"], found["case"], **keep)
        facts = CaseFacts("Noord-Brabant", "Tilburg", "Rechtbank Zeeland-West-Brabant")
        case_id = cases.make(session, facts, found["case"], Stage.DEMAND, now.date(), **keep)
        cases.decide_outcome(session, case_id, CaseOutcome.ACQUITTED, now.date(), **keep)
        pair = (found["waiting"], found["pile"])
        suggestions.offer(session, [Suggested(SuggestionKind.SAME_STORY, *pair, 0.8, ("beide in Tilburg",))], now)
        (row,) = suggestions.waiting(session)
        found["suggestion"] = reviews.open_review(
            session, ReviewKind.STORY, row.id, item_id=pair[0], priority=0.5, reasons=("beide in Tilburg",), now=now
        )
    found["withdrawn"] = newsroom.publish(samples.article("weg", "Bericht dat is ingetrokken"))
    newsroom.decide(
        found["withdrawn"], Verdict.WITHDRAW, revision=newsroom.item(found["withdrawn"]).approved_revision_id
    )
    return found


@pytest.fixture
def signed_in(room: Room, new_visitor: Callable[..., Visitor]) -> Callable[..., Visitor]:
    """A browser in which the administrator is signed in."""

    def make(**options: Any) -> Visitor:
        visitor = new_visitor(room.running.url, **options)
        with room.store.writing() as session:
            token = accounts.open_login(session, room.administrator, now=datetime.now(UTC))
        visitor.context.add_cookies([{"name": "sid", "value": token, "domain": "localhost", "path": "/redactie"}])
        return visitor

    return make


def paths(room: Room) -> list[str]:
    singles = [
        f"/redactie/items/{room.items[name]}"
        for name in ("event", "public", "changed", "rejected", "withdrawn", "marked")
    ]
    return [
        "/redactie",
        f"/redactie?item={room.items['changed']}#bericht",
        "/redactie/zaken",
        f"/redactie/items/{room.items['waiting']}/verhaal",
        f"/redactie/items/{room.items['case']}/verhaal",
        f"/redactie/voorstellen/{room.items['suggestion']}",
        "/redactie?stapel=1",
        "/redactie?q=niets-dat-bestaat",
        *singles,
        f"/redactie/items/{room.items['public']}/correct",
        f"/redactie?item={room.items['marked']}#bericht",
        "/redactie/openbaar",
        "/redactie/geschiedenis",
        "/redactie/bronnen",
        "/redactie/bronnen/omroep-proef",
        "/redactie/bronnen/omroep-proef/wijzig",
        "/redactie/bronnen/opml",
        "/redactie/bronnen/gezondheid",
        "/redactie/bronnen/verdwenen",
        "/redactie/bronnen/toevoegen",
        "/redactie/post",
        "/redactie/accounts",
        "/redactie/bestaat-niet",
    ]


def answers(room: Room, visitor: Visitor) -> Iterator[str]:
    """Pages that only a form leads to; each is open while the caller looks at it."""
    page = visitor.page
    visitor.open("/redactie/bronnen/toevoegen")
    page.locator("#url").fill("geen adres")
    page.get_by_role("button", name="Zoek", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "adding a source that is none"
    site = Listener(lambda _asked: Answer(body=good_feed(), type="application/rss+xml"))
    page.locator("#url").fill(site.url("/feed"))
    page.get_by_role("button", name="Zoek", exact=True).click()
    expect(page.locator("input[name=keuze]")).to_be_checked(timeout=30_000)
    site.stop()
    yield "the ways into a site"
    visitor.open("/redactie/accounts")
    page.get_by_label("E-mailadres").fill("nieuw@voorbeeld.nl")
    page.get_by_role("button", name="Maak de link").click()
    expect(page.locator("#link")).to_be_visible()
    yield "a new invitation"
    visitor.open(f"/redactie?item={room.items['waiting']}")
    page.locator("[data-later] summary").click()
    page.locator("[name=at]").fill("2020-01-01T10:00")
    looked_at(page)
    page.locator("[data-later] [value=approve]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "an approval for a time that is over"
    visitor.open(f"/redactie/items/{room.items['marked']}")
    looked_at(page)
    page.locator("[data-yes]").click()
    expect(page.get_by_role("alert")).to_contain_text("gemerkt")
    yield "an approval with open questions"
    visitor.open(f"/redactie/items/{room.items['public']}/correct")
    page.locator("#title").fill("Bericht van Pieter Voorbeeldman dat op de site staat")
    page.locator("#sentence").fill("Er stond een verkeerde titel.")
    page.get_by_role("button", name="Zet de correctie op de site").click()
    expect(page.get_by_role("alert")).to_contain_text("gemerkt")
    yield "a correction with open questions"
    visitor.open(f"/redactie?item={room.items['waiting']}")
    page.locator("[data-reject] summary").click()
    expect(page.locator("[data-key='1']")).to_be_visible()
    yield "the reasons to reject"
    visitor.open(f"/redactie/items/{room.items['waiting']}")
    page.locator("#title").fill("")
    page.locator("#title").evaluate("input => input.removeAttribute('required')")
    page.get_by_role("button", name="Bewaar als nieuwe tekst").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "an edit without a title"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_newsroom(room, signed_in, scheme):
    visitor = signed_in(color_scheme=scheme, viewport=DESK)
    problems: list[str] = []
    for path in paths(room):
        visitor.open(path)
        problems += [f"{path}: {each}" for each in axe_problems(visitor.page, colours_only=scheme == "dark")]
    for what in answers(room, visitor):
        problems += [f"{what}: {each}" for each in axe_problems(visitor.page, colours_only=scheme == "dark")]
    assert not problems, f"axe ({scheme}):\n" + "\n".join(problems)


def test_axe_finds_nothing_at_the_door(room, new_visitor):
    for scheme in ("light", "dark"):
        visitor = new_visitor(room.running.url, color_scheme=scheme)
        with room.store.writing() as session:
            token = accounts.invite(session, Role.EDITOR, now=datetime.now(UTC))
        for path in ("/redactie/inloggen", f"/redactie/uitnodiging/{token}", "/redactie/uitnodiging/onbekend"):
            visitor.open(path)
            assert axe_problems(visitor.page) == [], f"{path} ({scheme})"
        visitor.open("/redactie/inloggen")
        visitor.page.get_by_label("E-mailadres").fill("niemand@voorbeeld.nl")
        visitor.page.get_by_label("Wachtwoord").fill("fout fout fout fout")
        visitor.page.get_by_role("button", name="Log in").click()
        expect(visitor.page.get_by_role("alert")).to_be_visible()
        assert axe_problems(visitor.page) == [], f"a wrong password ({scheme})"


def test_the_newsroom_fits_a_phone(room, signed_in):
    visitor = signed_in(viewport=PHONE)
    for path in paths(room):
        visitor.open(path)
        fits(visitor.page, path)
    for what in answers(room, visitor):
        fits(visitor.page, what)
        assert axe_problems(visitor.page) == [], f"{what} on a phone"


def fits(page: Page, what: str) -> None:
    wide = page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth")
    assert wide <= 0, f"{what} is {wide} px too wide for a screen of 320 px"


def test_on_a_phone_an_item_is_opened_judged_and_left_by_touch(room, signed_in):
    now = datetime.now(UTC)
    with room.store.writing() as session:
        source = samples.add_source(session, now, key="telefoon", name="Telefoon")
        two = [samples.article(f"t{number}", f"Onderweg {number}") for number in (1, 2)]
        first, second = (each.item_id for each in items.offer_all(session, source, two, Rights.EXCERPT, now))
    visitor = signed_in(viewport=PHONE, has_touch=True)
    page = visitor.page
    visitor.open("/redactie?bron=telefoon")
    page.get_by_role("link", name="Onderweg 1").tap()
    expect(page.get_by_role("heading", name="Onderweg 1")).to_be_in_viewport()
    assert open_item(page) == first
    looked_at(page)
    page.locator("[data-approve] [data-yes]").tap()
    expect(page.get_by_role("heading", name="Onderweg 2")).to_be_in_viewport()
    assert open_item(page) == second
    page.locator("[data-undo] button").tap()
    expect(page.get_by_role("heading", name="Onderweg 1")).to_be_in_viewport()


def test_without_a_mail_server_the_mails_are_shown_to_the_administrator(room, signed_in, new_visitor):
    reader = new_visitor(room.running.url)
    reader.open("/aanmelden")
    reader.page.get_by_label("Je e-mailadres").fill("lezer@voorbeeld.nl")
    reader.page.get_by_role("button", name="Meld mij aan").click()
    visitor = signed_in()

    def listed() -> bool:
        visitor.open("/redactie/post")
        return visitor.page.get_by_role("link", name="Bevestig je aanmelding").count() == 1

    until(listed, "the mail lies in the folder", pause=0.4)
    visitor.page.get_by_role("link", name="Bevestig je aanmelding").click()
    expect(visitor.page.locator("pre")).to_contain_text("/aanmelden/bevestigen/")
    assert axe_problems(visitor.page) == []


def test_a_session_ends_when_somebody_logs_out(room, new_visitor):
    editor = log_in(new_visitor(room.running.url), ADDRESS)
    kept = editor.cookie
    editor.page.get_by_role("button", name="Log uit").click()
    expect(editor.page.get_by_role("status")).to_have_text("Je bent uitgelogd.")
    assert "sid" not in editor.cookie
    editor.visitor.context.add_cookies(
        [{"name": "sid", "value": kept["sid"], "domain": "localhost", "path": "/redactie"}]
    )
    editor.visitor.open("/redactie")
    expect(editor.page.get_by_role("heading", level=1)).to_have_text("Inloggen")


def test_a_reader_of_the_newsroom_sees_everything_and_can_decide_nothing(room, new_visitor):
    with room.store.writing() as session:
        token = accounts.invite(session, Role.READER, address="lezer@voorbeeld.nl", now=datetime.now(UTC))
    reader = accept_invitation(new_visitor(room.running.url), f"/redactie/uitnodiging/{token}")
    reader.visitor.open(f"/redactie/items/{room.items['waiting']}")
    expect(reader.page.get_by_role("heading", name="Bericht dat wacht")).to_be_visible()
    assert reader.page.locator("form:not(.desk-who)").count() == 0
    reader.press("a", "a", "i", "w")
    assert reader.visitor.open("/redactie/accounts").status == 403
