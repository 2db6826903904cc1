"""Workers, crawls and parsers are killed while the world changes. `make crawl-kills` does the same a thousand times."""

from __future__ import annotations

from tests.journeys.crawl_kills import kill_many

KILLS = 15
SEED = 31
"""Its fifteen kills meet all kinds of process."""


def test_fifteen_kills_of_crawls_leave_the_store_equal_to_the_world(tmp_path, store_url):
    figures = kill_many(tmp_path, store_url, KILLS, SEED, small=True)
    assert figures.kills.total() == KILLS
    assert figures.holding, f"seed {SEED}: nobody was killed while a crawl held hosts, so the kills proved nothing"
    assert figures.decisions, f"seed {SEED}: no editor decided anything in between"
