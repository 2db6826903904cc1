"""Who looks at an item, as editors see it; handing over; filters with a name."""

import re

import pytest

from store import claims
from store.values import Role
from tests.parts import samples
from tests.parts.desk import Desk, problem, words


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.anna = made.sign_in(address="anna@voorbeeld.nl")
    made.annas = made.client
    made.client = made.browser()
    made.noor = made.sign_in(address="noor@voorbeeld.nl")
    made.noors = made.client
    return made


def holder(desk, item):
    with desk.store.reading() as session:
        seen = claims.of_item(session, item, now=desk.clock())
    return seen.address if seen else None


def act(browser, item, action, **fields):
    return browser.post(f"/redactie/items/{item}/claim", data={"action": action, **fields})


def press(browser, path):
    """A form with a button and nothing else, as a browser sends it."""
    return browser.post(path, content="", headers={"content-type": "application/x-www-form-urlencoded"})


def line_of(page, item):
    found = re.search(rf'<li class="line[^>]*data-key="b{item}".*?</li>', page.text, re.DOTALL)
    assert found, f"item {item} has no line"
    return found.group()


def test_opening_an_item_says_so_to_colleagues(desk):
    first, second = desk.offer(samples.article("een"), samples.article("twee", "Tweede bericht"))
    desk.annas.get("/redactie")
    assert holder(desk, first) is None, "the queue alone claims nothing: on a phone no item is in sight"
    desk.annas.get(f"/redactie?item={first}")
    assert holder(desk, first) == "anna@voorbeeld.nl"
    page = desk.noors.get("/redactie")
    assert "Anna kijkt hiernaar" in line_of(page, first)
    assert "kijkt hiernaar" not in line_of(page, second)
    assert 'aria-current="true"' in line_of(page, second), "the first that nobody looks at is shown by itself"
    text = words(desk.noors.get(f"/redactie?item={first}"))
    assert "Anna kijkt hiernaar, sinds 10.00 uur." in text
    assert holder(desk, first) == "anna@voorbeeld.nl", "opening takes nothing from a colleague"
    assert "kijkt hiernaar" not in words(desk.annas.get("/redactie"))


def test_a_claim_ends_by_leaving_by_a_verdict_and_by_time(desk):
    (item,) = desk.offer(samples.article())
    desk.annas.get(f"/redactie?item={item}")
    assert act(desk.annas, item, "release").status_code == 204
    assert holder(desk, item) is None
    assert act(desk.annas, item, "ping").status_code == 204
    desk.clock.advance(seconds=desk.settings.desk.claim_seconds - 1)
    assert holder(desk, item) == "anna@voorbeeld.nl"
    desk.clock.advance(seconds=1)
    assert holder(desk, item) is None
    act(desk.annas, item, "ping")
    desk.client = desk.noors
    assert desk.decide(item, "internal").status_code == 303, "a claim never blocks a verdict"
    assert holder(desk, item) is None


def test_logging_out_lets_go(desk):
    (item,) = desk.offer(samples.article())
    desk.annas.get(f"/redactie?item={item}")
    assert press(desk.annas, "/redactie/uitloggen").status_code == 303
    assert holder(desk, item) is None


def test_after_a_verdict_the_next_is_one_that_nobody_looks_at(desk):
    first, second, third = desk.offer(*(samples.article(name) for name in ("een", "twee", "drie")))
    desk.annas.get(f"/redactie?item={second}")
    desk.client = desk.noors
    assert desk.decide(first, "internal").headers["location"] == f"/redactie?item={third}#bericht"


def test_a_reader_looks_without_a_trace(desk):
    (item,) = desk.offer(samples.article())
    desk.client = desk.browser()
    desk.sign_in(Role.READER)
    page = desk.client.get(f"/redactie?item={item}")
    assert page.status_code == 200
    assert "Draag over" not in page.text
    assert holder(desk, item) is None
    for action in ("ping", "release", "take", "back", "hand"):
        assert act(desk.client, item, action).status_code == 403


