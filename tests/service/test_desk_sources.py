"""The sources in the newsroom: health in words, trying out before keeping, pausing; and the mails in the folder."""

import html
import json
import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from service.demo.server import Answer, Listener
from store import sources
from store.tables import Notice, Subscriber, Visit
from store.values import Role, SourceKind
from tests.parts import samples
from tests.parts.desk import Desk, problem, words

NEW = {
    "url": "https://krant.example/rss",
    "kind": "feed",
    "name": "Krant Proef",
    "region": "Zeeland",
    "rights": "excerpt",
    "action": "bewaar",
}


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in(Role.ADMINISTRATOR)
    return made


def source(desk, key):
    with desk.store.reading() as session:
        return sources.get(session, key)


def test_a_source_that_fails_stands_first_with_its_sentence(desk):
    with desk.store.writing() as session:
        samples.add_source(
            session, desk.clock(), "kapot", name="Zwijgende Bron", failures=3,
            last_success_at=desk.clock() - timedelta(days=2), next_due_at=desk.clock() + timedelta(minutes=40),
        )  # fmt: skip
    text = words(desk.client.get("/redactie/bronnen"))
    assert text.index("Zwijgende Bron") < text.index("Omroep Proef")
    assert "3 keer achter elkaar mislukt, laatst goed 2 dagen geleden" in text
    assert "over 40 minuten" in text


def test_one_source_shows_its_visits_in_plain_dutch(desk):
    found = source(desk, "omroep-proef")
    with desk.store.writing() as session:
        for number in range(25):
            at = desk.clock() - timedelta(hours=25 - number)
            session.add(
                Visit(
                    source_id=found.id,
                    started_at=at,
                    finished_at=at,
                    outcome="ok",
                    sentence=f"Bezoek {number} ging goed.",
                    new=number,
                    same=2,
                )
            )
    text = words(desk.client.get("/redactie/bronnen/omroep-proef"))
    assert "Bezoek 24 ging goed." in text
    assert "24 nieuw, 2 bekend" in text
    assert "Bezoek 4 ging goed." not in text, "the last twenty are enough"


def test_pausing_going_on_and_visiting_now(desk):
    path = "/redactie/bronnen/omroep-proef"
    assert desk.client.post(path, data={"action": "pauze"}).headers["location"] == f"{path}?melding=bron-pauze"
    assert source(desk, "omroep-proef").paused
    assert "Op pauze" in words(desk.client.get(path))
    desk.client.post(path, data={"action": "verder"})
    assert not source(desk, "omroep-proef").paused
    with desk.store.writing() as session:
        samples.add_source(session, desk.clock(), "later", next_due_at=desk.clock() + timedelta(hours=5))
    desk.client.post("/redactie/bronnen/later", data={"action": "nu"})
    assert source(desk, "later").next_due_at == desk.clock()
    assert desk.client.post(path, data={"action": "wissen"}).status_code == 422
    assert desk.client.post("/redactie/bronnen/niets", data={"action": "nu"}).status_code == 404
    assert desk.client.get("/redactie/bronnen/niets%00").status_code == 404


def test_a_source_is_added_with_a_key_of_its_own(desk):
    for key in ("krant-proef", "krant-proef-2"):
        answer = desk.client.post("/redactie/bronnen/toevoegen", data=NEW)
        assert answer.headers["location"] == f"/redactie/bronnen/{key}?melding=bron-bewaard"
    assert source(desk, "krant-proef-2").region == "Zeeland"
    desk.client.post("/redactie/bronnen/toevoegen", data={**NEW, "name": "Toevoegen"})
    assert source(desk, "toevoegen-2"), "the address of the page that adds a source is not a source"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": ""}, "geen webadres"),
        ({"url": "ftp://krant.example/"}, "geen webadres"),
        ({"url": "javascript:alert(1)"}, "geen webadres"),
        ({"url": "https://good.nl\\@evil.example/"}, "geen webadres"),
        ({"url": "https://" + "x" * 100_000}, "geen webadres"),
        ({"name": ""}, "naam"),
        ({"name": "x" * 5000}, "naam"),
        ({"name": "om\u202egekeerd"}, "naam"),
        ({"kind": ""}, "soort bron"),
        ({"kind": "brief"}, "soort bron"),
        ({"region": "Atlantis"}, "regio"),
        ({"rights": "alles"}, "tekst"),
        ({"key": "eigen"}, "veld"),
        ({"options": "{}"}, "veld"),
        ({"url": "geen adres", "action": "zoek"}, "geen webadres"),
        ({"kind": "page"}, "regels"),
    ],
)  # fmt: skip
def test_a_source_that_does_not_fit_is_explained_and_not_kept(desk, fields, said):
    answer = desk.client.post("/redactie/bronnen/toevoegen", data={**NEW, **fields})
    assert answer.status_code == 422
    assert said in problem(answer)
    with desk.store.reading() as session:
        assert len(sources.list_all(session)) == 1


