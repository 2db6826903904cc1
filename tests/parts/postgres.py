"""A private PostgreSQL cluster: made, started and stopped by the test session, with one migrated database to copy.

Every pytest-xdist worker has a cluster of its own: no lock between them, and a second costs two seconds.
"""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from store.database import migrate, open_store

NEEDED = "PostgreSQL is needed for the full test run: run `sh tests/needs.sh`, or leave it out with `--quick`."
USER = "signaal"
TEMPLATE = "template_signaal"
FAST = "-F -c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c timezone=UTC"
"""A cluster that lives for minutes has nothing to lose in a power cut."""
EMPTY = """
DO $$ DECLARE name text; BEGIN
    -- As a replica: decisions are append-only for everybody else, and foreign keys would ask for an order.
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
    INSERT INTO chain_head (id, length, hash) VALUES (1, 0, '');
    INSERT INTO public_state (id, version) VALUES (1, 1);
END $$
"""
"""Deleting beats TRUNCATE here: the tables are tiny, and TRUNCATE makes new files for each of them and its indexes."""


@dataclass
class Cluster:
    """A running cluster on a random port of 127.0.0.1."""

    programs: Path
    folder: Path
    port: int
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _emptied: list[str] = field(default_factory=list)

    def url(self, database: str) -> str:
        """The address of one database, as `[store] url` wants it."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def fresh_database(self) -> str:
        """The address of a migrated, empty database: one that a test gave back, else a copy."""
        if self._emptied:
            return self.url(self._emptied.pop())
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.url(name)

    def give_back(self, url: str) -> None:
        """Empty a database for the next test, also when something is still connected to it.

        Making and dropping one took a second when both cores were busy; emptying takes some hundredths.
        """
        name = url.rpartition("/")[2]
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname={name}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(ended, [name])
            connection.execute(EMPTY)
        self._emptied.append(name)

    def empty_database(self) -> str:
        """A database without any table, for tests of the migrations."""
        name = f"empty_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Throw a database away, also when something is still connected to it."""
        self.run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run one statement outside any test database."""
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def stop(self) -> None:
        """Stop the server at once and remove its files."""
        _run([self.programs / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop"])
        shutil.rmtree(self.folder)


def programs() -> Path:
    """The folder with initdb and pg_ctl; of several versions the newest. AssertionError when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    assert on_path, NEEDED
    return Path(on_path).resolve().parent


def start_cluster() -> Cluster:
    """Make and start a cluster with a migrated database in it."""
    where = programs()
    # Not pytest's folder: the user `postgres` may not enter a folder of root, and a socket path has a limit of 107.
    folder = Path(tempfile.mkdtemp(prefix="signaal-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    _run([where / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
    cluster = Cluster(where, folder, _free_port())
    options = f"-p {cluster.port} -h 127.0.0.1 -k {folder} {FAST}"
    _run([where / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"])
    cluster.run(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    store = open_store(cluster.url(TEMPLATE))
    migrate(store)
    store.close()
    return cluster


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _run(command: list[str | Path]) -> None:
    """Run as `postgres` where we are root: PostgreSQL refuses to run as root."""
    as_other: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_other = {"user": "postgres", "group": "postgres", "extra_groups": []}
    # The server inherits its output from pg_ctl, so a pipe would never close: a file does.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(part) for part in command], stdout=output, stderr=output, check=False, cwd="/", timeout=60, **as_other
        )
        output.seek(0)
        said = output.read().decode(errors="replace")
    assert done.returncode == 0, f"{command[0]} failed with code {done.returncode}:\n{said}"
