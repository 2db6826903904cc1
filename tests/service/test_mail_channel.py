"""SMTP itself: the point of no return, doubled dots, patience, and TLS that is checked or not used."""

import asyncio
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller

from service.channels import Parcel
from service.channels.mail import MailChannel
from store.sending import DeliveryOutcome
from store.settings import MailSettings
from tests.parts import certificates
from tests.parts.mailserver import Plan
from tests.parts.service import free_port

MESSAGE = b"Subject: Nieuw\r\n\r\nTekst\r\n.\r\n..\r\n.einde\r\n"
PARCEL = Parcel("een", MESSAGE, "agenda@post.example.nl", "een@lezer.example")


def channel(port, security="none", **more):
    settings = MailSettings(host="127.0.0.1", port=port, security=security)
    return MailChannel(settings, password_file=None, own_name="signaal.example.nl", **more)


def send(made, *answers, parcel=PARCEL):
    """Send the parcel once for each answer that `before_dot` gives; gives the results."""

    async def work():
        try:
            return [await made.send(parcel, lambda answer=answer: answer) for answer in answers]
        finally:
            await made.close()

    return asyncio.run(work())


class Box:
    """Takes every mail, and remembers whether the line was closed to others."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - the library's name
        self.taken.append((server.transport.get_extra_info("sslcontext") is not None, envelope.content))
        return "250 OK"


@contextmanager
def tls_server(**options):
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port, box
    finally:
        controller.stop()


def test_lines_that_begin_with_a_dot_arrive_as_they_were(mail_server):
    (result,) = send(channel(mail_server.port), True)
    assert result.outcome is DeliveryOutcome.SENT
    assert mail_server.taken[0].content == MESSAGE


def test_a_mail_that_nobody_wants_any_more_gets_no_dot_and_the_next_one_goes_out(mail_server):
    results = send(channel(mail_server.port), False, True)
    assert [result.outcome for result in results] == [DeliveryOutcome.UNWANTED, DeliveryOutcome.SENT]
    assert len(mail_server.taken) == 1


def test_a_database_that_fails_before_the_dot_leaves_nothing_at_the_server(mail_server):
    def broken():
        raise RuntimeError("the database is gone")

    async def work():
        made = channel(mail_server.port)
        with pytest.raises(RuntimeError):
            await made.send(PARCEL, broken)
        try:
            return await made.send(PARCEL, lambda: True)
        finally:
            await made.close()

    assert asyncio.run(work()).outcome is DeliveryOutcome.SENT
    assert len(mail_server.taken) == 1


def test_a_server_that_thinks_longer_than_we_wait_leaves_a_doubt(mail_server):
    mail_server.next(Plan(delay=1.0))
    (result,) = send(channel(mail_server.port, answer_seconds=0.2), True)
    assert result.outcome is DeliveryOutcome.IN_DOUBT


def test_a_large_mail_is_wholly_on_its_way_before_the_dot(mail_server):
    message = b"Subject: groot\r\n\r\n" + b"x" * 70 + b"\r\n"
    message += (b"y" * 70 + b"\r\n") * 40_000
    (result,) = send(
        channel(mail_server.port), True, parcel=Parcel("groot", message, "a@post.example.nl", "b@c.example")
    )
    assert result.outcome is DeliveryOutcome.SENT
    assert mail_server.taken[0].content == message


def test_garbage_for_an_answer_is_tried_again(mail_server):
    mail_server.next(Plan(rcpt="wat zeg je?"))
    (result,) = send(channel(mail_server.port), True)
    assert (result.outcome, result.bounced) == (DeliveryOutcome.RETRY, False)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_we_can_check_gets_the_mail_over_tls(tmp_path, monkeypatch, security):
    context, trusted = certificates.make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    options = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    with tls_server(**options) as (port, box):
        (result,) = send(channel(port, security), True)
    assert result.outcome is DeliveryOutcome.SENT, result
    assert [closed for closed, _ in box.taken] == [True]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_ends_it(tmp_path, security):
    context, _ = certificates.make(tmp_path)
    options = {"ssl_context": context} if security == "tls" else {"tls_context": context}
    with tls_server(**options) as (port, box):
        (result,) = send(channel(port, security), True)
    assert (result.outcome, result.trouble) == (DeliveryOutcome.RETRY, True)
    assert box.taken == []


def test_a_certificate_of_another_name_ends_it(tmp_path, monkeypatch):
    context, trusted = certificates.make(tmp_path, "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with tls_server(ssl_context=context) as (port, box):
        (result,) = send(channel(port, "tls"), True)
    assert result.outcome is DeliveryOutcome.RETRY
    assert box.taken == []
