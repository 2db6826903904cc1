"""A decision is killed at each of its statements once, in a process of its own. `make decide-kills` adds 2,000."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.parts.corpus import REPOSITORY

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_no_kill_at_any_statement_loses_or_halves_a_decision(kind):
    """In another process: a fork of this one would take its threads' locks along."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.decide_kills", "--random", "20", "--store", kind],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "none lost, none halved" in done.stdout