def searched(desk, url, **fields):
    sent = {"url": url, "name": "", "region": "Zeeland", "rights": "excerpt", "action": "zoek"}
    return desk.client.post("/redactie/bronnen/toevoegen", data=sent | fields)


def choices(answer):
    """The values of the candidates on the page, and which of them is ticked."""
    found = re.findall(r'name="keuze" value="([^"]*)"( checked)?', answer.text)
    return [html.unescape(value) for value, _ in found], [bool(ticked) for _, ticked in found]


def test_any_address_of_a_site_shows_the_ways_in_and_one_is_chosen(desk, world):
    key = "omroep-maasland"
    answer = searched(desk, world.url("/", key))
    assert answer.status_code == 200
    text = words(answer)
    assert "Dit vonden we" in text, text
    assert "feed (RSS, Atom of JSON)" in text
    newest = max(world.articles(key), key=lambda article: article.published_at)
    assert newest.title in text
    values, ticked = choices(answer)
    assert ticked[0], "the best stands first and is chosen already"
    assert sum(ticked) == 1
    best = json.loads(values[0])
    assert best == {"url": world.source(key).url, "kind": "feed", "options": {}}
    with desk.store.reading() as session:
        assert len(sources.list_all(session)) == 1, "a search keeps nothing"
    page = next(value for value in values if json.loads(value)["kind"] == "page")
    saved = {"url": world.url("/", key), "keuze": page, "name": "Maasland lijst", "region": "Limburg",
             "rights": "title", "action": "bewaar"}  # fmt: skip
    missing = desk.client.post("/redactie/bronnen/toevoegen", data=saved | {"name": " "})
    assert missing.status_code == 422
    assert choices(missing) == ([page], [True]), "a mistake elsewhere must not cost the choice"
    answer = desk.client.post("/redactie/bronnen/toevoegen", data=saved)
    assert answer.headers["location"] == "/redactie/bronnen/maasland-lijst?melding=bron-bewaard", words(answer)
    kept = source(desk, "maasland-lijst")
    assert kept.kind is SourceKind.PAGE
    assert kept.options == json.loads(page)["options"]
    assert kept.checked


def test_a_site_without_a_way_in_says_so(desk):
    empty = Listener(lambda _asked: Answer(body=b"<!doctype html><html><body><p>Welkom.</p></body></html>"))
    answer = searched(desk, empty.url("/"))
    empty.stop()
    assert answer.status_code == 200
    assert "We vonden niets" in words(answer)
    assert choices(answer) == ([], [])


@pytest.mark.parametrize(
    "choice",
    [
        "{}",
        "[]",
        "feed",
        '{"url":"https://krant.example/","kind":"brief"}',
        '{"url":"https://krant.example/","kind":"feed","options":{"item":"li"}}',
        '{"url":"https://krant.example/","kind":"page","options":{"item":"li["}}',
        '{"url":"https://krant.example/","kind":"page","options":{"item":"li","x":"y"}}',
        '{"url":"javascript:alert(1)","kind":"feed"}',
        '{"url":"https://krant.example/","kind":"feed","key":"eigen"}',
        '{"url":"https://krant.example/' + "x" * 5000 + '","kind":"feed"}',
    ],
)
def test_a_choice_that_somebody_made_up_is_not_kept(desk, choice):
    answer = desk.client.post("/redactie/bronnen/toevoegen", data={**NEW, "keuze": choice})
    assert answer.status_code == 422
    assert problem(answer)
    with desk.store.reading() as session:
        assert len(sources.list_all(session)) == 1


