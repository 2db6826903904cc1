"""Every form in which a made-up site can tell its stories: feeds, sitemaps, list pages, calendars, pages with events.

Written by hand and not with the libraries that read them, so that writer and reader cannot share a mistake.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from service.demo.feeds import WRITERS, Channel, Entry, html_of
from service.demo.server import Answer
from store.values import AMSTERDAM, SourceKind

XML = '<?xml version="1.0" encoding="utf-8"?>\n'
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
ALLOW = Answer(body=b"User-agent: *\nAllow: /\n", type="text/plain")
NOT_THERE = Answer(status=404, body=b"<h1>Deze pagina bestaat niet</h1>")


@dataclass(frozen=True, slots=True)
class Story:
    """Something a site tells. `at` is when it was published, or when the event starts, two hours long.

    An event repeats for so many `weeks`, `without` these repetitions (0 is the first), and may be called `off`.
    """

    slug: str
    title: str
    text: str
    at: datetime
    off: bool = False
    weeks: int = 1
    without: tuple[int, ...] = ()

    @property
    def times(self) -> dict[int, datetime]:
        """When an event takes place, by number of its repetition: at the same time on the clock every week."""
        local = self.at.astimezone(AMSTERDAM)
        return {n: local + timedelta(weeks=n) for n in range(self.weeks) if n not in self.without}


Stories = Sequence[Story]


@dataclass(frozen=True, slots=True)
class Form:
    """How a source is watched and what it answers. `write(base, stories)` makes the document at `path`."""

    kind: SourceKind
    path: str
    write: Callable[[str, Stories], Answer]
    options: dict[str, Any] = field(default_factory=dict)
    events: bool = False


def answer(form: Form, base: str, path: str, stories: Stories) -> Answer:
    """What a site with these stories says to a path."""
    if path == "/robots.txt":
        return ALLOW
    if path == form.path:
        return form.write(base, stories)
    if path == CHILD and form.write is _sitemap_index:
        return _sitemap(base, stories)
    folder, _, slug = path.rpartition("/")
    for story in stories:
        if slug == story.slug and folder == ("/agenda" if form.events else "/nieuws"):
            return _event_page(base, story) if form.events else _article_page(story)
    return NOT_THERE


def article_url(base: str, story: Story) -> str:
    return f"{base}/nieuws/{story.slug}"


def event_url(base: str, story: Story) -> str:
    return f"{base}/agenda/{story.slug}"


def _newest_first(stories: Stories) -> list[Story]:
    return sorted(stories, key=lambda story: story.at, reverse=True)


def _feed(dialect: str) -> Form:
    write, path, media_type = WRITERS[dialect]

    def document(base: str, stories: Stories) -> Answer:
        ordered = _newest_first(stories)
        newest = ordered[0].at if ordered else datetime(2026, 1, 1, tzinfo=UTC)
        entries = [
            Entry(article_url(base, story), article_url(base, story), story.title, story.text, story.at)
            for story in ordered
        ]
        return Answer(
            body=write(Channel("Verzonnen nieuws", base + "/", base + path, newest), entries), type=media_type
        )

    return Form(SourceKind.FEED, path, document)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _news_sitemap(base: str, stories: Stories) -> Answer:
    lines = "".join(
        f"<url><loc>{escape(article_url(base, story))}</loc><news:news>"
        "<news:publication><news:name>Verzonnen</news:name><news:language>nl</news:language></news:publication>"
        f"<news:publication_date>{_iso(story.at)}"
        f"</news:publication_date><news:title>{escape(story.title)}</news:title></news:news></url>\n"
        for story in _newest_first(stories)
    )
    return Answer(body=f"{XML}<urlset {SITEMAP} {NEWS}>\n{lines}</urlset>\n".encode(), type="application/xml")


def _sitemap(base: str, stories: Stories) -> Answer:
    lines = "".join(
        f"<url><loc>{escape(article_url(base, story))}</loc><lastmod>{story.at.isoformat()}</lastmod></url>\n"
        for story in _newest_first(stories)
    )
    return Answer(body=f"{XML}<urlset {SITEMAP}>\n{lines}</urlset>\n".encode(), type="application/xml")


CHILD = "/sitemap-nieuws.xml"


def _sitemap_index(base: str, stories: Stories) -> Answer:
    newest = max((story.at for story in stories), default=datetime(2026, 1, 1, tzinfo=UTC))
    inside = f"<sitemap><loc>{escape(base + CHILD)}</loc><lastmod>{_iso(newest)}</lastmod></sitemap>"
    return Answer(body=f"{XML}<sitemapindex {SITEMAP}>{inside}</sitemapindex>\n".encode(), type="application/xml")


def _list_page(base: str, stories: Stories) -> Answer:
    lines = "".join(
        f"<li class=bericht><time datetime={quoteattr(story.at.isoformat())}>{story.at:%d-%m-%Y}</time> "
        f"<h3><a href={quoteattr(article_url(base, story))}>{escape(story.title)}</a></h3></li>\n"
        for story in _newest_first(stories)
    )
    return _html("Nieuws", f"<ul class=nieuws>\n{lines}</ul>")


def _article_page(story: Story) -> Answer:
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": story.at.isoformat(),
    }
    script = f'<script type="application/ld+json">{_json(about)}</script>'
    return _html(story.title, f"<article><h1>{escape(story.title)}</h1>{html_of(story.text)}</article>", script)


def _event(base: str, story: Story) -> list[dict[str, Any]]:
    return [
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "@id": event_url(base, story) + (f"#{number}" if story.weeks > 1 else ""),
            "url": event_url(base, story),
            "name": story.title,
            "description": story.text,
            "startDate": start.isoformat(),
            "endDate": (start + timedelta(hours=2)).isoformat(),
            "eventStatus": "https://schema.org/" + ("EventCancelled" if story.off else "EventScheduled"),
            "location": {"@type": "Place", "name": "Wijkcentrum", "address": "Markt 1, 5038 AA Tilburg"},
        }
        for number, start in story.times.items()
    ]


def _events_page(base: str, stories: Stories) -> Answer:
    told = [event for story in stories for event in _event(base, story)]
    lines = "".join(f"<li>{escape(story.title)}</li>" for story in stories)
    return _html("Agenda", f"<ul>{lines}</ul>", f'<script type="application/ld+json">{_json(told)}</script>')


def _events_list(base: str, stories: Stories) -> Answer:
    lines = "".join(
        f"<li class=afspraak><a href={quoteattr(event_url(base, story))}>{escape(story.title)}</a></li>"
        for story in stories
    )
    return _html("Agenda", f"<ul class=agenda>{lines}</ul>")


def _event_page(base: str, story: Story) -> Answer:
    script = f'<script type="application/ld+json">{_json(_event(base, story))}</script>'
    return _html(story.title, f"<h1>{escape(story.title)}</h1>{html_of(story.text)}", script)


def _calendar(base: str, stories: Stories) -> Answer:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Verzonnen//Agenda//NL"]
    for story in stories:
        start = story.at.astimezone(AMSTERDAM)
        lines += ["BEGIN:VEVENT", f"UID:{story.slug}", "DTSTAMP:20260101T000000Z"]
        lines += [f"DTSTART;TZID=Europe/Amsterdam:{_local(start)}", "DURATION:PT2H"]
        if story.weeks > 1:
            lines.append(f"RRULE:FREQ=WEEKLY;COUNT={story.weeks}")
            skipped = [start + timedelta(weeks=number) for number in story.without]
            lines += [f"EXDATE;TZID=Europe/Amsterdam:{_local(moment)}" for moment in skipped]
        lines += [f"SUMMARY:{_ics(story.title)}", f"DESCRIPTION:{_ics(story.text)}", "LOCATION:Wijkcentrum\\, Tilburg"]
        lines += [f"URL:{event_url(base, story)}", f"STATUS:{'CANCELLED' if story.off else 'CONFIRMED'}", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return Answer(body="".join(_folded(line) for line in lines).encode(), type="text/calendar; charset=utf-8")


def _local(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


def _ics(value: str) -> str:
    """RFC 5545 section 3.3.11."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> str:
    """Short enough in octets also when every letter takes two (RFC 5545 section 3.1)."""
    parts = [line[at : at + 35] for at in range(0, len(line), 35)]
    return "\r\n ".join(parts) + "\r\n"


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False).replace("</", "<\\/")


def _html(title: str, body: str, head: str = "") -> Answer:
    text = (
        f'<!doctype html>\n<html lang="nl"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
        f"<body><main>{body}</main></body></html>\n"
    )
    return Answer(body=text.encode())


FORMS: dict[str, Form] = {
    **{dialect: _feed(dialect) for dialect in WRITERS},
    "news-sitemap": Form(SourceKind.SITEMAP, "/news-sitemap.xml", _news_sitemap),
    "sitemap": Form(SourceKind.SITEMAP, "/sitemap.xml", _sitemap),
    "sitemap-index": Form(SourceKind.SITEMAP, "/sitemap_index.xml", _sitemap_index),
    "page": Form(SourceKind.PAGE, "/nieuws", _list_page, {"item": "li.bericht"}),
    "calendar": Form(SourceKind.CALENDAR, "/agenda.ics", _calendar, events=True),
    "events": Form(SourceKind.EVENTS, "/agenda", _events_page, events=True),
    "events-list": Form(SourceKind.EVENTS, "/agenda", _events_list, {"links": "li.afspraak a"}, events=True),
}
"""Each by the name under which the worlds of the tests ask for it."""
