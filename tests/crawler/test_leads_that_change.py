"""Pages behind a list that change while we look, on a day without a time, or that cannot be read for a moment."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

import crawler
from service.demo.server import Answer, Listener
from store.tables import Item, Revision, RevisionEvent
from store.values import SourceKind
from tests.crawler.crawling import add
from tests.world.forms import FORMS, Story, answer


def texts(store):
    with store.reading() as session:
        return session.exec(
            select(Revision.title, RevisionEvent.status)
            .join(Item, col(Item.current_revision_id) == col(Revision.id))
            .outerjoin(RevisionEvent, col(RevisionEvent.revision_id) == col(Revision.id))
        ).all()


class Site:
    """A site of one form on a listener of its own; `hook` may change an answer."""

    def __init__(self, form, stories):
        self.form, self.stories, self.hook = FORMS[form], stories, None
        self.listener = Listener(self.say)

    def say(self, asked):
        got = answer(self.form, self.listener.url(""), asked.path, list(self.stories.values()))
        return self.hook(asked, got) if self.hook else got

    def added(self, store, now, kind, **values):
        add(store, now, self.listener.url(self.form.path), kind=kind, **values)
        return self


def two_crawls(settings, store, now, between=lambda: None):
    crawler.run_due(settings, store, now=now)
    between()
    crawler.run_due(settings, store, now=now + timedelta(hours=1))


def test_a_change_of_a_page_during_the_visit_is_seen_by_the_next(sqlite_settings, sqlite_store):
    now = datetime.now(UTC)
    stories = {key: Story(key, f"{key} versie 1", "uitbuiting", now - timedelta(hours=1)) for key in ("a", "b")}
    site = Site("sitemap", stories).added(sqlite_store, now, SourceKind.SITEMAP)

    def changes_while_we_read(asked, got):
        if asked.path == "/nieuws/b" and stories["a"].title.endswith("1"):
            stories["a"] = replace(stories["a"], title="a versie 2", at=datetime.now(UTC))
            time.sleep(0.3)
        return got

    site.hook = changes_while_we_read
    two_crawls(sqlite_settings, sqlite_store, now)
    site.listener.stop()
    assert {title for title, _ in texts(sqlite_store)} == {"a versie 2", "b versie 1"}


def test_a_second_change_on_one_day_is_seen_where_lastmod_is_a_day(sqlite_settings, sqlite_store):
    now = datetime.now(UTC)
    stories = {"a": Story("a", "a versie 1", "uitbuiting", now - timedelta(hours=1))}
    site = Site("sitemap", stories).added(sqlite_store, now, SourceKind.SITEMAP)

    def without_time(asked, got):
        if asked.path != "/sitemap.xml":
            return got
        return replace(got, body=re.sub(rb"(<lastmod>\d{4}-\d\d-\d\d)T[^<]*", rb"\1", got.body))

    def change():
        stories["a"] = replace(stories["a"], title="a versie 2", at=datetime.now(UTC))

    site.hook = without_time
    two_crawls(sqlite_settings, sqlite_store, now, change)
    site.listener.stop()
    assert {title for title, _ in texts(sqlite_store)} == {"a versie 2"}


def test_a_page_with_a_series_that_cannot_be_read_cancels_nothing(sqlite_settings, sqlite_store):
    now = datetime.now(UTC)
    day = (now + timedelta(days=45)).replace(hour=10, minute=0, second=0, microsecond=0)
    stories = {"reeks": Story("reeks", "Reeks", "uitbuiting", day, weeks=3)}
    stories |= {f"s{n}": Story(f"s{n}", f"Avond {n}", "uitbuiting", day + timedelta(days=n)) for n in range(9)}
    site = Site("events-list", stories)
    site.added(sqlite_store, now, SourceKind.EVENTS, options=site.form.options)

    def break_the_series():
        site.hook = lambda asked, got: Answer(status=500, body=b"x") if asked.path == "/agenda/reeks" else got

    two_crawls(sqlite_settings, sqlite_store, now, break_the_series)
    site.listener.stop()
    assert {status for _, status in texts(sqlite_store)} == {"confirmed"}
