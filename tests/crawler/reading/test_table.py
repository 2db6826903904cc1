"""The table of places: small, quick to load, and exactly what its generator makes from the corpus."""

import os
import subprocess
import sys
import time

from crawler.reading.gazetteer import TABLES, gazetteer, read_places
from crawler.reading.tables import build_places

from .labelled import ROOT, corpus, table


def test_the_generator_makes_the_committed_table_again(tmp_path):
    source = build_places.read_corpus(corpus("gazetteer"))
    build_places.write(build_places.all_rows(source), tmp_path / "places.csv")
    fresh = (tmp_path / "places.csv").read_text(encoding="utf-8")
    assert fresh == (TABLES / "places.csv").read_text(encoding="utf-8"), (
        "places.csv is stale: run `python -m crawler.reading.tables.build_places` and commit what it writes"
    )


def test_the_table_is_small_and_loads_in_fifty_milliseconds():
    assert (TABLES / "places.csv").stat().st_size < 250_000
    spent = []
    for _ in range(3):
        gazetteer.cache_clear()
        start = time.process_time()
        gazetteer()
        spent.append(time.process_time() - start)
    assert min(spent) < 0.05, f"loading took {min(spent) * 1000:.0f} ms"


def test_the_342_municipalities_of_today_stand_in_the_table_each_with_coordinates():
    rows = {(p.province, p.municipality): p for p, _ in read_places() if p.kind == "municipality"}
    expected = {(row["provincie"], row["gemeente"]) for row in table("gemeente-provincie-current.derived.csv")}
    assert set(rows) == expected
    without = [name for (_, name), place in rows.items() if place.lat is None]
    assert not without, f"no coordinates for {without}"


def test_a_place_of_a_dissolved_municipality_without_known_successor_keeps_its_province_only():
    (place,) = [place for place, _ in read_places() if place.name == "Poppenwier"]
    assert (place.municipality, place.province) == ("", "Friesland")


def test_coordinates_lie_in_the_netherlands():
    for place, _ in read_places():
        if place.lat is not None and place.lon is not None:
            assert 50.7 < place.lat < 53.6, place
            assert 3.3 < place.lon < 7.3, place


def test_importing_the_reading_loads_no_table_and_no_crawling():
    code = (
        "import sys, crawler.reading, crawler.reading.gazetteer as g, crawler.reading.lexicon as x;"
        "assert g.gazetteer.cache_info().currsize == 0 and x.lexicon.cache_info().currsize == 0;"
        "print(sorted({'scrapy', 'twisted', 'feedparser', 'aiohttp', 'service'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=ROOT, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
