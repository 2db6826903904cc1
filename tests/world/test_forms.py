"""Every form of a made-up site is read whole by the crawler's own kinds, story by story: worlds are built from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler import kinds
from crawler.values import FetchedDocument
from tests.world.forms import CHILD, FORMS, Story, answer

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BASE = "http://127.0.1.1:4000"
NEWS = [Story(f"v{n}", f"Bericht {n} over ‘uitbuiting’", f"Tekst {n}.", NOW - timedelta(hours=n)) for n in range(5)]
AGENDA = [
    Story("los", "Eén avond", "Tekst, met komma; en meer.", NOW + timedelta(days=20)),
    Story("reeks", "Elke week", "Tekst.", NOW + timedelta(days=21), weeks=4, without=(2,)),
    Story("af", "Gaat niet door", "Tekst.", NOW + timedelta(days=22), off=True),
]


def read(name: str, path: str, stories: list[Story]):
    said = answer(FORMS[name], BASE, path, stories)
    document = FetchedDocument(BASE + path, said.body, said.type, NOW)
    return kinds.parse(FORMS[name].kind, document, FORMS[name].options)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_tells_each_of_its_stories_once(name):
    form = FORMS[name]
    stories = AGENDA if form.events else NEWS
    told = read(name, form.path, stories)
    if name == "sitemap-index":
        assert [lead.url for lead in told.leads] == [BASE + CHILD]
        told = read(name, CHILD, stories)
    assert told.problem is None, f"{name} is not read without fault: {told.problem}"
    if told.leads:
        titles = []
        for lead in told.leads:
            said = answer(form, BASE, lead.url.removeprefix(BASE), stories)
            document = FetchedDocument(lead.url, said.body, said.type, NOW)
            titles += [entry.title.value for entry in kinds.follow(form.kind, lead, document, form.options).entries]
    else:
        titles = [entry.title.value for entry in told.entries]
    expected = [story.title for story in stories for _ in (story.times if form.events else [0])]
    assert sorted(titles) == sorted(expected)


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.events])
def test_an_event_that_is_called_off_says_so(name):
    form = FORMS[name]
    stories = [AGENDA[2]]
    told = read(name, form.path, stories)
    for lead in told.leads:
        said = answer(form, BASE, lead.url.removeprefix(BASE), stories)
        told = kinds.follow(form.kind, lead, FetchedDocument(lead.url, said.body, said.type, NOW), form.options)
    [entry] = told.entries
    assert entry.event is not None
    assert entry.event.status == "cancelled"
    assert entry.event.starts_at == AGENDA[2].at
