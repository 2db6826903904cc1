"""From a source that fails to one mail for each administrator: a real crawl, a real mail server."""

from __future__ import annotations

import email.policy
import secrets as random
import time
from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from random import Random

import pytest
from jinja2 import meta
from sqlmodel import select

from service import jobs
from service.app import create_running
from service.desk.wording import PROBLEM_ADVICE, PROBLEM_TITLES
from service.notify import Desk
from service.notify_staff import ProblemContext, ProblemLine, compose_for_staff
from service.render import TEMPLATES, environment
from store import problems, sources
from store.health import ProblemKind
from store.settings import MailSettings, Settings, SiteSettings, SourceSettings
from store.staff_notices import ProblemTold, StaffNoticeToSend
from store.tables import Account, Problem, StaffNotice, Visit
from store.values import Cause, Outcome
from tests.parts import processes, samples
from tests.parts.config import settings_in
from tests.parts.mailserver import Plan
from tests.parts.readers import SECRETS, UNDO, add_event, decide, subscribe

MADE = datetime(2026, 11, 24, 9, 0, 5, tzinfo=UTC)
TOPIC = "Omroep Mensenhandel"
TELLING = ("mensenhandel", "uitbuiting", "slachtoffer", "omroep", "politie")


class Office:
    """An installation with one administrator and a mail server."""

    def __init__(self, folder, store, clock, mail_server, **sections):
        self.store, self.clock, self.mail_server = store, clock, mail_server
        mail = {"host": mail_server.host, "port": mail_server.port, "security": "none", "sender": "a@post.example.nl"}
        settings = settings_in(folder, store={"url": store.url}, mail=mail, **sections)
        self.running = create_running(settings, store, clock)
        with store.writing() as session:
            samples.add_account(session, clock(), "beheer@example.nl", "administrator")
            samples.add_account(session, clock(), "redactie@example.nl", "editor")

    def add(self, key, url):
        with self.store.writing() as session:
            sources.add(session, SourceSettings(key=key, name=TOPIC, url=url), self.clock())

    def deliver(self):
        return jobs.deliver_due(self.running)

    def rows(self, table):
        with self.store.reading() as session:
            return session.exec(select(table).order_by(table.id)).all()


@pytest.fixture
def desk(tmp_path, store, clock, mail_server):
    return Office(tmp_path, store, clock, mail_server)


def test_a_source_that_says_it_is_gone_is_told_once_after_the_crawl_that_found_out(desk, catalogue, clock):
    desk.add("weg", catalogue.url("gone"))
    jobs.crawl_due(desk.running)
    (problem,) = desk.rows(Problem)
    assert (problem.kind, problem.told_at) == ("gone", clock())
    assert desk.deliver().sent == 1
    (taken,) = desk.mail_server.taken
    assert taken.recipients == ("beheer@example.nl",)
    assert taken.message["Subject"] == "Beheer: een bron vraagt aandacht"
    said = taken.message.get_body(("plain",)).get_content()
    for needed in (TOPIC, "voorgoed weg", "een nieuw adres", "op pauze", "een keer per week", "/redactie/bronnen/weg"):
        assert needed in said, f"the mail says nothing of {needed}:\n{said}"
    for _ in range(3):
        clock.advance(days=8)
        jobs.crawl_due(desk.running)
        jobs.watch_sources(desk.running)
        assert desk.deliver() == jobs.Delivered()
    assert len(desk.rows(Problem)) == len(desk.mail_server.taken) == 1


def test_what_waits_for_subscribers_and_for_the_newsroom_leaves_over_one_connection(desk, catalogue, clock):
    subscribe(desk.store, clock(), "lezer@lezer.example", (), desk.running.secrets)
    decide(desk.store, clock(), add_event(desk.store, clock()))
    clock.advance(seconds=UNDO)
    desk.add("weg", catalogue.url("gone"))
    jobs.crawl_due(desk.running)
    assert desk.deliver().sent == 2
    assert [each.recipients[0] for each in desk.mail_server.taken] == ["beheer@example.nl", "lezer@lezer.example"]
    assert desk.mail_server.connections == 1


