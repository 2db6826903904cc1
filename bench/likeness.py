"""What it costs to find what one new text is alike, among a million stored ones.

`python -m bench.likeness [--items 1000000] [--postgres] [--write]`. The stored signatures are made up, as large as
those of reports of some sixty words; a few hashes are shared by tens of thousands, as fixed phrases and ordinary
words are; every second one is a step of a case. Copies, edited copies, cut copies and new texts are looked up, each
with the case that it tells. Prints milliseconds a look-up and ends with 1 when the median is over the limit or copies
are missed. `--write` adds a line to docs/measured.md.
"""

from __future__ import annotations

import argparse
import random
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pysqlite3
import sqlalchemy as sa

from store import likeness
from store.case_likeness import COURT, STEP_KEYS, case_keys
from store.database import Store, migrate, open_store
from store.signatures import KINDS, Alike, Mark, Of, Signature, keys_of
from tests.parts import postgres

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SEED = 20261124
LIMIT = 5.0
"""Milliseconds in the median."""
LOOKUPS = 400
SHINGLES, FIXED, WORDS, MARKS, TELLING, PLACES, THEMES = 60, 50, 20_000, 70, 20, 342, 300
CHUNK = 20_000
HEAD = "## Finding what a new text is alike"


def made(number: int) -> Signature:
    """The signature of one stored report, the same at every call. One shingle in ten is a fixed phrase."""
    chance = random.Random(SEED * 7 + number)
    own = [chance.getrandbits(32) for _ in range(SHINGLES - SHINGLES // 10)]
    fixed = [phrase(int(chance.random() ** 2 * FIXED)) for _ in range(SHINGLES // 10)]
    hashes = own + fixed
    # As in any language, few words stand in many texts and many in few.
    words = [word(int(WORDS ** chance.random()), Of.WORD) for _ in range(MARKS)]
    marks = [Mark(key, 90 if at < TELLING else 40) for at, key in enumerate(dict.fromkeys(words))]
    themes = {word(int(THEMES ** chance.random()), Of.THEME) for _ in range(8)}
    town = chance.randrange(PLACES)
    return Signature(
        exact=f"{chance.getrandbits(64):016x}",
        count=len(hashes),
        sketch=tuple(sorted(hashes)),
        opening=tuple(sorted(hashes[:40])[:6]),
        marks=(*marks, *(Mark(key, 60) for key in sorted(themes)), *(step(chance, town) if number % 2 else ())),
        places=(Mark(word(town, Of.PLACE), 100), Mark(word(PLACES + town % 12, Of.PLACE), 15)),
    )


def step(chance: random.Random, town: int) -> list[Mark]:
    """What makes a report a step of a case, before one of eleven courts."""
    return [Mark(chance.choice(sorted(STEP_KEYS)), 15), Mark(word(town % 11, Of.CASE), COURT)]


def phrase(number: int) -> int:
    """Fixed phrases have small hashes among others: the worst that can happen to a sketch."""
    return (number * 2_654_435_761) & 0xFFFFFFFF


def word(number: int, of: Of) -> int:
    return (((number + 1) * 0x85EBCA6B) & 0xFFFFFFFF) // KINDS * KINDS + of


def all_keys(signature: Signature) -> set[int]:
    return {*keys_of(signature), *case_keys(signature)}


def rows(items: int) -> Iterator[tuple[int, Signature]]:
    for number in range(1, items + 1):
        yield number, made(number)


def likeness_row(number: int, signature: Signature, told: str) -> tuple[object, ...]:
    sketch, opening = (struct.pack(f"<{len(keys)}I", *keys) for keys in (signature.sketch, signature.opening))
    marks, places = map(packed_marks, (signature.marks, signature.places))
    return number, told, told, signature.exact, signature.count, sketch, opening, marks, places, ""


def packed_marks(marks: Sequence[Mark]) -> bytes:
    return struct.pack(f"<{len(marks)}I{len(marks)}B", *(mark.key for mark in marks), *(mark.weight for mark in marks))


def told_at(number: int, items: int) -> str:
    return f"{NOW - timedelta(minutes=items - number):%Y-%m-%d %H:%M:%S.000000}"


COLUMNS = "item_id, told_at, found_at, exact, count, sketch, opening, marks, places, step"


def fill_sqlite(path: Path, items: int) -> None:
    """Straight into the tables, the keys in their order: a million inserts one by one would measure something else."""
    connection = pysqlite3.connect(str(path))
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("CREATE TEMP TABLE loose (key INTEGER, item_id INTEGER)")
    pending: list[tuple[int, Signature]] = []

    def flush() -> None:
        connection.executemany(
            f"INSERT INTO likeness ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [likeness_row(number, signature, told_at(number, items)) for number, signature in pending],
        )
        keys = [(key, number) for number, signature in pending for key in all_keys(signature)]
        connection.executemany("INSERT INTO loose VALUES (?, ?)", keys)
        pending.clear()

    for each in rows(items):
        pending.append(each)
        if len(pending) == CHUNK:
            flush()
    flush()
    connection.execute("INSERT INTO likeness_key (key, item_id) SELECT key, item_id FROM loose ORDER BY key, item_id")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def fill_postgres(store: Store, items: int) -> None:
    """With COPY; what refers to items is let go, because there are none."""
    with store.engine.begin() as connection:
        for name in ("fk_likeness_item_id", "fk_likeness_duplicate_of"):
            connection.exec_driver_sql(f"ALTER TABLE likeness DROP CONSTRAINT {name}")
        connection.exec_driver_sql("ALTER TABLE likeness_key DROP CONSTRAINT pk_likeness_key")
        raw = connection.connection.driver_connection
        with raw.cursor() as cursor:
            with cursor.copy(f"COPY likeness ({COLUMNS}) FROM STDIN") as copy:
                for number, signature in rows(items):
                    copy.write_row(likeness_row(number, signature, told_at(number, items) + "+00"))
            with cursor.copy("COPY likeness_key (key, item_id) FROM STDIN") as copy:
                for number, signature in rows(items):
                    for key in all_keys(signature):
                        copy.write_row((key, number))
        connection.exec_driver_sql("ALTER TABLE likeness_key ADD CONSTRAINT pk_likeness_key PRIMARY KEY (key, item_id)")
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE likeness_key")
        connection.exec_driver_sql("VACUUM ANALYZE likeness")


def asked(items: int) -> list[tuple[str, int, Signature]]:
    """The texts to look up, each with what it is and the stored item that must be found; 0 for a new text."""
    chance = random.Random(SEED)
    found = []
    for turn in range(LOOKUPS):
        number = chance.randrange(max(items - 5000, 1), items + 1)
        stored = made(number)
        other = made(items + 1 + turn)
        kind = ("new", "copy", "edited", "cut")[turn % 4]
        if kind == "copy":
            found.append((kind, number, stored))
        elif kind == "edited":
            mixed = sorted({*chance.sample(stored.sketch, 45), *other.sketch[:20]})
            found.append((kind, number, replace(stored, exact=other.exact, sketch=tuple(mixed), count=len(mixed))))
        elif kind == "cut":
            kept = tuple(sorted(chance.sample(stored.sketch, 40)))
            found.append((kind, number, replace(stored, exact=other.exact, sketch=kept, count=len(kept))))
        else:
            found.append((kind, 0, other))
    return found


def measure(store: Store, items: int) -> tuple[list[float], list[float], float]:
    """Wall and CPU milliseconds of each look-up, and the share of the copies that were found."""
    lookups = asked(items)
    walls, cpus, hits = [], [], []
    with store.reading() as session:
        for turn, (_, number, signature) in enumerate([*lookups[:8], *lookups]):
            start, spent = time.perf_counter(), time.process_time()
            found = likeness.alike(session, signature, NOW)
            likeness.same_cases(session, signature, NOW)
            wall, cpu = time.perf_counter() - start, time.process_time() - spent
            if turn < 8:
                continue
            walls.append(wall * 1000)
            cpus.append(cpu * 1000)
            if number:
                hits.append(any(each.item_id == number and each.kind is not Alike.STORY for each in found))
    return walls, cpus, sum(hits) / len(hits)


def run(name: str, store: Store, items: int, fill: Callable[[], None]) -> tuple[bool, str]:
    began = time.perf_counter()
    fill()
    filled = time.perf_counter() - began
    with store.reading() as session:
        keys = session.connection().execute(sa.text("SELECT count(*) FROM likeness_key")).scalar_one()
    walls, cpus, found = measure(store, items)
    median, p95, most = statistics.median(walls), sorted(walls)[int(len(walls) * 0.95)], max(walls)
    print(f"{name}: {items:,} items, {keys:,} keys, filled in {filled:.0f} s")
    print(
        f"  look-up: median {median:.2f} ms, p95 {p95:.2f}, most {most:.2f}; CPU here {statistics.median(cpus):.2f} ms"
    )
    print(f"  copies found: {found:.1%}")
    line = (
        f"| {datetime.now(UTC):%Y-%m-%d} | {name} | {items:,} | {keys:,} | {median:.2f} | {p95:.2f} | {most:.2f}"
        f" | {statistics.median(cpus):.2f} | {found:.1%} |"
    )
    return median <= LIMIT and found > 0.95, line


def on_sqlite(items: int) -> tuple[bool, str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signaal.db"
        store = open_store(f"sqlite:///{path}")
        migrate(store)
        name = f"SQLite {pysqlite3.sqlite_version}"
        done = run(name, store, items, lambda: fill_sqlite(path, items))
        print(f"  file: {path.stat().st_size / 1e6:.0f} MB")
        store.close()
    return done


def on_postgres(items: int) -> tuple[bool, str]:
    cluster = postgres.start_cluster()
    try:
        store = open_store(cluster.fresh_database())
        done = run("PostgreSQL", store, items, lambda: fill_postgres(store, items))
        store.close()
    finally:
        cluster.stop()
    return done


def write(lines: Sequence[str]) -> None:
    path = Path(__file__).parents[1] / "docs" / "measured.md"
    text = path.read_text(encoding="utf-8")
    table = "| date | database | items | keys | median ms | p95 | most | CPU here, ms | copies found |\n|" + "---|" * 9
    if HEAD not in text:
        told = (
            "`make bench-likeness`: one new signature against so many stored ones, found through `likeness_key` and "
            "compared in full.\nThe stored ones are made up; six shingles of each are fixed phrases that tens of "
            "thousands share."
        )
        text = f"{text.rstrip()}\n\n{HEAD}\n\n{told}\n\n{table}\n"
    before, after = text.split(f"{table}\n")
    path.write_text(before + f"{table}\n" + "".join(f"{line}\n" for line in lines) + after, encoding="utf-8")


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--items", type=int, default=1_000_000)
    arguments.add_argument("--postgres", action="store_true")
    arguments.add_argument("--write", action="store_true")
    chosen = arguments.parse_args()
    done = [on_postgres(chosen.items) if chosen.postgres else on_sqlite(chosen.items)]
    if chosen.write:
        write([line for _, line in done])
    return int(not all(good for good, _ in done))


if __name__ == "__main__":
    sys.exit(main())
