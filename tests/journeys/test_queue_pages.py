"""The queue in Chromium: live without moving, who looks at what, ticks with and without a script, on every screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from store import accounts, claims, items, priority, reviews
from store.database import Store, open_store
from store.values import FlagKind, PrivacyFlag, ReviewKind, Rights, Role
from tests.parts import samples, service, sqlite
from tests.parts.axe import axe_problems
from tests.parts.browser import Visitor
from tests.parts.desk import password_hash
from tests.parts.until import until

pytestmark = pytest.mark.journey

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
FOLLOWS = 10_000
"""Milliseconds. A look every two seconds, on a machine that does other things too."""


@dataclass
class Room:
    running: service.Service
    store: Store
    source: int
    anna: int
    noor: int
    items: list[int]

    def offer(self, *given: Any) -> list[int]:
        with self.store.writing() as session:
            found = items.offer_all(session, self.source, given, Rights.EXCERPT, datetime.now(UTC))
        return [each.item_id for each in found]

    def holder(self, item: int) -> str:
        with self.store.reading() as session:
            seen = claims.of_item(session, item, now=datetime.now(UTC))
        return seen.address if seen else ""


@pytest.fixture
def room(tmp_path: Any, sqlite_template: Any) -> Iterator[Room]:
    now = datetime.now(UTC)
    url = sqlite.fresh_copy(sqlite_template, tmp_path)
    store = open_store(url)
    with store.writing() as session:
        source = samples.add_source(session, now, trust=0.72)
        anna, noor = (
            accounts.accept(session, accounts.invite(session, Role.EDITOR, now=now), address, password_hash(), now=now)
            for address in ("anna@voorbeeld.nl", "noor@voorbeeld.nl")
        )
    running = service.start(tmp_path, store={"url": url})
    made = Room(running, store, source, anna, noor, [])
    flag = PrivacyFlag(FlagKind.MINOR, 0, 7, "Bericht")
    made.items = made.offer(
        *(samples.article(f"nummer {number}", f"Bericht nummer {number}") for number in range(6)),
        samples.article("gemerkt", "Bericht met iets", reading=replace(samples.reading(), flags=(flag,))),
        samples.event("avond", now + timedelta(days=3)),
    )
    with store.writing() as session:
        for kind, target, item, value in (
            (ReviewKind.CORRECTION, 1, None, priority.URGENT_REMOVAL),
            (ReviewKind.STORY, 1, made.items[0], priority.STORY_SUGGESTION),
        ):
            reviews.open_review(session, kind, target, item_id=item, priority=value, reasons=["omdat"], now=now)
        claims.hand_over(session, made.items[1], account_id=noor, to=anna, note="Kijk jij?", now=now)
    yield made
    store.close()
    running.stop()


@pytest.fixture
def come_in(room: Room, new_visitor: Callable[..., Visitor]) -> Callable[..., Visitor]:
    def make(account: int, **options: Any) -> Visitor:
        visitor = new_visitor(room.running.url, **options)
        with room.store.writing() as session:
            token = accounts.open_login(session, account, now=datetime.now(UTC))
        visitor.context.add_cookies([{"name": "sid", "value": token, "domain": "localhost", "path": "/redactie"}])
        return visitor

    return make


def titles(page: Page) -> list[str]:
    return page.locator(".lines .line-title").all_inner_texts()


def test_axe_finds_nothing_in_a_full_queue_and_it_fits_a_phone(room: Room, come_in: Callable[..., Visitor]) -> None:
    problems = []
    for size in (DESK, PHONE):
        for scheme in ("light", "dark"):
            visitor = come_in(room.anna, viewport=size, color_scheme=scheme)
            page = visitor.page
            for path in ("/redactie", "/redactie?ernst=high&regio=Noord-Brabant", "/redactie/filters"):
                visitor.open(path)
                for folded in page.locator(".line-why summary, .selection summary, .hand-over summary").all()[:8]:
                    if folded.is_visible():
                        folded.click()
                problems += [f"{path}, {size['width']}, {scheme}: {each}" for each in axe_problems(page)]
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                problems += [f"{path} is {wide} px too wide at {size['width']}"] if wide > 0 else []
            visitor.leave()
    assert not problems, "\n".join(problems)


def test_what_comes_in_is_counted_and_the_list_stays_where_it_is(room: Room, come_in: Callable[..., Visitor]) -> None:
    visitor = come_in(room.anna, viewport=DESK)
    visitor.open("/redactie")
    page = visitor.page
    expect(page.locator('[data-count="rij"]')).to_have_text("10")
    before = titles(page)
    room.offer(samples.article("later", "Bericht dat later kwam"))
    expect(page.locator("[data-came-in]")).to_have_text("1 nieuw. Toon ze", timeout=FOLLOWS)
    expect(page.locator('[data-count="rij"]')).to_have_text("11")
    assert titles(page) == before, "no list moves by itself"
    page.locator("[data-came-in] a").click()
    expect(page.locator(".line-title", has_text="Bericht dat later kwam")).to_have_count(1)
    expect(page.locator("[data-came-in]")).to_be_empty()


def test_colleagues_see_each_other_come_and_go(room: Room, come_in: Callable[..., Visitor]) -> None:
    item = room.items[3]
    noor, anna = come_in(room.noor, viewport=DESK), come_in(room.anna, viewport=DESK)
    noor.open("/redactie")
    anna.open(f"/redactie?item={item}")
    line = noor.page.locator(f'[data-key="b{item}"]')
    expect(line.locator("[data-who]")).to_have_text("Anna kijkt hiernaar", timeout=FOLLOWS)
    anna.open("/redactie/geschiedenis")
    until(lambda: room.holder(item) == "", "leaving lets go of the item")
    expect(line.locator("[data-who]")).to_have_text("", timeout=FOLLOWS)


def test_what_is_in_sight_by_itself_is_claimed_on_a_desk_and_not_on_a_phone(
    room: Room, come_in: Callable[..., Visitor]
) -> None:
    phone = come_in(room.anna, viewport=PHONE)
    phone.open("/redactie")
    phone.page.wait_for_timeout(2500)
    assert [item for item in room.items if room.holder(item) and item != room.items[1]] == []
    desk = come_in(room.noor, viewport=DESK)
    desk.open("/redactie")
    until(lambda: any(room.holder(item) == "noor@voorbeeld.nl" for item in room.items), "the first item is claimed")


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_ticked_lines_are_set_to_internal(room: Room, come_in: Callable[..., Visitor], script: bool) -> None:
    visitor = come_in(room.anna, viewport=DESK, javascript=script)
    visitor.open("/redactie")
    page = visitor.page
    for item in room.items[2:4]:
        page.locator(f'[data-key="b{item}"] input[name=gekozen]').check()
    page.locator(".selection summary").click()
    if script:
        expect(page.locator("[data-picked]")).to_have_text("(2)")
    page.get_by_role("button", name="Alleen intern").click()
    expect(page.get_by_role("status").last).to_contain_text("2 berichten alleen intern gemaakt.")
    page.get_by_role("link", name="Terug naar de rij").click()
    assert "Bericht nummer 2" not in titles(page)
    expect(page.locator("body")).to_contain_text("Je hebt vandaag 2 berichten beoordeeld.")


def test_handing_over_goes_over_plain_forms(room: Room, come_in: Callable[..., Visitor]) -> None:
    visitor = come_in(room.anna, viewport=DESK, javascript=False)
    visitor.open(f"/redactie?item={room.items[4]}")
    page = visitor.page
    page.locator(".hand-over summary").click()
    page.get_by_label("Briefje, als je wilt").fill("Dit is jouw gebied.")
    page.locator(".hand-over button").click()
    expect(page.get_by_text("Overgedragen. Je collega ziet het bovenaan")).to_be_visible()
    noor = come_in(room.noor, viewport=DESK)
    noor.open("/redactie")
    expect(noor.page.locator(".for-you")).to_contain_text("Dit is jouw gebied.")
    expect(noor.page.locator(".for-you")).to_contain_text("van Anna")


def test_a_verdict_asks_first_when_a_colleague_looks_and_then_counts(
    room: Room, come_in: Callable[..., Visitor]
) -> None:
    item = room.items[5]
    anna, noor = come_in(room.anna, viewport=DESK), come_in(room.noor, viewport=DESK)
    anna.open(f"/redactie?item={item}")
    noor.open(f"/redactie/items/{item}")
    page = noor.page
    expect(page.locator(".verdict-claim")).to_contain_text("Anna kijkt hiernaar")
    expect(page.locator("[data-verdicts][data-ready]")).to_be_visible()
    page.locator("[data-internal]").click()
    expect(page.locator("[data-hint]")).to_contain_text("Een collega kijkt hiernaar.")
    page.locator("[data-internal]").click()
    expect(page.locator("[data-internal]")).to_have_count(0)


def test_a_colleague_who_comes_later_is_shown_at_the_open_item(room: Room, come_in: Callable[..., Visitor]) -> None:
    item = room.items[5]
    anna = come_in(room.anna, viewport=DESK)
    anna.open(f"/redactie?item={item}")
    with room.store.writing() as session:
        claims.take(session, item, account_id=room.noor, login_id=None, seconds=600, now=datetime.now(UTC))
    expect(anna.page.locator("[data-claim]")).to_contain_text("Noor kijkt hiernaar.", timeout=FOLLOWS)
    with room.store.writing() as session:
        claims.release(session, item, room.noor)
    expect(anna.page.locator("[data-claim]")).not_to_contain_text("Noor", timeout=FOLLOWS)