def test_many_at_once_are_one_mail(desk, catalogue):
    for number in range(7):
        desk.add(f"weg-{number}", catalogue.url("gone") + f"?{number}")
    jobs.crawl_due(desk.running)
    assert desk.deliver().sent == 1
    (taken,) = desk.mail_server.taken
    assert taken.message["Subject"] == "Beheer: 7 bronnen vragen aandacht"
    said = taken.message.get_body(("plain",)).get_content()
    assert all(f"/redactie/bronnen/weg-{number}" in said for number in range(7))


@pytest.mark.parametrize("lose", ["before", "after"])
def test_an_answer_that_never_comes_is_not_tried_again(desk, catalogue, clock, lose):
    desk.add("weg", catalogue.url("gone"))
    jobs.crawl_due(desk.running)
    desk.mail_server.next(Plan(lose=lose))
    assert desk.deliver().in_doubt == 1
    clock.advance(hours=3)
    assert desk.deliver() == jobs.Delivered()
    assert [row.state for row in desk.rows(StaffNotice)] == ["in_doubt"]


def test_a_server_that_asks_to_wait_gets_the_same_mail_later(desk, catalogue, clock):
    desk.add("weg", catalogue.url("gone"))
    jobs.crawl_due(desk.running)
    desk.mail_server.next(Plan(data="451 4.3.0 Later"))
    assert desk.deliver().retry == 1
    first = desk.rows(StaffNotice)[0]
    assert (first.state, first.answer) == ("waiting", "4.3.0 Later")
    clock.advance(minutes=5)
    assert desk.deliver().sent == 1


def test_the_throttle_counts_the_mails_of_the_newsroom_too(tmp_path, store, clock, mail_server, catalogue):
    desk = Office(tmp_path, store, clock, mail_server, notices={"per_minute": 2, "per_domain_per_minute": 2})
    for number in range(4):
        desk.add(f"weg-{number}", catalogue.url("gone") + f"?{number}")
    jobs.crawl_due(desk.running)
    assert desk.deliver().sent == 2
    assert desk.deliver().sent == 0, "the minute is not over"
    clock.advance(minutes=1, seconds=1)
    assert desk.deliver().sent == 2


def test_a_problem_that_is_over_before_its_mail_left_needs_no_mail(desk, catalogue, clock):
    desk.add("weg", catalogue.url("gone"))
    jobs.crawl_due(desk.running)
    with desk.store.writing() as session:
        sources.set_paused(session, "weg", paused=True, now=clock())
    assert jobs.watch_sources(desk.running).closed == 1
    assert desk.deliver() == jobs.Delivered()
    assert [row.state for row in desk.rows(StaffNotice)] == ["dropped"]


def test_watching_when_nothing_changed_writes_nothing(desk, catalogue):
    """A writer on SQLite holds up the crawl, so it is asked for only when there is something to write."""
    desk.add("weg", catalogue.url("gone"))
    jobs.crawl_due(desk.running)
    with desk.store.reading() as session:
        assert not problems.compare(session, desk.clock())
    with desk.store.writing():
        assert jobs.watch_sources(desk.running) == problems.Watched()


def told(number=1, kind="gone", sentence="De server zegt dat deze bron voorgoed weg is."):
    return ProblemTold(number, f"bron-{number}", TOPIC, kind, sentence, MADE)


@pytest.fixture
def letters():
    site = SiteSettings(base_url="https://signaal.example.nl", name="Meldpunt Mensenhandel", organisation="Gemeente")
    return Desk(Settings(site=site, mail=MailSettings(sender="Agenda <a@post.example.nl>")), SECRETS, environment())


def mail(letters, *problems_told):
    kind = "problem" if len(problems_told) == 1 else "problems"
    notice = StaffNoticeToSend(7, 9, kind, f"{kind}:1", MADE, 3, "beheer@example.nl", tuple(problems_told))
    assert compose_for_staff(notice, notice.address, letters) == compose_for_staff(notice, notice.address, letters)
    return message_from_bytes(compose_for_staff(notice, notice.address, letters), policy=email.policy.default)


def test_what_others_can_see_of_the_mail_tells_no_topic_and_no_source(letters):
    for made in (mail(letters, told()), mail(letters, *(told(number) for number in range(1, 9)))):
        shown = " ".join(str(made[name]) for name in ("Subject", "From", "Message-ID"))
        opening = " ".join(made.get_body(("plain",)).get_content().split())[:90]
        for word in TELLING:
            assert word not in f"{shown} {opening}".lower(), f"{word} shows on a locked screen: {shown} {opening}"
        assert made["List-Unsubscribe"] is None, "an administrator leaves by leaving the role"


