"""Starting a child of ours, waiting until it is ready, and ending it by its own number."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.parts.corpus import REPOSITORY

READY_SECONDS = 30.0
STOP_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Child:
    """A running Python process of ours; `log` is the file with all it printed."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def output(self) -> str:
        """What it printed so far, to either stream."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> int:
        """Ask it to end, as a service manager does, and give its exit code; kill it when it does not listen."""
        if self.running:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(
                f"The process did not end within {STOP_SECONDS} s of SIGTERM:\n{self.output}"
            ) from None

    def kill(self) -> None:
        """End it and its own children at once, as a power cut does."""
        if self.running:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float = READY_SECONDS) -> None:
        """Wait until `ready` says so. AssertionError with the whole output when it ended or took too long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if ready():
                return
            if not self.running:
                raise AssertionError(
                    f"The process ended with code {self.process.returncode} before {what}:\n{self.output}"
                )
            time.sleep(0.05)
        self.kill()
        raise AssertionError(f"Waited {seconds} s for {what} in vain. The process said:\n{self.output}")


def start(arguments: Sequence[str], log: Path, environment: dict[str, str] | None = None) -> Child:
    """Start `python ARGUMENTS` in the repository, in a process group of its own, with unbuffered output in `log`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIGNAAL_")}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=REPOSITORY,
            env=kept | {"PYTHONUNBUFFERED": "1"} | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return Child(process, log)
