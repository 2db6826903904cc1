"""The service runs as a process, says how to get in, and its output is shown when it does not start."""

from __future__ import annotations

import socket

import pytest

from tests.parts.service import answers, start


def test_the_service_starts_prints_the_first_link_and_stops(start_service):
    service = start_service()
    assert answers(f"{service.url}/healthz")
    assert service.first_administrator.startswith(f"{service.url}/redactie/")
    service.stop()
    assert not service.child.running
    assert not answers(f"{service.url}/healthz")


def test_a_service_that_does_not_start_shows_what_it_said(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AssertionError, match="address already in use"):
            start(tmp_path, server={"port": taken.getsockname()[1]}, store={"url": "sqlite:///signaal.db"})