@pytest.mark.parametrize("kind", ProblemKind)
def test_every_kind_of_problem_says_what_is_wrong_since_when_and_what_to_do(letters, kind):
    made = mail(letters, told(kind=kind, sentence="Wat het bezoek <b>zei</b>."))
    for part in ("plain", "html"):
        said = " ".join(made.get_body((part,)).get_content().split())
        assert PROBLEM_TITLES[kind].lower() in said
        assert "dinsdag 24 november 2026, 10.00 uur" in said
        assert "https://signaal.example.nl/redactie/bronnen/bron-1" in said
        assert (PROBLEM_ADVICE[kind] if part == "plain" else PROBLEM_ADVICE[kind].replace('"', "&#34;")) in said
        assert ("<b>zei</b>" in said) == (part == "plain"), "a sentence is text, never markup"


def test_the_template_uses_the_fields_of_its_context():
    used, shown = set(), ""
    for name in ("subject.txt", "body.txt", "body.html"):
        source = (TEMPLATES / "email" / "problem" / name).read_text(encoding="utf-8")
        used |= meta.find_undeclared_variables(environment().parse(source))
        shown += source
    assert used <= {field.name for field in fields(ProblemContext)}
    for field in fields(ProblemLine):
        assert f"problem.{field.name}" in shown, f"no template shows {field.name}"


def test_an_administrator_whose_account_was_closed_gets_nothing(desk, catalogue, clock):
    desk.add("weg", catalogue.url("gone"))
    jobs.crawl_due(desk.running)
    with desk.store.writing() as session:
        for account in session.exec(select(Account)):
            account.disabled_at = clock()
    assert desk.deliver() == jobs.Delivered()
    assert desk.mail_server.taken == ()


KILLS = 5


def test_a_sender_killed_at_any_moment_loses_no_mail_and_sends_none_twice(tmp_path, store, clock, mail_server):
    """Real processes, real SIGKILLs, while problems appear: every mail is sent once, or in doubt and never again."""
    seed = random.randbelow(2**32)
    chance = Random(seed)
    print(f"seed {seed}")
    clock.now = datetime.now(UTC)
    desk = Office(tmp_path, store, clock, mail_server, server={"secret_file": str(tmp_path / "secret")})
    with store.writing() as session:
        samples.add_account(session, clock(), "tweede@example.nl", "administrator")
    mail_server.always(Plan(delay=0.05))
    for kill in range(KILLS):
        child = processes.start(["-m", "tests.service.watching_alone", str(tmp_path / "config.toml")], tmp_path / "log")
        child.wait_until(lambda child=child: "watching" in child.output, "it watched")
        for number in range(4):
            gone(store, f"weg-{kill}-{number}", datetime.now(UTC))
        time.sleep(chance.uniform(0, 0.8))
        child.kill()
    mail_server.always(Plan())
    clock.now = datetime.now(UTC) + timedelta(hours=1)
    jobs.watch_sources(desk.running)
    desk.deliver()
    assert len(desk.rows(Problem)) == 4 * KILLS
    notices = desk.rows(StaffNotice)
    told = Counter((each.account_id, one["id"]) for each in notices for one in each.facts["problems"])
    assert set(told.values()) == {1}
    assert len(told) == 2 * 4 * KILLS, "somebody was not told of something"
    assert {each.state for each in notices} <= {"sent", "in_doubt"}
    taken = Counter(str(each.message["Message-ID"]) for each in mail_server.taken)
    assert set(taken.values()) == {1}, "a mail was sent twice"
    sent = sum(each.state == "sent" for each in notices)
    assert sent <= len(taken) <= len(notices)


def gone(store, key, now):
    """A source that just said that it is gone."""
    with store.writing() as session:
        source = samples.add_source(session, now, key)
        session.add(
            Visit(
                source_id=source,
                started_at=now,
                finished_at=now,
                outcome=Outcome.GONE,
                cause=Cause.GONE,
                sentence="Weg.",
            )
        )
