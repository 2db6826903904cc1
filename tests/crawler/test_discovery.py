"""Discovery: from any address of a made-up site to the ways in which it can be followed, politely."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

import crawler
from crawler import kinds
from crawler.discovery import QUESTIONS
from crawler.htmltree import tree_of
from crawler.list_rules import proposed
from crawler.site_hints import looked
from crawler.values import Fetched, FetchedDocument
from service.demo.server import Answer, Asked, Listener, Raw
from store.values import Outcome, SourceKind
from tests.world.answers import good_feed

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RSS = "application/rss+xml"
CALENDAR = b"""BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Agenda Proefstad\r\nBEGIN:VEVENT\r\nUID:1\r
DTSTART:20261203T193000\r\nSUMMARY:Avond over signalen\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""


def front(*head: str, body: str = "<p>Welkom bij Proefstad, een stad die niet bestaat.</p>") -> bytes:
    top = f'<!doctype html><html lang="nl"><head><title>Proefstad</title>{"".join(head)}</head>'
    return f"{top}<body>{body}</body></html>".encode()


def cards(count: int = 6, start: int = 1) -> str:
    items = "".join(
        f'<article class="card"><a href="/nieuws/{number}"><h3>Bericht nummer {number} uit de stad</h3></a>'
        f'<time datetime="2026-11-{24 - number % 20:02}">{24 - number % 20} november</time></article>'
        for number in range(start, start + count)
    )
    menu = "".join(f'<li><a href="/thema/{number}">Alles over thema {number} hier</a></li>' for number in range(9))
    return f"<nav><ul>{menu}</ul></nav><main><h1>Nieuws</h1><div class='cards'>{items}</div></main>"


@contextmanager
def site(pages: dict[str, bytes | Answer], robots: str = "User-agent: *\nAllow: /\n") -> Iterator[Listener]:
    """A site with these pages; everything else is 404."""

    def answer(asked: Asked) -> Answer | Raw:
        if asked.path == "/robots.txt":
            return Answer(body=robots.replace("{host}", asked.host).encode(), type="text/plain")
        path = asked.path + (f"?{asked.query}" if asked.query else "")
        found = pages.get(path, Answer(status=404, body=b"<h1>Bestaat niet</h1>"))
        if isinstance(found, Answer):
            return found
        kind = RSS if found.startswith((b"<?xml", b"<rss")) else "text/html"
        return Answer(body=found.replace(b"{host}", asked.host.encode()), type=kind)

    listener = Listener(answer)
    try:
        yield listener
    finally:
        listener.stop()


@pytest.fixture
def discover(sqlite_settings) -> Callable[[str], crawler.Discovered]:
    return lambda url: crawler.discover(sqlite_settings, url, now=NOW)


def paths(listener: Listener) -> list[str]:
    return [seen.path for seen in listener.requests]


def test_a_page_that_names_its_feed_gives_the_feed_first_and_no_path_is_guessed(discover):
    named = '<link rel="alternate" type="application/rss+xml" title="Nieuws" href="/nieuws/feed.xml">'
    comments = '<link rel="alternate" type="application/rss+xml" title="Reacties" href="/comments/feed/">'
    pages = {
        "/": front(comments, named, body=cards()),
        "/nieuws/feed.xml": good_feed(5),
        "/comments/feed/": good_feed(2).replace(b"Bericht", b"Reactie op bericht"),
    }
    with site(pages) as listener:
        found = discover(listener.url("/"))
        assert found.candidates[0].url == listener.url("/nieuws/feed.xml"), found
        assert found.candidates[0].kind is SourceKind.FEED
        assert found.candidates[0].entries == 5
        assert [entry.title for entry in found.candidates[0].first][:1] == ["Bericht 1 over mensenhandel"]
        assert found.candidates[-1].url.endswith("/comments/feed/")
        page = next(each for each in found.candidates if each.kind is SourceKind.PAGE)
        assert page.options["item"] == "article.card"
        assert page.entries == 6
        assert "/rss" not in paths(listener), "guessing is rude when the page says it"
        assert "De beste staat bovenaan" in found.sentence


