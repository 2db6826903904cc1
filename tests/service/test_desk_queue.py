"""The queue and the verdicts, as an editor meets them: over plain forms, with a sentence for every refusal."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from store.database import open_store
from store.tables import Item
from store.values import RejectReason, Role
from tests.parts import samples
from tests.parts.desk import Desk, problem, words


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in()
    return made


def published(desk, item):
    return desk.client.get(f"/nieuws/{item}-x", follow_redirects=True).status_code == 200


def test_an_empty_queue_says_what_will_come(desk):
    page = desk.client.get("/redactie")
    assert page.status_code == 200
    assert "De rij is leeg" in words(page)
    assert "De stapel is leeg" in words(desk.client.get("/redactie?stapel=1"))


def test_the_editor_sees_source_text_and_reasons(desk):
    (item,) = desk.offer(samples.article())
    text = words(desk.client.get("/redactie"))
    for part in (
        "Inval bij een bedrijf in Tilburg", "Omroep Proef", "bron.example", "De inspectie vond mensen",
        "Tilburg (Noord-Brabant)", "genoemd: in Tilburg", "arbeidsuitbuiting", "waarschijnlijk wel (0,80)",
        "Niet op de site", "Zij sliepen op het terrein",
    ):  # fmt: skip
        assert part in text, f"the editor must see {part!r} of item {item}"


def test_approving_is_stored_goes_to_the_next_item_and_shows_after_the_window(desk):
    first, second = desk.offer(samples.article("een"), samples.article("twee", "Tweede bericht"))
    answer = desk.decide(first, "approve")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/redactie?item={second}#bericht"
    assert not published(desk, first)
    desk.clock.advance(seconds=desk.settings.desk.undo_seconds)
    assert published(desk, first)


def test_after_the_last_item_the_queue_is_empty(desk):
    (item,) = desk.offer(samples.article())
    answer = desk.decide(item, "internal")
    assert answer.headers["location"] == "/redactie"
    assert "De rij is leeg" in words(desk.client.get("/redactie"))


def test_a_text_without_marks_is_approved_with_its_number_alone(desk):
    (item,) = desk.offer(samples.article())
    sent = {"verdict": "approve", "revision": str(desk.waiting(item))}
    assert desk.client.post(f"/redactie/items/{item}/decision", data=sent).status_code == 303
    assert desk.row(item).state == "approved"


@pytest.mark.parametrize("reason", list(RejectReason))
def test_every_reason_rejects(desk, reason):
    (item,) = desk.offer(samples.article())
    assert desk.decide(item, "reject", reason=reason.value).status_code == 303
    assert desk.row(item).state == "rejected"


@pytest.mark.parametrize("reason", [None, "", "zomaar", "OFF_TOPIC"])
def test_rejecting_without_a_reason_of_the_list_is_refused(desk, reason):
    (item,) = desk.offer(samples.article())
    with desk.nothing_changes(item):
        answer = desk.decide(item, "reject", reason=reason)
    assert answer.status_code == 422
    assert "reden" in problem(answer)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"verdict": "publiceer"}, 422),
        ({"verdict": None}, 422),
        ({"verdict": "APPROVE"}, 422),
        ({"revision": None}, 422),
        ({"revision": "abc"}, 422),
        ({"revision": "-1"}, 422),
        ({"revision": "99999999999999999999999"}, 422),
        ({"revision": "4711"}, 409),
        ({"public_at": "2020-01-01"}, 422),
        ({"state": "approved"}, 422),
        ({"at": "morgen"}, 422),
        ({"at": "2020-01-01T10:00"}, 422),
        ({"reason": "x" * 100_000}, 422),
        ({"reason": "tekst met \u202e om te keren"}, 422),
        ({"reason": "met \x00 erin"}, 422),
    ],
)
def test_a_forged_verdict_changes_nothing_and_is_explained(desk, fields, status):
    (item,) = desk.offer(samples.article())
    with desk.nothing_changes(item):
        answer = desk.decide(item, "approve", **fields)
    assert answer.status_code == status, words(answer)[:300]
    assert problem(answer).endswith(".")


def test_a_field_that_comes_twice_is_refused(desk):
    (item,) = desk.offer(samples.article())
    body = f"verdict=reject&verdict=approve&revision={desk.waiting(item)}&privacy_checked=1&reason=other"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    with desk.nothing_changes(item):
        answer = desk.client.post(f"/redactie/items/{item}/decision", content=body, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("number", ["0", "4711", "abc", "99999999999999"])
def test_an_item_that_is_not_there_is_404(desk, number):
    assert desk.client.get(f"/redactie/items/{number}").status_code == 404
    assert desk.client.get(f"/redactie?item={number}").status_code == 404
    sent = {"verdict": "reject", "revision": "1", "reason": "other"}
    assert desk.client.post(f"/redactie/items/{number}/decision", data=sent).status_code in {404, 422}


def test_a_text_that_changed_meanwhile_gives_the_difference_word_by_word(desk):
    (item,) = desk.offer(samples.article(title="Twee verdachten in Tilburg", text="Twee mensen zijn gehoord."))
    seen = desk.waiting(item)
    desk.offer(samples.article(title="Drie verdachten in Tilburg", text="Drie mensen zijn gehoord."))
    with desk.nothing_changes(item):
        answer = desk.decide(item, "approve", revision=seen)
    assert answer.status_code == 409
    assert "<del>Twee</del><ins>Drie</ins> verdachten in Tilburg" in answer.text
    assert f'name="revision" value="{desk.waiting(item)}"' in answer.text, "the new text must be offered for a verdict"
    assert desk.decide(item, "approve").status_code == 303


def test_an_item_that_somebody_else_decided_says_so(desk):
    (item,) = desk.offer(samples.article())
    seen = desk.waiting(item)
    desk.decide(item, "reject", reason="off_topic")
    with desk.nothing_changes(item):
        answer = desk.decide(item, "approve", revision=seen)
    assert answer.status_code == 409
    text = words(answer)
    assert "Over dit bericht is al besloten" in text
    assert "Afgewezen door editor@voorbeeld.nl" in text


def test_undo_puts_the_item_back_and_opens_it(desk):
    (item,) = desk.offer(samples.article())
    revision = desk.waiting(item)
    desk.decide(item, "approve")
    page = desk.client.get("/redactie")
    bar = re.search(r'<form class="undo".*?</form>', page.text, re.DOTALL).group()
    assert f'data-seconds="{desk.settings.desk.undo_seconds}"' in bar
    assert f'value="{revision}"' in bar
    answer = desk.client.post(f"/redactie/items/{item}/decision", data={"verdict": "undo", "revision": revision})
    assert answer.headers["location"] == f"/redactie?item={item}#bericht"
    assert desk.waiting(item) == revision
    assert 'class="undo"' not in desk.client.get("/redactie").text


def test_undo_after_the_window_says_what_can_be_done(desk):
    (item,) = desk.offer(samples.article())
    revision = desk.waiting(item)
    desk.decide(item, "approve")
    desk.clock.advance(seconds=desk.settings.desk.undo_seconds)
    assert 'class="undo"' not in desk.client.get("/redactie").text
    answer = desk.client.post(f"/redactie/items/{item}/decision", data={"verdict": "undo", "revision": revision})
    assert answer.status_code == 422
    assert "bedenktijd is voorbij" in problem(answer)
    assert published(desk, item)


def test_an_undo_that_had_to_wait_for_its_turn_until_the_window_was_over_comes_too_late(desk, settings):
    """By then the text was on the site and the mails were on their way: the moment of the decision is what counts."""
    (item,) = desk.offer(samples.article())
    revision = desk.waiting(item)
    desk.decide(item, "approve")
    undo = {"verdict": "undo", "revision": revision}
    with ThreadPoolExecutor(1) as pool, closing(open_store(settings.store_url)) as other:
        with other.writing() as session:
            session.exec(select(Item).where(Item.id == item).with_for_update()).one()
            posted = pool.submit(desk.client.post, f"/redactie/items/{item}/decision", data=undo)
            time.sleep(1.0)
            assert not posted.done(), "somebody else holds the item; the undo has to wait"
            desk.clock.advance(seconds=desk.settings.desk.undo_seconds)
            assert published(desk, item)
        answer = posted.result()
    assert answer.status_code == 422
    assert "bedenktijd is voorbij" in problem(answer)
    assert published(desk, item)


def test_withdrawing_acts_at_once_with_a_free_reason_and_goes_back_to_the_list(desk):
    (item,) = desk.offer(samples.article())
    revision = desk.waiting(item)
    desk.decide(item, "approve")
    desk.clock.advance(minutes=1)
    assert "Inval bij een bedrijf" in words(desk.client.get("/redactie/openbaar"))
    answer = desk.decide(item, "withdraw", revision=revision, reason="Er stond een naam in.", terug="openbaar")
    assert (answer.status_code, answer.headers["location"]) == (303, "/redactie/openbaar")
    assert not published(desk, item)
    assert "Er stond een naam in." in words(desk.client.get("/redactie/geschiedenis"))


def test_a_rejected_item_can_be_put_back_in_the_queue(desk):
    (item,) = desk.offer(samples.article())
    desk.decide(item, "reject", reason="outdated")
    desk.clock.advance(minutes=1)
    assert "Zet in de rij" in desk.client.get(f"/redactie/items/{item}").text
    assert desk.decide(item, "reopen").headers["location"] == f"/redactie?item={item}#bericht"
    assert desk.waiting(item)


def test_a_new_text_of_a_public_item_shows_the_difference_and_the_old_one_stays(desk):
    (item,) = desk.offer(samples.article(title="Twee verdachten"))
    desk.decide(item, "approve")
    desk.clock.advance(minutes=1)
    desk.offer(samples.article(title="Drie verdachten"))
    page = desk.client.get(f"/redactie?item={item}")
    assert "De oude tekst staat nog op de site." in words(page)
    assert "<del>Twee</del><ins>Drie</ins> verdachten" in page.text
    shown = words(desk.client.get(f"/nieuws/{item}-x", follow_redirects=True))
    assert "Twee verdachten" in shown
    assert "Drie verdachten" not in shown


def test_a_verdict_keeps_the_filter_and_the_page(desk):
    first, second, _ = desk.offer(
        samples.article("een", "Over werk een"),
        samples.article("twee", "Over werk twee"),
        samples.article("drie", "Anders"),
    )
    page = desk.client.get("/redactie?q=over+werk&regio=Noord-Brabant")
    assert 'name="q" value="over werk"' in page.text
    assert "Anders" not in words(page)
    answer = desk.decide(first, "internal", q="over werk", regio="Noord-Brabant")
    assert answer.headers["location"] == f"/redactie?regio=Noord-Brabant&q=over+werk&item={second}#bericht"
    assert desk.decide(second, "internal", q="over werk").headers["location"] == "/redactie?q=over+werk"


@pytest.mark.parametrize(
    "query", ["regio=Atlantis", "vorm=kwaad", "soort=brief", "na=xyz", "q=%00%1b", "bron=%00", "item="]
)
def test_a_filter_that_makes_no_sense_shows_everything(desk, query):
    desk.offer(samples.article())
    page = desk.client.get(f"/redactie?{query}")
    assert page.status_code == 200
    assert "Inval bij een bedrijf" in words(page)


def test_hidden_fields_never_lead_to_another_site(desk):
    (item,) = desk.offer(samples.article())
    answer = desk.decide(item, "internal", terug="https://elders.example/", q="//elders.example", bron="\\\\elders")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/redactie?")


def test_hostile_text_from_a_source_is_shown_as_text(desk):
    payload = '<script>alert(1)</script>{{7*7}}"><img src=x onerror=alert(1)>'
    (item,) = desk.offer(samples.article(title=payload, excerpt=payload, text=payload, url="javascript:alert(1)"))
    old = desk.waiting(item)
    desk.offer(samples.article(title=payload + "!", text=payload + "?", url="https://good.nl\\@evil.example/"))
    answers = [desk.decide(item, "reject", revision=old, reason="other")]
    paths = (f"/redactie?item={item}", f"/redactie/items/{item}", "/redactie?q=%3Cscript%3E")
    answers += [desk.client.get(path) for path in paths]
    desk.decide(item, "reject", reason="other")
    answers.append(desk.client.get("/redactie/geschiedenis"))
    for answer in answers:
        assert "{{7*7}}" in answer.text, "a source's text is a value, never a template"
        for forbidden in ("<script>alert", "<img", 'href="javascript', 'href="https://good.nl\\'):
            assert forbidden not in answer.text, f"{answer.request.url} holds {forbidden}"


def test_an_event_says_how_soon_it_is(desk, now):
    desk.offer(samples.event("e", now + timedelta(days=2)))
    text = words(desk.client.get("/redactie"))
    assert "bijeenkomst" in text
    assert "over 2 dagen" in text
    assert "donderdag 26 november 2026" in text
    assert "10.00 tot 12.00 uur" in text


def test_what_looks_irrelevant_lies_on_the_pile_and_can_be_approved_there(desk):
    (item,) = desk.offer(samples.article(reading=samples.reading(shown=False)))
    assert "De rij is leeg" in words(desk.client.get("/redactie"))
    page = desk.client.get("/redactie?stapel=1")
    assert "ligt op de stapel" in words(page)
    assert 'name="stapel" value="1"' in page.text
    assert desk.decide(item, "approve", stapel="1").headers["location"] == "/redactie?stapel=1"
    desk.clock.advance(minutes=1)
    assert published(desk, item)


def test_history_shows_who_what_why_and_that_the_chain_fits(desk):
    (item,) = desk.offer(samples.article())
    desk.decide(item, "reject", reason="duplicate")
    text = words(desk.client.get("/redactie/geschiedenis"))
    assert "Afgewezen door editor@voorbeeld.nl, tekst 1: staat er al" in text
    assert "De keten klopt: 1 besluit nagekeken" in text


def test_many_items_come_in_pages(desk):
    desk.offer(*(samples.article(str(number), f"Bericht {number}") for number in range(120)))
    seen, path = [], "/redactie"
    while path:
        page = desk.client.get(path)
        seen += re.findall(r'class="line-title"><bdi>(.*?)</bdi>', page.text)
        following = re.search(r'<a href="([^"]+)" rel="next"', page.text)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert sorted(seen) == sorted(f"Bericht {number}" for number in range(120))


def test_a_reader_who_posts_a_verdict_is_refused(desk):
    (item,) = desk.offer(samples.article())
    desk.sign_in(Role.READER)
    with desk.nothing_changes(item):
        assert desk.decide(item, "approve").status_code == 403


def test_long_texts_give_a_difference_in_reasonable_time(desk):
    long = " ".join(f"woord{number % 400}" for number in range(8000)) + "."
    rights = replace(samples.article(), text=long)
    (item,) = desk.offer(rights)
    desk.decide(item, "approve")
    desk.offer(replace(rights, text=long.replace("woord7", "anders7")))
    page = desk.client.get(f"/redactie?item={item}")
    assert page.status_code == 200
    assert page.elapsed.total_seconds() < 2
