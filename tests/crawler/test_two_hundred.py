"""A small cut of the world of two hundred sources: healthy ones hurry, faulty ones are called by their names.

`make world` does it with all two hundred, and lets the faulty ones fail until the administrator is told.
"""

from __future__ import annotations

from tests.world.cycle import run_world
from tests.world.two_hundred import sites

DEADLINE = 20
"""Shorter than the thirty seconds that a silent server may take, so that the deadline must end something too."""


def test_forty_seven_of_two_hundred_sources_are_faulty():
    whole = sites("whole")
    assert (len(whole), sum(site.fault is not None for site in whole)) == (200, 47)
    assert len({site.key for site in whole}) == len({site.address for site in whole}) == 200


def test_healthy_sources_hurry_faulty_ones_are_named_and_nothing_is_lost_when_they_recover(tmp_path, store_url):
    told = run_world(tmp_path, store_url, "small", deadline=DEADLINE, rounds=0)
    assert not told.findings, f"run `python -m tests.world.cycle --size small --deadline {DEADLINE}`:\n{told}"
