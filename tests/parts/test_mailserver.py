"""The mail server takes mail, misbehaves when told, and its ledger survives being killed."""

from __future__ import annotations

import smtplib
import time
from email.message import EmailMessage

import pytest

from tests.parts import mailprocess
from tests.parts.mailserver import MailServer, Plan

SENDER, READER = "agenda@example.nl", "lezer@example.org"


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = SENDER, READER, "Agenda", "<1@example.nl>"
    made.set_content("Er is iets veranderd.\n.\nEen regel met een punt.")
    return made


def send(port: int, login: tuple[str, str] | None = None) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        if login:
            client.login(*login)
        return client.send_message(made := message(), SENDER, [READER, str(made["To"]).replace("lezer", "tweede")])


def test_mail_is_taken_whole_and_its_sender_is_told(mail_server):
    send(mail_server.port)
    (taken,) = mail_server.taken
    assert taken.sender == SENDER
    assert taken.recipients == (READER, "tweede@example.org")
    assert taken.message.get_content().splitlines()[1] == "."
    assert mail_server.answered == {0}


def test_a_banner_of_421_turns_one_connection_away(mail_server):
    mail_server.next(Plan(banner="421 4.3.2 Busy"))
    with pytest.raises(smtplib.SMTPConnectError) as refused:
        send(mail_server.port)
    assert refused.value.smtp_code == 421
    send(mail_server.port)
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("code", [450, 550])
def test_every_recipient_can_be_refused(mail_server, code):
    mail_server.next(Plan(rcpt=f"{code} no"))
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mail_server.port)
    assert {answer[0] for answer in refused.value.recipients.values()} == {code}
    assert mail_server.taken == ()


def test_one_recipient_can_be_refused(mail_server):
    mail_server.refuse(READER)
    assert send(mail_server.port)[READER][0] == 550
    assert mail_server.taken[0].recipients == ("tweede@example.org",)


@pytest.mark.parametrize("code", [552, 554])
def test_the_message_can_be_refused_after_its_final_dot(mail_server, code):
    mail_server.next(Plan(data=f"{code} no"))
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(mail_server.port)
    assert refused.value.smtp_code == code
    assert mail_server.taken == ()


@pytest.mark.parametrize(("lose", "taken"), [("rcpt", 0), ("before", 0), ("after", 1)])
def test_the_connection_can_break_off_with_or_without_the_message(mail_server, lose, taken):
    mail_server.next(Plan(lose=lose))
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mail_server.port)
    assert len(mail_server.taken) == taken
    assert mail_server.answered == frozenset()


def test_the_answer_can_be_slow(mail_server):
    mail_server.always(Plan(delay=0.3))
    started = time.monotonic()
    send(mail_server.port)
    assert time.monotonic() - started >= 0.3


def test_a_login_can_be_asked():
    with MailServer(login=("signaal", "geheim")) as server:
        with pytest.raises(smtplib.SMTPException):
            send(server.port)
        send(server.port, ("signaal", "geheim"))
        assert len(server.taken) == 1


def test_the_ledger_of_a_killed_server_goes_on_in_the_next(tmp_path):
    first = mailprocess.start(tmp_path)
    send(first.port)
    first.kill()
    second = mailprocess.start(tmp_path)
    send(second.port)
    second.stop()
    assert [line["answered"] for line in mailprocess.accepted(tmp_path)] == [True, True]
    assert [mark["mark"] for mark in mailprocess.ledger(tmp_path)] == ["accepted", "answered"] * 2
    assert mailprocess.accepted(tmp_path)[0]["message_id"] == "<1@example.nl>"
