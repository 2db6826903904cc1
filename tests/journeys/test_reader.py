"""A reader walks the whole site along its links, with and without JavaScript, on a phone and at a desk.

The real service as a process, so with the real headers, cache and files. What a watched reader needs (the exit, nothing
kept) stands in `test_safety_of_readers.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest
from lxml import html
from playwright.sync_api import expect

from store.database import open_store
from store.values import EventFacts, EventStatus, Form, FormFound, Reading, Region, Relevance
from tests.parts import samples, service, sqlite
from tests.parts.browser import ARGUMENTS, executable
from tests.parts.newsroom import Newsroom

pytestmark = pytest.mark.journey

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
READING = Reading((Region("Limburg", "Venlo", "Venlo"),), (FormFound(Form.SEXUAL),), Relevance(0.9, shown=True), "nl")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[service.Service]:
    """A site with news on two pages, of two forms, and events in every state."""
    folder, now = tmp_path_factory.mktemp("reader"), datetime.now(UTC)
    url = sqlite.fresh_copy(sqlite_template, folder)
    store = open_store(url)
    newsroom = Newsroom(store, now)
    for number in range(23):
        newsroom.publish(samples.article(f"n{number}", f"Inval nummer {number} bij een bedrijf in Tilburg"))
    newsroom.publish(samples.article("venlo", "Zaak in Venlo begint", reading=READING))
    newsroom.publish(samples.event("straks", now + timedelta(days=9)))
    for status in (EventStatus.CANCELLED, EventStatus.CHANGED):
        facts = EventFacts(now + timedelta(days=20), place="Stadhuis, Tilburg", status=status)
        newsroom.publish(samples.event(status.value, facts.starts_at, f"Avond die {status.value} is", event=facts))
    store.close()
    running = service.start(folder, "web", store={"url": url}, site={"organisation": "Gemeente Voorbeeld"})
    yield running
    running.stop()


def internal(page_url: str, links: list[str]) -> set[str]:
    """The links that stay on the site, whole, with their fragments."""
    whole = {urljoin(page_url, link) for link in links}
    return {link for link in whole if urlsplit(link).netloc == urlsplit(page_url).netloc}


@pytest.fixture(scope="module")
def tree(site: service.Service) -> dict[str, tuple[httpx2.Response, set[str]]]:
    """Everything that can be reached from the front page: each address once, its answer and its ids."""
    found: dict[str, tuple[httpx2.Response, set[str]]] = {}
    waiting = [site.url + "/"]
    with httpx2.Client(follow_redirects=False) as client:
        while waiting:
            url = waiting.pop().partition("#")[0]
            if url in found:
                continue
            answer = client.get(url)
            ids, links = set(), []
            if answer.headers["content-type"].startswith("text/html"):
                page = html.document_fromstring(answer.text)
                ids, links = set(page.xpath("//@id")), page.xpath("//@href | //@src")
            found[url] = (answer, ids)
            waiting += internal(url, links)
    return found


@pytest.fixture
def pages(tree: dict[str, tuple[httpx2.Response, set[str]]], site: service.Service) -> list[str]:
    """The paths of all pages that a reader can come to."""
    urls = [url for url, (answer, _) in tree.items() if answer.headers["content-type"].startswith("text/html")]
    return sorted(url.removeprefix(site.url) for url in urls)


def test_every_link_leads_somewhere_and_every_fragment_stands_there(tree, site):
    wrong = [f"{url}: {answer.status_code}" for url, (answer, _) in tree.items() if answer.status_code != 200]
    assert not wrong, "links on the site that do not lead to a page: " + ", ".join(wrong)
    for url, (answer, _) in tree.items():
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in internal(url, html.document_fromstring(answer.text).xpath("//a/@href")):
            target, _, fragment = link.partition("#")
            assert not fragment or fragment in tree[target][1], f"{url} links to {link}, and there is no #{fragment}"


def test_the_walk_comes_everywhere(pages):
    expected = {
        "/", "/nieuws", "/agenda", "/wat-is-mensenhandel", "/signalen", "/veelgestelde-vragen", "/cijfers",
        "/partners", "/hulp-en-melden", "/veilig-bezoek", "/over", "/privacy", "/aanmelden", "/correctie", "/tip",
    }  # fmt: skip
    assert expected <= set(pages), f"no link leads to {expected - set(pages)}"
    assert sum(page.startswith("/nieuws/") for page in pages) == 24, "the pager leads to every item"
    assert sum(page.startswith("/agenda/") for page in pages) == 3


def one_of_each(pages: list[str]) -> list[str]:
    """All static pages, and one of the many that have the same template."""
    many = ("/nieuws/", "/nieuws?", "/correctie?")
    first = [next(page for page in pages if page.startswith(start)) for start in many]
    return [page for page in pages if not page.startswith(many)] + first


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_no_page_complains_keeps_anything_or_asks_anybody_else(site, pages, new_visitor, javascript):
    visitor = new_visitor(site.url, javascript=javascript, viewport=DESK)
    for path in one_of_each(pages):
        assert visitor.open(path).status == 200, path
        assert visitor.page.locator("h1").count() == 1, f"{path} needs exactly one heading of the first level"
        expect(visitor.page.locator("h1")).to_be_visible()
        expect(visitor.page.locator("#snel-weg")).to_be_visible()
        expect(visitor.page.locator("main")).not_to_be_empty()
        assert visitor.page.locator("a[href='tel:112']").first.is_visible(), f"{path} must show where to get help"
    assert visitor.context.cookies() == []
    kept = visitor.context.storage_state()
    assert kept["origins"] == [], "a public page keeps something in the browser"
    visitor.check()


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_no_page_is_wider_than_a_phone(site, pages, new_visitor, javascript):
    """320 px is also 1280 px at 400 percent zoom (WCAG 1.4.10)."""
    visitor = new_visitor(site.url, javascript=javascript, viewport=PHONE)
    for path in one_of_each(pages):
        visitor.open(path)
        wide = visitor.page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide for a screen of 320 px"


def test_text_of_twice_the_size_stays_readable(site, pages, chromium):
    """WCAG 1.4.4: whoever sets a larger letter in the browser loses nothing."""
    larger = [*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    large = chromium.browser_type.launch(executable_path=executable(), args=larger)
    page = large.new_page(viewport=DESK)
    for path in one_of_each(pages):
        page.goto(site.url + path)
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 32, "the letter is not larger"
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide with a letter of twice the size"
        expect(page.locator("#snel-weg")).to_be_in_viewport(ratio=1)
    large.close()


def test_without_javascript_the_filters_and_the_pages_of_the_news_work(site, new_visitor):
    visitor = new_visitor(site.url, javascript=False)
    visitor.open("/nieuws")
    assert visitor.page.locator(".news-line").count() == 20
    visitor.page.get_by_role("link", name="Ouder nieuws").click()
    assert visitor.page.locator(".news-line").count() == 4
    visitor.page.get_by_label("Regio").select_option("Limburg")
    visitor.page.get_by_role("button", name="Toon").click()
    assert visitor.page.locator(".news-line").count() == 1
    visitor.page.get_by_label("Regio").select_option("")
    visitor.page.get_by_label("Woorden").fill("nummer 17")
    visitor.page.get_by_role("button", name="Toon").click()
    expect(visitor.page.locator(".news-line")).to_contain_text(["Inval nummer 17"])
    visitor.page.get_by_label("Vorm").select_option("seksueel")
    visitor.page.get_by_role("button", name="Toon").click()
    expect(visitor.page.locator(".empty")).to_contain_text("Geen nieuws betekent niet dat er geen mensenhandel is")


def test_the_states_of_an_event_are_said_in_words(site, new_visitor):
    visitor = new_visitor(site.url, javascript=False)
    visitor.open("/agenda")
    for status, words in (("cancelled", "gaat niet door"), ("changed", "gewijzigd")):
        visitor.open("/agenda")
        visitor.page.get_by_role("link", name=f"Avond die {status} is", exact=True).click()
        expect(visitor.page.locator("main")).to_contain_text(words)


def test_who_does_not_see_finds_the_way(site, pages, new_visitor):
    """Language, title, landmarks and the way past the header, on every page."""
    visitor = new_visitor(site.url)
    titles: dict[str, str] = {}
    for path in one_of_each(pages):
        visitor.open(path)
        page = visitor.page
        assert page.locator("html").get_attribute("lang") == "nl"
        assert page.title(), f"{path} has no title"
        known = titles.setdefault(page.title(), path.partition("?")[0])
        assert known == path.partition("?")[0], f"{path} and {known} have the same title"
        for role in ("banner", "main", "contentinfo"):
            assert page.get_by_role(role).count() == 1, f"{path} needs exactly one {role}"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "inhoud", f"{path}: the skip link leads nowhere"
