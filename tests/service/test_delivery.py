"""Delivering to a real mail server that behaves, refuses, thinks, and breaks off at every step."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from service import jobs
from service.app import create_running
from store import subscribers
from store.errors import ConfigurationError
from store.tables import Delivery, Notice, Suppression
from store.values import Verdict
from tests.parts.config import settings_in
from tests.parts.mailserver import MailServer, Plan
from tests.parts.readers import UNDO, add_event, decide, subscribe


class Post:
    """An installation with subscribers, an approved event, and a mail server."""

    def __init__(self, folder, store, clock, **sections):
        self.store, self.clock = store, clock
        self.settings = settings_in(folder, store={"url": store.url}, **sections)
        self.running = create_running(self.settings, store, clock)

    def readers(self, *names):
        return [
            subscribe(self.store, self.clock(), f"{name}@lezer.example", (), self.running.secrets) for name in names
        ]

    def approve(self, guid="bijeenkomst", **changes):
        item = add_event(self.store, self.clock(), guid, **changes)
        decide(self.store, self.clock(), item)
        self.clock.advance(seconds=UNDO)
        return item

    def deliver(self, **more):
        return jobs.deliver_due(self.running, **more)

    def states(self):
        with self.store.reading() as session:
            return sorted(session.exec(select(Notice.state)))

    def answers(self):
        with self.store.reading() as session:
            return [(row.outcome, row.code) for row in session.exec(select(Delivery).order_by(Delivery.id))]

    def suppressed(self):
        with self.store.reading() as session:
            return len(session.exec(select(Suppression)).all())


@pytest.fixture
def post(tmp_path, store, clock, mail_server):
    return Post(tmp_path, store, clock, mail=smtp(mail_server))


def smtp(server, **more):
    return {"host": server.host, "port": server.port, "security": "none", "sender": "agenda@post.example.nl", **more}


def test_everybody_gets_one_mail_over_one_connection_and_no_second_one(post, mail_server):
    post.readers("een", "twee", "drie")
    post.approve()
    assert post.deliver().sent == 3
    assert post.deliver() == jobs.Delivered()
    assert sorted(taken.recipients[0].partition("@")[0] for taken in mail_server.taken) == ["drie", "een", "twee"]
    assert mail_server.connections == 1
    assert post.states() == ["sent"] * 3


def test_nothing_leaves_before_the_undo_window_is_over(post, mail_server, clock):
    post.readers("een")
    item = add_event(post.store, clock())
    decide(post.store, clock(), item)
    clock.advance(seconds=UNDO - 1)
    post.deliver()
    assert mail_server.taken == ()
    clock.advance(seconds=1)
    post.deliver()
    assert len(mail_server.taken) == 1


def test_the_bytes_on_the_wire_are_crlf_only(post, mail_server):
    post.readers("een")
    post.approve(title="Een regel\n.\nmet punten . en\r meer")
    post.deliver()
    (taken,) = mail_server.taken
    rest = taken.content.replace(b"\r\n", b"")
    assert b"\n" not in rest
    assert b"\r" not in rest
    assert taken.sender == "agenda@post.example.nl"
    assert str(taken.message["To"]) == taken.recipients[0]


RETRIED = {
    "421 at the banner": Plan(banner="421 4.3.2 Closing"),
    "450 at the recipient": Plan(rcpt="450 4.2.1 Busy"),
    "452 at the recipient": Plan(rcpt="452 4.2.2 Full"),
    "421 at the recipient": Plan(rcpt="421 4.3.2 Closing"),
    "451 after the dot": Plan(data="451 4.3.0 Later"),
    "554 after the dot": Plan(data="554 5.6.0 We do not like this"),
    "552 after the dot": Plan(data="552 5.3.4 Too big"),
    "relaying is denied": Plan(rcpt="554 5.7.1 Relay access denied"),
    "a login is asked for": Plan(rcpt="530 5.7.0 Authentication required"),
    "broken off at the recipient": Plan(lose="rcpt"),
}


@pytest.mark.parametrize("plan", RETRIED.values(), ids=RETRIED)
def test_what_failed_before_the_server_took_it_is_tried_again_as_the_same_mail(post, mail_server, clock, plan):
    """INV-19: nothing lost, nothing double, nobody suppressed for what is not about them."""
    post.readers("een")
    post.approve()
    mail_server.next(plan)
    assert post.deliver().retry == 1
    assert post.states() == ["waiting"]
    assert mail_server.taken == ()
    clock.advance(minutes=4)
    assert post.deliver().sent == 0, "the first retry comes after five minutes"
    clock.advance(minutes=1)
    assert post.deliver().sent == 1
    assert post.states() == ["sent"]
    assert post.suppressed() == 0
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("lose", ["before", "after"])
def test_an_answer_that_never_comes_leaves_a_doubt_that_is_shown_and_not_repeated(post, mail_server, clock, lose):
    """INV-10: the sender cannot know whether the server took it."""
    post.readers("een")
    post.approve()
    mail_server.next(Plan(lose=lose))
    assert post.deliver().in_doubt == 1
    assert post.states() == ["in_doubt"]
    for _ in range(20):
        clock.advance(hours=4)
        post.deliver()
    assert len(mail_server.taken) == (1 if lose == "after" else 0)


def test_a_doubtful_confirmation_is_sent_once_more_with_the_same_message_id(post, mail_server, clock):
    with post.store.writing() as session:
        subscribers.request(
            session, post.running.secrets, "een@lezer.example", (), now=clock(), consent_text="Je krijgt mail."
        )
    mail_server.next(Plan(lose="after"), Plan(lose="after"))
    for _ in range(5):
        post.deliver()
        clock.advance(minutes=10)
    assert len(mail_server.taken) == 2
    assert mail_server.taken[0].content == mail_server.taken[1].content
    assert post.states() == ["in_doubt"]


def test_a_mailbox_that_does_not_exist_stops_nobody_else_and_gets_nothing_more(post, mail_server, clock):
    post.readers("een", "weg", "drie")
    mail_server.refuse("weg@lezer.example")
    post.approve()
    done = post.deliver()
    assert (done.sent, done.refused, done.trouble) == (2, 1, "")
    assert post.suppressed() == 1
    post.approve("tweede")
    assert post.deliver().sent == 2


@pytest.mark.parametrize(
    ("answer", "suppressed"),
    [
        ("550 No such user here", 1),
        ("550 5.1.1 Unknown", 1),
        ("553 5.1.3 Bad address", 1),
        ("552 5.2.2 Mailbox full", 0),
        ("550 5.2.1 Mailbox disabled for a while", 0),
        ("554 Not today", 0),
    ],
)
def test_only_a_mailbox_that_does_not_exist_is_suppressed(post, mail_server, answer, suppressed):
    post.readers("een")
    mail_server.refuse("een@lezer.example", answer)
    post.approve()
    assert post.deliver().refused == 1
    assert post.suppressed() == suppressed


def test_one_mail_that_the_server_dislikes_does_not_stop_the_others(post, mail_server):
    post.readers("een", "twee", "drie")
    post.approve()
    mail_server.next(Plan(data="554 5.6.0 Not this one"))
    done = post.deliver()
    assert (done.sent, done.retry, done.trouble) == (2, 1, "")


def test_a_server_that_refuses_us_makes_the_queue_wait_and_suppresses_nobody(post, mail_server, clock):
    post.readers(*(f"lezer{number}" for number in range(15)))
    post.approve()
    mail_server.always(Plan(data="554 5.7.1 Your host is blocked"))
    done = post.deliver()
    assert (done.sent, done.retry) == (0, 2), "two are enough to know"
    assert "blocked" in done.trouble
    assert post.deliver() == jobs.Delivered(), "nothing is due while the queue waits"
    assert post.suppressed() == 0
    mail_server.always(Plan())
    clock.advance(minutes=5)
    assert post.deliver().sent == 15


def test_a_server_that_is_down_loses_nothing(tmp_path, store, clock):
    with MailServer() as server:
        mail = smtp(server)
    post = Post(tmp_path, store, clock, mail=mail)
    post.readers("een", "twee", "drie")
    post.approve()
    done = post.deliver()
    assert (done.retry, done.sent) == (2, 0)
    assert post.states() == ["waiting"] * 3


def test_nothing_is_sent_after_the_event_began(post, mail_server, clock):
    post.readers("een")
    post.approve(starts_at=clock() + timedelta(minutes=3))
    mail_server.next(Plan(rcpt="450 4.2.1 Busy"))
    post.deliver()
    clock.advance(minutes=5)
    post.deliver()
    assert post.states() == ["expired"]
    assert mail_server.taken == ()


def test_a_withdrawn_event_is_not_told(post, mail_server, clock):
    post.readers("een")
    item = post.approve()
    decide(post.store, clock(), item, Verdict.WITHDRAW)
    post.deliver()
    assert mail_server.taken == ()


def test_the_throttle_holds_per_minute_and_outlives_a_restart(tmp_path, store, clock, mail_server):
    post = Post(tmp_path, store, clock, mail=smtp(mail_server), notices={"per_minute": 4})
    post.readers(*(f"lezer{number}" for number in range(10)))
    post.approve()
    assert post.deliver().sent == 4
    again = create_running(post.settings, store, clock)
    assert jobs.deliver_due(again).sent == 0
    clock.advance(seconds=61)
    assert post.deliver().sent == 4
    clock.advance(seconds=61)
    assert post.deliver().sent == 2


def test_the_throttle_holds_per_receiving_domain_without_holding_up_the_others(tmp_path, store, clock, mail_server):
    limits = {"per_minute": 100, "per_domain_per_minute": 2}
    post = Post(tmp_path, store, clock, mail=smtp(mail_server), notices=limits)
    post.readers(*(f"lezer{number}" for number in range(5)))
    subscribe(store, clock(), "een@ander.example", (), post.running.secrets)
    post.approve()
    assert post.deliver().sent == 3
    clock.advance(seconds=61)
    assert post.deliver().sent == 2
    clock.advance(seconds=61)
    assert post.deliver().sent == 1


def test_a_stop_is_heard_between_two_mails_and_gives_the_rest_back(post, mail_server):
    post.readers("een", "twee", "drie")
    post.approve()
    assert post.deliver(stopped=lambda: len(mail_server.taken) == 1).sent == 1
    assert post.states() == ["sent", "waiting", "waiting"]
    assert post.deliver().sent == 2


def test_two_senders_at_once_tell_everybody_once(tmp_path, store, clock, mail_server):
    """INV-9: they share the rows, not the mails."""
    limits = {"per_minute": 100, "per_domain_per_minute": 100}
    post = Post(tmp_path, store, clock, mail=smtp(mail_server), notices=limits)
    post.readers(*(f"lezer{number}" for number in range(40)))
    post.approve()
    threads = [threading.Thread(target=post.deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recipients = [taken.recipients[0] for taken in mail_server.taken]
    assert len(recipients) == len(set(recipients)) == 40
    assert post.states() == ["sent"] * 40


def test_unsubscribing_after_the_claim_stops_the_mail(post, mail_server, clock):
    """INV-11: asked once more right before the dot."""
    (token,) = post.readers("een")
    post.approve()
    asked = []

    def leave():
        asked.append(True)
        if len(asked) == 2:
            # The first question comes before the claim, the second one right before the mail.
            with post.store.writing() as session:
                subscribers.unsubscribe(session, token, clock())
        return False

    assert post.deliver(stopped=leave) == jobs.Delivered()
    assert len(asked) >= 2
    assert mail_server.taken == ()


def test_a_server_without_starttls_gets_not_a_word_in_the_open(tmp_path, store, clock, mail_server):
    """INV-19: no fallback to plain text."""
    post = Post(tmp_path, store, clock, mail=smtp(mail_server, security="starttls"))
    post.readers("een")
    post.approve()
    assert post.deliver().retry == 1
    assert mail_server.taken == ()


def test_a_server_that_speaks_no_tls_is_no_tls_server(tmp_path, store, clock, mail_server):
    post = Post(tmp_path, store, clock, mail=smtp(mail_server, security="tls"))
    post.readers("een")
    post.approve()
    assert post.deliver().retry == 1
    assert mail_server.taken == ()


def test_a_login_with_the_password_from_its_file(tmp_path, store, clock):
    with MailServer(login=("agenda", "een lang wachtwoord")) as server:
        (tmp_path / "wachtwoord").write_text("een lang wachtwoord\n", encoding="utf-8")
        post = Post(tmp_path, store, clock, mail=smtp(server, username="agenda", password_file="wachtwoord"))
        post.readers("een")
        post.approve()
        assert post.deliver().sent == 1


def test_a_wrong_password_loses_nothing(tmp_path, store, clock):
    with MailServer(login=("agenda", "een lang wachtwoord")) as server:
        (tmp_path / "wachtwoord").write_text("vergeten", encoding="utf-8")
        post = Post(tmp_path, store, clock, mail=smtp(server, username="agenda", password_file="wachtwoord"))
        post.readers("een")
        post.approve()
        assert post.deliver().retry == 1
        assert post.states() == ["waiting"]


def test_a_missing_password_file_is_a_sentence(tmp_path, store, clock, mail_server):
    post = Post(tmp_path, store, clock, mail=smtp(mail_server, username="agenda", password_file="weg"))
    post.readers("een")
    post.approve()
    with pytest.raises(ConfigurationError, match="password_file"):
        post.deliver()


def test_a_password_never_travels_in_the_open(tmp_path, store, clock):
    mail = {"host": "post.example.nl", "security": "none", "username": "agenda", "sender": "agenda@post.example.nl"}
    post = Post(tmp_path, store, clock, mail=mail)
    post.readers("een")
    post.approve()
    with pytest.raises(ConfigurationError, match="in the open"):
        post.deliver()


def test_the_mail_log_holds_no_address(post, mail_server):
    post.readers("een", "weg")
    mail_server.refuse("weg@lezer.example", "550 5.1.1 <weg@lezer.example>: Recipient address rejected")
    post.approve()
    post.deliver()
    with post.store.reading() as session:
        said = " ".join(session.exec(select(Delivery.answer)))
    assert "Recipient address rejected" in said
    assert "lezer.example" not in said


def test_without_a_server_mails_are_files_that_only_their_owner_can_read(tmp_path, store, clock):
    post = Post(tmp_path, store, clock)
    post.readers("een", "twee")
    post.approve()
    assert post.deliver().sent == 2
    files = sorted((tmp_path / "var" / "mail").glob("*.eml"))
    assert len(files) == 2
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert all(b"Nieuw in je agenda" in file.read_bytes() for file in files)
    assert [name for name in (tmp_path / "var" / "mail").iterdir() if name.suffix != ".eml"] == []


def test_a_mail_that_is_written_again_is_the_same_file(tmp_path, store, clock):
    """A crash between the file and the row leaves a doubt; sending again by hand must not look like two mails."""
    post = Post(tmp_path, store, clock)
    post.readers("een")
    post.approve()
    post.deliver()
    (file,) = (tmp_path / "var" / "mail").glob("*.eml")
    before = file.read_bytes()
    with store.writing() as session:
        row = session.exec(select(Notice)).one()
        row.state = "waiting"
    post.deliver()
    assert [found.read_bytes() for found in (tmp_path / "var" / "mail").glob("*.eml")] == [before]


def test_a_folder_that_cannot_be_written_loses_nothing(tmp_path, store, clock):
    (tmp_path / "mail").write_text("in de weg", encoding="utf-8")
    post = Post(tmp_path, store, clock, mail={"folder": "mail"})
    post.readers("een")
    post.approve()
    assert post.deliver().retry == 1
    assert post.states() == ["waiting"]


def test_an_address_sealed_with_another_secret_is_kept_waiting(tmp_path, store, clock):
    post = Post(tmp_path, store, clock)
    subscribe(store, clock(), "een@lezer.example")
    post.approve()
    assert post.deliver().retry == 1
    assert post.states() == ["waiting"]


def test_a_mail_that_cannot_be_made_waits_and_says_why(tmp_path, store, clock, mail_server, caplog):
    sender = "=?utf-8?q?a=0ABcc:_x?= <agenda@post.example.nl>"
    post = Post(tmp_path, store, clock, mail=smtp(mail_server, sender=sender))
    post.readers("een", "twee")
    post.approve()
    assert post.deliver().retry == 2
    assert mail_server.taken == ()
    assert "the header From holds a control character" in caplog.text


def test_erasing_what_is_past_settles_and_erases(post, clock):
    post.readers("een")
    with post.store.writing() as session:
        subscribers.request(
            session, post.running.secrets, "twijfel@lezer.example", (), now=clock(), consent_text="Je krijgt mail."
        )
    post.approve(starts_at=clock() + timedelta(days=1))
    clock.advance(days=3)
    erased = jobs.expire(post.running)
    assert (erased.subscribers, erased.notices) == (1, 1)
    assert post.states() == ["expired"]
