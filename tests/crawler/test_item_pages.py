"""Pages of single items as a whole crawl reads them: what they add, and that each is asked for once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlmodel import select

import crawler
from service.demo.server import Answer, Asked, Listener
from store.database import Store
from store.tables import Item, Revision
from store.values import Rights
from tests.crawler.crawling import add

TITLE = "Politie houdt man aan voor mensenhandel in Zwolle"
TEXT = "De politie heeft een man aangehouden die vrouwen zou hebben uitgebuit. Het onderzoek loopt nog. " * 6


def rss(base: str, *paths: str) -> Answer:
    told = "".join(
        f"<item><title>{TITLE}</title><link>{base}{path}</link><guid>{path}</guid><description>Kort.</description></item>"
        for path in paths
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Krant</title>{told}</channel></rss>'
    return Answer(body=body.encode(), type="application/rss+xml")


def page(text: str, head: str = "") -> Answer:
    body = f"<!doctype html><html lang=nl><head><title>{TITLE}</title>{head}</head><body><main><article>"
    return Answer(body=f"{body}<h1>{TITLE}</h1><p>{text}</p></article></main></body></html>".encode())


@contextmanager
def site(answer: Callable[[Asked], Answer]) -> Iterator[Listener]:
    listener = Listener(answer)
    try:
        yield listener
    finally:
        listener.stop()


def only_text(store: Store) -> tuple[Item, Revision]:
    with store.reading() as session:
        return session.exec(select(Item, Revision).where(Revision.id == Item.current_revision_id)).one()


def test_a_page_says_who_wrote_it_and_under_which_heading(sqlite_store, sqlite_settings, now):
    head = '<meta name="author" content="De redactie"><meta property="article:section" content="Regio">'

    def answer(asked: Asked) -> Answer:
        pages = {"/feed": rss(f"http://{asked.host}", "/nieuws/een"), "/nieuws/een": page(TEXT, head)}
        return pages.get(asked.path, Answer(status=404))

    with site(answer) as listener:
        add(sqlite_store, now, listener.url("/feed"), rights=Rights.FULLTEXT_INTERNAL)
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
    item, text = only_text(sqlite_store)
    assert (item.page, text.author, text.section) == ("read", "De redactie", "Regio")


@pytest.mark.parametrize("place", ["/", "/nieuws/", "/inloggen?terug=een"])
def test_a_page_that_is_gone_and_leads_elsewhere_adds_nothing(sqlite_store, sqlite_settings, now, place):
    """Many sites send whoever asks for a removed article to their front page: its words are not the article's."""

    def answer(asked: Asked) -> Answer:
        if asked.path == "/feed":
            return rss(f"http://{asked.host}", "/nieuws/een")
        if asked.path == "/nieuws/een":
            return Answer(status=302, headers=(("Location", place),))
        return page(f"Welkom op onze website. {TEXT}") if asked.path == place.partition("?")[0] else Answer(status=404)

    with site(answer) as listener:
        add(sqlite_store, now, listener.url("/feed"), rights=Rights.FULLTEXT_INTERNAL)
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
    item, text = only_text(sqlite_store)
    assert text.url == listener.url("/nieuws/een"), "the link of an item became that of another page"
    assert (item.page, text.text) == ("failed", "Kort.")


def test_a_page_that_several_sources_name_is_fetched_once(sqlite_store, sqlite_settings, now):
    def answer(asked: Asked) -> Answer:
        if asked.path.startswith("/feed"):
            return rss(f"http://{asked.host}", "/nieuws/een", "/nieuws/twee")
        return page(TEXT) if asked.path.startswith("/nieuws/") else Answer(status=404)

    with site(answer) as listener:
        for number in range(4):
            add(sqlite_store, now, listener.url(f"/feed{number}"), f"bron-{number}", rights=Rights.FULLTEXT_INTERNAL)
        crawler.run_due(sqlite_settings, sqlite_store, now=now)
    asked = Counter(seen.path for seen in listener.requests)
    assert {path: count for path, count in asked.items() if count > 1} == {}, "an address was asked for again"
    with sqlite_store.reading() as session:
        texts = session.exec(select(Revision.text).join(Item, Revision.id == Item.current_revision_id)).all()  # type: ignore[arg-type]
    assert len(texts) == 8
    assert all(TEXT[:50] in text for text in texts), "a source did not get the text of its page"
