"""A test that reaches for the internet fails, whichever way it goes."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.parts.sockets import OutsideConnectionError, is_loopback


def test_a_plain_socket_cannot_leave_this_machine():
    with socket.socket() as outgoing, pytest.raises(OutsideConnectionError):
        outgoing.connect(("192.0.2.1", 80))


def test_ipv6_and_datagrams_cannot_leave_either():
    with socket.socket(socket.AF_INET6) as outgoing, pytest.raises(OutsideConnectionError):
        outgoing.connect(("2001:db8::1", 80))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, pytest.raises(OutsideConnectionError):
        datagrams.sendto(b"x", ("192.0.2.1", 53))


def test_a_library_cannot_leave_either():
    with pytest.raises(OutsideConnectionError):
        asyncio.run(asyncio.open_connection("192.0.2.1", 80))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"])
def test_loopback_stays_open(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "0.0.0.0", "169.254.169.254", "::ffff:10.0.0.1", "example.nl", ""])
def test_everything_else_is_outside(host):
    assert not is_loopback(host)
