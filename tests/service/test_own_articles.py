"""Own articles: written in Markdown, looked at before they are kept, decided about like everything else."""

from __future__ import annotations

import contextlib
import re
import time
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from sqlmodel import select

from service.desk import markdown
from store.errors import NotAllowedError
from store.tables import Item, Revision, Source
from store.values import Role, State
from tests.parts import samples
from tests.parts.corpus import corpus
from tests.parts.desk import Desk, problem, words

TEXT = "## Wat is er gebeurd\n\nDe inspectie trof in **Tilburg** mensen aan.\n\n- lange dagen\n- geen loon\n"
TITLE = "Uitbuiting in een bedrijf in Tilburg"
HARMLESS = frozenset(
    ["p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "br", "hr"]
)


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in(Role.EDITOR)
    return made


def send(desk, path="/redactie/schrijf", **fields):
    return desk.client.post(path, data={"title": TITLE, "excerpt": "Kort gezegd.", "body": TEXT, **fields})


def rows(store, table):
    with store.reading() as session:
        return session.exec(select(table).order_by(table.id)).all()


class Found(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def tags_in(markup):
    found = Found()
    found.feed(markup)
    return found.tags


def must_be_harmless(markup, what):
    for tag, attrs in tags_in(markup):
        assert tag in HARMLESS, f"{what} became a <{tag}>"
        assert set(attrs) <= {"href", "rel", "title", "class", "start"}, f"{what} became attributes {attrs}"
        if tag == "a":
            assert re.match(r"(https?://|mailto:|tel:)", attrs["href"]), f"{what} leads to {attrs['href']}"
            assert attrs["rel"] == "noreferrer noopener"


def test_a_preview_shows_the_article_and_keeps_nothing(desk, store):
    answer = send(desk, actie="bekijk")
    assert answer.status_code == 200
    assert "<strong>Tilburg</strong>" in answer.text
    assert "<h2>Wat is er gebeurd</h2>" in answer.text
    assert "Noord-Brabant" in words(answer), "the place in the text must be proposed"
    assert rows(store, Item) == []


def test_an_article_waits_with_an_editors_revision_and_what_was_read_in_it(desk, store, settings):
    answer = send(desk)
    (item,), (text,), sources = rows(store, Item), rows(store, Revision), rows(store, Source)
    assert answer.headers["location"] == f"/redactie/items/{item.id}?melding=opgeslagen"
    assert (item.state, text.origin, text.body, text.excerpt) == (State.PENDING, "editor", TEXT.strip(), "Kort gezegd.")
    own = next(source for source in sources if source.id == item.source_id)
    assert (own.key, own.kind, own.name) == ("redactie", "own", settings.site.organisation or settings.site.name)
    assert "Tilburg" in words(desk.client.get(f"/redactie/items/{item.id}"))


def test_a_second_press_on_the_button_makes_no_second_article(desk, store):
    assert [send(desk).status_code for _ in range(2)] == [303, 303]
    assert len(rows(store, Item)) == 1


def test_approved_it_stands_whole_on_the_site_and_only_as_a_summary_in_feeds(desk, store, clock):
    send(desk)
    (item,) = rows(store, Item)
    assert desk.decide(item.id, "approve").status_code == 303
    clock.advance(minutes=10)
    page = desk.client.get(f"/nieuws/{item.id}-x", follow_redirects=True)
    assert "<h2>Wat is er gebeurd</h2>" in page.text
    assert "laat de link naar de bron hier weg" not in page.text
    assert "Lees het hele bericht bij" not in page.text
    for feed in ("/nieuws.rss", "/nieuws.atom", "/nieuws.json"):
        told = desk.client.get(feed).text
        assert "Kort gezegd." in told, f"{feed} misses the summary"
        assert "lange dagen" not in told, f"{feed} tells the whole text"


def test_changing_it_makes_a_text_that_waits_while_the_old_one_stays_up(desk, store, clock):
    send(desk)
    (item,) = rows(store, Item)
    desk.decide(item.id, "approve")
    clock.advance(minutes=10)
    page = desk.client.get(f"/redactie/schrijf/{item.id}")
    assert "lange dagen" in page.text
    revision = desk.row(item.id).current_revision_id
    send(desk, f"/redactie/schrijf/{item.id}", body="Andere woorden.", revision=revision)
    assert desk.row(item.id).state == State.PENDING
    public = desk.client.get(f"/nieuws/{item.id}-x", follow_redirects=True).text
    assert "lange dagen" in public
    assert "Andere woorden" not in public
    late = send(desk, f"/redactie/schrijf/{item.id}", body="Te laat getypt.", revision=revision)
    assert late.status_code == 409
    assert "Te laat getypt." in late.text, "what was typed must not be lost"


def test_an_event_is_kept_with_its_facts_and_the_wish_for_a_time_is_told(desk, store):
    send(
        desk, event="1", event_date="2027-03-01", event_start="19:30", event_place="Wijkcentrum", event_risk="open",
        at=f"{desk.clock() + timedelta(days=3):%Y-%m-%d}T09:00",
    )  # fmt: skip
    (item,) = rows(store, Item)
    assert item.kind == "event"
    assert "De schrijver wil dit op de site op" in rows(store, Revision)[0].note
    assert "Wijkcentrum" in words(desk.client.get(f"/redactie/items/{item.id}"))


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"title": ""}, "titel is leeg"),
        ({"body": " "}, "nog leeg"),
        ({"body": "x" * 50_001}, "te lang"),
        ({"body": "om \u202e gedraaid"}, "onzichtbaar teken"),
        ({"body": "om &#8238; gedraaid"}, "niet ziet"),
        ({"vreemd": "veld"}, "veld dat hier niet hoort"),
        ({"event": "1", "event_date": "9"}, "datum"),
        ({"at": "2001-01-01T10:00"}, "voorbij"),
        ({"revision": "x"}, "nummer"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_not_right_is_said_and_the_draft_stays_in_the_form(desk, store, fields, word):
    answer = send(desk, **fields)
    assert answer.status_code == 422
    assert word in problem(answer)
    assert "Kort gezegd." in answer.text, "the draft is lost"
    assert rows(store, Item) == []


def test_an_item_of_a_source_cannot_be_written_here(desk):
    (item_id,) = desk.offer(samples.article())
    assert desk.client.get(f"/redactie/schrijf/{item_id}").status_code == 404
    assert send(desk, f"/redactie/schrijf/{item_id}", revision=1).status_code == 404


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java&#10;script:alert(1)", "data:text/html,x", "vbscript:x",
     "//x.nl", "/redactie", "file:///etc/passwd", "&#106;avascript:alert(1)"],
)  # fmt: skip
def test_a_link_leads_to_the_web_a_phone_or_a_mail_address_and_nowhere_else(link):
    assert "<a" not in markdown.to_html(f"[hier]({link})")
    assert "<a" not in markdown.to_html(f"<{link}>")
    assert "<a" not in markdown.to_html(f"[hier][1]\n\n[1]: {link}")


