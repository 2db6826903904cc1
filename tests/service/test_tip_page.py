"""`/tip`: propose something without an account; it waits as everything else does."""

from __future__ import annotations

import pytest
from sqlmodel import select

from store.tables import Item, Revision, Source, Tip
from store.values import State
from tests.parts import samples
from tests.parts.desk import Desk, problem, words
from tests.service.conftest import OURS

LINK = "https://bron.example/een-bericht"


def send(client, **fields):
    return client.post("/tip", data=fields, headers=OURS)


def rows(store, table):
    with store.reading() as session:
        return session.exec(select(table)).all()


def test_the_page_says_first_that_it_takes_no_reports_and_where_to_call(client):
    page = words(client.get("/tip"))
    assert (
        page.index("Dat kan niet met dit formulier") < page.index("112") < page.index("Een artikel of een bijeenkomst")
    )


def test_no_page_of_it_is_kept_by_a_browser_or_sets_a_cookie(client):
    for answer in (client.get("/tip"), client.get("/tip/verstuurd"), send(client, titel="Een titel"), send(client)):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


def test_a_tip_waits_for_an_editor_and_the_answer_repeats_nothing(client, store):
    answer = send(client, link=LINK, titel="Geheim woord", antwoord="tip@lezer.example", organisatie="Stichting")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tip/verstuurd")
    assert "Geheim" not in client.get("/tip/verstuurd").text
    (item,) = rows(store, Item)
    (text,) = rows(store, Revision)
    assert (item.state, text.title, text.url) == (State.PENDING, "Geheim woord", LINK)
    assert rows(store, Source)[0].kind == "own"
    assert "lezer.example" not in rows(store, Tip)[0].contact_sealed
    assert "Geheim" not in client.get("/nieuws").text


def test_a_second_press_on_the_button_makes_no_second_item(client, store):
    assert [send(client, link=LINK).status_code for _ in range(2)] == [303, 303]
    assert len(rows(store, Item)) == 1


def test_the_sixth_in_an_hour_gets_429_and_keeps_nothing(client, store, clock):
    answers = [send(client, titel=f"Tip {number}") for number in range(6)]
    assert [each.status_code for each in answers] == [303] * 5 + [429]
    assert len(rows(store, Item)) == 5
    clock.advance(hours=1)
    assert send(client, titel="Tip 7").status_code == 303


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"titel": ""}, "link"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"titel": "x" * 100_000}, "te lang"),
        ({"titel": "om \u202e gedraaid"}, "teken"),
        ({"titel": "x", "antwoord": "geen adres"}, "e-mailadres"),
        ({"titel": "x", "datum": "2020-01-01"}, "voorbij"),
        ({"titel": "x", "vreemd": "veld"}, "veld dat hier niet hoort"),
    ],
    ids=str,
)
def test_what_is_not_right_is_said_in_a_sentence_and_kept_nowhere(client, store, fields, word):
    answer = send(client, **fields)
    assert answer.status_code == 422
    assert word in problem(answer)
    assert rows(store, Item) == []


def test_what_was_typed_is_still_there_after_a_mistake_and_stays_text(client):
    answer = send(client, titel="<script>alert(1)</script>", link="fout")
    assert "<script>alert" not in answer.text
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in answer.text


def test_an_editor_sees_who_sent_a_tip_and_a_reader_does_not(store, settings, clock):
    desk = Desk(store, settings, clock)
    (other,) = desk.offer(samples.article())
    desk.browser().post(
        "/tip", data={"titel": "Een tip", "antwoord": "tip@lezer.example", "organisatie": "Stichting X"}
    )
    item = max(row.id for row in rows(store, Item))
    desk.sign_in()
    shown = words(desk.client.get(f"/redactie/items/{item}/bereik"))
    assert "tip@lezer.example" in shown
    assert "Stichting X" in shown
    assert "Wie stuurde dit in?" not in words(desk.client.get(f"/redactie/items/{other}/bereik"))
    desk.sign_in("reader")
    assert "tip@lezer.example" not in desk.client.get(f"/redactie/items/{item}/bereik").text


def test_a_tip_can_be_approved_as_everything_else(store, settings, clock):
    desk = Desk(store, settings, clock)
    desk.browser().post("/tip", data={"titel": "Cijfers over uitbuiting in Tilburg", "link": LINK})
    desk.sign_in()
    item = rows(store, Item)[0].id
    assert desk.client.get(f"/redactie/items/{item}").status_code == 200
    assert desk.decide(item, "approve").status_code == 303
    clock.advance(minutes=1)
    assert "Cijfers over uitbuiting" in desk.browser().get("/nieuws").text
