"""Signing up, confirming, choosing and leaving, as a browser, a scanner and a mail program do it."""

import re

import pytest
from sqlmodel import select

from service.mail_links import CONFIRM, PREFERENCES, UNSUBSCRIBE, link_path
from store.tables import Notice, Subscriber, SubscriberRegion
from tests.parts.readers import subscribe as subscribed
from tests.parts.readers import token_of
from tests.service.conftest import OURS

ADDRESS = "lezer@lezer.example"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def reader(store, running, now):
    """The token of a confirmed subscriber."""
    return subscribed(store, now, ADDRESS, ["Utrecht"], running.secrets)


def ask(client, address=ADDRESS, **more):
    return client.post("/aanmelden", data={"address": address, **more}, headers=OURS)


def rows(store, table):
    with store.reading() as session:
        return session.exec(select(table)).all()


def links(running, token):
    return {kind.purpose: link_path(running.secrets, kind, token) for kind in (CONFIRM, UNSUBSCRIBE, PREFERENCES)}


def test_the_whole_way_from_the_form_to_the_confirmation(client, running, store):
    page = client.get("/aanmelden").text
    assert page.count('name="province"') == 12
    answer = ask(client, province=["Utrecht", "Zeeland"])
    assert answer.status_code == 200
    assert "Kijk in je mail" in answer.text
    path = link_path(running.secrets, CONFIRM, token_of(store, ADDRESS, running.secrets))
    shown = client.get(path)
    assert "Bevestig mijn aanmelding" in shown.text
    assert "Utrecht" in shown.text
    assert rows(store, Subscriber)[0].state == "unconfirmed", "opening the link changes nothing"
    done = client.post(path, headers=OURS | FORM)
    assert "Je bent aangemeld" in done.text
    assert rows(store, Subscriber)[0].state == "confirmed"
    assert "Je bent aangemeld" in client.get(path).text, "opening it again is no error"


def test_the_answer_is_the_same_for_a_new_a_known_and_a_limited_address(client, reader):
    known, new = ask(client), ask(client, "ander@lezer.example")
    limited = ask(client, "ander@lezer.example")
    assert known.content == new.content == limited.content
    assert known.headers == new.headers == limited.headers
    assert known.status_code == new.status_code == limited.status_code == 200


def test_nothing_is_sent_while_the_visitor_waits(client, running, store):
    """M8: a mail server that is down changes no answer, because nobody asks it."""
    ask(client)
    assert [notice.state for notice in rows(store, Notice)] == ["waiting"]


def test_an_address_that_cannot_be_one_gets_a_sentence_and_keeps_what_was_typed(client, store):
    answer = ask(client, "<b>geen adres", province=["Zeeland"])
    assert answer.status_code == 422
    assert "Dit lijkt geen e-mailadres" in answer.text
    assert "&lt;b&gt;geen adres" in answer.text
    assert re.search(r'value="Zeeland" checked', answer.text)
    assert rows(store, Subscriber) == []


def test_one_network_gets_five_confirmations_an_hour_and_the_sixth_sees_the_same_page(client, store, clock):
    answers = [ask(client, f"lezer{number}@lezer.example") for number in range(7)]
    assert len({answer.content for answer in answers}) == 1
    assert len(rows(store, Notice)) == 5
    clock.advance(hours=1)
    ask(client, "later@lezer.example")
    assert len(rows(store, Notice)) == 6


def test_a_bot_with_thousands_of_addresses_and_networks_cannot_make_more_than_200_mails_an_hour(
    client, running, store, clock
):
    """INV-22, thin: one request per network, so that only the total counts."""
    answers = set()
    for number in range(300):
        client.app.state.throttle._seen.clear()
        answers.add(ask(client, f"doelwit{number}@lezer.example").content)
    assert len(answers) == 1
    due_now = [notice for notice in rows(store, Notice) if notice.due_at <= clock()]
    assert len(due_now) == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_link_scanner_changes_nothing(client, running, store, now, method):
    """INV-23: every link in every mail, three times."""
    token = subscribed(store, now, ADDRESS, ["Utrecht"], running.secrets)
    ask(client, "twijfel@lezer.example")
    other = token_of(store, "twijfel@lezer.example", running.secrets)
    before = [rows(store, table) for table in (Subscriber, SubscriberRegion, Notice)]
    for path in [*links(running, token).values(), *links(running, other).values()] * 3:
        client.request(method, path)
    assert [rows(store, table) for table in (Subscriber, SubscriberRegion, Notice)] == before


def test_a_confirmation_is_over_after_48_hours(client, running, store, clock):
    ask(client)
    path = link_path(running.secrets, CONFIRM, token_of(store, ADDRESS, running.secrets))
    clock.advance(hours=48)
    for answer in (client.get(path), client.post(path, headers=OURS | FORM)):
        assert answer.status_code == 404
        assert "Deze link werkt niet meer" in answer.text