def test_what_is_handed_over_stands_on_top_with_its_note(desk):
    first, second = desk.offer(samples.article("een"), samples.article("twee", "Tweede bericht"))
    answer = act(desk.annas, second, "hand", to=desk.noor, note="Ken jij deze plaats?", regio="Noord-Brabant")
    assert answer.headers["location"] == "/redactie?regio=Noord-Brabant&melding=overgedragen"
    page = desk.noors.get("/redactie")
    text = words(page)
    assert text.index("Voor jou") < text.index("Tweede bericht") < text.index("Inval bij een bedrijf")
    assert "van Anna" in line_of(page, second)
    assert "Ken jij deze plaats?" in line_of(page, second)
    assert page.text.count(f'data-key="b{second}"') == 1
    assert "Anna droeg dit aan jou over." in words(desk.noors.get(f"/redactie?item={second}"))
    assert "overgedragen aan Noor" in line_of(desk.annas.get("/redactie"), second)
    assert act(desk.noors, second, "back").headers["location"] == f"/redactie?item={second}#bericht"
    assert "Voor jou" not in words(desk.noors.get("/redactie"))
    assert first != second


def test_taking_over_is_asked_for(desk):
    (item,) = desk.offer(samples.article())
    desk.annas.get(f"/redactie?item={item}")
    assert "Ik neem het over" in words(desk.noors.get(f"/redactie?item={item}"))
    act(desk.noors, item, "take")
    assert holder(desk, item) == "noor@voorbeeld.nl"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "steel"}, 422),
        ({"action": "hand", "to": "4711"}, 422),
        ({"action": "hand", "to": "abc"}, 422),
        ({"action": "hand", "to": "-1"}, 422),
        ({"action": "hand", "to": "99999999999999"}, 422),
        ({"action": "hand", "note": "x" * 100_000}, 422),
        ({"action": "ping", "account_id": "1"}, 422),
    ],
)
def test_a_forged_claim_changes_nothing_and_is_explained(desk, fields, status):
    (item,) = desk.offer(samples.article())
    if "to" not in fields:
        fields = {**fields, **({"to": desk.noor} if fields.get("action") == "hand" else {})}
    answer = desk.annas.post(f"/redactie/items/{item}/claim", data=fields)
    assert answer.status_code == status
    assert words(answer)
    assert holder(desk, item) is None


def test_a_filter_is_kept_opened_and_removed(desk):
    desk.offer(samples.article())
    place = {"regio": "Noord-Brabant", "q": "inval", "soort": "article"}
    answer = desk.annas.post("/redactie/filters", data={**place, "name": "Invallen in Brabant"})
    assert answer.headers["location"] == "/redactie?regio=Noord-Brabant&soort=article&q=inval&melding=filter-bewaard"
    page = desk.annas.get("/redactie")
    path = re.search(r'<a href="([^"]+)"><bdi>Invallen in Brabant', page.text).group(1).replace("&amp;", "&")
    assert path == "/redactie?regio=Noord-Brabant&soort=article&q=inval"
    assert 'aria-current="true"><bdi>Invallen' in desk.annas.get(path).text
    assert "Invallen" not in words(desk.noors.get("/redactie")), "a filter is of who kept it"
    number = re.search(r"/redactie/filters/(\d+)/weg", desk.annas.get("/redactie/filters").text).group(1)
    assert press(desk.noors, f"/redactie/filters/{number}/weg").status_code == 404
    assert press(desk.annas, f"/redactie/filters/{number}/weg").status_code == 303
    assert "nog geen filters" in words(desk.annas.get("/redactie/filters"))


def test_a_filter_that_cannot_be_kept_says_why(desk):
    answer = desk.annas.post("/redactie/filters", data={"name": "leeg"})
    assert answer.status_code == 422
    assert "geen filter aan" in problem(answer)
    assert desk.annas.post("/redactie/filters", data={"name": "x", "q": "a", "url": "//kwaad"}).status_code == 422
    desk.client = desk.browser()
    desk.sign_in(Role.READER)
    assert desk.client.post("/redactie/filters", data={"name": "x", "q": "a"}).status_code == 403
    assert desk.client.get("/redactie/filters").status_code == 200
