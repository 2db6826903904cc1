"""Of a text whose rights are reserved not one byte is stored: every form of reserving, on every kind of page.

TRUST 5.3. The canary is a word that stands in every text and in no title; we look for it in the bytes of the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

import crawler
from service.demo.server import Answer, Asked, Listener
from store import sources, visits
from store.database import Store
from store.tables import Item, Revision
from store.values import Rights, SourceKind
from tests.crawler.crawling import add

CANARY = "zwartgalligeknobbelzwaan"
TOKEN = b"zwartgallig"
TITLE = "Zaak van mensenhandel in Zwolle"
TEXT = f"De rechtbank veroordeelde een man voor mensenhandel en uitbuiting. {CANARY} stond erbij. " * 12
HTML = "text/html; charset=utf-8"


def page(body: str, head: str = "") -> Answer:
    html = f"<!doctype html><html lang='nl'><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    return Answer(body=html.encode(), type=HTML)


def article(head: str) -> Answer:
    return page(f"<main><article><h1>{TITLE}</h1><p>{TEXT}</p><p>{TEXT}</p></article></main>", head)


def rss(now: datetime, base: str, text: str) -> Answer:
    told = f"<description>{text}</description>" if text else ""
    item = f"<item><title>{TITLE}</title><link>{base}/artikel/1</link><guid>1</guid>{told}</item>"
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Krant</title>{item}</channel></rss>'
    return Answer(body=body.encode(), type="application/rss+xml")


def event(now: datetime, base: str) -> str:
    starts = (now + timedelta(days=9)).isoformat()
    told = {"@context": "https://schema.org", "@type": "Event", "name": TITLE, "startDate": starts, "description": TEXT}
    return f'<script type="application/ld+json">{json.dumps(told | {"url": f"{base}/artikel/1"})}</script>'


def calendar(now: datetime, base: str) -> Answer:
    starts = (now + timedelta(days=9)).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1@x", f"DTSTAMP:{starts}"]
    lines += [f"DTSTART:{starts}", f"SUMMARY:{TITLE}", f"DESCRIPTION:{TEXT}", f"URL:{base}/artikel/1", "END:VEVENT"]
    return Answer(body="\r\n".join([*lines, "END:VCALENDAR", ""]).encode(), type="text/calendar")


def sitemap(now: datetime, base: str, *, title: bool) -> Answer:
    space = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    news = (
        f"<news:news><news:publication_date>{now.isoformat()}</news:publication_date><news:title>{TITLE}</news:title>"
    )
    told = f"{news}</news:news>" if title else f"<lastmod>{now.isoformat()}</lastmod>"
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {space}><url><loc>{base}/artikel/1</loc>{told}'
    return Answer(body=f"{body}</url></urlset>".encode(), type="application/xml")


FORMS = {
    "header tdm": ("tdm-reservation", "1"),
    "header noindex": ("X-Robots-Tag", "noindex"),
    "header noarchive": ("X-Robots-Tag", "index, noarchive"),
    "header for us": ("X-Robots-Tag", "signaal: none"),
    "tdmrep.json": ("/.well-known/tdmrep.json", '[{"location": "/artikel/", "tdm-reservation": 1}]'),
    "ai.txt": ("/ai.txt", "User-Agent: *\nDisallow: *.html\nDisallow: *.txt\n"),
    "meta tdm": ("tdm-reservation", "1"),
    "meta noindex": ("robots", "noindex, follow"),
    "meta noarchive": ("robots", "noarchive"),
    "meta for us": ("signaal", "noindex"),
}
KINDS: dict[str, tuple[SourceKind, dict[str, Any], bool]] = {
    # The kind of source, its options, and whether a page for people holds the text.
    "feed": (SourceKind.FEED, {}, False),
    "page of an entry": (SourceKind.FEED, {}, True),
    "news sitemap": (SourceKind.SITEMAP, {}, True),
    "sitemap": (SourceKind.SITEMAP, {}, True),
    "list": (SourceKind.PAGE, {"item": "li"}, True),
    "calendar": (SourceKind.CALENDAR, {}, False),
    "events": (SourceKind.EVENTS, {}, True),
    "events behind a list": (SourceKind.EVENTS, {"links": "a.agenda"}, True),
}


@dataclass(frozen=True)
class Case:
    """One kind of source with one form of reserving, or with none (to see that the test can fail)."""

    kind: str
    form: str | None
    now: datetime

    @property
    def key(self) -> str:
        return f"{self.kind} {self.form or 'vrij'}".replace(" ", "-").replace(".", "-")

    def answer(self, asked: Asked) -> Answer:
        place, told = FORMS.get(self.form or "", ("", ""))
        if asked.path == place:
            # In the file of this site everything is reserved, as most sites that have one write it.
            return Answer(body=told.replace("/artikel/", "/").encode(), type="application/json")
        found = self._page(asked)
        if found.status == 200 and (self.form or "").startswith("header"):
            return replace(found, headers=((place, told),))
        return found

    def _page(self, asked: Asked) -> Answer:
        base = f"http://{asked.host}"
        name, content = FORMS.get(self.form or "", ("", ""))
        head = f'<meta name="{name}" content="{content}">' if (self.form or "").startswith("meta") else ""
        if asked.path == "/artikel/1":
            return page(event(self.now, base), head) if "events" in self.kind else article(head)
        if asked.path != "/bron":
            return Answer(status=404)
        return {
            "feed": lambda: rss(self.now, base, TEXT),
            "page of an entry": lambda: rss(self.now, base, ""),
            "news sitemap": lambda: sitemap(self.now, base, title=True),
            "sitemap": lambda: sitemap(self.now, base, title=False),
            "list": lambda: page(f"<ul><li><a href='/artikel/1'>{TITLE}</a><p>{TEXT}</p></li></ul>", head),
            "calendar": lambda: calendar(self.now, base),
            "events": lambda: page(event(self.now, base), head),
            "events behind a list": lambda: page("<a class='agenda' href='/artikel/1'>Lees meer</a>"),
        }[self.kind]()


def cases(now: datetime, forms: list[str | None]) -> Iterator[Case]:
    for kind, (_, _, for_people) in KINDS.items():
        for form in forms:
            if for_people or not (form or "").startswith("meta"):
                yield Case(kind, form, now)


def crawled(store: Store, settings: Any, rights: Rights, wanted: list[Case]) -> None:
    listeners = [Listener(case.answer) for case in wanted]
    try:
        for case, listener in zip(wanted, listeners, strict=True):
            kind, options, _ = KINDS[case.kind]
            add(store, case.now, listener.url("/bron"), case.key, kind=kind, options=options, rights=rights)
        for hours in (0, 5):
            done = crawler.run_due(settings, store, now=wanted[0].now + timedelta(hours=hours))
            assert not done.stopped
    finally:
        for listener in listeners:
            listener.stop()


def stored_bytes(store: Store) -> bytes:
    """All files of the database, whatever is in them."""
    file = Path(store.url.removeprefix("sqlite:///"))
    return b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))


@pytest.mark.parametrize("rights", [Rights.FULLTEXT_INTERNAL, Rights.EXCERPT])
def test_of_a_reserved_text_nothing_is_stored_but_title_and_link(sqlite_store, sqlite_settings, now, rights):
    wanted = list(cases(now, list(FORMS)))
    crawled(sqlite_store, sqlite_settings, rights, wanted)
    with sqlite_store.reading() as session:
        for case in wanted:
            view = sources.get(session, case.key)
            rows = session.exec(
                select(Item, Revision).where(Item.source_id == view.id, Revision.id == Item.current_revision_id)
            ).all()
            assert len(rows) == 1, f"{case.key}: {view.last}"
            item, revision = rows[0]
            assert (revision.title, revision.url.endswith("/artikel/1")) == (TITLE, True), case.key
            assert (revision.text, revision.excerpt) == ("", ""), case.key
            # Of one page behind a list the visit as a whole does not say it; its text is simply not there.
            noted = item.page == "reserved" or any(visit.reserved for visit in visits.recent(session, view.id))
            assert noted or case.kind == "events behind a list", f"{case.key}: nobody can see why there is no text"
    found = stored_bytes(sqlite_store).lower().count(TOKEN)
    assert found == 0, f"a reserved text stands in the database, {found} times"


def test_the_same_sites_without_a_reservation_do_leave_their_text(sqlite_store, sqlite_settings, now):
    """Otherwise the test above would prove nothing."""
    wanted = list(cases(now, [None]))
    crawled(sqlite_store, sqlite_settings, Rights.FULLTEXT_INTERNAL, wanted)
    with sqlite_store.reading() as session:
        for case in wanted:
            texts = session.exec(
                select(Revision.text)
                .join(Item, Revision.item_id == Item.id)  # type: ignore[arg-type]
                .where(Item.source_id == sources.get(session, case.key).id)
            ).all()
            assert any(CANARY in text for text in texts), f"{case.key} left no text: {texts}"
    assert TOKEN in stored_bytes(sqlite_store).lower()