def test_a_feed_nobody_names_is_found_at_the_usual_paths_and_guessing_stops_there(discover):
    with site({"/": front(), "/rss/index.xml": good_feed(3)}) as listener:
        found = discover(listener.url("/"))
        assert [each.url for each in found.candidates] == [listener.url("/rss/index.xml")]
        asked = paths(listener)
        assert "/rss.xml" not in asked
        assert found.sentence == "We vonden 1 manier om deze website te volgen."


@pytest.mark.parametrize("path", ["/rss", "/feed/", "/rss.xml", "/nieuws/rss", "/feed.json", "/rss/nieuws"])
def test_each_usual_path_is_tried(discover, path):
    feed = good_feed(3)
    if path.endswith("json"):
        feed = b'{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":"1","title":"Een bericht"}]}'
    with site({"/": front(), path: Answer(body=feed, type=RSS)}) as listener:
        assert listener.url(path) in [each.url for each in discover(listener.url("/")).candidates]
        assert len([seen for seen in listener.requests if seen.path != "/robots.txt"]) <= QUESTIONS


def test_below_the_given_path_comes_before_the_root(discover):
    with site({"/": front(), "/gemeente/nieuws": front(), "/gemeente/nieuws/rss": good_feed(2)}) as listener:
        found = discover(listener.url("/gemeente/nieuws"))
        assert found.candidates[0].url == listener.url("/gemeente/nieuws/rss")


def test_links_of_all_kinds_lead_to_feeds_and_calendars(discover):
    body = (
        '<p><a href="/service/nieuws.rss?x=1">Volg ons</a>'
        ' <a href="webcal://{host}/cal/agenda.ics">Zet in je agenda</a>'
        ' <a href="/over-rss">RSS</a> <a href="mailto:a@b.example">Mail</a> <a href="http://[kapot/rss">x</a></p>'
    )
    pages = {
        "/": front(body=body),
        "/service/nieuws.rss?x=1": good_feed(4),
        "/cal/agenda.ics": Answer(body=CALENDAR, type="text/calendar"),
        "/over-rss": front(),
    }
    with site(pages) as listener:
        # The link is read as https, as webcal means; here only its address is looked at.
        hinted = looked(fetched(pages["/"].replace(b"{host}", listener.host.encode()), listener.url("/")), NOW)
        assert hinted.calendars == (f"https://{listener.host}/cal/agenda.ics",)
        assert hinted.feeds == (listener.url("/service/nieuws.rss?x=1"), listener.url("/over-rss"))
        found = discover(listener.url("/"))
        assert found.candidates[0].url == listener.url("/service/nieuws.rss?x=1")


def test_sitemaps_that_robots_names_are_read_and_an_index_is_shown_by_its_newest_child(discover):
    news = (
        b"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
        b" xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>/nieuws/1</loc><n:news>"
        b"<n:publication_date>2026-11-24</n:publication_date><n:title>Inval in kwekerij</n:title>"
        b"</n:news></url></urlset>"
    )
    index = b"<?xml version='1.0'?><sitemapindex><sitemap><loc>/kaart-1.xml</loc></sitemap></sitemapindex>"
    child = (
        b"<?xml version='1.0'?><urlset><url><loc>/pagina/wie-we-zijn.html</loc><lastmod>2026-11-20</lastmod></url>"
        b"<url><loc>/b</loc></url></urlset>"
    )
    pages = {"/": front(), "/kaart.xml": index, "/kaart-1.xml": child, "/news.xml": news}
    robots = "User-agent: *\nAllow: /\nSitemap: http://{host}/kaart.xml\nsitemap: http://{host}/news.xml\n"
    with site(pages, robots) as listener:
        found = discover(listener.url("/"))
        assert [each.url for each in found.candidates] == [listener.url("/news.xml"), listener.url("/kaart.xml")]
        assert found.candidates[0].first[0].title == "Inval in kwekerij"
        assert found.candidates[1].entries == 2
        assert found.candidates[1].first[0].title == "Wie we zijn"
        assert listener.requests[0].path == "/robots.txt"
        assert paths(listener).count("/robots.txt") == 1


def test_a_wrong_address_is_searched_on_from_the_root(discover):
    named = '<link rel="alternate" type="application/atom+xml" href="nieuws.atom">'
    with site({"/": front(named), "/nieuws.atom": good_feed(2)}) as listener:
        found = discover(listener.url("/oud/rss.php?id=3"))
        assert found.candidates[0].url == listener.url("/nieuws.atom")
        assert "bestaat niet (meer)" in found.sentence


