"""What one made-up site answers: its front page, its feed or calendar, a page per item, and robots.txt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from service.demo.agenda import Gathering, calendar
from service.demo.content import Article
from service.demo.feeds import WRITERS, Channel, Entry, html_of
from service.demo.server import Answer
from store.values import AMSTERDAM, Rights, SourceKind

AGENDA_PATH = "/agenda.ics"
ROBOTS = b"User-agent: *\nAllow: /\n"
NOT_THERE = Answer(status=404, body=b"<h1>Deze pagina bestaat niet</h1>")


@dataclass(frozen=True, slots=True)
class WorldSource:
    """What an administrator would fill in to watch this made-up source."""

    key: str
    name: str
    url: str
    kind: SourceKind
    region: str
    rights: Rights


@dataclass(slots=True)
class Site:
    """The contents of one made-up site, by slug and by uid. `base` is its address without a slash behind it."""

    source: WorldSource
    base: str
    dialect: str = ""
    articles: dict[str, Article] = field(default_factory=dict)
    gatherings: dict[str, Gathering] = field(default_factory=dict)

    def newest_first(self) -> tuple[Article, ...]:
        """The news in the order of a front page."""
        return tuple(sorted(self.articles.values(), key=lambda article: article.published_at, reverse=True))

    def guid(self, article: Article) -> str:
        """Its address, as many sites do; RSS 1.0 and Atom want an absolute one."""
        return self.base + article_path(article.slug)


def article_path(slug: str) -> str:
    """Where the page of an item stands on its site."""
    return f"/nieuws/{slug}"


def event_path(uid: str) -> str:
    """Where the page of an event stands on its site."""
    return f"/agenda/{uid}"


def answer(site: Site, path: str, modified: datetime) -> Answer:
    """What the site says to a path; `modified` is when anything on it last changed."""
    if path == "/robots.txt":
        return Answer(body=ROBOTS, type="text/plain", modified=modified)
    if path == "/":
        return _page(site.source.name, _links(site), modified)
    if path == AGENDA_PATH and site.gatherings:
        return _agenda(site, modified)
    if site.dialect and path == WRITERS[site.dialect][1]:
        return _feed(site, modified)
    return _one_page(site, path, modified)


def _one_page(site: Site, path: str, modified: datetime) -> Answer:
    folder, _, last = path.rpartition("/")
    if folder == "/nieuws" and last in site.articles:
        return _page(site.articles[last].title, _article(site, site.articles[last]), modified)
    if folder == "/agenda" and last in site.gatherings:
        return _page(site.gatherings[last].summary, _gathering(site.gatherings[last]), modified)
    return NOT_THERE


def _feed(site: Site, modified: datetime) -> Answer:
    write, path, media_type = WRITERS[site.dialect]
    channel = Channel(site.source.name, site.base + "/", site.base + path, modified)
    entries = [
        Entry(
            guid=site.guid(article),
            link=site.base + article_path(article.slug),
            title=article.title,
            text=article.text,
            published_at=article.published_at,
        )
        for article in site.newest_first()
    ]
    return Answer(body=write(channel, entries), type=media_type, modified=modified)


def _agenda(site: Site, modified: datetime) -> Answer:
    body = calendar(site.source.name, modified, site.base, tuple(site.gatherings.values()))
    return Answer(body=body, type="text/calendar; charset=utf-8", modified=modified)


def _links(site: Site) -> str:
    found = [(article_path(article.slug), article.title) for article in site.newest_first()]
    found += [(event_path(event.uid), event.summary) for event in site.gatherings.values()]
    return "<ul>" + "".join(f"<li><a href={quoteattr(to)}>{escape(text)}</a></li>" for to, text in found) + "</ul>"


def _article(site: Site, article: Article) -> str:
    when = article.published_at.astimezone(AMSTERDAM)
    return (
        f'<article><p><time datetime="{when.isoformat()}">{when:%d-%m-%Y %H:%M}</time> {escape(site.source.name)}</p>'
        f"{html_of(article.text)}</article>"
    )


def _gathering(gathering: Gathering) -> str:
    when = gathering.starts_at.astimezone(AMSTERDAM)
    off = "<p><strong>Deze bijeenkomst gaat niet door.</strong></p>" if gathering.status == "CANCELLED" else ""
    return f"{off}<p>{when:%d-%m-%Y %H:%M}, {escape(gathering.place)}</p>{html_of(gathering.description)}"


def _page(title: str, body: str, modified: datetime) -> Answer:
    text = (
        '<!doctype html>\n<html lang="nl"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body>"
        "<p>Verzonnen site: alles op deze pagina is bedacht om Signaal te proberen.</p>"
        f'<main><h1>{escape(title)}</h1>{body}</main><p><a href="/">Naar het begin</a></p></body></html>\n'
    )
    return Answer(body=text.encode(), modified=modified)
