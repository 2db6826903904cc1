"""The service is killed while it crawls, decides and delivers. `make kill` does the same a hundred times."""

from __future__ import annotations

from tests.journeys.kills import kill_many

KILLS = 4
SEED = 107
"""Its four kills hit the service and its crawl, together and apart, near all kinds of work."""


def test_four_kills_lose_nothing_double_nothing_and_show_nothing_too_soon(tmp_path):
    figures = kill_many(tmp_path, f"sqlite:///{tmp_path / 'signaal.db'}", KILLS, SEED)
    assert figures.kills.total() == KILLS
    assert figures.decisions, f"seed {SEED}: nobody decided anything, so the kills proved nothing"
    assert figures.mails, f"seed {SEED}: no event was mailed, so the kills proved nothing about mail"
