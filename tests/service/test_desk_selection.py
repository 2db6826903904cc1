"""One act for the ticked lines: each bound to the text that was seen, each with its own outcome."""

import re
from dataclasses import replace

import pytest

from store.values import FlagKind, PrivacyFlag, Role
from tests.parts import samples
from tests.parts.desk import Desk, words


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in()
    return made


def ticks(desk, items):
    return [f"{item}:{desk.waiting(item)}" for item in items]


def post(desk, action, picked, **fields):
    return desk.client.post("/redactie/selectie", data={"action": action, "gekozen": picked, **fields})


def three(desk):
    return desk.offer(*(samples.article(name, f"Bericht {name}") for name in ("een", "twee", "drie")))


def summary(answer):
    assert answer.status_code == 200, words(answer)[:400]
    return re.search(r'<p role="status"><strong>(.*?)</strong>', answer.text).group(1)


def test_each_line_of_the_queue_can_be_ticked_without_a_script(desk):
    items = three(desk)
    page = desk.client.get("/redactie")
    sent = re.findall(r'name="gekozen" value="([^"]+)" form="selectie"', page.text)
    assert sorted(sent) == sorted(ticks(desk, items))
    desk.sign_in(Role.READER)
    assert 'name="gekozen"' not in desk.client.get("/redactie").text


def test_a_selection_is_rejected_with_one_reason(desk):
    items = three(desk)
    answer = post(desk, "reject", ticks(desk, items[:2]), reason="duplicate")
    assert summary(answer) == "2 berichten afgewezen."
    assert [desk.row(item).state for item in items] == ["rejected", "rejected", "pending"]
    undo = desk.client.post(
        f"/redactie/items/{items[0]}/decision",
        data={"verdict": "undo", "revision": desk.row(items[0]).current_revision_id},
    )
    assert undo.status_code == 303, "each can still be taken back"
    assert desk.row(items[0]).state == "pending"


def test_what_changed_meanwhile_stays_and_is_named(desk):
    items = three(desk)
    picked = ticks(desk, items)
    desk.offer(samples.article("twee", "Bericht twee, nu anders"))
    desk.decide(items[2], "internal")
    answer = post(desk, "reject", picked, reason="outdated")
    assert summary(answer) == "1 bericht afgewezen, 2 intussen veranderd en niet aangeraakt."
    assert [desk.row(item).state for item in items] == ["rejected", "pending", "internal"]
    assert "Bericht twee, nu anders" in words(answer)


def test_region_and_form_are_set_and_the_items_go_on_waiting(desk):
    items = three(desk)
    assert summary(post(desk, "region", ticks(desk, items), province="", municipality="Goes")) == (
        "3 berichten van regio veranderd."
    )
    assert summary(post(desk, "form", ticks(desk, items[:1]), forms=["sexual", "labour"])) == (
        "1 bericht van vorm veranderd."
    )
    page = desk.client.get("/redactie?gemeente=Goes")
    assert all(f"Bericht {name}" in words(page) for name in ("een", "twee", "drie"))
    text = words(desk.client.get(f"/redactie?item={items[0]}"))
    assert "Goes (Zeeland)" in text
    assert "seksuele uitbuiting" in text
    assert desk.row(items[0]).state == "pending"


def test_approving_shows_the_list_first_and_takes_what_has_no_open_marks(desk):
    flag = PrivacyFlag(FlagKind.PERSON, 0, 16, "Willem Voorbeeld")
    marked = samples.article("naam", "Willem Voorbeeld gehoord", reading=replace(samples.reading(), flags=(flag,)))
    first, second, named = desk.offer(samples.article("een", "Bericht een"), samples.article("twee"), marked)
    listed = post(desk, "list", ticks(desk, (first, second, named)))
    assert listed.status_code == 200
    for part in ("Bericht een", "De inspectie vond mensen", "Willem Voorbeeld gehoord", "gaat niet mee"):
        assert part in words(listed)
    sent = re.findall(r'name="gekozen" value="([^"]+)"', listed.text)
    assert sent == ticks(desk, (first, second))
    assert "Keur 2 berichten goed" in words(listed)
    assert desk.decisions() == 0
    refused = post(desk, "approve", sent)
    assert refused.status_code == 422
    assert "gelezen" in words(refused)
    assert summary(post(desk, "approve", sent, gekeken="1")) == "2 berichten goedgekeurd."
    assert [desk.row(item).state for item in (first, second, named)] == ["approved", "approved", "pending"]


def test_a_forged_approval_of_a_marked_text_is_not_done(desk):
    flag = PrivacyFlag(FlagKind.PERSON, 0, 16, "Willem Voorbeeld")
    (named,) = desk.offer(
        samples.article("n", "Willem Voorbeeld gehoord", reading=replace(samples.reading(), flags=(flag,)))
    )
    answer = post(desk, "approve", ticks(desk, [named]), gekeken="1")
    assert summary(answer) == "0 berichten goedgekeurd, 1 niet gedaan."
    assert desk.row(named).state == "pending"


def test_no_more_than_ten_are_approved_together(desk):
    items = desk.offer(*(samples.article(str(number)) for number in range(11)))
    for action in ("list", "approve"):
        answer = post(desk, action, ticks(desk, items), gekeken="1")
        assert answer.status_code == 422
        assert "hoogstens 10" in words(answer)
    assert desk.decisions() == 0
    assert summary(post(desk, "internal", ticks(desk, items))) == "11 berichten alleen intern gemaakt."


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("reject", {}),
        ("reject", {"reason": "zomaar"}),
        ("region", {}),
        ("region", {"province": "Atlantis"}),
        ("region", {"province": "Zeeland", "municipality": "Tilburg"}),
        ("form", {}),
        ("form", {"forms": "kwaad"}),
        ("wis", {}),
        ("", {}),
        ("internal", {"gekozen": []}),
        ("internal", {"gekozen": ["1"]}),
        ("internal", {"gekozen": ["1:x"]}),
        ("internal", {"gekozen": ["-1:2"]}),
        ("internal", {"gekozen": ["99999999999999:1"]}),
        ("internal", {"gekozen": [f"{number}:1" for number in range(1, 52)]}),
        ("internal", {"state": "approved"}),
    ],
)
def test_a_selection_that_makes_no_sense_changes_nothing(desk, action, fields):
    (item,) = desk.offer(samples.article())
    sent = {"action": action, "gekozen": ticks(desk, [item]), **fields}
    with desk.nothing_changes(item):
        answer = desk.client.post("/redactie/selectie", data=sent)
    assert answer.status_code == 422, words(answer)[:300]
    assert "Naar de rij" in words(answer)


def test_an_item_that_is_not_there_or_another_text_is_said_so(desk):
    first, second = desk.offer(samples.article("een"), samples.article("twee"))
    answer = post(desk, "internal", ["4711:1", f"{first}:{desk.waiting(second)}"])
    assert "bestaat niet" in words(answer)
    assert desk.decisions() == 0


def test_readers_select_nothing(desk):
    (item,) = desk.offer(samples.article())
    picked = ticks(desk, [item])
    desk.sign_in(Role.READER)
    with desk.nothing_changes(item):
        assert post(desk, "internal", picked).status_code == 403
