"""`/correctie`: no account, no script, no cookie; and what the newsroom then sees and does."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from service.app import create_app, create_running
from service.pages.public.correction import item_in
from store import requests, reviews
from store.tables import CorrectionRequest, Decision, Notice, Review, StaffNotice
from store.values import ReviewKind
from tests.parts import samples
from tests.parts.config import settings_in
from tests.parts.desk import Desk, problem, words
from tests.parts.newsroom import Newsroom
from tests.service.conftest import OURS

SECRET = "Hier staat de naam van iemand die gevaar loopt."


def ask(client, tekst=SECRET, **fields):
    return client.post("/correctie", data={"tekst": tekst, **fields}, headers=OURS)


def rows(store, table):
    with store.reading() as session:
        return session.exec(select(table)).all()


def test_the_page_says_first_that_it_takes_no_reports_and_where_to_call(client):
    page = words(client.get("/correctie"))
    assert page.index("Dat kan niet met dit formulier") < page.index("112") < page.index("Zeg het tegen de redactie")
    assert "0800-7000" in page


def test_no_page_of_it_is_kept_by_a_browser_or_sets_a_cookie(client):
    for answer in (client.get("/correctie"), client.get("/correctie/verstuurd"), ask(client), ask(client, "")):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("number", "shown"),
    [("17", "/nieuws/17"), ("", ""), ("x", ""), ("-1", ""), ("99999999999999", ""), ("<b>", ""), ("١٧", "")],
)
def test_the_link_of_an_item_fills_in_its_page_and_nothing_else_does(client, number, shown):
    page = client.get("/correctie", params={"bericht": number}).text
    value = re.search(r'name="pagina" value="([^"]*)"', page)[1]
    assert value == (f"http://localhost:8000{shown}" if shown else "")


def test_what_somebody_sends_waits_for_the_newsroom_and_the_answer_repeats_nothing(client, store, now):
    item = Newsroom(store, now).publish(samples.article())
    answer = ask(client, soort="removal", pagina=f"http://localhost:8000/nieuws/{item}-een-titel", dringend="1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/correctie/verstuurd")
    done = client.get("/correctie/verstuurd")
    assert SECRET not in done.text
    assert "naar de redactie" not in done.url.query.decode()
    (row,) = rows(store, CorrectionRequest)
    assert (row.kind, row.urgent, row.item_id, row.words) == ("removal", True, item, SECRET)
    (review,) = rows(store, Review)
    assert (review.kind, review.item_id, review.priority) == ("correction", item, 100)


def test_the_answer_is_the_same_for_an_item_that_is_up_one_that_is_not_and_none(client, store, now):
    newsroom = Newsroom(store, now)
    up, waits = newsroom.publish(samples.article("op")), newsroom.offer(samples.article("wacht"))
    answers = [ask(client, f"tekst {page}", pagina=str(page)) for page in (up, waits, 999, "nergens")]
    assert len({(each.status_code, each.headers["location"], each.content) for each in answers}) == 1


def test_a_second_press_on_the_button_makes_no_second_request(client, store):
    assert [ask(client).status_code for _ in range(2)] == [303, 303]
    assert len(rows(store, CorrectionRequest)) == 1


def test_the_sixth_in_an_hour_gets_429_with_the_address_of_the_site(tmp_path, store, clock):
    settings = settings_in(tmp_path, store={"url": store.url}, site={"contact": "redactie@site.example"})
    app = create_app(create_running(settings, store, clock))
    client = TestClient(app, base_url=settings.base_url, follow_redirects=False)
    answers = [
        client.post("/correctie", data={"tekst": f"{n}"}, headers={"sec-fetch-site": "same-origin"}) for n in range(6)
    ]
    assert [each.status_code for each in answers] == [303] * 5 + [429]
    assert "redactie@site.example" in answers[5].text
    assert len(rows(store, CorrectionRequest)) == 5
    clock.advance(hours=1)
    assert client.post("/correctie", data={"tekst": "7"}, headers={"sec-fetch-site": "same-origin"}).status_code == 303


def test_who_makes_mistakes_in_the_form_is_not_counted(client):
    assert [ask(client, "").status_code for _ in range(8)] == [422] * 8
    assert ask(client).status_code == 303


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"tekst": ""}, "Schrijf wat er niet klopt"),
        ({"tekst": "x" * 100_000}, "te lang"),
        ({"tekst": "tekst \u202e om"}, "teken"),
        ({"tekst": "tekst \x1b om"}, "teken"),
        ({"antwoord": "geen adres"}, "e-mailadres"),
        ({"pagina": "x" * 600}, "adres van de pagina"),
        ({"soort": "vernietig"}, "begrijpen we niet"),
        ({"vreemd": "veld"}, "veld dat hier niet hoort"),
    ],
    ids=str,
)
def test_what_is_not_right_is_said_in_a_sentence_and_kept_nowhere(client, store, fields, word):
    answer = ask(client, **{"tekst": SECRET, **fields})
    assert answer.status_code == 422
    assert word in problem_of(answer)
    assert rows(store, CorrectionRequest) == []


def problem_of(answer):
    return problem(answer) if 'class="problem"' in answer.text else words(answer)


def test_what_was_typed_is_still_there_after_a_mistake_and_stays_text(client):
    answer = ask(client, "<script>alert(1)</script>", antwoord="fout")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


def test_letters_that_nobody_sees_are_left_out_quietly(client, store):
    """They come along with pasted text; whoever is in danger must not have to look for them."""
    assert ask(client, "zacht\u00ad afbreekstreepje\u200b").status_code == 303
    assert rows(store, CorrectionRequest)[0].words == "zacht afbreekstreepje"


def test_a_post_from_another_site_or_with_a_file_is_refused(client, store):
    assert (
        client.post("/correctie", data={"tekst": "x"}, headers={"Origin": "https://elders.example"}).status_code == 403
    )
    answer = client.post("/correctie", files={"tekst": ("a.txt", b"x")}, headers=OURS)
    assert answer.status_code in {400, 422}
    assert rows(store, CorrectionRequest) == []


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("17", 17),
        ("#17", 17),
        ("https://site.example/nieuws/17-een-titel", 17),
        ("/agenda/17.ics", 17),
        ("http://localhost/agenda/17", 17),
        ("", None),
        ("0", None),
        ("https://site.example/over", None),
        ("https://[kapot/nieuws/17", None),
        ("9" * 40, None),
    ],
)
def test_the_item_that_is_meant_is_found_in_a_number_or_an_address(address, number):
    assert item_in(address) == number


class Newsdesk:
    """A newsroom with an item that is up, and one request about it."""

    def __init__(self, desk, clock, *, urgent=False, about=True):
        self.desk, self.clock = desk, clock
        (self.item,) = desk.offer(samples.article("een", "Een titel met een naam"))
        desk.sign_in()
        desk.decide(self.item, "approve")
        clock.advance(minutes=1)
        visitor = desk.browser()
        fields = {"tekst": SECRET, "soort": "removal", "antwoord": "vraag@lezer.example"}
        fields |= {"pagina": str(self.item)} if about else {}
        fields |= {"dringend": "1"} if urgent else {}
        assert visitor.post("/correctie", data=fields).status_code == 303
        with desk.store.reading() as session:
            self.review = reviews.waiting_reviews(session, ReviewKind.CORRECTION)[0].id
        self.path = f"/redactie/verzoeken/{self.review}"

    def get(self):
        return self.desk.client.get(self.path)

    def post(self, **fields):
        return self.desk.client.post(self.path, data=fields)

    @property
    def up(self):
        return self.desk.row(self.item).approved_revision_id


@pytest.fixture
def desk(store, settings, clock):
    return Desk(store, settings, clock)


def test_an_editor_sees_the_request_and_the_item_side_by_side(desk, clock):
    newsdesk = Newsdesk(desk, clock, urgent=True)
    page = words(newsdesk.get())
    for part in ("Dringend", SECRET, "Een titel met een naam", "Staat nu op de site", "vraag@lezer.example"):
        assert part in page
    assert f'href="/redactie/items/{newsdesk.item}/correct"' in newsdesk.get().text


def test_one_press_takes_the_item_off_the_site_and_it_can_be_undone(desk, clock, store):
    newsdesk = Newsdesk(desk, clock)
    answer = newsdesk.post(actie="weg", revision=newsdesk.up, reason="")
    assert answer.headers["location"] == f"{newsdesk.path}?melding=verzoek-weg"
    assert desk.browser().get(f"/nieuws/{newsdesk.item}").status_code == 410
    decision = rows(store, Decision)[-1]
    assert (decision.verdict, decision.reason) == ("withdraw", "Verzoek 1 over de site")
    assert "Zet terug" in newsdesk.get().text
    assert desk.decide(newsdesk.item, "undo", revision=newsdesk.up).status_code == 303
    assert desk.row(newsdesk.item).taken_down_at is None


def test_a_second_colleague_is_told_that_it_is_gone_already(desk, clock):
    newsdesk = Newsdesk(desk, clock)
    revision = newsdesk.up
    newsdesk.post(actie="weg", revision=revision)
    with desk.nothing_changes(newsdesk.item):
        assert newsdesk.post(actie="weg", revision=revision).status_code == 409
        assert newsdesk.post(actie="weg", revision=99999).status_code == 409


def test_a_request_about_no_item_can_be_noted_and_closed_but_takes_nothing_down(desk, clock, store):
    newsdesk = Newsdesk(desk, clock, about=False)
    assert "geen bericht dat we kennen" in words(newsdesk.get())
    with desk.nothing_changes(newsdesk.item):
        assert newsdesk.post(actie="weg", revision=1).status_code == 422
    assert newsdesk.post(actie="notitie", notitie="We zoeken het uit.").status_code == 303
    assert "We zoeken het uit." in newsdesk.get().text
    assert newsdesk.post(actie="sluit", notitie="Klaar.").status_code == 422
    answer = newsdesk.post(actie="sluit", notitie="Klaar.", uitkomst="answered")
    assert answer.headers["location"] == "/redactie?melding=verzoek-dicht"
    assert newsdesk.post(actie="sluit", notitie="Nog eens.", uitkomst="kept").status_code == 409
    assert rows(store, CorrectionRequest)[0].answer == "Klaar."
    assert "Gesloten op" in words(newsdesk.get())


def test_what_was_closed_long_ago_is_blank(desk, clock):
    newsdesk = Newsdesk(desk, clock)
    newsdesk.post(actie="sluit", notitie="", uitkomst="kept")
    clock.advance(days=31)
    with desk.store.writing() as session:
        requests.blank(session, clock())
    desk.sign_in(address="nog-een@voorbeeld.nl")
    page = words(newsdesk.get())
    assert SECRET not in page
    assert "De tekst is gewist" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"actie": "vernietig"},
        {"actie": "weg", "revision": "-1"},
        {"actie": "weg", "revision": "9" * 30},
        {"actie": "notitie", "notitie": "x" * 100_000},
        {"actie": "notitie", "notitie": "om \u202e gedraaid"},
        {"actie": "sluit", "uitkomst": "vernietigd"},
        {"actie": "notitie", "vreemd": "veld"},
        {"actie": ""},
    ],
    ids=str,
)
def test_a_forged_form_changes_nothing(desk, clock, store, fields):
    newsdesk = Newsdesk(desk, clock)
    before = (rows(store, CorrectionRequest), rows(store, Review), rows(store, Decision))
    assert newsdesk.post(**fields).status_code == 422
    after = (rows(store, CorrectionRequest), rows(store, Review), rows(store, Decision))
    assert [[row.model_dump() for row in table] for table in after] == [
        [row.model_dump() for row in table] for table in before
    ]


def test_a_reader_sees_the_request_without_the_address_and_changes_nothing(desk, clock):
    newsdesk = Newsdesk(desk, clock)
    desk.sign_in("reader")
    page = newsdesk.get().text
    assert SECRET in page
    assert "vraag@lezer.example" not in page
    assert "Haal nu van de site" not in page
    with desk.nothing_changes(newsdesk.item):
        assert newsdesk.post(actie="weg", revision=newsdesk.up).status_code == 403
    assert desk.browser().get(newsdesk.path).status_code == 303
    assert desk.client.get("/redactie/verzoeken/999").status_code == 404


def test_looking_at_a_request_changes_nothing(desk, clock, store):
    newsdesk = Newsdesk(desk, clock, urgent=True)
    tables = (CorrectionRequest, Review, Decision, Notice, StaffNotice)
    before = [[row.model_dump() for row in rows(store, table)] for table in tables]
    newsdesk.get()
    assert [[row.model_dump() for row in rows(store, table)] for table in tables] == before
