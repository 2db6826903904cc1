"""A reader who is watched: the quick exit (TRUST.md, QX rules), nothing kept, nothing hidden, help on every page.

One service with a list full of news; the neutral site is a server on loopback.
"""

from __future__ import annotations

import http.server
import random
import re
import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from service.app import create_app, create_running
from service.pages.public.web import PAGES
from store.database import open_store
from tests.parts import samples, sqlite
from tests.parts.config import settings_in
from tests.parts.newsroom import Newsroom
from tests.parts.service import free_port

pytestmark = pytest.mark.journey

SIZES = [(320, 640), (375, 700), (640, 360), (768, 900), (1280, 720)]
"""Widths of QX-1; 320 and 640 wide are also 1280 at 400 and 200 percent zoom."""
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
TITLE = "Rechtbank legt drie jaar cel op voor uitbuiten van arbeiders op een asperge"
SENTENCES = [
    "Ik Woon In Den Haag.",
    "De Heer Van der Berg zei NEE.",
    "Op Maandag en Dinsdag: Wie? Wat? WAAR!",
    "ja/nee",
]


class Neutral(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Weer</title><link rel='icon' href='data:,'><p>Morgen droog.</p>")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def neutral():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Neutral)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@contextmanager
def serving(folder, store, exit_url):
    """The web pages alone, on a port of their own; gives the address."""
    port = free_port()
    settings = settings_in(folder, server={"port": port}, site={"exit_url": exit_url})
    app = create_app(create_running(settings, store))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the web server ended before it answered"
        time.sleep(0.02)
    yield f"http://localhost:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def full(tmp_path_factory, sqlite_template, neutral):
    """The address of a site with twenty-two articles and two events, and the path of one of each."""
    folder = tmp_path_factory.mktemp("full")
    now = datetime.now(UTC)
    store = open_store(sqlite.fresh_copy(sqlite_template, folder))
    newsroom = Newsroom(store, now)
    for number in range(22):
        article = newsroom.publish(samples.article(f"n{number}", TITLE, excerpt="Een zin van de bron. " * 7))
    meeting = newsroom.publish(samples.event("b1", now + timedelta(days=9)))
    newsroom.publish(samples.event("b2", now + timedelta(days=12), "Tweede bijeenkomst"))
    with serving(folder, store, neutral) as address:
        yield address, (f"/nieuws/{article}", f"/agenda/{meeting}")
    store.close()


@pytest.fixture
def visit(full, neutral, new_visitor):
    return lambda **options: new_visitor(full[0], allowed=(neutral,), **options)


@pytest.fixture
def paths(full):
    return (*PAGES, *full[1], "/aanmelden", "/correctie", "/tip", "/bestaat-niet")


def at(visitor):
    return urlsplit(visitor.page.url).path


def test_the_exit_is_the_first_stop_after_the_skip_link_everywhere(visit, paths):
    visitor = visit()
    for path in paths:
        visitor.open(path)
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement.className") == "skip", path
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement.id") == "snel-weg", path
        assert visitor.page.locator("#snel-weg").count() == 1, f"{path} has another element called snel-weg"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_exit_is_in_view_and_uncovered_wherever_one_scrolls(visit, paths, size):
    visitor = visit(viewport={"width": size[0], "height": size[1]})
    for path in paths:
        visitor.open(path)
        wide = visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide for a screen of {size[0]} px"
        for part in (0, 0.5, 1):
            seen = visitor.page.evaluate(
                """part => {
                  scrollTo({top: part * document.body.scrollHeight, behavior: "instant"});
                  const link = document.getElementById("snel-weg"), box = link.getBoundingClientRect();
                  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                  return box.top >= 0 && box.bottom <= innerHeight && box.height >= 24 && link.contains(top);
                }""",
                part,
            )
            assert seen, f"{path} at {size}, scrolled to {part}: the exit is out of view or covered"


def test_without_javascript_the_exit_is_a_plain_link(visit, neutral):
    visitor = visit(javascript=False)
    visitor.open("/hulp-en-melden")
    visitor.page.click("#snel-weg")
    assert visitor.page.url == neutral


def test_back_after_the_exit_does_not_show_the_page_that_was_left(visit, neutral):
    visitor = visit()
    visitor.open("/privacy")
    visitor.open("/hulp-en-melden")
    visitor.page.click("#snel-weg")
    visitor.page.wait_for_url(neutral)
    visitor.page.go_back()
    assert at(visitor) == "/privacy"
    expect(visitor.page.locator("h1")).to_be_visible()


def test_three_times_shift_leaves_and_is_counted_aloud(visit, neutral):
    visitor = visit()
    visitor.open("/hulp-en-melden")
    said = visitor.page.get_by_role("status")
    visitor.page.keyboard.press("Shift")
    expect(said).to_have_text("Snel weg: druk nog 2 keer op Shift.")
    visitor.page.keyboard.press("Shift")
    expect(said).to_have_text("Snel weg: druk nog 1 keer op Shift.")
    assert visitor.page.locator(".exit-dots i.on").count() == 2
    visitor.page.keyboard.press("Shift")
    visitor.page.wait_for_url(neutral)


def test_five_seconds_of_rest_start_the_count_again(visit):
    visitor = visit()
    visitor.page.clock.install()
    visitor.open("/")
    visitor.page.keyboard.press("Shift")
    visitor.page.keyboard.press("Shift")
    visitor.page.clock.run_for(5_100)
    expect(visitor.page.get_by_role("status")).to_have_text("Snel weg is gestopt. Je bent nog op deze pagina.")
    visitor.page.keyboard.press("Shift")
    assert at(visitor) == "/"
    expect(visitor.page.get_by_role("status")).to_have_text("Snel weg: druk nog 2 keer op Shift.")


def test_typing_capitals_never_leaves_the_page(visit):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    visitor = visit()
    visitor.open("/nieuws")
    visitor.page.focus("#f-q")
    for _ in range(40):
        for letter in chance.choice(SENTENCES):
            key = "Space" if letter == " " else letter
            visitor.page.keyboard.press(f"Shift+{key}" if letter.isupper() or letter in "?!:/" else key)
    assert at(visitor) == "/nieuws", f"typing left the page (seed {seed})"
    assert visitor.page.locator("body").is_visible()


def test_escape_is_not_an_exit(visit):
    visitor = visit()
    visitor.open("/")
    for _ in range(4):
        visitor.page.keyboard.press("Escape")
    assert at(visitor) == "/"


def test_the_page_is_covered_even_when_the_other_site_never_answers(tmp_path, sqlite_template, new_visitor):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it accepts and says nothing
        hole = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        store = open_store(sqlite.fresh_copy(sqlite_template, tmp_path))
        with serving(tmp_path, store, hole) as address:
            visitor = new_visitor(address, allowed=(hole,))
            visitor.open("/hulp-en-melden")
            # Asked in the same breath as the click: afterwards the browser waits for the silent site.
            cover, hidden, title, back = visitor.page.evaluate(
                """() => {
                  const link = document.getElementById("snel-weg");
                  const title = document.title;
                  link.click();
                  const cover = document.getElementById("exit-cover");
                  const box = cover.getBoundingClientRect();
                  const seen = [
                    box.width >= innerWidth && box.height >= innerHeight,
                    getComputedStyle(document.body).display === "none",
                    document.title,
                  ];
                  window.dispatchEvent(new Event("pageshow"));
                  return [...seen, !document.getElementById("exit-cover") && !document.body.hidden
                    && document.title === title];
                }"""
            )
            visitor.leave()
        store.close()
    assert cover, "the cover must fill the window at once"
    assert hidden, "a screen reader must not read on behind the cover"
    assert title == "Even wachten …"
    assert back, "a page that the browser brings back as it was must be usable again"


def test_a_reader_leaves_nothing_behind(visit, paths):
    visitor = visit()
    for path in paths:
        visitor.open(path)
        kept = visitor.page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length")
        assert kept == 0, f"{path} keeps something in the browser"
    assert visitor.context.cookies() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, paths, scheme):
    visitor = visit(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    for path in paths:
        visitor.open(path)
        found = Axe().run(visitor.page, options=RULES).response
        assert found["passes"], "axe looked at nothing"
        problems = [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found["violations"]]
        assert not problems, f"{path} ({scheme}): " + "; ".join(problems)


def test_twenty_lines_of_news_stand_on_one_desktop_screen(visit):
    visitor = visit(viewport={"width": 1920, "height": 1080})
    visitor.open("/nieuws")
    shown = visitor.page.locator(".news-line").evaluate_all(
        "lines => lines.filter(line => line.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert shown == 20, f"{shown} lines of news on a screen of 1920 by 1080; make the ledger tighter"


def test_each_signal_card_prints_on_one_sheet(visit):
    visitor = visit()
    visitor.open("/signalen")
    visitor.page.emulate_media(media="print")
    sheets = re.findall(rb"/Count (\d+)", visitor.page.pdf(prefer_css_page_size=True))
    assert sheets == [b"3"], f"three cards print on {sheets} sheets"


def test_glyphs_are_drawn_under_the_content_policy(visit):
    visitor = visit()
    visitor.open("/signalen")
    width = visitor.page.evaluate("document.querySelector('.card .glyph use').getBoundingClientRect().width")
    assert width > 0, "the browser did not draw /static/glyphs.svg"