def test_a_feed_that_is_pasted_itself_is_the_answer_and_nothing_else_is_asked(discover):
    with site({"/feed": good_feed(3), "/": front()}) as listener:
        found = discover(listener.url("/feed"))
        assert [each.url for each in found.candidates] == [listener.url("/feed")]
        assert set(paths(listener)) == {"/robots.txt", "/feed"}


def test_the_same_content_is_one_candidate(discover):
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/rss", "/feed", "/rss?soort=2")
    )
    with site(
        {"/": front(links), "/rss": good_feed(3), "/feed": good_feed(3), "/rss?soort=2": good_feed(3)}
    ) as listener:
        assert len(discover(listener.url("/")).candidates) == 1


def test_events_on_a_page_are_a_candidate(discover):
    event = (
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Event","name":"Avond over'
        ' signalen","startDate":"2026-12-03T19:30:00+01:00","url":"/agenda/avond"}</script>'
    )
    with site({"/agenda": front(event)}) as listener:
        found = discover(listener.url("/agenda"))
        assert [each.kind for each in found.candidates] == [SourceKind.EVENTS]
        assert found.candidates[0].first[0].title == "Avond over signalen"


def test_nothing_found_is_an_answer_within_the_number_of_questions(discover):
    with site({"/": front(), "/blog": front()}) as listener:
        found = discover(listener.url("/blog"))
        assert found.candidates == ()
        assert "We vinden op deze website geen feed" in found.sentence
        assert len([seen for seen in listener.requests if seen.path != "/robots.txt"]) <= QUESTIONS


def test_a_site_that_says_yes_to_everything_has_no_feeds(discover):
    with site({}) as quiet:
        # Its answer to every address is its front page, as many sites do.
        everywhere = Listener(lambda asked: Answer(status=404) if asked.path == "/robots.txt" else Answer(body=front()))
        found = discover(everywhere.url("/"))
        everywhere.stop()
        assert found.candidates == ()
        assert quiet.requests == ()


def test_robots_and_a_request_to_wait_are_obeyed(discover):
    pages = {"/": front(), "/rss": good_feed(2), "/feed": good_feed(2)}
    with site(pages, "User-agent: *\nDisallow: /rss\nDisallow: /feed\n") as listener:
        assert discover(listener.url("/")).candidates == ()
        assert not {"/rss", "/feed"} & set(paths(listener))
    busy = Answer(status=429, headers=(("Retry-After", "60"),))
    with site({"/": front(), "/sitemap.xml": busy}) as listener:
        discover(listener.url("/"))
        assert paths(listener)[-1] == "/sitemap.xml", "who asks us to wait is asked nothing more"
    closed = discover("http://127.0.0.1:1/")
    assert closed.candidates == ()
    assert "geen verbinding" in closed.sentence
    assert "klopt niet" in discover("http://[kapot/").sentence or "adres" in discover("http://[kapot/").sentence


def test_a_page_that_hangs_its_reader_costs_that_page_only(discover):
    # Deep and wide enough to be slow in the naive way, and still a page.
    monster = front(body="<main>" + "<div class='a'><a href='/x'>Een bericht met een titel</a>" * 20_000)
    with site({"/": monster, "/rss": good_feed(2)}) as listener:
        start = time.perf_counter()
        found = discover(listener.url("/"))
        assert time.perf_counter() - start < 45
        assert listener.url("/rss") in [each.url for each in found.candidates]


def test_what_was_found_is_told_while_it_runs(sqlite_settings):
    heard: list[crawler.TriedSource] = []
    named = '<link rel="alternate" type="application/rss+xml" href="/a.xml">'
    with site({"/": front(named, body=cards()), "/a.xml": good_feed(2)}) as listener:
        found = crawler.discover(sqlite_settings, listener.url("/"), now=NOW, on_found=heard.append)
    assert {each.url for each in heard} == {each.url for each in found.candidates}


