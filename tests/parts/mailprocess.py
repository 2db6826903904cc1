"""The mail server as a process of its own: its ledger outlives every kill."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.parts import processes
from tests.parts.mailserver import ACCEPTED, ANSWERED


@dataclass(frozen=True, slots=True)
class MailProcess:
    """A running mail server; `folder` holds its port file and its ledger."""

    child: processes.Child
    folder: Path

    @property
    def port(self) -> int:
        return int((self.folder / "port").read_text(encoding="ascii"))

    def stop(self) -> None:
        self.child.stop()

    def kill(self) -> None:
        self.child.kill()


def start(folder: Path, port: int = 0, delay: float = 0.0) -> MailProcess:
    """Start a mail server that keeps `port`, `ledger` and `log` in `folder`; the ledger goes on where it was.

    `delay` is how many seconds it thinks before it answers to a message.
    """
    port_file = folder / "port"
    port_file.unlink(missing_ok=True)
    told = ["--port-file", str(port_file), "--ledger", str(folder / "ledger"), "--port", str(port)]
    told += ["--delay", str(delay)]
    child = processes.start(["-m", "tests.parts.mailserver", *told], folder / "log")
    child.wait_until(port_file.exists, "the mail server was open")
    return MailProcess(child, folder)


def ledger(folder: Path) -> list[dict[str, Any]]:
    """Every mark of every server that ran in `folder`, in order."""
    path = folder / "ledger"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def accepted(folder: Path) -> list[dict[str, Any]]:
    """The messages that were taken, each with `to`, `message_id`, `event`, `links` and whether it was `answered`."""
    marks = ledger(folder)
    told = {(mark["process"], mark["number"]) for mark in marks if mark["mark"] == ANSWERED}
    return [
        mark | {"answered": (mark["process"], mark["number"]) in told} for mark in marks if mark["mark"] == ACCEPTED
    ]
