"""How sources fare, in the newsroom: what is wrong and what to do, habits, yield, delays, in words and in pictures."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from service.desk import health as words_of
from service.desk import plots
from store import sources
from store.collected import HourOfVisits, SourceDelay
from store.tables import Source
from store.values import Role
from tests.parts import samples, sourcehealth
from tests.parts.desk import Desk, words

HEALTH, VANISHED = "/redactie/bronnen/gezondheid", "/redactie/bronnen/verdwenen"
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(store, settings, clock):
    made = Desk(store, settings, clock)
    made.sign_in(Role.EDITOR)
    return made


@pytest.fixture
def world(desk, clock):
    return sourcehealth.fill(desk.store, clock())


def row(desk, key):
    with desk.store.reading() as session:
        return session.get_one(Source, sources.get(session, key).id)


def test_what_needs_a_person_stands_first_with_what_to_do(desk, world):
    text = words(desk.client.get(HEALTH))
    assert "8 bronnen doen mee" in text or "9 bronnen doen mee" in text
    assert "Dit vraagt aandacht (3)" in text
    for needed in ("Agenda van het Wijkhuis", "Nieuwsbrief die ophield", "voorgoed weg", "Wat kun je doen?"):
        assert text.index(needed) < text.index("Bezoeken per uur"), needed
    listed = words(desk.client.get("/redactie/bronnen"))
    assert "Gezondheid : 3 problemen" in listed or "Gezondheid: 3 problemen" in listed
    assert listed.index("Agenda van het Wijkhuis") < listed.index("Omroep Noord")


def test_every_picture_says_the_same_as_its_table(desk, world):
    page = desk.client.get(HEALTH).text
    columns = re.findall(r'class="bar-approved" x="\d+" y="[\d.]+" width="8"', page)
    rows = re.findall(r'<td data-label="Goed">([\d.]+)</td>', page)
    assert len([number for number in rows if number != "0"]) == len(columns) > 40
    lines = re.findall(r'data-label="Binnen">(\d+).*?bar-collected" x="0" y="1" width="([\d.]+)"', page, re.DOTALL)
    assert len(lines) == 5
    most = max(int(number) for number, _ in lines)
    for number, length in lines:
        assert float(length) == pytest.approx(100 * int(number) / most, abs=0.01)
    assert page.count("<svg") == page.count('aria-hidden="true" focusable="false"') + page.count('role="img"')


def test_an_empty_installation_says_what_will_come(desk):
    with desk.store.writing() as session:
        sources.set_paused(session, "omroep-proef", paused=True, now=desk.clock())
    text = words(desk.client.get(HEALTH))
    for needed in (
        "Er doet nog geen bron mee",
        "is geen bron bezocht",
        "Er kwam nog niets binnen",
        "weten we nog niet",
    ):
        assert needed in text, text


def test_a_source_says_how_it_fares_and_why(desk, world):
    text = words(desk.client.get("/redactie/bronnen/omroep-noord"))
    for needed in (
        "elke 30 minuten, nu elke 15 minuten omdat er steeds veel nieuws is",
        "Een link 100 %",
        "Binnengekomen",
        "Goedgekeurd",
        "1 seconde, 33 kB",
        "We waarschuwen als er",
    ):
        assert needed in text, f"{needed} is not in: {text}"
    assert "behoudt haar rechten voor" not in text


def test_reserved_rights_and_a_move_are_said(desk, world):
    with desk.store.writing() as session:
        found = session.get_one(Source, world["rechtbank"])
        found.moved_to = "https://nieuw.example/rss"
        session.connection().exec_driver_sql(f"UPDATE visit SET reserved = true WHERE source_id = {found.id}")
    text = words(desk.client.get("/redactie/bronnen/rechtbank"))
    assert "De website behoudt haar rechten voor." in text
    assert "https://nieuw.example/rss" in text


def test_an_editor_who_looked_says_that_the_agenda_is_right(desk, world):
    page = desk.client.get(VANISHED)
    assert "De agenda klopt zo" in page.text
    answer = desk.client.post(VANISHED, data={"action": "klopt"})
    assert answer.headers["location"] == f"{VANISHED}?melding=bron-klopt"
    assert "geloven dan wat er in de agenda staat" in words(desk.client.get(answer.headers["location"]))
    found = row(desk, "verdwenen")
    assert found.vanish_accepted_at == found.next_due_at == desk.clock()


def test_where_nothing_vanished_there_is_nothing_to_believe(desk, world):
    answer = desk.client.post("/redactie/bronnen/omroep-noord", data={"action": "klopt"})
    assert answer.status_code == 422
    assert row(desk, "omroep-noord").vanish_accepted_at is None


def test_a_reader_sees_the_same_and_has_no_buttons(desk, world):
    desk.sign_in(Role.READER)
    for path in (HEALTH, VANISHED):
        page = desk.client.get(path)
        assert "veel afspraken verdwenen" in words(page).lower()
        assert re.findall(r'<form(?! class="desk-who")', page.text) == [], "a reader can act on nothing"
    assert desk.client.post(VANISHED, data={"action": "klopt"}).status_code == 403
    assert row(desk, "verdwenen").vanish_accepted_at is None


def test_a_source_is_never_named_after_the_page_beside_it(desk):
    fields = {"url": "https://a.example/", "kind": "feed", "name": "Gezondheid", "region": "Zeeland", "rights": "title"}
    answer = desk.client.post("/redactie/bronnen/toevoegen", data={**fields, "action": "bewaar"})
    assert answer.headers["location"].startswith("/redactie/bronnen/gezondheid-2")


@pytest.mark.parametrize(
    ("pace", "interval", "failures", "said"),
    [
        (1800, None, 0, "elke 30 minuten"),
        (1800, 7200, 0, "elke 30 minuten, nu elke 2 uur omdat bijna alles al bekend is"),
        (1800, 4050, 0, "elke 30 minuten, nu elke 68 minuten omdat bijna alles al bekend is"),
        (3600, 900, 0, "elk uur, nu elke 15 minuten omdat er steeds veel nieuws is"),
        (86400, None, 2, "elke dag, nu minder vaak omdat het ophalen mislukt"),
        (60, None, 0, "elke 60 seconden"),
        (1800, 3600, 0, "elke 30 minuten, nu elk uur omdat bijna alles al bekend is"),
    ],
)
def test_how_the_pace_stands(desk, pace, interval, failures, said):
    with desk.store.writing() as session:
        samples.add_source(
            session, desk.clock(), "tempo", pace_seconds=pace, interval_seconds=interval, failures=failures
        )
    with desk.store.reading() as session:
        assert words_of.pace_words(sources.get(session, "tempo")) == said


def test_columns_have_one_scale_for_good_and_failed(now):
    made = plots.columns([HourOfVisits(now, 50, 0), HourOfVisits(now + HOUR, 100, 25), HourOfVisits(now, 0, 0)])
    assert [(each.good, each.failed) for each in made] == [(50.0, 0.0), (100.0, 25.0), (0.0, 0.0)]
    assert plots.length(1, 10_000) == plots.THINNEST, "what is there can be seen"


def test_a_wait_lies_between_a_minute_and_a_month():
    assert plots.place(timedelta(0)) == 0
    assert plots.place(timedelta(days=400)) == 100
    assert plots.place(HOUR) == pytest.approx(38.4, abs=0.05), "style sheet and template draw the hour there"
    assert plots.place(timedelta(days=1)) == pytest.approx(68.1, abs=0.05), "and the day there"
    (line,) = words_of.delay_lines([SourceDelay(1, "a", "A", 9, timedelta(seconds=40), 3 * HOUR)])
    assert (line.median_words, line.slowest_words) == ("minder dan een minuut", "3 uur")