def test_good_links_carry_what_keeps_the_reader_unknown():
    for link in ("https://voorbeeld.example/a?b=1&c=2", "tel:09008844", "mailto:a@voorbeeld.example"):
        must_be_harmless(markdown.to_html(f"[hier]({link})"), link)
        assert "<a" in markdown.to_html(f"[hier]({link})")


def test_pictures_and_html_stay_text():
    assert "<img" not in markdown.to_html("![foto](https://voorbeeld.example/a.jpg)")
    assert "<b" not in markdown.to_html("<b onclick=x>a</b>\n\n<script>x</script>")


def test_every_case_of_the_corpus_is_harmless_as_text_and_as_markdown():
    files = [file for file in sorted((corpus() / "xss").rglob("*.test")) if file.is_file()]
    assert files, "the corpus has no hostile markup"
    for file in files:
        hostile = file.read_text(encoding="utf-8", errors="replace")
        flat = hostile.replace("\n", " ")
        for case in (hostile, f"[x]({flat})", f"![x]({flat})", f"<{flat}>", f"[{flat}][1]\n\n[1]: {flat}", f"`{flat}`"):
            must_be_harmless(markdown.to_html(case), f"{file.name}: {case[:60]!r}")


@pytest.mark.parametrize("piece", ["[", "*", "_a", "> ", "`", "![", "<", "- ", "[a](", "**a ", "&#", "1. "])
def test_no_text_takes_long(piece):
    hostile = (piece * 50_000)[:50_000]
    began = time.perf_counter()
    with contextlib.suppress(NotAllowedError):
        markdown.to_text(hostile)
    assert time.perf_counter() - began < 3, f"{piece!r} over and over took too long"


@pytest.mark.parametrize("name", ["P**iet**er Voorbeeldman", "Pieter Voor*beeld*man", "&#80;ieter Voorbeeldman"])
def test_a_name_that_markdown_takes_apart_must_be_answered_all_the_same(desk, name):
    send(desk, body=f"De rechter sprak met {name} over de zaak.", actie="bewaar")
    (item,) = rows(desk.store, Item)
    answer = desk.client.post(
        f"/redactie/items/{item.id}/decision",
        data={"verdict": "approve", "revision": str(item.waiting_revision_id)},
    )
    assert answer.status_code == 422, "the page would show the whole name"
    assert "Pieter Voorbeeldman" in words(answer)
