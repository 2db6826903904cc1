"""A hundred mixed items, judged with the keyboard alone, and every key press counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Request, expect
from sqlmodel import col

from store import accounts, items
from store.database import Store, open_store
from store.tables import Decision, Item, Revision, RevisionRegion
from store.values import ExtractedItem, Rights, Role, State
from tests.parts import samples, service, sqlite
from tests.parts.desk import password_hash
from tests.parts.editors import Editor, open_item
from tests.parts.service import Service

pytestmark = pytest.mark.journey

COUNT = 100
REGIONS = {7: "Zwolle", 23: "Venlo", 41: "Assen", 67: "Goes", 88: "Lelystad"}
REASONS = {11: ("1", "off_topic"), 36: ("3", "duplicate"), 72: ("6", "outdated")}
UNDONE = (19, 58)
NAMED = 50
INTERNAL = 10
"""Every tenth item is kept for internal use, the others are approved."""
PLAIN = 2
SLOW = 0.1
"""Seconds in which a verdict is answered, at the 95th percentile, on a quiet machine."""


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[tuple[Service, Store]]:
    folder = tmp_path_factory.mktemp("hundred")
    url = sqlite.fresh_copy(sqlite_template, folder)
    running = service.start(folder, "web", store={"url": url}, desk={"undo_seconds": 300})
    store = open_store(url)
    yield running, store
    store.close()
    running.stop()


def offered(number: int, now: datetime) -> ExtractedItem:
    """An article or, every fifth, a meeting. Each a little less urgent, so that the queue has one order."""
    guid = f"nummer-{number}"
    if number == NAMED:
        return samples.article(guid, "Verdachte Pieter Voorbeeldman voor de rechter")
    if number % 5 == 0:
        return samples.event(guid, now + timedelta(days=20 + number), f"Bijeenkomst nummer {number}")
    if number in REGIONS:
        return samples.article(guid, f"Bericht nummer {number}", reading=samples.reading(regions=()))
    return samples.article(guid, f"Bericht nummer {number}")


@dataclass
class Hands:
    """An editor's hands: every key is counted, every verdict timed."""

    editor: Editor
    pressed: int = 0
    waited: list[float] = field(default_factory=list)

    def start(self) -> None:
        def finished(request: Request) -> None:
            if request.method == "POST" and request.url.endswith("/decision"):
                self.waited.append((request.timing["responseStart"] - request.timing["requestStart"]) / 1000)

        self.editor.page.on("requestfinished", finished)

    def press(self, *keys: str) -> int:
        """Press keys; the last one leads to another page. Returns how many presses that took."""
        for key in keys[:-1]:
            self.editor.look()
            self.editor.press(key)
        self.editor.go(keys[-1])
        self.pressed += len(keys)
        return len(keys)


def test_a_hundred_items_are_judged_with_the_keyboard_alone(
    newsroom: tuple[Service, Store], new_visitor: Callable[..., Any]
) -> None:
    running, store = newsroom
    now = datetime.now(UTC)
    with store.writing() as session:
        source = samples.add_source(session, now)
        given = [offered(number, now) for number in range(1, COUNT + 1)]
        numbers = {
            each.item_id: n for n, each in enumerate(items.offer_all(session, source, given, Rights.EXCERPT, now), 1)
        }
        token = accounts.invite(session, Role.EDITOR, now=now)
        account = accounts.accept(session, token, "anna@voorbeeld.nl", password_hash(), now=now)
        login = accounts.open_login(session, account, now=now)
    visitor = new_visitor(running.url, viewport={"width": 1280, "height": 800})
    visitor.context.add_cookies([{"name": "sid", "value": login, "domain": "localhost", "path": "/redactie"}])
    hands = Hands(Editor(visitor, "anna@voorbeeld.nl"))
    hands.start()
    visitor.open("/redactie")
    seen = set()
    for _ in range(COUNT):
        item = open_item(visitor.page)
        assert item not in seen, "the next item after a verdict must be one that was not judged yet"
        seen.add(item)
        judge(hands, numbers[item], item)
    expect(visitor.page.locator(".empty")).to_contain_text("De rij is leeg")
    in_the_end(store, numbers)
    slowest = quantiles(hands.waited, n=20)[-1]
    told = f"{len(hands.waited)} verdicts, {hands.pressed} presses, 95 % answered within {slowest * 1000:.0f} ms"
    assert quantiles(hands.waited, n=2)[0] < SLOW, told


def judge(hands: Hands, number: int, item: int) -> None:
    if number in REGIONS:
        correct_region(hands, REGIONS[number])
        assert open_item(hands.editor.page) == item, "after an edit the same item is there to be judged"
    if number == NAMED:
        assert hands.press("v") == 1
        expect(hands.editor.page.locator("#bericht")).to_have_text("Verdachte Pieter V. voor de rechter")
    if number in REASONS:
        assert hands.press("r", REASONS[number][0]) <= PLAIN
        return
    key = "i" if number % INTERNAL == 0 and number != NAMED else "a"
    assert hands.press(key) <= PLAIN
    if number in UNDONE:
        hands.press("u")
        assert open_item(hands.editor.page) == item, "what was taken back is there to be judged again"
        hands.press(key)


def correct_region(hands: Hands, municipality: str) -> None:
    """`e`, then Tab to the municipality, its name, Enter: the province follows from it."""
    page = hands.editor.page
    hands.press("e")
    expect(page.locator("#title")).to_be_focused()
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "municipality_1":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(municipality)
    hands.editor.go("Enter")


def in_the_end(store: Store, numbers: dict[int, int]) -> None:
    with store.reading() as session:
        states = {numbers[item.id or 0]: State(item.state) for item in session.scalars(sa.select(Item))}
        told = session.execute(
            sa.select(col(Decision.item_id), col(Decision.reason)).where(col(Decision.verdict) == "reject")
        )
        reasons = {numbers[item_id]: reason for item_id, reason in told}
        places = session.execute(
            sa.select(col(Item.id), col(RevisionRegion.municipality))
            .join(Revision, col(Revision.id) == col(Item.approved_revision_id))
            .join(RevisionRegion, col(RevisionRegion.revision_id) == col(Revision.id))
        )
        regions = {numbers[item_id]: municipality for item_id, municipality in places if numbers[item_id] in REGIONS}
    assert reasons == {number: reason for number, (_, reason) in REASONS.items()}
    assert regions == REGIONS
    expected = {
        number: State.REJECTED
        if number in REASONS
        else (State.INTERNAL if number % INTERNAL == 0 and number != NAMED else State.APPROVED)
        for number in numbers.values()
    }
    assert states == expected
