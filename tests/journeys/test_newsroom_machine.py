"""Five hundred steps of everything an editor can do, on each database; `make newsroom-machine` does 100,000."""

from __future__ import annotations

import itertools
import secrets
from pathlib import Path

import pytest

from tests.journeys.newsroom_machine import Place, run_batch
from tests.parts import sqlite

STEPS = 500

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_nothing_that_nobody_approved_is_public_after_any_step(kind, request, tmp_path):
    first_seed = secrets.randbelow(10**6)
    numbers = itertools.count()
    if kind == "postgres":
        cluster = request.getfixturevalue("cluster")
        place = Place(cluster.fresh_database, cluster.give_back, tmp_path)
    else:
        template: Path = request.getfixturevalue("sqlite_template")

        def fresh() -> str:
            folder = tmp_path / str(next(numbers))
            folder.mkdir()
            return sqlite.fresh_copy(template, folder)

        place = Place(fresh, lambda _: None, tmp_path)
    print(f"seed {first_seed}; run again with: -m tests.journeys.newsroom_machine --store {kind} --seed {first_seed}")
    batch = 0
    while place.steps < STEPS:
        run_batch(place, batch, first_seed, STEPS)
        batch += 1
    assert place.seen, "no approved word was ever seen: the machine shows nothing, so it proves nothing"
    assert place.whole, "the whole route table was never read"
