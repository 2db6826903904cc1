"""The main job on real input: 165 news items of the Nationaal Rapporteur Mensenhandel, from four feeds to the site.

Crawled by the command that people type, judged by keyboard and by the same forms, public to the last one; and three
events of a calendar made from today, approved and mailed. SQLite: PostgreSQL walks the whole road next door.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from icalendar import Calendar
from lxml import html
from sqlmodel import select

from service.demo.agenda import Gathering, calendar, on_day
from service.demo.server import Answer, Asked, Listener
from store.database import Store, open_store
from store.tables import Item
from store.values import AMSTERDAM
from tests.parts import service, sqlite
from tests.parts.config import write_config
from tests.parts.corpus import REPOSITORY
from tests.parts.editors import Editor, accept_invitation, asked_item, open_item
from tests.parts.mailbox import calendar_of, gives_away, link_in, mails_to
from tests.parts.mailserver import MailServer
from tests.parts.rapporteur import ServedFeed, rapporteur
from tests.parts.service import Service
from tests.parts.until import until

pytestmark = pytest.mark.journey

ITEMS = 165
BY_KEYBOARD = 20
UNDO = 2
COLUMNS = 80
SUBSCRIBER = "anna@voorbeeld.nl"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def gatherings(now: datetime) -> list[Gathering]:
    """Soon, all day, and on the other side of a change of the clocks. Titles that must not show outside the mail."""
    past_the_clock = next(
        days for days in range(20, 400) if on_day(now, days).utcoffset() != now.astimezone(AMSTERDAM).utcoffset()
    )
    told = [
        ("avond", "Avond over signalen van mensenhandel", on_day(now, 3, 19, 30), timedelta(hours=2), False),
        ("dag", "Themadag arbeidsuitbuiting", on_day(now, 12), timedelta(days=1), True),
        ("later", "Webinar over mensenhandel", on_day(now, past_the_clock, 10), timedelta(hours=1), False),
    ]
    return [
        Gathering(uid, title, "", start, start + length, "Stadhuis, Utrecht", f"/agenda/{uid}", all_day=all_day)
        for uid, title, start, length, all_day in told
    ]


@dataclass(frozen=True)
class Job:
    """The installation of this test; `served` are the four feeds and `planned` is what the calendar holds."""

    folder: Path
    config: Path
    port: int
    store: Store
    served: tuple[ServedFeed, ...]
    planned: list[Gathering]
    mail: MailServer

    @property
    def keys(self) -> list[str]:
        return [feed.source.key for feed in self.served]

    def items(self) -> list[Item]:
        with self.store.reading() as session:
            return list(session.exec(select(Item)).all())

    def command(self, *arguments: str) -> tuple[int, str]:
        """Run `signaal` in a terminal of 80 columns, and give the exit code and all that appeared."""
        return in_a_terminal([sys.executable, "-m", "service.cli", "--config", str(self.config), *arguments])


@pytest.fixture
def job(tmp_path: Path, sqlite_template: Path, mail_server: MailServer) -> Iterator[Job]:
    now = datetime.now(UTC)
    planned = gatherings(now)
    agenda = Listener(lambda asked: agenda_answer(asked, now, planned))
    url, port = sqlite.fresh_copy(sqlite_template, tmp_path), service.free_port()
    with rapporteur() as served:
        sources = [{name: str(value) for name, value in asdict(feed.source).items()} for feed in served]
        sources.append({"key": "agenda", "name": "Agenda", "url": agenda.url("/agenda.ics"), "kind": "calendar"})
        sources[-1] |= {"region": "Utrecht"}
        config = write_config(
            tmp_path,
            server={"host": "127.0.0.1", "port": port},
            store={"url": url},
            crawl={"tick_seconds": 1},
            desk={"undo_seconds": UNDO},
            notices={"debounce_seconds": 0},
            mail={"host": "127.0.0.1", "port": mail_server.port, "security": "none", "sender": "agenda@voorbeeld.nl"},
            source=sources,
        )
        store = open_store(url)
        yield Job(tmp_path, config, port, store, served, planned, mail_server)
        store.close()
    agenda.stop()


def agenda_answer(asked: Asked, now: datetime, planned: list[Gathering]) -> Answer:
    if asked.path != "/agenda.ics":
        return Answer(status=404)
    return Answer(body=calendar("Agenda", now, "https://agenda.example", planned), type="text/calendar")


def in_a_terminal(command: list[str]) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    process = subprocess.Popen(
        command, cwd=REPOSITORY, env=kept | {"TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side of a terminal is closed
            break
        if not more:
            break
        said += more
    os.close(ours)
    return process.wait(60), said.decode()


def test_the_165_items_go_from_four_feeds_to_the_site_and_three_events_to_a_mailbox(job, new_visitor):
    a_crawl_stores_everything_and_shows_it(job)
    a_second_crawl_stores_nothing_twice(job)
    running = service.start_at(job.folder, job.port)
    try:
        editor = accept_invitation(new_visitor(running.url), running.first_administrator, "beheer@voorbeeld.nl")
        with httpx2.Client(base_url=running.url, headers={"Origin": running.url}) as reader:
            somebody_subscribes(job, reader)
            by_keyboard = twenty_are_approved_with_the_keyboard(editor)
            the_rest_is_approved_over_the_same_forms(running, editor, job)
            assert len(by_keyboard) == BY_KEYBOARD
            everything_is_public(reader, job)
        three_mails_arrive(job)
        editor.visitor.leave()
    finally:
        running.stop()


def a_crawl_stores_everything_and_shows_it(job: Job) -> None:
    code, said = job.command("crawl")
    assert code == 0, said
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", ESCAPES.sub("", said))]
    assert max(map(len, lines)) <= COLUMNS, "the output must fit a terminal of 80 columns"
    assert any("5 of 5 visited" in line for line in lines), said
    # The live table comes first, again and again; the last one is the whole.
    at = max(number for number, line in enumerate(lines) if line.startswith("source"))
    head, lines = lines[at], lines[at:]
    assert head.split() == ["source", "outcome", "entries", "new", "changed", "on", "pile"]
    for feed in job.served:
        row = next(line for line in lines if line.startswith(feed.source.key)).split()
        assert row[1:5] == ["read", str(len(feed.entries)), str(len(feed.entries)), "0"], row
    assert any(f"{ITEMS + 3} new" in line for line in lines), said
    stored = {item.guid for item in job.items()}
    missing = [entry.guid for feed in job.served for entry in feed.entries if entry.guid not in stored]
    assert not missing, f"these did not arrive: {missing}"
    assert [item.state for item in job.items() if item.waiting_revision_id is None] == [], "all of it waits"
    assert len(stored) == ITEMS + 3


def a_second_crawl_stores_nothing_twice(job: Job) -> None:
    # The pages of items that were left for later may add to their texts; the items stay the same.
    before = sorted((item.source_id, item.guid) for item in job.items())
    code, said = job.command("crawl", *job.keys, "agenda")
    assert code == 0, said
    assert "0 new, 0 changed" in ESCAPES.sub("", said)
    assert sorted((item.source_id, item.guid) for item in job.items()) == before


def somebody_subscribes(job: Job, reader: httpx2.Client) -> None:
    assert reader.post("/aanmelden", data={"address": SUBSCRIBER}).status_code == 200
    (mail,) = until(lambda: mails_to(job.mail, SUBSCRIBER), "a mail to confirm arrived")
    button = {"Content-Type": "application/x-www-form-urlencoded"}  # as a browser posts a form without fields
    assert "Je bent aangemeld" in reader.post(link_in(mail, "/aanmelden/bevestigen/"), headers=button).text


def twenty_are_approved_with_the_keyboard(editor: Editor) -> set[int]:
    """Nothing but `a`, `a`: each approval opens the next item."""
    editor.visitor.open("/redactie?soort=article")
    approved = set()
    for _ in range(BY_KEYBOARD):
        approved.add(open_item(editor.page))
        assert editor.approve().status == 200
        assert asked_item(editor.page) not in approved, "the next item opens by itself"
    return approved


def the_rest_is_approved_over_the_same_forms(running: Service, editor: Editor, job: Job) -> None:
    """Every form is read from the page of its item and sent as a browser would."""
    waiting = [item.id for item in job.items() if item.waiting_revision_id is not None]
    assert len(waiting) == ITEMS + 3 - BY_KEYBOARD
    with httpx2.Client(base_url=running.url, cookies=editor.cookie, headers={"Origin": running.url}) as client:
        for item_id in waiting:
            page = html.document_fromstring(client.get(f"/redactie/items/{item_id}").text)
            (form,) = [each for each in page.forms if "data-approve" in each.attrib]
            sent = dict(form.form_values()) | answers_in(page) | {"verdict": "approve"}
            told = client.post(form.action, data=sent)
            assert told.status_code == 303, f"{form.action}: {told.status_code}"


def answers_in(page: html.HtmlElement) -> dict[str, str]:
    """An answer to every question of the privacy gate, with a reason where one is asked: these texts were published."""
    choices = {each.get("name"): each.get("value") for each in page.xpath("//input[starts-with(@name, 'antwoord_')]")}
    reasons = {
        each.get("name"): "staat zo in het besluit" for each in page.xpath("//input[starts-with(@name, 'reden_')]")
    }
    return choices | reasons


def everything_is_public(reader: httpx2.Client, job: Job) -> None:
    until(lambda: len(walk(reader)) == ITEMS, f"all {ITEMS} items stand on /nieuws", seconds=UNDO + 15, pause=0.5)
    found = walk(reader)
    assert len(set(found)) == ITEMS, "an item stands on the pages twice"
    titles = sorted(entry.title for feed in job.served for entry in feed.entries if entry.title)
    shown = [words for words in found.values() if words]
    assert len(shown) == ITEMS, "also an item without a title must have something to click on"
    squeezed = {re.sub(r"\W+", "", words).lower() for words in shown}
    missing = [title for title in titles if re.sub(r"\W+", "", title).lower() not in squeezed]
    assert not missing, f"these titles stand nowhere: {missing[:5]}"
    one = next(iter(found))
    assert reader.get(one).status_code == 200
    assert "Rapporteur" in reader.get(one).text


def walk(reader: httpx2.Client) -> dict[str, str]:
    """Path and title of every line, from the newest page of /nieuws to the oldest."""
    found: dict[str, str] = {}
    path: Any = "/nieuws"
    while path:
        page = html.document_fromstring(reader.get(path).text)
        for link in page.xpath("//li[contains(@class, 'news-line')]//a[starts-with(@href, '/nieuws/')]"):
            assert link.get("href") not in found, f"{link.get('href')} stands there twice"
            found[link.get("href")] = link.text_content().strip()
        path = next(iter(page.xpath("//a[@rel='next']/@href")), None)
    return found


def three_mails_arrive(job: Job) -> None:
    until(lambda: len(mails_to(job.mail, SUBSCRIBER)) == 4, "the confirmation and three events arrived")
    mails = mails_to(job.mail, SUBSCRIBER)[1:]
    told: list[Calendar] = [calendar_of(mail).walk("VEVENT")[0] for mail in mails]
    assert all(gives_away(mail) == [] for mail in mails)
    for gathering, event in zip(job.planned, sorted(told, key=lambda each: str(each.start)), strict=True):
        if gathering.all_day:
            assert (event.start, event.end) == (gathering.starts_at.date(), gathering.ends_at.date())
        else:
            assert (event.start, event.end) == (gathering.starts_at, gathering.ends_at)
    assert len({str(event["UID"]) for event in told}) == 3
    assert len(job.mail.taken) == 4, "nobody else got a mail, and nobody got one twice"