def test_trying_out_takes_the_rules_along(sqlite_settings):
    with site({"/nieuws": front(body=cards())}) as listener:
        options = {"item": "article.card"}
        url = listener.url("/nieuws")
        found = crawler.try_source(sqlite_settings, url, kind=SourceKind.PAGE, options=options, now=NOW)
        assert found.entries == 6
        assert found.kind is SourceKind.PAGE
        bad = crawler.try_source(sqlite_settings, url, kind=SourceKind.PAGE, options={"item": "li["}, now=NOW)
        assert bad.outcome is Outcome.BROKEN
        assert "instellingen" in bad.sentence
        empty = crawler.try_source(sqlite_settings, url, kind=SourceKind.PAGE, options={"item": "li.weg"}, now=NOW)
        assert "anders gebouwd" in empty.sentence


def fetched(body: bytes, url: str = "https://proefstad.example/") -> Fetched:
    return Fetched(200, url, body, "text/html", None, None, len(body), cut=False)


LISTS = {
    "cards with headings": (cards(), 6),
    "municipal list": (
        "<div id='content'><h1>Nieuws</h1><ul class='nieuwslijst'>"
        + "".join(
            f"<li><a href='/nieuws/{n}.html'>Gemeente opent loket nummer {n}</a>"
            f" <span class='datum'>{n} november 2026</span>"
            "<p>De gemeente wil dat mensen sneller hulp vinden, en opent daarom een loket.</p></li>"
            for n in range(1, 9)
        )
        + "</ul></div>",
        8,
    ),
    "table": (
        "<table id='persberichten'>"
        + "".join(
            f"<tr><td class='date'>{n}-11-2026</td>"
            f"<td><a href='?bericht={n}&pagina=x'>Uitspraak in zaak {n} over uitbuiting</a></td></tr>"
            for n in range(1, 7)
        )
        + "</table>",
        0,
    ),
    "links that are cards": (
        "<main><div class='grid teaser-list'>"
        + "".join(f"<a class='teaser' href='/a/{n}'><h2>Titel van verhaal {n}</h2><p>Kort.</p></a>" for n in range(4))
        + "</div></main>",
        4,
    ),
    "names of a build tool": (
        "<main><section class='css-1a2b3c'>"
        + "".join(
            f"<div class='sc-9x8y7 is-active'><h2><a href='/verhaal/{n}'>Een verhaal met een titel {n}</a></h2></div>"
            for n in range(5)
        )
        + "</section></main>",
        5,
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_rule_is_proposed_for_a_list_that_gives_its_items(name):
    body, count = LISTS[name]
    page = front(body=body)
    url = "https://proefstad.example/nieuws"
    rules = proposed(tree_of(page.decode()), url, NOW)
    if name == "table":
        count = 6
    assert rules, "a list of three or more with titles must give a rule"
    found = kinds.parse("page", FetchedDocument(url, page, "", NOW), rules[0].options)
    assert len(found.entries) == count, rules
    assert all(len(entry.title.value) > 12 for entry in found.entries)
    if name in {"cards with headings", "municipal list", "table"}:
        assert all(entry.published_at for entry in found.entries), rules[0].options
    assert "css-" not in str(rules[0].options)
    assert "sc-" not in str(rules[0].options)


@pytest.mark.parametrize(
    "body",
    [
        "<nav><ul>" + "".join(f"<li><a href='/t/{n}'>Alles over thema {n}</a></li>" for n in range(9)) + "</ul></nav>",
        "<footer><ul>"
        + "".join(f"<li><a href='/t/{n}'>Alles over thema {n}</a></li>" for n in range(9))
        + "</ul></footer>",
        "<p>Lees <a href='/een'>dit verhaal over iets</a> en <a href='/twee'>dat verhaal over iets</a>.</p>",
        "<ul>"
        + "".join(f"<li><a href='https://elders.example/{n}'>Een verhaal elders {n}</a></li>" for n in range(5))
        + "</ul>",
        "<ul>" + "".join(f"<li><a href='/{n}'>Lees meer</a></li>" for n in range(5)) + "</ul>",
        "<ul>" + "".join("<li><a href='/zelfde'>Een verhaal met een titel</a></li>" for n in range(5)) + "</ul>",
    ],
    ids=["menu", "footer", "prose", "elsewhere", "labels", "one target"],
)
def test_what_is_no_list_of_news_gives_no_rule(body):
    assert proposed(tree_of(front(body=body).decode()), "https://proefstad.example/nieuws", NOW) == []