def test_leaving_with_the_button_erases_at_once(client, running, store, reader):
    path = links(running, reader)["unsubscribe"]
    assert "Meld mij af" in client.get(path).text
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"}, headers=OURS)
    assert "Je bent afgemeld" in answer.text
    assert rows(store, Subscriber) == []


def test_a_mail_program_unsubscribes_with_one_post_without_cookie_origin_or_redirect(client, running, store, reader):
    """RFC 8058 section 3.2, as the big providers do it."""
    path = links(running, reader)["unsubscribe"]
    answer = client.post(path, content=b"List-Unsubscribe=One-Click", headers=FORM)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert rows(store, Subscriber) == []


def test_a_mail_program_may_also_post_a_multipart_form(client, running, store, reader):
    path = links(running, reader)["unsubscribe"]
    assert client.post(path, files={"List-Unsubscribe": (None, "One-Click")}).status_code == 200
    assert rows(store, Subscriber) == []


def test_a_link_of_nobody_is_answered_like_one_that_was_used(client, running, reader):
    used = links(running, reader)["unsubscribe"]
    first = client.post(used, headers=FORM)
    second = client.post(used, headers=FORM)
    nobody = client.post("/afmelden/niemand.ABCDEFGHIJKLMNOPQRSTUVWX", headers=FORM)
    assert first.content == second.content == nobody.content
    assert first.status_code == second.status_code == nobody.status_code == 200


def test_a_link_for_one_thing_does_nothing_else(client, running, store, now, reader):
    """C8: the confirming link does not unsubscribe, and no link works for somebody else."""
    ask(client, "twijfel@lezer.example")
    other = token_of(store, "twijfel@lezer.example", running.secrets)
    for kind in (UNSUBSCRIBE, PREFERENCES):
        signed = running.secrets.sign(kind.purpose, other)
        assert client.post(CONFIRM.path + signed, headers=OURS | FORM).status_code == 404
    client.post(UNSUBSCRIBE.path + running.secrets.sign(CONFIRM.purpose, reader), headers=FORM)
    signature = links(running, other)["unsubscribe"].rpartition(".")[2]
    client.post(f"{UNSUBSCRIBE.path}{reader}.{signature}", headers=FORM)
    assert sorted(row.state for row in rows(store, Subscriber)) == ["confirmed", "unconfirmed"]


def test_preferences_replace_the_provinces(client, running, store, reader):
    path = links(running, reader)["preferences"]
    assert re.search(r'value="Utrecht" checked', client.get(path).text)
    answer = client.post(path, data={"province": ["Zeeland", "Drenthe", "Atlantis"]}, headers=OURS)
    assert "Je keuze is bewaard" in answer.text
    assert sorted(row.province for row in rows(store, SubscriberRegion)) == ["Drenthe", "Zeeland"]
    client.post(path, headers=OURS | FORM)
    assert rows(store, SubscriberRegion) == [], "none chosen means all of the Netherlands"


def test_preferences_of_somebody_who_left_are_gone(client, running, reader):
    path = links(running, reader)["preferences"]
    client.post(links(running, reader)["unsubscribe"], headers=FORM)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/aanmelden", "/aanmelden/bevestigen/x.y", "/afmelden/x.y", "/voorkeuren/x.y"])
def test_these_pages_leave_no_copy_and_tell_nothing_in_their_title(client, path):
    answer = client.get(path)
    assert answer.headers["cache-control"] == "no-store"
    title = re.search(r"<title>(.*?)</title>", answer.text).group(1)
    assert not re.search("mensenhandel|uitbuiting|slachtoffer|signaal", title, re.IGNORECASE), title


@pytest.mark.parametrize("path", ["/aanmelden", "/aanmelden/bevestigen/x.y", "/voorkeuren/x.y"])
def test_another_site_cannot_post_here(client, path):
    assert client.post(path, headers=FORM | {"Origin": "https://kwaad.example"}).status_code == 403


def test_guessing_tokens_ends_after_sixty_an_hour_and_real_links_still_work(client, running, store, reader):
    for number in range(60):
        assert client.get(f"/voorkeuren/raad{number}.x").status_code == 404
    assert client.get("/voorkeuren/raad.x").status_code == 429
    assert client.post("/afmelden/raad.x", headers=FORM).status_code == 429
    assert client.post(links(running, reader)["unsubscribe"], headers=FORM).status_code == 200
    assert rows(store, Subscriber) == []


def test_the_evidence_of_consent_is_what_the_page_said(client, store):
    ask(client)
    (row,) = rows(store, Subscriber)
    page = re.sub(r"\s+", " ", client.get("/aanmelden").text)
    assert row.consent_text in page
