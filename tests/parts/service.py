"""The service as people run it: `signaal serve` in a process of its own, with a configuration of its own."""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.parts import processes
from tests.parts.config import write_config

FIRST_ADMINISTRATOR = re.compile(r"first administrator: (\S+)")


@dataclass(frozen=True, slots=True)
class Service:
    """A running service. `folder` holds its `config.toml`, its database (on SQLite) and its log."""

    child: processes.Child
    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address of the site, without a slash behind it, with the name that its own links use."""
        return f"http://localhost:{self.port}"

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def first_administrator(self) -> str:
        """The one-time link that a first start prints."""
        found = FIRST_ADMINISTRATOR.search(self.child.output)
        assert found, f'The service printed no "first administrator: URL":\n{self.child.output}'
        return found.group(1)

    def stop(self) -> int:
        return self.child.stop()


def start(folder: Path, command: str = "serve", **sections: Any) -> Service:
    """Start the service with `config.toml` made of `sections` (see `write_config`) and wait until it is healthy.

    A `server={"port": ...}` is kept; otherwise a free port is taken, so that a restart in the same folder may say so.
    """
    server = {"host": "127.0.0.1", "port": free_port()} | sections.pop("server", {})
    write_config(folder, server=server, **sections)
    return start_at(folder, server["port"], command)


def start_at(folder: Path, port: int, command: str = "serve") -> Service:
    """Start the service with the `config.toml` that stands in `folder` and names this port."""
    told = ["-m", "service.cli", "--config", str(folder / "config.toml"), command]
    child = processes.start(told, folder / "service.log")
    running = Service(child, folder, port)
    child.wait_until(lambda: answers(f"http://127.0.0.1:{running.port}/healthz"), "/healthz answered")
    return running


def answers(url: str) -> bool:
    """Whether a GET is answered with a 2xx."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def start_service(tmp_path: Path, store_url: str) -> Iterator[Callable[..., Service]]:
    """Start services on the database of this test; all are stopped at its end.

    Sections as in `write_config`: `start_service(mail={"host": "127.0.0.1", "port": 2525, "security": "none"})`.
    """
    started: list[Service] = []

    def begin(**sections: Any) -> Service:
        folder = tmp_path / f"service-{len(started)}"
        folder.mkdir()
        started.append(start(folder, store={"url": store_url}, **sections))
        return started[-1]

    yield begin
    for service in started:
        if service.child.running:
            service.stop()
