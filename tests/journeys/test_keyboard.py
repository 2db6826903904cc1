"""The newsroom by keyboard: every key does what the list of keys says, and nothing happens by accident.

One real service for all tests; every test has a source and an editor of its own and looks at that source only.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from sqlmodel import col

from store import accounts, items, moderation
from store.database import Store, open_store
from store.tables import Decision, Item
from store.values import Rights, Role, State, Verdict
from tests.parts import samples, service, sqlite
from tests.parts.desk import password_hash
from tests.parts.editors import Editor, asked_item, open_item
from tests.parts.service import Service

pytestmark = pytest.mark.journey

MARKED = "Verdachte Pieter Voorbeeldman voor de rechter"
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[tuple[Service, Store]]:
    """The web pages as a process, and its database open here too."""
    folder = tmp_path_factory.mktemp("keys")
    url = sqlite.fresh_copy(sqlite_template, folder)
    running = service.start(folder, "web", store={"url": url}, desk={"undo_seconds": 120})
    store = open_store(url)
    yield running, store
    store.close()
    running.stop()


@dataclass
class Room:
    """An editor with a queue of a source of its own; `ids` in the order of the queue."""

    editor: Editor
    store: Store
    account: int
    key: str
    ids: list[int]

    def open(self, item_id: int | None = None) -> None:
        item = f"&item={item_id}#bericht" if item_id else ""
        self.editor.visitor.open(f"/redactie?bron={self.key}{item}")

    def states(self) -> list[State]:
        with self.store.reading() as session:
            return [State(session.get_one(Item, each).state) for each in self.ids]

    def decisions(self) -> list[tuple[str, str]]:
        """Verdict and reason of everything decided about the items of this room, oldest first."""
        query = sa.select(col(Decision.verdict), col(Decision.reason)).where(col(Decision.item_id).in_(self.ids))
        with self.store.reading() as session:
            return [(verdict, reason or "") for verdict, reason in session.execute(query.order_by(col(Decision.id)))]

    def nothing_was_decided(self) -> None:
        assert self.decisions() == [], "a key decided something that nobody asked for"

    def approved_before(self, item_id: int) -> None:
        """Let an item be on the site for an hour already."""
        now = datetime.now(UTC) - timedelta(hours=1)
        with self.store.writing() as session:
            revision = session.get_one(Item, item_id).waiting_revision_id or 0
            moderation.decide(
                session,
                item_id,
                revision,
                Verdict.APPROVE,
                account_id=self.account,
                now=now,
                undo_seconds=1,
                privacy_checked=True,
            )


@pytest.fixture
def room(newsroom: tuple[Service, Store], new_visitor: Callable[..., Any]) -> Callable[..., Room]:
    """Make a room: `room()` with three items in the queue, `room(javascript=False)` without scripts."""
    running, store = newsroom

    def make(count: int = 3, titles: Sequence[str] = (), *, single_keys: bool = True, **options: Any) -> Room:
        number = next(numbers)
        key, now = f"bron-{number}", datetime.now(UTC)
        with store.writing() as session:
            source = samples.add_source(session, now, key=key, name=f"Bron {number}")
            named = titles or [f"Bericht nr{each} van {key}" for each in range(1, count + 1)]
            made = [samples.article(f"{key}-{each}", title) for each, title in enumerate(named, start=1)]
            ids = [each.item_id for each in items.offer_all(session, source, made, Rights.EXCERPT, now)]
            token = accounts.invite(session, Role.EDITOR, now=now)
            account = accounts.accept(session, token, f"{key}@voorbeeld.nl", password_hash(), now=now)
            accounts.set_single_keys(session, account, single_keys)
            login = accounts.open_login(session, account, now=now)
        visitor = new_visitor(running.url, viewport={"width": 1280, "height": 800}, **options)
        visitor.context.add_cookies([{"name": "sid", "value": login, "domain": "localhost", "path": "/redactie"}])
        made_room = Room(Editor(visitor, f"{key}@voorbeeld.nl"), store, account, key, ids)
        made_room.open()
        return made_room

    return make


def test_j_and_k_walk_through_the_queue_and_stop_at_its_ends(room):
    here = room()
    page = here.editor.page
    assert open_item(page) == here.ids[0]
    here.editor.press("k")
    here.editor.go("j")
    assert asked_item(page) == here.ids[1]
    here.editor.go("j")
    here.editor.press("j")
    assert asked_item(page) == here.ids[2]
    here.editor.go("k")
    assert asked_item(page) == here.ids[1]
    expect(page.locator("[data-line][aria-current]")).to_contain_text("Bericht nr2")
    expect(page.locator("#bericht")).to_be_focused()
    here.nothing_was_decided()


def test_j_turns_the_page_at_the_end_of_a_long_queue(room):
    here = room(count=52)
    here.open(here.ids[49])
    here.editor.go("j")
    assert "na=" in here.editor.page.url
    assert open_item(here.editor.page) == here.ids[50]


def test_a_approves_at_once_and_opens_the_next(room):
    here = room()
    here.editor.go("a")
    assert here.states() == [State.APPROVED, State.PENDING, State.PENDING]
    assert asked_item(here.editor.page) == here.ids[1]
    expect(here.editor.page.locator("#bericht")).to_be_focused()
    expect(here.editor.page.locator("[data-undo]")).to_contain_text("Bericht nr1")


@pytest.mark.parametrize("key", ["a", "i"])
def test_a_verdict_on_an_item_that_only_just_appeared_does_not_count(room, key):
    """The second press of a double one falls on the next item, which nobody has seen yet."""
    here = room()
    page = here.editor.page
    # Within one frame of the page, whatever the machine is busy with.
    page.add_init_script(
        f"""addEventListener("pageshow", () =>
          document.dispatchEvent(new KeyboardEvent("keydown", {{key: "{key}", bubbles: true}})))"""
    )
    here.open()
    expect(page.locator("[data-hint]")).to_contain_text("nog maar net")
    here.nothing_was_decided()
    here.editor.go(key)
    expect(page.locator("[data-hint]")).to_contain_text("nog maar net")
    assert len(here.decisions()) == 1, "the press that came with the next item judged it unseen"


def test_a_goes_to_what_is_marked_and_v_shortens_the_name(room):
    here = room(titles=[MARKED])
    page = here.editor.page
    here.editor.look()
    here.editor.press("a")
    expect(page.locator("[data-question='1'] [data-shorten]")).to_be_focused()
    expect(page.locator("[data-hint]")).to_contain_text("Beantwoord eerst")
    here.nothing_was_decided()
    here.editor.go("v")
    expect(page.locator("#bericht")).to_be_focused()
    expect(page.locator("#bericht")).to_have_text("Verdachte Pieter V. voor de rechter")
    here.editor.go("a")
    assert here.decisions() == [("edit", ""), ("approve", "")]


def test_b_asks_why_somebody_is_a_public_figure_and_enter_approves(room):
    here = room(titles=[MARKED])
    here.editor.look()
    here.editor.press("b")
    expect(here.editor.page.locator("[name=reden_1]")).to_be_focused()
    here.editor.press("Tab", "a")
    here.nothing_was_decided()
    here.editor.page.locator("[name=reden_1]").focus()
    here.editor.page.keyboard.type("was minister")
    here.editor.go("Enter")
    assert here.states()[0] is State.APPROVED


def test_g_says_that_something_is_no_person_and_a_approves(room):
    here = room(titles=[MARKED])
    here.editor.press("g")
    expect(here.editor.page.locator("[data-yes]")).to_be_focused()
    here.editor.go("a")
    assert here.states()[0] is State.APPROVED


def test_n_walks_through_the_marks_in_the_text(room):
    here = room(titles=[MARKED + " en Jantje Proefmans ook"])
    marks = here.editor.page.locator("main [data-mark]")
    here.editor.press("n")
    expect(marks.nth(0)).to_be_focused()
    here.editor.press("n")
    expect(marks.nth(1)).to_be_focused()
    here.editor.go("v")
    expect(here.editor.page.locator("#bericht")).to_contain_text("Jantje P.")
    expect(here.editor.page.locator("#bericht")).to_contain_text("Pieter Voorbeeldman")


def test_t_asks_for_a_time_and_enter_approves_for_then(room):
    here = room()
    here.editor.look()
    here.editor.press("t")
    field = here.editor.page.locator("[name=at]")
    expect(field).to_be_focused()
    field.fill((datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT12:00"))
    here.editor.go("Enter")
    assert here.states()[0] is State.SCHEDULED


def test_s_goes_to_the_story_of_the_item(room):
    here = room()
    here.editor.go("s")
    assert urlsplit(here.editor.page.url).path == f"/redactie/items/{here.ids[0]}/verhaal"


def test_letters_do_nothing_in_the_head_of_the_page(room):
    here = room()
    here.editor.look()
    here.editor.page.locator(".desk-head a").first.focus()
    before = here.editor.page.url
    here.editor.press("a", "i", "j", "r", "1")
    assert here.editor.page.url == before
    here.nothing_was_decided()


def test_single_keys_can_be_switched_off(room):
    here = room(single_keys=False)
    page = here.editor.page
    here.editor.look()
    before = page.url
    here.editor.press("a", "i", "j", "r", "1", "e", "?")
    assert page.url == before
    here.nothing_was_decided()
    page.locator("[data-reject] summary").press("Enter")
    expect(page.locator("[data-key='1']")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-key='1']")).to_be_hidden()


def test_r_and_a_digit_reject_with_that_reason(room):
    here = room()
    here.editor.press("3")
    here.nothing_was_decided()
    here.editor.look()
    here.editor.press("r")
    expect(here.editor.page.locator("[data-reject]")).to_have_attribute("open", "")
    here.editor.go("3")
    assert here.decisions() == [("reject", "duplicate")]
    assert asked_item(here.editor.page) == here.ids[1]


def test_escape_closes_the_reasons_and_rejects_nothing(room):
    here = room()
    here.editor.press("r", "Escape", "3")
    expect(here.editor.page.locator("[data-reject]")).not_to_have_attribute("open", "")
    here.nothing_was_decided()


def test_i_keeps_an_item_for_internal_use(room):
    here = room()
    here.editor.go("i")
    assert here.states() == [State.INTERNAL, State.PENDING, State.PENDING]


def test_e_opens_the_text_and_keys_typed_there_are_letters(room):
    here = room()
    page = here.editor.page
    here.editor.go("e")
    assert urlsplit(page.url).path == f"/redactie/items/{here.ids[0]}"
    title = page.locator("#title")
    expect(title).to_be_focused()
    here.editor.press("End")
    page.keyboard.type(" jkairweu/?")
    assert title.input_value().endswith(" jkairweu/?")
    page.locator("#excerpt").focus()
    page.keyboard.type("aa")
    here.nothing_was_decided()
    page.locator("#title").focus()
    here.editor.go("Enter")
    expect(page.locator(".desk-message")).to_contain_text("De tekst is opgeslagen")
    assert here.decisions() == [("edit", "")]


def test_u_takes_the_last_verdict_back(room):
    here = room()
    here.editor.approve()
    here.editor.go("u")
    assert here.states() == [State.PENDING] * 3
    assert [verdict for verdict, _ in here.decisions()] == ["approve", "undo"]
    assert open_item(here.editor.page) == here.ids[0], "the item that came back is the one to look at"


def test_u_does_nothing_when_there_is_nothing_to_take_back(room):
    here = room()
    before = here.editor.page.url
    here.editor.press("u")
    assert here.editor.page.url == before
    here.nothing_was_decided()


def test_w_asks_why_and_takes_an_item_off_the_site(room):
    here = room()
    here.approved_before(here.ids[0])
    here.editor.visitor.open(f"/redactie/items/{here.ids[0]}")
    here.editor.look()
    here.editor.press("w")
    expect(here.editor.page.locator("[data-withdraw] input[name=reason]")).to_be_focused()
    here.editor.page.keyboard.type("naam van een getuige")
    here.editor.go("Enter")
    assert here.states()[0] is State.WITHDRAWN
    assert here.decisions()[-1] == ("withdraw", "naam van een getuige")


def test_w_does_nothing_where_nothing_is_on_the_site(room):
    here = room()
    here.editor.press("w")
    here.nothing_was_decided()


def test_a_slash_goes_to_the_search_and_enter_finds(room):
    here = room()
    page = here.editor.page
    here.editor.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(f"Bericht nr2 van {here.key}")
    assert page.locator("#q").input_value() == f"Bericht nr2 van {here.key}", "letters in the search are letters"
    here.editor.go("Enter")
    assert open_item(page) == here.ids[1]
    assert page.locator("[data-line]").count() == 1
    here.nothing_was_decided()


def test_a_question_mark_shows_the_keys_and_escape_hides_them(room):
    here = room()
    keys = here.editor.page.locator("[data-help]")
    here.editor.press("?")
    expect(keys).to_have_attribute("open", "")
    expect(keys.locator("dl")).to_be_visible()
    here.editor.press("Escape")
    expect(keys).not_to_have_attribute("open", "")


def test_the_list_names_every_key(room):
    here = room()
    here.editor.press("?")
    told = here.editor.page.locator("[data-help] dl kbd").all_text_contents()
    assert {*"jkarietwsnvbogu/?"} <= set(told), f"the list of keys names {told}"


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta"])
def test_keys_with_a_modifier_belong_to_the_browser(room, modifier):
    here = room()
    before = here.editor.page.url
    here.editor.look()
    for key in "aaijkrutsv":
        here.editor.press(f"{modifier}+{key}")
    assert here.editor.page.url == before
    here.nothing_was_decided()


def test_a_key_that_is_held_down_counts_once(room):
    here = room()
    keyboard = here.editor.page.keyboard
    here.editor.look()
    with here.editor.page.expect_navigation(wait_until="load"):
        keyboard.down("a")
    here.editor.look()
    for _ in range(6):
        keyboard.down("a")
    keyboard.up("a")
    expect(here.editor.page.locator("#bericht")).to_be_focused()
    assert here.decisions() == [("approve", "")], "a held key must not go on to the next item"


def test_keys_in_a_choice_of_the_filter_choose(room):
    here = room()
    here.editor.page.locator("select[name=regio]").focus()
    before = here.editor.page.url
    here.editor.press("j", "i", "a", "a")
    assert here.editor.page.url == before
    here.nothing_was_decided()


def test_a_double_press_stores_one_verdict(room):
    here = room()
    page = here.editor.page
    here.editor.look()
    with page.expect_navigation(wait_until="load"):
        # In one breath, before the answer of the first can be there.
        page.evaluate(
            """() => {
              const press = () => document.dispatchEvent(new KeyboardEvent("keydown", {key: "i", bubbles: true}));
              press(); press(); press();
            }"""
        )
    assert here.decisions() == [("internal", "")]


def test_without_javascript_the_same_verdicts_are_plain_forms(room):
    here = room(javascript=False)
    page = here.editor.page
    page.locator("[data-yes]").click()
    page.locator("[data-reject] summary").click()
    page.get_by_role("button", name="Te oud").click()
    page.locator("[data-internal]").click()
    assert here.states() == [State.APPROVED, State.REJECTED, State.INTERNAL]
    page.get_by_role("button", name="Zet terug").click()
    assert here.states() == [State.APPROVED, State.REJECTED, State.PENDING]


def test_without_javascript_a_name_is_shortened_with_a_button(room):
    here = room(titles=[MARKED], javascript=False)
    page = here.editor.page
    page.locator("[data-yes]").click()
    expect(page.get_by_role("alert")).to_contain_text("1 vraag open")
    here.nothing_was_decided()
    page.locator("[data-shorten]").click()
    expect(page.locator("#bericht")).to_have_text("Verdachte Pieter V. voor de rechter")
    page.locator("[data-yes]").click()
    assert here.states() == [State.APPROVED]