TICKED = {"action": "start", "gecontroleerd": "1"}


def test_a_source_of_the_shipped_list_waits_for_somebody_who_looked(desk):
    with desk.store.writing() as session:
        samples.add_source(session, desk.clock(), "lijst", name="Nog Niets", checked=False, paused=True)
    path = "/redactie/bronnen/lijst"
    text = words(desk.client.get(path))
    assert "Nog niet gecontroleerd" in text
    assert "Ik heb deze bron gecontroleerd" in text
    assert "nog niet gecontroleerd" in words(desk.client.get("/redactie/bronnen"))
    for action in ("start", "verder", "nu"):
        answer = desk.client.post(path, data={"action": action})
        assert answer.status_code == 422, action
        assert "vinkje" in words(answer)
    answer = desk.client.post(path, data=TICKED)
    assert answer.status_code == 422
    assert "contactadres" in words(answer), "a site that is visited must be able to reach us"
    assert not source(desk, "lijst").checked


def test_a_source_of_the_shipped_list_starts_with_a_tick_where_sites_can_reach_us(store, settings, clock):
    crawl = settings.crawl.model_copy(update={"contact": "https://proef.example/over"})
    desk = Desk(store, settings.model_copy(update={"crawl": crawl}), clock)
    desk.sign_in(Role.EDITOR)
    with store.writing() as session:
        samples.add_source(session, clock(), "lijst", name="Nog Niets", checked=False, paused=True)
    path = "/redactie/bronnen/lijst"
    assert desk.client.post(path, data=TICKED).headers["location"] == f"{path}?melding=bron-start"
    kept = source(desk, "lijst")
    assert kept.checked
    assert not kept.paused
    assert kept.next_due_at <= clock()
    assert "Nog niet gecontroleerd" not in words(desk.client.get(path))


def test_without_a_mail_server_the_administrator_reads_the_folder(desk):
    folder = desk.settings.path(desk.settings.mail.folder)
    assert "De map is leeg" in words(desk.client.get("/redactie/post"))
    folder.mkdir(parents=True, exist_ok=True)
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["Date"] = "Bevestig <b>je</b> aanmelding", "lezer@voorbeeld.nl", desk.clock()
    mail.set_content("Beste lezer,\n\n<script>alert(1)</script>\n")
    mail.add_alternative("<p>Beste lezer</p>", subtype="html")
    (folder / "0001.eml").write_bytes(bytes(mail))
    (folder / "geheim.txt").write_text("niet voor de site")
    page = desk.client.get("/redactie/post")
    assert "Bevestig <b>je</b> aanmelding" in words(page).replace("< b >", "<b>")
    opened = desk.client.get("/redactie/post/0001.eml")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in opened.text
    assert "lezer@voorbeeld.nl" in opened.text
    for name in ("geheim.txt", "..%2fconfig.toml", "%2e%2e/config.toml", "0002.eml", "%00"):
        assert desk.client.get(f"/redactie/post/{name}").status_code == 404, name


def test_doubtful_notices_are_counted_in_words(desk):
    now = desk.clock()
    with desk.store.writing() as session:
        subscriber = Subscriber(
            token="t", address_sealed="x", address_key="k", state="confirmed", consent_text="1", requested_at=now
        )
        session.add(subscriber)
        session.flush()
        for version, state in enumerate(["in_doubt", "in_doubt", "sent"]):
            session.add(
                Notice(
                    subscriber_id=subscriber.id,
                    about="item:1",
                    version=version,
                    kind="new",
                    state=state,
                    made_at=now,
                    due_at=now,
                    expires_at=now,
                )
            )
    text = words(desk.client.get("/redactie/post"))
    assert "2 meldingen zijn onzeker" in text
    assert "1 melding verstuurd" in text
